//! `RECORD`: what is written reads back.

use metadata::Record;

/// Takes a `RECORD`.
pub fn check(bytes: &[u8]) {
    let Ok(mut record) = Record::parse(bytes) else { return };
    let text = record.to_text();
    let again = Record::parse(text.as_bytes()).expect("what is written can be read");
    record.rows.sort();
    assert_eq!(record, again);
    assert_eq!(text, again.to_text());
}
