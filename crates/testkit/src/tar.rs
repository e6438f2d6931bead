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
}

impl TarEntry {
    fn new(name: &str, kind: u8, mode: u32) -> Self {
        Self { name: name.to_owned(), kind, mode, content: Vec::new(), target: String::new() }
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
                archive.extend_from_slice(&header("././@LongLink", kind, 0o644, long.len(), ""));
                pad(&mut archive, &long);
            }
        }
        archive.extend_from_slice(&header(
            &entry.name,
            entry.kind,
            entry.mode,
            entry.content.len(),
            &entry.target,
        ));
        pad(&mut archive, &entry.content);
    }
    archive.extend_from_slice(&[0; 1024]);
    archive
}

/// The same, compressed with gzip, without a time or a name in the header.
pub fn tar_gz(entries: &[TarEntry]) -> Vec<u8> {
    let archive = tar(entries);
    let mut compressor = Compressor::new(CompressionLvl::default());
    let mut data = vec![0; compressor.gzip_compress_bound(archive.len())];
    let written = compressor.gzip_compress(&archive, &mut data).expect("the bound is large enough");
    data.truncate(written);
    data
}

/// Appends `content`, filled up to whole blocks.
fn pad(archive: &mut Vec<u8>, content: &[u8]) {
    archive.extend_from_slice(content);
    archive.resize(archive.len().next_multiple_of(512), 0);
}

fn header(name: &str, kind: u8, mode: u32, size: usize, target: &str) -> [u8; 512] {
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
    put(124, format!("{size:011o}\0").as_bytes());
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
