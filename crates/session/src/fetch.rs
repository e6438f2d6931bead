//! From a chosen file to an unpacked wheel: download, check, unpack, compile, on a few threads of their own.
//!
//! What the store has is there at once and starts no thread. Everything else is queued when the resolver
//! decides for it, so that files arrive and are unpacked while resolving still goes on.

use std::collections::HashMap;
use std::fs::File;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Scope};
use std::time::{Duration, Instant};

use index::{
    Digest, Download, DownloadRequest, DownloadedContent, HashAlgorithm, Hashes, OwnedFile, Progress,
};
use specifier::{ProjectName, Version};
use store::{Expected, Sha256, UnpackedWheel};

use crate::arrived::{Arrived, REDRAW};
use crate::{Session, SessionError};

/// Downloads at once. Each waits for the network most of the time.
const DOWNLOADS: usize = 12;
/// Wheels that are unpacked at once: more than processors only cost memory.
const UNPACKING: usize = 2;
/// Wheels up to this size stay in memory while they are unpacked.
const MEMORY_LIMIT: u64 = 256 * 1024 * 1024;

/// How long another process that fetches the same file is waited for. Fetching twice does no harm.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often whoever waits looks again.
const SHORTEST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(80);

/// A wheel in the store.
#[derive(Debug, Clone)]
pub struct FetchedWheel {
    /// Its unpacked form.
    pub wheel: UnpackedWheel,
    /// Its `Wheel-Version` when that is newer than this program knows (pip warns of it).
    pub newer_wheel_version: Option<String>,
    /// The store had it before: nothing was downloaded.
    pub cached: bool,
    /// Its size in bytes, when it was read or downloaded just now.
    pub size: Option<u64>,
    /// The archive, of a wheel that was built here.
    pub archive: Option<PathBuf>,
}

impl FetchedWheel {
    fn of_store(wheel: UnpackedWheel) -> Self {
        Self { wheel, newer_wheel_version: None, cached: true, size: None, archive: None }
    }
}

/// What identifies a wheel that must be had.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub file: OwnedFile,
    /// Digests that are allowed: the index's, cut down by the user's.
    pub expected: Hashes,
    /// The project that the wheel must be of.
    pub project: ProjectName,
    /// The version that it must be, when known.
    pub version: Option<Version>,
}

impl Wanted {
    /// The digest that the index announces.
    fn announced(&self) -> Option<Sha256> {
        self.file.hashes.sha256().and_then(|hex| Sha256::from_str(hex).ok())
    }
}

/// The queue and its threads; lives as long as one [`prepare`](crate::prepare).
pub(crate) struct Fetcher<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    shared: Arc<Shared<'env>>,
}

struct Shared<'env> {
    session: &'env Session<'env>,
    state: Mutex<State>,
    changed: Condvar,
    unpacking: Mutex<usize>,
    may_unpack: Condvar,
    arrived: Arc<Arrived>,
}

#[derive(Default)]
struct State {
    jobs: Vec<Job>,
    by_url: HashMap<String, usize>,
    /// Jobs before this one are taken.
    next: usize,
    threads: usize,
    closed: bool,
    /// The resolution stands: what arrives may go into the store.
    resolved: bool,
}

struct Job {
    wanted: Wanted,
    outcome: Option<Result<FetchedWheel, SessionError>>,
}

impl<'scope, 'env> Fetcher<'scope, 'env> {
    pub fn new(session: &'env Session<'env>, scope: &'scope Scope<'scope, 'env>) -> Self {
        let shared = Shared {
            session,
            state: Mutex::default(),
            changed: Condvar::new(),
            unpacking: Mutex::new(0),
            may_unpack: Condvar::new(),
            arrived: Arc::default(),
        };
        Self { scope, shared: Arc::new(shared) }
    }

    /// Has the file fetched, unless it is there or on its way already.
    pub fn want(&self, wanted: Wanted) {
        let mut state = lock(&self.shared.state);
        if state.by_url.contains_key(&wanted.file.url) {
            return;
        }
        let stored = self.shared.session.stored(&wanted.file, &wanted.expected);
        let is_stored = stored.is_some();
        if let Some(compiler) = self.shared.session.compiler
            && let Some(wheel) = &stored
        {
            compiler.queue(wheel);
        }
        let outcome = stored.map(|wheel| Ok(FetchedWheel::of_store(wheel)));
        let position = state.jobs.len();
        state.by_url.insert(wanted.file.url.clone(), position);
        if !is_stored {
            self.shared.arrived.expect(wanted.file.size.unwrap_or(0));
        }
        state.jobs.push(Job { wanted, outcome });
        if !is_stored {
            if state.threads < DOWNLOADS {
                let shared = Arc::clone(&self.shared);
                match thread::Builder::new().spawn_scoped(self.scope, move || shared.work()) {
                    Ok(_) => state.threads += 1,
                    // Fewer threads only take longer, but one there must be.
                    Err(_) if state.threads > 0 => {}
                    Err(error) => {
                        let path = self.shared.session.temporary_folder.clone();
                        if let Some(job) = state.jobs.get_mut(position) {
                            job.outcome = Some(Err(SessionError::Write { path, error }));
                        }
                    }
                }
            }
            self.shared.changed.notify_all();
        }
    }

    /// The resolution stands: what has arrived is unpacked.
    pub fn open(&self) {
        lock(&self.shared.state).resolved = true;
        self.shared.changed.notify_all();
    }

    /// Waits for a file that was wanted before.
    pub fn wait(&self, url: &str) -> Option<Result<FetchedWheel, SessionError>> {
        let mut state = lock(&self.shared.state);
        let position = *state.by_url.get(url)?;
        loop {
            self.shared.arrived.tell(self.shared.session);
            if let Some(outcome) = state.jobs.get_mut(position)?.outcome.take() {
                if let Ok(fetched) = &outcome {
                    state.jobs.get_mut(position)?.outcome = Some(Ok(fetched.clone()));
                }
                return Some(outcome);
            }
            let waited = self.shared.changed.wait_timeout(state, REDRAW);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Drop for Fetcher<'_, '_> {
    /// Lets the threads end; what is queued and no longer needed is not fetched.
    fn drop(&mut self) {
        lock(&self.shared.state).closed = true;
        self.shared.changed.notify_all();
    }
}

impl Shared<'_> {
    fn work(&self) {
        loop {
            let (position, wanted) = {
                let mut state = lock(&self.state);
                loop {
                    if state.closed {
                        return;
                    }
                    while state.jobs.get(state.next).is_some_and(|job| job.outcome.is_some()) {
                        state.next += 1;
                    }
                    let position = state.next;
                    if let Some(job) = state.jobs.get(position) {
                        let wanted = job.wanted.clone();
                        state.next += 1;
                        break (position, wanted);
                    }
                    state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
            };
            let outcome = self.fetch_in_turn(&wanted);
            if let Some(job) = lock(&self.state).jobs.get_mut(position) {
                job.outcome = Some(outcome);
            }
            self.changed.notify_all();
        }
    }

    /// Lets another process that is fetching the same file into the same store go first, for a while.
    fn fetch_in_turn(&self, wanted: &Wanted) -> Result<FetchedWheel, SessionError> {
        let Some(sha256) = wanted.announced() else { return self.fetch(wanted) };
        let mut turn = self.session.store.queue(sha256);
        if !turn.take() {
            // The other may wait for its resolution, so this one must not wait for the other.
            if !self.wait_for_resolution() {
                return Err(SessionError::unknown_file());
            }
            let queued = Instant::now();
            let mut pause = SHORTEST_PAUSE;
            while !turn.take() && queued.elapsed() < PATIENCE && !lock(&self.state).closed {
                thread::sleep(pause);
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
        let Some(wheel) = self.session.stored(&wanted.file, &wanted.expected) else {
            return self.fetch(wanted);
        };
        self.arrived.counter(wanted.file.size)(wanted.file.size.unwrap_or(0), None);
        if let Some(compiler) = self.session.compiler {
            compiler.queue(&wheel);
        }
        Ok(FetchedWheel::of_store(wheel))
    }

    fn fetch(&self, wanted: &Wanted) -> Result<FetchedWheel, SessionError> {
        let download = self.session.download(wanted, Some(self.arrived.counter(wanted.file.size)))?;
        if !self.wait_for_resolution() {
            return Err(SessionError::unknown_file());
        }
        let _permit = self.unpack_permit();
        let fetched = self.session.unpack(&download, wanted)?;
        if let Some(compiler) = self.session.compiler {
            compiler.queue(&fetched.wheel);
        }
        Ok(fetched)
    }

    /// A failed resolution leaves the store as it was, so a file that was fetched on a guess waits here.
    /// False when there is no resolution to come.
    fn wait_for_resolution(&self) -> bool {
        let mut state = lock(&self.state);
        while !state.resolved && !state.closed {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.resolved
    }

    fn unpack_permit(&self) -> UnpackPermit<'_> {
        let mut unpacking = lock(&self.unpacking);
        while *unpacking >= UNPACKING {
            unpacking = self.may_unpack.wait(unpacking).unwrap_or_else(PoisonError::into_inner);
        }
        *unpacking += 1;
        UnpackPermit { unpacking: &self.unpacking, may_unpack: &self.may_unpack }
    }
}

struct UnpackPermit<'a> {
    unpacking: &'a Mutex<usize>,
    may_unpack: &'a Condvar,
}

impl Drop for UnpackPermit<'_> {
    fn drop(&mut self) {
        *lock(self.unpacking) -= 1;
        self.may_unpack.notify_one();
    }
}

impl Session<'_> {
    /// The wheel, if the store has it and the digests allow it.
    ///
    /// The archive itself is gone once it is unpacked, so a user's digest in another algorithm than SHA-256
    /// can only be checked by fetching it again.
    pub(crate) fn stored(&self, file: &OwnedFile, expected: &Hashes) -> Option<UnpackedWheel> {
        let announced = file.hashes.sha256().and_then(|hex| Sha256::from_str(hex).ok());
        // What an address held yesterday is only believed where nobody can be asked: files change under their names.
        let remembered =
            || self.index.settings().offline.then(|| self.store.digest_of_address(&file.url)).flatten();
        let sha256 = announced.or_else(remembered)?;
        let digest = Digest::new(HashAlgorithm::Sha256, &sha256.to_string());
        if !expected.is_empty() && !expected.allows(&digest) {
            return None;
        }
        self.store.wheel(sha256)
    }

    /// Fetches a wheel; `progress` is told how much of it has arrived.
    pub(crate) fn download(
        &self,
        wanted: &Wanted,
        progress: Option<Progress>,
    ) -> Result<Download, SessionError> {
        let request = DownloadRequest {
            file: self.nearest(&wanted.file, &wanted.expected),
            expected: wanted.expected.clone(),
            folder: self.temporary_folder.clone(),
            memory_limit: MEMORY_LIMIT,
            progress,
        };
        Ok(self.index.download(&request)?)
    }

    /// Puts a downloaded wheel into the store.
    pub(crate) fn unpack(&self, download: &Download, wanted: &Wanted) -> Result<FetchedWheel, SessionError> {
        let expected = Expected { project: &wanted.project, version: wanted.version.as_ref() };
        let sha256 = Sha256::from_str(download.sha256()).map_err(|_| SessionError::Metadata {
            what: wanted.file.filename.clone(),
            reason: "its digest was not taken".to_owned(),
        })?;
        let added = match &download.content {
            DownloadedContent::Memory(bytes) => self.store.add(bytes.as_slice(), sha256, expected),
            DownloadedContent::Temporary(file) => self.store.add(file.as_file(), sha256, expected),
            DownloadedContent::Local(path) => {
                let file =
                    File::open(path).map_err(|error| SessionError::Read { path: path.clone(), error })?;
                self.store.add(&file, sha256, expected)
            }
        };
        let added = added.map_err(|error| SessionError::of_store(&wanted.file, error))?;
        if wanted.file.hashes.sha256().is_none() {
            // Only saves a download next time; an address that cannot be noted down is no failure.
            let _ = self.store.remember_address(&wanted.file.url, sha256);
        }
        Ok(FetchedWheel {
            wheel: added.wheel,
            newer_wheel_version: added.newer_wheel_version,
            cached: false,
            size: Some(download.size),
            archive: None,
        })
    }
}

/// A lock that a panicking thread left behind guards data that is still whole: every change is one assignment.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
