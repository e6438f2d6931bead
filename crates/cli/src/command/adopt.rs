//! `adopt`: makes this program the pip of existing environments, or gives them the other one back.

use environment::native_pip::{self, Form, PIP_INTERFACE_VERSION};
use environment::{Distribution, Environment, Which};
use installer::{NotRemoved, Plan, Removal, Target};
use options::{Command, ParsedCommand, Switch};
use specifier::ProjectName;

use crate::command::install;
use crate::context::{self, Context};
use crate::destination::Destination;
use crate::environment_pip::{place_bundled, place_native};
use crate::failure::Failure;
use crate::requirements;
use crate::selection::selection_of_options;

/// Runs the command.
pub fn run(context: &Context<'_>) -> Result<u8, Failure> {
    let names = context.positionals();
    if names.is_empty() {
        return Ok(context.say_usage(Command::Adopt));
    }
    for name in names {
        let environment = context::choose(context.process, Some(name))?;
        let chosen = Ok(environment);
        let context = Context { chosen: &chosen, ..*context };
        one(&context, context.environment()?)?;
    }
    Ok(0)
}

fn one(context: &Context<'_>, environment: &Environment) -> Result<(), Failure> {
    context.check_externally_managed(environment)?;
    let target = Target::of(environment);
    context.settle(&target)?;
    let which = Which { skip_standard_library: false, ..Which::local() };
    let installed = context.installed(environment, &which)?;
    let pip = installed.get(&ProjectName::normalise("pip"));
    let is_native = pip.is_some_and(native_pip::is_native);
    let back = context.is_on(Switch::Back);
    let prefix = environment.prefix().display();
    if back != is_native && pip.is_some() {
        let kind = if is_native { "oxipip" } else { "not oxipip" };
        context.console.info(format_args!("The pip of {prefix} is {kind} already"));
        return Ok(());
    }
    let plan = Plan {
        remove: pip.map(|pip| removal(pip, &target)).transpose()?.into_iter().collect(),
        place: Vec::new(),
    };
    if back {
        give_back(context, environment, plan)?;
        context.console.info(format_args!("The pip of {prefix} is the one written in Python again"));
    } else {
        let form = if context.is_on(Switch::Copies) { Form::Copy } else { Form::Link };
        installer::execute(&plan, &target, &installer::Options::default())?;
        place_native(environment, form)?;
        context.console.info(format_args!(
            "The pip of {prefix} is oxipip now, with the interface of pip {PIP_INTERFACE_VERSION}"
        ));
    }
    Ok(())
}

/// What has to go; a pip that belongs to the base interpreter cannot.
fn removal(pip: &Distribution, target: &Target) -> Result<Removal, Failure> {
    let removal = Removal::of(pip, target)?;
    match removal.not_removed() {
        Some(NotRemoved::OutsideEnvironment { location, .. } | NotRemoved::StandardLibrary { location }) => {
            Err(Failure::error(format_args!("The pip in {} cannot be replaced", location.display())))
        }
        None => Ok(removal),
    }
}

/// The pip that came with the interpreter, in one step with what it replaces; else the newest of the index.
fn give_back(context: &Context<'_>, environment: &Environment, plan: Plan) -> Result<(), Failure> {
    let target = Target::of(environment);
    if place_bundled(context, environment, &target, plan, |wheel| wheel.starts_with("pip-"))? {
        return Ok(());
    }
    let pip = ProjectName::normalise("pip");
    let selection = selection_of_options(context, environment);
    let versions = resolver::available(&pip, &context.index()?.project(&pip), &selection);
    let newest = versions.first().ok_or_else(|| Failure::error("No matching distribution found for pip"))?;
    let mut values = context.values().clone();
    values.set(Switch::ForceReinstall, true);
    let positionals = vec![format!("pip=={newest}")];
    let parsed = ParsedCommand { command: Command::Install, positionals, values };
    let context = Context { parsed: &parsed, ..*context };
    let requirements = requirements::collect(&context)?;
    install::into(&context, environment, &requirements, &Destination::environment(environment))
}
