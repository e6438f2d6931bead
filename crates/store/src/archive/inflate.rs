//! Inflating one archive entry after another.

use std::{
    io::{ErrorKind, Read},
    ops::Range,
};

use flate2::read::DeflateDecoder;
use libdeflater::Decompressor;
use rawzip::RangeReader;

use super::ArchiveBytes;
use crate::error::ArchiveError;

/// Up to this size a file is inflated in one piece, which is twice as fast as streaming. Hardly any file is larger;
/// the shared libraries that are, with up to a gigabyte, must not need as much memory.
const ONE_PIECE: u64 = 4 << 20;

/// The pieces of larger files.
const PIECE: usize = 256 << 10;

/// A decompressor with its buffers, kept from entry to entry.
pub struct Inflater {
    decompressor: Decompressor,
    one_piece: u64,
    content: Vec<u8>,
    compressed: Vec<u8>,
}

impl Default for Inflater {
    fn default() -> Self {
        Self::with_limit(ONE_PIECE)
    }
}

impl Inflater {
    /// One that inflates files up to `one_piece` bytes at once.
    pub(super) fn with_limit(one_piece: u64) -> Self {
        Self { decompressor: Decompressor::new(), one_piece, content: Vec::new(), compressed: Vec::new() }
    }

    /// Inflates the part `data` of `bytes`, which announces `size` bytes. Gives `false` when the data is damaged.
    pub fn inflate<E: From<ArchiveError>>(
        &mut self,
        bytes: ArchiveBytes<'_>,
        data: Range<u64>,
        size: u64,
        take: &mut impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<bool, E> {
        match usize::try_from(size) {
            Ok(size) if size as u64 <= self.one_piece && self.holds(size) => {
                let compressed = bytes.piece(&data, &mut self.compressed).map_err(ArchiveError::from)?;
                // The buffer never shrinks: growing it again would fill it with zeros each time.
                if self.content.len() < size {
                    self.content.resize(size, 0);
                }
                let content = self.content.get_mut(..size).unwrap_or_default();
                match self.decompressor.deflate_decompress(compressed, content) {
                    Ok(written) => take(content.get(..written).unwrap_or_default()).map(|()| true),
                    Err(_) => Ok(false),
                }
            }
            _ => self.stream(DeflateDecoder::new(RangeReader::new(bytes, data)), take),
        }
    }

    /// Whether there is memory for so much at once.
    fn holds(&mut self, size: usize) -> bool {
        self.content.try_reserve(size.saturating_sub(self.content.len())).is_ok()
    }

    /// Gives the part `data` of `bytes` as it is.
    pub fn copy<E: From<ArchiveError>>(
        &mut self,
        bytes: ArchiveBytes<'_>,
        data: Range<u64>,
        take: &mut impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        if data.end.saturating_sub(data.start) <= self.one_piece {
            return take(bytes.piece(&data, &mut self.compressed).map_err(ArchiveError::from)?);
        }
        self.stream(RangeReader::new(bytes, data), take).map(|_| ())
    }

    fn stream<E: From<ArchiveError>>(
        &mut self,
        mut reader: impl Read,
        take: &mut impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<bool, E> {
        if self.content.len() < PIECE {
            self.content.resize(PIECE, 0);
        }
        loop {
            match reader.read(&mut self.content) {
                Ok(0) => return Ok(true),
                Ok(count) => take(self.content.get(..count).unwrap_or_default())?,
                Err(error) => match error.kind() {
                    ErrorKind::Interrupted => {}
                    // This is how the decoder says that the data makes no sense or ends too early.
                    ErrorKind::InvalidInput | ErrorKind::InvalidData | ErrorKind::UnexpectedEof => {
                        return Ok(false);
                    }
                    _ => return Err(ArchiveError::from(error).into()),
                },
            }
        }
    }
}
