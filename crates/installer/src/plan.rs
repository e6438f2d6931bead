//! What is to be done, and what was done.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use metadata::DirectUrl;
use store::{ByteCode, UnpackedWheel};

use crate::{History, InstallError, LinkMode, Recovered, Removal, ScriptsOffPath};

/// One change of an environment: everything in it happens, or nothing.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The distributions that go, also those that are replaced.
    pub remove: Vec<Removal>,
    /// The wheels that come, in the order in which pip would install them: of two that hold the same file, the
    /// later wins.
    pub place: Vec<Placement>,
}

/// A wheel that is to be installed.
#[derive(Debug, Clone)]
pub struct Placement {
    /// The wheel in the store.
    pub wheel: UnpackedWheel,
    /// Its byte-code for the target's interpreter; `None` for `--no-compile`.
    pub byte_code: Option<ByteCode>,
    /// The project's name as the requirement spells it: the name of its headers' folder.
    pub name: String,
    /// The requirement as text, for errors: pip's `For req: ...`.
    pub requirement: String,
    /// Whether the user asked for it, not another distribution: writes `REQUESTED`.
    pub requested: bool,
    /// Where it came from, when it was not found by name: writes `direct_url.json`.
    pub direct_url: Option<DirectUrl>,
}

/// How a plan is carried out.
#[derive(Debug, Clone)]
pub struct Options {
    /// How files come from the store into the environment.
    pub link_mode: LinkMode,
    /// How many threads place and delete files. More than two gain little: the file system is the limit.
    pub threads: usize,
    /// The value of `PATH`, to warn of scripts outside of it; `None` for `--no-warn-script-location`.
    pub search_path: Option<OsString>,
    /// Where the change is kept so that it can be taken back.
    pub history: Option<History>,
}

impl Default for Options {
    /// Hard links, two threads, no warning, no history.
    fn default() -> Self {
        Self { link_mode: LinkMode::default(), threads: 2, search_path: None, history: None }
    }
}

/// What a plan has changed.
#[derive(Debug)]
pub struct Report {
    /// What was removed, in the plan's order.
    pub removed: Vec<Removed>,
    /// What was placed, in the plan's order.
    pub placed: Vec<Placed>,
    /// Files that were in the way of placed ones, belonging to nobody that was removed. pip replaces them without a
    /// word.
    pub overwritten: Vec<PathBuf>,
    /// Those of them that are lost: of other content, and not of the project that took their place.
    pub replaced: Vec<Replaced>,
    /// Files that several placed wheels hold, with different content.
    pub shared: Vec<SharedFile>,
    /// Entries of a plain folder that were there already and stay.
    pub kept: Vec<KeptEntry>,
    /// Files of removed distributions that somebody had changed since they were installed.
    pub changed: Vec<PathBuf>,
    /// Whether the change is kept in the history.
    pub is_kept: bool,
    /// `.pth` files that a removed distribution should have a line in and that do not exist:
    /// `Cannot remove entries from nonexistent file {}`.
    pub missing_path_files: Vec<PathBuf>,
    /// What an earlier, cut off transaction had left; it was dealt with first.
    pub recovered: Recovered,
    /// Why some of what was removed still lies in the transaction's folder; the next transaction tries again.
    pub leftover: Option<Box<InstallError>>,
}

/// A distribution that was removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// The project's name as its metadata spells it.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Whether any file of it was there: if not, `Can't uninstall '{}'. No files were found to uninstall.`
    pub found_files: bool,
}

/// A wheel that was placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The project's name as the wheel's metadata spells it.
    pub name: String,
    /// Its version.
    pub version: String,
    /// pip's warning about its scripts, if there is one.
    pub scripts_off_path: Option<ScriptsOffPath>,
}

/// A file that was in the way of a placed one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// Where it was.
    pub path: PathBuf,
    /// The installed project whose `RECORD` lists it.
    pub owner: Option<String>,
    /// The wheel whose file is there now.
    pub by: String,
}

/// A path that several placed wheels want to fill differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedFile {
    /// The path.
    pub path: PathBuf,
    /// The wheel whose file is there now.
    pub winner: String,
    /// The wheel whose file is not.
    pub loser: String,
}

/// An entry of a plain folder (`--target`) that was not replaced. Displayed as pip warns of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeptEntry {
    /// Nothing is replaced without `--upgrade`.
    Existing(PathBuf),
    /// A symbolic link is never replaced.
    Link(PathBuf),
}

impl fmt::Display for KeptEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Existing(path) => write!(
                f,
                "Target directory {} already exists. Specify --upgrade to force replacement.",
                path.display()
            ),
            Self::Link(path) => write!(
                f,
                "Target directory {} already exists and is a link. pip will not automatically replace links, please \
                 remove if replacement is desired.",
                path.display()
            ),
        }
    }
}
