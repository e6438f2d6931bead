//! Text that must be UTF-8, refused in Python's words.

use crate::MetadataError;

/// The text of a file of this name.
pub(crate) fn text<'a>(bytes: &'a [u8], file: &'static str) -> Result<&'a str, MetadataError> {
    std::str::from_utf8(bytes).map_err(|error| {
        let start = error.valid_up_to();
        let reason = match (error.error_len(), bytes.get(start)) {
            (None, _) => "unexpected end of data",
            (Some(_), Some(0x80..=0xc1 | 0xf5..)) => "invalid start byte",
            (Some(_), _) => "invalid continuation byte",
        };
        let end = error.error_len().map_or(bytes.len(), |length| start + length);
        let place = match bytes.get(start..end) {
            Some([byte]) => format!("byte {byte:#04x} in position {start}"),
            _ => format!("bytes in position {start}-{}", end - 1),
        };
        MetadataError::Encoding { file, problem: format!("'utf-8' codec can't decode {place}: {reason}") }
    })
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn pythons_words() {
        // bytes.decode() of Python 3.13
        for (bytes, problem) in [
            (b"\xff".as_slice(), "byte 0xff in position 0: invalid start byte"),
            (b"ab\x80", "byte 0x80 in position 2: invalid start byte"),
            (b"a\xc3b", "byte 0xc3 in position 1: invalid continuation byte"),
            (b"a\xe2\x82b", "bytes in position 1-2: invalid continuation byte"),
            (b"a\xe2\x82", "bytes in position 1-2: unexpected end of data"),
            (b"a\xc3", "byte 0xc3 in position 1: unexpected end of data"),
        ] {
            let error = text(bytes, "METADATA").unwrap_err();
            assert_eq!(error.to_string(), format!("'utf-8' codec can't decode {problem} in METADATA file"));
        }
        assert_eq!(text("ä".as_bytes(), "METADATA"), Ok("ä"));
    }
}
