//! The store itself: finding, adding and discarding wheels.

#[cfg(test)]
mod tests;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use crate::{
    ByteCode, CompileTarget, Expected, Manifest, Sha256, StoreError, Turn,
    archive::{Archive, ArchiveBytes},
    error::ArchiveError,
    inspect::inspect,
    manifest::{self, Contents},
    publish::{self, Unfinished, publish_file},
    unpack::unpack,
};

const CONTENT: &str = "content";

/// The store of unpacked wheels below one cache folder. Cheap to open: touches nothing. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    root: Arc<Path>,
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
    store: Store,
    sha256: Sha256,
    content: Arc<Path>,
    manifest: Manifest,
}

impl Store {
    /// A store below the folder `cache` (for `--no-cache-dir`, a temporary one).
    pub fn open(cache: impl AsRef<Path>) -> Self {
        Self { root: cache.as_ref().join("wheels-v1").into() }
    }

    /// The wheel with this digest of its archive, if it is here and its manifest is sound.
    pub fn wheel(&self, sha256: Sha256) -> Option<UnpackedWheel> {
        let folder = self.folder_of(sha256);
        let manifest = Manifest::decode(fs::read(folder.join(manifest::FILE)).ok()?)?;
        Some(self.unpacked(sha256, &folder, manifest))
    }

    /// Queues up for fetching a wheel.
    pub fn queue(&self, sha256: Sha256) -> Turn {
        Turn::queue(&self.root, sha256)
    }

    /// Unpacks and checks a wheel and keeps it. `sha256` is the digest of `archive`, which the caller has computed
    /// while fetching. A wheel that is here already is compared with `expected` all the same.
    pub fn add<'a>(
        &self,
        archive: impl Into<ArchiveBytes<'a>>,
        sha256: Sha256,
        expected: Expected<'_>,
    ) -> Result<Added, StoreError> {
        let archive = Archive::read(archive.into())?;
        let inspected = inspect(&archive, expected)?;
        let newer_wheel_version = inspected.newer_wheel_version();
        if let Some(wheel) = self.wheel(sha256) {
            return Ok(Added { wheel, newer_wheel_version });
        }

        let unfinished = Unfinished::begin(&self.root, &sha256.to_string())?;
        let content = unfinished.path().join(CONTENT);
        fs::create_dir(&content).map_err(StoreError::io("make the folder", &content))?;
        let tree = archive.tree();
        let files = unpack(&archive, &tree, &content)?;
        let contents = Contents {
            name: &inspected.metadata.name,
            version: &inspected.metadata.version,
            info_directory: &inspected.info_directory,
            root_is_purelib: inspected.wheel.root_is_purelib,
            tags: &inspected.wheel.tags,
            record: &inspected.record,
            entry_points: &inspected.entry_points,
            tree: &tree,
            files: &files,
            unpacked_at: nanoseconds_since_1970(),
        };
        let bytes = contents.encode().ok_or(ArchiveError::TooManyNames)?;
        unfinished.write(manifest::FILE, &bytes)?;
        let manifest = Manifest::decode(bytes).ok_or(ArchiveError::TooManyNames)?;

        let folder = self.folder_of(sha256);
        unfinished.publish(&folder, |_| self.wheel(sha256).is_some())?;
        Ok(Added { wheel: self.unpacked(sha256, &folder, manifest), newer_wheel_version })
    }

    /// The digest of the archive behind an address, as remembered by [`Store::remember_address`].
    pub fn digest_of_address(&self, url: &str) -> Option<Sha256> {
        fs::read_to_string(self.place_of_address(url)).ok()?.parse().ok()
    }

    /// Remembers which archive an address gave, for pages that announce no digest. The address itself, which may
    /// hold a password, is not written down.
    pub fn remember_address(&self, url: &str, sha256: Sha256) -> Result<(), StoreError> {
        publish_file(&self.root, &self.place_of_address(url), sha256.to_string().as_bytes())
    }

    /// Removes a damaged wheel with its byte-code, so that it is made again. Not an error when it is gone already.
    pub fn discard(&self, sha256: Sha256) -> Result<(), StoreError> {
        publish::remove(&self.root, &self.folder_of(sha256))
    }

    /// Removes what crashed processes have left unfinished. Gives the number of entries removed.
    pub fn sweep(&self) -> Result<usize, StoreError> {
        publish::sweep(&self.root)
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    fn unpacked(&self, sha256: Sha256, folder: &Path, manifest: Manifest) -> UnpackedWheel {
        UnpackedWheel { store: self.clone(), sha256, content: folder.join(CONTENT).into(), manifest }
    }

    fn folder_of(&self, sha256: Sha256) -> PathBuf {
        let digest = sha256.to_string();
        let shelf = digest.get(..2).unwrap_or_default();
        self.root.join(shelf).join(&digest)
    }

    fn place_of_address(&self, url: &str) -> PathBuf {
        self.root.join("urls").join(Sha256::of(url.as_bytes()).to_string())
    }
}

impl UnpackedWheel {
    /// The digest of the archive.
    pub fn sha256(&self) -> Sha256 {
        self.sha256
    }

    /// The folder with the archive's content.
    pub fn content(&self) -> &Path {
        &self.content
    }

    /// What is inside.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The byte-code for an interpreter, if the store has it.
    pub fn byte_code(&self, target: &CompileTarget) -> Option<ByteCode> {
        ByteCode::read(self.byte_code_folder(target))
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) fn byte_code_folder(&self, target: &CompileTarget) -> PathBuf {
        self.content.with_file_name(target.folder_name())
    }
}

fn nanoseconds_since_1970() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_nanos()).unwrap_or(u64::MAX)
}
