//! `venv`: makes virtual environments as `python -m venv` does, and fills them in the same go if asked.

use std::fs;
use std::path::Path;

use environment::native_pip::Form;
use environment::{Environment, InterpreterRequest, venv};
use installer::{Plan, Target};
use options::{Command, List, ParsedCommand, Switch, Text};

use super::install;
use crate::context::Context;
use crate::destination::Destination;
use crate::environment_pip::{place_bundled, place_native};
use crate::failure::Failure;
use crate::requirements;

/// Runs the command.
pub fn run(context: &Context<'_>) -> Result<u8, Failure> {
    let interpreter = interpreter(context)?;
    let pip = context.text(Text::Pip).unwrap_or("native");
    let options = venv::Options {
        system_site_packages: context.is_on(Switch::SystemSitePackages),
        copies: context.values().given(Switch::Symlinks) == Some(false),
        clear: context.is_on(Switch::Clear),
        is_cleared: false,
        upgrade: context.is_on(Switch::UpgradeEnvironment),
        with_pip: pip != "none",
        upgrade_deps: context.is_on(Switch::UpgradeDeps),
        scm_ignore_files: !context.is_on(Switch::WithoutScmIgnoreFiles),
        prompt: context.text(Text::Prompt).map(ToOwned::to_owned),
        working_folder: context.process.working_directory.clone(),
    };
    for folder in context.positionals() {
        let folder = Path::new(folder);
        let path = venv::folder(folder, &interpreter, &options).map_err(Failure::venv)?;
        let is_new = path.symlink_metadata().is_err();
        // Before 3.12, `ensurepip` brings setuptools, too.
        let is_bundled = |wheel: &str| pip == "upstream" || !wheel.starts_with("pip-");
        let make = |options: &venv::Options| -> Result<Environment, Failure> {
            let created = venv::create(folder, &interpreter, options).map_err(Failure::venv)?;
            created.warnings.iter().for_each(|warning| context.console.warning(warning));
            if pip == "native" {
                place_native(&created.environment, if options.copies { Form::Copy } else { Form::Link })?;
            }
            let environment = created.environment;
            if pip == "upstream" || pip == "native" && environment.version() < (3, 12, 0) {
                let target = Target::of(&environment);
                let target = if options.is_cleared { target.within_refill() } else { target };
                place_bundled(context, &environment, &target, Plan::default(), is_bundled)?;
            }
            Ok(environment)
        };
        installer::recover_in(&path)?;
        // A new one is there whole or, for whoever looks next, not at all. Where its folder cannot be made, what refuses
        // it says so.
        let is_guarded =
            if is_new { fs::create_dir_all(&path).is_ok() } else { options.clear && path.is_dir() };
        let made = if is_guarded {
            let options = venv::Options { is_cleared: true, ..options.clone() };
            installer::refill(&path, || make(&options))
        } else {
            make(&options)
        };
        let environment = made.inspect_err(|_| {
            if is_new {
                // What went wrong is worth telling, not that it cannot be swept up either.
                let _ = fs::remove_dir(&path);
            }
        })?;
        fill(context, environment, pip == "upstream")?;
    }
    Ok(0)
}

/// `--python`, or the interpreter that a command without it would act on.
fn interpreter(context: &Context<'_>) -> Result<Environment, Failure> {
    match context.text(Text::Python) {
        Some(wanted) => {
            let request = InterpreterRequest::parse(wanted);
            Ok(environment::find(&request, &context.process.places(), &context.facts_cache())
                .map_err(Failure::venv)?)
        }
        None => context.chosen.as_ref().cloned().map_err(Failure::venv),
    }
}

/// `--install`, `-r` and `--upgrade-deps`: an ordinary install into the new environment. Of a pip that is this program
/// there is nothing newer.
fn fill(context: &Context<'_>, environment: Environment, is_upstream: bool) -> Result<(), Failure> {
    let mut positionals = context.list(List::Install).to_vec();
    let mut values = context.values().clone();
    if context.is_on(Switch::UpgradeDeps) {
        let old = environment.version() < (3, 12, 0);
        let dependencies = [("pip", is_upstream), ("setuptools", old)];
        let upgraded =
            dependencies.iter().filter(|(_, is_there)| *is_there).map(|(name, _)| (*name).to_owned());
        positionals.extend(upgraded);
        values.set(Switch::Upgrade, true);
    }
    if positionals.is_empty() && context.list(List::Requirement).is_empty() {
        return Ok(());
    }
    let parsed = ParsedCommand { command: Command::Install, positionals, values };
    let chosen = Ok(environment);
    let context = Context { parsed: &parsed, chosen: &chosen, ..*context };
    let requirements = requirements::collect(&context)?;
    let environment = context.environment()?;
    install::into(&context, environment, &requirements, &Destination::environment(environment))
}
