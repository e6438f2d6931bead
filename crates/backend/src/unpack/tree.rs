//! The tree that an archive is unpacked to.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::{OsStr, OsString},
    fs::{self, File, OpenOptions, Permissions},
    io::{self, Read, Write},
    os::unix::{
        ffi::OsStrExt,
        fs::{OpenOptionsExt, PermissionsExt, symlink},
    },
    path::{Component, Path, PathBuf},
    time::SystemTime,
};

use super::Kind;
use crate::error::{BackendError, UnpackFault};

/// The largest source distributions have some ten thousand entries.
const MAX_ENTRIES: u64 = 1_000_000;

/// Folders in folders. Nothing sane comes near it, and other programs have to walk the tree.
const MAX_DEPTH: usize = 128;

/// Systems take no longer paths.
const MAX_TARGET: usize = 4096;

/// Links that lead to links.
const MAX_LINKS: usize = 40;

/// So much of a file is read at once.
const PIECE: u64 = 64 << 10;

/// Why a link is not made.
enum LinkFault {
    Outside,
    TooMany,
}

/// A folder that is filled from an archive.
///
/// As long as files are written there are no links in it, so that none can lead a file astray: they are kept back and made
/// by [`Tree::finish`], which looks where each of them leads when all are known.
#[derive(Debug)]
pub struct Tree<'a> {
    archive: &'a Path,
    kind: Kind,
    into: &'a Path,
    limit: u64,
    entries: u64,
    /// The first components of all names.
    top_level: BTreeSet<OsString>,
    hard_links: Vec<(PathBuf, PathBuf)>,
    symbolic_links: BTreeMap<PathBuf, PathBuf>,
}

impl<'a> Tree<'a> {
    /// The folder `into` for what is in the `kind` of file `archive`: at most `limit` bytes.
    pub fn new(archive: &'a Path, kind: Kind, limit: u64, into: &'a Path) -> Result<Self, BackendError> {
        let failed = |source| BackendError::Io { action: "unpack into", path: into.to_owned(), source };
        fs::create_dir_all(into).map_err(failed)?;
        if fs::read_dir(into).map_err(failed)?.next().is_some() {
            return Err(failed(io::ErrorKind::DirectoryNotEmpty.into()));
        }
        Ok(Self {
            archive,
            kind,
            into,
            limit,
            entries: 0,
            top_level: BTreeSet::new(),
            hard_links: Vec::new(),
            symbolic_links: BTreeMap::new(),
        })
    }

    /// How many bytes the archive may unpack to.
    pub fn limit(&self) -> u64 {
        self.limit
    }

    /// The place of the entry `name` in the tree, relative to its root; empty for the root itself.
    pub fn place(&mut self, name: &[u8]) -> Result<PathBuf, BackendError> {
        self.entries += 1;
        if self.entries > MAX_ENTRIES {
            return Err(self.too_large(MAX_ENTRIES, "entries"));
        }
        let place = self.inside(name)?;
        if let Some(Component::Normal(first)) = place.components().next() {
            self.top_level.insert(first.to_owned());
        }
        Ok(place)
    }

    /// A name without `.` and `..`. It may not go up beyond its first component, since that one is no part of the tree.
    fn inside(&self, name: &[u8]) -> Result<PathBuf, BackendError> {
        if name.contains(&0) {
            return Err(self.refused(name, "has a null byte in its name"));
        }
        let mut place: Vec<&OsStr> = Vec::new();
        for component in Path::new(OsStr::from_bytes(name)).components() {
            match component {
                Component::CurDir => {}
                Component::Normal(part) => place.push(part),
                Component::ParentDir if place.len() > 1 => {
                    place.pop();
                }
                Component::ParentDir | Component::RootDir | Component::Prefix(_) => {
                    return Err(self.outside(name));
                }
            }
        }
        if place.len() > MAX_DEPTH {
            return Err(self.refused(name, "is nested too deeply"));
        }
        Ok(place.into_iter().collect())
    }

    /// Makes a folder, if it is not there.
    pub fn folder(&self, place: &Path) -> Result<(), BackendError> {
        let path = self.into.join(place);
        fs::create_dir_all(&path).map_err(|error| self.not_made(place, "make", error))
    }

    /// Writes a file, in the place of an earlier one of the same name. That is how tar files are updated; in a zip file both
    /// must have the same content, since programs differ in which of them they take.
    pub fn file(
        &self,
        place: &Path,
        is_executable: bool,
        modified: Option<SystemTime>,
        content: &mut impl Read,
    ) -> Result<(), BackendError> {
        self.parent(place)?;
        let path = self.into.join(place);
        if path.is_file() {
            if self.kind == Kind::Zip {
                return self.same_file(place, &path, content);
            }
            fs::remove_file(&path).map_err(|error| self.not_made(place, "replace", error))?;
        }
        let mode = if is_executable { 0o777 } else { 0o666 };
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(mode)
            .open(&path)
            .map_err(|error| self.not_made(place, "write", error))?;
        let mut buffer = vec![0; 64 << 10];
        loop {
            let count = match content.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(self.unreadable(&error)),
            };
            file.write_all(buffer.get(..count).unwrap_or_default())
                .map_err(|error| self.not_made(place, "write", error))?;
        }
        Self::set_attributes(&file, is_executable, modified)
            .map_err(|error| self.not_made(place, "set the attributes of", error))
    }

    fn same_file(&self, place: &Path, path: &Path, content: &mut impl Read) -> Result<(), BackendError> {
        let failed = |error| self.not_made(place, "read", error);
        let mut earlier = File::open(path).map_err(failed)?;
        let (mut left, mut right) = (Vec::new(), Vec::new());
        loop {
            left.clear();
            right.clear();
            Read::by_ref(&mut earlier).take(PIECE).read_to_end(&mut left).map_err(failed)?;
            Read::by_ref(content)
                .take(PIECE)
                .read_to_end(&mut right)
                .map_err(|error| self.unreadable(&error))?;
            if left != right {
                let name = place.as_os_str().as_bytes();
                return Err(self.refused(name, "is in the archive twice, with different content"));
            }
            if left.is_empty() {
                return Ok(());
            }
        }
    }

    fn set_attributes(file: &File, is_executable: bool, modified: Option<SystemTime>) -> io::Result<()> {
        if is_executable {
            // All three of them, whatever the umask, as pip does it.
            let mode = file.metadata()?.permissions().mode();
            file.set_permissions(Permissions::from_mode(mode | 0o111))?;
        }
        // Build tools look which of two files is newer.
        modified.map_or(Ok(()), |modified| file.set_modified(modified))
    }

    /// Keeps a hard link to the file that stands, or will stand, under the name `target` in the archive.
    pub fn hard_link(&mut self, place: PathBuf, target: &[u8]) -> Result<(), BackendError> {
        let target = self.inside(target)?;
        self.hard_links.push((place, target));
        Ok(())
    }

    /// Keeps a symbolic link.
    pub fn symbolic_link(&mut self, place: PathBuf, target: &[u8]) -> Result<(), BackendError> {
        if target.first() == Some(&b'/') {
            return Err(self.refused(place.as_os_str().as_bytes(), "is a link to an absolute path"));
        }
        if target.is_empty() || target.contains(&0) {
            return Err(self.refused(place.as_os_str().as_bytes(), "is a link to nothing"));
        }
        if target.len() > MAX_TARGET {
            return Err(self.refused(place.as_os_str().as_bytes(), "is a link to a path that is too long"));
        }
        self.symbolic_links.insert(place, PathBuf::from(OsStr::from_bytes(target)));
        Ok(())
    }

    /// Makes the links that were kept, and gives the root of the tree.
    pub fn finish(self) -> Result<PathBuf, BackendError> {
        for (place, target) in &self.hard_links {
            self.parent(place)?;
            let target = self.into.join(target);
            if !target.is_file() {
                return Err(self.refused(place.as_os_str().as_bytes(), "is a link to no file of the archive"));
            }
            fs::hard_link(target, self.into.join(place))
                .map_err(|error| self.not_made(place, "make", error))?;
        }
        // All folders come before the first link, which then cannot take the place of one.
        for place in self.symbolic_links.keys() {
            self.parent(place)?;
        }
        let root = match self.top_level.first() {
            Some(only) if self.top_level.len() == 1 && self.into.join(only).is_dir() => self.into.join(only),
            _ => self.into.to_owned(),
        };
        let depth = usize::from(root != self.into);
        for (place, target) in &self.symbolic_links {
            self.follow(place, depth).map_err(|fault| {
                let reason = match fault {
                    LinkFault::Outside => {
                        format!("would link to '{}', which is outside the destination", target.display())
                    }
                    LinkFault::TooMany => "is a link that leads through too many others".to_owned(),
                };
                self.refused(place.as_os_str().as_bytes(), reason)
            })?;
            symlink(target, self.into.join(place)).map_err(|error| self.not_made(place, "make", error))?;
        }
        Ok(root)
    }

    /// Goes where a link leads, through all links on the way. It may not come above the first `depth` components.
    fn follow(&self, link: &Path, depth: usize) -> Result<(), LinkFault> {
        let mut here = PathBuf::new();
        let mut ahead: Vec<Component<'_>> = link.components().rev().collect();
        let mut links = 0;
        while let Some(component) = ahead.pop() {
            match component {
                Component::CurDir => {}
                Component::Normal(name) => {
                    here.push(name);
                    if let Some(target) = self.symbolic_links.get(&here) {
                        links += 1;
                        if links > MAX_LINKS {
                            return Err(LinkFault::TooMany);
                        }
                        here.pop();
                        ahead.extend(target.components().rev());
                    }
                }
                Component::ParentDir if here.components().count() > depth => {
                    here.pop();
                }
                Component::ParentDir | Component::RootDir | Component::Prefix(_) => {
                    return Err(LinkFault::Outside);
                }
            }
        }
        Ok(())
    }

    fn parent(&self, place: &Path) -> Result<(), BackendError> {
        match place.parent() {
            Some(parent) => self.folder(parent),
            None => Err(self.refused(b".", "is not a folder")),
        }
    }

    /// The entry cannot be made: it contradicts another one, or the file system refuses it.
    fn not_made(&self, place: &Path, action: &'static str, source: io::Error) -> BackendError {
        match source.kind() {
            io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory => {
                self.refused(place.as_os_str().as_bytes(), "stands where the archive has something else")
            }
            _ => BackendError::Io { action, path: self.into.join(place), source },
        }
    }

    /// An entry is not taken.
    pub fn refused(&self, name: &[u8], reason: impl Into<String>) -> BackendError {
        let (archive, entry) = (self.archive.to_owned(), text(name));
        UnpackFault::Member { archive, kind: self.kind.name(), entry, reason: reason.into() }.into()
    }

    /// An entry would not stand in the tree.
    fn outside(&self, name: &[u8]) -> BackendError {
        let entry = self.into.join(OsStr::from_bytes(name));
        match self.kind {
            Kind::Zip => {
                UnpackFault::Outside { archive: self.archive.to_owned(), entry, into: self.into.to_owned() }
                    .into()
            }
            Kind::Tar => {
                let place = entry.display();
                self.refused(
                    name,
                    format!("would be extracted to '{place}', which is outside the destination"),
                )
            }
        }
    }

    /// The archive cannot be read, or has more than it may.
    pub fn unreadable(&self, error: &io::Error) -> BackendError {
        match error.kind() {
            io::ErrorKind::FileTooLarge => self.too_large(self.limit, "bytes"),
            _ => self.damaged(error),
        }
    }

    /// The archive is damaged.
    pub fn damaged(&self, reason: &impl ToString) -> BackendError {
        UnpackFault::Damaged {
            archive: self.archive.to_owned(),
            kind: self.kind.name(),
            reason: reason.to_string(),
        }
        .into()
    }

    fn too_large(&self, limit: u64, of: &'static str) -> BackendError {
        UnpackFault::TooLarge { archive: self.archive.to_owned(), limit, of }.into()
    }
}

fn text(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}
