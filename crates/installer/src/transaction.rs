//! Carrying out a plan: all of it or nothing.

mod prepare;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::history::{History, Restoration};
use crate::journal;
use crate::layout::{Layout, Roots};
use crate::lock::Lock;
use crate::path_lines::Edit;
use crate::{InstallError, Options, Placed, Plan, Report, ScriptsOffPath, Target, aside, folder, place};

use prepare::Prepared;

/// Carries out a plan. Either all of it is done, or the environment is as it was.
///
/// Of two placed wheels that hold one path, the later has it, as with pip; files in the way that belong to nothing
/// that is removed are replaced, as with pip; both are reported. A transaction that was cut off before is undone first.
///
/// # Errors
/// What pip refuses in a wheel ([`InstallError::ForRequirement`]); [`InstallError::Occupied`];
/// [`InstallError::Damaged`], after which the wheel should be added to the store again; [`InstallError::Busy`];
/// [`InstallError::Io`] for everything that the file system refuses.
pub fn execute(plan: &Plan, target: &Target, options: &Options) -> Result<Report, InstallError> {
    if let Some(folder) = &target.folder {
        return folder::execute(plan, target, folder, options);
    }
    change(plan, &[], target, options)
}

/// Carries out a plan that also brings back what an earlier change had moved aside.
pub(crate) fn change(
    plan: &Plan,
    restorations: &[Restoration],
    target: &Target,
    options: &Options,
) -> Result<Report, InstallError> {
    let mut roots = Roots::default();
    let layouts = plan.place.iter().map(|placement| Layout::new(placement, target, &mut roots));
    let layouts = layouts.collect::<Result<Vec<_>, _>>()?;

    // pip takes the folder for packages away with the last of them; taking a change back leaves it as it was.
    let is_undo = options.history.as_ref().is_some_and(History::is_undo);
    let takes_folders = plan.place.is_empty() && !is_undo;
    let report = locked(target, options.history.as_ref(), |folder| {
        let prepared = Prepared::new(plan, layouts, roots, restorations, target, takes_folders)?;
        let tidied = prepared.change(folder, target, options)?;
        Ok((prepared.report(target, options), tidied))
    })?;
    if takes_folders && report.removed.iter().any(|removed| removed.found_files) {
        // While the journal was in it, it could not go with the last package. A folder that holds something stays.
        let _ = fs::remove_dir(&target.journal_folder);
    }
    Ok(report)
}

/// Carries out a transaction while no other can. `change` is given the folder of the transaction, leaves everything as
/// it was when it fails, and tells with its report whether it could tidy up. With a history, the folder goes there.
pub(crate) fn locked(
    target: &Target,
    history: Option<&History>,
    change: impl FnOnce(&Path) -> Result<(Report, Result<(), InstallError>), InstallError>,
) -> Result<Report, InstallError> {
    let made_above = make_folders(&target.journal_folder)?;
    let result = Lock::take(target).and_then(|lock| {
        let (mut report, tidied) = match change(&lock.folder) {
            // What was moved aside is still needed.
            Err(error @ InstallError::NotUndone { .. }) => return Err(error),
            Err(error) => {
                lock.release()?;
                return Err(error);
            }
            Ok(done) => done,
        };
        report.recovered = lock.recovered;
        // Moving the folder away gives the environment free.
        report.is_kept = history.is_some_and(|history| history.keep(&lock.folder, target, &report));
        if report.is_kept {
            lock.stamp();
        } else {
            report.leftover = tidied.and(lock.release()).err().map(Box::new);
        }
        Ok(report)
    });
    if result.is_err() {
        for folder in made_above.iter().rev() {
            // Only what is empty goes, and what does not go does no harm.
            let _ = fs::remove_dir(folder);
        }
    }
    result
}

impl Prepared<'_> {
    /// Changes the environment, and brings it back when a step fails. The result inside is that of deleting what was
    /// moved aside, when all else is done.
    fn change(
        &self,
        folder: &Path,
        target: &Target,
        options: &Options,
    ) -> Result<Result<(), InstallError>, InstallError> {
        let (mode, threads) = (options.link_mode, options.threads.max(1));
        self.journal.carry_out(folder, || {
            self.edits.iter().try_for_each(Edit::write)?;
            self.restorations.iter().try_for_each(Restoration::carry_out)?;
            place::place_all(&self.layouts, &self.roots, &self.survey.used_roots, target, (mode, threads))
        })?;
        if self.steps.is_empty() || options.history.is_some() {
            return Ok(Ok(()));
        }
        let aside = journal::aside(folder);
        Ok(aside::delete(&aside, &self.steps, &self.disk, threads)
            .map_err(|error| InstallError::io("delete", &aside, error)))
    }

    fn report(self, target: &Target, options: &Options) -> Report {
        let placed = self.layouts.iter().map(|layout| {
            let manifest = layout.placement.wheel.manifest();
            let scripts = layout.scripts.iter().filter(|script| script.is_console);
            let scripts: Vec<PathBuf> =
                scripts.map(|script| target.scheme.scripts.join(&script.path)).collect();
            let search_path = options.search_path.as_deref();
            Placed {
                name: manifest.name().to_owned(),
                version: manifest.version().to_owned(),
                scripts_off_path: search_path
                    .and_then(|path| ScriptsOffPath::check(&scripts, &target.python, path)),
            }
        });
        Report {
            placed: placed.collect(),
            removed: self.removed,
            overwritten: self.survey.overwritten,
            replaced: self.replaced,
            shared: self.survey.shared,
            kept: Vec::new(),
            missing_path_files: self.missing_path_files,
            changed: self.changed,
            is_kept: false,
            recovered: crate::Recovered::Nothing,
            leftover: None,
        }
    }
}

/// Makes a folder with those above it; gives the ones that were made.
fn make_folders(folder: &Path) -> Result<Vec<PathBuf>, InstallError> {
    let mut missing: Vec<&Path> = folder.ancestors().take_while(|above| !above.exists()).collect();
    missing.reverse();
    let mut made = Vec::new();
    for folder in missing {
        match fs::create_dir(folder) {
            Ok(()) => made.push(folder.to_path_buf()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(InstallError::io("create", folder, error)),
        }
    }
    Ok(made)
}
