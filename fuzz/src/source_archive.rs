//! Source distributions, byte by byte.

use std::fs;

use backend::unpack_source;

use crate::scratch::{assert_only, look_through, scratch};

/// The names under which archives come. The first byte of the input chooses one.
const NAMES: [&str; 8] = [
    "demo-1.0.tar.gz",
    "demo-1.0.tar",
    "demo-1.0.zip",
    "demo-1.0.tar.bz2",
    "demo-1.0.tar.xz",
    "demo-1.0.tar.lzma",
    "demo-1.0",
    "demo-1.0.tgz",
];

/// What an archive may unpack to beyond a share of its own size.
const MAX_UNPACKED: u64 = 1 << 30;
const MAX_GROWTH: u64 = 100;

/// Takes a byte for the name, and an archive.
pub fn check(bytes: &[u8]) {
    let Some((choice, archive)) = bytes.split_first() else { return };
    unpacks_into_its_folder(archive, NAMES[usize::from(*choice) % NAMES.len()]);
}

/// Unpacks an archive and looks at what that did.
pub fn unpacks_into_its_folder(archive: &[u8], filename: &str) {
    let folder = scratch();
    let (path, into) = (folder.path().join("archive"), folder.path().join("into"));
    fs::write(&path, archive).expect("a file in a temporary folder");
    let root = unpack_source(&path, filename, &into);
    assert_only(folder.path(), &["archive", "into"]);
    assert_eq!(fs::read(&path).expect("the archive"), archive);
    let found = look_through(&into);
    assert!(found.bytes <= MAX_UNPACKED + archive.len() as u64 * MAX_GROWTH, "{found:?}");
    match root {
        Ok(root) => assert!(root.starts_with(&into) && root.is_dir()),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
