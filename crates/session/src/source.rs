//! The resolver's questions, answered by the index and the store.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use index::{Digest, HashAlgorithm, Hashes, OwnedFile, ProjectPage};
use metadata::CoreMetadata;
use requirement::{InstallRequirement, Link, RequirementSource};
use resolver::{Chosen, DirectCandidate, FileRef, ResolvedPackage, SourceError};
use specifier::{ProjectName, Specifiers, Version, WheelFilename};
use store::{Expected, Sha256, UnpackedWheel};

use crate::fetch::{Fetcher, Wanted, lock};
use crate::fetch_ahead::FetchAhead;
use crate::{Event, FetchedWheel, Session, SessionError};

/// Implements [`resolver::Source`] for one resolution.
pub(crate) struct Source<'a, 'scope, 'env> {
    session: &'env Session<'env>,
    fetcher: &'a Fetcher<'scope, 'env>,
    ahead: &'a FetchAhead<'scope, 'env>,
    fetch: bool,
    /// Wheels of direct requirements, by URL.
    direct: Mutex<HashMap<String, FetchedWheel>>,
    /// Projects of which a wheel was fetched on a guess.
    guessed: Mutex<HashSet<ProjectName>>,
}

impl<'a, 'scope, 'env> Source<'a, 'scope, 'env> {
    pub fn new(
        session: &'env Session<'env>,
        fetcher: &'a Fetcher<'scope, 'env>,
        ahead: &'a FetchAhead<'scope, 'env>,
        fetch: bool,
    ) -> Self {
        Self { session, fetcher, ahead, fetch, direct: Mutex::default(), guessed: Mutex::default() }
    }

    /// Fetches the first wheel that the resolver considers of each project before it is sure of it: it rarely
    /// changes its mind, and a wheel that comes for nothing stays in the store.
    fn guess(&self, file: &OwnedFile) {
        if !self.fetch || !is_wheel(&file.filename) {
            return;
        }
        let Ok(name) = WheelFilename::parse(&file.filename) else { return };
        if lock(&self.guessed).insert(name.project.clone()) {
            let expected = file.hashes.clone();
            let (project, version) = (name.project, Some(name.version));
            self.fetcher.want(Wanted { file: file.clone(), expected, project, version });
        }
    }

    /// Has the chosen file of a package fetched.
    pub fn want(&self, package: &ResolvedPackage) {
        if let Chosen::File(file) = &package.chosen
            && let Some(file) = file.file()
        {
            let file = file.to_owned();
            if is_wheel(&file.filename) {
                let users: Hashes = package
                    .hashes
                    .iter()
                    .filter_map(|(name, hex)| Some(Digest::new(name.parse::<HashAlgorithm>().ok()?, hex)))
                    .collect();
                let expected = file.hashes.intersection(&users).unwrap_or(users);
                let (project, version) = (package.project.clone(), Some(package.version.clone()));
                self.fetcher.want(Wanted { file, expected, project, version });
            }
        }
    }

    /// The wheel that a direct requirement named.
    pub fn direct_wheel(&self, url: &str) -> Option<FetchedWheel> {
        lock(&self.direct).get(url).cloned()
    }

    fn direct_candidate(&self, requirement: &InstallRequirement) -> Result<DirectCandidate, SessionError> {
        let needs_build = || SessionError::NeedsBuild { what: requirement.to_string() };
        let (link, fetched) = match &requirement.source {
            RequirementSource::LocalWheel(link, path) => (link, self.local_wheel(requirement, link, path)?),
            RequirementSource::Url(link) if link.is_wheel() => (link, self.remote_wheel(requirement, link)?),
            _ => return Err(needs_build()),
        };
        let manifest = fetched.wheel.manifest();
        let invalid = |reason: String| SessionError::Metadata { what: requirement.to_string(), reason };
        let metadata = Arc::new(metadata_of_wheel(&fetched.wheel)?);
        let candidate = DirectCandidate {
            project: ProjectName::new(manifest.name()).map_err(|error| invalid(error.to_string()))?,
            version: Version::parse(manifest.version()).map_err(|error| invalid(error.to_string()))?,
            metadata,
            link: link.clone(),
            editable: false,
        };
        lock(&self.direct).insert(link.url().to_owned(), fetched);
        Ok(candidate)
    }

    fn local_wheel(
        &self,
        requirement: &InstallRequirement,
        link: &Link,
        path: &Path,
    ) -> Result<FetchedWheel, SessionError> {
        let archive = fs::read(path).map_err(|error| SessionError::Read { path: path.to_owned(), error })?;
        let expected = hashes_of(requirement);
        check(&archive, &expected, link)?;
        let sha256 = Sha256::of(&archive);
        if let Some(wheel) = self.session.store.wheel(sha256) {
            return Ok(FetchedWheel { wheel, newer_wheel_version: None, cached: true });
        }
        let filename = path.file_name().unwrap_or_default().to_string_lossy();
        let (project, version) = named(&filename)?;
        let expected = Expected { project: &project, version: version.as_ref() };
        let added = self.session.store.add(archive.as_slice(), sha256, expected)?;
        Ok(FetchedWheel { wheel: added.wheel, newer_wheel_version: added.newer_wheel_version, cached: false })
    }

    fn remote_wheel(
        &self,
        requirement: &InstallRequirement,
        link: &Link,
    ) -> Result<FetchedWheel, SessionError> {
        let file = OwnedFile::from_url(link.url());
        let users = hashes_of(requirement);
        let expected = file.hashes.intersection(&users).unwrap_or(users);
        let (project, version) = named(&file.filename)?;
        let wanted = Wanted { file, expected, project, version };
        if let Some(wheel) = self.session.stored(&wanted.file, &wanted.expected) {
            return Ok(FetchedWheel { wheel, newer_wheel_version: None, cached: true });
        }
        let download = self.session.download(&wanted, |_| ())?;
        self.session.unpack(&download, &wanted)
    }
}

impl resolver::Source for Source<'_, '_, '_> {
    fn prefetch_pages(&self, projects: &[ProjectName]) {
        self.session.index.prefetch_projects(projects);
        let step = |project: &ProjectName| (project.clone(), Vec::new(), Specifiers::default());
        self.ahead.begin(projects.iter().map(step));
    }

    fn page(&self, project: &ProjectName) -> Result<Arc<ProjectPage>, SourceError> {
        Ok(self.session.index.project(project))
    }

    fn prefetch_metadata(&self, files: &[FileRef]) {
        let files: Vec<OwnedFile> =
            files.iter().filter_map(resolver::FileRef::file).map(index::IndexFile::to_owned).collect();
        self.session.index.prefetch_metadata(&files);
    }

    fn metadata(&self, file: &FileRef) -> Result<Arc<CoreMetadata>, SourceError> {
        let Some(found) = file.file() else { return Err(Box::new(SessionError::unknown_file())) };
        let file = found.to_owned();
        self.guess(&file);
        Ok(metadata_of(self.session, &file)?)
    }

    fn direct(&self, requirement: &InstallRequirement) -> Result<DirectCandidate, SourceError> {
        Ok(self.direct_candidate(requirement)?)
    }

    fn rejected(&self, project: &ProjectName, count: u32) {
        (self.session.events)(Event::Backtracking { project: project.as_str(), count });
    }
}

/// The metadata of a file: from the unpacked wheel when the store has it, else from the index.
pub(crate) fn metadata_of(
    session: &Session<'_>,
    file: &OwnedFile,
) -> Result<Arc<CoreMetadata>, SessionError> {
    if !is_wheel(&file.filename) && file.metadata.is_none() {
        return Err(SessionError::NeedsBuild { what: file.filename.clone() });
    }
    if let Some(wheel) = session.stored(file, &Hashes::default())
        && let Ok(metadata) = metadata_of_wheel(&wheel)
    {
        return Ok(Arc::new(metadata));
    }
    let bytes = session.index.metadata(file)?;
    let parsed = CoreMetadata::parse(&bytes)
        .map_err(|error| SessionError::Metadata { what: file.filename.clone(), reason: error.to_string() })?;
    Ok(Arc::new(parsed))
}

fn metadata_of_wheel(wheel: &UnpackedWheel) -> Result<CoreMetadata, SessionError> {
    let path = wheel.content().join(wheel.manifest().info_directory()).join("METADATA");
    let bytes = fs::read(&path).map_err(|error| SessionError::Read { path, error })?;
    CoreMetadata::parse(&bytes).map_err(|error| SessionError::Metadata {
        what: wheel.manifest().name().to_owned(),
        reason: error.to_string(),
    })
}

fn is_wheel(filename: &str) -> bool {
    filename.ends_with(".whl")
}

/// What a wheel's file name says it is.
fn named(filename: &str) -> Result<(ProjectName, Option<Version>), SessionError> {
    let name = WheelFilename::parse(filename)
        .map_err(|error| SessionError::Metadata { what: filename.to_owned(), reason: error.to_string() })?;
    Ok((name.project, Some(name.version)))
}

fn hashes_of(requirement: &InstallRequirement) -> Hashes {
    let hashes = requirement.good_hashes();
    hashes.iter().filter_map(|(name, hex)| Some(Digest::new(name.parse().ok()?, hex))).collect()
}

/// Checks a local file against the digests that the user allows.
fn check(archive: &[u8], expected: &Hashes, link: &Link) -> Result<(), SessionError> {
    if expected.is_empty() {
        return Ok(());
    }
    let mut hasher = index::Hasher::new(expected);
    hasher.update(archive);
    let got = hasher.finish();
    if got.iter().any(|digest| expected.allows(digest)) {
        return Ok(());
    }
    let url = index::RedactedUrl::new(link.url());
    Err(SessionError::Index(index::IndexError::HashMismatch { url, expected: expected.clone(), got }))
}
