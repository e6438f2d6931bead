//! What can go wrong while an environment is changed.

use std::io;
use std::path::{Path, PathBuf};

use store::{Sha256, UnpackedWheel};

/// Why a plan was refused or could not be carried out. The environment is as it was before, unless
/// the error is [`InstallError::NotUndone`].
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// Something is wrong with what one requirement installs.
    #[error("For req: {requirement}. {cause}")]
    ForRequirement {
        /// The requirement as text.
        requirement: String,
        /// What is wrong.
        cause: Box<InstallError>,
    },
    /// A script entry point names a module and no object in it.
    #[error(
        "Invalid script entry point: <ExportEntry {name} = {module}:None []> - A callable suffix is required. \
         See https://packaging.python.org/specifications/entry-points/#use-for-scripts for more information."
    )]
    ScriptWithoutCallable {
        /// The script's name.
        name: String,
        /// The module it names.
        module: String,
    },
    /// A script's name leads out of the scripts folder.
    #[error(
        "Invalid script entry point name '{name}': the script would be installed outside the scripts \
         directory ({}).", scripts.display()
    )]
    ScriptOutside {
        /// The script's name.
        name: String,
        /// The scripts folder.
        scripts: PathBuf,
    },
    /// A script entry point cannot be read as `name = module:object`.
    #[error("Invalid specification '{0}'")]
    ScriptSpecification(String),
    /// A file lies in `.data` without being below a scheme key.
    #[error(
        "Unexpected file in {wheel}: '{path}'. .data directory contents should be named like: '<scheme key>/<path>'."
    )]
    UnexpectedDataFile {
        /// The wheel.
        wheel: String,
        /// The file in it.
        path: String,
    },
    /// A folder in `.data` is no scheme key.
    #[error(
        "Unknown scheme key used in {wheel}: {key} (for file '{path}'). .data directory contents should be in \
         subdirectories named with a valid scheme key (data, headers, platlib, purelib, scripts)"
    )]
    UnknownSchemeKey {
        /// The wheel.
        wheel: String,
        /// The folder's name.
        key: String,
        /// The file in it.
        path: String,
    },
    /// One of a distribution's own files cannot be read.
    #[error("{path}: {reason}", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// pip's refusal of projects that `distutils` installed: nobody knows their files.
    #[error(
        "Cannot uninstall {name} {version}\nIt is a distutils installed project and thus we cannot accurately \
         determine which files belong to it which would lead to only a partial uninstall."
    )]
    DistutilsInstall {
        /// The project's name.
        name: String,
        /// Its version.
        version: String,
    },
    /// pip's refusal of a distribution without `RECORD`.
    #[error(
        "Cannot uninstall {name} {version}\nThe package's contents are unknown: no RECORD file was found for {name}."
    )]
    MissingRecord {
        /// The project's name.
        name: String,
        /// Its version.
        version: String,
        /// Who installed it, when that is known and is not pip.
        installer: Option<String>,
    },
    /// An egg-link points elsewhere than the distribution it is said to be of.
    #[error(
        "Egg-link {link} (to {pointer}) does not match installed location of {name} (at {location})",
        link = link.display(), pointer = pointer.display(), location = location.display()
    )]
    EggLinkMismatch {
        /// The egg-link.
        link: PathBuf,
        /// Where it points.
        pointer: PathBuf,
        /// The project's name.
        name: String,
        /// Where the distribution is.
        location: PathBuf,
    },
    /// A directory is in the way of a file, or a file in the way of a directory.
    #[error("{wanted} cannot be put at {path}: something of another kind is there", path = path.display())]
    Occupied {
        /// The path.
        path: PathBuf,
        /// `a file` or `a directory`.
        wanted: &'static str,
    },
    /// The store has lost a file of a wheel, or somebody has edited it through one of its links: discard the wheel, and
    /// add it again.
    #[error("{path} in the cache is missing or was changed", path = path.display())]
    Damaged {
        /// The wheel.
        sha256: Sha256,
        /// The file.
        path: PathBuf,
    },
    /// A thread ended without a result.
    #[error("a thread that was placing files ended unexpectedly")]
    Stopped,
    /// Another process is changing this environment.
    #[error("another process is changing this environment (it holds {})", .0.display())]
    Busy(PathBuf),
    /// The journal of an earlier, cut off transaction cannot be understood.
    #[error("{path} is not a journal this version can read", path = path.display())]
    Journal {
        /// The journal.
        path: PathBuf,
    },
    /// The file system refused a step.
    #[error("cannot {action} {path}: {cause}", path = path.display())]
    Io {
        /// What was tried: `create`, `link`, `move aside` ...
        action: &'static str,
        /// What it was tried on.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A step failed, and so did bringing the environment back to what it was.
    #[error("{cause}; undoing what was done failed too: {undo}")]
    NotUndone {
        /// The step's failure.
        cause: Box<InstallError>,
        /// The first failure while undoing.
        undo: Box<InstallError>,
    },
}

impl InstallError {
    /// An error of the file system.
    pub(crate) fn io(action: &'static str, path: &Path, cause: impl Into<io::Error>) -> Self {
        Self::Io { action, path: path.to_path_buf(), cause: cause.into() }
    }

    /// The store has lost a file.
    pub(crate) fn damaged(wheel: &UnpackedWheel, path: PathBuf) -> Self {
        Self::Damaged { sha256: wheel.sha256(), path }
    }

    /// Says of which requirement an error is.
    pub(crate) fn of_requirement(self, requirement: &str) -> Self {
        Self::ForRequirement { requirement: requirement.to_owned(), cause: Box::new(self) }
    }

    /// What the file system refused a step on, where that is the error.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Io { path, .. } => Some(path),
            Self::ForRequirement { cause, .. } | Self::NotUndone { cause, .. } => cause.path(),
            _ => None,
        }
    }

    /// The error of the file system behind this one, for pip's advice about permissions and space.
    pub fn io_error(&self) -> Option<&io::Error> {
        match self {
            Self::Io { cause, .. } => Some(cause),
            Self::ForRequirement { cause, .. } | Self::NotUndone { cause, .. } => cause.io_error(),
            _ => None,
        }
    }
}
