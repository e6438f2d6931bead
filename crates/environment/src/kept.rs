//! What the distributions of a folder say about themselves, kept between commands: one file in the cache instead of three
//! in each `.dist-info`.
//!
//! What is kept of a distribution counts as long as its folder and its `METADATA` have the [`Stamp`] they had when they were
//! read: whatever changes a distribution changes one of them. What was changed within the last two seconds is not kept,
//! since it might change again within one tick of the clock (as in git).

mod facts;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::ops::Range;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use rustix::fs::{AtFlags, Mode, OFlags};

pub(crate) use facts::Facts;

use crate::FactsCache;
use crate::search_path::SearchFolder;

/// The form of the file: the checksum of the rest follows.
const TITLE: &str = "oxipip installed 1 ";

/// A folder with fewer distributions is read as fast as what was kept of it.
const FEWEST: usize = 8;

/// How old a change must be, in nanoseconds.
pub(crate) const SETTLED_AFTER: u64 = 2_000_000_000;

/// What is kept of one folder of `sys.path`. Writes down what it has learned when it goes.
#[derive(Debug)]
pub(crate) struct Kept {
    path: PathBuf,
    folder: OwnedFd,
    cache: FactsCache,
    text: Arc<String>,
    /// Where in the text the names of the folders of distributions are, in their order, and what belongs to each.
    places: Vec<(Range<usize>, Range<usize>)>,
    /// The names of the folders that are there.
    present: Vec<String>,
    learned: Mutex<BTreeMap<String, String>>,
}

/// The identity of a file's content, or of a folder's list of names, without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    inode: u64,
    size: u64,
    /// Nanoseconds since 1970.
    modified: u64,
}

impl Kept {
    /// What is kept of a folder; nothing where nothing can be, or where it would not pay.
    pub fn open(cache: &FactsCache, folder: &SearchFolder) -> Option<Self> {
        let names = folder.entries.iter().filter(|entry| entry.now.is_none()).map(|entry| &entry.name);
        let names = names.filter_map(|name| name.to_str().filter(|name| name.ends_with(".dist-info")));
        let present: Vec<String> = names.map(ToOwned::to_owned).collect();
        if present.len() < FEWEST {
            return None;
        }
        let text = cache.read_installed(&folder.path)?;
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let handle = rustix::fs::open(&folder.path, flags, Mode::empty()).ok()?;
        let places = places(&text).unwrap_or_default();
        let (path, cache) = (folder.path.clone(), cache.clone());
        Some(Self {
            path,
            folder: handle,
            cache,
            text: text.into(),
            places,
            present,
            learned: Mutex::default(),
        })
    }

    /// What a distribution says about itself: from the file where that still holds, else from what `read` gives.
    pub fn facts(&self, info: &OsStr, read: impl FnOnce() -> Option<Facts>) -> Option<Facts> {
        let info = info.to_str()?;
        let folder = self.stamp(Path::new(info))?;
        let metadata = self.stamp(&Path::new(info).join("METADATA"))?;
        let place = self.place(info);
        if let Some(facts) = place.and_then(|place| Facts::read(&self.text, place, folder, metadata)) {
            return Some(facts);
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_nanos();
        let settled = u64::try_from(now).ok()?.saturating_sub(SETTLED_AFTER);
        if folder.modified > settled || metadata.modified > settled {
            return None;
        }
        let facts = read()?;
        let written = facts.written(info, folder, metadata)?;
        self.learned.lock().unwrap_or_else(PoisonError::into_inner).insert(info.to_owned(), written);
        Some(facts)
    }

    /// The stamp of something below the folder.
    pub fn stamp(&self, path: &Path) -> Option<Stamp> {
        let found = rustix::fs::statat(&self.folder, path, AtFlags::empty()).ok()?;
        let modified = i128::from(found.st_mtime) * 1_000_000_000 + i128::from(found.st_mtime_nsec);
        let (size, modified) = (u64::try_from(found.st_size).ok()?, u64::try_from(modified).ok()?);
        Some(Stamp { inode: found.st_ino, size, modified })
    }

    fn place(&self, info: &str) -> Option<Range<usize>> {
        let name = |name: &Range<usize>| self.text.get(name.clone()).unwrap_or_default();
        let found = self.places.binary_search_by(|(place, _)| name(place).cmp(info)).ok()?;
        self.places.get(found).map(|(_, entry)| entry.clone())
    }

    /// Writes the file again if a tenth of it is new.
    fn write(&mut self) {
        let learned = std::mem::take(self.learned.get_mut().unwrap_or_else(PoisonError::into_inner));
        if learned.is_empty() || learned.len() * 10 < self.present.len() {
            return;
        }
        let mut body = String::new();
        self.present.sort_unstable();
        for info in &self.present {
            let kept = || self.text.get(self.place(info)?);
            body.push_str(learned.get(info).map(String::as_str).or_else(kept).unwrap_or_default());
        }
        let text = format!("{TITLE}{:016x}\n{body}", checksum(body.as_bytes()));
        self.cache.write_installed(&self.path, &text);
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.write();
    }
}

/// Where the distributions are in a file; nothing unless it is one.
fn places(text: &str) -> Option<Vec<(Range<usize>, Range<usize>)>> {
    let (sum, body) = text.strip_prefix(TITLE)?.split_once('\n')?;
    if u64::from_str_radix(sum, 16).ok()? != checksum(body.as_bytes()) {
        return None;
    }
    let mut places = Vec::new();
    let mut start = text.len() - body.len();
    while start < text.len() {
        let (name, length) = Facts::extent(text.get(start..)?)?;
        let end = start.checked_add(length)?;
        places.push((start..start + name, start..end));
        start = end;
    }
    Some(places)
}

/// Any change of one word changes the sum: each step is reversible.
pub(crate) fn checksum(bytes: &[u8]) -> u64 {
    let step = |sum: u64, word: u64| (sum.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    let (words, rest) = bytes.as_chunks::<8>();
    let sum = words.iter().fold(bytes.len() as u64, |sum, word| step(sum, u64::from_le_bytes(*word)));
    rest.iter().fold(sum, |sum, byte| step(sum, (*byte).into()))
}

#[cfg(test)]
mod tests;
