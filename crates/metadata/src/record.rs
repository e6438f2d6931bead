//! `RECORD` (recording installed projects): one CSV row for each installed file.

use crate::MetadataError;

/// The rows of a `RECORD`, in the order of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// One row for each file.
    pub rows: Vec<RecordRow>,
}

/// One installed file. Digest and size are empty for files that change after installing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordRow {
    /// Where it is: relative to the folder that holds the `.dist-info`, with `/`, or absolute.
    pub path: String,
    /// `sha256=` and the digest in URL-safe base64 without padding, or empty.
    pub digest: String,
    /// The size in bytes, as written; possibly empty.
    pub size: String,
}

impl Record {
    /// Reads a `RECORD`. Rows may have fewer than three columns (pip accepts them); empty lines are skipped.
    pub fn parse(bytes: &[u8]) -> Result<Self, MetadataError> {
        // Python takes a byte-order mark for a part of the first path; behind an empty line the reader does so, too.
        let marked = bytes.starts_with("\u{feff}".as_bytes()).then(|| [b"\n", bytes].concat());
        let bytes = marked.as_deref().unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
        let mut rows = Vec::new();
        let mut row = csv::ByteRecord::new();
        loop {
            match reader.read_byte_record(&mut row) {
                Ok(false) => return Ok(Self { rows }),
                Ok(true) => {
                    let column =
                        |at: usize| String::from_utf8_lossy(row.get(at).unwrap_or_default()).into_owned();
                    rows.push(RecordRow { path: column(0), digest: column(1), size: column(2) });
                }
                Err(error) => {
                    let line = error.position().map_or(0, csv::Position::line);
                    return Err(MetadataError::Record { line, reason: error.to_string() });
                }
            }
        }
    }

    /// The file's text as pip writes it: see [`record_text`].
    pub fn to_text(&self) -> String {
        record_text(self.rows.iter().map(|row| [&*row.path, &*row.digest, &*row.size]).collect())
    }
}

/// The text of a `RECORD` as pip writes it: rows (path, digest, size) sorted, lines ended by CR LF, columns quoted where
/// needed.
#[expect(
    clippy::stable_sort_primitive,
    reason = "the rows come as a few sorted runs, which this sort makes use of"
)]
pub fn record_text(mut rows: Vec<[&str; 3]>) -> String {
    rows.sort();
    let length = |row: &[&str; 3]| row.iter().map(|column| column.len() + 1).sum::<usize>() + 1;
    let mut text = String::with_capacity(rows.iter().map(length).sum());
    for [path, digest, size] in rows {
        push_column(&mut text, path);
        text.push(',');
        push_column(&mut text, digest);
        text.push(',');
        push_column(&mut text, size);
        text.push_str("\r\n");
    }
    text
}

/// Quotes a column the way Python's `csv.writer` does by default: only where a reader needs it.
fn push_column(text: &mut String, column: &str) {
    // Without a way out in the middle, many bytes are looked at in one step.
    let is_special = |byte| matches!(byte, b',' | b'"' | b'\r' | b'\n');
    if column.bytes().fold(false, |found, byte| found | is_special(byte)) {
        text.push('"');
        text.push_str(&column.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(column);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(path: &str, digest: &str, size: &str) -> RecordRow {
        RecordRow { path: path.into(), digest: digest.into(), size: size.into() }
    }

    #[test]
    fn round_trip_with_commas_quotes_and_non_ascii() {
        let rows =
            vec![row("a,b.py", "sha256=x", "1"), row("q\"uote.py", "", ""), row("ü.py", "sha256=y", "22")];
        let record = Record { rows };
        assert_eq!(Record::parse(record.to_text().as_bytes()).unwrap(), record);
        assert!(record.to_text().starts_with("\"a,b.py\",sha256=x,1\r\n"));
    }

    #[test]
    fn a_mark_at_the_start_is_part_of_the_path() {
        let record = Record::parse("\u{feff}a.py,,\nb.py,,\n".as_bytes()).unwrap();
        assert_eq!(record.rows, [row("\u{feff}a.py", "", ""), row("b.py", "", "")]);
    }

    #[test]
    fn rows_are_sorted_and_short_rows_accepted() {
        let record = Record::parse(b"b.py,,\na.py\n\n").unwrap();
        assert_eq!(record.rows, [row("b.py", "", ""), row("a.py", "", "")]);
        assert_eq!(record.to_text(), "a.py,,\r\nb.py,,\r\n");
    }
}
