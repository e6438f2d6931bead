//! Distributions with an address of their own.

use requirement::{InstallRequirement, Link};
use specifier::{Requirement, WheelFilename};

use super::{Direct, Stop, World};
use crate::candidate_set::CandidateSet;
use crate::error::{ResolveError, ResolveWarning};
use crate::node::ProjectId;

impl Direct {
    fn is_at(&self, link: &Link, editable: bool) -> bool {
        self.candidate.editable == editable && self.candidate.link.is_equivalent(link)
    }
}

impl World<'_> {
    /// Asks for the distribution at an address; its number, or nothing if it is not what it should be.
    pub(super) fn find_direct(
        &mut self,
        requirement: &InstallRequirement,
    ) -> Result<Option<usize>, ResolveError> {
        let Some(link) = requirement.link() else { return Ok(None) };
        let editable = requirement.is_editable();
        let known = self.directs.iter().position(|direct| direct.is_at(link, editable));
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

    /// What was found at an address.
    pub(crate) fn known_direct(&self, link: &Link, editable: bool) -> Option<&Direct> {
        self.directs.iter().find(|direct| direct.is_at(link, editable))
    }

    pub(super) fn is_named_as_asked(&mut self, direct: usize, requirement: &InstallRequirement) -> bool {
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

    /// The set that asks for one distribution by its address.
    pub(super) fn by_address(&mut self, project: ProjectId, direct: usize) -> Result<CandidateSet, Stop> {
        self.make_universe(project)?;
        let Some(version) = self.directs.get(direct).map(|direct| direct.candidate.version.clone()) else {
            return Ok(CandidateSet::EMPTY);
        };
        let Some(universe) = self.universes.get_mut(&project) else { return Ok(CandidateSet::EMPTY) };
        if let Some(candidate) = universe.direct(direct) {
            return Ok(universe.by_address(candidate));
        }
        if universe.is_by_constraint() {
            // A constraint names another address.
            return Ok(CandidateSet::EMPTY);
        }
        let was_used = universe.is_used;
        let candidate = universe.add_direct(version, direct);
        if was_used { Err(Stop::Restart) } else { Ok(universe.by_address(candidate)) }
    }

    /// Candidates that constraints name by their address. Of several different ones none will do.
    pub(super) fn add_constraint_links(
        &mut self,
        project: ProjectId,
        links: &[usize],
    ) -> Result<(), ResolveError> {
        let request = self.request;
        let mut constraints = links.iter().filter_map(|number| request.constraints.get(*number));
        let Some(first) = constraints.next() else { return Ok(()) };
        let same = |other: &InstallRequirement| match (first.link(), other.link()) {
            (Some(first), Some(other)) => first.is_equivalent(other),
            _ => false,
        };
        let direct = match self.find_direct(first) {
            // Nobody asked for this file: it is only none that will do.
            Err(ResolveError::UnsupportedWheel(_)) => return Ok(()),
            found => found?,
        };
        if constraints.all(same)
            && let Some(direct) = direct
            && let Some(found) = self.directs.get(direct)
            && let Some(universe) = self.universes.get_mut(&project)
        {
            universe.add_direct(found.candidate.version.clone(), direct);
        }
        Ok(())
    }

    /// Asks for a dependency by its address.
    pub(super) fn find_dependency_by_address(
        &mut self,
        parent: ProjectId,
        requirement: &Requirement,
    ) -> Result<Option<usize>, ResolveError> {
        let parent = self.name(parent).map(ToString::to_string).unwrap_or_default();
        self.find_direct(&InstallRequirement::from_dependency(requirement.clone(), parent))
    }
}
