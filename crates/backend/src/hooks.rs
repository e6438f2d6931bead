//! The hooks of build backends (`pyproject.toml` builds and editable builds), each in a process of its own.

mod hook;
mod output;
mod process;
#[cfg(test)]
mod tests;

use std::{
    ffi::OsString,
    fs,
    path::{Component, Path, PathBuf},
};

use metadata::CoreMetadata;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

pub use hook::{Artifact, Hook};

use crate::{
    BuildSystem, ConfigSettings,
    error::{BackendError, HookFailure},
};
use process::{Process, Request};

/// A `UserWarning` of a hook. pip shows it (as a warning for folders on disk, else with `-vv`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct HookWarning {
    /// Its text.
    pub message: String,
    /// The Python file that gave it.
    pub filename: String,
    /// Where in it.
    pub lineno: u64,
}

/// Whoever wants to see what hooks print while they run. `()` does not.
pub trait Watch: Sync {
    /// A line of output, without its line break.
    fn line(&self, line: &str) {
        let _ = line;
    }

    /// A warning, after the hook has ended.
    fn warning(&self, warning: &HookWarning) {
        let _ = warning;
    }
}

impl Watch for () {}

/// Metadata that a hook has written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreparedMetadata {
    /// The `.dist-info` folder; may be handed to [`Backend::build`].
    pub info: PathBuf,
    /// Its `METADATA`.
    pub metadata: CoreMetadata,
}

/// Where hooks run.
#[derive(Debug, Clone)]
pub struct BuildEnvironment {
    /// The interpreter, of an environment that has the requirements of the build.
    pub python: PathBuf,
    /// All the environment variables that hooks see.
    pub variables: Vec<(OsString, OsString)>,
    /// The folder for temporary files.
    pub temporary_folder: PathBuf,
}

/// The build backend of one source tree.
///
/// The first hook starts Python, and a process that has imported the backend stays for the next ones (on Linux, and unless
/// the backend comes from the source tree itself), which then start in a hundredth of the time. It ends with this value.
pub struct Backend<'a> {
    source: PathBuf,
    system: &'a BuildSystem,
    environment: BuildEnvironment,
    settings: ConfigSettings,
    watch: &'a dyn Watch,
    process: Option<Process>,
}

/// A process that has a backend imported and waits for the next hook. It ends with this value.
pub struct HookProcess(Process);

impl<'a> Backend<'a> {
    /// The backend that `system` names, for the tree `source`. Starts nothing yet.
    pub fn new(source: &Path, system: &'a BuildSystem, environment: BuildEnvironment) -> Self {
        Self {
            source: source.to_owned(),
            system,
            environment,
            settings: ConfigSettings::default(),
            watch: &(),
            process: None,
        }
    }

    /// Hands settings to all hooks.
    #[must_use]
    pub fn config_settings(mut self, settings: ConfigSettings) -> Self {
        self.settings = settings;
        self
    }

    /// Shows what hooks print to `watch`.
    #[must_use]
    pub fn watch(mut self, watch: &'a dyn Watch) -> Self {
        self.watch = watch;
        self
    }

    /// Goes on with the process of an earlier backend of the same source in the same environment.
    #[must_use]
    pub fn go_on_with(mut self, process: Option<HookProcess>) -> Self {
        self.process = process.map(|process| process.0);
        self
    }

    /// The process that has the backend imported, if there is one, for hooks to be called later.
    pub fn into_process(self) -> Option<HookProcess> {
        self.process.map(HookProcess)
    }

    /// To be called when something was installed into or removed from the environment, so that the next hook sees it.
    pub fn environment_changed(&mut self) {
        self.process = None;
    }

    /// Whether the backend can build editable wheels. Where it cannot, pip refuses: the project "uses a build backend that
    /// is missing the `build_editable` hook, so it cannot be installed in editable mode".
    pub fn supports_editable(&mut self) -> Result<bool, BackendError> {
        let features: Option<Vec<String>> = self.call(Hook::SupportsEditable, "", &[(); 0])?;
        Ok(features.is_some_and(|features| features.iter().any(|feature| feature == "build_editable")))
    }

    /// Requirements that the build needs beyond those of [`BuildSystem::requires`], as the backend writes them; none if it
    /// lacks the hook.
    pub fn requires(&mut self, artifact: Artifact) -> Result<Vec<String>, BackendError> {
        let settings = self.settings.clone();
        Ok(self.call(Hook::Requires(artifact), "", &(settings,))?.unwrap_or_default())
    }

    /// Lets the backend write the metadata of the wheel it would build into the folder `into` (made if missing). `None` if
    /// the backend has no such hook: the metadata are then those of the wheel that it builds.
    pub fn prepare_metadata(
        &mut self,
        artifact: Artifact,
        into: &Path,
    ) -> Result<Option<PreparedMetadata>, BackendError> {
        let hook = Hook::PrepareMetadata(artifact);
        let into = folder(into)?;
        let settings = self.settings.clone();
        match self.call::<String>(hook, "", &(&into, settings))? {
            Some(name) => PreparedMetadata::read(hook, &into, &name).map(Some),
            None => Ok(None),
        }
    }

    /// Builds a wheel into the folder `into` (made if missing) and gives its path. `project` is the requirement's name, for
    /// errors; `prepared` are metadata from [`Backend::prepare_metadata`], which the wheel then must have.
    pub fn build(
        &mut self,
        artifact: Artifact,
        project: &str,
        into: &Path,
        prepared: Option<&PreparedMetadata>,
    ) -> Result<PathBuf, BackendError> {
        let hook = Hook::Build(artifact);
        let into = folder(into)?;
        let settings = self.settings.clone();
        let info = prepared.map(|prepared| &prepared.info);
        let name: String =
            self.call(hook, project, &(&into, settings, info))?.ok_or(BackendError::HookMissing(hook))?;
        let path = entry_of(hook, &into, &name)?;
        if path.is_file() && name.ends_with(".whl") {
            Ok(path)
        } else {
            Err(BackendError::Answer {
                hook,
                reason: format!("returned {name:?}, which is no wheel that it has built"),
            })
        }
    }

    /// Calls a hook. `None` if the backend does not have it.
    fn call<T: DeserializeOwned>(
        &mut self,
        hook: Hook,
        project: &str,
        arguments: &impl Serialize,
    ) -> Result<Option<T>, BackendError> {
        let mut process = match self.process.take() {
            Some(process) => process,
            None => Process::start(&self.environment, &self.source)?,
        };
        let answer = process.answer();
        let request = Request {
            hook: hook.name(),
            arguments,
            backend: &self.system.backend,
            backend_path: &self.system.backend_path,
            answer: &answer,
        };
        let mut output = Vec::new();
        let ended = process
            .call(&request, |line| {
                self.watch.line(&line);
                output.push(line);
            })
            .map_err(|source| BackendError::Io {
                action: "talk to",
                path: self.environment.python.clone(),
                source,
            })?;
        if ended.exit_code != 0 {
            return Err(BackendError::Hook(Box::new(HookFailure {
                hook,
                description: hook.description(project),
                command: process.command(&self.environment.python),
                directory: self.source.clone(),
                exit_code: ended.exit_code,
                output,
            })));
        }
        let answer = self.read_answer(hook, &answer);
        if ended.is_alive {
            self.process = Some(process);
        }
        answer
    }

    fn read_answer<T: DeserializeOwned>(&self, hook: Hook, file: &Path) -> Result<Option<T>, BackendError> {
        let broken = |reason| BackendError::Answer { hook, reason };
        let text = fs::read(file).map_err(|_| broken("ended without an answer".to_owned()))?;
        // The next answer must be the next hook's.
        fs::remove_file(file).map_err(|source| BackendError::Io {
            action: "remove",
            path: file.to_owned(),
            source,
        })?;
        let answer: Answer = serde_json::from_slice(&text).map_err(|error| broken(error.to_string()))?;
        answer.warnings.iter().for_each(|warning| self.watch.warning(warning));
        if let Some(reason) = answer.unavailable {
            return Err(BackendError::Unavailable { hook, backend: self.system.backend.clone(), reason });
        }
        if answer.missing {
            return Ok(None);
        }
        serde_json::from_value(answer.returned)
            .map(Some)
            .map_err(|error| broken(format!("returned something else: {error}")))
    }
}

/// What the script writes.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Answer {
    returned: serde_json::Value,
    missing: bool,
    unavailable: Option<String>,
    warnings: Vec<HookWarning>,
}

impl PreparedMetadata {
    /// Reads the folder `name` that a hook has written.
    fn read(hook: Hook, folder: &Path, name: &str) -> Result<Self, BackendError> {
        let broken = |reason| BackendError::Answer { hook, reason };
        let info = entry_of(hook, folder, name)?;
        if !name.ends_with(".dist-info") {
            return Err(broken(format!("returned {name:?}, which is no .dist-info folder")));
        }
        let text = fs::read(info.join("METADATA"))
            .map_err(|error| broken(format!("wrote no METADATA into {name:?}: {error}")))?;
        let metadata =
            CoreMetadata::parse(&text).map_err(|error| broken(format!("wrote invalid metadata: {error}")))?;
        Ok(Self { info, metadata })
    }
}

/// The path of what a hook says to have put into `folder`.
fn entry_of(hook: Hook, folder: &Path, name: &str) -> Result<PathBuf, BackendError> {
    let mut components = Path::new(name).components();
    match (components.next(), components.next()) {
        (Some(Component::Normal(_)), None) => Ok(folder.join(name)),
        _ => Err(BackendError::Answer {
            hook,
            reason: format!("returned {name:?}, which is no name in its folder"),
        }),
    }
}

/// Makes a folder, and gives its absolute path: hooks run elsewhere.
fn folder(path: &Path) -> Result<PathBuf, BackendError> {
    let failed = |source| BackendError::Io { action: "make", path: path.to_owned(), source };
    fs::create_dir_all(path).map_err(failed)?;
    std::path::absolute(path).map_err(failed)
}
