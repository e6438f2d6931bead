//! One program's run, from its arguments to what it left behind.

use crate::snapshot::Filters;
use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A program about to run.
#[derive(Debug)]
pub struct Run {
    command: Command,
    stdin: Option<Vec<u8>>,
    filters: Filters,
    work: PathBuf,
}

impl Run {
    pub(super) fn new(command: Command, filters: Filters, work: PathBuf) -> Self {
        Self { command, stdin: None, filters, work }
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    /// Sets a variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Removes a variable.
    #[must_use]
    pub fn env_remove(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Runs in a folder relative to the sandbox's working folder.
    #[must_use]
    pub fn current_dir(mut self, relative: impl AsRef<Path>) -> Self {
        self.command.current_dir(self.work.join(relative));
        self
    }

    /// Gives standard input; it is empty otherwise.
    #[must_use]
    pub fn stdin(mut self, text: impl AsRef<[u8]>) -> Self {
        self.stdin = Some(text.as_ref().to_vec());
        self
    }

    /// The command itself, for what needs more than a start and an end (signals, several at once).
    pub fn into_command(self) -> Command {
        self.command
    }

    /// Runs to the end.
    #[track_caller]
    pub fn run(mut self) -> Outcome {
        let args: Vec<_> = self.command.get_args().map(OsStr::to_string_lossy).collect();
        let words = format!("{} {}", self.command.get_program().display(), args.join(" "));
        self.command.stdin(if self.stdin.is_some() { Stdio::piped() } else { Stdio::null() });
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().unwrap_or_else(|error| panic!("{words}: {error}"));
        if let Some((input, mut pipe)) = self.stdin.take().zip(child.stdin.take()) {
            // A program that does not read its input is the test's affair.
            std::thread::spawn(move || pipe.write_all(&input).ok());
        }
        let output = child.wait_with_output().unwrap_or_else(|error| panic!("{words}: {error}"));
        Outcome {
            words,
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            filters: self.filters,
        }
    }
}

/// What a run left behind.
#[derive(Clone, Debug)]
pub struct Outcome {
    words: String,
    /// The exit code; `None` after a signal.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    filters: Filters,
}

#[allow(clippy::return_self_not_must_use, reason = "an assertion is complete without its value")]
impl Outcome {
    /// Panics with everything unless the exit code is 0.
    #[track_caller]
    pub fn succeeded(self) -> Self {
        self.ended_with(0)
    }

    /// Panics with everything unless the exit code is 1.
    #[track_caller]
    pub fn failed(self) -> Self {
        self.ended_with(1)
    }

    /// Panics with everything unless the exit code is `code`.
    #[track_caller]
    pub fn ended_with(self, code: i32) -> Self {
        assert!(self.code == Some(code), "the exit code is not {code}:\n{}", self.report());
        self
    }

    /// Panics with everything unless standard output holds `text`.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(self.stdout.contains(text), "standard output does not say {text:?}:\n{}", self.report());
        self
    }

    /// Panics with everything unless standard error holds `text`.
    #[track_caller]
    pub fn warns(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "standard error does not say {text:?}:\n{}", self.report());
        self
    }

    /// Standard output with paths, addresses, times and sizes replaced.
    pub fn filtered_stdout(&self) -> String {
        self.filters.apply(&self.stdout)
    }

    /// Standard error with paths, addresses, times and sizes replaced.
    pub fn filtered_stderr(&self) -> String {
        self.filters.apply(&self.stderr)
    }

    /// Everything, to be shown when a test fails.
    pub fn report(&self) -> String {
        format!(
            "{}\nexit code: {:?}\n--- stdout\n{}--- stderr\n{}",
            self.words, self.code, self.stdout, self.stderr
        )
    }
}
