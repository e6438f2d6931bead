//! Asking an interpreter about itself: the only place of this room that starts Python.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::facts::InterpreterFacts;
use crate::{Environment, EnvironmentError};

const FACTS: &str = include_str!("probe/facts.py");
const DESCRIPTION: &str = include_str!("probe/description.py");
const DEFAULT_INDEX: &str = include_str!("probe/default_index.py");
const MANYLINUX: &str = include_str!("probe/manylinux.py");

/// What the script for facts answers.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    TooOld(String),
    Facts(Box<InterpreterFacts>),
}

/// Asks for the facts of the interpreter behind an executable (which may be a shim).
///
/// # Errors
/// The executable does not start, is older than Python 3.8, or answers nothing that can be understood.
pub(crate) fn facts(python: &Path) -> Result<InterpreterFacts, EnvironmentError> {
    // -S: a .pth file of the base interpreter must not be able to disturb the answer, and it takes time.
    let answer = ask(python, &["-B", "-E", "-s", "-S"], FACTS, &[])?;
    match serde_json::from_str(&answer) {
        Ok(Answer::Facts(facts)) => Ok(*facts),
        Ok(Answer::TooOld(version)) => Err(EnvironmentError::TooOld { python: python.to_owned(), version }),
        Err(error) => {
            Err(EnvironmentError::NoAnswer { python: python.to_owned(), reason: error.to_string() })
        }
    }
}

/// Asks the first pip among the given folders and wheels for the index it uses when nothing is configured.
pub(crate) fn default_index(python: &Path, places: &[&Path]) -> Option<String> {
    let places: Vec<&OsStr> = places.iter().map(|place| place.as_os_str()).collect();
    let answer = ask(python, &["-B", "-E", "-s", "-S"], DEFAULT_INDEX, &places).ok()?;
    serde_json::from_str(&answer).ok()?
}

/// Asks the module `_manylinux` of an environment which of the `arch:major.minor` it accepts.
///
/// The module is Python code, so that the environment's own interpreter has to run it.
pub(crate) fn manylinux_answers(python: &Path, questions: &[String]) -> Result<Vec<bool>, EnvironmentError> {
    let questions: Vec<&OsStr> = questions.iter().map(OsStr::new).collect();
    let answer = ask(python, &["-B", "-E", "-s"], MANYLINUX, &questions)?;
    serde_json::from_str(&answer)
        .map_err(|error| EnvironmentError::NoAnswer { python: python.to_owned(), reason: error.to_string() })
}

/// What an interpreter says of itself to people who look for a fault; only `debug` asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct InterpreterDescription {
    /// `sys.version`, with the compiler.
    pub version: String,
    /// `sys.getdefaultencoding()`.
    pub default_encoding: String,
    /// `sys.getfilesystemencoding()`.
    pub filesystem_encoding: String,
    /// `locale.getencoding()`.
    pub locale_encoding: String,
}

impl Environment {
    /// Starts the environment's interpreter and has it describe itself.
    ///
    /// # Errors
    /// It does not start, or answers nothing that can be understood.
    pub fn describe(&self) -> Result<InterpreterDescription, EnvironmentError> {
        let answer = ask(self.python(), &["-B", "-s"], DESCRIPTION, &[])?;
        serde_json::from_str(&answer).map_err(|error| EnvironmentError::NoAnswer {
            python: self.python().to_owned(),
            reason: error.to_string(),
        })
    }
}

/// Runs a script and gives the text after its marker; whatever shims and site hooks print is passed over.
fn ask(
    python: &Path,
    flags: &[&str],
    script: &str,
    arguments: &[&OsStr],
) -> Result<String, EnvironmentError> {
    const MARKER: &str = "oxipip-facts:";
    let output = Command::new(python)
        .args(flags)
        .arg("-c")
        .arg(script)
        .args(arguments)
        // macOS hands this down to children, who then take themselves for the parent.
        .env_remove("__PYVENV_LAUNCHER__")
        .stdin(Stdio::null())
        .output()
        .map_err(|source| EnvironmentError::Start { python: python.to_owned(), source })?;
    let text = String::from_utf8_lossy(&output.stdout);
    if let Some(answer) = text.lines().find_map(|line| line.strip_prefix(MARKER)) {
        return Ok(answer.to_owned());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    let reason = match complaint.trim() {
        "" => format!("it ended with {}", output.status),
        complaint => complaint.to_owned(),
    };
    Err(EnvironmentError::NoAnswer { python: python.to_owned(), reason })
}
