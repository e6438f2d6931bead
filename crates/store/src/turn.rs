//! Taking turns: of many processes that share a store, one fetches a wheel and the others wait for it.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use rustix::{
    fs::{FlockOperation, fcntl_lock},
    io::Errno,
};

use crate::{Sha256, publish::UNFINISHED};

/// A place in the queue for one wheel.
///
/// A turn saves work and guards nothing, since entries appear by rename. So nobody must wait for long, and where
/// files cannot be locked everybody has the turn. The lock is one of the process, not of the open file: a build
/// inside of an install that needs the same wheel does not wait for the install, which waits for the build. The system
/// takes the lock from a process that dies.
#[derive(Debug)]
pub struct Turn {
    path: PathBuf,
    file: Option<File>,
    is_held: bool,
}

impl Turn {
    pub(crate) fn queue(root: &Path, sha256: Sha256) -> Self {
        let folder = root.join(UNFINISHED);
        let path = folder.join(format!("{sha256}.lock"));
        let open = || File::options().write(true).create(true).truncate(false).open(&path);
        let file = match open() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(&folder).and_then(|()| open())
            }
            opened => opened,
        };
        Self { path, file: file.ok(), is_held: false }
    }

    /// Takes the turn, unless another process has it. Whoever has it looks into the store first: the wheel may have
    /// come meanwhile.
    pub fn take(&mut self) -> bool {
        if let Some(file) = &self.file
            && !self.is_held
        {
            match fcntl_lock(file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => self.is_held = true,
                Err(Errno::AGAIN | Errno::ACCESS) => return false,
                Err(_) => self.file = None,
            }
        }
        true
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if self.is_held {
            // Whoever waits has the file open; what stays is swept later.
            let _ = fs::remove_file(&self.path);
        }
    }
}
