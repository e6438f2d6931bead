//! The metadata of candidates, and whether it is what it should be.

use std::rc::Rc;
use std::sync::Arc;

use metadata::CoreMetadata;
use specifier::{ProjectName, Specifiers, Version};

use super::{Unusable, World};
use crate::candidate_set::Candidate;
use crate::distribution::Distribution;
use crate::edge::{Edge, Reason};
use crate::error::{ResolveError, ResolveWarning};
use crate::node::ProjectId;
use crate::resolution::chain;
use crate::source::{FileRef, InstalledDistribution};
use crate::universe::EntryKind;

impl World<'_> {
    /// The metadata of a candidate.
    pub(crate) fn distribution(
        &mut self,
        project: ProjectId,
        candidate: Candidate,
    ) -> Result<Result<Rc<Distribution>, Unusable>, ResolveError> {
        let Some(universe) = self.universes.get(&project) else { return Ok(Err(Unusable::Metadata)) };
        let Some(entry) = universe.entry(candidate) else { return Ok(Err(Unusable::Metadata)) };
        let key = (project, entry.kind);
        if let Some(known) = self.distributions.get(&key) {
            return Ok(known.clone());
        }
        let (name, version) = (universe.project.clone(), entry.version.clone());
        let read = match entry.kind {
            EntryKind::Installed => self.read_installed(&name)?,
            EntryKind::Direct(direct) => self.read_direct(direct, &name, &version),
            EntryKind::Release(_) => match universe.file(candidate, &self.rules) {
                None => Err(Unusable::Metadata),
                Some(file) => self.read_file(&file, &name, &version)?,
            },
        };
        self.distributions.insert(key, read.clone());
        Ok(read)
    }

    /// The metadata of a candidate, if it was read.
    pub(crate) fn known_distribution(
        &self,
        project: ProjectId,
        candidate: Candidate,
    ) -> Option<&Distribution> {
        let kind = self.universe(project)?.entry(candidate)?.kind;
        self.distributions.get(&(project, kind))?.as_deref().ok()
    }

    fn read_file(
        &mut self,
        file: &FileRef,
        project: &ProjectName,
        version: &Version,
    ) -> Result<Result<Rc<Distribution>, Unusable>, ResolveError> {
        let metadata = self.source.metadata(file).map_err(ResolveError::Source)?;
        self.metadata.push((file.clone(), Arc::clone(&metadata)));
        let url = || requirement::redact_url(file.file().map_or("", index::IndexFile::url));
        let (asked, from) = self.asked(project).unwrap_or_else(|| (format!("{project}=={version}"), None));
        let from = from.map(|from| format!(" (from {from})")).unwrap_or_default();
        let requirement = || format!("{asked} from {}{from}", url());
        // pip compares what a metadata file says before it asks anything else, and shows the name as it is written.
        let is_beside = file.file().is_some_and(index::IndexFile::has_metadata_file);
        let inconsistency = find_inconsistency(&metadata, project, version).map(|found| match found {
            ("name", expected, _) if is_beside => ("Name", expected, metadata.name.clone()),
            other => other,
        });
        if let Some((field, expected, found)) = inconsistency {
            let (link, requirement) = (url(), requirement());
            self.warn(ResolveWarning::Inconsistent { link, requirement, field, expected, found });
            return Ok(Err(Unusable::Metadata));
        }
        let read = self.read_metadata(metadata, project, version, requirement);
        if let Ok(distribution) = &read
            && let Some(reference) = distribution.direct_reference()
            && self.source.forbids_direct_references(file)
        {
            let (name, requirement) = (distribution.metadata.name.clone(), reference.to_string());
            return Err(ResolveError::DirectReference { name, requirement });
        }
        Ok(read)
    }

    /// The first requirement of the user's for a project, and where it comes from: by these pip names the file that it
    /// has chosen.
    fn asked(&self, project: &ProjectName) -> Option<(String, Option<String>)> {
        let requirements = self.request.requirements;
        let is_of_project =
            |edge: &&Edge| edge.target.project().and_then(|id| self.name(id)) == Some(project);
        let edge = self.roots.iter().find(is_of_project)?;
        let Reason::User(number) = edge.reason else { return None };
        let origin = requirements.get(number)?.origin.text();
        let from = if edge.without_extras {
            Some(chain(&edge.reason.full_text(requirements), origin.as_deref()))
        } else {
            origin
        };
        Some((edge.reason.text(edge.without_extras, requirements), from))
    }

    fn read_direct(
        &mut self,
        direct: usize,
        project: &ProjectName,
        version: &Version,
    ) -> Result<Rc<Distribution>, Unusable> {
        let Some(direct) = self.directs.get(direct) else { return Err(Unusable::Metadata) };
        let metadata = Arc::clone(&direct.candidate.metadata);
        let requirement = direct.requirement.to_string();
        self.read_metadata(metadata, project, version, || requirement)
    }

    fn read_installed(
        &mut self,
        name: &ProjectName,
    ) -> Result<Result<Rc<Distribution>, Unusable>, ResolveError> {
        let markers = self.request.markers;
        let Some(installed) = self.installed(name) else { return Ok(Err(Unusable::Metadata)) };
        match Distribution::read_once(Arc::clone(&installed.metadata), markers) {
            Ok(distribution) => Ok(Ok(Rc::new(distribution))),
            Err(error) => Err(invalid_installed(installed, "requirement", error.to_string())),
        }
    }

    fn read_metadata(
        &mut self,
        metadata: Arc<CoreMetadata>,
        project: &ProjectName,
        version: &Version,
        requirement: impl FnOnce() -> String,
    ) -> Result<Rc<Distribution>, Unusable> {
        if !self.request.selection.ignore_requires_python
            && let Some(requires_python) = metadata.requires_python.as_deref()
            && !self.rules.python_satisfies(requires_python)
        {
            let text =
                Specifiers::parse(requires_python).map_or(requires_python.to_owned(), |s| s.to_string());
            return Err(Unusable::RequiresPython(text));
        }
        match Distribution::read(metadata, self.request.markers, &mut self.known_requirements) {
            Ok(distribution) => Ok(Rc::new(distribution)),
            Err(error) => {
                self.warn(ResolveWarning::InvalidMetadata {
                    project: project.clone(),
                    version: version.to_string(),
                    requirement: requirement(),
                    problem: error.to_string(),
                });
                Err(Unusable::Metadata)
            }
        }
    }

    /// The metadata of a file, if it was read.
    pub(crate) fn known_metadata(&self, file: &FileRef) -> Option<Arc<CoreMetadata>> {
        let known = self.metadata.iter().find(|(known, _)| known == file)?;
        Some(Arc::clone(&known.1))
    }
}

pub(super) fn invalid_installed(
    installed: &InstalledDistribution,
    what: &'static str,
    problem: String,
) -> ResolveError {
    ResolveError::InvalidInstalled {
        name: installed.name.clone(),
        version: installed.version.clone(),
        location: installed.location.clone(),
        what,
        problem,
    }
}

/// In which field metadata is not what the name of its file says, with what was expected and what was found.
fn find_inconsistency(
    metadata: &CoreMetadata,
    project: &ProjectName,
    version: &Version,
) -> Option<(&'static str, String, String)> {
    let found = ProjectName::normalise(&metadata.name);
    if found != *project {
        return Some(("name", project.to_string(), found.to_string()));
    }
    match Version::parse(&metadata.version) {
        Ok(found) if found == *version => None,
        _ => Some(("version", version.to_string(), metadata.version.clone())),
    }
}
