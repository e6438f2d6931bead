//! Everything that a person or a script sees: levels, prefixes, colours and indentation as pip has them.
//!
//! pip logs plain lines to standard output, and warnings and errors with a prefix to standard error; `-q`
//! and `-v` move the level. Only this module writes to the two streams.

use std::fmt::Display;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::log::Log;

/// Where output goes, and how much of it.
pub struct Console {
    level: Level,
    color: bool,
    stdout: Mutex<BufWriter<io::Stdout>>,
    log: Mutex<Option<Log>>,
}

/// The weight of a message; a console shows those that weigh at least as much as its own level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Shown with `-vv`.
    Debug,
    /// Shown with `-v`.
    Verbose,
    /// What is printed without options.
    Info,
    /// Hidden by `-qq`.
    Warning,
    /// Hidden by `-qqq`.
    Error,
    /// Never hidden.
    Critical,
}

impl Level {
    /// The level that `verbose - quiet` flags ask for (pip: `cli/base_command.py`).
    pub fn from_verbosity(verbosity: i64) -> Self {
        match verbosity {
            2.. => Self::Debug,
            1 => Self::Verbose,
            0 => Self::Info,
            -1 => Self::Warning,
            -2 => Self::Error,
            _ => Self::Critical,
        }
    }
}

impl Console {
    /// A console for the process's own streams. `no_color` is `--no-color`, or `NO_COLOR` being set.
    pub fn new(level: Level, no_color: bool) -> Self {
        Self {
            level,
            color: !no_color && io::stderr().is_terminal(),
            stdout: Mutex::new(BufWriter::new(io::stdout())),
            log: Mutex::new(None),
        }
    }

    /// Also writes every message, whatever its level, to this file (`--log`).
    pub fn log_to(&self, path: PathBuf) {
        *lock(&self.log) = Some(Log::new(path));
    }

    /// Whether messages of this level are shown.
    pub fn shows(&self, level: Level) -> bool {
        level >= self.level
    }

    /// Whether progress may be drawn: a terminal that shows ordinary messages.
    pub fn is_interactive(&self) -> bool {
        self.shows(Level::Info) && io::stderr().is_terminal()
    }

    /// A line of ordinary output, hidden by `-q` as pip's is.
    pub fn info(&self, line: impl Display) {
        self.record("", &line);
        if self.shows(Level::Info) {
            self.write(format_args!("{line}\n"));
        }
    }

    /// A line for `-vv`.
    pub fn debug(&self, line: impl Display) {
        self.record("", &line);
        if self.shows(Level::Debug) {
            self.write(format_args!("{line}\n"));
        }
    }

    /// A line for `-v`.
    pub fn verbose(&self, line: impl Display) {
        self.record("", &line);
        if self.shows(Level::Verbose) {
            self.write(format_args!("{line}\n"));
        }
    }

    /// A line that `-q` does not hide: the result of `freeze`, `completion`, `hash` and such.
    pub fn result(&self, line: impl Display) {
        self.write(format_args!("{line}\n"));
    }

    /// `WARNING: …` on standard error.
    pub fn warning(&self, text: impl Display) {
        let text = text.to_string();
        // pip's deprecations begin with a word of their own.
        let prefix = if text.starts_with("DEPRECATION: ") { "" } else { "WARNING: " };
        self.message(Level::Warning, prefix, "\x1b[33m", &text);
    }

    /// `WARNING: …` on standard error, set in by two blanks as what happens within something else.
    pub fn warning_within(&self, text: impl Display) {
        let text = text.to_string().replace('\n', "\n  ");
        self.message(Level::Warning, "  WARNING: ", "\x1b[33m", &text);
    }

    /// `ERROR: …` on standard error.
    pub fn error(&self, text: impl Display) {
        self.message(Level::Error, "ERROR: ", "\x1b[31m", &text);
    }

    /// `ERROR: …` on standard error that no option hides.
    pub fn critical(&self, text: impl Display) {
        self.message(Level::Critical, "ERROR: ", "\x1b[31m", &text);
    }

    /// Text on standard error as it is, without prefix: usage errors.
    pub fn error_text(&self, text: impl Display) {
        let _ = self.flush();
        let _ = write!(io::stderr(), "{text}");
    }

    /// A question, after which the cursor stays on the line.
    pub fn prompt(&self, question: &str) {
        self.write(format_args!("{question}"));
        let _ = self.flush();
    }

    /// Hands everything to the operating system, which refuses it when standard output is gone (a closed pipe).
    pub fn flush(&self) -> io::Result<()> {
        lock(&self.stdout).flush()
    }

    fn message(&self, level: Level, prefix: &str, color: &str, text: &dyn Display) {
        self.record(prefix, text);
        if !self.shows(level) {
            return;
        }
        // The two streams may be one terminal: what was said before must stand before.
        let _ = self.flush();
        let (start, end) = if self.color { (color, "\x1b[0m") } else { ("", "") };
        let _ = writeln!(io::stderr(), "{start}{prefix}{text}{end}");
    }

    fn write(&self, text: std::fmt::Arguments<'_>) {
        // A closed pipe is noticed by the flush at the end of the command, which decides the exit code.
        let _ = lock(&self.stdout).write_fmt(text);
    }

    fn record(&self, prefix: &str, text: &dyn Display) {
        let mut log = lock(&self.log);
        let Some(Err(error)) = log.as_mut().map(|log| log.write(prefix, text)) else { return };
        // Said once: what comes after is not tried again.
        *log = None;
        drop(log);
        self.warning(format_args!("The log cannot be written: {error}"));
    }
}

/// Speaks for parts of the program that have no console at hand, on whatever thread they run.
#[derive(Debug, Clone, Copy)]
pub struct Voice {
    level: Level,
}

impl Voice {
    /// A voice that `verbose - quiet` flags make as loud as the console.
    pub fn new(verbosity: i64) -> Self {
        Self { level: Level::from_verbosity(verbosity) }
    }

    /// A line for `-vv`.
    pub fn debug(self, line: impl Display) {
        self.say(Level::Debug, line);
    }

    /// A line for `-v`.
    pub fn verbose(self, line: impl Display) {
        self.say(Level::Verbose, line);
    }

    /// A line of ordinary output.
    pub fn info(self, line: impl Display) {
        self.say(Level::Info, line);
    }

    /// `WARNING: …` on standard error.
    pub fn warning(self, text: impl Display) {
        self.complain(Level::Warning, "WARNING", text);
    }

    /// `ERROR: …` on standard error.
    pub fn error(self, text: impl Display) {
        self.complain(Level::Error, "ERROR", text);
    }

    /// `ERROR: …` on standard error that no option hides.
    pub fn critical(self, text: impl Display) {
        self.complain(Level::Critical, "ERROR", text);
    }

    fn say(self, level: Level, line: impl Display) {
        if level >= self.level {
            let _ = writeln!(io::stdout(), "{line}");
        }
    }

    fn complain(self, level: Level, prefix: &str, text: impl Display) {
        if level >= self.level {
            let _ = writeln!(io::stderr(), "{prefix}: {text}");
        }
    }
}

/// Asks for a line of text, of which nothing is made up when nobody answers.
pub fn ask_line(question: &str) -> Option<String> {
    let mut stdout = io::stdout();
    write!(stdout, "{question}").and_then(|()| stdout.flush()).ok()?;
    let mut answer = String::new();
    let read = io::stdin().read_line(&mut answer).ok()?;
    (read > 0).then(|| answer.trim_end_matches(['\r', '\n']).to_owned())
}

/// Asks a question for a part of the program that has no console at hand. Nothing when nobody answers.
pub fn ask(question: &str, allowed: &[&str]) -> Option<String> {
    loop {
        let answer = ask_line(question)?;
        let answer = answer.trim().to_lowercase();
        if allowed.contains(&answer.as_str()) {
            return Some(answer);
        }
        let expected = allowed.join(", ");
        let answer = options::python_repr(&answer);
        let refusal = format!("Your response ({answer}) was not one of the expected responses: {expected}");
        writeln!(io::stdout(), "{refusal}").ok()?;
    }
}

/// What a thread that panicked left behind is still a stream that can be written to.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_follow_the_flags() {
        assert!(Level::from_verbosity(-1) == Level::Warning && Level::from_verbosity(-9) == Level::Critical);
        assert!(Level::from_verbosity(3) == Level::Debug && Level::from_verbosity(0) == Level::Info);
        assert!(!Console::new(Level::Error, true).shows(Level::Warning));
    }
}
