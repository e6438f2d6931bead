//! The flat form: pieces of memory with a text, and tables of places in it.
//!
//! It is the same in memory and on disk, so that a page of thousands of files is there without a look at any of them:
//!
//! ```text
//! blocks | shared text | 8 bytes for each block | 20 bytes for each run
//!        | URL, ETag, Last-Modified, max-age, numbers of files and runs, length and check sum of the head
//! ```
//!
//! A block holds 16 files, 80 bytes for each and then their texts. Everything behind the blocks is the head, which is always
//! in memory; the blocks of a large page stay on the disk until a file of theirs is asked for. The entry of a block is where it
//! ends, and its check sum, so that what is not needed is not read at all. A block that cannot be read reads as files without
//! names, and the page counts as lost: whoever has used it begins again without it.
//!
//! A run is neighbours of one version, so that whoever sorts versions need not look at the files.
//!
//! Places are not checked in advance. One that leads nowhere (the check sums make that next to impossible) reads as absent.

use std::fmt;
use std::fs::File;
use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

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

    /// The mark of a place in the shared text; other places are in that of a block.
    pub(super) const SHARED: u32 = 1 << 31;

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

/// Files of a block.
pub(super) const BLOCK: u32 = 16;
/// Bytes for each block in their table.
const ENTRY: usize = 8;
/// Bytes of a [`FileRecord`] in the table.
const RECORD: usize = 80;
/// Bytes of a [`RunRecord`] in its table.
const RUN: usize = 20;
/// Bytes behind the tables: three spans and five numbers.
const TAIL: usize = 44;
/// As much is read of the end of a page: most heads are smaller.
const LIKELY_HEAD: usize = 8 << 10;

impl FileRecord {
    /// Of a file that cannot be read.
    const ABSENT: Self = Self {
        link: Span::ABSENT,
        filename: Span::ABSENT,
        sha256: Span::ABSENT,
        other_hashes: Span::ABSENT,
        requires_python: Span::ABSENT,
        yanked: Span::ABSENT,
        metadata_digest: Span::ABSENT,
        url_end: u32::MAX,
        metadata: MetadataKind::Absent,
        size: u64::MAX,
        upload_time: i64::MIN,
    };

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
pub struct Page {
    head: Vec<u8>,
    blocks: Blocks,
    /// How many files there are.
    count: u32,
    /// Where in the head the table of blocks begins, which is where the shared text ends.
    entries: usize,
    /// Where that of the runs begins.
    runs: usize,
}

/// A block that was needed; nothing if it could not be read.
type Kept = OnceLock<Option<Box<[u8]>>>;

/// The files of a page.
enum Blocks {
    Here(Vec<u8>),
    /// In this file, read as they are needed.
    There {
        file: File,
        read: Box<[Kept]>,
        is_lost: AtomicBool,
    },
}

impl Page {
    /// A page of its blocks and the parts of its head. There are fewer files than fit a `u32`, as a text has at most so
    /// many bytes.
    pub(super) fn new(
        blocks: Vec<u8>,
        shared: String,
        entries: &[u8],
        runs: &[u8],
        [url, etag, last_modified]: [Span; 3],
        [max_age, count]: [u32; 2],
    ) -> Self {
        let mut head = shared.into_bytes();
        let start = head.len();
        head.reserve_exact(entries.len() + runs.len() + TAIL);
        head.extend_from_slice(entries);
        head.extend_from_slice(runs);
        for span in [url, etag, last_modified] {
            span.write(&mut head);
        }
        let length = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        for number in [max_age, count, length(runs.len() / RUN), length(head.len() + TAIL - 24)] {
            head.extend_from_slice(&number.to_le_bytes());
        }
        head.extend_from_slice(&libdeflater::crc32(&head).to_le_bytes());
        Self { head, blocks: Blocks::Here(blocks), count, entries: start, runs: start + entries.len() }
    }

    /// The entry of a block in their table: where it ends, and its check sum.
    pub(super) fn write_entry(end: usize, block: &[u8], entries: &mut Vec<u8>) {
        entries.extend_from_slice(&u32::try_from(end).unwrap_or(u32::MAX).to_le_bytes());
        entries.extend_from_slice(&libdeflater::crc32(block).to_le_bytes());
    }

    /// Its files, in the order of the page, those together that stand side by side and are of the same version.
    pub fn runs(&self) -> impl Iterator<Item = Run<'_>> {
        let table = self.head.get(self.runs..self.head.len().saturating_sub(TAIL)).unwrap_or_default();
        let mut start = 0;
        table.as_chunks().0.iter().map(move |record| {
            let record = RunRecord::read(record);
            let positions = start..record.end.min(self.count);
            start = positions.end;
            Run { written: self.shared(record.name).zip(self.shared(record.version)), positions }
        })
    }

    /// Its files, in the order of the page.
    pub fn files(&self) -> impl ExactSizeIterator<Item = IndexFile<'_>> {
        (0..self.count as usize).zip(0..self.count).map(|(_, position)| self.at(position))
    }

    /// The file at a position.
    pub fn file(&self, position: u32) -> Option<IndexFile<'_>> {
        (position < self.count).then(|| self.at(position))
    }

    fn at(&self, position: u32) -> IndexFile<'_> {
        let place = (position % BLOCK) as usize * RECORD;
        let record = self.block(position / BLOCK).and_then(|block| block.get(place..)?.first_chunk());
        let record = record.map_or(FileRecord::ABSENT, FileRecord::read);
        IndexFile { page: self, record, position }
    }

    /// Where the page came from, after redirects; empty for the files of a folder.
    pub fn url(&self) -> &str {
        self.shared(self.tail_span(0)).unwrap_or_default()
    }

    /// What the server asks to be sent as `If-None-Match`.
    pub(crate) fn etag(&self) -> Option<&str> {
        self.shared(self.tail_span(1))
    }

    /// What the server asks to be sent as `If-Modified-Since`.
    pub(crate) fn last_modified(&self) -> Option<&str> {
        self.shared(self.tail_span(2))
    }

    /// How long the page may be used without asking again, in seconds.
    pub(crate) fn max_age(&self) -> u32 {
        number(self.tail(), 24)
    }

    /// The text at a place of the file at a position, or nothing where the place is [`Span::ABSENT`].
    pub(crate) fn get(&self, position: u32, span: Span) -> Option<&str> {
        if span.start & Span::SHARED != 0 {
            return self.shared(span);
        }
        let block = self.block(position / BLOCK)?;
        let files = self.count.saturating_sub(position / BLOCK * BLOCK).min(BLOCK) as usize;
        let text = block.get(files * RECORD..)?;
        std::str::from_utf8(text.get(span.start as usize..span.end as usize)?).ok()
    }

    /// The text at a place of the shared text.
    fn shared(&self, span: Span) -> Option<&str> {
        let at = |place: u32| place.checked_sub(Span::SHARED).map(|place| place as usize);
        let text = self.head.get(..self.entries)?;
        std::str::from_utf8(text.get(at(span.start)?..at(span.end)?)?).ok()
    }

    /// The flat form, for the cache; nothing if it cannot be read any more.
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        for number in 0..self.count.div_ceil(BLOCK) {
            bytes.extend_from_slice(self.block(number)?);
        }
        bytes.extend_from_slice(&self.head);
        Some(bytes)
    }

    /// The page in these bytes; `None` when they are damaged, or cannot be one.
    pub fn from_bytes(mut bytes: Vec<u8>) -> Option<Self> {
        let head = bytes.split_off(bytes.len().checked_sub(head_length(&bytes)?)?);
        let blocks = bytes.len();
        Self::of_head(head, blocks, |_| Blocks::Here(bytes)).filter(Self::is_sound)
    }

    /// The page in a file of this length, of which only the head is read and checked. The file must stay as it is.
    pub(crate) fn from_file(file: File, length: usize) -> Option<Self> {
        let read_end = |part: usize| read_at(&file, length.checked_sub(part)? as u64, part);
        let mut end = read_end(LIKELY_HEAD.min(length))?;
        let head = head_length(&end)?;
        if head > end.len() {
            // Not more than there is, whatever the number says.
            end = read_end(head.min(length))?;
        }
        let head = end.split_off(end.len().checked_sub(head)?);
        let blocks = length.checked_sub(head.len())?;
        Self::of_head(head, blocks, |count| {
            let read = (0..count.div_ceil(BLOCK)).map(|_| OnceLock::new()).collect();
            Blocks::There { file, read, is_lost: AtomicBool::new(false) }
        })
    }

    /// The page of a whole head, if its check sum is right and its blocks are as long as it says.
    fn of_head(head: Vec<u8>, length: usize, blocks: impl FnOnce(u32) -> Blocks) -> Option<Self> {
        let (content, sum) = head.split_last_chunk()?;
        let tail: &[u8; TAIL] = head.last_chunk()?;
        let [count, runs] = [number(tail, TAIL - 16), number(tail, TAIL - 12)];
        let runs = head.len().checked_sub(TAIL)?.checked_sub((runs as usize).checked_mul(RUN)?)?;
        let number_of_blocks = count.div_ceil(BLOCK) as usize;
        let entries = runs.checked_sub(number_of_blocks.checked_mul(ENTRY)?)?;
        let end = if number_of_blocks == 0 { 0 } else { number(&head, runs.checked_sub(ENTRY)?) as usize };
        let is_right = end == length && libdeflater::crc32(content) == u32::from_le_bytes(*sum);
        is_right.then(|| Self { blocks: blocks(count), head, count, entries, runs })
    }

    /// Reads all of it that has not been read. Whether nothing of it is damaged.
    pub(crate) fn is_sound(&self) -> bool {
        (0..self.count.div_ceil(BLOCK)).all(|number| match &self.blocks {
            Blocks::There { .. } => self.block(number).is_some(),
            Blocks::Here(_) => self.entry(number as usize).is_some_and(|(_, sum)| {
                self.block(number).is_some_and(|block| libdeflater::crc32(block) == sum)
            }),
        })
    }

    /// Whether some of its files could not be read: what was taken for absent may be there.
    pub(crate) fn is_lost(&self) -> bool {
        matches!(&self.blocks, Blocks::There { is_lost, .. } if is_lost.load(Relaxed))
    }

    /// A block with its files.
    fn block(&self, block: u32) -> Option<&[u8]> {
        let place = block as usize;
        match &self.blocks {
            Blocks::Here(blocks) => blocks.get(self.entry(place)?.0),
            Blocks::There { file, read, is_lost } => {
                let block = read.get(place)?.get_or_init(|| {
                    let block = self.read_block(place, file);
                    is_lost.fetch_or(block.is_none(), Relaxed);
                    block
                });
                block.as_deref()
            }
        }
    }

    fn read_block(&self, place: usize, file: &File) -> Option<Box<[u8]>> {
        let (bytes, sum) = self.entry(place)?;
        let block = read_at(file, bytes.start as u64, bytes.len())?;
        (libdeflater::crc32(&block) == sum).then(|| block.into_boxed_slice())
    }

    /// Where a block is, and its check sum.
    fn entry(&self, place: usize) -> Option<(Range<usize>, u32)> {
        let (entries, _) = self.head.get(self.entries..self.runs)?.as_chunks::<ENTRY>();
        let end = |place: usize| entries.get(place).map(|entry| number(entry, 0) as usize);
        let start = place.checked_sub(1).map_or(Some(0), end)?;
        Some((start..end(place)?.max(start), number(entries.get(place)?, 4)))
    }

    fn tail(&self) -> &[u8; TAIL] {
        self.head.last_chunk().unwrap_or(&[0; TAIL])
    }

    fn tail_span(&self, place: usize) -> Span {
        let tail = self.tail();
        Span { start: number(tail, place * 8), end: number(tail, place * 8 + 4) }
    }
}

impl PartialEq for Page {
    fn eq(&self, other: &Self) -> bool {
        let same = |number| self.block(number).is_some_and(|block| other.block(number) == Some(block));
        self.head == other.head && (0..self.count.div_ceil(BLOCK)).all(same)
    }
}

impl Eq for Page {}

/// How long the head is at the end of these bytes.
fn head_length(bytes: &[u8]) -> Option<usize> {
    let tail: &[u8; TAIL] = bytes.last_chunk()?;
    Some(number(tail, TAIL - 8) as usize)
}

/// Reads a part of a file into memory that need not be cleared before.
#[cfg(unix)]
pub(crate) fn read_at(file: &File, start: u64, length: usize) -> Option<Vec<u8>> {
    use rustix::{buffer::spare_capacity, io::Errno};
    let mut bytes = Vec::with_capacity(length);
    while bytes.len() < length {
        let at = start + bytes.len() as u64;
        match rustix::io::pread(file, spare_capacity(&mut bytes), at) {
            Ok(0) => return None,
            Ok(_) | Err(Errno::INTR) => {}
            Err(_) => return None,
        }
    }
    // There may be more memory than was asked for.
    bytes.truncate(length);
    Some(bytes)
}

#[cfg(not(unix))]
pub(crate) fn read_at(mut file: &File, start: u64, length: usize) -> Option<Vec<u8>> {
    use std::io::{Read as _, Seek as _, SeekFrom};
    let mut bytes = vec![0; length];
    file.seek(SeekFrom::Start(start)).ok()?;
    file.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Page({}, {} files)", redact_url(self.url()), self.count)
    }
}

/// The bytes at a place that is known to be inside; zeros where it is not.
fn array<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).copied().unwrap_or([0; N])
}

fn number(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(array(bytes, at))
}
