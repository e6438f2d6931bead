//! `undo`: takes back the latest changes of the environment.

use environment::{Environment, Which};
use installer::{Change, Project, Removal, Target, to_take_back};
use options::Switch;
use specifier::ProjectName;

use crate::command::history;
use crate::context::Context;
use crate::failure::Failure;
use crate::placing::placing;

/// Runs the command.
pub fn run(context: &Context<'_>) -> Result<u8, Failure> {
    let number = number(context)?;
    let environment = context.environment()?;
    if !context.is_on(Switch::User) {
        context.check_externally_managed(environment)?;
    }
    let target = history::target(context, environment)?;
    context.settle(&target)?;
    let changes = match context.history(&target) {
        Some(history) => history.changes(&target)?,
        None => Vec::new(),
    };
    let chosen = to_take_back(&changes, number);
    if chosen.is_empty() {
        let prefix = target.prefix.display();
        return Err(match number {
            Some(number) => Failure::error(format_args!(
                "There is no change {number} of {prefix} that could be taken back (see \"oxipip history\")"
            )),
            None => Failure::error(format_args!("No change of {prefix} is kept that could be taken back")),
        });
    }
    chosen.into_iter().try_for_each(|change| one(context, environment, &target, change))?;
    Ok(0)
}

/// The argument.
fn number(context: &Context<'_>) -> Result<Option<u64>, Failure> {
    match context.positionals() {
        [] => Ok(None),
        [number] => number.parse().map(Some).map_err(|_| {
            Failure::error(format_args!("{number:?} is not the number of a change (see \"oxipip history\")"))
        }),
        _ => Err(Failure::error("undo takes one number: that of the earliest change to take back")),
    }
}

/// Takes one change back, if the environment is still as it left it.
fn one(
    context: &Context<'_>,
    environment: &Environment,
    target: &Target,
    change: &Change,
) -> Result<(), Failure> {
    let which = Which {
        skip_standard_library: false,
        local_only: true,
        user_only: context.is_on(Switch::User),
        ..Which::default()
    };
    let installed = context.installed(environment, &which)?;
    let version_of = |project: &ProjectName| installed.get(project).map(environment::Distribution::version);
    let mut placed = Vec::with_capacity(change.placed.len());
    for Project { name, version } in &change.placed {
        match installed.get(&ProjectName::normalise(name)) {
            Some(distribution) if distribution.version() == version => {
                placed.push(Removal::of(distribution, target)?);
            }
            other => {
                let now = other.map(environment::Distribution::version);
                return Err(differs(change, name, Some(version), now));
            }
        }
    }
    for Project { name, .. } in &change.removed {
        let project = ProjectName::normalise(name);
        let is_placed = change.placed.iter().any(|placed| ProjectName::normalise(&placed.name) == project);
        if !is_placed && let Some(now) = version_of(&project) {
            return Err(differs(change, name, None, Some(now)));
        }
    }
    let Some(history) = context.history(target) else { return Ok(()) };
    let options = placing(context, target)?;
    installer::undo(change, placed, history, target, &options)?;
    let when = history::time(change);
    context.console.info(format_args!("Took back change {} ({} of {when}):", change.number, change.command));
    for (sign, projects) in [('-', &change.placed), ('+', &change.removed)] {
        for Project { name, version } in projects {
            context.console.info(format_args!("  {sign} {name} {version}"));
        }
    }
    Ok(())
}

/// Somebody else has changed the environment since.
fn differs(change: &Change, name: &str, then: Option<&str>, now: Option<&str>) -> Failure {
    let state = |version: Option<&str>| match version {
        Some(version) => format!("{name} {version}"),
        None => format!("no {name}"),
    };
    Failure::error(format_args!(
        "Change {} cannot be taken back: it left {}, and now there is {}. Something else has changed the \
         environment since. Nothing was changed now.",
        change.number,
        state(then),
        state(now)
    ))
}
