//! Everything that the fuzzer is started with, and everything that it has found.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

/// No input is so hard to read. What takes long in a debug build, on a machine that has other things to do, is still far
/// from it.
const LIMIT: Duration = Duration::from_secs(10);

#[test]
fn the_whole_corpus_keeps_all_promises() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut broken = Vec::new();
    for (target, check) in fuzz::TARGETS {
        let folder = corpus.join(target);
        let inputs: Vec<_> = fs::read_dir(&folder)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
            .map(|entry| entry.unwrap().path())
            .collect();
        assert!(!inputs.is_empty(), "{target} has no corpus");
        for input in inputs {
            let bytes = fs::read(&input).unwrap();
            let begun = Instant::now();
            if std::panic::catch_unwind(|| check(&bytes)).is_err() || begun.elapsed() > LIMIT {
                broken.push((input, begun.elapsed()));
            }
        }
    }
    assert!(broken.is_empty(), "for these a promise is broken (see above) or it takes too long: {broken:#?}");
}

#[test]
fn nothing_at_all_keeps_all_promises() {
    for (_, check) in fuzz::TARGETS {
        check(b"");
        check(&[0]);
        check(&[0xff; 300]);
    }
}
