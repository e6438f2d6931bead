//! `venv`: makes virtual environments as `python -m venv` does, and fills them in the same go if asked.

use std::fs;
use std::path::{Path, PathBuf};

use environment::native_pip::{self, Form};
use environment::{Environment, InterpreterRequest, venv};
use installer::{Placement, Plan, Target};
use options::{Command, List, ParsedCommand, Switch, Text};
use specifier::ProjectName;
use store::{Compiler, Expected, Sha256};

use super::install;
use crate::context::Context;
use crate::destination::Destination;
use crate::failure::Failure;
use crate::placing;
use crate::requirements;

/// Runs the command.
pub fn run(context: &Context<'_>) -> Result<u8, Failure> {
    let interpreter = interpreter(context)?;
    let pip = context.text(Text::Pip).unwrap_or("native");
    let options = venv::Options {
        system_site_packages: context.is_on(Switch::SystemSitePackages),
        copies: context.values().given(Switch::Symlinks) == Some(false),
        clear: context.is_on(Switch::Clear),
        upgrade: context.is_on(Switch::UpgradeEnvironment),
        with_pip: pip != "none",
        upgrade_deps: context.is_on(Switch::UpgradeDeps),
        scm_ignore_files: !context.is_on(Switch::WithoutScmIgnoreFiles),
        prompt: context.text(Text::Prompt).map(ToOwned::to_owned),
        working_folder: context.process.working_directory.clone(),
    };
    for folder in context.positionals() {
        let created = venv::create(Path::new(folder), &interpreter, &options).map_err(Failure::venv)?;
        created.warnings.iter().for_each(|warning| context.console.warning(warning));
        let environment = created.environment;
        match pip {
            "native" => native(context, &environment, options.copies)?,
            "upstream" => bundled(context, &environment, |_| true)?,
            _ => {}
        }
        fill(context, environment)?;
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

/// oxipip itself as the environment's pip, and what else `ensurepip` would bring: setuptools before 3.12.
fn native(context: &Context<'_>, environment: &Environment, copies: bool) -> Result<(), Failure> {
    let program = std::env::current_exe()
        .map_err(|error| Failure::error(format_args!("Cannot find the running program: {error}")))?;
    native_pip::install(environment, &program, if copies { Form::Copy } else { Form::Link })
        .map_err(Failure::venv)?;
    if environment.version() < (3, 12, 0) {
        bundled(context, environment, |wheel| !wheel.starts_with("pip-"))?;
    }
    Ok(())
}

/// Installs the wheels that the interpreter carries for `ensurepip`.
fn bundled(
    context: &Context<'_>,
    environment: &Environment,
    take: impl Fn(&str) -> bool,
) -> Result<(), Failure> {
    let wheels: Vec<PathBuf> = environment
        .bundled_wheels()
        .into_iter()
        .filter(|path| path.file_name().is_some_and(|name| take(&name.to_string_lossy())))
        .collect();
    if wheels.is_empty() {
        return Ok(());
    }
    let (store, _ephemeral) = placing::store(context)?;
    let compiler = Compiler::new(placing::compile_target(context, environment), placing::workers());
    let mut plan = Plan { remove: Vec::new(), place: Vec::new() };
    for path in wheels {
        let archive = fs::read(&path).map_err(|error| Failure::file(path.display(), &error))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let project = ProjectName::normalise(name.split('-').next().unwrap_or_default());
        let sha256 = Sha256::of(&archive);
        let wheel = match store.wheel(sha256) {
            Some(wheel) => wheel,
            None => {
                store.add(archive.as_slice(), sha256, Expected { project: &project, version: None })?.wheel
            }
        };
        let byte_code = Some(compiler.wait(&wheel)?);
        let name = project.to_string();
        let requirement = name.clone();
        plan.place.push(Placement { wheel, byte_code, name, requirement, requested: true, direct_url: None });
    }
    let options =
        installer::Options { link_mode: placing::link_mode(context)?, ..installer::Options::default() };
    installer::execute(&plan, &Target::of(environment), &options)?;
    Ok(())
}

/// `--install`, `-r` and `--upgrade-deps`: an ordinary install into the new environment.
fn fill(context: &Context<'_>, environment: Environment) -> Result<(), Failure> {
    let mut positionals = context.list(List::Install).to_vec();
    let mut values = context.values().clone();
    if context.is_on(Switch::UpgradeDeps) && environment.version() < (3, 12, 0) {
        positionals.push("setuptools".to_owned());
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
