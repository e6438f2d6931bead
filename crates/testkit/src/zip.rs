//! A writer of ZIP archives that writes what it is told, also what no sane archive holds.

use libdeflater::{CompressionLvl, Compressor};

const REGULAR: u32 = 0o100_000;
const SYMLINK: u32 = 0o120_000;
const DIRECTORY: u32 = 0o040_000;
const CHARACTER_DEVICE: u32 = 0o020_000;
/// 1980-01-01, the first day that ZIP knows: archives are the same on every run.
const FIRST_DAY: u16 = 0x0021;

/// One entry of an archive. Deflated unless said otherwise, and honest until a method makes it lie.
#[derive(Clone, Debug)]
pub struct Entry {
    name: Vec<u8>,
    local_name: Option<Vec<u8>>,
    content: Vec<u8>,
    mode: u32,
    stored: bool,
    method: Option<u16>,
    encrypted: bool,
    wrong_crc: bool,
    damaged: bool,
    claimed_size: Option<u32>,
    data_of: Option<Vec<u8>>,
    is_code_page_437: bool,
    extra: Vec<u8>,
    local_lies: LocalLies,
    descriptor: Descriptor,
}

/// What the header before an entry says otherwise than the directory.
#[derive(Clone, Copy, Debug, Default)]
struct LocalLies {
    method: bool,
    crc: bool,
    size: bool,
}

/// What follows the data of an entry that is written before its size is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Descriptor {
    None,
    Honest,
    Lying,
}

impl Entry {
    /// A regular file of mode 0644.
    pub fn file(name: impl AsRef<[u8]>, content: impl AsRef<[u8]>) -> Self {
        Self {
            name: name.as_ref().to_vec(),
            local_name: None,
            content: content.as_ref().to_vec(),
            mode: REGULAR | 0o644,
            stored: false,
            method: None,
            encrypted: false,
            wrong_crc: false,
            damaged: false,
            claimed_size: None,
            data_of: None,
            is_code_page_437: false,
            extra: Vec::new(),
            local_lies: LocalLies::default(),
            descriptor: Descriptor::None,
        }
    }

    /// A regular file of mode 0755.
    pub fn executable(name: impl AsRef<[u8]>, content: impl AsRef<[u8]>) -> Self {
        Self::file(name, content).mode(REGULAR | 0o755)
    }

    /// A symbolic link to `target`.
    pub fn symlink(name: impl AsRef<[u8]>, target: impl AsRef<[u8]>) -> Self {
        Self::file(name, target).mode(SYMLINK | 0o777)
    }

    /// A directory; a slash is added to the name when it has none.
    pub fn directory(name: impl AsRef<[u8]>) -> Self {
        let mut name = name.as_ref().to_vec();
        if !name.ends_with(b"/") {
            name.push(b'/');
        }
        Self::file(name, b"").mode(DIRECTORY | 0o755).stored()
    }

    /// A character device, which no wheel may hold.
    pub fn device(name: impl AsRef<[u8]>) -> Self {
        Self::file(name, b"").mode(CHARACTER_DEVICE | 0o666)
    }

    /// Sets the Unix mode with its file type bits (`0o100644`); 0 leaves the attributes empty, as
    /// archives made on Windows do.
    #[must_use]
    pub fn mode(mut self, mode: u32) -> Self {
        self.mode = mode;
        self
    }

    /// Stores the content instead of deflating it.
    #[must_use]
    pub fn stored(mut self) -> Self {
        self.stored = true;
        self
    }

    /// Announces another compression method than the one used.
    #[must_use]
    pub fn method(mut self, method: u16) -> Self {
        self.method = Some(method);
        self
    }

    /// Sets the flag of an encrypted entry.
    #[must_use]
    pub fn encrypted(mut self) -> Self {
        self.encrypted = true;
        self
    }

    /// Writes a checksum that is not the content's.
    #[must_use]
    pub fn wrong_crc(mut self) -> Self {
        self.wrong_crc = true;
        self
    }

    /// Changes the compressed bytes after the checksum was taken.
    #[must_use]
    pub fn damaged(mut self) -> Self {
        self.damaged = true;
        self
    }

    /// Announces an unpacked size that is not the content's: too small hides a bomb, too large
    /// asks a reader for memory.
    #[must_use]
    pub fn claims_size(mut self, size: u32) -> Self {
        self.claimed_size = Some(size);
        self
    }

    /// Writes another name into the local header than into the central directory.
    #[must_use]
    pub fn local_name(mut self, name: impl AsRef<[u8]>) -> Self {
        self.local_name = Some(name.as_ref().to_vec());
        self
    }

    /// Writes no data of its own but points at the data of the earlier entry `name`: many such entries
    /// make a bomb of a small archive.
    #[must_use]
    pub fn shares_data_of(mut self, name: impl AsRef<[u8]>) -> Self {
        self.data_of = Some(name.as_ref().to_vec());
        self
    }

    /// Leaves the name unmarked, so that it counts as one of code page 437.
    #[must_use]
    pub fn code_page_437(mut self) -> Self {
        self.is_code_page_437 = true;
        self
    }

    /// Adds an extra field to the directory's record.
    #[must_use]
    pub fn extra(mut self, id: u16, data: &[u8]) -> Self {
        self.extra.extend_from_slice(&id.to_le_bytes());
        self.extra.extend_from_slice(&name_length(data).to_le_bytes());
        self.extra.extend_from_slice(data);
        self
    }

    /// Announces another compression method in the local header.
    #[must_use]
    pub fn local_method_differs(mut self) -> Self {
        self.local_lies.method = true;
        self
    }

    /// Announces another checksum in the local header.
    #[must_use]
    pub fn local_crc_differs(mut self) -> Self {
        self.local_lies.crc = true;
        self
    }

    /// Announces other sizes in the local header.
    #[must_use]
    pub fn local_size_differs(mut self) -> Self {
        self.local_lies.size = true;
        self
    }

    /// Gives checksum and sizes after the data, as programs do that write to a pipe.
    #[must_use]
    pub fn streamed(mut self) -> Self {
        self.descriptor = Descriptor::Honest;
        self
    }

    /// The same, with other sizes than those of the directory.
    #[must_use]
    pub fn streamed_with_other_sizes(mut self) -> Self {
        self.descriptor = Descriptor::Lying;
        self
    }

    pub(crate) fn name(&self) -> &[u8] {
        &self.name
    }

    pub(crate) fn content(&self) -> &[u8] {
        &self.content
    }

    pub(crate) fn is_directory(&self) -> bool {
        self.name.ends_with(b"/")
    }
}

/// The local header of an entry, whose middle the central directory repeats.
struct Written {
    name: Vec<u8>,
    offset: u32,
    /// Flags to sizes: the 24 bytes that both headers share.
    shared: Vec<u8>,
}

/// The bytes of an archive with `entries` in the order given; the same entries give the same bytes.
pub fn zip(entries: &[Entry]) -> Vec<u8> {
    let mut archive = Vec::new();
    let mut directory = Vec::new();
    let mut written: Vec<Written> = Vec::new();
    for entry in entries {
        let earlier = entry
            .data_of
            .as_ref()
            .map(|name| written.iter().find(|other| other.name == *name).expect("an earlier entry"));
        let (offset, shared) = match earlier {
            Some(earlier) => (earlier.offset, earlier.shared.clone()),
            None => write_local(&mut archive, entry),
        };
        write_central(&mut directory, entry, offset, &shared);
        written.push(Written { name: entry.name.clone(), offset, shared });
    }
    let start = length(&archive);
    archive.extend_from_slice(&directory);
    archive.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    let count = u16::try_from(entries.len()).expect("a test archive has fewer than 65,536 entries");
    archive.extend_from_slice(&count.to_le_bytes());
    archive.extend_from_slice(&count.to_le_bytes());
    archive.extend_from_slice(&length(&directory).to_le_bytes());
    archive.extend_from_slice(&start.to_le_bytes());
    archive.extend_from_slice(&[0, 0]);
    archive
}

fn write_local(archive: &mut Vec<u8>, entry: &Entry) -> (u32, Vec<u8>) {
    let mut data = if entry.stored { entry.content.clone() } else { deflate(&entry.content) };
    if entry.damaged {
        let middle = data.len() / 2;
        *data.get_mut(middle).expect("an empty entry cannot be damaged") ^= 0x5a;
    }
    let mut crc = libdeflater::crc32(&entry.content);
    if entry.wrong_crc {
        crc ^= 0xffff_ffff;
    }
    let method = entry.method.unwrap_or(if entry.stored { 0 } else { 8 });
    // Bit 11: the name is UTF-8. Bit 3: a descriptor follows.
    let is_streamed = entry.descriptor != Descriptor::None;
    let utf8 = if entry.is_code_page_437 { 0 } else { 0x0800 };
    let flags = u16::from(entry.encrypted) | utf8 | if is_streamed { 8 } else { 0 };
    let size = entry.claimed_size.unwrap_or(length(&entry.content));
    let shared = shared_fields(flags, method, [crc, length(&data), size]);
    let lies = entry.local_lies;
    let numbers = if is_streamed {
        [0; 3]
    } else {
        let less = u32::from(lies.size);
        [crc ^ u32::from(lies.crc), length(&data).wrapping_sub(less), size.wrapping_sub(less)]
    };
    let local = shared_fields(flags, if lies.method { 8 - method.min(8) } else { method }, numbers);

    let offset = length(archive);
    let name = entry.local_name.as_ref().unwrap_or(&entry.name);
    archive.extend_from_slice(b"PK\x03\x04\x14\0");
    archive.extend_from_slice(&local);
    archive.extend_from_slice(&name_length(name).to_le_bytes());
    archive.extend_from_slice(&[0, 0]);
    archive.extend_from_slice(name);
    archive.extend_from_slice(&data);
    if is_streamed {
        let more = u32::from(entry.descriptor == Descriptor::Lying);
        archive.extend_from_slice(b"PK\x07\x08");
        for field in [crc, length(&data) + more, size + more] {
            archive.extend_from_slice(&field.to_le_bytes());
        }
    }
    (offset, shared)
}

/// Flags, method, time, date, checksum and sizes.
fn shared_fields(flags: u16, method: u16, numbers: [u32; 3]) -> Vec<u8> {
    let short = [flags, method, 0, FIRST_DAY].into_iter().flat_map(u16::to_le_bytes);
    short.chain(numbers.into_iter().flat_map(u32::to_le_bytes)).collect()
}

fn write_central(directory: &mut Vec<u8>, entry: &Entry, offset: u32, shared: &[u8]) {
    // Made by Unix (3), version 2.0; needs version 2.0.
    directory.extend_from_slice(b"PK\x01\x02\x14\x03\x14\0");
    directory.extend_from_slice(shared);
    directory.extend_from_slice(&name_length(&entry.name).to_le_bytes());
    directory.extend_from_slice(&name_length(&entry.extra).to_le_bytes());
    // No comment, first disk, no internal attributes.
    directory.extend_from_slice(&[0; 6]);
    directory.extend_from_slice(&(entry.mode << 16).to_le_bytes());
    directory.extend_from_slice(&offset.to_le_bytes());
    directory.extend_from_slice(&entry.name);
    directory.extend_from_slice(&entry.extra);
}

/// Raw DEFLATE.
fn deflate(content: &[u8]) -> Vec<u8> {
    let mut compressor = Compressor::new(CompressionLvl::default());
    let mut data = vec![0; compressor.deflate_compress_bound(content.len())];
    let written = compressor.deflate_compress(content, &mut data).expect("the bound is large enough");
    data.truncate(written);
    data
}

fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).expect("a test archive is smaller than 4 GiB")
}

fn name_length(name: &[u8]) -> u16 {
    u16::try_from(name.len()).expect("a test entry's name is shorter than 64 KiB")
}
