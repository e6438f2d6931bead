//! `oxipip`: Python's `venv` and `pip` as one native program.
//!
//! The way of a command: [`process`] reads what the operating system hands over, `options` understands the command
//! line and the configuration, [`context`] chooses the environment, a file in [`command`] does the work, and
//! [`failure`] turns what went wrong into pip's words and exit code. Nothing else prints.

// See `start`, which has the entry.
#![cfg_attr(all(direct_start, not(test)), no_main)]

mod build_failure;
mod build_log;
mod builds;
mod command;
mod console;
mod context;
mod destination;
mod diagnostic;
mod environment_pip;
mod failure;
mod features;
mod gather;
mod index_settings;
mod interruption;
mod keyring;
mod latest;
mod log;
mod login_prompt;
mod network_failure;
mod placing;
mod process;
mod progress;
mod remedy;
mod removal_failure;
mod report;
mod requirements;
mod selection;
mod start;
mod surroundings;
mod table;
mod user_agent;
mod version_control_settings;
mod workshop;

use std::io::ErrorKind;
use std::sync::OnceLock;

use environment::{Environment, EnvironmentError};
use options::{HelpPage, HelpStyle, Invocation, Opening, Parsed, ParsedCommand, Switch, Text};

use crate::command::completion::{self, Question};
use crate::console::{Console, Level};
use crate::context::Context;
use crate::process::Process;

/// pip's exit code when standard output is gone.
const CLOSED_OUTPUT: u8 = 120;

#[cfg(any(test, not(direct_start)))]
fn main() -> std::process::ExitCode {
    start::start().into()
}

fn run(process: &Process) -> u8 {
    let no_color = process.variable("NO_COLOR").is_some();
    let arguments: Vec<String> =
        process.arguments.iter().map(|argument| argument.to_string_lossy().into_owned()).collect();
    let plain = Console::new(Level::Info, no_color);
    if let Some(question) = Question::of(process) {
        return finish(&plain, completion::answer(&plain, process, &question));
    }
    let mut ambient = process.ambient(None);
    let opening = match Invocation::open(&arguments, &ambient) {
        Ok(opening) => opening,
        Err(error) => return refuse(&plain, &error),
    };
    match opening {
        Opening::Version { python } => {
            let choose = || context::choose(process, python.as_deref()).ok();
            let environment = process.is_called_pip().then(choose).flatten();
            finish(&plain, command::version::run(&plain, process, environment.as_ref()))
        }
        Opening::Help(page) => finish(&plain, help(&plain, &page)),
        Opening::Command(invocation) => {
            // Choosing an environment may write down what it has learned.
            interruption::outlive_large_files();
            interruption::explain_lack_of_memory();
            // No interpreter is asked about itself but the one that counts.
            let chosen = match &invocation.base {
                Some(base) => context::find(process, base),
                None => context::choose(process, invocation.python.as_deref()),
            };
            ambient.prefix = chosen.as_ref().ok().map(|environment| environment.prefix().to_owned());
            match invocation.parse(&ambient) {
                Ok(Parsed::Help(page)) => finish(&plain, help(&plain, &page)),
                Ok(Parsed::Command(parsed)) => carry_out(process, *parsed, &chosen, no_color),
                Err(error) => refuse(&plain, &error),
            }
        }
    }
}

fn carry_out(
    process: &Process,
    mut parsed: ParsedCommand,
    chosen: &Result<Environment, EnvironmentError>,
    no_color: bool,
) -> u8 {
    let level = Level::from_verbosity(parsed.values.verbosity());
    let console = Console::new(level, no_color || parsed.values.flag(Switch::NoColor));
    if let Err(error) = options::check(&mut parsed) {
        return refuse(&console, &error);
    }
    if let Some(path) = parsed.values.text(Text::Log) {
        console.log_to(process.working_directory.join(path));
    }
    features::say_always_enabled(&console, &parsed.values);
    let needs_virtualenv = parsed.values.flag(Switch::RequireVirtualenv)
        && !parsed.command.ignores_require_virtualenv()
        && !chosen.as_ref().is_ok_and(Environment::is_virtual);
    if needs_virtualenv {
        console.critical("Could not find an activated virtualenv (required).");
        return finish(&console, 3);
    }
    let (cache_folder, cache_layers) = (OnceLock::new(), OnceLock::new());
    let context = Context {
        process,
        console: &console,
        parsed: &parsed,
        chosen,
        cache_folder: &cache_folder,
        cache_layers: &cache_layers,
    };
    let exit_code = match command::run(&context) {
        Ok(exit_code) => exit_code,
        Err(failure) => {
            failure.report(&console);
            failure.exit_code
        }
    };
    finish(&console, exit_code)
}

fn help(console: &Console, page: &HelpPage) -> u8 {
    let width =
        rustix::termios::tcgetwinsize(std::io::stdout()).map_or(80, |size| size.ws_col.max(40).into());
    console.result(page.render(HelpStyle { width, color: false }));
    0
}

fn refuse(console: &Console, error: &options::OptionsError) -> u8 {
    console.error_text(format_args!("{error}\n"));
    finish(console, error.exit_code())
}

/// Hands over what is buffered; a reader that went away is not an error of the command, but pip says so by its code.
fn finish(console: &Console, exit_code: u8) -> u8 {
    let Err(error) = console.flush() else { return exit_code };
    if error.kind() == ErrorKind::BrokenPipe {
        console.error_text("ERROR: Pipe to stdout was broken\n");
    }
    CLOSED_OUTPUT
}
