//! All that is known during a resolution: projects, their universes, the dependencies of candidates.
//!
//! The world outlives single runs of the solver: when a run finds that a universe is too small, the universe
//! is widened and the solver starts again, with nothing asked twice.

mod address;
mod dependencies;
mod metadata;
mod user;

use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use pubgrub::{Map, Set};
use requirement::{Hashes, InstallRequirement};
use specifier::{ExtraName, ProjectName, Specifiers, Version};

use crate::candidate_set::{Candidate, CandidateSet};
use crate::candidates::Rules;
use crate::distribution::{Distribution, KnownRequirements};
use crate::edge::Edge;
use crate::error::{ResolveError, ResolveWarning};
use crate::locked;
use crate::node::{Names, Node, ProjectId};
use crate::request::{Request, Upgrade};
use crate::source::{DirectCandidate, FileRef, InstalledDistribution, Source};
use crate::universe::{Choice, EntryKind, Hiding, Universe};

use self::metadata::invalid_installed;
use self::user::Constraint;

/// Why a candidate cannot be used whatever else is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unusable {
    /// It wants another Python.
    RequiresPython(String),
    /// Its metadata is invalid, or that of something else.
    Metadata,
    /// It depends on another version of itself.
    Itself(String),
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RequiresPython(specifiers) => write!(f, "requires Python {specifiers}"),
            Self::Metadata => f.write_str("has invalid metadata"),
            Self::Itself(requirement) => write!(f, "depends on {requirement}, which is itself"),
        }
    }
}

/// Why a run of the solver ends early.
#[derive(Debug)]
pub(crate) enum Stop {
    /// A universe was widened: run again.
    Restart,
    /// There is no point in going on.
    Failed(ResolveError),
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Restart => f.write_str("a universe was widened"),
            Self::Failed(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Stop {}

impl From<ResolveError> for Stop {
    fn from(error: ResolveError) -> Self {
        Self::Failed(error)
    }
}

/// A distribution with an address of its own, and who asked for it.
pub(crate) struct Direct {
    pub(crate) candidate: DirectCandidate,
    pub(crate) requirement: InstallRequirement,
}

/// See the module.
pub(crate) struct World<'a> {
    pub(crate) request: &'a Request<'a>,
    pub(crate) source: &'a dyn Source,
    pub(crate) rules: Rules<'a>,
    pub(crate) projects: Names<ProjectName>,
    pub(crate) extras: Names<ExtraName>,
    pub(crate) directs: Vec<Direct>,
    pub(crate) warnings: Vec<ResolveWarning>,
    /// How candidates that need a reason are treated.
    pub(crate) hiding: Map<ProjectId, Hiding>,
    universes: Map<ProjectId, Universe>,
    constraints: Map<ProjectName, Constraint>,
    /// What the user's own requirements ask for, by project.
    wanted: Map<ProjectName, Specifiers>,
    /// The place of the user's first requirement of a package.
    user_order: Map<Node, u32>,
    /// Projects that the user names.
    named: Set<ProjectId>,
    /// Projects that can only come from an address, so that no page is needed.
    by_address_only: Set<ProjectId>,
    installed: Map<ProjectName, Option<InstalledDistribution>>,
    distributions: Map<(ProjectId, EntryKind), Result<Rc<Distribution>, Unusable>>,
    known_requirements: KnownRequirements,
    /// The metadata of all files that were asked for.
    metadata: Vec<(FileRef, Arc<::metadata::CoreMetadata>)>,
    prefetched: Set<(ProjectId, EntryKind)>,
    /// What was told of versions that were given up.
    told: Set<(ProjectId, usize)>,
    /// The user's requirements.
    roots: Rc<[Edge]>,
}

impl<'a> World<'a> {
    /// Reads the request: constraints, markers, distributions with an address of their own.
    pub(crate) fn new(request: &'a Request<'a>, source: &'a dyn Source) -> Result<Self, ResolveError> {
        let mut world = Self {
            request,
            source,
            rules: Rules::new(request.selection),
            projects: Names::default(),
            extras: Names::default(),
            directs: Vec::new(),
            warnings: Vec::new(),
            hiding: Map::default(),
            universes: Map::default(),
            constraints: Map::default(),
            wanted: Map::default(),
            user_order: Map::default(),
            named: Set::default(),
            by_address_only: Set::default(),
            installed: Map::default(),
            distributions: Map::default(),
            known_requirements: KnownRequirements::default(),
            metadata: Vec::new(),
            prefetched: Set::default(),
            told: Set::default(),
            roots: Rc::new([]),
        };
        world.read_constraints()?;
        world.roots = loop {
            // A universe that grows while the user's requirements are read needs a second look.
            match world.read_requirements() {
                Ok(edges) => break edges.into(),
                Err(Stop::Failed(error)) => return Err(error),
                Err(Stop::Restart) => world.warnings.clear(),
            }
        };
        Ok(world)
    }

    /// The number of a project.
    pub(crate) fn project(&mut self, project: &ProjectName) -> ProjectId {
        ProjectId(self.projects.number(project))
    }

    /// The name of a project.
    pub(crate) fn name(&self, project: ProjectId) -> Option<&ProjectName> {
        self.projects.name(project.0)
    }

    pub(crate) fn universe(&self, project: ProjectId) -> Option<&Universe> {
        self.universes.get(&project)
    }

    /// All projects that were looked at.
    pub(crate) fn universes(&self) -> impl Iterator<Item = &Universe> {
        self.universes.values()
    }

    /// The place of the user's first requirement of a package.
    pub(crate) fn user_order(&self, node: Node) -> Option<u32> {
        self.user_order.get(&node).copied()
    }

    /// What is installed of a project, whether it may stay or not.
    pub(crate) fn installed(&mut self, project: &ProjectName) -> Option<&InstalledDistribution> {
        if self.request.ignore_installed {
            return None;
        }
        let installed = self.request.installed;
        self.installed.entry(project.clone()).or_insert_with(|| installed.find(project)).as_ref()
    }

    /// Whether what is installed stays as long as it satisfies.
    pub(crate) fn prefers_installed(&self, project: ProjectId) -> bool {
        match self.request.upgrade {
            Upgrade::No => true,
            Upgrade::Named => !self.named.contains(&project),
            Upgrade::All => false,
        }
    }

    /// pip's choice among a set of candidates of a project.
    pub(crate) fn choose(&self, project: ProjectId, set: &CandidateSet) -> Choice {
        let hiding = self.hiding.get(&project).copied().unwrap_or_default();
        self.universes.get(&project).map_or(Choice::Nothing, |universe| {
            universe.choose(set, self.prefers_installed(project), hiding, &self.rules)
        })
    }

    /// Reads the page of a project of which only the installed version was known.
    pub(crate) fn widen(&mut self, project: ProjectId) -> Result<(), ResolveError> {
        let Some(name) = self.projects.name(project.0).cloned() else { return Ok(()) };
        let page = self.source.page(&name).map_err(ResolveError::Source)?;
        locked::check(&page, &name, self.request.selection)?;
        let installed = self.installed_version(&name)?;
        let wanted = self.wanted.get(&name).cloned().unwrap_or_default();
        let Some(universe) = self.universes.get_mut(&project) else { return Ok(()) };
        universe.fill(page, installed, &self.rules, &wanted);
        if let Some(file) = universe.without_upload_time(&self.rules) {
            let page = file.file().map_or("", index::IndexFile::comes_from);
            return Err(ResolveError::UploadTime(page.to_owned()));
        }
        Ok(())
    }

    /// The version of what is installed, as a candidate.
    pub(super) fn installed_version(
        &mut self,
        project: &ProjectName,
    ) -> Result<Option<Version>, ResolveError> {
        if self.request.force_reinstall {
            return Ok(None);
        }
        let Some(installed) = self.installed(project) else { return Ok(None) };
        match Version::parse(&installed.version) {
            Ok(version) => Ok(Some(version)),
            Err(error) => Err(invalid_installed(installed, "version", error.to_string())),
        }
    }

    /// Makes sure that a project has a universe, be it empty.
    pub(super) fn make_universe(&mut self, project: ProjectId) -> Result<(), ResolveError> {
        if self.universes.contains_key(&project) {
            return Ok(());
        }
        let Some(name) = self.projects.name(project.0).cloned() else { return Ok(()) };
        let constraint = self.constraints.get(&name);
        let limits = constraint.map(|constraint| constraint.limits.clone()).unwrap_or_default();
        let links = constraint.map(|constraint| constraint.links.clone()).unwrap_or_default();
        let allows_prereleases = self.request.selection.releases.allows_prereleases(&name);
        self.universes.insert(project, Universe::new(name, limits, allows_prereleases));
        if !links.is_empty() {
            self.by_address_only.insert(project);
            self.add_constraint_links(project, &links)?;
        }
        Ok(())
    }

    /// Makes sure that the versions of a project are known as far as is needed: what is installed, or the
    /// page.
    fn load(&mut self, project: ProjectId) -> Result<(), Stop> {
        let Some(universe) = self.universes.get(&project) else { return Ok(()) };
        if universe.is_open() || universe.has_page() || self.by_address_only.contains(&project) {
            return Ok(());
        }
        let (name, is_empty) = (universe.project.clone(), universe.count() == 0);
        if is_empty
            && self.prefers_installed(project)
            && let Some(version) = self.installed_version(&name)?
            && let Some(universe) = self.universes.get_mut(&project)
            && universe.admits(&version)
        {
            universe.open_with_installed(version);
            return Ok(());
        }
        self.widen_used(project)
    }

    /// Reads the page of a project; if the solver works with what was known, it must start again.
    fn widen_used(&mut self, project: ProjectId) -> Result<(), Stop> {
        let was_used = self.universes.get(&project).is_some_and(|universe| universe.is_used);
        self.widen(project)?;
        if was_used { Err(Stop::Restart) } else { Ok(()) }
    }

    /// The candidates that satisfy a requirement by name.
    pub(super) fn matching(
        &mut self,
        project: ProjectId,
        specifiers: &Specifiers,
    ) -> Result<CandidateSet, Stop> {
        self.make_universe(project)?;
        self.load(project)?;
        let known = self.universes.get_mut(&project).and_then(|universe| universe.matching(specifiers));
        if let Some(set) = known {
            return Ok(set);
        }
        // What is installed does not do.
        self.widen_used(project)?;
        let known = self.universes.get_mut(&project).and_then(|universe| universe.matching(specifiers));
        Ok(known.unwrap_or(CandidateSet::EMPTY))
    }

    /// Announces the pages that will have to be read.
    pub(super) fn prefetch_pages<'n>(&mut self, projects: impl Iterator<Item = &'n ProjectName>) {
        let mut unknown: Vec<ProjectName> = Vec::new();
        for project in projects {
            let id = self.project(project);
            let has_links = self.constraints.get(project).is_some_and(|limits| !limits.links.is_empty());
            if self.universes.contains_key(&id)
                || self.by_address_only.contains(&id)
                || has_links
                || unknown.contains(project)
            {
                continue;
            }
            let stays = !self.request.force_reinstall
                && self.prefers_installed(id)
                && self.installed(project).is_some();
            if !stays {
                unknown.push(project.clone());
            }
        }
        if !unknown.is_empty() {
            self.source.prefetch_pages(&unknown);
        }
    }

    pub(super) fn warn(&mut self, warning: ResolveWarning) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// The file of a candidate of an index.
    pub(crate) fn file(&self, project: ProjectId, candidate: Candidate) -> Option<FileRef> {
        self.universe(project)?.file(candidate, &self.rules)
    }

    /// Whether the page of a project was read.
    pub(crate) fn has_page(&self, project: &ProjectName) -> bool {
        let id = self.projects.find(project).map(ProjectId);
        id.and_then(|id| self.universe(id)).is_some_and(Universe::has_page)
    }

    /// What the constraints admit of a project.
    pub(crate) fn admits(&self, project: &ProjectName) -> Specifiers {
        self.constraints.get(project).map(|limits| limits.limits.specifiers.clone()).unwrap_or_default()
    }

    /// The digests that the user allows for a project.
    pub(crate) fn hashes(&self, project: &ProjectName) -> Hashes {
        self.constraints.get(project).map(|limits| limits.limits.hashes.clone()).unwrap_or_default()
    }
}
