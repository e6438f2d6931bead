//! `install --prefix` and `--root`: the scheme's folders somewhere else.

mod support;

use std::fs;

use support::Place;
use testkit::{Index, Tree, Wheel};

fn place() -> Place {
    let index = Index::start();
    for version in ["1.0", "2.0"] {
        let wheel = Wheel::new("demo", version)
            .file("demo.py", format!("def main():\n    print({version:?})\n"))
            .data("data", "share/demo.txt", version)
            .console_script("demo", "demo:main");
        index.add(wheel.build());
    }
    Place::with_index(index, "")
}

fn library(place: &Place) -> String {
    format!("lib/python{}/site-packages", place.sandbox.interpreter().minor_version())
}

// covers: install --prefix
#[test]
fn a_prefix_has_the_folders_of_an_environment() {
    let place = place();
    let outcome =
        place.install(&["--prefix", "elsewhere", "demo==1.0"]).says("Successfully installed demo-1.0\n");
    assert_eq!(outcome.stderr, "");
    let prefix = place.sandbox.work().join("elsewhere");
    let library = library(&place);
    assert!(prefix.join(&library).join("demo-1.0.dist-info/RECORD").exists());
    assert_eq!(fs::read_to_string(prefix.join("share/demo.txt")).unwrap(), "1.0");
    let script = fs::read_to_string(prefix.join("bin/demo")).unwrap();
    assert!(script.starts_with(&format!("#!{}/bin/python", place.env().display())), "{script}");
    assert!(!prefix.join(&library).join(".oxipip-transaction").exists());
    assert_eq!(place.frozen(), Vec::<String>::new());
    let path = format!("elsewhere/{library}");
    let seen = place.command(&["freeze"]).env("PYTHONPATH", &path).run().succeeded();
    assert_eq!(seen.stdout, "demo==1.0\n");
}

// covers: install --ignore-installed
#[test]
fn what_is_installed_counts_and_is_replaced_from_the_environment() {
    let place = place();
    place.install(&["demo==1.0"]);
    place.install(&["--prefix", "elsewhere", "demo"]).says("Requirement already satisfied: demo in ");
    assert!(!place.sandbox.work().join("elsewhere").exists());
    // As with pip, where an older version gives way although the newer one goes elsewhere.
    place.install(&["--prefix", "elsewhere", "demo==2.0"]).says("Successfully uninstalled demo-1.0\n");
    assert_eq!(place.frozen(), Vec::<String>::new());
    place.install(&["demo==1.0"]);
    place.install(&["-I", "--prefix", "elsewhere", "demo==2.0"]);
    assert_eq!(place.frozen(), ["demo==1.0"]);
}

// covers: install --root
#[test]
fn a_root_stands_before_every_path() {
    let place = place();
    place.install(&["--root", "image", "--no-warn-script-location", "demo==1.0"]);
    let root = place.sandbox.work().join("image");
    let env = root.join(place.env().strip_prefix("/").unwrap());
    assert!(env.join(library(&place)).join("demo-1.0.dist-info").exists());
    assert!(env.join("bin/demo").exists());
    // Scripts know nothing of the root.
    let script = fs::read_to_string(env.join("bin/demo")).unwrap();
    assert!(script.starts_with(&format!("#!{}/bin/python", place.env().display())), "{script}");
    assert_eq!(place.frozen(), Vec::<String>::new());

    place.install(&["--root", "image", "--prefix", "/usr", "demo==1.0"]);
    assert!(root.join("usr/bin/demo").exists());
    place.install(&["--root", "image", "--prefix", "relative", "demo==1.0"]);
    assert!(root.join("relative/bin/demo").exists());
    // pip loses the packages here: they end up below the root of its own temporary folder.
    place.install(&["--root", "image", "--target", "/packages", "demo==1.0"]);
    assert!(root.join("packages/demo.py").exists());
}

#[test]
fn a_dry_run_makes_no_folder() {
    let place = place();
    let before = Tree::of(place.sandbox.work());
    for option in ["--prefix", "--root", "--target"] {
        place.install(&["--dry-run", option, "elsewhere", "demo"]).says("Would install demo-2.0\n");
    }
    before.assert_same(&Tree::of(place.sandbox.work()));
}
