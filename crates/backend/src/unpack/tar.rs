//! Reading tar files.

use std::{
    cell::Cell,
    fs::File,
    io::{self, Read},
    time::{Duration, UNIX_EPOCH},
};

use tar::{Archive, Entry, EntryType};

use super::{compression::Compression, tree::Tree};
use crate::error::BackendError;

/// What the headers of one entry, which are read into memory, may take: they hold a name, a target and some numbers.
const MAX_HEADERS: u64 = 1 << 20;

/// The decompressed bytes, as long as there are not too many: of the whole archive, and of the headers of one entry.
struct Metered<'a, R> {
    inner: R,
    left: u64,
    headers_left: &'a Cell<u64>,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let spent = |left: u64| left.checked_sub(count as u64).ok_or(io::ErrorKind::FileTooLarge);
        self.left = spent(self.left)?;
        if self.headers_left.get() != u64::MAX {
            let left = spent(self.headers_left.get());
            self.headers_left
                .set(left.map_err(|_| io::Error::other("the headers of an entry are too long"))?);
        }
        Ok(count)
    }
}

/// Unpacks a tar file.
pub fn unpack(file: &File, compression: Compression, tree: &mut Tree<'_>) -> Result<(), BackendError> {
    let headers_left = Cell::new(MAX_HEADERS);
    let inner = compression.reader(file).map_err(|error| tree.damaged(&error))?;
    let mut archive = Archive::new(Metered { inner, left: tree.limit(), headers_left: &headers_left });
    let mut entries = archive.entries().map_err(|error| tree.unreadable(&error))?;
    let mut is_empty = true;
    let mut left = tree.limit();
    while let Some(mut entry) = entries.next().transpose().map_err(|error| tree.unreadable(&error))? {
        headers_left.set(u64::MAX);
        // What says that it is too large needs no unpacking to find out.
        let too_large = || tree.unreadable(&io::ErrorKind::FileTooLarge.into());
        left = left.checked_sub(entry.size()).ok_or_else(too_large)?;
        place(&mut entry, tree)?;
        // What is left of it must not count as headers of the next.
        io::copy(&mut entry, &mut io::sink()).map_err(|error| tree.unreadable(&error))?;
        headers_left.set(MAX_HEADERS);
        is_empty = false;
    }
    if is_empty { Err(tree.damaged(&"it is empty")) } else { Ok(()) }
}

/// Whether this is the start of a tar file with at least one entry.
pub fn starts_as_tar(content: impl Read) -> bool {
    let mut archive = Archive::new(content.take(MAX_HEADERS));
    archive.entries().is_ok_and(|mut entries| matches!(entries.next(), Some(Ok(_))))
}

/// Puts an entry into its place.
fn place<R: Read>(entry: &mut Entry<'_, R>, tree: &mut Tree<'_>) -> Result<(), BackendError> {
    let kind = entry.header().entry_type();
    if kind == EntryType::XGlobalHeader {
        // It is about all entries that follow, and says nothing that counts here.
        return Ok(());
    }
    let name = entry.path_bytes().into_owned();
    if is_extended_sparse(entry).map_err(|error| tree.unreadable(&error))? {
        return Err(tree.refused(&name, "is a sparse file"));
    }
    let place = tree.place(&name)?;
    // The first tar programs had no type for folders.
    let is_folder = kind == EntryType::Directory || kind == EntryType::Regular && name.ends_with(b"/");
    match kind {
        _ if is_folder => tree.folder(&place),
        EntryType::Regular | EntryType::Continuous => {
            // Some programs leave the field empty.
            let is_executable = entry.header().mode().unwrap_or_default() & 0o111 != 0;
            let modified = entry
                .header()
                .mtime()
                .ok()
                .and_then(|time| UNIX_EPOCH.checked_add(Duration::from_secs(time)));
            tree.file(&place, is_executable, modified, entry)
        }
        EntryType::Link | EntryType::Symlink => {
            let Some(target) = entry.link_name_bytes() else {
                return Err(tree.refused(&name, "is a link to nothing"));
            };
            if kind == EntryType::Link {
                tree.hard_link(place, &target)
            } else {
                tree.symbolic_link(place, &target)
            }
        }
        EntryType::GNUSparse => Err(tree.refused(&name, "is a sparse file")),
        _ => Err(tree.refused(&name, "is a special file")),
    }
}

/// Whether fields of an extended header say that the data is a map of a sparse file, of another name, and its parts.
fn is_extended_sparse<R: Read>(entry: &mut Entry<'_, R>) -> io::Result<bool> {
    let fields = entry.pax_extensions()?;
    Ok(fields.into_iter().flatten().flatten().any(|field| field.key_bytes().starts_with(b"GNU.sparse.")))
}
