//! The dependencies of a candidate, read from its metadata.

use std::sync::{Arc, OnceLock};

use metadata::CoreMetadata;
use pubgrub::Map;
use specifier::{ExtraName, InvalidRequirement, MarkerEnvironment, Requirement};

/// Metadata with its dependencies understood.
#[derive(Debug)]
pub(crate) struct Distribution {
    pub(crate) metadata: Arc<CoreMetadata>,
    requirements: Vec<Dependency>,
    provides: Vec<ExtraName>,
    direct_reference: Option<Arc<Requirement>>,
}

/// Requirements that were read before, by their text: the versions of a project mostly ask for the same.
#[derive(Debug, Default)]
pub(crate) struct KnownRequirements(Map<String, Known>);

#[derive(Debug, Clone)]
struct Known {
    requirement: Arc<Requirement>,
    /// It applies whatever extras are asked for.
    is_unconditional: bool,
    /// It may apply to some extra.
    depends_on_extra: bool,
}

#[derive(Debug)]
struct Dependency {
    /// Its place in `Requires-Dist`.
    line: usize,
    /// Read when it is asked for, if it is only there for an extra.
    requirement: OnceLock<Option<Arc<Requirement>>>,
    /// It applies whatever extras are asked for.
    is_unconditional: bool,
}

impl KnownRequirements {
    fn read(&mut self, text: &str, environment: &MarkerEnvironment) -> Result<Known, InvalidRequirement> {
        if let Some(known) = self.0.get(text) {
            return Ok(known.clone());
        }
        let known = Known::read(text, environment)?;
        self.0.insert(text.to_owned(), known.clone());
        Ok(known)
    }
}

impl Known {
    fn read(text: &str, environment: &MarkerEnvironment) -> Result<Self, InvalidRequirement> {
        let requirement = Requirement::parse(text)?;
        Ok(Self {
            is_unconditional: holds(&requirement, environment, &[]),
            depends_on_extra: requirement.marker.as_ref().is_some_and(specifier::Marker::mentions_extra),
            requirement: Arc::new(requirement),
        })
    }
}

impl Distribution {
    /// Reads the dependencies; markers that do not mention extras are decided once and for all.
    pub(crate) fn read(
        metadata: Arc<CoreMetadata>,
        environment: &MarkerEnvironment,
        known: &mut KnownRequirements,
    ) -> Result<Self, InvalidRequirement> {
        Self::read_with(metadata, |text| known.read(text, environment))
    }

    /// The same of a project of which no other version will be read.
    pub(crate) fn read_once(
        metadata: Arc<CoreMetadata>,
        environment: &MarkerEnvironment,
    ) -> Result<Self, InvalidRequirement> {
        Self::read_with(metadata, |text| Known::read(text, environment))
    }

    fn read_with(
        metadata: Arc<CoreMetadata>,
        mut read: impl FnMut(&str) -> Result<Known, InvalidRequirement>,
    ) -> Result<Self, InvalidRequirement> {
        let mut requirements = Vec::with_capacity(metadata.requires_dist.len());
        let mut direct_reference = None;
        for (line, text) in metadata.requires_dist.iter().enumerate() {
            if Requirement::is_extra_only(text) {
                requirements.push(Dependency { line, requirement: OnceLock::new(), is_unconditional: false });
                continue;
            }
            let Known { requirement, is_unconditional, depends_on_extra } = read(text)?;
            if requirement.url.is_some() && direct_reference.is_none() {
                direct_reference = Some(Arc::clone(&requirement));
            }
            if is_unconditional || depends_on_extra {
                let requirement = OnceLock::from(Some(requirement));
                requirements.push(Dependency { line, requirement, is_unconditional });
            }
        }
        let provides = metadata.provides_extra.iter().map(|extra| ExtraName::normalise(extra)).collect();
        Ok(Self { metadata, requirements, provides, direct_reference })
    }

    /// What it always depends on.
    pub(crate) fn dependencies(&self) -> impl Iterator<Item = &Arc<Requirement>> {
        let unconditional = self.requirements.iter().filter(|dependency| dependency.is_unconditional);
        unconditional.filter_map(|dependency| self.requirement(dependency))
    }

    /// What an extra adds to that.
    pub(crate) fn dependencies_of_extra<'a>(
        &'a self,
        extra: &'a ExtraName,
        environment: &'a MarkerEnvironment,
    ) -> impl Iterator<Item = &'a Arc<Requirement>> {
        let extras = if self.has_extra(extra) { std::slice::from_ref(extra) } else { &[] };
        let conditional = self.requirements.iter().filter(|dependency| !dependency.is_unconditional);
        conditional
            .filter(|_| !extras.is_empty())
            .filter_map(|dependency| self.requirement(dependency))
            .filter(move |requirement| holds(requirement, environment, extras))
    }

    /// What it depends on when it is asked for with these extras, in the order of the metadata.
    pub(crate) fn all_dependencies<'a>(
        &'a self,
        extras: &'a [ExtraName],
        environment: &'a MarkerEnvironment,
    ) -> impl Iterator<Item = &'a Arc<Requirement>> {
        let known: Vec<ExtraName> = extras.iter().filter(|extra| self.has_extra(extra)).cloned().collect();
        self.requirements.iter().filter_map(move |dependency| {
            if !dependency.is_unconditional && known.is_empty() {
                return None;
            }
            let requirement = self.requirement(dependency)?;
            (dependency.is_unconditional || holds(requirement, environment, &known)).then_some(requirement)
        })
    }

    /// The place of a dependency in the metadata.
    pub(crate) fn place(&self, requirement: &Arc<Requirement>) -> Option<usize> {
        let is_it = |known: &Arc<Requirement>| Arc::ptr_eq(known, requirement);
        self.requirements
            .iter()
            .position(|dependency| dependency.requirement.get().and_then(Option::as_ref).is_some_and(is_it))
    }

    /// A dependency that is only there for an extra is read now. That it is valid was seen before.
    fn requirement<'a>(&'a self, dependency: &'a Dependency) -> Option<&'a Arc<Requirement>> {
        let read =
            || Requirement::parse(self.metadata.requires_dist.get(dependency.line)?).ok().map(Arc::new);
        dependency.requirement.get_or_init(read).as_ref()
    }

    /// Its first dependency by address, whether that applies or not.
    pub(crate) fn direct_reference(&self) -> Option<&Requirement> {
        self.direct_reference.as_deref()
    }

    /// Whether it knows an extra.
    pub(crate) fn has_extra(&self, extra: &ExtraName) -> bool {
        self.provides.contains(extra)
    }
}

/// Whether a dependency applies; a marker that cannot be evaluated does not hold.
fn holds(requirement: &Requirement, environment: &MarkerEnvironment, extras: &[ExtraName]) -> bool {
    requirement.marker.as_ref().is_none_or(|marker| marker.evaluate(environment, extras).unwrap_or(false))
}
