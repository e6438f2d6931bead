//! Everything this room reads, against what the `packaging` library and pip make of it.
//!
//! `oracle/generate.py` makes up texts and asks the releases that `oracle/requirements.txt` names, in an environment of
//! a Python on `PATH` that is made once and kept in the target folder. `OXIPIP_ORACLE_SEED` and `OXIPIP_ORACLE_COUNT`
//! ask for other and more questions.

#[path = "oracle/answers.rs"]
mod answers;

use std::env;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// How many mismatches are shown.
const SHOWN: usize = 40;

/// The program for the newest part of the search: what pip needs to run.
const OLDEST_PYTHON: &str = "import sys; sys.exit(sys.version_info < (3, 10))";

#[test]
fn agrees_with_packaging_and_pip() {
    let seed = setting("OXIPIP_ORACLE_SEED", "1");
    let count = setting("OXIPIP_ORACLE_COUNT", "24000");
    let python = python_with_packaging();
    let mut generator = Command::new(&python)
        .args([OsStr::new("-B"), oracle("generate.py").as_os_str(), OsStr::new(&seed), OsStr::new(&count)])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("cannot start {}: {error}", python.display()));
    let output = generator.stdout.take().unwrap_or_else(|| panic!("the generator has no output"));
    let (mut vectors, mut mismatches) = (0, Vec::new());
    for line in BufReader::new(output).lines() {
        let line = line.unwrap_or_else(|error| panic!("cannot read the vectors: {error}"));
        let vector: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error} in {line}"));
        vectors += 1;
        if let Err(mismatch) = answers::check(&vector) {
            mismatches.push(format!("{mismatch}\n  in {line}"));
        }
    }
    let status = generator.wait().unwrap_or_else(|error| panic!("cannot wait for the generator: {error}"));
    assert!(status.success(), "the generator failed: {status}");
    assert!(vectors >= 20_000 || count != "24000", "only {vectors} vectors were generated");
    let total = mismatches.len();
    mismatches.truncate(SHOWN);
    assert!(total == 0, "{total} mismatches in {vectors} vectors\n{}", mismatches.join("\n"));
    #[expect(clippy::print_stdout, reason = "the number is the result of this test")]
    {
        println!("0 mismatches in {vectors} vectors of seed {seed}");
    }
}

fn setting(name: &str, default: &str) -> String {
    env::var(name).unwrap_or_else(|_| default.to_owned())
}

fn oracle(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle").join(file)
}

/// The Python of an environment with the releases of `requirements.txt`, made by that Python's own pip.
fn python_with_packaging() -> PathBuf {
    let requirements = oracle("requirements.txt");
    let pinned = std::fs::read_to_string(&requirements).unwrap_or_else(|error| panic!("{error}"));
    let pins: Vec<&str> = pinned.lines().filter(|line| line.contains("==")).collect();
    let environment =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("oracle-{}", pins.join("-").replace("==", "-")));
    let python = environment.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let check = "import sys\nfrom importlib.metadata import version\n\
                 sys.exit(any(version(name) != pin for name, pin in (line.split('==') for line in sys.argv[1:])))";
    let is_ready = || {
        let check = Command::new(&python).arg("-c").arg(check).args(&pins).stderr(Stdio::null()).status();
        check.is_ok_and(|status| status.success())
    };
    if !is_ready() {
        run(Command::new(base_python()).args(["-m", "venv", "--clear"]).arg(&environment));
        let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
        run(Command::new(&python).args(install).arg(&requirements));
        assert!(is_ready(), "pip has not installed {pins:?}");
    }
    python
}

fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {}\n{errors}", output.status);
}

/// A Python on `PATH` that pip runs on.
fn base_python() -> PathBuf {
    let path = env::var_os("PATH").unwrap_or_default();
    let names = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python"];
    let programs = names.iter().flat_map(|name| env::split_paths(&path).map(move |folder| folder.join(name)));
    let mut usable = programs.filter(|program| program.is_file()).filter(|program| {
        let check = Command::new(program).args(["-c", OLDEST_PYTHON]).stderr(Stdio::null()).status();
        check.is_ok_and(|status| status.success())
    });
    usable.next().unwrap_or_else(|| panic!("no Python of version 3.10 or newer on PATH"))
}
