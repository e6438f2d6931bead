//! Mail headers, the form of `METADATA` and `WHEEL`.

use std::borrow::Cow;

use memchr::arch::all::memchr::One;

/// Splits a file of mail headers into fields and the body after the first empty line, of which it gives the place.
pub(crate) fn headers(bytes: &[u8]) -> (Vec<(String, String)>, usize) {
    let mut headers = Headers::new(bytes);
    let fields = headers.by_ref().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    (fields, bytes.len() - headers.rest.len())
}

/// The fields of a file of mail headers, one after the other.
///
/// A line that is neither a header nor the continuation of one ends the headers, as it does for Python's `email`
/// parser. The body, often the far larger part and seldom asked for, is not decoded.
pub(crate) struct Headers<'a> {
    /// How much was read.
    read: usize,
    /// What was not read yet; in the end the body.
    rest: &'a [u8],
    /// How much comes before the empty line, once that was read.
    ended_before: Option<usize>,
}

impl<'a> Headers<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        let rest = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        Self { read: bytes.len() - rest.len(), rest, ended_before: None }
    }

    /// How many bytes come before the empty line that ended the headers; nothing if something else ended them.
    pub(crate) fn ended_before(&self) -> Option<usize> {
        self.ended_before
    }

    /// The next line, how many bytes it takes, and what comes after it.
    fn line(&self) -> (&'a [u8], usize, &'a [u8]) {
        // Its faster siblings ask the processor first what it can: in a virtual machine that takes longer than the search.
        let end = One::new(b'\n').find(self.rest).unwrap_or(self.rest.len());
        let (line, after) = self.rest.split_at(end);
        let after = after.get(1..).unwrap_or_default();
        (line.strip_suffix(b"\r").unwrap_or(line), self.rest.len() - after.len(), after)
    }
}

impl<'a> Headers<'a> {
    /// The name and the value of the next field as they stand in the file: most readers want few of them.
    pub(crate) fn next_field(&mut self) -> Option<(&'a [u8], &'a [u8])> {
        let (line, length, after) = self.line();
        if line.is_empty() {
            self.ended_before = (length > 0).then_some(self.read);
            self.rest = after;
            return None;
        }
        let ends_name = |byte: &u8| matches!(byte, b':' | b' ' | b'\t');
        let (name, value) = line.split_at(line.iter().position(ends_name)?);
        let ([_, ..], [b':', value @ ..]) = (name, value) else { return None };
        let blanks = value.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let start = line.len() - value.len() + blanks;
        let (field, at) = (self.rest, self.read);
        let mut end = line.len();
        (self.read, self.rest) = (self.read + length, after);
        while let [b' ' | b'\t', ..] = self.rest {
            let (line, length, after) = self.line();
            end = self.read - at + line.len();
            (self.read, self.rest) = (self.read + length, after);
        }
        Some((name, field.get(start..end).unwrap_or_default()))
    }
}

impl<'a> Iterator for Headers<'a> {
    type Item = (Cow<'a, str>, Cow<'a, str>);

    fn next(&mut self) -> Option<Self::Item> {
        let (name, value) = self.next_field()?;
        Some((text(name), self::value(value)))
    }
}

/// The text of a field's value. One that is folded keeps its line breaks.
pub(crate) fn value(bytes: &[u8]) -> Cow<'_, str> {
    let value = text(bytes);
    if value.contains("\r\n") { Cow::Owned(value.replace("\r\n", "\n")) } else { value }
}

/// Text with what is not UTF-8 replaced; nearly always there is nothing to replace.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

#[cfg(test)]
mod tests {
    use super::{Headers, headers};

    fn fields(bytes: &[u8]) -> Vec<(String, String)> {
        headers(bytes).0
    }

    fn field(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn a_line_that_is_no_header_ends_them() {
        let file = b"Name: x\nnot a header\nVersion: 1\n";
        assert_eq!(fields(file), [field("Name", "x")]);
        assert_eq!(file.get(headers(file).1..), Some(b"not a header\nVersion: 1\n".as_slice()));
        assert_eq!(fields(b" folded first"), []);
        assert_eq!(headers(b"No name: x\n").1, 0);
    }

    #[test]
    fn folded_values_keep_their_line_breaks() {
        let file = b"A:\t one\r\n\ttwo\r\nB:\n\nbody";
        assert_eq!(fields(file), [field("A", "one\n\ttwo"), field("B", "")]);
        assert_eq!(file.get(headers(file).1..), Some(b"body".as_slice()));
    }

    #[test]
    fn the_end_shows_in_an_empty_line_only() {
        let ended_before = |bytes: &[u8]| {
            let mut headers = Headers::new(bytes);
            (headers.by_ref().count(), headers.ended_before())
        };
        assert_eq!(ended_before(b"A: 1\nB: 2\n\nbod"), (2, Some(10)));
        assert_eq!(ended_before(b"A: 1\r\n B: 2\r\n\r\nbod"), (1, Some(13)));
        for cut in [b"A: 1\nB: 2\n".as_slice(), b"A: 1\nB: 2", b"A: 1\nB", b"A: 1\nno header\n\n", b""] {
            assert_eq!(ended_before(cut).1, None, "{cut:?}");
        }
    }

    #[test]
    fn bytes_that_are_not_utf8_are_replaced() {
        assert_eq!(fields(b"N\xff: a\xffb\n \xe2\x82\n"), [field("N\u{fffd}", "a\u{fffd}b\n \u{fffd}")]);
    }
}
