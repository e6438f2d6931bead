//! Universes of made-up packages.
