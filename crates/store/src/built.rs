//! Wheels that were built from source, in the very place and form in which pip keeps them: either program finds
//! what the other has built.
//!
//! ```text
//! wheels/<aa>/<bb>/<cc>/<rest of the key>/<name>-<version>-<tags>.whl
//! wheels/.../origin.json     what it was built from, as a direct_url.json
//! wheels/.../METADATA        the metadata of what it was built from, when only that was asked for
//! wheels/.../digest          digest, size and time of the wheel, so that it is not read to be known
//! ```

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use serde_json::Value;
use sha2::Digest;

use crate::publish::{publish_file, remove};
use crate::{Sha256, StoreError};

const ORIGIN: &str = "origin.json";
const METADATA: &str = "METADATA";
const DIGEST: &str = "digest";

/// What a wheel was built from and for, as pip's `WheelCache` names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BuildKey(String);

/// The wheels built from source below one cache folder. Cheap to open: touches nothing.
#[derive(Debug, Clone)]
pub struct BuiltWheels {
    root: Arc<Path>,
}

/// A wheel that was built from source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltWheel {
    /// The archive.
    pub path: PathBuf,
    /// The digest of the archive.
    pub sha256: Sha256,
    /// The size of the archive in bytes.
    pub size: u64,
}

impl BuildKey {
    /// The key of these properties: `url`, the name of a digest algorithm, `subdirectory`, `interpreter_name`,
    /// `interpreter_version`; others make keys that pip does not know.
    pub fn of(properties: &BTreeMap<&str, &str>) -> Self {
        let quoted = |text: &str| metadata::python_json(&Value::String(text.to_owned()));
        let members: Vec<String> =
            properties.iter().map(|(name, value)| format!("{}:{}", quoted(name), quoted(value))).collect();
        let digest = sha2::Sha224::digest(format!("{{{}}}", members.join(",")));
        let mut key = String::with_capacity(2 * digest.len());
        for byte in digest {
            // Writing to a string cannot fail.
            let _ = write!(key, "{byte:02x}");
        }
        Self(key)
    }
}

impl BuiltWheel {
    /// The name of the archive.
    pub fn filename(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

impl BuiltWheels {
    /// The wheels below the folder `cache`.
    pub fn open(cache: impl AsRef<Path>) -> Self {
        Self { root: cache.as_ref().join("wheels").into() }
    }

    /// The folder of everything with this key; it need not exist.
    pub fn folder(&self, key: &BuildKey) -> PathBuf {
        let part = |range: std::ops::Range<usize>| key.0.get(range).unwrap_or_default();
        self.root.join(part(0..2)).join(part(2..4)).join(part(4..6)).join(part(6..key.0.len()))
    }

    /// The wheels with this key. There may be several, for different platforms, when pip shares the folder.
    pub fn wheels(&self, key: &BuildKey) -> Vec<BuiltWheel> {
        let Ok(entries) = fs::read_dir(self.folder(key)) else { return Vec::new() };
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        paths.filter(|path| is_wheel(path)).filter_map(read).collect()
    }

    /// Keeps a wheel. `archive` is its content, `origin` the text of a `direct_url.json` that says what it was built
    /// from.
    pub fn keep(
        &self,
        key: &BuildKey,
        filename: &str,
        archive: &[u8],
        origin: &str,
    ) -> Result<BuiltWheel, StoreError> {
        let (folder, sha256) = (self.folder(key), Sha256::of(archive));
        let path = folder.join(filename);
        publish_file(&self.root, &folder.join(ORIGIN), origin.as_bytes())?;
        publish_file(&self.root, &path, archive)?;
        if let Some(note) = note(&path, sha256) {
            publish_file(&self.root, &folder.join(DIGEST), note.as_bytes())?;
        }
        Ok(BuiltWheel { path, sha256, size: archive.len() as u64 })
    }

    /// The `direct_url.json` that says what a wheel was built from.
    pub fn origin(&self, key: &BuildKey) -> Option<Vec<u8>> {
        fs::read(self.folder(key).join(ORIGIN)).ok()
    }

    /// The metadata that was kept for this key.
    pub fn metadata(&self, key: &BuildKey) -> Option<Vec<u8>> {
        fs::read(self.folder(key).join(METADATA)).ok()
    }

    /// Keeps the metadata of something that is not built yet.
    pub fn keep_metadata(&self, key: &BuildKey, metadata: &[u8]) -> Result<(), StoreError> {
        publish_file(&self.root, &self.folder(key).join(METADATA), metadata)
    }

    /// Forgets all with this key: it is damaged, or of no use.
    pub fn discard(&self, key: &BuildKey) -> Result<(), StoreError> {
        remove(&self.root, &self.folder(key))
    }
}

fn is_wheel(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "whl")
}

fn read(path: PathBuf) -> Option<BuiltWheel> {
    let size = fs::metadata(&path).ok()?.len();
    let known = fs::read_to_string(path.with_file_name(DIGEST)).ok().and_then(|text| {
        let sha256: Sha256 = text.split(' ').next()?.parse().ok()?;
        // Whatever has been written over the wheel since, by pip or by hand, has another time or size.
        (note(&path, sha256)? == text).then_some(sha256)
    });
    let sha256 = match known {
        Some(sha256) => sha256,
        None => Sha256::of(&fs::read(&path).ok()?),
    };
    Some(BuiltWheel { path, sha256, size })
}

/// What is written down about a wheel: digest, size, time and name.
fn note(path: &Path, sha256: Sha256) -> Option<String> {
    let file = fs::metadata(path).ok()?;
    let time = file.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
    Some(format!("{sha256} {} {time} {}", file.len(), path.file_name()?.to_str()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> BuildKey {
        BuildKey::of(&BTreeMap::from([
            ("url", "https://example.invalid/Käse-1.0.tar.gz"),
            ("sha256", "00"),
            ("interpreter_name", "cp"),
            ("interpreter_version", "312"),
        ]))
    }

    #[test]
    fn keys_are_pips() {
        // python -c 'from pip._internal.cache import _hash_dict; print(_hash_dict({...}))'
        assert_eq!(key().0, "79a1d104731e14bfdea7568fb85047665ffea2f247892ddb652a6b44");
    }

    #[test]
    fn a_wheel_is_found_again_with_its_origin() {
        let cache = tempfile::tempdir().unwrap();
        let built = BuiltWheels::open(cache.path());
        assert!(built.wheels(&key()).is_empty() && built.origin(&key()).is_none());
        let kept = built.keep(&key(), "a-1-py3-none-any.whl", b"content", "{}").unwrap();
        assert_eq!(built.wheels(&key()), std::slice::from_ref(&kept));
        assert_eq!(
            (kept.sha256, kept.size, kept.filename().as_str()),
            (Sha256::of(b"content"), 7, "a-1-py3-none-any.whl")
        );
        assert_eq!(built.origin(&key()).unwrap(), b"{}");
        built.discard(&key()).unwrap();
        assert!(built.wheels(&key()).is_empty());
    }

    #[test]
    fn a_wheel_that_was_replaced_is_read_again() {
        let cache = tempfile::tempdir().unwrap();
        let built = BuiltWheels::open(cache.path());
        let kept = built.keep(&key(), "a-1-py3-none-any.whl", b"content", "{}").unwrap();
        fs::write(&kept.path, b"another content").unwrap();
        assert_eq!(built.wheels(&key())[0].sha256, Sha256::of(b"another content"));
    }

    #[test]
    fn metadata_without_a_wheel() {
        let cache = tempfile::tempdir().unwrap();
        let built = BuiltWheels::open(cache.path());
        built.keep_metadata(&key(), b"Name: a").unwrap();
        assert_eq!(built.metadata(&key()).unwrap(), b"Name: a");
        assert!(built.wheels(&key()).is_empty());
    }
}
