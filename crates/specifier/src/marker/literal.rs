//! Quoted texts of markers, which are Python's string literals.

use std::iter::Peekable;
use std::str::Chars;

/// The value of a literal from what stands between its quotes. None where Python would refuse it.
///
/// Two things differ from Python: names of characters (`\N{...}`) are refused, and half a surrogate pair, which no
/// text can hold here, becomes the replacement character.
pub(super) fn value(body: &str) -> Option<String> {
    if !body.contains(['\\', '\n', '\r', '\0']) {
        return Some(body.to_owned());
    }
    let mut value = String::with_capacity(body.len());
    let mut characters = body.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\n' | '\r' | '\0' => return None,
            '\\' => escape(&mut characters, &mut value)?,
            _ => value.push(character),
        }
    }
    Some(value)
}

/// Reads what follows a backslash.
fn escape(characters: &mut Peekable<Chars<'_>>, value: &mut String) -> Option<()> {
    let plain = match characters.next()? {
        // The backslash joins this line to the next.
        '\n' => return Some(()),
        '\r' => {
            characters.next_if_eq(&'\n');
            return Some(());
        }
        // Names of characters are not known here.
        '\0' | 'N' => return None,
        'a' => '\x07',
        'b' => '\x08',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        'x' => hexadecimal(characters, 2)?,
        'u' => hexadecimal(characters, 4)?,
        'U' => hexadecimal(characters, 8)?,
        other @ ('\\' | '\'' | '"') => other,
        other => {
            if let Some(first) = other.to_digit(8) {
                octal(characters, first)
            } else {
                value.push('\\');
                other
            }
        }
    };
    value.push(plain);
    Some(())
}

fn hexadecimal(characters: &mut Peekable<Chars<'_>>, digits: u32) -> Option<char> {
    let mut code = 0u32;
    for _ in 0..digits {
        code = code << 4 | characters.next()?.to_digit(16)?;
    }
    (code <= u32::from(char::MAX)).then(|| char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
}

fn octal(characters: &mut Peekable<Chars<'_>>, first: u32) -> char {
    let mut code = first;
    for _ in 0..2 {
        match characters.peek().and_then(|next| next.to_digit(8)) {
            Some(digit) => code = code << 3 | digit,
            None => break,
        }
        characters.next();
    }
    char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
}
