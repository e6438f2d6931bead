//! Folders that archives are unpacked in, and proof that nothing left them.

use std::{
    fs,
    path::{Component, Path},
};

use tempfile::TempDir;

/// A new folder. It goes away with its value.
pub fn scratch() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// What was found below a folder.
#[derive(Debug, Default)]
pub struct Found {
    /// How many bytes all files have.
    pub bytes: u64,
    /// How many files, folders and links there are.
    pub entries: u64,
}

/// Looks at everything below `folder` and panics at what no archive may bring: devices, and links that lead out of it.
pub fn look_through(folder: &Path) -> Found {
    let mut found = Found::default();
    let mut ahead = vec![folder.to_owned()];
    while let Some(next) = ahead.pop() {
        let Ok(entries) = fs::read_dir(&next) else { continue };
        for entry in entries {
            let entry = entry.expect("an entry of a folder");
            let (path, kind) = (entry.path(), entry.file_type().expect("the type of an entry"));
            found.entries += 1;
            if kind.is_dir() {
                ahead.push(path);
            } else if kind.is_symlink() {
                assert!(leads_inside(&path, folder), "{} leads outside", path.display());
            } else {
                assert!(kind.is_file(), "{} is neither file nor folder nor link", path.display());
                found.bytes += entry.metadata().expect("the metadata of a file").len();
            }
        }
    }
    found
}

/// Whether a link leads to a place in `folder`; where there is nothing, as far as its text can tell.
fn leads_inside(link: &Path, folder: &Path) -> bool {
    let folder = folder.canonicalize().expect("a folder");
    if let Ok(place) = link.canonicalize() {
        return place.starts_with(folder);
    }
    let target = fs::read_link(link).expect("a link");
    let mut depth = link.strip_prefix(&folder).map_or(0, |inside| inside.components().count() - 1);
    target.components().all(|part| {
        let next = match part {
            Component::Normal(_) => depth.checked_add(1),
            Component::CurDir => Some(depth),
            Component::ParentDir => depth.checked_sub(1),
            Component::RootDir | Component::Prefix(_) => None,
        };
        depth = next.unwrap_or_default();
        next.is_some()
    })
}

/// Panics unless exactly these stand in `folder`.
pub fn assert_only(folder: &Path, names: &[&str]) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let name = entry.expect("an entry of a folder").file_name();
        assert!(names.iter().any(|expected| name == *expected), "{} was written outside", name.display());
    }
}
