//! `--progress-bar`.

mod support;

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::time::Duration;

use support::{Place, program};
use testkit::{Fault, Index, Outcome, Wheel};

/// Bytes that do not compress.
fn noise(length: usize) -> Vec<u8> {
    let byte = |index: usize| {
        let mut hasher = DefaultHasher::new();
        index.hash(&mut hasher);
        hasher.finish().to_le_bytes()[0]
    };
    (0..length).map(byte).collect()
}

/// An index with a large wheel.
fn place() -> Place {
    let place = Place::with_index(Index::start(), "small 1.0");
    place.index.add(Wheel::new("large", "1.0").file("large/data", noise(900_000)).build());
    place
}

fn told(outcome: &Outcome) -> Vec<(u64, u64)> {
    let numbers = |line: &str| {
        let (received, total) = line.strip_prefix("Progress ")?.split_once(" of ")?;
        Some((received.parse().unwrap(), total.parse().unwrap()))
    };
    outcome.stdout.lines().filter_map(numbers).collect()
}

// covers: install --progress-bar
#[test]
fn raw_lines_tell_how_far_a_download_is() {
    let place = place();
    let path = place.index.file_path("large-1.0-py3-none-any.whl");
    place.index.misbehave(&path, Fault::Trickle { chunk: 100_000, pause: Duration::from_millis(100) });
    let outcome = place.install(&["--progress-bar", "raw", "large"]);
    let told = told(&outcome);
    let total = told[0].1;
    assert!(total > 900_000 && told.iter().all(|line| line.1 == total), "{}", outcome.report());
    assert!(told.len() > 2 && told.is_sorted(), "{}", outcome.report());
    assert_eq!(told.last(), Some(&(total, total)), "{}", outcome.report());
    // From the cache there is nothing to wait for.
    let again = place.install(&["--progress-bar", "raw", "--force-reinstall", "large"]);
    assert!(!again.stdout.contains("Progress"), "{}", again.report());
}

#[test]
fn small_and_quiet_downloads_are_not_told_of() {
    let place = place();
    let outcome = place.install(&["--progress-bar", "raw", "small"]);
    assert_eq!(told(&outcome), []);
    let outcome = place.install(&["-q", "--progress-bar", "raw", "large"]);
    assert_eq!(outcome.stdout, "", "{}", outcome.report());
}

#[test]
fn sizes_that_the_page_does_not_tell_come_from_the_server() {
    let place = Place::with_index(Index::builder().without_sizes().start(), "");
    place.index.add(Wheel::new("large", "1.0").file("large/data", noise(900_000)).build());
    let told = told(&place.install(&["--progress-bar=raw", "large"]));
    assert!(told.last().is_some_and(|line| line.0 == line.1 && line.1 > 900_000), "{told:?}");
}

#[test]
fn bars_are_for_terminals() {
    let on_a_terminal = |style: &str| {
        let place = place();
        let path = place.index.file_path("large-1.0-py3-none-any.whl");
        place.index.misbehave(&path, Fault::Trickle { chunk: 100_000, pause: Duration::from_millis(60) });
        // A new terminal is no column wide.
        let code = "import os, pty, sys
shell = ['sh', '-c', 'stty cols 80 rows 24; exec \"$@\"', 'sh']
sys.exit(os.waitstatus_to_exitcode(pty.spawn(shell + sys.argv[1:])))";
        let program = program().display().to_string();
        let words = ["-c", code, &program, "--python", "env", "install", "--progress-bar", style, "large"];
        place.sandbox.program(&place.sandbox.interpreter().path, words).env("TERM", "xterm").run().succeeded()
    };
    for style in ["on", "auto"] {
        on_a_terminal(style).says("\u{2501}");
    }
    let outcome = on_a_terminal("off");
    assert!(!outcome.stdout.contains('\u{2501}'), "{}", outcome.report());
    for style in ["on", "auto", "off"] {
        let outcome = place().install(&["--progress-bar", style, "large"]);
        assert!(!outcome.report().contains(['\u{2501}', '\u{1b}']), "{}", outcome.report());
    }
    place()
        .run(&["install", "--progress-bar", "ascii", "large"])
        .ended_with(2)
        .warns("option --progress-bar: invalid choice: 'ascii' (choose from 'auto', 'on', 'off', 'raw')\n");
}
