//! A command line, read in two steps.
//!
//! What stands before the command decides which interpreter is meant; only then is it known which
//! environment's configuration counts for the command itself. pip does the same by starting itself
//! again, and like pip the second step reads the whole line once more with the command's own options.

use crate::command::similar;
use crate::configuration::Configuration;
use crate::configure::{Scope, configured};
use crate::destination::{Switch, Text};
use crate::help::{HelpPage, usage};
use crate::optparse::{Ending, Positionals};
use crate::refusal::Refusal;
use crate::registry::{groups, main_groups};
use crate::{Ambient, Command, OptionsError, Values, argparse, optparse};

/// What a command line begins with.
#[derive(Debug)]
pub enum Opening {
    /// `--version`.
    Version {
        /// The interpreter named by `--python`, whose pip is asked for.
        python: Option<String>,
    },
    /// `--help`, `help`, or nothing at all.
    Help(HelpPage),
    /// A command.
    Command(Invocation),
}

/// A command with the general options before it.
#[derive(Debug)]
pub struct Invocation {
    /// The command.
    pub command: Command,
    /// The interpreter or environment named by `--python` before the command, `PIP_PYTHON` or a file.
    pub python: Option<String>,
    /// The interpreter that `venv` is told to make environments from, which is then what it acts on.
    pub base: Option<String>,
    /// The whole line without the command.
    arguments: Vec<String>,
    configuration: Configuration,
}

/// What is left to do after the command line is understood.
#[derive(Debug)]
pub enum Parsed {
    /// `<command> --help`, `help <command>`.
    Help(HelpPage),
    /// Run the command.
    Command(Box<ParsedCommand>),
}

/// A command with everything that was said about it.
#[derive(Debug, Clone)]
pub struct ParsedCommand {
    /// The command.
    pub command: Command,
    /// The arguments that are not options, in order.
    pub positionals: Vec<String>,
    /// The options.
    pub values: Values,
}

impl Invocation {
    /// Reads a command line (without the program's name) up to its command.
    ///
    /// Fails as pip's main parser does; `--version` alone reads no file.
    pub fn open(arguments: &[String], ambient: &Ambient) -> Result<Opening, OptionsError> {
        if let [only] = arguments
            && matches!(only.as_str(), "--version" | "-V")
        {
            return Ok(Opening::Version { python: None });
        }
        Invocation::open_configured(arguments, ambient, Configuration::read(ambient)?)
    }

    pub(crate) fn open_configured(
        arguments: &[String],
        ambient: &Ambient,
        configuration: Configuration,
    ) -> Result<Opening, OptionsError> {
        let refuse = |refusal| in_words(refusal, ambient, None);
        // What stands before the command is read by the user's configuration even when isolated, as by pip.
        let scope = Scope { section: None, isolated: false };
        let mut values = configured(main_groups(), scope, &configuration, ambient).map_err(refuse)?;
        let parsed = optparse::parse(arguments, main_groups(), Positionals::EndOptions, &mut values, ambient);
        let Ending::Arguments(rest) = parsed.map_err(refuse)? else {
            return Ok(Opening::Help(HelpPage::new(None, values, ambient)));
        };
        // A pip that was started for an interpreter is not to start itself again.
        let started_for = ambient.variable("_PIP_RUNNING_IN_SUBPROCESS").is_some();
        let python = values.text(Text::Python).filter(|_| !started_for).map(str::to_owned);
        if values.flag(Switch::Version) {
            return Ok(Opening::Version { python });
        }
        let name = match rest.as_slice() {
            [] => return Ok(Opening::Help(HelpPage::new(None, values, ambient))),
            [only] if only == "help" => return Ok(Opening::Help(HelpPage::new(None, values, ambient))),
            [name, ..] => name,
        };
        let command = Command::named(name).ok_or_else(|| unknown(name))?;
        let mut arguments = arguments.to_vec();
        if let Some(at) = arguments.iter().position(|argument| argument == name) {
            arguments.remove(at);
        }
        let base = named_base(command, &arguments, &configuration, ambient);
        Ok(Opening::Command(Invocation { command, python, base, arguments, configuration }))
    }

    /// Reads the rest. `ambient.prefix` should now be that of the environment the command acts on.
    ///
    /// Fails as the parser of the command does.
    pub fn parse(mut self, ambient: &Ambient) -> Result<Parsed, OptionsError> {
        self.configuration.enter(ambient)?;
        let command = self.command;
        let refuse = |refusal| in_words(refusal, ambient, Some(command));
        let isolated = self.arguments.iter().any(|argument| argument == "--isolated");
        let scope = Scope { section: Some(command.name()), isolated };
        let mut values = configured(groups(command), scope, &self.configuration, ambient).map_err(refuse)?;
        let ending = if command == Command::Venv {
            argparse::parse(&self.arguments, groups(command), &mut values, ambient)?
        } else {
            optparse::parse(&self.arguments, groups(command), Positionals::Anywhere, &mut values, ambient)
                .map_err(refuse)?
        };
        let Ending::Arguments(positionals) = ending else {
            return Ok(Parsed::Help(HelpPage::new(Some(command), values, ambient)));
        };
        let started_for = ambient.variable("_PIP_RUNNING_IN_SUBPROCESS").is_some();
        let python = &mut values.texts[Text::Python as usize].0;
        if command == Command::Venv {
            if python.is_none() {
                python.clone_from(&self.python);
            }
        } else if self.python.is_none() && !started_for && python.as_ref().is_some_and(|it| !it.is_empty()) {
            return Err(OptionsError::Conflict(
                "The --python option must be placed before the pip subcommand name".to_owned(),
            ));
        }
        if let (Command::Help, Some(name)) = (command, positionals.first()) {
            return self.help_of(name, isolated, ambient);
        }
        Ok(Parsed::Command(Box::new(ParsedCommand { command, positionals, values })))
    }

    /// `help <command>`: the text shows what is configured for that command.
    fn help_of(&self, name: &str, isolated: bool, ambient: &Ambient) -> Result<Parsed, OptionsError> {
        let command = Command::named(name).ok_or_else(|| unknown(name))?;
        let scope = Scope { section: Some(command.name()), isolated };
        let values = configured(groups(command), scope, &self.configuration, ambient)
            .map_err(|refusal| in_words(refusal, ambient, Some(command)))?;
        Ok(Parsed::Help(HelpPage::new(Some(command), values, ambient)))
    }
}

fn unknown(name: &str) -> OptionsError {
    OptionsError::UnknownCommand { name: name.to_owned(), guess: similar(name) }
}

/// A refusal as pip prints it: how the command is called, an empty line, the reason.
fn in_words(refusal: Refusal, ambient: &Ambient, command: Option<Command>) -> OptionsError {
    match refusal {
        Refusal::Options(error) => error,
        other => {
            let usage = match usage(command, &ambient.program) {
                usage if usage.is_empty() => usage,
                usage => format!("{usage}\n\n"),
            };
            OptionsError::Usage { usage, message: other.to_string() }
        }
    }
}

/// The interpreter that `venv` is told to use. A line that is wrong names none: whoever reads all of it says why.
fn named_base(
    command: Command,
    arguments: &[String],
    configuration: &Configuration,
    ambient: &Ambient,
) -> Option<String> {
    if command != Command::Venv {
        return None;
    }
    let isolated = arguments.iter().any(|argument| argument == "--isolated");
    let scope = Scope { section: Some(command.name()), isolated };
    let mut values = configured(groups(command), scope, configuration, ambient).ok()?;
    argparse::parse(arguments, groups(command), &mut values, ambient).ok()?;
    values.text(Text::Python).map(str::to_owned)
}

#[cfg(test)]
pub(crate) mod tests;
