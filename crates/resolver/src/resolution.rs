//! The answer: what to install, what stays, and why.

mod discovery;
mod order;
mod package;

use std::fmt;
use std::sync::Arc;

use metadata::CoreMetadata;
use requirement::Hashes;
use specifier::{ExtraName, ProjectName, Version};

use crate::error::{ResolveError, ResolveWarning};
use crate::node::{Node, ProjectId};
use crate::provider::Run;
use crate::solve::Solution;
use crate::source::{DirectCandidate, FileRef, InstalledDistribution};
use crate::world::World;

pub(crate) use self::discovery::chain;

/// A version of everything that is needed.
#[derive(Debug, Clone, Default)]
pub struct Resolution {
    /// In the order in which they came up, which is the order of pip's "Collecting" lines.
    pub packages: Vec<ResolvedPackage>,
    /// The packages to install, by their place in `packages`, dependencies first.
    pub install_order: Vec<usize>,
    /// The same in the order in which their versions were decided, which is that of pip's report.
    pub decided_order: Vec<usize>,
    /// What to tell the user.
    pub warnings: Vec<ResolveWarning>,
}

/// One distribution of the answer.
#[derive(Debug, Clone)]
pub struct ResolvedPackage {
    /// The project.
    pub project: ProjectName,
    /// Its name as the metadata spells it.
    pub name: String,
    /// The version.
    pub version: Version,
    /// Where it comes from.
    pub chosen: Chosen,
    /// Its metadata.
    pub metadata: Arc<CoreMetadata>,
    /// What is to be done.
    pub action: Action,
    /// The extras that are asked for, sorted.
    pub extras: Vec<ExtraName>,
    /// The user asked for it by name, which the environment records.
    pub user_supplied: bool,
    /// The requirement that brought it in first: `idna<4,>=2.5`.
    pub requirement: String,
    /// The chain of requirements behind that, as pip shows it after "from".
    pub comes_from: Option<String>,
    /// The projects that depend on it, in the order in which they came up.
    pub parents: Vec<ProjectName>,
    /// The user's first requirement of it, by its place in the request.
    pub root: Option<usize>,
    /// The digests that the user allows.
    pub hashes: Hashes,
    /// What is installed satisfies the requirement, too, and is replaced all the same; pip says so first.
    pub replaces_satisfied: Option<AlreadySatisfied>,
}

/// Where a distribution comes from.
#[derive(Debug, Clone)]
#[allow(clippy::large_enum_variant, reason = "there are few of them")]
pub enum Chosen {
    /// From an index or find-links.
    File(FileRef),
    /// From an address of its own.
    Direct(DirectCandidate),
    /// It is installed.
    Installed(InstalledDistribution),
}

/// What is to be done with a distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Install it; nothing of that name is installed.
    Install,
    /// Install it in place of what is installed.
    Reinstall,
    /// Leave what is installed.
    Keep,
    /// Do nothing: only its dependencies are wanted.
    Skip,
}

/// An installed distribution that satisfies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlreadySatisfied {
    /// The project.
    pub project: ProjectName,
    /// The requirement that it satisfies.
    pub requirement: String,
    /// The folder it is in, as it is shown.
    pub location: String,
    /// The chain of requirements behind the requirement.
    pub comes_from: Option<String>,
    /// The installed version, as its metadata spells it.
    pub version: String,
}

/// pip's line.
impl fmt::Display for AlreadySatisfied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Requirement already satisfied: {} in {}", self.requirement, self.location)?;
        if let Some(comes_from) = &self.comes_from {
            write!(f, " (from {comes_from})")?;
        }
        write!(f, " ({})", self.version)
    }
}

impl Resolution {
    /// What is to be installed, dependencies first.
    pub fn to_install(&self) -> impl Iterator<Item = &ResolvedPackage> {
        self.install_order.iter().filter_map(|position| self.packages.get(*position))
    }

    /// What is to be installed, in the order in which it was decided.
    pub fn decided(&self) -> impl Iterator<Item = &ResolvedPackage> {
        self.decided_order.iter().filter_map(|position| self.packages.get(*position))
    }

    /// What stays as it is.
    pub fn kept(&self) -> impl Iterator<Item = &ResolvedPackage> {
        self.packages.iter().filter(|package| package.action == Action::Keep)
    }
}

impl ResolvedPackage {
    /// The name as the requirement that brought it in writes it, which is how pip speaks of it.
    pub fn requested_name(&self) -> &str {
        let is_part =
            |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.');
        match self.requirement.find(|character| !is_part(character)) {
            _ if let Chosen::Direct(direct) = &self.chosen
                && !self.requirement.contains(" @ ") =>
            {
                // The names of wheels are read from their files, in normal form.
                if direct.link.is_wheel() { self.project.as_str() } else { &self.name }
            }
            Some(end) => self.requirement.get(..end).filter(|name| !name.is_empty()).unwrap_or(&self.name),
            None => &self.requirement,
        }
    }

    /// The line for an installed distribution that satisfies.
    pub fn already_satisfied(&self) -> Option<AlreadySatisfied> {
        let Chosen::Installed(installed) = &self.chosen else { return None };
        Some(AlreadySatisfied {
            project: self.project.clone(),
            requirement: self.requirement.clone(),
            location: installed.location.clone(),
            comes_from: self.comes_from.clone(),
            version: installed.version.clone(),
        })
    }
}

/// Puts the answer together.
pub(crate) fn build(
    world: &mut World<'_>,
    solution: &Solution,
    run: &Run,
) -> Result<Resolution, ResolveError> {
    let discovery = discovery::discover(world, solution, run);
    let extras = package::extras_by_project(world, solution);
    let mut warnings = std::mem::take(&mut world.warnings);
    let mut packages = Vec::with_capacity(discovery.projects.len());
    for project in &discovery.projects {
        let Some(candidate) = solution.get(&Node::Project(*project)) else { continue };
        let package = package::build(world, (*project, *candidate), &extras, &discovery, &mut warnings)?;
        packages.extend(package);
    }
    let install_order = order::order(world, solution, run, &packages);
    let mut decided_order = install_order.clone();
    decided_order
        .sort_by_key(|position| packages.get(*position).map(|package| decided_at(world, run, package)));
    Ok(Resolution { packages, install_order, decided_order, warnings })
}

/// When the solver looked at the last version of a package: the chosen one, but for jumps back to one seen before.
fn decided_at(world: &World<'_>, run: &Run, package: &ResolvedPackage) -> usize {
    let project = world.projects.find(&package.project).map(ProjectId);
    project.map_or(usize::MAX, |project| run.last_place(Node::Project(project)))
}
