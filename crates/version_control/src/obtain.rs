//! The tree of an editable install, which may be there from before.

use std::fs;
use std::path::{Path, PathBuf};

use requirement::Link;

use crate::client::{Settings, VersionControl, remove};
use crate::error::VersionControlError as Error;
use crate::repository_url::RepositoryUrl;

/// What to do with a folder that is in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// `s`: make it a tree of the new repository.
    Switch,
    /// `i`: use it as it is.
    Ignore,
    /// `w`: delete it.
    Wipe,
    /// `b`: move it aside.
    Backup,
    /// `a`: give up. pip takes it from `--exists-action` for other questions only, and never offers it here.
    Abort,
}

impl Answer {
    /// The letter that a user types, and `--exists-action` takes.
    pub fn letter(self) -> &'static str {
        match self {
            Self::Switch => "s",
            Self::Ignore => "i",
            Self::Wipe => "w",
            Self::Backup => "b",
            Self::Abort => "a",
        }
    }
}

/// A question to the user, or to `--exists-action`.
#[derive(Debug, Clone, Copy)]
pub struct Question {
    /// pip's words, with a blank at the end.
    pub text: &'static str,
    /// The answers that are offered.
    pub answers: &'static [Answer],
}

const OTHER_REPOSITORY: Question = Question {
    text: "What to do?  (s)witch, (i)gnore, (w)ipe, (b)ackup ",
    answers: &[Answer::Switch, Answer::Ignore, Answer::Wipe, Answer::Backup],
};

const NO_TREE: Question = Question {
    text: "What to do?  (i)gnore, (w)ipe, (b)ackup ",
    answers: &[Answer::Ignore, Answer::Wipe, Answer::Backup],
};

impl VersionControl<'_> {
    /// Makes `folder` a tree of `link`, or brings the one that is there to the link's revision (pip:
    /// `VersionControl.obtain`). A tree of another repository, or any other folder, is put to `ask`, which is
    /// not called otherwise.
    pub fn obtain(
        &self,
        link: &Link,
        folder: &Path,
        ask: &mut dyn FnMut(&Question) -> Result<Answer, Error>,
    ) -> Result<(), Error> {
        // pip passes no `-v` on to the tools here.
        let settings = Settings { verbosity: 0, ..self.settings.clone() };
        VersionControl::new(settings, self.report).bring(link, folder, ask)
    }

    fn bring(
        &self,
        link: &Link,
        folder: &Path,
        ask: &mut dyn FnMut(&Question) -> Result<Answer, Error>,
    ) -> Result<(), Error> {
        let url = &RepositoryUrl::parse(link)?;
        let folder = &self.absolute(folder);
        let (backend, system) = (url.system.backend(), url.system);
        if !folder.exists() {
            return backend.fetch(self, folder, url);
        }
        let question = if folder.join(system.folder()).exists() {
            let existing = backend.remote_url(self, folder)?;
            if url.is_same_repository(&existing) {
                return self.update(folder, url);
            }
            self.warning(format!(
                "{} {} in {} exists with URL {existing}",
                system.name(),
                system.tree_name(),
                self.shown(folder),
            ));
            &OTHER_REPOSITORY
        } else {
            self.warning(format!(
                "Directory {} already exists, and is not a {} {}.",
                folder.display(),
                system.name(),
                system.tree_name()
            ));
            &NO_TREE
        };
        self.warning(format!("The plan is to install the {} repository {}", system.name(), url.redacted()));
        match ask(question)? {
            Answer::Abort => Err(Error::Aborted),
            Answer::Ignore => Ok(()),
            Answer::Wipe => {
                self.warning(format!("Deleting {}", self.shown(folder)));
                remove(folder)?;
                backend.fetch(self, folder, url)
            }
            Answer::Backup => {
                let backup = free_name(folder);
                self.warning(format!("Backing up {} to {}", self.shown(folder), backup.display()));
                fs::rename(folder, &backup).map_err(Error::io("cannot move", folder))?;
                backend.fetch(self, folder, url)
            }
            Answer::Switch => {
                self.info(format!(
                    "Switching {} {} to {}{}",
                    system.tree_name(),
                    self.shown(folder),
                    url.redacted(),
                    url.shown_revision()
                ));
                backend.switch(self, folder, url)
            }
        }
    }

    fn update(&self, folder: &Path, url: &RepositoryUrl) -> Result<(), Error> {
        let backend = url.system.backend();
        if let Some(revision) = &url.revision
            && backend.is_at(self, folder, revision)?
        {
            self.info("Skipping because already up-to-date.");
            return Ok(());
        }
        let name = url.system.tree_name();
        self.info(format!("Updating {} {name}{}", self.shown(folder), url.shown_revision()));
        backend.update(self, folder, url)
    }
}

/// `folder.bak`, `folder.bak2`… (pip: `backup_dir`).
fn free_name(folder: &Path) -> PathBuf {
    let named = |ending: &str| {
        let mut name = folder.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    let mut backup = named(".bak");
    let mut number = 1;
    while backup.symlink_metadata().is_ok() {
        number += 1;
        backup = named(&format!(".bak{number}"));
    }
    backup
}
