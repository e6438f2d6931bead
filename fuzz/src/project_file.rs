//! `pyproject.toml` and scripts with metadata: the build system, static metadata, dependency groups.

use std::fs;

use backend::{BuildSystem, static_metadata};
use requirement::{read_dependency_groups, read_script};

use crate::{environment_of_tests::OneContent, scratch::scratch};

/// Takes a `pyproject.toml`, and the same as a script.
pub fn check(bytes: &[u8]) {
    let tree = scratch();
    fs::write(tree.path().join("pyproject.toml"), bytes).expect("a file in a temporary folder");
    if let Ok(system) = BuildSystem::read(tree.path(), "demo") {
        assert!(!system.backend.is_empty());
        let inside = system.backend_path.iter().all(|path| path.starts_with(tree.path()));
        assert!(inside, "{:?}", system.backend_path);
    }
    fs::write(tree.path().join("PKG-INFO"), bytes).expect("a file in a temporary folder");
    let _ = static_metadata(tree.path());
    let place = OneContent(bytes);
    if let Ok(requirements) = read_dependency_groups([("pyproject.toml", "test")], &place) {
        assert!(requirements.iter().all(|requirement| !requirement.to_string().is_empty()));
    }
    let _ = read_script("script.py", &place);
}
