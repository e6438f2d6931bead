//! What was changed in an environment, kept so that it can be taken back.
//!
//! The folder of an ended transaction is not deleted but moved into the cache: with its journal, and with all that
//! was moved aside. That is one rename, less work than deleting, and the files share their blocks with the store. The
//! history of an environment is lost with the cache, never more.

mod change;
mod restore;
mod undo;

use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use store::Sha256;

use crate::{InstallError, Report, Target};

pub use change::{Change, Project};
pub(crate) use restore::Restoration;
pub use undo::{to_take_back, undo};

/// How many changes of an environment are kept. Older ones cannot be taken back.
const KEPT: usize = 20;

/// The changes of one environment.
#[derive(Debug, Clone)]
pub struct History {
    /// Where they lie, numbered.
    folder: PathBuf,
    /// Who makes the next change.
    command: String,
    /// The change that it takes back.
    undoes: Option<u64>,
    /// What that change had removed.
    brings_back: Vec<Project>,
}

impl History {
    /// Whether the change takes an earlier one back.
    pub(crate) fn is_undo(&self) -> bool {
        self.undoes.is_some()
    }

    /// The history of a target, below a folder of the cache, for the next change to be made by `command`. It need not
    /// exist yet.
    ///
    /// A plain folder of packages (`--target`) has none.
    pub fn of(cache: &Path, target: &Target, command: &str) -> Option<Self> {
        if target.folder.is_some() {
            return None;
        }
        let key = Sha256::of(target.journal_folder.as_os_str().as_bytes()).to_string();
        let folder = cache.join("history").join(key.get(..32).unwrap_or(&key));
        Some(Self { folder, command: command.to_owned(), undoes: None, brings_back: Vec::new() })
    }

    /// The changes that are kept, oldest first. Those of another environment that once was at the same place are left
    /// out.
    ///
    /// # Errors
    /// Files of the cache that cannot be read or understood.
    pub fn changes(&self, target: &Target) -> Result<Vec<Change>, InstallError> {
        let identity = change::identity(&target.journal_folder);
        let mut changes = Vec::new();
        for number in self.numbers()? {
            let change = Change::read(number, self.folder.join(number.to_string()))?;
            if change.identity() == identity {
                changes.push(change);
            }
        }
        Ok(changes)
    }

    /// The numbers in use, ascending.
    fn numbers(&self) -> Result<Vec<u64>, InstallError> {
        let io = |error| InstallError::io("read", &self.folder, error);
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(io(error)),
        };
        let mut numbers = Vec::new();
        for entry in entries {
            let name = entry.map_err(io)?.file_name();
            numbers.extend(name.to_str().and_then(|name| name.parse::<u64>().ok()));
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// Takes the folder of a transaction that has ended. Whether it could: the cache may be on another file system, be
    /// full, or be read-only, and then there is no history of this change.
    pub(crate) fn keep(&self, transaction: &Path, target: &Target, report: &Report) -> bool {
        let is_empty = report.removed.is_empty() && report.placed.is_empty() && self.undoes.is_none();
        if is_empty || change::note(self, transaction, &target.journal_folder, report).is_err() {
            return false;
        }
        let Ok(numbers) = self.numbers() else { return false };
        if numbers.is_empty() && fs::create_dir_all(&self.folder).is_err() {
            return false;
        }
        let mut next = numbers.last().map_or(1, |last| last.saturating_add(1));
        loop {
            match fs::rename(transaction, self.folder.join(next.to_string())) {
                Ok(()) => break,
                // Another process has just taken the number.
                Err(error)
                    if matches!(
                        error.kind(),
                        io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::AlreadyExists
                    ) =>
                {
                    next = next.saturating_add(1);
                }
                Err(_) => return false,
            }
        }
        for old in numbers.iter().rev().skip(KEPT - 1) {
            // What does not go now goes next time.
            let _ = fs::remove_dir_all(self.folder.join(old.to_string()));
        }
        true
    }
}
