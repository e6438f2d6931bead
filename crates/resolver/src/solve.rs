//! From a request to a resolution: runs of the solver until one stands.

use pubgrub::{Map, PubGrubError};
use specifier::Specifiers;

use crate::candidate_set::Candidate;
use crate::error::ResolveError;
use crate::failure::{self, Tree};
use crate::node::{Node, ProjectId};
use crate::provider::{Provider, Run};
use crate::request::Request;
use crate::resolution::{self, Resolution};
use crate::source::Source;
use crate::universe::Hiding;
use crate::walk::walk;
use crate::world::{Stop, World};

/// The versions that were chosen.
pub(crate) type Solution = Map<Node, Candidate>;

/// The outcome of one run of the solver.
pub(crate) enum Outcome {
    Solved(Solution),
    Impossible(Box<Tree>),
    Restart,
}

/// Chooses a version of everything that is needed.
///
/// Follows pip: what is installed stays if it satisfies and is not to be upgraded, otherwise the newest
/// acceptable version is taken; pre-releases and yanked files only when something calls for them. Fails
/// with pip's words and an explanation of its own when no choice satisfies all requirements.
pub fn resolve(request: &Request<'_>, source: &dyn Source) -> Result<Resolution, ResolveError> {
    let mut world = World::new(request, source)?;
    let mut failure = None;
    loop {
        let walked = if failure.is_none() { walk(&mut world)? } else { None };
        let (outcome, run) = match walked {
            Some(found) => found,
            None => run_once(&mut world)?,
        };
        match outcome {
            Outcome::Restart => {}
            Outcome::Solved(solution) => {
                let unjustified = find_unjustified(&world, &solution, &run);
                if unjustified.is_empty() {
                    return resolution::build(&mut world, &solution, &run);
                }
                let mut is_new = false;
                for project in unjustified {
                    let hiding = world.hiding.entry(project).or_default();
                    is_new |= *hiding != Hiding::Never;
                    *hiding = if *hiding == Hiding::Strict { Hiding::Never } else { Hiding::Strict };
                }
                if !is_new {
                    return Err(failure.unwrap_or(ResolveError::TooDeep).warned(world.warnings));
                }
            }
            Outcome::Impossible(tree) => {
                let error = match failure.take() {
                    Some(error) => error,
                    None => failure::explain(&mut world, &tree, &run),
                };
                failure::dismantle(*tree);
                // Perhaps a pre-release was refused too early: a requirement met later may call for it.
                let mut is_new = false;
                for project in run.hidden {
                    if let std::collections::hash_map::Entry::Vacant(vacant) = world.hiding.entry(project) {
                        vacant.insert(Hiding::Permissive);
                        is_new = true;
                    }
                }
                if !is_new {
                    return Err(error.warned(world.warnings));
                }
                failure = Some(error);
            }
        }
    }
}

/// Runs the solver once.
pub(crate) fn run_once(world: &mut World<'_>) -> Result<(Outcome, Run), ResolveError> {
    let provider = Provider::new(world);
    let outcome = match pubgrub::resolve(&provider, Node::Root, Candidate(0)) {
        Ok(solution) => Outcome::Solved(solution.into_iter().collect()),
        Err(PubGrubError::NoSolution(tree)) => Outcome::Impossible(Box::new(tree)),
        Err(
            PubGrubError::ErrorRetrievingDependencies { source: stop, .. }
            | PubGrubError::ErrorChoosingVersion { source: stop, .. }
            | PubGrubError::ErrorInShouldCancel(stop),
        ) => match stop {
            Stop::Restart => Outcome::Restart,
            Stop::Failed(error) => return Err(error),
        },
    };
    Ok((outcome, provider.finish()))
}

/// Projects whose version pip would not take, given the requirements that are in force in the end.
fn find_unjustified(world: &World<'_>, solution: &Solution, run: &Run) -> Vec<ProjectId> {
    let in_question = solution.iter().filter_map(|(node, candidate)| match *node {
        Node::Project(project) => Some((project, *candidate)),
        Node::Root | Node::Extra(..) | Node::ExtraBody(..) => None,
    });
    let mut unjustified: Vec<(ProjectId, Candidate)> = in_question
        .filter(|(project, candidate)| {
            world.universe(*project).is_some_and(|universe| universe.needs_reason(*candidate, &world.rules))
        })
        .collect();
    unjustified.sort_unstable();
    unjustified.retain(|(project, candidate)| {
        let (specifiers, by_address) = in_force(world, solution, run, *project);
        world
            .universe(*project)
            .is_some_and(|universe| !universe.is_justified(*candidate, &specifiers, by_address, &world.rules))
    });
    unjustified.into_iter().map(|(project, _)| project).collect()
}

/// What all requirements of a project ask for together, and whether one of them is by its address.
fn in_force(world: &World<'_>, solution: &Solution, run: &Run, project: ProjectId) -> (Specifiers, bool) {
    let requirements = world.request.requirements;
    let edges = solution.iter().flat_map(|(node, candidate)| run.edges_of(*node, *candidate));
    let mut specifiers = Specifiers::default();
    let mut by_address = false;
    for edge in edges.filter(|edge| edge.target == Node::Project(project)) {
        if let Some(more) = edge.reason.specifiers(requirements) {
            specifiers = specifiers.intersection(more);
        }
        by_address |= edge.reason.address(requirements).is_some();
    }
    (specifiers, by_address)
}
