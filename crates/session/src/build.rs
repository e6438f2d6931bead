//! Building from source: what an index or the user has only as source becomes metadata, and then a wheel.
//!
//! A [`SourceBuild`] takes one source the way from its [`tree`] over a [`place`] to build in to metadata and a wheel,
//! each step only when its result is asked for. A [`Builder`] knows the sources of one resolution; [`Builds`] is
//! what all resolutions of a command share, those of build requirements too.

mod builder;
mod keep;
mod place;
mod requirements;
mod source_build;
mod tree;
mod turn;

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use requirement::InstallRequirement;
use resolver::Selection;
use store::{CompileTarget, Store};
use tempfile::TempDir;
use version_control::{Answer, Question, VersionControlError};

pub(crate) use self::builder::Builder;
use self::requirements::Resolved;
pub(crate) use self::source_build::SourceBuild;
use crate::SessionError;
use crate::fetch::lock;

/// Each process that waits for its next hook holds an imported backend in memory.
const MOST_RESTING: usize = 8;

/// Puts a question about a folder to the user.
pub type Ask = dyn Fn(&Question) -> Result<Answer, VersionControlError> + Send + Sync;

/// How sources are built.
pub struct BuildSettings {
    /// In an environment of its own that holds the build requirements; `false` for `--no-build-isolation`.
    pub isolation: bool,
    /// `--check-build-dependencies`: without isolation, what is missing is an error.
    pub check_dependencies: bool,
    /// `--config-settings`, for every source that has none of its own.
    pub config_settings: Vec<(String, String)>,
    /// `--build-constraint`: limits on what builds need.
    pub constraints: Vec<InstallRequirement>,
    /// Which files builds may need; the rules of the command.
    pub selection: Selection,
    /// The variables that hooks and version control see: the whole process environment.
    pub variables: Vec<(OsString, OsString)>,
    /// `--no-clean`: what was unpacked and built stays where it is.
    pub keep_folders: bool,
    /// Editable sources are built as such; `false` for `wheel` and `download`, which build wheels of them.
    pub editables: bool,
    /// The cache folder, for wheels that were built and repositories that were cloned; `None` for
    /// `--no-cache-dir`.
    pub cache: Option<PathBuf>,
    /// Folders of the same form that are only read, for wheels that were built.
    pub cache_layers: Vec<PathBuf>,
    /// How repositories are had.
    pub version_control: version_control::Settings,
    /// Asks what becomes of a folder that is where an editable repository is to be.
    pub ask: Box<Ask>,
    /// `--src`: where editable repositories are checked out.
    pub source_folder: PathBuf,
    /// Hooks that run at once.
    pub jobs: usize,
    /// Byte-code that is linked into build environments, where the store has it.
    pub byte_code: Option<CompileTarget>,
    /// `--no-verify`: wheels are not looked at before they are handed over.
    pub skip_verification: bool,
}

/// What all builds of one command share.
pub struct Builds {
    pub(crate) settings: BuildSettings,
    folder: Arc<Mutex<Option<Arc<TempDir>>>>,
    turns: turn::Turns,
    running: Mutex<usize>,
    resting: Arc<AtomicUsize>,
    ended: Condvar,
    /// What sets of build requirements came to.
    resolved: Mutex<HashMap<Vec<String>, Resolved>>,
    resolved_changed: Condvar,
}

impl Builds {
    /// Nothing is made or started before the first build.
    pub fn new(settings: BuildSettings) -> Self {
        Self {
            settings,
            folder: Arc::default(),
            turns: turn::Turns::default(),
            running: Mutex::default(),
            resting: Arc::default(),
            ended: Condvar::new(),
            resolved: Mutex::default(),
            resolved_changed: Condvar::new(),
        }
    }

    /// Removes what builds have left until then in the folder for temporary files; for a process that has to end at
    /// once.
    pub fn cleaner(&self) -> impl Fn() + Send + 'static {
        // Not shared: who cleans up is there to the end, and would keep the folder of a command that ends as it should.
        let folder = Arc::downgrade(&self.folder);
        let keeps = self.settings.keep_folders;
        move || {
            let Some(folder) = folder.upgrade().filter(|_| !keeps) else { return };
            if let Some(folder) = lock(&folder).as_ref() {
                // What cannot be removed stays for the system to sweep.
                let _ = std::fs::remove_dir_all(folder.path());
            }
        }
    }

    /// A new folder that goes away with the command.
    pub(crate) fn new_folder(&self, session_folder: &Path, name: &str) -> Result<PathBuf, SessionError> {
        let made = |error| SessionError::Folder { path: session_folder.to_owned(), error };
        let all = {
            let mut folder = lock(&self.folder);
            if let Some(folder) = folder.as_ref() {
                Arc::clone(folder)
            } else {
                let new = tempfile::Builder::new()
                    .prefix("oxipip-build-")
                    .disable_cleanup(self.settings.keep_folders)
                    .tempdir_in(session_folder)
                    .map_err(made)?;
                Arc::clone(folder.insert(Arc::new(new)))
            }
        };
        let new = tempfile::Builder::new().prefix(name).disable_cleanup(true).tempdir_in(all.path());
        new.map(TempDir::keep).map_err(made)
    }

    /// The store for wheels that are of use to this command only: those of folders, which change.
    pub(crate) fn passing_store(&self, session_folder: &Path) -> Result<Store, SessionError> {
        Ok(Store::open(self.new_folder(session_folder, "wheels-")?))
    }

    /// Builds that are worth having under way at once.
    pub(crate) fn jobs(&self) -> usize {
        self.settings.jobs.max(1)
    }

    /// A place among the processes that wait for their next hook; none when there are enough of them.
    pub(crate) fn resting_place(&self) -> Option<RestingPlace> {
        let place = RestingPlace(Arc::clone(&self.resting));
        (self.resting.fetch_add(1, Ordering::Relaxed) < MOST_RESTING).then_some(place)
    }

    /// Waits until a hook may run. Nothing else is waited for while it does, so that builds that need builds go on.
    fn permit(&self) -> HookPermit<'_> {
        let mut running = lock(&self.running);
        while *running >= self.jobs() {
            running = self.ended.wait(running).unwrap_or_else(PoisonError::into_inner);
        }
        *running += 1;
        HookPermit(self)
    }
}

impl Drop for Builds {
    /// The folder goes away here, although a cleaner may still know of it.
    fn drop(&mut self) {
        drop(lock(&self.folder).take());
    }
}

/// Takes one place among the processes that wait, while it lives.
pub(crate) struct RestingPlace(Arc<AtomicUsize>);

impl Drop for RestingPlace {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

struct HookPermit<'a>(&'a Builds);

impl Drop for HookPermit<'_> {
    fn drop(&mut self) {
        *lock(&self.0.running) -= 1;
        self.0.ended.notify_one();
    }
}
