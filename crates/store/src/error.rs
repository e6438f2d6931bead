//! What can go wrong in the store.

use std::{io, path::PathBuf, sync::Arc};

use archive::LayoutFault;
use metadata::MetadataError;

pub use crate::entry_name::NameFault;

/// Why a wheel cannot be stored, or why the store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The text is not a SHA-256 digest in hexadecimal.
    #[error("{0:?} is not a SHA-256 digest")]
    Digest(String),
    /// The archive cannot be unpacked: pip says that the wheel "is invalid".
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The archive is sound but is no wheel of this project, with the words of pip.
    #[error("{project} has an invalid wheel, {fault}")]
    Wheel {
        /// The project as it was asked for.
        project: String,
        /// What is wrong.
        fault: WheelFault,
    },
    /// The wheel follows a later major version of the wheel specification.
    #[error("{project}'s Wheel-Version ({version}) is not compatible with this version of pip")]
    WheelVersion {
        /// The project as it was asked for.
        project: String,
        /// The wheel's `Wheel-Version`.
        version: String,
    },
    /// `METADATA` names another project or version than the one that was asked for.
    #[error("inconsistent {field}: expected '{expected}', but metadata has '{found}'")]
    Inconsistent {
        /// `name` or `version`.
        field: &'static str,
        /// What was asked for.
        expected: String,
        /// What the wheel says.
        found: String,
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
    /// The interpreter that compiles cannot be used.
    #[error("could not compile with {}: {fault}", python.display())]
    Compiler {
        /// The interpreter.
        python: PathBuf,
        /// The reason.
        fault: CompilerFault,
    },
}

/// Why an archive is not unpacked.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// It is not a zip archive, or is cut off or damaged.
    #[error("not a usable zip archive: {0}")]
    Zip(#[from] rawzip::Error),
    /// One of its entries is damaged or not safe.
    #[error("the archive's entry {path:?} cannot be unpacked: {fault}")]
    Entry {
        /// The entry's name.
        path: String,
        /// The reason.
        fault: EntryFault,
    },
    /// It does not mean the same to every reader.
    #[error(transparent)]
    Layout(LayoutFault),
    /// The directory lists another number of entries than it announces.
    #[error("the archive's directory announces {announced} entries and has {found}")]
    EntryCount {
        /// What the end of the archive says.
        announced: u64,
        /// What the directory holds.
        found: u64,
    },
    /// There are more entries than any wheel has.
    #[error("the archive has more than {0} entries")]
    TooManyEntries(u64),
    /// The names in it are longer than a manifest can be.
    #[error("the names in the archive are too long to be listed")]
    TooManyNames,
    /// It would grow far more than archives do.
    #[error("the archive of {archive} bytes would unpack to {unpacked} bytes")]
    TooLarge {
        /// The size of the archive.
        archive: u64,
        /// The size of all its entries.
        unpacked: u64,
    },
}

/// Why an entry of an archive is not unpacked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntryFault {
    /// Its name is not safe.
    #[error(transparent)]
    Name(#[from] NameFault),
    /// It needs a password.
    #[error("it is encrypted")]
    Encrypted,
    /// It is compressed in a way that wheels are not.
    #[error("its compression method ({0}) is not supported")]
    Method(u16),
    /// It is a link, a device or the like.
    #[error("it is not a regular file")]
    NotRegular,
    /// Its own header contradicts the archive's directory.
    #[error("its header and the archive's directory differ")]
    HeaderMismatch,
    /// It shares bytes of the archive with another entry.
    #[error("it overlaps another entry")]
    Overlap,
    /// Another entry with other content has the same name.
    #[error("the archive has it twice with different content")]
    Duplicate,
    /// It is a file and a folder.
    #[error("it is both a file and a folder")]
    FileAndFolder,
    /// Its compressed data is damaged or does not have the announced size.
    #[error("its data is damaged")]
    Data,
    /// Its data does not have the announced checksum.
    #[error("bad CRC-32")]
    Checksum,
}

/// Why an archive is not a wheel, in the words of pip.
#[derive(Debug, thiserror::Error)]
pub enum WheelFault {
    /// It has no metadata.
    #[error(".dist-info directory not found")]
    NoInfoDirectory,
    /// It has the metadata of several distributions.
    #[error("multiple .dist-info directories found: {}", .0.join(", "))]
    InfoDirectories(Vec<String>),
    /// It has the metadata of another project.
    #[error(".dist-info directory '{info_directory}' does not start with '{project}'")]
    OtherProject {
        /// The folder.
        info_directory: String,
        /// The normalised name of the project that was asked for.
        project: String,
    },
    /// A file that every wheel has is not there.
    #[error("could not read '{0}' file: there is no such file in the archive")]
    MissingFile(String),
    /// `WHEEL` does not say which version it follows.
    #[error("WHEEL is missing Wheel-Version")]
    NoWheelVersion,
    /// `WHEEL` gives a version that is none.
    #[error("invalid Wheel-Version: '{0}'")]
    InvalidWheelVersion(String),
    /// A file of the metadata cannot be read.
    #[error("{0}")]
    Metadata(#[from] MetadataError),
}

/// Why an interpreter cannot compile.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CompilerFault {
    /// It does not start, or the pipe to it cannot be used.
    #[error("{0}")]
    Io(#[source] Arc<io::Error>),
    /// It starts but is not the one that was described.
    #[error("its byte-code has the magic number {found}, not {expected}")]
    MagicNumber {
        /// What the caller says of it.
        expected: String,
        /// What it says itself.
        found: String,
    },
    /// It ends again and again.
    #[error("its processes end unexpectedly")]
    Unstable,
}

impl From<LayoutFault> for ArchiveError {
    fn from(fault: LayoutFault) -> Self {
        match fault {
            LayoutFault::Overlap { name } => {
                Self::Entry { path: String::from_utf8_lossy(&name).into_owned(), fault: EntryFault::Overlap }
            }
            fault => Self::Layout(fault),
        }
    }
}

impl From<LayoutFault> for EntryFault {
    fn from(fault: LayoutFault) -> Self {
        match fault {
            LayoutFault::Overlap { .. } => Self::Overlap,
            LayoutFault::Header => Self::HeaderMismatch,
            LayoutFault::Data | LayoutFault::Unlisted | LayoutFault::Directory => Self::Data,
        }
    }
}

impl From<io::Error> for ArchiveError {
    fn from(error: io::Error) -> Self {
        Self::Zip(error.into())
    }
}

impl From<io::Error> for CompilerFault {
    fn from(error: io::Error) -> Self {
        Self::Io(Arc::new(error))
    }
}

impl StoreError {
    /// Whether others' rights are in the way, or a file system that is only read: what is to be done can be done elsewhere.
    pub(crate) fn is_refusal(&self) -> bool {
        let refusals = [
            io::ErrorKind::PermissionDenied,
            io::ErrorKind::ReadOnlyFilesystem,
            io::ErrorKind::CrossesDevices,
        ];
        matches!(self, Self::Io { source, .. } if refusals.contains(&source.kind()))
    }

    /// For `map_err` on file operations: what was tried, and with which path.
    pub(crate) fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }
}
