//! `--log`.

mod support;

use support::Place;

// covers: install --log
#[test]
fn everything_with_its_time() {
    let place = Place::new("demo 1.0");
    place.run(&["--log", "a/b/pip.log", "freeze"]).succeeded();
    assert!(!place.sandbox.work().join("a").exists(), "a command without messages leaves no log");
    place.run(&["-qqq", "--log", "a/b/pip.log", "uninstall", "-y", "demo"]).succeeded();
    place.run(&["list", "--log", "a/b/pip.log"]).succeeded();
    place.install(&["demo", "--log", "a/b/pip.log"]);
    let log = place.sandbox.read("a/b/pip.log");
    let mut messages = Vec::new();
    for line in log.lines() {
        let (time, message) = line.split_once(' ').unwrap_or_else(|| panic!("{line}"));
        let shape: String = time.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        assert_eq!(shape, "0000-00-00T00:00:00,000", "{line}");
        messages.push(message);
    }
    assert_eq!(messages.first(), Some(&"WARNING: Skipping demo as it is not installed."));
    assert_eq!(messages.last(), Some(&"Successfully installed demo-1.0"));
}

#[test]
fn a_log_that_cannot_be_written_stops_nothing() {
    let place = Place::new("demo 1.0");
    place
        .run(&["install", "demo", "--log", "."])
        .succeeded()
        .warns("WARNING: The log cannot be written: ")
        .says("Successfully installed demo-1.0\n");
}
