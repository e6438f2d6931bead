//! Lines in `easy-install.pth`, which develop installs and eggs have put there.

use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;

use crate::InstallError;
use crate::removal::PathLine;
use crate::target::{Bounds, real};

/// A `.pth` file with its new content.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    pub(crate) file: PathBuf,
    content: Vec<u8>,
}

/// The new contents of the files that lose a line. Files outside the virtual environment are left alone; those that
/// do not exist are noted in `missing`.
pub(crate) fn edits(
    lines: &[&PathLine],
    bounds: &Bounds,
    missing: &mut Vec<PathBuf>,
) -> Result<Vec<Edit>, InstallError> {
    let mut edits: Vec<Edit> = Vec::new();
    for line in lines {
        let file = real(&line.file);
        if !bounds.allow(&file) {
            continue;
        }
        let at = match edits.iter().position(|edit| edit.file == file) {
            Some(at) => at,
            None => match fs::read(&file) {
                Ok(content) => {
                    edits.push(Edit { file, content });
                    edits.len() - 1
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    missing.push(file);
                    continue;
                }
                Err(error) => return Err(InstallError::io("read", &file, error)),
            },
        };
        if let Some(edit) = edits.get_mut(at) {
            edit.content = without(&edit.content, line.line.as_os_str().as_bytes());
        }
    }
    Ok(edits)
}

impl Edit {
    /// Writes the new content; the old file has been moved aside.
    pub(crate) fn write(&self) -> Result<(), InstallError> {
        fs::write(&self.file, &self.content).map_err(|error| InstallError::io("write", &self.file, error))
    }
}

/// A file's content without the first line that is `line`, every line ended as pip ends it.
fn without(content: &[u8], line: &[u8]) -> Vec<u8> {
    let ending: &[u8] = if content.windows(2).any(|pair| pair == b"\r\n") { b"\r\n" } else { b"\n" };
    let mut content = content.to_vec();
    if !content.is_empty() && !content.ends_with(ending) {
        content.extend_from_slice(ending);
    }
    let wanted = [line, ending].concat();
    let mut found = false;
    let kept = content.split_inclusive(|&byte| byte == b'\n').filter(|&other| {
        let is_first = !found && other == wanted;
        found |= is_first;
        !is_first
    });
    kept.flatten().copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_goes_and_the_rest_stays() {
        assert_eq!(without(b"/a\n/b\n/a\n", b"/a"), b"/b\n/a\n");
        assert_eq!(without(b"/a\n/b", b"/b"), b"/a\n");
        assert_eq!(without(b"/a\r\n/b\r\n", b"/b"), b"/a\r\n");
        assert_eq!(without(b"/ab\n", b"/a"), b"/ab\n");
        assert_eq!(without(b"", b"/a"), b"");
    }
}
