//! Requirements that a project or a script declares for itself: dependency groups and inline script metadata.

use std::path::Path;

use options::{Command, List, Switch};
use requirement::{InstallRequirement, RequirementError, ScriptError, read_dependency_groups, read_script};
use specifier::PythonRepr;

use crate::context::Context;
use crate::failure::Failure;
use crate::selection;
use crate::surroundings::Machine;

/// The requirements of the groups that `--group` names in `pyproject.toml` files.
pub fn groups(context: &Context<'_>, machine: &Machine<'_>) -> Result<Vec<InstallRequirement>, Failure> {
    let groups = context.values().dependency_groups().iter();
    let of_projects = groups
        .filter(|group| Path::new(&group.path).file_name().is_some_and(|name| name == "pyproject.toml"))
        .map(|group| (group.path.as_str(), group.group.as_str()));
    Ok(read_dependency_groups(of_projects, machine)?)
}

/// The dependencies of the script that `--requirements-from-script` names.
pub fn script(context: &Context<'_>, machine: &Machine<'_>) -> Result<Vec<InstallRequirement>, Failure> {
    let [file] = context.list(List::RequirementsFromScript) else {
        options::one_script(context.parsed)?;
        return Ok(Vec::new());
    };
    let script = read_script(file, machine).map_err(|error| unreadable(context, error))?;
    if let Some((text, specifiers)) = &script.requires_python
        && !context.is_on(Switch::IgnoreRequiresPython)
    {
        let python = selection::python(context, context.environment()?);
        if !specifiers.contains(&python) {
            let (file, text) = (PythonRepr(file), PythonRepr(text));
            let python = format!("{}.{}", python.major(), python.minor());
            return Err(Failure::error(format_args!(
                "Script {file} requires a different Python: {python} not in {text}"
            )));
        }
    }
    Ok(script.requirements(machine)?)
}

/// pip catches what the system says of the file only in `install`; elsewhere it ends with a traceback.
fn unreadable(context: &Context<'_>, error: RequirementError) -> Failure {
    match error {
        RequirementError::Script(ScriptError::Read(error)) if context.parsed.command == Command::Install => {
            Failure::error(format_args!("Could not install packages due to an OSError: {error}\n"))
        }
        RequirementError::Script(
            error @ (ScriptError::Read(_)
            | ScriptError::Decode(_)
            | ScriptError::RequiresPython { .. }
            | ScriptError::Dependencies(_)),
        ) => Failure { exit_code: 2, ..Failure::error(error) },
        other => other.into(),
    }
}
