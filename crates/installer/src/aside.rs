//! Moving files out of the way, so that they can be brought back.
//!
//! A folder of which everything leaves is moved as one; what stays keeps its folder. That a folder
//! holds nothing else is known from having read it, so nothing foreign is ever moved.

mod delete;
mod shift;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use crate::InstallError;
use crate::disk::{Disk, Entry, FolderId, Kind};

pub(crate) use delete::delete;
pub(crate) use shift::shift;

/// One rename.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// Where it is now.
    pub(crate) from: PathBuf,
    /// The folder that is moved as one, when its content is known.
    pub(crate) folder: Option<FolderId>,
}

/// Which folders may go once they are empty.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    /// These stay, empty or not.
    pub(crate) kept: HashSet<FolderId>,
    /// Below these, folders go that held nothing but folders that go. Elsewhere they may have been there before.
    pub(crate) tidy_below: Vec<PathBuf>,
}

/// The fewest renames that take away everything marked as leaving. As with pip, a folder goes when something in it
/// leaves and nothing in it stays but folders without files.
pub(crate) fn plan(disk: &mut Disk, limits: &Limits) -> Result<Vec<Step>, InstallError> {
    let mut folders: HashMap<PathBuf, FolderId> = HashMap::new();
    let mut known = HashMap::new();
    let touched: Vec<FolderId> = disk.ids().filter(|id| disk[*id].has_leaving).collect();
    for id in touched {
        if let Some(top) = topmost(disk, id, limits, &mut known)? {
            folders.insert(disk[top].path.clone(), top);
        }
    }
    // A folder that goes is an entry of its parent that leaves, like any other.
    for path in folders.keys() {
        if let (Some(parent), Some(name)) = (path.parent(), path.file_name())
            && let Some(parent) = disk.real_folder(parent.to_path_buf())?
        {
            disk.leaves(parent, name);
        }
    }
    let disk = &*disk;
    let leaving = |id: FolderId| {
        let entries = disk[id].entries.iter().filter(|(_, entry)| entry.leaves);
        entries.map(move |(name, entry)| (disk[id].path.join(name), entry.kind))
    };
    let touched = || disk.ids().filter(|id| disk[*id].has_leaving);
    let moved: HashSet<PathBuf> = touched()
        .flat_map(leaving)
        .filter_map(|(path, kind)| (kind == Kind::Directory).then_some(path))
        .collect();
    let is_moved = |path: &Path| path.ancestors().any(|above| moved.contains(above));
    let mut steps: Vec<Step> = touched()
        .filter(|id| !is_moved(&disk[*id].path))
        .flat_map(leaving)
        .map(|(from, _)| Step { folder: folders.get(&from).copied(), from })
        .collect();
    steps.sort_unstable_by(|a, b| a.from.as_os_str().cmp(b.from.as_os_str()));
    Ok(steps)
}

/// What the files in a folder and in those below it are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    /// There are none.
    Nothing,
    /// All leave.
    Leaving,
    /// Some stay.
    Staying,
}

/// The highest folder at or above a touched one that goes.
fn topmost(
    disk: &mut Disk,
    folder: FolderId,
    limits: &Limits,
    known: &mut HashMap<FolderId, Content>,
) -> Result<Option<FolderId>, InstallError> {
    let (mut top, mut at) = (None, folder);
    loop {
        if content(disk, at, limits, known)? != Content::Leaving {
            return Ok(top);
        }
        if !disk[at].has_leaving {
            let path = &disk[at].path;
            let may_tidy = limits.tidy_below.iter().any(|above| path.starts_with(above) && path != above);
            if !may_tidy || has_empty_folder(disk, at, limits, known)? {
                return Ok(top);
            }
        }
        top = Some(at);
        let Some(parent) = disk[at].path.parent().map(Path::to_path_buf) else { return Ok(top) };
        let Some(parent) = disk.real_folder(parent)? else { return Ok(top) };
        at = parent;
    }
}

fn content(
    disk: &mut Disk,
    folder: FolderId,
    limits: &Limits,
    known: &mut HashMap<FolderId, Content>,
) -> Result<Content, InstallError> {
    if let Some(&known) = known.get(&folder) {
        return Ok(known);
    }
    let has_file = |entry: &Entry| !entry.leaves && entry.kind != Kind::Directory;
    let result = if limits.kept.contains(&folder) || disk[folder].entries.values().any(has_file) {
        Content::Staying
    } else {
        let mut result = if disk[folder].has_leaving { Content::Leaving } else { Content::Nothing };
        for child in staying_folders(disk, folder)? {
            match content(disk, child, limits, known)? {
                Content::Nothing => {}
                Content::Leaving => result = Content::Leaving,
                Content::Staying => {
                    result = Content::Staying;
                    break;
                }
            }
        }
        result
    };
    known.insert(folder, result);
    Ok(result)
}

/// Whether a folder directly below holds no files at all: somebody has made it for a purpose of his own.
fn has_empty_folder(
    disk: &mut Disk,
    folder: FolderId,
    limits: &Limits,
    known: &mut HashMap<FolderId, Content>,
) -> Result<bool, InstallError> {
    for child in staying_folders(disk, folder)? {
        if content(disk, child, limits, known)? == Content::Nothing {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The folders directly in a folder that are not marked themselves.
fn staying_folders(disk: &mut Disk, folder: FolderId) -> Result<Vec<FolderId>, InstallError> {
    let is_folder = |entry: &Entry| !entry.leaves && entry.kind == Kind::Directory;
    let folders = disk[folder].entries.iter().filter(|(_, entry)| is_folder(entry));
    let folders: Vec<PathBuf> = folders.map(|(name, _)| disk[folder].path.join(name)).collect();
    let mut found = Vec::with_capacity(folders.len());
    for path in folders {
        found.extend(disk.real_folder(path)?);
    }
    Ok(found)
}
