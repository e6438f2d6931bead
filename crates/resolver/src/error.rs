//! Why a resolution ends without an answer, and what is worth saying when it has one. The texts are pip's.

use requirement::redact_url;
use specifier::{ProjectName, PythonRepr};

use crate::failure::Failure;
use crate::source::SourceError;

/// Why there is no resolution.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// The requirements cannot be satisfied.
    #[error("{0}")]
    Unsatisfiable(Box<Failure>),
    /// The caller could not give what was asked for.
    #[error("{0}")]
    Source(SourceError),
    /// The caller asked to give up.
    #[error("Operation cancelled by user")]
    Cancelled,
    /// No answer after very many steps.
    #[error(
        "resolution-too-deep\n\n× Dependency resolution exceeded maximum depth\n╰─> Pip cannot resolve the current dependencies as the dependency graph is too complex for pip to solve efficiently.\n\nhint: Try adding lower bounds to constrain your dependencies, for example: 'package>=2.0.0' instead of just 'package'. "
    )]
    TooDeep,
    /// A constraint of a form that limits nothing.
    #[error("{0}")]
    Constraint(&'static str),
    /// A wheel given by its address that the interpreter cannot use.
    #[error("{0} is not a supported wheel on this platform.")]
    UnsupportedWheel(String),
    /// A distribution from `PyPI` that depends on something by its address.
    #[error(
        "Distributions from PyPI cannot declare direct URL dependencies.\n{name} depends on {requirement} "
    )]
    DirectReference {
        /// Who depends.
        name: String,
        /// On what.
        requirement: String,
    },
    /// An installed distribution whose version or requirements are not valid.
    #[error(
        "Cannot process installed package {name} {version} in {location} because it has an invalid {what}: {problem}"
    )]
    InvalidInstalled {
        /// Its name.
        name: String,
        /// Its version.
        version: String,
        /// Where it is.
        location: String,
        /// `version` or `requirement`.
        what: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// An index that does not tell when a file was uploaded.
    #[error("Index {} does not provide upload-time metadata.", redact_url(.0))]
    UploadTime(String),
    /// The file that a lock file names for a project, and that cannot be installed here.
    #[error("Could not install locked package {} from {}: {reason}", PythonRepr(project.as_str()), PythonRepr(comes_from))]
    Locked {
        /// The project.
        project: ProjectName,
        /// The lock file.
        comes_from: String,
        /// Why.
        reason: String,
    },
    /// Digests are required, and a requirement cannot have one.
    #[error("{}\n    {requirement}", problem.heading())]
    Hashes {
        /// What is wrong.
        problem: HashProblem,
        /// The requirement, as pip shows it.
        requirement: String,
    },
    /// An editable requirement where digests are required.
    #[error(
        "The editable requirement {0} cannot be installed when requiring hashes, because there is no single file to hash."
    )]
    EditableHash(String),
}

/// Why a requirement does not do where digests are required.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HashProblem {
    /// A repository has no digest.
    VersionControl,
    /// A folder has no digest.
    Directory,
    /// No digest is given.
    Missing,
    /// The version is not pinned.
    Unpinned,
}

impl HashProblem {
    fn heading(self) -> &'static str {
        match self {
            Self::VersionControl => {
                "Can't verify hashes for these requirements because we don't have a way to hash version control repositories:"
            }
            Self::Directory => {
                "Can't verify hashes for these file:// requirements because they point to directories:"
            }
            Self::Missing => {
                "Hashes are required in --require-hashes mode, but they are missing from some requirements. Here is a list of those requirements along with the hashes their downloaded archives actually had. Add lines like these to your requirements files to prevent tampering. (If you did not enable --require-hashes manually, note that it turns on automatically when any package has a hash.)"
            }
            Self::Unpinned => {
                "In --require-hashes mode, all requirements must have their versions pinned with ==. These do not:"
            }
        }
    }
}

impl ResolveError {
    /// A failure with what was to be told on the way; other errors stay as they are.
    pub(crate) fn warned(self, warnings: Vec<ResolveWarning>) -> Self {
        match self {
            Self::Unsatisfiable(failure) => Self::Unsatisfiable(Box::new(failure.warned(warnings))),
            other => other,
        }
    }
}

/// Something to tell the user about a resolution that succeeded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolveWarning {
    /// An extra that the distribution does not have.
    #[error("{project} {version} does not provide the extra '{extra}'")]
    UnknownExtra {
        /// The project.
        project: ProjectName,
        /// Its version.
        version: String,
        /// The extra.
        extra: String,
    },
    /// A yanked file was chosen.
    #[error(
        "The candidate selected for download or install is a yanked version: '{project}' candidate (version {version} at {link})\nReason for being yanked: {reason}"
    )]
    Yanked {
        /// The project.
        project: ProjectName,
        /// Its version.
        version: String,
        /// Where the file is, and what pip shows beside it.
        link: String,
        /// Why it was yanked.
        reason: String,
    },
    /// A version whose requirements cannot be understood was passed over.
    #[error(
        "Ignoring version {version} of {project} since it has invalid metadata:\nRequested {requirement} has invalid metadata: {problem}\nPlease use pip<24.1 if you need to use this version."
    )]
    InvalidMetadata {
        /// The project.
        project: ProjectName,
        /// The version.
        version: String,
        /// The requirement, as pip shows it.
        requirement: String,
        /// What is wrong.
        problem: String,
    },
    /// A file whose metadata is that of another project or version was passed over.
    #[error(
        "Discarding {link}: Requested {requirement} has inconsistent {field}: expected '{expected}', but metadata has '{found}'"
    )]
    Inconsistent {
        /// Where the file is.
        link: String,
        /// The requirement, as pip shows it.
        requirement: String,
        /// `name` (`Name` in a metadata file of its own) or `version`.
        field: &'static str,
        /// What it should be.
        expected: String,
        /// What it is.
        found: String,
    },
    /// A requirement of the user's does not apply here.
    #[error("Ignoring {name}: markers '{marker}' don't match your environment")]
    MarkerDoesNotMatch {
        /// The project, as it was written.
        name: String,
        /// The marker.
        marker: String,
    },
    /// A local wheel of the installed version.
    #[error(
        "{0} is already installed with the same version as the provided wheel. Use --force-reinstall to force an installation of the wheel."
    )]
    SameVersion(String),
}

impl ResolveWarning {
    /// Whether pip shows it as information rather than as a warning.
    pub fn is_information(&self) -> bool {
        matches!(self, Self::SameVersion(_) | Self::Inconsistent { .. } | Self::MarkerDoesNotMatch { .. })
    }

    /// Whether it tells why something that is installed stays, which pip says once it has looked at what would come.
    pub fn is_of_installed(&self) -> bool {
        matches!(self, Self::SameVersion(_))
    }
}
