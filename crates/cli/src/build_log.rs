//! What a person sees of builds: pip's lines, each under the line of the package it belongs to.
//!
//! While the resolver works, sources are prepared side by side; their lines wait until their package is spoken
//! of, so that they stand together as they do in pip. On a terminal a line at the bottom tells what goes on meanwhile.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use index::format_size;
use requirement::Link;
use resolver::{Chosen, ResolvedPackage};
use session::{BuildEvent, BuildStatus, BuildStep, SessionError, SourceId, display_path};
use specifier::ProjectName;
use version_control::Event as VersionControlEvent;

use crate::build_failure::{diagnostics, failed_build};
use crate::console::Level;
use crate::context::Context;
use crate::diagnostic::indented;
use crate::progress::Progress;

/// The lines of all builds of a command.
pub struct BuildLog<'a> {
    context: &'a Context<'a>,
    progress: &'a Progress,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Lines that wait, by source.
    waiting: HashMap<String, Vec<Line>>,
    /// The sources in the order in which they came up.
    order: Vec<SourceId>,
    /// Sources whose own line stands already, because their lines did not wait.
    headed: HashSet<String>,
    /// The resolution is told: what comes from here on is shown at once.
    is_told: bool,
}

impl State {
    /// The lines that wait for a source.
    fn begin(&mut self, source: &SourceId) -> &mut Vec<Line> {
        if !self.waiting.contains_key(&source.key) {
            self.order.push(source.clone());
        }
        self.waiting.entry(source.key.clone()).or_default()
    }
}

/// A line, and where it goes.
enum Line {
    Info(String),
    Warning(String),
    Error(String),
}

impl<'a> BuildLog<'a> {
    /// Nothing was built yet.
    pub fn new(context: &'a Context<'a>, progress: &'a Progress) -> Self {
        Self { context, progress, state: Mutex::default() }
    }

    /// Something happened to a source.
    pub fn say(&self, source: &SourceId, event: &BuildEvent<'_>) {
        match event {
            BuildEvent::Download { filename, size } => {
                let size = size.map(|size| format!(" ({})", format_size(size))).unwrap_or_default();
                self.add(source, Line::Info(format!("Downloading {filename}{size}")));
            }
            BuildEvent::Cached { filename } => {
                self.add(source, Line::Info(format!("Using cached {filename}")));
            }
            BuildEvent::OtherName { asked, found } => {
                let found = ProjectName::normalise(found);
                self.add(
                    source,
                    Line::Warning(format!(
                        "Generating metadata for package {asked} produced metadata for project name {found}. Fix your \
                         #egg={asked} fragments."
                    )),
                );
            }
            BuildEvent::Failed => {
                let mut state = lock(&self.state);
                if !state.is_told && !state.headed.contains(&source.key) {
                    state.begin(source);
                }
            }
            BuildEvent::OtherOrigin => self.add(
                source,
                Line::Warning(
                    "The hashes of the source archive found in cache entry don't match, ignoring cached built wheel \
                     and re-downloading source."
                        .into(),
                ),
            ),
            BuildEvent::VersionControl(event) => self.version_control(source, event),
            BuildEvent::Step { name, step, status } => self.step(source, *name, *step, *status),
            BuildEvent::Output(line) => {
                if self.context.console.shows(Level::Verbose) {
                    self.progress.suspend(|| self.context.console.error_text(format_args!("  {line}\n")));
                } else {
                    self.context.console.verbose(format_args!("  {line}"));
                }
            }
            BuildEvent::Warning(warning) => {
                let text = format!(
                    "{}:{}: BuildBackendWarning: {}",
                    warning.filename, warning.lineno, warning.message
                );
                if source.link.is_file() {
                    self.add(source, Line::Error(indented(text).trim_start().to_owned()));
                } else {
                    self.context.console.verbose(text);
                }
            }
            BuildEvent::NoBackend { what, missing } => {
                let mut missing: Vec<String> = missing.iter().map(|text| format!("'{text}'")).collect();
                missing.sort();
                self.add(
                    source,
                    Line::Warning(format!("Missing build requirements in pyproject.toml for {what}.")),
                );
                self.add(
                    source,
                    Line::Warning(format!(
                        "The project does not specify a build backend, and pip cannot fall back to setuptools \
                         without {}.",
                        missing.join(" and ")
                    )),
                );
            }
            BuildEvent::Created { name, filename, size, sha256, path } => {
                let folder = path.parent().unwrap_or(path).display();
                self.add(
                    source,
                    Line::Info(format!(
                        "Created wheel for {name}: filename={filename} size={size} sha256={sha256}"
                    )),
                );
                self.add(source, Line::Info(format!("Stored in directory: {folder}")));
            }
        }
    }

    /// The wheels that will be built now.
    pub fn building(&self, names: &[String]) {
        lock(&self.state).is_told = true;
        self.context
            .console
            .info(format_args!("Building wheels for collected packages: {}", names.join(", ")));
    }

    /// A wheel could not be built.
    pub fn failed(&self, name: &str, error: &SessionError) {
        self.progress.suspend(|| {
            for diagnostic in diagnostics(error, &|level| self.context.console.shows(level)) {
                self.context.console.error_text(format_args!("{}\n", indented(diagnostic)));
            }
            match failed_build(name, error) {
                Some(text) => self.context.console.error_text(format_args!("  ERROR: {text}\n")),
                None => self.context.console.error_text(format_args!("  WARNING: {error}\n")),
            }
        });
    }

    /// How the building went.
    pub fn built(&self, built: &[String], failed: &[String]) {
        let console = self.context.console;
        self.progress.idle();
        if !built.is_empty() {
            console.info(format_args!("Successfully built {}", built.join(" ")));
        }
        if !failed.is_empty() {
            console.info(format_args!("Failed to build {}", failed.join(" ")));
        }
    }

    /// Whether the packages were spoken of.
    pub fn is_told(&self) -> bool {
        lock(&self.state).is_told
    }

    /// The requirement that asked for the editable at this address, as pip shows it.
    pub fn requirement_of_editable(&self, link: &Link) -> Option<String> {
        let state = lock(&self.state);
        let found = state.order.iter().find(|source| source.is_editable && source.link.url() == link.url());
        found.map(|source| source.what.clone())
    }

    /// Whether the line of a package stands already.
    pub fn is_headed(&self, package: &ResolvedPackage) -> bool {
        let state = lock(&self.state);
        let url = match &package.chosen {
            Chosen::File(file) => file.file().map(|file| file.url().to_owned()),
            Chosen::Direct(direct) => Some(direct.link.url().to_owned()),
            Chosen::Installed(_) => None,
        };
        url.is_some_and(|url| state.headed.contains(&format!("-e {url}")) || state.headed.contains(&url))
    }

    /// Prints what waits for a package, below its line. False if it was not made from source.
    pub fn tell_package(&self, package: &ResolvedPackage) -> bool {
        match &package.chosen {
            Chosen::File(file) => file.file().is_some_and(|file| self.tell(file.url())),
            Chosen::Direct(direct) => {
                let plain = self.tell(direct.link.url());
                self.tell(&format!("-e {}", direct.link.url())) || plain
            }
            Chosen::Installed(_) => false,
        }
    }

    /// Prints what waits for the source with this key. False if there is nothing.
    fn tell(&self, key: &str) -> bool {
        let lines = lock(&self.state).waiting.remove(key);
        let is_there = lines.as_ref().is_some_and(|lines| !lines.is_empty());
        lines.into_iter().flatten().for_each(|line| self.print(&line));
        is_there
    }

    /// Nothing will be chosen any more: prints what still waits, each under a line that says what it is about.
    pub fn tell_all(&self, error: &SessionError) {
        let order = std::mem::take(&mut lock(&self.state).order);
        for source in order {
            let Some(lines) = lock(&self.state).waiting.remove(&source.key) else { continue };
            self.context.console.info(header(self.context, &source));
            lines.iter().for_each(|line| self.print(line));
        }
        let shows = |level| self.context.console.shows(level);
        for diagnostic in diagnostics(error, &shows) {
            self.context.console.error_text(format_args!("{}\n", indented(diagnostic)));
        }
    }

    fn step(&self, source: &SourceId, name: Option<&str>, step: BuildStep, status: BuildStatus) {
        let text = match step {
            BuildStep::BuildDependencies => "Installing build dependencies".to_owned(),
            BuildStep::BackendDependencies => "Installing backend dependencies".to_owned(),
            BuildStep::Hook(hook) => hook.description(name.unwrap_or("project")),
        };
        if let (BuildStep::Hook(_), BuildStatus::Started) = (step, status)
            && self.context.console.shows(Level::Verbose)
        {
            self.add(source, Line::Error(format!("Running command {text}")));
        }
        if self.context.console.is_interactive() {
            match status {
                BuildStatus::Started => self.progress.work(&text),
                BuildStatus::Done => self.add(source, Line::Info(format!("{text} ... done"))),
                BuildStatus::Failed => self.add(source, Line::Info(format!("{text} ... error"))),
            }
            return;
        }
        self.add(
            source,
            Line::Info(match status {
                BuildStatus::Started => format!("{text}: started"),
                BuildStatus::Done => format!("{text}: finished with status 'done'"),
                BuildStatus::Failed => format!("{text}: finished with status 'error'"),
            }),
        );
    }

    fn version_control(&self, source: &SourceId, event: &VersionControlEvent<'_>) {
        match event {
            VersionControlEvent::Info(text) => self.add(source, Line::Info((*text).to_owned())),
            VersionControlEvent::Warning(text) => self.add(source, Line::Warning((*text).to_owned())),
            VersionControlEvent::Command(text) => self.add(source, Line::Error((*text).to_owned())),
            VersionControlEvent::Query(text) => {
                if self.context.console.shows(Level::Verbose) {
                    self.add(source, Line::Error((*text).to_owned()));
                }
            }
        }
    }

    fn add(&self, source: &SourceId, line: Line) {
        let mut state = lock(&self.state);
        // With -v everything is shown as it happens: that is what it is for.
        if state.is_told || self.context.console.shows(Level::Verbose) {
            let is_first = !state.is_told && state.headed.insert(source.key.clone());
            drop(state);
            if is_first {
                self.progress.suspend(|| self.context.console.info(header(self.context, source)));
            }
            self.progress.suspend(|| self.print(&line));
            // Builds take their time: whoever reads along must not wait for the end.
            let _ = self.context.console.flush();
            return;
        }
        state.begin(source).push(line);
    }

    fn print(&self, line: &Line) {
        let console = self.context.console;
        match line {
            Line::Info(text) => console.info(format_args!("  {text}")),
            Line::Warning(text) => {
                if console.shows(Level::Warning) {
                    console.error_text(format_args!("  WARNING: {text}\n"));
                }
            }
            Line::Error(text) => {
                if console.shows(Level::Info) {
                    console.error_text(format_args!("  {text}\n"));
                }
            }
        }
    }
}

/// pip's line for a package whose requirement is not known any more.
fn header(context: &Context<'_>, source: &SourceId) -> String {
    if source.is_editable {
        return format!("Obtaining {}", source.what);
    }
    match source.link.file_path() {
        Some(path) => format!("Processing {}", display_path(&path, &context.process.working_directory)),
        None => format!("Collecting {}", source.what.split(" from ").next().unwrap_or_default()),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
