use metadata::{EntryPoints, Record, RecordRow};

use super::*;
use crate::{Sha256, tree::Tree};

fn row(path: &str, digest: &str, size: &str) -> RecordRow {
    RecordRow { path: path.into(), digest: digest.into(), size: size.into() }
}

fn sample() -> Vec<u8> {
    let file = |path, text: &str| UnpackedFile {
        path,
        fingerprint: Fingerprint::of(text.as_bytes()),
        executable: false,
        python_shebang: false,
    };
    let files = [
        file("six.py", "s"),
        file("demo/__init__.py", ""),
        file("demo/über/x.py", "x"),
        UnpackedFile {
            executable: true,
            python_shebang: true,
            ..file("demo-1.data/scripts/run", "#!python")
        },
        file("demo-1.dist-info/RECORD", "r"),
    ];
    let tree = Tree::of(files.iter().map(|file| file.path));
    let truthful = format!("sha256={}", Sha256::of(b"s").to_base64());
    let record = Record {
        rows: vec![
            row("six.py", &truthful, "1"),
            row("./demo//__init__.py", "sha256=wrong", "7"),
            row("gone.py", "md5=1", ""),
            row("demo-1.dist-info/RECORD", "", ""),
        ],
    };
    let entry_points = EntryPoints::parse(
        "[console_scripts]\na = demo:main\nb = demo\na = demo.x:other [fast]\nc = demo:\n[gui_scripts]\nw=six:y\n",
    );
    let contents = Contents {
        name: "Demo",
        version: "1",
        info_directory: "demo-1.dist-info",
        root_is_purelib: true,
        tags: &["py2-none-any".to_owned(), "py3-none-any".to_owned()],
        record: &record,
        entry_points: &entry_points,
        tree: &tree,
        files: &files,
        unpacked_at: 1_700_000_000_123_456_789,
    };
    contents.encode().unwrap()
}

#[test]
fn gives_back_what_was_written() {
    let manifest = Manifest::decode(&sample()).unwrap();
    assert_eq!((manifest.name(), manifest.version()), ("Demo", "1"));
    assert_eq!(manifest.info_directory(), "demo-1.dist-info");
    assert!(manifest.root_is_purelib());
    assert_eq!(manifest.tags().collect::<Vec<_>>(), ["py2-none-any", "py3-none-any"]);
    assert_eq!(manifest.import_names().collect::<Vec<_>>(), ["demo", "six"]);
    assert_eq!(manifest.unpacked_at(), 1_700_000_000_123_456_789);
    assert_eq!(manifest.total_size(), 11);
}

#[test]
fn files_and_directories_refer_to_each_other() {
    let manifest = Manifest::decode(&sample()).unwrap();
    let directories: Vec<_> = manifest.directories().map(|d| (d.path, d.name, d.parent)).collect();
    assert_eq!(
        directories,
        [
            ("", "", None),
            ("demo", "demo", Some(0)),
            ("demo/über", "über", Some(1)),
            ("demo-1.data", "demo-1.data", Some(0)),
            ("demo-1.data/scripts", "scripts", Some(3)),
            ("demo-1.dist-info", "demo-1.dist-info", Some(0)),
        ]
    );
    for directory in manifest.directories() {
        assert_eq!(manifest.directory(directory.index), Some(directory.clone()));
        for index in directory.files {
            assert_eq!(manifest.file(index).unwrap().directory, directory.index);
        }
    }
    let six = manifest.file(0).unwrap();
    assert_eq!((six.path, six.name, six.fingerprint), ("six.py", "six.py", Fingerprint::of(b"s")));
    let script = manifest.files().find(|file| file.executable).unwrap();
    assert_eq!((script.name, script.python_shebang, script.fingerprint.size), ("run", true, 8));
    assert_eq!(manifest.file(2).unwrap().name, "x.py");
    assert_eq!((manifest.file(5), manifest.directory(6)), (None, None));
}

#[test]
fn record_rows_keep_their_text() {
    let manifest = Manifest::decode(&sample()).unwrap();
    let digest = format!("sha256={}", Sha256::of(b"s").to_base64());
    let rows: Vec<_> = manifest.record().map(|row| (row.path, row.digest, row.size, row.file)).collect();
    assert_eq!(
        rows,
        [
            ("six.py", digest.as_str(), "1", Some(0)),
            ("demo/__init__.py", "sha256=wrong", "7", Some(1)),
            ("gone.py", "md5=1", "", None),
            ("demo-1.dist-info/RECORD", "", "", Some(4)),
        ]
    );
}

#[test]
fn of_scripts_with_one_name_the_last_counts() {
    let manifest = Manifest::decode(&sample()).unwrap();
    let scripts: Vec<_> =
        manifest.console_scripts().map(|s| (s.name, s.value, s.module, s.attribute)).collect();
    assert_eq!(
        scripts,
        [
            ("a", "demo.x:other [fast]", "demo.x", Some("other")),
            ("b", "demo", "demo", None),
            ("c", "demo:", "demo", Some("")),
        ]
    );
    assert_eq!(manifest.gui_scripts().map(|s| s.name).collect::<Vec<_>>(), ["w"]);
}

#[test]
fn damage_reads_as_missing() {
    let bytes = sample();
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        assert!(Manifest::decode(&damaged).is_none(), "byte {at}");
    }
    assert!(Manifest::decode(&[]).is_none());
}

#[test]
fn a_sound_checksum_over_nonsense_does_no_harm() {
    let bytes = sample();
    for at in (16..16 + 4 * HEAD + 4 * 80).step_by(4) {
        for value in [u32::MAX, u32::MAX / 2, 1 << 20, 97] {
            let mut nonsense = bytes.clone();
            nonsense[at..at + 4].copy_from_slice(&value.to_le_bytes());
            let checksum = libdeflater::crc32(&nonsense[12..]);
            nonsense[8..12].copy_from_slice(&checksum.to_le_bytes());
            if let Some(manifest) = Manifest::decode(&nonsense) {
                let parts = manifest.files().map(|file| file.name.len()).sum::<usize>()
                    + manifest.record().map(|row| row.size.len()).sum::<usize>()
                    + manifest.console_scripts().map(|script| script.value.len()).sum::<usize>();
                assert!(parts > 0 || manifest.files().len() == 0);
            }
        }
    }
}
