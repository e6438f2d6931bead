//! Links: joining, quoting and taking apart as pip does.

use crate::file::OwnedFile;
use crate::hashes::Hashes;

/// A file named by nothing but its URL.
pub(crate) fn file_from_url(url: &str) -> OwnedFile {
    let (address, fragment) = match url.split_once('#') {
        Some((address, fragment)) => (address, Some(fragment.to_owned())),
        None => (url, None),
    };
    OwnedFile {
        filename: address.rsplit('/').next().unwrap_or(address).to_owned(),
        url: address.to_owned(),
        fragment,
        hashes: Hashes::default(),
        requires_python: None,
        yanked: None,
        metadata: None,
        size: None,
        upload_time: None,
        comes_from: String::new(),
    }
}
