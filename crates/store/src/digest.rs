//! What names wheels, and what tells the content of their files.

use std::{
    fmt,
    fs::File,
    io::{self, Read as _},
    path::Path,
    str::FromStr,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::Digest;

use crate::StoreError;

/// A SHA-256 digest. Written and read as 64 hexadecimal digits, as in index pages.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sha256([u8; 32]);

impl Sha256 {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(sha2::Sha256::digest(bytes).into())
    }

    /// A digest that was computed elsewhere, for example while downloading.
    pub fn from_bytes(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// The digest as `RECORD` writes it: URL-safe base64 without padding, without the `sha256=` in front.
    pub fn to_base64(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

/// A digest in the making, for content that comes in pieces.
#[derive(Default)]
pub struct Hasher(sha2::Sha256);

impl Hasher {
    /// Takes the next piece.
    pub fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// The digest of all pieces.
    pub fn finish(self) -> Sha256 {
        Sha256(self.0.finalize().into())
    }
}

/// What tells the content of a file from what has happened to it: its size, and the CRC-32 that the archive gives and
/// unpacking has checked. Against damage and careless hands; whoever may write in the store could write the manifest, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint {
    /// In bytes.
    pub size: u64,
    /// CRC-32, as in zip archives.
    pub checksum: u32,
}

impl Fingerprint {
    /// That of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self { size: bytes.len() as u64, checksum: libdeflater::crc32(bytes) }
    }

    /// That of a file, of which only a piece at a time is in memory.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn of_file(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let (mut size, mut checksum) = (0, libdeflater::Crc::new());
        let mut piece = vec![0; 1 << 17];
        loop {
            match file.read(&mut piece) {
                Ok(0) => return Ok(Self { size, checksum: checksum.sum() }),
                Ok(read) => {
                    checksum.update(piece.get(..read).unwrap_or_default());
                    size += read as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl FromStr for Sha256 {
    type Err = StoreError;

    /// Reads 64 hexadecimal digits of either case.
    fn from_str(text: &str) -> Result<Self, StoreError> {
        let malformed = || StoreError::Digest(text.to_owned());
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return Err(malformed());
        }
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok());
        let mut digest = [0; 32];
        for (byte, pair) in digest.iter_mut().zip(digits.chunks_exact(2)) {
            let &[high, low] = pair else { return Err(malformed()) };
            *byte = digit(high).zip(digit(low)).map(|(high, low)| high << 4 | low).ok_or_else(malformed)?;
        }
        Ok(Self(digest))
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha256({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn reads_and_writes_hex_and_base64() {
        assert_eq!(Sha256::of(b"").to_string(), EMPTY);
        assert_eq!(EMPTY.to_uppercase().parse::<Sha256>().unwrap(), Sha256::of(b""));
        assert_eq!(Sha256::of(b"").to_base64(), "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
    }

    #[test]
    fn files_have_the_fingerprint_of_their_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        for bytes in [vec![], b"123456789".to_vec(), vec![7; 300_000]] {
            std::fs::write(&path, &bytes).unwrap();
            assert_eq!(Fingerprint::of_file(&path).unwrap(), Fingerprint::of(&bytes));
        }
        assert_eq!(Fingerprint::of(b"123456789"), Fingerprint { size: 9, checksum: 0xcbf4_3926 });
        assert!(Fingerprint::of_file(folder.path()).is_err());
    }

    #[test]
    fn refuses_other_lengths_and_digits() {
        for text in ["", "e3b0", &EMPTY.replace('e', "g"), &EMPTY.replacen("e3", "é", 1)] {
            assert!(text.parse::<Sha256>().is_err(), "{text}");
        }
    }
}
