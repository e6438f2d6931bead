//! `direct_url.json`: what is written reads back.

use metadata::{DirectUrl, DirectUrlKind};

/// Takes a `direct_url.json`.
pub fn check(bytes: &[u8]) {
    let Ok(mut origin) = DirectUrl::parse(bytes) else { return };
    let text = origin.to_json();
    // All keys are written in their order, also the names of digests.
    if let DirectUrlKind::Archive { hashes } = &mut origin.kind {
        hashes.sort();
    }
    assert_eq!(DirectUrl::parse(text.as_bytes()), Ok(origin));
}
