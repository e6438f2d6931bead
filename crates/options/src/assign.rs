//! What a value of an option does to the values.

use std::path::{Component, Path, PathBuf};

use specifier::ProjectName;

use crate::destination::Text;
use crate::flag::{Action, Check, Flag, Special};
use crate::python;
use crate::refusal::{NumberKind, Refusal};
use crate::upload_time::UploadedPriorTo;
use crate::values::{CacheDirValue, ConfigSetting, DependencyGroup, Source, Values};
use crate::wrap::fill;
use crate::{Ambient, lock_file};

/// Carries out one appearance of an option. `option` is how messages name it.
pub(crate) fn assign(
    flag: &'static Flag,
    option: &str,
    value: &str,
    source: Source,
    values: &mut Values,
    ambient: &Ambient,
) -> Result<(), Refusal> {
    match flag.action {
        Action::Help => {}
        Action::On(switch) => values.switches[switch as usize] = (Some(true), source),
        Action::Off(switch) => values.switches[switch as usize] = (Some(false), source),
        Action::Set(text, constant) => {
            values.texts[text as usize] = (Some(constant.to_owned()), source);
        }
        Action::Count(count) => {
            let counter = &mut values.counts[count as usize];
            *counter = counter.saturating_add(1);
        }
        Action::Store(text, check) => {
            values.texts[text as usize] = (Some(checked(check, option, value, ambient)?), source);
        }
        Action::Append(list, check) => {
            let value = checked(check, option, value, ambient)?;
            let list = &mut values.lists[list as usize];
            list.0.push(value);
            list.1 = source;
        }
        Action::AppendMany(list) => {
            let list = &mut values.lists[list as usize];
            list.0.push(value.to_owned());
            list.1 = source;
        }
        Action::Integer(integer) => {
            values.integers[integer as usize] = Some(whole_number(option, value)?);
        }
        Action::Special(special) => assign_special(special, flag, option, value, source, values, ambient)?,
    }
    Ok(())
}

/// A value after its check: a path without `~`, a name in canonical form.
pub(crate) fn checked(check: Check, option: &str, value: &str, ambient: &Ambient) -> Result<String, Refusal> {
    match check {
        Check::Any => Ok(value.to_owned()),
        Check::Path => Ok(expand_user(value, ambient)),
        Check::Project => Ok(ProjectName::normalise(value).as_str().to_owned()),
        Check::OneOf(choices) if choices.contains(&value) => Ok(value.to_owned()),
        Check::OneOf(choices) => {
            Err(Refusal::Choice { option: option.to_owned(), value: value.to_owned(), choices })
        }
    }
}

/// A whole number as optparse reads it.
pub(crate) fn whole_number(option: &str, value: &str) -> Result<i64, Refusal> {
    python::optparse_integer(value).ok_or_else(|| Refusal::Number {
        option: option.to_owned(),
        kind: NumberKind::Integer,
        value: value.to_owned(),
    })
}

/// `--timeout` in seconds.
pub(crate) fn seconds(option: &str, value: &str) -> Result<f64, Refusal> {
    python::float(value).ok_or_else(|| Refusal::Number {
        option: option.to_owned(),
        kind: NumberKind::Float,
        value: value.to_owned(),
    })
}

fn assign_special(
    special: Special,
    flag: &Flag,
    option: &str,
    value: &str,
    source: Source,
    values: &mut Values,
    ambient: &Ambient,
) -> Result<(), Refusal> {
    match special {
        Special::Timeout => values.timeout = Some(seconds(option, value)?),
        Special::CacheDir => values.cache_dir = Some(CacheDirValue::At(expand_user(value, ambient))),
        Special::NoCacheDir => values.cache_dir = Some(CacheDirValue::Disabled),
        Special::Src => {
            let folder = absolute(&expand_user(value, ambient), ambient);
            values.texts[Text::Src as usize] = (Some(folder), source);
        }
        Special::NoBinary => values.format_control.no_binary(value)?,
        Special::OnlyBinary => values.format_control.only_binary(value)?,
        Special::AllReleases => values.release_control.all_releases(value)?,
        Special::OnlyFinal => values.release_control.only_final(value)?,
        Special::RefreshPackage => values.refresh_packages.add(value)?,
        Special::Group => values.dependency_groups.push(dependency_group(flag, value)?),
        Special::ConfigSettings => add_setting(&mut values.config_settings, option, value)?,
        Special::PythonVersion => values.python_version = python_version(flag, value)?,
        Special::UploadedPriorTo => {
            values.uploaded_prior_to =
                Some(UploadedPriorTo::parse(value).map_err(|error| rule(flag, &error))?);
        }
    }
    Ok(())
}

/// A refusal that names the option with all its names, in lines of 70 columns.
pub(crate) fn rule(flag: &Flag, message: &impl std::fmt::Display) -> Refusal {
    Refusal::Rule(fill(&format!("{} error: {message}", flag.names())))
}

/// `[path:]group`, split at the last colon.
fn dependency_group(flag: &Flag, value: &str) -> Result<DependencyGroup, Refusal> {
    let Some((path, group)) = value.rsplit_once(':') else {
        return Ok(DependencyGroup { path: "pyproject.toml".to_owned(), group: value.to_owned() });
    };
    let is_project = Path::new(path).file_name().is_some_and(|name| name == "pyproject.toml");
    if is_project || lock_file::is_local_lock(lock_file::without_extras(path)) {
        Ok(DependencyGroup { path: path.to_owned(), group: group.to_owned() })
    } else {
        Err(rule(flag, &"group paths use local 'pyproject.toml' or 'pylock.toml' files"))
    }
}

/// `KEY=VALUE`; the values of a repeated key stay together.
fn add_setting(settings: &mut Vec<ConfigSetting>, option: &str, value: &str) -> Result<(), Refusal> {
    let Some((key, value)) = value.split_once('=') else {
        return Err(Refusal::Rule(format!("Arguments to {option} must be of the form KEY=VAL")));
    };
    match settings.iter_mut().find(|setting| setting.key == key) {
        Some(setting) => setting.values.push(value.to_owned()),
        None => settings.push(ConfigSetting { key: key.to_owned(), values: vec![value.to_owned()] }),
    }
    Ok(())
}

/// `3`, `37`, `3.7` or `3.7.3`; an empty value is as good as none.
fn python_version(flag: &Flag, value: &str) -> Result<Option<Vec<u64>>, Refusal> {
    if value.is_empty() {
        return Ok(None);
    }
    let refuse = |reason: &str| {
        rule(flag, &format!("invalid --python-version value: {}: {reason}", python::repr(value)))
    };
    let mut parts: Vec<&str> = value.split('.').collect();
    if parts.len() > 3 {
        return Err(refuse("at most three version parts are allowed"));
    }
    if parts.len() == 1 {
        let second = value.char_indices().nth(1).map_or(value.len(), |(at, _)| at);
        let (major, minor) = value.split_at(second);
        parts = if minor.is_empty() { vec![major] } else { vec![major, minor] };
    }
    let numbers: Option<Vec<u64>> =
        parts.iter().map(|part| python::decimal(part).and_then(|number| number.try_into().ok())).collect();
    numbers.map(Some).ok_or_else(|| refuse("each version part must be an integer"))
}

/// A path with a leading `~` replaced by the home folder.
fn expand_user(path: &str, ambient: &Ambient) -> String {
    let rest = path.strip_prefix('~').filter(|rest| rest.is_empty() || rest.starts_with('/'));
    match (rest, &ambient.home) {
        (Some(rest), Some(home)) => {
            let home = home.to_string_lossy();
            let expanded = format!("{}{rest}", home.trim_end_matches('/'));
            if expanded.is_empty() { "/".to_owned() } else { expanded }
        }
        _ => path.to_owned(),
    }
}

/// An absolute path without `.` and `..`, links not looked at: `os.path.abspath`.
fn absolute(path: &str, ambient: &Ambient) -> String {
    let mut clean = PathBuf::new();
    for component in ambient.working_directory.join(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    clean.to_string_lossy().into_owned()
}
