//! Names of archive entries: how they are written, and which of them are safe to use.

use std::borrow::Cow;

/// The upper half of code page 437, in which zip names are written unless they are marked as UTF-8.
const CODE_PAGE_437: &str = concat!(
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐",
    "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}",
);

/// Why a name is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameFault {
    /// It begins with a slash.
    #[error("its name is an absolute path")]
    Absolute,
    /// It begins with a drive letter.
    #[error("its name begins with a drive letter")]
    Drive,
    /// It climbs out of a folder.
    #[error("its name leads outside of the folder that it is unpacked to")]
    Parent,
    /// It has a backslash, a separator on some systems only.
    #[error("its name has a backslash")]
    Backslash,
    /// It has a NUL character, where some programs end the name.
    #[error("its name has a NUL character")]
    Nul,
    /// It names no file.
    #[error("its name is empty")]
    Empty,
    /// It is marked as UTF-8 and is not.
    #[error("its name is not UTF-8")]
    NotUtf8,
}

/// The text of a name as Python's `zipfile` reads it.
pub fn decode(name: &[u8], is_utf8: bool) -> Result<Cow<'_, str>, NameFault> {
    match str::from_utf8(name) {
        Ok(text) if is_utf8 || text.is_ascii() => Ok(Cow::Borrowed(text)),
        Err(_) if is_utf8 => Err(NameFault::NotUtf8),
        _ => Ok(Cow::Owned(name.iter().map(|byte| code_page_437(*byte)).collect())),
    }
}

fn code_page_437(byte: u8) -> char {
    match byte.checked_sub(0x80) {
        None => char::from(byte),
        Some(upper) => CODE_PAGE_437.chars().nth(usize::from(upper)).unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

/// The name as a relative path without empty and `.` components, as `os.path.normpath` makes it. Names that mean
/// something else on another system or to another program are refused rather than interpreted.
pub fn normalize(name: &str) -> Result<Cow<'_, str>, NameFault> {
    let bytes = name.as_bytes();
    if bytes.contains(&0) {
        return Err(NameFault::Nul);
    }
    if bytes.contains(&b'\\') {
        return Err(NameFault::Backslash);
    }
    if name.starts_with('/') {
        return Err(NameFault::Absolute);
    }
    if let [letter, b':', ..] = bytes
        && letter.is_ascii_alphabetic()
    {
        return Err(NameFault::Drive);
    }
    let (mut is_normal, mut is_empty) = (true, true);
    for component in name.split('/') {
        match component {
            ".." => return Err(NameFault::Parent),
            "" | "." => is_normal = false,
            _ => is_empty = false,
        }
    }
    match (is_empty, is_normal) {
        (true, _) => Err(NameFault::Empty),
        (false, true) => Ok(Cow::Borrowed(name)),
        (false, false) => {
            let components: Vec<&str> = name.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
            Ok(Cow::Owned(components.join("/")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_stay_inside_are_made_normal() {
        for (name, normal) in [
            ("a", "a"),
            ("a/b.py", "a/b.py"),
            ("./a//b", "a/b"),
            ("a/./b", "a/b"),
            ("..a/b..", "..a/b.."),
            ("ü/…", "ü/…"),
        ] {
            assert_eq!(normalize(name).as_deref(), Ok(normal));
        }
    }

    #[test]
    fn names_that_may_leave_are_refused() {
        for (name, fault) in [
            ("/etc/passwd", NameFault::Absolute),
            ("//host/x", NameFault::Absolute),
            ("../x", NameFault::Parent),
            ("a/../../x", NameFault::Parent),
            ("a/..", NameFault::Parent),
            ("a\\..\\x", NameFault::Backslash),
            ("C:x", NameFault::Drive),
            ("a\0.py", NameFault::Nul),
            ("", NameFault::Empty),
            ("./.", NameFault::Empty),
        ] {
            assert_eq!(normalize(name), Err(fault), "{name:?}");
        }
    }

    #[test]
    fn decodes_like_zipfile() {
        assert_eq!(decode("ü".as_bytes(), true).unwrap(), "ü");
        assert_eq!(decode("ü".as_bytes(), false).unwrap(), "├╝");
        assert_eq!(decode(&[0x81, 0xff, b'a'], false).unwrap(), "ü\u{a0}a");
        assert_eq!(decode(&[0x81], true), Err(NameFault::NotUtf8));
        assert_eq!(CODE_PAGE_437.chars().count(), 128);
    }
}
