//! Python's own ways with texts and numbers, which pip's messages and values show.

/// `repr()` of a text: in single quotes unless it has some and no double ones.
pub fn repr(text: &str) -> String {
    use std::fmt::Write as _;

    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for character in text.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if character == quote => {
                out.push('\\');
                out.push(character);
            }
            _ if is_printable(character) => out.push(character),
            _ => {
                let code = u32::from(character);
                // Writing to a `String` cannot fail.
                let _ = match code {
                    0..=0xff => write!(out, "\\x{code:02x}"),
                    0x100..=0xffff => write!(out, "\\u{code:04x}"),
                    _ => write!(out, "\\U{code:08x}"),
                };
            }
        }
    }
    out.push(quote);
    out
}

/// `str.isprintable`, for the characters that turn up in configuration files.
fn is_printable(character: char) -> bool {
    !character.is_control()
        && (character == ' ' || !character.is_whitespace())
        && !matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e000}'..='\u{f8ff}')
}

/// `str.isspace` of one character: Python also counts the four ASCII separators.
pub(crate) fn is_space(character: char) -> bool {
    character.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&character)
}

/// `str.strip()`.
pub(crate) fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// `str.split()`.
pub(crate) fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_space).filter(|part| !part.is_empty())
}

/// `int(text, radix)`; what does not fit is cut to the largest or smallest number that does.
fn integer(text: &str, radix: u32) -> Option<i64> {
    let text = strip(text);
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let prefix: &[&str] = match radix {
        16 => &["0x", "0X"],
        8 => &["0o", "0O"],
        2 => &["0b", "0B"],
        _ => &[],
    };
    let unprefixed = prefix.iter().find_map(|prefix| digits.strip_prefix(prefix));
    // One underscore may follow the prefix.
    let digits = unprefixed.map_or(digits, |rest| rest.strip_prefix('_').unwrap_or(rest));
    let digits = without_underscores(digits)?;
    let mut number: i64 = 0;
    for digit in digits.chars() {
        let digit = i64::from(digit.to_digit(radix)?);
        let shifted = number.saturating_mul(i64::from(radix));
        number = if negative { shifted.saturating_sub(digit) } else { shifted.saturating_add(digit) };
    }
    Some(number)
}

/// `int(text)`.
pub(crate) fn decimal(text: &str) -> Option<i64> {
    integer(text, 10)
}

/// An `int` as optparse reads it: `0x` hexadecimal, `0b` binary, a leading zero octal.
pub(crate) fn optparse_integer(text: &str) -> Option<i64> {
    match text.get(..2) {
        Some("0x" | "0X") => integer(text, 16),
        Some("0b" | "0B") => integer(text.get(2..).filter(|rest| !rest.is_empty()).unwrap_or("0"), 2),
        _ if text.starts_with('0') => integer(text, 8),
        _ => integer(text, 10),
    }
}

/// `float(text)`.
pub(crate) fn float(text: &str) -> Option<f64> {
    without_underscores(strip(text))?.parse().ok()
}

/// Numbers may have single underscores between digits; `None` when they are elsewhere, or for no text.
fn without_underscores(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let digit_at = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    let misplaced = text
        .bytes()
        .enumerate()
        .any(|(at, byte)| byte == b'_' && !(digit_at(at.checked_sub(1)) && digit_at(Some(at + 1))));
    (!text.is_empty() && !misplaced).then(|| text.replace('_', ""))
}

/// pip's reading of a truth value.
pub(crate) fn truth(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "y" | "yes" | "t" | "true" | "on" | "1" => Some(true),
        "n" | "no" | "f" | "false" | "off" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_as_python_does() {
        for (text, quoted) in [
            ("abc", "'abc'"),
            ("it's", "\"it's\""),
            ("'\"", "'\\'\"'"),
            ("a\\b\n\t", "'a\\\\b\\n\\t'"),
            ("\u{feff}[global]\n", "'\\ufeff[global]\\n'"),
            ("\u{1}\u{7f}\u{85}", "'\\x01\\x7f\\x85'"),
            ("é", "'é'"),
        ] {
            assert_eq!(repr(text), quoted);
        }
    }

    #[test]
    fn whole_numbers_are_read_as_optparse_does() {
        for (text, number) in [
            ("5", Some(5)),
            (" -5 ", Some(-5)),
            ("0x1F", Some(31)),
            ("0b101", Some(5)),
            ("0b", Some(0)),
            ("010", Some(8)),
            ("0o17", Some(15)),
            ("08", None),
            ("0", Some(0)),
            ("1_000", Some(1000)),
            ("1__0", None),
            ("_1", None),
            ("1.5", None),
            ("", None),
            ("99999999999999999999", Some(i64::MAX)),
        ] {
            assert_eq!(optparse_integer(text), number, "{text}");
        }
    }

    #[test]
    fn floats_are_read_as_python_does() {
        for (text, number) in [
            ("5", Some(5.0)),
            (" .5e1 ", Some(5.0)),
            ("1_0.0", Some(10.0)),
            ("abc", None),
            ("", None),
            ("1_", None),
        ] {
            assert_eq!(float(text), number, "{text}");
        }
        assert!(float("nan").is_some_and(f64::is_nan));
        assert_eq!(float("-inf"), Some(f64::NEG_INFINITY));
    }
}
