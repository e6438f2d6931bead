//! `direct_url.json`: what is written reads back.

use metadata::DirectUrl;

/// Takes a `direct_url.json`.
pub fn check(bytes: &[u8]) {
    let Ok(origin) = DirectUrl::parse(bytes) else { return };
    let text = origin.to_json();
    assert_eq!(DirectUrl::parse(text.as_bytes()), Ok(origin));
}
