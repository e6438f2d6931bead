//! What the user asks for: requirement arguments and requirements files, with their origins.
//!
//! What comes in: the words of a command line and the names of requirements and constraints files.
//! What goes out: [`InstallRequirement`]s, each of which knows where it was written, and the options
//! that stood in the files, in the order of their lines. Next they go to the resolver, which decides
//! the versions, and to the index, which the options configure.
//!
//! Files, folders and variables are reached through [`Surroundings`], which the caller implements:
//! this room does no input or output of its own. The words of the errors are pip's.
//!
//! The way through: [`read_requirements`] splits a file into lines (`file::lines`), each line into a
//! requirement and its options (`file::line_options`), and hands the requirement to
//! [`parse_argument`] or [`parse_editable`], which decide whether it is a name, a URL or a path.

mod argument;
mod dependency_groups;
mod editable;
mod error;
mod file;
mod hashes;
mod install_requirement;
mod link;
mod lock_file;
mod python_text;
mod script;
mod surroundings;

pub use argument::{parse_argument, parse_extras};
pub use dependency_groups::{DependencyGroupError, read_dependency_groups};
pub use editable::parse_editable;
pub use error::{OpenError, RequirementError, RequirementWarning};
pub use file::{FileEntry, FileKind, FileOption, FileOptionKind, RequirementsFile, read_requirements};
pub use hashes::Hashes;
pub use install_requirement::{InstallRequirement, Origin, RequirementOptions, RequirementSource};
pub use link::{ARCHIVE_EXTENSIONS, Link, UrlParts, VCS_SCHEMES, quote, redact_url, unquote};
pub use lock_file::{LockFileError, LockRequest, LockTarget, LockedLink, LockedRequirements, read_lock_file};
pub use script::{Script, ScriptError, read_script};
pub use surroundings::{Fetched, PathKind, Surroundings, SurroundingsError};

/// What was parsed, and what should be said about it.
#[derive(Debug, Clone)]
pub struct Parsed<T> {
    /// The value.
    pub value: T,
    /// A warning for the user, in pip's words.
    pub warning: Option<RequirementWarning>,
}
