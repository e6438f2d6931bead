//! Finding on the disk what a distribution says belongs to it.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::Removal;
use crate::InstallError;
use crate::disk::{Disk, FolderId, Kind};
use crate::target::Bounds;

/// The entries on the disk that belong to a distribution.
#[derive(Debug, Default)]
pub(crate) struct Belongings {
    /// What may be removed; some perhaps twice.
    pub(crate) entries: Vec<(FolderId, OsString)>,
    /// What is outside the virtual environment.
    pub(crate) refused: Vec<PathBuf>,
}

/// A folder that declared files are in.
#[derive(Clone, Copy)]
struct Place {
    id: FolderId,
    /// Its `__pycache__`.
    cache: Option<FolderId>,
    /// Whether it is inside the virtual environment, if there is one.
    may_go: bool,
}

pub(super) fn look(
    removal: &Removal,
    disk: &mut Disk,
    cache_tag: &str,
    bounds: &Bounds,
) -> Result<Belongings, InstallError> {
    let mut found = Belongings::default();
    let base = if removal.files.is_empty() { None } else { disk.folder(&removal.location)? };
    // Rows of one folder follow each other: each folder is looked up once.
    let mut last: Option<(&str, Option<Place>)> = None;
    for file in &removal.files {
        let Some((folder, name)) = split(&file.path) else { continue };
        let place = match last {
            Some((known, place)) if known == folder => place,
            _ => {
                let id = match base {
                    Some(base) => disk.below(base, Path::new(folder))?,
                    None => None,
                };
                let place = match id {
                    Some(id) => Some(Place {
                        id,
                        cache: disk.child(id, OsStr::new("__pycache__"))?,
                        may_go: bounds.allow(&disk[id].path),
                    }),
                    None => None,
                };
                last = Some((folder, place));
                place
            }
        };
        let Some(place) = place else { continue };
        let exists = found.add_file(disk, place.id, name, place.may_go);
        if let Some(stem) = name.strip_suffix(".py") {
            found.add_file(disk, place.id, &format!("{stem}.pyc"), place.may_go);
            found.add_file(disk, place.id, &format!("{stem}.pyo"), place.may_go);
            if let (true, Some(cache)) = (exists, place.cache) {
                found.add_file(disk, cache, &format!("{stem}.{cache_tag}.pyc"), place.may_go);
            }
        }
    }
    for path in &removal.others {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { continue };
        if let Some(id) = disk.folder(folder)? {
            let may_go = bounds.allow(&disk[id].path);
            if disk.find(id, name).is_some() {
                found.add(disk, id, name, may_go);
            }
        }
    }
    Ok(found)
}

impl Belongings {
    /// Adds a declared file if it is there. Only files are declared: a row that names a folder is not believed, since
    /// a hostile one could name the environment.
    fn add_file(&mut self, disk: &Disk, folder: FolderId, name: &str, may_go: bool) -> bool {
        let name = OsStr::new(name);
        let exists = disk.find(folder, name).is_some_and(|(_, entry)| entry.kind != Kind::Directory);
        if exists {
            self.add(disk, folder, name, may_go);
        }
        exists
    }

    fn add(&mut self, disk: &Disk, folder: FolderId, name: &OsStr, may_go: bool) {
        if may_go {
            self.entries.push((folder, name.to_owned()));
        } else {
            self.refused.push(disk.path_of(folder, name));
        }
    }
}

/// The folder and the name of a declared file; `None` when it cannot be a file.
fn split(file: &str) -> Option<(&str, &str)> {
    let (folder, name) = match file.rsplit_once('/') {
        Some(("", name)) => ("/", name),
        Some(split) => split,
        None => ("", file),
    };
    (!matches!(name, "" | "." | "..")).then_some((folder, name))
}
