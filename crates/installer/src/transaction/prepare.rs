//! Everything that is known before the first change.

use std::path::{Path, PathBuf};

use rustix::fs::{Access, AtFlags, CWD};

use crate::aside::{self, Limits, Step};
use crate::disk::Disk;
use crate::history::Restoration;
use crate::journal::Journal;
use crate::layout::{Layout, Roots};
use crate::path_lines::{self, Edit};
use crate::survey::{Survey, survey};
use crate::target::real;
use crate::{InstallError, Plan, Removed, Replaced, Target, clobber};

/// A plan that can be carried out.
pub(super) struct Prepared<'a> {
    pub(super) layouts: Vec<Layout<'a>>,
    pub(super) roots: Roots,
    pub(super) disk: Disk,
    pub(super) steps: Vec<Step>,
    pub(super) edits: Vec<Edit>,
    pub(super) restorations: &'a [Restoration],
    pub(super) survey: Survey,
    pub(super) journal: Journal,
    pub(super) removed: Vec<Removed>,
    pub(super) missing_path_files: Vec<PathBuf>,
    pub(super) changed: Vec<PathBuf>,
    pub(super) replaced: Vec<Replaced>,
}

impl<'a> Prepared<'a> {
    /// Looks at the environment; changes nothing.
    pub(super) fn new(
        plan: &Plan,
        mut layouts: Vec<Layout<'a>>,
        roots: Roots,
        restorations: &'a [Restoration],
        target: &Target,
        takes_folders: bool,
    ) -> Result<Self, InstallError> {
        let mut disk = Disk::default();
        let bounds = target.bounds();
        let mut removed = Vec::with_capacity(plan.remove.len());
        let mut lines = Vec::new();
        let mut changed = Vec::new();
        for removal in &plan.remove {
            let belongings = removal.look(&mut disk, &target.cache_tag, &bounds)?;
            let found_files = !belongings.entries.is_empty();
            changed.extend(removal.changed());
            for (folder, name) in belongings.entries {
                disk.leaves(folder, &name);
            }
            if found_files {
                lines.extend(removal.path_lines());
            }
            let (name, version) = (removal.name().to_owned(), removal.version().to_owned());
            removed.push(Removed { name, version, found_files });
        }
        let limits = if plan.remove.is_empty() {
            Limits::default()
        } else {
            limits(target, takes_folders, &mut disk)?
        };
        let mut steps = aside::plan(&mut disk, &limits)?;
        let mut missing_path_files = Vec::new();
        let mut edits = path_lines::edits(&lines, &bounds, &mut missing_path_files)?;
        // What comes back whole needs no editing.
        edits.retain(|edit| restorations.iter().all(|restoration| restoration.to != edit.file));

        let mut survey = survey(&mut layouts, &roots, &mut disk)?;
        for restoration in restorations {
            restoration.survey(&mut survey, &mut disk)?;
        }
        let replaced = survey.overwritten.iter().chain(edits.iter().map(|edit| &edit.file));
        steps.extend(replaced.map(|path| Step { from: path.clone(), folder: None }));
        check_writable(&steps, &survey.existing)?;

        let edited = edits.iter().map(|edit| edit.file.clone());
        let replaced = clobber::replaced(&survey.in_the_way, &layouts, target);
        let journal = Journal {
            moved: steps.iter().map(|step| step.from.clone()).collect(),
            made_folders: survey.made_folders.clone(),
            made_files: survey.made_files.iter().cloned().chain(edited).collect(),
            refilled: Vec::new(),
        };
        Ok(Self {
            layouts,
            roots,
            disk,
            steps,
            edits,
            restorations,
            survey,
            journal,
            removed,
            missing_path_files,
            changed,
            replaced,
        })
    }
}

/// With `takes_folders` the folders for packages and scripts go with the last file in them, as pip has it; what they are
/// in stays. In a virtual environment and among the packages, folders that only held what goes are
/// tidied up; elsewhere, `man` or `etc` may belong to the system.
fn limits(target: &Target, takes_folders: bool, disk: &mut Disk) -> Result<Limits, InstallError> {
    let scheme = &target.scheme;
    let mut limits = Limits::default();
    let user_site = target.user.as_ref().map(|(site, _)| site);
    for folder in [&scheme.purelib, &scheme.platlib, &scheme.scripts].into_iter().chain(user_site) {
        let kept = if takes_folders { folder.parent() } else { Some(folder.as_path()) };
        limits.kept.extend(kept.map(|kept| disk.folder(kept)).transpose()?.flatten());
    }
    for folder in [&scheme.data, &target.prefix, &target.journal_folder] {
        limits.kept.extend(disk.folder(folder)?);
    }
    let tidied =
        [&scheme.purelib, &scheme.platlib].into_iter().chain(target.is_virtual.then_some(&target.prefix));
    limits.tidy_below = tidied.map(|folder| real(folder)).collect();
    Ok(limits)
}

/// Checks that every folder in which something changes may be changed.
fn check_writable(steps: &[Step], existing: &[PathBuf]) -> Result<(), InstallError> {
    let mut folders: Vec<&Path> = steps.iter().filter_map(|step| step.from.parent()).collect();
    folders.extend(existing.iter().map(PathBuf::as_path));
    folders.sort_unstable();
    folders.dedup();
    for folder in folders {
        rustix::fs::accessat(CWD, folder, Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS)
            .map_err(|error| InstallError::io("write to", folder, error))?;
    }
    Ok(())
}
