//! Names of distribution files, which say what is in them.

mod sdist;
#[cfg(test)]
mod tests;
mod wheel;

use crate::ProjectName;
use crate::python_text::repr;
pub use sdist::SdistFilename;
pub use wheel::{BuildTag, InvalidTag, WheelFilename, WheelTags};

/// Why a file's name says nothing usable about its content. Shown in pip's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidFilename {
    /// Not a `.whl` file.
    #[error("Invalid wheel filename (extension must be '.whl'): {}", repr(.0))]
    NotAWheel(String),
    /// Not five or six parts with dashes between them.
    #[error("Invalid wheel filename (wrong number of parts): {}", repr(.0))]
    WrongParts(String),
    /// The first part of a wheel's name cannot be the name of a project.
    #[error("Invalid project name: {}", repr(.0))]
    WheelProject(String),
    /// The second part of a wheel's name is not a version.
    #[error("Invalid wheel filename (invalid version): {}", repr(.0))]
    WheelVersion(String),
    /// The build tag of a wheel does not start with a digit.
    #[error("Invalid build number: {build} in {}", repr(.filename))]
    WheelBuild {
        /// The build tag.
        build: String,
        /// The name of the file without its extension.
        filename: String,
    },
    /// The last three parts of a wheel's name are not compatibility tags.
    #[error("Invalid wheel filename (invalid tag component): {}", repr(.0))]
    WheelTags(String),
    /// A file without an extension.
    #[error("not a file")]
    NotAFile,
    /// An extension that is not one of a source distribution.
    #[error("unsupported archive format: {0}")]
    UnsupportedFormat(String),
    /// The name of a source distribution is not that of the project with a version after it.
    #[error("Missing project version for {0}")]
    MissingVersion(ProjectName),
    /// What follows the project's name in that of a source distribution is not a version.
    #[error(transparent)]
    SdistVersion(#[from] crate::InvalidVersion),
}
