//! What is inside an unpacked wheel, in one buffer.

use std::ops::Range;

/// The content of one wheel: read with one call, shared cheaply, borrowed from by everything below.
#[derive(Debug, Clone)]
pub struct Manifest(());

/// A directory of the wheel. Directory 0 is the root, with an empty path; each directory follows its
/// parent, and everything below a directory follows it directly (depth first).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory<'a> {
    /// Its place in [`Manifest::directories`].
    pub index: usize,
    /// The path from the root, with `/`; empty for the root.
    pub path: &'a str,
    /// The last component of the path; empty for the root.
    pub name: &'a str,
    /// The directory it stands in; `None` for the root.
    pub parent: Option<usize>,
    /// The files directly inside, as places in [`Manifest::files`].
    pub files: Range<usize>,
}

/// A file of the wheel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct File<'a> {
    /// Its place in [`Manifest::files`].
    pub index: usize,
    /// The path from the root, with `/`.
    pub path: &'a str,
    /// The last component of the path.
    pub name: &'a str,
    /// The directory it stands in.
    pub directory: usize,
    /// Its size in bytes.
    pub size: u64,
    /// The digest of what was unpacked, in URL-safe base64 without padding, without `sha256=`.
    pub sha256: &'a str,
    /// Whether the archive marks it executable; it is then in the store with the executable bits set.
    pub executable: bool,
    /// Whether it stands in `.data/scripts` and begins with `#!python`, a line that installing rewrites.
    pub python_shebang: bool,
}

/// A row of the wheel's own `RECORD`, with the text of its columns as the wheel has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordedFile<'a> {
    /// The path (normalised when it names a file of the archive).
    pub path: &'a str,
    /// `sha256=...` or another digest as written, or empty.
    pub digest: &'a str,
    /// The size as written, possibly empty.
    pub size: &'a str,
    /// The file it speaks of, if the archive has it.
    pub file: Option<usize>,
}

/// A script that installing makes: a `console_scripts` or `gui_scripts` entry point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Script<'a> {
    /// The script's name.
    pub name: &'a str,
    /// The reference as written.
    pub value: &'a str,
    /// The module to import.
    pub module: &'a str,
    /// The object in the module, dotted; `None` when the reference names a module only, which pip refuses.
    pub attribute: Option<&'a str>,
}

impl Manifest {
    /// The project's name as `METADATA` spells it.
    pub fn name(&self) -> &str {
        ""
    }

    /// The version as `METADATA` spells it.
    pub fn version(&self) -> &str {
        ""
    }

    /// The name of the `.dist-info` folder.
    pub fn info_directory(&self) -> &str {
        ""
    }

    /// Whether the root goes to purelib (else platlib).
    pub fn root_is_purelib(&self) -> bool {
        false
    }

    /// The tags that `WHEEL` lists.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        std::iter::empty()
    }

    /// The names that can be imported once the wheel is installed, sorted.
    pub fn import_names(&self) -> impl Iterator<Item = &str> {
        std::iter::empty()
    }

    /// All directories that hold files, with the folders above them, depth first; the root is always there.
    pub fn directories(&self) -> impl ExactSizeIterator<Item = Directory<'_>> {
        std::iter::empty()
    }

    /// All files, grouped by directory in the order of [`Manifest::directories`], by name inside one.
    pub fn files(&self) -> impl ExactSizeIterator<Item = File<'_>> {
        std::iter::empty()
    }

    /// The directory at a place of [`Manifest::directories`].
    pub fn directory(&self, _index: usize) -> Option<Directory<'_>> {
        None
    }

    /// The file at a place of [`Manifest::files`].
    pub fn file(&self, _index: usize) -> Option<File<'_>> {
        None
    }

    /// The rows of the wheel's own `RECORD` in its order.
    pub fn record(&self) -> impl ExactSizeIterator<Item = RecordedFile<'_>> {
        std::iter::empty()
    }

    /// The `console_scripts` to make, in the file's order; of two with one name, the last counts, as in pip.
    pub fn console_scripts(&self) -> impl Iterator<Item = Script<'_>> {
        std::iter::empty()
    }

    /// The `gui_scripts` to make, like [`Manifest::console_scripts`].
    pub fn gui_scripts(&self) -> impl Iterator<Item = Script<'_>> {
        std::iter::empty()
    }

    /// When unpacking ended, in nanoseconds since 1970. A file in the store that was changed later was tampered with.
    pub fn unpacked_at(&self) -> i128 {
        0
    }

    /// The size of all files together.
    pub fn total_size(&self) -> u64 {
        0
    }
}
