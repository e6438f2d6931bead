//! What must hold for any bytes that come from outside.
//!
//! Each module is one thing that the program reads, and its `check` takes bytes: it panics where reading them breaks a
//! promise. To end at all, in little time and memory, is the first of them. `targets/` hands the checks to libFuzzer, one
//! file for each, and `tests/corpus.rs` runs them over everything in `corpus/`, which is part of the tests of the
//! workspace. What the fuzzer finds is kept there when it is mended.

mod configuration_file;
mod core_metadata;
mod direct_url;
mod entry_points;
mod environment_of_tests;
mod lock_file;
mod marker;
mod page;
mod project_file;
mod pyvenv_cfg;
mod record;
mod requirement_line;
mod requirements_file;
mod scratch;
mod source_archive;
mod source_entries;
mod specifiers;
mod version;
mod wheel;
mod wheel_entries;

/// A check: it panics where a promise is broken.
pub type Check = fn(&[u8]);

/// All checks, by the name of the target and of its folder in the corpus.
pub const TARGETS: [(&str, Check); 18] = [
    ("configuration_file", configuration_file::check),
    ("core_metadata", core_metadata::check),
    ("direct_url", direct_url::check),
    ("entry_points", entry_points::check),
    ("lock_file", lock_file::check),
    ("marker", marker::check),
    ("page", page::check),
    ("project_file", project_file::check),
    ("pyvenv_cfg", pyvenv_cfg::check),
    ("record", record::check),
    ("requirement_line", requirement_line::check),
    ("requirements_file", requirements_file::check),
    ("source_archive", source_archive::check),
    ("source_entries", source_entries::check),
    ("specifiers", specifiers::check),
    ("version", version::check),
    ("wheel", wheel::check),
    ("wheel_entries", wheel_entries::check),
];

/// Gives `bytes` to the check of a target.
///
/// # Panics
/// A promise is broken, or there is no such target.
pub fn check(target: &str, bytes: &[u8]) {
    let (_, check) = TARGETS.iter().find(|(name, _)| *name == target).expect("a target of the table");
    check(bytes);
}
