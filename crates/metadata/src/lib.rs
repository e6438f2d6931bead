//! The files that describe a distribution, read and written without touching the disk.
//!
//! What comes in: the bytes of `METADATA`, `RECORD`, `WHEEL`, `entry_points.txt` or
//! `direct_url.json`, from a wheel, an index or an installed distribution. What goes out: plain
//! values. The resolver asks [`CoreMetadata`] for dependencies, the store asks [`WheelInfo`] whether
//! a wheel may be installed, the installer writes [`Record`] and [`DirectUrl`], and the commands
//! show what is in all of them.
//!
//! Nothing here panics, whatever the bytes: files written by unknown tools are the normal case.

mod core_metadata;
mod direct_url;
mod entry_points;
mod headers;
mod json;
mod metadata_json;
mod pylock;
mod record;
mod toml_text;
mod utf8;
mod wheel_info;

pub use core_metadata::CoreMetadata;
pub use direct_url::{DirectUrl, DirectUrlKind};
pub use entry_points::{EntryPoint, EntryPoints};
pub use json::python_json;
pub use pylock::{
    InvalidPylock, LockSelection, LockedArchive, LockedArtifact, LockedDirectory, LockedFile, LockedPackage,
    LockedRepository, NotSelectable, Pylock, PylockProblem,
};
pub use record::{Record, RecordRow, record_text};
pub use toml_text::{InvalidToml, PythonValue, parse_toml};
pub use wheel_info::WheelInfo;

/// What can be wrong with one of the files of this room.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    /// A header that every file of this kind must have is missing.
    #[error("{file} has no {field} field")]
    MissingField {
        /// The file's name: `METADATA` or `WHEEL`.
        file: &'static str,
        /// The header's name.
        field: &'static str,
    },
    /// It is not UTF-8.
    #[error("{problem} in {file} file")]
    Encoding {
        /// The file's name: `METADATA` or `entry_points.txt`.
        file: &'static str,
        /// What Python says of it.
        problem: String,
    },
    /// The `Wheel-Version` is not two numbers.
    #[error("invalid Wheel-Version: {0:?}")]
    WheelVersion(String),
    /// A `RECORD` row is not CSV with up to three columns.
    #[error("RECORD line {line}: {reason}")]
    Record {
        /// The line, counted from one.
        line: u64,
        /// What the CSV reader says of it.
        reason: String,
    },
    /// `direct_url.json` is not JSON or lacks what the specification asks for.
    #[error("invalid direct_url.json: {0}")]
    DirectUrl(String),
}
