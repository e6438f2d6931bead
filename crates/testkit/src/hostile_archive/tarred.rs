//! Source distributions that are tar files.

use std::io::Write as _;

use super::{EVIL, HostileArchive};
use crate::{Sdist, TarEntry, gzip, tar};

/// What a bomb is made of.
const ZEROS: usize = 16 << 20;

/// All of them.
pub fn archives() -> Vec<HostileArchive> {
    let named = |filename| move |(name, bytes)| HostileArchive { name, filename, bytes };
    let gzipped = entries().into_iter().map(|(name, added)| {
        let all = [Sdist::new("demo", "1.0").tree(), added].concat();
        (name, gzip(&tar(&all)))
    });
    let gzipped = gzipped.chain(streams()).map(named("demo-1.0.tar.gz"));
    let sound = tar(&Sdist::new("demo", "1.0").tree());
    let bzipped = [("bzip2: sound", bzip2(&sound)), ("bzip2: cut", half(bzip2(&sound)))];
    let xzipped = [("xz: sound", xz(&sound)), ("xz: cut", half(xz(&sound)))];
    let lzma = [
        ("lzma: sound", lzma(&sound)),
        ("lzma: dictionary of four gigabytes", {
            let mut bytes = lzma(&sound);
            bytes[1..5].copy_from_slice(&u32::MAX.to_le_bytes());
            bytes
        }),
    ];
    gzipped
        .chain(bzipped.into_iter().map(named("demo-1.0.tar.bz2")))
        .chain(xzipped.into_iter().map(named("demo-1.0.tar.xz")))
        .chain(lzma.into_iter().map(named("demo-1.0.tar.lzma")))
        .collect()
}

/// Entries behind those of a sound archive.
fn entries() -> Vec<(&'static str, Vec<TarEntry>)> {
    let evil = |name: &str| vec![TarEntry::file(name, EVIL)];
    let extended = |fields: &[(&str, &[u8])]| {
        vec![TarEntry::extended(fields), TarEntry::file("demo-1.0/harmless.txt", EVIL)]
    };
    vec![
        ("name: parent", evil("../evil.py")),
        ("name: parent inside", evil("demo-1.0/../../evil.py")),
        ("name: absolute", evil("/tmp/evil.py")),
        ("name: long and parent", evil(&format!("demo-1.0/{}/../../../evil.py", "e".repeat(120)))),
        ("name: extended and parent", extended(&[("path", b"../evil.py")])),
        ("name: nul", extended(&[("path", b"demo-1.0/evil\0.py")])),
        ("name: over-long part", evil(&format!("demo-1.0/{}", "e".repeat(300)))),
        ("name: deep", evil(&format!("demo-1.0/{}evil.py", "e/".repeat(300)))),
        (
            "name: not UTF-8",
            vec![
                TarEntry::extended(&[("path", b"demo-1.0/data\xff.txt")]),
                TarEntry::file("demo-1.0/data.txt", "x"),
            ],
        ),
        ("name: case", vec![TarEntry::file("demo-1.0/A", "x"), TarEntry::file("demo-1.0/a", "y")]),
        ("link: absolute", vec![TarEntry::symlink("demo-1.0/link", "/etc/passwd")]),
        ("link: outside", vec![TarEntry::symlink("demo-1.0/link", "../../outside")]),
        (
            "link: outside in two steps",
            vec![
                TarEntry::directory("demo-1.0/a/b"),
                TarEntry::symlink("demo-1.0/a/b/up", "../.."),
                TarEntry::symlink("demo-1.0/link", "a/b/up/../outside"),
            ],
        ),
        (
            "link: in a circle",
            vec![TarEntry::symlink("demo-1.0/a", "b"), TarEntry::symlink("demo-1.0/b", "a")],
        ),
        ("link: inside", vec![TarEntry::symlink("demo-1.0/link", "demo.py")]),
        (
            "link: and a file through it",
            vec![TarEntry::symlink("demo-1.0/link", "sub"), TarEntry::file("demo-1.0/link/evil.py", EVIL)],
        ),
        ("hard link: outside", vec![TarEntry::hardlink("demo-1.0/link", "../../outside")]),
        ("hard link: absolute", vec![TarEntry::hardlink("demo-1.0/link", "/etc/passwd")]),
        (
            "hard link: to a link",
            vec![TarEntry::symlink("demo-1.0/a", "demo.py"), TarEntry::hardlink("demo-1.0/b", "demo-1.0/a")],
        ),
        ("kind: character device", vec![TarEntry::device("demo-1.0/null")]),
        ("kind: block device", vec![TarEntry::device("demo-1.0/disk").kind(b'4')]),
        ("kind: pipe", vec![TarEntry::device("demo-1.0/pipe").kind(b'6')]),
        ("kind: sparse", vec![TarEntry::file("demo-1.0/sparse", EVIL).kind(b'S')]),
        (
            "kind: sparse, extended",
            extended(&[
                ("GNU.sparse.major", b"1"),
                ("GNU.sparse.minor", b"0"),
                ("GNU.sparse.name", b"demo-1.0/demo.py"),
                ("GNU.sparse.realsize", b"99999999999"),
            ]),
        ),
        (
            "twice: the later counts",
            vec![TarEntry::file("demo-1.0/data.txt", "first"), TarEntry::file("demo-1.0/data.txt", "second")],
        ),
        ("twice: file and folder", vec![TarEntry::file("demo-1.0/demo.py/evil.py", EVIL)]),
        ("size: another one in the extended header", {
            // A program that goes by the first size takes what is data for entries.
            let inner = tar(&[TarEntry::file("demo-1.0/demo.py", EVIL)]);
            let size = inner.len().to_string();
            let outer = TarEntry::file("demo-1.0/data.bin", inner).claims_size(0);
            vec![TarEntry::extended(&[("size", size.as_bytes())]), outer]
        }),
        ("size: more than there is", evil_of_size(100_000)),
        ("size: ten gigabytes", evil_of_size(10 << 30)),
        ("size: more than numbers hold", evil_of_size(u64::MAX)),
        ("size: below zero", evil_of_size(1 << 63)),
        ("header: checksum", vec![TarEntry::file("demo-1.0/evil.py", EVIL).wrong_checksum()]),
        ("header: name of ten megabytes", evil(&"e".repeat(10 << 20))),
        ("header: extended, ten megabytes", extended(&[("comment", &vec![b'c'; 10 << 20])])),
    ]
}

fn evil_of_size(size: u64) -> Vec<TarEntry> {
    vec![TarEntry::file("demo-1.0/evil.bin", EVIL).claims_size(size)]
}

/// What can be wrong around the tar file.
fn streams() -> Vec<(&'static str, Vec<u8>)> {
    let tree = Sdist::new("demo", "1.0").tree();
    let (archive, evil) = (tar(&tree), tar(&[TarEntry::file("demo-1.0/demo.py", EVIL)]));
    let sound = gzip(&archive);
    let (left, right) = archive.split_at(1000);
    vec![
        ("file: empty", Vec::new()),
        ("file: something else", b"<html>404</html>".to_vec()),
        ("file: cut in the middle", half(sound.clone())),
        ("file: tar cut in the middle", gzip(&archive[..2000])),
        ("file: tar without an end", gzip(&archive[..archive.len() - 1024])),
        ("file: blanks behind", [sound.as_slice(), b"\0\0"].concat()),
        ("file: in two streams", [gzip(left), gzip(right)].concat()),
        ("file: archive behind the end", gzip(&[archive.as_slice(), &evil].concat())),
        ("bomb: a gigabyte of zeros", {
            let head = tar(&[TarEntry::file("demo-1.0/zeros", "").claims_size(100 * ZEROS as u64)]);
            let zeros = gzip(&vec![0; ZEROS]);
            [gzip(&head[..512]), zeros.repeat(100)].concat()
        }),
        ("bomb: headers without an end", {
            let name = TarEntry::file("././@LongLink", vec![b'e'; ZEROS]).kind(b'L');
            let block = tar(&[name]);
            gzip(&block[..block.len() - 1024]).repeat(10)
        }),
    ]
}

fn half(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(bytes.len() / 2);
    bytes
}

fn bzip2(archive: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(archive).expect("memory takes everything");
    encoder.finish().expect("memory takes everything")
}

fn xz(archive: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::XzOptions::with_preset(1);
    let mut encoder = lzma_rust2::XzWriter::new(Vec::new(), options).expect("a preset");
    encoder.write_all(archive).expect("memory takes everything");
    encoder.finish().expect("memory takes everything")
}

fn lzma(archive: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::LzmaOptions::with_preset(1);
    let size = Some(archive.len() as u64);
    let mut encoder = lzma_rust2::LzmaWriter::new_use_header(Vec::new(), &options, size).expect("a preset");
    encoder.write_all(archive).expect("memory takes everything");
    encoder.finish().expect("memory takes everything")
}
