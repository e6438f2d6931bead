use std::{os::unix::fs::PermissionsExt, thread, time::UNIX_EPOCH};

use specifier::{ProjectName, Version};
use testkit::{Entry, Tree, Wheel, zip};

use super::*;
use crate::Fingerprint;
use crate::error::{NameFault, WheelFault};

fn add(store: &Store, archive: &[u8], project: &str) -> Result<Added, StoreError> {
    let project = ProjectName::new(project).unwrap();
    store.add(archive, Sha256::of(archive), Expected { project: &project, version: None })
}

fn refusal(wheel: Wheel) -> StoreError {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path());
    let error = add(&store, &wheel.build().bytes, "demo").unwrap_err();
    assert!(!folder.path().join("wheels-v1").exists(), "a refused wheel leaves nothing");
    error
}

#[test]
fn what_is_added_is_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path());
    let bytes = Wheel::new("Demo", "1.0")
        .with_module()
        .file("demo/data.txt", "text")
        .entry(Entry::executable("demo/tool", "#!/bin/sh\n"))
        .data("scripts", "run", "#!python\nprint()\n")
        .console_script("demo", "demo:main")
        .build()
        .bytes;
    let sha256 = Sha256::of(&bytes);
    assert!(store.wheel(sha256).is_none());
    assert!(!folder.path().join("wheels-v1").exists(), "looking makes nothing");

    let added = add(&store, &bytes, "demo").unwrap();
    assert_eq!(added.newer_wheel_version, None);
    let wheel = store.wheel(sha256).unwrap();
    assert_eq!((wheel.manifest().name(), wheel.manifest().version()), ("Demo", "1.0"));
    assert_eq!(wheel.content(), added.wheel.content());
    for file in wheel.manifest().files() {
        let path = wheel.content().join(file.path);
        let status = fs::metadata(&path).unwrap();
        assert_eq!(status.permissions().mode() & 0o111 == 0o111, file.executable, "{}", file.path);
        assert_eq!(Fingerprint::of(&fs::read(&path).unwrap()), file.fingerprint, "{}", file.path);
        let modified = status.modified().unwrap().duration_since(UNIX_EPOCH).unwrap();
        assert!(modified.as_nanos() <= wheel.manifest().unpacked_at().cast_unsigned(), "{}", file.path);
    }
    let find = |path: &str| wheel.manifest().files().find(|file| file.path == path).unwrap();
    assert!(find("demo/tool").executable && !find("demo/data.txt").executable);
    assert!(find("demo-1.0.data/scripts/run").python_shebang && !find("demo/tool").python_shebang);
    let tree = Tree::of(wheel.content());
    let written = tree.paths().into_iter().filter(|path| wheel.content().join(path).is_file());
    assert_eq!(written.count(), wheel.manifest().files().len());
}

#[test]
fn two_writers_and_a_crash_do_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path());
    let bytes = Wheel::new("demo", "1.0").build().bytes;
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| add(&store, &bytes, "demo").unwrap());
        }
    });
    assert_eq!(fs::read_dir(store.root().join("tmp")).unwrap().count(), 0);

    // What a crash may leave: the folder of an entry without its manifest.
    let folder = store.folder_of(Sha256::of(&bytes));
    fs::remove_file(folder.join(manifest::FILE)).unwrap();
    fs::write(folder.join(CONTENT).join("demo.py"), "damaged").unwrap();
    assert!(store.wheel(Sha256::of(&bytes)).is_none());
    let wheel = add(&store, &bytes, "demo").unwrap().wheel;
    assert!(wheel.damaged_files().is_empty());
}

#[test]
fn a_damaged_wheel_is_discarded_and_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path());
    let bytes = Wheel::new("demo", "1.0").build().bytes;
    let wheel = add(&store, &bytes, "demo").unwrap().wheel;
    fs::write(wheel.content().join("demo.py"), "edited").unwrap();
    assert_eq!(wheel.damaged_files().len(), 1);
    fs::remove_file(wheel.content().join("demo.py")).unwrap();
    assert_eq!(wheel.damaged_files().len(), 1);

    store.discard(wheel.sha256()).unwrap();
    store.discard(wheel.sha256()).unwrap();
    assert!(store.wheel(wheel.sha256()).is_none());
    assert!(add(&store, &bytes, "demo").unwrap().wheel.damaged_files().is_empty());
}

#[test]
fn addresses_are_remembered_without_their_text() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path());
    let url = "https://user:secret@127.0.0.1/demo-1.0-py3-none-any.whl";
    assert_eq!(store.digest_of_address(url), None);
    store.remember_address(url, Sha256::of(b"old")).unwrap();
    store.remember_address(url, Sha256::of(b"new")).unwrap();
    assert_eq!(store.digest_of_address(url), Some(Sha256::of(b"new")));
    let names = Tree::of(folder.path());
    assert!(names.paths().iter().all(|path| !path.contains("secret")));
    fs::write(store.root.join(place_of_address(url)), "damaged").unwrap();
    assert_eq!(store.digest_of_address(url), None);
}

#[test]
fn says_in_pips_words_what_is_wrong_with_a_wheel() {
    for (wheel, words) in [
        (
            Wheel::new("other", "1"),
            "demo has an invalid wheel, .dist-info directory 'other-1.dist-info' does not start with 'demo'",
        ),
        (
            Wheel::new("demo", "1").without_wheel(),
            "demo has an invalid wheel, could not read 'demo-1.dist-info/WHEEL' file",
        ),
        (
            Wheel::new("demo", "1").without_metadata(),
            "demo has an invalid wheel, could not read 'demo-1.dist-info/METADATA' file",
        ),
        (
            Wheel::new("demo", "1").without_record(),
            "demo has an invalid wheel, could not read 'demo-1.dist-info/RECORD' file",
        ),
        (
            Wheel::new("demo", "1").raw_wheel(b"Tag: py3-none-any\n"),
            "demo has an invalid wheel, WHEEL is missing Wheel-Version",
        ),
        (
            Wheel::new("demo", "1").wheel_version("one"),
            "demo has an invalid wheel, invalid Wheel-Version: 'one'",
        ),
        (
            Wheel::new("demo", "1").wheel_version("2.0"),
            "demo's Wheel-Version (2.0) is not compatible with this version of pip",
        ),
        (
            Wheel::new("demo", "1").file("extra-2.dist-info/METADATA", ""),
            "demo has an invalid wheel, multiple .dist-info directories found: demo-1.dist-info, extra-2.dist-info",
        ),
        (
            Wheel::new("demo-more", "1").dist_info("demo-1.dist-info"),
            "inconsistent name: expected 'demo', but metadata has 'demo-more'",
        ),
    ] {
        let error = refusal(wheel).to_string();
        assert!(error.starts_with(words), "{error}");
    }
    let folder = tempfile::tempdir().unwrap();
    let error = add(&Store::open(folder.path()), &zip(&[Entry::file("a", "")]), "demo").unwrap_err();
    assert!(matches!(error, StoreError::Wheel { fault: WheelFault::NoInfoDirectory, .. }), "{error}");
}

#[test]
fn a_newer_minor_wheel_version_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = Wheel::new("demo", "1").wheel_version("1.9").build().bytes;
    let added = add(&Store::open(folder.path()), &bytes, "demo").unwrap();
    assert_eq!(added.newer_wheel_version.as_deref(), Some("1.9"));
}

#[test]
fn the_version_must_be_the_one_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path());
    let bytes = Wheel::new("demo", "1.0").build().bytes;
    let project = ProjectName::new("demo").unwrap();
    let ask = |version: &str| {
        let version = Version::parse(version).unwrap();
        store.add(&bytes, Sha256::of(&bytes), Expected { project: &project, version: Some(&version) })
    };
    assert!(ask("1.0.0").is_ok());
    let error = ask("2.0").unwrap_err();
    assert_eq!(error.to_string(), "inconsistent version: expected '2.0', but metadata has '1.0'");
}

#[test]
fn hostile_entries_are_refused_before_anything_is_written() {
    let error = refusal(Wheel::new("demo", "1").entry(Entry::file("../../evil.py", "x")));
    let StoreError::Archive(ArchiveError::Entry { path, fault }) = error else { panic!("{error}") };
    assert_eq!((path.as_str(), fault), ("../../evil.py", NameFault::Parent.into()));
}

#[test]
fn a_file_that_turns_out_damaged_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path());
    let wheel = Wheel::new("demo", "1").entry(Entry::file("demo/x.bin", "content").wrong_crc());
    let error = add(&store, &wheel.build().bytes, "demo").unwrap_err();
    assert!(error.to_string().ends_with("bad CRC-32"), "{error}");
    assert_eq!(Tree::of(folder.path()).paths(), ["wheels-v1", "wheels-v1/tmp"]);
}
