//! The store itself: finding, adding and discarding wheels.

use std::path::{Path, PathBuf};

use crate::{ByteCode, CompileTarget, Manifest, Sha256, StoreError};

/// The store of unpacked wheels below one cache folder. Cheap to open: touches nothing.
#[derive(Debug, Clone)]
pub struct Store {
    root: PathBuf,
}

/// What the wheel must be, by the requirement or page it came from.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The project's name, in any spelling.
    pub project: &'a str,
    /// The version, in any spelling; `None` when only the wheel itself can tell.
    pub version: Option<&'a str>,
}

/// A wheel that was just added.
#[derive(Debug, Clone)]
pub struct Added {
    /// The wheel.
    pub wheel: UnpackedWheel,
    /// The `Wheel-Version` of a wheel that is newer than pip knows but may be installed: pip warns of it.
    pub newer_wheel_version: Option<String>,
}

/// A wheel in the store. Cheap to clone.
#[derive(Debug, Clone)]
pub struct UnpackedWheel {
    sha256: Sha256,
    manifest: Manifest,
}

impl Store {
    /// A store in the folder `root` (a cache folder, or a temporary one for `--no-cache-dir`).
    pub fn open(root: PathBuf) -> Self {
        Self { root }
    }

    /// The wheel with this digest of its archive, if it is here and its manifest is sound.
    pub fn wheel(&self, _sha256: Sha256) -> Option<UnpackedWheel> {
        let _ = &self.root;
        None
    }

    /// Unpacks and checks a wheel and keeps it. `sha256` is the digest of `archive`, which the caller has computed
    /// while fetching. When the wheel is here already, that one is returned.
    pub fn add(&self, _archive: &[u8], sha256: Sha256, _expected: Expected<'_>) -> Result<Added, StoreError> {
        Err(StoreError::Digest(sha256.to_string()))
    }

    /// The digest of the archive behind an address, as remembered by [`Store::remember_address`].
    pub fn digest_of_address(&self, _url: &str) -> Option<Sha256> {
        None
    }

    /// Remembers which archive an address gave, for pages that announce no digest.
    pub fn remember_address(&self, _url: &str, _sha256: Sha256) -> Result<(), StoreError> {
        Ok(())
    }

    /// Removes a damaged wheel with its byte-code, so that it is made again. Not an error when it is gone already.
    pub fn discard(&self, _sha256: Sha256) -> Result<(), StoreError> {
        Ok(())
    }
}

impl UnpackedWheel {
    /// The digest of the archive.
    pub fn sha256(&self) -> Sha256 {
        self.sha256
    }

    /// The folder with the archive's content.
    pub fn content(&self) -> &Path {
        Path::new("")
    }

    /// What is inside.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The byte-code for an interpreter, if the store has it.
    pub fn byte_code(&self, _target: &CompileTarget) -> Option<ByteCode> {
        None
    }
}
