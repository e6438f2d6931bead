//! `install`: resolve, fetch, place; says what pip says on the way.

use std::collections::{BTreeSet, HashSet};
use std::env;

use environment::Environment;
use installer::InstallError;
use options::{Switch, Text};
use resolver::{Action, Upgrade};
use session::{Fetch, InstallOptions, InstalledSet, PackageSet, Prepared, Problem, Session, SessionError};
use specifier::{MarkerEnvironment, ProjectName};
use store::Compiler;

use self::words::Speaker;
use super::version;
use crate::build_log::BuildLog;
use crate::builds::builds;
use crate::context::Context;
use crate::destination::Destination;
use crate::environment_pip::keep_native;
use crate::failure::Failure;
use crate::interruption;
use crate::placing::{compile_target, placing, store, workers};
use crate::progress::Progress;
use crate::report;
use crate::requirements::{self, Requirements};
use crate::selection::selection;

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
        requirements: &requirements.wanted,
        constraints: &requirements.constraints,
        markers: &markers,
        selection: &selection,
        upgrade,
        force_reinstall: context.is_on(Switch::ForceReinstall),
        ignore_installed: ignores_installed,
        no_deps: context.is_on(Switch::NoDeps),
        only_deps: context.is_on(Switch::OnlyDeps),
        require_hashes: requirements.require_hashes,
        installed: &installed,
        cancelled: &|| false,
    };
    words::say_locations(context, environment, requirements);
    if let Some(satisfied) = resolver::satisfied(&resolve) {
        satisfied.lines.iter().for_each(|line| context.console.info(line));
        words::say_warnings(context, &satisfied.warnings);
        report::write(context, &markers, None)?;
        return Ok(Attempt::Done);
    }
    let index = requirements.index(context)?;
    let (store, _ephemeral) = store(context)?;
    let compiler = (context.is_on(Switch::Compile) && !context.is_on(Switch::DryRun))
        .then(|| Compiler::new(compile_target(context, environment), workers()));
    let progress = Progress::new(context.progress_style());
    let builds = builds(context, environment, &selection, true)?;
    interruption::clean_up_with(builds.cleaner());
    let log = BuildLog::new(context, &progress);
    let speaker = Speaker { context, progress: &progress, log: &log, installed: &installed };
    let session = Session {
        environment,
        index: &index,
        store: &store,
        compiler: compiler.as_ref(),
        temporary_folder: env::temp_dir(),
        byte_code_at_hand: None,
        events: &|event| speaker.say(&event),
        builds: &builds,
        chain: &[],
    };
    let kept: HashSet<ProjectName> = match upgrade {
        Upgrade::No if !ignores_installed => {
            seen.distributions.iter().map(|found| found.project.clone()).collect()
        }
        _ => HashSet::new(),
    };
    let fetch = if context.is_on(Switch::DryRun) { Fetch::Metadata } else { Fetch::Wheels };
    let request = session::Request { resolve, installed: kept, fetch };
    let prepared = session::prepare(&session, &request);
    progress.finish();
    let prepared = prepared.inspect_err(|error| log.tell_all(Some(error)))?;
    words::say_warnings(context, &prepared.resolution.warnings);
    speaker.say_resolved(&prepared.resolution, &|package| words::transfer(&prepared, package));
    destination.check_precedence(environment, &installed, prepared.resolution.to_install())?;
    report::write(context, &markers, Some((&prepared, &index)))?;
    if context.is_on(Switch::DryRun) {
        words::would_install(context, &prepared);
        return Ok(Attempt::Done);
    }
    words::say_downloads(context, &prepared);
    place(context, &session, &prepared, &installed, &seen, &markers, destination)
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
    let mut placing = placing(context)?;
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
