//! Whole files: checked while they come, continued when they break off.

use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::task::AbortHandle;

use crate::error::IndexError;
use crate::fetch_file;
use crate::file::OwnedFile;
use crate::hashes::{Digest, HashAlgorithm, Hashes};

/// Told how a download goes: bytes so far, and the size when it is known. Runs on the network's thread.
pub type Progress = Arc<dyn Fn(u64, Option<u64>) + Send + Sync>;

/// One file to fetch.
#[derive(Clone)]
pub struct DownloadRequest {
    /// What to fetch; `file:` URLs are read from the disk.
    pub file: OwnedFile,
    /// What it must match: usually [`OwnedFile::hashes`], cut down by the user's own. Empty allows all.
    pub expected: Hashes,
    /// Where a file too large for memory is put (as an unnamed-to-others temporary file).
    pub folder: PathBuf,
    /// Files up to this size stay in memory; larger ones, and ones of unknown size, go to `folder`. With `u64::MAX`
    /// every file stays in memory.
    pub memory_limit: u64,
    /// Told about progress.
    pub progress: Option<Progress>,
}

impl std::fmt::Debug for DownloadRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DownloadRequest").field("file", &self.file).finish_non_exhaustive()
    }
}

/// A file that arrived and matched.
#[derive(Debug)]
pub struct Download {
    /// Its content.
    pub content: DownloadedContent,
    /// Its length.
    pub size: u64,
    /// Digests taken of it: SHA-256 always, and the algorithms of the expected ones.
    pub digests: Vec<Digest>,
    /// The name it should be saved under: from `Content-Disposition`, else from its URL.
    pub filename: String,
    /// Its `Content-Type`, or nothing.
    pub content_type: String,
}

impl Download {
    /// The SHA-256 of the content.
    pub fn sha256(&self) -> &str {
        self.digests
            .iter()
            .find(|digest| digest.algorithm == HashAlgorithm::Sha256)
            .map_or("", |digest| &digest.hex)
    }
}

/// Where a downloaded file is.
pub enum DownloadedContent {
    /// In memory.
    Memory(Vec<u8>),
    /// In a temporary file, deleted when dropped unless it is persisted.
    Temporary(tempfile::NamedTempFile),
    /// The local file that a `file:` URL named.
    Local(PathBuf),
}

impl std::fmt::Debug for DownloadedContent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Memory(bytes) => write!(f, "Memory({} bytes)", bytes.len()),
            Self::Temporary(file) => write!(f, "Temporary({})", file.path().display()),
            Self::Local(path) => write!(f, "Local({})", path.display()),
        }
    }
}

/// A download under way. Dropping it stops it.
#[derive(Debug)]
pub struct DownloadTask(pub(crate) AbortHandle);

impl Drop for DownloadTask {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What a download comes to, with its position among the requests.
type Arrival = (usize, Result<Download, IndexError>);

/// Downloads under way; several threads may take from it. Dropping it stops what has not arrived.
#[derive(Debug)]
pub struct Downloads {
    /// What is decided without the network, handled by whoever asks next.
    at_hand: Mutex<Vec<AtHand>>,
    arrivals: Mutex<Receiver<Arrival>>,
    tasks: Vec<DownloadTask>,
}

/// A download that needs no network.
#[derive(Debug)]
enum AtHand {
    Local(usize, Box<DownloadRequest>, PathBuf),
    Failed(usize, IndexError),
}

impl Downloads {
    /// None yet, and where the network puts those it gets.
    pub(crate) fn new() -> (Self, Sender<Arrival>) {
        let (sender, arrivals) = mpsc::channel();
        (Self { at_hand: Mutex::default(), arrivals: Mutex::new(arrivals), tasks: Vec::new() }, sender)
    }

    pub(crate) fn add_local(&mut self, position: usize, request: DownloadRequest, path: PathBuf) {
        lock(&self.at_hand).push(AtHand::Local(position, Box::new(request), path));
    }

    pub(crate) fn add_failed(&mut self, position: usize, error: IndexError) {
        lock(&self.at_hand).push(AtHand::Failed(position, error));
    }

    pub(crate) fn add_task(&mut self, task: DownloadTask) {
        self.tasks.push(task);
    }

    /// Waits for the next file: its position among the requests, and the file. `None` when all have come.
    pub fn next(&self) -> Option<(usize, Result<Download, IndexError>)> {
        self.next_telling(Duration::MAX, || ())
    }

    /// The same, and calls `waiting` as often as `pause` has passed.
    pub fn next_telling(
        &self,
        pause: Duration,
        waiting: impl Fn(),
    ) -> Option<(usize, Result<Download, IndexError>)> {
        let at_hand = lock(&self.at_hand).pop();
        match at_hand {
            Some(AtHand::Local(position, request, path)) => {
                Some((position, fetch_file::local(&request, path)))
            }
            Some(AtHand::Failed(position, error)) => Some((position, Err(error))),
            None => loop {
                match lock(&self.arrivals).recv_timeout(pause) {
                    Err(RecvTimeoutError::Timeout) => waiting(),
                    arrival => return arrival.ok(),
                }
            },
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
