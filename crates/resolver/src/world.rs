//! All that is known during a resolution: projects, their universes, the dependencies of candidates.
//!
//! The world outlives single runs of the solver: when a run finds that a universe is too small, the universe
//! is widened and the solver starts again, with nothing asked twice.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use requirement::{Hashes, InstallRequirement, Link};
use specifier::{ExtraName, ProjectName, Requirement, Specifiers, Version, WheelFilename};

use crate::candidate_set::{Candidate, CandidateSet};
use crate::candidates::Rules;
use crate::distribution::Distribution;
use crate::edge::{Edge, Reason};
use crate::error::{ResolveError, ResolveWarning};
use crate::node::{ExtraId, Names, Node, ProjectId};
use crate::request::{Request, Upgrade};
use crate::source::{DirectCandidate, FileRef, InstalledDistribution, Source};
use crate::universe::{Choice, EntryKind, Hiding, Limits, Universe};

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

/// What the user's constraints say of a project.
#[derive(Default)]
struct Constraint {
    limits: Limits,
    /// Constraints by address, by their number in the request.
    links: Vec<usize>,
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
    pub(crate) hiding: HashMap<ProjectId, Hiding>,
    universes: HashMap<ProjectId, Universe>,
    constraints: HashMap<ProjectName, Constraint>,
    /// What the user's own requirements ask for, by project.
    wanted: HashMap<ProjectName, Specifiers>,
    /// The place of the user's first requirement of a project.
    user_order: HashMap<ProjectId, u32>,
    /// Projects that can only come from an address, so that no page is needed.
    by_address_only: HashSet<ProjectId>,
    installed: HashMap<ProjectName, Option<InstalledDistribution>>,
    distributions: HashMap<(ProjectId, EntryKind), Result<Rc<Distribution>, Unusable>>,
    /// The metadata of all files that were asked for.
    metadata: Vec<(FileRef, Arc<metadata::CoreMetadata>)>,
    prefetched: HashSet<(ProjectId, EntryKind)>,
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
            hiding: HashMap::new(),
            universes: HashMap::new(),
            constraints: HashMap::new(),
            wanted: HashMap::new(),
            user_order: HashMap::new(),
            by_address_only: HashSet::new(),
            installed: HashMap::new(),
            distributions: HashMap::new(),
            metadata: Vec::new(),
            prefetched: HashSet::new(),
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

    fn read_constraints(&mut self) -> Result<(), ResolveError> {
        for (number, constraint) in self.request.constraints.iter().enumerate() {
            if let Some(problem) = constraint.constraint_problem() {
                return Err(ResolveError::Constraint(problem));
            }
            let (Some(project), Some(specifiers)) = (constraint.project(), constraint.specifiers()) else {
                continue;
            };
            if !constraint.matches(self.request.markers, &[]) {
                continue;
            }
            let known = self.constraints.entry(project.clone()).or_default();
            known.limits.specifiers = known.limits.specifiers.intersection(specifiers);
            known.limits.hashes = known.limits.hashes.intersection(&constraint.good_hashes());
            if constraint.link().is_some() {
                known.links.push(number);
            }
        }
        Ok(())
    }

    fn read_requirements(&mut self) -> Result<Vec<Edge>, Stop> {
        let request = self.request;
        let mut applicable = Vec::new();
        for (number, requirement) in request.requirements.iter().enumerate() {
            if requirement.matches(request.markers, &[]) {
                applicable.push((number, requirement));
            } else if let (Some(name), Some(marker)) = (requirement.name(), &requirement.marker) {
                let (name, marker) = (name.to_owned(), marker.to_string());
                self.warnings.push(ResolveWarning::MarkerDoesNotMatch { name, marker });
            }
        }
        let by_address: Vec<_> =
            applicable.iter().filter(|(_, r)| r.link().is_some()).map(|(_, r)| *r).collect();
        self.source.prefetch_direct(&by_address);
        for (number, requirement) in &applicable {
            let Some(project) = requirement.project() else { continue };
            let id = ProjectId(self.projects.number(project));
            self.user_order.entry(id).or_insert(crate::universe::number(*number));
            if let Some(specifiers) = requirement.specifiers() {
                let wanted = self.wanted.entry(project.clone()).or_default();
                *wanted = wanted.intersection(specifiers);
            }
            let hashes = requirement.good_hashes();
            if !hashes.is_empty() {
                let known = self.constraints.entry(project.clone()).or_default();
                known.limits.hashes = known.limits.hashes.intersection(&hashes);
            }
        }
        let named = applicable.iter().filter(|(_, requirement)| requirement.link().is_none());
        let named: Vec<_> = named.filter_map(|(_, requirement)| requirement.project().cloned()).collect();
        self.prefetch_pages(named.iter());

        // Distributions by address first, so that the universes know them from the start.
        let mut found = HashMap::new();
        for (number, requirement) in applicable.iter().filter(|(_, requirement)| requirement.link().is_some())
        {
            let direct = self.find_direct(requirement)?;
            if let Some(direct) = direct {
                let id = self.project_of_direct(direct);
                self.user_order.entry(id).or_insert(crate::universe::number(*number));
                self.by_address_only.insert(id);
            }
            found.insert(*number, direct);
        }
        let mut edges = Vec::new();
        let mut edges_of_extras = Vec::new();
        for (number, requirement) in applicable {
            let by_name = || requirement.project().cloned();
            let is_direct = requirement.link().is_some();
            let direct = found.get(&number).copied().flatten();
            let project = match direct.and_then(|direct| self.directs.get(direct)) {
                Some(direct) => direct.candidate.project.clone(),
                None => match by_name() {
                    Some(project) => project,
                    None => continue,
                },
            };
            let ask = Ask {
                project: &project,
                specifiers: requirement.specifiers(),
                extras: &requirement.extras,
                direct: is_direct.then_some(direct),
                reason: Reason::User(number),
            };
            let (base, extras) = self.ask(&ask)?;
            if base.without_extras || extras.is_empty() {
                edges.push(base);
            } else {
                edges_of_extras.push(base);
            }
            edges_of_extras.extend(extras);
        }
        edges.extend(edges_of_extras);
        self.prefetch_likely(&edges);
        Ok(edges)
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

    /// The place of the user's first requirement of a project.
    pub(crate) fn user_order(&self, project: ProjectId) -> Option<u32> {
        self.user_order.get(&project).copied()
    }

    /// The constraint on a project, as it is shown.
    pub(crate) fn constraint_text(&self, project: &ProjectName) -> Option<String> {
        let constraint = self.constraints.get(project)?;
        let links: Vec<String> = constraint
            .links
            .iter()
            .filter_map(|number| self.request.constraints.get(*number)?.link().map(Link::redacted))
            .collect();
        let specifiers = constraint.limits.specifiers.to_string();
        match (specifiers.is_empty(), links.is_empty()) {
            (true, true) => None,
            (_, true) => Some(specifiers),
            (_, false) => Some(format!("{specifiers} (from {})", links.join(", "))),
        }
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
            Upgrade::Named => !self.user_order.contains_key(&project),
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
    fn installed_version(&mut self, project: &ProjectName) -> Result<Option<Version>, ResolveError> {
        if self.request.force_reinstall {
            return Ok(None);
        }
        let Some(installed) = self.installed(project) else { return Ok(None) };
        match Version::parse(&installed.version) {
            Ok(version) => Ok(Some(version)),
            Err(error) => Err(invalid_installed(installed, "version", error.to_string())),
        }
    }

    /// Makes sure that a project has a universe.
    fn ensure_universe(&mut self, project: ProjectId) -> Result<(), ResolveError> {
        if self.universes.contains_key(&project) {
            return Ok(());
        }
        let Some(name) = self.projects.name(project.0).cloned() else { return Ok(()) };
        let constraint = self.constraints.get(&name);
        let limits = constraint.map(|constraint| constraint.limits.clone()).unwrap_or_default();
        let links = constraint.map(|constraint| constraint.links.clone()).unwrap_or_default();
        let allows_prereleases = self.request.selection.releases.allows_prereleases(&name);
        self.universes.insert(project, Universe::new(name.clone(), limits, allows_prereleases));
        if !links.is_empty() {
            self.by_address_only.insert(project);
            return self.add_constraint_links(project, &links);
        }
        if self.by_address_only.contains(&project) {
            return Ok(());
        }
        let installed = self.installed_version(&name)?;
        let prefers_installed = self.prefers_installed(project);
        if let Some(version) = installed
            && prefers_installed
            && let Some(universe) = self.universes.get_mut(&project)
            && universe.admits(&version)
        {
            universe.open_with_installed(version);
            return Ok(());
        }
        self.widen(project)
    }

    /// Candidates that constraints name by their address. Of several different ones none will do.
    fn add_constraint_links(&mut self, project: ProjectId, links: &[usize]) -> Result<(), ResolveError> {
        let request = self.request;
        let mut constraints = links.iter().filter_map(|number| request.constraints.get(*number));
        let Some(first) = constraints.next() else { return Ok(()) };
        let same = |other: &InstallRequirement| match (first.link(), other.link()) {
            (Some(first), Some(other)) => first.is_equivalent(other),
            _ => false,
        };
        if constraints.all(same)
            && let Some(direct) = self.find_direct(first)?
        {
            self.candidate_of_direct(project, direct);
        }
        Ok(())
    }

    /// The candidates that satisfy a requirement by name.
    fn matching(&mut self, project: ProjectId, specifiers: &Specifiers) -> Result<CandidateSet, Stop> {
        self.ensure_universe(project)?;
        let needs_page = !self.by_address_only.contains(&project);
        for _ in 0..2 {
            let Some(universe) = self.universes.get_mut(&project) else { break };
            let is_complete = universe.is_open() || universe.has_page() || !needs_page;
            if is_complete && let Some(set) = universe.matching(specifiers) {
                return Ok(set);
            }
            let was_used = universe.is_used;
            self.widen(project)?;
            if was_used {
                return Err(Stop::Restart);
            }
        }
        Ok(CandidateSet::EMPTY)
    }

    /// Asks for the distribution at an address; its number, or nothing if it is not what it should be.
    fn find_direct(&mut self, requirement: &InstallRequirement) -> Result<Option<usize>, ResolveError> {
        let Some(link) = requirement.link() else { return Ok(None) };
        let editable = requirement.is_editable();
        let known = self.directs.iter().position(|direct| {
            direct.candidate.editable == editable && direct.candidate.link.is_equivalent(link)
        });
        if let Some(known) = known {
            return Ok(self.is_named_as_asked(known, requirement).then_some(known));
        }
        if link.is_wheel() {
            let filename = link.filename();
            let supported = WheelFilename::parse(&filename)
                .is_ok_and(|wheel| self.request.selection.tags.supports(&wheel.tags));
            if !supported {
                return Err(ResolveError::UnsupportedWheel(filename));
            }
        }
        let mut candidate = self.source.direct(requirement).map_err(ResolveError::Source)?;
        candidate.link = link.clone();
        candidate.editable = editable;
        let number = self.directs.len();
        self.directs.push(Direct { candidate, requirement: requirement.clone() });
        Ok(self.is_named_as_asked(number, requirement).then_some(number))
    }

    fn is_named_as_asked(&mut self, direct: usize, requirement: &InstallRequirement) -> bool {
        let Some(found) = self.directs.get(direct).map(|direct| direct.candidate.project.clone()) else {
            return false;
        };
        match requirement.project() {
            Some(asked) if *asked != found => {
                let warning = ResolveWarning::Inconsistent {
                    link: requirement.link().map(Link::redacted).unwrap_or_default(),
                    requirement: requirement.to_string(),
                    field: "name",
                    expected: asked.to_string(),
                    found: found.to_string(),
                };
                self.warn(warning);
                false
            }
            _ => true,
        }
    }

    fn project_of_direct(&mut self, direct: usize) -> ProjectId {
        let name = self.directs.get(direct).map(|direct| direct.candidate.project.clone());
        name.map_or(ProjectId(usize::MAX), |name| self.project(&name))
    }

    /// The candidate of a distribution with an address of its own, in the universe of its project.
    fn candidate_of_direct(&mut self, project: ProjectId, direct: usize) -> Option<(Candidate, bool)> {
        let version = self.directs.get(direct)?.candidate.version.clone();
        let universe = self.universes.get_mut(&project)?;
        if let Some(candidate) = universe.direct(direct) {
            return Some((candidate, false));
        }
        let was_used = universe.is_used;
        Some((universe.add_direct(version, direct), was_used))
    }

    /// A set that asks for one distribution by its address.
    fn by_address(&mut self, project: ProjectId, direct: usize) -> Result<CandidateSet, Stop> {
        if !self.universes.contains_key(&project) && !self.by_address_only.contains(&project) {
            // The page is read when a requirement by name comes along.
            let name = self.projects.name(project.0).cloned();
            let has_constraint = name.as_ref().is_some_and(|name| self.constraints.contains_key(name));
            match name {
                Some(name) if !has_constraint => {
                    let allows_prereleases = self.request.selection.releases.allows_prereleases(&name);
                    let universe = Universe::new(name, Limits::default(), allows_prereleases);
                    self.universes.insert(project, universe);
                }
                _ => self.ensure_universe(project)?,
            }
        }
        self.ensure_universe(project)?;
        let constrained_elsewhere = self.universes.get(&project).is_some_and(|universe| {
            let has_links =
                self.constraints.get(&universe.project).is_some_and(|limits| !limits.links.is_empty());
            has_links && universe.direct(direct).is_none()
        });
        if constrained_elsewhere {
            return Ok(CandidateSet::EMPTY);
        }
        let Some((candidate, grew)) = self.candidate_of_direct(project, direct) else {
            return Ok(CandidateSet::EMPTY);
        };
        if grew {
            return Err(Stop::Restart);
        }
        Ok(self.universes.get_mut(&project).map_or(CandidateSet::EMPTY, |u| u.by_address(candidate)))
    }

    /// What one requirement means to the solver: the project, and each of the extras.
    fn ask(&mut self, ask: &Ask<'_>) -> Result<(Edge, Vec<Edge>), Stop> {
        let project = self.project(ask.project);
        let set = match (ask.direct, ask.specifiers) {
            (Some(Some(direct)), _) => self.by_address(project, direct)?,
            // At the address is something else.
            (Some(None), _) => CandidateSet::EMPTY,
            (None, Some(specifiers)) => self.matching(project, specifiers)?,
            (None, None) => self.matching(project, &Specifiers::default())?,
        };
        let has_specifiers = ask.specifiers.is_some_and(|specifiers| !specifiers.is_empty());
        let without_extras = !ask.extras.is_empty() && (has_specifiers || ask.direct.is_some());
        let mut extras = Vec::with_capacity(ask.extras.len());
        for extra in ask.extras {
            let target = Node::Extra(project, ExtraId(self.extras.number(extra)));
            extras.push(Edge { target, set: set.clone(), reason: ask.reason.clone(), without_extras: false });
        }
        let base = Edge { target: Node::Project(project), set, reason: ask.reason.clone(), without_extras };
        Ok((base, extras))
    }

    /// What a package depends on at a version.
    pub(crate) fn edges(
        &mut self,
        node: Node,
        candidate: Candidate,
    ) -> Result<Result<Rc<[Edge]>, Unusable>, Stop> {
        let (project, extra) = match node {
            Node::Root => return Ok(Ok(Rc::clone(&self.roots))),
            Node::Extra(project, extra) => {
                let tie = |target| Edge {
                    target,
                    set: CandidateSet::one(candidate),
                    reason: Reason::Tie,
                    without_extras: false,
                };
                let ties = [tie(Node::Project(project)), tie(Node::ExtraBody(project, extra))];
                return Ok(Ok(Rc::new(ties)));
            }
            Node::Project(project) => (project, None),
            Node::ExtraBody(project, extra) => (project, self.extras.name(extra.0).cloned()),
        };
        if self.request.no_deps && extra.is_some() {
            return Ok(Ok(Rc::new([])));
        }
        let distribution = match self.distribution(project, candidate)? {
            Ok(distribution) => distribution,
            Err(unusable) => return Ok(Err(unusable)),
        };
        if self.request.no_deps {
            return Ok(Ok(Rc::new([])));
        }
        let requirements: Vec<Arc<Requirement>> = match &extra {
            None => distribution.dependencies().cloned().collect(),
            Some(extra) => distribution.dependencies_of_extra(extra, self.request.markers).cloned().collect(),
        };
        let named = requirements.iter().filter(|requirement| requirement.url.is_none());
        self.prefetch_pages(named.map(|requirement| &requirement.project));

        let mut edges = Vec::with_capacity(requirements.len());
        for requirement in &requirements {
            let direct = match &requirement.url {
                None => None,
                Some(_) => Some(self.find_dependency_by_address(project, requirement)?),
            };
            let ask = Ask {
                project: &requirement.project,
                specifiers: Some(&requirement.specifiers),
                extras: &requirement.extras,
                direct,
                reason: Reason::Dependency(Arc::clone(requirement)),
            };
            let (base, extras) = self.ask(&ask)?;
            if base.target == node {
                // The solver knows no package that depends on itself.
                if !base.set.has(candidate) {
                    return Ok(Err(Unusable::Itself(requirement.to_string())));
                }
            } else {
                edges.push(base);
            }
            edges.extend(extras.into_iter().filter(|edge| edge.target != node));
        }
        self.prefetch_likely(&edges);
        Ok(Ok(edges.into()))
    }

    fn find_dependency_by_address(
        &mut self,
        parent: ProjectId,
        requirement: &Requirement,
    ) -> Result<Option<usize>, ResolveError> {
        let parent = self.name(parent).map(ToString::to_string).unwrap_or_default();
        self.find_direct(&InstallRequirement::from_dependency(requirement.clone(), parent))
    }

    /// The metadata of a candidate.
    pub(crate) fn distribution(
        &mut self,
        project: ProjectId,
        candidate: Candidate,
    ) -> Result<Result<Rc<Distribution>, Unusable>, ResolveError> {
        let Some(universe) = self.universes.get(&project) else { return Ok(Err(Unusable::Metadata)) };
        let Some(entry) = universe.entry(candidate) else { return Ok(Err(Unusable::Metadata)) };
        let key = (project, entry.kind);
        if let Some(known) = self.distributions.get(&key) {
            return Ok(known.clone());
        }
        let (name, version) = (universe.project.clone(), entry.version.clone());
        let read = match entry.kind {
            EntryKind::Installed => self.read_installed(&name)?,
            EntryKind::Direct(direct) => match self.directs.get(direct) {
                None => Err(Unusable::Metadata),
                Some(direct) => {
                    let metadata = Arc::clone(&direct.candidate.metadata);
                    let requirement = direct.requirement.to_string();
                    self.read_metadata(metadata, &name, &version, requirement)
                }
            },
            EntryKind::Release(_) => match universe.file(candidate, &self.rules) {
                None => Err(Unusable::Metadata),
                Some(file) => {
                    let metadata = self.source.metadata(&file).map_err(ResolveError::Source)?;
                    self.metadata.push((file.clone(), Arc::clone(&metadata)));
                    let url = file.file().map_or("", index::IndexFile::url);
                    let requirement = format!("{name}=={version} from {}", requirement::redact_url(url));
                    match self.find_inconsistency(&metadata, &name, &version, url, &requirement) {
                        Some(warning) => {
                            self.warn(warning);
                            Err(Unusable::Metadata)
                        }
                        None => {
                            let read = self.read_metadata(metadata, &name, &version, requirement);
                            if let Ok(distribution) = &read
                                && let Some(reference) = distribution.direct_reference()
                                && self.source.forbids_direct_references(&file)
                            {
                                let name = distribution.metadata.name.clone();
                                let requirement = reference.to_string();
                                return Err(ResolveError::DirectReference { name, requirement });
                            }
                            read
                        }
                    }
                }
            },
        };
        self.distributions.insert(key, read.clone());
        Ok(read)
    }

    fn read_installed(
        &mut self,
        name: &ProjectName,
    ) -> Result<Result<Rc<Distribution>, Unusable>, ResolveError> {
        let markers = self.request.markers;
        let Some(installed) = self.installed(name) else { return Ok(Err(Unusable::Metadata)) };
        match Distribution::read(Arc::clone(&installed.metadata), markers) {
            Ok(distribution) => Ok(Ok(Rc::new(distribution))),
            Err(error) => Err(invalid_installed(installed, "requirement", error.to_string())),
        }
    }

    fn read_metadata(
        &mut self,
        metadata: Arc<metadata::CoreMetadata>,
        project: &ProjectName,
        version: &Version,
        requirement: String,
    ) -> Result<Rc<Distribution>, Unusable> {
        if !self.request.selection.ignore_requires_python
            && let Some(requires_python) = metadata.requires_python.as_deref()
            && !self.rules.python_satisfies(requires_python)
        {
            let text =
                Specifiers::parse(requires_python).map_or(requires_python.to_owned(), |s| s.to_string());
            return Err(Unusable::RequiresPython(text));
        }
        match Distribution::read(metadata, self.request.markers) {
            Ok(distribution) => Ok(Rc::new(distribution)),
            Err(error) => {
                self.warn(ResolveWarning::InvalidMetadata {
                    project: project.clone(),
                    version: version.to_string(),
                    requirement,
                    problem: error.to_string(),
                });
                Err(Unusable::Metadata)
            }
        }
    }

    fn find_inconsistency(
        &self,
        metadata: &metadata::CoreMetadata,
        project: &ProjectName,
        version: &Version,
        url: &str,
        requirement: &str,
    ) -> Option<ResolveWarning> {
        let inconsistent = |field, expected: String, found: String| ResolveWarning::Inconsistent {
            link: requirement::redact_url(url),
            requirement: requirement.to_owned(),
            field,
            expected,
            found,
        };
        let found = ProjectName::normalise(&metadata.name);
        if found != *project {
            return Some(inconsistent("name", project.to_string(), found.to_string()));
        }
        match Version::parse(&metadata.version) {
            Ok(found) if found == *version => None,
            _ => Some(inconsistent("version", version.to_string(), metadata.version.clone())),
        }
    }

    fn warn(&mut self, warning: ResolveWarning) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// Announces the pages that will have to be read.
    fn prefetch_pages<'n>(&mut self, projects: impl Iterator<Item = &'n ProjectName>) {
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

    /// Announces the metadata of the candidates that would be chosen for these edges.
    fn prefetch_likely(&mut self, edges: &[Edge]) {
        let mut files = Vec::new();
        for edge in edges {
            let Node::Project(project) = edge.target else { continue };
            let Choice::Chosen(candidate) = self.choose(project, &edge.set) else { continue };
            let Some(universe) = self.universes.get(&project) else { continue };
            let Some(kind) = universe.entry(candidate).map(|entry| entry.kind) else { continue };
            if matches!(kind, EntryKind::Release(_)) && self.prefetched.insert((project, kind)) {
                files.extend(universe.file(candidate, &self.rules));
            }
        }
        if !files.is_empty() {
            self.source.prefetch_metadata(&files);
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

    /// The metadata of a file, if it was read.
    pub(crate) fn known_metadata(&self, file: &FileRef) -> Option<Arc<metadata::CoreMetadata>> {
        let known = self.metadata.iter().find(|(known, _)| known == file)?;
        Some(Arc::clone(&known.1))
    }

    /// The digests that the user allows for a project.
    pub(crate) fn hashes(&self, project: &ProjectName) -> Hashes {
        self.constraints.get(project).map(|limits| limits.limits.hashes.clone()).unwrap_or_default()
    }
}

/// A requirement on its way to the solver.
struct Ask<'r> {
    project: &'r ProjectName,
    specifiers: Option<&'r Specifiers>,
    extras: &'r [ExtraName],
    /// By address: the distribution found there, if it is the right one.
    direct: Option<Option<usize>>,
    reason: Reason,
}

fn invalid_installed(installed: &InstalledDistribution, what: &'static str, problem: String) -> ResolveError {
    ResolveError::InvalidInstalled {
        name: installed.name.clone(),
        version: installed.version.clone(),
        location: installed.location.clone(),
        what,
        problem,
    }
}
