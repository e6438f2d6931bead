//! What is told while an install is prepared.

use std::path::Path;

use backend::{Hook, HookWarning};
use requirement::Link;
use resolver::{Resolution, ResolvedPackage};
use store::Sha256;

use crate::SessionError;

/// Receives events, from several threads.
pub type EventSink<'a> = &'a (dyn Fn(Event<'_>) + Sync);

/// One step.
pub enum Event<'a> {
    /// Something of a source on its way to a wheel; sources are built side by side.
    Build {
        /// Which source.
        source: &'a SourceId,
        /// What happens to it.
        event: &'a BuildEvent<'a>,
    },
    /// The resolution stands, and wheels are going to be built.
    BuildingWheels {
        /// The projects to build.
        names: &'a [String],
        /// What was chosen.
        resolution: &'a Resolution,
        /// How the wheel of a package is had.
        transfer: &'a dyn Fn(&ResolvedPackage) -> Transfer,
    },
    /// The wheel of a project could not be built. The others are tried all the same.
    BuildFailed {
        /// The project.
        name: &'a str,
        /// Why.
        error: &'a SessionError,
    },
    /// All wheels that had to be built were tried.
    BuiltWheels {
        /// Projects that have one.
        built: &'a [String],
        /// Projects that have none.
        failed: &'a [String],
    },
    /// The resolver has given up a version of a project, for the `count`th time (pip speaks of it at 1, 8 and 13).
    Backtracking {
        /// The project.
        project: &'a str,
        /// How many versions so far.
        count: u32,
    },
    /// Bytes of files that have arrived so far, and the bytes of all files under way as far as announced.
    Progress {
        /// Bytes that arrived.
        received: u64,
        /// Bytes announced.
        total: u64,
    },
    /// Of the files that are to be saved none is under way any more.
    AllArrived,
}

/// How a wheel is had.
#[derive(Debug, Clone, Copy, Default)]
pub struct Transfer {
    /// It was in the store: nothing is downloaded.
    pub cached: bool,
    /// Its size in bytes, where it is known.
    pub size: Option<u64>,
}

/// A source that is built.
#[derive(Debug, Clone)]
pub struct SourceId {
    /// The same in all events of one source, and in those of no other.
    pub key: String,
    /// Where it is.
    pub link: Link,
    /// The requirement that asked for it first, as pip's errors show it.
    pub what: String,
    /// The project, where the requirement tells it.
    pub name: Option<String>,
    /// Asked for as editable: checked out for good, and built so that edits show at once where the command builds such.
    pub is_editable: bool,
}

/// What happens to a source on its way to a wheel.
pub enum BuildEvent<'a> {
    /// Its archive is downloaded.
    Download {
        /// The archive.
        filename: &'a str,
        /// Its size in bytes, if the index tells.
        size: Option<u64>,
    },
    /// A wheel that was built from it before is used.
    Cached {
        /// The wheel.
        filename: &'a str,
    },
    /// The source is of another project than the requirement says.
    OtherName {
        /// The name in the requirement.
        asked: &'a str,
        /// The name in the metadata.
        found: &'a str,
    },
    /// A wheel that was built before came from an archive that the user's digests do not allow.
    OtherOrigin,
    /// The version control system has something to say.
    VersionControl(version_control::Event<'a>),
    /// There will be no metadata of it.
    Failed,
    /// A step begins or ends.
    Step {
        /// The project, as far as it is known.
        name: Option<&'a str>,
        /// Which.
        step: BuildStep,
        /// How it stands.
        status: BuildStatus,
    },
    /// A line that a hook has printed.
    Output(&'a str),
    /// A warning that a hook has raised.
    Warning(&'a HookWarning),
    /// The project declares no backend, and its requirements do not hold the one to fall back to.
    NoBackend {
        /// The requirement.
        what: &'a str,
        /// What is missing.
        missing: &'a [String],
    },
    /// A wheel was built.
    Created {
        /// The project.
        name: &'a str,
        /// The wheel.
        filename: &'a str,
        /// Its size in bytes.
        size: u64,
        /// Its digest.
        sha256: Sha256,
        /// Where it is.
        path: &'a Path,
    },
}

/// A step that takes time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuildStep {
    /// What `pyproject.toml` requires is installed.
    BuildDependencies,
    /// What the backend asks for besides is installed.
    BackendDependencies,
    /// A hook of the backend.
    Hook(Hook),
}

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuildStatus {
    /// It begins.
    Started,
    /// It ended well.
    Done,
    /// It failed.
    Failed,
}
