//! The `keyring` package of the target interpreter, asked through a small program of its language.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use index::Login;
use serde_json::Value;

use super::Provider;

/// Asks or tells the keyring, and answers in JSON.
const PROGRAM: &str = include_str!("import/ask_keyring.py");

/// A `keyring` that can be imported.
pub struct Imported {
    python: PathBuf,
}

impl Imported {
    /// `None` where there is no `keyring`; an error where importing it fails.
    pub fn new(python: &Path) -> Result<Option<Self>, String> {
        let imported = Self { python: python.to_owned() };
        let answer = imported.ask(&["import"], "")?;
        Ok((answer != Value::Bool(false)).then_some(imported))
    }

    fn ask(&self, arguments: &[&str], input: &str) -> Result<Value, String> {
        let mut command = Command::new(&self.python);
        command.args(["-c", PROGRAM]).args(arguments).stdout(Stdio::piped());
        // A keyring that is locked may ask its user, but not for what is meant for it to keep.
        command.stdin(if input.is_empty() { Stdio::inherit() } else { Stdio::piped() });
        let mut child = command.spawn().map_err(|error| error.to_string())?;
        if let Some(mut pipe) = child.stdin.take() {
            // A program that does not read tells how it fares by its answer.
            let _ = pipe.write_all(input.as_bytes());
        }
        let output = child.wait_with_output().map_err(|error| error.to_string())?;
        let answer: Value = serde_json::from_slice(&output.stdout)
            .map_err(|_| format!("{} ended with {}", self.python.display(), output.status))?;
        match answer.get("exception").and_then(Value::as_str) {
            Some(error) => Err(error.to_owned()),
            None => Ok(answer),
        }
    }
}

impl Provider for Imported {
    fn find(&self, services: &[String], user: Option<&str>) -> Result<Option<Login>, String> {
        let question = serde_json::json!([services, user]).to_string();
        let answer = self.ask(&["find", &question], "")?;
        let part = |index: usize| answer.get(index).and_then(Value::as_str).map(str::to_owned);
        Ok(part(0).zip(part(1)).map(|(user, password)| Login { user, password }))
    }

    fn save(&self, service: &str, login: &Login) -> Result<(), String> {
        let input = serde_json::json!([service, login.user, login.password]).to_string();
        self.ask(&["save"], &input).map(|_| ())
    }
}
