//! What can go wrong between the rooms.

use std::io;
use std::path::PathBuf;

use backend::{Artifact, BackendError};
use environment::EnvironmentError;
use index::{IndexError, OwnedFile, RedactedUrl};
use installer::InstallError;
use metadata::MetadataError;
use requirement::Link;
use resolver::{ResolveError, ResolvedPackage};
use specifier::{ProjectName, WheelFilename};
use store::{ArchiveError, StoreError, WheelFault};
use version_control::VersionControlError;

use crate::build::SourceBuild;

/// A failure of an install, with the room that it came from.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// No set of versions satisfies all that is asked for, or a page or metadata could not be had.
    #[error(transparent)]
    Resolve(ResolveError),
    /// A file could not be fetched.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// A wheel cannot be used, or the store cannot be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The environment could not be changed.
    #[error(transparent)]
    Install(#[from] InstallError),
    /// A file that was named cannot be read.
    #[error("cannot read {}: {error}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write {}: {error}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The metadata of a distribution says nothing usable.
    #[error("the metadata of {what} is invalid: {reason}")]
    Metadata {
        /// The file or project.
        what: String,
        /// What is wrong.
        reason: String,
    },
    /// The metadata of a wheel is not UTF-8.
    #[error("Error decoding metadata for {wheel}: {error}")]
    Encoding {
        /// Where the wheel is.
        wheel: String,
        /// Which of its files, and what is wrong with it.
        error: MetadataError,
    },
    /// A wheel is not what the metadata file beside it says, by which it was chosen.
    #[error(
        "Requested {requirement} has inconsistent {field} between its PEP 658 .metadata file and the wheel's METADATA: \
         sidecar has '{beside}', wheel has '{inside}'"
    )]
    MetadataFile {
        /// The requirement with the file, as pip shows it.
        requirement: String,
        /// The field that differs.
        field: &'static str,
        /// What only the metadata file has.
        beside: String,
        /// What only the wheel has.
        inside: String,
    },
    /// A wheel that the user named is no archive that can be read.
    #[error("Wheel '{project}' located at {location} is invalid.")]
    InvalidWheel {
        /// The project.
        project: ProjectName,
        /// The file.
        location: String,
    },
    /// The server does not give what a requirement names.
    #[error("Could not install requirement {requirement} because of HTTP error {refusal} for URL {url}")]
    Refused {
        /// The requirement.
        requirement: String,
        /// Its address.
        url: RedactedUrl,
        /// What the server says.
        refusal: Box<IndexError>,
    },
    /// A wheel in the store was damaged and cannot be had again.
    #[error("{reason}, and the wheel could not be fetched again")]
    Damaged {
        /// What is damaged.
        reason: String,
    },
    /// A file is not what its index or the user says it is.
    #[error("{requirement} does not match its hashes")]
    Hashes {
        /// The requirement with the file, as pip shows it.
        requirement: String,
        /// pip's lines of what was expected and what came.
        comparison: String,
    },
    /// A file that no index lists any more.
    #[error("a file that was chosen is no longer listed by its index")]
    UnknownFile,
    /// A source has no metadata, because building it failed.
    #[error("Failed to build '{name}' when {}", step_of(cause))]
    Build {
        /// The project, or its address.
        name: String,
        /// What failed.
        cause: Box<SessionError>,
    },
    /// Wheels could not be built; each failure was told when it happened.
    #[error("Failed to build installable wheels for some pyproject.toml based projects ({})", .0.join(", "))]
    FailedBuilds(Vec<String>),
    /// The build backend failed, or there is none.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// A repository could not be had.
    #[error(transparent)]
    VersionControl(#[from] VersionControlError),
    /// An environment to build in could not be made, or read.
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// What a build requires could not be installed.
    #[error("installing {} for {what} failed: {cause}", if *.is_static { "build dependencies" } else { "backend dependencies" })]
    BuildDependencies {
        /// The requirement that is built.
        what: String,
        /// What it requires.
        requirements: Vec<String>,
        /// Whether `pyproject.toml` requires it; otherwise the backend does.
        is_static: bool,
        /// The reason.
        cause: Box<SessionError>,
    },
    /// What builds require does not fit together, or is not there; pip's words.
    #[error("{0}")]
    BuildRequirements(String),
    /// A source needs itself to be built.
    #[error("{link} is already being built: {what}")]
    BuildCycle {
        /// The address of the source.
        link: String,
        /// The requirement.
        what: String,
    },
    /// The backend cannot build editables.
    #[error(
        "Project {what} uses a build backend that is missing the 'build_editable' hook, so it cannot be installed \
         in editable mode. Consider using a build backend that supports PEP 660."
    )]
    NotEditable {
        /// The requirement.
        what: String,
    },
    /// The backend built something else than was asked for.
    #[error("Built {} for {name} is invalid: {fault}", if *.artifact == Artifact::Editable { "editable" } else { "wheel" })]
    InvalidBuild {
        /// The project.
        name: String,
        /// What was to be built.
        artifact: Artifact,
        /// What is wrong.
        fault: String,
    },
    /// A folder inside an archive or repository that is not inside.
    #[error("the subdirectory {0:?} leads out of its source")]
    Subdirectory(String),
    /// A folder could not be made.
    #[error("cannot make a folder in {}: {error}", path.display())]
    Folder {
        /// Where.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

impl SessionError {
    /// The metadata of a file cannot be used.
    pub(crate) fn of_metadata(file: &OwnedFile, error: MetadataError) -> Self {
        match error {
            MetadataError::Encoding { .. } => Self::Encoding { wheel: place(file), error },
            other => Self::Metadata { what: file.filename.clone(), reason: other.to_string() },
        }
    }

    /// A wheel cannot be stored.
    pub(crate) fn of_store(file: &OwnedFile, error: StoreError) -> Self {
        match error {
            StoreError::Wheel {
                fault: WheelFault::Metadata(error @ MetadataError::Encoding { .. }), ..
            } => Self::of_metadata(file, error),
            // pip says no more of what is no archive; why one is refused that can be read, it must say.
            StoreError::Archive(ArchiveError::Zip(_)) => {
                match (Link::new(file.url.as_str()).file_path(), WheelFilename::parse(&file.filename)) {
                    (Some(path), Ok(name)) => {
                        Self::InvalidWheel { project: name.project, location: path.display().to_string() }
                    }
                    _ => error.into(),
                }
            }
            other => other.into(),
        }
    }

    /// Says of which package a file is that does not match.
    pub(crate) fn of_package(self, package: &ResolvedPackage, file: &OwnedFile) -> Self {
        self.of_requirement(requirement_with_file(package, file))
    }

    /// Says of which requirement a file is that does not match; other errors stay as they are.
    pub(crate) fn of_requirement(self, requirement: String) -> Self {
        let Self::Index(error) = &self else { return self };
        match error.hash_comparison() {
            Some(comparison) => Self::Hashes { requirement, comparison },
            None => self,
        }
    }

    /// Says which source it was that failed; what pip says in words of its own stays as it is.
    pub(crate) fn of_build(self, source: &SourceBuild) -> Self {
        let is_of_build = matches!(
            self,
            Self::Backend(BackendError::Hook(_) | BackendError::Unavailable { .. })
                | Self::VersionControl(VersionControlError::Command(_))
                | Self::BuildDependencies { .. }
        );
        if !is_of_build {
            return self;
        }
        let name = source.id.name.clone().unwrap_or_else(|| source.id.link.redacted());
        Self::Build { name, cause: Box::new(self) }
    }

    /// A reference to a file that no page holds.
    pub(crate) fn unknown_file() -> Self {
        Self::UnknownFile
    }

    /// The resolver's error; an error of this room that only passed through it becomes itself again.
    pub(crate) fn of_resolver(error: ResolveError) -> Self {
        match error {
            ResolveError::Source(source) => match source.downcast::<Self>() {
                Ok(own) => *own,
                Err(foreign) => Self::Resolve(ResolveError::Source(foreign)),
            },
            other => Self::Resolve(other),
        }
    }
}

/// Where a file is: its path, else its address.
fn place(file: &OwnedFile) -> String {
    let link = Link::new(&file.url);
    link.file_path().map_or_else(|| link.redacted(), |path| path.display().to_string())
}

/// A requirement with the file that was chosen for it, as pip shows the two.
pub(crate) fn requirement_with_file(package: &ResolvedPackage, file: &OwnedFile) -> String {
    let origin = package.comes_from.as_ref().map(|origin| format!(" (from {origin})")).unwrap_or_default();
    let fragment = file.fragment.as_ref().map(|fragment| format!("#{fragment}")).unwrap_or_default();
    let url = index::redact_url(&file.url);
    format!("{}=={} from {url}{fragment}{origin}", package.requested_name(), package.version)
}

/// What was being done when a build failed, in pip's words.
pub fn step_of(error: &SessionError) -> String {
    match error {
        SessionError::Backend(BackendError::Hook(failure)) => failure.description.to_lowercase(),
        SessionError::Backend(BackendError::Unavailable { hook, .. }) => {
            format!("calling build backend hook {}", hook.name())
        }
        SessionError::VersionControl(VersionControlError::Command(failure)) => {
            failure.description.to_lowercase()
        }
        SessionError::BuildDependencies { what: _, is_static: true, .. } => {
            "installing build dependencies".to_owned()
        }
        SessionError::BuildDependencies { .. } => "installing backend dependencies".to_owned(),
        other => other.to_string(),
    }
}
