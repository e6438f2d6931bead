//! The `keyring` program.

use std::env;
use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use index::Login;
use rustix::fs::{Access, access};

use super::Provider;

/// A `keyring` that was found on `PATH`.
pub struct Program(PathBuf);

impl Program {
    /// The first `keyring` on `path` that is not among an environment's own scripts.
    pub fn find(path: &OsStr, scripts: Option<&Path>) -> Option<Self> {
        let own = scripts.and_then(|scripts| scripts.canonicalize().ok());
        env::split_paths(path)
            .filter(|folder| own.is_none() || folder.canonicalize().ok() != own)
            .map(|folder| folder.join("keyring"))
            .find(|program| program.is_file() && access(program, Access::EXEC_OK).is_ok())
            .map(Self)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.0);
        command.args(arguments).env("PYTHONIOENCODING", "utf-8");
        command
    }

    fn find_one(&self, service: &str, user: Option<&str>) -> Result<Option<Login>, String> {
        let mut command = self.command(&["--mode=creds", "--output=json", "get", service]);
        let output = command.args(user).stdin(Stdio::null()).output().map_err(|error| error.to_string())?;
        if !output.status.success() {
            let complaint = String::from_utf8_lossy(&output.stderr);
            let is_outdated = output.status.code() == Some(2)
                && ["unrecognized arguments", "--mode=creds"].iter().all(|part| complaint.contains(part));
            return if is_outdated {
                Err("Keyring util is outdated; must be at least version 25.2.1, please upgrade it".to_owned())
            } else {
                Ok(None)
            };
        }
        // What it printed may hold a password, and is not for error messages.
        let answer: serde_json::Value = serde_json::from_slice(&output.stdout)
            .map_err(|error| format!("keyring has not answered in JSON (line {})", error.line()))?;
        let part = |name: &str| {
            let text = answer.get(name).and_then(|value| value.as_str());
            text.map(str::to_owned).ok_or_else(|| options::python_repr(name))
        };
        Ok(Some(Login { user: part("username")?, password: part("password")? }))
    }
}

impl Provider for Program {
    fn find(&self, services: &[String], user: Option<&str>) -> Result<Option<Login>, String> {
        for service in services {
            let found = self.find_one(service, user)?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    fn save(&self, service: &str, login: &Login) -> Result<(), String> {
        let mut command = self.command(&["set", service, &login.user]);
        let mut child = command.stdin(Stdio::piped()).spawn().map_err(|error| error.to_string())?;
        if let Some(mut input) = child.stdin.take() {
            // A program that does not read tells how it fares by its exit code.
            let _ = writeln!(input, "{}", login.password);
        }
        let status = child.wait().map_err(|error| error.to_string())?;
        if status.success() { Ok(()) } else { Err(format!("{} ended with {status}", self.0.display())) }
    }
}
