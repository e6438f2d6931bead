//! What `install` says, in pip's words.

use std::path::Path;

use environment::Environment;
use index::format_size;
use installer::{Replaced, Report};
use options::{List, Switch, Text};
use requirement::Link;
use resolver::{
    Action, AlreadySatisfied, Chosen, Installed as _, Resolution, ResolveWarning, ResolvedPackage,
};
use session::{Event, InstalledSet, Prepared, Problem, Transfer, already_saved, display_path};
use specifier::{Requirement, Version};

use crate::build_log::BuildLog;
use crate::console::Level;
use crate::context::Context;
use crate::progress::Progress;
use crate::requirements::Requirements;

/// `Would install a-1 b-2`, for `--dry-run`.
pub fn would_install(context: &Context<'_>, prepared: &Prepared) {
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
pub struct Speaker<'a> {
    /// The command.
    pub context: &'a Context<'a>,
    /// Its bar.
    pub progress: &'a Progress,
    /// What was built.
    pub log: &'a BuildLog<'a>,
    /// What is installed.
    pub installed: &'a InstalledSet,
    /// The folder that archives are saved into, where they are.
    pub folder: Option<&'a Path>,
}

impl Speaker<'_> {
    /// One event.
    pub fn say(&self, event: &Event<'_>) {
        match event {
            Event::Progress { received, total } => {
                self.progress.show(*received, *total);
                if let Some(line) = self.progress.line(*received, *total) {
                    self.context.console.result(line);
                    // Whoever reads it wants it now; that nobody does is noticed at the end.
                    let _ = self.context.console.flush();
                }
            }
            Event::AllArrived => self.progress.finish(),
            Event::Backtracking { project, count } => {
                self.progress.suspend(|| say_backtracking(self.context, project, *count));
            }
            Event::Build { source, event } => self.log.say(source, event),
            Event::BuildingWheels { names, resolution, transfer } => {
                self.progress.suspend(|| {
                    self.say_resolved(resolution, transfer);
                    self.log.building(names);
                });
            }
            Event::BuildFailed { name, error } => self.log.failed(name, error),
            Event::BuiltWheels { built, failed } => self.log.built(built, failed),
        }
    }

    /// pip's lines for each package, in the order in which the resolver came to it; told once.
    pub fn say_resolved(&self, resolution: &Resolution, transfer: &dyn Fn(&ResolvedPackage) -> Transfer) {
        if self.log.is_told() {
            return;
        }
        // What the user gives an address of is looked at before anything is resolved.
        let is_given = |package: &&ResolvedPackage| {
            matches!(package.chosen, Chosen::Direct(_)) && package.root.is_some()
        };
        let (given, others): (Vec<_>, Vec<_>) = resolution.packages.iter().partition(is_given);
        for package in given.into_iter().chain(others) {
            self.say_package(package, transfer(package));
        }
    }

    fn say_package(&self, package: &ResolvedPackage, transfer: Transfer) {
        let (context, console) = (self.context, self.context.console);
        if let Some(satisfied) = package.already_satisfied().filter(|_| package.action == Action::Keep) {
            console.info(satisfied);
            return;
        }
        if let Some(outdated) = outdated(context, package, self.installed) {
            console.info(outdated);
        }
        let local = local_path(context, package);
        if self.log.is_headed(package) {
            return;
        }
        let subject = local.as_deref().unwrap_or(&package.requirement);
        let verb = if local.is_some() { "Processing" } else { "Collecting" };
        match (&package.chosen, &package.comes_from) {
            (Chosen::Direct(direct), _) if direct.editable => {
                let what = self.log.requirement_of_editable(&direct.link);
                let what = what.unwrap_or_else(|| direct.link.redacted());
                console.info(format_args!("Obtaining {what}"));
            }
            // pip shows where a requirement comes from beside its name, and a path has none.
            (Chosen::Direct(direct), _)
                if local.is_some() && package.requirement == direct.link.redacted() =>
            {
                console.info(format_args!("{verb} {subject}"));
            }
            (_, Some(origin)) => console.info(format_args!("{verb} {subject} (from {origin})")),
            (_, None) => console.info(format_args!("{verb} {subject}")),
        }
        if let Some(folder) = self.folder
            && matches!(package.action, Action::Install | Action::Reinstall)
            && let Some((path, is_allowed)) = already_saved(package, folder)
        {
            console.info(format_args!("  File was already downloaded {}", path.display()));
            if is_allowed {
                self.log.tell_package(package);
                return;
            }
            console.warning_within(format_args!(
                "Previously-downloaded file {} has bad hash. Re-downloading.",
                path.display()
            ));
        }
        if self.log.tell_package(package) || local.is_some() {
            return;
        }
        let Transfer { cached, size } = transfer;
        match &package.chosen {
            Chosen::File(file) => {
                let Some(file) = file.file() else { return };
                if file.has_metadata_file() {
                    console.verbose(format_args!(
                        "  Obtaining dependency information for {} from {}.metadata",
                        package.requirement,
                        index::redact_url(file.url())
                    ));
                    let size = Some(package.metadata.size());
                    console.info(fetched(&format!("{}.metadata", file.filename()), size, cached, "  "));
                } else {
                    console.info(fetched(file.filename(), file.size().or(size), cached, "  "));
                }
            }
            Chosen::Direct(direct) => {
                console.info(fetched(&direct.link.filename(), size, cached, "  "));
            }
            Chosen::Installed(_) => {}
        }
    }
}

/// The indexes and find-links that are looked at, when they are not just the default index.
pub fn say_locations(context: &Context<'_>, environment: &Environment, requirements: &Requirements) {
    let urls = requirements.configured_indexes(context);
    let is_default = match urls.as_slice() {
        [] => true,
        [one] => environment.default_index().is_some_and(|default| default == *one),
        _ => false,
    };
    for url in &urls {
        // As a browser would, pip takes what has neither scheme nor host for a path.
        if !url.contains(':') && !url.starts_with("//") {
            context
                .console
                .warning(format_args!("The index url \"{url}\" seems invalid, please provide a scheme."));
        }
    }
    let redacted =
        |urls: &[String]| urls.iter().map(|url| index::redact_url(url)).collect::<Vec<_>>().join(", ");
    if context.is_on(Switch::NoIndex) {
        let extra = context.list(List::ExtraIndexUrl).iter().map(String::as_str);
        let ignored: Vec<_> =
            context.text(Text::IndexUrl).into_iter().chain(extra).map(index::redact_url).collect();
        context.console.debug(format_args!("Ignoring indexes: {}", ignored.join(",")));
    }
    if !is_default {
        context.console.info(format_args!("Looking in indexes: {}", redacted(&urls)));
    }
    let links = requirements.find_links();
    if !links.is_empty() {
        context.console.info(format_args!("Looking in links: {}", redacted(links)));
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

/// What the resolver has to warn of.
pub fn say_warnings<'w>(context: &Context<'_>, warnings: impl IntoIterator<Item = &'w ResolveWarning>) {
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

/// How the wheel of a package was had.
pub fn transfer(prepared: &Prepared, package: &ResolvedPackage) -> Transfer {
    match prepared.wheels.get(&package.project) {
        Some(fetched) => Transfer { cached: fetched.cached, size: fetched.size },
        None => Transfer::default(),
    }
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
///
/// What lies in `folder` already is not.
pub fn say_downloads(context: &Context<'_>, prepared: &Prepared, folder: Option<&Path>) {
    let is_there = |package: &ResolvedPackage| {
        folder.is_some_and(|folder| already_saved(package, folder).is_some_and(|(_, is_allowed)| is_allowed))
    };
    for package in prepared.resolution.packages.iter().filter(|package| !is_there(package)) {
        if !matches!(package.action, Action::Keep | Action::Skip)
            && let Chosen::File(file) = &package.chosen
            && let Some(file) = file.file()
            && file.has_metadata_file()
        {
            let Transfer { cached, size } = transfer(prepared, package);
            context.console.info(fetched(file.filename(), file.size().or(size), cached, ""));
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

/// What the installer has to warn of.
pub fn say_report(context: &Context<'_>, report: &Report) {
    say_changed(context, report);
    for placed in &report.placed {
        placed.scripts_off_path.iter().for_each(|warning| context.console.warning_within(warning));
    }
    for Replaced { path, owner, by } in &report.replaced {
        let was = match owner {
            Some(owner) => format!("is part of {owner}, too"),
            None => "was there and belongs to no installed package".to_owned(),
        };
        context.console.warning(format_args!(
            "{} {was}; the file of {by} has taken its place; {}",
            path.display(),
            way_back(report)
        ));
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

/// Names what was removed although somebody had changed it. pip removes it without a word.
pub fn say_changed(context: &Context<'_>, report: &Report) {
    for path in &report.changed {
        let back = way_back(report);
        context.console.warning(format_args!(
            "{} had been changed since it was installed, and is removed; {back}",
            path.display()
        ));
    }
}

fn way_back(report: &Report) -> &'static str {
    if report.is_kept { "`oxipip undo` brings it back" } else { "nothing has kept it" }
}

/// pip's error after an install that leaves something unsatisfied.
pub fn say_conflicts(context: &Context<'_>, conflicts: &[Problem]) {
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
