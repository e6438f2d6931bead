//! One transaction at a time in one environment.

mod claim;

use std::fs;
use std::io::{self, ErrorKind};
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::fs::{AtFlags, CWD, FlockOperation, Mode, OFlags, Timespec, Timestamps, UTIME_OMIT, utimensat};
use rustix::io::Errno;

use crate::journal::{FOLDER, Journal, aside, empty};
use crate::remove::remove_tree;
use crate::{InstallError, Target};

/// How often is looked again where the system does not tell when a lock is given up.
const PAUSE: Duration = Duration::from_millis(50);

/// What [`recover`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recovered {
    /// No transaction was cut off.
    Nothing,
    /// One had ended but for its tidying up, or had not begun.
    Tidied,
    /// One was cut off, and was undone.
    Undone,
}

/// The folder of a transaction, held as long as this lives.
#[derive(Debug)]
pub(crate) struct Lock {
    pub(crate) folder: PathBuf,
    /// What an earlier transaction had left.
    pub(crate) recovered: Recovered,
    /// The system gives the lock up when the process ends, however it ends. Where it has none, there is a note.
    _held: OwnedFd,
}

/// Undoes what a transaction left behind that was killed.
///
/// # Errors
/// [`InstallError::Busy`] when the transaction is still running; failures of undoing.
pub fn recover(target: &Target) -> Result<Recovered, InstallError> {
    recover_in(&target.journal_folder)
}

/// The same for a folder that may have lost what makes it an environment (`venv --clear`).
///
/// # Errors
/// As for [`recover`].
pub fn recover_in(folder: &Path) -> Result<Recovered, InstallError> {
    let transaction = folder.join(FOLDER);
    match fs::symlink_metadata(&transaction) {
        // What nobody may look at, no transaction of this user is in.
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::PermissionDenied
            ) =>
        {
            return Ok(Recovered::Nothing);
        }
        Err(error) => return Err(InstallError::io("look at", &transaction, error)),
        Ok(_) => {}
    }
    let lock = Lock::take_in(folder)?;
    let recovered = lock.recovered;
    lock.release()?;
    Ok(recovered)
}

/// The process that is changing the environment, where the system tells (Linux, within the same container).
pub fn holder(target: &Target) -> Option<u32> {
    let inode = fs::symlink_metadata(target.journal_folder.join(FOLDER)).ok()?.ino().to_string();
    let locks = fs::read_to_string("/proc/locks").ok()?;
    // 1: FLOCK  ADVISORY  WRITE 4711 fe:00:1234567 0 EOF
    let held = locks.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()).find(|lock| {
        lock.get(1) == Some(&"FLOCK") && lock.get(5).and_then(|file| file.rsplit(':').next()) == Some(&inode)
    })?;
    held.get(4)?.parse().ok().filter(|&process| process != 0)
}

/// Waits until no other process changes the environment. Another may begin right after, so the caller tries again
/// until it is not [`InstallError::Busy`].
///
/// # Errors
/// The folder of the transaction cannot be opened or locked.
pub fn wait(target: &Target) -> Result<(), InstallError> {
    wait_in(&target.journal_folder)
}

/// The same for a folder that may have lost what makes it an environment (`venv --clear`).
///
/// # Errors
/// As for [`wait`].
pub fn wait_in(folder: &Path) -> Result<(), InstallError> {
    let folder = folder.join(FOLDER);
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let held = match rustix::fs::open(&folder, flags, Mode::empty()) {
        Ok(held) => held,
        Err(Errno::NOENT) => return Ok(()),
        Err(error) => return Err(InstallError::io("open", &folder, io::Error::from(error))),
    };
    match rustix::fs::flock(&held, FlockOperation::LockExclusive) {
        // The one who is waited for may be on another machine.
        Ok(()) if claim::is_shared_between_machines(held.as_fd()) => {}
        Err(error) if means_no_locks(error) => {}
        locked => {
            return locked.map_err(|error| InstallError::io("lock", &folder, io::Error::from(error)));
        }
    }
    while claim::is_held(&folder) {
        thread::sleep(PAUSE);
    }
    Ok(())
}

/// Whether an error says that files cannot be locked here.
fn means_no_locks(error: Errno) -> bool {
    matches!(error, Errno::NOLCK | Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL | Errno::BADF)
}

impl Lock {
    /// Takes the environment for one transaction, after undoing one that was cut off. The parent folder must exist.
    pub(crate) fn take(target: &Target) -> Result<Self, InstallError> {
        Self::take_in(&target.journal_folder)
    }

    /// The same for a folder that need not be an environment yet.
    pub(crate) fn take_in(journal_folder: &Path) -> Result<Self, InstallError> {
        let folder = journal_folder.join(FOLDER);
        let io = |action| {
            let folder = folder.clone();
            move |error: io::Error| InstallError::io(action, &folder, error)
        };
        loop {
            let is_new = match fs::create_dir(&folder) {
                Ok(()) => true,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => false,
                // Another process has just removed the last package, and the folder with it.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    fs::create_dir_all(journal_folder).map_err(io("create"))?;
                    continue;
                }
                Err(error) => return Err(io("create")(error)),
            };
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let held = match rustix::fs::open(&folder, flags, Mode::empty()) {
                Ok(held) => held,
                Err(Errno::NOENT) => continue,
                Err(error) => return Err(io("open")(error.into())),
            };
            let is_locked = match rustix::fs::flock(&held, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => true,
                Err(Errno::WOULDBLOCK) => return Err(InstallError::Busy(folder)),
                Err(error) if means_no_locks(error) => false,
                Err(error) => return Err(io("lock")(error.into())),
            };
            // The one who held it may have removed it just now: then this lock is on nothing.
            let inode = rustix::fs::fstat(&held).map_err(|error| io("lock")(error.into()))?.st_ino;
            match fs::symlink_metadata(&folder) {
                Ok(now) if now.ino() == inode => {}
                Ok(_) => continue,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(io("lock")(error)),
            }
            if !is_locked || claim::is_shared_between_machines(held.as_fd()) {
                match claim::take(&folder, is_new, is_locked) {
                    Ok(true) => {}
                    Ok(false) => return Err(InstallError::Busy(folder)),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    Err(error) => return Err(io("lock")(error)),
                }
            }
            let recovered = if is_new { Recovered::Nothing } else { clear(&folder)? };
            return Ok(Self { folder, recovered, _held: held });
        }
    }

    /// Gives the environment free and removes the folder, which must be empty but for leftovers.
    pub(crate) fn release(self) -> Result<(), InstallError> {
        remove_tree(&self.folder).map_err(|error| InstallError::io("remove", &self.folder, error))?;
        self.stamp();
        Ok(())
    }

    /// Gives the environment's folder the time of now, when that of the transaction has gone from it. Readers tell states
    /// apart by that time ([`Observation`](crate::Observation)), and what a kernel writes there may be the same for all that
    /// happens within some milliseconds (Linux before 6.13).
    pub(crate) fn stamp(&self) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let (Ok(seconds), Some(folder)) = (now.as_secs().try_into(), self.folder.parent()) else { return };
        let now = Timespec { tv_sec: seconds, tv_nsec: now.subsec_nanos().into() };
        let unchanged = Timespec { tv_sec: 0, tv_nsec: UTIME_OMIT };
        // Somebody else's folder has the time that the kernel has given it.
        let _ = utimensat(
            CWD,
            folder,
            &Timestamps { last_access: unchanged, last_modification: now },
            AtFlags::empty(),
        );
    }
}

/// Undoes an unfinished transaction and empties its folder.
fn clear(folder: &Path) -> Result<Recovered, InstallError> {
    let recovered = match Journal::read(folder)? {
        Some(journal) => {
            journal.undo(folder)?;
            Journal::commit(folder)?;
            Recovered::Undone
        }
        None => Recovered::Tidied,
    };
    empty(folder)?;
    // Files that are open on NFS stay for a while; the next transaction needs the name.
    let aside = aside(folder);
    let mut numbers = 0..;
    while let Some(number) = numbers.next().filter(|_| aside.exists()) {
        let left = folder.join(format!("left-{number}"));
        if !left.exists() {
            fs::rename(&aside, &left).map_err(|error| InstallError::io("move aside", &aside, error))?;
        }
    }
    Ok(recovered)
}
