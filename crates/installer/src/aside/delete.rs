//! Deleting what was moved aside, once nothing can bring it back.

use std::fs;
use std::io;
use std::os::fd::{AsFd as _, BorrowedFd};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rustix::fs::{AtFlags, Mode, OFlags};
use rustix::io::Errno;

use super::Step;
use crate::disk::{Disk, FolderId, Kind};
use crate::remove::remove_tree;

/// Deletes `folder`, which holds the step with the number `n` under the name `n`. Names that are known from looking are
/// unlinked without reading the folders again.
pub(crate) fn delete(folder: &Path, steps: &[Step], disk: &Disk, threads: usize) -> io::Result<()> {
    let root = rustix::fs::open(folder, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
    let next = AtomicUsize::new(0);
    let work = || -> io::Result<()> {
        while let Some((number, step)) = {
            let number = next.fetch_add(1, Ordering::Relaxed);
            steps.get(number).map(|step| (number, step))
        } {
            let name = number.to_string();
            let deleted = match step.folder {
                Some(id) => delete_known(root.as_fd(), Path::new(&name), id, disk),
                None => rustix::fs::unlinkat(&root, &name, AtFlags::empty()),
            };
            match deleted {
                Ok(()) | Err(Errno::NOENT) => {}
                // A folder whose content was never looked at, or into which something was put meanwhile.
                Err(Errno::ISDIR | Errno::PERM | Errno::NOTEMPTY | Errno::EXIST) => {
                    remove_tree(&folder.join(&name))?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    };
    let extra = threads.min(steps.len()).saturating_sub(1);
    thread::scope(|scope| {
        // Threads that cannot be had only make it slower.
        let spawn = |_| thread::Builder::new().spawn_scoped(scope, work).ok();
        let helpers: Vec<_> = (0..extra).map_while(spawn).collect();
        let mut result = work();
        for helper in helpers {
            result = result.and(helper.join().unwrap_or_else(|_| Err(io::ErrorKind::Other.into())));
        }
        result
    })?;
    fs::remove_dir(folder).or_else(|_| remove_tree(folder))
}

/// Deletes a folder whose entries are known: `name` in `parent`, which was read as `id` before it was moved.
fn delete_known(parent: BorrowedFd<'_>, name: &Path, id: FolderId, disk: &Disk) -> rustix::io::Result<()> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let folder = rustix::fs::openat(parent, name, flags, Mode::empty())?;
    for (entry_name, entry) in &disk[id].entries {
        let deleted = match (entry.kind, entry.folder) {
            (Kind::Directory, Some(child)) => {
                delete_known(folder.as_fd(), Path::new(entry_name), child, disk)
            }
            _ => rustix::fs::unlinkat(&folder, entry_name, AtFlags::empty()),
        };
        match deleted {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(error) => return Err(error),
        }
    }
    drop(folder);
    rustix::fs::unlinkat(parent, name, AtFlags::REMOVEDIR)
}
