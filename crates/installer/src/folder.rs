//! Placing wheels into a plain folder (`--target`).
//!
//! As with pip, everything is first placed in a folder of its own, by the home scheme; then whole entries move: those of
//! the library and those beside it (`bin`, `include`, `share`) all become entries of the folder. An entry
//! that is there already is kept or replaced as a whole. Here the first folder is within that of the transaction,
//! so that the moves are renames and a killed process leaves nothing.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::{fs, io};

use environment::Scheme;

use crate::journal::{self, Journal};
use crate::target::TargetFolder;
use crate::transaction::{execute as place, locked};
use crate::{InstallError, KeptEntry, Options, Plan, Report, Target};

/// Where everything is placed first, in the folder of the transaction.
const STAGED: &str = "staged";

/// Carries out a plan that places wheels in a plain folder.
pub(crate) fn execute(
    plan: &Plan,
    target: &Target,
    folder: &TargetFolder,
    options: &Options,
) -> Result<Report, InstallError> {
    locked(target, None, |transaction| {
        let staged = transaction.join(STAGED);
        let scheme = moved(&target.scheme, &folder.path, &staged);
        let staging = Target { folder: None, ..target.clone() }.with_scheme(scheme);
        let mut report = place(plan, &staging, &Options { history: None, ..options.clone() })?;
        let moves = Moves::plan(&staging.scheme, folder)?;
        moves.journal().carry_out(transaction, || moves.carry_out())?;
        for shared in &mut report.shared {
            shared.path = moved_path(&shared.path, &staging.scheme.purelib, &folder.path);
        }
        report.kept = moves.kept;
        let aside = journal::aside(transaction);
        let tidied = if aside.exists() {
            fs::remove_dir_all(&aside).map_err(|error| InstallError::io("delete", &aside, error))
        } else {
            Ok(())
        };
        Ok((report, tidied))
    })
}

/// Which entries go where.
#[derive(Debug, Default)]
struct Moves {
    /// What was placed, and where it goes.
    renames: Vec<(PathBuf, PathBuf)>,
    /// What is there already and goes.
    replaced: Vec<PathBuf>,
    kept: Vec<KeptEntry>,
}

impl Moves {
    fn plan(staged: &Scheme, folder: &TargetFolder) -> Result<Self, InstallError> {
        let mut libraries = vec![&staged.purelib, &staged.platlib];
        libraries.dedup();
        libraries.retain(|library| library.exists());
        let mut moves = Self::default();
        for library in &libraries {
            for name in names(library)? {
                moves.add(library, &name, folder)?;
            }
        }
        for name in names(&staged.data)? {
            // The libraries are moved already. pip compares the texts of the paths.
            let path = staged.data.join(&name);
            let begins = |library: &&&PathBuf| starts_with(library.as_os_str(), path.as_os_str());
            if !libraries.iter().any(|library| begins(&library)) {
                moves.add(&staged.data, &name, folder)?;
            }
        }
        Ok(moves)
    }

    fn add(&mut self, from: &Path, name: &OsStr, folder: &TargetFolder) -> Result<(), InstallError> {
        let to = folder.path.join(name);
        let earlier = self.renames.iter().position(|(_, taken)| *taken == to);
        let existing = match fs::symlink_metadata(&to) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            found => Some(found.map_err(|error| InstallError::io("look at", &to, error))?),
        };
        let existing = existing.filter(|_| !self.replaced.contains(&to));
        if earlier.is_some() || existing.is_some() {
            if !folder.replaces {
                self.kept.push(KeptEntry::Existing(to));
                return Ok(());
            }
            if existing.as_ref().is_some_and(fs::Metadata::is_symlink) {
                self.kept.push(KeptEntry::Link(to));
                return Ok(());
            }
        }
        match earlier {
            // A data folder has the name of a package: with pip, too, the later one wins.
            Some(earlier) => drop(self.renames.remove(earlier)),
            None => self.replaced.extend(existing.map(|_| to.clone())),
        }
        self.renames.push((from.join(name), to));
        Ok(())
    }

    fn journal(&self) -> Journal {
        let made = self.renames.iter();
        let (folders, files): (Vec<_>, Vec<_>) =
            made.partition(|(from, _)| fs::symlink_metadata(from).is_ok_and(|metadata| metadata.is_dir()));
        let to = |made: Vec<&(PathBuf, PathBuf)>| made.into_iter().map(|(_, to)| to.clone()).collect();
        Journal {
            moved: self.replaced.clone(),
            made_folders: to(folders),
            made_files: to(files),
            refilled: Vec::new(),
        }
    }

    fn carry_out(&self) -> Result<(), InstallError> {
        self.renames.iter().try_for_each(|(from, to)| {
            fs::rename(from, to).map_err(|error| InstallError::io("create", to, error))
        })
    }
}

/// The entries of a folder, sorted; none when there is no folder.
fn names(folder: &Path) -> Result<Vec<OsString>, InstallError> {
    let io = |error| InstallError::io("read", folder, error);
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder).map_err(io)?.map(|entry| Ok(entry.map_err(io)?.file_name()));
    let mut names = entries.collect::<Result<Vec<_>, InstallError>>()?;
    names.retain(|name| name != journal::FOLDER);
    names.sort_unstable();
    Ok(names)
}

fn starts_with(text: &OsStr, start: &OsStr) -> bool {
    text.as_encoded_bytes().starts_with(start.as_encoded_bytes())
}

/// The same scheme below another folder.
fn moved(scheme: &Scheme, from: &Path, to: &Path) -> Scheme {
    let path = |path: &Path| moved_path(path, from, to);
    Scheme {
        purelib: path(&scheme.purelib),
        platlib: path(&scheme.platlib),
        headers: path(&scheme.headers),
        scripts: path(&scheme.scripts),
        data: path(&scheme.data),
    }
}

fn moved_path(path: &Path, from: &Path, to: &Path) -> PathBuf {
    match path.strip_prefix(from) {
        Ok(below) if below.as_os_str().is_empty() => to.to_path_buf(),
        Ok(below) => to.join(below),
        Err(_) => path.to_path_buf(),
    }
}
