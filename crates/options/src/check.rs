//! Checks between options that pip makes when a command starts, with its words.

use crate::{OptionsError, ParsedCommand};

/// Makes every check of the command that needs nothing but the options, in pip's order, and turns
/// `--pre` into `--all-releases :all:`.
pub fn check(parsed: &mut ParsedCommand) -> Result<(), OptionsError> {
    let _ = parsed;
    Ok(())
}

/// "You must give at least one requirement to install ...": pip says so only after the requirements files were read.
pub fn nothing_given(parsed: &ParsedCommand) -> Result<(), OptionsError> {
    let _ = parsed;
    Ok(())
}
