//! One file for each sub-command.

mod adopt;
mod cache;
mod check;
pub mod completion;
mod config;
mod debug;
mod download;
mod freeze;
mod hash;
mod history;
mod index;
mod inspect;
pub mod install;
mod list;
mod lock;
mod repair;
mod search;
mod show;
mod undo;
mod uninstall;
mod venv;
pub mod version;
mod wheel;

use options::Command;

use crate::context::Context;
use crate::failure::Failure;

/// Runs a command and gives its exit code.
pub fn run(context: &Context<'_>) -> Result<u8, Failure> {
    match context.parsed.command {
        Command::Install => install::run(context),
        Command::Uninstall => uninstall::run(context),
        Command::List => list::run(context),
        Command::Lock => lock::run(context),
        Command::Show => show::run(context),
        Command::Freeze => freeze::run(context),
        Command::Check => check::run(context),
        Command::Completion => Ok(completion::run(context)),
        Command::Config => config::run(context),
        Command::Download => download::run(context),
        Command::Wheel => wheel::run(context),
        Command::Cache => cache::run(context),
        Command::Debug => debug::run(context),
        Command::Hash => hash::run(context),
        Command::Search => search::run(context),
        Command::Index => index::run(context),
        Command::Inspect => inspect::run(context),
        Command::Venv => venv::run(context),
        Command::Adopt => adopt::run(context),
        Command::History => history::run(context),
        Command::Undo => undo::run(context),
        Command::Repair => repair::run(context),
        // With the name of a command it has become a help text; without, pip is content.
        Command::Help => Ok(0),
    }
}
