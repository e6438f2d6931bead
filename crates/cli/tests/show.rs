//! `oxipip show`.

mod support;

use support::Place;
use testkit::{Wheel, assert_same_text};

fn place() -> Place {
    let place = Place::new("lib 1.0\nuser 1.0 -> demo");
    place.index.add(
        Wheel::new("Demo.Name", "1.0")
            .field("Summary", "A package for tests")
            .field("Home-page", "https://demo.invalid")
            .field("Author", "Somebody")
            .field("Author-email", "somebody@demo.invalid")
            .field("License", "MIT")
            .field("Project-URL", "Source, https://source.demo.invalid")
            .field("Classifier", "Programming Language :: Python :: 3")
            .requires("lib>=1")
            .requires("lib2; python_version < '3'")
            .console_script("demo", "demo:main")
            .file("demo.py", "def main():\n    pass\n")
            .build(),
    );
    place.index.add(Wheel::new("user", "2.0").requires("demo_name").build());
    place.install(&["user"]);
    place
}

#[test]
fn what_a_package_says_of_itself() {
    let place = place();
    let outcome = place.run(&["show", "demo-name"]).succeeded();
    let minor = place.sandbox.interpreter().minor_version();
    assert_same_text(
        &outcome.filtered_stdout(),
        &format!(
            "Name: Demo.Name
Version: 1.0
Summary: A package for tests
Home-page: https://demo.invalid
Author: Somebody
Author-email: somebody@demo.invalid
License: MIT
Location: [ROOT]/work/env/lib/python{minor}/site-packages
Requires: lib
Required-by: user
"
        ),
    );
}

// covers: show --files
#[test]
fn several_with_their_files() {
    let place = place();
    let outcome = place.run(&["show", "-f", "lib", "demo_name"]).succeeded();
    let tag = place.python("import sys; print(sys.implementation.cache_tag)");
    assert!(outcome.stdout.contains("Required-by: Demo.Name\nFiles:\n"), "{}", outcome.stdout);
    let demo = outcome.stdout.split("---\n").nth(1).unwrap();
    let files = demo.split("Files:\n").nth(1).unwrap();
    assert_same_text(
        files,
        &format!(
            "  ../../../bin/demo
  __pycache__/demo.{tag}.pyc
  demo.py
  demo_name-1.0.dist-info/INSTALLER
  demo_name-1.0.dist-info/METADATA
  demo_name-1.0.dist-info/RECORD
  demo_name-1.0.dist-info/WHEEL
  demo_name-1.0.dist-info/entry_points.txt
"
        ),
    );
}

#[test]
fn more_words_on_request() {
    let place = place();
    let outcome = place.run(&["show", "-v", "demo.name"]).succeeded();
    let after = outcome.stdout.split("Required-by: user\n").nth(1).unwrap();
    assert_same_text(
        after,
        "Metadata-Version: 2.4
Installer: pip
Classifiers:
  Programming Language :: Python :: 3
Entry-points:
  [console_scripts]
  demo = demo:main

Project-URLs:
  Source, https://source.demo.invalid
",
    );
}

#[test]
fn what_is_not_there() {
    let place = place();
    place.run(&["show", "none"]).failed().warns("WARNING: Package(s) not found: none\n");
    place
        .run(&["show", "none", "lib"])
        .succeeded()
        .says("Name: lib\n")
        .warns("WARNING: Package(s) not found: none\n");
    place.run(&["show"]).failed().warns("WARNING: ERROR: Please provide a package name or names.\n");
}
