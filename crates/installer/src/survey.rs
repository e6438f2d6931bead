//! What is in the way of the files of a plan, found before anything is changed.

mod tops;

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use store::Fingerprint;

use crate::disk::{Disk, FolderId, Kind};
use crate::layout::{Fate, Layout, Roots, Spread, files_in};
use crate::{InstallError, SharedFile};

use tops::Tops;

/// The ground on which a plan is carried out.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    /// Folders that will be made, without those inside others of them.
    pub(crate) made_folders: Vec<PathBuf>,
    /// Files that will be made in folders that are there.
    pub(crate) made_files: Vec<PathBuf>,
    /// Files that are in the way, to be moved aside.
    pub(crate) overwritten: Vec<PathBuf>,
    /// Those of them that a wheel's file takes the place of, without byte-code.
    pub(crate) in_the_way: Vec<InTheWay>,
    /// Paths that several wheels fill differently.
    pub(crate) shared: Vec<SharedFile>,
    /// Folders that are there and in which something will be made.
    pub(crate) existing: Vec<PathBuf>,
    /// The roots to which something goes.
    pub(crate) used_roots: Vec<usize>,
}

/// A folder that files go to.
#[derive(Debug)]
struct Destination {
    path: PathBuf,
    /// The folder as it is now; `None` when it will be made.
    on_disk: Option<FolderId>,
    /// Who puts files here, in the order in which pip would.
    users: Vec<User>,
}

/// A part of a wheel that goes to one folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct User {
    wheel: usize,
    /// pip installs the library before `.data`, of that the scripts last, and then makes the entry points' scripts.
    rank: u8,
    /// A directory of the manifest, or one of the entry points' scripts.
    part: usize,
}

/// A file that is in the way of one of a wheel.
#[derive(Debug)]
pub(crate) struct InTheWay {
    pub(crate) path: PathBuf,
    pub(crate) wheel: usize,
    pub(crate) item: Item,
}

/// A file that a wheel puts somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Item {
    File(usize),
    Script(usize),
    /// Metadata that the installer writes.
    Metadata,
}

const RANK_OF_SCRIPTS: u8 = 3;

/// Looks at everything that the layouts are going to write. `disk` knows what leaves before that. Files that lose to
/// a later one with the same path are taken out of their layouts.
pub(crate) fn survey(
    layouts: &mut [Layout<'_>],
    roots: &Roots,
    disk: &mut Disk,
) -> Result<Survey, InstallError> {
    let mut ground = Ground { survey: Survey::default(), destinations: Vec::new(), by_path: HashMap::new() };
    let tops = Tops::of(layouts, roots);
    for (wheel, layout) in layouts.iter().enumerate() {
        ground.add_wheel(wheel, layout, (roots, &tops), disk)?;
    }
    let Ground { mut survey, destinations, by_path } = ground;
    for mut destination in destinations {
        let is_shared = destination.users.len() > 1;
        if let Some(folder) = destination.on_disk {
            survey.existing.push(disk[folder].path.clone());
        } else if !is_shared {
            continue;
        }
        destination.users.sort_unstable();
        let names = winners(&destination, layouts, &mut survey.shared);
        for (name, (wheel, item)) in &names {
            let path = destination.path.join(name);
            if is_shared && by_path.contains_key(path.as_os_str()) {
                return Err(InstallError::Occupied { path, wanted: "a file" });
            }
            let Some(folder) = destination.on_disk else { continue };
            let before = survey.overwritten.len();
            survey.add_file(folder, name, path, disk)?;
            let found = survey.overwritten.get(before).cloned();
            survey.in_the_way.extend(found.map(|path| InTheWay { path, wheel: *wheel, item: *item }));
            if let (Item::File(file), Some(layout)) = (item, layouts.get(*wheel)) {
                survey.add_byte_code(layout, *file, folder, disk)?;
            }
        }
    }
    survey.made_folders.sort_unstable();
    survey.made_folders.dedup();
    Ok(survey)
}

struct Ground {
    survey: Survey,
    destinations: Vec<Destination>,
    /// By their text: comparing paths name by name takes many times as long, and all of these are written in one way.
    by_path: HashMap<OsString, usize>,
}

impl Ground {
    /// Notes every folder that the wheel puts something into.
    fn add_wheel(
        &mut self,
        wheel: usize,
        layout: &Layout<'_>,
        (roots, tops): (&Roots, &Tops<'_>),
        disk: &mut Disk,
    ) -> Result<(), InstallError> {
        let manifest = layout.placement.wheel.manifest();
        // The last folder directly below a root, and whether nothing in it needs to be looked at.
        let mut last: Option<(Spread, &str, bool)> = None;
        for directory in manifest.directories() {
            let Some(Some(spread)) = layout.spread.get(directory.index).copied() else { continue };
            let below = directory.path.get(spread.cut..).unwrap_or_default();
            if let Some((of, top, is_clear)) = last
                && is_clear
                && of == spread
                && below.strip_prefix(top).is_some_and(|rest| rest.starts_with('/'))
            {
                continue;
            }
            let is_data = spread.cut > 0;
            let rank = match (is_data, spread.root == layout.scripts_root) {
                (false, _) => 0,
                (true, false) => 1,
                (true, true) => 2,
            };
            self.add_root(spread.root, roots, disk)?;
            let root = roots.path(spread.root);
            let at = match below {
                "" => self.destination(root, disk)?,
                below => self.destination(&root.join(below), disk)?,
            };
            self.add_user(at, User { wheel, rank, part: directory.index });
            if !below.is_empty() && !below.contains('/') {
                let is_new =
                    self.destinations.get(at).is_some_and(|destination| destination.on_disk.is_none());
                last = Some((spread, below, is_new && tops.are_of_one(spread.root, below)));
            }
        }
        for (number, script) in layout.scripts.iter().enumerate() {
            self.add_root(layout.scripts_root, roots, disk)?;
            // The name may be written with more slashes than it needs.
            let path: PathBuf = roots.path(layout.scripts_root).join(&script.path).components().collect();
            let folder = path.parent().unwrap_or(Path::new("/"));
            let at = self.destination(folder, disk)?;
            self.add_user(at, User { wheel, rank: RANK_OF_SCRIPTS, part: number });
        }
        Ok(())
    }

    fn add_user(&mut self, destination: usize, user: User) {
        if let Some(destination) = self.destinations.get_mut(destination)
            && !destination.users.contains(&user)
        {
            destination.users.push(user);
        }
    }

    fn add_root(&mut self, root: usize, roots: &Roots, disk: &mut Disk) -> Result<(), InstallError> {
        let path = roots.path(root);
        if !self.survey.used_roots.contains(&root) {
            self.survey.used_roots.push(root);
            if !self.by_path.contains_key(path.as_os_str()) {
                let on_disk = disk.staying_folder(path)?;
                self.insert(path.to_path_buf(), on_disk);
                if on_disk.is_none() {
                    self.survey.add_made_above(path, disk)?;
                }
            }
        }
        Ok(())
    }

    /// The number of the destination for a folder at or below a root that is known.
    fn destination(&mut self, path: &Path, disk: &mut Disk) -> Result<usize, InstallError> {
        if let Some(&known) = self.by_path.get(path.as_os_str()) {
            return Ok(known);
        }
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(InstallError::Occupied { path: path.to_path_buf(), wanted: "a directory" });
        };
        let parent = self.destination(parent, disk)?;
        let parent = self.destinations.get(parent).and_then(|parent| parent.on_disk);
        let on_disk = match parent {
            Some(parent) if disk.staying(parent, name).is_some() => {
                let Some(folder) = disk.child(parent, name)? else {
                    return Err(InstallError::Occupied { path: path.to_path_buf(), wanted: "a directory" });
                };
                Some(folder)
            }
            Some(_) => {
                self.survey.made_folders.push(path.to_path_buf());
                None
            }
            None => None,
        };
        Ok(self.insert(path.to_path_buf(), on_disk))
    }

    fn insert(&mut self, path: PathBuf, on_disk: Option<FolderId>) -> usize {
        self.by_path.insert(path.clone().into_os_string(), self.destinations.len());
        self.destinations.push(Destination { path, on_disk, users: Vec::new() });
        self.destinations.len() - 1
    }
}

impl Survey {
    /// Notes the highest folder that must be made for `path` to be there.
    pub(crate) fn add_made_above(&mut self, path: &Path, disk: &mut Disk) -> Result<(), InstallError> {
        let mut top = path;
        while let Some(parent) = top.parent() {
            if disk.staying_folder(parent)?.is_some() {
                break;
            }
            top = parent;
        }
        self.made_folders.push(top.to_path_buf());
        Ok(())
    }

    /// Notes a file that is made in a folder that is there, and what is in its way.
    fn add_file(
        &mut self,
        folder: FolderId,
        name: &str,
        path: PathBuf,
        disk: &mut Disk,
    ) -> Result<(), InstallError> {
        match disk.staying(folder, OsStr::new(name)) {
            Some(entry) if entry.kind == Kind::Directory => {
                return Err(InstallError::Occupied { path, wanted: "a file" });
            }
            Some(_) => {
                disk.leaves(folder, OsStr::new(name));
                self.overwritten.push(disk.path_of(folder, OsStr::new(name)));
            }
            None => {}
        }
        self.made_files.push(path);
        Ok(())
    }

    /// Notes the byte-code of a file whose folder is there.
    fn add_byte_code(
        &mut self,
        layout: &Layout<'_>,
        file: usize,
        folder: FolderId,
        disk: &mut Disk,
    ) -> Result<(), InstallError> {
        let Some(compiled) = layout.placement.byte_code.as_ref().and_then(|code| code.of_file(file)) else {
            return Ok(());
        };
        let cache = OsStr::new("__pycache__");
        let path = disk[folder].path.join(cache);
        match disk.staying(folder, cache) {
            None => self.made_folders.push(path),
            Some(_) => match disk.child(folder, cache)? {
                Some(id) => self.add_file(id, compiled.name, path.join(compiled.name), disk)?,
                None => return Err(InstallError::Occupied { path, wanted: "a directory" }),
            },
        }
        Ok(())
    }
}

/// The files that end up in a folder. Of two with one name the later wins, as with pip; the other is not placed.
fn winners(
    destination: &Destination,
    layouts: &mut [Layout<'_>],
    shared: &mut Vec<SharedFile>,
) -> HashMap<String, (usize, Item)> {
    let mut names: HashMap<String, (usize, Item)> = HashMap::new();
    for user in &destination.users {
        let Some(layout) = layouts.get(user.wheel) else { continue };
        for (name, item) in items(*user, layout) {
            let Some((wheel, loser)) = names.insert(name.clone(), (user.wheel, item)) else { continue };
            if (wheel, loser) == (user.wheel, item) || wheel == user.wheel && item == Item::Metadata {
                continue;
            }
            if wheel != user.wheel && !is_same(layouts, (wheel, loser), (user.wheel, item)) {
                let name_of = |wheel: usize| layouts.get(wheel).map(Layout::wheel_name).unwrap_or_default();
                let path = destination.path.join(&name);
                shared.push(SharedFile { path, winner: name_of(user.wheel), loser: name_of(wheel) });
            }
            if let Some(layout) = layouts.get_mut(wheel) {
                match loser {
                    Item::File(file) => {
                        layout.fates.insert(file, Fate::Replaced);
                    }
                    Item::Script(script) => {
                        if let Some(script) = layout.scripts.get_mut(script) {
                            script.is_replaced = true;
                        }
                    }
                    Item::Metadata => {}
                }
            }
        }
    }
    names
}

/// The files that a part of a wheel puts into a folder.
fn items(user: User, layout: &Layout<'_>) -> Vec<(String, Item)> {
    if user.rank == RANK_OF_SCRIPTS {
        let name = layout.scripts.get(user.part).and_then(|script| script.path.rsplit('/').next());
        return name.map(|name| (name.to_owned(), Item::Script(user.part))).into_iter().collect();
    }
    let manifest = layout.placement.wheel.manifest();
    let Some(directory) = manifest.directory(user.part) else { return Vec::new() };
    let mut items: Vec<(String, Item)> = files_in(manifest, &directory)
        .filter(|file| {
            let fate = layout.fates.get(&file.index);
            !matches!(fate, Some(Fate::Wrapper | Fate::Written | Fate::Replaced))
        })
        .map(|file| (file.name.to_owned(), Item::File(file.index)))
        .collect();
    if directory.path == manifest.info_directory() {
        items.extend(layout.written_metadata().map(|name| (name.to_owned(), Item::Metadata)));
    }
    items
}

/// Whether two items have the same content, so that it does not matter which is there.
fn is_same(layouts: &[Layout<'_>], (a, file_a): (usize, Item), (b, file_b): (usize, Item)) -> bool {
    let fingerprint = |wheel: usize, item: Item| item.fingerprint(layouts.get(wheel)?);
    let (a, b) = (fingerprint(a, file_a), fingerprint(b, file_b));
    a.is_some() && a == b
}

impl Item {
    /// That of the content that it will have, where that is known before.
    pub(crate) fn fingerprint(self, layout: &Layout<'_>) -> Option<Fingerprint> {
        match self {
            Self::File(file) if layout.fates.get(&file) == Some(&Fate::Rewritten) => None,
            Self::File(file) => layout.placement.wheel.manifest().file(file).map(|file| file.fingerprint),
            Self::Script(script) => layout.scripts.get(script).map(|script| Fingerprint::of(&script.text)),
            Self::Metadata => None,
        }
    }
}
