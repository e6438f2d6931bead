//! Lock files as requirements: `-r pylock.toml`, with the extras and groups that are asked for.
//!
//! Files of an index become requirements pinned to their version, and the file that alone will do for them; all else
//! becomes a requirement by address. So a lock says what is installed, and yet everything is resolved as always.

use std::path::Path;

use metadata::{InvalidPylock, LockSelection, LockedArtifact, LockedPackage, NotSelectable, Pylock};
use specifier::{
    ExtraName, InvalidFilename, MarkerEnvironment, ProjectName, PythonRepr, Requirement, Tags, Version,
};

use crate::argument::{absolute, parse_argument};
use crate::editable::parse_editable;
use crate::error::{OpenError, RequirementError};
use crate::file::join_url;
use crate::hashes::Hashes;
use crate::install_requirement::{InstallRequirement, Origin, RequirementOptions};
use crate::link::{Link, UrlParts};
use crate::surroundings::{Surroundings, SurroundingsError};

/// A lock file, and what of it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LockRequest {
    /// Its path or address.
    pub location: String,
    /// The extras.
    pub extras: Vec<ExtraName>,
    /// The dependency groups.
    pub dependency_groups: Vec<ProjectName>,
    /// The groups that the lock itself names as default, too.
    pub default_groups: bool,
}

/// What is locked for.
pub struct LockTarget<'a> {
    /// The environment.
    pub environment: &'a MarkerEnvironment,
    /// The tags of wheels that it takes, best first.
    pub tags: &'a Tags,
    /// Whether the source distribution of a project is preferred to its wheels.
    pub prefers_sdist: &'a dyn Fn(&ProjectName) -> bool,
}

/// What a lock file asks for.
#[derive(Debug)]
pub struct LockedRequirements {
    /// The requirements, in the order of the file.
    pub requirements: Vec<InstallRequirement>,
    /// The files that alone will do for some of them.
    pub links: Vec<LockedLink>,
    /// A version of the format that is newer than what is understood; worth a warning.
    pub newer_version: Option<Version>,
}

/// The file that alone will do for a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedLink {
    /// The project.
    pub project: ProjectName,
    /// The file.
    pub link: Link,
    /// The lock file.
    pub comes_from: String,
    /// When it was uploaded, as TOML writes it.
    pub upload_time: Option<String>,
}

/// Why a lock file cannot be used. The texts are pip's.
#[derive(Debug, thiserror::Error)]
pub enum LockFileError {
    /// It cannot be read.
    #[error("Error reading pylock file {}: {error}", PythonRepr(file))]
    Open {
        /// The file.
        file: String,
        /// Why, in Python's words.
        error: OpenError,
    },
    /// It cannot be fetched.
    #[error("Error reading pylock file {}: {error}", PythonRepr(file))]
    Fetch {
        /// Its address.
        file: String,
        /// The caller's error.
        #[source]
        error: SurroundingsError,
    },
    /// There is nothing at a `file:` address.
    #[error("Error reading pylock file {}: 404 Client Error: {reason} for url: {file}", PythonRepr(file))]
    Missing {
        /// Its address.
        file: String,
        /// The name of Python's exception.
        reason: &'static str,
    },
    /// It is not UTF-8.
    #[error("Error reading pylock file {}: it is not valid UTF-8", PythonRepr(.0))]
    Decode(String),
    /// It is no lock file.
    #[error("Invalid pylock file {}: {error}", PythonRepr(file))]
    Invalid {
        /// The file.
        file: String,
        /// What is wrong with it.
        error: Box<InvalidPylock>,
    },
    /// Nothing of it can be selected.
    #[error("Cannot select requirements from pylock file {}: {error}", PythonRepr(file))]
    Select {
        /// The file.
        file: String,
        /// Why.
        error: Box<NotSelectable>,
    },
    /// A path that leads away from the host of the lock file.
    #[error(
        "Path {} in pylock file obtained from a URL resolves outside its location: {}",
        PythonRepr(path),
        PythonRepr(file)
    )]
    Outside {
        /// The path.
        path: String,
        /// The lock file.
        file: String,
    },
    /// An absolute path in a lock file that was fetched.
    #[error(
        "Absolute paths are not supported in pylock files obtained from a URL: {} in {}",
        PythonRepr(path),
        PythonRepr(file)
    )]
    Absolute {
        /// The path.
        path: String,
        /// The lock file.
        file: String,
    },
    /// A folder in a lock file that was fetched.
    #[error("Directory entries are not supported in remote pylock.toml {}", PythonRepr(.0))]
    RemoteDirectory(String),
    /// An address that has a fragment already.
    #[error(
        "Package URL {} cannot contain fragments in combination with subdirectory field (in {})",
        PythonRepr(url),
        PythonRepr(file)
    )]
    Fragment {
        /// The address.
        url: String,
        /// The lock file.
        file: String,
    },
    /// A file whose name tells no version.
    #[error(transparent)]
    Filename(#[from] InvalidFilename),
}

/// Reads a lock file and selects from it what is asked for.
///
/// Fails, in pip's words, where the file cannot be read, is not valid, is for another environment or names places that it
/// must not name.
pub fn read_lock_file(
    request: &LockRequest,
    target: &LockTarget<'_>,
    surroundings: &dyn Surroundings,
) -> Result<LockedRequirements, RequirementError> {
    let file = &request.location;
    let text = content(file, surroundings)?;
    let lock = Pylock::parse(&text)
        .map_err(|error| LockFileError::Invalid { file: file.clone(), error: Box::new(error) })?;
    let mut dependency_groups = request.dependency_groups.clone();
    if request.default_groups {
        dependency_groups
            .extend(lock.default_groups.iter().flatten().map(|name| ProjectName::normalise(name)));
    }
    let selection = LockSelection {
        environment: target.environment,
        tags: target.tags,
        extras: &request.extras,
        dependency_groups: &dependency_groups,
        prefers_sdist: target.prefers_sdist,
    };
    let selected = lock
        .select(&selection)
        .map_err(|error| LockFileError::Select { file: file.clone(), error: Box::new(error) })?;
    let place = Place { file, surroundings };
    let mut found = LockedRequirements {
        requirements: Vec::new(),
        links: Vec::new(),
        newer_version: lock.is_newer_minor().then(|| lock.lock_version.clone()),
    };
    for (package, artifact) in selected {
        let (requirement, link) = place.requirement(package, artifact)?;
        found.requirements.push(requirement);
        found.links.extend(link);
    }
    Ok(found)
}

fn content(file: &str, surroundings: &dyn Surroundings) -> Result<String, LockFileError> {
    let bytes = if !is_url(file) {
        let path = surroundings.working_directory().join(file);
        let open = |error| LockFileError::Open {
            file: file.to_owned(),
            error: OpenError { path: file.to_owned(), error },
        };
        surroundings.read(&path).map_err(open)?
    } else if let Some(path) = Link::new(file).file_path() {
        surroundings.read(&path).map_err(|error| LockFileError::Missing {
            file: file.to_owned(),
            reason: match error.kind() {
                std::io::ErrorKind::NotFound => "FileNotFoundError",
                std::io::ErrorKind::PermissionDenied => "PermissionError",
                std::io::ErrorKind::IsADirectory => "IsADirectoryError",
                _ => "OSError",
            },
        })?
    } else {
        let fetched = surroundings.fetch(file);
        fetched.map_err(|error| LockFileError::Fetch { file: file.to_owned(), error })?.body
    };
    String::from_utf8(bytes).map_err(|_| LockFileError::Decode(file.to_owned()))
}

/// What a lock file's paths are relative to.
struct Place<'a> {
    file: &'a str,
    surroundings: &'a dyn Surroundings,
}

impl Place<'_> {
    fn requirement(
        &self,
        package: &LockedPackage,
        artifact: LockedArtifact<'_>,
    ) -> Result<(InstallRequirement, Option<LockedLink>), RequirementError> {
        let name = &package.name;
        match artifact {
            LockedArtifact::Repository(repository) => {
                let place = self.address(repository.path.as_deref(), repository.url.as_deref())?;
                let url = format!("{}+{place}@{}", repository.kind, repository.commit_id);
                let url = self.with_subdirectory(url, repository.subdirectory.as_deref())?;
                Ok((self.parse(&format!("{name} @ {url}"), &[])?, None))
            }
            LockedArtifact::Archive(archive) => {
                let url = self.address(archive.path.as_deref(), archive.url.as_deref())?;
                let url = self.with_subdirectory(url, archive.subdirectory.as_deref())?;
                Ok((self.parse(&format!("{name} @ {url}"), &archive.hashes)?, None))
            }
            LockedArtifact::Directory(directory) => {
                if is_url(self.file) && !Link::new(self.file).is_file() {
                    return Err(LockFileError::RemoteDirectory(self.file.to_owned()).into());
                }
                let mut url = self.address(Some(&directory.path), None)?;
                for part in ["", directory.subdirectory.as_deref().unwrap_or_default()] {
                    url.push_str(part);
                    if !url.ends_with('/') {
                        url.push('/');
                    }
                }
                let origin = Origin::Other(self.file.to_owned());
                let options = RequirementOptions { user_supplied: true, ..RequirementOptions::default() };
                let requirement = if directory.editable == Some(true) {
                    parse_editable(&url, &origin, options, self.surroundings)?
                } else {
                    parse_argument(&url, &origin, options, self.surroundings)?.value
                };
                Ok((requirement, None))
            }
            LockedArtifact::Sdist(file) | LockedArtifact::Wheel(file) => {
                let version = package.version_of(artifact).map(|version| version.to_string());
                let text = format!("{name}=={}", version.unwrap_or_default());
                let requirement = self.parse(&text, &file.hashes)?;
                let link = LockedLink {
                    project: name.clone(),
                    link: Link::new(self.address(file.path.as_deref(), file.url.as_deref())?),
                    comes_from: self.file.to_owned(),
                    upload_time: file.upload_time.map(|time| time.to_string()),
                };
                Ok((requirement, Some(link)))
            }
        }
    }

    fn parse(&self, text: &str, hashes: &[(String, String)]) -> Result<InstallRequirement, RequirementError> {
        let requirement = Requirement::parse(text).map_err(|error| RequirementError::Invalid {
            text: text.to_owned(),
            error: Box::new(error),
            line_source: None,
            hint: None,
        })?;
        let origin = Origin::Other(self.file.to_owned());
        let mut parsed = InstallRequirement::new(requirement, origin, self.surroundings)?;
        let mut allowed = Hashes::default();
        hashes.iter().for_each(|(algorithm, digest)| allowed.insert(algorithm, digest));
        parsed.hashes = allowed;
        Ok(parsed)
    }

    /// The address of an artifact: its path, seen from the lock file, before its address.
    fn address(&self, path: Option<&str>, url: Option<&str>) -> Result<String, LockFileError> {
        let Some(path) = path else { return Ok(url.unwrap_or_default().to_owned()) };
        let file = self.file;
        let wrong = || (path.to_owned(), file.to_owned());
        if !is_url(file) {
            let folder = Path::new(file).parent().unwrap_or(Path::new("")).join(path);
            let working_directory = self.surroundings.working_directory();
            return Ok(Link::from_path(&absolute(working_directory, &folder.to_string_lossy()))
                .url()
                .to_owned());
        }
        if Path::new(path).is_absolute() {
            let (path, file) = wrong();
            return Err(LockFileError::Absolute { path, file });
        }
        let address = join_url(file, path);
        let (base, target) = (UrlParts::of(file), UrlParts::of(&address));
        let host = |parts: UrlParts<'_>| parts.netloc.unwrap_or_default().to_owned();
        if !base.scheme.eq_ignore_ascii_case(target.scheme) || host(base) != host(target) {
            let (path, file) = wrong();
            return Err(LockFileError::Outside { path, file });
        }
        Ok(address)
    }

    fn with_subdirectory(&self, url: String, subdirectory: Option<&str>) -> Result<String, LockFileError> {
        match subdirectory.filter(|subdirectory| !subdirectory.is_empty()) {
            None => Ok(url),
            Some(_) if url.contains('#') => Err(LockFileError::Fragment { url, file: self.file.to_owned() }),
            Some(subdirectory) => Ok(format!("{url}#subdirectory={subdirectory}")),
        }
    }
}

fn is_url(file: &str) -> bool {
    let start = file.to_ascii_lowercase();
    ["http:", "https:", "file:"].iter().any(|scheme| start.starts_with(scheme))
}
