//! What every task on the network's thread needs.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Semaphore;

use crate::cache::Cache;
use crate::network::Http;
use crate::settings::IndexSettings;

/// How many bytes of wheels are kept for later.
const WHEELS_IN_MEMORY: usize = 32 << 20;

/// Shared by the index and its tasks.
pub(crate) struct Services {
    pub(crate) settings: IndexSettings,
    pub(crate) http: Http,
    pub(crate) cache: Cache,
    /// Bounds the requests for pages and metadata.
    pub(crate) requests: Semaphore,
    /// Bounds the downloads.
    pub(crate) downloads: Semaphore,
    /// What hosts were seen to have or to lack.
    hosts: Mutex<HashMap<String, HostHabits>>,
    /// Wheels that had to be fetched whole for their metadata, by URL, until they are wanted.
    wheels: Mutex<HashMap<String, Vec<u8>>>,
}

impl fmt::Debug for Services {
    /// The rest is large, or has passwords in its keys.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Services").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// What is known of a host after the first attempt; `None` before.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct HostHabits {
    /// Whether a part of a file can be asked for.
    pub(crate) sends_ranges: Option<bool>,
}

impl Services {
    pub(crate) fn new(settings: IndexSettings) -> Self {
        Self {
            http: Http::new(&settings),
            cache: Cache::new(settings.cache.as_deref(), &settings.cache_layers),
            requests: Semaphore::new(settings.concurrent_requests.max(1)),
            downloads: Semaphore::new(settings.concurrent_downloads.max(1)),
            hosts: Mutex::default(),
            wheels: Mutex::default(),
            settings,
        }
    }

    /// What is known of a host.
    pub(crate) fn habits(&self, host: &str) -> HostHabits {
        lock(&self.hosts).get(host).copied().unwrap_or_default()
    }

    /// Notes something about a host.
    pub(crate) fn learn(&self, host: &str, note: impl FnOnce(&mut HostHabits)) {
        note(lock(&self.hosts).entry(host.to_owned()).or_default());
    }

    /// Keeps a wheel that will probably be downloaded, while there is room.
    pub(crate) fn keep_wheel(&self, url: &str, bytes: Vec<u8>) {
        let mut wheels = lock(&self.wheels);
        if wheels.values().map(Vec::len).sum::<usize>() + bytes.len() <= WHEELS_IN_MEMORY {
            wheels.insert(url.to_owned(), bytes);
        }
    }

    /// Takes a wheel that is here already.
    pub(crate) fn take_wheel(&self, url: &str) -> Option<Vec<u8>> {
        lock(&self.wheels).remove(url)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
