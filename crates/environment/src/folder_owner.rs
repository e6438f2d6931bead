//! Whose a folder is.

use std::path::Path;

use rustix::fs::{Access, access, lstat};

/// Whether the current user may keep things in a folder, or in the nearest one above it that exists (pip:
/// `check_path_owner`).
///
/// Root may write everywhere, but only what root owns counts: in a user's folder it would leave files that the user
/// cannot change.
pub fn may_keep_in(folder: &Path) -> bool {
    let nearest = folder.ancestors().find_map(|folder| Some((folder, lstat(folder).ok()?)));
    let Some((existing, status)) = nearest else { return false };
    if rustix::process::geteuid().is_root() {
        return status.st_uid == 0;
    }
    access(existing, Access::WRITE_OK).is_ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, chown};

    use super::*;

    #[test]
    fn the_nearest_folder_decides() {
        let folder = tempfile::tempdir().unwrap();
        assert!(may_keep_in(folder.path()) && may_keep_in(&folder.path().join("a/b")));
        // Root may write everywhere; everybody else is kept out by the mode.
        if rustix::process::geteuid().is_root() {
            chown(folder.path(), Some(12345), None).unwrap();
        } else {
            std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o500)).unwrap();
        }
        assert!(!may_keep_in(folder.path()) && !may_keep_in(&folder.path().join("a/b")));
    }
}
