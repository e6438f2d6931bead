//! What is told while an install is prepared.

/// Receives events, from several threads.
pub type EventSink<'a> = &'a (dyn Fn(Event<'_>) + Sync);

/// One step.
#[derive(Debug)]
pub enum Event<'a> {
    /// The resolver has given up a version of a project, for the `count`th time (pip speaks of it at 1, 8 and 13).
    Backtracking {
        /// The project.
        project: &'a str,
        /// How many versions so far.
        count: u32,
    },
    /// Bytes of files that have arrived so far, and the bytes of all files under way as far as announced.
    Progress {
        /// Bytes that arrived.
        received: u64,
        /// Bytes announced.
        total: u64,
    },
}
