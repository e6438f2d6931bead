//! Unpacking source distributions without trusting them.
//!
//! An archive is read once, from front to end, and every entry is judged before anything of it reaches the disk. What one entry
//! could do to another is ruled out by the order: links are made when all files are written ([`tree`]).

mod compression;
mod tar;
#[cfg(test)]
mod tests;
mod tree;
mod zip;

use std::{
    fs::File,
    io::{self, Read, Seek},
    path::{Path, PathBuf},
};

use crate::error::{BackendError, UnpackFault};
use compression::Compression;
use tree::Tree;

/// The endings that pip takes for zip files, and those that it takes for tar files.
const ZIP: [&str; 2] = [".zip", ".whl"];
const TAR: [&str; 5] = [".tar.gz", ".tgz", ".tar", ".tar.bz2", ".tbz"];
const TAR_XZ: [&str; 5] = [".tar.xz", ".txz", ".tlz", ".tar.lz", ".tar.lzma"];

/// An archive may unpack to this many bytes, and more only in proportion to its own size.
const MAX_UNPACKED: u64 = 1 << 30;
const MAX_GROWTH: u64 = 100;

/// How an archive is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Zip,
    Tar,
}

impl Kind {
    /// As errors call it.
    fn name(self) -> &'static str {
        match self {
            Self::Zip => "zip",
            Self::Tar => "tar",
        }
    }

    fn by_name(filename: &str) -> Option<Self> {
        let filename = filename.to_ascii_lowercase();
        let ends_with = |endings: &[&str]| endings.iter().any(|ending| filename.ends_with(ending));
        match () {
            () if ends_with(&ZIP) => Some(Self::Zip),
            () if ends_with(&TAR) || ends_with(&TAR_XZ) => Some(Self::Tar),
            () => None,
        }
    }

    /// By the first block of the file, and for compressed files by what it begins with when decompressed.
    fn by_content(file: &mut File, compression: Compression) -> io::Result<Option<Self>> {
        let mut start = Vec::new();
        Read::by_ref(file).take(4).read_to_end(&mut start)?;
        file.rewind()?;
        if matches!(start.as_slice(), b"PK\x03\x04" | b"PK\x05\x06") {
            return Ok(Some(Self::Zip));
        }
        let starts_as_tar = compression.reader(&*file).is_ok_and(tar::starts_as_tar);
        file.rewind()?;
        Ok(starts_as_tar.then_some(Self::Tar))
    }
}

/// Unpacks an archive into the folder `into`, which must be empty or not exist, and gives the root of the tree: the one
/// folder that everything in the archive stands in, or else `into`. How to read it is told by `filename`, as with pip,
/// and failing that by its content.
///
/// Modes are the defaults of the process, with all executable bits where the archive has one (as pip does it); times are
/// those of tar files. Nothing is placed outside of `into`, no link leads out of the tree, and bombs are cut off.
///
/// # Errors
/// What stands in `into` after an error is of no use.
pub fn unpack_source(archive: &Path, filename: &str, into: &Path) -> Result<PathBuf, BackendError> {
    unpack_at_most(MAX_UNPACKED, archive, filename, into)
}

fn unpack_at_most(most: u64, archive: &Path, filename: &str, into: &Path) -> Result<PathBuf, BackendError> {
    let failed = |source| BackendError::Io { action: "read", path: archive.to_owned(), source };
    let mut file = File::open(archive).map_err(failed)?;
    let compression = Compression::of(&mut file, filename).map_err(failed)?;
    let kind = match Kind::by_name(filename) {
        Some(kind) => kind,
        None => Kind::by_content(&mut file, compression).map_err(failed)?.ok_or_else(|| {
            UnpackFault::UnknownFormat { archive: archive.to_owned(), into: into.to_owned() }
        })?,
    };
    let size = file.metadata().map_err(failed)?.len();
    let limit = most.saturating_add(size.saturating_mul(MAX_GROWTH));
    let mut tree = Tree::new(archive, kind, limit, into)?;
    match kind {
        Kind::Zip => zip::unpack(file, size, &mut tree)?,
        Kind::Tar => tar::unpack(&file, compression, &mut tree)?,
    }
    tree.finish()
}
