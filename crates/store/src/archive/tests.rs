use std::io::Write;

use testkit::{Entry as Zipped, zip};

use super::*;
use crate::error::NameFault;

fn read(bytes: &[u8]) -> Result<Archive<'_>, ArchiveError> {
    Archive::read(bytes.into())
}

fn fault(entries: &[Zipped]) -> EntryFault {
    match read(&zip(entries)) {
        Err(ArchiveError::Entry { fault, .. }) => fault,
        other => panic!("expected a refused entry, got {other:?}"),
    }
}

fn content_fault(entry: Zipped) -> EntryFault {
    let bytes = zip(&[entry]);
    let archive = read(&bytes).unwrap();
    // In one piece and streamed: the same is noticed.
    let [fault, streamed] = [Inflater::default(), Inflater::with_limit(1)].map(|mut inflater| match archive
        .bytes_of(&archive.entries[0], &mut inflater)
    {
        Err(ArchiveError::Entry { fault, .. }) => fault,
        other => panic!("expected damaged content, got {other:?}"),
    });
    assert_eq!(fault, streamed);
    fault
}

#[test]
fn reads_stored_deflated_and_empty_files() {
    let long = "text ".repeat(5000);
    let bytes = zip(&[
        Zipped::file("b/long.txt", &long),
        Zipped::directory("b"),
        Zipped::executable("run", "#!/bin/sh").stored(),
        Zipped::file("b/empty", ""),
        Zipped::file("./b//twice/odd.txt", "x"),
        Zipped::directory("."),
        Zipped::file("no-mode", "y").mode(0),
    ]);
    let archive = read(&bytes).unwrap();
    let mut inflater = Inflater::default();
    let read: Vec<_> = archive
        .entries
        .iter()
        .map(|entry| (entry.path.as_str(), entry.executable, archive.bytes_of(entry, &mut inflater).unwrap()))
        .collect();
    assert_eq!(
        read,
        [
            ("no-mode", false, b"y".to_vec()),
            ("run", true, b"#!/bin/sh".to_vec()),
            ("b/empty", false, Vec::new()),
            ("b/long.txt", false, long.into_bytes()),
            ("b/twice/odd.txt", false, b"x".to_vec()),
        ]
    );
    assert_eq!(archive.top_level.iter().collect::<Vec<_>>(), ["b", "no-mode", "run"]);
    assert!(archive.find("b/empty").is_some() && archive.find("b/other").is_none());
}

#[test]
fn refuses_names_that_leave_the_folder() {
    for (name, expected) in [
        ("../evil.py", NameFault::Parent),
        ("a/../../evil.py", NameFault::Parent),
        ("/etc/evil", NameFault::Absolute),
        ("a\\b.py", NameFault::Backslash),
        ("C:evil", NameFault::Drive),
        ("a\0.py", NameFault::Nul),
    ] {
        assert_eq!(fault(&[Zipped::file(name, "x")]), EntryFault::Name(expected), "{name:?}");
        assert_eq!(fault(&[Zipped::directory(name)]), EntryFault::Name(expected), "folder {name:?}");
    }
    assert_eq!(fault(&[Zipped::file([0xff, 0xfe], "x")]), EntryFault::Name(NameFault::NotUtf8));
}

#[test]
fn refuses_what_is_not_a_regular_file() {
    assert_eq!(fault(&[Zipped::symlink("link", "/etc/passwd")]), EntryFault::NotRegular);
    assert_eq!(fault(&[Zipped::device("tty")]), EntryFault::NotRegular);
    assert_eq!(fault(&[Zipped::file("folder", "").mode(0o040_755)]), EntryFault::NotRegular);
}

#[test]
fn refuses_other_methods_and_encryption() {
    assert_eq!(fault(&[Zipped::file("a", "x").method(12)]), EntryFault::Method(12));
    assert_eq!(fault(&[Zipped::file("a", "x").encrypted()]), EntryFault::Encrypted);
}

#[test]
fn refuses_what_can_be_read_in_two_ways() {
    assert_eq!(fault(&[Zipped::file("a", "x").local_name("b")]), EntryFault::HeaderMismatch);
    assert_eq!(fault(&[Zipped::file("a", "x"), Zipped::file("a", "y")]), EntryFault::Duplicate);
    assert_eq!(fault(&[Zipped::file("a", "x"), Zipped::file("./a", "y")]), EntryFault::Duplicate);
    assert_eq!(fault(&[Zipped::file("a", "x"), Zipped::executable("a", "x")]), EntryFault::Duplicate);
    assert_eq!(fault(&[Zipped::file("a", "x"), Zipped::file("a/b", "y")]), EntryFault::FileAndFolder);
    assert_eq!(fault(&[Zipped::file("a", "x"), Zipped::directory("a")]), EntryFault::FileAndFolder);
    assert_eq!(
        fault(&[Zipped::file("a", "x"), Zipped::file("a", "").shares_data_of("a")]),
        EntryFault::Overlap
    );
}

#[test]
fn takes_the_same_file_twice_as_once() {
    let bytes = zip(&[Zipped::file("a", "x"), Zipped::file("b", "z"), Zipped::file("a", "x").stored()]);
    assert_eq!(read(&bytes).unwrap().entries.len(), 2);
}

#[test]
fn notices_damaged_content() {
    let text = "some text that deflate can shorten, some text that deflate can shorten";
    assert_eq!(content_fault(Zipped::file("a", text).wrong_crc()), EntryFault::Checksum);
    assert_eq!(content_fault(Zipped::file("a", text).stored().damaged()), EntryFault::Checksum);
    assert_eq!(content_fault(Zipped::file("a", text).claims_size(10)), EntryFault::Data);
    assert_eq!(content_fault(Zipped::file("a", text).claims_size(100)), EntryFault::Data);
    assert_eq!(content_fault(Zipped::file("a", text).stored().claims_size(10)), EntryFault::Data);
}

#[test]
fn gives_no_memory_to_lies_about_sizes() {
    assert_eq!(fault(&[Zipped::file("a", "short").claims_size(u32::MAX - 1)]), EntryFault::Data);
    assert_eq!(fault(&[Zipped::file("a", "short").stored().claims_size(6)]), EntryFault::Data);
}

#[test]
fn refuses_bombs() {
    // No entry alone claims more than deflate can do; together they claim too much.
    let data = vec![0x55; 40_000];
    let claims = |name: u32| Zipped::file(name.to_string(), &data).stored().method(8).claims_size(41_000_000);
    let entries: Vec<_> = (0..30).map(claims).collect();
    assert!(matches!(read(&zip(&entries)), Err(ArchiveError::TooLarge { .. })));
}

#[test]
fn notices_a_wrong_count_and_cut_or_changed_archives() {
    let bytes = zip(&[Zipped::file("a", "x"), Zipped::file("b/c", "y"), Zipped::directory("d")]);
    let mut miscounted = bytes.clone();
    let end = miscounted.len() - 22;
    miscounted[end + 10] = 9;
    assert!(matches!(read(&miscounted), Err(ArchiveError::EntryCount { announced: 9, found: 3 })));
    for at in 0..bytes.len() {
        assert!(read(&bytes[..at]).is_err(), "cut at {at}");
        for bit in 0..8 {
            // Whatever it says of such an archive, it says it without a panic.
            let mut changed = bytes.clone();
            changed[at] ^= 1 << bit;
            if let Ok(archive) = read(&changed) {
                let mut inflater = Inflater::default();
                archive.entries.iter().for_each(|entry| drop(archive.bytes_of(entry, &mut inflater)));
            }
        }
    }
    assert!(read(b"").is_err());
}

#[test]
fn files_and_streams_give_the_same() {
    let long: Vec<u8> = (0..3_000_000_u32).map(|number| (number / 7 % 251) as u8).collect();
    let bytes = zip(&[Zipped::file("deflated", &long), Zipped::file("stored", &long).stored()]);
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&bytes).unwrap();
    for source in [ArchiveBytes::from(&bytes), ArchiveBytes::from(&file)] {
        let archive = Archive::read(source).unwrap();
        for mut inflater in [Inflater::default(), Inflater::with_limit(1000)] {
            for entry in &archive.entries {
                assert_eq!(archive.bytes_of(entry, &mut inflater).unwrap(), long, "{}", entry.path);
            }
        }
    }
}

#[test]
fn reads_archives_that_were_written_as_a_stream() {
    // Sizes and checksums follow the data; the headers before it have none.
    let mut bytes = Vec::new();
    let mut writer = rawzip::ZipArchiveWriter::new(&mut bytes);
    for name in ["a.txt", "b.txt"] {
        let method = CompressionMethod::DEFLATE;
        let (mut entry, config) = writer.new_file(name).compression_method(method).start().unwrap();
        let encoder = flate2::write::DeflateEncoder::new(&mut entry, flate2::Compression::default());
        let mut content = config.wrap(encoder);
        content.write_all(name.repeat(100).as_bytes()).unwrap();
        let (encoder, descriptor) = content.finish().unwrap();
        encoder.finish().unwrap();
        entry.finish(descriptor).unwrap();
    }
    writer.finish().unwrap();
    let archive = read(&bytes).unwrap();
    let mut inflater = Inflater::default();
    for entry in &archive.entries {
        assert_eq!(archive.bytes_of(entry, &mut inflater).unwrap(), entry.path.repeat(100).as_bytes());
    }
    assert_eq!(archive.entries.len(), 2);
}
