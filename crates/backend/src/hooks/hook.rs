//! The hooks and what pip calls them.

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
