//! One install from beginning to end: resolve, fetch, unpack, compile, place.
//!
//! What comes in: requirements with their origins, the environment to act on, the index, the store. What goes
//! out: the environment changed as a whole, or an error and the environment as it was. On the way every step is
//! told as an [`Event`]; nothing is printed here.
//!
//! [`prepare`] runs the resolver against a [`source`](self) that asks the index ahead of it, while what it decides for is
//! downloaded. Once it stands, that is unpacked and compiled. [`Prepared`] then knows all that will happen;
//! [`install`] makes the plan and hands it to the installer, where the journey goes on.

mod archive_tree;
mod arrived;
mod build;
mod build_all;
mod consistency;
mod direct;
mod error;
mod event;
mod fetch;
mod fetch_ahead;
mod install;
mod installed;
mod metadata_file;
mod prepare;
mod save;
mod source;

pub use archive_tree::archive_tree;
pub use build::{Ask, BuildSettings, Builds};
pub use consistency::{PackageSet, Problem, UnusableMetadata};
pub use error::{SessionError, step_of};
pub use event::{BuildEvent, BuildStatus, BuildStep, Event, EventSink, SourceId, Transfer};
pub use fetch::FetchedWheel;
pub use install::{InstallOptions, install};
pub use installed::{InstalledSet, display_path};
pub use prepare::{Fetch, Prepared, Request, Session, prepare};
pub use save::{Saved, already_saved, save};
