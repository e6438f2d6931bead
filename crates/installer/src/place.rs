//! Putting wheels into the environment.

mod wheel;

use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::{fs, thread};

use rustix::fs::{Mode, OFlags};

use crate::layout::{Layout, Roots};
use crate::link::Linker;
use crate::{InstallError, LinkMode, Target};

use wheel::Wheel;

/// What all threads work with.
struct Site<'a> {
    roots: &'a Roots,
    /// The roots that something goes to, opened.
    folders: Vec<Option<OwnedFd>>,
    linker: Linker,
    target: &'a Target,
}

/// Places all wheels: whole wheels, the largest first, on `threads` threads. Nothing may be in the way.
pub(crate) fn place_all(
    layouts: &[Layout<'_>],
    roots: &Roots,
    used_roots: &[usize],
    target: &Target,
    (link_mode, threads): (LinkMode, usize),
) -> Result<(), InstallError> {
    /// A thread costs as much as placing this many files.
    const FILES_WORTH_A_THREAD: usize = 200;

    let folders = roots
        .iter()
        .enumerate()
        .map(|(number, root)| used_roots.contains(&number).then(|| open_root(&root.path)).transpose())
        .collect::<Result<_, _>>()?;
    let site = Site { roots, folders, linker: Linker::new(link_mode), target };

    let size = |layout: &Layout<'_>| layout.placement.wheel.manifest().files().len();
    let mut queue: Vec<&Layout<'_>> = layouts.iter().collect();
    queue.sort_by_key(|layout| std::cmp::Reverse(size(layout)));
    let files: usize = queue.iter().map(|layout| size(layout)).sum();

    let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let work = || {
        while let Some(layout) = queue.get(next.fetch_add(1, Ordering::Relaxed)) {
            if failed.load(Ordering::Relaxed) {
                break;
            }
            if let Err(error) = site.place(layout) {
                failed.store(true, Ordering::Relaxed);
                return Err(error);
            }
        }
        Ok(())
    };
    let extra = threads.min(queue.len()).min(files / FILES_WORTH_A_THREAD).saturating_sub(1);
    thread::scope(|scope| {
        // Threads that cannot be had only make it slower.
        let spawn = |_| thread::Builder::new().spawn_scoped(scope, work).ok();
        let helpers: Vec<_> = (0..extra).map_while(spawn).collect();
        helpers
            .into_iter()
            .fold(work(), |result, helper| result.and(helper.join().unwrap_or(Err(InstallError::Stopped))))
    })
}

fn open_root(path: &Path) -> Result<OwnedFd, InstallError> {
    fs::create_dir_all(path).map_err(|error| InstallError::io("create", path, error))?;
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    rustix::fs::open(path, flags, Mode::empty()).map_err(|error| InstallError::io("open", path, error))
}

impl Site<'_> {
    fn place(&self, layout: &Layout<'_>) -> Result<(), InstallError> {
        Wheel::open(self, layout)?.place()
    }

    /// A root that something goes to.
    fn folder(&self, root: usize) -> Result<BorrowedFd<'_>, InstallError> {
        let folder = self.folders.get(root).and_then(Option::as_ref);
        folder.map(OwnedFd::as_fd).ok_or_else(|| self.error("open", root, "", rustix::io::Errno::NOENT))
    }

    /// An error about a path below a root.
    fn error(&self, action: &'static str, root: usize, path: &str, cause: rustix::io::Errno) -> InstallError {
        InstallError::Io { action, path: self.path(root, path), cause: cause.into() }
    }

    fn path(&self, root: usize, path: &str) -> PathBuf {
        self.roots.path(root).join(path)
    }
}
