//! `install`: resolve, fetch, place; says what pip says on the way.

use std::collections::{BTreeSet, HashSet};

use environment::Environment;
use installer::InstallError;
use options::{Switch, Text};
use resolver::{Action, Upgrade};
use session::{Fetch, InstallOptions, InstalledSet, PackageSet, Prepared, Problem, Session, SessionError};
use specifier::{MarkerEnvironment, ProjectName};
use store::Compiler;

use super::version;
use crate::context::Context;
use crate::destination::Destination;
use crate::environment_pip::keep_native;
use crate::failure::Failure;
use crate::features;
use crate::placing::{compile_target, placing, workers};
use crate::report;
use crate::requirements::{self, Requirements};
use crate::selection::selection;
use crate::workshop::{Workshop, request_from_nothing};

pub mod words;

/// Runs the command.
pub fn run(context: &Context<'_>) -> Result<u8, Failure> {
    let environment = context.environment()?;
    if Destination::is_environment(context) {
        context.check_externally_managed(environment)?;
    }
    context.console.verbose(format_args!("Using {}", version::line(environment)));
    let destination = Destination::choose(context, environment)?;
    let mut requirements = requirements::collect(context)?;
    if requirements.wanted.is_empty() {
        options::nothing_given(context.parsed).map_err(|error| Failure::options(&error))?;
    }
    if !destination.ignores_installed {
        keep_native(context, environment, &mut requirements)?;
    }
    into(context, environment, &requirements, &destination)?;
    context.warn_if_root(environment);
    Ok(0)
}

/// Installs what was collected into an environment; `venv --install` comes in here, too.
///
/// Where another process is changing the environment, this waits and begins again with what that has left.
pub fn into(
    context: &Context<'_>,
    environment: &Environment,
    requirements: &Requirements,
    destination: &Destination,
) -> Result<(), Failure> {
    loop {
        if !context.is_on(Switch::DryRun) {
            context.settle(&destination.target)?;
        }
        match attempt(context, environment, requirements, destination)? {
            Attempt::Done => return Ok(()),
            Attempt::Busy => {}
        }
    }
}

/// How an attempt ended that did not fail.
enum Attempt {
    Done,
    /// Another process began to change the environment first; nothing was changed.
    Busy,
}

fn attempt(
    context: &Context<'_>,
    environment: &Environment,
    requirements: &Requirements,
    destination: &Destination,
) -> Result<Attempt, Failure> {
    let seen = context
        .installed(environment, &environment::Which { skip_standard_library: false, ..Default::default() })?;
    let installed = InstalledSet::new(&seen, context.process.working_directory.clone());
    let installed = if destination.is_user { installed.for_user_install() } else { installed };
    let markers = environment.markers();
    let upgrade = match (context.is_on(Switch::Upgrade), context.text(Text::UpgradeStrategy)) {
        (false, _) => Upgrade::No,
        (true, Some("eager")) => Upgrade::All,
        (true, _) => Upgrade::Named,
    };
    let selection = selection(context, environment, requirements);
    let ignores_installed = destination.ignores_installed || context.is_on(Switch::IgnoreInstalled);
    let resolve = resolver::Request {
        upgrade,
        force_reinstall: context.is_on(Switch::ForceReinstall),
        ignore_installed: ignores_installed,
        ..request_from_nothing(context, requirements, &markers, &selection, &installed)
    };
    features::say(context, requirements);
    if let Some(satisfied) = resolver::satisfied(&resolve) {
        words::say_locations(context, environment, requirements);
        satisfied.lines.iter().for_each(|line| context.console.info(line));
        words::say_warnings(context, &satisfied.warnings);
        report::write(context, &markers, None)?;
        return Ok(Attempt::Done);
    }
    let workshop = Workshop::open(context, environment, requirements, &selection, true)?;
    words::say_locations(context, environment, requirements);
    let compiler = (context.is_on(Switch::Compile) && !context.is_on(Switch::DryRun))
        .then(|| Compiler::new(compile_target(context, environment), workers()));
    let kept: HashSet<ProjectName> = match upgrade {
        Upgrade::No if !ignores_installed => {
            seen.distributions.iter().map(|found| found.project.clone()).collect()
        }
        _ => HashSet::new(),
    };
    let fetch = if context.is_on(Switch::DryRun) { Fetch::Metadata } else { Fetch::Wheels };
    let request = session::Request { resolve, installed: kept, fetch };
    workshop.prepare(&request, &installed, compiler.as_ref(), |session, prepared| {
        let prepared = prepared?;
        if !ignores_installed {
            destination.check_precedence(environment, &installed, prepared.resolution.to_install())?;
        }
        report::write(context, &markers, Some((&prepared, &workshop.index)))?;
        if context.is_on(Switch::DryRun) {
            words::would_install(context, &prepared);
            return Ok(Attempt::Done);
        }
        words::say_downloads(context, &prepared, None);
        place(context, session, &prepared, &installed, &seen, &markers, destination)
    })
}

fn place(
    context: &Context<'_>,
    session: &Session<'_>,
    prepared: &Prepared,
    installed: &InstalledSet,
    seen: &environment::Installed,
    markers: &MarkerEnvironment,
    destination: &Destination,
) -> Result<Attempt, Failure> {
    let console = context.console;
    let to_install: Vec<_> = prepared.resolution.to_install().collect();
    if to_install.is_empty() {
        return Ok(Attempt::Done);
    }
    let conflicts = if context.is_on(Switch::NoDeps) || !context.is_on(Switch::WarnConflicts) {
        Vec::new()
    } else {
        conflicts(prepared, seen, markers)
    };
    let names: Vec<&str> = to_install.iter().map(|package| package.requested_name()).collect();
    console.info(format_args!("Installing collected packages: {}", names.join(", ")));
    let mut placing = placing(context, &destination.target)?;
    placing.search_path.take_if(|_| !destination.warns_of_scripts);
    let options = InstallOptions { target: &destination.target, placing };
    let report = match session::install(session, prepared, installed, &options) {
        Err(SessionError::Install(InstallError::Busy(_))) => return Ok(Attempt::Busy),
        Err(SessionError::Install(error)) => return Err(destination.failure(&error)),
        outcome => outcome?,
    };
    for package in &to_install {
        if package.action == Action::Reinstall
            && let Some(old) = installed.distribution(&package.project)
        {
            let (name, version) = (old.name(), old.version());
            console.info(format_args!("  Attempting uninstall: {}", package.requested_name()));
            console.info(format_args!("    Found existing installation: {name} {version}"));
            console.info(format_args!("    Uninstalling {name}-{version}:"));
            console.info(format_args!("      Successfully uninstalled {name}-{version}"));
        }
    }
    // pip's progress over several packages leaves an empty line where it stood.
    if to_install.len() > 1 && context.text(Text::ProgressBar) != Some("off") {
        console.info("");
    }
    words::say_report(context, &report);
    words::say_conflicts(context, &conflicts);
    let mut done: Vec<String> = to_install
        .iter()
        .map(|package| format!("{}-{}", package.requested_name(), package.version))
        .collect();
    done.sort();
    console.info(format_args!("Successfully installed {}", done.join(" ")));
    report.kept.iter().for_each(|kept| console.warning(kept));
    Ok(Attempt::Done)
}

/// What would not fit together after the install, as far as the install is concerned with it.
fn conflicts(
    prepared: &Prepared,
    seen: &environment::Installed,
    markers: &MarkerEnvironment,
) -> Vec<Problem> {
    let (mut set, _) = PackageSet::of_installed(&seen.distributions, markers);
    let mut changed = BTreeSet::new();
    for package in prepared.resolution.to_install() {
        let version = package.version.to_string();
        // Metadata that cannot be read has been refused by the resolver before.
        if set.insert(&package.project, &version, &package.metadata, &[], markers).is_ok() {
            changed.insert(package.project.clone());
        }
    }
    set.problems_after(&changed)
}
