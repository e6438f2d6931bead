//! `repair`: names what is damaged.

mod support;

use std::fs;

use support::Place;

#[test]
fn names_files_that_are_missing_or_changed() {
    let place = Place::new("a 1.0\nb 1.0");
    place.install(&["a", "b"]);
    place.run(&["repair"]).succeeded().says(" is sound\n");
    let (a, b) = (place.site().join("a/__init__.py"), place.site().join("b/__init__.py"));
    let (a, b) = if a.exists() { (a, b) } else { (place.site().join("a.py"), place.site().join("b.py")) };
    fs::remove_file(&a).unwrap();
    fs::remove_file(&b).unwrap();
    fs::write(&b, "changed").unwrap();
    let outcome = place.run(&["repair"]).failed();
    let outcome = outcome.says(&format!("a: {} is missing\n", a.display()));
    let outcome = outcome.says(&format!("b: {} was changed\n", b.display()));
    outcome.says("pip install --force-reinstall --no-deps a==1.0 b==1.0");
    place.run(&["install", "--force-reinstall", "--no-deps", "a==1.0", "b==1.0"]).succeeded();
    place.run(&["repair"]).succeeded();
}
