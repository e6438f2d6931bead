//! Reading a wheel's zip archive without trusting it.
//!
//! The directory is read and judged as a whole before the first byte is unpacked, so that nothing of a bad archive
//! ever reaches the disk.

mod bytes;
mod inflate;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeSet, HashSet},
    ops::Range,
};

use archive::{ZipLayout, decode_name};
use rawzip::{CompressionMethod, ZipFileHeaderRecord, ZipLocator};

pub use bytes::ArchiveBytes;
pub use inflate::Inflater;

use crate::{
    Sha256,
    digest::Hasher,
    entry_name::normalize,
    error::{ArchiveError, EntryFault, NameFault},
    tree::{Tree, compare_paths},
};

/// The largest wheels known have some ten thousand files.
const MAX_ENTRIES: u64 = 1_000_000;

/// An archive may unpack to this many bytes, and more only in proportion to its own size.
const MAX_UNPACKED: u64 = 1 << 30;
const MAX_GROWTH: u64 = 100;

/// Deflate cannot shrink data further than this. An entry that claims more lies, and gets no memory.
const MAX_DEFLATE_RATIO: u64 = 1032;

/// Holds any header: three texts of up to 64 KiB and some numbers.
const HEADER_BUFFER: usize = 256 << 10;

const FILE_TYPE: u32 = 0o170_000;
const REGULAR: u32 = 0o100_000;
const DIRECTORY: u32 = 0o040_000;

/// The files of an archive, proved to be safe to unpack.
#[derive(Debug)]
pub struct Archive<'a> {
    bytes: ArchiveBytes<'a>,
    /// In the order of [`compare_paths`].
    pub entries: Vec<Entry>,
    /// The first components of all names, also those of folders, as pip looks at them.
    pub top_level: BTreeSet<String>,
}

/// A file of an archive.
#[derive(Debug)]
pub struct Entry {
    /// The path from the root of the archive, normalised.
    pub path: String,
    /// Whether any executable bit is set.
    pub executable: bool,
    is_deflated: bool,
    size: u64,
    pub checksum: u32,
    /// Where its data is.
    data: Range<u64>,
}

impl<'a> Archive<'a> {
    /// Reads the directory of an archive. Refuses everything that could mean different things to different programs or
    /// place anything outside of the folder it is unpacked to.
    pub fn read(bytes: ArchiveBytes<'a>) -> Result<Self, ArchiveError> {
        let size = bytes.len()?;
        let mut buffer = vec![0; HEADER_BUFFER];
        let zip = ZipLocator::new().locate_in_reader(bytes, &mut buffer, size).map_err(|(_, error)| error)?;
        let mut layout = ZipLayout::new(&zip);
        let mut archive = Self { bytes, entries: Vec::new(), top_level: BTreeSet::new() };
        let mut folders = HashSet::new();
        let (mut count, mut unpacked) = (0, 0_u64);
        let mut records = zip.entries(&mut buffer);
        while let Some(record) = records.next_entry()? {
            count += 1;
            if count > MAX_ENTRIES {
                return Err(ArchiveError::TooManyEntries(MAX_ENTRIES));
            }
            let refused = |fault| ArchiveError::Entry {
                path: String::from_utf8_lossy(record.file_path().as_bytes()).into_owned(),
                fault,
            };
            let path = match path_of(&record) {
                // A folder `./` is the root.
                Err(EntryFault::Name(NameFault::Empty)) if record.is_dir() => String::new(),
                path => path.map_err(refused)?,
            };
            judge(&record).map_err(refused)?;
            let data = layout.entry(&record).map_err(|fault| refused(fault.into()))?;
            if path.is_empty() {
                continue;
            }
            if let Some(top) = path.split('/').next().filter(|top| !archive.top_level.contains(*top)) {
                archive.top_level.insert(top.to_owned());
            }
            if record.is_dir() {
                folders.insert(path);
                continue;
            }
            let entry = Entry::new(&record, path, data).map_err(refused)?;
            unpacked = unpacked.saturating_add(entry.size);
            archive.entries.push(entry);
        }
        // Without the zip64 record the announced count has 16 bits.
        let announced = zip.entries_hint();
        if announced != count && announced != count & 0xffff {
            return Err(ArchiveError::EntryCount { announced, found: count });
        }
        if unpacked > MAX_UNPACKED.saturating_add(size.saturating_mul(MAX_GROWTH)) {
            return Err(ArchiveError::TooLarge { archive: size, unpacked });
        }
        layout.finish(size)?;
        archive.entries.sort_by(|left, right| compare_paths(&left.path, &right.path));
        archive.refuse_ambiguity(folders)?;
        Ok(archive)
    }

    /// The file with this path.
    pub fn find(&self, path: &str) -> Option<&Entry> {
        let at = self.entries.binary_search_by(|entry| compare_paths(&entry.path, path)).ok()?;
        self.entries.get(at)
    }

    /// Gives the file's content to `take`: most files in one piece, huge ones piece by piece. It is checked against
    /// the announced size and checksum; what was taken must not be used when that fails at the end.
    pub fn content<E: From<ArchiveError>>(
        &self,
        entry: &Entry,
        inflater: &mut Inflater,
        mut take: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut checksum = libdeflater::Crc::new();
        let mut size = 0;
        let mut checked = |piece: &[u8]| {
            checksum.update(piece);
            size += piece.len() as u64;
            if size > entry.size {
                return Err(entry.refused(EntryFault::Data).into());
            }
            take(piece)
        };
        if entry.is_deflated {
            let is_sound = inflater.inflate(self.bytes, entry.data.clone(), entry.size, &mut checked)?;
            if !is_sound {
                return Err(entry.refused(EntryFault::Data).into());
            }
        } else {
            inflater.copy(self.bytes, entry.data.clone(), &mut checked)?;
        }
        match () {
            () if size != entry.size => Err(entry.refused(EntryFault::Data).into()),
            () if checksum.sum() != entry.checksum => Err(entry.refused(EntryFault::Checksum).into()),
            () => Ok(()),
        }
    }

    /// The whole content of a small file.
    pub fn bytes_of(&self, entry: &Entry, inflater: &mut Inflater) -> Result<Vec<u8>, ArchiveError> {
        let mut bytes = Vec::new();
        self.content(entry, inflater, |piece| {
            bytes.extend_from_slice(piece);
            Ok::<_, ArchiveError>(())
        })?;
        Ok(bytes)
    }

    /// The directories that the files stand in.
    pub fn tree(&self) -> Tree {
        Tree::of(self.entries.iter().map(|entry| entry.path.as_str()))
    }

    /// A name stands for one file: entries that repeat a file with the same content (some build tools write
    /// such archives, and pip takes them) are dropped, all other repetitions are refused.
    fn refuse_ambiguity(&mut self, mut folders: HashSet<String>) -> Result<(), ArchiveError> {
        let mut unique: Vec<Entry> = Vec::with_capacity(self.entries.len());
        for entry in std::mem::take(&mut self.entries) {
            match unique.last() {
                Some(first) if first.path == entry.path => {
                    if self.digest(first)? != self.digest(&entry)? || first.executable != entry.executable {
                        return Err(entry.refused(EntryFault::Duplicate));
                    }
                }
                _ => unique.push(entry),
            }
        }
        self.entries = unique;
        folders.extend(self.tree().directories.into_iter().map(|directory| directory.path));
        match self.entries.iter().find(|entry| folders.contains(&entry.path)) {
            Some(entry) => Err(entry.refused(EntryFault::FileAndFolder)),
            None => Ok(()),
        }
    }

    fn digest(&self, entry: &Entry) -> Result<Sha256, ArchiveError> {
        let mut hasher = Hasher::default();
        self.content(entry, &mut Inflater::default(), |piece| {
            hasher.update(piece);
            Ok::<_, ArchiveError>(())
        })?;
        Ok(hasher.finish())
    }
}

impl Entry {
    fn new(record: &ZipFileHeaderRecord<'_>, path: String, data: Range<u64>) -> Result<Self, EntryFault> {
        let mode = record.external_attributes() >> 16;
        let method = record.compression_method();
        let is_deflated = match method {
            CompressionMethod::STORE => false,
            CompressionMethod::DEFLATE => true,
            _ => return Err(EntryFault::Method(method.as_u16())),
        };
        let size = record.uncompressed_size_hint();
        let compressed = data.end - data.start;
        let most = if is_deflated { compressed.saturating_mul(MAX_DEFLATE_RATIO) } else { compressed };
        if size > most {
            return Err(EntryFault::Data);
        }
        Ok(Self {
            path,
            executable: mode & FILE_TYPE == REGULAR && mode & 0o111 != 0,
            is_deflated,
            size,
            checksum: record.crc32(),
            data,
        })
    }

    fn refused(&self, fault: EntryFault) -> ArchiveError {
        ArchiveError::Entry { path: self.path.clone(), fault }
    }
}

/// Refuses what is no plain file or folder.
fn judge(record: &ZipFileHeaderRecord<'_>) -> Result<(), EntryFault> {
    if record.flags().is_encrypted() {
        return Err(EntryFault::Encrypted);
    }
    // The upper half of the attributes is a Unix mode, whatever system the archive names: pip looks there as well.
    let kind = record.external_attributes() >> 16 & FILE_TYPE;
    match (record.is_dir(), kind) {
        (true, _) | (false, 0 | REGULAR) => Ok(()),
        (false, _) => Err(EntryFault::NotRegular),
    }
}

/// The normal path of an entry. A folder's type and the slash at its end must agree.
fn path_of(record: &ZipFileHeaderRecord<'_>) -> Result<String, EntryFault> {
    let raw = record.file_path();
    let name = decode_name(raw.as_bytes(), record.flags().is_utf8()).ok_or(NameFault::NotUtf8)?;
    let is_folder = record.external_attributes() >> 16 & FILE_TYPE == DIRECTORY;
    if is_folder && !record.is_dir() {
        return Err(EntryFault::NotRegular);
    }
    Ok(normalize(&name)?.into_owned())
}
