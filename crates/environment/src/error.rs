//! What can go wrong in this room.

use std::io;
use std::path::PathBuf;

/// Why an interpreter or an environment cannot be found, asked, read or made.
#[derive(Debug, thiserror::Error)]
pub enum EnvironmentError {
    /// Nothing stands at the path that was given for an interpreter or an environment.
    #[error("no Python interpreter at {}", .0.display())]
    NoInterpreterAt(PathBuf),
    /// The folder holds no interpreter, so it is no environment.
    #[error("{} is not a virtual environment: it has no Python interpreter", .0.display())]
    NotAnEnvironment(PathBuf),
    /// `pyvenv.cfg` names a base interpreter that is gone.
    #[error("the virtual environment {} is broken: its base interpreter in {} is gone", .environment.display(), .home.display())]
    BaseGone {
        /// The environment.
        environment: PathBuf,
        /// The `home` folder that its configuration names.
        home: PathBuf,
    },
    /// The interpreter could not be started.
    #[error("could not start {}: {source}", .python.display())]
    Start {
        /// The interpreter.
        python: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The interpreter ran and failed, or did not answer what it was asked.
    #[error("{} did not tell about itself: {reason}", .python.display())]
    NoAnswer {
        /// The interpreter.
        python: PathBuf,
        /// What it printed on standard error, or what is wrong with the answer.
        reason: String,
    },
    /// The interpreter is older than Python 3.8.
    #[error("{} is Python {version}; Python 3.8 or newer is needed", .python.display())]
    TooOld {
        /// The interpreter.
        python: PathBuf,
        /// Its version.
        version: String,
    },
    /// No interpreter fits the request.
    #[error("no Python interpreter found for {0:?}")]
    NotFound(String),
    /// No environment is active, and no interpreter is on `PATH`.
    #[error("no Python interpreter found on PATH, and no virtual environment is active")]
    NoEnvironment,
    /// pip's words for a `--python` that names nothing.
    #[error("Could not locate Python interpreter {0}")]
    NotLocated(String),
    /// The `RECORD` of an installed distribution is damaged.
    #[error("{}: {source}", .path.display())]
    Record {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: metadata::MetadataError,
    },
    /// A file or folder could not be read or written.
    #[error("could not {action} {}: {source}", .path.display())]
    Io {
        /// What was tried: `read`, `write`, `create`...
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// A file or link stands where `venv` needs a folder; the text is venv's.
    #[error("Unable to create directory {}", crate::venv::python_repr(.0))]
    NotAFolder(PathBuf),
    /// From Python 3.11, `venv` refuses a path that cannot stand on `PATH`; the text is venv's.
    #[error("Refusing to create a venv in {} because it contains the PATH separator {}.", .0.display(), crate::venv::PATH_SEPARATOR)]
    PathSeparator(PathBuf),
    /// `--upgrade` and `--clear` together; the text is venv's.
    #[error("you cannot supply --upgrade and --clear together.")]
    UpgradeAndClear,
    /// An environment's files are UTF-8, so that its path has to be, too.
    #[error("{} is not valid UTF-8, and the files of an environment have to name it", .0.display())]
    NotUtf8(PathBuf),
    /// A line break in a path or a prompt cannot be written to `pyvenv.cfg`.
    #[error("{0:?} holds a line break, which pyvenv.cfg cannot express")]
    LineBreak(String),
}

impl EnvironmentError {
    /// For `map_err` after a file system call.
    pub(crate) fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }
}
