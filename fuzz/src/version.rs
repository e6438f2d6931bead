//! Versions: they print what they mean, and their order is a total one.

use std::{
    cmp::Ordering,
    hash::{BuildHasher, BuildHasherDefault, DefaultHasher},
};

use specifier::Version;

/// As many versions are compared with each other.
const COMPARED: usize = 12;

/// Takes versions, one a line.
pub fn check(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let versions: Vec<Version> =
        text.split('\n').filter_map(|line| Version::parse(line).ok()).take(COMPARED).collect();
    for version in &versions {
        prints_what_it_means(version);
    }
    for left in &versions {
        for right in &versions {
            let order = left.cmp(right);
            assert_eq!(order.reverse(), right.cmp(left), "{left} and {right}");
            assert_eq!(order == Ordering::Equal, left == right, "{left} and {right}");
            if left == right {
                let hashes = BuildHasherDefault::<DefaultHasher>::default();
                assert_eq!(hashes.hash_one(left), hashes.hash_one(right), "{left} and {right}");
            }
            for third in &versions {
                assert!(left > right || right > third || left <= third, "{left}, {right} and {third}");
            }
        }
    }
}

fn prints_what_it_means(version: &Version) {
    let shown = version.to_string();
    let again = Version::parse(&shown).expect("what a version prints is one");
    assert_eq!(*version, again);
    assert_eq!(shown, again.to_string());
    assert_eq!(version.public().public(), version.public());
    assert_eq!(version.base(), version.public().base());
    assert!(!version.public().has_local() && !version.base().is_prerelease());
    assert!(version.public() <= *version);
    assert_eq!(version.release().first().copied().unwrap_or_default(), version.major());
}
