//! Looking at an environment that somebody may be changing.
//!
//! Readers take no lock and wait for nobody. While a transaction is under way, its journal tells what to look past to
//! see the environment as it was; whether it began, went on or ended meanwhile shows in what was noted before.

use std::fs;
use std::os::unix::fs::MetadataExt as _;

use environment::Underway;

use crate::journal::{FOLDER, JOURNAL, Journal, aside};
use crate::{Target, recover};

/// The state in which an environment was found.
#[derive(Debug)]
pub struct Observation<'a> {
    target: &'a Target,
    stamp: Stamp,
    underway: Option<Underway>,
}

/// Changes whenever a transaction begins, has written its journal, commits, or ends.
type Stamp = (Option<Seen>, Option<Seen>);

/// The inode of a file or folder, its size, and when it was changed.
type Seen = (u64, u64, i64, i64);

impl<'a> Observation<'a> {
    /// Looks at an environment, after undoing what a killed process has left, if that can be done now.
    pub fn of(target: &'a Target) -> Self {
        // First of all: what begins from here on is noticed in the end.
        let stamp = stamp(target);
        let recovered = recover(target);
        let folder = target.journal_folder.join(FOLDER);
        let underway = match recovered {
            // Somebody is at it, or what was cut off cannot be undone from here.
            Err(_) => Journal::read(&folder).ok().flatten().map(|journal| {
                let aside = aside(&folder);
                let moved = journal.moved.into_iter().enumerate();
                let moved = moved.map(|(number, was)| (was, aside.join(number.to_string()))).collect();
                let made = journal.made_folders.into_iter().chain(journal.made_files).collect();
                Underway { moved, made }
            }),
            _ => None,
        };
        Self { target, stamp, underway }
    }

    /// What a transaction has changed so far that is under way.
    pub fn underway(&self) -> Option<&Underway> {
        self.underway.as_ref()
    }

    /// Whether the environment is still in the same state, so that what was read since belongs together.
    pub fn holds(&self) -> bool {
        self.stamp == stamp(self.target)
    }
}

fn stamp(target: &Target) -> Stamp {
    let seen = |path: &std::path::Path| {
        let found = fs::symlink_metadata(path).ok()?;
        Some((found.ino(), found.size(), found.mtime(), found.mtime_nsec()))
    };
    let environment = seen(&target.journal_folder);
    // Most of the time there is no transaction, and the environment's own folder tells when one comes.
    (environment, seen(&target.journal_folder.join(FOLDER).join(JOURNAL)))
}
