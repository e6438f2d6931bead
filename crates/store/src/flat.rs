//! The form of the store's own files: numbers first, then one text that they point into, under a checksum.
//!
//! ```text
//! magic 8 | crc32 of the rest 4 | count of numbers 4 | numbers, 4 bytes each, little endian | text, UTF-8
//! ```
//!
//! Reading is one pass over one buffer. What does not match in any way reads as `None`: the entry counts as
//! missing and is made again.

use std::{cell::RefCell, fs::File, io::Read as _};

/// A place in the text: where it begins and how long it is.
pub type Span = (u32, u32);

const HEADER: usize = 16;
/// Most files are smaller.
const LEAST_BUFFER: usize = 64 << 10;

/// A file of this form, read.
#[derive(Debug)]
pub struct Flat {
    numbers: Vec<u32>,
    text: String,
}

thread_local! {
    /// Where files are read to, before what they hold is taken apart.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

impl Flat {
    /// Reads a file from its beginning to its end; `None` when anything about it is wrong.
    pub fn read(magic: [u8; 8], file: &mut File) -> Option<Self> {
        BUFFER.with_borrow_mut(|buffer| {
            let mut length = 0;
            loop {
                if buffer.len() == length {
                    buffer.resize((length * 2).max(LEAST_BUFFER), 0);
                }
                match file.read(buffer.get_mut(length..)?).ok()? {
                    0 => return Self::decode(magic, buffer.get(..length)?),
                    read => length += read,
                }
            }
        })
    }

    /// Reads the bytes of a whole file; `None` when anything about them is wrong.
    pub fn decode(magic: [u8; 8], bytes: &[u8]) -> Option<Self> {
        let (found, rest) = bytes.split_first_chunk::<8>()?;
        let (checksum, rest) = rest.split_first_chunk::<4>()?;
        let (count, body) = rest.split_first_chunk::<4>()?;
        if *found != magic || u32::from_le_bytes(*checksum) != libdeflater::crc32(rest) {
            return None;
        }
        let size = usize::try_from(u32::from_le_bytes(*count)).ok()?.checked_mul(4)?;
        let (numbers, text) = body.split_at_checked(size)?;
        let numbers = numbers.as_chunks::<4>().0.iter().map(|four| u32::from_le_bytes(*four)).collect();
        Some(Self { numbers, text: str::from_utf8(text).ok()?.to_owned() })
    }

    /// A number; zero past the end.
    pub fn number(&self, at: usize) -> u32 {
        self.numbers.get(at).copied().unwrap_or_default()
    }

    /// A number that is used as a place or a count.
    pub fn index(&self, at: usize) -> usize {
        to_usize(self.number(at))
    }

    /// Two numbers, low and high half, as one.
    pub fn wide(&self, at: usize) -> u64 {
        u64::from(self.number(at)) | u64::from(self.number(at + 1)) << 32
    }

    /// How many numbers there are.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// A piece of the text; `None` when it is not one.
    pub fn get(&self, at: usize, length: usize) -> Option<&str> {
        self.text.get(at..at.checked_add(length)?)
    }

    /// A piece of the text that was proved when the file was read; empty otherwise.
    pub fn text(&self, at: usize, length: usize) -> &str {
        self.get(at, length).unwrap_or_default()
    }
}

/// A file of this form under construction.
#[derive(Debug, Default)]
pub struct FlatWriter {
    numbers: Vec<u32>,
    text: String,
    overflown: bool,
}

impl FlatWriter {
    /// Appends a number.
    pub fn push(&mut self, number: usize) {
        self.push_number(u32::try_from(number).ok());
    }

    /// Appends a number that is one already; `None` stands for one that does not fit.
    pub fn push_number(&mut self, number: Option<u32>) {
        self.overflown |= number.is_none();
        self.numbers.push(number.unwrap_or_default());
    }

    /// Appends a number as two halves, low first.
    pub fn push_wide(&mut self, number: u64) {
        let bytes = number.to_le_bytes();
        self.numbers.extend(bytes.as_chunks::<4>().0.iter().map(|half| u32::from_le_bytes(*half)));
    }

    /// Appends both numbers of a span.
    pub fn push_span(&mut self, (at, length): Span) {
        self.numbers.extend([at, length]);
    }

    /// Appends a piece of text.
    pub fn write(&mut self, text: &str) -> Span {
        let span = (self.fit(self.text.len()), self.fit(text.len()));
        self.text.push_str(text);
        span
    }

    /// The bytes of the file; `None` when it outgrew its numbers.
    pub fn encode(self, magic: [u8; 8]) -> Option<Vec<u8>> {
        let count = u32::try_from(self.numbers.len()).ok().filter(|_| !self.overflown)?;
        let mut rest = Vec::with_capacity(HEADER + self.numbers.len() * 4 + self.text.len());
        rest.extend(magic);
        rest.extend([0; 4]);
        rest.extend(count.to_le_bytes());
        rest.extend(self.numbers.iter().flat_map(|number| number.to_le_bytes()));
        rest.extend(self.text.as_bytes());
        let checksum = libdeflater::crc32(rest.get(12..)?);
        rest.get_mut(8..12)?.copy_from_slice(&checksum.to_le_bytes());
        Some(rest)
    }

    fn fit(&mut self, number: usize) -> u32 {
        u32::try_from(number).unwrap_or_else(|_| {
            self.overflown = true;
            0
        })
    }
}

/// Numbers of the file as places in memory; a place that does not exist reads as the last one possible.
pub fn to_usize(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAGIC: [u8; 8] = *b"testing1";

    fn sample() -> Vec<u8> {
        let mut writer = FlatWriter::default();
        writer.push(7);
        writer.push_wide(1 << 40 | 3);
        let span = writer.write("grüße");
        writer.push_span(span);
        writer.encode(MAGIC).unwrap()
    }

    #[test]
    fn a_file_of_any_length_is_read_whole() {
        let folder = tempfile::tempdir().unwrap();
        for length in [0, LEAST_BUFFER - 100, LEAST_BUFFER - HEADER, LEAST_BUFFER, 3 * LEAST_BUFFER, 7] {
            let mut writer = FlatWriter::default();
            let (at, size) = writer.write(&"x".repeat(length));
            std::fs::write(folder.path().join("file"), writer.encode(MAGIC).unwrap()).unwrap();
            let flat = Flat::read(MAGIC, &mut File::open(folder.path().join("file")).unwrap()).unwrap();
            assert_eq!((flat.len(), flat.text(to_usize(at), to_usize(size)).len()), (0, length));
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let flat = Flat::decode(MAGIC, &sample()).unwrap();
        assert_eq!((flat.len(), flat.number(0), flat.wide(1)), (5, 7, 1 << 40 | 3));
        assert_eq!(flat.text(flat.index(3), flat.index(4)), "grüße");
        assert_eq!(flat.get(0, 3), None, "a span must not split a character");
        assert_eq!(flat.get(1, 100), None);
        assert_eq!(flat.number(99), 0);
    }

    #[test]
    fn any_damage_is_noticed() {
        let bytes = sample();
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x10;
            assert!(Flat::decode(MAGIC, &damaged).is_none(), "byte {at}");
            assert!(Flat::decode(MAGIC, &bytes[..at]).is_none(), "cut at {at}");
        }
        assert!(Flat::decode(*b"testing2", &bytes).is_none());
    }
}
