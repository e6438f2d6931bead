//! Changing an environment: all of a plan, or nothing.
//!
//! What comes in: a [`Plan`], the distributions to remove and the unpacked wheels of the store to
//! place, and the [`Target`] they go to. What goes out: the changed environment and a [`Report`] of
//! what was done, which the commands show.
//!
//! The order is always the same, so that an environment is never half changed:
//!
//! 1. *look*: which files belong to what is removed ([`Removal`]), where each file of a wheel goes, what
//!    is in the way, and whether two wheels want one path;
//! 2. *journal*: everything that is about to happen is written to one file in the environment;
//! 3. *move aside*: what is removed or replaced goes to a folder on the same file system;
//! 4. *place*: files are linked from the store, scripts and `RECORD`s are written;
//! 5. *commit*: the journal gets another name; then the folder of the transaction, with what was moved aside, becomes an
//!    entry of the environment's [`History`], from which [`undo`] takes the change back, or is deleted.
//!
//! A failure before the commit undoes the steps before it; after a killed process, the journal lets
//! [`recover`] do the same.

mod aside;
mod clobber;
mod damage;
mod disk;
mod error;
mod folder;
mod history;
mod journal;
mod layout;
mod link;
mod lock;
mod observe;
mod path_lines;
mod path_warning;
mod place;
mod plan;
mod record;
mod refill;
mod removal;
mod remove;
mod scripts;
mod survey;
mod target;
mod transaction;

pub use damage::{Damage, damage};
pub use error::InstallError;
pub use history::{Change, History, Project, to_take_back, undo};
pub use link::{LinkMode, UnknownLinkMode};
pub use lock::{Recovered, holder, recover, recover_in, wait, wait_in};
pub use observe::Observation;
pub use path_warning::ScriptsOffPath;
pub use plan::{KeptEntry, Options, Placed, Placement, Plan, Removed, Replaced, Report, SharedFile};
pub use refill::refill;
pub use removal::{Listing, NotRemoved, Removal};
pub use target::{Target, TargetFolder};
pub use transaction::execute;
