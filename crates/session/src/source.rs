//! The resolver's questions, answered by the index and the store.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::sync::{Arc, Mutex};
use std::thread::{self, Scope};

use index::{Digest, HashAlgorithm, Hashes, OwnedFile, ProjectPage};
use metadata::{CoreMetadata, DirectUrl};
use requirement::{InstallRequirement, RequirementSource};
use resolver::{Chosen, DirectCandidate, FileRef, HashProblem, ResolveError, ResolvedPackage, SourceError};
use specifier::{ProjectName, Specifiers, Version, WheelFilename};
use store::UnpackedWheel;

use crate::build::{Builder, SourceBuild};
use crate::direct::{direct_candidate, direct_url};
use crate::event::{BuildEvent, SourceId, Transfer};
use crate::fetch::{Fetcher, Wanted, lock};
use crate::fetch_ahead::FetchAhead;
use crate::{Event, FetchedWheel, Session, SessionError};

/// Larger files are fetched once the resolution stands: a wrong guess would keep the line busy for long.
const WORTH_A_GUESS: u64 = 64 << 20;

/// Implements [`resolver::Source`] for one resolution.
pub(crate) struct Source<'a, 'scope, 'env> {
    session: &'env Session<'env>,
    fetcher: &'a Fetcher<'scope, 'env>,
    ahead: &'a FetchAhead<'scope, 'env>,
    builder: &'env Builder<'env>,
    scope: &'scope Scope<'scope, 'env>,
    /// Whether wheels are fetched before the resolution stands.
    guesses: bool,
    /// Wheels of direct requirements, by URL.
    direct: Mutex<HashMap<String, FetchedWheel>>,
    /// Every file must have a digest that the user gave.
    require_hashes: bool,
    /// Projects of which a wheel was fetched on a guess.
    guessed: Mutex<HashSet<ProjectName>>,
}

impl<'a, 'scope, 'env> Source<'a, 'scope, 'env> {
    pub fn new(
        session: &'env Session<'env>,
        scope: &'scope Scope<'scope, 'env>,
        fetcher: &'a Fetcher<'scope, 'env>,
        ahead: &'a FetchAhead<'scope, 'env>,
        builder: &'env Builder<'env>,
        guesses: bool,
        require_hashes: bool,
    ) -> Self {
        let (direct, guessed) = (Mutex::default(), Mutex::default());
        Self { session, fetcher, ahead, builder, scope, guesses, direct, require_hashes, guessed }
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

    /// Has a source at hand, and with `may_run` its metadata from its backend, before the resolver asks.
    fn fetch_source_ahead(&self, file: &OwnedFile, may_run: bool) {
        let is_too_large = file.size.is_none_or(|size| size > WORTH_A_GUESS);
        if self.require_hashes || is_too_large || self.session.index.settings().offline {
            return;
        }
        let source = self.builder.of_file(file, project_of(&file.filename).as_ref());
        let session = self.session;
        // Without a thread, it is done when it is needed.
        let _ = thread::Builder::new().spawn_scoped(self.scope, move || source.fetch_ahead(session, may_run));
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

    /// How the wheel of a package is had.
    pub fn transfer(&self, package: &ResolvedPackage) -> Transfer {
        match &package.chosen {
            Chosen::Installed(_) => Transfer::default(),
            Chosen::Direct(direct) => match self.direct_wheel(direct.link.url()) {
                Some(fetched) => Transfer { cached: fetched.cached, size: fetched.size },
                None => Transfer::default(),
            },
            Chosen::File(file) => {
                let Some(file) = file.file().map(index::IndexFile::to_owned) else {
                    return Transfer::default();
                };
                let cached = self.session.stored(&file, &Hashes::default()).is_some();
                Transfer { cached, size: file.size }
            }
        }
    }

    /// What `direct_url.json` says of a package that has an address of its own.
    pub fn direct_url(&self, package: &ResolvedPackage) -> Option<DirectUrl> {
        let Chosen::Direct(direct) = &package.chosen else { return None };
        match self.builder.of_package(package) {
            Some(source) => source.direct_url(),
            None => self.direct_wheel(direct.link.url()).map(|fetched| direct_url(&direct.link, &fetched)),
        }
    }

    /// Before anything of a source is run its digest must be right; where there can be none, nothing is run.
    fn check_digest(&self, problem: Option<HashProblem>, requirement: String) -> Result<(), SessionError> {
        match problem.filter(|_| self.require_hashes) {
            Some(problem) => Err(SessionError::Resolve(ResolveError::Hashes { problem, requirement })),
            None => Ok(()),
        }
    }

    fn built_candidate(
        &self,
        requirement: &InstallRequirement,
        source: &SourceBuild,
    ) -> Result<DirectCandidate, SessionError> {
        let shown = requirement.to_string();
        match &requirement.source {
            _ if !self.require_hashes => {}
            _ if requirement.is_editable() => {
                return Err(SessionError::Resolve(ResolveError::EditableHash(shown)));
            }
            RequirementSource::VersionControl { .. } => {
                self.check_digest(Some(HashProblem::VersionControl), shown)?;
            }
            RequirementSource::LocalDirectory { .. } => {
                self.check_digest(Some(HashProblem::Directory), shown)?;
            }
            _ => {
                let has_hashes = !requirement.good_hashes().is_empty()
                    || requirement.project().is_some_and(|project| self.builder.has_hashes(project));
                self.check_digest((!has_hashes).then_some(HashProblem::Missing), source.id.link.redacted())?;
            }
        }
        let metadata = source
            .metadata(self.session)
            .map_err(|error| error.of_requirement(requirement.to_string()).of_build(source))?;
        if let Some(asked) = requirement.name()
            && ProjectName::normalise(asked) != ProjectName::normalise(&metadata.name)
        {
            let event = BuildEvent::OtherName { asked, found: &metadata.name };
            (self.session.events)(Event::Build { source: &source.id, event: &event });
        }
        let invalid = |reason: String| SessionError::Metadata { what: requirement.to_string(), reason };
        Ok(DirectCandidate {
            project: ProjectName::new(&metadata.name).map_err(|error| invalid(error.to_string()))?,
            version: Version::parse(&metadata.version).map_err(|error| invalid(error.to_string()))?,
            metadata,
            link: source.id.link.clone(),
            editable: requirement.is_editable(),
        })
    }

    fn built_metadata(&self, file: &OwnedFile) -> Result<Arc<CoreMetadata>, SessionError> {
        let project = project_of(&file.filename);
        if let Some(project) = &project {
            let has_hashes = self.builder.has_hashes(project);
            let digest = file.hashes.sha256().unwrap_or_default();
            let shown = format!("{project} from {} --hash=sha256:{digest}", index::redact_url(&file.url));
            self.check_digest((!has_hashes).then_some(HashProblem::Missing), shown)?;
        }
        let source = self.builder.of_file(file, project.as_ref());
        source
            .metadata(self.session)
            .map_err(|error| error.of_requirement(source.id.what.clone()).of_build(&source))
    }

    fn direct_candidate(&self, requirement: &InstallRequirement) -> Result<DirectCandidate, SessionError> {
        if let Some(source) = self.builder.of_requirement(requirement) {
            return self.built_candidate(requirement, &source);
        }
        let found = direct_candidate(self.session, requirement);
        let (candidate, fetched) = found.map_err(|error| {
            self.tell_failed(requirement);
            error.of_requirement(requirement.to_string())
        })?;
        lock(&self.direct).insert(candidate.link.url().to_owned(), fetched);
        Ok(candidate)
    }
}

impl Source<'_, '_, '_> {
    /// Tells of a wheel that cannot be used which requirement it is about.
    fn tell_failed(&self, requirement: &InstallRequirement) {
        let Some(link) = requirement.link().cloned() else { return };
        let (key, what) = (link.url().to_owned(), requirement.to_string());
        let name = requirement.name().map(ToOwned::to_owned);
        let source = &SourceId { key, link, what, name, is_editable: false };
        (self.session.events)(Event::Build { source, event: &BuildEvent::Failed });
    }
}

impl resolver::Source for Source<'_, '_, '_> {
    fn prefetches(&self) -> bool {
        !self.session.index.settings().offline
    }

    fn prefetch_pages(&self, projects: &[ProjectName]) {
        self.session.index.prefetch_projects(projects);
        let step = |project: &ProjectName| (project.clone(), Vec::new(), Specifiers::default());
        self.ahead.begin(projects.iter().map(step));
    }

    fn page(&self, project: &ProjectName) -> Result<Arc<ProjectPage>, SourceError> {
        Ok(self.session.index.project_in_parts(project))
    }

    fn prefetch_metadata(&self, files: &[FileRef]) {
        let files: Vec<OwnedFile> =
            files.iter().filter_map(resolver::FileRef::file).map(index::IndexFile::to_owned).collect();
        let (built, wheels): (Vec<OwnedFile>, Vec<OwnedFile>) = files.into_iter().partition(is_built);
        self.session.index.prefetch_metadata(&wheels);
        built.iter().for_each(|file| self.fetch_source_ahead(file, false));
    }

    fn prefetch_chosen_metadata(&self, files: &[FileRef]) {
        self.prefetch_metadata(files);
        let files = files.iter().filter_map(resolver::FileRef::file).map(index::IndexFile::to_owned);
        files.filter(is_built).for_each(|file| self.fetch_source_ahead(&file, true));
    }

    fn prefetch_direct(&self, requirements: &[&InstallRequirement]) {
        if self.require_hashes || requirements.len() < 2 {
            return;
        }
        for requirement in requirements {
            if let Some(source) = self.builder.of_requirement(requirement) {
                let session = self.session;
                let _ = thread::Builder::new()
                    .spawn_scoped(self.scope, move || source.fetch_ahead(session, true));
            }
        }
    }

    fn metadata(&self, file: &FileRef) -> Result<Arc<CoreMetadata>, SourceError> {
        let Some(found) = file.file() else { return Err(Box::new(SessionError::unknown_file())) };
        let file = found.to_owned();
        if is_built(&file) {
            return Ok(self.built_metadata(&file)?);
        }
        self.guess(&file);
        Ok(metadata_of(self.session, &file)?)
    }

    fn digest(&self, file: &FileRef) -> Option<String> {
        let file = file.file()?.to_owned();
        if let Some(digest) = file.hashes.sha256() {
            return Some(digest.to_owned());
        }
        let (project, expected) = (project_of(&file.filename)?, Hashes::default());
        let download = self.session.download(&Wanted { file, expected, project, version: None }, None);
        Some(download.ok()?.sha256().to_owned())
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

/// The metadata of a file: as it was read before, from the unpacked wheel when the store has it, else from the index.
pub(crate) fn metadata_of(
    session: &Session<'_>,
    file: &OwnedFile,
) -> Result<Arc<CoreMetadata>, SessionError> {
    if let Some(bytes) = session.index.known_metadata(file)
        && let Ok(metadata) = CoreMetadata::parse_shared(bytes)
    {
        return Ok(Arc::new(metadata));
    }
    if let Some(wheel) = session.stored(file, &Hashes::default())
        && let Ok(metadata) = metadata_of_wheel(&wheel)
    {
        return Ok(Arc::new(metadata));
    }
    let bytes = session.index.metadata(file)?;
    CoreMetadata::parse_shared(bytes).map(Arc::new).map_err(|error| SessionError::of_metadata(file, error))
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

/// Whether the metadata of a file can only be had by building it, or from the source itself.
pub(crate) fn is_built(file: &OwnedFile) -> bool {
    !is_wheel(&file.filename) && file.metadata.is_none()
}

/// The project that the name of a source distribution begins with.
fn project_of(filename: &str) -> Option<ProjectName> {
    let (name, _) = filename.rsplit_once('-')?;
    ProjectName::new(name).ok()
}

/// Whether a file name is a wheel's.
pub(crate) fn is_wheel(filename: &str) -> bool {
    filename.ends_with(".whl")
}
