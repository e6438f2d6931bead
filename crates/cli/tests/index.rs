//! `oxipip index`.

mod support;

use support::{FOR_OTHERS, Place};
use testkit::assert_same_text;

fn place() -> Place {
    Place::new(
        "Demo 1.0\ndemo 1.10\ndemo 1.9 ; yanked broken\ndemo 2.0 ; python >=99\ndemo 3.0rc1\ndemo 1.2.dev1\nempty 1.0a1",
    )
}

// covers: index --ignore-requires-python --pre
#[test]
fn versions_from_the_newest_on() {
    let place = place();
    let outcome = place.run(&["index", "versions", "DEMO"]).succeeded();
    assert_same_text(&outcome.stdout, "DEMO (1.10)\nAvailable versions: 1.10, 1.0\n");
    let outcome = place.run(&["index", "versions", "demo", "--pre", "--ignore-requires-python"]).succeeded();
    assert_same_text(
        &outcome.stdout,
        "demo (3.0rc1)\nAvailable versions: 3.0rc1, 2.0, 1.10, 1.2.dev1, 1.0\n",
    );
    place.run(&["index", "versions", "demo", "--only-final=demo", "--pre"]).failed();
}

// covers: index --json --all-releases
#[test]
fn what_is_installed_beside_them() {
    let place = place();
    place.install(&["demo==1.0"]);
    let outcome = place.run(&["index", "versions", "demo"]).succeeded();
    assert_same_text(
        &outcome.stdout,
        "demo (1.10)\nAvailable versions: 1.10, 1.0\n  INSTALLED: 1.0\n  LATEST:    1.10\n",
    );
    place
        .run(&["index", "versions", "demo", "--all-releases", "demo"])
        .succeeded()
        .says("\n  LATEST:    3.0rc1 (pre-release; install with `pip install --pre`)\n");
    let outcome = place.run(&["index", "versions", "demo", "--json"]).succeeded();
    assert_same_text(
        &outcome.stdout,
        "{\"name\": \"demo\", \"versions\": [\"1.10\", \"1.0\"], \"latest\": \"1.10\", \"installed_version\": \"1.0\"}\n",
    );
}

// covers: index --platform --python-version --implementation --abi
#[test]
fn versions_for_another_interpreter() {
    let place = Place::new(FOR_OTHERS);
    let versions = |options: &[&str]| {
        let outcome = place.run(&[&["index", "versions", "demo"], options].concat()).succeeded();
        outcome
            .stdout
            .lines()
            .nth(1)
            .unwrap_or_default()
            .trim_start_matches("Available versions: ")
            .to_owned()
    };
    assert_eq!(versions(&[]), "1.0");
    let windows = ["--platform", "win32", "--python-version", "3.7"];
    assert_eq!(versions(&windows), "2.0, 1.0");
    assert_eq!(versions(&[&windows[..], &["--abi", "cp37d"]].concat()), "5.0, 1.0");
    let pypy = ["--platform", "win32", "--python-version", "3.9", "--abi", "pypy39_pp73"];
    assert_eq!(versions(&pypy), "1.0");
    assert_eq!(versions(&[&pypy[..], &["--implementation", "pp"]].concat()), "3.0, 1.0");
    assert_eq!(versions(&["--platform", "macosx_12_0_arm64", "--python-version", "310"]), "4.0, 1.0");
}

#[test]
fn what_is_refused() {
    let place = place();
    for (words, error) in [
        (vec![], "Need an action (versions) to perform."),
        (vec!["version"], "Need an action (versions) to perform."),
        (vec!["versions"], "You need to specify exactly one argument"),
        (vec!["versions", "a", "b"], "You need to specify exactly one argument"),
        (vec!["versions", "empty"], "No matching distribution found for empty"),
        (vec!["versions", "absent"], "No matching distribution found for absent"),
        (vec!["versions", "demo>1"], "No matching distribution found for demo>1"),
    ] {
        let outcome = place.run(&[&["index"], words.as_slice()].concat()).failed();
        assert_same_text(&outcome.stderr, &format!("ERROR: {error}\n"));
        assert_eq!(outcome.stdout, "");
    }
}
