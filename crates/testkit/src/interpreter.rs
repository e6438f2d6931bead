//! The Python interpreters of the machine.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// A `CPython` that starts, is at least 3.8 and stands outside of every virtual environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpreter {
    /// The program itself, without links.
    pub path: PathBuf,
    /// Major, minor and micro version.
    pub version: (u32, u32, u32),
}

const QUESTION: &str = "import os, sys; \
    print(sys.implementation.name, sys.prefix == sys.base_prefix, *sys.version_info[:3], \
    os.path.realpath(sys.executable))";

impl Interpreter {
    /// Every interpreter found in the folders of `PATH` and among pyenv's versions, the newest first.
    /// `OXIPIP_TEST_PYTHON`, a list like `PATH` of interpreters, replaces the search.
    pub fn all() -> &'static [Self] {
        static ALL: OnceLock<Vec<Interpreter>> = OnceLock::new();
        ALL.get_or_init(|| {
            let mut found: Vec<Self> = Vec::new();
            for candidate in candidates() {
                if let Some(interpreter) = Self::ask(&candidate)
                    && !found.contains(&interpreter)
                {
                    found.push(interpreter);
                }
            }
            found.sort_by_key(|one| Reverse(one.version));
            found
        })
    }

    /// The newest interpreter.
    pub fn newest() -> Self {
        Self::all().first().cloned().expect(
            "no CPython 3.8 or newer on PATH or under ~/.pyenv: tests that need an interpreter cannot run",
        )
    }

    /// The newest interpreter of one minor version.
    pub fn of(major: u32, minor: u32) -> Option<Self> {
        Self::all().iter().find(|one| (one.version.0, one.version.1) == (major, minor)).cloned()
    }

    /// "3.12".
    pub fn minor_version(&self) -> String {
        format!("{}.{}", self.version.0, self.version.1)
    }

    /// Runs the interpreter, isolated from the environment, and gives its standard output.
    #[track_caller]
    pub fn python(&self, args: &[&str]) -> String {
        python(&self.path, args)
    }

    /// Makes a virtual environment without pip, as `python -m venv --without-pip` does.
    #[track_caller]
    pub fn make_venv(&self, folder: impl AsRef<Path>) {
        let folder = folder.as_ref().to_str().expect("a folder whose name is UTF-8");
        self.python(&["-m", "venv", "--without-pip", folder]);
    }

    fn ask(candidate: &Path) -> Option<Self> {
        let output = Command::new(candidate)
            .args(["-I", "-c", QUESTION])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .ok()
            .filter(|output| output.status.success())?;
        let answer = String::from_utf8(output.stdout).ok()?;
        let mut words = answer.trim_end().splitn(6, ' ');
        let usable = words.next() == Some("cpython") && words.next() == Some("True");
        let mut number = || words.next()?.parse().ok();
        let version = (number()?, number()?, number()?);
        let path = PathBuf::from(words.next()?);
        (usable && version >= (3, 8, 0)).then_some(Self { path, version })
    }
}

/// Runs any interpreter, isolated from the environment, and gives its standard output.
#[track_caller]
pub(crate) fn python(path: &Path, args: &[&str]) -> String {
    let output = Command::new(path)
        .arg("-I")
        .args(args)
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(
        output.status.success(),
        "{} {args:?} failed:\n{}{}",
        path.display(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("output that is UTF-8")
}

fn candidates() -> Vec<PathBuf> {
    if let Some(given) = env::var_os("OXIPIP_TEST_PYTHON") {
        return env::split_paths(&given).collect();
    }
    let mut folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH").unwrap_or_default()).collect();
    let pyenv = env::var_os("PYENV_ROOT")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| Path::new(&home).join(".pyenv")));
    if let Some(versions) = pyenv.and_then(|root| std::fs::read_dir(root.join("versions")).ok()) {
        folders.extend(versions.flatten().map(|entry| entry.path().join("bin")));
    }
    let mut seen = BTreeSet::new();
    let mut candidates = Vec::new();
    for folder in folders {
        // A shim answers with whatever is configured at the moment.
        if folder.ends_with("shims") || !seen.insert(folder.clone()) {
            continue;
        }
        let names = (8..=20).map(|minor| format!("python3.{minor}")).chain(["python3".to_owned()]);
        candidates.extend(names.map(|name| folder.join(name)).filter(|path| path.is_file()));
    }
    candidates
}
