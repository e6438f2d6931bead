//! What a manifest tells of directories, files and scripts, borrowed from its buffer.

use std::ops::Range;

use crate::Fingerprint;

/// A directory of the wheel. Directory 0 is the root, with an empty path; each directory follows its
/// parent, and everything below a directory follows it directly (depth first).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory<'a> {
    /// Its place in [`Manifest::directories`](crate::Manifest::directories).
    pub index: usize,
    /// The path from the root, with `/`; empty for the root.
    pub path: &'a str,
    /// The last component of the path; empty for the root.
    pub name: &'a str,
    /// The directory it stands in; `None` for the root.
    pub parent: Option<usize>,
    /// The files directly inside, as places in [`Manifest::files`](crate::Manifest::files).
    pub files: Range<usize>,
}

/// A file of the wheel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct File<'a> {
    /// Its place in [`Manifest::files`](crate::Manifest::files).
    pub index: usize,
    /// The path from the root, with `/`.
    pub path: &'a str,
    /// The last component of the path.
    pub name: &'a str,
    /// The directory it stands in.
    pub directory: usize,
    /// That of what was unpacked.
    pub fingerprint: Fingerprint,
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
