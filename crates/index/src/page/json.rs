//! The JSON form of a page.
//!
//! Pages are large (megabytes) and regular, so a scanner that leaps from quote to quote reads them several times
//! faster than a JSON library. At anything it does not expect it gives up, and `serde_json` reads the page.

use std::borrow::Cow;

use serde_json::Value;

use super::builder::{Announcement, Entry, PageBuilder};
use super::upload_time;

/// Adds the files of a page; the error is the JSON library's description.
pub(super) fn read(body: &[u8], builder: &mut PageBuilder) -> Result<(), String> {
    if let Ok(text) = std::str::from_utf8(body) {
        builder.reserve(body.len());
        if (Scanner { text, at: 0 }).page(builder).is_some() {
            return Ok(());
        }
        builder.forget_files();
    }
    let document: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let document = document.as_object().ok_or("the document is not an object")?;
    for file in document.get("files").and_then(Value::as_array).into_iter().flatten() {
        push_value(file, builder);
    }
    Ok(())
}

/// One file, leniently: a field of an unexpected kind counts as absent.
fn push_value(file: &Value, builder: &mut PageBuilder) {
    let text = |value: &Value| value.as_str().map(|text| Cow::Owned(text.to_owned()));
    let pairs = |value: &Value| -> Vec<_> {
        let pairs = value.as_object().into_iter().flatten();
        pairs.filter_map(|(name, hex)| Some((Cow::Owned(name.clone()), text(hex)?))).collect()
    };
    let metadata = match &file["core-metadata"] {
        Value::Null => &file["dist-info-metadata"],
        announced => announced,
    };
    let entry = Entry {
        href: text(&file["url"]).unwrap_or_default(),
        hashes: pairs(&file["hashes"]),
        requires_python: text(&file["requires-python"]).unwrap_or_default(),
        yanked: match &file["yanked"] {
            Value::String(reason) if reason.is_empty() => None,
            Value::String(reason) => Some(Cow::Borrowed(reason.as_str())),
            Value::Null | Value::Bool(false) => None,
            _ => Some(Cow::Borrowed("")),
        },
        metadata: match metadata {
            Value::Bool(true) => Announcement::Present,
            Value::Object(_) => {
                let mut best = Announcement::Present;
                pairs(metadata).into_iter().for_each(|(name, hex)| best.improve(name, hex));
                best
            }
            _ => Announcement::Absent,
        },
        size: file["size"].as_u64(),
        upload_time: file["upload-time"].as_str().and_then(upload_time::parse),
    };
    builder.push(&entry);
}

/// A position in the text of a page. Every method gives up with `None`, for whatever reason.
struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

/// A value where a file's field has one.
enum Field<'a> {
    Null,
    Bool(bool),
    Text(Cow<'a, str>),
    Digests(Announcement<'a>),
}

impl<'a> Scanner<'a> {
    fn page(&mut self, builder: &mut PageBuilder) -> Option<()> {
        self.expect(b'{')?;
        if !self.took(b'}') {
            loop {
                if self.key()? == "files" {
                    self.files(builder)?;
                } else {
                    self.skip_value()?;
                }
                if !self.another(b'}')? {
                    break;
                }
            }
        }
        self.skip_space();
        (self.at == self.text.len()).then_some(())
    }

    fn files(&mut self, builder: &mut PageBuilder) -> Option<()> {
        self.expect(b'[')?;
        if self.took(b']') {
            return Some(());
        }
        let mut entry = Entry::default();
        loop {
            self.file(&mut entry)?;
            builder.push(&entry);
            if !self.another(b']')? {
                return Some(());
            }
        }
    }

    /// Reads one file into `entry`, whose list of digests is used again.
    fn file(&mut self, entry: &mut Entry<'a>) -> Option<()> {
        let mut hashes = std::mem::take(&mut entry.hashes);
        hashes.clear();
        *entry = Entry { hashes, ..Entry::default() };
        let (mut core, mut old) = (Field::Null, Field::Null);
        self.expect(b'{')?;
        if self.took(b'}') {
            return Some(());
        }
        loop {
            match self.key()? {
                "url" => entry.href = self.text_or_null()?,
                "hashes" => self.digests(|name, hex| entry.hashes.push((name, hex)))?,
                "requires-python" => entry.requires_python = self.text_or_null()?,
                "yanked" => {
                    entry.yanked = match self.field()? {
                        Field::Null | Field::Bool(false) => None,
                        Field::Bool(true) => Some(Cow::Borrowed("")),
                        Field::Text(reason) => Some(reason).filter(|reason| !reason.is_empty()),
                        Field::Digests(_) => return None,
                    }
                }
                "core-metadata" => core = self.field()?,
                "dist-info-metadata" => old = self.field()?,
                "size" => entry.size = self.number_or_null()?,
                "upload-time" => entry.upload_time = upload_time::parse(&self.text_or_null()?),
                _ => self.skip_value()?,
            }
            if !self.another(b'}')? {
                break;
            }
        }
        entry.metadata = match if matches!(core, Field::Null) { old } else { core } {
            Field::Null | Field::Bool(false) => Announcement::Absent,
            Field::Bool(true) => Announcement::Present,
            Field::Digests(announcement) => announcement,
            Field::Text(_) => return None,
        };
        Some(())
    }

    /// A null, a truth, a text, or an object of texts.
    fn field(&mut self) -> Option<Field<'a>> {
        match self.peek()? {
            b'"' => self.string().map(Field::Text),
            b'{' => {
                let mut best = Announcement::Present;
                self.digests(|name, hex| best.improve(name, hex))?;
                Some(Field::Digests(best))
            }
            _ => match self.word() {
                "null" => Some(Field::Null),
                "true" => Some(Field::Bool(true)),
                "false" => Some(Field::Bool(false)),
                _ => None,
            },
        }
    }

    /// An object whose values are texts.
    fn digests(&mut self, mut take: impl FnMut(Cow<'a, str>, Cow<'a, str>)) -> Option<()> {
        self.expect(b'{')?;
        if self.took(b'}') {
            return Some(());
        }
        loop {
            let name = self.key()?;
            self.skip_space();
            take(Cow::Borrowed(name), self.string()?);
            if !self.another(b'}')? {
                return Some(());
            }
        }
    }

    fn text_or_null(&mut self) -> Option<Cow<'a, str>> {
        match self.peek()? {
            b'"' => self.string(),
            _ => (self.word() == "null").then_some(Cow::Borrowed("")),
        }
    }

    #[expect(clippy::option_option, reason = "the outer one is the scanner giving up")]
    fn number_or_null(&mut self) -> Option<Option<u64>> {
        self.skip_space();
        match self.word() {
            "null" => Some(None),
            digits => digits.parse().ok().map(Some),
        }
    }

    /// The key of a member, with its colon. A key with escapes is unusual.
    fn key(&mut self) -> Option<&'a str> {
        self.skip_space();
        let Cow::Borrowed(key) = self.string()? else { return None };
        self.expect(b':')?;
        Some(key)
    }

    /// A text that starts here.
    fn string(&mut self) -> Option<Cow<'a, str>> {
        let bytes = self.text.as_bytes();
        if bytes.get(self.at) != Some(&b'"') {
            return None;
        }
        let start = self.at + 1;
        let end = start + memchr::memchr2(b'"', b'\\', bytes.get(start..)?)?;
        if bytes.get(end) == Some(&b'"') {
            self.at = end + 1;
            return self.text.get(start..end).map(Cow::Borrowed);
        }
        let quote = self.at;
        self.skip_string()?;
        serde_json::from_str(self.text.get(quote..self.at)?).ok().map(Cow::Owned)
    }

    /// Leaps over a text that starts here.
    fn skip_string(&mut self) -> Option<()> {
        let bytes = self.text.as_bytes();
        let mut at = self.at + 1;
        loop {
            at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
            if bytes.get(at) == Some(&b'"') {
                self.at = at + 1;
                return Some(());
            }
            at += 2;
        }
    }

    /// Leaps over any value; its inside is not checked.
    fn skip_value(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => self.skip_string()?,
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                b',' | b':' if depth > 0 => self.at += 1,
                _ => {
                    if self.word().is_empty() {
                        return None;
                    }
                }
            }
            if depth == 0 {
                return Some(());
            }
        }
    }

    /// A number or one of `true`, `false` and `null`.
    fn word(&mut self) -> &'a str {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest
            .bytes()
            .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.')))
            .unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    /// After a member: true for a comma, false for the end.
    fn another(&mut self, end: u8) -> Option<bool> {
        let byte = self.peek()?;
        self.at += 1;
        if byte == b',' { Some(true) } else { (byte == end).then_some(false) }
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.took(byte).then_some(())
    }

    fn took(&mut self, byte: u8) -> bool {
        let here = self.peek() == Some(byte);
        self.at += usize::from(here);
        here
    }

    /// The next byte that is no space. `expect` of a value leaves the scanner right behind it.
    fn peek(&mut self) -> Option<u8> {
        self.skip_space();
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.text.as_bytes().get(self.at) {
            self.at += 1;
        }
    }
}
