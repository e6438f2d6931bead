//! Lock files: what is written reads back, and only what a lock names is taken from it.

use metadata::Pylock;
use requirement::{LockRequest, LockTarget, read_lock_file};

use crate::environment_of_tests::{OneContent, marker_environment, tags};

/// Takes a `pylock.toml`.
pub fn check(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let Ok(lock) = Pylock::parse(text) else { return };
    let written = lock.to_toml();
    assert_eq!(Pylock::parse(&written).as_ref().map(Pylock::to_toml), Ok(written));
    let request = LockRequest {
        location: "pylock.toml".to_owned(),
        extras: lock.extras.clone().unwrap_or_default(),
        dependency_groups: Vec::new(),
        default_groups: true,
    };
    let (environment, tags) = (marker_environment(), tags());
    for prefers_sdist in [false, true] {
        let target = LockTarget { environment: &environment, tags: &tags, prefers_sdist: &|_| prefers_sdist };
        match read_lock_file(&request, &target, &OneContent(bytes)) {
            Ok(locked) => assert!(locked.requirements.len() <= lock.packages.len()),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}
