//! Claims: of many processes that miss the same entry of the cache, one fetches it and the others wait for that one.
//!
//! A claim saves work and guards nothing, since entries appear by rename. It costs one system call, and another look: the
//! file that is going to be the entry is locked while it is filled. Nobody waits for long, nor twice for the same entry.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

/// How long somebody else is waited for, who may hang.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often the other is looked after, the first time and at most.
const SHORTEST_PAUSE: Duration = Duration::from_millis(2);
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

/// An entry that this process is going to make. Dropping it gives it up.
#[derive(Debug)]
pub(crate) struct Claim {
    unfinished: PathBuf,
    /// Locked.
    file: File,
    is_done: bool,
}

impl Claim {
    /// Claims the entry at `path`. Nothing where another process had claimed it and has ended, well or not, or takes too
    /// long; or where nothing can be kept. Then the caller goes without. In any case it looks into the cache once more.
    pub(crate) async fn of(path: &Path) -> Option<Self> {
        Self::within(path, PATIENCE).await
    }

    async fn within(path: &Path, patience: Duration) -> Option<Self> {
        let folder = path.parent()?;
        let unfinished = folder.join(format!(".new-{}", path.file_name()?.to_str()?));
        let mut options = File::options();
        options.write(true).create_new(true);
        let opened = match options.open(&unfinished) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                fs::create_dir_all(folder).and_then(|()| options.open(&unfinished))
            }
            opened => opened,
        };
        match opened {
            Ok(file) => {
                if flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
                    // Without locks nobody could tell whether this one is still at it.
                    let _ = fs::remove_file(&unfinished);
                    return None;
                }
                return Some(Self { unfinished, file, is_done: false });
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => wait(&unfinished, patience).await,
            Err(_) => {}
        }
        None
    }

    /// Makes the entry of these parts.
    pub(crate) fn fill(mut self, path: &Path, parts: [&[u8]; 2]) -> io::Result<()> {
        for part in parts {
            self.file.write_all(part)?;
        }
        fs::rename(&self.unfinished, path)?;
        self.is_done = true;
        Ok(())
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if !self.is_done {
            let _ = fs::remove_file(&self.unfinished);
        }
    }
}

/// Waits until nobody fills this file any more.
async fn wait(unfinished: &Path, patience: Duration) {
    let began = Instant::now();
    let mut pause = SHORTEST_PAUSE;
    while began.elapsed() < patience {
        // When it is done it has another name.
        let Ok(file) = File::options().write(true).open(unfinished) else { return };
        // The system takes the lock from a process that dies, and some file systems have none.
        if flock(&file, FlockOperation::NonBlockingLockExclusive) != Err(Errno::WOULDBLOCK) {
            let _ = fs::remove_file(unfinished);
            return;
        }
        drop(file);
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run<T>(task: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(task)
    }

    #[test]
    fn others_wait_until_the_entry_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pages").join("entry");
        let claim = run(Claim::of(&path)).unwrap();
        std::thread::scope(|scope| {
            let other = scope.spawn(|| {
                assert!(run(Claim::of(&path)).is_none());
                fs::read(&path).unwrap()
            });
            std::thread::sleep(Duration::from_millis(50));
            claim.fill(&path, [b"en", b"try"]).unwrap();
            assert_eq!(other.join().unwrap(), b"entry");
        });
        assert_eq!(fs::read_dir(folder.path().join("pages")).unwrap().count(), 1);
    }

    #[test]
    fn nobody_waits_for_one_that_gave_up_or_died() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("entry");
        drop(run(Claim::of(&path)).unwrap());
        assert!(run(Claim::of(&path)).is_some());
        // As a process that was killed leaves it.
        fs::write(folder.path().join(".new-entry"), "ent").unwrap();
        assert!(run(Claim::of(&path)).is_none());
        assert!(run(Claim::of(&path)).is_some());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn nobody_waits_for_long() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("entry");
        let _claim = run(Claim::of(&path)).unwrap();
        let began = Instant::now();
        assert!(run(Claim::within(&path, Duration::from_millis(100))).is_none());
        assert!(began.elapsed() < Duration::from_secs(5));
    }
}
