//! Inflating one archive entry at a time into one buffer.

use libdeflater::Decompressor;

/// A decompressor with its buffer, kept from entry to entry.
pub struct Inflater {
    decompressor: Decompressor,
    buffer: Vec<u8>,
}

impl Default for Inflater {
    fn default() -> Self {
        Self { decompressor: Decompressor::new(), buffer: Vec::new() }
    }
}

impl Inflater {
    /// Inflates `data`, which must give exactly `size` bytes.
    pub fn inflate(&mut self, data: &[u8], size: usize) -> Option<&[u8]> {
        // The buffer never shrinks: growing it again would fill it with zeros each time.
        if self.buffer.len() < size {
            self.buffer.resize(size, 0);
        }
        let content = self.buffer.get_mut(..size)?;
        let written = self.decompressor.deflate_decompress(data, content).ok()?;
        (written == size).then_some(&*content)
    }
}
