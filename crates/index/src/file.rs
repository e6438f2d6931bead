//! One file of a project, as its index describes it.

use crate::hashes::{Digest, Hashes};
use crate::page::Page;

/// A file on a [`Page`]; cheap to copy, reads straight from the page.
#[derive(Clone, Copy)]
pub struct IndexFile<'a> {
    pub(crate) page: &'a Page,
    pub(crate) position: u32,
}

impl<'a> IndexFile<'a> {
    /// The last part of the URL's path, decoded (pip's `Link.filename`).
    pub fn filename(self) -> &'a str {
        ""
    }

    /// Where it is: absolute, quoted as pip does, without a fragment.
    pub fn url(self) -> &'a str {
        ""
    }

    /// The `#...` of the link, without `#`.
    pub fn fragment(self) -> Option<&'a str> {
        None
    }

    /// Its SHA-256 in hexadecimal, if announced.
    pub fn sha256(self) -> Option<&'a str> {
        None
    }

    /// All announced digests of known algorithms.
    pub fn hashes(self) -> Hashes {
        Hashes::default()
    }

    /// The announced `Requires-Python`; never empty.
    pub fn requires_python(self) -> Option<&'a str> {
        None
    }

    /// The reason of a yanked file (may be empty); `None` when it is not yanked.
    pub fn yanked(self) -> Option<&'a str> {
        None
    }

    /// Whether a metadata file is announced.
    pub fn has_metadata_file(self) -> bool {
        false
    }

    /// Its metadata file, if one is announced.
    pub fn metadata_file(self) -> Option<MetadataFile> {
        None
    }

    /// Its size in bytes, if announced.
    pub fn size(self) -> Option<u64> {
        None
    }

    /// When it was uploaded, in microseconds since 1970 (UTC), if announced.
    pub fn upload_time(self) -> Option<i64> {
        None
    }

    /// The URL of the page it was found on; empty for a file in a folder.
    pub fn comes_from(self) -> &'a str {
        ""
    }

    /// Takes it off the page.
    pub fn to_owned(self) -> OwnedFile {
        OwnedFile {
            filename: self.filename().to_owned(),
            url: self.url().to_owned(),
            fragment: self.fragment().map(str::to_owned),
            hashes: self.hashes(),
            requires_python: self.requires_python().map(str::to_owned),
            yanked: self.yanked().map(str::to_owned),
            metadata: self.metadata_file(),
            size: self.size(),
            upload_time: self.upload_time(),
            comes_from: self.comes_from().to_owned(),
        }
    }
}

/// The metadata file that an index announces beside a wheel or sdist (`core-metadata`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetadataFile {
    /// Its digest, when the index gives one of a known algorithm.
    pub digest: Option<Digest>,
}

/// A file taken off its page, to be fetched or kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedFile {
    /// The last part of the URL's path, decoded.
    pub filename: String,
    /// Where it is, absolute, quoted as pip does, without a fragment.
    pub url: String,
    /// The `#...` of the link, without `#`, if there was one.
    pub fragment: Option<String>,
    /// Its announced digests.
    pub hashes: Hashes,
    /// The announced `Requires-Python`; never empty.
    pub requires_python: Option<String>,
    /// The reason of a yanked file (may be empty); `None` when it is not yanked.
    pub yanked: Option<String>,
    /// Its metadata file, if one is announced.
    pub metadata: Option<MetadataFile>,
    /// Its size in bytes, if announced.
    pub size: Option<u64>,
    /// When it was uploaded, in microseconds since 1970 (UTC), if announced.
    pub upload_time: Option<i64>,
    /// The page it was found on; the empty text for a file in a folder.
    pub comes_from: String,
}

impl OwnedFile {
    /// A file named by the user: its URL, with whatever digest its fragment holds.
    pub fn from_url(url: &str) -> Self {
        crate::link::file_from_url(url)
    }
}
