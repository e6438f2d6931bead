//! The sources of one resolution.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use backend::Artifact;
use index::{Hashes, OwnedFile};
use requirement::{InstallRequirement, Link, RequirementSource};
use resolver::{Chosen, ResolvedPackage};
use specifier::ProjectName;

use super::source_build::{Origin, SourceBuild};
use crate::Session;
use crate::event::SourceId;
use crate::fetch::lock;
use crate::source::{allowed, is_wheel};

/// Every source that the resolver has met, each of which is built at most once.
pub(crate) struct Builder<'env> {
    session: &'env Session<'env>,
    /// The digests that the user allows, by project.
    hashes: HashMap<ProjectName, requirement::Hashes>,
    /// What users tell the backends of projects that they name.
    settings: HashMap<ProjectName, Vec<(String, String)>>,
    sources: Mutex<HashMap<String, Arc<SourceBuild>>>,
}

impl<'env> Builder<'env> {
    pub fn new(session: &'env Session<'env>, request: &resolver::Request<'_>) -> Self {
        let mut hashes: HashMap<ProjectName, requirement::Hashes> = HashMap::new();
        for requirement in request.requirements.iter().chain(request.constraints) {
            let good = requirement.good_hashes();
            if let (Some(project), false) = (requirement.project(), good.is_empty()) {
                let known = hashes.entry(project.clone()).or_default();
                *known = known.intersection(&good);
            }
        }
        let mut settings = HashMap::new();
        for requirement in request.requirements.iter().chain(request.constraints) {
            let own = settings_of(session, requirement);
            if let (Some(project), false) = (requirement.project(), own.is_empty()) {
                settings.entry(project.clone()).or_insert(own);
            }
        }
        Self { session, hashes, settings, sources: Mutex::default() }
    }

    /// The source distribution that stands on an index.
    pub fn of_file(&self, file: &OwnedFile, project: Option<&ProjectName>) -> Arc<SourceBuild> {
        self.get(&file.url, || {
            let users = project.and_then(|project| self.hashes.get(project)).map(allowed);
            let is_checked = users.as_ref().is_some_and(|users| !users.is_empty());
            let users = users.unwrap_or_default();
            let expected = file.hashes.intersection(&users).unwrap_or(users);
            let link = match &file.fragment {
                Some(fragment) => Link::new(format!("{}#{fragment}", file.url)),
                None => Link::new(file.url.as_str()),
            };
            // As the file spells it, which is nearest to how people know the project.
            let spelled = file.filename.rsplit_once('-').map_or("", |(name, _)| name);
            // pip says the name that was asked for, which is written with hyphens far more often.
            let name = project.map(ToString::to_string);
            let what = format!("{spelled} from {}", index::redact_url(&file.url));
            let id = SourceId { key: file.url.clone(), link, what, name, is_editable: false };
            let origin = Origin::Archive { file: file.clone(), expected, is_checked };
            let settings = project.and_then(|project| self.settings.get(project)).cloned();
            SourceBuild::new(id, origin, Artifact::Wheel, settings.unwrap_or_default())
        })
    }

    /// The source that a requirement names itself; none if it names a wheel.
    pub fn of_requirement(&self, requirement: &InstallRequirement) -> Option<Arc<SourceBuild>> {
        let is_editable = requirement.is_editable();
        let is_built_so = is_editable && self.session.builds.settings.editables;
        let artifact = if is_built_so { Artifact::Editable } else { Artifact::Wheel };
        let (link, origin) = match &requirement.source {
            RequirementSource::Named | RequirementSource::LocalWheel(..) => return None,
            RequirementSource::Url(link) if link.is_wheel() => return None,
            RequirementSource::Url(link) | RequirementSource::LocalArchive(link, _) => {
                (link, self.archive(requirement, link))
            }
            RequirementSource::LocalDirectory { link, path, .. } => (link, Origin::Folder(path.clone())),
            RequirementSource::VersionControl { link, .. } => (link, Origin::Repository(link.clone())),
        };
        let key = key(is_editable, link);
        Some(self.get(&key, || {
            let own = settings_of(self.session, requirement);
            let known = requirement.project().and_then(|project| self.settings.get(project));
            // A constraint may say it for a requirement that says nothing.
            let config_settings = if own.is_empty() { known.cloned().unwrap_or_default() } else { own };
            let (what, name) = (requirement.to_string(), requirement.name().map(ToOwned::to_owned));
            let id = SourceId { key: key.clone(), link: link.clone(), what, name, is_editable };
            SourceBuild::new(id, origin, artifact, config_settings)
        }))
    }

    /// The source that was chosen for a package; none if that is a wheel, or installed.
    pub fn of_package(&self, package: &ResolvedPackage) -> Option<Arc<SourceBuild>> {
        match &package.chosen {
            Chosen::Installed(_) => None,
            Chosen::File(file) => {
                let file = file.file().filter(|file| !is_wheel(file.filename()))?;
                Some(self.of_file(&file.to_owned(), Some(&package.project)))
            }
            Chosen::Direct(direct) => lock(&self.sources).get(&key(direct.editable, &direct.link)).cloned(),
        }
    }

    /// Whether the user gave digests for a project.
    pub fn has_hashes(&self, project: &ProjectName) -> bool {
        self.hashes.contains_key(project)
    }

    fn archive(&self, requirement: &InstallRequirement, link: &Link) -> Origin {
        let file = OwnedFile::from_url(link.url());
        let known = requirement.project().and_then(|project| self.hashes.get(project));
        let users = allowed(&known.cloned().unwrap_or_else(|| requirement.good_hashes()));
        let is_checked = !users.is_empty();
        let expected: Hashes = file.hashes.intersection(&users).unwrap_or(users);
        Origin::Archive { file, expected, is_checked }
    }

    fn get(&self, key: &str, make: impl FnOnce() -> SourceBuild) -> Arc<SourceBuild> {
        let mut sources = lock(&self.sources);
        if let Some(known) = sources.get(key) {
            return Arc::clone(known);
        }
        Arc::clone(sources.entry(key.to_owned()).or_insert(Arc::new(make())))
    }
}

/// What the user tells the backend: beside the requirement, else on the command line for what stands there itself.
fn settings_of(session: &Session<'_>, requirement: &InstallRequirement) -> Vec<(String, String)> {
    let is_named_there = requirement.user_supplied && requirement.origin == requirement::Origin::CommandLine;
    match requirement.config_settings.as_slice() {
        [] if is_named_there && session.chain.is_empty() => session.builds.settings.config_settings.clone(),
        own => own.to_vec(),
    }
}

/// What tells sources apart: the same folder can be built as it is and as editable.
fn key(is_editable: bool, link: &Link) -> String {
    format!("{}{}", if is_editable { "-e " } else { "" }, link.url())
}
