//! Names of source distributions: `<project>-<version>.tar.gz`, and whatever else was in use before that was settled.

use super::InvalidFilename;
use crate::{ProjectName, Version};

/// The extensions of archives that pip unpacks, without those of wheels.
const EXTENSIONS: [&str; 11] = [
    ".tar.gz",
    ".zip",
    ".tar.bz2",
    ".tar.xz",
    ".tar.lzma",
    ".tar.lz",
    ".tgz",
    ".tbz",
    ".txz",
    ".tlz",
    ".tar",
];

/// What the name of a source distribution says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SdistFilename {
    /// The version.
    pub version: Version,
    /// The extension, such as `.tar.gz`.
    pub extension: &'static str,
    /// The version of Python, such as `2.7`, in a name that ends in `-py2.7`. pip takes such a file only for that one.
    pub python: Option<String>,
}

impl SdistFilename {
    /// Reads the name of a source distribution of `project` as pip does: the version is what follows the first dash
    /// before which the name of the project stands, in any spelling.
    pub fn parse(filename: &str, project: &ProjectName) -> Result<Self, InvalidFilename> {
        let (stem, extension) = split_extension(filename);
        if extension.is_empty() {
            return Err(InvalidFilename::NotAFile);
        }
        let Some(extension) = EXTENSIONS.into_iter().find(|known| *known == extension) else {
            return Err(InvalidFilename::UnsupportedFormat(extension.to_owned()));
        };
        let version = version_after(stem, project).filter(|version| !version.is_empty());
        let version = version.ok_or_else(|| InvalidFilename::MissingVersion(project.clone()))?;
        let (version, python) = split_python(version);
        Ok(Self { version: Version::parse(version)?, extension, python: python.map(str::to_owned) })
    }
}

/// The name and its extension, where `.tar.gz` and the like are one.
fn split_extension(filename: &str) -> (&str, &str) {
    let name_start = filename.len() - filename.trim_start_matches('.').len();
    let Some(dot) = filename.rfind('.').filter(|&dot| dot > name_start) else {
        return (filename, "");
    };
    let (stem, _) = filename.split_at(dot);
    let tar = stem.len().saturating_sub(4);
    let is_tar = stem.get(tar..).is_some_and(|end| end.eq_ignore_ascii_case(".tar"));
    filename.split_at(if is_tar { tar } else { dot })
}

/// What follows the name of the project and a dash.
fn version_after<'a>(stem: &'a str, project: &ProjectName) -> Option<&'a str> {
    // What is left of the normalised name, which is compared with the stem as that is normalised on the way.
    let mut name = project.as_str().chars();
    let mut previous = None;
    for (index, character) in stem.char_indices() {
        if character == '-' && name.as_str().is_empty() {
            return stem.get(index + 1..);
        }
        let separator = matches!(character, '-' | '_' | '.');
        if separator && previous == Some('-') {
            continue;
        }
        previous = Some(if separator { '-' } else { character });
        if !previous.into_iter().flat_map(char::to_lowercase).all(|expected| name.next() == Some(expected)) {
            return None;
        }
    }
    None
}

/// Splits `1.0-py2.7` into the version and the version of Python.
fn split_python(version: &str) -> (&str, Option<&str>) {
    let split = version.rsplit_once("-py").filter(|(_, python)| match python.as_bytes() {
        [b'1'..=b'3'] | [b'1'..=b'3', b'.' | b'0'..=b'9'] => true,
        [b'1'..=b'3', b'.', minor] => minor.is_ascii_digit(),
        _ => false,
    });
    split.map_or((version, None), |(version, python)| (version, Some(python)))
}
