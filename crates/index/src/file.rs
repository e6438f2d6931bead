//! One file of a project, as its index describes it.

use std::fmt;

use crate::hashes::{Digest, HashAlgorithm, Hashes};
use crate::page::{FileRecord, MetadataKind, Page, Span};
use crate::redact::redact_url;

/// A file on a [`Page`]; small enough to copy, reads straight from the page.
#[derive(Clone, Copy)]
pub struct IndexFile<'a> {
    pub(crate) page: &'a Page,
    pub(crate) record: FileRecord,
    pub(crate) position: u32,
}

impl<'a> IndexFile<'a> {
    fn text(self, span: Span) -> Option<&'a str> {
        self.page.get(self.position, span)
    }

    /// Where it stands on its page: see [`Page::file`].
    pub fn position(self) -> u32 {
        self.position
    }

    /// The last part of the URL's path, decoded (pip's `Link.filename`).
    pub fn filename(self) -> &'a str {
        self.text(self.record.filename).unwrap_or_default()
    }

    /// Where it is: absolute, quoted as pip does, without a fragment.
    pub fn url(self) -> &'a str {
        let record = self.record;
        self.text(Span { start: record.link.start, end: record.url_end }).unwrap_or_default()
    }

    /// The `#...` of the link, without `#`.
    pub fn fragment(self) -> Option<&'a str> {
        let record = self.record;
        self.text(Span { start: record.url_end, end: record.link.end })?.strip_prefix('#')
    }

    /// Its SHA-256 in hexadecimal, as announced.
    pub fn sha256(self) -> Option<&'a str> {
        self.text(self.record.sha256)
    }

    /// All announced digests of known algorithms.
    pub fn hashes(self) -> Hashes {
        let sha256 = self.sha256().map(|hex| Digest::new(HashAlgorithm::Sha256, hex));
        let others = self.text(self.record.other_hashes).into_iter().flat_map(|text| text.split('&'));
        sha256.into_iter().chain(others.filter_map(digest)).collect()
    }

    /// The announced `Requires-Python`; never empty.
    pub fn requires_python(self) -> Option<&'a str> {
        self.text(self.record.requires_python)
    }

    /// The reason of a yanked file (may be empty); `None` when it is not yanked.
    pub fn yanked(self) -> Option<&'a str> {
        self.text(self.record.yanked)
    }

    /// Whether a metadata file is announced.
    pub fn has_metadata_file(self) -> bool {
        self.record.metadata == MetadataKind::Announced
    }

    /// Its metadata file, if one is announced.
    pub fn metadata_file(self) -> Option<MetadataFile> {
        self.has_metadata_file()
            .then(|| MetadataFile { digest: self.text(self.record.metadata_digest).and_then(digest) })
    }

    /// Its size in bytes, if announced.
    pub fn size(self) -> Option<u64> {
        Some(self.record.size).filter(|size| *size != u64::MAX)
    }

    /// When it was uploaded, in microseconds since 1970 (UTC), if announced.
    pub fn upload_time(self) -> Option<i64> {
        Some(self.record.upload_time).filter(|time| *time != i64::MIN)
    }

    /// The URL of the page it was found on; empty for a file in a folder.
    pub fn comes_from(self) -> &'a str {
        self.page.url()
    }

    /// Whether it is a file of this machine.
    pub fn is_local(self) -> bool {
        self.url().starts_with("file:")
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

impl fmt::Debug for IndexFile<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IndexFile({})", redact_url(self.url()))
    }
}

/// `name=hex` as it stands in a page.
fn digest(text: &str) -> Option<Digest> {
    let (name, hex) = text.split_once('=')?;
    Some(Digest::new(name.parse().ok()?, hex))
}

/// The metadata file that an index announces beside a wheel or sdist (`core-metadata`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetadataFile {
    /// Its digest, when the index gives one of a known algorithm.
    pub digest: Option<Digest>,
}

/// A file taken off its page, to be fetched or kept.
#[derive(Clone, PartialEq, Eq)]
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

impl fmt::Debug for OwnedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnedFile")
            .field("filename", &self.filename)
            .field("url", &redact_url(&self.url))
            .field("hashes", &self.hashes)
            .finish_non_exhaustive()
    }
}

impl OwnedFile {
    /// A file named by the user: its URL, with whatever digest its fragment holds.
    pub fn from_url(url: &str) -> Self {
        crate::link::file_from_url(url)
    }
    /// Whether it is a file of this machine.
    pub fn is_local(&self) -> bool {
        self.url.starts_with("file:")
    }

    /// The path of a file of this machine.
    pub fn path(&self) -> Option<std::path::PathBuf> {
        crate::link::url_to_path(&self.url)
    }
}
