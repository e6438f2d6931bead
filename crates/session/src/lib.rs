//! One install from beginning to end: resolve, fetch, unpack, compile, place.
//!
//! What comes in: requirements with their origins, the environment to act on, the index, the store. What goes
//! out: the environment changed as a whole, or an error and the environment as it was. On the way every step is
//! told as an [`Event`]; nothing is printed here.
//!
//! [`prepare`] runs the resolver against a [`source`](self) that asks the index ahead of it, while a few
//! threads download, unpack and compile what has been decided. [`Prepared`] then knows all that will happen;
//! [`install`] makes the plan and hands it to the installer, where the journey goes on.

mod consistency;
mod direct;
mod direct_url;
mod error;
mod event;
mod fetch;
mod fetch_ahead;
mod install;
mod installed;
mod prepare;
mod source;

pub use consistency::{PackageSet, Problem, UnusableMetadata};
pub use direct_url::direct_url;
pub use error::SessionError;
pub use event::{Event, EventSink};
pub use fetch::FetchedWheel;
pub use install::{InstallOptions, install};
pub use installed::{InstalledSet, display_path};
pub use prepare::{Prepared, Request, Session, prepare};
