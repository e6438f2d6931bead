//! From a chosen file to an unpacked wheel: download, check, unpack, compile.
//!
//! What the store has is there at once. Everything else is queued when the resolver decides for it, so that files
//! arrive while resolving still goes on.

mod queue;

use std::fs::File;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use index::{
    Digest, Download, DownloadRequest, DownloadedContent, HashAlgorithm, Hashes, OwnedFile, Progress,
};
use specifier::{ProjectName, Version};
use store::{Expected, PreparedWheel, Sha256, UnpackedWheel};

pub(crate) use queue::Fetcher;

use crate::{Session, SessionError};

/// Wheels up to this size wait in memory until they are unpacked; most are far smaller. The few larger ones, which make
/// up nearly all bytes, wait in a file.
const MEMORY_LIMIT: u64 = 512 << 10;

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

impl Session<'_> {
    /// The wheel, if the store has it and the digests allow it.
    ///
    /// The archive itself is gone once it is unpacked, so a user's digest in another algorithm than SHA-256
    /// can only be checked by fetching it again.
    pub(crate) fn stored(&self, file: &OwnedFile, expected: &Hashes) -> Option<UnpackedWheel> {
        self.store.wheel(self.known_digest(file, expected)?)
    }

    /// The digest of the archive, if it is known and allowed.
    fn known_digest(&self, file: &OwnedFile, expected: &Hashes) -> Option<Sha256> {
        let announced = file.hashes.sha256().and_then(|hex| Sha256::from_str(hex).ok());
        // What an address held yesterday is only believed where nobody can be asked: files change under their names.
        let remembered =
            || self.index.settings().offline.then(|| self.store.digest_of_address(&file.url)).flatten();
        let sha256 = announced.or_else(remembered)?;
        let digest = Digest::new(HashAlgorithm::Sha256, &sha256.to_string());
        (expected.is_empty() || expected.allows(&digest)).then_some(sha256)
    }

    /// Whether [`Self::stored`] will probably find the wheel.
    fn seems_stored(&self, wanted: &Wanted) -> bool {
        self.known_digest(&wanted.file, &wanted.expected)
            .is_some_and(|sha256| self.store.seems_to_have(sha256))
    }

    /// Fetches a wheel; `progress` is told how much of it has arrived.
    pub(crate) fn download(
        &self,
        wanted: &Wanted,
        progress: Option<Progress>,
    ) -> Result<Download, SessionError> {
        Ok(self.index.download(&self.download_request(wanted, progress))?)
    }

    fn download_request(&self, wanted: &Wanted, progress: Option<Progress>) -> DownloadRequest {
        DownloadRequest {
            file: self.nearest(&wanted.file, &wanted.expected),
            expected: wanted.expected.clone(),
            folder: self.temporary_folder.clone(),
            memory_limit: MEMORY_LIMIT,
            progress,
        }
    }

    /// Puts a downloaded wheel into the store.
    pub(crate) fn unpack(&self, download: &Download, wanted: &Wanted) -> Result<FetchedWheel, SessionError> {
        self.publish(self.prepare_wheel(download, wanted)?, wanted)
    }

    /// Unpacks a downloaded wheel beside the store.
    fn prepare_wheel(&self, download: &Download, wanted: &Wanted) -> Result<Ready, SessionError> {
        let expected = Expected { project: &wanted.project, version: wanted.version.as_ref() };
        let sha256 = Sha256::from_str(download.sha256()).map_err(|_| SessionError::Metadata {
            what: wanted.file.filename.clone(),
            reason: "its digest was not taken".to_owned(),
        })?;
        let prepared = match &download.content {
            DownloadedContent::Memory(bytes) => self.store.prepare(bytes.as_slice(), sha256, expected),
            DownloadedContent::Temporary(file) => self.store.prepare(file.as_file(), sha256, expected),
            DownloadedContent::Local(path) => {
                let file =
                    File::open(path).map_err(|error| SessionError::Read { path: path.clone(), error })?;
                self.store.prepare(&file, sha256, expected)
            }
        };
        let wheel = prepared.map_err(|error| SessionError::of_store(&wanted.file, error))?;
        Ok(Ready { wheel, sha256, size: download.size })
    }

    /// Puts an unpacked wheel into the store.
    fn publish(&self, ready: Ready, wanted: &Wanted) -> Result<FetchedWheel, SessionError> {
        let added = ready.wheel.publish().map_err(|error| SessionError::of_store(&wanted.file, error))?;
        if wanted.file.hashes.sha256().is_none() {
            // Only saves a download next time; an address that cannot be noted down is no failure.
            let _ = self.store.remember_address(&wanted.file.url, ready.sha256);
        }
        Ok(FetchedWheel {
            wheel: added.wheel,
            newer_wheel_version: added.newer_wheel_version,
            cached: false,
            size: Some(ready.size),
            archive: None,
        })
    }
}

/// A wheel that is unpacked beside the store.
struct Ready {
    wheel: PreparedWheel,
    sha256: Sha256,
    /// The archive's, in bytes.
    size: u64,
}

/// A lock that a panicking thread left behind guards data that is still whole: every change is one assignment.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
