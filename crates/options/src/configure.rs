//! Values that files and `PIP_*` variables give, before the command line is read.

use crate::assign::{assign, checked, seconds, whole_number};
use crate::configuration::{Configuration, normalise_key};
use crate::flag::{Action, Configured, Flag, Special};
use crate::python::{decimal, split, truth};
use crate::refusal::Refusal;
use crate::registry::{Group, flags};
use crate::values::{CacheDirValue, Source, Values};
use crate::{Ambient, OptionsError};

/// Which sections count, and whether the user is heard.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope {
    /// The section that stands above `[global]`; none for what comes before the command.
    pub(crate) section: Option<&'static str>,
    /// `--isolated`: no user file, no variables.
    pub(crate) isolated: bool,
}

/// The values that hold when the command line says nothing.
///
/// `[global]` first, then the section of the command, then the variables; within each of them a later
/// file replaces what an earlier one says about the same key. Keys that are no options are passed over.
pub(crate) fn configured(
    groups: &'static [Group],
    scope: Scope,
    configuration: &Configuration,
    ambient: &Ambient,
) -> Result<Values, Refusal> {
    let mut values = Values::default();
    let mut sources = [Pool::default(), Pool::default(), Pool::default()];
    let [global, command, variables] = &mut sources;
    for (section, key, value) in configuration.options(scope.isolated) {
        if section == "global" {
            global.set(key, value);
        } else if Some(section) == scope.section {
            command.set(key, value);
        }
    }
    if !scope.isolated {
        for (name, value) in &ambient.variables {
            if let Some(name) = name.strip_prefix("PIP_").filter(|name| !is_reserved(name)) {
                variables.set(&normalise_key(name), value);
            }
        }
    }
    let mut no_cache = false;
    for (rank, pool) in sources.iter().enumerate() {
        let source = if rank == 2 { Source::Variable } else { Source::File };
        // An empty value says nothing, so that a weaker source is heard.
        for (key, value) in pool.0.iter().filter(|(_, value)| !value.is_empty()) {
            let Some(flag) = flags(groups).find(|flag| flag.long.contains(&key.as_str())) else { continue };
            if flag.configured == Configured::OwnSection && rank != 1 {
                continue;
            }
            configure(flag, key, value, source, &mut values, ambient)?;
            no_cache |= matches!(flag.action, Action::Special(Special::NoCacheDir));
        }
    }
    if no_cache {
        // Whatever files and variables say about a folder, and in whatever order.
        values.cache_dir = Some(CacheDirValue::Disabled);
    }
    Ok(values)
}

/// Options in the order in which they were first seen, each with the value seen last.
#[derive(Default)]
struct Pool(Vec<(String, String)>);

impl Pool {
    fn set(&mut self, key: &str, value: &str) {
        match self.0.iter_mut().find(|(known, _)| known == key) {
            Some((_, old)) => value.clone_into(old),
            None => self.0.push((key.to_owned(), value.to_owned())),
        }
    }
}

/// Variables that name something else than an option.
fn is_reserved(name: &str) -> bool {
    ["version", "help"].iter().any(|reserved| name.eq_ignore_ascii_case(reserved))
}

/// Gives an option the value that a file or a variable has for it.
fn configure(
    flag: &'static Flag,
    key: &str,
    value: &str,
    source: Source,
    values: &mut Values,
    ambient: &Ambient,
) -> Result<(), Refusal> {
    let wrong = |refusal: Refusal| match refusal {
        Refusal::Number { .. } | Refusal::Choice { .. } => {
            Refusal::Options(OptionsError::ConfigurationValue(refusal.to_string()))
        }
        other => other,
    };
    match flag.action {
        Action::Help | Action::Set(..) => {}
        // Of pip's options that turn something off, the truth counts, not the option: `no-compile = no`.
        Action::On(switch) | Action::Off(switch) => {
            let truth = truth(value).ok_or_else(|| no_boolean(key, value))?;
            let is_turned =
                matches!(flag.action, Action::Off(_)) && flag.configured == Configured::OwnSection;
            values.switches[switch as usize] = (Some(truth != is_turned), source);
        }
        Action::Count(count) => {
            let number = truth(value).map(i64::from).or_else(|| decimal(value));
            let number = number.and_then(|number| u32::try_from(number).ok());
            values.counts[count as usize] = number.ok_or_else(|| no_count(key, value))?;
        }
        Action::Append(list, check) => {
            let parts: Result<_, _> = split(value).map(|part| checked(check, key, part, ambient)).collect();
            values.lists[list as usize] = (parts.map_err(wrong)?, source);
        }
        Action::AppendMany(list) => {
            values.lists[list as usize] = (split(value).map(str::to_owned).collect(), source);
        }
        Action::Store(text, check) => {
            let text = &mut values.texts[text as usize];
            *text = (Some(checked(check, key, value, ambient).map_err(wrong)?), source);
        }
        Action::Integer(integer) => {
            values.integers[integer as usize] = Some(whole_number(key, value).map_err(wrong)?);
        }
        Action::Special(Special::Timeout) => values.timeout = Some(seconds(key, value).map_err(wrong)?),
        Action::Special(Special::NoCacheDir) if truth(value).is_none() => {
            let reason = format!("invalid truth value {}", crate::python::repr(&value.to_lowercase()));
            return Err(crate::assign::rule(flag, &reason));
        }
        Action::Special(_) => {
            assign(flag, &format!("--{}", flag.key()), value, source, values, ambient)?;
        }
    }
    Ok(())
}

fn no_boolean(key: &str, value: &str) -> Refusal {
    Refusal::Rule(format!(
        "{value} is not a valid value for {key} option, please specify a boolean value like yes/no, \
         true/false or 1/0 instead."
    ))
}

fn no_count(key: &str, value: &str) -> Refusal {
    Refusal::Rule(format!(
        "{value} is not a valid value for {key} option, please instead specify either a non-negative integer \
         or a boolean value like yes/no or false/true which is equivalent to 1/0."
    ))
}
