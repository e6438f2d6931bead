//! Rules of Python's `str` that the `packaging` library leans on, and its messages show.

use std::borrow::Cow;
use std::fmt;

use unicode_ident::{is_xid_continue, is_xid_start};

/// Whether Python's `str.isspace`, `str.strip` and `\s` count `character` as white space.
pub(crate) fn is_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\x1c'..='\x1f')
}

/// `text.strip()`.
pub(crate) fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// Shows a text as Python's `repr` does, as pip's messages do.
#[derive(Debug, Clone, Copy)]
pub struct PythonRepr<'a>(pub &'a str);

/// Shows a text as Python's `repr` does.
pub(crate) fn repr(text: &str) -> PythonRepr<'_> {
    PythonRepr(text)
}

impl fmt::Display for PythonRepr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write;
        let quote = if self.0.contains('\'') && !self.0.contains('"') { '"' } else { '\'' };
        f.write_char(quote)?;
        for character in self.0.chars() {
            match character {
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                _ if character == quote => write!(f, "\\{quote}")?,
                _ if is_printable(character) => f.write_char(character)?,
                _ => match u32::from(character) {
                    code @ ..=0xff => write!(f, "\\x{code:02x}")?,
                    code @ ..=0xffff => write!(f, "\\u{code:04x}")?,
                    code => write!(f, "\\U{code:08x}")?,
                },
            }
        }
        f.write_char(quote)
    }
}

/// `str.isprintable`. The standard library knows it only inside `str::escape_debug`, which besides escapes
/// quotes, the backslash and a combining character in the first place.
fn is_printable(character: char) -> bool {
    if matches!(character, ' '..='~') {
        return true;
    }
    let mut text = String::from("a");
    text.push(character);
    text.escape_debug().eq(text.chars())
}

/// Whether a regular expression's `\w` matches `character`: `_`, letters and numbers. Letters are not what the standard
/// library calls alphabetic, which counts many marks, but nearly the characters that can start an identifier.
pub(crate) fn is_word(character: char) -> bool {
    if character.is_ascii() {
        return character == '_' || character.is_ascii_alphanumeric();
    }
    match character {
        // Marks that can start an identifier.
        '\u{1885}' | '\u{1886}' => false,
        // Letters that cannot, because of what they normalise to.
        '\u{37a}'
        | '\u{e33}'
        | '\u{eb3}'
        | '\u{2e2f}'
        | '\u{fc5e}'..='\u{fc63}'
        | '\u{fdfa}'
        | '\u{fdfb}'
        | '\u{fe70}'
        | '\u{fe72}'
        | '\u{fe74}'
        | '\u{fe76}'
        | '\u{fe78}'
        | '\u{fe7a}'
        | '\u{fe7c}'
        | '\u{fe7e}'
        | '\u{ff9e}'
        | '\u{ff9f}' => true,
        _ => character.is_numeric() || character.is_alphabetic() && is_xid_start(character),
    }
}

/// `str.isidentifier`.
pub(crate) fn is_identifier(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|first| first == '_' || is_xid_start(first))
        && characters.all(is_xid_continue)
}

/// `str.lower`.
pub(crate) fn lower(text: &str) -> Cow<'_, str> {
    if !text.is_ascii() {
        Cow::Owned(text.to_lowercase())
    } else if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}
