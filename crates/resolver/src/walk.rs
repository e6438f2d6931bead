//! pip's own way through a request.
//!
//! pip pins the best candidate of one package after another. A later requirement that excludes a pinned version only
//! has that package pinned anew, so what comes later need not be older for its sake; the solver, on the other hand, holds on
//! to what it has decided. A candidate whose dependencies leave nothing of some package is passed over for the next one.
//! Most requests need no more. When a package has no candidate left, all pins are taken back until one goes that has to do
//! with the conflict, and that candidate is given up for good. That finds what a few old versions of one package would do,
//! at little cost for each version; when it leads nowhere, the solver, which learns from conflicts, begins from the start,
//! and asks for nothing twice.

use std::collections::BTreeSet;
use std::rc::Rc;

use pubgrub::{Dependencies, DependencyProvider, Map, PackageResolutionStatistics, Set, VersionSet};

use crate::candidate_set::{Candidate, CandidateSet};
use crate::edge::Edge;
use crate::error::ResolveError;
use crate::node::Node;
use crate::provider::{Priority, Provider, Run};
use crate::solve::{Outcome, Solution};
use crate::world::{Stop, World};

/// How often a package is pinned anew before the walk is taken for one in a circle.
const MOST_PINS: u32 = 16;

/// How many pins are tried before the walk is taken for lost.
const MOST_ROUNDS: u32 = 50_000;

/// Walks once; nothing when it ends where only the solver helps.
pub(crate) fn walk(world: &mut World<'_>) -> Result<Option<(Outcome, Run)>, ResolveError> {
    let provider = Provider::new(world);
    let mut walk = Walk {
        provider: &provider,
        packages: Map::default(),
        open: BTreeSet::new(),
        steps: Vec::new(),
        left: Map::default(),
        causes: Set::default(),
    };
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
    open: BTreeSet<(Place, Node)>,
    /// What was done, in order.
    steps: Vec<Step>,
    /// What is left of packages of which candidates were given up.
    left: Map<Node, CandidateSet>,
    /// The packages of the last conflict, which are looked at before others.
    causes: Set<Node>,
}

/// Whether it is part of the last conflict, and pip's order.
type Place = (bool, Priority);

#[derive(Clone)]
struct Package {
    /// Who asks for what.
    asked: Vec<(Node, CandidateSet)>,
    /// What all of them together leave.
    set: CandidateSet,
    pinned: Option<(Candidate, Rc<[Edge]>)>,
    /// Its place among those that are open.
    place: Option<Place>,
    pins: u32,
}

impl Package {
    fn new(set: CandidateSet) -> Self {
        Self { asked: Vec::new(), set, pinned: None, place: None, pins: 0 }
    }
}

/// One package pinned, or found to have no candidate.
struct Step {
    node: Node,
    pinned: Option<Candidate>,
    /// What was known of the packages that it has changed.
    before: Vec<(Node, Option<Package>)>,
}

impl Walk<'_, '_, '_> {
    /// Pins until nothing is open; nothing where the solver has to help.
    fn go(&mut self) -> Result<Option<Solution>, Stop> {
        self.packages.insert(Node::Root, Package::new(CandidateSet::FULL));
        if !self.pin(Node::Root, Candidate(0), &mut Set::default())? {
            return Ok(None);
        }
        // The user's requirements are never taken back.
        self.steps.clear();
        let mut rounds = 0;
        while let Some((_, node)) = self.open.pop_last() {
            self.provider.should_cancel()?;
            rounds += 1;
            self.steps.push(Step { node, pinned: None, before: Vec::new() });
            self.note(node);
            let Some(package) = self.packages.get_mut(&node) else { continue };
            package.place = None;
            package.pins += 1;
            if package.pins > MOST_PINS || rounds > MOST_ROUNDS {
                return Ok(None);
            }
            let mut set = package.set.clone();
            let mut causes = Set::default();
            loop {
                let Some(candidate) = self.provider.choose_version(&node, &set)? else {
                    causes.insert(node);
                    if !self.step_back(causes) {
                        return Ok(None);
                    }
                    break;
                };
                if self.pin(node, candidate, &mut causes)? {
                    break;
                }
                set = set.intersection(&CandidateSet::one(candidate).complement());
            }
        }
        Ok(Some(self.reached()))
    }

    /// Pins a package, unless what it depends on leaves nothing of another: then `causes` gets the other and all who ask
    /// for it.
    fn pin(&mut self, node: Node, candidate: Candidate, causes: &mut Set<Node>) -> Result<bool, Stop> {
        if let Dependencies::Unavailable(_) = self.provider.get_dependencies(&node, &candidate)? {
            return Ok(false);
        }
        let edges = self.provider.edges(node, candidate);
        let mut narrowed: Map<Node, CandidateSet> = Map::default();
        for edge in edges.iter() {
            let known = narrowed.get(&edge.target);
            let before = known.or_else(|| self.packages.get(&edge.target).map(|package| &package.set));
            let before = before.or_else(|| self.left.get(&edge.target));
            let after = before.map_or_else(|| edge.set.clone(), |before| before.intersection(&edge.set));
            if before != Some(&after) && !self.provider.is_possible(edge.target, &after) {
                causes.insert(edge.target);
                let asking = self.packages.get(&edge.target).into_iter().flat_map(|package| &package.asked);
                let others: Vec<Node> = asking.map(|(by, _)| *by).filter(|by| *by != Node::Root).collect();
                if others.is_empty() {
                    // What the user asks for never changes.
                    self.give_up(node, candidate);
                }
                causes.extend(others);
                return Ok(false);
            }
            narrowed.insert(edge.target, after);
        }
        self.note(node);
        for target in narrowed.keys() {
            self.note(*target);
        }
        for edge in edges.iter() {
            let package =
                self.packages.entry(edge.target).or_insert_with(|| Package::new(CandidateSet::FULL));
            package.asked.push((node, edge.set.clone()));
        }
        if let Some(package) = self.packages.get_mut(&node) {
            package.pinned = Some((candidate, Rc::clone(&edges)));
        }
        if let Some(step) = self.steps.last_mut() {
            step.pinned = Some(candidate);
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
            self.note(edge.target);
            let all = self.left.get(&edge.target).cloned().unwrap_or(CandidateSet::FULL);
            let Some(package) = self.packages.get_mut(&edge.target) else { continue };
            package.asked.retain(|(by, _)| *by != node);
            package.set = package.asked.iter().fold(all, |set, (_, asked)| set.intersection(asked));
            if package.pinned.is_none() {
                self.open(edge.target);
            }
        }
    }

    /// Gives a package that is not pinned its place among the open ones; none if nobody asks for it.
    fn open(&mut self, node: Node) {
        let Some(package) = self.packages.get_mut(&node) else { return };
        if let Some(place) = package.place.take() {
            self.open.remove(&(place, node));
        }
        if !package.asked.is_empty() {
            let statistics = PackageResolutionStatistics::default();
            let priority = self.provider.prioritize(&node, &package.set, &statistics);
            let place = (self.causes.contains(&node), priority);
            package.place = Some(place.clone());
            self.open.insert((place, node));
        }
    }

    /// Notes down what is known of a package before the present step changes it.
    fn note(&mut self, node: Node) {
        if let Some(step) = self.steps.last_mut()
            && step.before.iter().all(|(noted, _)| *noted != node)
        {
            step.before.push((node, self.packages.get(&node).cloned()));
        }
    }

    /// Takes back what was done last until a pin goes that asks for anything in the conflict, and gives up its candidate.
    /// False if that leaves nothing anywhere.
    fn step_back(&mut self, causes: Set<Node>) -> bool {
        self.causes = causes;
        while let Some(step) = self.steps.pop() {
            for (node, package) in step.before {
                self.restore(node, package);
            }
            let Some(given_up) = step.pinned.filter(|pinned| self.is_to_blame(step.node, *pinned)) else {
                continue;
            };
            self.give_up(step.node, given_up);
            let left = self.packages.get(&step.node).map(|package| &package.set);
            if left.is_some_and(|left| self.provider.is_possible(step.node, left)) {
                let open: Vec<Node> = self.open.iter().map(|(_, node)| *node).collect();
                for node in open {
                    self.open(node);
                }
                return true;
            }
        }
        false
    }

    /// Never pins a candidate again.
    fn give_up(&mut self, node: Node, candidate: Candidate) {
        let left = self.left.entry(node).or_insert(CandidateSet::FULL);
        *left = left.intersection(&CandidateSet::one(candidate).complement());
        if let Some(package) = self.packages.get_mut(&node) {
            package.set = package.set.intersection(left);
        }
    }

    /// Whether a pin asks for anything in the conflict. For pip an extra and what it depends on are one.
    fn is_to_blame(&self, node: Node, pinned: Candidate) -> bool {
        let asks = |node| {
            let edges = self.provider.edges(node, pinned);
            edges.iter().any(|edge| self.causes.contains(&edge.target))
        };
        match node {
            Node::ExtraBody(..) => false,
            Node::Extra(project, extra) => asks(node) || asks(Node::ExtraBody(project, extra)),
            Node::Root | Node::Project(_) => asks(node),
        }
    }

    /// Puts a package back to what was known of it, less what was given up since.
    fn restore(&mut self, node: Node, package: Option<Package>) {
        if let Some(place) = self.packages.remove(&node).and_then(|package| package.place) {
            self.open.remove(&(place, node));
        }
        let Some(mut package) = package else { return };
        if let Some(left) = self.left.get(&node) {
            package.set = package.set.intersection(left);
        }
        self.provider.forget_choice(node, package.pinned.as_ref().map(|(pinned, _)| *pinned), &package.set);
        if let Some(place) = &package.place {
            self.open.insert((place.clone(), node));
        }
        self.packages.insert(node, package);
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
