//! Taking an environment where a lock of the system's is not enough: on file systems that have none, and on those that
//! several machines share, where a lock of a folder counts on one machine only.
//!
//! Only one process can make the folder of the transaction. But a killed one leaves it behind; so whoever made it notes in it
//! who he is, and whoever finds it goes by that.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::fd::BorrowedFd;
use std::path::Path;
use std::time::Duration;

use rustix::process::{Pid, test_kill_process};

use crate::journal::HOLDER;

/// Nobody changes an environment for so long: what is older was left by a process that was killed on another machine.
const ABANDONED_AFTER: Duration = Duration::from_secs(60 * 60);
/// Nobody takes so long from making the folder to saying who he is.
const NAMELESS_AFTER: Duration = Duration::from_secs(10);

/// Whether a file system is one that other machines may use at the same time.
#[cfg(target_os = "linux")]
pub(super) fn is_shared_between_machines(folder: BorrowedFd<'_>) -> bool {
    /// `statfs(2)`: NFS, SMB (three of them), 9P, FUSE, Ceph, AFS, Lustre, GFS2, OCFS2, and the folders that two hypervisors share.
    const KINDS: [u32; 13] = [
        0x6969,
        0x517b,
        0xff53_4d42,
        0xfe53_4d42,
        0x0102_1997,
        0x6573_5546,
        0x00c3_6400,
        0x5346_414f,
        0x0bd0_0bd0,
        0x0116_1970,
        0x7461_636f,
        0x786f_4256,
        0xbacb_acbc,
    ];
    // The type of the number differs between machines.
    rustix::fs::fstatfs(folder)
        .is_ok_and(|found| KINDS.iter().any(|kind| i128::from(found.f_type) == (*kind).into()))
}

#[cfg(not(target_os = "linux"))]
pub(super) fn is_shared_between_machines(_: BorrowedFd<'_>) -> bool {
    false
}

/// Takes the folder of a transaction, unless somebody has it. With `is_locked` the system says that it is nobody of this
/// machine.
pub(super) fn take(folder: &Path, is_new: bool, is_locked: bool) -> io::Result<bool> {
    let path = folder.join(HOLDER);
    match fs::read_to_string(&path) {
        Ok(holder) if is_there(&holder, is_locked) && !is_older(&path, ABANDONED_AFTER) => return Ok(false),
        Ok(_) => fs::remove_file(&path)?,
        Err(_) if is_new || is_older(folder, NAMELESS_AFTER) => {}
        Err(_) => return Ok(false),
    }
    match File::create_new(&path) {
        Ok(mut file) => {
            file.write_all(format!("{} {}", std::process::id(), machine()).as_bytes()).map(|()| true)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether somebody has the folder of a transaction on a file system without locks.
pub(super) fn is_held(folder: &Path) -> bool {
    let path = folder.join(HOLDER);
    match fs::read_to_string(&path) {
        Ok(holder) => is_there(&holder, false) && !is_older(&path, ABANDONED_AFTER),
        Err(_) => folder.exists() && !is_older(folder, NAMELESS_AFTER),
    }
}

/// Whether the process may be alive that a note names.
fn is_there(holder: &str, is_locked: bool) -> bool {
    let (process, place) = holder.split_once(' ').unwrap_or_default();
    if place != machine() {
        return true;
    }
    let process = process.parse().ok().and_then(Pid::from_raw);
    !is_locked && process.is_some_and(|process| test_kill_process(process) != Err(rustix::io::Errno::SRCH))
}

/// The name of the machine, or of the container.
fn machine() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// By clocks that may differ: a time in the future is young.
fn is_older(path: &Path, age: Duration) -> bool {
    let written = fs::symlink_metadata(path).and_then(|found| found.modified());
    written.is_ok_and(|time| time.elapsed().is_ok_and(|elapsed| elapsed > age))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(note: Option<&str>) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        if let Some(note) = note {
            fs::write(folder.path().join(HOLDER), note).unwrap();
        }
        folder
    }

    #[test]
    fn only_one_takes_it() {
        let folder = folder(None);
        assert!(take(folder.path(), true, false).unwrap());
        assert!(is_held(folder.path()));
        assert!(!take(folder.path(), false, false).unwrap(), "this process is alive");
        assert!(take(folder.path(), false, true).unwrap(), "unless the system says that it has no lock");
    }

    #[test]
    fn who_was_killed_holds_nothing() {
        // Larger than any number of a process.
        let folder = folder(Some(&format!("999999999 {}", machine())));
        assert!(!is_held(folder.path()));
        assert!(take(folder.path(), false, false).unwrap());
    }

    #[test]
    fn who_is_elsewhere_is_believed_for_an_hour() {
        let folder = folder(Some("999999999 another machine"));
        let note = folder.path().join(HOLDER);
        for is_locked in [false, true] {
            assert!(!take(folder.path(), false, is_locked).unwrap());
        }
        let dated = |time| File::options().write(true).open(&note).unwrap().set_modified(time).unwrap();
        dated(std::time::SystemTime::now() + ABANDONED_AFTER);
        assert!(is_held(folder.path()), "the clock of another machine is ahead");
        dated(std::time::SystemTime::now() - 2 * ABANDONED_AFTER);
        assert!(!is_held(folder.path()));
        assert!(take(folder.path(), false, true).unwrap());
    }

    #[test]
    fn a_folder_without_a_name_was_made_just_now_or_is_left() {
        let folder = folder(None);
        assert!(is_held(folder.path()) && !take(folder.path(), false, false).unwrap());
        let old = std::time::SystemTime::now() - 2 * NAMELESS_AFTER;
        File::open(folder.path()).unwrap().set_modified(old).unwrap();
        assert!(!is_held(folder.path()) && take(folder.path(), false, false).unwrap());
    }
}
