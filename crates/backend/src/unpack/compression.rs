//! The compressions of tar files.

use std::{
    fs::File,
    io::{self, BufReader, Read, Seek},
};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;
use lzma_rust2::{LzmaReader, XzReader};

/// What an LZMA decoder may take, in KiB. The strongest preset of `xz` needs a quarter of it.
const LZMA_MEMORY: u32 = 256 << 10;

/// A compression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    None,
    Gzip,
    Bzip2,
    Xz,
    /// The format before xz, which has nothing at its start to know it by.
    Lzma,
}

impl Compression {
    /// The compression of a file: by its first bytes, or else by its name.
    pub fn of(file: &mut File, filename: &str) -> io::Result<Self> {
        let mut start = Vec::new();
        Read::by_ref(file).take(6).read_to_end(&mut start)?;
        file.rewind()?;
        let filename = filename.to_ascii_lowercase();
        Ok(match start.as_slice() {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [b'B', b'Z', b'h', ..] => Self::Bzip2,
            b"\xfd7zXZ\0" => Self::Xz,
            _ if super::TAR_XZ.iter().any(|ending| filename.ends_with(ending)) => Self::Lzma,
            _ => Self::None,
        })
    }

    /// What `file` holds, decompressed piece by piece.
    pub fn reader<'a>(self, file: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
        let file = BufReader::with_capacity(128 << 10, file);
        Ok(match self {
            Self::None => Box::new(file),
            Self::Gzip => Box::new(MultiGzDecoder::new(file)),
            Self::Bzip2 => Box::new(MultiBzDecoder::new(file)),
            Self::Xz => Box::new(XzReader::new_mem_limit(file, true, LZMA_MEMORY)),
            Self::Lzma => Box::new(LzmaReader::new_mem_limit(file, LZMA_MEMORY, None)?),
        })
    }
}
