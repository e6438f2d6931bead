//! Where the bytes of an archive are: in memory, or in a file that need not be.

use std::{fs::File, io, ops::Range, os::unix::fs::FileExt};

use rawzip::ReaderAt;

/// The bytes of an archive. A file is read at the places that are needed and is never in memory as a whole; its
/// position does not matter.
#[derive(Debug, Clone, Copy)]
pub enum ArchiveBytes<'a> {
    /// In memory.
    Memory(&'a [u8]),
    /// In a file.
    File(&'a File),
}

impl<'a> ArchiveBytes<'a> {
    /// How many there are.
    pub(super) fn len(self) -> io::Result<u64> {
        match self {
            Self::Memory(bytes) => Ok(bytes.len() as u64),
            Self::File(file) => Ok(file.metadata()?.len()),
        }
    }

    /// A piece of them: from memory as it is, from a file through `buffer`.
    pub(super) fn piece<'b>(self, range: &Range<u64>, buffer: &'b mut Vec<u8>) -> io::Result<&'b [u8]>
    where
        'a: 'b,
    {
        let place = |at: u64| usize::try_from(at).map_err(|_| io::ErrorKind::FileTooLarge);
        match self {
            Self::Memory(bytes) => {
                Ok(bytes.get(place(range.start)?..place(range.end)?).ok_or(io::ErrorKind::UnexpectedEof)?)
            }
            Self::File(file) => {
                let length = place(range.end.saturating_sub(range.start))?;
                // The buffer never shrinks: growing it again would fill it with zeros each time.
                if buffer.len() < length {
                    buffer.resize(length, 0);
                }
                let piece = buffer.get_mut(..length).unwrap_or_default();
                file.read_exact_at(piece, range.start)?;
                Ok(piece)
            }
        }
    }
}

impl ReaderAt for ArchiveBytes<'_> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        match self {
            Self::Memory(bytes) => bytes.read_at(buffer, offset),
            Self::File(file) => file.read_at(buffer, offset),
        }
    }
}

impl<'a> From<&'a [u8]> for ArchiveBytes<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Memory(bytes)
    }
}

impl<'a> From<&'a Vec<u8>> for ArchiveBytes<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Self::Memory(bytes)
    }
}

impl<'a> From<&'a File> for ArchiveBytes<'a> {
    fn from(file: &'a File) -> Self {
        Self::File(file)
    }
}
