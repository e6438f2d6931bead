//! Whole files: checked while they come, continued when they break off.

use std::path::PathBuf;
use std::sync::Arc;

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
    /// Files up to this size stay in memory; larger ones, and ones of unknown size, go to `folder`.
    pub memory_limit: u64,
    /// Told about progress.
    pub progress: Option<Progress>,
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
        self.digests.iter().find(|digest| digest.algorithm == HashAlgorithm::Sha256).map_or("", |digest| &digest.hex)
    }
}

/// Where a downloaded file is.
#[derive(Debug)]
pub enum DownloadedContent {
    /// In memory.
    Memory(Vec<u8>),
    /// In a temporary file, deleted when dropped unless it is persisted.
    Temporary(tempfile::NamedTempFile),
    /// The local file that a `file:` URL named.
    Local(PathBuf),
}
