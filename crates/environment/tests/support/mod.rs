//! What the tests of this room share: the interpreters of the machine, and running them.

#![allow(dead_code)] // each test program uses its part

use std::path::{Path, PathBuf};
use std::process::Command;

use environment::{Environment, FactsCache, Places, find_all};

/// Every interpreter that is found by PATH, pyenv and in the usual places. There has to be one.
pub fn interpreters() -> Vec<Environment> {
    // Shared by the test programs, so that each interpreter is asked once.
    let cache = FactsCache::new(Some(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("interpreters")));
    let found = find_all(&places(), &cache);
    let bases: Vec<Environment> = found.into_iter().filter(|environment| !environment.is_virtual()).collect();
    assert!(!bases.is_empty(), "these tests need at least one Python 3.8 or newer, on PATH or in pyenv");
    bases
}

/// Where this process would look for interpreters.
pub fn places() -> Places {
    Places {
        path: std::env::var_os("PATH"),
        working_folder: std::env::current_dir().unwrap(),
        home: std::env::var_os("HOME").map(PathBuf::from),
        pyenv_root: std::env::var_os("PYENV_ROOT").map(PathBuf::from),
        pyenv_version: std::env::var("PYENV_VERSION").ok(),
        ..Places::default()
    }
}

/// Runs an interpreter with nothing of the caller's environment but what it needs to start.
pub fn python(executable: &Path, working_folder: &Path) -> Command {
    let mut command = Command::new(executable);
    command.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", working_folder).current_dir(working_folder);
    command.env("PYTHONDONTWRITEBYTECODE", "1").env("LC_ALL", "C.UTF-8");
    command
}

/// The standard output of a command that has to succeed.
pub fn output_of(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
