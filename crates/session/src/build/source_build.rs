//! One source on its way to a wheel.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use backend::{Artifact, BuildSystem, Hook, PreparedMetadata};
use index::{Hashes, OwnedFile};
use metadata::{CoreMetadata, DirectUrl};
use requirement::Link;
use specifier::{ProjectName, Version, WheelFilename};
use store::{Expected, Sha256};

use super::keep::{self, Kept};
use super::place::BuildPlace;
use super::tree::SourceTree;
use crate::event::{BuildEvent, BuildStatus, BuildStep, SourceId};
use crate::fetch::lock;
use crate::source::metadata_of_wheel;
use crate::{Event, FetchedWheel, Session, SessionError};

/// Where a source comes from.
#[derive(Debug, Clone)]
#[allow(clippy::large_enum_variant, reason = "there are few of them")]
pub(crate) enum Origin {
    /// An archive of an index, of an address or on this machine.
    Archive {
        file: OwnedFile,
        /// Digests that are allowed; without any, all are.
        expected: Hashes,
        /// Whether those are the user's own.
        is_checked: bool,
    },
    /// A folder, which is built where it is.
    Folder(PathBuf),
    /// A repository.
    Repository(Link),
}

/// A source: its results are made when they are asked for, once. Several threads may ask.
pub(crate) struct SourceBuild {
    pub id: SourceId,
    pub origin: Origin,
    /// What to build.
    pub artifact: Artifact,
    pub config_settings: Vec<(String, String)>,
    state: Mutex<State>,
}

#[derive(Default)]
pub(super) struct State {
    /// What went wrong when nobody was there to hear it.
    failure: Option<SessionError>,
    /// Whether anything went wrong: it would again, for whoever is only ahead of time.
    has_failed: bool,
    looked_up: bool,
    pub tree: Option<SourceTree>,
    place: Option<(BuildSystem, BuildPlace)>,
    prepared: Option<PreparedMetadata>,
    metadata: Option<Arc<CoreMetadata>>,
    wheel: Option<FetchedWheel>,
    direct_url: Option<DirectUrl>,
    /// A wheel that was built for its metadata, and not spoken of yet.
    untold: Option<Created>,
}

/// What is told of a wheel that was built.
struct Created {
    name: String,
    filename: String,
    size: u64,
    sha256: Sha256,
    path: PathBuf,
}

/// By what a backend has told the metadata.
#[allow(clippy::large_enum_variant, reason = "it is taken apart at once")]
enum Told {
    Metadata(PreparedMetadata),
    Wheel(PathBuf),
}

impl SourceBuild {
    pub fn new(
        id: SourceId,
        origin: Origin,
        artifact: Artifact,
        config_settings: Vec<(String, String)>,
    ) -> Self {
        Self { id, origin, artifact, config_settings, state: Mutex::default() }
    }

    /// The metadata: from a wheel that was built before, from the source itself where that is sound, else from its
    /// build backend.
    pub fn metadata(&self, session: &Session<'_>) -> Result<Arc<CoreMetadata>, SessionError> {
        let mut state = lock(&self.state);
        if let Some(failure) = state.failure.take() {
            self.tell(session, &BuildEvent::Failed);
            return Err(failure);
        }
        let found = self.find_metadata(session, &mut state);
        let found = found.and_then(|found| found.map_or_else(|| self.prepare(session, &mut state), Ok));
        if found.is_err() {
            state.has_failed = true;
            self.tell(session, &BuildEvent::Failed);
        }
        found
    }

    /// The same ahead of time; a failure is kept for whoever asks. `may_run` allows to start the backend.
    pub fn fetch_ahead(&self, session: &Session<'_>, may_run: bool) -> Option<Arc<CoreMetadata>> {
        let mut state = lock(&self.state);
        if state.has_failed {
            return None;
        }
        let mut found = self.find_metadata(session, &mut state);
        if may_run && matches!(found, Ok(None)) {
            found = self.prepare(session, &mut state).map(Some);
        }
        found.unwrap_or_else(|failure| {
            state.failure = Some(failure);
            state.has_failed = true;
            None
        })
    }

    /// The wheel, in the store. `project` and `version` are what the metadata said.
    pub fn wheel(
        &self,
        session: &Session<'_>,
        project: &ProjectName,
        version: &Version,
    ) -> Result<FetchedWheel, SessionError> {
        let mut state = lock(&self.state);
        if let Some(failure) = state.failure.take() {
            return Err(failure);
        }
        if let Some(created) = state.untold.take() {
            let step = BuildStep::Hook(Hook::Build(self.artifact));
            self.named_step(session, step, Some(&created.name), || Ok(()))?;
            self.tell_created(session, &created);
        }
        if let Some(wheel) = &state.wheel {
            return Ok(wheel.clone());
        }
        let _turn = session.builds.turns.take(session, self)?;
        // Somebody may have built it in the meantime.
        if self.find_kept(session, &mut state)
            && let Some(wheel) = &state.wheel
        {
            return Ok(wheel.clone());
        }
        let wheel = self.build(session, &mut state, project, version)?;
        state.place = None;
        state.wheel = Some(wheel.clone());
        Ok(wheel)
    }

    /// The wheel, if it need not be built.
    pub fn ready_wheel(&self) -> Option<FetchedWheel> {
        let state = lock(&self.state);
        state.wheel.clone().filter(|_| state.untold.is_none())
    }

    /// What `direct_url.json` says of the source; known once its metadata is.
    pub fn direct_url(&self) -> Option<DirectUrl> {
        lock(&self.state).direct_url.clone()
    }

    /// The folder of the project's source, once it was needed.
    pub fn folder(&self) -> Option<PathBuf> {
        lock(&self.state).tree.as_ref().map(|tree| tree.folder.clone())
    }

    /// The archive of the source, once it was needed.
    pub fn archive(&self) -> Option<PathBuf> {
        lock(&self.state).tree.as_ref()?.archive.clone()
    }

    /// Tells a step.
    pub(super) fn tell(&self, session: &Session<'_>, event: &BuildEvent<'_>) {
        (session.events)(Event::Build { source: &self.id, event });
    }

    /// Does a step and tells how it goes.
    pub(super) fn step<T>(
        &self,
        session: &Session<'_>,
        step: BuildStep,
        work: impl FnOnce() -> Result<T, SessionError>,
    ) -> Result<T, SessionError> {
        self.named_step(session, step, self.id.name.as_deref(), work)
    }

    fn named_step<T>(
        &self,
        session: &Session<'_>,
        step: BuildStep,
        name: Option<&str>,
        work: impl FnOnce() -> Result<T, SessionError>,
    ) -> Result<T, SessionError> {
        self.tell(session, &BuildEvent::Step { name, step, status: BuildStatus::Started });
        let outcome = work();
        let status = if outcome.is_ok() { BuildStatus::Done } else { BuildStatus::Failed };
        self.tell(session, &BuildEvent::Step { name, step, status });
        outcome
    }

    /// Metadata for which nothing has to be run.
    fn find_metadata(
        &self,
        session: &Session<'_>,
        state: &mut State,
    ) -> Result<Option<Arc<CoreMetadata>>, SessionError> {
        if let Some(metadata) = &state.metadata {
            return Ok(Some(Arc::clone(metadata)));
        }
        if !state.looked_up {
            state.looked_up = true;
            if self.find_kept(session, state) {
                return Ok(state.metadata.clone());
            }
        }
        let tree = self.tree(session, state)?;
        if let Some(metadata) = tree.static_metadata.clone() {
            keep::keep_metadata(self, session, &metadata.1);
            state.metadata = Some(Arc::new(metadata.0));
        }
        Ok(state.metadata.clone())
    }

    /// Looks for what was made of this source before, by an earlier command or by another build of this one.
    fn find_kept(&self, session: &Session<'_>, state: &mut State) -> bool {
        let Some(Kept { metadata, wheel, origin }) = keep::find(self, session) else { return false };
        state.wheel = wheel.or(state.wheel.take());
        state.direct_url = origin.or(state.direct_url.take());
        state.metadata = Some(Arc::new(metadata));
        true
    }

    fn tree<'s>(&self, session: &Session<'_>, state: &'s mut State) -> Result<&'s SourceTree, SessionError> {
        let tree = match state.tree.take() {
            Some(tree) => tree,
            None => SourceTree::obtain(self, session)?,
        };
        state.direct_url = Some(tree.direct_url.clone());
        Ok(state.tree.insert(tree))
    }

    /// The build system, and the place to run it in.
    fn place(&self, session: &Session<'_>, state: &mut State) -> Result<(), SessionError> {
        if state.place.is_none() {
            let folder = self.tree(session, state)?.folder.clone();
            let system = BuildSystem::read(&folder, &self.id.what)?;
            let place = BuildPlace::make(self, session, &folder, &system)?;
            state.place = Some((system, place));
        }
        Ok(())
    }

    /// Asks the backend for metadata.
    fn prepare(&self, session: &Session<'_>, state: &mut State) -> Result<Arc<CoreMetadata>, SessionError> {
        let _turn = session.builds.turns.take(session, self)?;
        if self.find_kept(session, state)
            && let Some(metadata) = &state.metadata
        {
            return Ok(Arc::clone(metadata));
        }
        self.place(session, state)?;
        let into = session.builds.new_folder(&session.temporary_folder, "metadata-")?;
        let folder = state.tree.as_ref().map(|tree| tree.folder.clone()).unwrap_or_default();
        let Some((system, place)) = &state.place else { return Err(SessionError::unknown_file()) };
        let step = BuildStep::Hook(Hook::PrepareMetadata(self.artifact));
        let wheels = session.builds.new_folder(&session.temporary_folder, "wheel-")?;
        let name = self.project_name(state);
        let prepared = self.step(session, step, || {
            place.call(self, session, &folder, system, |backend| {
                if let Some(prepared) = backend.prepare_metadata(self.artifact, &into)? {
                    return Ok(Told::Metadata(prepared));
                }
                // A backend without that hook tells its metadata by building.
                let path = backend.build(self.artifact, &name, &wheels, None);
                path.map(Told::Wheel).map_err(|error| error.while_preparing(self.artifact))
            })
        })?;
        let metadata = match prepared {
            Told::Metadata(prepared) => {
                keep::keep_prepared(self, session, &prepared);
                let metadata = Arc::new(prepared.metadata.clone());
                state.prepared = Some(prepared);
                metadata
            }
            Told::Wheel(path) => {
                let (wheel, created) = self.take(session, state, path, None)?;
                let metadata = Arc::new(metadata_of_wheel(&wheel.wheel)?);
                state.wheel = Some(wheel);
                state.untold = Some(created);
                metadata
            }
        };
        state.metadata = Some(Arc::clone(&metadata));
        Ok(metadata)
    }

    fn build(
        &self,
        session: &Session<'_>,
        state: &mut State,
        project: &ProjectName,
        version: &Version,
    ) -> Result<FetchedWheel, SessionError> {
        self.place(session, state)?;
        let folder = state.tree.as_ref().map(|tree| tree.folder.clone()).unwrap_or_default();
        let Some((system, place)) = &state.place else { return Err(SessionError::unknown_file()) };
        let into = session.builds.new_folder(&session.temporary_folder, "wheel-")?;
        let name = self.project_name(state);
        let step = BuildStep::Hook(Hook::Build(self.artifact));
        let path = self.named_step(session, step, Some(&name), || {
            place.call(self, session, &folder, system, |backend| {
                backend.build(self.artifact, &name, &into, state.prepared.as_ref())
            })
        })?;
        let (wheel, created) = self.take(session, state, path, Some((project, version)))?;
        self.tell_created(session, &created);
        if !created.path.starts_with(&into) {
            // Goes away with the command in any case.
            let _ = fs::remove_dir_all(&into);
        }
        Ok(wheel)
    }

    /// Puts a wheel that was built into the store.
    fn take(
        &self,
        session: &Session<'_>,
        state: &State,
        path: PathBuf,
        expected: Option<(&ProjectName, &Version)>,
    ) -> Result<(FetchedWheel, Created), SessionError> {
        let name = self.project_name(state);
        let filename = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let archive = fs::read(&path).map_err(|error| SessionError::Read { path: path.clone(), error })?;
        let invalid =
            |fault: String| SessionError::InvalidBuild { name: name.clone(), artifact: self.artifact, fault };
        let project = match (expected, &self.id.name) {
            (Some((project, _)), _) => project.clone(),
            (None, Some(name)) => ProjectName::normalise(name),
            // Nobody knows the name but the wheel.
            (None, None) => {
                WheelFilename::parse(&filename).map_err(|error| invalid(error.to_string()))?.project
            }
        };
        let sha256 = Sha256::of(&archive);
        let kept = match &state.direct_url {
            Some(origin) if self.is_worth_keeping(state) => {
                keep::keep_wheel(self, session, &filename, &archive, origin)
            }
            _ => None,
        };
        let store = match &kept {
            Some(_) => session.store.clone(),
            None => session.builds.passing_store(&session.temporary_folder)?,
        };
        let version = expected.map(|(_, version)| version);
        let added = store
            .add(archive.as_slice(), sha256, Expected { project: &project, version })
            .map_err(|error| invalid(error.to_string()))?;
        let metadata = metadata_of_wheel(&added.wheel)?;
        if !session.builds.settings.skip_verification {
            backend::verify_wheel(&filename, &project, &metadata)
                .map_err(|fault| invalid(fault.to_string()))?;
        }
        let size = archive.len() as u64;
        let path = kept.unwrap_or(path);
        let wheel = FetchedWheel {
            wheel: added.wheel,
            newer_wheel_version: added.newer_wheel_version,
            cached: false,
            size: Some(size),
            archive: Some(path.clone()),
        };
        Ok((wheel, Created { name, filename, size, sha256, path }))
    }

    fn tell_created(&self, session: &Session<'_>, created: &Created) {
        let Created { name, filename, size, sha256, path } = created;
        self.tell(session, &BuildEvent::Created { name, filename, size: *size, sha256: *sha256, path });
    }

    /// The name as the metadata spells it, where it is known.
    fn project_name(&self, state: &State) -> String {
        let metadata = state.metadata.as_ref().map(|metadata| metadata.name.clone());
        self.id.name.clone().or(metadata).unwrap_or_else(|| self.id.what.clone())
    }

    fn is_worth_keeping(&self, state: &State) -> bool {
        !self.id.is_editable && state.tree.as_ref().is_some_and(|tree| tree.is_immutable)
    }
}
