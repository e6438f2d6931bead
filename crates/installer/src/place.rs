//! Putting wheels into the environment.

mod wheel;

use std::cmp::Reverse;
use std::ops::Range;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::{fs, mem, thread};

use rustix::fs::{Mode, OFlags};
use store::Manifest;

use crate::layout::{Layout, Roots};
use crate::link::Linker;
use crate::{InstallError, LinkMode, Target};

use wheel::{Wheel, Written};

/// What all threads work with.
struct Site<'a> {
    roots: &'a Roots,
    /// The roots that something goes to, opened.
    folders: Vec<Option<OwnedFd>>,
    linker: Linker,
    target: &'a Target,
}

/// Some directories of a wheel, placed by one thread.
struct Piece<'a> {
    part_of: &'a Whole<'a>,
    directories: Range<usize>,
}

/// A wheel that is placed piece by piece. Whoever is done last writes what tells that it is there.
struct Whole<'a> {
    layout: &'a Layout<'a>,
    /// How many pieces are not placed yet, and what the others have written.
    rest: Mutex<(usize, Written)>,
}

/// Places all wheels, the largest first, on half as many threads again as `threads`: now and then each waits for the disk.
/// Nothing may be in the way.
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
    let mut largest_first: Vec<&Layout<'_>> = layouts.iter().collect();
    largest_first.sort_by_key(|layout| Reverse(size(layout)));
    let files: usize = layouts.iter().map(size).sum();
    let wholes: Vec<(Whole<'_>, Vec<Range<usize>>)> = largest_first
        .into_iter()
        .map(|layout| {
            let pieces = pieces(layout.placement.wheel.manifest());
            (Whole { layout, rest: Mutex::new((pieces.len(), Written::default())) }, pieces)
        })
        .collect();
    let queue: Vec<Piece<'_>> = wholes
        .iter()
        .flat_map(|(part_of, pieces)| {
            pieces.iter().map(move |directories| Piece { part_of, directories: directories.clone() })
        })
        .collect();

    let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let work = || {
        while let Some(piece) = queue.get(next.fetch_add(1, Ordering::Relaxed)) {
            if failed.load(Ordering::Relaxed) {
                break;
            }
            if let Err(error) = site.place(piece) {
                failed.store(true, Ordering::Relaxed);
                return Err(error);
            }
        }
        Ok(())
    };
    let threads = threads + threads / 2;
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

/// The directories of a wheel, cut into pieces that are worth being placed by different threads.
fn pieces(manifest: &Manifest) -> Vec<Range<usize>> {
    /// Each piece opens the wheel's folders anew.
    const FILES_IN_A_PIECE: usize = 256;

    let (mut pieces, mut start, mut files) = (Vec::new(), 0, 0);
    for directory in manifest.directories() {
        files += directory.files.len();
        if files >= FILES_IN_A_PIECE {
            pieces.push(start..directory.index + 1);
            (start, files) = (directory.index + 1, 0);
        }
    }
    let end = manifest.directories().len();
    if start < end {
        pieces.push(start..end);
    }
    pieces
}

fn open_root(path: &Path) -> Result<OwnedFd, InstallError> {
    fs::create_dir_all(path).map_err(|error| InstallError::io("create", path, error))?;
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    rustix::fs::open(path, flags, Mode::empty()).map_err(|error| InstallError::io("open", path, error))
}

impl Site<'_> {
    fn place(&self, piece: &Piece<'_>) -> Result<(), InstallError> {
        let Whole { layout, rest } = piece.part_of;
        let mut wheel = Wheel::open(self, layout)?;
        let placed = wheel.place(piece.directories.clone())?;
        let written = {
            let mut rest = rest.lock().unwrap_or_else(PoisonError::into_inner);
            rest.0 -= 1;
            rest.1.append(placed);
            (rest.0 == 0).then(|| mem::take(&mut rest.1))
        };
        written.map_or(Ok(()), |written| wheel.finish(written))
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
