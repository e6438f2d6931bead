//! What is on the disk, each folder read once, and what of it is going to leave.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;
use std::{fs, io, ops};

use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags};

use crate::InstallError;

/// A folder of [`Disk`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct FolderId(usize);

/// What an entry of a folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A regular file, or something stranger that is not a directory.
    File,
    /// A directory.
    Directory,
    /// A symbolic link to whatever.
    Link,
}

/// An entry of a folder.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    /// What it is.
    pub(crate) kind: Kind,
    /// Whether it is going to be moved aside.
    pub(crate) leaves: bool,
    /// The folder it is, once that was read.
    pub(crate) folder: Option<FolderId>,
}

/// A folder, with everything in it.
#[derive(Debug)]
pub(crate) struct Folder {
    /// Its absolute path, without symbolic links.
    pub(crate) path: PathBuf,
    /// What is in it.
    pub(crate) entries: HashMap<OsString, Entry>,
    /// Whether at least one of its entries leaves.
    pub(crate) has_leaving: bool,
}

/// The folders that were looked at. The answer to every question is that of the first look.
#[derive(Debug, Default)]
pub(crate) struct Disk {
    folders: Vec<Folder>,
    by_path: HashMap<PathBuf, Option<FolderId>>,
    by_alias: HashMap<PathBuf, Option<FolderId>>,
    /// Whether the file system takes `a` and `A` for the same name, once somebody has asked.
    ignores_case: OnceLock<bool>,
}

impl Disk {
    /// The folder at a path that may go through symbolic links; `None` when there is no folder.
    pub(crate) fn folder(&mut self, path: &Path) -> Result<Option<FolderId>, InstallError> {
        if let Some(&known) = self.by_alias.get(path) {
            return Ok(known);
        }
        let id = match fs::canonicalize(path) {
            Ok(real) => self.real_folder(real)?,
            Err(error) if is_absent(&error) => None,
            Err(error) => return Err(InstallError::io("look at", path, error)),
        };
        self.by_alias.insert(path.to_path_buf(), id);
        Ok(id)
    }

    /// The folder at a relative path, seen from another folder. Goes name by name, so that what is known of the
    /// folders on the way saves asking the system.
    pub(crate) fn below(&mut self, base: FolderId, path: &Path) -> Result<Option<FolderId>, InstallError> {
        let mut at = base;
        for component in path.components() {
            let next = match component {
                Component::CurDir => continue,
                // The path of a folder has no symbolic links: its parent is the one in its text.
                Component::ParentDir => Some(self.parent(at)?.unwrap_or(at)),
                Component::Normal(name) => self.child(at, name)?,
                Component::RootDir | Component::Prefix(_) => return self.folder(path),
            };
            match next {
                Some(next) => at = next,
                None => return Ok(None),
            }
        }
        Ok(Some(at))
    }

    /// The folder called `name` in another one, followed when it is a symbolic link to a folder.
    pub(crate) fn child(&mut self, parent: FolderId, name: &OsStr) -> Result<Option<FolderId>, InstallError> {
        if let Some(Entry { folder: Some(known), .. }) = self[parent].entries.get(name) {
            return Ok(Some(*known));
        }
        let Some((name, entry)) = self.find(parent, name).map(|(name, entry)| (name.to_owned(), *entry))
        else {
            return Ok(None);
        };
        match entry {
            Entry { folder: Some(known), .. } => Ok(Some(known)),
            Entry { kind: Kind::Directory, .. } => {
                let child = self.real_folder(self[parent].path.join(&name))?;
                let entry = self.folders.get_mut(parent.0).and_then(|folder| folder.entries.get_mut(&name));
                if let Some(entry) = entry {
                    entry.folder = child;
                }
                Ok(child)
            }
            Entry { kind: Kind::Link, .. } => {
                let path = self[parent].path.join(name);
                self.folder(&path)
            }
            Entry { kind: Kind::File, .. } => Ok(None),
        }
    }

    /// The entry called `name`, with its name as it is written there.
    pub(crate) fn find(&self, folder: FolderId, name: &OsStr) -> Option<(&OsStr, &Entry)> {
        let Folder { path, entries, .. } = &self[folder];
        if let Some((name, entry)) = entries.get_key_value(name) {
            return Some((name, entry));
        }
        // On such a file system, what is to be made next to `Name` as `name` would be made in it, and undone with it.
        if !*self.ignores_case.get_or_init(|| ignores_case(path, entries)) {
            return None;
        }
        let mut entries = entries.iter();
        entries
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(name, entry)| (name.as_os_str(), entry))
    }

    /// The path of an entry, with its name as it is written there.
    pub(crate) fn path_of(&self, folder: FolderId, name: &OsStr) -> PathBuf {
        self[folder].path.join(self.find(folder, name).map_or(name, |(name, _)| name))
    }

    /// The entry called `name`, unless it leaves.
    pub(crate) fn staying(&self, folder: FolderId, name: &OsStr) -> Option<Entry> {
        self.find(folder, name).map(|(_, entry)| *entry).filter(|entry| !entry.leaves)
    }

    /// The folder at a path, unless it or a folder above leaves.
    pub(crate) fn staying_folder(&mut self, path: &Path) -> Result<Option<FolderId>, InstallError> {
        let Some(id) = self.folder(path)? else { return Ok(None) };
        let mut at = self[id].path.as_path();
        while let (Some(parent), Some(name)) = (at.parent(), at.file_name()) {
            let parent_id = self.by_path.get(parent).copied().flatten();
            if parent_id
                .is_some_and(|parent| self[parent].entries.get(name).is_some_and(|entry| entry.leaves))
            {
                return Ok(None);
            }
            at = parent;
        }
        Ok(Some(id))
    }

    /// Marks an entry as leaving; `false` when there is none.
    pub(crate) fn leaves(&mut self, folder: FolderId, name: &OsStr) -> bool {
        let Some(name) = self.find(folder, name).map(|(name, _)| name.to_owned()) else { return false };
        let Some(folder) = self.folders.get_mut(folder.0) else { return false };
        let Some(entry) = folder.entries.get_mut(&name) else { return false };
        entry.leaves = true;
        folder.has_leaving = true;
        true
    }

    /// All folders that were read.
    pub(crate) fn ids(&self) -> impl Iterator<Item = FolderId> + use<> {
        (0..self.folders.len()).map(FolderId)
    }

    /// The folder that another one is in.
    pub(crate) fn parent(&mut self, folder: FolderId) -> Result<Option<FolderId>, InstallError> {
        match self[folder].path.parent().map(Path::to_path_buf) {
            Some(parent) => self.real_folder(parent),
            None => Ok(None),
        }
    }

    /// The folder at a path known to have no symbolic links.
    pub(crate) fn real_folder(&mut self, path: PathBuf) -> Result<Option<FolderId>, InstallError> {
        if let Some(&known) = self.by_path.get(&path) {
            return Ok(known);
        }
        let id = match read(&path) {
            Ok(entries) => {
                self.folders.push(Folder { path: path.clone(), entries, has_leaving: false });
                Some(FolderId(self.folders.len() - 1))
            }
            Err(error) if is_absent(&error) => None,
            Err(error) => return Err(InstallError::io("read", &path, error)),
        };
        self.by_path.insert(path, id);
        Ok(id)
    }
}

impl ops::Index<FolderId> for Disk {
    type Output = Folder;

    /// Identifiers are only made by this room's one `Disk`, whose list of folders never shrinks.
    fn index(&self, id: FolderId) -> &Folder {
        &self.folders[id.0]
    }
}

/// Whether an error says that nothing of the kind is there.
fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Whether an entry of a folder is also there under its name in the other case. Without an entry that tells, it is not.
fn ignores_case(folder: &Path, entries: &HashMap<OsString, Entry>) -> bool {
    let other_case = |name: &OsString| {
        let swap = |byte: &u8| {
            if byte.is_ascii_lowercase() { byte.to_ascii_uppercase() } else { byte.to_ascii_lowercase() }
        };
        let swapped = OsString::from_vec(name.as_bytes().iter().map(swap).collect());
        (!entries.contains_key(&swapped)).then_some(swapped)
    };
    let other = entries.keys().find_map(other_case);
    other.is_some_and(|name| fs::symlink_metadata(folder.join(name)).is_ok())
}

fn read(path: &Path) -> io::Result<HashMap<OsString, Entry>> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let folder = rustix::fs::openat(CWD, path, flags, Mode::empty())?;
    let mut entries = HashMap::new();
    let mut unknown = Vec::new();
    let mut listing = Dir::new(folder)?;
    while let Some(entry) = listing.read() {
        let entry = entry?;
        let name = OsStr::from_bytes(entry.file_name().to_bytes());
        if name == "." || name == ".." {
            continue;
        }
        let kind = match entry.file_type() {
            FileType::Directory => Kind::Directory,
            FileType::Symlink => Kind::Link,
            FileType::Unknown => {
                unknown.push(name.to_owned());
                Kind::File
            }
            _ => Kind::File,
        };
        entries.insert(name.to_owned(), Entry { kind, leaves: false, folder: None });
    }
    // File systems that do not tell the type in the listing.
    for name in unknown {
        let mode = rustix::fs::statat(listing.fd()?, &name, AtFlags::SYMLINK_NOFOLLOW)?.st_mode;
        if let Some(entry) = entries.get_mut(&name) {
            entry.kind = match FileType::from_raw_mode(mode) {
                FileType::Directory => Kind::Directory,
                FileType::Symlink => Kind::Link,
                _ => Kind::File,
            };
        }
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with `Name` in it, as a file system shows it that tells cases apart or not.
    fn disk(ignores_case: bool) -> (tempfile::TempDir, Disk, FolderId) {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("Name")).unwrap();
        let mut disk = Disk { ignores_case: ignores_case.into(), ..Disk::default() };
        let id = disk.folder(folder.path()).unwrap().unwrap();
        (folder, disk, id)
    }

    #[test]
    fn a_name_in_another_case_is_the_same_only_where_the_file_system_says_so() {
        let (_folder, mut disk, id) = self::disk(true);
        let name = OsStr::new("name");
        let found = disk.child(id, name).unwrap().unwrap();
        assert!(disk[found].path.ends_with("Name") && disk.staying(id, name).is_some());
        assert!(disk.path_of(id, name).ends_with("Name"));
        assert!(disk.leaves(id, name) && disk.staying(id, OsStr::new("Name")).is_none());

        let (_folder, mut disk, id) = self::disk(false);
        assert!(disk.child(id, name).unwrap().is_none() && !disk.leaves(id, name));
        assert!(disk.path_of(id, name).ends_with("name"));
    }

    #[test]
    fn the_file_system_is_asked() {
        let folder = tempfile::tempdir().unwrap();
        let entry = Entry { kind: Kind::File, leaves: false, folder: None };
        let entries = |names: &[&str]| names.iter().map(|name| (name.into(), entry)).collect();
        for name in ["a", "B", "c", "C"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        // As a listing of a file system would be that shows one name for two.
        assert!(ignores_case(folder.path(), &entries(&["c"])));
        assert!(!ignores_case(folder.path(), &entries(&["a", "B"])));
        assert!(!ignores_case(folder.path(), &entries(&["c", "C", "1"])), "they tell nothing");
    }
}
