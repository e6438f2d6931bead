//! What is inside an unpacked wheel, in one buffer.

mod contents;
mod entry;
#[cfg(test)]
mod tests;

use std::fs;
use std::sync::Arc;

pub use contents::{Contents, UnpackedFile};
pub use entry::{Directory, File, RecordedFile, Script};

use crate::Fingerprint;
use crate::flat::{Flat, to_usize};

/// The manifest's name in the folder of its wheel.
pub const FILE: &str = "manifest";

/// Changes whenever the layout does, so that manifests of other versions read as missing.
const MAGIC: [u8; 8] = *b"oxwheel2";

/// Stands for "none" where a place in a table is expected.
const NONE: u32 = u32::MAX;

// The head: counts of the tables, then single values. The tables follow in the order of their counts, each
// with so many numbers in an entry:
const WIDTHS: [usize; 7] = [6, 8, 5, 5, 5, 2, 2];
const DIRECTORIES: usize = 0;
const FILES: usize = 1;
const ROWS: usize = 2;
const CONSOLE_SCRIPTS: usize = 3;
const GUI_SCRIPTS: usize = 4;
const TAGS: usize = 5;
const IMPORT_NAMES: usize = 6;
const PURELIB: usize = 7;
const UNPACKED_AT: usize = 8;
const TOTAL_SIZE: usize = 10;
const NAME: usize = 12;
const VERSION: usize = 14;
const INFO_DIRECTORY: usize = 16;
const HEAD: usize = 18;

const EXECUTABLE: u32 = 1;
const PYTHON_SHEBANG: u32 = 2;

/// The content of one wheel: read with one call, cheap to clone, borrowed from by everything below.
#[derive(Debug, Clone)]
pub struct Manifest {
    flat: Arc<Flat>,
}

impl Manifest {
    /// Reads a manifest; `None` when the bytes are damaged or of another version. Everything that the
    /// methods below rely on is proved here.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        Self::proved(Flat::decode(MAGIC, bytes)?)
    }

    /// The same from a file.
    pub(crate) fn read(file: &mut fs::File) -> Option<Self> {
        Self::proved(Flat::read(MAGIC, file)?)
    }

    fn proved(flat: Flat) -> Option<Self> {
        let manifest = Self { flat: Arc::new(flat) };
        manifest.is_consistent().then_some(manifest)
    }

    fn is_consistent(&self) -> bool {
        let flat = &*self.flat;
        // Each of `count` lengths that follow `at` ends a piece of the text that begins where `at` says.
        let pieces = |at: usize, count: usize| {
            let mut end = flat.index(at);
            (at + 1..=at + count).all(|length| {
                let start = end;
                end = end.saturating_add(flat.index(length));
                flat.get(start, end - start).is_some()
            })
        };
        let span = |at: usize| pieces(at, 1);
        let directory = |index: usize, at: usize| {
            let is_child = if index == 0 { flat.number(at + 2) == NONE } else { flat.index(at + 2) < index };
            let last = flat.index(at + 4).checked_add(flat.index(at + 5));
            span(at) && is_child && last.is_some_and(|last| last <= self.count(FILES))
        };
        let file = |at: usize| span(at) && flat.index(at + 2) < self.count(DIRECTORIES);
        self.end_of_tables() == Some(flat.len())
            && self.count(DIRECTORIES) > 0
            && [NAME, VERSION, INFO_DIRECTORY].into_iter().all(span)
            && self.places(DIRECTORIES).enumerate().all(|(index, at)| directory(index, at))
            && self.places(FILES).all(file)
            && self.places(ROWS).all(|at| pieces(at + 1, 3))
            && self.places(CONSOLE_SCRIPTS).chain(self.places(GUI_SCRIPTS)).all(|at| pieces(at, 4))
            && self.places(TAGS).chain(self.places(IMPORT_NAMES)).all(span)
    }

    /// The project's name as `METADATA` spells it.
    pub fn name(&self) -> &str {
        self.span(NAME)
    }

    /// The version as `METADATA` spells it.
    pub fn version(&self) -> &str {
        self.span(VERSION)
    }

    /// The name of the `.dist-info` folder.
    pub fn info_directory(&self) -> &str {
        self.span(INFO_DIRECTORY)
    }

    /// Whether the root goes to purelib (else platlib).
    pub fn root_is_purelib(&self) -> bool {
        self.flat.number(PURELIB) != 0
    }

    /// The tags that `WHEEL` lists.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.places(TAGS).map(|at| self.span(at))
    }

    /// The names that can be imported once the wheel is installed, sorted.
    pub fn import_names(&self) -> impl Iterator<Item = &str> {
        self.places(IMPORT_NAMES).map(|at| self.span(at))
    }

    /// All directories that hold files, with the folders above them, depth first; the root is always there.
    pub fn directories(&self) -> impl ExactSizeIterator<Item = Directory<'_>> {
        self.places(DIRECTORIES).enumerate().map(|(index, at)| self.directory_at(index, at))
    }

    /// All files, grouped by directory in the order of [`Manifest::directories`], by name inside one.
    pub fn files(&self) -> impl ExactSizeIterator<Item = File<'_>> {
        self.places(FILES).enumerate().map(|(index, at)| self.file_at(index, at))
    }

    /// The directory at a place of [`Manifest::directories`].
    pub fn directory(&self, index: usize) -> Option<Directory<'_>> {
        Some(self.directory_at(index, self.place(DIRECTORIES, index)?))
    }

    /// The file at a place of [`Manifest::files`].
    pub fn file(&self, index: usize) -> Option<File<'_>> {
        Some(self.file_at(index, self.place(FILES, index)?))
    }

    /// The rows of the wheel's own `RECORD` in its order.
    pub fn record(&self) -> impl ExactSizeIterator<Item = RecordedFile<'_>> {
        self.places(ROWS).map(|at| {
            let flat = &*self.flat;
            let (path, digest) = (flat.index(at + 1), flat.index(at + 1) + flat.index(at + 2));
            let size = digest + flat.index(at + 3);
            RecordedFile {
                path: flat.text(path, flat.index(at + 2)),
                digest: flat.text(digest, flat.index(at + 3)),
                size: flat.text(size, flat.index(at + 4)),
                file: Some(flat.number(at)).filter(|file| *file != NONE).map(to_usize),
            }
        })
    }

    /// The `console_scripts` to make, in the file's order; of two with one name, the last counts, as in pip.
    pub fn console_scripts(&self) -> impl Iterator<Item = Script<'_>> {
        self.places(CONSOLE_SCRIPTS).map(|at| self.script_at(at))
    }

    /// The `gui_scripts` to make, like [`Manifest::console_scripts`].
    pub fn gui_scripts(&self) -> impl Iterator<Item = Script<'_>> {
        self.places(GUI_SCRIPTS).map(|at| self.script_at(at))
    }

    /// When unpacking ended, in nanoseconds since 1970. A file in the store that was changed later was
    /// edited through one of its links.
    pub fn unpacked_at(&self) -> i128 {
        i128::from(self.flat.wide(UNPACKED_AT))
    }

    /// The size of all files together.
    pub fn total_size(&self) -> u64 {
        self.flat.wide(TOTAL_SIZE)
    }

    fn directory_at(&self, index: usize, at: usize) -> Directory<'_> {
        let path = self.span(at);
        let first = self.flat.index(at + 4);
        Directory {
            index,
            path,
            name: path.get(self.flat.index(at + 3)..).unwrap_or_default(),
            parent: Some(self.flat.number(at + 2)).filter(|parent| *parent != NONE).map(to_usize),
            files: first..first + self.flat.index(at + 5),
        }
    }

    fn file_at(&self, index: usize, at: usize) -> File<'_> {
        let path = self.span(at);
        let flags = self.flat.number(at + 7);
        File {
            index,
            path,
            name: path.get(self.flat.index(at + 3)..).unwrap_or_default(),
            directory: self.flat.index(at + 2),
            fingerprint: Fingerprint { size: self.flat.wide(at + 4), checksum: self.flat.number(at + 6) },
            executable: flags & EXECUTABLE != 0,
            python_shebang: flags & PYTHON_SHEBANG != 0,
        }
    }

    fn script_at(&self, at: usize) -> Script<'_> {
        let mut place = self.flat.index(at);
        let mut next = |length: usize| {
            let text = self.flat.text(place, length);
            place += length;
            text
        };
        let [name, value, module, attribute] = [1, 2, 3, 4].map(|column| next(self.flat.index(at + column)));
        // An attribute is stored behind a colon, so that an empty one differs from none.
        Script { name, value, module, attribute: attribute.strip_prefix(':') }
    }

    fn span(&self, at: usize) -> &str {
        self.flat.text(self.flat.index(at), self.flat.index(at + 1))
    }

    fn count(&self, table: usize) -> usize {
        self.flat.index(table)
    }

    /// Where the entries of a table stand.
    fn places(&self, table: usize) -> impl ExactSizeIterator<Item = usize> + use<> {
        let (start, width) = (self.start(table), WIDTHS[table]);
        (0..self.count(table)).map(move |index| start + index * width)
    }

    fn place(&self, table: usize, index: usize) -> Option<usize> {
        (index < self.count(table)).then(|| self.start(table) + index * WIDTHS[table])
    }

    fn start(&self, table: usize) -> usize {
        HEAD + (0..table).map(|before| self.count(before) * WIDTHS[before]).sum::<usize>()
    }

    fn end_of_tables(&self) -> Option<usize> {
        WIDTHS
            .iter()
            .enumerate()
            .try_fold(HEAD, |end, (table, width)| end.checked_add(self.count(table).checked_mul(*width)?))
    }
}
