//! Facts about interpreters, kept between commands; and the folder for what is kept of environments ([`crate::kept`]).
//!
//! A record belongs to one executable file: its resolved path, inode, size and time of change. Records are
//! published by rename and read without a lock; a damaged or outdated one is as good as none.

use std::fs::{self, File, Metadata};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::may_keep_in;

/// Where facts about interpreters are kept.
///
/// Errors never leave this type: a cache that cannot be read or written only costs time.
#[derive(Debug, Clone, Default)]
pub struct FactsCache {
    folder: Option<PathBuf>,
}

/// The identity of a file's content, without reading it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    path: PathBuf,
    inode: u64,
    size: u64,
    modified: u128,
}

/// What is stored: to whom it belongs, what else it depends on, and the facts.
#[derive(Serialize, Deserialize)]
struct StoredFacts<T> {
    /// Another release of oxipip may ask for other facts.
    question: u64,
    file: Stamp,
    /// The C library: its version decides about wheels.
    library: Option<Stamp>,
    facts: T,
}

impl FactsCache {
    /// A cache in a folder that need not exist yet; without a folder, nothing is remembered.
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self { folder }
    }

    /// The facts stored for a file, if they are still true.
    pub(crate) fn read<T: DeserializeOwned>(&self, kind: &str, file: &Stamp) -> Option<T> {
        let bytes = fs::read(self.record(kind, file)?).ok()?;
        let stored: StoredFacts<T> = serde_json::from_slice(&bytes).ok()?;
        let library_is_same =
            stored.library.as_ref().is_none_or(|library| Stamp::of(&library.path).as_ref() == Some(library));
        let is_true = stored.question == QUESTION && stored.file == *file && library_is_same;
        is_true.then_some(stored.facts)
    }

    /// Stores facts about a file.
    pub(crate) fn write<T: Serialize>(&self, kind: &str, file: &Stamp, library: Option<&Path>, facts: &T) {
        let Some(path) = self.record(kind, file) else { return };
        let library = library.and_then(Stamp::of);
        let stored = StoredFacts { question: QUESTION, file: file.clone(), library, facts };
        // A cache that cannot be written is no reason to fail: the next command asks again.
        let _ = serde_json::to_vec(&stored).map(|bytes| publish(&path, &bytes));
    }

    /// What [`Self::write_installed`] has stored about a folder, whether it is still true or not: empty when there is
    /// nothing. Nothing at all if there is no cache.
    pub(crate) fn read_installed(&self, folder: &Path) -> Option<String> {
        Some(fs::read_to_string(self.installed(folder, "txt")?).unwrap_or_default())
    }

    /// The same of [`Self::write_listings`].
    pub(crate) fn read_listings(&self, site: &Path) -> Option<String> {
        fs::read_to_string(self.installed(site, "folders.txt")?).ok()
    }

    /// Whether anything can be kept.
    pub(crate) fn keeps(&self) -> bool {
        self.folder.is_some()
    }

    /// Stores what is installed in a folder. Environments come and go: of those that were not looked at for long, nothing
    /// is kept.
    pub(crate) fn write_installed(&self, folder: &Path, text: &str) {
        self.write_of_environment(folder, "txt", text);
    }

    /// Stores what the folders hold of an environment with this site folder.
    pub(crate) fn write_listings(&self, site: &Path, text: &str) {
        self.write_of_environment(site, "folders.txt", text);
    }

    fn write_of_environment(&self, folder: &Path, kind: &str, text: &str) {
        let Some(path) = self.installed(folder, kind) else { return };
        if publish(&path, text.as_bytes()).is_ok()
            && let Some(folder) = path.parent()
        {
            let _ = forget_the_oldest(folder);
        }
    }

    fn installed(&self, folder: &Path, kind: &str) -> Option<PathBuf> {
        let name = format!("{:016x}.{kind}", fingerprint(folder.as_os_str().as_encoded_bytes()));
        Some(self.folder.as_ref()?.join("installed").join(name))
    }

    fn record(&self, kind: &str, file: &Stamp) -> Option<PathBuf> {
        let name = format!("{:016x}-{kind}.json", fingerprint(file.path.as_os_str().as_encoded_bytes()));
        Some(self.folder.as_ref()?.join(name))
    }
}

/// What was asked: facts that answer another question are no answer to this one.
const QUESTION: u64 = fingerprint(include_bytes!("probe/facts.py"));

impl Stamp {
    /// The stamp of a file; the path should be resolved already.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok()?;
        let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
        Some(Self { path: path.to_owned(), inode: inode(&metadata), size: metadata.len(), modified })
    }
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}

fn publish(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let Some(folder) = path.parent().filter(|folder| may_keep_in(folder)) else { return Ok(()) };
    fs::create_dir_all(folder)?;
    let temporary = folder.join(format!(
        "{}.{}",
        path.file_name().unwrap_or_default().to_string_lossy(),
        std::process::id()
    ));
    File::create(&temporary).and_then(|mut file| file.write_all(bytes))?;
    fs::rename(&temporary, path)
}

/// How many files of environments are kept at most: two of each.
const MOST: usize = 400;

/// Removes the older half of a folder's files when there are too many.
fn forget_the_oldest(folder: &Path) -> std::io::Result<()> {
    let files: Vec<_> = fs::read_dir(folder)?.flatten().collect();
    if files.len() <= MOST {
        return Ok(());
    }
    let mut dated: Vec<_> =
        files.iter().filter_map(|file| Some((file.metadata().ok()?.modified().ok()?, file.path()))).collect();
    dated.sort_unstable();
    dated.iter().take(MOST / 2).try_for_each(|(_, path)| fs::remove_file(path))
}

/// FNV-1a: short, and the same in every release, which the standard library's hashers do not promise.
const fn fingerprint(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    let mut rest = bytes;
    while let [byte, after @ ..] = rest {
        // `u64::from` is not yet const.
        hash = (hash ^ *byte as u64).wrapping_mul(0x0100_0000_01b3);
        rest = after;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_hold_until_the_file_changes() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("python");
        fs::write(&file, "one").unwrap();
        let cache = FactsCache::new(Some(folder.path().join("cache")));
        let stamp = Stamp::of(&file).unwrap();
        assert_eq!(cache.read::<String>("facts", &stamp), None);
        cache.write("facts", &stamp, None, &"known");
        assert_eq!(cache.read::<String>("facts", &stamp).as_deref(), Some("known"));
        fs::write(&file, "longer").unwrap();
        assert_eq!(cache.read::<String>("facts", &Stamp::of(&file).unwrap()), None);
    }

    #[test]
    fn facts_end_with_the_library_they_depend_on() {
        let folder = tempfile::tempdir().unwrap();
        let (file, library) = (folder.path().join("python"), folder.path().join("libc"));
        fs::write(&file, "one").unwrap();
        fs::write(&library, "1").unwrap();
        let cache = FactsCache::new(Some(folder.path().to_owned()));
        let stamp = Stamp::of(&file).unwrap();
        cache.write("facts", &stamp, Some(&library), &1);
        assert_eq!(cache.read::<i32>("facts", &stamp), Some(1));
        fs::write(&library, "22").unwrap();
        assert_eq!(cache.read::<i32>("facts", &stamp), None);
    }

    #[test]
    fn environments_that_are_gone_are_forgotten() {
        let root = tempfile::tempdir().unwrap();
        let cache = FactsCache::new(Some(root.path().to_owned()));
        let folder = |number: usize| PathBuf::from(format!("/site/{number}"));
        for number in 0..=MOST {
            cache.write_installed(&folder(number), "text");
            let moment = UNIX_EPOCH + std::time::Duration::from_secs(number as u64);
            if let Ok(file) = File::open(cache.installed(&folder(number), "txt").unwrap()) {
                file.set_modified(moment).unwrap();
            }
        }
        let known = |number| cache.read_installed(&folder(number)).as_deref() == Some("text");
        assert_eq!((0..=MOST).filter(|number| known(*number)).count(), MOST / 2 + 1);
        assert!(!known(0) && known(MOST));
    }

    #[test]
    fn damaged_records_are_none() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("python");
        fs::write(&file, "one").unwrap();
        let cache = FactsCache::new(Some(folder.path().to_owned()));
        let stamp = Stamp::of(&file).unwrap();
        fs::write(cache.record("facts", &stamp).unwrap(), "{\"question\":").unwrap();
        assert_eq!(cache.read::<i32>("facts", &stamp), None);
    }
}
