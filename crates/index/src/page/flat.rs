//! The flat form: one piece of memory with a text, and a table of places in it.
//!
//! It is the same in memory and on disk, so that a page of thousands of files is loaded by a single read, without
//! looking at any file before it is asked for:
//!
//! ```text
//! text | 80 bytes for each file | 20 bytes for each run | URL, ETag, Last-Modified, max-age, numbers of files and runs
//! ```
//!
//! A run is neighbours of one version, so that whoever sorts versions need not look at the files.
//!
//! Places are not checked in advance. One that leads nowhere (the cache's check sum makes that next to impossible)
//! reads as absent.

use std::fmt;
use std::ops::Range;

use crate::file::IndexFile;
use crate::redact::redact_url;

/// A place in a page's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Span {
    /// The mark of something that is not there, as opposed to an empty text.
    pub(crate) const ABSENT: Self = Self { start: u32::MAX, end: u32::MAX };

    fn write(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.start.to_le_bytes());
        out.extend_from_slice(&self.end.to_le_bytes());
    }
}

/// How a metadata file is announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum MetadataKind {
    Absent = 0,
    /// Announced; the span of its digest (`sha256=...`) is absent when none was given.
    Announced = 1,
}

/// What is written down of a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FileRecord {
    /// The whole link, with its fragment.
    pub(crate) link: Span,
    pub(crate) filename: Span,
    pub(crate) sha256: Span,
    /// Digests of other algorithms: `md5=...&sha512=...`.
    pub(crate) other_hashes: Span,
    pub(crate) requires_python: Span,
    pub(crate) yanked: Span,
    pub(crate) metadata_digest: Span,
    /// Where in the text the link's `#` stands, or its end.
    pub(crate) url_end: u32,
    pub(crate) metadata: MetadataKind,
    /// `u64::MAX`: not announced.
    pub(crate) size: u64,
    /// `i64::MIN`: not announced.
    pub(crate) upload_time: i64,
}

/// Bytes of a [`FileRecord`] in the table.
const RECORD: usize = 80;
/// Bytes of a [`RunRecord`] in its table.
const RUN: usize = 20;
/// Bytes behind the tables: three spans and three numbers.
const TAIL: usize = 36;

impl FileRecord {
    pub(crate) fn write(&self, table: &mut Vec<u8>) {
        let Self { link, filename, sha256, other_hashes, requires_python, yanked, metadata_digest, .. } =
            self;
        for span in [link, filename, sha256, other_hashes, requires_python, yanked, metadata_digest] {
            span.write(table);
        }
        table.extend_from_slice(&self.url_end.to_le_bytes());
        table.extend_from_slice(&(self.metadata as u32).to_le_bytes());
        table.extend_from_slice(&self.size.to_le_bytes());
        table.extend_from_slice(&self.upload_time.to_le_bytes());
    }

    /// Reads a whole record: the compiler leaves out what the caller does not use.
    fn read(bytes: &[u8; RECORD]) -> Self {
        let span = |place: usize| Span { start: number(bytes, place * 8), end: number(bytes, place * 8 + 4) };
        Self {
            link: span(0),
            filename: span(1),
            sha256: span(2),
            other_hashes: span(3),
            requires_python: span(4),
            yanked: span(5),
            metadata_digest: span(6),
            url_end: number(bytes, 56),
            metadata: if number(bytes, 60) == 0 { MetadataKind::Absent } else { MetadataKind::Announced },
            size: u64::from_le_bytes(array(bytes, 64)),
            upload_time: i64::from_le_bytes(array(bytes, 72)),
        }
    }
}

/// Neighbours whose names write the same project and version; one file alone if that cannot be told at a glance.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RunRecord {
    pub(crate) name: Span,
    pub(crate) version: Span,
    /// The position behind its last file.
    pub(crate) end: u32,
}

impl RunRecord {
    pub(crate) fn write(&self, table: &mut Vec<u8>) {
        self.name.write(table);
        self.version.write(table);
        table.extend_from_slice(&self.end.to_le_bytes());
    }

    fn read(bytes: &[u8; RUN]) -> Self {
        let span = |place: usize| Span { start: number(bytes, place * 8), end: number(bytes, place * 8 + 4) };
        Self { name: span(0), version: span(1), end: number(bytes, 16) }
    }
}

/// Files that stand side by side on a page and are of the same version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run<'a> {
    /// The project and the version as they are written; nothing for a file whose name does not tell at a glance.
    pub written: Option<(&'a str, &'a str)>,
    /// Where they are: see [`Page::file`].
    pub positions: Range<u32>,
}

/// One page of one index (or one find-links page, or the files of a folder).
#[derive(PartialEq, Eq)]
pub struct Page {
    bytes: Vec<u8>,
    /// Where the table begins.
    table: usize,
    /// Where that of the runs begins.
    runs: usize,
}

impl Page {
    /// A page of its parts. There are fewer files than fit a `u32`, as a text has at most so many bytes.
    pub(super) fn new(
        text: String,
        table: &[u8],
        runs: &[u8],
        [url, etag, last_modified]: [Span; 3],
        max_age: u32,
    ) -> Self {
        let mut bytes = text.into_bytes();
        let start = bytes.len();
        bytes.reserve_exact(table.len() + runs.len() + TAIL + 8);
        bytes.extend_from_slice(table);
        bytes.extend_from_slice(runs);
        for span in [url, etag, last_modified] {
            span.write(&mut bytes);
        }
        bytes.extend_from_slice(&max_age.to_le_bytes());
        for count in [table.len() / RECORD, runs.len() / RUN] {
            bytes.extend_from_slice(&u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
        }
        Self { bytes, table: start, runs: start + table.len() }
    }

    /// Its files, in the order of the page, those together that stand side by side and are of the same version.
    pub fn runs(&self) -> impl Iterator<Item = Run<'_>> {
        let table = self.bytes.get(self.runs..self.bytes.len().saturating_sub(TAIL)).unwrap_or_default();
        let count = u32::try_from(self.records().len()).unwrap_or(u32::MAX);
        let mut start = 0;
        table.as_chunks().0.iter().map(move |record| {
            let record = RunRecord::read(record);
            let positions = start..record.end.min(count);
            start = positions.end;
            Run { written: self.get(record.name).zip(self.get(record.version)), positions }
        })
    }

    /// Its files, in the order of the page.
    pub fn files(&self) -> impl ExactSizeIterator<Item = IndexFile<'_>> {
        let records = self.records().iter().map(FileRecord::read);
        records.zip(0..u32::MAX).map(|(record, position)| IndexFile { page: self, record, position })
    }

    /// The file at a position.
    pub fn file(&self, position: u32) -> Option<IndexFile<'_>> {
        let record = FileRecord::read(self.records().get(usize::try_from(position).ok()?)?);
        Some(IndexFile { page: self, record, position })
    }

    /// Where the page came from, after redirects; empty for the files of a folder.
    pub fn url(&self) -> &str {
        self.get(self.tail_span(0)).unwrap_or_default()
    }

    /// What the server asks to be sent as `If-None-Match`.
    pub(crate) fn etag(&self) -> Option<&str> {
        self.get(self.tail_span(1))
    }

    /// What the server asks to be sent as `If-Modified-Since`.
    pub(crate) fn last_modified(&self) -> Option<&str> {
        self.get(self.tail_span(2))
    }

    /// How long the page may be used without asking again, in seconds.
    pub(crate) fn max_age(&self) -> u32 {
        number(self.tail(), 24)
    }

    /// The text at a place, or nothing where the place is [`Span::ABSENT`].
    pub(crate) fn get(&self, span: Span) -> Option<&str> {
        let end = span.end as usize;
        let bytes = if end <= self.table { self.bytes.get(span.start as usize..end)? } else { return None };
        std::str::from_utf8(bytes).ok()
    }

    /// The flat form, for the cache.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The page in these bytes; `None` when they cannot be one.
    pub fn from_bytes(bytes: Vec<u8>) -> Option<Self> {
        let tail: &[u8; TAIL] = bytes.last_chunk()?;
        let [files, runs] = [number(tail, TAIL - 8) as usize, number(tail, TAIL - 4) as usize];
        let runs = bytes.len().checked_sub(TAIL)?.checked_sub(runs.checked_mul(RUN)?)?;
        let table = runs.checked_sub(files.checked_mul(RECORD)?)?;
        Some(Self { bytes, table, runs })
    }

    fn records(&self) -> &[[u8; RECORD]] {
        self.bytes.get(self.table..self.runs).unwrap_or_default().as_chunks().0
    }

    fn tail(&self) -> &[u8; TAIL] {
        self.bytes.last_chunk().unwrap_or(&[0; TAIL])
    }

    fn tail_span(&self, place: usize) -> Span {
        let tail = self.tail();
        Span { start: number(tail, place * 8), end: number(tail, place * 8 + 4) }
    }
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Page({}, {} files)", redact_url(self.url()), self.records().len())
    }
}

/// The bytes at a place that is known to be inside; zeros where it is not.
fn array<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).copied().unwrap_or([0; N])
}

fn number(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(array(bytes, at))
}
