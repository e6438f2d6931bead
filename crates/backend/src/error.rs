//! What can go wrong between a source tree and its wheel.

use std::{io, path::PathBuf};

use specifier::InvalidFilename;

use crate::hooks::{Artifact, Hook};

/// Why a source distribution cannot be unpacked, or a source tree not be built.
#[derive(Debug, thiserror::Error)]
pub enum BackendError {
    /// The archive is damaged, of no known kind, or not safe.
    #[error(transparent)]
    Unpack(#[from] UnpackFault),
    /// There is nothing that could be built, in pip's words.
    #[error("{what} does not appear to be a Python project: neither 'setup.py' nor 'pyproject.toml' found.")]
    NotAProject {
        /// The requirement.
        what: String,
    },
    /// `pyproject.toml` cannot be read as TOML, or its table `build-system` holds something else than it should.
    #[error("{} is invalid: {reason}", path.display())]
    Pyproject {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        reason: String,
    },
    /// The table `build-system` lacks the key `requires`: pip's `missing-pyproject-build-system-requires`.
    #[error(
        "This package has an invalid pyproject.toml file.\n\
         The [build-system] table is missing the mandatory `requires` key."
    )]
    MissingRequires {
        /// The requirement, for pip's "Can not process ...".
        what: String,
    },
    /// The key `requires` holds something else than requirements: pip's `invalid-pyproject-build-system-requires`.
    #[error("This package has an invalid `build-system.requires` key in pyproject.toml.\n{reason}")]
    InvalidRequires {
        /// The requirement, for pip's "Can not process ...".
        what: String,
        /// What is wrong with it, in pip's words.
        reason: String,
    },
    /// A hook ended with an error: pip's `subprocess-exited-with-error`.
    #[error(transparent)]
    Hook(Box<HookFailure>),
    /// The build backend cannot be imported: pip's `backend-unavailable`.
    #[error("Cannot import build backend {backend:?}.")]
    Unavailable {
        /// The hook that was to be called.
        hook: Hook,
        /// The backend as `pyproject.toml` names it.
        backend: String,
        /// The last line of Python's complaint.
        reason: String,
    },
    /// The backend has no such hook, and nothing can take its place.
    #[error("the build backend does not have the {} hook", .0.name())]
    HookMissing(Hook),
    /// The hook gave back something that the standard does not allow, or wrote nothing usable.
    #[error("the build backend's {} hook {reason}", hook.name())]
    Answer {
        /// The hook.
        hook: Hook,
        /// What is wrong with its answer.
        reason: String,
    },
    /// The interpreter does not start.
    #[error("could not start {}: {source}", python.display())]
    Start {
        /// The interpreter.
        python: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// The file system refused something.
    #[error("could not {action} {}: {source}", path.display())]
    Io {
        /// What was tried, as in "could not write".
        action: &'static str,
        /// To what.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
}

impl BackendError {
    /// The same failure, of a hook that stood in for the one that prepares metadata.
    #[must_use]
    pub fn while_preparing(self, artifact: Artifact) -> Self {
        let Self::Hook(failure) = self else { return self };
        let hook = Hook::PrepareMetadata(artifact);
        Self::Hook(Box::new(HookFailure { hook, description: hook.description(""), ..*failure }))
    }
}

/// A hook whose process ended with an error.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{description} exited with {exit_code}")]
pub struct HookFailure {
    /// The hook.
    pub hook: Hook,
    /// What it was doing, as pip says it: "Getting requirements to build wheel".
    pub description: String,
    /// The command line that pip calls "full command".
    pub command: Vec<String>,
    /// Where it ran.
    pub directory: PathBuf,
    /// Its exit code; for a signal its negative number, as Python counts.
    pub exit_code: i32,
    /// All that it printed, line by line and without line breaks.
    pub output: Vec<String>,
}

/// Why an archive is not unpacked.
#[derive(Debug, thiserror::Error)]
pub enum UnpackFault {
    /// Neither its name nor its content tell how to read it.
    #[error("Cannot unpack file {}; cannot determine archive format of {}", archive.display(), into.display())]
    UnknownFormat {
        /// The archive.
        archive: PathBuf,
        /// The folder.
        into: PathBuf,
    },
    /// It is cut off, damaged, or not what its name says.
    #[error("{} is an invalid {kind} file: {reason}", archive.display())]
    Damaged {
        /// The archive.
        archive: PathBuf,
        /// `tar` or `zip`.
        kind: &'static str,
        /// The reason.
        reason: String,
    },
    /// An entry of a zip file would stand outside of the folder.
    #[error(
        "The zip file ({}) has a file ({}) trying to install outside target directory ({})",
        archive.display(), entry.display(), into.display()
    )]
    Outside {
        /// The archive.
        archive: PathBuf,
        /// Where the entry would be.
        entry: PathBuf,
        /// The folder.
        into: PathBuf,
    },
    /// An entry is of a kind, in a place or in a relation to others that is not allowed. pip says so of tar files, in
    /// the words of Python's `tarfile`.
    #[error("Invalid member in the {kind} file {}: '{entry}' {reason}", archive.display())]
    Member {
        /// The archive.
        archive: PathBuf,
        /// `tar` or `zip`.
        kind: &'static str,
        /// The entry.
        entry: String,
        /// The reason, as in "is a special file".
        reason: String,
    },
    /// It would grow beyond what source distributions are.
    #[error("{} would unpack to more than {limit} {of}", archive.display())]
    TooLarge {
        /// The archive.
        archive: PathBuf,
        /// How many there may be.
        limit: u64,
        /// `bytes` or `entries`.
        of: &'static str,
    },
}

/// Why a built wheel is not taken, in pip's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WheelFault {
    /// The name is not a wheel's.
    #[error(transparent)]
    Filename(#[from] InvalidFilename),
    /// It is the name of another project or version.
    #[error("Wheel has unexpected file name: expected '{expected}', got '{found}'")]
    Unexpected {
        /// The name or version that was built.
        expected: String,
        /// The one in the file name.
        found: String,
    },
    /// Its metadata do not say which version of the specification they follow.
    #[error("Missing Metadata-Version")]
    NoMetadataVersion,
    /// They say it in a way that cannot be understood.
    #[error("Invalid Metadata-Version: {0}")]
    MetadataVersion(String),
}
