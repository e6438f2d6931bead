//! METADATA out of a wheel of which only some bytes are there.
//!
//! A zip archive has its directory at the end. So the end is looked at first, and [`read`] says which other bytes
//! it needs: from a file, or by a range request from a server.

use std::ops::Range;

/// METADATA larger than this is refused: real ones stay below a megabyte.
const LARGEST: u64 = 64 << 20;
/// The record at the end of the archive, without its comment, and the longest comment.
const END_LENGTH: u64 = 22;
const LONGEST_COMMENT: u64 = 65_535;
const LOCAL_LENGTH: u64 = 30;
/// What local headers have more than the directory knows: extra fields are rarely longer.
const SLACK: u64 = 128;

/// The bytes of an archive that are known.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    /// Length of the whole archive.
    pub(crate) total: u64,
    pieces: Vec<(u64, Vec<u8>)>,
}

impl Pieces {
    pub(crate) fn new(total: u64) -> Self {
        Self { total, pieces: Vec::new() }
    }

    /// Adds the bytes that begin at `start`.
    pub(crate) fn add(&mut self, start: u64, bytes: Vec<u8>) {
        self.pieces.push((start, bytes));
    }

    /// The whole archive, if it came in one piece.
    pub(crate) fn into_whole(self) -> Option<Vec<u8>> {
        self.pieces.into_iter().map(|(_, bytes)| bytes).find(|bytes| bytes.len() as u64 == self.total)
    }

    /// The bytes of a range, or the wish for them.
    fn get(&self, range: Range<u64>) -> Result<&[u8], Obstacle> {
        if range.start > range.end || range.end > self.total {
            return Err(Obstacle::Broken("an entry lies outside of the archive"));
        }
        let inside = |(start, bytes): &(u64, Vec<u8>)| -> Option<Range<usize>> {
            let from = usize::try_from(range.start.checked_sub(*start)?).ok()?;
            let to = usize::try_from(range.end - start).ok()?;
            (to <= bytes.len()).then_some(from..to)
        };
        self.pieces.iter().find_map(|piece| piece.1.get(inside(piece)?)).ok_or(Obstacle::Needs(range.clone()))
    }
}

/// Why there is no METADATA yet.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Obstacle {
    /// These bytes must be known first.
    Needs(Range<u64>),
    /// There never will be.
    Broken(&'static str),
}

/// The content of `<name>.dist-info/METADATA`.
pub(crate) fn read(pieces: &Pieces) -> Result<Vec<u8>, Obstacle> {
    let directory = pieces.get(directory_range(pieces)?)?;
    let member = find_metadata(directory)?;
    let header_end = member.offset + LOCAL_LENGTH;
    // One wish for header and content together; the name of the entry is about as long as in the directory.
    let likely_end = header_end + member.name_length + SLACK + member.compressed;
    let header = pieces.get(member.offset..header_end).or_else(|_| {
        let known = pieces.get(member.offset..likely_end.min(pieces.total))?;
        known.first_chunk::<30>().map(<[u8; 30]>::as_slice).ok_or(Obstacle::Broken("an entry is cut off"))
    })?;
    if header.get(..4) != Some(b"PK\x03\x04") {
        return Err(Obstacle::Broken("the archive's directory leads to no entry"));
    }
    let start = header_end + u64::from(short(header, 26)?) + u64::from(short(header, 28)?);
    let end = start.checked_add(member.compressed).ok_or(Obstacle::Broken("an entry is too large"))?;
    member.unpack(pieces.get(start..end)?)
}

/// Where the archive's directory stands.
fn directory_range(pieces: &Pieces) -> Result<Range<u64>, Obstacle> {
    let broken = Obstacle::Broken("it is not a zip archive");
    let shortest = pieces.total.checked_sub(END_LENGTH).ok_or(broken)?;
    let mut found = find_end(pieces.get(shortest..pieces.total)?, shortest);
    if found.is_none() {
        // There is a comment. Few archives have one.
        let start = shortest.saturating_sub(LONGEST_COMMENT);
        found = find_end(pieces.get(start..pieces.total)?, start);
    }
    let (at, record) = found.ok_or(Obstacle::Broken("it is not a zip archive"))?;
    let (size, offset) = (long(record, 12)?, long(record, 16)?);
    if size != u32::MAX && offset != u32::MAX && short(record, 10)? != u16::MAX {
        return Ok(u64::from(offset)..u64::from(offset) + u64::from(size));
    }
    // The sizes do not fit: they stand in a second record, and a third says where that is.
    let locator = pieces.get(at.saturating_sub(20)..at)?;
    if locator.get(..4) != Some(b"PK\x06\x07") {
        return Err(Obstacle::Broken("its zip64 record is missing"));
    }
    let at = double(locator, 8)?;
    let record = pieces.get(at..at.checked_add(56).ok_or(Obstacle::Broken("its zip64 record is wrong"))?)?;
    if record.get(..4) != Some(b"PK\x06\x06") {
        return Err(Obstacle::Broken("its zip64 record is wrong"));
    }
    let (size, offset) = (double(record, 40)?, double(record, 48)?);
    Ok(offset..offset.checked_add(size).ok_or(Obstacle::Broken("its zip64 record is wrong"))?)
}

/// The last end record in the archive's last bytes, which begin at `start`.
fn find_end(tail: &[u8], start: u64) -> Option<(u64, &[u8])> {
    let at = memchr::memmem::rfind(tail, b"PK\x05\x06")?;
    let record = tail.get(at..)?;
    (record.len() as u64 >= END_LENGTH).then_some((start + at as u64, record))
}

/// An entry of the directory.
struct Member {
    offset: u64,
    name_length: u64,
    compressed: u64,
    size: u64,
    method: u16,
    crc32: u32,
}

/// The only `METADATA` in a top-level `.dist-info` folder.
fn find_metadata(mut directory: &[u8]) -> Result<Member, Obstacle> {
    let mut found = None;
    while directory.get(..4) == Some(b"PK\x01\x02") {
        let (name_length, extra_length, comment_length) =
            (short(directory, 28)?, short(directory, 30)?, short(directory, 32)?);
        let name_end = 46 + usize::from(name_length);
        let extra_end = name_end + usize::from(extra_length);
        let name = directory.get(46..name_end).ok_or(Obstacle::Broken("its directory is cut off"))?;
        if is_metadata(name) {
            let extra =
                directory.get(name_end..extra_end).ok_or(Obstacle::Broken("its directory is cut off"))?;
            if found.replace(Member::read(directory, extra)?).is_some() {
                return Err(Obstacle::Broken("multiple .dist-info directories found"));
            }
        }
        directory = directory.get(extra_end + usize::from(comment_length)..).unwrap_or_default();
    }
    found.ok_or(Obstacle::Broken(".dist-info directory not found"))
}

fn is_metadata(name: &[u8]) -> bool {
    let folder = name.strip_suffix(b".dist-info/METADATA");
    folder.is_some_and(|folder| !folder.is_empty() && !folder.contains(&b'/'))
}

impl Member {
    fn read(entry: &[u8], mut extra: &[u8]) -> Result<Self, Obstacle> {
        let mut member = Self {
            offset: long(entry, 42)?.into(),
            name_length: short(entry, 28)?.into(),
            compressed: long(entry, 20)?.into(),
            size: long(entry, 24)?.into(),
            method: short(entry, 10)?,
            crc32: long(entry, 16)?,
        };
        // Zip64: those of the three that did not fit, in this order.
        while let (Ok(kind), Ok(length)) = (short(extra, 0), short(extra, 2)) {
            let end = 4 + usize::from(length);
            let mut field = extra.get(4..end).unwrap_or_default();
            extra = extra.get(end..).unwrap_or_default();
            if kind == 1 {
                for value in [&mut member.size, &mut member.compressed, &mut member.offset] {
                    if *value == u64::from(u32::MAX) {
                        *value = double(field, 0)?;
                        field = field.get(8..).unwrap_or_default();
                    }
                }
            }
        }
        if member.size > LARGEST || member.compressed > LARGEST || member.offset > u64::MAX / 2 {
            return Err(Obstacle::Broken("METADATA is too large"));
        }
        Ok(member)
    }

    fn unpack(&self, content: &[u8]) -> Result<Vec<u8>, Obstacle> {
        let wrong = Obstacle::Broken("METADATA is damaged");
        let bytes = match self.method {
            0 => content.to_vec(),
            8 => {
                let size =
                    usize::try_from(self.size).map_err(|_| Obstacle::Broken("METADATA is too large"))?;
                let mut bytes = vec![0; size];
                let written = libdeflater::Decompressor::new().deflate_decompress(content, &mut bytes);
                if written != Ok(size) {
                    return Err(wrong);
                }
                bytes
            }
            _ => return Err(Obstacle::Broken("METADATA is compressed in an unknown way")),
        };
        if libdeflater::crc32(&bytes) == self.crc32 { Ok(bytes) } else { Err(wrong) }
    }
}

fn number<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], Obstacle> {
    let rest = bytes.get(at..).and_then(|rest| rest.first_chunk());
    rest.copied().ok_or(Obstacle::Broken("a record is cut off"))
}

fn short(bytes: &[u8], at: usize) -> Result<u16, Obstacle> {
    number(bytes, at).map(u16::from_le_bytes)
}

fn long(bytes: &[u8], at: usize) -> Result<u32, Obstacle> {
    number(bytes, at).map(u32::from_le_bytes)
}

fn double(bytes: &[u8], at: usize) -> Result<u64, Obstacle> {
    number(bytes, at).map(u64::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads as a server would be read: only what is asked for. Returns how many requests it took.
    fn read_remotely(archive: &[u8], first: u64) -> (Result<Vec<u8>, Obstacle>, usize) {
        let total = archive.len() as u64;
        let mut pieces = Pieces::new(total);
        let add = |pieces: &mut Pieces, range: Range<u64>| {
            let place = |at| usize::try_from(at).unwrap();
            pieces.add(range.start, archive[place(range.start)..place(range.end)].to_vec());
        };
        add(&mut pieces, total.saturating_sub(first)..total);
        for requests in 1..8 {
            match read(&pieces) {
                Err(Obstacle::Needs(range)) => add(&mut pieces, range),
                answer => return (answer, requests),
            }
        }
        panic!("too many requests");
    }

    #[test]
    fn reads_any_wheel_by_ranges() {
        let description = "word ".repeat(5000);
        let wheel = testkit::Wheel::new("demo", "1.0").description(&description);
        for wheel in [wheel.clone().file("demo/data.bin", vec![7; 200_000]), wheel.clone().stored(), wheel] {
            let wheel = wheel.build();
            for first in [22, 64, 1000, 16_384, 1 << 20] {
                let (metadata, requests) = read_remotely(&wheel.bytes, first);
                assert_eq!(metadata.unwrap(), *wheel.metadata.as_ref().unwrap());
                assert!(requests <= 4);
            }
        }
    }

    #[test]
    fn broken_archives_are_refused() {
        assert_eq!(read_remotely(b"", 10).0, Err(Obstacle::Broken("it is not a zip archive")));
        assert_eq!(read_remotely(&[0; 100], 10).0, Err(Obstacle::Broken("it is not a zip archive")));
        let none = testkit::Wheel::new("demo", "1.0").without_metadata().build();
        assert_eq!(
            read_remotely(&none.bytes, 1000).0,
            Err(Obstacle::Broken(".dist-info directory not found"))
        );
        let sound = testkit::Wheel::new("demo", "1.0").build();
        for at in 0..sound.bytes.len() {
            let mut damaged = sound.bytes.clone();
            damaged[at] ^= 0x55;
            if let Ok(metadata) = read_remotely(&damaged, 1 << 20).0 {
                assert_eq!(Some(metadata), sound.metadata);
            }
            let _ = read_remotely(&sound.bytes[..at], 1 << 20);
        }
    }
}
