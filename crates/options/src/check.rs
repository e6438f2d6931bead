//! Checks between options that pip makes when a command starts, in its order and with its words.

use crate::destination::{List, Switch, Text};
use crate::lock_file::{is_lock, without_extras};
use crate::python::repr;
use crate::values::Values;
use crate::{Command, OptionsError, ParsedCommand};

/// Makes every check of the command that needs nothing but its options, and turns `--pre` into
/// `--all-releases :all:`.
///
/// Fails with pip's error and exit code 1. What depends on the environment (an externally managed one,
/// or one without a user scheme) is not looked at here.
pub fn check(parsed: &mut ParsedCommand) -> Result<(), OptionsError> {
    let values = &mut parsed.values;
    match parsed.command {
        Command::Install => {
            if values.flag(Switch::User) && values.text(Text::Target).is_some() {
                return refuse("Can not combine '--user' and '--target'");
            }
            only_deps(values)?;
            build_constraints(values)?;
            target_interpreter(values)?;
            if !values.flag(Switch::DryRun) && has_target_interpreter(values) && !is_set(values, Text::Target)
            {
                return refuse(
                    "Can not use any platform or abi specific options unless installing via '--target' or \
                     using '--dry-run'",
                );
            }
            no_lock_for_target(values)?;
            releases(values)?;
            if values.flag(Switch::User) && is_set(values, Text::Prefix) {
                return refuse(
                    "Can not combine '--user' and '--prefix' as they imply different installation locations",
                );
            }
            Ok(())
        }
        Command::Download => {
            target_interpreter(values)?;
            no_lock_for_target(values)?;
            build_constraints(values)?;
            releases(values)?;
            only_deps(values)
        }
        Command::Lock | Command::Wheel => {
            build_constraints(values)?;
            releases(values)?;
            only_deps(values)
        }
        Command::List => {
            releases(values)?;
            if values.flag(Switch::Outdated) && values.flag(Switch::Uptodate) {
                return refuse("Options --outdated and --uptodate cannot be combined.");
            }
            if values.flag(Switch::Outdated) && values.text(Text::Format) == Some("freeze") {
                return refuse("List format 'freeze' cannot be used with the --outdated option.");
            }
            paths(values)
        }
        Command::Freeze | Command::Inspect => paths(values),
        Command::Index => releases(values),
        Command::Venv => {
            if values.flag(Switch::UpgradeEnvironment) && values.flag(Switch::Clear) {
                let message = "you cannot supply --upgrade and --clear together.";
                return Err(OptionsError::Environment(message.to_owned()));
            }
            releases(values)
        }
        _ => Ok(()),
    }
}

/// "You must give at least one requirement to install": to be asked once requirements files were read,
/// whose errors come first.
pub fn nothing_given(parsed: &ParsedCommand) -> Result<(), OptionsError> {
    let values = &parsed.values;
    let lists = [List::Editable, List::Requirement, List::RequirementsFromScript];
    if !parsed.positionals.is_empty()
        || !values.dependency_groups().is_empty()
        || lists.iter().any(|list| !values.list(*list).is_empty())
    {
        return Ok(());
    }
    let name = parsed.command.name();
    let links = values.list(List::FindLinks).join(" ");
    let hint = if links.is_empty() {
        format!("(see \"pip help {name}\")")
    } else {
        format!("(maybe you meant \"pip {name} {links}\"?)")
    };
    refuse(&format!("You must give at least one requirement to {name} {hint}"))
}

/// One script is enough: to be asked once everything but the script was read.
pub fn one_script(parsed: &ParsedCommand) -> Result<(), OptionsError> {
    if parsed.values.list(List::RequirementsFromScript).len() > 1 {
        return refuse("--requirements-from-script can only be given once");
    }
    Ok(())
}

/// Digests cannot be required and not required: to be asked once everything was read.
pub fn hash_switches(parsed: &ParsedCommand) -> Result<(), OptionsError> {
    let values = &parsed.values;
    if values.flag(Switch::RequireHashes) && values.flag(Switch::NoRequireHashes) {
        return refuse("--require-hashes and --no-require-hashes are mutually exclusive");
    }
    Ok(())
}

/// The features of `--use-feature` that are always on, as the warning about them lists them.
pub fn always_enabled_features(values: &Values) -> Option<String> {
    const ALWAYS: &[&str] = &["build-constraint", "no-binary-enable-wheel-cache", "truststore"];
    let given = values.list(List::UseFeature);
    let named: Vec<&str> =
        ALWAYS.iter().copied().filter(|name| given.iter().any(|feature| feature == name)).collect();
    (!named.is_empty()).then(|| named.join(", "))
}

fn refuse(message: &str) -> Result<(), OptionsError> {
    Err(OptionsError::Conflict(message.to_owned()))
}

fn is_set(values: &Values, text: Text) -> bool {
    values.text(text).is_some_and(|value| !value.is_empty())
}

fn only_deps(values: &Values) -> Result<(), OptionsError> {
    if !values.flag(Switch::OnlyDeps) {
        return Ok(());
    }
    let legacy = values.list(List::UseDeprecated).iter().any(|feature| feature == "legacy-resolver");
    let mut conflicts: Vec<&str> = [
        (values.flag(Switch::NoDeps), "'--no-deps'"),
        (legacy, "'--use-deprecated legacy-resolver'"),
        (!values.list(List::Requirement).is_empty(), "'--requirement'"),
        (!values.list(List::RequirementsFromScript).is_empty(), "'--requirements-from-script'"),
        (!values.dependency_groups().is_empty(), "'--group'"),
    ]
    .into_iter()
    .filter_map(|(given, name)| given.then_some(name))
    .collect();
    let Some(last) = conflicts.pop() else { return Ok(()) };
    let last =
        if conflicts.is_empty() { last.to_owned() } else { format!("{}, or {last}", conflicts.join(", ")) };
    refuse(&format!(
        "Cannot use '--only-dependencies' in combination with {last}. If this is unexpected, please refer to the \
         user guide:\n\n    https://pip.pypa.io/en/stable/user_guide/#installing-only-dependencies"
    ))
}

fn build_constraints(values: &Values) -> Result<(), OptionsError> {
    if !values.list(List::BuildConstraint).is_empty() && !values.flag(Switch::BuildIsolation) {
        return refuse("--build-constraint cannot be used with --no-build-isolation.");
    }
    Ok(())
}

fn has_target_interpreter(values: &Values) -> bool {
    values.python_version().is_some()
        || !values.list(List::Platform).is_empty()
        || !values.list(List::Abi).is_empty()
        || is_set(values, Text::Implementation)
}

/// Sources cannot be built for another interpreter.
fn target_interpreter(values: &Values) -> Result<(), OptionsError> {
    let wheels_only = values.format_control().is_wheels_only() || values.flag(Switch::NoDeps);
    if has_target_interpreter(values) && !wheels_only {
        return refuse(
            "When restricting platform and interpreter constraints using --python-version, --platform, --abi, \
             or --implementation, either --no-deps must be set, or --only-binary=:all: must be set and \
             --no-binary must not be set (or must be set to :none:).",
        );
    }
    Ok(())
}

fn no_lock_for_target(values: &Values) -> Result<(), OptionsError> {
    if !has_target_interpreter(values) {
        return Ok(());
    }
    let groups = values.dependency_groups().iter().map(|group| group.path.as_str());
    let mut files =
        values.list(List::Requirement).iter().map(String::as_str).chain(groups).map(without_extras);
    match files.find(|file| is_lock(file)) {
        Some(file) => refuse(&format!(
            "Platform and interpreter constraints using --python-version, --platform, --abi, or \
             --implementation, are not supported when selecting requirements from {}",
            repr(file)
        )),
        None => Ok(()),
    }
}

fn releases(values: &mut Values) -> Result<(), OptionsError> {
    if values.flag(Switch::Pre) {
        if !values.release_control().is_empty() {
            return refuse("--pre cannot be used with --all-releases or --only-final.");
        }
        values.release_control.allow_all();
    }
    Ok(())
}

fn paths(values: &Values) -> Result<(), OptionsError> {
    if !values.list(List::Path).is_empty() && (values.flag(Switch::User) || values.flag(Switch::Local)) {
        return refuse("Cannot combine '--path' with '--user' or '--local'");
    }
    Ok(())
}

#[cfg(test)]
mod tests;
