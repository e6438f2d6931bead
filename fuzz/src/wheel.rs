//! Wheels, byte by byte.

use specifier::ProjectName;
use store::{Expected, Sha256, Store};

use crate::scratch::{assert_only, look_through, scratch};

/// What an archive may unpack to beyond a share of its own size.
const MAX_UNPACKED: u64 = 1 << 30;
const MAX_GROWTH: u64 = 100;

/// Takes a wheel.
pub fn check(bytes: &[u8]) {
    let folder = scratch();
    let store = Store::open(folder.path());
    let sha256 = Sha256::of(bytes);
    let project = ProjectName::normalise("demo");
    let added = store.add(bytes, sha256, Expected { project: &project, version: None });
    assert_only(folder.path(), &["wheels-v1"]);
    let found = look_through(folder.path());
    match added {
        Ok(added) => {
            let manifest = added.wheel.manifest();
            let content = look_through(added.wheel.content());
            assert_eq!(content.bytes, manifest.total_size());
            assert!(content.bytes <= MAX_UNPACKED + bytes.len() as u64 * MAX_GROWTH, "{found:?}");
            assert_eq!(added.wheel.damaged_files(), []);
            let again = store.wheel(sha256).expect("what was added is there");
            assert!(
                again.manifest().files().map(|file| file.path).eq(manifest.files().map(|file| file.path))
            );
            assert!(manifest.record().len() <= bytes.len());
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            assert_eq!(found.bytes, 0, "what is refused leaves nothing");
            assert!(store.wheel(sha256).is_none());
        }
    }
}
