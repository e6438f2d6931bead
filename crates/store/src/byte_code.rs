//! The compiled form of a wheel for one interpreter, as it lies in the store.

use std::{io, path::Path};

/// The `.pyc` files of one wheel for one [`CompileTarget`](crate::CompileTarget).
#[derive(Debug, Clone)]
pub struct ByteCode(());

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

impl ByteCode {
    /// The flat folder that holds the files.
    pub fn root(&self) -> &Path {
        Path::new("")
    }

    /// The compiled form of a file; `None` when it is not a Python file or does not compile.
    pub fn of_file(&self, _file: usize) -> Option<Compiled<'_>> {
        None
    }

    /// All compiled files, in the order of their sources.
    pub fn files(&self) -> impl ExactSizeIterator<Item = Compiled<'_>> {
        std::iter::empty()
    }

    /// The content of a `.pyc` for a source that installing changed without changing its code (a rewritten
    /// first line): the stored bytes, stamped with the new source's time (seconds since 1970) and size. `None` when
    /// the byte-code is checked by the source's digest.
    pub fn restamped(&self, _file: usize, _mtime: i64, _size: u64) -> io::Result<Option<Vec<u8>>> {
        Ok(None)
    }
}
