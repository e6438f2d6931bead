//! `install`: resolve, fetch, place; says what pip says on the way.

use std::collections::{BTreeSet, HashSet};
use std::env;
use std::thread;

use environment::Environment;
use index::format_size;
use installer::{InstallError, LinkMode, Options, Report, Target};
use options::{Switch, Text};
use requirement::Link;
use resolver::{Action, AlreadySatisfied, Chosen, Installed as _, ResolveWarning, ResolvedPackage, Upgrade};
use session::{
    Event, InstallOptions, InstalledSet, PackageSet, Prepared, Problem, Session, SessionError, display_path,
};
use specifier::{MarkerEnvironment, ProjectName, Requirement, Version};
use store::{CompileTarget, Compiler, Invalidation, Store};

use super::version;
use crate::console::Level;
use crate::context::Context;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::requirements::{self, Requirements};
use crate::selection::selection;

/// Runs the command.
pub fn run(context: &Context<'_>) -> Result<u8, Failure> {
    let environment = context.environment()?;
    if !(context.is_on(Switch::DryRun) && context.text(Text::Report).is_some()) {
        context.check_externally_managed(environment)?;
    }
    refuse_what_is_missing(context)?;
    context.console.verbose(format_args!("Using {}", version::line(environment)));
    let requirements = requirements::collect(context)?;
    if requirements.wanted.is_empty() {
        options::nothing_given(context.parsed).map_err(|error| Failure::options(&error))?;
    }
    into(context, environment, &requirements)?;
    context.warn_if_root(environment);
    Ok(0)
}

/// Options that are understood and whose work is still to be built: better refused than half done.
fn refuse_what_is_missing(context: &Context<'_>) -> Result<(), Failure> {
    let texts = [
        (Text::Target, "--target"),
        (Text::Prefix, "--prefix"),
        (Text::Root, "--root"),
        (Text::Report, "--report"),
        (Text::Implementation, "--implementation"),
    ];
    let missing = texts.iter().find(|(text, _)| context.text(*text).is_some()).map(|(_, name)| *name);
    let missing = missing.or(context.is_on(Switch::User).then_some("--user"));
    let missing = missing.or((!context.values().dependency_groups().is_empty()).then_some("--group"));
    match missing {
        Some(name) => Err(Failure::error(format_args!("oxipip cannot do {name} yet"))),
        None => Ok(()),
    }
}

/// Installs what was collected into an environment; `venv --install` comes in here, too.
///
/// Where another process is changing the environment, this waits and begins again with what that has left.
pub fn into(
    context: &Context<'_>,
    environment: &Environment,
    requirements: &Requirements,
) -> Result<(), Failure> {
    let target = Target::of(environment);
    loop {
        if !context.is_on(Switch::DryRun) {
            context.settle(&target)?;
        }
        match attempt(context, environment, requirements, &target)? {
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
    target: &Target,
) -> Result<Attempt, Failure> {
    let seen = context
        .installed(environment, &environment::Which { skip_standard_library: false, ..Default::default() })?;
    let installed = InstalledSet::new(&seen, context.process.working_directory.clone());
    let markers = environment.markers();
    let upgrade = match (context.is_on(Switch::Upgrade), context.text(Text::UpgradeStrategy)) {
        (false, _) => Upgrade::No,
        (true, Some("eager")) => Upgrade::All,
        (true, _) => Upgrade::Named,
    };
    let selection = selection(context, environment, requirements);
    let resolve = resolver::Request {
        requirements: &requirements.wanted,
        constraints: &requirements.constraints,
        markers: &markers,
        selection: &selection,
        upgrade,
        force_reinstall: context.is_on(Switch::ForceReinstall),
        ignore_installed: context.is_on(Switch::IgnoreInstalled),
        no_deps: context.is_on(Switch::NoDeps),
        only_deps: context.is_on(Switch::OnlyDeps),
        require_hashes: requirements.require_hashes,
        installed: &installed,
        cancelled: &|| false,
    };
    say_locations(context, environment, requirements);
    if let Some(satisfied) = resolver::satisfied(&resolve) {
        satisfied.lines.iter().for_each(|line| context.console.info(line));
        say_warnings(context, &satisfied.warnings);
        return Ok(Attempt::Done);
    }
    let index = requirements.index(context)?;
    let (store, _ephemeral) = store(context)?;
    let compiler = (context.is_on(Switch::Compile) && !context.is_on(Switch::DryRun))
        .then(|| Compiler::new(compile_target(context, environment), workers()));
    let progress = Progress::new(context.draws_progress());
    let speaker = Speaker { context, progress: &progress };
    let session = Session {
        environment,
        index: &index,
        store: &store,
        compiler: compiler.as_ref(),
        temporary_folder: env::temp_dir(),
        events: &|event| speaker.say(&event),
    };
    let kept: HashSet<ProjectName> = match upgrade {
        Upgrade::No => seen.distributions.iter().map(|found| found.project.clone()).collect(),
        Upgrade::Named | Upgrade::All => HashSet::new(),
    };
    let request = session::Request { resolve, installed: kept, fetch: !context.is_on(Switch::DryRun) };
    let prepared = session::prepare(&session, &request);
    progress.finish();
    let prepared = prepared?;
    say_warnings(context, &prepared.resolution.warnings);
    say_resolved(context, &prepared, &installed);
    if context.is_on(Switch::DryRun) {
        would_install(context, &prepared);
        return Ok(Attempt::Done);
    }
    say_downloads(context, &prepared);
    place(context, &session, &prepared, &installed, &seen, &markers, target)
}

fn place(
    context: &Context<'_>,
    session: &Session<'_>,
    prepared: &Prepared,
    installed: &InstalledSet,
    seen: &environment::Installed,
    markers: &MarkerEnvironment,
    target: &Target,
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
    let options = InstallOptions { target, placing: placing(context)? };
    let report = match session::install(session, prepared, installed, &options) {
        Err(SessionError::Install(InstallError::Busy(_))) => return Ok(Attempt::Busy),
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
    say_report(context, &report);
    say_conflicts(context, &conflicts);
    let mut done: Vec<String> = to_install
        .iter()
        .map(|package| format!("{}-{}", package.requested_name(), package.version))
        .collect();
    done.sort();
    console.info(format_args!("Successfully installed {}", done.join(" ")));
    Ok(Attempt::Done)
}

/// Byte-code for the interpreter that the environment runs.
pub fn compile_target(context: &Context<'_>, environment: &Environment) -> CompileTarget {
    let reproducible = context.process.set_variable("SOURCE_DATE_EPOCH").is_some();
    CompileTarget {
        python: environment.base_python().to_owned(),
        cache_tag: environment.cache_tag().to_owned(),
        magic_number: environment.magic_number().to_owned(),
        invalidation: if reproducible { Invalidation::CheckedHash } else { Invalidation::Timestamp },
    }
}

/// One worker for each processor.
pub fn workers() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// The store, and the folder it disappears with under `--no-cache-dir`.
pub fn store(context: &Context<'_>) -> Result<(Store, Option<tempfile::TempDir>), Failure> {
    if let Some(cache) = context.cache() {
        return Ok((Store::open(cache), None));
    }
    let folder = tempfile::Builder::new()
        .prefix("oxipip-")
        .tempdir()
        .map_err(|error| Failure::error(format_args!("Cannot make a temporary folder: {error}")))?;
    Ok((Store::open(folder.path()), Some(folder)))
}

/// `--link-mode`.
pub fn link_mode(context: &Context<'_>) -> Result<LinkMode, Failure> {
    match context.text(Text::LinkMode) {
        Some(name) => name.parse::<LinkMode>().map_err(Failure::error),
        None => Ok(LinkMode::default()),
    }
}

fn placing(context: &Context<'_>) -> Result<Options, Failure> {
    let search_path = env::var_os("PATH").filter(|_| context.is_on(Switch::WarnScriptLocation));
    Ok(Options { link_mode: link_mode(context)?, search_path, ..Options::default() })
}

fn would_install(context: &Context<'_>, prepared: &Prepared) {
    let mut names: Vec<String> = prepared
        .resolution
        .to_install()
        .map(|package| format!("{}-{}", package.name, package.version))
        .collect();
    if !names.is_empty() {
        names.sort();
        context.console.info(format_args!("Would install {}", names.join(" ")));
    }
}

/// Turns the session's events into pip's lines while it works.
struct Speaker<'a> {
    context: &'a Context<'a>,
    progress: &'a Progress,
}

impl Speaker<'_> {
    fn say(&self, event: &Event<'_>) {
        match event {
            Event::Progress { received, total } => self.progress.show(*received, *total),
            Event::Backtracking { project, count } => {
                self.progress.suspend(|| say_backtracking(self.context, project, *count));
            }
        }
    }
}

/// The indexes and find-links that are looked at, when they are not just the default index.
fn say_locations(context: &Context<'_>, environment: &Environment, requirements: &Requirements) {
    let urls = requirements.configured_indexes(context);
    let is_default = match urls.as_slice() {
        [] => true,
        [one] => environment.default_index().is_some_and(|default| default == *one),
        _ => false,
    };
    let redacted =
        |urls: &[String]| urls.iter().map(|url| index::redact_url(url)).collect::<Vec<_>>().join(", ");
    if !is_default {
        context.console.info(format_args!("Looking in indexes: {}", redacted(&urls)));
    }
    let links = requirements.find_links();
    if !links.is_empty() {
        context.console.info(format_args!("Looking in links: {}", redacted(links)));
    }
}

/// pip's lines for each package, in the order in which the resolver came to it.
fn say_resolved(context: &Context<'_>, prepared: &Prepared, installed: &InstalledSet) {
    let console = context.console;
    for package in &prepared.resolution.packages {
        if let Some(satisfied) = package.already_satisfied().filter(|_| package.action == Action::Keep) {
            console.info(satisfied);
            continue;
        }
        if let Some(outdated) = outdated(context, package, installed) {
            console.info(outdated);
        }
        let local = local_path(context, package);
        let subject = local.as_deref().unwrap_or(&package.requirement);
        let verb = if local.is_some() { "Processing" } else { "Collecting" };
        match &package.comes_from {
            Some(origin) => console.info(format_args!("{verb} {subject} (from {origin})")),
            None => console.info(format_args!("{verb} {subject}")),
        }
        let cached = is_cached(prepared, package);
        let file = match &package.chosen {
            Chosen::File(file) => file.file(),
            Chosen::Direct(direct) if local.is_none() => {
                let name = direct.link.filename();
                console.info(fetched(&name, direct_size(prepared, package), cached, "  "));
                None
            }
            Chosen::Direct(_) | Chosen::Installed(_) => None,
        };
        let Some(file) = file else { continue };
        if file.has_metadata_file() {
            let size = Some(package.metadata.size());
            console.info(fetched(&format!("{}.metadata", file.filename()), size, cached, "  "));
        } else {
            console.info(fetched(file.filename(), file.size(), cached, "  "));
        }
    }
}

/// Under `--upgrade` pip first says that what is installed satisfies, where it does, and then replaces it.
fn outdated(
    context: &Context<'_>,
    package: &ResolvedPackage,
    installed: &InstalledSet,
) -> Option<AlreadySatisfied> {
    let looks_at_installed = context.is_on(Switch::Upgrade)
        && !context.is_on(Switch::ForceReinstall)
        && !context.is_on(Switch::IgnoreInstalled)
        && package.hashes.is_empty();
    if !looks_at_installed || package.action != Action::Reinstall {
        return None;
    }
    let found = installed.find(&package.project)?;
    let version = Version::parse(&found.version).ok()?;
    let requirement = Requirement::parse(&package.requirement).ok()?;
    requirement.specifiers.contains(&version).then(|| AlreadySatisfied {
        project: package.project.clone(),
        requirement: package.requirement.clone(),
        location: found.location,
        comes_from: package.comes_from.clone(),
        version: found.version,
    })
}

fn say_warnings(context: &Context<'_>, warnings: &[ResolveWarning]) {
    for warning in warnings {
        if warning.is_information() {
            context.console.info(warning);
        } else {
            context.console.warning(warning);
        }
    }
}

/// Where a distribution lies that is taken from the disk, as pip shows paths.
fn local_path(context: &Context<'_>, package: &ResolvedPackage) -> Option<String> {
    let path = match &package.chosen {
        Chosen::Direct(direct) => direct.link.file_path()?,
        Chosen::File(file) => Link::new(file.file()?.url()).file_path()?,
        Chosen::Installed(_) => return None,
    };
    Some(display_path(&path, &context.process.working_directory))
}

fn direct_size(prepared: &Prepared, package: &ResolvedPackage) -> Option<u64> {
    prepared.wheels.get(&package.project).and_then(|fetched| fetched.size)
}

fn is_cached(prepared: &Prepared, package: &ResolvedPackage) -> bool {
    prepared.wheels.get(&package.project).is_some_and(|fetched| fetched.cached)
}

/// `Downloading name (size)` or `Using cached name (size)`.
fn fetched(name: &str, size: Option<u64>, cached: bool, indent: &str) -> String {
    let verb = if cached { "Using cached" } else { "Downloading" };
    match size {
        Some(size) => format!("{indent}{verb} {name} ({})", format_size(size)),
        None => format!("{indent}{verb} {name}"),
    }
}

/// Wheels whose metadata file was read before: pip names them once all is resolved.
fn say_downloads(context: &Context<'_>, prepared: &Prepared) {
    for package in &prepared.resolution.packages {
        if package.action != Action::Keep
            && let Chosen::File(file) = &package.chosen
            && let Some(file) = file.file()
            && file.has_metadata_file()
        {
            let cached = is_cached(prepared, package);
            context.console.info(fetched(file.filename(), file.size(), cached, ""));
        }
    }
}

fn say_backtracking(context: &Context<'_>, project: &str, count: u32) {
    let text = match count {
        1 => format!(
            "pip is looking at multiple versions of {project} to determine which version is compatible with other \
             requirements. This could take a while."
        ),
        8 => format!(
            "pip is still looking at multiple versions of {project} to determine which version is compatible with \
             other requirements. This could take a while."
        ),
        _ => "This is taking longer than usual. You might need to provide the dependency resolver with stricter \
              constraints to reduce runtime. See https://pip.pypa.io/warnings/backtracking for guidance. If you want \
              to abort this run, press Ctrl + C."
            .to_owned(),
    };
    context.console.info(format_args!("INFO: {text}"));
}

fn say_report(context: &Context<'_>, report: &Report) {
    for placed in &report.placed {
        placed.scripts_off_path.iter().for_each(|warning| context.console.warning(warning));
    }
    for file in &report.shared {
        context.console.warning(format_args!(
            "{} is part of both {} and {}; the file of {} was kept",
            file.path.display(),
            file.winner,
            file.loser,
            file.winner
        ));
    }
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
        if set.insert(&package.project, &version, &package.metadata, &package.extras, markers).is_ok() {
            changed.insert(package.project.clone());
        }
    }
    set.problems_after(&changed)
}

fn say_conflicts(context: &Context<'_>, conflicts: &[Problem]) {
    if conflicts.is_empty() || !context.console.shows(Level::Critical) {
        return;
    }
    let mut lines = vec![
        "pip's dependency resolver does not currently take into account all the packages that are installed. This \
         behaviour is the source of the following dependency conflicts."
            .to_owned(),
    ];
    for Problem { project, version, requirement, found } in conflicts {
        lines.push(match found {
            None => format!("{project} {version} requires {requirement}, which is not installed."),
            Some(found) => format!(
                "{project} {version} requires {requirement}, but you have {} {found} which is incompatible.",
                requirement.project
            ),
        });
    }
    context.console.critical(lines.join("\n"));
}
