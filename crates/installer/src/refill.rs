//! Replacing all that is in a folder (`venv --clear`).

use std::fs;
use std::path::Path;

use crate::InstallError;
use crate::journal::{Journal, aside, entries};
use crate::lock::Lock;

/// Clears a folder that is there and has `fill` make what comes in its place, or leaves it as it was when that fails or is
/// cut off. What was there is deleted in the end.
///
/// # Errors
/// [`InstallError::Busy`]; those of `fill`; what the file system refuses.
pub fn refill<T, E>(folder: &Path, fill: impl FnOnce() -> Result<T, E>) -> Result<T, E>
where
    E: From<InstallError>,
{
    let lock = Lock::take_in(folder)?;
    let old = entries(folder).map_err(|error| InstallError::io("read", folder, error));
    let journal = match old {
        Ok(moved) => Journal { moved, refilled: vec![folder.to_path_buf()], ..Journal::default() },
        Err(error) => {
            lock.release()?;
            return Err(error.into());
        }
    };
    let mut filled = None;
    let done = journal.carry_out(&lock.folder, || match fill() {
        Ok(made) => {
            filled = Some(Ok(made));
            Ok(())
        }
        Err(error) => {
            filled = Some(Err(error));
            Err(InstallError::Stopped)
        }
    });
    match (done, filled) {
        (Ok(()), Some(filled)) => {
            // What does not go now goes with the next change.
            let aside = aside(&lock.folder);
            if fs::remove_dir_all(&aside).is_ok() || !aside.exists() {
                let _ = lock.release();
            }
            filled
        }
        (Err(error @ InstallError::NotUndone { .. }), _) => Err(error.into()),
        (Err(error), filled) => {
            lock.release()?;
            // What was filled well is gone, too, when the commit failed.
            Err(filled.and_then(Result::err).unwrap_or_else(|| error.into()))
        }
        (Ok(()), None) => Err(InstallError::Stopped.into()),
    }
}
