//! A pool of interpreter processes that turn wheels into byte-code.

mod batch;
#[cfg(test)]
mod tests;
mod worker;

use std::{
    collections::{HashMap, VecDeque},
    mem,
    path::PathBuf,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
};

use batch::Job;
use worker::{Outcome, Process, Worker};

use crate::{ByteCode, Sha256, StoreError, UnpackedWheel, byte_code, error::CompilerFault};

/// So many processes may die in a row, without a file compiled in between, before the interpreter is given up.
/// A file on which one dies is left out, as if it did not compile.
const MAX_DEATHS_IN_A_ROW: usize = 8;

/// The interpreter to compile for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompileTarget {
    /// The interpreter to start.
    pub python: PathBuf,
    /// `sys.implementation.cache_tag`, such as `cpython-312`.
    pub cache_tag: String,
    /// `importlib.util.MAGIC_NUMBER` in hexadecimal, such as `cb0d0d0a`.
    pub magic_number: String,
    /// How the interpreter finds out that a `.pyc` is outdated.
    pub invalidation: Invalidation,
}

/// How an interpreter finds out that a `.pyc` is outdated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Invalidation {
    /// By the source's time and size: the default.
    #[default]
    Timestamp,
    /// By the source's digest: what pip makes when `SOURCE_DATE_EPOCH` is set.
    CheckedHash,
}

/// Compiles wheels in worker processes, beside whatever else the program does. Nothing is started before
/// there is something to compile; dropping it ends the workers, also in the middle of a file.
#[derive(Debug)]
pub struct Compiler {
    shared: Arc<Shared>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    workers: usize,
}

/// What the threads work on together.
#[derive(Debug)]
struct Shared {
    target: CompileTarget,
    state: Mutex<State>,
    /// Something was queued, or everything ends.
    work: Condvar,
    /// A wheel is finished, or all have failed.
    done: Condvar,
}

#[derive(Debug, Default)]
struct State {
    queue: VecDeque<Job>,
    wheels: HashMap<Sha256, Progress>,
    processes: Vec<Process>,
    deaths_in_a_row: usize,
    fault: Option<CompilerFault>,
    is_ending: bool,
}

#[derive(Debug)]
enum Progress {
    Queued,
    Finished(Result<ByteCode, StoreError>),
}

impl CompileTarget {
    /// The folder for this byte-code beside a wheel's content.
    pub(crate) fn folder_name(&self) -> String {
        let suffix = match self.invalidation {
            Invalidation::Timestamp => "",
            Invalidation::CheckedHash => "-checked",
        };
        format!("{}{}-{}{suffix}", byte_code::FOLDER_PREFIX, self.cache_tag, self.magic_number)
    }
}

impl Compiler {
    /// A compiler with at most `workers` processes (at least one).
    pub fn new(target: CompileTarget, workers: usize) -> Self {
        let shared = Shared { target, state: Mutex::default(), work: Condvar::new(), done: Condvar::new() };
        Self { shared: Arc::new(shared), threads: Mutex::default(), workers: workers.max(1) }
    }

    /// The interpreter that is compiled for.
    pub fn target(&self) -> &CompileTarget {
        &self.shared.target
    }

    /// Asks for the wheel's byte-code without waiting. Does nothing when the store has it or it is on its way.
    /// What goes wrong is told by [`Compiler::wait`].
    pub fn queue(&self, wheel: &UnpackedWheel) {
        let shared = &self.shared;
        let sha256 = wheel.sha256();
        if shared.lock().wheels.contains_key(&sha256) {
            return;
        }
        let stored = wheel.byte_code(&shared.target);
        let mut state = shared.lock();
        if state.fault.is_some() || state.wheels.contains_key(&sha256) {
            return;
        }
        if let Some(stored) = stored {
            // Whoever waits for it need not read it again.
            state.wheels.insert(sha256, Progress::Finished(Ok(stored)));
            return;
        }
        match batch::begin(wheel, &shared.target) {
            // Nothing to compile: it is in the store now.
            Ok(jobs) if jobs.is_empty() => {}
            Ok(jobs) => {
                state.wheels.insert(sha256, Progress::Queued);
                state.queue.extend(jobs);
                let waiting = state.queue.len();
                drop(state);
                shared.work.notify_all();
                self.start_threads(waiting);
            }
            Err(error) => {
                state.wheels.insert(sha256, Progress::Finished(Err(error)));
            }
        }
    }

    /// The wheel's byte-code, from the store or once it is compiled (queues it when that was not done). Files that do
    /// not compile are missing in it, as in pip.
    pub fn wait(&self, wheel: &UnpackedWheel) -> Result<ByteCode, StoreError> {
        let shared = &self.shared;
        loop {
            self.queue(wheel);
            let mut state = shared.lock();
            loop {
                if let Some(fault) = state.fault.clone() {
                    return Err(StoreError::Compiler { python: shared.target.python.clone(), fault });
                }
                match state.wheels.remove(&wheel.sha256()) {
                    Some(Progress::Finished(result)) => return result,
                    Some(Progress::Queued) => {
                        state.wheels.insert(wheel.sha256(), Progress::Queued);
                        state = shared.done.wait(state).unwrap_or_else(PoisonError::into_inner);
                    }
                    // There was nothing to compile, or another caller has just taken the result out.
                    None => break,
                }
            }
            drop(state);
            if let Some(byte_code) = wheel.byte_code(&shared.target) {
                return Ok(byte_code);
            }
        }
    }

    /// One thread and process for each file that waits, up to the limit.
    fn start_threads(&self, waiting: usize) {
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        while threads.len() < self.workers.min(waiting) {
            let shared = Arc::clone(&self.shared);
            let name = format!("compile-{}", threads.len());
            match thread::Builder::new().name(name).spawn(move || shared.work()) {
                Ok(thread) => threads.push(thread),
                // Fewer threads only take longer.
                Err(_) if !threads.is_empty() => return,
                Err(error) => return self.shared.fail(error.into()),
            }
        }
    }
}

impl Drop for Compiler {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.is_ending = true;
        let processes = mem::take(&mut state.processes);
        let queue = mem::take(&mut state.queue);
        drop(state);
        self.shared.work.notify_all();
        processes.iter().for_each(Process::kill);
        let threads = mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            // A thread that panicked has nothing more to say.
            let _ = thread.join();
        }
        // Last: removes the unfinished folders, when nobody writes to them any more.
        drop(queue);
    }
}

impl Shared {
    /// The life of a thread: file after file, with a process that is started for the first and again after a death.
    fn work(&self) {
        let mut worker = None;
        while let Some(job) = self.next() {
            match self.compile(&job, &mut worker) {
                Ok(outcome) => self.finish(job, outcome, worker.is_some()),
                Err(fault) => return self.fail(fault),
            }
        }
    }

    /// Has one file compiled. A process may die by chance (of a full disk, of somebody's signal), and what is
    /// published stays; so only a file on which two die counts as one that does not compile.
    fn compile(&self, job: &Job, worker: &mut Option<Worker>) -> Result<Outcome, CompilerFault> {
        for _ in 0..2 {
            let mut ready = match worker.take() {
                Some(ready) => ready,
                None => self.start_worker()?,
            };
            if let Ok(outcome) = job.run(&mut ready) {
                *worker = Some(ready);
                return Ok(outcome);
            }
            if self.lock().is_ending {
                break;
            }
            job.begin_again();
        }
        Ok(Outcome::Skipped)
    }

    fn start_worker(&self) -> Result<Worker, CompilerFault> {
        let mut worker = Worker::start(&self.target)?;
        let mut state = self.lock();
        if state.is_ending {
            worker.process().kill();
        }
        state.processes.push(worker.process());
        drop(state);
        worker.greet(&self.target)?;
        Ok(worker)
    }

    fn next(&self) -> Option<Job> {
        let mut state = self.lock();
        loop {
            if state.is_ending || state.fault.is_some() {
                return None;
            }
            match state.queue.pop_front() {
                Some(job) => return Some(job),
                None => state = self.work.wait(state).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    /// Notes what became of a file; the last one of a wheel publishes it.
    fn finish(&self, job: Job, outcome: Outcome, is_alive: bool) {
        let deaths = {
            let mut state = self.lock();
            state.deaths_in_a_row = if is_alive { 0 } else { state.deaths_in_a_row + 1 };
            if state.is_ending {
                // A file that was cut off must not count as one that does not compile.
                return;
            }
            state.deaths_in_a_row
        };
        if deaths > MAX_DEATHS_IN_A_ROW {
            return self.fail(CompilerFault::Unstable);
        }
        let sha256 = job.sha256();
        if let Some(result) = job.finish(outcome) {
            self.lock().wheels.insert(sha256, Progress::Finished(result));
            self.done.notify_all();
        }
    }

    /// The interpreter cannot be used: all that wait are told, and nothing more is tried.
    fn fail(&self, fault: CompilerFault) {
        let mut state = self.lock();
        state.fault.get_or_insert(fault);
        let queue = mem::take(&mut state.queue);
        drop(state);
        drop(queue);
        self.work.notify_all();
        self.done.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
