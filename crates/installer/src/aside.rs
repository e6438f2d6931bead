//! Moving files out of the way, so that they can be brought back.
//!
//! A folder of which everything leaves is moved as one; what stays keeps its folder. That a folder
//! holds nothing else is known from having read it, so nothing foreign is ever moved.

mod delete;
mod shift;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use crate::InstallError;
use crate::disk::{Disk, FolderId, Kind};

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

/// The fewest renames that take away everything marked as leaving. The folders in `keep` stay, empty or not.
pub(crate) fn plan(disk: &mut Disk, keep: &HashSet<FolderId>) -> Result<Vec<Step>, InstallError> {
    let mut folders: HashMap<PathBuf, FolderId> = HashMap::new();
    let mut known = HashMap::new();
    let touched: Vec<FolderId> = disk.ids().filter(|id| disk[*id].has_leaving).collect();
    for id in touched {
        if let Some(top) = topmost_whole(disk, id, keep, &mut known)? {
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

/// The highest folder at or above `folder` that can go as one.
fn topmost_whole(
    disk: &mut Disk,
    folder: FolderId,
    keep: &HashSet<FolderId>,
    known: &mut HashMap<FolderId, bool>,
) -> Result<Option<FolderId>, InstallError> {
    let (mut top, mut at) = (None, folder);
    while is_whole(disk, at, keep, known)? {
        top = Some(at);
        let Some(parent) = disk[at].path.parent().map(Path::to_path_buf) else { break };
        let Some(parent) = disk.real_folder(parent)? else { break };
        at = parent;
    }
    Ok(top)
}

/// Whether everything in a folder leaves; folders without files do not count as something.
fn is_whole(
    disk: &mut Disk,
    folder: FolderId,
    keep: &HashSet<FolderId>,
    known: &mut HashMap<FolderId, bool>,
) -> Result<bool, InstallError> {
    if let Some(&known) = known.get(&folder) {
        return Ok(known);
    }
    let staying = disk[folder].entries.values().filter(|entry| !entry.leaves);
    let mut is_whole = !keep.contains(&folder) && staying.clone().all(|entry| entry.kind == Kind::Directory);
    if is_whole {
        let folders: Vec<PathBuf> = disk[folder]
            .entries
            .iter()
            .filter(|(_, entry)| !entry.leaves)
            .map(|(name, _)| disk[folder].path.join(name))
            .collect();
        for path in folders {
            let is_child_whole = match disk.real_folder(path)? {
                Some(child) => self::is_whole(disk, child, keep, known)?,
                None => true,
            };
            if !is_child_whole {
                is_whole = false;
                break;
            }
        }
    }
    known.insert(folder, is_whole);
    Ok(is_whole)
}
