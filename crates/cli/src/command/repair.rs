//! `repair`: undoes what was cut off, and looks for damage.

use environment::Which;
use installer::Target;

use crate::context::Context;
use crate::failure::Failure;

/// Runs the command; the exit code is 1 when something is damaged.
pub fn run(context: &Context<'_>) -> Result<u8, Failure> {
    let environment = context.environment()?;
    context.settle(&Target::of(environment))?;
    if environment.is_user_site_enabled()
        && let Some(user) = Target::of_user(environment)
    {
        context.settle(&user)?;
    }
    let mut installed = context.installed(environment, &Which::local())?.distributions;
    installed.sort_by(|one, other| one.project.cmp(&other.project));
    let mut damaged = Vec::new();
    for distribution in &installed {
        let damage = installer::damage(distribution);
        for path in &damage.missing {
            context.console.result(format_args!("{}: {} is missing", distribution.name(), path.display()));
        }
        for path in &damage.changed {
            context.console.result(format_args!("{}: {} was changed", distribution.name(), path.display()));
        }
        if !damage.missing.is_empty() || !damage.changed.is_empty() {
            damaged.push(format!("{}=={}", distribution.name(), distribution.version()));
        }
    }
    if damaged.is_empty() {
        context.console.info(format_args!("{} is sound", environment.prefix().display()));
        return Ok(0);
    }
    context.console.info(format_args!(
        "hint: `pip install --force-reinstall --no-deps {}` puts the files back",
        damaged.join(" ")
    ));
    Ok(1)
}
