//! One thing to install, with where it was asked for.

use std::fmt;
use std::path::{Path, PathBuf};

use specifier::{ExtraName, Marker, MarkerEnvironment, ProjectName, Requirement, Specifiers};

use crate::argument::is_archive;
use crate::error::RequirementError;
use crate::hashes::Hashes;
use crate::link::{Link, redact_url};
use crate::surroundings::{PathKind, Surroundings};

/// A requirement of the user's, from an argument or a line of a file (pip's `InstallRequirement`).
#[derive(Debug, Clone)]
pub struct InstallRequirement {
    /// The requirement as it was written; none for a bare URL or path whose name only its metadata
    /// knows.
    pub requirement: Option<Requirement>,
    /// Where the distribution comes from.
    pub source: RequirementSource,
    /// The extras asked for.
    pub extras: Vec<ExtraName>,
    /// When it applies at all.
    pub marker: Option<Marker>,
    /// The digests that the user allows (`--hash`).
    pub hashes: Hashes,
    /// What to tell the build backend (`--config-settings`), in order; a key may be repeated.
    pub config_settings: Vec<(String, String)>,
    /// Where it was written.
    pub origin: Origin,
    /// The user named it, so the environment records it as requested.
    pub user_supplied: bool,
    /// It only limits versions and installs nothing by itself.
    pub constraint: bool,
}

/// Where a distribution comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequirementSource {
    /// From the indexes, by its name.
    Named,
    /// An archive on the network.
    Url(Link),
    /// A wheel on this machine.
    LocalWheel(Link, PathBuf),
    /// Another archive on this machine.
    LocalArchive(Link, PathBuf),
    /// A folder on this machine.
    LocalDirectory {
        /// Its `file:` URL.
        link: Link,
        /// Its path.
        path: PathBuf,
        /// Installed so that edits show at once (`-e`).
        editable: bool,
    },
    /// A repository.
    VersionControl {
        /// Its URL, with scheme and revision.
        link: Link,
        /// Checked out and installed so that edits show at once (`-e`).
        editable: bool,
    },
}

/// Where a requirement was written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Origin {
    /// An argument of the command line.
    #[default]
    CommandLine,
    /// A line of a file.
    File {
        /// `-r` or `-c`.
        flag: &'static str,
        /// The file, as it was named.
        file: String,
        /// The line, from one.
        line: u32,
    },
    /// Something else, in its own words: a dependency group, a script.
    Other(String),
}

/// What stands beside a requirement.
#[derive(Debug, Clone, Default)]
pub struct RequirementOptions {
    /// `--hash`.
    pub hashes: Hashes,
    /// `--config-settings`.
    pub config_settings: Vec<(String, String)>,
    /// The user named it.
    pub user_supplied: bool,
    /// It stands in a constraints file.
    pub constraint: bool,
}

impl RequirementSource {
    /// What a link leads to.
    pub(crate) fn of(
        link: Link,
        editable: bool,
        surroundings: &dyn Surroundings,
    ) -> Result<Self, RequirementError> {
        if link.is_vcs() {
            return Ok(Self::VersionControl { link, editable });
        }
        if !link.is_file() {
            return Ok(Self::Url(link));
        }
        let Some(path) = link.file_path() else {
            return Err(RequirementError::RemoteFile(link.url().to_owned()));
        };
        let is_directory = matches!(surroundings.path_kind(&path), PathKind::Directory { .. });
        Ok(if is_directory || editable {
            Self::LocalDirectory { link, path, editable }
        } else if link.is_wheel() {
            Self::LocalWheel(link, path)
        } else {
            Self::LocalArchive(link, path)
        })
    }

    /// What a link leads to, judged by the address alone.
    fn by_address(link: Link) -> Self {
        if link.is_vcs() {
            return Self::VersionControl { link, editable: false };
        }
        match link.file_path() {
            None => Self::Url(link),
            Some(path) if link.is_wheel() => Self::LocalWheel(link, path),
            Some(path) if is_archive(&path) => Self::LocalArchive(link, path),
            Some(path) => Self::LocalDirectory { link, path, editable: false },
        }
    }

    /// The address, of everything but [`RequirementSource::Named`].
    pub fn link(&self) -> Option<&Link> {
        match self {
            Self::Named => None,
            Self::Url(link)
            | Self::LocalWheel(link, _)
            | Self::LocalArchive(link, _)
            | Self::LocalDirectory { link, .. }
            | Self::VersionControl { link, .. } => Some(link),
        }
    }

    /// The path of what is on this machine.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::LocalWheel(_, path) | Self::LocalArchive(_, path) | Self::LocalDirectory { path, .. } => {
                Some(path)
            }
            Self::Named | Self::Url(_) | Self::VersionControl { .. } => None,
        }
    }
}

impl Origin {
    /// What pip shows after "from": `-r requirements.txt (line 3)`; nothing for the command line.
    pub fn text(&self) -> Option<String> {
        match self {
            Self::CommandLine => None,
            Self::File { flag, file, line } => Some(format!("{flag} {file} (line {line})")),
            Self::Other(text) => Some(text.clone()),
        }
    }

    /// Where in which file: `line 3 of requirements.txt`.
    pub(crate) fn line_source(&self) -> Option<String> {
        match self {
            Self::File { file, line, .. } => Some(format!("line {line} of {file}")),
            Self::CommandLine | Self::Other(_) => None,
        }
    }
}

impl InstallRequirement {
    /// A plain requirement by name or URL, as a dependency group or another program would ask for it.
    pub fn new(
        requirement: Requirement,
        origin: Origin,
        surroundings: &dyn Surroundings,
    ) -> Result<Self, RequirementError> {
        let source = match &requirement.url {
            Some(url) => RequirementSource::of(Link::new(url.as_str()), false, surroundings)?,
            None => RequirementSource::Named,
        };
        Ok(Self {
            extras: requirement.extras.clone(),
            marker: requirement.marker.clone(),
            requirement: Some(requirement),
            source,
            hashes: Hashes::default(),
            config_settings: Vec::new(),
            origin,
            user_supplied: true,
            constraint: false,
        })
    }

    /// What a distribution depends on; `from` is the chain of requirements that led to it.
    ///
    /// What stands at a `file:` URL is judged by its ending.
    pub fn from_dependency(requirement: Requirement, from: String) -> Self {
        let source = match &requirement.url {
            Some(url) => RequirementSource::by_address(Link::new(url.as_str())),
            None => RequirementSource::Named,
        };
        Self {
            extras: requirement.extras.clone(),
            marker: requirement.marker.clone(),
            requirement: Some(requirement),
            source,
            hashes: Hashes::default(),
            config_settings: Vec::new(),
            origin: Origin::Other(from),
            user_supplied: false,
            constraint: false,
        }
    }

    /// The project, if it is known before its metadata is.
    pub fn project(&self) -> Option<&ProjectName> {
        self.requirement.as_ref().map(|requirement| &requirement.project)
    }

    /// The project's name as it was written.
    pub fn name(&self) -> Option<&str> {
        self.requirement.as_ref().map(|requirement| requirement.name.as_str())
    }

    /// The versions that will do; none for a bare URL.
    pub fn specifiers(&self) -> Option<&Specifiers> {
        self.requirement.as_ref().map(|requirement| &requirement.specifiers)
    }

    /// The address of everything that is not asked for by name alone.
    pub fn link(&self) -> Option<&Link> {
        self.source.link()
    }

    /// Asked for with `-e`.
    pub fn is_editable(&self) -> bool {
        matches!(
            self.source,
            RequirementSource::LocalDirectory { editable: true, .. }
                | RequirementSource::VersionControl { editable: true, .. }
        )
    }

    /// Whether exactly one specifier, `==` or `===`, names the version, as hash checking wants it.
    pub fn is_pinned(&self) -> bool {
        use specifier::Operator::{Arbitrary, Equal};
        self.specifiers().is_some_and(|specifiers| {
            specifiers.len() == 1
                && specifiers.iter().all(|specifier| matches!(specifier.operator(), Equal | Arbitrary))
        })
    }

    /// Whether it applies; `extras` are those that the requiring distribution was asked for with. A
    /// marker that cannot be evaluated does not hold.
    pub fn matches(&self, environment: &MarkerEnvironment, extras: &[ExtraName]) -> bool {
        self.marker.as_ref().is_none_or(|marker| marker.evaluate(environment, extras).unwrap_or(false))
    }

    /// The digests that are known to be good: those of `--hash`, and that of the URL if the user gave it.
    pub fn good_hashes(&self) -> Hashes {
        let mut hashes = self.hashes.clone();
        if self.user_supplied
            && let Some((algorithm, digest)) = self.link().and_then(Link::hash)
        {
            hashes.insert(algorithm, digest);
        }
        hashes
    }

    /// Why this cannot be a constraint, in pip's words.
    pub fn constraint_problem(&self) -> Option<&'static str> {
        if self.requirement.is_none() {
            Some("Unnamed requirements are not allowed as constraints")
        } else if self.is_editable() {
            Some("Editable requirements are not allowed as constraints")
        } else if !self.extras.is_empty() {
            Some("Constraints cannot have extras")
        } else {
            None
        }
    }

    /// The requirement alone, passwords hidden: what pip shows after "Collecting".
    pub fn text(&self) -> String {
        match (&self.requirement, self.link()) {
            (Some(requirement), _) => match &requirement.url {
                Some(url) => requirement.to_string().replace(url.as_str(), &redact_url(url)),
                None => requirement.to_string(),
            },
            (None, Some(link)) => link.redacted(),
            (None, None) => "<InstallRequirement>".to_owned(),
        }
    }
}

/// pip's `str(InstallRequirement)`: the requirement, its address and where it comes from.
impl fmt::Display for InstallRequirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())?;
        if let (Some(_), Some(link)) = (&self.requirement, self.link()) {
            write!(f, " from {link}")?;
        }
        if let Some(origin) = self.origin.text() {
            write!(f, " (from {origin})")?;
        }
        Ok(())
    }
}
