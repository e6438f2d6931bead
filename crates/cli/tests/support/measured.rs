//! Runs of the program whose memory and time are limited.

use std::fs;
use std::time::{Duration, Instant};

use testkit::{Outcome, Tree};

use super::{Place, program};

/// Runs a program and writes down how many kilobytes it needed, it or any program it started.
const MEASURE: &str = "import resource, subprocess, sys\n\
    code = subprocess.run(sys.argv[2:]).returncode\n\
    open(sys.argv[1], 'w').write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))\n\
    sys.exit(code)\n";

const MOST_MEMORY: u64 = 300 << 10;
const LONGEST: Duration = Duration::from_secs(30);

/// A place in which the program has run before, so that what it keeps of interpreters is there.
pub fn place() -> Place {
    let place = Place::new("");
    // The folder would go with the last package.
    fs::write(place.site().join("kept.txt"), "").unwrap();
    place.sandbox.write("measure.py", MEASURE);
    place.run(&["list"]).succeeded();
    place
}

/// Runs the program with `--python env` and these words. It must not panic, nor take much memory or time.
pub fn run(place: &Place, words: &[&str]) -> Outcome {
    let program = program().display().to_string();
    let peak = place.sandbox.root().join("work/peak");
    let own = ["measure.py", "peak", &program, "--python", "env"];
    let begun = Instant::now();
    let run = place.sandbox.program(&place.sandbox.interpreter().path, own.iter().chain(words)).run();
    let kilobytes: u64 = fs::read_to_string(&peak).unwrap().parse().unwrap();
    fs::remove_file(peak).unwrap();
    assert!(kilobytes < MOST_MEMORY, "{kilobytes} kB:\n{}", run.report());
    assert!(begun.elapsed() < LONGEST, "{:?}:\n{}", begun.elapsed(), run.report());
    assert!(!run.stderr.contains("panicked"), "{}", run.report());
    run
}

/// Everything in the sandbox.
pub fn everything(place: &Place) -> Tree {
    Tree::of(place.sandbox.root())
}
