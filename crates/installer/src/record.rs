//! The `RECORD` of a wheel that was placed, as pip writes it.

use std::borrow::Cow;
use std::iter;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use metadata::record_text;
use sha2::{Digest as _, Sha256};
use store::File;

use crate::layout::{Fate, Layout, Roots};

/// A file whose content was made while placing.
#[derive(Debug)]
pub(crate) struct Made {
    /// The file of the wheel that it was made from; `None` for scripts of entry points and metadata.
    pub(crate) file: Option<usize>,
    /// Its path as `RECORD` has it.
    pub(crate) path: String,
    digest: String,
    size: String,
}

impl Made {
    pub(crate) fn new(file: Option<usize>, path: String, content: &[u8]) -> Self {
        let digest = format!("sha256={}", URL_SAFE_NO_PAD.encode(Sha256::digest(content)));
        Self { file, path, digest, size: content.len().to_string() }
    }
}

/// The text of `RECORD`: the wheel's own rows, with the paths and digests that installing has changed; a row for each
/// file that was made; and one without digest for byte-code and for files that the wheel's `RECORD` lacks.
pub(crate) fn text(layout: &Layout<'_>, roots: &Roots, made: &[Made], missing_byte_code: &[usize]) -> String {
    let manifest = layout.placement.wheel.manifest();
    let files = manifest.files();
    let mut has_row = vec![false; files.len()];
    let installed: Vec<_> = files.map(|file| installed_path(layout, roots, &file)).collect();
    let installed_path = |file: usize| installed.get(file)?.as_deref();

    let compiled = layout.placement.byte_code.iter().flat_map(store::ByteCode::files);
    let mut paths = String::new();
    let ends: Vec<usize> = compiled
        .filter(|compiled| !missing_byte_code.contains(&compiled.file))
        .filter_map(|compiled| {
            let path = installed_path(compiled.file)?;
            let folder = path.rsplit_once('/').map_or(0, |(folder, _)| folder.len() + 1);
            paths.extend([path.get(..folder)?, "__pycache__/", compiled.name]);
            Some(paths.len())
        })
        .collect();
    let starts = iter::once(0).chain(ends.iter().copied());
    let mut byte_code: Vec<&str> =
        starts.zip(&ends).filter_map(|(start, &end)| paths.get(start..end)).collect();
    // Two files of one wheel can go to one path.
    byte_code.sort_unstable();
    byte_code.dedup();

    let (changed, new): (Vec<&Made>, Vec<&Made>) = made.iter().partition(|made| made.file.is_some());
    let mut rows = Vec::with_capacity(installed.len() + byte_code.len() + new.len());
    for row in manifest.record() {
        let (digest, size) = match changed.iter().find(|made| made.file == row.file) {
            Some(made) => (&*made.digest, &*made.size),
            None => (row.digest, row.size),
        };
        let path = row.file.and_then(|index| {
            let first = has_row.get_mut(index).is_some_and(|has_row| !std::mem::replace(has_row, true));
            if first { installed_path(index) } else { None }
        });
        rows.push([path.unwrap_or(row.path), digest, size]);
    }
    let without_row = has_row.iter().enumerate().filter(|(_, has_row)| !**has_row);
    rows.extend(without_row.filter_map(|(index, _)| Some([installed_path(index)?, "", ""])));
    rows.extend(byte_code.iter().map(|path| [*path, "", ""]));
    rows.extend(new.iter().map(|made| [&*made.path, &*made.digest, &*made.size]));
    record_text(rows)
}

/// The path that a file of the wheel was installed to, as `RECORD` has it; `None` when it was left out.
fn installed_path<'a>(layout: &'a Layout<'_>, roots: &Roots, file: &File<'a>) -> Option<Cow<'a, str>> {
    if layout.fates.get(&file.index) == Some(&Fate::Wrapper) {
        return None;
    }
    let (root, path) = layout.destination(file)?;
    Some(layout.record_path(roots, root, path))
}
