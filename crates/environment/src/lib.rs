//! Python environments: finding interpreters, knowing them, making virtual environments, and telling what is
//! installed.
//!
//! What comes in: the path of an interpreter or an environment, or a wish such as `3.12`. What goes out: an
//! [`Environment`], which answers everything the other rooms need to know about their target: its install
//! [`Scheme`] (installer), markers and tags (resolver), the byte-code magic number (store), and what is
//! [`installed`] in it (every command).
//!
//! A *base* interpreter is asked once about itself (`probe`) and the answer is kept ([`FactsCache`]). A virtual
//! environment is known from its `pyvenv.cfg` and the facts of its base, so that a new one never starts Python.
//!
//! Nothing here reads the process environment: variables and folders come in through [`PythonVariables`] and
//! [`Places`].

mod bundled_pip;
mod choose;
mod distribution;
mod environment;
mod error;
mod externally_managed;
pub mod facts;
mod facts_cache;
mod find;
mod folder_owner;
mod foreign_target;
mod installed;
mod kept;
mod listings;
pub mod native_pip;
mod platform;
mod probe;
mod pyvenv_cfg;
mod scheme;
mod search_path;
mod user_site;
pub mod venv;

pub use choose::{Choice, choose};
pub use distribution::{Distribution, DistributionKind};
pub use environment::{Environment, PythonVariables};
pub use error::EnvironmentError;
pub use externally_managed::ExternallyManaged;
pub use facts::InterpreterFacts;
pub use facts_cache::FactsCache;
pub use find::{InterpreterRequest, Places, find, find_all};
pub use folder_owner::may_keep_in;
pub use foreign_target::ForeignTarget;
pub use installed::{Editables, Installed, InstalledWarning, Underway, Which, installed, installed_before};
pub use probe::InterpreterDescription;
pub use pyvenv_cfg::VenvConfiguration;
pub use scheme::Scheme;
