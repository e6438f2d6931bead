//! Reading zip files.

use std::{
    fs::File,
    io::{ErrorKind, Read},
};

use archive::{ZipLayout, decode_name};
use flate2::read::DeflateDecoder;
use rawzip::{CompressionMethod, FileReader, ZipArchive, ZipLocator};

use super::tree::Tree;
use crate::error::BackendError;

/// Holds any header: three texts of up to 64 KiB and some numbers.
const HEADER_BUFFER: usize = 256 << 10;

const FILE_TYPE: u32 = 0o170_000;
const REGULAR: u32 = 0o100_000;

/// Unpacks a zip file of `size` bytes. Like pip it knows files and folders: what archives call a link becomes a file.
pub fn unpack(file: File, size: u64, tree: &mut Tree<'_>) -> Result<(), BackendError> {
    let mut buffer = vec![0; HEADER_BUFFER];
    let archive = ZipLocator::new()
        .locate_in_reader(FileReader::from(file), &mut buffer, size)
        .map_err(|(_, error)| tree.damaged(&error))?;
    judge(&archive, size, &mut buffer, tree)?;
    let mut records = archive.entries(&mut buffer);
    while let Some(record) = records.next_entry().map_err(|error| tree.damaged(&error))? {
        let raw = record.file_path().as_bytes();
        let name = decode_name(raw, record.flags().is_utf8())
            .ok_or_else(|| tree.refused(raw, "has a name that is not UTF-8"))?;
        let name = name.as_bytes().to_owned();
        let place = tree.place(&name)?;
        if record.is_dir() {
            tree.folder(&place)?;
            continue;
        }
        let mode = record.external_attributes() >> 16;
        let is_executable = mode & FILE_TYPE == REGULAR && mode & 0o111 != 0;
        let entry = archive.get_entry(record.wayfinder()).map_err(|error| tree.damaged(&error))?;
        let mut content: Box<dyn Read> = match record.compression_method() {
            CompressionMethod::STORE => Box::new(entry.verifying_reader(entry.reader())),
            CompressionMethod::DEFLATE => {
                Box::new(entry.verifying_reader(DeflateDecoder::new(entry.reader())))
            }
            _ => return Err(tree.refused(&name, "is compressed in an unknown way")),
        };
        tree.file(&place, is_executable, None, &mut content)?;
    }
    Ok(())
}

/// Reads the whole directory before anything is unpacked.
fn judge(
    archive: &ZipArchive<FileReader>,
    size: u64,
    buffer: &mut [u8],
    tree: &Tree<'_>,
) -> Result<(), BackendError> {
    let mut layout = ZipLayout::new(archive);
    let mut left = tree.limit();
    let mut records = archive.entries(buffer);
    while let Some(record) = records.next_entry().map_err(|error| tree.damaged(&error))? {
        let name = record.file_path().as_bytes();
        if record.flags().is_encrypted() {
            return Err(tree.refused(name, "is encrypted"));
        }
        layout.entry(&record).map_err(|fault| tree.damaged(&fault))?;
        // The reader of the content ends with an error where the announced size is exceeded.
        left = left
            .checked_sub(record.uncompressed_size_hint())
            .ok_or_else(|| tree.unreadable(&ErrorKind::FileTooLarge.into()))?;
    }
    layout.finish(size).map_err(|fault| tree.damaged(&fault))
}
