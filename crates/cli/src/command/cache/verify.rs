//! `cache verify`: looks for damage in what was unpacked, and for what crashes have left.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use index::format_size;
use store::{Damage, Store, Verification};

use super::{Cache, PAGES};
use crate::console::Console;
use crate::context::OWN_CACHE;
use crate::failure::Failure;

/// How the names of files and folders begin that only crashes leave behind.
const TEMPORARY: [&str; 3] = ["removed-", ".new-", ".download-"];
/// Nothing takes this long: what is older was left by a crash.
const ABANDONED_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// Looks at everything; the exit code is 1 when something was damaged. That is gone then, and made again when it is needed.
pub fn run(cache: &Cache<'_>) -> Result<u8, Failure> {
    let console = cache.context.console;
    let verification = Store::open(&cache.own).verify().map_err(|error| Failure::error(&error))?;
    say_damage(console, &verification);
    let mut abandoned = verification.abandoned;
    for folder in PAGES.map(|name| cache.own.join(name)).iter().chain([&cache.own]) {
        abandoned += sweep(folder);
    }
    let (wheels, size) = (verification.wheels, format_size(verification.bytes));
    console.info(format_args!("Unpacked wheels verified: {wheels} ({size})"));
    console.info(format_args!("Damaged and removed: {}", verification.damaged.len()));
    console.info(format_args!("Left unfinished and removed: {abandoned}"));
    let mut is_damaged = !verification.damaged.is_empty();
    for layer in cache.context.cache_layers() {
        let found = Store::open(layer.join(OWN_CACHE)).inspect().map_err(|error| Failure::error(&error))?;
        say_damage(console, &found);
        console.info(format_args!(
            "Verified in the layer {}: {} ({}), damaged and left as they are: {}",
            layer.display(),
            found.wheels,
            format_size(found.bytes),
            found.damaged.len()
        ));
        is_damaged |= !found.damaged.is_empty();
    }
    Ok(u8::from(is_damaged))
}

fn say_damage(console: &Console, verification: &Verification) {
    for entry in &verification.damaged {
        let wheel = entry.wheel.clone().unwrap_or_else(|| entry.place.display().to_string());
        for (path, damage) in &entry.files {
            let damage = match damage {
                Damage::Missing => "is missing",
                Damage::Changed => "was changed",
            };
            console.result(format_args!("{wheel}: {} {damage}", path.display()));
        }
    }
}

/// Removes what crashes have left in a folder, and counts it.
fn sweep(folder: &Path) -> usize {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let is_abandoned = |entry: &fs::DirEntry| {
        let name = entry.file_name();
        let written = entry.metadata().and_then(|metadata| metadata.modified());
        TEMPORARY.iter().any(|start| name.to_string_lossy().starts_with(start))
            && written.is_ok_and(|at| at.elapsed().unwrap_or_default() > ABANDONED_AFTER)
    };
    let remove = |entry: &fs::DirEntry| -> io::Result<()> {
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())
        } else {
            fs::remove_file(entry.path())
        }
    };
    entries.filter_map(Result::ok).filter(is_abandoned).filter(|entry| remove(entry).is_ok()).count()
}
