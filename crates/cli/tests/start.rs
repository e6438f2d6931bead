//! What the program does before its first line: see `src/start.rs`.

mod support;

use support::{Place, program};

/// Runs a line of shell with the program as `$0`.
fn shell(place: &Place, line: &str) -> testkit::Run {
    place.sandbox.program("sh", ["-c", line, program().to_str().unwrap()])
}

/// Nothing that is opened gets the number of standard output, where lines would be written into it: they go nowhere.
#[test]
fn closed_descriptors_are_nobody_elses() {
    let place = Place::new("demo 1.0");
    let install = r#"exec "$0" --python env --log log.txt install demo 0<&- 1>&- 2>&-"#;
    shell(&place, install).run().succeeded();
    assert_eq!(place.run(&["freeze"]).succeeded().stdout, "demo==1.0\n");
    let log = place.sandbox.read("log.txt");
    let is_dated = |line: &str| line.starts_with("20") && line.as_bytes().get(10) == Some(&b'T');
    assert!(log.lines().all(is_dated), "only what was logged is in the log:\n{log}");
    assert!(log.contains("Successfully installed demo-1.0"), "{log}");
}

/// The arguments arrive whatever their bytes, and the exit code leaves.
#[test]
fn arguments_and_exit_code_pass() {
    let place = Place::new("demo 1.0");
    let line = r#""$0" "$(printf 'no\377command')" --quiet; echo $?; "$0" --version"#;
    let outcome = shell(&place, line).run().succeeded();
    assert!(outcome.stdout.starts_with("1\noxipip "), "{}", outcome.report());
    assert!(outcome.stderr.contains("no\u{fffd}command"), "{}", outcome.report());
}
