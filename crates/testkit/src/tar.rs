//! A writer of tar archives that writes what it is told, also what no sane archive holds.

use libdeflater::{CompressionLvl, Compressor};

/// One entry of a tar archive.
#[derive(Clone, Debug)]
pub struct TarEntry {
    name: String,
    kind: u8,
    mode: u32,
    content: Vec<u8>,
    target: String,
    claimed_size: Option<u64>,
    wrong_checksum: bool,
}

impl TarEntry {
    fn new(name: &str, kind: u8, mode: u32) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            mode,
            content: Vec::new(),
            target: String::new(),
            claimed_size: None,
            wrong_checksum: false,
        }
    }

    /// A regular file of mode 0644.
    pub fn file(name: &str, content: impl AsRef<[u8]>) -> Self {
        Self { content: content.as_ref().to_vec(), ..Self::new(name, b'0', 0o644) }
    }

    /// A regular file of mode 0755.
    pub fn executable(name: &str, content: impl AsRef<[u8]>) -> Self {
        Self::file(name, content).mode(0o755)
    }

    /// A symbolic link to `target`.
    pub fn symlink(name: &str, target: &str) -> Self {
        Self { target: target.to_owned(), ..Self::new(name, b'2', 0o777) }
    }

    /// A hard link to the earlier entry `target`.
    pub fn hardlink(name: &str, target: &str) -> Self {
        Self { target: target.to_owned(), ..Self::new(name, b'1', 0o644) }
    }

    /// A directory of mode 0755.
    pub fn directory(name: &str) -> Self {
        Self::new(name, b'5', 0o755)
    }

    /// A character device, which no source distribution may hold.
    pub fn device(name: &str) -> Self {
        Self::new(name, b'3', 0o666)
    }

    /// A header that gives fields of the next entry: `path`, `size`, `GNU.sparse.name` and so on, whatever their values.
    pub fn extended(fields: &[(&str, &[u8])]) -> Self {
        let content = fields.iter().flat_map(|(key, value)| extended_record(key, value)).collect();
        Self { content, ..Self::new("extended", b'x', 0o644) }
    }

    /// Makes it an entry of another kind: `6` is a pipe, `4` a block device, `S` a sparse file, `L` a long name.
    #[must_use]
    pub fn kind(mut self, kind: u8) -> Self {
        self.kind = kind;
        self
    }

    /// Announces a size that is not the content's.
    #[must_use]
    pub fn claims_size(mut self, size: u64) -> Self {
        self.claimed_size = Some(size);
        self
    }

    /// Writes a header whose checksum is wrong.
    #[must_use]
    pub fn wrong_checksum(mut self) -> Self {
        self.wrong_checksum = true;
        self
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What is in it, of a regular file.
    pub fn content(&self) -> Option<&[u8]> {
        (self.kind == b'0').then_some(self.content.as_slice())
    }

    /// Sets the permission bits.
    #[must_use]
    pub fn mode(mut self, mode: u32) -> Self {
        self.mode = mode;
        self
    }
}

/// The bytes of an archive with `entries` in the order given; the same entries give the same bytes.
pub fn tar(entries: &[TarEntry]) -> Vec<u8> {
    let mut archive = Vec::new();
    for entry in entries {
        // GNU's way with names that do not fit into a header: an entry that holds the name.
        for (kind, text) in [(b'L', &entry.name), (b'K', &entry.target)] {
            if text.len() > 100 {
                let mut long = text.clone().into_bytes();
                long.push(0);
                archive.extend_from_slice(&header("././@LongLink", kind, 0o644, long.len() as u64, ""));
                pad(&mut archive, &long);
            }
        }
        let size = entry.claimed_size.unwrap_or(entry.content.len() as u64);
        let mut block = header(&entry.name, entry.kind, entry.mode, size, &entry.target);
        if entry.wrong_checksum {
            block[150] ^= 1;
        }
        archive.extend_from_slice(&block);
        pad(&mut archive, &entry.content);
    }
    archive.extend_from_slice(&[0; 1024]);
    archive
}

/// The same, compressed with gzip.
pub fn tar_gz(entries: &[TarEntry]) -> Vec<u8> {
    gzip(&tar(entries))
}

/// The bytes compressed with gzip, without a time or a name in the header.
pub fn gzip(archive: &[u8]) -> Vec<u8> {
    let mut compressor = Compressor::new(CompressionLvl::default());
    let mut data = vec![0; compressor.gzip_compress_bound(archive.len())];
    let written = compressor.gzip_compress(archive, &mut data).expect("the bound is large enough");
    data.truncate(written);
    data
}

/// Appends `content`, filled up to whole blocks.
fn pad(archive: &mut Vec<u8>, content: &[u8]) {
    archive.extend_from_slice(content);
    archive.resize(archive.len().next_multiple_of(512), 0);
}

/// `length key=value`, where the length counts itself.
fn extended_record(key: &str, value: &[u8]) -> Vec<u8> {
    let rest = key.len() + value.len() + 3;
    let mut length = rest;
    while length != rest + length.to_string().len() {
        length = rest + length.to_string().len();
    }
    [format!("{length} {key}=").as_bytes(), value, b"\n"].concat()
}

fn header(name: &str, kind: u8, mode: u32, size: u64, target: &str) -> [u8; 512] {
    let mut block = [0; 512];
    let mut put = |at: usize, text: &[u8]| {
        for (slot, byte) in block.iter_mut().skip(at).zip(text) {
            *slot = *byte;
        }
    };
    let cut = |text: &str| text.bytes().take(100).collect::<Vec<_>>();
    put(0, &cut(name));
    put(100, format!("{mode:07o}\0").as_bytes());
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    if size < 1 << 33 {
        put(124, format!("{size:011o}\0").as_bytes());
    } else {
        // GNU's way with numbers that do not fit.
        put(124, &[0x80, 0, 0, 0]);
        put(128, &size.to_be_bytes());
    }
    put(136, b"00000000000\0");
    put(148, b"        ");
    put(156, &[kind]);
    put(157, &cut(target));
    put(257, b"ustar  \0");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    for (slot, byte) in block.iter_mut().skip(148).zip(format!("{sum:06o}\0 ").bytes()) {
        *slot = byte;
    }
    block
}
