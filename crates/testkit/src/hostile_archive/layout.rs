//! Zip files whose parts are not where they should be.

use super::EVIL;
use crate::{Entry, zip};

/// Bytes of the end of the directory.
const END: usize = 22;

/// Where the end says how many entries there are, how long the directory is and where it begins.
const COUNTS: [usize; 2] = [8, 10];
const LENGTH: usize = 12;
const START: usize = 16;

/// Archives by what is special about them. `make` gives the entries of a sound archive and those added to it, `top` is the
/// folder that everything stands in.
pub fn archives(top: &str, make: &dyn Fn(Vec<Entry>) -> Vec<Entry>) -> Vec<(&'static str, Vec<u8>)> {
    let entries = make(Vec::new());
    let sound = zip(&entries);
    let evil = zip(&[Entry::file(format!("{top}demo.py"), EVIL)]);
    let half = sound.len() / 2;
    vec![
        ("file: empty", Vec::new()),
        ("file: something else", b"<html>404</html>".to_vec()),
        ("file: only an end", zip(&[])),
        ("file: cut in the middle", sound[..half].to_vec()),
        ("file: cut by a byte", sound[..sound.len() - 1].to_vec()),
        ("file: cut before the end", sound[..sound.len() - END].to_vec()),
        ("around: blanks behind", [sound.as_slice(), b"\r\n"].concat()),
        ("around: script before", moved(b"#!/bin/sh\nexit\n", &sound)),
        ("around: script before, not accounted for", [b"#!/bin/sh\nexit\n", sound.as_slice()].concat()),
        ("around: archive before", moved(&evil, &sound)),
        ("around: archive behind", [sound.as_slice(), &evil].concat()),
        ("around: archive behind, in the comment", in_comment(&sound, &evil)),
        ("around: comment", in_comment(&sound, b"a comment")),
        ("between: zeros", between(&sound, &[0; 64])),
        ("between: an entry that is not listed", {
            let listed = zip(&[Entry::file(format!("{top}evil.py"), EVIL)]);
            between(&sound, &listed[..listed.len() / 2])
        }),
        ("end: other count", COUNTS.iter().fold(sound.clone(), |bytes, at| changed_end(bytes, *at, 1))),
        ("end: other disk", changed_end(sound.clone(), 4, 1)),
        ("end: shorter directory", changed_end(sound.clone(), LENGTH, 60)),
        ("end: other start", changed_end(sound.clone(), START, 1)),
        ("end: zip64", with_zip64(&sound, 0)),
        ("end: zip64 with another start", with_zip64(&sound, 46)),
        ("overlap: entry in an entry", nested(&entries, top)),
        ("overlap: entry in the directory", in_directory(&sound)),
    ]
}

/// The archive behind other bytes, with all its offsets made right.
fn moved(before: &[u8], archive: &[u8]) -> Vec<u8> {
    let by = u32::try_from(before.len()).expect("a short beginning");
    let mut bytes = archive.to_vec();
    let end = bytes.len() - END;
    for record in records(archive) {
        add(&mut bytes, record + 42, by);
    }
    add(&mut bytes, end + START, by);
    [before, &bytes].concat()
}

/// The archive with bytes before its directory.
fn between(archive: &[u8], added: &[u8]) -> Vec<u8> {
    let start = number(archive, archive.len() - END + START) as usize;
    let mut bytes = [&archive[..start], added, &archive[start..]].concat();
    let end = bytes.len() - END;
    add(&mut bytes, end + START, u32::try_from(added.len()).expect("little is added"));
    bytes
}

fn in_comment(archive: &[u8], comment: &[u8]) -> Vec<u8> {
    let (rest, _) = archive.split_at(archive.len() - 2);
    let length = u16::try_from(comment.len()).expect("a short comment").to_le_bytes();
    [rest, &length, comment].concat()
}

/// Takes `less` from a number in the end of the directory.
fn changed_end(mut bytes: Vec<u8>, at: usize, less: u8) -> Vec<u8> {
    let at = bytes.len() - END + at;
    bytes[at] = bytes[at].wrapping_sub(less);
    bytes
}

/// Gives the archive an end of the zip64 kind, which counts, and says `off` bytes too much of the start.
fn with_zip64(archive: &[u8], off: u64) -> Vec<u8> {
    let (rest, end) = archive.split_at(archive.len() - END);
    let count = u64::from(u16::from_le_bytes([end[10], end[11]]));
    let mut bytes = rest.to_vec();
    bytes.extend_from_slice(b"PK\x06\x06");
    bytes.extend_from_slice(&44_u64.to_le_bytes());
    bytes.extend_from_slice(&[45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for field in [count, count, u64::from(number(end, LENGTH)), u64::from(number(end, START)) + off] {
        bytes.extend_from_slice(&field.to_le_bytes());
    }
    bytes.extend_from_slice(b"PK\x06\x07\0\0\0\0");
    bytes.extend_from_slice(&(rest.len() as u64).to_le_bytes());
    bytes.extend_from_slice(&1_u32.to_le_bytes());
    // What is all ones stands in the other end.
    bytes.extend_from_slice(b"PK\x05\x06\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0");
    bytes
}

/// The content of a stored file is an archive, and the directory lists its entry as well.
fn nested(entries: &[Entry], top: &str) -> Vec<u8> {
    let name = format!("{top}evil.py");
    let inner = zip(&[Entry::file(&name, EVIL).stored()]);
    let start = number(&inner, inner.len() - END + START) as usize;
    let outer = Entry::file(format!("{top}demo_data/x"), &inner[..start]).stored();
    let listed = Entry::file(&name, EVIL).stored();
    let all = [&[outer], entries, &[listed]].concat();
    let mut bytes = zip(&all);
    let last = *records(&bytes).last().expect("a record");
    let place = u32::try_from(30 + top.len() + "demo_data/x".len()).expect("a short header");
    bytes[last + 42..last + 46].copy_from_slice(&place.to_le_bytes());
    bytes
}

/// The first entry claims the directory as a part of its data.
fn in_directory(archive: &[u8]) -> Vec<u8> {
    let mut bytes = archive.to_vec();
    let last = *records(archive).last().expect("a record");
    let local = number(archive, last + 42) as usize;
    for at in [last + 20, last + 24, local + 18, local + 22] {
        add(&mut bytes, at, 60);
    }
    bytes
}

/// Where the records of the directory are.
fn records(archive: &[u8]) -> Vec<usize> {
    let end = archive.len() - END;
    let mut at = number(archive, end + START) as usize;
    let mut records = Vec::new();
    while at < end {
        records.push(at);
        let short =
            |place: usize| usize::from(u16::from_le_bytes([archive[at + place], archive[at + place + 1]]));
        at += 46 + short(28) + short(30) + short(32);
    }
    records
}

fn number(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn add(bytes: &mut [u8], at: usize, more: u32) {
    let sum = number(bytes, at) + more;
    bytes[at..at + 4].copy_from_slice(&sum.to_le_bytes());
}
