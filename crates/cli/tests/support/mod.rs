//! What the end-to-end tests share: an index, a sandbox and an environment in it.

#![allow(dead_code, reason = "every test file uses a part of it")]

pub mod measured;

use std::path::PathBuf;
use testkit::{Index, Interpreter, Outcome, Run, Sandbox, Tree};

/// The program under test. `OXIPIP_TEST_PROGRAM` puts another one in its place: real pip, to learn whether
/// what a test expects is what pip does.
pub fn program() -> PathBuf {
    std::env::var_os("OXIPIP_TEST_PROGRAM").map_or_else(|| env!("CARGO_BIN_EXE_oxipip").into(), PathBuf::from)
}

/// A project whose later versions are for other interpreters and platforms.
pub const FOR_OTHERS: &str = "demo 1.0
     demo 2.0 ; tag cp37-cp37m-win32
     demo 3.0 ; tag pp39-pypy39_pp73-win32
     demo 4.0 ; tag cp310-cp310-macosx_11_0_arm64
     demo 5.0 ; tag cp37-cp37d-win32";

/// An index with a universe of packages and an empty environment, `env` in the working folder.
pub struct Place {
    pub index: Index,
    pub sandbox: Sandbox,
}

impl Place {
    /// See [`Index::universe`] for the text.
    #[track_caller]
    pub fn new(universe: &str) -> Self {
        Self::with_index(Index::start(), universe)
    }

    #[track_caller]
    pub fn with_index(index: Index, universe: &str) -> Self {
        Self::with(index, universe, Interpreter::newest())
    }

    #[track_caller]
    pub fn with(index: Index, universe: &str, interpreter: Interpreter) -> Self {
        index.universe(universe);
        let mut sandbox = Sandbox::with_interpreter(program(), interpreter);
        sandbox.use_index(&index).env("PIP_DISABLE_PIP_VERSION_CHECK", "1");
        sandbox.interpreter().make_venv(sandbox.work().join("env"));
        Self { index, sandbox }
    }

    /// The environment.
    pub fn env(&self) -> PathBuf {
        self.sandbox.work().join("env")
    }

    /// The environment's site-packages.
    pub fn site(&self) -> PathBuf {
        self.env().join(format!("lib/python{}/site-packages", self.sandbox.interpreter().minor_version()))
    }

    /// The program with `--python env` and these words.
    pub fn command(&self, words: &[&str]) -> Run {
        self.sandbox.command(["--python", "env"].iter().chain(words))
    }

    /// Runs the program with `--python env` and these words.
    #[track_caller]
    pub fn run(&self, words: &[&str]) -> Outcome {
        self.command(words).run()
    }

    /// `install` with these words, which must succeed.
    #[track_caller]
    pub fn install(&self, words: &[&str]) -> Outcome {
        self.run(&[&["install"], words].concat()).succeeded()
    }

    /// The lines of `freeze`.
    #[track_caller]
    pub fn frozen(&self) -> Vec<String> {
        self.run(&["freeze"]).succeeded().stdout.lines().map(str::to_owned).collect()
    }

    /// What the environment's own Python prints.
    #[track_caller]
    pub fn python(&self, code: &str) -> String {
        let python = self.env().join("bin/python");
        self.sandbox.program(python, ["-c", code]).run().succeeded().stdout.trim_end().to_owned()
    }

    /// Everything in the environment.
    pub fn tree(&self) -> Tree {
        Tree::of(self.env())
    }
}

/// Runs a shell script in which mounts are its own. `OXIPIP` is the program, `digest` the digest of a tree.
/// Fails loudly where the machine allows no mounts: what they test is then unknown.
#[track_caller]
pub fn in_mount_namespace(place: &Place, script: &str) -> Outcome {
    let digest = "digest() {
            (cd \"$1\" && find . -printf '%p %y %m %l\\n' | sort && find . -type f -exec sha256sum {} + | sort) | sha256sum
        }";
    let script = format!("{digest}\n{script}");
    // As root a mount namespace is enough, and others become root in a namespace of users.
    let user = place.sandbox.program("id", ["-u"]).run().succeeded().stdout;
    let flags: &[&str] = if user.trim() == "0" { &["--mount"] } else { &["--map-root-user", "--mount"] };
    let words = flags.iter().copied().chain(["sh", "-c", &script]);
    let outcome = place.sandbox.program("unshare", words).env("OXIPIP", program()).run();
    assert!(outcome.code != Some(99), "this machine allows no mounts:\n{}", outcome.report());
    assert!(outcome.code != Some(98), "the environment changed:\n{}", outcome.report());
    outcome
}
