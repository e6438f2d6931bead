//! The answer: what to install, what stays, and why.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;

use metadata::CoreMetadata;
use requirement::{Hashes, InstallRequirement, RequirementSource};
use specifier::{ExtraName, ProjectName, Version};

use crate::candidate_set::Candidate;
use crate::edge::Reason;
use crate::error::{HashProblem, ResolveError, ResolveWarning};
use crate::install_order::{Graph, weights};
use crate::node::{Node, ProjectId};
use crate::provider::Run;
use crate::solve::Solution;
use crate::source::{DirectCandidate, FileRef, InstalledDistribution};
use crate::universe::{EntryKind, number};
use crate::world::World;

/// A version of everything that is needed.
#[derive(Debug, Clone, Default)]
pub struct Resolution {
    /// In the order in which they came up, which is the order of pip's "Collecting" lines.
    pub packages: Vec<ResolvedPackage>,
    /// The packages to install, by their place in `packages`, dependencies first.
    pub install_order: Vec<usize>,
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

    /// What stays as it is.
    pub fn kept(&self) -> impl Iterator<Item = &ResolvedPackage> {
        self.packages.iter().filter(|package| package.action == Action::Keep)
    }
}

impl ResolvedPackage {
    /// The name as the requirement that brought it in writes it, which is how pip speaks of it.
    pub fn requested_name(&self) -> &str {
        let is_part = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.');
        match self.requirement.find(|character| !is_part(character)) {
            _ if matches!(self.chosen, Chosen::Direct(_)) => &self.name,
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

/// The requirement that brought in a package first.
#[derive(Clone)]
struct Template {
    /// As pip shows what it collects.
    text: String,
    /// With extras and marker.
    full_text: String,
    comes_from: Option<String>,
}

/// How the packages of a solution came up.
#[derive(Default)]
struct Discovery {
    /// Projects in the order in which they came up.
    projects: Vec<ProjectId>,
    templates: HashMap<Node, Template>,
    parents: HashMap<ProjectId, Vec<Node>>,
    roots: HashMap<ProjectId, usize>,
}

/// Puts the answer together.
pub(crate) fn build(
    world: &mut World<'_>,
    solution: &Solution,
    run: &Run,
) -> Result<Resolution, ResolveError> {
    let discovery = discover(world, solution, run);
    let mut warnings = std::mem::take(&mut world.warnings);
    let mut packages = Vec::with_capacity(discovery.projects.len());
    for project in &discovery.projects {
        let Some(candidate) = solution.get(&Node::Project(*project)) else { continue };
        let package = build_package(world, *project, *candidate, solution, &discovery, &mut warnings)?;
        packages.extend(package);
    }
    let install_order = order(world, solution, run, &packages);
    Ok(Resolution { packages, install_order, warnings })
}

/// Follows the requirements from the user on, in the order in which the solver looked at them.
fn discover(world: &World<'_>, solution: &Solution, run: &Run) -> Discovery {
    let requirements = world.request.requirements;
    let mut discovery = Discovery::default();
    let mut waiting: Vec<(Node, Candidate)> =
        run.order.iter().filter(|(node, candidate)| solution.get(node) == Some(candidate)).copied().collect();
    loop {
        let before = waiting.len();
        let mut later = Vec::new();
        for (node, candidate) in waiting {
            let is_known = node == Node::Root || discovery.templates.contains_key(&node);
            if !is_known {
                later.push((node, candidate));
                continue;
            }
            for edge in run.edges.get(&(node, candidate)).map_or(&[][..], |edges| edges) {
                if let Node::Project(project) = edge.target
                    && !matches!(edge.reason, Reason::Tie)
                {
                    discovery.parents.entry(project).or_default().push(node);
                    if let Reason::User(number) = edge.reason {
                        discovery.roots.entry(project).or_insert(number);
                    }
                }
                if discovery.templates.contains_key(&edge.target) {
                    continue;
                }
                if let Node::Project(project) = edge.target {
                    discovery.projects.push(project);
                }
                let template = match &edge.reason {
                    // What an extra depends on comes from the requirement that asked for the extra.
                    Reason::Tie => discovery.templates.get(&node).cloned(),
                    reason => {
                        let origin = match reason {
                            Reason::User(number) => requirements.get(*number).and_then(|r| r.origin.text()),
                            _ => discovery.path(node),
                        };
                        let full_text = reason.full_text(requirements);
                        let comes_from = if edge.without_extras {
                            Some(chain(&full_text, origin.as_deref()))
                        } else {
                            origin
                        };
                        let text = reason.text(edge.without_extras, requirements);
                        Some(Template { text, full_text, comes_from })
                    }
                };
                discovery.templates.extend(template.map(|template| (edge.target, template)));
            }
        }
        if later.len() == before {
            return discovery;
        }
        waiting = later;
    }
}

impl Discovery {
    /// How a dependency of this package tells where it comes from.
    fn path(&self, node: Node) -> Option<String> {
        let template = self.templates.get(&node)?;
        let text = if node.extra().is_some() { &template.full_text } else { &template.text };
        Some(chain(text, template.comes_from.as_deref()))
    }
}

pub(crate) fn chain(text: &str, comes_from: Option<&str>) -> String {
    match comes_from {
        Some(comes_from) => format!("{text}->{comes_from}"),
        None => text.to_owned(),
    }
}

fn build_package(
    world: &mut World<'_>,
    project: ProjectId,
    candidate: Candidate,
    solution: &Solution,
    discovery: &Discovery,
    warnings: &mut Vec<ResolveWarning>,
) -> Result<Option<ResolvedPackage>, ResolveError> {
    let Some((name, kind, version)) = world.universe(project).and_then(|universe| {
        let entry = universe.entry(candidate)?;
        Some((universe.project.clone(), entry.kind, entry.version.clone()))
    }) else {
        return Ok(None);
    };
    let Ok(distribution) = world.distribution(project, candidate)? else { return Ok(None) };
    let chosen = match kind {
        EntryKind::Installed => world.installed(&name).cloned().map(Chosen::Installed),
        EntryKind::Direct(direct) => world.directs.get(direct).map(|d| Chosen::Direct(d.candidate.clone())),
        EntryKind::Release(_) => world.file(project, candidate).map(Chosen::File),
    };
    let Some(chosen) = chosen else { return Ok(None) };

    let mut extras: Vec<ExtraName> = solution
        .keys()
        .filter_map(|node| match node {
            Node::Extra(of, extra) if *of == project => world.extras.name(extra.0).cloned(),
            _ => None,
        })
        .collect();
    extras.sort_unstable();
    for extra in extras.iter().filter(|extra| !distribution.has_extra(extra)) {
        let (project, version, extra) = (name.clone(), version.to_string(), extra.to_string());
        warnings.push(ResolveWarning::UnknownExtra { project, version, extra });
    }
    if let Chosen::File(file) = &chosen
        && let Some(reason) = file.file().and_then(index::IndexFile::yanked)
    {
        warnings.push(yanked_warning(&name, &version, file, reason));
    }

    let mut parents: Vec<ProjectName> = Vec::new();
    for parent in discovery.parents.get(&project).map_or(&[][..], |parents| parents) {
        let parent = parent.project().and_then(|parent| world.name(parent));
        parents.extend(parent.filter(|parent| **parent != name && !parents.contains(parent)).cloned());
    }
    let template = discovery.templates.get(&Node::Project(project));
    let root = discovery.roots.get(&project).copied();
    let root_requirement = root.and_then(|root| world.request.requirements.get(root));
    let user_supplied = root_requirement.is_some_and(|root| root.user_supplied);
    let mut package = ResolvedPackage {
        name: distribution.metadata.name.clone(),
        metadata: Arc::clone(&distribution.metadata),
        action: Action::Install,
        extras,
        user_supplied,
        requirement: template.map(|template| template.text.clone()).unwrap_or_default(),
        comes_from: template.and_then(|template| template.comes_from.clone()),
        parents,
        root,
        hashes: world.hashes(&name),
        project: name,
        version,
        chosen,
    };
    package.action = choose_action(world, &package, warnings);
    if world.request.require_hashes {
        check_hashes(&package, root_requirement, template)?;
    }
    Ok(Some(package))
}

/// pip's rules for what is installed already.
fn choose_action(
    world: &mut World<'_>,
    package: &ResolvedPackage,
    warnings: &mut Vec<ResolveWarning>,
) -> Action {
    if let Chosen::Installed(_) = package.chosen {
        return Action::Keep;
    }
    if world.request.only_deps && package.user_supplied {
        return Action::Skip;
    }
    let force_reinstall = world.request.force_reinstall;
    let Some(installed) = world.installed(&package.project) else { return Action::Install };
    let is_same_version = Version::parse(&installed.version).is_ok_and(|version| version == package.version);
    if force_reinstall || !is_same_version {
        return Action::Reinstall;
    }
    match &package.chosen {
        Chosen::Direct(direct) if direct.editable || installed.editable => Action::Reinstall,
        Chosen::Direct(direct) if direct.link.is_file() && direct.link.is_wheel() => {
            warnings.push(ResolveWarning::SameVersion(package.name.clone()));
            Action::Keep
        }
        Chosen::Direct(direct) if direct.link.is_file() => Action::Reinstall,
        Chosen::File(_) if installed.editable => Action::Reinstall,
        Chosen::Direct(_) | Chosen::File(_) | Chosen::Installed(_) => Action::Keep,
    }
}

/// What pip refuses where digests are required.
fn check_hashes(
    package: &ResolvedPackage,
    root: Option<&InstallRequirement>,
    template: Option<&Template>,
) -> Result<(), ResolveError> {
    let (link, is_direct) = match &package.chosen {
        Chosen::Installed(_) => return Ok(()),
        Chosen::File(file) => {
            let file = file.file();
            let url = file.map_or("", index::IndexFile::url);
            let hash = file.and_then(index::IndexFile::sha256).map(|hash| format!("#sha256={hash}"));
            (format!("{}{}", requirement::redact_url(url), hash.unwrap_or_default()), false)
        }
        Chosen::Direct(direct) => (direct.link.redacted(), true),
    };
    let comes_from = template.and_then(|template| template.comes_from.as_deref());
    let from = comes_from.map(|from| format!(" (from {from})")).unwrap_or_default();
    let shown = format!("{} from {link}{from}", package.requirement);
    let problem = match root.map(|root| &root.source) {
        Some(
            RequirementSource::LocalDirectory { editable: true, .. }
            | RequirementSource::VersionControl { editable: true, .. },
        ) => return Err(ResolveError::EditableHash(shown)),
        Some(RequirementSource::VersionControl { .. }) => HashProblem::VersionControl,
        Some(RequirementSource::LocalDirectory { .. }) => HashProblem::Directory,
        _ if !package.hashes.is_empty() => return Ok(()),
        root_source => {
            let is_pinned = root_source.is_some() && root.is_some_and(InstallRequirement::is_pinned);
            let is_pinned_dependency =
                specifier::Requirement::parse(&package.requirement).is_ok_and(|requirement| {
                    requirement.specifiers.len() == 1 && crate::universe::pins(&requirement.specifiers)
                });
            if is_direct || is_pinned || is_pinned_dependency {
                HashProblem::Missing
            } else {
                HashProblem::Unpinned
            }
        }
    };
    let requirement = match (problem, &package.chosen) {
        (HashProblem::Missing, Chosen::File(file)) => {
            let digest = file.file().and_then(index::IndexFile::sha256).unwrap_or_default();
            format!("{} --hash=sha256:{digest}", package.requirement)
        }
        (HashProblem::Missing, Chosen::Direct(direct)) => direct.link.redacted(),
        _ => shown,
    };
    Err(ResolveError::Hashes { problem, requirement })
}

fn yanked_warning(project: &ProjectName, version: &Version, file: &FileRef, reason: &str) -> ResolveWarning {
    let mut link = String::new();
    if let Some(file) = file.file() {
        link = requirement::redact_url(file.url());
        if let Some(hash) = file.sha256() {
            link.extend(["#sha256=", hash]);
        }
        if !file.comes_from().is_empty() {
            link.extend([" (from ", &requirement::redact_url(file.comes_from()), ")"]);
        }
        if let Some(requires_python) = file.requires_python() {
            link.extend([" (requires-python:", requires_python, ")"]);
        }
    }
    let reason = if reason.is_empty() { "<none given>" } else { reason }.to_owned();
    ResolveWarning::Yanked { project: project.clone(), version: version.to_string(), link, reason }
}

/// The places of what is to be installed, in pip's order.
fn order(world: &World<'_>, solution: &Solution, run: &Run, packages: &[ResolvedPackage]) -> Vec<usize> {
    // What an extra depends on belongs to the extra.
    let merged = |node: Node| match node {
        Node::ExtraBody(project, extra) => Node::Extra(project, extra),
        other => other,
    };
    let mut nodes: Vec<Node> = solution.keys().copied().filter(|node| *node == merged(*node)).collect();
    nodes.sort_by(|one, other| {
        let key = |node: &Node| {
            (node.project().and_then(|p| world.name(p)), node.extra().and_then(|e| world.extras.name(e.0)))
        };
        key(one).cmp(&key(other))
    });
    let numbers: HashMap<Node, usize> =
        nodes.iter().enumerate().map(|(number, node)| (*node, number)).collect();
    let mut children: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); nodes.len()];
    for (node, candidate) in solution {
        let Some(number) = numbers.get(&merged(*node)) else { continue };
        for edge in run.edges.get(&(*node, *candidate)).map_or(&[][..], |edges| edges) {
            if let Some(child) = numbers.get(&merged(edge.target))
                && child != number
                && let Some(children) = children.get_mut(*number)
            {
                children.insert(*child);
            }
        }
    }
    let graph = Graph { children: children.into_iter().map(|c| c.into_iter().collect()).collect() };

    let wanted: BTreeMap<usize, usize> = packages
        .iter()
        .enumerate()
        .filter(|(_, package)| matches!(package.action, Action::Install | Action::Reinstall))
        .filter_map(|(position, package)| {
            let project = ProjectId(world.projects.find(&package.project)?);
            Some((*numbers.get(&Node::Project(project))?, position))
        })
        .collect();
    let weights = weights(&graph, &wanted.keys().copied().collect());
    let mut order: Vec<usize> = wanted.keys().copied().collect();
    // Heavier first, and of equals the last in the alphabet, as pip sorts.
    order.sort_by_key(|node| {
        let name = wanted.get(node).and_then(|position| packages.get(*position)).map(|p| p.project.clone());
        std::cmp::Reverse((weights.get(node).copied().map(number_of), name))
    });
    order.into_iter().filter_map(|node| wanted.get(&node).copied()).collect()
}

fn number_of(weight: usize) -> u32 {
    number(weight)
}
