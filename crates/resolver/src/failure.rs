//! Why nothing satisfies all requirements, in pip's words.
//!
//! The solver leaves a tree of derivations. Its leaves are dependencies, and those that meet in one project
//! that then has no candidate left are what pip calls the causes of the conflict.

mod words;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;
use std::sync::Arc;

use pubgrub::{DerivationTree, External, VersionSet};

use crate::candidate_set::{Candidate, CandidateSet};
use crate::edge::{Edge, Reason};
use crate::error::{ResolveError, ResolveWarning};
use crate::explanation;
use crate::node::{Node, ProjectId};
use crate::provider::Run;
use crate::suggestion;
use crate::world::{Unusable, World};
use words::{cause_text, trigger};

pub(crate) use words::{describe_parent, join_and, parent_name, version};

/// The solver's derivation of a failure.
pub(crate) type Tree = DerivationTree<Node, CandidateSet, Unusable>;

/// Why the requirements cannot be satisfied. Displays pip's last line of error.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Failure {
    messages: Vec<Message>,
    error: String,
    explanation: Vec<String>,
    suggestion: Option<String>,
    warnings: Vec<ResolveWarning>,
}

/// A message that pip logs before the error itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// How loud it is.
    pub level: MessageLevel,
    /// The text, of one or several lines.
    pub text: String,
}

/// How loud a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageLevel {
    /// Shown as `ERROR: ...`.
    Critical,
    /// Shown as it is.
    Information,
}

impl Failure {
    /// What pip logs before the error, in order.
    pub fn messages(&self) -> &[Message] {
        &self.messages
    }

    /// How the requirements lead to the conflict, in sentences; empty when pip's words say it all.
    pub fn explanation(&self) -> &[String] {
        &self.explanation
    }

    /// A small change that was found to help.
    pub fn suggestion(&self) -> Option<&str> {
        self.suggestion.as_deref()
    }

    /// What was to be told on the way.
    pub fn warnings(&self) -> &[ResolveWarning] {
        &self.warnings
    }

    /// Takes over what was to be told on the way.
    pub(crate) fn warned(mut self, warnings: Vec<ResolveWarning>) -> Self {
        self.warnings = warnings;
        self
    }

    fn critical(&mut self, text: String) {
        self.messages.push(Message { level: MessageLevel::Critical, text });
    }

    fn information(&mut self, text: String) {
        self.messages.push(Message { level: MessageLevel::Information, text });
    }
}

/// pip's last line.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.error)
    }
}

impl std::error::Error for Failure {}

/// One requirement that takes part in the conflict.
#[derive(Clone)]
pub(crate) struct Cause {
    /// Who requires it: the user, or a package at a version.
    pub(crate) parent: (Node, Candidate),
    pub(crate) edge: Edge,
}

/// The leaves of a derivation.
#[derive(Default)]
struct Leaves {
    causes: Vec<Cause>,
    unusable: Vec<(Node, CandidateSet, Unusable)>,
}

/// Puts a failure in words.
pub(crate) fn explain(world: &mut World<'_>, tree: &Tree, run: &Run) -> ResolveError {
    let leaves = find_leaves(tree, run);
    let pivots = find_pivots(world, &leaves);
    let causes =
        first_of_user(world, &leaves, &pivots, run).unwrap_or_else(|| choose_causes(&leaves, &pivots, run));

    if let Some(error) = explain_requires_python(world, &leaves, &pivots) {
        return ResolveError::Unsatisfiable(Box::new(error));
    }
    let constrained = |cause: &Cause| {
        let project = cause.edge.target.project().and_then(|project| world.name(project));
        project.is_some_and(|project| world.constraint_text(project).is_some())
    };
    let mut failure = match causes.as_slice() {
        [only] if !constrained(only) => explain_single(world, only),
        _ => explain_conflict(world, &causes, run),
    };
    failure.explanation = explanation::sentences(world, tree, run);
    if failure.explanation.len() == 1 && causes.len() == 1 {
        // Nothing that pip's words do not say.
        failure.explanation.clear();
    }
    failure.suggestion = suggestion::find(world, &causes, run);
    ResolveError::Unsatisfiable(Box::new(failure))
}

/// Frees a derivation step by step: dropped as it is, a deep one would overflow the stack.
pub(crate) fn dismantle(tree: Tree) {
    let mut rest = vec![tree];
    while let Some(tree) = rest.pop() {
        if let DerivationTree::Derived(derived) = tree {
            rest.extend([derived.cause1, derived.cause2].into_iter().filter_map(Arc::into_inner));
        }
    }
}

/// Collects the dependencies at the leaves, with the requirements behind them.
fn find_leaves(tree: &Tree, run: &Run) -> Leaves {
    let mut leaves = Leaves::default();
    let mut seen: HashSet<*const Tree> = HashSet::new();
    let mut found: HashSet<(Node, Candidate, usize)> = HashSet::new();
    let mut rest = vec![tree];
    while let Some(tree) = rest.pop() {
        if !seen.insert(std::ptr::from_ref(tree)) {
            continue;
        }
        match tree {
            DerivationTree::Derived(derived) => rest.extend([&*derived.cause2, &*derived.cause1]),
            DerivationTree::External(External::FromDependencyOf(parent, at, target, set)) => {
                let is_at = |(candidate, _): &&(Candidate, usize)| at.has(*candidate);
                for (candidate, _) in run.explored(*parent).iter().filter(is_at) {
                    let edges = run.edges_of(*parent, *candidate).iter().enumerate();
                    for (number, edge) in edges.filter(|(_, edge)| edge.target == *target && edge.set == *set)
                    {
                        if !matches!(edge.reason, Reason::Tie) && found.insert((*parent, *candidate, number))
                        {
                            leaves.causes.push(Cause { parent: (*parent, *candidate), edge: edge.clone() });
                        }
                    }
                }
            }
            DerivationTree::External(External::Custom(node, set, unusable)) => {
                leaves.unusable.push((*node, set.clone(), unusable.clone()));
            }
            DerivationTree::External(External::NotRoot(..) | External::NoVersions(..)) => {}
        }
    }
    leaves.causes.sort_by_key(|cause| {
        run.explored(cause.parent.0)
            .iter()
            .find(|(candidate, _)| *candidate == cause.parent.1)
            .map(|(_, at)| *at)
    });
    leaves
}

/// Projects of which the requirements together leave no usable candidate.
fn find_pivots(world: &World<'_>, leaves: &Leaves) -> BTreeSet<ProjectId> {
    let mut left: BTreeMap<ProjectId, CandidateSet> = BTreeMap::new();
    for cause in &leaves.causes {
        if let Some(project) = cause.edge.target.project() {
            let set = left.entry(project).or_insert(CandidateSet::FULL);
            *set = set.intersection(&cause.edge.set);
        }
    }
    let is_pivot = |(project, set): &(ProjectId, CandidateSet)| is_empty(world, leaves, *project, set);
    left.into_iter().filter(is_pivot).map(|(project, _)| project).collect()
}

/// Whether a set holds no usable candidate.
fn is_empty(world: &World<'_>, leaves: &Leaves, project: ProjectId, set: &CandidateSet) -> bool {
    let Some(universe) = world.universe(project) else { return true };
    set.descending(universe.count()).all(|candidate| {
        let unusable = leaves
            .unusable
            .iter()
            .any(|(node, set, _)| node.project() == Some(project) && set.has(candidate));
        unusable || !universe.is_available(candidate, &world.rules)
    })
}

/// The user's own requirements, if they leave nothing of a project: up to the first one after which nothing is left. pip
/// takes them one after the other, before all else, and stops there.
fn first_of_user(
    world: &World<'_>,
    leaves: &Leaves,
    pivots: &BTreeSet<ProjectId>,
    run: &Run,
) -> Option<Vec<Cause>> {
    let root = (Node::Root, Candidate(0));
    let mut taken: BTreeMap<ProjectId, (CandidateSet, Vec<Cause>)> = BTreeMap::new();
    for edge in run.edges_of(root.0, root.1) {
        let Node::Project(project) = edge.target else { continue };
        if !pivots.contains(&project) {
            continue;
        }
        let (left, causes) = taken.entry(project).or_insert((CandidateSet::FULL, Vec::new()));
        *left = left.intersection(&edge.set);
        causes.push(Cause { parent: root, edge: edge.clone() });
        if is_empty(world, leaves, project, left) {
            return taken.remove(&project).map(|(_, causes)| causes);
        }
    }
    None
}

/// The causes that pip would name: of the package it looked at last all versions, of the others the one it
/// tried last.
fn choose_causes(leaves: &Leaves, pivots: &BTreeSet<ProjectId>, run: &Run) -> Vec<Cause> {
    let meets = |cause: &&Cause| {
        pivots.is_empty() || cause.edge.target.project().is_some_and(|project| pivots.contains(&project))
    };
    // The part of a requirement that asks for extras says the same as the part for the project.
    let is_doubled = |cause: &Cause| {
        cause.edge.target.extra().is_some()
            && leaves.causes.iter().any(|other| {
                other.parent == cause.parent
                    && other.edge.target.extra().is_none()
                    && other.edge.target.project() == cause.edge.target.project()
            })
    };
    let mut causes: Vec<Cause> =
        leaves.causes.iter().filter(meets).filter(|c| !is_doubled(c)).cloned().collect();
    // What the user says of such a project is in force in any case.
    let root = (Node::Root, Candidate(0));
    if !pivots.is_empty() {
        causes.retain(|cause| cause.parent != root);
        let of_user = run.edges_of(root.0, root.1).iter();
        let meets = |edge: &&Edge| matches!(edge.target, Node::Project(project) if pivots.contains(&project));
        causes.extend(of_user.filter(meets).map(|edge| Cause { parent: root, edge: edge.clone() }));
    }
    let last = causes.iter().map(|cause| cause.parent.0).max_by_key(|node| run.first_place(*node));
    let mut lowest: BTreeMap<Node, Candidate> = BTreeMap::new();
    for (node, candidate) in causes.iter().map(|cause| cause.parent) {
        let lowest = lowest.entry(node).or_insert(candidate);
        *lowest = (*lowest).min(candidate);
    }
    causes
        .retain(|cause| Some(cause.parent.0) == last || lowest.get(&cause.parent.0) == Some(&cause.parent.1));
    causes.sort_by_key(|cause| (run.first_place(cause.parent.0), std::cmp::Reverse(cause.parent.1)));
    causes
}

/// pip's error when a package wants another Python.
fn explain_requires_python(
    world: &World<'_>,
    leaves: &Leaves,
    pivots: &BTreeSet<ProjectId>,
) -> Option<Failure> {
    let mut wanted: Vec<(String, String, String)> = Vec::new();
    for (node, set, unusable) in &leaves.unusable {
        let (Some(project), Unusable::RequiresPython(specifiers)) = (node.project(), unusable) else {
            continue;
        };
        let is_asked_for = leaves
            .causes
            .iter()
            .any(|cause| cause.edge.target.project() == Some(project) && !cause.edge.set.is_disjoint(set));
        let (Some(universe), true, true) = (world.universe(project), pivots.contains(&project), is_asked_for)
        else {
            continue;
        };
        for candidate in set.descending(universe.count()) {
            let shown = describe_parent(world, (Node::Project(project), candidate));
            wanted.push((universe.project.to_string(), shown, specifiers.clone()));
        }
    }
    let python = &world.request.selection.python;
    let error = match wanted.as_slice() {
        [] => return None,
        [(name, _, specifiers)] => {
            format!("Package '{name}' requires a different Python: {python} not in '{specifiers}'")
        }
        several => {
            let lines = several
                .iter()
                .map(|(_, shown, specifiers)| format!("\n'{specifiers}' (required by {shown})"));
            format!("Packages require a different Python. {python} not in:{}", lines.collect::<String>())
        }
    };
    Some(Failure { error, ..Failure::default() })
}

/// pip's error when one requirement has no candidate.
fn explain_single(world: &World<'_>, cause: &Cause) -> Failure {
    let requirement = cause.edge.reason.text(cause.edge.without_extras, world.request.requirements);
    let shown = match cause.parent.0.project().and_then(|parent| world.name(parent)) {
        None => requirement.clone(),
        Some(_) => format!("{requirement} (from {})", parent_name(world, cause.parent.0)),
    };
    let error = format!("No matching distribution found for {shown}");
    let mut failure = Failure { error, ..Failure::default() };
    let universe = cause.edge.target.project().and_then(|project| world.universe(project));
    let overview = universe.map(|universe| universe.overview(&world.rules)).unwrap_or_default();
    let join = |versions: &[specifier::Version]| {
        versions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    if !overview.yanked.is_empty() {
        failure.critical(format!("Ignored the following yanked versions: {}", join(&overview.yanked)));
    }
    // pip names those of all projects that it looked at.
    let mut requires_python: Vec<String> =
        world.universes().flat_map(|universe| universe.overview(&world.rules).requires_python).collect();
    requires_python.sort_unstable();
    requires_python.dedup();
    if !requires_python.is_empty() {
        failure.critical(format!(
            "Ignored the following versions that require a different python version: {}",
            requires_python.join("; ")
        ));
    }
    let only_final = universe
        .is_some_and(|u| world.request.selection.releases.allows_prereleases(&u.project) == Some(false));
    let locked = universe.filter(|universe| universe.is_locked());
    failure.critical(match (locked, overview.versions.first()) {
        (Some(universe), Some(version)) if only_final && version.is_prerelease() => format!(
            "A pre-release version {version} is specified in a provided lock file for {} but only final versions are \
             allowed",
            universe.project
        ),
        (Some(_), _) => format!(
            "The requirement {shown} is not compatible with version {} specified in a provided lock file",
            join(&overview.versions)
        ),
        (None, _) => format!(
            "Could not find a {} that satisfies the requirement {shown} (from versions: {})",
            if only_final { "final version" } else { "version" },
            if overview.versions.is_empty() { "none".to_owned() } else { join(&overview.versions) },
        ),
    });
    if requirement == "requirements.txt" {
        failure.information(
            "HINT: You are attempting to install a package literally named \"requirements.txt\" (which cannot \
             exist). Consider using the '-r' flag to install the packages listed in requirements.txt"
                .to_owned(),
        );
    }
    failure
}

/// pip's error when requirements contradict each other.
fn explain_conflict(world: &World<'_>, causes: &[Cause], run: &Run) -> Failure {
    let requirements = world.request.requirements;
    let triggers: BTreeSet<String> = causes.iter().map(|cause| trigger(world, cause, run)).collect();
    let triggers = if triggers.is_empty() {
        "the requested packages".to_owned()
    } else {
        join_and(&triggers.into_iter().collect::<Vec<_>>())
    };
    let mut failure = Failure {
        error: "ResolutionImpossible: for help visit https://pip.pypa.io/en/latest/topics/dependency-resolution/#dealing-with-dependency-conflicts".to_owned(),
        ..Failure::default()
    };
    failure.critical(format!(
        "Cannot install {triggers} because these package versions have conflicting dependencies."
    ));
    let mut text = "\nThe conflict is caused by:".to_owned();
    let mut names = BTreeSet::new();
    let mut constraints = BTreeMap::new();
    for cause in causes {
        let who = match cause.parent.0 {
            Node::Root => "The user requested ".to_owned(),
            node => format!("{} {} depends on ", parent_name(world, node), version(world, cause.parent)),
        };
        let what = cause_text(world, cause);
        text.extend(["\n    ", &who, &what]);
        let Some(project) = cause.edge.target.project().and_then(|project| world.name(project)) else {
            continue;
        };
        let extras: Vec<String> = match cause.edge.reason.requirement(requirements) {
            Some(requirement) if !cause.edge.without_extras => {
                requirement.extras.iter().map(ToString::to_string).collect()
            }
            _ => Vec::new(),
        };
        names.insert(if extras.is_empty() {
            project.to_string()
        } else {
            format!("{project}[{}]", extras.join(","))
        });
        if let Some(constraint) = world.constraint_text(project) {
            constraints.insert(project.to_string(), constraint);
        }
    }
    for (project, constraint) in constraints {
        text.extend(["\n    The user requested (constraint) ", &project, &constraint]);
    }
    // pip means packages without candidates, but its check finds none for any package.
    text.push_str(
        "\n\nAdditionally, some packages in these conflicts have no matching distributions available for your \
         environment:\n    ",
    );
    text.push_str(&names.into_iter().collect::<Vec<_>>().join("\n    "));
    text.push_str(
        "\n\nTo fix this you could try to:\n1. loosen the range of package versions you've specified\n2. remove \
         package versions to allow pip to attempt to solve the dependency conflict\n",
    );
    failure.information(text);
    failure
}
