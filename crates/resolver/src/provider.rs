//! One run of the `PubGrub` solver over the world.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::rc::Rc;

use pubgrub::{
    Dependencies, DependencyConstraints, DependencyProvider, Map, PackageResolutionStatistics, Set,
    VersionSet,
};
use specifier::ProjectName;

use crate::candidate_set::{Candidate, CandidateSet, Property};
use crate::edge::Edge;
use crate::error::ResolveError;
use crate::node::{Node, ProjectId};
use crate::universe::Choice;
use crate::world::{Stop, Unusable, World};

/// pip gives up after as many rounds.
const MOST_STEPS: u32 = 200_000;

/// From how many conflicts on a project is looked at before others, as in pip.
const CONFLICTS_TO_PROMOTE: u32 = 5;

/// The dependency provider of one run.
pub(crate) struct Provider<'w, 'a> {
    world: RefCell<&'w mut World<'a>>,
    run: RefCell<Run>,
}

/// What a run found out.
#[derive(Default)]
pub(crate) struct Run {
    /// What was asked of each package at each version.
    pub(crate) edges: Map<(Node, Candidate), Rc<[Edge]>>,
    /// The order in which versions were looked at.
    pub(crate) order: Vec<(Node, Candidate)>,
    /// The same by package: each version with its place in `order`.
    pub(crate) explored: Map<Node, Vec<(Candidate, usize)>>,
    /// Projects of which candidates were left that nothing called for.
    pub(crate) hidden: BTreeSet<ProjectId>,
    /// The set that was last seen of a project.
    sets: Map<ProjectId, CandidateSet>,
    /// Projects that an extra was chosen of.
    tied: Set<ProjectId>,
    /// Versions that were chosen at some time, by project.
    chosen: Map<ProjectId, Set<Candidate>>,
    steps: u32,
}

impl Run {
    /// What a package depends on at a version, as far as it was looked at.
    pub(crate) fn edges_of(&self, node: Node, candidate: Candidate) -> &[Edge] {
        self.edges.get(&(node, candidate)).map_or(&[], |edges| edges)
    }

    /// The versions of a package that were looked at, each with its place in the order.
    pub(crate) fn explored(&self, node: Node) -> &[(Candidate, usize)] {
        self.explored.get(&node).map_or(&[], Vec::as_slice)
    }

    /// When the last version of a package was looked at.
    pub(crate) fn last_place(&self, node: Node) -> usize {
        self.explored(node).last().map_or(usize::MAX, |(_, place)| *place)
    }

    /// When a package was looked at first.
    pub(crate) fn first_place(&self, node: Node) -> usize {
        self.explored(node).first().map_or(usize::MAX, |(_, place)| *place)
    }
}

/// Which package is looked at next: the greatest.
///
/// pip's order: what is often in conflict, what has an address, what is pinned, what has an upper bound,
/// the user's order, what has any specifier, the alphabet. A project comes before its extras, unless only they
/// are asked for: then it follows them at once, as for pip it then has an address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Priority {
    is_root: bool,
    is_promoted: bool,
    has_address: bool,
    is_pinned: bool,
    has_upper_bound: bool,
    user_order: Reverse<u32>,
    has_specifier: bool,
    name: Reverse<Option<ProjectName>>,
    kind: Reverse<u8>,
}

impl<'w, 'a> Provider<'w, 'a> {
    pub(crate) fn new(world: &'w mut World<'a>) -> Self {
        Self { world: RefCell::new(world), run: RefCell::default() }
    }

    /// What the run found out.
    pub(crate) fn finish(self) -> Run {
        self.run.into_inner()
    }

    /// What a package at a version depends on, once that was asked for.
    pub(crate) fn edges(&self, node: Node, candidate: Candidate) -> Rc<[Edge]> {
        self.run.borrow().edges.get(&(node, candidate)).map_or_else(|| Rc::new([]), Rc::clone)
    }

    /// Whether a set leaves anything to choose.
    pub(crate) fn is_possible(&self, node: Node, set: &CandidateSet) -> bool {
        match node {
            Node::Project(project) => {
                matches!(self.world.borrow().choose(project, set), Choice::Chosen(_) | Choice::Unknown)
            }
            _ => !set.is_within(&CandidateSet::EMPTY),
        }
    }

    /// A project is again pinned to a candidate, or open to a set.
    pub(crate) fn forget_choice(&self, node: Node, pinned: Option<Candidate>, set: &CandidateSet) {
        if let Node::Project(project) = node {
            let set = pinned.map_or_else(|| set.clone(), CandidateSet::one);
            self.run.borrow_mut().sets.insert(project, set);
        }
    }

    fn choose_project(&self, project: ProjectId, set: &CandidateSet) -> Result<Option<Candidate>, Stop> {
        let mut world = self.world.borrow_mut();
        let mut run = self.run.borrow_mut();
        match world.choose(project, set) {
            Choice::Chosen(candidate) => {
                run.sets.insert(project, CandidateSet::one(candidate));
                let chosen = run.chosen.entry(project).or_default();
                let rejected = chosen.len();
                if chosen.insert(candidate) && rejected > 0 {
                    world.expect_more(project, set, candidate, rejected);
                }
                Ok(Some(candidate))
            }
            Choice::Hidden => {
                run.hidden.insert(project);
                Ok(None)
            }
            Choice::Nothing => Ok(None),
            Choice::Unknown => {
                world.widen(project)?;
                Err(Stop::Restart)
            }
        }
    }

    /// The version that the project will have or has, else any: a wrong one is found out without asking
    /// for metadata.
    fn choose_extra(&self, project: ProjectId, set: &CandidateSet) -> Result<Option<Candidate>, Stop> {
        let mut world = self.world.borrow_mut();
        let mut run = self.run.borrow_mut();
        run.tied.insert(project);
        let of_project = run.sets.get(&project).unwrap_or(&CandidateSet::FULL);
        let both = set.intersection(of_project);
        match world.choose(project, &both) {
            Choice::Chosen(candidate) => return Ok(Some(candidate)),
            Choice::Unknown => {
                world.widen(project)?;
                return Err(Stop::Restart);
            }
            Choice::Hidden | Choice::Nothing => {}
        }
        let count = world.universe(project).map_or(0, crate::universe::Universe::count);
        let candidate = both.descending(count).next().or_else(|| set.descending(count).next());
        Ok(candidate)
    }
}

impl DependencyProvider for Provider<'_, '_> {
    type P = Node;
    type V = Candidate;
    type VS = CandidateSet;
    type Priority = Priority;
    type M = Unusable;
    type Err = Stop;

    fn prioritize(
        &self,
        node: &Node,
        set: &CandidateSet,
        statistics: &PackageResolutionStatistics,
    ) -> Priority {
        let world = self.world.borrow();
        let mut run = self.run.borrow_mut();
        let project = node.project();
        if let Node::Project(project) = node {
            run.sets.insert(*project, set.clone());
        }
        let has = |property| !set.is_free_of(property);
        let of_project = project.and_then(|project| run.sets.get(&project));
        let is_bare = of_project.is_some_and(|set| !set.is_free_of(Property::Bare));
        let is_tied = project.is_some_and(|project| run.tied.contains(&project));
        Priority {
            is_root: project.is_none(),
            is_promoted: statistics.conflict_count() >= CONFLICTS_TO_PROMOTE,
            has_address: (is_tied && matches!(node, Node::Project(_) | Node::ExtraBody(..)))
                || has(Property::Address),
            is_pinned: has(Property::Pin),
            has_upper_bound: has(Property::UpperBound),
            user_order: Reverse(world.user_order(*node).unwrap_or(u32::MAX)),
            has_specifier: has(Property::Specifier),
            name: Reverse(project.and_then(|project| world.name(project).cloned())),
            kind: Reverse(match node {
                Node::Root | Node::Extra(..) => 1,
                Node::ExtraBody(..) => 2,
                Node::Project(_) if is_bare => 0,
                Node::Project(_) => 3,
            }),
        }
    }

    fn choose_version(&self, node: &Node, set: &CandidateSet) -> Result<Option<Candidate>, Stop> {
        match *node {
            Node::Root => Ok(Some(Candidate(0)).filter(|root| set.has(*root))),
            Node::Project(project) => self.choose_project(project, set),
            Node::Extra(project, _) => self.choose_extra(project, set),
            Node::ExtraBody(project, _) => {
                let world = self.world.borrow();
                let count = world.universe(project).map_or(0, crate::universe::Universe::count);
                Ok(set.descending(count).next())
            }
        }
    }

    fn get_dependencies(
        &self,
        node: &Node,
        candidate: &Candidate,
    ) -> Result<Dependencies<Node, CandidateSet, Unusable>, Stop> {
        let edges = match self.world.borrow_mut().edges(*node, *candidate)? {
            Ok(edges) => edges,
            Err(unusable) => return Ok(Dependencies::Unavailable(unusable)),
        };
        if let Node::Project(project) = node
            && let Some(chosen) = self.run.borrow().chosen.get(project)
            && chosen.len() > 2
        {
            self.world.borrow_mut().expect_partners(&edges, chosen.len());
        }
        let constraints: DependencyConstraints<Node, CandidateSet> =
            edges.iter().map(|edge| (edge.target, edge.set.clone())).collect();
        let mut run = self.run.borrow_mut();
        run.edges.insert((*node, *candidate), edges);
        let place = run.order.len();
        run.order.push((*node, *candidate));
        run.explored.entry(*node).or_default().push((*candidate, place));
        Ok(Dependencies::Available(constraints))
    }

    fn should_cancel(&self) -> Result<(), Stop> {
        let mut run = self.run.borrow_mut();
        run.steps += 1;
        if run.steps > MOST_STEPS {
            return Err(Stop::Failed(ResolveError::TooDeep));
        }
        if (self.world.borrow().request.cancelled)() {
            return Err(Stop::Failed(ResolveError::Cancelled));
        }
        Ok(())
    }
}
