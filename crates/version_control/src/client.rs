//! The front door: settings, and a tree in a new folder.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use metadata::{DirectUrl, DirectUrlKind};
use requirement::Link;

use crate::error::VersionControlError as Error;
use crate::event::Event;
use crate::repository_url::RepositoryUrl;
use crate::system::System;

/// How the tools are run.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The whole process environment of the tools; `PATH` in it is where they are looked for.
    pub environment: Vec<(OsString, OsString)>,
    /// The caller's current folder: relative paths start here.
    pub working_directory: PathBuf,
    /// The root of the caches; Git repositories are kept in `git-v1` below it. Without one every tree is cloned
    /// from its repository, exactly as pip does.
    pub cache: Option<PathBuf>,
    /// Use no network: only what the cache holds, and repositories that `file:` URLs name.
    pub offline: bool,
    /// Nobody is there to answer (`--no-input`): a tool must fail where it would ask for a password.
    pub no_input: bool,
    /// Whether the caller's input and output are a terminal: then Subversion may ask for a password.
    pub is_interactive: bool,
    /// Fetch whole repositories at once (`PIP_NO_PARTIAL_CLONE_FOR_BROKEN_GIT_SERVER`).
    pub no_partial_clone: bool,
    /// `-v` minus `-q`: how much the tools are to say.
    pub verbosity: i64,
}

/// Makes and reads trees.
pub struct VersionControl<'a> {
    pub(crate) settings: Settings,
    pub(crate) report: &'a (dyn Fn(Event<'_>) + Sync),
}

/// A tree that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkout {
    /// By which system.
    pub system: System,
    /// The repository, without user and password (`git@` stays), as `direct_url.json` has it.
    pub url: String,
    /// The branch, tag or commit that the link names behind `@`.
    pub requested_revision: Option<String>,
    /// The commit that it stands for.
    pub commit_id: String,
    /// Whether the link names the commit itself and no branch or tag, so that what is built from it stays
    /// right for ever. pip keeps wheels only of such links. Always false for other systems than Git.
    pub is_immutable: bool,
}

impl Checkout {
    /// What `direct_url.json` says of a tree made for `link`.
    pub fn direct_url(&self, link: &Link) -> DirectUrl {
        DirectUrl {
            url: self.url.clone(),
            subdirectory: link.subdirectory().map(ToOwned::to_owned),
            kind: DirectUrlKind::VersionControl {
                vcs: self.system.name().to_owned(),
                requested_revision: self.requested_revision.clone(),
                commit_id: self.commit_id.clone(),
            },
        }
    }
}

/// What each system does in its own way. Folders are absolute.
pub(crate) trait Backend {
    /// Makes the first tree of a repository.
    fn fetch(&self, client: &VersionControl, folder: &Path, url: &RepositoryUrl) -> Result<(), Error>;
    /// Makes an existing tree one of another repository.
    fn switch(&self, client: &VersionControl, folder: &Path, url: &RepositoryUrl) -> Result<(), Error>;
    /// Brings an existing tree to the newest state of its revision.
    fn update(&self, client: &VersionControl, folder: &Path, url: &RepositoryUrl) -> Result<(), Error>;
    /// The repository that a tree comes from.
    fn remote_url(&self, client: &VersionControl, folder: &Path) -> Result<String, Error>;
    /// The commit of a tree, as `direct_url.json` has it.
    fn revision(&self, client: &VersionControl, folder: &Path) -> Result<String, Error>;
    /// The commit of a tree, as a requirement names it.
    fn requirement_revision(&self, client: &VersionControl, folder: &Path) -> Result<String, Error> {
        self.revision(client, folder)
    }
    /// Whether a tree is at this very commit. Only Git has names of commits that cannot move.
    fn is_at(&self, _: &VersionControl, _folder: &Path, _revision: &str) -> Result<bool, Error> {
        Ok(false)
    }
    /// Whether a tree is at a commit that its URL names, which no branch or tag is called.
    fn is_immutable(&self, _: &VersionControl, _folder: &Path, _url: &RepositoryUrl) -> Result<bool, Error> {
        Ok(false)
    }
    /// The root of the tree that a folder belongs to.
    fn root(&self, client: &VersionControl, folder: &Path) -> Option<PathBuf>;
    /// The path from the root of the tree to the project that `folder` belongs to.
    fn subdirectory(&self, _: &VersionControl, _folder: &Path) -> Result<Option<String>, Error> {
        Ok(None)
    }
    /// Whether a requirement needs `<system>+` before this URL.
    fn needs_prefix(&self, _url: &str) -> bool {
        true
    }
}

impl<'a> VersionControl<'a> {
    /// With these settings; `report` gets the lines for the user, from any thread that uses this value.
    pub fn new(settings: Settings, report: &'a (dyn Fn(Event<'_>) + Sync)) -> Self {
        Self { settings, report }
    }

    /// Makes a tree of `link` in `folder` (pip: `VersionControl.unpack`). What was there is removed; the
    /// folder above must exist.
    pub fn checkout(&self, link: &Link, folder: &Path) -> Result<Checkout, Error> {
        let url = RepositoryUrl::parse(link)?;
        let folder = &self.absolute(folder);
        remove(folder)?;
        let backend = url.system.backend();
        backend.fetch(self, folder, &url)?;
        Ok(Checkout {
            system: url.system,
            url: url.without_credentials(),
            commit_id: backend.revision(self, folder)?,
            is_immutable: backend.is_immutable(self, folder, &url)?,
            requested_revision: url.revision,
        })
    }

    pub(crate) fn absolute(&self, folder: &Path) -> PathBuf {
        self.settings.working_directory.join(folder)
    }

    /// A path as pip shows it: from the current folder where possible.
    pub(crate) fn shown(&self, path: &Path) -> String {
        match path.strip_prefix(&self.settings.working_directory) {
            Ok(relative) => Path::new(".").join(relative).display().to_string(),
            Err(_) => path.display().to_string(),
        }
    }

    pub(crate) fn info(&self, text: impl AsRef<str>) {
        (self.report)(Event::Info(text.as_ref()));
    }

    pub(crate) fn warning(&self, text: impl AsRef<str>) {
        (self.report)(Event::Warning(text.as_ref()));
    }
}

/// Removes a folder with all it holds, if it is there.
pub(crate) fn remove(folder: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Error::io("cannot remove", folder)(error))
        }
        _ => Ok(()),
    }
}
