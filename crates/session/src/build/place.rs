//! Where hooks run: an environment of their own that holds what the build requires, or the present one.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::sync::Mutex;

use backend::{
    Backend, BackendError, BuildEnvironment, BuildSystem, ConfigSettings, Hook, HookProcess, HookWarning,
    Watch,
};
use environment::{Environment, venv};

use super::source_build::SourceBuild;
use super::{RestingPlace, requirements};
use crate::event::{BuildEvent, BuildStep};
use crate::fetch::lock;
use crate::{Session, SessionError};

/// The interpreter and the variables for the hooks of one source.
pub(super) struct BuildPlace {
    environment: BuildEnvironment,
    resting: Mutex<Option<(HookProcess, RestingPlace)>>,
}

impl BuildPlace {
    /// Makes the place and installs what the source requires to be built (pip: `prepare_distribution_metadata`).
    pub fn make(
        source: &SourceBuild,
        session: &Session<'_>,
        folder: &Path,
        system: &BuildSystem,
    ) -> Result<Self, SessionError> {
        let settings = &session.builds.settings;
        if !settings.isolation {
            let environment = BuildEnvironment {
                python: session.environment.python().to_owned(),
                variables: settings.variables.clone(),
                temporary_folder: session.temporary_folder.clone(),
            };
            let place = Self { environment, resting: Mutex::default() };
            place.check_editable(source, session, folder, system)?;
            if settings.check_dependencies {
                requirements::check_present(source, session.environment, &system.requires)?;
            }
            return Ok(place);
        }
        let environment = new_environment(session)?;
        let place = Self {
            environment: BuildEnvironment {
                python: environment.python().to_owned(),
                variables: variables(settings.variables.iter(), &environment),
                temporary_folder: session.builds.new_folder(&session.temporary_folder, "hooks-")?,
            },
            resting: Mutex::default(),
        };
        if !system.requires.is_empty() {
            source.step(session, BuildStep::BuildDependencies, || {
                requirements::install(source, session, &environment, &system.requires, true)
            })?;
        }
        let (conflicting, missing) = requirements::check(&environment, &system.check)?;
        requirements::refuse_conflicts(source, "PEP 517/518 supported requirements", conflicting)?;
        if !missing.is_empty() {
            source.tell(session, &BuildEvent::NoBackend { what: &source.id.what, missing: &missing });
        }
        place.check_editable(source, session, folder, system)?;
        let hook = Hook::Requires(source.artifact);
        let wanted = source.step(session, BuildStep::Hook(hook), || {
            place.call(source, session, folder, system, |backend| backend.requires(source.artifact))
        })?;
        let (conflicting, missing) = requirements::check(&environment, &wanted)?;
        requirements::refuse_conflicts(source, "the backend dependencies", conflicting)?;
        if !missing.is_empty() {
            source.step(session, BuildStep::BackendDependencies, || {
                requirements::install(source, session, &environment, &missing, false)
            })?;
            // What was imported without them must be imported again.
            *lock(&place.resting) = None;
        }
        Ok(place)
    }

    /// Calls a hook, when it is its turn. The process that has imported the backend waits for the next one.
    pub fn call<T>(
        &self,
        source: &SourceBuild,
        session: &Session<'_>,
        folder: &Path,
        system: &BuildSystem,
        hook: impl FnOnce(&mut Backend<'_>) -> Result<T, BackendError>,
    ) -> Result<T, SessionError> {
        let _permit = session.builds.permit();
        let watch = Watcher { source, session };
        let process = lock(&self.resting).take().map(|(process, _)| process);
        let settings: ConfigSettings = source.config_settings.iter().cloned().collect();
        let mut backend = Backend::new(folder, system, self.environment.clone())
            .config_settings(settings)
            .watch(&watch)
            .go_on_with(process);
        let outcome = hook(&mut backend);
        *lock(&self.resting) = backend.into_process().zip(session.builds.resting_place());
        Ok(outcome?)
    }

    /// A backend that cannot build editables is refused before anything is built.
    #[allow(clippy::redundant_closure_for_method_calls, reason = "the method is of one lifetime only")]
    fn check_editable(
        &self,
        source: &SourceBuild,
        session: &Session<'_>,
        folder: &Path,
        system: &BuildSystem,
    ) -> Result<(), SessionError> {
        if !source.id.is_editable {
            return Ok(());
        }
        let is_supported = source.step(session, BuildStep::Hook(Hook::SupportsEditable), || {
            self.call(source, session, folder, system, |backend| backend.supports_editable())
        })?;
        if is_supported { Ok(()) } else { Err(SessionError::NotEditable { what: source.id.what.clone() }) }
    }
}

/// A virtual environment of the same interpreter, without anything in it.
fn new_environment(session: &Session<'_>) -> Result<Environment, SessionError> {
    let folder = session.builds.new_folder(&session.temporary_folder, "environment-")?;
    let options =
        venv::Options { with_pip: false, working_folder: folder.clone(), ..venv::Options::default() };
    let created = venv::create(&folder.join("build"), session.environment, &options)?;
    Ok(created.environment)
}

/// What hooks see: the caller's variables, with the environment activated and everything else of Python's shut out.
fn variables<'v>(
    outer: impl Iterator<Item = &'v (OsString, OsString)>,
    environment: &Environment,
) -> Vec<(OsString, OsString)> {
    let scripts = environment.scheme().scripts;
    let mut path = scripts.clone().into_os_string();
    let mut variables: Vec<(OsString, OsString)> = Vec::new();
    for (name, value) in outer {
        match name.to_str() {
            Some("PATH") if !value.is_empty() => {
                path.push(OsStr::new(if cfg!(windows) { ";" } else { ":" }));
                path.push(value);
            }
            Some(
                "PATH"
                | "PYTHONPATH"
                | "PYTHONHOME"
                | "PYTHONNOUSERSITE"
                | "VIRTUAL_ENV"
                | "__PYVENV_LAUNCHER__",
            ) => {}
            _ => variables.push((name.clone(), value.clone())),
        }
    }
    variables.push(("PATH".into(), path));
    variables.push(("PYTHONNOUSERSITE".into(), "1".into()));
    variables.push(("VIRTUAL_ENV".into(), environment.prefix().into()));
    variables
}

/// Passes on what a hook prints.
struct Watcher<'a> {
    source: &'a SourceBuild,
    session: &'a Session<'a>,
}

impl Watch for Watcher<'_> {
    fn line(&self, line: &str) {
        self.source.tell(self.session, &BuildEvent::Output(line));
    }

    fn warning(&self, warning: &HookWarning) {
        self.source.tell(self.session, &BuildEvent::Warning(warning));
    }
}
