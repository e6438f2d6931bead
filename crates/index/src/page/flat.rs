//! The flat form: one text, and a table of places in it.
//!
//! A page of thousands of files is loaded with one read, one check and no allocation per file. On disk the
//! text comes first, then the table, then the page's own fields, so that the text needs no copy.

use std::fmt;

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
}

/// How a metadata file is announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum MetadataKind {
    Absent = 0,
    /// Announced; the span of its digest (`sha256=...`) is absent when none was given.
    Announced = 1,
}

/// One file of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileRecord {
    /// The whole link, with its fragment.
    pub(crate) link: Span,
    /// Where in the text the link's `#` stands, or its end.
    pub(crate) url_end: u32,
    pub(crate) filename: Span,
    pub(crate) sha256: Span,
    /// Digests of other algorithms: `md5=...&sha512=...`.
    pub(crate) other_hashes: Span,
    pub(crate) requires_python: Span,
    pub(crate) yanked: Span,
    pub(crate) metadata: MetadataKind,
    pub(crate) metadata_digest: Span,
    /// `u64::MAX`: not announced.
    pub(crate) size: u64,
    /// `i64::MIN`: not announced.
    pub(crate) upload_time: i64,
}

impl FileRecord {
    /// Bytes of a record on disk.
    const LENGTH: usize = 80;

    fn write(&self, out: &mut Vec<u8>) {
        for span in self.spans() {
            out.extend_from_slice(&span.start.to_le_bytes());
            out.extend_from_slice(&span.end.to_le_bytes());
        }
        out.extend_from_slice(&self.url_end.to_le_bytes());
        out.extend_from_slice(&(self.metadata as u32).to_le_bytes());
        out.extend_from_slice(&self.size.to_le_bytes());
        out.extend_from_slice(&self.upload_time.to_le_bytes());
    }

    fn spans(&self) -> [Span; 7] {
        [
            self.link,
            self.filename,
            self.sha256,
            self.other_hashes,
            self.requires_python,
            self.yanked,
            self.metadata_digest,
        ]
    }

    fn read(bytes: &[u8; Self::LENGTH]) -> Option<Self> {
        let mut reader = Reader(bytes);
        let mut span = || reader.span();
        let (link, filename, sha256, other_hashes) = (span()?, span()?, span()?, span()?);
        let (requires_python, yanked, metadata_digest) = (span()?, span()?, span()?);
        let url_end = reader.number()?;
        let metadata = match reader.number()? {
            0 => MetadataKind::Absent,
            1 => MetadataKind::Announced,
            _ => return None,
        };
        let size = u64::from_le_bytes(reader.take()?);
        let upload_time = i64::from_le_bytes(reader.take()?);
        Some(Self {
            link,
            url_end,
            filename,
            sha256,
            other_hashes,
            requires_python,
            yanked,
            metadata,
            metadata_digest,
            size,
            upload_time,
        })
    }
}

/// One page of one index (or one find-links page, or the files of a folder).
#[derive(Default, PartialEq, Eq)]
pub struct Page {
    pub(crate) text: String,
    pub(crate) records: Vec<FileRecord>,
    pub(crate) url: Span,
    pub(crate) etag: Span,
    pub(crate) last_modified: Span,
    /// How long the page may be used without asking again, in seconds.
    pub(crate) max_age: u32,
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Page({}, {} files)", redact_url(self.url()), self.records.len())
    }
}

impl Page {
    /// Its files, in the order of the page.
    pub fn files(&self) -> impl ExactSizeIterator<Item = IndexFile<'_>> {
        self.records.iter().zip(0..u32::MAX).map(|(record, position)| IndexFile {
            page: self,
            record,
            position,
        })
    }

    /// The file at a position.
    pub fn file(&self, position: u32) -> Option<IndexFile<'_>> {
        let record = self.records.get(usize::try_from(position).ok()?)?;
        Some(IndexFile { page: self, record, position })
    }

    /// Where the page came from, after redirects; empty for the files of a folder.
    pub fn url(&self) -> &str {
        self.get(self.url).unwrap_or_default()
    }

    /// What the server asks to be sent as `If-None-Match`.
    pub(crate) fn etag(&self) -> Option<&str> {
        self.get(self.etag)
    }

    /// What the server asks to be sent as `If-Modified-Since`.
    pub(crate) fn last_modified(&self) -> Option<&str> {
        self.get(self.last_modified)
    }

    /// The text at a place, or nothing where the place is [`Span::ABSENT`].
    pub(crate) fn get(&self, span: Span) -> Option<&str> {
        self.text.get(span.start as usize..span.end as usize)
    }

    /// The flat form as bytes for the cache.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.text.len() + self.records.len() * FileRecord::LENGTH + 64);
        out.extend_from_slice(self.text.as_bytes());
        for record in &self.records {
            record.write(&mut out);
        }
        for span in [self.url, self.etag, self.last_modified] {
            out.extend_from_slice(&span.start.to_le_bytes());
            out.extend_from_slice(&span.end.to_le_bytes());
        }
        out.extend_from_slice(&self.max_age.to_le_bytes());
        // A text of more than 4 GB cannot be built, see `PageBuilder`.
        let count = u32::try_from(self.records.len()).unwrap_or(u32::MAX);
        out.extend_from_slice(&count.to_le_bytes());
        out
    }

    /// The page in these bytes; `None` when they are not what [`to_bytes`](Self::to_bytes) made.
    pub(crate) fn from_bytes(mut bytes: Vec<u8>) -> Option<Self> {
        /// Three spans, the age, the count.
        const TAIL: usize = 3 * 8 + 4 + 4;
        let tail_start = bytes.len().checked_sub(TAIL)?;
        let mut tail = Reader(bytes.get(tail_start..)?);
        let (url, etag, last_modified) = (tail.span()?, tail.span()?, tail.span()?);
        let (max_age, count) = (tail.number()?, tail.number()? as usize);
        let text_length = tail_start.checked_sub(count.checked_mul(FileRecord::LENGTH)?)?;
        let (table, []) = bytes.get(text_length..tail_start)?.as_chunks::<{ FileRecord::LENGTH }>() else {
            return None;
        };
        let records: Vec<_> = table.iter().map(FileRecord::read).collect::<Option<_>>()?;
        bytes.truncate(text_length);
        let text = String::from_utf8(bytes).ok()?;
        let page = Self { text, records, url, etag, last_modified, max_age };
        page.is_sound().then_some(page)
    }

    /// Whether every place is inside the text and between characters.
    fn is_sound(&self) -> bool {
        let sound = |span: &Span| *span == Span::ABSENT || self.get(*span).is_some();
        [self.url, self.etag, self.last_modified].iter().all(sound)
            && self.records.iter().all(|record| {
                let url = Span { start: record.link.start, end: record.url_end };
                record.url_end <= record.link.end
                    && self.get(url).is_some()
                    && record.spans().iter().all(sound)
            })
    }
}

/// Takes little-endian numbers off bytes.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    fn span(&mut self) -> Option<Span> {
        Some(Span { start: self.number()?, end: self.number()? })
    }
}
