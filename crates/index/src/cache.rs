//! Pages and metadata kept on disk, under names made from their address.
//!
//! Entries are published by rename, so readers take no lock. Each has check sums: a damaged entry counts as
//! missing and is fetched again. A cache that cannot be written is no error, it only does not remember.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use crate::claim::Claim;
use crate::hashes::sha256_hex;
use crate::page::{Page, read_at};

/// The last four bytes of metadata.
const MARK: &[u8; 4] = b"oxi1";
/// The check sum and the mark.
const SEAL: usize = 8;
/// What a call that reads a small entry can give at least.
const LEAST_ROOM: usize = 32 << 10;
/// From what size on a page stays on the disk.
const WORTH_HOLDING: usize = 64 << 10;
/// As many pages stay on the disk: each is an open file, of which some systems allow 256.
const MOST_HELD: usize = 128;

/// The folders of the cache; with no root nothing is kept.
#[derive(Debug)]
pub(crate) struct Cache {
    pages: Option<PathBuf>,
    metadata: Option<PathBuf>,
    /// Caches of others, which are only read.
    layers: Vec<PathBuf>,
    /// Addresses of pages that turned out to be damaged while they were used: those kept of them count as missing.
    distrusted: Mutex<HashSet<String>>,
}

const PAGES: &str = "pages-v5";
const METADATA: &str = "metadata-v1";

/// A page from the cache.
#[derive(Debug)]
pub(crate) struct CachedPage {
    pub(crate) page: Arc<Page>,
    /// When the server last said that this is the page.
    confirmed: SystemTime,
}

impl CachedPage {
    /// Whether the page may be used without asking the server.
    pub(crate) fn is_fresh(&self) -> bool {
        let age = self.confirmed.elapsed();
        age.is_ok_and(|age| age < Duration::from_secs(self.page.max_age().into()))
    }
}

impl Cache {
    pub(crate) fn new(root: Option<&Path>, layers: &[PathBuf]) -> Self {
        Self {
            pages: root.map(|root| root.join(PAGES)),
            metadata: root.map(|root| root.join(METADATA)),
            layers: layers.to_vec(),
            distrusted: Mutex::default(),
        }
    }

    /// From now on takes the pages kept of an address for missing.
    pub(crate) fn distrust_page(&self, url: &str) {
        self.distrusted().insert(url.to_owned());
    }

    fn distrusted(&self) -> MutexGuard<'_, HashSet<String>> {
        self.distrusted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The page last seen at a URL (which must hold no credentials).
    pub(crate) fn own_page(&self, url: &str) -> Option<CachedPage> {
        if self.distrusted().contains(url) {
            return None;
        }
        read_page(&self.page_path(url)?)
    }

    /// The same with a look into the layers. A page of theirs is taken only in the place of one that
    /// is missing or not fresh, and only if it is fresh itself; or, `offline`, if it is the last that anybody has seen.
    pub(crate) fn page(&self, url: &str, offline: bool) -> Option<CachedPage> {
        let own = self.own_page(url);
        let is_enough = own.as_ref().is_some_and(CachedPage::is_fresh);
        if self.layers.is_empty() || is_enough || self.distrusted().contains(url) {
            return own;
        }
        let name = sha256_hex(url.as_bytes());
        let of_layers = self.layers.iter().filter_map(|root| read_page(&root.join(PAGES).join(&name)));
        let usable = of_layers.filter(|page| offline || page.is_fresh());
        usable.chain(own).max_by_key(|page| (page.is_fresh(), page.confirmed))
    }

    /// Lets another process that is fetching the page at a URL go first.
    pub(crate) async fn claim_page(&self, url: &str) -> Option<Claim> {
        Claim::of(&self.page_path(url)?).await
    }

    /// Keeps a page; one that is already there is only confirmed.
    pub(crate) fn keep_page(&self, url: &str, page: &Page, known: Option<&Page>, claim: Option<Claim>) {
        let Some(path) = self.page_path(url) else { return };
        if (known != Some(page) || confirm(&path).is_none())
            && let Some(bytes) = page.to_bytes()
        {
            write(&path, [&bytes, &[]], claim);
        }
    }

    /// Notes that the server still has the page as it is here.
    pub(crate) fn confirm_page(&self, url: &str) {
        if let Some(path) = self.page_path(url) {
            // If it fails the page is only asked for again sooner.
            let _ = confirm(&path);
        }
    }

    /// The metadata kept under a key.
    pub(crate) fn metadata(&self, key: &str) -> Option<Arc<[u8]>> {
        let own = self.metadata.as_ref().and_then(|folder| read_small(&folder.join(key)));
        own.or_else(|| self.layers.iter().find_map(|root| read_small(&root.join(METADATA).join(key))))
    }

    /// Lets another process that is fetching the metadata of a key go first.
    pub(crate) async fn claim_metadata(&self, key: &str) -> Option<Claim> {
        Claim::of(&self.metadata.as_ref()?.join(key)).await
    }

    /// Keeps metadata under a key that is a file name.
    pub(crate) fn keep_metadata(&self, key: &str, metadata: &[u8], claim: Option<Claim>) {
        if let Some(folder) = &self.metadata {
            write(&folder.join(key), [metadata, &seal(metadata)], claim);
        }
    }

    fn page_path(&self, url: &str) -> Option<PathBuf> {
        Some(self.pages.as_ref()?.join(sha256_hex(url.as_bytes())))
    }
}

fn read_page(path: &Path) -> Option<CachedPage> {
    let file = File::open(path).ok()?;
    let facts = file.metadata().ok()?;
    let length = usize::try_from(facts.len()).ok()?;
    // Few files of a large page are looked at.
    let page = if length >= WORTH_HOLDING && HELD.fetch_add(1, Relaxed) < MOST_HELD {
        Page::from_file(file, length)?
    } else {
        // An entry never changes, so that no look for its end is needed.
        Page::from_bytes(read_at(&file, 0, length)?)?
    };
    Some(CachedPage { page: Arc::new(page), confirmed: facts.modified().ok()? })
}

/// Gives a file today's date.
fn confirm(path: &Path) -> Option<()> {
    File::options().write(true).open(path).ok()?.set_modified(SystemTime::now()).ok()
}

thread_local! {
    /// Where small entries are read to: most fit as it is.
    static SMALL: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// How many pages were held open so far.
static HELD: AtomicUsize = AtomicUsize::new(0);

/// The content of an entry that is probably small, in three system calls.
fn read_small(path: &Path) -> Option<Arc<[u8]>> {
    let mut file = File::open(path).ok()?;
    SMALL.with_borrow_mut(|buffer| {
        let mut length = 0;
        loop {
            if buffer.len() - length < LEAST_ROOM {
                buffer.resize(buffer.len().max(LEAST_ROOM) * 2, 0);
            }
            let read = file.read(buffer.get_mut(length..)?).ok()?;
            length += read;
            // Its seal tells the end of it as well as a further call.
            let entry = buffer.get(..length)?;
            if let Some(content) = sealed(entry) {
                return Some(Arc::from(content));
            }
            if read == 0 {
                return None;
            }
        }
    })
}

/// The content of a whole entry.
fn sealed(entry: &[u8]) -> Option<&[u8]> {
    let (content, found) = entry.split_at_checked(entry.len().checked_sub(SEAL)?)?;
    (found == seal(content)).then_some(content)
}

/// Publishes an entry of two parts. Failing is no harm.
fn write(path: &Path, parts: [&[u8]; 2], claim: Option<Claim>) {
    if let Some(claim) = claim {
        let _ = claim.fill(path, parts);
        return;
    }
    let Some(folder) = path.parent() else { return };
    let temporary = new_file(folder).or_else(|_| {
        std::fs::create_dir_all(folder)?;
        new_file(folder)
    });
    let Ok(mut temporary) = temporary else { return };
    if parts.iter().try_for_each(|part| temporary.write_all(part)).is_ok() {
        // The temporary file removes itself when it cannot take its place.
        drop(temporary.persist(path));
    }
}

/// A temporary file that others may read once it is published, as far as the process's mask allows.
fn new_file(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.prefix(".new-").tempfile_in(folder)
}

fn seal(bytes: &[u8]) -> [u8; SEAL] {
    let sum = libdeflater::crc32(bytes).to_le_bytes();
    let mut seal = [0; SEAL];
    for (place, byte) in seal.iter_mut().zip(sum.iter().chain(MARK)) {
        *place = *byte;
    }
    seal
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::PageBuilder;

    const URL: &str = "https://index.test/simple/demo/";

    fn page(max_age: u32) -> Page {
        PageBuilder::new(URL).finish(None, None, max_age)
    }

    #[test]
    fn remembers_pages() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(Some(folder.path()), &[]);
        assert!(cache.page(URL, false).is_none());
        cache.keep_page(URL, &page(600), None, None);
        let found = cache.page(URL, false).unwrap();
        assert!(found.is_fresh());
        assert_eq!(*found.page, page(600));

        let path = cache.page_path(URL).unwrap();
        let long_ago = SystemTime::now() - Duration::from_secs(601);
        File::options().write(true).open(&path).unwrap().set_modified(long_ago).unwrap();
        assert!(!cache.page(URL, false).unwrap().is_fresh());
        cache.confirm_page(URL);
        assert!(cache.page(URL, false).unwrap().is_fresh());

        cache.keep_page(URL, &page(0), Some(&page(600)), None);
        assert!(!cache.page(URL, false).unwrap().is_fresh());
    }

    #[test]
    fn damaged_entries_are_missing() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(Some(folder.path()), &[]);
        cache.keep_metadata("key", b"Name: demo", None);
        assert_eq!(cache.metadata("key").as_deref(), Some(&b"Name: demo"[..]));
        let path = folder.path().join("metadata-v1/key");
        let sound = std::fs::read(&path).unwrap();
        for at in 0..sound.len() {
            let mut damaged = sound.clone();
            damaged[at] ^= 1;
            std::fs::write(&path, damaged).unwrap();
            assert_eq!(cache.metadata("key"), None);
            std::fs::write(&path, &sound[..at]).unwrap();
            assert_eq!(cache.metadata("key"), None);
        }
    }

    /// A page of many files, so large that it stays on the disk.
    fn long_page() -> Page {
        let link = |number| format!("https://index.test/{}/demo-{number}.0.tar.gz", "a".repeat(200));
        let page = PageBuilder::of_links(&(0..1_000).map(link).collect::<Vec<_>>());
        assert!(page.to_bytes().unwrap().len() > WORTH_HOLDING * 2);
        page
    }

    #[test]
    fn long_pages_stay_on_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(Some(folder.path()), &[]);
        let page = long_page();
        cache.keep_page(URL, &page, None, None);
        let found = cache.page(URL, false).unwrap().page;
        assert_eq!(*found, page);
        assert_eq!(found.to_bytes(), page.to_bytes());
        assert_eq!(found.runs().collect::<Vec<_>>(), page.runs().collect::<Vec<_>>());
        for (one, other) in found.files().zip(page.files()) {
            assert_eq!(one.to_owned(), other.to_owned());
        }
        // Another page in its place, or none, is nothing to one that was read before.
        let found = cache.page(URL, false).unwrap().page;
        cache.keep_page(URL, &self::page(1), None, None);
        std::fs::remove_file(cache.page_path(URL).unwrap()).unwrap();
        assert_eq!(*found, page);
        assert!(!found.is_lost());
    }

    #[test]
    fn damage_of_long_pages_is_noticed_where_they_are_used() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(Some(folder.path()), &[]);
        let page = long_page();
        cache.keep_page(URL, &page, None, None);
        let path = cache.page_path(URL).unwrap();
        let sound = std::fs::read(&path).unwrap();
        for at in (0..sound.len()).step_by(997).chain(sound.len() - 100..sound.len()) {
            let mut damaged = sound.clone();
            damaged[at] ^= 1;
            std::fs::write(&path, damaged).unwrap();
            if let Some(found) = cache.page(URL, false) {
                let found = found.page;
                let names =
                    found.files().zip(page.files()).map(|(one, other)| (one.filename(), other.filename()));
                let lost: Vec<_> = names.filter(|(one, other)| one != other).collect();
                // One block of files, and no more.
                assert!((1..=64).contains(&lost.len()) && lost.iter().all(|(one, _)| one.is_empty()));
                assert!(found.is_lost() && !found.is_sound());
            }
            std::fs::write(&path, &sound[..at]).unwrap();
            assert!(cache.page(URL, false).is_none());
        }
    }

    #[test]
    fn pages_that_are_distrusted_are_missing() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(Some(folder.path()), &[]);
        cache.keep_page(URL, &page(600), None, None);
        cache.distrust_page(URL);
        assert!(cache.page(URL, true).is_none() && cache.own_page(URL).is_none());
        assert!(Cache::new(Some(folder.path()), &[]).page(URL, false).is_some());
    }

    #[test]
    fn no_cache_is_no_error() {
        let cache = Cache::new(None, &[]);
        cache.keep_page(URL, &page(1), None, None);
        assert!(cache.page(URL, false).is_none());
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        let cache = Cache::new(Some(&file), &[]);
        cache.keep_metadata("key", b"x", None);
        assert_eq!(cache.metadata("key"), None);
    }

    #[test]
    fn pages_of_layers_are_taken_while_fresh_or_offline() {
        let folders = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let layer = Cache::new(Some(folders[0].path()), &[]);
        layer.keep_page(URL, &page(600), None, None);
        layer.keep_metadata("key", b"Name: demo", None);
        let path = layer.page_path(URL).unwrap();
        let dated = |seconds| {
            let time = SystemTime::now() - Duration::from_secs(seconds);
            File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
        };
        let cache = Cache::new(Some(folders[1].path()), &[folders[0].path().to_owned()]);
        assert!(cache.page(URL, false).unwrap().is_fresh());
        assert_eq!(cache.metadata("key").as_deref(), Some(&b"Name: demo"[..]));
        dated(601);
        assert!(cache.page(URL, false).is_none(), "it may not be confirmed: it is not this cache's");
        assert!(cache.page(URL, true).is_some());
        // Of two pages that are not fresh, the one that is confirmed is this cache's.
        cache.keep_page(URL, &page(0), None, None);
        assert_eq!(*cache.page(URL, false).unwrap().page, page(0));
        dated(0);
        assert_eq!(*cache.page(URL, false).unwrap().page, page(600));
        std::fs::write(&path, "damage").unwrap();
        assert_eq!(*cache.page(URL, true).unwrap().page, page(0));
        assert_eq!(std::fs::read(&path).unwrap(), b"damage", "nothing is mended there");
    }
}
