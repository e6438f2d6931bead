//! A machine that gives no more memory, or whose disk does not answer: an error with a reason, and nothing half done.

mod support;

use std::fs;

use support::{Place, program};
use testkit::{Outcome, Wheel};

const MEGABYTE: u64 = 1 << 10;

fn demo(version: &str) -> testkit::PackageFile {
    let wheel = Wheel::new("demo", version).with_module();
    let part = |wheel: Wheel, number| wheel.file(&format!("demo_part/{number}.py"), "x = 1\n".repeat(100));
    (0..50).fold(wheel, part).build()
}

/// Runs the program with no more than so many kilobytes of addresses.
fn within(place: &Place, kilobytes: u64, words: &[&str]) -> Outcome {
    let script = format!("ulimit -v {kilobytes}; exec \"$0\" --python env \"$@\"");
    let program = program().display().to_string();
    let own = ["-c", &script, &program];
    place.sandbox.program("sh", own.iter().chain(words)).run()
}

#[test]
fn without_memory_an_upgrade_ends_with_an_error() {
    let place = Place::new("");
    place.index.add(demo("1.0"));
    place.index.add(demo("2.0"));
    place.install(&["demo==2.0"]);
    let new = place.tree();
    place.install(&["demo==1.0"]);
    let old = place.tree();
    let (mut refused, mut done) = (0, 0);
    for megabytes in (8..40).chain((40..400).step_by(40)) {
        let run = within(&place, megabytes * MEGABYTE, &["install", "demo==2.0"]);
        let text = format!("{megabytes} MB:\n{}", run.report());
        assert!(!run.stderr.contains("panicked"), "{text}");
        match run.code {
            Some(0) => {
                done += 1;
                new.assert_same(&place.tree());
                place.install(&["demo==1.0"]);
            }
            Some(1) => {
                refused += 1;
                assert!(run.stderr.contains("ERROR: "), "{text}");
                // A process without memory undoes nothing: that is for the next command, which looks at the environment.
                place.run(&["list"]).succeeded();
            }
            // It was not even loaded.
            _ => assert!(refused + done == 0, "{text}"),
        }
        old.assert_same(&place.tree());
    }
    assert!(refused > 0 && done > 0, "{refused} refused, {done} done");
}

#[test]
fn what_cannot_be_read_does_not_count_as_missing() {
    let place = Place::new("demo 1.0");
    place.install(&["demo"]);
    // A loop of links is the one error of reading that needs neither rights nor a broken disk.
    let loops = |path: &std::path::Path| {
        let kept = path.with_extension("kept");
        fs::rename(path, &kept).unwrap();
        std::os::unix::fs::symlink(path, path).unwrap();
        kept
    };
    let kept = loops(&place.site());
    let run = place.run(&["list"]);
    assert_eq!(run.code, Some(1), "{}", run.report());
    assert!(
        run.stderr.contains("could not read") && run.stderr.contains("site-packages"),
        "{}",
        run.report()
    );
    fs::remove_file(place.site()).unwrap();
    fs::rename(kept, place.site()).unwrap();
    assert_eq!(place.frozen(), ["demo==1.0"]);
}

#[test]
fn a_lock_that_cannot_be_looked_at_is_an_error() {
    let place = Place::new("demo 1.0");
    place.install(&["demo"]);
    let before = place.tree();
    // Every look at a file itself and not at what it links to: `statx` with AT_SYMLINK_NOFOLLOW.
    let words = ["--python", "env", "uninstall", "--yes", "demo"];
    let run = place.sandbox.refusing("statx:2=256=EIO", words).run().ended_with(1);
    assert!(run.stderr.contains("ERROR: "), "{}", run.report());
    place.run(&["list"]).succeeded();
    before.assert_same(&place.tree());
}
