//! The pip of an environment: this program, or the one written in Python.

use std::fs;

use environment::native_pip::{self, Form, PIP_INTERFACE_VERSION};
use environment::{Environment, Which};
use installer::{Options, Placement, Plan, Target};
use options::Switch;
use requirement::RequirementSource;
use specifier::{ProjectName, Version};
use store::{Compiler, Expected, Sha256};

use crate::context::Context;
use crate::failure::Failure;
use crate::placing;
use crate::requirements::Requirements;

/// Makes this program the environment's pip; a pip that is no program of ours must have been removed.
pub fn place_native(environment: &Environment, form: Form) -> Result<(), Failure> {
    let program = std::env::current_exe()
        .map_err(|error| Failure::error(format_args!("Cannot find the running program: {error}")))?;
    native_pip::install(environment, &program, form).map_err(Failure::venv)
}

/// Installs those of the wheels that the interpreter carries for `ensurepip` whose file name is wanted, and carries
/// out the rest of `plan` in the same step. False if it carries none.
pub fn place_bundled(
    context: &Context<'_>,
    environment: &Environment,
    target: &Target,
    mut plan: Plan,
    is_wanted: impl Fn(&str) -> bool,
) -> Result<bool, Failure> {
    let mut wheels = environment.bundled_wheels().map_err(Failure::venv)?;
    wheels.retain(|path| path.file_name().is_some_and(|name| is_wanted(&name.to_string_lossy())));
    if wheels.is_empty() {
        return Ok(false);
    }
    let (store, _ephemeral) = placing::store(context)?;
    let compiler = Compiler::new(placing::compile_target(context, environment), placing::workers());
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
    let options = Options { link_mode: placing::link_mode(context)?, ..Options::default() };
    installer::execute(&plan, target, &options)?;
    Ok(true)
}

/// Takes `pip` out of what `install --upgrade` is to have where this program is the environment's pip, and says so:
/// a newer release of the other pip is no upgrade of this one. A release that is asked for by its number, by an
/// address or against this program's version comes in its place.
pub fn keep_native(
    context: &Context<'_>,
    environment: &Environment,
    requirements: &mut Requirements,
) -> Result<(), Failure> {
    let replaces = [Switch::ForceReinstall, Switch::IgnoreInstalled];
    let project = ProjectName::normalise("pip");
    // Asked in this order because reading what is installed is the dearest.
    if !context.is_on(Switch::Upgrade)
        || replaces.iter().any(|switch| context.is_on(*switch))
        || !requirements.wanted.iter().any(|wanted| wanted.project() == Some(&project))
    {
        return Ok(());
    }
    let installed = context.installed(environment, &Which::local())?;
    let Some(pip) = installed.get(&project).filter(|pip| native_pip::is_native(pip)) else { return Ok(()) };
    let Ok(version) = Version::parse(pip.version()) else { return Ok(()) };
    let before = requirements.wanted.len();
    requirements.wanted.retain(|wanted| {
        let specifiers = wanted.specifiers().filter(|specifiers| specifiers.contains(&version));
        let is_named = matches!(wanted.source, RequirementSource::Named);
        !(is_named && wanted.project() == Some(&project) && specifiers.is_some_and(|it| !it.is_pinned()))
    });
    if requirements.wanted.len() < before {
        context.console.info(format_args!(
            "pip is oxipip {} here, with the interface of pip {PIP_INTERFACE_VERSION}, and stays: --force-reinstall would \
             replace it",
            env!("CARGO_PKG_VERSION")
        ));
    }
    Ok(())
}
