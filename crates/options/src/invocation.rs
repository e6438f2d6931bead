//! A command line, read in two steps.
//!
//! What stands before the command decides which interpreter is meant; only then is it known which
//! environment's configuration counts for the command itself.

use crate::{Ambient, Command, HelpPage, OptionsError, Values};

/// What a command line begins with.
#[derive(Debug)]
pub enum Opening {
    /// `--version`.
    Version,
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
    arguments: Vec<String>,
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
    pub fn open(arguments: &[String], ambient: &Ambient) -> Result<Opening, OptionsError> {
        let _ = (arguments, ambient);
        Ok(Opening::Version)
    }

    /// Reads the rest. `ambient.prefix` should now be the environment's.
    pub fn parse(self, ambient: &Ambient) -> Result<Parsed, OptionsError> {
        let _ = (ambient, self.arguments);
        Ok(Parsed::Command(Box::new(ParsedCommand {
            command: self.command,
            positionals: Vec::new(),
            values: Values::default(),
        })))
    }
}
