//! Running the tools, as pip's `call_subprocess` does.

use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

use requirement::redact_url;

use crate::client::VersionControl;
use crate::error::{CommandFailure, VersionControlError as Error};
use crate::event::Event;
use crate::system::System;

/// Variables by which a tool around us (a hook of a repository, say) names its own repository: Git would
/// work on that one instead of ours. pip drops the first two.
const REPOSITORY_VARIABLES: [&str; 8] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_PREFIX",
];

/// One call of a tool.
pub(crate) struct Tool<'c> {
    client: &'c VersionControl<'c>,
    system: System,
    arguments: Vec<Argument>,
    folder: Option<PathBuf>,
    variables: Vec<(OsString, OsString)>,
    accepted: Option<i32>,
}

/// A word of a command, and how it is shown.
struct Argument {
    value: OsString,
    shown: String,
}

impl<'c> Tool<'c> {
    /// The tool of a system with the given arguments.
    pub(crate) fn new<I>(client: &'c VersionControl<'c>, system: System, arguments: I) -> Self
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        let tool = Self {
            client,
            system,
            arguments: Vec::new(),
            folder: None,
            variables: Vec::new(),
            accepted: None,
        };
        tool.args(arguments)
    }

    /// More arguments.
    pub(crate) fn args<I>(mut self, arguments: I) -> Self
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        self.arguments.extend(arguments.into_iter().map(|argument| {
            let value = argument.as_ref().to_owned();
            Argument { shown: value.to_string_lossy().into_owned(), value }
        }));
        self
    }

    /// A URL, whose password is not shown.
    pub(crate) fn url(mut self, url: &str) -> Self {
        self.arguments.push(Argument { value: url.into(), shown: redact_url(url) });
        self
    }

    /// A password, which is not shown.
    pub(crate) fn secret(mut self, secret: &str) -> Self {
        self.arguments.push(Argument { value: secret.into(), shown: "****".to_owned() });
        self
    }

    /// Runs in this folder.
    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.folder = Some(folder.to_owned());
        self
    }

    /// Sets a variable.
    pub(crate) fn variable(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// Gives Git a setting for this call, where neither a listing of processes nor a configuration file shows it.
    pub(crate) fn setting(self, name: &str, value: &str) -> Self {
        let inherited = self.client.settings.environment.iter().map(|(name, value)| (name, value));
        let count = inherited
            .chain(self.variables.iter().map(|(name, value)| (name, value)))
            .rfind(|(name, _)| *name == "GIT_CONFIG_COUNT");
        // There may be some already, from the caller or an earlier call of this.
        let count = count.and_then(|(_, value)| value.to_str()?.parse().ok()).unwrap_or(0_u32);
        self.variable(&format!("GIT_CONFIG_KEY_{count}"), name)
            .variable(&format!("GIT_CONFIG_VALUE_{count}"), value)
            .variable("GIT_CONFIG_COUNT", (count + 1).to_string())
    }

    /// This exit code is no error either.
    pub(crate) fn accepting(mut self, code: i32) -> Self {
        self.accepted = Some(code);
        self
    }

    /// Runs it; each line of its output is told as it comes.
    pub(crate) fn run(&self) -> Result<(), Error> {
        let description = self.description();
        (self.client.report)(Event::Command(&format!("Running command {description}")));
        let (reader, writer) = io::pipe().map_err(|error| self.not_started(error))?;
        let mut command = self.command();
        command.stdout(writer.try_clone().map_err(|error| self.not_started(error))?).stderr(writer);
        let mut child = command.spawn().map_err(|error| self.not_started(error))?;
        // It holds our ends of the pipe for writing: while it lives the output would never end.
        drop(command);
        let mut output = Vec::new();
        for line in BufReader::new(reader).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            (self.client.report)(Event::Command(&line));
            output.push(line);
        }
        let status = child.wait().map_err(|error| self.not_started(error))?;
        self.judge(code(status), output, false)
    }

    /// Runs it and gives what it wrote to standard output.
    pub(crate) fn query(&self) -> Result<String, Error> {
        let (code, stdout, lines) = self.ask(None)?;
        self.judge(code, lines, true).map(|()| stdout)
    }

    /// Runs it with `input` on standard input and gives what it wrote to standard output.
    pub(crate) fn query_with(&self, input: &str) -> Result<String, Error> {
        let (code, stdout, lines) = self.ask(Some(input))?;
        self.judge(code, lines, true).map(|()| stdout)
    }

    /// What it wrote to standard output, however it ended.
    pub(crate) fn query_leniently(&self) -> Result<String, Error> {
        self.ask(None).map(|(_, stdout, _)| stdout)
    }

    fn ask(&self, input: Option<&str>) -> Result<(i32, String, Vec<String>), Error> {
        (self.client.report)(Event::Query(&format!("Running command {}", self.description())));
        let Output { status, stdout, stderr } =
            self.collect(input).map_err(|error| self.not_started(error))?;
        let stdout = String::from_utf8_lossy(&stdout).into_owned();
        let stderr = String::from_utf8_lossy(&stderr);
        let lines: Vec<String> = stdout.lines().chain(stderr.lines()).map(ToOwned::to_owned).collect();
        lines.iter().for_each(|line| (self.client.report)(Event::Query(line)));
        Ok((code(status), stdout, lines))
    }

    fn collect(&self, input: Option<&str>) -> io::Result<Output> {
        let mut command = self.command();
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let Some(input) = input else { return command.output() };
        let (reader, mut writer) = io::pipe()?;
        let child = command.stdin(reader).spawn()?;
        drop(command);
        // Beside the reading of the output: both pipes may be full at once. A tool that ends early is judged
        // by its exit code, not by what it did not read.
        let input = input.to_owned();
        let feeder =
            thread::Builder::new().spawn(move || io::Write::write_all(&mut writer, input.as_bytes()));
        // Without a thread its input is closed by now, so that it comes to its end all the same.
        let output = child.wait_with_output();
        let _ = feeder?.join();
        output
    }

    fn command(&self) -> Command {
        let mut command = Command::new(self.system.name());
        command.args(self.arguments.iter().map(|argument| &argument.value));
        command.env_clear().envs(self.client.settings.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null());
        command.current_dir(self.folder.as_ref().unwrap_or(&self.client.settings.working_directory));
        if self.system == System::Git {
            for name in REPOSITORY_VARIABLES {
                command.env_remove(name);
            }
            if self.client.settings.no_input {
                command.env("GIT_TERMINAL_PROMPT", "0").env("GIT_SSH_COMMAND", "ssh -oBatchMode=yes");
            }
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// The command as a shell would take it (pip: `format_command_args`).
    fn description(&self) -> String {
        let mut text = self.system.name().to_owned();
        for argument in &self.arguments {
            text.push(' ');
            text.push_str(&quoted(&argument.shown));
        }
        text
    }

    fn judge(&self, exit_code: i32, output: Vec<String>, is_query: bool) -> Result<(), Error> {
        if exit_code == 0 || self.accepted == Some(exit_code) {
            return Ok(());
        }
        let folder = self.folder.clone();
        let description = self.description();
        Err(Error::Command(Box::new(CommandFailure { description, exit_code, output, is_query, folder })))
    }

    fn not_started(&self, source: io::Error) -> Error {
        let name = self.system.name();
        let folder = self.folder.as_ref().filter(|folder| !folder.is_dir());
        match (source.kind(), folder) {
            (io::ErrorKind::NotFound, None) => Error::MissingCommand(name),
            (io::ErrorKind::NotADirectory, None) => Error::InvalidPath(name),
            (io::ErrorKind::PermissionDenied, None) => Error::NotPermitted(name),
            (_, folder) => {
                let path = folder.map_or_else(|| PathBuf::from(name), Clone::clone);
                Error::Io { action: "cannot run", path, source }
            }
        }
    }
}

fn code(status: std::process::ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt as _;
    status.code().unwrap_or_else(|| -status.signal().unwrap_or_default())
}

/// `shlex.quote`.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "@%+=:,./-_".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\"'\"'"))
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_are_quoted_as_a_shell_needs_it() {
        assert_eq!(quoted("--filter=blob:none"), "--filter=blob:none");
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's"), "'it'\"'\"'s'");
        assert_eq!(quoted("0^{commit}"), "'0^{commit}'");
    }
}
