//! The compiled form of a wheel for one interpreter, as it lies in the store.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use crate::{
    CompileTarget, StoreError, UnpackedWheel, boot,
    error::ArchiveError,
    flat::{Flat, FlatWriter},
    publish::Unfinished,
};

/// Changes whenever the layout does, so that manifests of other versions read as missing.
const MAGIC: [u8; 8] = *b"oxbytes1";
pub(crate) const MANIFEST: &str = "manifest";

/// How the names of folders of byte-code begin.
pub(crate) const FOLDER_PREFIX: &str = "bytecode-";

/// Numbers of an entry in the manifest: file, place and length of the stored name, length of the name, size.
const WIDTH: usize = 6;

/// The header of a `.pyc`: magic number, flags, then time and size of the source, or its digest.
const FLAGS: std::ops::Range<usize> = 4..8;
const TIME: std::ops::Range<usize> = 8..12;
const SIZE: std::ops::Range<usize> = 12..16;

/// The `.pyc` files of one wheel for one [`CompileTarget`]. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ByteCode {
    root: Arc<Path>,
    flat: Arc<Flat>,
}

/// One `.pyc` file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compiled<'a> {
    /// The source: a place in [`Manifest::files`](crate::Manifest::files).
    pub file: usize,
    /// The name in [`ByteCode::root`], a flat folder.
    pub stored_name: &'a str,
    /// The name in the `__pycache__` folder beside the source, such as `api.cpython-312.pyc`.
    pub name: &'a str,
    /// Its size in bytes.
    pub size: u64,
}

/// A file that was just compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CompiledFile {
    pub file: usize,
    pub size: u64,
}

/// Whether a folder in that of a wheel is one of byte-code.
pub(crate) fn is_folder(folder: &Path) -> bool {
    folder.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(FOLDER_PREFIX))
}

/// What the compiled form of a file is called in the store.
pub(crate) fn stored_name(file: usize) -> String {
    format!("{file}.pyc")
}

impl ByteCode {
    /// Reads what is in a folder; `None` when that is damaged.
    ///
    /// A file whose content a power failure has swallowed has another size than it should have. So the first who reads the
    /// folder after the machine has started looks at the sizes, and says so by the time of the manifest.
    pub(crate) fn read(root: PathBuf) -> Option<Self> {
        Self::open(root, |manifest| {
            // Where it cannot be said, it is looked at each time.
            let _ = manifest.set_modified(SystemTime::now());
        })
    }

    /// The same where nothing may be written: whoever reads the folder looks at the sizes each time.
    pub(crate) fn read_only(root: PathBuf) -> Option<Self> {
        Self::open(root, |_| ())
    }

    fn open(root: PathBuf, say_complete: impl Fn(&File)) -> Option<Self> {
        let mut manifest = File::open(root.join(MANIFEST)).ok()?;
        let byte_code = Self { root: root.into(), flat: Arc::new(Flat::read(MAGIC, &mut manifest)?) };
        if !byte_code.is_consistent() {
            return None;
        }
        if boot::is_before(&manifest) {
            if !byte_code.is_complete() {
                return None;
            }
            say_complete(&manifest);
        }
        Some(byte_code)
    }

    /// Whether it is valid for the files of a wheel as they lie there, by the time and size of the first that is compiled:
    /// folders are copied as a whole, with the times or without.
    pub(crate) fn is_of(&self, wheel: &UnpackedWheel) -> bool {
        let Some(first) = self.files().next() else { return true };
        let header = || {
            let mut header = [0; SIZE.end];
            File::open(self.root.join(first.stored_name)).ok()?.read_exact(&mut header).ok()?;
            Some(header)
        };
        let source = || fs::metadata(wheel.content().join(wheel.manifest().file(first.file)?.path)).ok();
        let (Some(header), Some(source)) = (header(), source()) else { return false };
        header.get(FLAGS) != Some(&[0; 4])
            || header.get(TIME) == Some(lower_half(source.mtime()).as_slice())
                && header.get(SIZE) == Some(lower_half(source.size().cast_signed()).as_slice())
    }

    /// Whether all files are there and have their size.
    fn is_complete(&self) -> bool {
        let has_size = |file: Compiled<'_>| {
            fs::symlink_metadata(self.root.join(file.stored_name)).is_ok_and(|found| found.len() == file.size)
        };
        self.files().all(has_size)
    }

    /// Finishes a folder that holds the compiled files, and shows it.
    pub(crate) fn publish(
        wheel: &UnpackedWheel,
        target: &CompileTarget,
        folder: Unfinished,
        compiled: &mut Vec<CompiledFile>,
    ) -> Result<Self, StoreError> {
        compiled.sort_unstable();
        let mut flat = FlatWriter::default();
        flat.push(compiled.len());
        for CompiledFile { file, size } in compiled {
            let source = wheel.manifest().file(*file).map(|file| file.name).unwrap_or_default();
            let name = compiled_name(source, &target.cache_tag);
            flat.push(*file);
            let span = flat.write(&stored_name(*file));
            flat.push_span(span);
            flat.write(&name);
            flat.push(name.len());
            flat.push_wide(*size);
        }
        let bytes = flat.encode(MAGIC).ok_or(ArchiveError::TooManyNames)?;
        folder.write(MANIFEST, &bytes)?;
        let place = wheel.byte_code_folder(target);
        let is_sound = |place: &Path| Self::read(place.to_owned()).is_some_and(|found| wheel.fits(&found));
        let place = match folder.publish(&place, is_sound) {
            Ok(()) => place,
            Err(refused) => wheel.store().others().keep(*refused)?,
        };
        let damaged = || StoreError::io("read", &place)(io::ErrorKind::InvalidData.into());
        Self::read(place.clone()).ok_or_else(damaged)
    }

    /// The flat folder that holds the files.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The compiled form of a file; `None` when it is not a Python file or does not compile.
    pub fn of_file(&self, file: usize) -> Option<Compiled<'_>> {
        self.files_from(file).next().filter(|compiled| compiled.file == file)
    }

    /// The compiled files from a source on, in the order of their sources.
    pub fn files_from(&self, file: usize) -> impl Iterator<Item = Compiled<'_>> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            if self.flat.index(1 + middle * WIDTH) < file {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        (low..self.len()).map(|index| self.at(index))
    }

    /// All compiled files, in the order of their sources.
    pub fn files(&self) -> impl ExactSizeIterator<Item = Compiled<'_>> {
        (0..self.len()).map(|index| self.at(index))
    }

    /// The content of a `.pyc` for a source that installing changed without changing its code (a rewritten
    /// first line): the stored bytes, stamped with the new source's time (seconds since 1970) and size. `None` when
    /// the file is not compiled, or when the byte-code goes by the source's digest.
    pub fn restamped(&self, file: usize, mtime: i64, size: u64) -> io::Result<Option<Vec<u8>>> {
        let Some(compiled) = self.of_file(file) else { return Ok(None) };
        let mut bytes = fs::read(self.root.join(compiled.stored_name))?;
        if bytes.get(FLAGS) != Some(&[0; 4]) {
            return Ok(None);
        }
        for (range, value) in [(TIME, lower_half(mtime)), (SIZE, lower_half(size.cast_signed()))] {
            let Some(stamp) = bytes.get_mut(range) else { return Ok(None) };
            stamp.copy_from_slice(&value);
        }
        Ok(Some(bytes))
    }

    fn len(&self) -> usize {
        self.flat.index(0)
    }

    fn at(&self, index: usize) -> Compiled<'_> {
        let at = 1 + index * WIDTH;
        let flat = &*self.flat;
        let (place, length) = (flat.index(at + 1), flat.index(at + 2));
        Compiled {
            file: flat.index(at),
            stored_name: flat.text(place, length),
            name: flat.text(place + length, flat.index(at + 3)),
            size: flat.wide(at + 4),
        }
    }

    fn is_consistent(&self) -> bool {
        let fits = |index: usize| {
            let at = 1 + index * WIDTH;
            let (place, length) = (self.flat.index(at + 1), self.flat.index(at + 2));
            let end = place.saturating_add(length);
            let is_name =
                |name: Option<&str>| name.is_some_and(|name| !name.is_empty() && !name.contains('/'));
            is_name(self.flat.get(place, length)) && is_name(self.flat.get(end, self.flat.index(at + 3)))
        };
        self.len().checked_mul(WIDTH).and_then(|size| size.checked_add(1)) == Some(self.flat.len())
            && (0..self.len()).all(fits)
    }
}

/// What Python compares of a time or a size: the lower 32 bits.
fn lower_half(number: i64) -> [u8; 4] {
    let [low @ .., _, _, _, _] = number.to_le_bytes();
    low
}

/// The file name that `importlib.util.cache_from_source` gives.
fn compiled_name(source: &str, cache_tag: &str) -> String {
    let stem = match source.strip_suffix(".py") {
        Some("") | None => source.trim_start_matches('.'),
        Some(stem) => stem,
    };
    format!("{stem}.{cache_tag}.pyc")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_as_python_gives_them() {
        assert_eq!(compiled_name("api.py", "cpython-312"), "api.cpython-312.pyc");
        assert_eq!(compiled_name("a.b.py", "cpython-38"), "a.b.cpython-38.pyc");
        assert_eq!(compiled_name(".py", "cpython-312"), "py.cpython-312.pyc");
    }
}
