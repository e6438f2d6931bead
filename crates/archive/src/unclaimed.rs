//! Bytes of an archive that belong to none of its parts.

use std::ops::Range;

use memchr::memmem;
use rawzip::ReaderAt;

use crate::LayoutFault;

/// So much is looked at in one go.
const PIECE: usize = 64 << 10;

/// What the parts of archives begin with: entries, the directory's records, and three kinds of ends.
const SIGNATURES: [&[u8; 4]; 5] = [b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"];

/// Fails where something among these bytes looks like a part of an archive.
pub fn holds_nothing(reader: &impl ReaderAt, bytes: Range<u64>) -> Result<(), LayoutFault> {
    let mut buffer = Vec::new();
    let mut at = bytes.start;
    while at < bytes.end {
        let length = usize::try_from(bytes.end - at).unwrap_or(PIECE).min(PIECE);
        buffer.resize(length, 0);
        reader.read_exact_at(&mut buffer, at).map_err(|_| LayoutFault::Directory)?;
        let looks_like_a_part = memmem::find_iter(&buffer, b"PK")
            .filter_map(|place| buffer.get(place..place + 4))
            .any(|start| SIGNATURES.iter().any(|signature| start == signature.as_slice()));
        if looks_like_a_part {
            return Err(LayoutFault::Unlisted);
        }
        // A signature may lie across the border of two pieces.
        at = if length < PIECE { bytes.end } else { at + length as u64 - 3 };
    }
    Ok(())
}
