//! A small change that would help, found by trying.

use std::cell::Cell;
use std::sync::Arc;

use index::ProjectPage;
use metadata::CoreMetadata;
use requirement::{InstallRequirement, RequirementSource};
use specifier::{ProjectName, Requirement, Specifiers};

use crate::candidate_set::Candidate;
use crate::edge::Reason;
use crate::failure::Cause;
use crate::node::Node;
use crate::provider::Run;
use crate::request::Request;
use crate::solve::{Outcome, run_once};
use crate::source::{DirectCandidate, FileRef, Source, SourceError};
use crate::world::World;

/// How many changes are tried.
const MOST_TRIALS: usize = 6;

/// How long the solver may think about one of them.
const MOST_STEPS: u32 = 3_000;

/// How much is asked of the source that was not asked before.
const MOST_QUESTIONS: u32 = 16;

/// Tries to drop the specifiers of one of the user's requirements that take part in the conflict, or one
/// constraint; little is fetched for it.
pub(crate) fn find(world: &World<'_>, causes: &[Cause], run: &Run) -> Option<String> {
    let request = world.request;
    let source = Recalling { world, left: Cell::new(MOST_QUESTIONS) };
    let mut trials = 0;
    for number in suspects(world, causes, run) {
        let Some(requirement) = request.requirements.get(number) else { continue };
        let Some(specifiers) = requirement.specifiers().filter(|specifiers| !specifiers.is_empty()) else {
            continue;
        };
        if !matches!(requirement.source, RequirementSource::Named) || trials == MOST_TRIALS {
            continue;
        }
        trials += 1;
        let mut requirements = request.requirements.to_vec();
        let Some(changed) = requirements.get_mut(number) else { continue };
        loosen(changed);
        let name = requirement.name().unwrap_or_default();
        if let Some(version) = version_of(request, &requirements, request.constraints, &source, requirement) {
            return Some(format!("Without the limit on {name} ({specifiers}), {name} {version} would do."));
        }
    }
    for (number, constraint) in request.constraints.iter().enumerate() {
        let takes_part = causes.iter().any(|cause| {
            cause.edge.target.project().and_then(|project| world.name(project)) == constraint.project()
        });
        let Some(specifiers) = constraint.specifiers().filter(|specifiers| !specifiers.is_empty()) else {
            continue;
        };
        if !takes_part || trials == MOST_TRIALS {
            continue;
        }
        trials += 1;
        let mut constraints = request.constraints.to_vec();
        constraints.remove(number);
        let name = constraint.name().unwrap_or_default();
        if let Some(version) = version_of(request, request.requirements, &constraints, &source, constraint) {
            return Some(format!("Without the constraint {name}{specifiers}, {name} {version} would do."));
        }
    }
    None
}

/// The user's requirements that may be behind the conflict, those in the conflict itself first.
fn suspects(world: &World<'_>, causes: &[Cause], run: &Run) -> Vec<usize> {
    let mut suspects: Vec<usize> = Vec::new();
    let direct = causes.iter().filter_map(|cause| match cause.edge.reason {
        Reason::User(number) => Some(number),
        Reason::Dependency(_) | Reason::Tie => None,
    });
    suspects.extend(direct);
    let parents: Vec<Node> = causes.iter().map(|cause| cause.parent.0).collect();
    for edge in run.edges_of(Node::Root, Candidate(0)) {
        let Reason::User(number) = edge.reason else { continue };
        let is_parent = parents.iter().any(|parent| parent.project() == edge.target.project());
        if is_parent && !suspects.contains(&number) {
            suspects.push(number);
        }
    }
    suspects.retain(|number| world.request.requirements.get(*number).is_some());
    suspects
}

fn loosen(requirement: &mut InstallRequirement) {
    if let Some(requirement) = &mut requirement.requirement {
        *requirement = Requirement { specifiers: Specifiers::default(), ..requirement.clone() };
    }
}

/// The version that a project would get with these requirements and constraints, if they can be satisfied.
fn version_of(
    request: &Request<'_>,
    requirements: &[InstallRequirement],
    constraints: &[InstallRequirement],
    source: &Recalling<'_, '_>,
    wanted: &InstallRequirement,
) -> Option<String> {
    let steps = Cell::new(0_u32);
    let cancelled = || {
        steps.set(steps.get() + 1);
        steps.get() > MOST_STEPS || (request.cancelled)()
    };
    let request = Request { requirements, constraints, cancelled: &cancelled, ..*request };
    let mut world = World::new(&request, source).ok()?;
    loop {
        match run_once(&mut world).ok()?.0 {
            Outcome::Solved(solution) => {
                let project = world.project(wanted.project()?);
                let candidate = solution.get(&Node::Project(project))?;
                return world.universe(project)?.version(*candidate).map(ToString::to_string);
            }
            Outcome::Impossible(tree) => {
                crate::failure::dismantle(*tree);
                return None;
            }
            Outcome::Restart => {}
        }
    }
}

/// A source that answers what was asked before, and little else, so that trying costs no long waiting.
struct Recalling<'w, 'a> {
    world: &'w World<'a>,
    left: Cell<u32>,
}

/// Too much was asked.
#[derive(Debug, thiserror::Error)]
#[error("not known yet")]
struct NotKnown;

impl Recalling<'_, '_> {
    fn count(&self) -> Result<(), NotKnown> {
        let left = self.left.get().checked_sub(1).ok_or(NotKnown)?;
        self.left.set(left);
        Ok(())
    }
}

impl Source for Recalling<'_, '_> {
    fn prefetch_pages(&self, _: &[ProjectName]) {}

    fn page(&self, project: &ProjectName) -> Result<Arc<ProjectPage>, SourceError> {
        if !self.world.has_page(project) {
            self.count()?;
        }
        self.world.source.page(project)
    }

    fn prefetch_metadata(&self, _: &[FileRef]) {}

    fn metadata(&self, file: &FileRef) -> Result<Arc<CoreMetadata>, SourceError> {
        if let Some(known) = self.world.known_metadata(file) {
            return Ok(known);
        }
        self.count()?;
        self.world.source.metadata(file)
    }

    fn direct(&self, requirement: &InstallRequirement) -> Result<DirectCandidate, SourceError> {
        let known = requirement.link().and_then(|link| {
            self.world.directs.iter().find(|direct| direct.candidate.link.is_equivalent(link))
        });
        known.map(|direct| direct.candidate.clone()).ok_or_else(|| NotKnown.into())
    }
}
