//! What packages depend on, as the solver sees it.

use std::rc::Rc;
use std::sync::Arc;

use specifier::{ExtraName, ProjectName, Requirement, Specifiers};

use super::{Stop, Unusable, World};
use crate::candidate_set::{Candidate, CandidateSet, Property};
use crate::edge::{Edge, Reason};
use crate::node::{ExtraId, Node, ProjectId};
use crate::universe::{Choice, EntryKind, Universe};

/// A requirement on its way to the solver.
pub(super) struct Ask<'r> {
    pub(super) project: &'r ProjectName,
    pub(super) specifiers: Option<&'r Specifiers>,
    pub(super) extras: &'r [ExtraName],
    pub(super) place: Place,
    pub(super) reason: Reason,
}

/// At most two to the power of this many candidates of a project are asked for ahead.
const MOST_AHEAD: usize = 6;

/// Where a requirement wants its distribution from.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// From the indexes, by its name.
    Index,
    /// From an address: the number of the distribution found there, if it is the right one.
    Address(Option<usize>),
}

impl World<'_> {
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
                    set: CandidateSet::tied_to(candidate),
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
            Some(extra) => {
                let extras = std::slice::from_ref(extra);
                distribution.all_dependencies(extras, self.request.markers).cloned().collect()
            }
        };
        let named = requirements.iter().filter(|requirement| requirement.url.is_none());
        self.prefetch_pages(named.map(|requirement| &requirement.project));

        let mut edges = Vec::with_capacity(requirements.len());
        for requirement in &requirements {
            let place = match &requirement.url {
                None => Place::Index,
                Some(_) => Place::Address(self.find_dependency_by_address(project, requirement)?),
            };
            let ask = Ask {
                project: &requirement.project,
                specifiers: Some(&requirement.specifiers),
                extras: &requirement.extras,
                place,
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

    /// What one requirement means to the solver: the project, and each of the extras.
    pub(super) fn ask(&mut self, ask: &Ask<'_>) -> Result<(Edge, Vec<Edge>), Stop> {
        let project = self.project(ask.project);
        let set = match (ask.place, ask.specifiers) {
            (Place::Address(Some(direct)), _) => self.by_address(project, direct)?,
            (Place::Address(None), _) => CandidateSet::EMPTY,
            (Place::Index, Some(specifiers)) => self.matching(project, specifiers)?,
            (Place::Index, None) => self.matching(project, &Specifiers::default())?,
        };
        let has_specifiers = ask.specifiers.is_some_and(|specifiers| !specifiers.is_empty());
        let without_extras =
            !ask.extras.is_empty() && (has_specifiers || matches!(ask.place, Place::Address(_)));
        let mut extras = Vec::with_capacity(ask.extras.len());
        for extra in ask.extras {
            let target = Node::Extra(project, ExtraId(self.extras.number(extra)));
            extras.push(Edge { target, set: set.clone(), reason: ask.reason.clone(), without_extras: false });
        }
        // For pip a requirement with extras and no specifiers asks for the extras alone.
        let set = if extras.is_empty() || without_extras { set.with(Property::Bare) } else { set };
        let base = Edge { target: Node::Project(project), set, reason: ask.reason.clone(), without_extras };
        Ok((base, extras))
    }

    /// Another version of a project was given up for `candidate`: more may follow, so the metadata of some of those left
    /// is announced, the more the longer it takes. After a few, whoever asks for the project is taking steps back, too, and
    /// will ask for older versions than those in the set.
    pub(crate) fn expect_more(
        &mut self,
        project: ProjectId,
        set: &CandidateSet,
        candidate: Candidate,
        rejected: usize,
    ) {
        if matches!(rejected, 2 | 8 | 13)
            && self.told.insert((project, rejected))
            && let Some(name) = self.name(project)
        {
            self.source.rejected(name, crate::universe::number(rejected));
        }
        let count = self.universes.get(&project).map_or(0, Universe::count);
        if rejected > 2 {
            self.prefetch_some(project, (0..=candidate.0).rev().map(Candidate), rejected);
        } else {
            self.prefetch_some(project, set.descending(count), rejected);
        }
    }

    /// A version of a project that was given up before pins others: its older versions will pin older ones.
    pub(crate) fn expect_partners(&mut self, edges: &[Edge], rejected: usize) {
        for edge in edges.iter().filter(|edge| !edge.set.is_free_of(Property::Pin)) {
            let Node::Project(partner) = edge.target else { continue };
            let count = self.universes.get(&partner).map_or(0, Universe::count);
            let Some(pinned) = edge.set.descending(count).next() else { continue };
            self.prefetch_some(partner, (0..=pinned.0).rev().map(Candidate), rejected);
        }
    }

    /// Announces the metadata of the first few of these candidates; of many at once, seldom.
    fn prefetch_some(
        &mut self,
        project: ProjectId,
        candidates: impl Iterator<Item = Candidate>,
        rejected: usize,
    ) {
        let Some(universe) = self.universes.get(&project).filter(|_| self.source.prefetches()) else {
            return;
        };
        let some = 1 << rejected.min(MOST_AHEAD);
        let available = candidates.filter(|candidate| universe.is_available(*candidate, &self.rules));
        let kind = |candidate: Candidate| Some((candidate, universe.entry(candidate)?.kind));
        let is_new = |(_, kind): &(Candidate, EntryKind)| {
            matches!(kind, EntryKind::Release(_)) && !self.prefetched.contains(&(project, *kind))
        };
        let new: Vec<(Candidate, EntryKind)> = available.take(some).filter_map(kind).filter(is_new).collect();
        // Announced in batches.
        if rejected > MOST_AHEAD && new.len() < some / 4 {
            return;
        }
        let mut files = Vec::new();
        for (candidate, kind) in new {
            self.prefetched.insert((project, kind));
            files.extend(universe.file(candidate, &self.rules));
        }
        if !files.is_empty() {
            self.source.prefetch_metadata(&files);
        }
    }

    /// Announces the metadata of the candidates that would be chosen for these edges.
    pub(super) fn prefetch_likely(&mut self, edges: &[Edge]) {
        if !self.source.prefetches() {
            return;
        }
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
            self.source.prefetch_chosen_metadata(&files);
        }
    }
}
