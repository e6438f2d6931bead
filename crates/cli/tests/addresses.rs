//! Requirements and constraints that name their distribution by an address.

mod support;

use std::path::PathBuf;

use support::Place;
use testkit::{Wheel, assert_same_text};

/// A wheel in the working folder, and its address.
fn wheel(place: &Place, wheel: Wheel) -> (PathBuf, String) {
    let path = wheel.build().write_to(place.sandbox.work());
    let url = format!("file://{}", path.display());
    (path, url)
}

#[test]
fn a_conflict_names_what_was_found() {
    let place = Place::new("");
    let (_, one) = wheel(&place, Wheel::new("Some.Thing", "1.0"));
    let (path, two) = wheel(&place, Wheel::new("Some.Thing", "2.0"));
    place.sandbox.write("version.txt", "some-thing<2");
    place.sandbox.write("address.txt", format!("some_thing @ {one}"));
    for constraints in ["version.txt", "address.txt"] {
        for requirement in [&two, &format!("some_thing @ {two}"), path.to_str().unwrap()] {
            let outcome = place.run(&["install", "-c", constraints, requirement]).failed();
            let found = format!("some-thing 2.0 (from {})", path.display());
            outcome
                .warns(&format!("ERROR: Cannot install {found} because these package versions have"))
                .says(&format!(
                    "    The user requested {found}\n    The user requested (constraint) some-thing"
                ));
        }
    }
}

#[test]
fn a_constraint_to_a_wheel_for_others_leaves_none() {
    let place = Place::new("base 1.0\nbase 2.0 -> part\npart 1.0\npart 2.0");
    let (_, url) = wheel(&place, Wheel::new("part", "3.0").tag("cp27-cp27m-win32"));
    place.sandbox.write("constraints.txt", format!("part @ {url}"));
    place
        .run(&["install", "-c", "constraints.txt", "part"])
        .failed()
        .warns("ERROR: Cannot install part because these package versions have conflicting dependencies.\n");
    // What does not need it is not affected.
    place.install(&["-c", "constraints.txt", "base"]);
    assert_eq!(place.frozen(), ["base==1.0"]);
    place
        .run(&["install", &url])
        .failed()
        .warns("ERROR: part-3.0-cp27-cp27m-win32.whl is not a supported wheel on this platform.\n");
}

#[test]
fn two_spellings_of_one_address() {
    let place = Place::new("");
    let (_, url) = wheel(&place, Wheel::new("part", "1.0"));
    // Long enough that a mail header would stand on two lines.
    let metadata =
        format!("Metadata-Version: 2.1\nName: demo\nVersion: 1.0\nRequires-Dist:\n part@{url}#egg=other\n");
    wheel(&place, Wheel::new("demo", "1.0").raw_metadata(metadata));
    place.install(&["--find-links", ".", &url, "demo"]);
    let frozen = place.frozen();
    assert!(frozen.len() == 2 && frozen[1].starts_with(&format!("part @ {url}")), "{frozen:?}");
}

#[test]
fn headers_lie_below_the_name_in_the_file() {
    let place = Place::new("");
    let (path, _) = wheel(&place, Wheel::new("Some.Thing", "1.0").data("headers", "thing.h", "\n"));
    let outcome = place.install(&[path.to_str().unwrap()]);
    assert!(outcome.stdout.contains("Installing collected packages: some-thing\n"), "{}", outcome.report());
    let headers = format!("include/site/python{}", place.sandbox.interpreter().minor_version());
    assert!(place.env().join(headers).join("some-thing/thing.h").is_file());
}

#[test]
fn digests_of_constraints_that_exclude_each_other_are_none() {
    let place = Place::new("demo 1.0");
    let digest = |digit: &str| digit.repeat(64);
    let constraints =
        format!("demo==1.0 --hash=sha256:{}\ndemo==1.0 --hash=sha256:{}\n", digest("a"), digest("b"));
    place.sandbox.write("constraints.txt", constraints);
    place.run(&["install", "-c", "constraints.txt", "demo==1.0"]).failed().warns(
        "ERROR: Hashes are required in --require-hashes mode, but they are missing from some requirements.",
    );
    let requirements = format!("demo==1.0 --hash=sha256:{}\n", digest("c"));
    place.sandbox.write("requirements.txt", requirements);
    let outcome = place.run(&["install", "-c", "constraints.txt", "-r", "requirements.txt"]).failed();
    outcome.warns("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.");
    assert_same_text(&place.frozen().concat(), "");
}
