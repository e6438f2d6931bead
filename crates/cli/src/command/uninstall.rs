//! `uninstall`: removes installed distributions, after asking.

use std::path::PathBuf;

use environment::Distribution;
use installer::{NotRemoved, Options, Plan, Removal, Target};
use options::{List, Switch};
use requirement::{FileKind, Origin, RequirementOptions, parse_argument, read_requirements};
use specifier::ProjectName;

use crate::command::install::words::say_changed;
use crate::console::Level;
use crate::context::Context;
use crate::destination::removal_target;
use crate::failure::Failure;

/// Runs the command.
pub fn run(context: &Context<'_>) -> Result<u8, Failure> {
    let names = names(context)?;
    if names.is_empty() {
        return Err(Failure::error(
            "You must give at least one requirement to uninstall (see \"pip help uninstall\")",
        ));
    }
    let environment = context.environment()?;
    context.check_externally_managed(environment)?;
    context.settle(&Target::of(environment))?;
    let which = environment::Which { skip_standard_library: false, ..environment::Which::default() };
    let installed = context.installed(environment, &which)?;
    let found: Vec<&Distribution> =
        names.iter().filter_map(|name| installed.get(&ProjectName::normalise(name))).collect();
    let target = removal_target(environment, &found);
    let confirmed = context.is_on(Switch::Yes);
    // With nothing to ask, all go in one step; else each is removed once its question is answered, as in pip.
    let mut plan = Plan::default();
    for name in &names {
        let Some(distribution) = installed.get(&ProjectName::normalise(name)) else {
            context.console.warning(format_args!("Skipping {name} as it is not installed."));
            continue;
        };
        let removal = Removal::of(distribution, &target)
            .inspect_err(|_| say_found(context, distribution.name(), distribution.version()))?;
        if confirmed {
            plan.remove.push(removal);
        } else {
            one(context, distribution, removal, &target)?;
        }
    }
    let notices: Vec<Option<String>> = plan.remove.iter().map(notice).collect();
    let mut moves = Vec::new();
    if context.console.shows(Level::Verbose) {
        for removal in &plan.remove {
            moves.push(removal.listing(&target)?.moves);
        }
    }
    let options = Options { history: context.history(&target), ..Options::default() };
    let report = installer::execute(&plan, &target, &options)?;
    for (position, (removed, notice)) in report.removed.iter().zip(notices).enumerate() {
        let (name, version) = (&removed.name, &removed.version);
        say_found(context, name, version);
        notice.iter().for_each(|notice| context.console.info(notice));
        if removed.found_files {
            context.console.info(format_args!("Uninstalling {name}-{version}:"));
            say_moves(context, moves.get(position).map_or(&[], Vec::as_slice));
            context.console.info(format_args!("  Successfully uninstalled {name}-{version}"));
        } else {
            context.console.info(nothing_found(name));
        }
    }
    say_changed(context, &report);
    context.warn_if_root(environment);
    Ok(0)
}

/// The names on the command line and in files, each once, in order.
fn names(context: &Context<'_>) -> Result<Vec<String>, Failure> {
    let index = context.fetcher();
    let machine = context.machine(&index);
    let mut names: Vec<String> = Vec::new();
    let mut add = |name: &str| {
        let project = ProjectName::normalise(name);
        match names.iter_mut().find(|known| ProjectName::normalise(known) == project) {
            Some(known) => name.clone_into(known),
            None => names.push(name.to_owned()),
        }
    };
    for argument in context.positionals() {
        let parsed =
            parse_argument(argument, &Origin::CommandLine, RequirementOptions::default(), &machine)?.value;
        match parsed.name() {
            Some(name) => add(name),
            None => context.console.warning(format_args!(
                "Invalid requirement: '{argument}' ignored - the uninstall command expects named requirements."
            )),
        }
    }
    for location in context.list(List::Requirement) {
        let file = read_requirements(location, FileKind::Requirements, &machine)?;
        file.requirements().filter_map(|requirement| requirement.name()).for_each(&mut add);
    }
    Ok(names)
}

fn say_found(context: &Context<'_>, name: &str, version: &str) {
    context.console.info(format_args!("Found existing installation: {name} {version}"));
}

/// What `-v` tells of a removal.
fn say_moves(context: &Context<'_>, moves: &[PathBuf]) {
    let console = context.console;
    moves.iter().for_each(|path| {
        console.verbose(format_args!("  Removing file or directory {}", path.display()));
    });
}

fn nothing_found(name: &str) -> String {
    format!("Can't uninstall '{name}'. No files were found to uninstall.")
}

/// Why a distribution is left alone, in pip's words.
fn notice(removal: &Removal) -> Option<String> {
    let project = ProjectName::normalise(removal.name());
    match removal.not_removed()? {
        NotRemoved::OutsideEnvironment { location, prefix } => Some(format!(
            "Not uninstalling {project} at {}, outside environment {}",
            location.display(),
            prefix.display()
        )),
        NotRemoved::StandardLibrary { location } => Some(format!(
            "Not uninstalling {project} at {}, as it is in the standard library.",
            location.display()
        )),
    }
}

/// Shows what would go, asks, and removes one distribution.
fn one(
    context: &Context<'_>,
    distribution: &Distribution,
    removal: Removal,
    target: &Target,
) -> Result<(), Failure> {
    let console = context.console;
    let (name, version) = (distribution.name(), distribution.version());
    say_found(context, name, version);
    notice(&removal).iter().for_each(|notice| console.info(notice));
    let listing = removal.listing(target)?;
    if listing.is_empty() {
        console.info(nothing_found(name));
        return Ok(());
    }
    console.info(format_args!("Uninstalling {name}-{version}:"));
    let block = |title: &str, paths: &[PathBuf]| {
        if !paths.is_empty() {
            console.info(format_args!("  {title}"));
            paths.iter().for_each(|path| console.info(format_args!("    {}", path.display())));
        }
    };
    if context.verbosity() > 0 {
        block("Would remove:", &listing.every_file);
    } else {
        block("Would remove:", &listing.remove);
        block("Would not remove (might be manually added):", &listing.skip);
    }
    block("Would not remove (outside of prefix):", &listing.refused);
    if context.verbosity() > 0 {
        block("Will actually move:", &listing.moves);
    }
    if context.ask("Proceed (Y/n)? ", &["y", "n", ""])? != "n" {
        say_moves(context, &listing.moves);
        let options = Options { history: context.history(target), ..Options::default() };
        let plan = Plan { remove: vec![removal], place: Vec::new() };
        let report = installer::execute(&plan, target, &options)?;
        console.info(format_args!("  Successfully uninstalled {name}-{version}"));
        say_changed(context, &report);
    }
    Ok(())
}
