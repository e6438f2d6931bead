//! What the header of an entry, the directory, and what follows the entry's data say of it.

use std::ops::Range;

use rawzip::{ReaderAt, ZipArchive, ZipFileHeaderRecord, extra_fields::ExtraFields};

use crate::LayoutFault;

/// The extra field by which a name in another encoding is given in UTF-8 as well: a version, a checksum, and the name.
const UNICODE_PATH: u16 = 0x7075;

/// The signature that may stand before what follows the data.
const DESCRIPTOR: &[u8] = b"PK\x07\x08";

/// In a field of 32 bits: see the extra field of zip64.
const IN_ZIP64: u64 = 0xffff_ffff;

/// Where an entry is.
pub struct Place {
    /// Its compressed data.
    pub data: Range<u64>,
    /// Where it ends, with all that follows its data.
    pub end: u64,
}

/// Compares everything that is said of the entry of a directory.
pub fn agree<R: ReaderAt>(
    zip: &ZipArchive<R>,
    record: &ZipFileHeaderRecord<'_>,
    buffer: &mut [u8],
) -> Result<Place, LayoutFault> {
    let located = zip.get_entry(record.wayfinder()).map_err(|_| LayoutFault::Data)?;
    let header = located.local_header(buffer).map_err(|_| LayoutFault::Data)?;
    let name = record.file_path();
    let same_name = header.file_path().as_bytes() == name.as_bytes()
        && has_no_other_name(record.extra_fields(), name.as_bytes())
        && has_no_other_name(header.extra_fields(), name.as_bytes());
    if !same_name
        || header.compression_method() != record.compression_method()
        || header.flags().is_encrypted() != record.flags().is_encrypted()
    {
        return Err(LayoutFault::Header);
    }
    let (start, end) = located.compressed_data_range();
    let said = [u64::from(record.crc32()), record.compressed_size_hint(), record.uncompressed_size_hint()];
    let before = [u64::from(header.crc32()), header.compressed_size_hint(), header.uncompressed_size_hint()];
    let place = |followed_by: u64| Place { data: start..end, end: end.saturating_add(followed_by) };
    if !header.flags().has_data_descriptor() {
        return if before == said { Ok(place(0)) } else { Err(LayoutFault::Header) };
    }
    // Sizes and checksum follow the data; the header may know them all the same.
    let is_unknown = |(before, said): (&u64, &u64)| matches!(*before, 0 | IN_ZIP64) || before == said;
    if !before.iter().zip(&said).all(is_unknown) {
        return Err(LayoutFault::Header);
    }
    // The longest descriptor is no longer than the directory, which comes later.
    let mut after = [0; 24];
    zip.get_ref().read_exact_at(&mut after, end).map_err(|_| LayoutFault::Data)?;
    descriptor_length(&after, said).map(place).ok_or(LayoutFault::Header)
}

/// The length of the descriptor at the start of `bytes`, if it says the same: with a signature or without, with sizes of
/// four bytes or eight.
fn descriptor_length(bytes: &[u8], [crc, compressed, uncompressed]: [u64; 3]) -> Option<u64> {
    [DESCRIPTOR, &[]].into_iter().flat_map(|signature| [4, 8].map(|width| (signature, width))).find_map(
        |(signature, width)| {
            let mut rest = bytes.strip_prefix(signature)?;
            for (expected, width) in [(crc, 4), (compressed, width), (uncompressed, width)] {
                let (number, after) = rest.split_at_checked(width)?;
                let zeros = expected.to_le_bytes();
                (zeros.starts_with(number) && zeros.iter().skip(width).all(|byte| *byte == 0))
                    .then_some(())?;
                rest = after;
            }
            u64::try_from(signature.len() + 4 + 2 * width).ok()
        },
    )
}

fn has_no_other_name(extra: ExtraFields<'_>, name: &[u8]) -> bool {
    extra
        .filter(|(id, _)| id.as_u16() == UNICODE_PATH)
        .all(|(_, field)| field.get(5..).is_none_or(|other| other.is_empty() || other == name))
}
