//! Writing a manifest: everything known about a wheel after unpacking it.

use std::{borrow::Cow, collections::HashMap};

use metadata::{EntryPoint, EntryPoints, Record, RecordRow};

use super::{EXECUTABLE, MAGIC, NONE, PYTHON_SHEBANG};
use crate::{
    Fingerprint,
    entry_name::normalize,
    flat::{FlatWriter, Span},
    import_names::import_names,
    tree::Tree,
};

/// What a manifest is made from.
#[derive(Debug)]
pub struct Contents<'a> {
    /// The name as `METADATA` spells it.
    pub name: &'a str,
    /// The version as `METADATA` spells it.
    pub version: &'a str,
    /// The `.dist-info` folder.
    pub info_directory: &'a str,
    /// `Root-Is-Purelib` of `WHEEL`.
    pub root_is_purelib: bool,
    /// The tags of `WHEEL`.
    pub tags: &'a [String],
    /// The wheel's own `RECORD`.
    pub record: &'a Record,
    /// `entry_points.txt`.
    pub entry_points: &'a EntryPoints,
    /// The directories, and how the files stand in them.
    pub tree: &'a Tree,
    /// The files in the order of the tree.
    pub files: &'a [UnpackedFile<'a>],
    /// When the last file was written, in nanoseconds since 1970.
    pub unpacked_at: u64,
}

/// A file that was unpacked.
#[derive(Debug, Clone, Copy)]
pub struct UnpackedFile<'a> {
    /// The path from the root of the archive.
    pub path: &'a str,
    /// That of the bytes that were written.
    pub fingerprint: Fingerprint,
    /// Whether executable bits were set.
    pub executable: bool,
    /// Whether it is a script to rewrite.
    pub python_shebang: bool,
}

impl Contents<'_> {
    /// The bytes of the manifest; `None` for a wheel that outgrows it (4 GiB of names).
    pub fn encode(&self) -> Option<Vec<u8>> {
        let import_names = import_names(self.files.iter().map(|file| file.path), self.info_directory);
        let console = unique(self.entry_points.console_scripts());
        let gui = unique(self.entry_points.gui_scripts());

        let mut flat = FlatWriter::default();
        let rows = self.rows();
        let directories = &self.tree.directories;
        for count in [directories.len(), self.files.len(), rows.len(), console.len(), gui.len()] {
            flat.push(count);
        }
        flat.push(self.tags.len());
        flat.push(import_names.len());
        flat.push(usize::from(self.root_is_purelib));
        flat.push_wide(self.unpacked_at);
        flat.push_wide(self.files.iter().map(|file| file.fingerprint.size).sum());
        for text in [self.name, self.version, self.info_directory] {
            let span = flat.write(text);
            flat.push_span(span);
        }

        for directory in directories {
            let span = flat.write(&directory.path);
            flat.push_span(span);
            flat.push_number(directory.parent.map_or(Some(NONE), |parent| u32::try_from(parent).ok()));
            flat.push(name_start(&directory.path));
            flat.push(directory.files.start);
            flat.push(directory.files.len());
        }
        let written = self.write_files(&rows, &mut flat);
        write_rows(&mut flat, &rows, &written);
        for script in console.iter().chain(&gui) {
            write_script(&mut flat, script);
        }
        for text in self.tags.iter().map(String::as_str).chain(import_names) {
            let span = flat.write(text);
            flat.push_span(span);
        }
        flat.encode(MAGIC)
    }

    /// Writes the files, each followed in the text by the columns of its row in the `RECORD`.
    fn write_files<'a>(
        &'a self,
        rows: &Rows<'a>,
        flat: &mut FlatWriter,
    ) -> HashMap<&'a str, WrittenFile<'a>> {
        let mut written = HashMap::with_capacity(self.files.len());
        let rows: HashMap<&str, &RecordRow> = rows.iter().map(|(path, row)| (&**path, *row)).collect();
        for (directory, entry) in self.tree.directories.iter().enumerate() {
            for (index, file) in entry.files.clone().filter_map(|at| Some((at, self.files.get(at)?))) {
                let span = flat.write(file.path);
                let row = rows.get(file.path).copied();
                for column in row.iter().flat_map(|row| [&row.digest, &row.size]) {
                    flat.write(column);
                }
                flat.push_span(span);
                flat.push(directory);
                flat.push(name_start(file.path));
                flat.push_wide(file.fingerprint.size);
                flat.push_number(Some(file.fingerprint.checksum));
                let flags = [(file.executable, EXECUTABLE), (file.python_shebang, PYTHON_SHEBANG)];
                flat.push_number(Some(flags.iter().filter(|(set, _)| *set).map(|(_, flag)| flag).sum()));
                written.insert(file.path, WrittenFile { index, span, row });
            }
        }
        written
    }

    fn rows(&self) -> Rows<'_> {
        // No file is called nothing.
        self.record.rows.iter().map(|row| (normalize(&row.path).unwrap_or_default(), row)).collect()
    }
}

/// The rows of a `RECORD`, with their paths as an archive spells them.
type Rows<'a> = Vec<(Cow<'a, str>, &'a RecordRow)>;

/// Where a file's text went, and the row whose columns follow it.
struct WrittenFile<'a> {
    index: usize,
    span: Span,
    row: Option<&'a RecordRow>,
}

fn write_rows(flat: &mut FlatWriter, rows: &Rows<'_>, written: &HashMap<&str, WrittenFile<'_>>) {
    for (normal, row) in rows {
        let file = written.get(&**normal);
        let path = if file.is_some() { &**normal } else { &*row.path };
        flat.push_number(file.map_or(Some(NONE), |file| u32::try_from(file.index).ok()));
        let at = match file {
            Some(file) if file.row.is_some_and(|known| std::ptr::eq(known, *row)) => file.span.0,
            _ => {
                let (at, _) = flat.write(path);
                flat.write(&row.digest);
                flat.write(&row.size);
                at
            }
        };
        flat.push_number(Some(at));
        for column in [path, &row.digest, &row.size] {
            flat.push(column.len());
        }
    }
}

fn write_script(flat: &mut FlatWriter, script: &EntryPoint) {
    let attribute = script.attribute.as_ref().map(|attribute| format!(":{attribute}")).unwrap_or_default();
    let columns = [&script.name, &script.value, &script.module, &attribute];
    let (at, _) = flat.write(&columns.map(String::as_str).concat());
    flat.push_number(Some(at));
    for column in columns {
        flat.push(column.len());
    }
}

fn name_start(path: &str) -> usize {
    path.rfind('/').map_or(0, |slash| slash + 1)
}

/// pip collects scripts in a dict: a later one of the same name replaces the value at the first one's place.
fn unique<'a>(points: impl Iterator<Item = &'a EntryPoint>) -> Vec<&'a EntryPoint> {
    let mut unique: Vec<&EntryPoint> = Vec::new();
    for point in points {
        match unique.iter_mut().find(|known| known.name == point.name) {
            Some(known) => *known = point,
            None => unique.push(point),
        }
    }
    unique
}
