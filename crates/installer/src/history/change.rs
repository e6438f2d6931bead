//! One kept change.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::journal::Journal;
use crate::{History, InstallError, Report};

/// What a transaction notes about itself, beside its journal.
const NOTE: &str = "change";
const HEADER: &str = "oxipip change 1";

/// A project in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its name as its metadata spells it.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A change that can be taken back.
#[derive(Debug, Clone)]
pub struct Change {
    /// Its number in the history of the environment; later ones are larger.
    pub number: u64,
    /// When it was made, to the second.
    pub time: SystemTime,
    /// The command that made it: `install`, `uninstall`, `undo`. Never more of the command line, which may hold
    /// credentials.
    pub command: String,
    /// The change that it took back.
    pub undoes: Option<u64>,
    /// What it removed.
    pub removed: Vec<Project>,
    /// What it placed.
    pub placed: Vec<Project>,
    identity: Identity,
    folder: PathBuf,
}

/// Tells an environment from one that is made later at the same place.
pub(super) type Identity = (u64, u64);

/// The device and the inode of the environment's folder; zeros where there is none.
pub(super) fn identity(folder: &Path) -> Identity {
    fs::metadata(folder).map_or((0, 0), |found| (found.dev(), found.ino()))
}

/// Writes down what a change did, into the folder of its transaction.
pub(super) fn note(
    history: &History,
    transaction: &Path,
    environment: &Path,
    report: &Report,
) -> io::Result<()> {
    let (device, inode) = identity(environment);
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let mut text =
        format!("{HEADER}\nfolder {device} {inode}\ntime {seconds}\ncommand {}\n", history.command);
    if let Some(number) = history.undoes {
        let _ = writeln!(text, "undoes {number}");
    }
    let removed = report.removed.iter().map(|removed| ('-', &removed.name, &removed.version));
    let placed = report.placed.iter().map(|placed| ('+', &placed.name, &placed.version));
    let back = history.brings_back.iter().map(|back| ('+', &back.name, &back.version));
    for (sign, name, version) in removed.chain(placed).chain(back) {
        let _ = writeln!(text, "{sign} {name}\t{version}");
    }
    fs::write(transaction.join(NOTE), text)
}

impl Change {
    /// Reads a kept change.
    pub(super) fn read(number: u64, folder: PathBuf) -> Result<Self, InstallError> {
        let path = folder.join(NOTE);
        let text = fs::read_to_string(&path).map_err(|error| InstallError::io("read", &path, error))?;
        Self::parse(number, folder, &text).ok_or(InstallError::Journal { path })
    }

    fn parse(number: u64, folder: PathBuf, text: &str) -> Option<Self> {
        let mut change = Self {
            number,
            time: UNIX_EPOCH,
            command: String::new(),
            undoes: None,
            removed: Vec::new(),
            placed: Vec::new(),
            identity: (0, 0),
            folder,
        };
        let mut lines = text.lines();
        if lines.next() != Some(HEADER) {
            return None;
        }
        for line in lines {
            let (key, value) = line.split_once(' ')?;
            match key {
                "folder" => {
                    let (device, inode) = value.split_once(' ')?;
                    change.identity = (device.parse().ok()?, inode.parse().ok()?);
                }
                "time" => change.time = UNIX_EPOCH.checked_add(Duration::from_secs(value.parse().ok()?))?,
                "command" => value.clone_into(&mut change.command),
                "undoes" => change.undoes = Some(value.parse().ok()?),
                "-" => change.removed.push(Project::parse(value)?),
                "+" => change.placed.push(Project::parse(value)?),
                _ => return None,
            }
        }
        Some(change)
    }

    pub(super) fn identity(&self) -> Identity {
        self.identity
    }

    /// Where everything lies that the change moved aside, and the journal with where it was.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The journal of the change.
    pub(super) fn journal(&self) -> Result<Journal, InstallError> {
        Journal::read_ended(&self.folder)
    }
}

impl Project {
    fn parse(text: &str) -> Option<Self> {
        let (name, version) = text.split_once('\t')?;
        Some(Self { name: name.to_owned(), version: version.to_owned() })
    }
}
