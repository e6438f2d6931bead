//! pip's own way through a request, as far as it leads without a step back.
//!
//! pip pins the best candidate of one package after another. A later requirement that excludes a pinned version only
//! has that package pinned anew, so what comes later need not be older for its sake; the solver, on the other hand, holds on
//! to what it has decided. A candidate whose dependencies leave nothing of some package is passed over for the next one.
//! Most requests need no more. When a package has no candidate left, the solver begins from the start, and asks for
//! nothing twice.

use std::collections::BTreeSet;
use std::rc::Rc;

use pubgrub::{Dependencies, DependencyProvider, Map, PackageResolutionStatistics, VersionSet};

use crate::candidate_set::{Candidate, CandidateSet};
use crate::edge::Edge;
use crate::error::ResolveError;
use crate::node::Node;
use crate::provider::{Priority, Provider, Run};
use crate::solve::{Outcome, Solution};
use crate::world::{Stop, World};

/// How often a package is pinned anew before the walk is taken for one in a circle.
const MOST_PINS: u32 = 16;

/// Walks once; nothing when it ends where only the solver helps.
pub(crate) fn walk(world: &mut World<'_>) -> Result<Option<(Outcome, Run)>, ResolveError> {
    let provider = Provider::new(world);
    let mut walk = Walk { provider: &provider, packages: Map::default(), open: BTreeSet::new() };
    let solution = match walk.go() {
        Ok(solution) => solution,
        Err(Stop::Restart) => return Ok(Some((Outcome::Restart, provider.finish()))),
        Err(Stop::Failed(error)) => return Err(error),
    };
    Ok(solution.map(|solution| (Outcome::Solved(solution), provider.finish())))
}

struct Walk<'p, 'w, 'a> {
    provider: &'p Provider<'w, 'a>,
    packages: Map<Node, Package>,
    /// Packages that are asked for and not pinned, the next one last.
    open: BTreeSet<(Priority, Node)>,
}

struct Package {
    /// Who asks for what.
    asked: Vec<(Node, CandidateSet)>,
    /// What all of them together leave.
    set: CandidateSet,
    pinned: Option<(Candidate, Rc<[Edge]>)>,
    /// Its place among those that are open.
    priority: Option<Priority>,
    pins: u32,
}

impl Package {
    fn new() -> Self {
        Self { asked: Vec::new(), set: CandidateSet::FULL, pinned: None, priority: None, pins: 0 }
    }
}

impl Walk<'_, '_, '_> {
    /// Pins until nothing is open; nothing at a dead end.
    fn go(&mut self) -> Result<Option<Solution>, Stop> {
        self.packages.insert(Node::Root, Package::new());
        if !self.pin(Node::Root, Candidate(0))? {
            return Ok(None);
        }
        while let Some((_, node)) = self.open.pop_last() {
            self.provider.should_cancel()?;
            let Some(package) = self.packages.get_mut(&node) else { continue };
            package.priority = None;
            package.pins += 1;
            if package.pins > MOST_PINS {
                return Ok(None);
            }
            let mut set = package.set.clone();
            loop {
                let Some(candidate) = self.provider.choose_version(&node, &set)? else { return Ok(None) };
                if self.pin(node, candidate)? {
                    break;
                }
                set = set.intersection(&CandidateSet::one(candidate).complement());
            }
        }
        Ok(Some(self.reached()))
    }

    /// Pins a package, unless what it depends on leaves nothing of another.
    fn pin(&mut self, node: Node, candidate: Candidate) -> Result<bool, Stop> {
        if let Dependencies::Unavailable(_) = self.provider.get_dependencies(&node, &candidate)? {
            return Ok(false);
        }
        let edges = self.provider.edges(node, candidate);
        let mut narrowed: Map<Node, CandidateSet> = Map::default();
        for edge in edges.iter() {
            let known = narrowed.get(&edge.target);
            let before = known.or_else(|| self.packages.get(&edge.target).map(|package| &package.set));
            let after = before.map_or_else(|| edge.set.clone(), |before| before.intersection(&edge.set));
            if before != Some(&after) && !self.provider.is_possible(edge.target, &after) {
                return Ok(false);
            }
            narrowed.insert(edge.target, after);
        }
        for edge in edges.iter() {
            let package = self.packages.entry(edge.target).or_insert_with(Package::new);
            package.asked.push((node, edge.set.clone()));
        }
        if let Some(package) = self.packages.get_mut(&node) {
            package.pinned = Some((candidate, Rc::clone(&edges)));
        }
        let mut excluded = Vec::new();
        for (target, set) in narrowed {
            let Some(package) = self.packages.get_mut(&target) else { continue };
            package.set = set;
            match &package.pinned {
                Some((pinned, _)) if package.set.has(*pinned) => {}
                Some(_) => excluded.push(target),
                None => self.open(target),
            }
        }
        for target in excluded {
            self.unpin(target);
        }
        Ok(true)
    }

    /// Takes back the pin of a package, and what it asks of others.
    fn unpin(&mut self, node: Node) {
        let Some(package) = self.packages.get_mut(&node) else { return };
        let Some((_, edges)) = package.pinned.take() else { return };
        self.open(node);
        for edge in edges.iter() {
            let Some(package) = self.packages.get_mut(&edge.target) else { continue };
            package.asked.retain(|(by, _)| *by != node);
            package.set =
                package.asked.iter().fold(CandidateSet::FULL, |set, (_, asked)| set.intersection(asked));
            if package.pinned.is_none() {
                self.open(edge.target);
            }
        }
    }

    /// Gives a package that is not pinned its place among the open ones; none if nobody asks for it.
    fn open(&mut self, node: Node) {
        let Some(package) = self.packages.get_mut(&node) else { return };
        if let Some(priority) = package.priority.take() {
            self.open.remove(&(priority, node));
        }
        if !package.asked.is_empty() {
            let statistics = PackageResolutionStatistics::default();
            let priority = self.provider.prioritize(&node, &package.set, &statistics);
            package.priority = Some(priority.clone());
            self.open.insert((priority, node));
        }
    }

    /// What the user's requirements lead to: pins that lost all who asked for them are left out.
    fn reached(&self) -> Solution {
        let mut solution = Solution::default();
        let mut waiting = vec![Node::Root];
        while let Some(node) = waiting.pop() {
            let Some((candidate, edges)) = self.packages.get(&node).and_then(|p| p.pinned.as_ref()) else {
                continue;
            };
            if solution.insert(node, *candidate).is_none() {
                waiting.extend(edges.iter().map(|edge| edge.target));
            }
        }
        solution
    }
}
