//! `oxipip uninstall`.

mod support;

use support::Place;
use testkit::{Tree, Wheel, assert_same_text};

fn demo() -> testkit::PackageFile {
    Wheel::new("demo", "1.0")
        .file("demo/__init__.py", "def main():\n    pass\n")
        .file("demo/data/words.txt", "one\n")
        .console_script("demo", "demo:main")
        .data("data", "share/demo/poem.txt", "roses\n")
        .build()
}

#[test]
fn everything_that_was_installed_goes() {
    let place = Place::new("other 1.0");
    place.install(&["other"]);
    let before = place.tree();
    place.index.add(demo());
    place.install(&["demo"]);
    let outcome = place.run(&["uninstall", "-y", "demo"]).succeeded();
    assert_same_text(
        &outcome.stdout,
        "Found existing installation: demo 1.0
Uninstalling demo-1.0:
  Successfully uninstalled demo-1.0
",
    );
    assert!(!place.env().join("share/demo").exists());
    // pip leaves the folder above, which other packages share.
    before.assert_same(&place.tree().without("share"));
}

#[test]
fn what_python_and_people_added() {
    let place = Place::new("");
    place.index.add(demo());
    place.install(&["--no-compile", "demo"]);
    // Byte-code that Python wrote later goes with its source; a file of the user's own stays.
    place.python("import demo");
    std::fs::write(place.site().join("demo/notes.txt"), "mine").unwrap();
    place.run(&["uninstall", "-y", "demo"]).succeeded();
    let left: Vec<_> = Tree::of(place.site()).paths().into_iter().map(str::to_owned).collect();
    assert_eq!(left, ["demo", "demo/notes.txt"]);
}

#[test]
fn it_asks_first() {
    let place = Place::new("");
    place.index.add(demo());
    place.install(&["demo"]);
    let before = place.tree();
    let outcome = place.command(&["uninstall", "demo"]).stdin("n\n").run().succeeded();
    let minor = place.sandbox.interpreter().minor_version();
    assert_same_text(
        &outcome.filtered_stdout(),
        &format!(
            "Found existing installation: demo 1.0
Uninstalling demo-1.0:
  Would remove:
    [ROOT]/work/env/bin/demo
    [ROOT]/work/env/lib/python{minor}/site-packages/demo-1.0.dist-info/*
    [ROOT]/work/env/lib/python{minor}/site-packages/demo/*
    [ROOT]/work/env/share/demo/poem.txt
Proceed (Y/n)? "
        ),
    );
    before.assert_same(&place.tree());
    place
        .command(&["uninstall", "demo"])
        .stdin("\n")
        .run()
        .succeeded()
        .says("  Successfully uninstalled demo-1.0\n");
    assert_eq!(place.frozen(), Vec::<String>::new());
}

#[test]
fn a_question_without_an_answer() {
    let place = Place::new("demo 1.0");
    place.install(&["demo"]);
    place.run(&["uninstall", "demo"]).ended_with(2);
    assert_eq!(place.frozen(), ["demo==1.0"]);
}

// covers: uninstall --requirement
#[test]
fn several_by_any_spelling_and_from_a_file() {
    let place = Place::new("One.Name 1.0\ntwo 1.0\nthree 1.0\nfour 1.0");
    place.install(&["one-name", "two", "three", "four"]);
    place.sandbox.write("remove.txt", "two==0.5\nThree\n");
    let outcome = place.run(&["uninstall", "-y", "ONE_name", "-r", "remove.txt", "none"]).succeeded();
    assert_same_text(&outcome.stderr, "WARNING: Skipping none as it is not installed.\n");
    assert_eq!(place.frozen(), ["four==1.0"]);
}

#[test]
fn needed_by_others_or_not() {
    let place = Place::new("demo 1.0 -> lib\nlib 1.0");
    place.install(&["demo"]);
    place.run(&["uninstall", "-y", "lib"]).succeeded();
    place.run(&["check"]).failed().says("demo 1.0 requires lib, which is not installed.\n");
}

#[test]
fn nothing_to_name_is_an_error() {
    let place = Place::new("");
    place
        .run(&["uninstall", "-y"])
        .failed()
        .warns("ERROR: You must give at least one requirement to uninstall (see \"pip help uninstall\")\n");
}

#[test]
fn without_a_record_the_files_are_unknown() {
    let place = Place::new("demo 1.0\nother 1.0");
    place.install(&["demo", "other"]);
    let info = place.site().join("demo-1.0.dist-info");
    std::fs::remove_file(info.join("RECORD")).unwrap();
    let before = place.tree();
    let refused = |hint: &str| {
        let outcome = place.run(&["uninstall", "-y", "demo"]).failed();
        assert_same_text(&outcome.stdout, "Found existing installation: demo 1.0\n");
        assert_same_text(
            &outcome.stderr,
            &format!(
                "error: uninstall-no-record-file

× Cannot uninstall demo 1.0
╰─> The package's contents are unknown: no RECORD file was found for demo.

hint: {hint}
"
            ),
        );
    };
    let recover =
        "You might be able to recover from this via: pip install --ignore-installed --no-deps demo==1.0";
    refused(recover);
    before.assert_same(&place.tree());
    // A name that cannot be read is no name.
    std::fs::write(info.join("INSTALLER"), b"\xc0\xff\xee").unwrap();
    refused(recover);
    std::fs::write(info.join("INSTALLER"), "Others\n").unwrap();
    refused("The package was installed by Others. You should check if it can uninstall the package.");
}

#[test]
fn what_distutils_installed_stays() {
    let place = Place::new("");
    let metadata = "Metadata-Version: 1.1\nName: old\nVersion: 1.0\n";
    std::fs::write(place.site().join("old-1.0.egg-info"), metadata).unwrap();
    let outcome = place.run(&["uninstall", "-y", "old"]).failed();
    assert_same_text(
        &outcome.stderr,
        "error: uninstall-distutils-installed-package

× Cannot uninstall old 1.0
╰─> It is a distutils installed project and thus we cannot accurately determine which files belong to it which would \
         lead to only a partial uninstall.
",
    );
}
