//! `oxipip download`.

mod support;

use std::fs;
use std::path::Path;

use support::{FOR_OTHERS, Place};
use testkit::{Fault, Sdist, Wheel};

fn asked_for_files(place: &Place) -> Vec<String> {
    place.index.requested_paths().into_iter().filter(|path| path.starts_with("/files/")).collect()
}

#[test]
fn what_is_saved_already_is_not_fetched_again() {
    let place = Place::new("demo 1.0");
    place.index.add(Sdist::new("source", "1.0").build());
    let words = ["download", "-d", "saved", "--no-build-isolation", "--no-cache-dir", "demo", "source"];
    place.run(&words).succeeded().says("Saved ./saved/source-1.0.tar.gz\n");
    place.index.forget_requests();
    let mut outcome = place.run(&words).succeeded();
    assert_eq!(asked_for_files(&place), ["/files/demo-1.0-py3-none-any.whl.metadata"]);
    for name in ["demo-1.0-py3-none-any.whl", "source-1.0.tar.gz"] {
        let path = place.sandbox.work().join("saved").join(name);
        outcome = outcome.says(&format!("  File was already downloaded {}\n", path.display()));
    }
}

/// A wheel that was saved stands for the one at an address, as far as its digest is the one that is asked for.
#[test]
fn a_digest_decides_between_what_is_saved_and_what_is_there() {
    let place = Place::new("");
    let (old, new) =
        (Wheel::new("demo", "1.0").file("demo/old", "").build(), Wheel::new("demo", "1.0").build());
    let saved = place.sandbox.work().join("saved/demo-1.0-py3-none-any.whl");
    place.sandbox.write("saved/demo-1.0-py3-none-any.whl", &old.bytes);
    place.sandbox.write("there/demo-1.0-py3-none-any.whl", &new.bytes);
    let url = format!("file://{}/demo-1.0-py3-none-any.whl", place.sandbox.work().join("there").display());
    let download = |digest: &str| {
        let link = format!("{url}#sha256={digest}");
        place.run(&["download", "-d", "saved", "--no-index", &link]).succeeded()
    };
    download(&old.sha256()).says("  File was already downloaded ");
    assert_eq!(fs::read(&saved).unwrap(), old.bytes);
    download(&new.sha256()).warns(&format!(
        "WARNING: Previously-downloaded file {} has bad hash. Re-downloading.\n",
        saved.display()
    ));
    assert_eq!(fs::read(&saved).unwrap(), new.bytes);
}

#[test]
fn of_several_failures_the_first_is_told() {
    let place = Place::new("first 1.0 -> second\nsecond 1.0");
    for name in ["first", "second"] {
        place.index.misbehave(&format!("/files/{name}-1.0-py3-none-any.whl"), Fault::Status(404));
    }
    for _ in 0..5 {
        let outcome = place.run(&["download", "--no-cache-dir", "first"]).failed();
        let told = outcome.stderr.lines().last().unwrap_or_default();
        assert!(told.ends_with("/files/first-1.0-py3-none-any.whl"), "{}", outcome.report());
    }
}

/// The names of the files in a folder.
fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

// covers: download --dest
#[test]
fn into_a_folder_or_here() {
    let place = Place::new("demo 1.0 -> lib\nlib 1.0");
    let wheels = ["demo-1.0-py3-none-any.whl", "lib-1.0-py3-none-any.whl"];
    for (number, option) in
        ["-d", "--dest", "--destination-dir", "--destination-directory"].iter().enumerate()
    {
        let folder = format!("out/{number}");
        place
            .run(&["download", option, &folder, "demo"])
            .succeeded()
            .says(&format!("Saved ./{folder}/{}\n", wheels[0]))
            .says("Successfully downloaded demo lib\n");
        assert_eq!(files(&place.sandbox.work().join(folder)), wheels);
    }
    place.run(&["download", "demo"]).succeeded();
    assert!(place.sandbox.work().join(wheels[0]).exists());
    assert_eq!(place.frozen(), [""; 0]);
}

// covers: download --platform --python-version --implementation --abi
#[test]
fn for_another_interpreter() {
    let place = Place::new(FOR_OTHERS);
    let saved = |options: &[&str]| {
        let out = place.sandbox.work().join("out");
        let _ = fs::remove_dir_all(&out);
        let words = [&["download", "-d", "out", "--only-binary=:all:", "demo"], options].concat();
        place.run(&words).succeeded();
        let names = files(&out).concat();
        names.split('-').nth(1).unwrap_or_default().to_owned()
    };
    assert_eq!(saved(&[]), "1.0");
    let windows = ["--platform", "win32", "--python-version", "3.7"];
    assert_eq!(saved(&windows), "2.0");
    assert_eq!(saved(&[&windows[..], &["--abi", "cp37d"]].concat()), "5.0");
    let pypy = ["--platform", "win32", "--python-version", "3.9", "--abi", "pypy39_pp73"];
    assert_eq!(saved(&pypy), "1.0");
    assert_eq!(saved(&[&pypy[..], &["--implementation", "pp"]].concat()), "3.0");
    assert_eq!(saved(&["--platform", "macosx_12_0_arm64", "--python-version", "310"]), "4.0");
}
