//! Files of others that an install takes the place of: said, and never lost.

mod support;

use std::fs;

use support::Place;
use testkit::Wheel;

/// `first` and `second` share a file, and hold another one differently.
fn place() -> Place {
    let place = Place::new("");
    for name in ["first", "second"] {
        let wheel = Wheel::new(name, "1.0").file("shared/__init__.py", "").file("shared/who.py", name);
        place.index.add(wheel.console_script("who", "shared:who").build());
    }
    place
}

#[test]
fn a_file_of_nobody() {
    let place = place();
    let file = place.site().join("shared/who.py");
    fs::create_dir(place.site().join("shared")).unwrap();
    fs::write(&file, "mine").unwrap();
    fs::write(place.site().join("shared/__init__.py"), "").unwrap();
    let outcome = place.install(&["first"]);
    let warning = format!(
        "WARNING: {} was there and belongs to no installed package; the file of first-1.0 has taken its place; `oxipip undo` \
         brings it back\n",
        file.display()
    );
    assert_eq!(outcome.stderr, warning, "one of the same content is not worth a word");
    place.run(&["undo"]).succeeded();
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    let outcome = place.install(&["--no-cache-dir", "first"]);
    outcome.warns("the file of first-1.0 has taken its place; nothing has kept it\n");
}

#[test]
fn a_file_of_another_package() {
    let place = place();
    place.install(&["first"]);
    let outcome = place.install(&["second"]);
    let warnings: Vec<&str> = outcome.stderr.lines().collect();
    assert_eq!(warnings.len(), 1, "{}", outcome.report());
    outcome.warns("/shared/who.py is part of first, too; the file of second-1.0 has taken its place; ");
    place.run(&["undo"]).succeeded();
    assert_eq!(fs::read_to_string(place.site().join("shared/who.py")).unwrap(), "first");
}

#[test]
fn two_packages_of_one_plan() {
    let place = place();
    let outcome = place.install(&["first", "second"]);
    assert_eq!(outcome.stderr.lines().count(), 1, "{}", outcome.report());
    outcome
        .warns("/shared/who.py is part of both first-1.0 and second-1.0; the file of first-1.0 was kept\n");
}

#[test]
fn ones_own_files_are_no_news() {
    let place = place();
    place.install(&["first"]);
    assert_eq!(place.install(&["--ignore-installed", "first"]).stderr, "");
    assert_eq!(place.install(&["--force-reinstall", "first"]).stderr, "");
}
