//! A place where the program runs without seeing the machine's settings.

mod run;

pub use run::{Outcome, Run};

use crate::index::Index;
use crate::interpreter::Interpreter;
use crate::snapshot::Filters;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// What real networks need, and what [`Sandbox::pass_through_network`] lets in.
const NETWORK: [&str; 11] = [
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "PIP_CERT",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
];

/// A temporary folder with a home, a cache and a working folder of its own, and the environment variables
/// that go with it; all else of the machine's environment, and every pip.conf, is left outside.
#[derive(Debug)]
pub struct Sandbox {
    folder: TempDir,
    root: PathBuf,
    program: PathBuf,
    interpreter: Interpreter,
    variables: BTreeMap<OsString, OsString>,
    index_origin: Option<String>,
}

impl Sandbox {
    /// A sandbox for `program` (`env!("CARGO_BIN_EXE_oxipip")`) with the newest interpreter on `PATH`.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self::with_interpreter(program, Interpreter::newest())
    }

    /// The same with a given interpreter.
    pub fn with_interpreter(program: impl Into<PathBuf>, interpreter: Interpreter) -> Self {
        let folder = tempfile::Builder::new().prefix("oxipip-test-").tempdir().expect("a temporary folder");
        // Programs print resolved paths.
        let root = folder.path().canonicalize().expect("the temporary folder's real path");
        for part in ["home", "cache", "config", "data", "work", "tmp"] {
            fs::create_dir(root.join(part)).expect("a folder in the sandbox");
        }
        let mut sandbox = Self {
            folder,
            root,
            program: program.into(),
            interpreter,
            variables: BTreeMap::new(),
            index_origin: None,
        };
        let at = |part: &str| sandbox.root.join(part).into_os_string();
        let mut path =
            sandbox.interpreter.path.parent().expect("a program in a folder").as_os_str().to_owned();
        path.push(":/usr/bin:/bin");
        sandbox.variables = [
            ("PATH", path),
            ("HOME", at("home")),
            ("XDG_CACHE_HOME", at("cache")),
            ("XDG_CONFIG_HOME", at("config")),
            ("XDG_CONFIG_DIRS", at("config")),
            ("XDG_DATA_HOME", at("data")),
            ("TMPDIR", at("tmp")),
            ("LANG", "C.UTF-8".into()),
            // pip's own word for "no configuration file": the machine's /etc/pip.conf is out, too.
            ("PIP_CONFIG_FILE", "/dev/null".into()),
        ]
        .into_iter()
        .map(|(name, value)| (name.into(), value))
        .collect();
        sandbox
    }

    /// The sandbox itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder in which programs run.
    pub fn work(&self) -> PathBuf {
        self.root.join("work")
    }

    /// The home folder.
    pub fn home(&self) -> PathBuf {
        self.root.join("home")
    }

    /// `XDG_CACHE_HOME`.
    pub fn cache(&self) -> PathBuf {
        self.root.join("cache")
    }

    /// The interpreter on `PATH`.
    pub fn interpreter(&self) -> &Interpreter {
        &self.interpreter
    }

    /// Sets a variable for every later run.
    pub fn env(&mut self, name: &str, value: impl AsRef<OsStr>) -> &mut Self {
        self.variables.insert(name.into(), value.as_ref().to_owned());
        self
    }

    /// Removes a variable from every later run.
    pub fn env_remove(&mut self, name: &str) -> &mut Self {
        self.variables.remove(OsStr::new(name));
        self
    }

    /// Makes `index` the default index of every later run.
    pub fn use_index(&mut self, index: &Index) -> &mut Self {
        self.index_origin = Some(index.origin().to_owned());
        self.env("PIP_INDEX_URL", index.url())
    }

    /// Lets the machine's certificates and proxies in, for tests that need the real index.
    pub fn pass_through_network(&mut self) -> &mut Self {
        for name in NETWORK {
            if let Some(value) = std::env::var_os(name) {
                self.env(name, value);
            }
        }
        self
    }

    /// Writes a file under the working folder, with its parents, and gives its path.
    pub fn write(&self, relative: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.work().join(relative);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).expect("a folder in the sandbox");
        }
        fs::write(&path, content).expect("a file in the sandbox");
        path
    }

    /// Reads a text file under the working folder.
    #[track_caller]
    pub fn read(&self, relative: &str) -> String {
        let path = self.work().join(relative);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Runs the program to its end.
    #[track_caller]
    pub fn run<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Outcome {
        self.command(args).run()
    }

    /// The program with arguments, to be refined and run.
    pub fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Run {
        self.program(&self.program, args)
    }

    /// Another program with arguments, in the same environment.
    pub fn program<S: AsRef<OsStr>>(
        &self,
        program: impl AsRef<OsStr>,
        args: impl IntoIterator<Item = S>,
    ) -> Run {
        let mut command = Command::new(program);
        command.args(args).env_clear().envs(&self.variables).current_dir(self.work());
        Run::new(command, self.filters(), self.work())
    }

    /// The program with arguments, from which the kernel refuses some system calls: `flock=ENOLCK,linkat=EPERM`. With
    /// `unlinkat:2=512=ENOTEMPTY` only those whose argument 2 is 512. The run ends with code 99 where the system cannot.
    pub fn refusing<S: AsRef<OsStr>>(&self, calls: &str, args: impl IntoIterator<Item = S>) -> Run {
        let words = ["-I", "-c", include_str!("sandbox/refuse.py"), calls].map(OsString::from);
        let args = args.into_iter().map(|arg| arg.as_ref().to_owned());
        let words = words.into_iter().chain([self.program.clone().into_os_string()]).chain(args);
        self.program(&self.interpreter.path, words)
    }

    /// What makes this sandbox's output the same on every run.
    pub fn filters(&self) -> Filters {
        let mut filters = Filters::new()
            .replace(self.root.display().to_string(), "[ROOT]")
            .replace(self.folder.path().display().to_string(), "[ROOT]")
            .replace(self.interpreter.path.display().to_string(), "[PYTHON]");
        if let Some(origin) = &self.index_origin {
            filters = filters.replace(origin.as_str(), "[INDEX]");
            filters = filters.replace(origin.trim_start_matches("http://"), "[INDEX-ADDRESS]");
        }
        filters.sizes().times()
    }

    /// Keeps the folder on disk and tells where it is, to look into a failing test.
    pub fn keep(mut self) -> PathBuf {
        self.folder.disable_cleanup(true);
        self.root.clone()
    }
}
