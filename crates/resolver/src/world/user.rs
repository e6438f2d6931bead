//! What the user asks for: requirements and constraints.

use pubgrub::Map;
use requirement::Link;
use specifier::ProjectName;

use super::{Stop, World};
use crate::edge::{Edge, Reason};
use crate::error::{ResolveError, ResolveWarning};
use crate::node::ProjectId;
use crate::universe::Limits;

use super::dependencies::{Ask, Place};

/// What the user's constraints say of a project.
#[derive(Default)]
pub(super) struct Constraint {
    pub(super) limits: Limits,
    /// Constraints by address, by their number in the request.
    pub(super) links: Vec<usize>,
}

impl World<'_> {
    pub(super) fn read_constraints(&mut self) -> Result<(), ResolveError> {
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
                known.limits.by_address = true;
                known.links.push(number);
            }
        }
        Ok(())
    }

    pub(super) fn read_requirements(&mut self) -> Result<Vec<Edge>, Stop> {
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
        for (_, requirement) in &applicable {
            let Some(project) = requirement.project() else { continue };
            let id = ProjectId(self.projects.number(project));
            self.named.insert(id);
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
        let mut found = Map::<usize, Option<usize>>::default();
        for (number, requirement) in applicable.iter().filter(|(_, requirement)| requirement.link().is_some())
        {
            let direct = self.find_direct(requirement)?;
            if let Some(direct) = direct
                && let Some(project) = self.directs.get(direct).map(|d| d.candidate.project.clone())
            {
                let id = self.project(&project);
                self.named.insert(id);
                self.by_address_only.insert(id);
            }
            found.insert(*number, direct);
        }
        let mut edges = Vec::new();
        let mut edges_of_extras = Vec::new();
        for (number, requirement) in applicable {
            let place = found.get(&number).map_or(Place::Index, |direct| Place::Address(*direct));
            let direct = match place {
                Place::Address(Some(direct)) => self.directs.get(direct).map(|d| &d.candidate.project),
                Place::Address(None) | Place::Index => None,
            };
            let Some(project) = direct.or(requirement.project()).cloned() else { continue };
            let ask = Ask {
                project: &project,
                specifiers: requirement.specifiers(),
                extras: &requirement.extras,
                place,
                reason: Reason::User(number),
            };
            let (base, extras) = self.ask(&ask)?;
            // As for pip, what asks for extras alone counts for these.
            let first =
                if base.without_extras || extras.is_empty() { std::slice::from_ref(&base) } else { &extras };
            for edge in first {
                self.user_order.entry(edge.target).or_insert(crate::universe::number(number));
            }
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
}
