//! The `RECORD` of a wheel that was placed, as pip writes it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use metadata::{Record, RecordRow};
use sha2::{Digest as _, Sha256};

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
pub(crate) fn text(
    layout: &Layout<'_>,
    roots: &Roots,
    made: Vec<Made>,
    missing_byte_code: &[usize],
) -> String {
    let manifest = layout.placement.wheel.manifest();
    let files = manifest.files().len();
    let compiled = layout.placement.byte_code.as_ref();
    let mut rows = Vec::with_capacity(2 * files + made.len());
    let mut has_row = vec![false; files];

    for row in manifest.record() {
        let changed = made.iter().find(|made| made.file.is_some() && made.file == row.file);
        let (digest, size) = match changed {
            Some(made) => (&*made.digest, &*made.size),
            None => (row.digest, row.size),
        };
        let path = row.file.and_then(|index| {
            let first = has_row.get_mut(index).is_some_and(|has_row| !std::mem::replace(has_row, true));
            if first { installed_path(layout, roots, index) } else { None }
        });
        rows.push(RecordRow {
            path: path.unwrap_or_else(|| row.path.to_owned()),
            digest: digest.to_owned(),
            size: size.to_owned(),
        });
    }
    let without_digest = |path: String| RecordRow { path, digest: String::new(), size: String::new() };
    for (index, has_row) in has_row.iter().enumerate() {
        if !has_row && let Some(path) = installed_path(layout, roots, index) {
            rows.push(without_digest(path));
        }
    }
    let byte_code = compiled.into_iter().flat_map(store::ByteCode::files);
    let mut byte_code: Vec<String> = byte_code
        .filter(|compiled| !missing_byte_code.contains(&compiled.file))
        .filter_map(|compiled| {
            let path = installed_path(layout, roots, compiled.file)?;
            let folder = path.rsplit_once('/').map_or(0, |(folder, _)| folder.len() + 1);
            Some(format!("{}__pycache__/{}", path.get(..folder)?, compiled.name))
        })
        .collect();
    // Two files of one wheel can go to one path.
    byte_code.sort_unstable();
    byte_code.dedup();
    rows.extend(byte_code.into_iter().map(without_digest));
    let made = made.into_iter().filter(|made| made.file.is_none());
    rows.extend(made.map(|made| RecordRow { path: made.path, digest: made.digest, size: made.size }));
    Record { rows }.to_text()
}

/// The path that a file of the wheel was installed to, as `RECORD` has it; `None` when it was left out.
fn installed_path(layout: &Layout<'_>, roots: &Roots, file: usize) -> Option<String> {
    if layout.fates.get(&file) == Some(&Fate::Wrapper) {
        return None;
    }
    let file = layout.placement.wheel.manifest().file(file)?;
    let (root, path) = layout.destination(&file)?;
    Some(layout.record_path(roots, root, path).into_owned())
}
