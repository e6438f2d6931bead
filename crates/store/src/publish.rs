//! Making an entry of the store where nobody sees it, and showing it to everybody at once.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use crate::StoreError;

/// The store's folder for unfinished entries, below its root so that renaming works.
pub(crate) const UNFINISHED: &str = "tmp";

/// No entry takes this long to make: what is older was left by a crash.
const ABANDONED_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// An entry under construction: a folder of its own. Removed when dropped before it is published.
#[derive(Debug)]
pub struct Unfinished {
    root: PathBuf,
    path: PathBuf,
}

impl Unfinished {
    /// Makes a new empty folder in the store `root`, with a telling `name` in its own.
    ///
    /// Where the store may not be written, it is made among the temporary files, to be used there.
    pub fn begin(root: &Path, name: &str) -> Result<Self, StoreError> {
        Self::begin_in(root, name).or_else(|error| {
            let elsewhere = error.is_refusal().then(|| tempfile::Builder::new().prefix("oxipip-").tempdir());
            match elsewhere {
                Some(Ok(folder)) => Ok(Self { root: root.to_owned(), path: folder.keep() }),
                _ => Err(error),
            }
        })
    }

    fn begin_in(root: &Path, name: &str) -> Result<Self, StoreError> {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let folder = root.join(UNFINISHED);
        loop {
            // Process numbers repeat (in containers that share a cache, after a restart): another's folder is left alone.
            let count = COUNTER.fetch_add(1, Ordering::Relaxed);
            let path = folder.join(format!("{name}-{}-{count}", process::id()));
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Self { root: root.to_owned(), path }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    fs::create_dir_all(&folder).map_err(StoreError::io("make the folder", &folder))?;
                }
                Err(error) => return Err(StoreError::io("make the folder", path)(error)),
            }
        }
    }

    /// The folder to fill.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file into the folder.
    pub fn write(&self, name: &str, content: &[u8]) -> Result<(), StoreError> {
        let path = self.path.join(name);
        fs::write(&path, content).map_err(StoreError::io("write", &path))
    }

    /// Makes an empty file in the folder, and gives the time it has: now, in nanoseconds since 1970, by the clock of the
    /// file system, which may be another machine's.
    pub fn time_of_new_file(&self, name: &str) -> Result<u64, StoreError> {
        let path = self.path.join(name);
        let time = File::create(&path).and_then(|file| file.metadata()?.modified());
        let time =
            time.map_err(StoreError::io("write", &path))?.duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX))
    }

    /// Moves the folder to `place`. When another writer was faster and its entry `is_sound`, that one stays and
    /// this one is dropped; a damaged entry is replaced. What cannot be moved comes back with the error.
    pub fn publish(self, place: &Path, is_sound: impl Fn(&Path) -> bool) -> Result<(), Box<Unpublished>> {
        self.move_to(place, is_sound).map_err(|error| Box::new(Unpublished { unfinished: self, error }))
    }

    fn move_to(&self, place: &Path, is_sound: impl Fn(&Path) -> bool) -> Result<(), StoreError> {
        if let Some(parent) = place.parent() {
            fs::create_dir_all(parent).map_err(StoreError::io("make the folder", parent))?;
        }
        loop {
            match fs::rename(&self.path, place) {
                Ok(()) => return Ok(()),
                Err(error) if is_occupied(&error) => {}
                Err(error) => return Err(StoreError::io("make", place)(error)),
            }
            if is_sound(place) {
                return Ok(());
            }
            remove(&self.root, place)?;
        }
    }
}

/// An entry that could not be moved to its place.
#[derive(Debug)]
pub struct Unpublished {
    /// Where it still is.
    pub unfinished: Unfinished,
    /// Why.
    pub error: StoreError,
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // After publishing there is nothing here; what cannot be removed now is swept later.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Writes a single file of the store so that readers see all of it or nothing.
pub fn publish_file(root: &Path, place: &Path, content: &[u8]) -> Result<(), StoreError> {
    const NAME: &str = "file";
    let unfinished = Unfinished::begin(root, NAME)?;
    unfinished.write(NAME, content)?;
    if let Some(parent) = place.parent() {
        fs::create_dir_all(parent).map_err(StoreError::io("make the folder", parent))?;
    }
    fs::rename(unfinished.path.join(NAME), place).map_err(StoreError::io("make", place))
}

/// Removes an entry: first out of sight, then from the disk, so that nobody meets half of it. Not an error when it
/// is gone already.
pub fn remove(root: &Path, place: &Path) -> Result<(), StoreError> {
    let trash = Unfinished::begin_in(root, "removed")?;
    match fs::rename(place, trash.path.join("entry")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(StoreError::io("remove", place)(error)),
        _ => Ok(()),
    }
}

/// Removes what crashes have left. Gives the number of entries removed.
pub fn sweep(root: &Path) -> Result<usize, StoreError> {
    let folder = root.join(UNFINISHED);
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(StoreError::io("read", folder)(error)),
    };
    let mut removed = 0;
    for entry in entries {
        let path = entry.map_err(StoreError::io("read", &folder))?.path();
        let age = |modified: SystemTime| modified.elapsed().unwrap_or_default();
        let is_old =
            fs::metadata(&path).and_then(|data| data.modified()).is_ok_and(|at| age(at) > ABANDONED_AFTER);
        if is_old && (fs::remove_dir_all(&path).is_ok() || fs::remove_file(&path).is_ok()) {
            removed += 1;
        }
    }
    Ok(removed)
}

fn is_occupied(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::AlreadyExists)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(root: &Path, content: &str) -> Unfinished {
        let unfinished = Unfinished::begin(root, "entry").unwrap();
        unfinished.write("file", content.as_bytes()).unwrap();
        unfinished
    }

    fn leftovers(root: &Path) -> usize {
        fs::read_dir(root.join(UNFINISHED)).map_or(0, Iterator::count)
    }

    #[test]
    fn the_first_sound_entry_stays() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("a/b");
        entry(folder.path(), "first").publish(&place, |_| true).unwrap();
        entry(folder.path(), "second").publish(&place, |_| true).unwrap();
        assert_eq!(fs::read_to_string(place.join("file")).unwrap(), "first");
        entry(folder.path(), "third").publish(&place, |_| false).unwrap();
        assert_eq!(fs::read_to_string(place.join("file")).unwrap(), "third");
        assert_eq!(leftovers(folder.path()), 0);
    }

    #[test]
    fn nothing_is_left_of_an_entry_that_failed() {
        let folder = tempfile::tempdir().unwrap();
        drop(entry(folder.path(), "half"));
        assert_eq!(leftovers(folder.path()), 0);
    }

    #[test]
    fn removing_and_sweeping_what_is_not_there() {
        let folder = tempfile::tempdir().unwrap();
        remove(folder.path(), &folder.path().join("nothing")).unwrap();
        assert_eq!(sweep(&folder.path().join("no store")).unwrap(), 0);
    }

    #[test]
    fn only_old_work_is_swept() {
        let folder = tempfile::tempdir().unwrap();
        let young = entry(folder.path(), "young");
        let old = folder.path().join(UNFINISHED).join("old");
        fs::create_dir(&old).unwrap();
        let past = SystemTime::now() - ABANDONED_AFTER * 2;
        fs::File::open(&old).unwrap().set_modified(past).unwrap();
        let lock = folder.path().join(UNFINISHED).join("old.lock");
        fs::write(&lock, "").unwrap();
        fs::File::open(&lock).unwrap().set_modified(past).unwrap();
        assert_eq!(sweep(folder.path()).unwrap(), 2);
        assert!(young.path().exists() && !old.exists() && !lock.exists());
    }
}
