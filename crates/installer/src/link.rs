//! How one file of the store comes into an environment.

use std::borrow::Cow;
use std::cell::Cell;
use std::fs::{File, FileTimes};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::str::FromStr;
use std::{fmt, os::unix::fs::MetadataExt as _};

use rustix::fs::{AtFlags, CWD, Mode, OFlags};
use rustix::io::Errno;
use rustix::path::Arg;

/// How files of the store come into an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LinkMode {
    /// Hard links, and copies where the file system does not allow them.
    #[default]
    HardLink,
    /// Copies.
    Copy,
    /// Copies that share their blocks with the store until they are changed, and plain copies where the file system
    /// cannot do that.
    Reflink,
    /// Symbolic links: the environment needs the store from then on.
    Symlink,
}

/// A link mode that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not one of hardlink, copy, reflink, symlink")]
pub struct UnknownLinkMode(String);

impl FromStr for LinkMode {
    type Err = UnknownLinkMode;

    fn from_str(text: &str) -> Result<Self, UnknownLinkMode> {
        match text {
            "hardlink" => Ok(Self::HardLink),
            "copy" => Ok(Self::Copy),
            "reflink" => Ok(Self::Reflink),
            "symlink" => Ok(Self::Symlink),
            _ => Err(UnknownLinkMode(text.to_owned())),
        }
    }
}

impl fmt::Display for LinkMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::HardLink => "hardlink",
            Self::Copy => "copy",
            Self::Reflink => "reflink",
            Self::Symlink => "symlink",
        })
    }
}

/// A folder of the store that files are taken from.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    path: Cow<'a, Path>,
    folder: OwnedFd,
    /// The file system has refused what was asked for: everything else is copied.
    copies: Cell<bool>,
}

/// A file of the store, as it is found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    size: u64,
    /// In nanoseconds since 1970.
    written: i128,
    owner: u32,
}

impl Found {
    /// Whether it has the size it should have and was not written after a time: no proof that its content is right, but
    /// whoever edits it through one of its links is found out.
    pub(crate) fn is_untouched(self, size: u64, since: i128) -> bool {
        self.size == size && self.written <= since
    }
}

impl<'a> Source<'a> {
    pub(crate) fn open(path: &'a Path) -> rustix::io::Result<Self> {
        let folder = open_folder(CWD, path)?;
        Ok(Self { path: path.into(), folder, copies: Cell::new(false) })
    }

    /// A folder in it.
    pub(crate) fn within(&self, path: &str) -> rustix::io::Result<Self> {
        let folder = open_folder(&self.folder, path)?;
        Ok(Self { path: self.path.join(path).into(), folder, copies: self.copies.clone() })
    }

    /// Whose the folder is, which is whose its files are: one process has made all of it.
    pub(crate) fn owner(&self) -> rustix::io::Result<u32> {
        rustix::fs::fstat(&self.folder).map(|found| found.st_uid)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the folder has a file.
    pub(crate) fn has(&self, name: &str) -> bool {
        rustix::fs::statat(&self.folder, name, AtFlags::SYMLINK_NOFOLLOW).is_ok()
    }

    /// Looks at a file; `None` when it cannot be looked at.
    pub(crate) fn look(&self, name: &str) -> Option<Found> {
        let found = rustix::fs::statat(&self.folder, name, AtFlags::SYMLINK_NOFOLLOW).ok()?;
        let written = i128::from(found.st_mtime) * 1_000_000_000 + i128::from(found.st_mtime_nsec);
        Some(Found { size: u64::try_from(found.st_size).ok()?, written, owner: found.st_uid })
    }
}

/// Places files for one plan.
#[derive(Debug)]
pub(crate) struct Linker {
    mode: LinkMode,
    user: u32,
}

impl Linker {
    pub(crate) fn new(mode: LinkMode) -> Self {
        Self { mode, user: rustix::process::geteuid().as_raw() }
    }

    /// The mode for a file that may be somebody else's. He could change it in the environment, later, by changing what it is
    /// linked to: so it is copied. Only root could do so anyway.
    pub(crate) fn mode_for(&self, owner: Option<u32>) -> LinkMode {
        match self.mode {
            LinkMode::HardLink if owner.is_none_or(|owner| owner != self.user && owner != 0) => {
                LinkMode::Copy
            }
            mode => mode,
        }
    }

    /// The mode for a file that was looked at.
    pub(crate) fn mode_for_found(&self, found: Option<Found>) -> LinkMode {
        self.mode_for(found.map(|found| found.owner))
    }
}

impl LinkMode {
    /// Places the file `name` of `source` at `path` in `folder`, where nothing may be.
    pub(crate) fn place(
        self,
        source: &Source<'_>,
        name: &str,
        folder: BorrowedFd<'_>,
        path: &str,
    ) -> rustix::io::Result<()> {
        if self == LinkMode::Copy || source.copies.get() {
            return copy(source, name, folder, path, false);
        }
        let placed = match self {
            LinkMode::HardLink => rustix::fs::linkat(&source.folder, name, folder, path, AtFlags::empty()),
            LinkMode::Symlink => rustix::fs::symlinkat(source.path.join(name), folder, path),
            LinkMode::Reflink => copy(source, name, folder, path, true),
            LinkMode::Copy => Err(Errno::OPNOTSUPP),
        };
        match placed {
            // Too many links to this one file.
            Err(Errno::MLINK) => copy(source, name, folder, path, false),
            // Another file system, or one without links, or a kernel that protects files of others from being linked.
            Err(
                Errno::XDEV | Errno::PERM | Errno::ACCESS | Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL,
            ) => {
                source.copies.set(true);
                copy(source, name, folder, path, false)
            }
            placed => placed,
        }
    }
}

/// Opens a folder, so that what is in it has short paths.
pub(crate) fn open_folder(above: impl AsFd, path: impl Arg) -> rustix::io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    rustix::fs::openat(above, path, flags, Mode::empty())
}

/// Copies a file with its permission to execute and its time, for which byte-code is valid.
fn copy(
    source: &Source<'_>,
    name: &str,
    folder: BorrowedFd<'_>,
    path: &str,
    shares_blocks: bool,
) -> rustix::io::Result<()> {
    let mut from = File::from(rustix::fs::openat(
        &source.folder,
        name,
        OFlags::RDONLY | OFlags::CLOEXEC,
        Mode::empty(),
    )?);
    let metadata = from.metadata().map_err(|error| errno(&error))?;
    let is_executable = metadata.mode() & 0o111 != 0;
    let mut to = create(folder, path, is_executable)?;
    #[cfg(target_os = "linux")]
    let is_cloned = shares_blocks && rustix::fs::ioctl_ficlone(&to, &from).is_ok();
    #[cfg(not(target_os = "linux"))]
    let is_cloned = false && shares_blocks;
    if !is_cloned {
        io::copy(&mut from, &mut to).map_err(|error| errno(&error))?;
    }
    let times = FileTimes::new().set_modified(metadata.modified().map_err(|error| errno(&error))?);
    to.set_times(times).map_err(|error| errno(&error))
}

/// Makes a file where none may be, with the mode that the user's mask gives.
pub(crate) fn create(folder: BorrowedFd<'_>, path: &str, is_executable: bool) -> rustix::io::Result<File> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
    let mode = Mode::from_raw_mode(if is_executable { 0o777 } else { 0o666 });
    let file = File::from(rustix::fs::openat(folder, path, flags, mode)?);
    if is_executable {
        // pip gives everybody the permission to execute, whatever the mask says.
        let mode = file.metadata().map_err(|error| errno(&error))?.mode();
        if mode & 0o111 != 0o111 {
            rustix::fs::fchmod(file.as_fd(), Mode::from_raw_mode(mode | 0o111))?;
        }
    }
    Ok(file)
}

/// The system's number of an error that came through the standard library.
pub(crate) fn errno(error: &io::Error) -> Errno {
    Errno::from_io_error(error).unwrap_or(Errno::IO)
}
