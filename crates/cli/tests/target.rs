//! `install --target`: a plain folder of packages.

mod support;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Stdio;
use std::thread;
use std::time::Instant;

use support::Place;
use testkit::{Fault, Index, Tree, Wheel};

const TARGET: &[&str] = &["--target", "packages"];

fn version(version: &str) -> Wheel {
    Wheel::new("demo", version)
        .file(
            "demo/__init__.py",
            format!("__version__ = {version:?}\n\n\ndef main():\n    print(__version__)\n"),
        )
        .file(&format!("demo/only_in_{version}.py").replace('.', "_").replace("_py", ".py"), "")
        .data("data", "share/demo.txt", version)
        .data("headers", "demo.h", version)
        .console_script("demo", "demo:main")
}

fn place() -> Place {
    let index = Index::start();
    index.add(version("1.0").build()).add(version("2.0").build());
    Place::with_index(index, "other 1.0")
}

fn packages(place: &Place) -> PathBuf {
    place.sandbox.work().join("packages")
}

fn install(place: &Place, words: &[&str]) -> testkit::Outcome {
    place.install(&[TARGET, words].concat())
}

fn entries(place: &Place) -> Vec<String> {
    let entries = fs::read_dir(packages(place)).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn packages_become_entries_of_the_folder() {
    let place = place();
    let outcome = install(&place, &["demo==1.0", "other"]);
    outcome.says("Successfully installed demo-1.0 other-1.0\n");
    assert_eq!(
        entries(&place),
        [
            "__pycache__",
            "bin",
            "demo",
            "demo-1.0.dist-info",
            "include",
            "other-1.0.dist-info",
            "other.py",
            "share"
        ]
    );
    // pip writes it while all is still in a folder of its own, and leaves it so.
    let record = fs::read_to_string(packages(&place).join("demo-1.0.dist-info/RECORD")).unwrap();
    assert!(record.starts_with("../../bin/demo,sha256="), "{record}");
    assert!(record.contains("\n../../share/demo.txt,sha256="), "{record}");
    let listed = place.run(&["list", "--path", "packages", "--format", "freeze"]).succeeded();
    assert_eq!(listed.stdout, "demo==1.0\nother==1.0\n");
    let python = place.env().join("bin/python");
    let run = place.sandbox.program(python, ["packages/bin/demo"]).env("PYTHONPATH", "packages").run();
    assert_eq!(run.succeeded().stdout, "1.0\n");
    assert_eq!(place.frozen(), Vec::<String>::new());
}

#[test]
fn what_the_environment_has_does_not_count_and_stays() {
    let place = place();
    place.install(&["demo==1.0"]);
    let before = place.tree();
    install(&place, &["demo==1.0"]).says("Successfully installed demo-1.0\n");
    before.assert_same(&place.tree());
}

#[test]
fn without_upgrade_entries_are_kept_whole() {
    let place = place();
    install(&place, &["demo==1.0"]);
    let kept = |name: &str| fs::read_to_string(packages(&place).join(name)).unwrap();
    let mut outcome = install(&place, &["demo==2.0"]);
    for name in ["bin", "demo", "include", "share"] {
        let path = packages(&place).join(name);
        outcome = outcome.warns(&format!(
            "WARNING: Target directory {} already exists. Specify --upgrade to force replacement.\n",
            path.display()
        ));
    }
    assert!(kept("demo/__init__.py").contains("1.0"));
    assert_eq!(kept("share/demo.txt"), "1.0");
    assert!(packages(&place).join("demo-2.0.dist-info").exists());
}

#[test]
fn with_upgrade_entries_are_replaced_whole_but_never_links() {
    let place = place();
    install(&place, &["demo==1.0"]);
    place.sandbox.write("packages/demo/mine.py", "");
    place.sandbox.write("elsewhere/kept.txt", "");
    fs::remove_dir_all(packages(&place).join("share")).unwrap();
    symlink("../elsewhere", packages(&place).join("share")).unwrap();
    let outcome = install(&place, &["--upgrade", "demo"]);
    outcome.warns(&format!(
        "WARNING: Target directory {} already exists and is a link. pip will not automatically replace links, please \
         remove if replacement is desired.\n",
        packages(&place).join("share").display()
    ));
    assert!(!packages(&place).join("demo/mine.py").exists());
    assert!(!packages(&place).join("demo/only_in_1_0.py").exists());
    assert!(packages(&place).join("demo/only_in_2_0.py").exists());
    assert_eq!(fs::read_dir(place.sandbox.work().join("elsewhere")).unwrap().count(), 1);
}

#[test]
fn a_file_is_no_folder() {
    let place = place();
    place.sandbox.write("packages", "");
    place
        .run(&["install", "--target", "packages", "demo"])
        .failed()
        .warns("ERROR: Target path exists but is not a directory, will not continue.\n");
    place
        .run(&["install", "--target", "new", "--prefix", "other", "demo"])
        .failed()
        .warns("ERROR: Cannot set --home and --prefix together\n");
    assert!(!place.sandbox.work().join("new").exists());
}

#[test]
fn a_failed_install_leaves_the_folder_as_it_was() {
    let place = place();
    install(&place, &["demo==1.0"]);
    let before = Tree::of(packages(&place));
    place.index.misbehave(&place.index.file_path("demo-2.0-py3-none-any.whl"), Fault::Status(404));
    place.run(&["install", "--target", "packages", "-U", "other", "demo"]).failed();
    before.assert_same(&Tree::of(packages(&place)));
}

#[test]
fn killed_at_any_time() {
    let index = Index::start();
    for version in ["1.0", "2.0"] {
        let mut wheel = Wheel::new("demo", version).console_script("demo", "demo:main");
        for number in 0..200 {
            wheel = wheel.file(&format!("demo/part{number}.py"), format!("version = {version:?}\n"));
        }
        index.add(wheel.file("same/__init__.py", version).build());
    }
    let place = Place::with_index(index, "");
    install(&place, &["demo==1.0"]);
    let before = Tree::of(packages(&place));
    let started = Instant::now();
    install(&place, &["-U", "demo==2.0"]);
    let whole = started.elapsed();
    let after = Tree::of(packages(&place));
    let again = || {
        fs::remove_dir_all(packages(&place)).unwrap();
        install(&place, &["demo==1.0"]);
    };
    let steps = 20;
    for step in 0..steps {
        again();
        let command = place.command(&["install", "--target", "packages", "-U", "demo==2.0"]);
        let mut command = command.into_command();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        thread::sleep(whole * step / steps);
        child.kill().unwrap();
        child.wait().unwrap();
        // The next install into the folder puts it right, whatever it is about.
        install(&place, &["other; python_version < '3'"]);
        let now = Tree::of(packages(&place));
        let differs = |other: &Tree| other.paths() != now.paths();
        assert!(!differs(&before) || !differs(&after), "after step {step}: {:?}", before.differences(&now));
    }
}
