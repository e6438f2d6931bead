//! `oxipip check`.

mod support;

use support::Place;

#[test]
fn nothing_broken() {
    let place = Place::new("demo 1.0 -> lib>=1 ; extra x: absent\nlib 1.0");
    place.install(&["demo"]);
    assert_eq!(place.run(&["check"]).succeeded().stdout, "No broken requirements found.\n");
}

#[test]
fn missing_and_conflicting() {
    let place = Place::new(
        "Demo 1.0 -> lib>=1, Absent ; requires never; python_version < '3'\nlib 0.5\nuser 1.0 -> lib<0.2,>0.1",
    );
    place.install(&["--no-deps", "demo", "lib", "user"]);
    let outcome = place.run(&["check"]).failed();
    // pip's order is that of the folder.
    let mut lines: Vec<_> = outcome.stdout.lines().collect();
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            "demo 1.0 has requirement lib>=1, but you have lib 0.5.",
            "demo 1.0 requires absent, which is not installed.",
            "user 1.0 has requirement lib<0.2,>0.1, but you have lib 0.5.",
        ]
    );
    assert_eq!(outcome.stderr, "");
}

#[test]
fn built_for_another_platform() {
    let place = Place::new("demo 1.0");
    place.install(&["demo"]);
    let wheel = place.site().join("demo-1.0.dist-info/WHEEL");
    let text = std::fs::read_to_string(&wheel).unwrap();
    // Installed files may be hard links into a store: a new file, not a write.
    std::fs::remove_file(&wheel).unwrap();
    std::fs::write(&wheel, text.replace("py3-none-any", "cp27-cp27m-win32")).unwrap();
    place.run(&["check"]).failed().says("demo 1.0 is not supported on this platform\n");
}
