//! What of a lock file belongs into an environment, and which file of each package.

use specifier::{
    ExtraName, Marker, MarkerContext, MarkerEnvironment, MarkerError, ProjectName, PythonRepr, Specifiers,
    Tags, Version, WheelFilename,
};

use super::read::sdist_name;
use super::{LockedArchive, LockedDirectory, LockedFile, LockedPackage, LockedRepository, Pylock};

/// What is selected for.
pub struct LockSelection<'a> {
    /// The environment.
    pub environment: &'a MarkerEnvironment,
    /// The tags of wheels that it takes, best first.
    pub tags: &'a Tags,
    /// The extras asked for.
    pub extras: &'a [ExtraName],
    /// The groups asked for.
    pub dependency_groups: &'a [ProjectName],
    /// Whether the source distribution of a project is preferred to its wheels.
    pub prefers_sdist: &'a dyn Fn(&ProjectName) -> bool,
}

/// Where a package comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LockedArtifact<'a> {
    /// A commit of a repository.
    Repository(&'a LockedRepository),
    /// A folder.
    Directory(&'a LockedDirectory),
    /// An archive by its address.
    Archive(&'a LockedArchive),
    /// A source distribution.
    Sdist(&'a LockedFile),
    /// A wheel.
    Wheel(&'a LockedFile),
}

/// Why nothing can be selected. The texts are those of `packaging.pylock`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotSelectable {
    /// The lock, or a package of it, is for another Python.
    #[error(
        "python_full_version {} in provided environment does not satisfy the Python version requirement {}{package}",
        PythonRepr(python),
        PythonRepr(requires_python)
    )]
    RequiresPython {
        /// The environment's version.
        python: String,
        /// What is wanted.
        requires_python: String,
        /// ` for package 'x' at packages[0]`; empty for the whole lock.
        package: String,
    },
    /// The lock is for other environments.
    #[error("Provided environment does not satisfy any of the environments specified in the lock file")]
    Environments,
    /// Two packages of one name apply.
    #[error(
        "Multiple packages with the name {} are selected at packages[{second}] and packages[{first}]",
        PythonRepr(name.as_str())
    )]
    Ambiguous {
        /// The name.
        name: ProjectName,
        /// Where the one is.
        first: usize,
        /// Where the other is.
        second: usize,
    },
    /// No wheel fits, and there is no source distribution.
    #[error(
        "No wheel found matching the provided tags for package {} at packages[{number}], and no sdist available as a fallback",
        PythonRepr(name.as_str())
    )]
    NoFile {
        /// The package.
        name: ProjectName,
        /// Where it is.
        number: usize,
    },
    /// A marker cannot be evaluated.
    #[error(transparent)]
    Marker(#[from] MarkerError),
}

impl LockedPackage {
    /// The version of one of its files: the package's, else what the file's name says.
    pub fn version_of(&self, artifact: LockedArtifact<'_>) -> Option<Version> {
        if self.version.is_some() {
            return self.version.clone();
        }
        match artifact {
            LockedArtifact::Wheel(file) => Some(WheelFilename::parse(&file.filename()?).ok()?.version),
            LockedArtifact::Sdist(file) => Some(sdist_name(&file.filename()?)?.1),
            LockedArtifact::Repository(_) | LockedArtifact::Directory(_) | LockedArtifact::Archive(_) => None,
        }
    }
}

impl Pylock {
    /// Whether the format is newer than what this reader knows; pip says so and goes on.
    pub fn is_newer_minor(&self) -> bool {
        self.lock_version > Version::new([1, 0])
    }

    /// The packages that belong into an environment, in their order, each with the file to take.
    pub fn select(
        &self,
        selection: &LockSelection<'_>,
    ) -> Result<Vec<(&LockedPackage, LockedArtifact<'_>)>, NotSelectable> {
        let python = Python::of(selection.environment);
        if let Some(wanted) = &self.requires_python {
            python.check(wanted, String::new)?;
        }
        if let Some(environments) = self.environments.as_ref().filter(|list| !list.is_empty()) {
            let holds =
                |marker: &Marker| marker.evaluate_in(selection.environment, MarkerContext::Requirement);
            if !any(environments, holds)? {
                return Err(NotSelectable::Environments);
            }
        }
        let context = MarkerContext::LockFile {
            extras: selection.extras,
            dependency_groups: selection.dependency_groups,
        };
        let mut selected: Vec<(usize, &LockedPackage)> = Vec::new();
        for (number, package) in self.packages.iter().enumerate() {
            if let Some(marker) = &package.marker
                && !marker.evaluate_in(selection.environment, context)?
            {
                continue;
            }
            if let Some(wanted) = &package.requires_python {
                let name = PythonRepr(package.name.as_str());
                python.check(wanted, || format!(" for package {name} at packages[{number}]"))?;
            }
            if let Some((first, _)) = selected.iter().find(|(_, other)| other.name == package.name) {
                let name = package.name.clone();
                return Err(NotSelectable::Ambiguous { name, first: *first, second: number });
            }
            selected.push((number, package));
        }
        let artifact = |(number, package): (usize, _)| Ok((package, artifact(package, number, selection)?));
        selected.into_iter().map(artifact).collect()
    }
}

/// The file of a package to take.
fn artifact<'a>(
    package: &'a LockedPackage,
    number: usize,
    selection: &LockSelection<'_>,
) -> Result<LockedArtifact<'a>, NotSelectable> {
    if let Some(repository) = &package.vcs {
        return Ok(LockedArtifact::Repository(repository));
    }
    if let Some(directory) = &package.directory {
        return Ok(LockedArtifact::Directory(directory));
    }
    if let Some(archive) = &package.archive {
        return Ok(LockedArtifact::Archive(archive));
    }
    let sdist = package.sdist.as_ref().map(LockedArtifact::Sdist);
    if let Some(sdist) = sdist
        && (selection.prefers_sdist)(&package.name)
    {
        return Ok(sdist);
    }
    let ranked = package.wheels.iter().flatten().filter_map(|wheel| {
        let filename = WheelFilename::parse(&wheel.filename()?).ok()?;
        Some((selection.tags.rank_of(&filename.tags)?, wheel))
    });
    // Of equals the first one.
    let best = ranked.min_by_key(|(rank, _)| *rank);
    best.map(|(_, wheel)| LockedArtifact::Wheel(wheel))
        .or(sdist)
        .ok_or_else(|| NotSelectable::NoFile { name: package.name.clone(), number })
}

/// Whether a marker holds; those after it are not evaluated.
fn any(
    markers: &[Marker],
    holds: impl Fn(&Marker) -> Result<bool, MarkerError>,
) -> Result<bool, MarkerError> {
    for marker in markers {
        if holds(marker)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The environment's version of Python.
struct Python {
    text: String,
    version: Option<Version>,
}

impl Python {
    fn of(environment: &MarkerEnvironment) -> Self {
        let mut text = environment.python_full_version.clone();
        if text.ends_with('+') {
            text.push_str("local");
        }
        let version = Version::parse(&text).ok();
        Self { text, version }
    }

    fn check(&self, wanted: &Specifiers, package: impl FnOnce() -> String) -> Result<(), NotSelectable> {
        // A pre-release of Python will do where nothing else is offered.
        if self.version.as_ref().is_some_and(|version| wanted.contains(version)) {
            return Ok(());
        }
        Err(NotSelectable::RequiresPython {
            python: self.text.clone(),
            requires_python: wanted.to_string(),
            package: package(),
        })
    }
}
