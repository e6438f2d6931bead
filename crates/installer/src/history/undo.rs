//! Going back to an earlier state.

use super::Change;
use super::restore::{Restoration, numbered};
use crate::{History, InstallError, Options, Plan, Removal, Report, Target, journal, transaction};

/// The changes that must be taken back, in this order, to come to the state before the change with a number; without a
/// number, before the last one that is not taken back yet. Empty when there is none.
///
/// Taking back is a change of its own and can be taken back as long as it is the last one.
pub fn to_take_back(changes: &[Change], number: Option<u64>) -> Vec<&Change> {
    let with = |number: u64| changes.iter().find(|change| change.number == number);
    // Those whose effect is there, oldest first.
    let mut there: Vec<&Change> = Vec::new();
    for change in changes {
        match change.undoes {
            None => there.push(change),
            Some(number) if there.last().is_some_and(|last| last.number == number) => drop(there.pop()),
            // An undo was undone.
            Some(number) => there.extend(with(number).and_then(|undo| undo.undoes).and_then(with)),
        }
    }
    let Some(number) = number else { return there.pop().into_iter().collect() };
    if let Some(last) = changes.last()
        && last.number == number
        && last.undoes.is_some()
    {
        return vec![last];
    }
    match there.iter().position(|change| change.number == number) {
        Some(at) => there.into_iter().skip(at).rev().collect(),
        None => Vec::new(),
    }
}

/// Takes one change back: `placed` is what it had placed, as it is installed now. All that it had removed or replaced
/// comes back as it was, from the history. All of it is done, or the environment is as it was.
///
/// # Errors
/// Those of [`execute`](crate::execute); files of the history that are gone.
pub fn undo(
    change: &Change,
    placed: Vec<Removal>,
    history: History,
    target: &Target,
    options: &Options,
) -> Result<Report, InstallError> {
    let aside = journal::aside(change.folder());
    let moved = change.journal()?.moved;
    let restorations: Vec<Restoration> = moved
        .into_iter()
        .enumerate()
        .map(|(number, to)| Restoration { from: numbered(&aside, number), to })
        .collect();
    let history = History { undoes: Some(change.number), brings_back: change.removed.clone(), ..history };
    let options = Options { history: Some(history), ..options.clone() };
    let plan = Plan { remove: placed, place: Vec::new() };
    transaction::change(&plan, &restorations, target, &options)
}
