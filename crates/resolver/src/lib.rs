//! Which version of everything: pip's choices, made by a solver that learns from conflicts.
//!
//! What comes in: a [`Request`] with the user's requirements and constraints, what is installed, and a
//! [`Source`] that knows pages and metadata. What goes out: a [`Resolution`], which goes on to the store
//! and the installer, or a [`Failure`] in pip's words with an explanation of our own.
//!
//! This room does no input or output and starts no threads. It asks its source for everything, tells it in
//! batches what will be asked soon, and gives its threads a [`Scout`] that runs ahead.
//!
//! The way through: [`satisfied`] tells without any page whether everything is installed already. If not,
//! [`resolve`] reads the request into a `world`; each project's files are sorted into `candidates` and
//! numbered in a `universe`, whose sets are bits; a `walk` in pip's manner finds most answers; where it does not, the
//! `provider` puts the question before `PubGrub`; and `resolution` or `failure` tell how it went.

mod candidate_set;
mod candidates;
mod distribution;
mod edge;
mod error;
mod explanation;
mod failure;
mod install_order;
mod latest;
mod locked;
mod node;
mod provider;
mod request;
mod resolution;
mod satisfied;
mod scout;
mod solve;
mod source;
mod suggestion;
mod universe;
mod walk;
mod world;

pub use error::{HashProblem, ResolveError, ResolveWarning};
pub use failure::{Failure, Message, MessageLevel};
pub use latest::{Latest, available, latest};
pub use options::{FormatControl, ReleaseControl};
pub use request::{Request, Selection, Upgrade};
pub use resolution::{Action, AlreadySatisfied, Chosen, Resolution, ResolvedPackage};
pub use satisfied::{Satisfied, satisfied};
pub use scout::{Scout, Wanted};
pub use solve::resolve;
pub use source::{DirectCandidate, FileRef, Installed, InstalledDistribution, Source, SourceError};

#[cfg(test)]
mod tests;
