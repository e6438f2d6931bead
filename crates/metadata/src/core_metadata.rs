//! `METADATA` and `PKG-INFO`: mail headers followed by the description (core metadata specification).

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use crate::headers::{Headers, headers, value};
use crate::{MetadataError, utf8};

/// The parsed headers of a `METADATA` or `PKG-INFO` file, in the order of the file.
///
/// Header names compare without regard to case, as in mail. Values keep their line breaks where the
/// file folds them.
#[derive(Debug, Clone, Default)]
pub struct CoreMetadata {
    /// The whole file.
    bytes: Arc<[u8]>,
    /// All headers, and where the body begins, once somebody asks: a resolution does not.
    headers: OnceLock<(Vec<(String, String)>, usize)>,
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
        Self::parse_shared(Arc::from(bytes))
    }

    /// The same for content that somebody else holds, too.
    pub fn parse_shared(bytes: Arc<[u8]>) -> Result<Self, MetadataError> {
        utf8::text(&bytes, "METADATA")?;
        let metadata = Self::read(bytes);
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
        Self::read(Arc::from(bytes))
    }

    /// Reads the headers alone, which are the smaller part of the file, from its start: nothing unless they end in it.
    /// Neither description nor size are known then.
    pub fn parse_start(bytes: &[u8]) -> Option<Self> {
        let mut headers = Headers::new(bytes);
        let metadata = Self::of(&mut headers);
        let length = headers.ended_before()?;
        Some(Self { bytes: Arc::from(bytes.get(..length)?), ..metadata })
    }

    /// `Name` and `Version` alone, from the start of a file: nothing unless both are there.
    pub fn name_and_version(bytes: &[u8]) -> Option<(String, String)> {
        let (mut found_name, mut found_version) = (None, None);
        let mut headers = Headers::new(bytes);
        while let Some((name, content)) = headers.next_field() {
            let slot = if name.eq_ignore_ascii_case(b"name") {
                &mut found_name
            } else if name.eq_ignore_ascii_case(b"version") {
                &mut found_version
            } else {
                continue;
            };
            let content = value(content);
            if slot.is_none() && !content.trim().is_empty() {
                *slot = Some(content.trim().to_owned());
                if found_name.is_some() && found_version.is_some() {
                    break;
                }
            }
        }
        found_name.zip(found_version)
    }

    fn read(bytes: Arc<[u8]>) -> Self {
        let metadata = Self::of(&mut Headers::new(&bytes));
        Self { bytes, ..metadata }
    }

    fn of(headers: &mut Headers<'_>) -> Self {
        let mut metadata = Self::default();
        while let Some((name, content)) = headers.next_field() {
            let is = |field: &[u8]| name.eq_ignore_ascii_case(field);
            if is(b"requires-dist") {
                metadata.requires_dist.push(value(content).trim().to_owned());
            } else if is(b"provides-extra") {
                metadata.provides_extra.push(value(content).into_owned());
            } else if is(b"requires-python") {
                metadata.requires_python.get_or_insert_with(|| value(content).into_owned());
            } else if is(b"name") && metadata.name.is_empty() {
                value(content).trim().clone_into(&mut metadata.name);
            } else if is(b"version") && metadata.version.is_empty() {
                value(content).trim().clone_into(&mut metadata.version);
            }
        }
        metadata
    }

    /// The first value of a header.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.get_all(name).next()
    }

    /// All values of a header, in the order of the file.
    pub fn get_all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.fields().filter(move |(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// All headers with their values, in the order of the file.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers().0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// `Metadata-Version`, such as `2.4`.
    pub fn metadata_version(&self) -> Option<&str> {
        self.get("Metadata-Version")
    }

    /// The size of the file in bytes.
    pub fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// The long description: the body of the file, or the `Description` header of old files. Its lines end in `\n`, as
    /// Python reads them.
    pub fn description(&self) -> Cow<'_, str> {
        let body = self.bytes.get(self.headers().1..).unwrap_or_default();
        if body.is_empty() {
            return Cow::Borrowed(self.get("Description").unwrap_or_default());
        }
        let text = String::from_utf8_lossy(body);
        if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text }
    }

    fn headers(&self) -> &(Vec<(String, String)>, usize) {
        self.headers.get_or_init(|| headers(&self.bytes))
    }
}

/// The same file says the same.
impl PartialEq for CoreMetadata {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for CoreMetadata {}

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
    fn bytes_that_are_not_utf8_are_replaced() {
        assert_eq!(CoreMetadata::parse_lenient(b"Name: a\xff\n").name, "a\u{fffd}");
    }
}
