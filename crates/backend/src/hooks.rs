//! The hooks of build backends (`pyproject.toml` builds and editable builds), each in a process of its own.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use metadata::CoreMetadata;

use crate::{BuildSystem, ConfigSettings, error::BackendError};

/// What is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Artifact {
    /// A wheel with the project's content.
    Wheel,
    /// A wheel that leads to the source tree.
    Editable,
}

/// A call of a build backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hook {
    /// Not a hook of a standard: does the backend have `build_editable`?
    SupportsEditable,
    /// `get_requires_for_build_wheel` or `get_requires_for_build_editable`.
    Requires(Artifact),
    /// `prepare_metadata_for_build_wheel` or `prepare_metadata_for_build_editable`.
    PrepareMetadata(Artifact),
    /// `build_wheel` or `build_editable`.
    Build(Artifact),
}

impl Hook {
    /// The name of the function in the backend.
    pub fn name(self) -> &'static str {
        match self {
            Self::SupportsEditable => "_supported_features",
            Self::Requires(Artifact::Wheel) => "get_requires_for_build_wheel",
            Self::Requires(Artifact::Editable) => "get_requires_for_build_editable",
            Self::PrepareMetadata(Artifact::Wheel) => "prepare_metadata_for_build_wheel",
            Self::PrepareMetadata(Artifact::Editable) => "prepare_metadata_for_build_editable",
            Self::Build(Artifact::Wheel) => "build_wheel",
            Self::Build(Artifact::Editable) => "build_editable",
        }
    }

    /// What pip says while it runs; `project` is the name of the requirement, which only builds mention.
    pub fn description(self, project: &str) -> String {
        match self {
            Self::SupportsEditable => "Checking if build backend supports build_editable".to_owned(),
            Self::Requires(Artifact::Wheel) => "Getting requirements to build wheel".to_owned(),
            Self::Requires(Artifact::Editable) => "Getting requirements to build editable".to_owned(),
            Self::PrepareMetadata(Artifact::Wheel) => "Preparing metadata (pyproject.toml)".to_owned(),
            Self::PrepareMetadata(Artifact::Editable) => {
                "Preparing editable metadata (pyproject.toml)".to_owned()
            }
            Self::Build(Artifact::Wheel) => format!("Building wheel for {project} (pyproject.toml)"),
            Self::Build(Artifact::Editable) => format!("Building editable for {project} (pyproject.toml)"),
        }
    }
}

/// A `UserWarning` of a hook. pip shows it (as a warning for folders on disk, else with `-vv`).
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
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

/// The build backend of one source tree, in an environment that has its requirements.
pub struct Backend<'a> {
    source: PathBuf,
    system: &'a BuildSystem,
    python: PathBuf,
    variables: Vec<(OsString, OsString)>,
    settings: ConfigSettings,
    watch: &'a dyn Watch,
}

impl<'a> Backend<'a> {
    /// The backend that `system` names, for the tree `source`, run by `python` with exactly the environment variables
    /// `variables`. Starts nothing yet.
    pub fn new(
        source: &Path,
        system: &'a BuildSystem,
        python: &Path,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Self {
        Self {
            source: source.to_owned(),
            system,
            python: python.to_owned(),
            variables: variables.into_iter().collect(),
            settings: ConfigSettings::default(),
            watch: &(),
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

    /// To be called when something was installed into or removed from the environment: the next hook sees it.
    pub fn environment_changed(&mut self) {}

    /// Whether the backend can build editable wheels. Where it cannot, pip refuses: the project "uses a build backend that
    /// is missing the `build_editable` hook, so it cannot be installed in editable mode".
    pub fn supports_editable(&mut self) -> Result<bool, BackendError> {
        Err(BackendError::HookMissing(Hook::SupportsEditable))
    }

    /// Requirements that the build needs beyond those of [`BuildSystem::requires`]; none if the hook is missing.
    pub fn requires(&mut self, artifact: Artifact) -> Result<Vec<String>, BackendError> {
        Err(BackendError::HookMissing(Hook::Requires(artifact)))
    }

    /// Lets the backend write the metadata of the wheel it would build into the folder `into` (made if missing). `None` if
    /// the backend has no such hook: the metadata are then those of the wheel that is built.
    pub fn prepare_metadata(
        &mut self,
        artifact: Artifact,
        into: &Path,
    ) -> Result<Option<PreparedMetadata>, BackendError> {
        let _ = into;
        Err(BackendError::HookMissing(Hook::PrepareMetadata(artifact)))
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
        let _ = (
            project,
            into,
            prepared,
            &self.source,
            self.system,
            &self.python,
            &self.variables,
            &self.settings,
        );
        let _ = self.watch;
        Err(BackendError::HookMissing(Hook::Build(artifact)))
    }
}
