//! Moving files out of the way, so that they can be brought back.
//!
//! A folder of which everything leaves is moved as one; what stays keeps its folder. That a folder
//! holds nothing else is known from having read it, so nothing foreign is ever moved.

mod delete;
mod shift;

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::path::PathBuf;

use crate::InstallError;
use crate::disk::{Disk, Entry, Folder, FolderId, Kind};

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
    let mut whole = Whole { limits, content: HashMap::new(), top: HashMap::new() };
    let touched: Vec<FolderId> = disk.ids().filter(|id| disk[*id].has_leaving).collect();
    let mut tops: HashMap<PathBuf, FolderId> = HashMap::new();
    for id in touched {
        if let Some(top) = whole.topmost(disk, id)? {
            tops.entry(disk[top].path.clone()).or_insert(top);
        }
    }
    // A folder that goes is an entry of its parent that leaves, like any other.
    for (path, &id) in &tops {
        if let (Some(parent), Some(name)) = (disk.parent(id)?, path.file_name()) {
            disk.leaves(parent, name);
        }
    }
    let touched = || disk.ids().map(|id| &disk[id]).filter(|folder| folder.has_leaving);
    let mut moved: HashSet<PathBuf> = HashSet::new();
    for folder in touched() {
        let folders =
            folder.entries.iter().filter(|(_, entry)| entry.leaves && entry.kind == Kind::Directory);
        moved.extend(folders.map(|(name, _)| folder.path.join(name)));
    }
    let mut steps = Vec::new();
    for folder in touched() {
        if folder.path.ancestors().any(|above| moved.contains(above)) {
            continue;
        }
        for (name, _) in folder.entries.iter().filter(|(_, entry)| entry.leaves) {
            let from = folder.path.join(name);
            steps.push(Step { folder: tops.get(&from).copied(), from });
        }
    }
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

/// Finds the folders that go, each looked at once.
struct Whole<'a> {
    limits: &'a Limits,
    content: HashMap<FolderId, Content>,
    top: HashMap<FolderId, Option<FolderId>>,
}

impl Whole<'_> {
    /// The highest folder that goes at or above one; `None` when that one stays.
    fn topmost(&mut self, disk: &mut Disk, folder: FolderId) -> Result<Option<FolderId>, InstallError> {
        if let Some(&known) = self.top.get(&folder) {
            return Ok(known);
        }
        let mut top = None;
        if self.goes(disk, folder)? {
            let above = match disk.parent(folder)? {
                Some(parent) => self.topmost(disk, parent)?,
                None => None,
            };
            top = above.or(Some(folder));
        }
        self.top.insert(folder, top);
        Ok(top)
    }

    fn goes(&mut self, disk: &mut Disk, folder: FolderId) -> Result<bool, InstallError> {
        let Folder { has_leaving, path, .. } = &disk[folder];
        let is_touched = *has_leaving;
        let may_go = is_touched || self.limits.tidy_below.iter().any(|above| path.starts_with(above));
        if !may_go || self.content(disk, folder)? != Content::Leaving {
            return Ok(false);
        }
        if is_touched {
            return Ok(true);
        }
        // Somebody has made an empty folder in it for a purpose of his own.
        for child in staying_folders(disk, folder)? {
            if self.content(disk, child)? == Content::Nothing {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn content(&mut self, disk: &mut Disk, folder: FolderId) -> Result<Content, InstallError> {
        if let Some(&known) = self.content.get(&folder) {
            return Ok(known);
        }
        let stays = |entry: &Entry| !entry.leaves && entry.kind != Kind::Directory;
        let content = if self.limits.kept.contains(&folder) || disk[folder].entries.values().any(stays) {
            Content::Staying
        } else {
            let mut content = if disk[folder].has_leaving { Content::Leaving } else { Content::Nothing };
            for child in staying_folders(disk, folder)? {
                match self.content(disk, child)? {
                    Content::Nothing => {}
                    Content::Leaving => content = Content::Leaving,
                    Content::Staying => {
                        content = Content::Staying;
                        break;
                    }
                }
            }
            content
        };
        self.content.insert(folder, content);
        Ok(content)
    }
}

/// The folders directly in a folder that are not marked themselves.
fn staying_folders(disk: &mut Disk, folder: FolderId) -> Result<Vec<FolderId>, InstallError> {
    let is_folder = |entry: &Entry| !entry.leaves && entry.kind == Kind::Directory;
    let names = disk[folder].entries.iter().filter(|(_, entry)| is_folder(entry));
    let names: Vec<OsString> = names.map(|(name, _)| name.clone()).collect();
    let mut found = Vec::with_capacity(names.len());
    for name in names {
        found.extend(disk.child(folder, &name)?);
    }
    Ok(found)
}
