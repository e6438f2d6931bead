//! A store that is not one person's alone.
//!
//! *Layers* are stores of other people that are only read: a cache that came with a container image, an export of another
//! machine. What is found in one is used from there, and nothing is written to it: byte-code that it lacks lies in the
//! store above. A damaged entry is passed by.
//!
//! In a *shared* store, an entry may be another user's, who lets it be read and not replaced. Where it has to be,
//! because it is damaged or lacks something, what was made stays where it was made, and goes with the process.

use std::{
    collections::HashSet,
    fmt, fs,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::{
    Manifest, Sha256, StoreError, manifest,
    publish::{Unfinished, Unpublished},
    wheels::place_of,
};

/// Something about the entries of others.
#[derive(Debug)]
pub enum Notice<'a> {
    /// An entry of somebody else is damaged, and is not used. Told once for each.
    PassedBy(&'a Path),
    /// Something cannot be put into the store, and is only used by this process. Told once.
    Refused(&'a StoreError),
}

/// Receives each [`Notice`], from any thread.
pub type OnNotice = dyn Fn(&Notice<'_>) + Send + Sync;

/// What one process knows of a store besides what lies in it.
#[derive(Default)]
pub(crate) struct Others {
    /// The roots of the layers, the first one first.
    layers: Vec<PathBuf>,
    on_notice: Option<Box<OnNotice>>,
    /// Folders of wheels that are damaged and cannot be removed.
    passed_by: Mutex<HashSet<PathBuf>>,
    /// What could not be put into the store. Removed in the end.
    unpublished: Mutex<Vec<Unfinished>>,
    has_told_refusal: AtomicBool,
}

impl fmt::Debug for Others {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Others").field("layers", &self.layers).finish_non_exhaustive()
    }
}

impl Others {
    pub(crate) fn new(layers: Vec<PathBuf>, on_notice: Box<OnNotice>) -> Self {
        Self { layers, on_notice: Some(on_notice), ..Self::default() }
    }

    /// The folder and the manifest of a wheel that is in a layer, and sound as far as its manifest tells.
    pub(crate) fn wheel(&self, sha256: Sha256) -> Option<(PathBuf, Manifest)> {
        self.places(sha256).filter(|place| !self.is_passed_by(place)).find_map(|place| {
            let mut file = fs::File::open(place.join(manifest::FILE)).ok()?;
            let manifest = Manifest::read(&mut file);
            if manifest.is_none() {
                self.pass_by(&place);
            }
            Some((place, manifest?))
        })
    }

    /// A wheel of a layer has turned out damaged.
    pub(crate) fn discard(&self, sha256: Sha256) {
        self.places(sha256).filter(|place| place.exists()).for_each(|place| self.pass_by(&place));
    }

    /// What the layers have at a path below their roots; the first that can be read.
    pub(crate) fn read_to_string(&self, path: &Path) -> Option<String> {
        self.layers.iter().find_map(|root| fs::read_to_string(root.join(path)).ok())
    }

    /// Whether a wheel is not to be taken from where it lies.
    pub(crate) fn is_passed_by(&self, place: &Path) -> bool {
        self.passed_by.lock().unwrap_or_else(PoisonError::into_inner).contains(place)
    }

    /// A wheel is damaged and cannot be removed: it is not taken from where it lies any more.
    pub(crate) fn pass_by(&self, place: &Path) {
        if self.passed_by.lock().unwrap_or_else(PoisonError::into_inner).insert(place.to_owned()) {
            self.tell(&Notice::PassedBy(place));
        }
    }

    /// Keeps what could not be put into the store for as long as the process uses the store, if others' rights are the
    /// reason, and gives its place.
    pub(crate) fn keep(&self, unpublished: Unpublished) -> Result<PathBuf, StoreError> {
        let Unpublished { unfinished, error } = unpublished;
        if !error.is_refusal() {
            return Err(error);
        }
        if !self.has_told_refusal.swap(true, Ordering::Relaxed) {
            self.tell(&Notice::Refused(&error));
        }
        let place = unfinished.path().to_owned();
        self.unpublished.lock().unwrap_or_else(PoisonError::into_inner).push(unfinished);
        Ok(place)
    }

    fn places(&self, sha256: Sha256) -> impl Iterator<Item = PathBuf> {
        let place = place_of(sha256);
        self.layers.iter().map(move |root| root.join(&place))
    }

    fn tell(&self, notice: &Notice<'_>) {
        if let Some(on_notice) = &self.on_notice {
            on_notice(notice);
        }
    }
}
