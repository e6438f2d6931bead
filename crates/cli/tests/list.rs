//! `oxipip list`.

mod support;

use support::Place;
use testkit::{Wheel, assert_same_text};

fn place() -> Place {
    let place = Place::new(
        "demo 1.0 -> a-rather-long-name\nDemo 2.0\nA.Rather_Long-Name 0.1.dev3\nzoo 1.0\nzoo 1.1rc1",
    );
    place.install(&["demo==1.0", "a-rather-long-name", "zoo"]);
    place
}

#[test]
fn a_table() {
    let outcome = place().run(&["list"]).succeeded();
    assert_same_text(
        &outcome.stdout,
        "Package            Version
------------------ --------
A.Rather_Long-Name 0.1.dev3
demo               1.0
zoo                1.0
",
    );
    assert_eq!(outcome.stderr, "");
}

// covers: list --format --exclude --verbose
#[test]
fn other_formats() {
    let place = place();
    let list = |words: &[&str]| place.run(&[&["list"], words].concat()).succeeded().stdout;
    assert_eq!(list(&["--format", "freeze"]), "A.Rather_Long-Name==0.1.dev3\ndemo==1.0\nzoo==1.0\n");
    assert_eq!(
        list(&["--format=json"]),
        "[{\"name\": \"A.Rather_Long-Name\", \"version\": \"0.1.dev3\"}, \
         {\"name\": \"demo\", \"version\": \"1.0\"}, {\"name\": \"zoo\", \"version\": \"1.0\"}]\n"
    );
    let info = place.site().display().to_string();
    let verbose = list(&["-v", "--exclude", "zoo"]);
    assert!(verbose.starts_with("Package            Version  Location"), "{verbose}");
    assert!(verbose.contains(&info) && verbose.contains("pip\n") && !verbose.contains("zoo"), "{verbose}");
    // The table goes by `-v` alone, its being printed by both.
    assert_eq!(list(&["-vq", "--exclude", "zoo"]), verbose);
    assert!(!list(&["--debug"]).contains("Location"));
}

// covers: list --not-required
#[test]
fn only_those_that_nobody_needs() {
    let outcome = place().run(&["list", "--not-required", "--format", "freeze"]).succeeded();
    assert_eq!(outcome.stdout, "demo==1.0\nzoo==1.0\n");
}

#[test]
fn build_tags_have_a_column_of_their_own() {
    let place = place();
    place.index.add(Wheel::new("built", "1.0").build_tag("7local").build());
    place.install(&["built"]);
    assert_same_text(
        &place.run(&["list"]).succeeded().stdout,
        "Package            Version  Build
------------------ -------- ------
A.Rather_Long-Name 0.1.dev3
built              1.0      7local
demo               1.0
zoo                1.0
",
    );
}

#[test]
fn an_empty_environment() {
    let place = Place::new("");
    let outcome = place.run(&["list"]).succeeded();
    assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("", ""));
    assert_eq!(place.run(&["list", "--format", "json"]).succeeded().stdout, "[]\n");
}

// covers: list --path
#[test]
fn another_folder() {
    let place = place();
    let site = place.site().display().to_string();
    let outcome = place.sandbox.run(["list", "--path", &site, "--format", "freeze"]).succeeded();
    assert_eq!(outcome.stdout, "A.Rather_Long-Name==0.1.dev3\ndemo==1.0\nzoo==1.0\n");
}

#[test]
fn nothing_is_changed_or_asked() {
    let place = place();
    let before = place.tree();
    place.index.forget_requests();
    place.run(&["list"]).succeeded();
    before.assert_same(&place.tree());
    assert_eq!(place.index.requested_paths(), Vec::<String>::new());
}

// covers: list --local
#[test]
fn system_packages_where_they_are_visible() {
    let place = Place::new("demo 1.0");
    let seen = || {
        let outcome = place.run(&["list", "--format", "freeze"]).succeeded();
        outcome
            .stdout
            .lines()
            .map(|line| line.split("==").next().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    place.install(&["demo"]);
    assert_eq!(seen(), ["demo"]);
    let configuration = place.env().join("pyvenv.cfg");
    let text = std::fs::read_to_string(&configuration).unwrap();
    std::fs::write(
        &configuration,
        text.replace("include-system-site-packages = false", "include-system-site-packages = true"),
    )
    .unwrap();
    assert!(seen().contains(&"demo".to_owned()));
    let base = place.sandbox.interpreter().python(&[
        "-c",
        "import importlib.metadata as m; print(*{d.metadata['Name'] for d in m.distributions()})",
    ]);
    for name in base.split_whitespace() {
        assert!(
            seen().iter().any(|own| own == name),
            "{name} of the base interpreter is not in {:?}",
            seen()
        );
    }
    assert_eq!(place.run(&["list", "--local", "--format", "freeze"]).succeeded().stdout, "demo==1.0\n");
}

#[test]
fn a_reader_that_went_away() {
    let place = place();
    let code = "import os, subprocess, sys\nread, write = os.pipe()\nos.close(read)\n\
                sys.exit(subprocess.call(sys.argv[1:], stdout=write))";
    let python = &place.sandbox.interpreter().path;
    let program = support::program();
    let words = ["-c", code, program.to_str().unwrap(), "--python", "env", "list"];
    let outcome = place.sandbox.program(python, words).run().ended_with(120);
    assert_same_text(&outcome.stderr, "ERROR: Pipe to stdout was broken\n");
}
