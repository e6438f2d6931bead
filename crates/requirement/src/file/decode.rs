//! From the bytes of a requirements file to its text.

use encoding_rs::Encoding;

use crate::Parsed;
use crate::error::{RequirementError, RequirementWarning};

/// Decodes a requirements file: a byte-order mark, else the charset its server named, else a
/// `coding:` comment in the first two lines, else UTF-8, else the locale's encoding.
pub(crate) fn decode(
    bytes: &[u8],
    charset: Option<&str>,
    locale: Option<&str>,
    file: &str,
) -> Result<Parsed<String>, RequirementError> {
    let plain = |value: Result<String, RequirementError>| Ok(Parsed { value: value?, warning: None });
    if let Some((rest, encoding)) = byte_order_mark(bytes) {
        return plain(decode_as(rest, encoding, file));
    }
    if let Some(encoding) = charset.or_else(|| declared_encoding(bytes)) {
        return plain(decode_as(bytes, encoding, file));
    }
    let error = match decode_as(bytes, "utf-8", file) {
        Ok(value) => return plain(Ok(value)),
        Err(error) => error,
    };
    match locale {
        Some(encoding) if !is_utf8(encoding) => {
            let value = decode_as(bytes, encoding, file)?;
            let (file, encoding) = (file.to_owned(), encoding.to_owned());
            Ok(Parsed { value, warning: Some(RequirementWarning::LocaleEncoding { file, encoding }) })
        }
        _ => Err(error),
    }
}

fn byte_order_mark(bytes: &[u8]) -> Option<(&[u8], &'static str)> {
    // The order counts: the mark of UTF-32 begins with that of UTF-16.
    const MARKS: [(&[u8], &str); 5] = [
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe\0\0", "utf-32-le"),
        (b"\0\0\xfe\xff", "utf-32-be"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
    ];
    MARKS.iter().find_map(|(mark, encoding)| Some((bytes.strip_prefix(*mark)?, *encoding)))
}

/// The encoding of a comment such as `# -*- coding: latin-1 -*-` in the first two lines.
fn declared_encoding(bytes: &[u8]) -> Option<&str> {
    bytes.split(|byte| *byte == b'\n').take(2).filter(|line| line.starts_with(b"#")).find_map(|line| {
        let mut rest = line;
        while let Some(position) = rest.windows(7).position(|word| matches!(word, b"coding:" | b"coding=")) {
            rest = rest.get(position + 7..)?;
            let name = rest.trim_ascii_start();
            let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
            let end = name.iter().position(|byte| !is_name(byte)).unwrap_or(name.len());
            if let Some(name) = name.get(..end).filter(|name| !name.is_empty()) {
                return std::str::from_utf8(name).ok();
            }
        }
        None
    })
}

fn is_utf8(encoding: &str) -> bool {
    matches!(encoding.to_ascii_lowercase().replace('_', "-").as_str(), "utf-8" | "utf8")
}

fn decode_as(bytes: &[u8], encoding: &str, file: &str) -> Result<String, RequirementError> {
    let name = encoding.to_ascii_lowercase().replace('_', "-");
    let decoded = match name.as_str() {
        "utf-8" | "utf8" => std::str::from_utf8(bytes).ok().map(str::to_owned),
        "utf-8-sig" => {
            std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).ok().map(str::to_owned)
        }
        "ascii" | "us-ascii" => bytes.is_ascii().then(|| String::from_utf8_lossy(bytes).into_owned()),
        "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "l1" => {
            Some(bytes.iter().copied().map(char::from).collect())
        }
        "utf-32" | "utf-32-le" => utf32(bytes, u32::from_le_bytes),
        "utf-32-be" => utf32(bytes, u32::from_be_bytes),
        _ => {
            let label = match name.as_str() {
                "utf-16" | "utf-16-le" => "utf-16le",
                "utf-16-be" => "utf-16be",
                other => other,
            };
            let code_page = label.strip_prefix("cp125").map(|page| format!("windows-125{page}"));
            let Some(encoding) = Encoding::for_label(code_page.as_deref().unwrap_or(label).as_bytes()) else {
                let (file, encoding) = (file.to_owned(), encoding.to_owned());
                return Err(RequirementError::UnknownEncoding { file, encoding });
            };
            encoding
                .decode_without_bom_handling_and_without_replacement(bytes)
                .map(std::borrow::Cow::into_owned)
        }
    };
    decoded.ok_or_else(|| RequirementError::Decode { file: file.to_owned(), encoding: encoding.to_owned() })
}

fn utf32(bytes: &[u8], value: fn([u8; 4]) -> u32) -> Option<String> {
    let (characters, rest) = bytes.as_chunks::<4>();
    if !rest.is_empty() {
        return None;
    }
    characters.iter().map(|character| char::from_u32(value(*character))).collect()
}

#[cfg(test)]
mod tests {
    use super::decode;

    fn text(bytes: &[u8]) -> String {
        decode(bytes, None, None, "r.txt").unwrap().value
    }

    #[test]
    fn obeys_byte_order_marks() {
        assert_eq!(text(b"\xef\xbb\xbf\xc3\xbc"), "ü");
        assert_eq!(text(b"\xff\xfe\xfc\0"), "ü");
        assert_eq!(text(b"\xfe\xff\0\xfc"), "ü");
        assert_eq!(text(b"\xff\xfe\0\0\xfc\0\0\0"), "ü");
        assert_eq!(text(b"\0\0\xfe\xff\0\0\0\xfc"), "ü");
    }

    #[test]
    fn obeys_the_comment_of_the_first_two_lines() {
        assert_eq!(text(b"# -*- coding: latin-1 -*-\n\xfc"), "# -*- coding: latin-1 -*-\nü");
        assert_eq!(text(b"x\n# vim: fileencoding=cp1252\n\x80"), "x\n# vim: fileencoding=cp1252\n€");
        assert!(decode(b"x\ny\n# coding: latin-1\n\xfc", None, None, "r.txt").is_err());
        let error = decode(b"# coding: klingon\n", None, None, "r.txt").unwrap_err();
        assert_eq!(error.to_string(), "unknown encoding: klingon");
    }

    #[test]
    fn falls_back_to_the_locale_with_a_warning() {
        let decoded = decode(b"\xfc", None, Some("ISO-8859-1"), "r.txt").unwrap();
        assert_eq!(decoded.value, "ü");
        assert!(decoded.warning.unwrap().to_string().starts_with("unable to decode data from r.txt"));
        assert!(decode(b"\xfc", None, Some("UTF-8"), "r.txt").is_err());
    }

    #[test]
    fn refuses_broken_text() {
        assert!(decode(b"\xff\xfe\0\0\xff\xff\xff\xff", None, None, "r.txt").is_err());
        assert!(decode(b"\xff\xfe\0\0\x01", None, None, "r.txt").is_err());
    }
}
