//! The process that runs hooks: Python with `worker.py`.

use std::{
    fs, io,
    io::{PipeReader, Read, Write},
    os::{
        fd::OwnedFd,
        unix::{net::UnixStream, process::ExitStatusExt},
    },
    path::{Path, PathBuf},
    process::{Child, Command},
};

use rustix::{
    event::{PollFd, PollFlags, poll},
    fs::OFlags,
    io::Errno,
    process::{Pid, Signal, kill_process_group},
};
use serde::Serialize;
use tempfile::TempDir;

use super::{BuildEnvironment, output::Lines};
use crate::error::BackendError;

const SCRIPT: &str = include_str!("worker.py");

/// Pipes hold less than this. What a hook has printed is in the pipe when its process has ended; what comes beyond is
/// from processes that it left behind.
const MOST_LEFT: usize = 1 << 20;

/// What the script reads.
#[derive(Debug, Serialize)]
pub struct Request<'a, A> {
    /// The hook's function.
    pub hook: &'static str,
    /// What it is called with.
    pub arguments: A,
    /// The backend, as `pyproject.toml` names it.
    pub backend: &'a str,
    /// Where to import it from, if from the source tree.
    pub backend_path: &'a [PathBuf],
    /// The file for the answer.
    pub answer: &'a Path,
}

/// How a hook ended.
#[derive(Debug)]
pub struct Ended {
    /// As Python counts: a signal is negative.
    pub exit_code: i32,
    /// Whether the process can take another request.
    pub is_alive: bool,
}

/// The process. Dropping it ends it, and whatever its hook has started if it is in the middle of one.
#[derive(Debug)]
pub struct Process {
    child: Child,
    channel: UnixStream,
    output: PipeReader,
    folder: TempDir,
    is_busy: bool,
}

impl Process {
    /// Starts Python in the folder `source`.
    pub fn start(environment: &BuildEnvironment, source: &Path) -> Result<Self, BackendError> {
        let temporary = &environment.temporary_folder;
        let folder = tempfile::Builder::new().prefix("pip-build-backend-").tempdir_in(temporary).map_err(
            |source| BackendError::Io { action: "make a folder in", path: temporary.clone(), source },
        )?;
        let script = folder.path().join(SCRIPT_NAME);
        fs::write(&script, SCRIPT).map_err(|source| BackendError::Io {
            action: "write",
            path: script.clone(),
            source,
        })?;
        Self::spawn(environment, source, &script, folder)
            .map_err(|source| BackendError::Start { python: environment.python.clone(), source })
    }

    fn spawn(
        environment: &BuildEnvironment,
        source: &Path,
        script: &Path,
        folder: TempDir,
    ) -> io::Result<Self> {
        let (channel, other_end) = UnixStream::pair()?;
        let (output, stdout) = io::pipe()?;
        let flags = rustix::fs::fcntl_getfl(&output)?;
        rustix::fs::fcntl_setfl(&output, flags | OFlags::NONBLOCK)?;
        let child = Command::new(&environment.python)
            .arg(script)
            .current_dir(source)
            .env_clear()
            .envs(environment.variables.iter().map(|(name, value)| (name, value)))
            .stdin(OwnedFd::from(other_end))
            .stderr(stdout.try_clone()?)
            .stdout(stdout)
            .spawn()?;
        Ok(Self { child, channel, output, folder, is_busy: false })
    }

    /// The file that the next answer is written to.
    pub fn answer(&self) -> PathBuf {
        self.folder.path().join("answer.json")
    }

    /// The command line.
    pub fn command(&self, python: &Path) -> Vec<String> {
        let script = self.folder.path().join(SCRIPT_NAME);
        [python, &script].map(|part| part.to_string_lossy().into_owned()).into()
    }

    /// Calls a hook and waits until it has ended, whatever it may have left behind. Gives what it prints to `line`.
    pub fn call(&mut self, request: &impl Serialize, mut line: impl FnMut(String)) -> io::Result<Ended> {
        let mut text = serde_json::to_vec(request)?;
        text.push(b'\n');
        self.is_busy = true;
        // If the process has ended already, the answer will say so.
        let _ = self.channel.write_all(&text);

        let mut lines = Lines::default();
        let mut is_open = true;
        while !self.wait(is_open)? {
            is_open = self.read_output(&mut lines, &mut line)? != Some(0);
        }
        let mut exit_code = [0; 4];
        let ended = if self.channel.read_exact(&mut exit_code).is_ok() {
            Ended { exit_code: i32::from_be_bytes(exit_code), is_alive: true }
        } else {
            let status = self.child.wait()?;
            let signal = status.signal().map(|signal| -signal);
            Ended { exit_code: status.code().or(signal).unwrap_or(1), is_alive: false }
        };
        self.is_busy = false;

        let mut left = 0;
        while is_open && left < MOST_LEFT {
            match self.read_output(&mut lines, &mut line)? {
                None | Some(0) => break,
                Some(count) => left += count,
            }
        }
        lines.finish().into_iter().for_each(line);
        Ok(ended)
    }

    /// Waits for output (if `is_open`) or for the end of the hook; `true` for the latter.
    fn wait(&self, is_open: bool) -> io::Result<bool> {
        loop {
            let mut sources =
                [PollFd::new(&self.channel, PollFlags::IN), PollFd::new(&self.output, PollFlags::IN)];
            let waited_for = if is_open { &mut sources[..] } else { &mut sources[..1] };
            match poll(waited_for, None) {
                Ok(_) => return Ok(!sources[0].revents().is_empty()),
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Reads what is there; `Some(0)` if nothing will ever come, `None` if there is nothing at the moment.
    fn read_output(&mut self, lines: &mut Lines, line: impl FnMut(String)) -> io::Result<Option<usize>> {
        let mut buffer = [0; 16 << 10];
        loop {
            match self.output.read(&mut buffer) {
                Ok(count) => {
                    lines.take(buffer.get(..count).unwrap_or_default(), line);
                    return Ok(Some(count));
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(None),
                Err(error) => return Err(error),
            }
        }
    }
}

/// Hooks see it in tracebacks.
const SCRIPT_NAME: &str = "build_backend_worker.py";

impl Drop for Process {
    fn drop(&mut self) {
        if self.is_busy {
            // Its group bears its number, once it has made one. Both fail only when there is nothing to end.
            if let Ok(id) = i32::try_from(self.child.id())
                && let Some(group) = Pid::from_raw(id)
            {
                let _ = kill_process_group(group, Signal::KILL);
            }
            let _ = self.child.kill();
        } else {
            // The end of the socket tells it to go.
            let _ = self.channel.shutdown(std::net::Shutdown::Both);
        }
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As it is when the front end is killed: the socket closes and nobody tidies up.
    #[test]
    fn a_hook_ends_with_the_socket() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(
            folder.path().join("patient.py"),
            "import subprocess, sys\n\
             def build_wheel():\n    \
                 subprocess.run([sys.executable, '-c', 'import time; print(1, flush=True); time.sleep(1000)'])\n",
        )
        .unwrap();
        let environment = BuildEnvironment {
            python: testkit::Interpreter::newest().path,
            variables: vec![("PYTHONPATH".into(), folder.path().into())],
            temporary_folder: folder.path().to_owned(),
        };
        let mut process = Process::start(&environment, folder.path()).unwrap();
        let answer = process.answer();
        let request = Request {
            hook: "build_wheel",
            arguments: [(); 0],
            backend: "patient",
            backend_path: &[],
            answer: &answer,
        };
        let channel = process.channel.try_clone().unwrap();
        let ended = process.call(&request, |_| channel.shutdown(std::net::Shutdown::Both).unwrap()).unwrap();
        assert!(!ended.is_alive);
        assert_eq!(ended.exit_code, -9);
        // The grandchild, too: it holds the other end of the output.
        let mut sources = [PollFd::new(&process.output, PollFlags::IN)];
        let deadline = rustix::event::Timespec { tv_sec: 20, tv_nsec: 0 };
        assert_eq!(poll(&mut sources, Some(&deadline)).unwrap(), 1);
        assert_eq!(process.output.read(&mut [0; 1]).unwrap(), 0);
    }
}
