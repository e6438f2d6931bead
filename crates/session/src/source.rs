//! The resolver's questions, answered by the index and the store.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::sync::{Arc, Mutex};

use index::{Digest, HashAlgorithm, Hashes, OwnedFile, ProjectPage};
use metadata::CoreMetadata;
use requirement::InstallRequirement;
use resolver::{Chosen, DirectCandidate, FileRef, ResolvedPackage, SourceError};
use specifier::{ProjectName, Specifiers, WheelFilename};
use store::UnpackedWheel;

use crate::direct::direct_candidate;
use crate::fetch::{Fetcher, Wanted, lock};
use crate::fetch_ahead::FetchAhead;
use crate::{Event, FetchedWheel, Session, SessionError};

/// Larger wheels are fetched once the resolution stands: each one waits for it in memory.
const WORTH_A_GUESS: u64 = 32 * 1024 * 1024;

/// Implements [`resolver::Source`] for one resolution.
pub(crate) struct Source<'a, 'scope, 'env> {
    session: &'env Session<'env>,
    fetcher: &'a Fetcher<'scope, 'env>,
    ahead: &'a FetchAhead<'scope, 'env>,
    /// Whether wheels are fetched before the resolution stands.
    guesses: bool,
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
        guesses: bool,
    ) -> Self {
        Self { session, fetcher, ahead, guesses, direct: Mutex::default(), guessed: Mutex::default() }
    }

    /// Fetches the first wheel that the resolver considers of each project before it is sure of it: it rarely
    /// changes its mind, and a wheel that comes for nothing stays in the store.
    fn guess(&self, file: &OwnedFile) {
        if !self.guesses || !is_wheel(&file.filename) || file.size.is_none_or(|size| size > WORTH_A_GUESS) {
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
        if let Some(wanted) = wanted(package) {
            self.fetcher.want(wanted);
        }
    }

    /// The wheel that a direct requirement named.
    pub fn direct_wheel(&self, url: &str) -> Option<FetchedWheel> {
        lock(&self.direct).get(url).cloned()
    }

    fn direct_candidate(&self, requirement: &InstallRequirement) -> Result<DirectCandidate, SessionError> {
        let (candidate, fetched) = direct_candidate(self.session, requirement)
            .map_err(|error| error.of_requirement(requirement.to_string()))?;
        lock(&self.direct).insert(candidate.link.url().to_owned(), fetched);
        Ok(candidate)
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

/// The digests that a user allows. Digests that exclude each other, or of unknown algorithms only, allow nothing:
/// then one is expected that no file has.
pub(crate) fn allowed(hashes: &requirement::Hashes) -> Hashes {
    let known: Hashes =
        hashes.iter().filter_map(|(name, hex)| Some(Digest::new(name.parse().ok()?, hex))).collect();
    if known.is_empty() && !hashes.is_empty() {
        return Hashes::from_iter([Digest::new(HashAlgorithm::Sha256, "")]);
    }
    known
}

/// The chosen file of a package, when it is a wheel, with the digests that index and user allow.
pub(crate) fn wanted(package: &ResolvedPackage) -> Option<Wanted> {
    let Chosen::File(file) = &package.chosen else { return None };
    let file = file.file()?.to_owned();
    if !is_wheel(&file.filename) {
        return None;
    }
    let users = allowed(&package.hashes);
    // Where the two share nothing the user's digests count, so that the mismatch is reported against them.
    let expected = file.hashes.intersection(&users).unwrap_or(users);
    Some(Wanted { file, expected, project: package.project.clone(), version: Some(package.version.clone()) })
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

/// The METADATA of an unpacked wheel.
pub(crate) fn metadata_of_wheel(wheel: &UnpackedWheel) -> Result<CoreMetadata, SessionError> {
    let path = wheel.content().join(wheel.manifest().info_directory()).join("METADATA");
    let bytes = fs::read(&path).map_err(|error| SessionError::Read { path, error })?;
    CoreMetadata::parse(&bytes).map_err(|error| SessionError::Metadata {
        what: wheel.manifest().name().to_owned(),
        reason: error.to_string(),
    })
}

/// Whether a file name is a wheel's.
pub(crate) fn is_wheel(filename: &str) -> bool {
    filename.ends_with(".whl")
}
