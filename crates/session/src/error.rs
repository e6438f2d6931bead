//! What can go wrong between the rooms.

use std::io;
use std::path::PathBuf;

use index::{IndexError, OwnedFile};
use installer::InstallError;
use resolver::{ResolveError, ResolvedPackage};
use store::StoreError;

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
    /// The metadata of a distribution says nothing usable.
    #[error("the metadata of {what} is invalid: {reason}")]
    Metadata {
        /// The file or project.
        what: String,
        /// What is wrong.
        reason: String,
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
    /// What was asked for can only be had by building it.
    #[error("{what} must be built from source, which oxipip cannot do yet")]
    NeedsBuild {
        /// The file, folder or address.
        what: String,
    },
}

impl SessionError {
    /// Says of which package a file is that does not match.
    pub(crate) fn of_package(self, package: &ResolvedPackage, file: &OwnedFile) -> Self {
        let origin =
            package.comes_from.as_ref().map(|origin| format!(" (from {origin})")).unwrap_or_default();
        let fragment = file.fragment.as_ref().map(|fragment| format!("#{fragment}")).unwrap_or_default();
        let url = index::redact_url(&file.url);
        self.of_requirement(format!("{} from {url}{fragment}{origin}", package.requirement))
    }

    /// Says of which requirement a file is that does not match; other errors stay as they are.
    pub(crate) fn of_requirement(self, requirement: String) -> Self {
        let Self::Index(error) = &self else { return self };
        match error.hash_comparison() {
            Some(comparison) => Self::Hashes { requirement, comparison },
            None => self,
        }
    }

    /// A reference to a file that no page holds.
    pub(crate) fn unknown_file() -> Self {
        Self::NeedsBuild { what: "a file that its index no longer lists".to_owned() }
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
