//! The parser of pip's commands: Python's `optparse`, rule by rule.

use std::collections::VecDeque;

use crate::Ambient;
use crate::assign::assign;
use crate::flag::{Action, Flag};
use crate::refusal::Refusal;
use crate::registry::{Group, flags};
use crate::values::{Source, Values};

/// Where arguments that are not options may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Positionals {
    /// Anywhere between options.
    Anywhere,
    /// The first of them ends the options.
    EndOptions,
}

/// How a command line ends.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// With a request for help; what follows it is not looked at.
    Help,
    /// With these arguments that are not options.
    Arguments(Vec<String>),
}

/// Reads options into `values`.
pub(crate) fn parse(
    arguments: &[String],
    groups: &'static [Group],
    positionals: Positionals,
    values: &mut Values,
    ambient: &Ambient,
) -> Result<Ending, Refusal> {
    let mut parser = Parser { groups, rest: arguments.iter().map(String::as_str).collect(), values, ambient };
    let mut plain = Vec::new();
    while let Some(argument) = parser.rest.pop_front() {
        let help = if argument == "--" {
            break;
        } else if let Some(long) = argument.strip_prefix("--") {
            parser.long(long)?
        } else if argument.len() > 1 && argument.starts_with('-') {
            parser.cluster(argument)?
        } else if positionals == Positionals::Anywhere {
            plain.push(argument.to_owned());
            false
        } else {
            parser.rest.push_front(argument);
            break;
        };
        if help {
            return Ok(Ending::Help);
        }
    }
    plain.extend(parser.rest.into_iter().map(str::to_owned));
    Ok(Ending::Arguments(plain))
}

struct Parser<'a> {
    groups: &'static [Group],
    rest: VecDeque<&'a str>,
    values: &'a mut Values,
    ambient: &'a Ambient,
}

impl<'a> Parser<'a> {
    /// `--name`, `--name value`, `--name=value`; true when it asks for help.
    fn long(&mut self, argument: &'a str) -> Result<bool, Refusal> {
        let (typed, explicit) = match argument.split_once('=') {
            Some((typed, value)) => (typed, Some(value)),
            None => (argument, None),
        };
        let (flag, name) = find_long(self.groups, typed)?;
        let option = format!("--{name}");
        let value = if !flag.takes_value() {
            if explicit.is_some() {
                return Err(Refusal::ValueUnexpected(option));
            }
            ""
        } else if let Some(value) = explicit.or_else(|| self.rest.pop_front()) {
            value
        } else {
            return Err(Refusal::ValueMissing(option));
        };
        self.assign(flag, &option, value)
    }

    /// `-v`, `-vv`, `-rfile`, `-vr file`; true when it asks for help.
    fn cluster(&mut self, argument: &'a str) -> Result<bool, Refusal> {
        for (at, short) in argument.char_indices().skip(1) {
            let option = format!("-{short}");
            let Some(flag) = flags(self.groups).find(|flag| flag.short == Some(short)) else {
                return Err(Refusal::NoSuchOption(option));
            };
            if !flag.takes_value() {
                if self.assign(flag, &option, "")? {
                    return Ok(true);
                }
                continue;
            }
            let attached = argument.get(at + short.len_utf8()..).filter(|value| !value.is_empty());
            return match attached.or_else(|| self.rest.pop_front()) {
                Some(value) => self.assign(flag, &option, value),
                None => Err(Refusal::ValueMissing(option)),
            };
        }
        Ok(false)
    }

    fn assign(&mut self, flag: &'static Flag, option: &str, value: &str) -> Result<bool, Refusal> {
        if matches!(flag.action, Action::Help) {
            return Ok(true);
        }
        assign(flag, option, value, Source::CommandLine, self.values, self.ambient)?;
        Ok(false)
    }
}

/// The option of this long name, or of the only long name that begins so, with that name.
///
/// Options that pip does not have are looked at last: they never make ambiguous what pip understands.
pub(crate) fn find_long(
    groups: &'static [Group],
    typed: &str,
) -> Result<(&'static Flag, &'static str), Refusal> {
    let mut candidates = Vec::new();
    let mut own_candidates = Vec::new();
    for flag in flags(groups) {
        for name in flag.long {
            if *name == typed {
                return Ok((flag, name));
            }
            if name.starts_with(typed) {
                let list = if flag.own { &mut own_candidates } else { &mut candidates };
                list.push((flag, *name));
            }
        }
    }
    if candidates.is_empty() {
        candidates = own_candidates;
    }
    match candidates.as_slice() {
        [only] => Ok(*only),
        [] => Err(Refusal::NoSuchOption(format!("--{typed}"))),
        _ => {
            let mut names: Vec<String> = candidates.iter().map(|(_, name)| format!("--{name}")).collect();
            names.sort_unstable();
            Err(Refusal::Ambiguous { typed: format!("--{typed}"), candidates: names })
        }
    }
}
