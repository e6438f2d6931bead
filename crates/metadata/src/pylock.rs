//! Lock files, `pylock.toml`: what exactly is to be installed, and from where.
//!
//! [`Pylock::parse`] reads and checks one, [`Pylock::select`] says what of it belongs into an environment, and
//! [`Pylock::to_toml`] writes one. Rules and messages are those of `packaging.pylock`.

mod read;
mod select;
#[cfg(test)]
mod tests;
mod write;

use percent_encoding::percent_decode_str;
use specifier::{ExtraName, Marker, ProjectName, Specifiers, Version};
use toml::Table;
use toml::value::Datetime;

pub use read::{InvalidPylock, PylockProblem};
pub use select::{LockSelection, LockedArtifact, NotSelectable};

/// A lock file.
#[derive(Debug, Clone, PartialEq)]
pub struct Pylock {
    /// The version of the format. Readers of 1.0 take any 1.x and say so.
    pub lock_version: Version,
    /// The environments that the lock is for; everywhere if it does not say.
    pub environments: Option<Vec<Marker>>,
    /// The versions of Python that the lock is for.
    pub requires_python: Option<Specifiers>,
    /// The extras that can be asked for.
    pub extras: Option<Vec<ExtraName>>,
    /// The dependency groups that can be asked for.
    pub dependency_groups: Option<Vec<String>>,
    /// The groups that are installed unless something else is asked for.
    pub default_groups: Option<Vec<String>>,
    /// The tool that wrote it.
    pub created_by: String,
    /// What is locked.
    pub packages: Vec<LockedPackage>,
    /// What tools keep for themselves.
    pub tool: Option<Table>,
}

/// One project in a lock file. It has either one of `vcs`, `directory` and `archive`, or `sdist` and `wheels`.
#[derive(Debug, Clone, PartialEq)]
pub struct LockedPackage {
    /// The project.
    pub name: ProjectName,
    /// Its version; not for what changes without a new version.
    pub version: Option<Version>,
    /// When it belongs into an environment.
    pub marker: Option<Marker>,
    /// The versions of Python that it runs on.
    pub requires_python: Option<Specifiers>,
    /// What it depends on, which is information only.
    pub dependencies: Option<Vec<Table>>,
    /// A commit of a repository.
    pub vcs: Option<LockedRepository>,
    /// A folder.
    pub directory: Option<LockedDirectory>,
    /// An archive by its address.
    pub archive: Option<LockedArchive>,
    /// The index that it was found on.
    pub index: Option<String>,
    /// The source distribution.
    pub sdist: Option<LockedFile>,
    /// The wheels.
    pub wheels: Option<Vec<LockedFile>>,
    /// Who attests to its files.
    pub attestation_identities: Option<Vec<Table>>,
    /// What tools keep for themselves.
    pub tool: Option<Table>,
}

/// A commit of a repository.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LockedRepository {
    /// `git`, `hg`, `svn` or `bzr`.
    pub kind: String,
    /// Its address.
    pub url: Option<String>,
    /// Its path, relative to the lock file or absolute; it is preferred to the address.
    pub path: Option<String>,
    /// The branch or tag that was asked for.
    pub requested_revision: Option<String>,
    /// The commit.
    pub commit_id: String,
    /// The folder inside that holds the project.
    pub subdirectory: Option<String>,
}

/// A folder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LockedDirectory {
    /// Its path, relative to the lock file or absolute.
    pub path: String,
    /// Installed so that edits show at once.
    pub editable: Option<bool>,
    /// The folder inside that holds the project.
    pub subdirectory: Option<String>,
}

/// An archive by its address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LockedArchive {
    /// Its address.
    pub url: Option<String>,
    /// Its path, relative to the lock file or absolute; it is preferred to the address.
    pub path: Option<String>,
    /// Its size in bytes.
    pub size: Option<i64>,
    /// When it was uploaded.
    pub upload_time: Option<Datetime>,
    /// Its digests: algorithm and hexadecimal text.
    pub hashes: Vec<(String, String)>,
    /// The folder inside that holds the project.
    pub subdirectory: Option<String>,
}

/// A source distribution or a wheel.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LockedFile {
    /// Its file name, if the address does not end with it.
    pub name: Option<String>,
    /// When it was uploaded.
    pub upload_time: Option<Datetime>,
    /// Its address.
    pub url: Option<String>,
    /// Its path, relative to the lock file or absolute; it is preferred to the address.
    pub path: Option<String>,
    /// Its size in bytes.
    pub size: Option<i64>,
    /// Its digests: algorithm and hexadecimal text.
    pub hashes: Vec<(String, String)>,
}

impl Pylock {
    /// Version 1.0 of a lock of these packages, and nothing else.
    pub fn new(created_by: &str, packages: Vec<LockedPackage>) -> Self {
        Self {
            lock_version: Version::new([1, 0]),
            environments: None,
            requires_python: None,
            extras: None,
            dependency_groups: None,
            default_groups: None,
            created_by: created_by.to_owned(),
            packages,
            tool: None,
        }
    }
}

impl LockedPackage {
    /// A project of which nothing else is known yet.
    pub fn new(name: ProjectName) -> Self {
        Self {
            name,
            version: None,
            marker: None,
            requires_python: None,
            dependencies: None,
            vcs: None,
            directory: None,
            archive: None,
            index: None,
            sdist: None,
            wheels: None,
            attestation_identities: None,
            tool: None,
        }
    }
}

impl LockedFile {
    /// Its file name: as it is given, else the end of the path, else the end of the address.
    pub fn filename(&self) -> Option<String> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let of_path = |path: String| {
            let separator = if path.contains('/') { '/' } else { '\\' };
            path.rsplit(separator).next().unwrap_or_default().to_owned()
        };
        let name = given(&self.name)
            .or_else(|| given(&self.path).map(of_path).filter(|name| !name.is_empty()))
            .or_else(|| self.url.as_deref().map(end_of_address));
        name.filter(|name| !name.is_empty())
    }
}

/// What follows the last slash of the path, decoded.
fn end_of_address(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    // Without any slash behind the host there is no path.
    let path = match path.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => path,
    };
    let name = path.rsplit('/').next().unwrap_or_default();
    let name = name.split(';').next().unwrap_or_default();
    percent_decode_str(name).decode_utf8_lossy().into_owned()
}
