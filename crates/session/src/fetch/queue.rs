//! What is to be fetched, and the threads that put into the store what has come.
//!
//! Downloads need no thread of ours: they run on the network's. What has come is unpacked, the largest first: by one thread
//! and beside the store while the resolution may still fail, by a few and into the store once it stands.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, Scope};
use std::time::{Duration, Instant};

use index::{Download, DownloadTask, IndexError};
use store::{Turn, UnpackedWheel};

use super::{FetchedWheel, Ready, Wanted, lock};
use crate::arrived::{Arrived, REDRAW};
use crate::{Session, SessionError};

/// Wheels that are unpacked at once: more than processors only cost memory.
const UNPACKING: usize = 2;
/// While resolving goes on, which has a processor for itself.
const UNPACKING_EARLY: usize = 1;
/// As many manifests are read as fast as a thread is started for them.
const WORTH_A_THREAD: usize = 5;
/// Files that are under way or wait to be unpacked. Each has up to two files open, of which some systems allow 256.
const UNDER_WAY: usize = 96;

/// How long other processes that fetch the same files are waited for. Fetching twice does no harm.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often whoever waits looks again.
const PAUSE: Duration = Duration::from_millis(20);

/// The queue and its threads; lives as long as one [`prepare`](crate::prepare).
pub(crate) struct Fetcher<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    shared: Arc<Shared<'env>>,
}

struct Shared<'env> {
    session: &'env Session<'env>,
    board: Arc<Board>,
    arrived: Arc<Arrived>,
}

/// What all threads look at, the network's too.
#[derive(Default)]
struct Board {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    jobs: Vec<Job>,
    by_url: HashMap<String, usize>,
    /// Jobs before this one have begun.
    next: usize,
    under_way: usize,
    threads: usize,
    closed: bool,
    /// When the resolution stood: since then what was unpacked may go into the store.
    resolved: Option<Instant>,
}

struct Job {
    wanted: Wanted,
    /// Held until the file is in the store.
    turn: Option<Turn>,
    stage: Stage,
}

enum Stage {
    /// The store seems to have it: a thread is to read what it has.
    There,
    Queued,
    /// Another process is fetching the file into the same store, and goes first for a while.
    Behind,
    /// It comes from the network.
    Coming(Option<DownloadTask>),
    /// It is on a disk, or nowhere.
    AtHand,
    Arrived(Box<Download>),
    /// A thread is at it.
    Unpacking,
    /// It waits for the resolution beside the store.
    Ready(Box<Ready>),
    Done(Result<FetchedWheel, SessionError>),
}

/// What a thread does next.
enum Work {
    /// What the store has is read.
    Read(usize, Wanted),
    /// There is room for more under way.
    Begin,
    /// The other process has finished, or is too slow.
    Fetch(usize, Wanted),
    /// What has arrived or is at hand is unpacked.
    Unpack(usize, Wanted, Option<Box<Download>>),
    /// Into the store.
    Publish(usize, Wanted, Box<Ready>),
}

impl<'scope, 'env> Fetcher<'scope, 'env> {
    pub fn new(session: &'env Session<'env>, scope: &'scope Scope<'scope, 'env>) -> Self {
        let shared = Shared { session, board: Arc::default(), arrived: Arc::default() };
        Self { scope, shared: Arc::new(shared) }
    }

    /// Has the file fetched, unless it is there or on its way already.
    pub fn want(&self, wanted: Wanted) {
        let Shared { session, board, arrived } = &*self.shared;
        let state = lock(&board.state);
        if state.by_url.contains_key(&wanted.file.url) {
            return;
        }
        let is_early = state.resolved.is_none() && state.jobs.len() >= WORTH_A_THREAD;
        // As long as the store has had everything, the thread that reads it is the first to look: it does nothing else.
        let has_had_all = state.under_way == 0;
        drop(state);
        let stage = if is_early && (has_had_all || session.seems_stored(&wanted)) {
            Stage::There
        } else if let Some(wheel) = session.stored(&wanted.file, &wanted.expected) {
            Stage::Done(Ok(self.shared.found(wheel)))
        } else {
            arrived.expect(wanted.file.size.unwrap_or(0));
            Stage::Queued
        };
        let mut state = lock(&board.state);
        let position = state.jobs.len();
        state.by_url.insert(wanted.file.url.clone(), position);
        state.jobs.push(Job { wanted, turn: None, stage });
        drop(state);
        self.shared.begin();
        self.start_threads();
    }

    /// The resolution stands: what has arrived goes into the store.
    pub fn open(&self) {
        lock(&self.shared.board.state).resolved = Some(Instant::now());
        self.start_threads();
    }

    /// Waits for a file that was wanted before.
    pub fn wait(&self, url: &str) -> Option<Result<FetchedWheel, SessionError>> {
        let board = &self.shared.board;
        let mut state = lock(&board.state);
        let position = *state.by_url.get(url)?;
        loop {
            self.shared.arrived.tell(self.shared.session);
            let stage = &mut state.jobs.get_mut(position)?.stage;
            if let Stage::Done(outcome) = stage {
                return Some(match outcome {
                    Ok(fetched) => Ok(fetched.clone()),
                    // An error is told once.
                    Err(_) => std::mem::replace(outcome, Err(SessionError::unknown_file())),
                });
            }
            // Whoever waits can as well help.
            if let Some(Work::Read(position, wanted)) = state.read() {
                drop(state);
                self.shared.read(position, &wanted);
                self.start_threads();
                state = lock(&board.state);
                continue;
            }
            let waited = board.changed.wait_timeout(state, REDRAW);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// One thread for each file that is not there, up to the limit.
    fn start_threads(&self) {
        let mut state = lock(&self.shared.board.state);
        let is_done = |job: &Job| matches!(job.stage, Stage::Done(_));
        let limit = if state.resolved.is_some() { UNPACKING } else { UNPACKING_EARLY };
        while state.threads < limit
            && state.jobs.iter().filter(|job| !is_done(job)).nth(state.threads).is_some()
        {
            let shared = Arc::clone(&self.shared);
            match thread::Builder::new().spawn_scoped(self.scope, move || shared.work()) {
                Ok(_) => state.threads += 1,
                // Fewer threads only take longer, but one there must be.
                Err(_) if state.threads > 0 => break,
                Err(error) => {
                    let path = self.shared.session.temporary_folder.clone();
                    // What the store has is read by whoever waits for it.
                    let needs_one = |job: &&mut Job| !is_done(job) && !matches!(job.stage, Stage::There);
                    let Some(job) = state.jobs.iter_mut().find(needs_one) else { break };
                    job.stage = Stage::Done(Err(SessionError::Write { path, error }));
                }
            }
        }
        drop(state);
        self.shared.board.changed.notify_all();
    }
}

impl Drop for Fetcher<'_, '_> {
    /// Lets the threads end; what is under way and no longer needed is not fetched.
    fn drop(&mut self) {
        let mut state = lock(&self.shared.board.state);
        state.closed = true;
        // Outside of the lock: what is under way may be arriving.
        let jobs = std::mem::take(&mut state.jobs);
        drop(state);
        self.shared.board.changed.notify_all();
        drop(jobs);
    }
}

impl State {
    /// Notes what became of a file; gives the turn back that ends with that.
    fn finish(&mut self, position: usize, outcome: Result<FetchedWheel, SessionError>) -> Option<Turn> {
        let job = self.jobs.get_mut(position)?;
        job.stage = Stage::Done(outcome);
        self.under_way -= 1;
        job.turn.take()
    }

    /// The next file to begin with, if there may be more under way.
    fn begin(&mut self) -> Option<(usize, Wanted)> {
        while self.jobs.get(self.next).is_some_and(|job| !matches!(job.stage, Stage::Queued)) {
            self.next += 1;
        }
        let job = self.jobs.get_mut(self.next).filter(|_| self.under_way < UNDER_WAY)?;
        job.stage = Stage::Coming(None);
        self.under_way += 1;
        Some((self.next, job.wanted.clone()))
    }

    /// A wheel that the store seems to have.
    fn read(&mut self) -> Option<Work> {
        let position = self.jobs.iter().position(|job| matches!(job.stage, Stage::There))?;
        let job = self.jobs.get_mut(position)?;
        job.stage = Stage::Unpacking;
        Some(Work::Read(position, job.wanted.clone()))
    }

    /// The largest file that has come, else one that is at hand.
    fn unpack(&mut self) -> Option<Work> {
        let size = |job: &Job| match &job.stage {
            Stage::Arrived(download) => Some(download.size),
            Stage::AtHand => Some(0),
            _ => None,
        };
        let sizes = self.jobs.iter().enumerate().filter_map(|(position, job)| Some((size(job)?, position)));
        let (_, position) = sizes.max()?;
        let job = self.jobs.get_mut(position)?;
        let download = match std::mem::replace(&mut job.stage, Stage::Unpacking) {
            Stage::Arrived(download) => Some(download),
            _ => None,
        };
        Some(Work::Unpack(position, job.wanted.clone(), download))
    }

    /// A wheel that waits to go into the store.
    fn publish(&mut self) -> Option<Work> {
        let is_ready = |job: &Job| matches!(job.stage, Stage::Ready(_));
        let position = self.jobs.iter().position(is_ready)?;
        let job = self.jobs.get_mut(position)?;
        match std::mem::replace(&mut job.stage, Stage::Unpacking) {
            Stage::Ready(ready) => Some(Work::Publish(position, job.wanted.clone(), ready)),
            _ => None,
        }
    }

    /// Lets an unpacked wheel wait for the resolution; gives it back if that stands already.
    fn hold(&mut self, position: usize, ready: Ready) -> Option<Ready> {
        // Nobody wants it any more if the job is gone.
        let job = self.jobs.get_mut(position)?;
        if self.resolved.is_some() {
            return Some(ready);
        }
        job.stage = Stage::Ready(Box::new(ready));
        None
    }

    /// A file that another process has fetched by now, or should have.
    fn overtake(&mut self, is_patient: bool) -> Option<Work> {
        let is_next = |job: &mut Job| {
            matches!(job.stage, Stage::Behind) && (!is_patient || job.turn.as_mut().is_none_or(Turn::take))
        };
        let position = self.jobs.iter_mut().position(is_next)?;
        let job = self.jobs.get_mut(position)?;
        job.stage = Stage::Coming(None);
        Some(Work::Fetch(position, job.wanted.clone()))
    }
}

impl Board {
    /// A file has come, or will not come.
    fn arrive(&self, position: usize, download: Result<Download, IndexError>) {
        let mut state = lock(&self.state);
        let turn = match download {
            Ok(download) => {
                if let Some(job) = state.jobs.get_mut(position) {
                    job.stage = Stage::Arrived(Box::new(download));
                }
                None
            }
            Err(error) => state.finish(position, Err(error.into())),
        };
        drop(state);
        self.changed.notify_all();
        drop(turn);
    }

    /// What a thread is to do; `None` when there will be nothing more.
    fn next(&self) -> Option<Work> {
        let mut state = lock(&self.state);
        loop {
            if state.closed {
                return None;
            }
            if let Some(work) = state.read() {
                return Some(work);
            }
            let Some(resolved) = state.resolved else {
                if let Some(work) = state.unpack() {
                    return Some(work);
                }
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            if let Some(work) = state.publish() {
                return Some(work);
            }
            if state.under_way < UNDER_WAY && state.jobs.iter().any(|job| matches!(job.stage, Stage::Queued))
            {
                return Some(Work::Begin);
            }
            let is_patient = resolved.elapsed() < PATIENCE;
            if let Some(work) = state.unpack().or_else(|| state.overtake(is_patient)) {
                return Some(work);
            }
            state = if state.jobs.iter().any(|job| matches!(job.stage, Stage::Behind)) {
                self.changed.wait_timeout(state, PAUSE).unwrap_or_else(PoisonError::into_inner).0
            } else {
                self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
            };
        }
    }
}

impl Shared<'_> {
    /// Begins what is queued, as far as there may be more under way.
    fn begin(&self) {
        loop {
            let Some((position, wanted)) = lock(&self.board.state).begin() else { return };
            let mut turn = wanted.announced().map(|sha256| self.session.store.queue(sha256));
            let is_first = turn.as_mut().is_none_or(Turn::take);
            if let Some(job) = lock(&self.board.state).jobs.get_mut(position) {
                job.turn = turn;
                if !is_first {
                    job.stage = Stage::Behind;
                }
            }
            if is_first {
                self.fetch(position, &wanted);
            }
        }
    }

    /// With the turn, or out of patience: fetches what the store has not got meanwhile.
    fn fetch(&self, position: usize, wanted: &Wanted) {
        let counter = self.arrived.counter(wanted.file.size);
        if let Some(wheel) = self.session.stored(&wanted.file, &wanted.expected) {
            counter(wanted.file.size.unwrap_or(0), None);
            return self.finish(position, Ok(self.found(wheel)));
        }
        let board = Arc::clone(&self.board);
        let request = self.session.download_request(wanted, Some(counter));
        let task =
            self.session.index.begin_download(request, move |download| board.arrive(position, download));
        if let Some(job) = lock(&self.board.state).jobs.get_mut(position)
            // It may have come already.
            && let Stage::Coming(running) = &mut job.stage
        {
            match task {
                Some(_) => *running = task,
                None => job.stage = Stage::AtHand,
            }
        }
        self.board.changed.notify_all();
    }

    /// The life of a thread.
    fn work(&self) {
        while let Some(work) = self.board.next() {
            match work {
                Work::Read(position, wanted) => self.read(position, &wanted),
                Work::Begin => self.begin(),
                Work::Fetch(position, wanted) => self.fetch(position, &wanted),
                Work::Unpack(position, wanted, download) => self.unpack(position, &wanted, download),
                Work::Publish(position, wanted, ready) => self.publish(position, &wanted, *ready),
            }
        }
    }

    /// Takes a wheel out of the store; one that is damaged there has to be fetched.
    fn read(&self, position: usize, wanted: &Wanted) {
        let stored = self.session.stored(&wanted.file, &wanted.expected).map(|wheel| self.found(wheel));
        let is_missing = stored.is_none();
        let mut state = lock(&self.board.state);
        let next = state.next;
        if let Some(job) = state.jobs.get_mut(position) {
            job.stage = stored.map_or(Stage::Queued, |wheel| Stage::Done(Ok(wheel)));
        }
        if is_missing {
            state.next = next.min(position);
        }
        drop(state);
        if is_missing {
            self.arrived.expect(wanted.file.size.unwrap_or(0));
            self.begin();
        }
        self.board.changed.notify_all();
    }

    fn unpack(&self, position: usize, wanted: &Wanted, download: Option<Box<Download>>) {
        let prepare = || {
            let download = match download {
                Some(download) => *download,
                None => self.session.download(wanted, Some(self.arrived.counter(wanted.file.size)))?,
            };
            self.session.prepare_wheel(&download, wanted)
        };
        match prepare() {
            Err(error) => self.finish(position, Err(error)),
            Ok(ready) => {
                let ready = lock(&self.board.state).hold(position, ready);
                if let Some(ready) = ready {
                    self.publish(position, wanted, ready);
                }
            }
        }
    }

    fn publish(&self, position: usize, wanted: &Wanted, ready: Ready) {
        let fetched = self.session.publish(ready, wanted);
        if let (Ok(fetched), Some(compiler)) = (&fetched, self.session.compiler) {
            compiler.queue(&fetched.wheel);
        }
        self.finish(position, fetched);
    }

    /// What the store has.
    fn found(&self, wheel: UnpackedWheel) -> FetchedWheel {
        if let Some(compiler) = self.session.compiler {
            compiler.queue(&wheel);
        }
        FetchedWheel::of_store(wheel)
    }

    fn finish(&self, position: usize, outcome: Result<FetchedWheel, SessionError>) {
        let turn = lock(&self.board.state).finish(position, outcome);
        self.board.changed.notify_all();
        drop(turn);
    }
}
