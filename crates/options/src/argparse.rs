//! The parser of `venv`: Python's `argparse`, as far as `python -m venv` shows it.

use crate::assign::assign;
use crate::destination::{List, Switch};
use crate::flag::{Action, Flag};
use crate::optparse::{Ending, find_long};
use crate::refusal::{NumberKind, Refusal, listed};
use crate::registry::{Group, flags};
use crate::values::{Source, Values};
use crate::{Ambient, OptionsError};

/// Reads the arguments of `venv` into `values`. The folders are the arguments that are left: at least one.
pub(crate) fn parse(
    arguments: &[String],
    groups: &'static [Group],
    values: &mut Values,
    ambient: &Ambient,
) -> Result<Ending, OptionsError> {
    let mut parser = Parser { arguments, at: 0, groups, values, ambient, linking: None };
    parser.run().map_err(|message| {
        let program = &ambient.program;
        OptionsError::Usage {
            usage: format!("usage: {program} venv [-h] [options] ENV_DIR [ENV_DIR ...]\n"),
            message: format!("{program} venv: error: {message}"),
        }
    })
}

struct Parser<'a> {
    arguments: &'a [String],
    at: usize,
    groups: &'static [Group],
    values: &'a mut Values,
    ambient: &'a Ambient,
    /// Which of `--symlinks` and `--copies` was seen.
    linking: Option<&'static Flag>,
}

impl<'a> Parser<'a> {
    fn run(&mut self) -> Result<Ending, String> {
        let mut folders: Vec<String> = Vec::new();
        let mut unrecognised = Vec::new();
        let mut folders_end = None;
        let mut only_folders = false;
        while let Some(argument) = self.next() {
            if !only_folders && argument == "--" {
                only_folders = true;
                folders_end = folders_end.map(|end| if end + 1 == self.at { self.at } else { end });
            } else if !only_folders && self.is_option(argument) {
                match self.option(argument)? {
                    Seen::Help => return Ok(Ending::Help),
                    Seen::Option => {}
                    Seen::Unknown => unrecognised.push(argument.to_owned()),
                }
            } else if folders_end.is_none_or(|end| end + 1 == self.at) {
                // Folders stand together.
                folders.push(argument.to_owned());
                folders_end = Some(self.at);
            } else {
                unrecognised.push(argument.to_owned());
            }
        }
        if folders.is_empty() {
            return Err("the following arguments are required: ENV_DIR".to_owned());
        }
        if !unrecognised.is_empty() {
            return Err(format!("unrecognized arguments: {}", unrecognised.join(" ")));
        }
        Ok(Ending::Arguments(folders))
    }

    fn next(&mut self) -> Option<&'a str> {
        let argument = self.arguments.get(self.at)?;
        self.at += 1;
        Some(argument)
    }

    /// Whether an argument is an option rather than a value: it begins with a dash and has no space.
    fn is_option(&self, argument: &str) -> bool {
        argument.len() > 1
            && argument.starts_with('-')
            && (!argument.contains(' ') || argument.split_once('=').is_some_and(|(name, _)| self.knows(name)))
            && !is_negative_number(argument)
    }

    fn knows(&self, name: &str) -> bool {
        name.strip_prefix("--").is_some_and(|long| find_long(self.groups, long).is_ok())
    }

    fn option(&mut self, argument: &'a str) -> Result<Seen, String> {
        if let Some(long) = argument.strip_prefix("--") {
            let (typed, explicit) = match long.split_once('=') {
                Some((typed, value)) => (typed, Some(value)),
                None => (long, None),
            };
            return match find_long(self.groups, typed) {
                Ok((flag, _)) => self.take(flag, explicit),
                Err(Refusal::Ambiguous { candidates, .. }) => {
                    Err(format!("ambiguous option: --{long} could match {}", candidates.join(", ")))
                }
                Err(_) => Ok(Seen::Unknown),
            };
        }
        let mut rest = argument.get(1..).unwrap_or_default();
        let mut first = true;
        while let Some(short) = rest.chars().next() {
            rest = rest.get(short.len_utf8()..).unwrap_or_default();
            let Some(flag) = flags(self.groups).find(|flag| flag.short == Some(short)) else {
                let ignored = format!("{short}{rest}");
                return if first {
                    Ok(Seen::Unknown)
                } else {
                    Err(format!("ignored explicit argument '{ignored}'"))
                };
            };
            if flag.takes_value() {
                let attached = (!rest.is_empty()).then(|| rest.strip_prefix('=').unwrap_or(rest));
                return self.take(flag, attached);
            }
            if let Seen::Help = self.take(flag, None)? {
                return Ok(Seen::Help);
            }
            first = false;
        }
        Ok(Seen::Option)
    }

    /// Carries out an option, with the value that was written together with it or the arguments after it.
    fn take(&mut self, flag: &'static Flag, explicit: Option<&'a str>) -> Result<Seen, String> {
        let about = |problem: &str| format!("argument {}: {problem}", flag.names());
        if matches!(flag.action, Action::Help) {
            return Ok(Seen::Help);
        }
        if !flag.takes_value() {
            if let Some(value) = explicit {
                return Err(about(&format!("ignored explicit argument {}", crate::python::repr(value))));
            }
            self.refuse_both_links(flag)?;
            self.assign(flag, "")?;
            return Ok(Seen::Option);
        }
        if let Action::AppendMany(list) = flag.action {
            self.take_many(flag, list, explicit)?;
            return Ok(Seen::Option);
        }
        let value = match explicit {
            Some(value) => value,
            None => match self.arguments.get(self.at) {
                Some(next) if !self.is_option(next) && next != "--" => {
                    self.at += 1;
                    next
                }
                _ => return Err(about("expected one argument")),
            },
        };
        self.assign(flag, value)?;
        Ok(Seen::Option)
    }

    fn take_many(
        &mut self,
        flag: &'static Flag,
        list: List,
        explicit: Option<&'a str>,
    ) -> Result<(), String> {
        let before = self.values.list(list).len();
        if let Some(value) = explicit {
            return self.assign(flag, value);
        }
        while let Some(next) = self.arguments.get(self.at).filter(|next| !self.is_option(next)) {
            self.at += 1;
            self.assign(flag, next)?;
        }
        if self.values.list(list).len() == before {
            return Err(format!("argument {}: expected at least one argument", flag.names()));
        }
        Ok(())
    }

    fn refuse_both_links(&mut self, flag: &'static Flag) -> Result<(), String> {
        if let Action::On(Switch::Symlinks) | Action::Off(Switch::Symlinks) = flag.action {
            match self.linking {
                Some(other) if other.key() != flag.key() => {
                    return Err(format!(
                        "argument {}: not allowed with argument {}",
                        flag.names(),
                        other.names()
                    ));
                }
                _ => self.linking = Some(flag),
            }
        }
        Ok(())
    }

    fn assign(&mut self, flag: &'static Flag, value: &str) -> Result<(), String> {
        assign(flag, flag.key(), value, Source::CommandLine, self.values, self.ambient).map_err(|refusal| {
            let names = flag.names();
            match refusal {
                Refusal::Number { kind, value, .. } => {
                    let kind = if kind == NumberKind::Integer { "int" } else { "float" };
                    format!("argument {names}: invalid {kind} value: {}", crate::python::repr(&value))
                }
                Refusal::Choice { value, choices, .. } => format!(
                    "argument {names}: invalid choice: {} (choose from {})",
                    crate::python::repr(&value),
                    listed(choices)
                ),
                other => other.to_string(),
            }
        })
    }
}

/// What an argument turned out to be.
enum Seen {
    Help,
    Option,
    Unknown,
}

/// `-1`, `-.5`: arguments that begin with a dash but are values.
fn is_negative_number(argument: &str) -> bool {
    let Some(number) = argument.strip_prefix('-') else { return false };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(fraction) && !fraction.is_empty()
}

#[cfg(test)]
mod tests;
