//! What pip shows before it asks whether to remove a distribution.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use super::Belongings;
use crate::InstallError;
use crate::aside::{self, Limits};
use crate::disk::{Disk, FolderId, Kind};

/// The paths of one removal, sorted, in the short forms in which pip shows them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// `Would remove:`: files, and `folder/*` for packages.
    pub remove: Vec<PathBuf>,
    /// `Would not remove (might be manually added):`: other files in those packages.
    pub skip: Vec<PathBuf>,
    /// `Would not remove (outside of prefix):`.
    pub refused: Vec<PathBuf>,
    /// `Would remove:` when verbose: every file.
    pub every_file: Vec<PathBuf>,
    /// `Will actually move:`, shown when verbose: files, and folders (with a slash at the end) that are moved as one.
    pub moves: Vec<PathBuf>,
}

impl Listing {
    /// Whether nothing of the distribution was found:
    /// `Can't uninstall '{}'. No files were found to uninstall.`
    pub fn is_empty(&self) -> bool {
        self.every_file.is_empty()
    }
}

/// Makes the listing of what was found.
pub(super) fn of(belongings: Belongings, disk: &mut Disk) -> Result<Listing, InstallError> {
    let mut paths = BTreeSet::new();
    for (folder, name) in &belongings.entries {
        paths.insert(disk.path_of(*folder, name));
        disk.leaves(*folder, name);
    }
    let files: BTreeSet<&Path> =
        paths.iter().map(PathBuf::as_path).filter(|path| !is_byte_code(path)).collect();
    // A package is recognised by its `__init__.py`, metadata by its folder's name.
    let packages: BTreeSet<PathBuf> = files
        .iter()
        .filter(|path| {
            let text = path.to_string_lossy();
            text.ends_with("__init__.py") || text.contains(".dist-info")
        })
        .filter_map(|path| Some(path.parent()?.to_path_buf()))
        .collect();
    let packages = compact(packages);

    let mut skip = Vec::new();
    for package in &packages {
        if let Some(id) = disk.folder(package)? {
            add_others(disk, id, &files, &mut skip)?;
        }
    }
    let wildcards = packages.iter().map(|package| package.join("*"));
    let remove = compact(wildcards.chain(files.iter().map(|path| path.to_path_buf())));
    let moves = moves(disk)?;
    Ok(Listing {
        remove,
        skip: compact(skip),
        refused: compact(belongings.refused),
        every_file: compact(paths),
        moves,
    })
}

/// The files of a package that stay: not byte-code, and not among those that are removed.
fn add_others(
    disk: &mut Disk,
    folder: FolderId,
    files: &BTreeSet<&Path>,
    others: &mut Vec<PathBuf>,
) -> Result<(), InstallError> {
    let mut folders = Vec::new();
    for (name, entry) in &disk[folder].entries {
        let path = disk[folder].path.join(name);
        match entry.kind {
            Kind::Directory => folders.push(path),
            // pip lists what is a file once links are followed.
            Kind::Link if !path.is_file() => {}
            _ if is_byte_code(&path) || files.contains(path.as_path()) => {}
            _ => others.push(path),
        }
    }
    for path in folders {
        if let Some(folder) = disk.real_folder(path)? {
            add_others(disk, folder, files, others)?;
        }
    }
    Ok(())
}

/// The whole folders, and the files outside of them.
fn moves(disk: &mut Disk) -> Result<Vec<PathBuf>, InstallError> {
    let moves = aside::plan(disk, &Limits::default())?;
    let mut paths: Vec<PathBuf> = moves
        .into_iter()
        .map(|step| {
            let mut path = step.from.into_os_string();
            path.push(if step.folder.is_some() { "/" } else { "" });
            path.into()
        })
        .collect();
    // As texts, not part by part.
    paths.sort_unstable_by(|one, other| one.as_os_str().cmp(other.as_os_str()));
    Ok(paths)
}

/// The fewest paths that hold all paths: what lies below another is left out. `folder/*` holds like `folder`.
pub(crate) fn compact(paths: impl IntoIterator<Item = PathBuf>) -> Vec<PathBuf> {
    fn holder(path: &Path) -> &Path {
        if path.ends_with("*") { path.parent().unwrap_or(path) } else { path }
    }
    let mut paths: Vec<PathBuf> = paths.into_iter().collect();
    paths.sort_by_cached_key(|path| path.to_string_lossy().chars().count());
    let mut holders: HashSet<PathBuf> = HashSet::new();
    paths.retain(|path| {
        let current = holder(path);
        let is_held = current.ancestors().any(|above| holders.contains(above));
        if !is_held {
            holders.insert(current.to_path_buf());
        }
        !is_held
    });
    paths.sort_unstable_by(|a, b| a.as_os_str().cmp(b.as_os_str()));
    paths
}

fn is_byte_code(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().ends_with(b".pyc")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compacted(paths: &[&str]) -> Vec<String> {
        compact(paths.iter().map(PathBuf::from))
            .into_iter()
            .map(|path| path.to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn compacting_keeps_the_shortest() {
        assert_eq!(compacted(&["/a/b/c", "/a/b", "/a/bc"]), ["/a/b", "/a/bc"]);
        assert_eq!(compacted(&["/a/b/*", "/a/b/c.py", "/a/b.py"]), ["/a/b.py", "/a/b/*"]);
        assert_eq!(compacted(&["/a", "/a"]), ["/a"]);
    }
}
