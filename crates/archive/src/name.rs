//! Names of entries: how they are written.

use std::borrow::Cow;

/// The upper half of code page 437, in which zip names are written unless they are marked as UTF-8.
const CODE_PAGE_437: &str = concat!(
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐",
    "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}",
);

/// The text of a name as Python's `zipfile` reads it; `None` for one that is marked as UTF-8 and is not.
pub fn decode_name(name: &[u8], is_utf8: bool) -> Option<Cow<'_, str>> {
    match str::from_utf8(name) {
        Ok(text) if is_utf8 || text.is_ascii() => Some(Cow::Borrowed(text)),
        Err(_) if is_utf8 => None,
        _ => Some(Cow::Owned(name.iter().map(|byte| code_page_437(*byte)).collect())),
    }
}

fn code_page_437(byte: u8) -> char {
    match byte.checked_sub(0x80) {
        None => char::from(byte),
        Some(upper) => CODE_PAGE_437.chars().nth(usize::from(upper)).unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_like_zipfile() {
        assert_eq!(decode_name("ü".as_bytes(), true).unwrap(), "ü");
        assert_eq!(decode_name("ü".as_bytes(), false).unwrap(), "├╝");
        assert_eq!(decode_name(&[0x81, 0xff, b'a'], false).unwrap(), "ü\u{a0}a");
        assert_eq!(decode_name(&[0x81], true), None);
        assert_eq!(CODE_PAGE_437.chars().count(), 128);
    }
}
