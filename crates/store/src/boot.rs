//! When the machine has started: what is older may have been cut off by a power failure.

use std::{fs::File, time::SystemTime};

/// Whether a file was last written before the machine has started. Where that cannot be told, it was not.
pub fn is_before(file: &File) -> bool {
    let written = file.metadata().and_then(|metadata| metadata.modified());
    started().zip(written.ok()).is_some_and(|(started, written)| written < started)
}

/// By the clock of now: one that was set since, as on machines without a battery, only makes files look older.
#[cfg(target_os = "linux")]
fn started() -> Option<SystemTime> {
    use std::{sync::LazyLock, time::Duration};

    static STARTED: LazyLock<Option<SystemTime>> = LazyLock::new(|| {
        let seconds = u64::try_from(rustix::system::sysinfo().uptime).ok()?;
        SystemTime::now().checked_sub(Duration::from_secs(seconds))
    });
    *STARTED
}

#[cfg(not(target_os = "linux"))]
fn started() -> Option<SystemTime> {
    None
}
