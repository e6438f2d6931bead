//! Bringing back what an earlier change had moved aside.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::InstallError;
use crate::disk::{Disk, Kind};
use crate::survey::Survey;

/// A file or folder that comes back.
#[derive(Debug, Clone)]
pub(crate) struct Restoration {
    /// Where it lies in the history, and stays.
    pub(crate) from: PathBuf,
    /// Where it was.
    pub(crate) to: PathBuf,
}

impl Restoration {
    /// Notes what will be made, and what is in the way.
    pub(crate) fn survey(&self, survey: &mut Survey, disk: &mut Disk) -> Result<(), InstallError> {
        look(&self.from, &self.to, survey, disk)
    }

    /// Makes it, where nothing is now but folders.
    pub(crate) fn carry_out(&self) -> Result<(), InstallError> {
        let above = self.to.parent().unwrap_or(Path::new("/"));
        fs::create_dir_all(above).map_err(|error| InstallError::io("create", above, error))?;
        bring_back(&self.from, &self.to)
    }
}

fn look(from: &Path, to: &Path, survey: &mut Survey, disk: &mut Disk) -> Result<(), InstallError> {
    let (Some(parent), Some(name)) = (to.parent(), to.file_name()) else { return Ok(()) };
    let Some(folder) = disk.staying_folder(parent)? else { return survey.add_made_above(to, disk) };
    let is_folder = is_folder(from)?;
    match disk.staying(folder, name).map(|entry| entry.kind) {
        Some(Kind::Directory) if is_folder => {
            names(from)?.iter().try_for_each(|name| look(&from.join(name), &to.join(name), survey, disk))
        }
        Some(Kind::Directory) => Err(InstallError::Occupied { path: to.to_path_buf(), wanted: "a file" }),
        Some(_) if is_folder => Err(InstallError::Occupied { path: to.to_path_buf(), wanted: "a directory" }),
        in_the_way => {
            if in_the_way.is_some() {
                disk.leaves(folder, name);
                survey.overwritten.push(to.to_path_buf());
            }
            if is_folder {
                survey.made_folders.push(to.to_path_buf());
            } else {
                survey.made_files.push(to.to_path_buf());
            }
            survey.existing.push(parent.to_path_buf());
            Ok(())
        }
    }
}

fn bring_back(from: &Path, to: &Path) -> Result<(), InstallError> {
    let io = |error| InstallError::io("bring back", to, error);
    let metadata = fs::symlink_metadata(from).map_err(io)?;
    if metadata.is_dir() {
        match fs::create_dir(to) {
            // Others have files in it.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => {
                made.map_err(io)?;
                fs::set_permissions(to, metadata.permissions()).map_err(io)?;
            }
        }
        return names(from)?.iter().try_for_each(|name| bring_back(&from.join(name), &to.join(name)));
    }
    if metadata.is_symlink() {
        return fs::read_link(from).and_then(|target| symlink(target, to)).map_err(io);
    }
    match fs::hard_link(from, to) {
        // A file with too many links, a file of somebody else.
        Err(_) if !to.exists() => copy(from, to, &metadata).map_err(io),
        linked => linked.map_err(io),
    }
}

/// Copies a file with its mode, and with its time, for which byte-code is valid.
fn copy(from: &Path, to: &Path, metadata: &fs::Metadata) -> io::Result<()> {
    fs::copy(from, to)?;
    fs::File::options().write(true).open(to)?.set_modified(metadata.modified()?)
}

fn is_folder(path: &Path) -> Result<bool, InstallError> {
    let metadata = fs::symlink_metadata(path).map_err(|error| InstallError::io("look at", path, error))?;
    Ok(metadata.is_dir())
}

/// The names in a folder.
fn names(folder: &Path) -> Result<Vec<OsString>, InstallError> {
    let io = |error| InstallError::io("read", folder, error);
    fs::read_dir(folder).map_err(io)?.map(|entry| Ok(entry.map_err(io)?.file_name())).collect()
}

/// The number under which a moved file lies in the folder of its transaction.
pub(super) fn numbered(aside: &Path, number: usize) -> PathBuf {
    aside.join(OsStr::new(&number.to_string()))
}
