//! `METADATA` and `PKG-INFO`: mail headers followed by the description (core metadata specification).

use std::borrow::Cow;

use crate::{MetadataError, utf8};

/// The parsed headers of a `METADATA` or `PKG-INFO` file, in the order of the file.
///
/// Header names compare without regard to case, as in mail. Values keep their line breaks where the
/// file folds them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CoreMetadata {
    fields: Vec<(String, String)>,
    body: Vec<u8>,
    size: u64,
    /// `Name` as the project spells it.
    pub name: String,
    /// `Version` as published; not necessarily a valid version.
    pub version: String,
    /// `Requires-Dist`, one requirement each, unparsed, without the line break of one that is folded at its start.
    pub requires_dist: Vec<String>,
    /// `Requires-Python`, unparsed.
    pub requires_python: Option<String>,
    /// `Provides-Extra`, as spelt.
    pub provides_extra: Vec<String>,
}

impl CoreMetadata {
    /// Reads a file. It must be UTF-8, and `Name` and `Version` must be there and not empty.
    pub fn parse(bytes: &[u8]) -> Result<Self, MetadataError> {
        utf8::text(bytes, "METADATA")?;
        let metadata = Self::parse_lenient(bytes);
        for (field, value) in [("Name", &metadata.name), ("Version", &metadata.version)] {
            if value.is_empty() {
                return Err(MetadataError::MissingField { file: "METADATA", field });
            }
        }
        Ok(metadata)
    }

    /// Reads whatever is there, for what other tools have installed: missing fields stay empty, and what is not UTF-8
    /// is replaced, since pip shows such files too.
    pub fn parse_lenient(bytes: &[u8]) -> Self {
        let (fields, body) = headers(bytes);
        let mut metadata = Self { body, size: bytes.len() as u64, ..Self::default() };
        for (name, value) in &fields {
            let slot = match name.to_ascii_lowercase().as_str() {
                "name" if metadata.name.is_empty() => &mut metadata.name,
                "version" if metadata.version.is_empty() => &mut metadata.version,
                "requires-dist" => {
                    metadata.requires_dist.push(value.trim().to_owned());
                    continue;
                }
                "provides-extra" => {
                    metadata.provides_extra.push(value.clone());
                    continue;
                }
                "requires-python" if metadata.requires_python.is_none() => {
                    metadata.requires_python = Some(value.clone());
                    continue;
                }
                _ => continue,
            };
            value.trim().clone_into(slot);
        }
        metadata.fields = fields;
        metadata
    }

    /// The first value of a header.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.get_all(name).next()
    }

    /// All values of a header, in the order of the file.
    pub fn get_all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.fields.iter().filter(move |(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    /// All headers with their values, in the order of the file.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// `Metadata-Version`, such as `2.4`.
    pub fn metadata_version(&self) -> Option<&str> {
        self.get("Metadata-Version")
    }

    /// The size of the file in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The long description: the body of the file, or the `Description` header of old files. Its lines end in `\n`, as
    /// Python reads them.
    pub fn description(&self) -> Cow<'_, str> {
        if self.body.is_empty() {
            return Cow::Borrowed(self.get("Description").unwrap_or_default());
        }
        let text = String::from_utf8_lossy(&self.body);
        if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text }
    }
}

/// Splits a file of mail headers into fields and the body after the first empty line.
///
/// A line that is neither a header nor the continuation of one ends the headers, as it does for Python's `email`
/// parser. The body, often the far larger part and seldom asked for, is not decoded.
pub(crate) fn headers(bytes: &[u8]) -> (Vec<(String, String)>, Vec<u8>) {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        let (line, after) = rest.split_at(end);
        let after = after.get(1..).unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            return (fields, after.to_vec());
        }
        let line = String::from_utf8_lossy(line);
        if line.starts_with([' ', '\t']) {
            let Some((_, value)) = fields.last_mut() else { break };
            value.push('\n');
            value.push_str(&line);
        } else {
            match line.split_once(':') {
                Some((name, value)) if !name.is_empty() && !name.contains([' ', '\t']) => {
                    fields.push((name.to_owned(), value.trim_start_matches([' ', '\t']).to_owned()));
                }
                _ => break,
            }
        }
        rest = after;
    }
    (fields, rest.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_headers_continuations_and_body() {
        let metadata = CoreMetadata::parse(
            b"Metadata-Version: 2.1\r\nName: Some.Thing\r\nVersion: 1.0\r\nSummary: one\r\n  two\r\n\
              requires-dist: a>=1\r\nRequires-Dist: b; extra == 'x'\r\nProvides-Extra: x\r\n\
              Requires-Python: >=3.8\r\n\r\nLong: text\r\n",
        )
        .unwrap();
        assert_eq!(metadata.name, "Some.Thing");
        assert_eq!(metadata.get("summary"), Some("one\n  two"));
        assert_eq!(metadata.requires_dist, ["a>=1", "b; extra == 'x'"]);
        assert_eq!(metadata.provides_extra, ["x"]);
        assert_eq!(metadata.requires_python.as_deref(), Some(">=3.8"));
        assert_eq!(metadata.description(), "Long: text\n");
        assert_eq!(metadata.metadata_version(), Some("2.1"));
    }

    #[test]
    fn a_long_requirement_may_stand_on_the_next_line() {
        let metadata = CoreMetadata::parse_lenient(b"Requires-Dist:\n a @ file:///long\nRequires-Dist: b\n");
        assert_eq!(metadata.requires_dist, ["a @ file:///long", "b"]);
    }

    #[test]
    fn name_and_version_are_required() {
        assert_eq!(
            CoreMetadata::parse(b"Name: x\n\nVersion: 1\n"),
            Err(MetadataError::MissingField { file: "METADATA", field: "Version" })
        );
        assert_eq!(CoreMetadata::parse_lenient(b"Name: x\n").name, "x");
    }

    #[test]
    fn headers_end_at_a_line_that_is_none() {
        let (fields, body) = headers(b"Name: x\nnot a header\nVersion: 1\n");
        assert_eq!(fields.len(), 1);
        assert_eq!(body, b"not a header\nVersion: 1\n");
        assert_eq!(headers(b" folded first").0.len(), 0);
    }

    #[test]
    fn bytes_that_are_not_utf8_are_replaced() {
        assert_eq!(CoreMetadata::parse_lenient(b"Name: a\xff\n").name, "a\u{fffd}");
    }
}
