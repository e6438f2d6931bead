//! `oxipip freeze`.

mod support;

use support::Place;
use testkit::{Wheel, assert_same_text};

#[test]
fn lines_for_a_requirements_file() {
    let place = Place::new("b.C 1.0\nA 2.0+local\nz 1.0\npip 1.0");
    place.install(&["z", "b-c", "a"]);
    let outcome = place.run(&["freeze"]).succeeded();
    assert_same_text(&outcome.stdout, "A==2.0+local\nb.C==1.0\nz==1.0\n");
    place.sandbox.write("again.txt", outcome.stdout);
    let twin = Place::new("b.C 1.0\nb.C 2.0\nA 2.0+local\nA 3.0\nz 1.0");
    let path = place.sandbox.work().join("again.txt").display().to_string();
    twin.install(&["-r", &path]);
    assert_eq!(twin.frozen(), place.frozen());
}

#[test]
fn what_came_from_an_address() {
    let place = Place::new("");
    let wheel = Wheel::new("demo", "1.0").build();
    let hash = wheel.sha256();
    let path = wheel.write_to(place.sandbox.work());
    place.install(&[path.to_str().unwrap()]);
    assert_eq!(place.frozen(), [format!("demo @ file://{}#sha256={hash}", path.display())]);
}

#[test]
fn in_the_order_of_a_file() {
    let place = Place::new("one 1.0\ntwo 1.0\nthree 1.0");
    place.install(&["one", "two", "three"]);
    place.sandbox.write("requirements.txt", "# first\ntwo  # why\n\nmissing>1\none>=0.5\n");
    let outcome = place.run(&["freeze", "-r", "requirements.txt"]).succeeded();
    assert_same_text(
        &outcome.stdout,
        "# first\ntwo==1.0\n\none==1.0\n## The following requirements were added by pip freeze:\nthree==1.0\n",
    );
    assert_same_text(
        &outcome.stderr,
        "WARNING: Requirement file [requirements.txt] contains missing>1, but package 'missing' is not installed\n",
    );
}

#[test]
fn what_is_left_out() {
    let place = Place::new("demo 1.0\nother 1.0\npip 1.0");
    place.install(&["demo", "other", "pip"]);
    assert_eq!(place.frozen(), ["demo==1.0", "other==1.0"]);
    let freeze = |words: &[&str]| place.run(&[&["freeze"], words].concat()).succeeded().stdout;
    assert_eq!(freeze(&["--all"]), "demo==1.0\nother==1.0\npip==1.0\n");
    assert_eq!(freeze(&["--exclude", "Demo"]), "other==1.0\n");
    assert_eq!(freeze(&["--exclude", "demo", "--exclude", "other"]), "");
}
