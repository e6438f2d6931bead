//! Where the parts of an archive are.

use std::ops::Range;

use rawzip::{ReaderAt, ZipArchive, ZipFileHeaderRecord};

use crate::{LayoutFault, header::agree, unclaimed::holds_nothing};

/// Holds any header: three texts of up to 64 KiB and some numbers.
const HEADER_BUFFER: usize = 256 << 10;

/// Bytes of a record of the directory before its texts.
const RECORD: u64 = 46;

/// Bytes of the end of the directory before its comment.
const END: usize = 22;

/// Bytes of what stands before it in archives of the zip64 kind, to say where their own end of the directory is.
const ZIP64_LOCATOR: usize = 20;

/// The parts of an archive, as far as its directory was read.
pub struct ZipLayout<'a, R> {
    zip: &'a ZipArchive<R>,
    buffer: Vec<u8>,
    entries: Vec<(Range<u64>, Box<[u8]>)>,
    directory_end: u64,
}

impl<'a, R: ReaderAt> ZipLayout<'a, R> {
    /// Of an archive whose directory is going to be read.
    pub fn new(zip: &'a ZipArchive<R>) -> Self {
        let directory_end = zip.directory_offset();
        Self { zip, buffer: vec![0; HEADER_BUFFER], entries: Vec::new(), directory_end }
    }

    /// Where the compressed data of the directory's next entry is, which stands before the directory.
    ///
    /// # Errors
    /// There is no such entry, or its header and what follows it say something else than the directory.
    pub fn entry(&mut self, record: &ZipFileHeaderRecord<'_>) -> Result<Range<u64>, LayoutFault> {
        let place = agree(self.zip, record, &mut self.buffer)?;
        if place.end > self.zip.directory_offset() {
            return Err(LayoutFault::Data);
        }
        let name = record.file_path().as_bytes().into();
        self.entries.push((record.local_header_offset()..place.end, name));
        let texts = [
            record.file_path().as_bytes().len(),
            record.extra_fields().remaining_bytes().len(),
            record.comment().as_bytes().len(),
        ];
        let length = RECORD + texts.iter().sum::<usize>() as u64;
        self.directory_end = record.central_directory_offset().saturating_add(length);
        Ok(place.data)
    }

    /// Sees to it that these were all parts of an archive of `size` bytes.
    ///
    /// # Errors
    /// Entries overlap, something is not listed, or the end of the archive describes another directory.
    pub fn finish(mut self, size: u64) -> Result<(), LayoutFault> {
        let reader = self.zip.get_ref();
        // Without the zip64 record the announced count has 16 bits.
        let (announced, count) = (self.zip.entries_hint(), self.entries.len() as u64);
        if announced != count && announced != count & 0xffff {
            return Err(LayoutFault::Directory);
        }
        self.entries.sort_unstable_by_key(|(range, _)| range.start);
        let mut end = 0;
        for (range, name) in self.entries {
            if range.start < end {
                return Err(LayoutFault::Overlap { name: name.into() });
            }
            holds_nothing(reader, end..range.start)?;
            end = range.end;
        }
        let directory = self.zip.directory_offset()..self.directory_end;
        holds_nothing(reader, end..directory.start)?;
        agrees_with_the_end(reader, &directory, self.zip.eocd_offset())?;
        holds_nothing(reader, self.zip.eocd_offset() + END as u64..size)
    }
}

/// Compares the directory with what the end of the archive at `end` says of it. Programs take it from different numbers
/// there.
fn agrees_with_the_end(reader: &impl ReaderAt, directory: &Range<u64>, end: u64) -> Result<(), LayoutFault> {
    let record: [u8; END] = read(reader, end)?;
    let said = |at| u64::from(u32::from_le_bytes(field(&record, at)));
    let [disk, directory_disk, entries_here, entries] =
        [4, 6, 8, 10].map(|at| u16::from_le_bytes(field(&record, at)));
    if (disk, directory_disk) != (0, 0) || entries_here != entries {
        return Err(LayoutFault::Directory);
    }
    let length = directory.end - directory.start;
    let locator_at = end.checked_sub(ZIP64_LOCATOR as u64).filter(|at| *at >= directory.end);
    let locator: Option<[u8; ZIP64_LOCATOR]> = locator_at
        .and_then(|at| read(reader, at).ok())
        .filter(|locator: &[u8; ZIP64_LOCATOR]| locator.starts_with(b"PK\x06\x07"));
    let Some(locator) = locator else {
        let agrees = directory.end == end && said(12) == length && said(16) == directory.start;
        return if agrees { Ok(()) } else { Err(LayoutFault::Directory) };
    };
    // In this kind, numbers that do not fit are all ones.
    let zip64_end = u64::from_le_bytes(field(&locator, 8));
    let record: [u8; 56] = read(reader, zip64_end)?;
    let said64 = |at| u64::from_le_bytes(field(&record, at));
    let agrees = record.starts_with(b"PK\x06\x06")
        && zip64_end == directory.end
        && said64(4).checked_add(12).and_then(|length| zip64_end.checked_add(length)) == locator_at
        && (said64(40), said64(48)) == (length, directory.start)
        && [(12, length), (16, directory.start)]
            .iter()
            .all(|(at, expected)| said(*at) == *expected || said(*at) == u64::from(u32::MAX));
    if agrees { Ok(()) } else { Err(LayoutFault::Directory) }
}

fn read<const N: usize>(reader: &impl ReaderAt, at: u64) -> Result<[u8; N], LayoutFault> {
    let mut bytes = [0; N];
    reader.read_exact_at(&mut bytes, at).map_err(|_| LayoutFault::Directory)?;
    Ok(bytes)
}

fn field<const N: usize>(record: &[u8], at: usize) -> [u8; N] {
    record.get(at..).and_then(|rest| rest.first_chunk()).copied().unwrap_or([0; N])
}
