//! Reading requirements and markers, token by token.

use std::borrow::Cow;
use std::fmt;

use crate::python_text::is_word;

/// Where a requirement or a marker breaks the grammar. [`fmt::Display`] shows the text with the place marked, in
/// pip's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    message: Cow<'static, str>,
    source: String,
    /// Where the marked place starts and ends, in characters.
    start: usize,
    end: usize,
}

impl std::error::Error for SyntaxError {}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { message, source, start, end } = self;
        let (before, marked) = (" ".repeat(*start), "~".repeat(end.saturating_sub(*start)));
        write!(f, "{message}\n    {source}\n    {before}{marked}^")
    }
}

/// A place in a text.
pub(crate) struct Cursor<'a> {
    source: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(source: &'a str) -> Self {
        Self { source, at: 0 }
    }

    /// How many bytes were read.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// What was not read yet.
    pub(crate) fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or_default()
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.rest().is_empty()
    }

    /// Reads the next `length` bytes, which end between two characters.
    pub(crate) fn advance(&mut self, length: usize) -> &'a str {
        let text = self.rest().get(..length).unwrap_or_default();
        self.at += text.len();
        text
    }

    pub(crate) fn starts_with(&self, text: &str) -> bool {
        self.rest().starts_with(text)
    }

    /// Reads `text` if it comes next.
    pub(crate) fn take(&mut self, text: &str) -> bool {
        let found = self.starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    /// Reads blanks, the only white space of the grammar, and says whether there were any.
    pub(crate) fn skip_blanks(&mut self) -> bool {
        let rest = self.rest().as_bytes();
        let length = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        self.at += length;
        length > 0
    }

    /// Reads `word` if it comes next as a word of its own.
    pub(crate) fn take_word(&mut self, word: &str) -> bool {
        let found =
            self.starts_with(word) && self.is_boundary(self.at) && self.is_boundary(self.at + word.len());
        if found {
            self.at += word.len();
        }
        found
    }

    /// Reads a name: ASCII letters, digits, `.`, `_` and `-`, from a letter or digit up to the last end of a word.
    pub(crate) fn take_identifier(&mut self) -> Option<&'a str> {
        let length = self.identifier_length()?;
        Some(self.advance(length))
    }

    /// Whether a name comes next.
    pub(crate) fn is_at_identifier(&self) -> bool {
        self.identifier_length().is_some()
    }

    fn identifier_length(&self) -> Option<usize> {
        let bytes = self.rest().as_bytes();
        if !bytes.first()?.is_ascii_alphanumeric() || !self.is_boundary(self.at) {
            return None;
        }
        let belongs = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        let longest = bytes.iter().take_while(belongs).count();
        (1..=longest).rev().find(|&length| self.is_boundary(self.at + length))
    }

    /// Whether a word begins or ends at this byte, as `\b` says.
    fn is_boundary(&self, at: usize) -> bool {
        let bytes = self.source.as_bytes();
        if let (Some(before), Some(after)) =
            (at.checked_sub(1).and_then(|last| bytes.get(last)), bytes.get(at))
            && before.is_ascii()
            && after.is_ascii()
        {
            let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
            return is_word(before) != is_word(after);
        }
        let (Some(before), Some(after)) = (self.source.get(..at), self.source.get(at..)) else {
            return false;
        };
        before.chars().next_back().is_some_and(is_word) != after.chars().next().is_some_and(is_word)
    }

    /// The error that something else was expected here.
    pub(crate) fn error_here(&self, message: impl Into<Cow<'static, str>>) -> SyntaxError {
        self.error(message, self.at, self.at)
    }

    /// An error about the bytes from `start` to `end`.
    pub(crate) fn error(
        &self,
        message: impl Into<Cow<'static, str>>,
        start: usize,
        end: usize,
    ) -> SyntaxError {
        let characters = |bytes| self.source.get(..bytes).unwrap_or(self.source).chars().count();
        SyntaxError {
            message: message.into(),
            source: self.source.to_owned(),
            start: characters(start),
            end: characters(end),
        }
    }
}
