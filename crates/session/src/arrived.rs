//! How much of all files under way has arrived.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use index::Progress;

use crate::{Event, Session};

/// How often whoever waits tells how much has arrived.
pub(crate) const REDRAW: Duration = Duration::from_millis(100);

/// Bytes of all downloads together; counted on the network's thread, looked at by whoever waits.
#[derive(Default)]
pub(crate) struct Arrived {
    received: AtomicU64,
    total: AtomicU64,
}

impl Arrived {
    /// One more file of this size is under way.
    pub fn expect(&self, size: u64) {
        self.total.fetch_add(size, Ordering::Relaxed);
    }

    /// A counter for one more download, which may begin again from the start.
    /// Its size is counted already where `size` says so; else the server's word counts.
    pub fn counter(self: &Arc<Self>, size: Option<u64>) -> Progress {
        let all = Arc::clone(self);
        let before = AtomicU64::new(0);
        let is_counted = AtomicBool::new(size.is_some());
        Arc::new(move |so_far, announced| {
            if let Some(size) = announced.filter(|_| !is_counted.swap(true, Ordering::Relaxed)) {
                all.expect(size);
            }
            let before = before.swap(so_far, Ordering::Relaxed);
            // Wrapping addition of the difference also takes back what has to come once more.
            all.received.fetch_add(so_far.wrapping_sub(before), Ordering::Relaxed);
        })
    }

    /// Tells where things stand.
    pub fn tell(&self, session: &Session<'_>) {
        let (received, total) = (self.received.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed));
        (session.events)(Event::Progress { received, total });
    }
}
