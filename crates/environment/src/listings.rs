//! What the folders of `sys.path` hold, kept between commands: one small file in the cache instead of the names of several
//! hundred modules.
//!
//! ```text
//! <device>.<inode>.<size>.<modified>.<changed> TAB <folder>
//! D <name of a folder>
//! F <name of a file>
//! L <name of a link>
//! P <name of a .pth file>
//! ```
//!
//! A listing counts as long as its folder has the stamp it had before it was read: whatever comes, goes or changes its name in
//! a folder changes its times, of which nobody can set the last (as Python's own import system relies on the first). As
//! in [`crate::kept`], what was changed within the last two seconds is not kept.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::FactsCache;
use crate::kept::{SETTLED_AFTER, checksum};
use crate::search_path::{FolderEntry, list};

/// The form of the file: the checksum of the rest follows.
const TITLE: &str = "oxipip folders 1 ";

/// The names in a folder that tell about distributions, and its `.pth` files.
pub(crate) type Listing = (Vec<FolderEntry>, Vec<OsString>);

/// What is kept of the folders of one environment.
#[derive(Debug)]
pub(crate) struct Listings {
    cache: FactsCache,
    /// The folder to whose name the file belongs.
    site: PathBuf,
    /// What was kept.
    text: String,
    /// What is to be kept from now on.
    body: String,
    is_new: bool,
    is_settled: bool,
    /// Nanoseconds since 1970; changes before that will be told from all later ones.
    settled_before: i128,
}

impl Listings {
    /// Reads what is kept of an environment with this site folder.
    pub fn open(cache: &FactsCache, site: PathBuf) -> Self {
        let text = cache.read_listings(&site).filter(|text| body(text).is_some()).unwrap_or_default();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        let settled_before = i128::try_from(now).unwrap_or_default() - i128::from(SETTLED_AFTER);
        let (body, is_new, is_settled) = (String::new(), false, true);
        Self { cache: cache.clone(), site, text, body, is_new, is_settled, settled_before }
    }

    /// What a folder holds.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn list(&mut self, folder: &Path) -> io::Result<Listing> {
        // Before the folder is read: what changes while it is read changes the stamp.
        let stamp = self.cache.keeps().then(|| self.stamp(folder)).flatten();
        let Some(stamp) = stamp else { return list(folder) };
        let title = format!("{stamp}\t{}\n", folder.display());
        if let Some(kept) = body(&self.text).and_then(|text| lines_below(text, &title)) {
            self.body.extend([&title, kept]);
            return Ok(kept.lines().filter_map(understood).fold(Listing::default(), added));
        }
        let listing = list(folder)?;
        if let Some(lines) = written(&listing).filter(|_| folder.to_str().is_some_and(is_plain)) {
            self.body.extend([title, lines]);
            self.is_new = true;
        }
        Ok(listing)
    }

    /// Keeps what was learned. As long as something is too new to be kept nothing is: the environment is being made.
    pub fn keep(self) {
        if self.is_new && self.is_settled {
            let text = format!("{TITLE}{:016x}\n{}", checksum(self.body.as_bytes()), self.body);
            self.cache.write_listings(&self.site, &text);
        }
    }

    /// The stamp of a folder; nothing if there is none, or it was changed just now.
    fn stamp(&mut self, folder: &Path) -> Option<String> {
        let found = rustix::fs::stat(folder).ok()?;
        let moment =
            |seconds: i64, nanoseconds: u64| i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds);
        let modified = moment(found.st_mtime, found.st_mtime_nsec);
        let changed = moment(found.st_ctime, found.st_ctime_nsec);
        if modified.max(changed) >= self.settled_before {
            self.is_settled = false;
            return None;
        }
        Some(format!("{}.{}.{}.{modified}.{changed}", found.st_dev, found.st_ino, found.st_size))
    }
}

/// What follows the first line, if its checksum is right.
fn body(text: &str) -> Option<&str> {
    let (sum, body) = text.strip_prefix(TITLE)?.split_once('\n')?;
    (u64::from_str_radix(sum, 16).ok()? == checksum(body.as_bytes())).then_some(body)
}

/// The lines of a folder: those below its own, up to that of the next, which begins with a number.
fn lines_below<'a>(body: &'a str, title: &str) -> Option<&'a str> {
    let is_line = |(at, _): &(usize, &str)| *at == 0 || body.as_bytes().get(at - 1) == Some(&b'\n');
    let (at, _) = body.match_indices(title).find(is_line)?;
    let below = body.get(at + title.len()..)?;
    let length =
        below.split_inclusive('\n').take_while(|line| !line.starts_with(|c: char| c.is_ascii_digit()));
    below.get(..length.map(str::len).sum())
}

fn understood(line: &str) -> Option<(u8, &str)> {
    let (kind, name) = line.split_once(' ')?;
    Some((*kind.as_bytes().first()?, name))
}

fn added(mut listing: Listing, (kind, name): (u8, &str)) -> Listing {
    match kind {
        b'P' => listing.1.push(name.into()),
        kind => {
            let is_folder = (kind != b'L').then_some(kind == b'D');
            listing.0.push(FolderEntry { name: name.into(), is_folder, now: None });
        }
    }
    listing
}

/// The lines of a folder; nothing if one of the names cannot be written in a line.
fn written((entries, pth_files): &Listing) -> Option<String> {
    let mut lines = String::new();
    let kind = |is_folder| match is_folder {
        Some(true) => 'D',
        Some(false) => 'F',
        None => 'L',
    };
    let entries = entries.iter().map(|entry| (kind(entry.is_folder), &entry.name));
    for (kind, name) in entries.chain(pth_files.iter().map(|name| ('P', name))) {
        let name = name.to_str().filter(|name| is_plain(name))?;
        let _ = writeln!(lines, "{kind} {name}");
    }
    Some(lines)
}

fn is_plain(name: &str) -> bool {
    !name.contains(['\n', '\r'])
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A folder and a cache; changes count as settled at once, unless said otherwise.
    struct Scene(tempfile::TempDir);

    impl Scene {
        fn new() -> Self {
            let scene = Self(tempfile::tempdir().unwrap());
            fs::create_dir(scene.folder()).unwrap();
            scene
        }

        fn folder(&self) -> PathBuf {
            self.0.path().join("site")
        }

        fn open(&self) -> Listings {
            let cache = FactsCache::new(Some(self.0.path().join("cache")));
            Listings { settled_before: i128::MAX, ..Listings::open(&cache, self.folder()) }
        }

        /// The names in the folder, and whether they were kept.
        fn look(&self) -> (Vec<String>, bool) {
            let mut listings = self.open();
            let (entries, pth_files) = listings.list(&self.folder()).unwrap();
            let is_kept = !listings.is_new;
            listings.keep();
            let kind = |entry: &FolderEntry| match entry.is_folder {
                Some(true) => "folder",
                Some(false) => "file",
                None => "link",
            };
            let mut names: Vec<String> =
                entries.iter().map(|entry| format!("{} {}", kind(entry), entry.name.display())).collect();
            names.extend(pth_files.iter().map(|name| format!("path {}", name.display())));
            names.sort();
            (names, is_kept)
        }
    }

    #[test]
    fn what_is_kept_is_what_is_there() {
        let scene = Scene::new();
        fs::create_dir(scene.folder().join("a b-1.dist-info")).unwrap();
        fs::write(scene.folder().join("B.egg-info"), "").unwrap();
        fs::write(scene.folder().join("1.pth"), "").unwrap();
        fs::write(scene.folder().join("module.py"), "").unwrap();
        std::os::unix::fs::symlink("elsewhere", scene.folder().join("c.dist-info")).unwrap();
        let names = ["file B.egg-info", "folder a b-1.dist-info", "link c.dist-info", "path 1.pth"];
        let names: Vec<String> = names.map(String::from).into();
        assert_eq!(scene.look(), (names.clone(), false));
        assert_eq!(scene.look(), (names.clone(), true));

        // Whatever time is claimed for it.
        let before = fs::metadata(scene.folder()).unwrap().modified().unwrap();
        fs::remove_file(scene.folder().join("B.egg-info")).unwrap();
        fs::File::open(scene.folder()).unwrap().set_modified(before).unwrap();
        assert_eq!(scene.look(), (names[1..].to_vec(), false));
        assert_eq!(scene.look(), (names[1..].to_vec(), true));
    }

    #[test]
    fn what_has_just_changed_is_not_kept() {
        let scene = Scene::new();
        fs::create_dir(scene.folder().join("a.dist-info")).unwrap();
        for _ in 0..2 {
            let cache = FactsCache::new(Some(scene.0.path().join("cache")));
            let mut listings = Listings::open(&cache, scene.folder());
            assert_eq!(listings.list(&scene.folder()).unwrap().0.len(), 1);
            assert!(!listings.is_new && !listings.is_settled);
            listings.keep();
        }
        assert!(!scene.look().1);
    }

    #[test]
    fn odd_names_are_not_kept() {
        for name in ["a\n1.2.3.4.5\tx\n.dist-info", "a\rb.dist-info"] {
            let scene = Scene::new();
            fs::create_dir(scene.folder().join(name)).unwrap();
            for _ in 0..2 {
                let (names, _) = scene.look();
                assert_eq!(names, [format!("folder {name}")]);
            }
            assert_eq!(scene.open().text, "");
        }
    }

    #[test]
    fn damage_is_noticed() {
        let scene = Scene::new();
        fs::create_dir(scene.folder().join("a.dist-info")).unwrap();
        scene.look();
        let folder = scene.0.path().join("cache/installed");
        let file = fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
        let sound = fs::read(&file).unwrap();
        for at in 0..sound.len() {
            let mut damaged = sound.clone();
            damaged[at] ^= 1;
            fs::write(&file, damaged).unwrap();
            assert_eq!(scene.open().text, "", "byte {at}");
            fs::write(&file, &sound[..at]).unwrap();
            assert_eq!(scene.open().text, "", "{at} bytes");
        }
    }

    #[test]
    fn folders_are_told_apart() {
        let body = "1.1\t/a/b\nD one.dist-info\n1.1\t/b\nD two.dist-info\n";
        assert_eq!(lines_below(body, "1.1\t/b\n"), Some("D two.dist-info\n"));
        assert_eq!(lines_below(body, "1.1\t/a/b\n"), Some("D one.dist-info\n"));
        assert_eq!(lines_below(body, "1\t/b\n"), None);
        assert_eq!(lines_below("21.1\t/b\n", "1.1\t/b\n"), None);
    }
}
