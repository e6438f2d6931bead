use std::{fs, io::Write, os::unix::fs::PermissionsExt, time::UNIX_EPOCH};

use ::tar::EntryType;
use tempfile::TempDir;
use testkit::{Entry, TarEntry, Tree as Snapshot, tar as tar_bytes, tar_gz, zip as zip_bytes};

use super::*;

/// Unpacks bytes under a name; the folder that holds `out` comes along.
fn unpack(bytes: &[u8], filename: &str) -> (TempDir, Result<PathBuf, BackendError>) {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("archive");
    fs::write(&archive, bytes).unwrap();
    let root = unpack_source(&archive, filename, &folder.path().join("out"));
    (folder, root)
}

fn refused(bytes: &[u8], filename: &str) -> UnpackFault {
    let (folder, result) = unpack(bytes, filename);
    // Whatever is wrong with it: nothing stands beside the folder.
    let outside: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(outside.iter().all(|name| name == "archive" || name == "out"), "{outside:?}");
    match result {
        Err(BackendError::Unpack(fault)) => fault,
        other => panic!("expected a refused archive, got {other:?}"),
    }
}

fn member_fault(entries: &[TarEntry]) -> String {
    match refused(&tar_bytes(entries), "a.tar") {
        UnpackFault::Member { reason, .. } => reason,
        other => panic!("expected a refused entry, got {other:?}"),
    }
}

fn sample() -> Vec<TarEntry> {
    vec![
        TarEntry::directory("demo-1.0/"),
        TarEntry::file("demo-1.0/setup.py", "print()"),
        TarEntry::executable("demo-1.0/bin/run", "#!/bin/sh"),
        TarEntry::file(&format!("demo-1.0/{}/deep.txt", "long".repeat(40)), "x"),
        TarEntry::directory("demo-1.0/empty"),
    ]
}

fn compressed(bytes: &[u8], compression: Compression) -> Vec<u8> {
    let mut out = Vec::new();
    match compression {
        Compression::None => out.extend_from_slice(bytes),
        Compression::Gzip => {
            let mut encoder = flate2::write::GzEncoder::new(&mut out, flate2::Compression::fast());
            encoder.write_all(bytes).unwrap();
        }
        Compression::Bzip2 => {
            let mut encoder = bzip2::write::BzEncoder::new(&mut out, bzip2::Compression::fast());
            encoder.write_all(bytes).unwrap();
        }
        Compression::Xz => {
            let options = lzma_rust2::XzOptions::with_preset(1);
            let mut encoder = lzma_rust2::XzWriter::new(&mut out, options).unwrap();
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap();
        }
        Compression::Lzma => {
            let options = lzma_rust2::LzmaOptions::with_preset(1);
            let mut encoder =
                lzma_rust2::LzmaWriter::new_use_header(&mut out, &options, Some(bytes.len() as u64)).unwrap();
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap();
        }
    }
    out
}

#[test]
fn unpacks_every_kind_and_strips_the_only_folder() {
    let archive = tar_bytes(&sample());
    let (_plain, root) = unpack(&archive, "demo-1.0.tar");
    let expected = Snapshot::of(root.unwrap());
    for (compression, filename) in [
        (Compression::Gzip, "demo-1.0.tar.gz"),
        (Compression::Gzip, "DEMO-1.0.TGZ"),
        (Compression::Bzip2, "demo-1.0.tar.bz2"),
        (Compression::Bzip2, "demo-1.0.tbz"),
        (Compression::Xz, "demo-1.0.tar.xz"),
        (Compression::Xz, "demo-1.0.txz"),
        (Compression::Lzma, "demo-1.0.tar.lzma"),
        (Compression::Lzma, "demo-1.0.tlz"),
        (Compression::Lzma, "demo-1.0.tar.lz"),
        (Compression::None, "download"),
        (Compression::Gzip, "download"),
        (Compression::Xz, "download"),
    ] {
        let (folder, root) = unpack(&compressed(&archive, compression), filename);
        let root = root.unwrap();
        assert_eq!(root, folder.path().join("out/demo-1.0"), "{filename}");
        assert_eq!(Snapshot::of(&root), expected, "{filename}");
    }

    let bytes = zip_bytes(&[
        Entry::file("demo-1.0/setup.py", "print()"),
        Entry::executable("demo-1.0/bin/run", "#!/bin/sh"),
        Entry::file(format!("demo-1.0/{}/deep.txt", "long".repeat(40)), "x").stored(),
        Entry::directory("demo-1.0/empty"),
    ]);
    for filename in ["demo-1.0.zip", "download"] {
        let (_folder, root) = unpack(&bytes, filename);
        assert_eq!(Snapshot::of(root.unwrap()), expected, "{filename}");
    }
}

#[test]
fn several_things_at_the_top_stay_there() {
    for entries in [
        vec![TarEntry::file("a/x", ""), TarEntry::file("b", "")],
        vec![TarEntry::file("./a/x", ""), TarEntry::file("b", ""), TarEntry::directory("./")],
        vec![TarEntry::file("setup.py", "")],
    ] {
        let (folder, root) = unpack(&tar_gz(&entries), "a.tar.gz");
        assert_eq!(root.unwrap(), folder.path().join("out"));
    }
}

#[test]
fn sets_modes_and_times() {
    let mut builder = ::tar::Builder::new(Vec::new());
    for (name, mode, time) in [("a/old", 0o4755, 1_000_000_000), ("a/new", 0o400, 1_000_000_001)] {
        let mut header = ::tar::Header::new_ustar();
        header.set_mode(mode);
        header.set_mtime(time);
        header.set_size(1);
        builder.append_data(&mut header, name, &b"x"[..]).unwrap();
    }
    let (_folder, root) = unpack(&builder.into_inner().unwrap(), "a.tar");
    let root = root.unwrap();
    let seen = ["old", "new"].map(|name| {
        let metadata = fs::metadata(root.join(name)).unwrap();
        let time = metadata.modified().unwrap().duration_since(UNIX_EPOCH).unwrap();
        (metadata.permissions().mode() & 0o7111, time.as_secs())
    });
    assert_eq!(seen, [(0o111, 1_000_000_000), (0, 1_000_000_001)]);
    fs::write(root.join("new"), "writable, whatever the archive says").unwrap();
}

#[test]
fn reads_the_names_of_extended_headers() {
    let mut builder = ::tar::Builder::new(Vec::new());
    builder
        .append_pax_extensions([("path", "demo/extended name.txt".as_bytes()), ("mtime", b"1.5".as_slice())])
        .unwrap();
    let mut header = ::tar::Header::new_ustar();
    header.set_size(2);
    builder.append_data(&mut header, "demo/other", &b"ok"[..]).unwrap();
    let mut global = ::tar::Header::new_ustar();
    global.set_entry_type(EntryType::XGlobalHeader);
    global.set_size(11);
    builder.append_data(&mut global, "pax_global_header", &b"11 comment=\n"[..11]).unwrap();
    let (_folder, root) = unpack(&builder.into_inner().unwrap(), "demo.tar");
    assert_eq!(fs::read(root.unwrap().join("extended name.txt")).unwrap(), b"ok");
}

#[test]
fn names_may_not_leave_the_tree() {
    for name in ["../evil", "demo/../../evil", "/etc/evil", "demo/../evil", ".."] {
        for entry in [
            TarEntry::file(name, "x"),
            TarEntry::directory(name),
            TarEntry::symlink(name, "x"),
            TarEntry::hardlink(name, "x"),
            TarEntry::hardlink("demo/x", name),
        ] {
            let fault = member_fault(std::slice::from_ref(&entry));
            assert!(
                fault.starts_with("would be extracted to '")
                    && fault.ends_with("', which is outside the destination"),
                "{entry:?}: {fault}"
            );
        }
        let fault = refused(&zip_bytes(&[Entry::file(name, "x")]), "a.zip");
        assert!(matches!(fault, UnpackFault::Outside { .. }), "{fault}");
    }
    let (_folder, root) = unpack(&tar_bytes(&[TarEntry::file("demo/a/../b", "x")]), "a.tar");
    assert!(root.unwrap().join("b").is_file());
    assert_eq!(member_fault(&[TarEntry::file(&"a/".repeat(200), "")]), "is nested too deeply");
}

#[test]
fn links_may_not_leave_the_tree() {
    let outside = |target| format!("would link to '{target}', which is outside the destination");
    for target in
        ["..", "../..", "a/../../..", "../../out/demo/x", "../../../../../../etc/passwd", "../other/x"]
    {
        let entries = [TarEntry::file("demo/x", ""), TarEntry::symlink("demo/link", target)];
        assert_eq!(member_fault(&entries), outside(target));
    }
    let absolute = [TarEntry::symlink("demo/link", "/etc/passwd")];
    assert_eq!(member_fault(&absolute), "is a link to an absolute path");
    // Each of them stays inside, and both together do not.
    let together = [
        TarEntry::file("demo/a/b/x", ""),
        TarEntry::symlink("demo/a/b/up", "../.."),
        TarEntry::symlink("demo/out", "a/b/up/../y"),
    ];
    assert_eq!(member_fault(&together), outside("a/b/up/../y"));
    let circle =
        [TarEntry::file("demo/x", ""), TarEntry::symlink("demo/a", "b"), TarEntry::symlink("demo/b", "a")];
    assert_eq!(member_fault(&circle), "is a link that leads through too many others");
}

#[test]
fn links_inside_of_the_tree_are_made() {
    let (_folder, root) = unpack(
        &tar_gz(&[
            TarEntry::symlink("demo/docs/README", "../README"),
            TarEntry::hardlink("demo/copy", "demo/README"),
            TarEntry::file("demo/README", "read me"),
            TarEntry::symlink("demo/manual", "docs"),
            TarEntry::symlink("demo/dangling", "manual/../no/such"),
        ]),
        "demo.tar.gz",
    );
    let root = root.unwrap();
    assert_eq!(fs::read_to_string(root.join("manual/README")).unwrap(), "read me");
    assert_eq!(fs::read_to_string(root.join("copy")).unwrap(), "read me");
    assert!(root.join("dangling").is_symlink());
}

#[test]
fn nothing_is_written_through_links() {
    let elsewhere = "stands where the archive has something else";
    for entries in [
        // A link to a folder, and then a file in it.
        [TarEntry::symlink("demo/link", "sub"), TarEntry::file("demo/link/x", "")],
        [TarEntry::file("demo/link/x", ""), TarEntry::symlink("demo/link", "sub")],
        // A link to a file, and then the file again.
        [TarEntry::symlink("demo/link", "x"), TarEntry::file("demo/link", "")],
        [TarEntry::symlink("demo/link", "sub"), TarEntry::symlink("demo/link/x", "y")],
        [TarEntry::file("demo/link", ""), TarEntry::file("demo/link/x", "")],
        [TarEntry::directory("demo/link"), TarEntry::file("demo/link", "")],
    ] {
        assert_eq!(member_fault(&entries), elsewhere, "{entries:?}");
    }
    let no_file = "is a link to no file of the archive";
    assert_eq!(member_fault(&[TarEntry::hardlink("demo/a", "demo/b")]), no_file);
    let through = [TarEntry::symlink("demo/b", "c"), TarEntry::hardlink("demo/a", "demo/b")];
    assert_eq!(member_fault(&through), no_file);
}

#[test]
fn the_later_of_two_files_counts() {
    let twice = [TarEntry::executable("demo/x", "long first"), TarEntry::file("demo/x", "second")];
    let (_folder, root) = unpack(&tar_bytes(&twice), "a.tar");
    let path = root.unwrap().join("x");
    assert_eq!(fs::read_to_string(&path).unwrap(), "second");
    assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o111, 0);
}

#[test]
fn devices_are_refused() {
    assert_eq!(member_fault(&[TarEntry::device("demo/tty")]), "is a special file");
    // pip takes links in zip files for files.
    let (_folder, root) = unpack(&zip_bytes(&[Entry::symlink("demo/link", "/etc/passwd")]), "a.zip");
    assert_eq!(fs::read_to_string(root.unwrap().join("link")).unwrap(), "/etc/passwd");
}

#[test]
fn bombs_are_cut_off() {
    let zeros = [TarEntry::file("demo/zeros", vec![0; 8 << 20])];
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("archive");
    fs::write(&archive, tar_gz(&zeros)).unwrap();
    let cut_off = unpack_at_most(1 << 20, &archive, "a.tar.gz", &folder.path().join("out"));
    assert!(
        matches!(cut_off, Err(BackendError::Unpack(UnpackFault::TooLarge { of: "bytes", .. }))),
        "{cut_off:?}"
    );
    assert!(!folder.path().join("out/demo/zeros").exists(), "what says that it is too large is not begun");

    let long_name = tar_bytes(&[TarEntry::file(&"a".repeat(4 << 20), "")]);
    let fault = refused(&long_name, "a.tar");
    assert!(fault.to_string().contains("headers of an entry are too long"), "{fault}");

    let lying = zip_bytes(&[Entry::file("demo/a", "x".repeat(5000)).claims_size(10)]);
    let fault = refused(&lying, "a.zip");
    assert!(matches!(fault, UnpackFault::Damaged { .. }), "{fault}");
    let claiming = zip_bytes(&[Entry::file("demo/a", "x").claims_size(3 << 30)]);
    let fault = refused(&claiming, "a.zip");
    assert!(matches!(fault, UnpackFault::TooLarge { .. }), "{fault}");
}

#[test]
fn damaged_and_unknown_archives_are_errors() {
    let sound = tar_gz(&sample());
    let cut = sound.get(..sound.len() / 2).unwrap();
    for (bytes, filename) in [
        (cut, "a.tar.gz"),
        (b"<html>", "a.tar.gz"),
        (b"<html>", "a.zip"),
        (b"", "a.tar"),
        (b"", "a.zip"),
        (b"BZh9 no", "a.tar.bz2"),
        (b"\xfd7zXZ\0 no", "a.tar.xz"),
        (b"LZIP no", "a.tar.lz"),
        (&[0; 2048], "a.tar"),
    ] {
        let fault = refused(bytes, filename);
        assert!(matches!(fault, UnpackFault::Damaged { .. }), "{filename}: {fault}");
    }
    let wrong = zip_bytes(&[Entry::file("demo/a", "content").wrong_crc()]);
    assert!(matches!(refused(&wrong, "a.zip"), UnpackFault::Damaged { .. }));
    let encrypted = zip_bytes(&[Entry::file("demo/a", "content").encrypted()]);
    assert!(matches!(refused(&encrypted, "a.zip"), UnpackFault::Member { .. }));
    assert!(matches!(refused(b"<html>", "a.html"), UnpackFault::UnknownFormat { .. }));
    assert!(matches!(refused(b"", ""), UnpackFault::UnknownFormat { .. }));
}

#[test]
fn the_folder_must_be_empty() {
    let (folder, root) = unpack(&tar_gz(&sample()), "a.tar.gz");
    root.unwrap();
    let again = unpack_source(&folder.path().join("archive"), "a.tar.gz", &folder.path().join("out"));
    assert!(matches!(again, Err(BackendError::Io { action: "unpack into", .. })));
}

#[test]
fn no_damage_makes_it_panic_or_write_elsewhere() {
    let mut entries = sample();
    entries.push(TarEntry::symlink("demo-1.0/link", "bin/run"));
    entries.push(TarEntry::hardlink("demo-1.0/hard", "demo-1.0/setup.py"));
    let zipped = zip_bytes(&[Entry::file("demo/a", "content"), Entry::file("demo/b", "more").stored()]);
    let archive = tar_bytes(&entries);
    let mut state = 1_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    for (bytes, filename) in [
        (archive.clone(), "a.tar"),
        (compressed(&archive, Compression::Gzip), "a.tar.gz"),
        (compressed(&archive, Compression::Bzip2), "a.tar.bz2"),
        (compressed(&archive, Compression::Xz), "a.tar.xz"),
        (compressed(&archive, Compression::Lzma), "a.tlz"),
        (zipped, "a.zip"),
        (archive, "unknown"),
    ] {
        for _ in 0..60 {
            let mut damaged = bytes.clone();
            for _ in 0..=random(4) {
                let at = random(damaged.len());
                damaged[at] = u8::try_from(random(256)).unwrap();
            }
            damaged.truncate(damaged.len() - random(3) * random(damaged.len()) / 4);
            let (folder, _) = unpack(&damaged, filename);
            assert!(fs::read_dir(folder.path()).unwrap().count() <= 2, "{filename}");
        }
    }
}
