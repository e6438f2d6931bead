//! One move that can be repeated and taken back.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

/// Moves a file or folder, by renaming where the system can. Where it cannot (other file systems, and folders of
/// lower layers in containers), the content is moved piece by piece; a folder that is there already from an earlier,
/// cut off try is filled up.
pub(crate) fn shift(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error)
            if matches!(error.kind(), io::ErrorKind::CrossesDevices | io::ErrorKind::DirectoryNotEmpty) =>
        {
            piecewise(from, to)
        }
        result => result,
    }
}

fn piecewise(from: &Path, to: &Path) -> io::Result<()> {
    let metadata = fs::symlink_metadata(from)?;
    if metadata.is_dir() {
        match fs::create_dir(to) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            result => result?,
        }
        for entry in fs::read_dir(from)? {
            let name = entry?.file_name();
            shift(&from.join(&name), &to.join(&name))?;
        }
        fs::set_permissions(to, metadata.permissions())?;
        return fs::remove_dir(from);
    }
    if metadata.is_symlink() {
        symlink(fs::read_link(from)?, to)?;
    } else {
        let (mut source, mut copy) = (File::open(from)?, File::create(to)?);
        io::copy(&mut source, &mut copy)?;
        copy.set_permissions(fs::Permissions::from_mode(metadata.permissions().mode()))?;
        // Byte-code is valid for the time of its source.
        copy.set_modified(metadata.modified()?)?;
    }
    fs::remove_file(from)
}
