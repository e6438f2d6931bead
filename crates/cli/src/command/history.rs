//! `history`: the latest changes of the environment, which `undo` can take back.

use environment::Environment;
use installer::{Change, Target};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use options::Switch;

use crate::context::Context;
use crate::failure::Failure;
use crate::table::tabulate;

/// How many projects of one change are named; `-v` names all.
const NAMED: usize = 6;

/// Runs the command.
pub fn run(context: &Context<'_>) -> Result<u8, Failure> {
    let target = target(context, context.environment()?)?;
    let changes = match context.history(&target) {
        Some(history) => history.changes(&target)?,
        None => Vec::new(),
    };
    if changes.is_empty() {
        context.console.info(format_args!("No change of {} is kept", target.prefix.display()));
        return Ok(0);
    }
    let rows: Vec<Vec<String>> = changes.iter().map(|change| row(context, change)).collect();
    tabulate(&rows).0.iter().for_each(|line| context.console.result(line));
    Ok(0)
}

/// The environment, or with `--user` the user's own packages.
pub fn target(context: &Context<'_>, environment: &Environment) -> Result<Target, Failure> {
    if !context.is_on(Switch::User) {
        return Ok(Target::of(environment));
    }
    Target::of_user(environment)
        .ok_or_else(|| Failure::error("There is no home folder to have packages of the user in"))
}

/// When a change was made, to the minute.
pub fn time(change: &Change) -> String {
    let zoned = Timestamp::try_from(change.time).map(|time| time.to_zoned(TimeZone::system()));
    zoned.map(|zoned| zoned.strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
}

fn row(context: &Context<'_>, change: &Change) -> Vec<String> {
    let command = match change.undoes {
        Some(undone) => format!("{} {undone}", change.command),
        None => change.command.clone(),
    };
    let removed = change.removed.iter().map(|project| ('-', project));
    let placed = change.placed.iter().map(|project| ('+', project));
    let mut projects: Vec<String> = removed
        .chain(placed)
        .map(|(sign, project)| format!("{sign}{}=={}", project.name, project.version))
        .collect();
    if projects.len() > NAMED && context.verbosity() < 1 {
        let others = projects.split_off(NAMED - 1).len();
        projects.push(format!("and {others} more"));
    }
    vec![change.number.to_string(), time(change), command, projects.join(" ")]
}
