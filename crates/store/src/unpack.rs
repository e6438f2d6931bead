//! Writing the files of an archive into a new folder.

use std::path::Path;

use rustix::{
    fd::{AsFd, BorrowedFd, OwnedFd},
    fs::{CWD, Mode, OFlags, fchmod, fstat, mkdirat, openat},
    io::{Errno, write},
};

use crate::{
    StoreError,
    archive::{Archive, Entry, Inflater},
    digest::Fingerprint,
    manifest::UnpackedFile,
    tree::Tree,
};

/// The first line of scripts that installing gives the interpreter's path.
const PYTHON_SHEBANG: &[u8] = b"#!python";

const EXECUTABLE_BITS: Mode = Mode::XUSR.union(Mode::XGRP).union(Mode::XOTH);

/// Unpacks all files below `folder`, which must exist and be empty. Modes are pip's: what the process may give
/// by its umask, with all executable bits when the archive sets any.
///
/// Each file takes one call to make it, one to write it and one to close it; each folder is opened once.
pub fn unpack<'a>(
    archive: &'a Archive<'_>,
    tree: &Tree,
    folder: &Path,
) -> Result<Vec<UnpackedFile<'a>>, StoreError> {
    let mut inflater = Inflater::default();
    let mut unpacked = Vec::with_capacity(archive.entries.len());
    // The folders from the root to the current one; what is left is never needed again in a depth-first order.
    let mut open: Vec<(usize, OwnedFd)> = Vec::new();
    for (index, branch) in tree.directories.iter().enumerate() {
        while open.last().is_some_and(|(above, _)| Some(*above) != branch.parent) {
            open.pop();
        }
        let failed =
            |errno: Errno| StoreError::io("make the folder", folder.join(&branch.path))(errno.into());
        let name = branch.path.rsplit('/').next().unwrap_or_default();
        let directory = match open.last() {
            Some((_, parent)) => make_folder(parent.as_fd(), name).map_err(failed)?,
            None => openat(CWD, folder, FOLDER, Mode::empty()).map_err(failed)?,
        };
        for entry in archive.entries.get(branch.files.clone()).unwrap_or_default() {
            let unwritable = |errno: Errno| StoreError::io("write", folder.join(&entry.path))(errno.into());
            let file = make_file(directory.as_fd(), entry).map_err(unwritable)?;
            let (mut size, mut is_rewritten) = (0, false);
            archive.content(entry, &mut inflater, |piece| {
                is_rewritten |= size == 0 && piece.starts_with(PYTHON_SHEBANG) && is_data_script(&entry.path);
                size += piece.len() as u64;
                write_all(file.as_fd(), piece).map_err(unwritable)
            })?;
            unpacked.push(UnpackedFile {
                path: &entry.path,
                fingerprint: Fingerprint { size, checksum: entry.checksum },
                executable: entry.executable,
                python_shebang: is_rewritten,
            });
        }
        open.push((index, directory));
    }
    Ok(unpacked)
}

const FOLDER: OFlags = OFlags::DIRECTORY.union(OFlags::RDONLY).union(OFlags::CLOEXEC).union(OFlags::NOFOLLOW);

fn make_folder(parent: BorrowedFd<'_>, name: &str) -> Result<OwnedFd, Errno> {
    mkdirat(parent, name, Mode::RWXU | Mode::RWXG | Mode::RWXO)?;
    openat(parent, name, FOLDER, Mode::empty())
}

fn make_file(directory: BorrowedFd<'_>, entry: &Entry) -> Result<OwnedFd, Errno> {
    let name = entry.path.rsplit('/').next().unwrap_or_default();
    let mode = Mode::from_raw_mode(if entry.executable { 0o777 } else { 0o666 });
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
    let file = openat(directory, name, flags, mode)?;
    if entry.executable {
        // pip sets these bits whatever the umask says.
        let mode = Mode::from_raw_mode(fstat(&file)?.st_mode);
        if !mode.contains(EXECUTABLE_BITS) {
            fchmod(&file, mode | EXECUTABLE_BITS)?;
        }
    }
    Ok(file)
}

fn write_all(file: BorrowedFd<'_>, mut content: &[u8]) -> Result<(), Errno> {
    while !content.is_empty() {
        match write(file, content) {
            Ok(0) => return Err(Errno::IO),
            Ok(count) => content = content.get(count..).unwrap_or_default(),
            Err(Errno::INTR) => {}
            Err(errno) => return Err(errno),
        }
    }
    Ok(())
}

/// Whether the path is `<name>.data/scripts/<...>`.
fn is_data_script(path: &str) -> bool {
    path.split_once('/').is_some_and(|(top, rest)| top.ends_with(".data") && rest.starts_with("scripts/"))
}
