//! The store itself: finding, adding and discarding wheels.

#[cfg(test)]
mod tests;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    ByteCode, CompileTarget, Expected, Manifest, Sha256, StoreError, Turn,
    archive::{Archive, ArchiveBytes},
    error::ArchiveError,
    inspect::inspect,
    manifest::{self, Contents},
    others::{Notice, Others},
    publish::{self, Unfinished, publish_file},
    unpack::unpack,
};

const FOLDER: &str = "wheels-v1";
const CONTENT: &str = "content";
/// Byte-code of wheels that are in layers.
pub(crate) const OF_LAYERS: &str = "of-layers";

/// The store of unpacked wheels below one cache folder. Cheap to open: touches nothing. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    root: Arc<Path>,
    others: Arc<Others>,
}

/// A wheel that was just added.
#[derive(Debug, Clone)]
pub struct Added {
    /// The wheel.
    pub wheel: UnpackedWheel,
    /// The `Wheel-Version` of a wheel that is newer than pip knows but may be installed: pip warns of it.
    pub newer_wheel_version: Option<String>,
}

/// A wheel that is unpacked and checked, and not in the store yet. Dropped, it leaves nothing behind.
#[derive(Debug)]
pub struct PreparedWheel {
    store: Store,
    sha256: Sha256,
    state: Prepared,
    newer_wheel_version: Option<String>,
}

#[derive(Debug)]
enum Prepared {
    /// The store had it.
    Stored(UnpackedWheel),
    New(Unfinished, Manifest),
}

/// A wheel in the store. Cheap to clone.
#[derive(Debug, Clone)]
pub struct UnpackedWheel {
    store: Store,
    sha256: Sha256,
    content: Arc<Path>,
    manifest: Manifest,
    is_of_layer: bool,
}

impl Store {
    /// A store below the folder `cache` (for `--no-cache-dir`, a temporary one).
    pub fn open(cache: impl AsRef<Path>) -> Self {
        Self { root: cache.as_ref().join(FOLDER).into(), others: Arc::default() }
    }

    /// The same with other people's caches below: what is not here is taken from the first `layer` that has it, and they are
    /// only read. `on_notice` is told what they, or others who share this store, make different.
    pub fn with_others(
        cache: impl AsRef<Path>,
        layers: &[PathBuf],
        on_notice: impl Fn(&Notice<'_>) + Send + Sync + 'static,
    ) -> Self {
        let layers = layers.iter().map(|layer| layer.join(FOLDER)).collect();
        Self { others: Arc::new(Others::new(layers, Box::new(on_notice))), ..Self::open(cache) }
    }

    /// The wheel with this digest of its archive, if it is here or in a layer and its manifest is sound.
    pub fn wheel(&self, sha256: Sha256) -> Option<UnpackedWheel> {
        self.own_wheel(sha256).or_else(|| {
            let (folder, manifest) = self.others.wheel(sha256)?;
            Some(UnpackedWheel { is_of_layer: true, ..self.unpacked(sha256, &folder, manifest) })
        })
    }

    /// Whether the wheel with this digest is probably here: [`Self::wheel`] has to tell, and reads far more.
    pub fn seems_to_have(&self, sha256: Sha256) -> bool {
        self.folder_of(sha256).join(manifest::FILE).exists()
    }

    /// The same as [`Self::wheel`] without a look into the layers.
    pub(crate) fn own_wheel(&self, sha256: Sha256) -> Option<UnpackedWheel> {
        let folder = self.folder_of(sha256);
        if self.others.is_passed_by(&folder) {
            return None;
        }
        let manifest = Manifest::read(&mut fs::File::open(folder.join(manifest::FILE)).ok()?)?;
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
        self.prepare(archive, sha256, expected)?.publish()
    }

    /// Unpacks and checks a wheel, which is kept once it is [published](PreparedWheel::publish).
    pub fn prepare<'a>(
        &self,
        archive: impl Into<ArchiveBytes<'a>>,
        sha256: Sha256,
        expected: Expected<'_>,
    ) -> Result<PreparedWheel, StoreError> {
        let archive = Archive::read(archive.into())?;
        let inspected = inspect(&archive, expected)?;
        let newer_wheel_version = inspected.newer_wheel_version();
        let prepared = |state| PreparedWheel { store: self.clone(), sha256, state, newer_wheel_version };
        if let Some(wheel) = self.wheel(sha256) {
            return Ok(prepared(Prepared::Stored(wheel)));
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
            unpacked_at: unfinished.time_of_new_file(manifest::FILE)?,
        };
        let bytes = contents.encode().ok_or(ArchiveError::TooManyNames)?;
        unfinished.write(manifest::FILE, &bytes)?;
        let manifest = Manifest::decode(&bytes).ok_or(ArchiveError::TooManyNames)?;
        Ok(prepared(Prepared::New(unfinished, manifest)))
    }

    /// The digest of the archive behind an address, as remembered by [`Store::remember_address`].
    pub fn digest_of_address(&self, url: &str) -> Option<Sha256> {
        let place = place_of_address(url);
        let own = fs::read_to_string(self.root.join(&place)).ok();
        own.or_else(|| self.others.read_to_string(&place))?.parse().ok()
    }

    /// Remembers which archive an address gave, for pages that announce no digest. The address itself, which may
    /// hold a password, is not written down.
    pub fn remember_address(&self, url: &str, sha256: Sha256) -> Result<(), StoreError> {
        publish_file(&self.root, &self.root.join(place_of_address(url)), sha256.to_string().as_bytes())
    }

    /// Removes a damaged wheel with its byte-code, so that it is made again. Not an error when it is gone already. Where it
    /// is somebody else's and has to stay, it is not taken from there any more.
    pub fn discard(&self, sha256: Sha256) -> Result<(), StoreError> {
        let folder = self.folder_of(sha256);
        if !folder.exists() {
            self.others.discard(sha256);
            return Ok(());
        }
        match publish::remove(&self.root, &folder) {
            Err(error) if error.is_refusal() => self.others.pass_by(&folder),
            removed => removed?,
        }
        Ok(())
    }

    /// Removes what crashed processes have left unfinished. Gives the number of entries removed.
    pub fn sweep(&self) -> Result<usize, StoreError> {
        publish::sweep(&self.root)
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn others(&self) -> &Others {
        &self.others
    }

    fn unpacked(&self, sha256: Sha256, folder: &Path, manifest: Manifest) -> UnpackedWheel {
        let (store, content) = (self.clone(), folder.join(CONTENT).into());
        UnpackedWheel { store, sha256, content, manifest, is_of_layer: false }
    }

    fn folder_of(&self, sha256: Sha256) -> PathBuf {
        self.root.join(place_of(sha256))
    }
}

/// Where a wheel lies below the root of a store.
pub(crate) fn place_of(sha256: Sha256) -> PathBuf {
    let digest = sha256.to_string();
    let shelf = digest.get(..2).unwrap_or_default();
    Path::new(shelf).join(&digest)
}

fn place_of_address(url: &str) -> PathBuf {
    Path::new("urls").join(Sha256::of(url.as_bytes()).to_string())
}

impl PreparedWheel {
    /// Moves the wheel to its place, where everybody sees it.
    pub fn publish(self) -> Result<Added, StoreError> {
        let Self { store, sha256, state, newer_wheel_version } = self;
        let (unfinished, manifest) = match state {
            Prepared::Stored(wheel) => return Ok(Added { wheel, newer_wheel_version }),
            Prepared::New(unfinished, manifest) => (unfinished, manifest),
        };
        let folder = store.folder_of(sha256);
        let is_sound = |_: &Path| store.own_wheel(sha256).is_some();
        let folder = match unfinished.publish(&folder, is_sound) {
            Ok(()) => folder,
            Err(refused) => store.others.keep(*refused)?,
        };
        Ok(Added { wheel: store.unpacked(sha256, &folder, manifest), newer_wheel_version })
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

    /// The byte-code for an interpreter, if the store or the layer that the wheel is in has it.
    pub fn byte_code(&self, target: &CompileTarget) -> Option<ByteCode> {
        if !self.is_of_layer {
            return ByteCode::read(self.byte_code_folder(target));
        }
        let in_layer = ByteCode::read_only(self.content.with_file_name(target.folder_name()));
        let own = || ByteCode::read(self.byte_code_folder(target));
        in_layer.filter(|found| self.fits(found)).or_else(|| own().filter(|found| self.fits(found)))
    }

    /// Whether byte-code is valid for the files here: whoever copied a layer may not have kept their times.
    pub(crate) fn fits(&self, byte_code: &ByteCode) -> bool {
        !self.is_of_layer || byte_code.is_of(self)
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// Where byte-code is written: for a wheel of a layer beside the wheels of the store.
    pub(crate) fn byte_code_folder(&self, target: &CompileTarget) -> PathBuf {
        if self.is_of_layer {
            let of_wheel = self.store.root.join(OF_LAYERS).join(self.sha256.to_string());
            return of_wheel.join(target.folder_name());
        }
        self.content.with_file_name(target.folder_name())
    }
}
