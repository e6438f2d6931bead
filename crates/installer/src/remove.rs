//! Removing folders, also where the system keeps files that are open under names of its own.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

/// How NFS renames a file that is removed while somebody has it open. It goes when that one closes it.
const SILLY: &[u8] = b".nfs";

/// Removes a folder with all that is in it. Folders in which nothing is left but open files of NFS may stay.
pub(crate) fn remove_tree(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if is_not_empty(&error) && holds_nothing(folder) => Ok(()),
        removed => removed,
    }
}

fn is_not_empty(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::ResourceBusy)
}

/// Whether there are only folders in a folder, and files that are gone for everybody else.
fn holds_nothing(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    entries.into_iter().all(|entry| {
        let Ok(entry) = entry else { return false };
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => {
                // What one folder refuses to lose does not keep what is in the others.
                remove_tree(&entry.path()).is_ok()
            }
            Ok(_) => is_silly(&entry.file_name()) || fs::remove_file(entry.path()).is_ok(),
            Err(_) => false,
        }
    })
}

fn is_silly(name: &OsStr) -> bool {
    name.as_bytes().starts_with(SILLY)
}
