//! The HTML form of a page: the attributes of its anchors, as Python's `html.parser` sees them.

use std::borrow::Cow;

use super::builder::{Announcement, Entry, PageBuilder};

/// The text of an HTML page: UTF-8 unless the header names Latin-1, the only other encoding servers use.
///
/// Bytes that are wrong in that encoding become the replacement character: names and links are ASCII.
pub(super) fn decode<'a>(body: &'a [u8], content_type: &str) -> Cow<'a, str> {
    let charset = content_type
        .split(';')
        .skip(1)
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))
        .map(|(_, value)| value.trim().trim_matches(['"', '\'']).to_ascii_lowercase());
    match charset.as_deref() {
        Some("iso-8859-1" | "latin-1" | "latin1" | "windows-1252" | "cp1252") => {
            body.iter().copied().map(char::from).collect()
        }
        _ => String::from_utf8_lossy(body),
    }
}

/// Adds every anchor of the page.
pub(super) fn read(text: &str, builder: &mut PageBuilder) {
    let mut rest = text;
    let mut has_base = false;
    while let Some(open) = memchr::memchr(b'<', rest.as_bytes())
        && !builder.is_full()
    {
        rest = rest.get(open + 1..).unwrap_or_default();
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        // Looked at before the rest of the name, which may be the rest of the page, for each `<` of it.
        if !rest.starts_with(|first: char| first.is_ascii_alphabetic()) {
            continue;
        }
        let (name, after) =
            split_at_byte(rest, |byte| byte.is_ascii_whitespace() || byte == b'>' || byte == b'/');
        let tag = name.to_ascii_lowercase();
        let mut attributes = Attributes { rest: after, at_end: false };
        match tag.as_str() {
            "a" => {
                let entry = entry(&mut attributes);
                // A tag that the end of the page cuts off is none.
                if attributes.at_end {
                    builder.push(&entry);
                }
            }
            "base" if !has_base => {
                if let Some((_, Some(href))) = attributes.find(|(name, _)| name == "href") {
                    builder.set_base(&href);
                    has_base = true;
                }
            }
            _ => {}
        }
        // To the end of the tag, whatever was not read of it.
        attributes.by_ref().for_each(drop);
        rest = attributes.rest;
        if tag == "script" || tag == "style" {
            rest = after_raw_text(rest, &tag);
        }
    }
}

/// The file that an anchor describes.
fn entry<'a>(attributes: &mut Attributes<'a>) -> Entry<'a> {
    let mut entry = Entry::default();
    let (mut core, mut old) = (None, None);
    for (name, value) in attributes {
        // The last of equal attributes counts, as in a Python `dict`.
        match name.as_str() {
            "href" => entry.href = value.unwrap_or_default(),
            "data-requires-python" => entry.requires_python = value.unwrap_or_default(),
            "data-yanked" => entry.yanked = value,
            "data-core-metadata" => core = value,
            "data-dist-info-metadata" => old = value,
            _ => {}
        }
    }
    entry.metadata = match core.or(old) {
        None => Announcement::Absent,
        Some(value) => match value.split_once('=') {
            Some((name, hex)) => {
                Announcement::Digest(Cow::Owned(name.to_owned()), Cow::Owned(hex.to_owned()))
            }
            None => Announcement::Present,
        },
    };
    entry
}

/// The attributes of a tag, from behind its name to its `>`.
struct Attributes<'a> {
    rest: &'a str,
    /// The `>` was passed, and `rest` is what follows it.
    at_end: bool,
}

impl<'a> Iterator for Attributes<'a> {
    /// Name in lower case, decoded value. To pip an attribute without a value says nothing, not even `data-yanked`.
    type Item = (String, Option<Cow<'a, str>>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.at_end {
            return None;
        }
        self.rest = self
            .rest
            .trim_start_matches(|character: char| character.is_ascii_whitespace() || character == '/');
        if let Some(after) = self.rest.strip_prefix('>') {
            self.rest = after;
            self.at_end = true;
            return None;
        }
        // A name may begin with `=`, or there would be no way on.
        let (_, tail) = self.rest.split_at_checked(self.rest.chars().next()?.len_utf8())?;
        let (more, after) =
            split_at_byte(tail, |byte| byte.is_ascii_whitespace() || matches!(byte, b'=' | b'>' | b'/'));
        let name = self.rest.get(..self.rest.len() - tail.len() + more.len())?.to_ascii_lowercase();
        let Some(value) = after.trim_start().strip_prefix('=') else {
            self.rest = after;
            return Some((name, None));
        };
        let value = value.trim_start();
        let (raw, after) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let inside = value.get(1..)?;
                inside.split_once(quote).unwrap_or((inside, ""))
            }
            _ => split_at_byte(value, |byte| byte.is_ascii_whitespace() || byte == b'>'),
        };
        self.rest = after;
        Some((name, Some(unescaped(raw))))
    }
}

/// What follows `</script>` or `</style>`; their inside is no markup.
fn after_raw_text<'a>(text: &'a str, tag: &str) -> &'a str {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("</") {
        rest = after;
        if after.get(..tag.len()).is_some_and(|name| name.eq_ignore_ascii_case(tag)) {
            return after;
        }
    }
    ""
}

/// Cuts before the first byte that fits; the byte must be ASCII.
fn split_at_byte(text: &str, fits: impl Fn(u8) -> bool) -> (&str, &str) {
    let at = text.bytes().position(fits).unwrap_or(text.len());
    text.split_at_checked(at).unwrap_or((text, ""))
}

/// An attribute's value with its character references replaced: all numeric ones, and the named ones that occur in
/// addresses and specifiers. Others stay as they are.
fn unescaped(raw: &str) -> Cow<'_, str> {
    if !raw.contains('&') {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let (character, tail) = reference(after).unwrap_or(('&', after));
        out.push(character);
        rest = tail;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The character that the text behind `&` refers to, and what follows.
fn reference(text: &str) -> Option<(char, &str)> {
    if let Some(number) = text.strip_prefix('#') {
        let (digits, radix) = match number.strip_prefix(['x', 'X']) {
            Some(digits) => (digits, 16),
            None => (number, 10),
        };
        let length = digits.bytes().take_while(|byte| char::from(*byte).is_digit(radix)).count();
        let (digits, tail) = digits.split_at_checked(length)?;
        if digits.is_empty() {
            return None;
        }
        let code = u32::from_str_radix(digits, radix).unwrap_or(u32::MAX);
        let character = char::from_u32(code).filter(|character| *character != '\0').unwrap_or('\u{fffd}');
        return Some((character, tail.strip_prefix(';').unwrap_or(tail)));
    }
    const NAMED: [(&str, char); 6] =
        [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\''), ("nbsp", '\u{a0}')];
    let (name, character) = NAMED.iter().find(|(name, _)| text.starts_with(name))?;
    let tail = text.get(name.len()..)?;
    if let Some(tail) = tail.strip_prefix(';') {
        return Some((*character, tail));
    }
    // Without a semicolon `&lt=1` or `&lt1` in an attribute is a query, not a reference (HTML 13.2.5.73).
    let query = tail.starts_with(|next: char| next == '=' || next.is_ascii_alphanumeric());
    (!query && *name != "apos").then_some((*character, tail))
}
