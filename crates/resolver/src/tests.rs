//! Universes of made-up packages, and what is chosen in them.

mod choices;
mod failures;
mod installed;
mod oracle;
mod speed;
mod universe;
