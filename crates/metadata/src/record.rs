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

    /// The file's text as pip writes it: rows sorted, lines ended by CR LF, columns quoted where needed.
    pub fn to_text(&self) -> String {
        let mut rows: Vec<&RecordRow> = self.rows.iter().collect();
        rows.sort_unstable();
        let mut text = String::with_capacity(rows.iter().map(|r| r.path.len() + r.digest.len() + 12).sum());
        for row in rows {
            push_column(&mut text, &row.path);
            text.push(',');
            push_column(&mut text, &row.digest);
            text.push(',');
            push_column(&mut text, &row.size);
            text.push_str("\r\n");
        }
        text
    }
}

/// Quotes a column the way Python's `csv.writer` does by default: only where a reader needs it.
fn push_column(text: &mut String, column: &str) {
    if column.contains([',', '"', '\r', '\n']) {
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
