//! One interpreter process that compiles files on request.

use std::{
    io::{self, Read, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
};

use super::{CompileTarget, Invalidation};
use crate::error::CompilerFault;

const SCRIPT: &str = include_str!("worker.py");

/// What became of a file.
#[derive(Debug)]
pub enum Outcome {
    /// It was compiled to so many bytes.
    Compiled(u64),
    /// It is not valid for this interpreter.
    Skipped,
    /// A file could not be read or written.
    Failed(io::Error),
}

/// A running process. Killed when dropped.
#[derive(Debug)]
pub struct Worker {
    process: Process,
    requests: ChildStdin,
    replies: ChildStdout,
}

/// The process itself, for whoever must end it from another thread.
#[derive(Debug, Clone)]
pub struct Process(Arc<Mutex<Child>>);

impl Worker {
    /// Starts the interpreter. It does not answer before [`Worker::greet`].
    pub fn start(target: &CompileTarget) -> io::Result<Self> {
        let invalidation = match target.invalidation {
            Invalidation::Timestamp => "timestamp",
            Invalidation::CheckedHash => "hash",
        };
        let mut child = Command::new(&target.python)
            // Isolated, without `site`, without warnings: nothing of the environment or the user can run here.
            .args(["-I", "-S", "-W", "ignore", "-c", SCRIPT, invalidation])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let process = Process(Arc::new(Mutex::new(child)));
        match pipes {
            Some((requests, replies)) => Ok(Self { process, requests, replies }),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    /// Waits until the interpreter is ready, and checks that it writes the byte-code that is wanted.
    pub fn greet(&mut self, target: &CompileTarget) -> Result<(), CompilerFault> {
        let mut magic_number = [0; 4];
        self.replies.read_exact(&mut magic_number)?;
        let found = format!("{:08x}", u32::from_be_bytes(magic_number));
        if found.eq_ignore_ascii_case(&target.magic_number) {
            Ok(())
        } else {
            Err(CompilerFault::MagicNumber { expected: target.magic_number.clone(), found })
        }
    }

    /// Compiles one file. An error means that the process has died.
    pub fn compile(&mut self, source: &Path, place: &Path, recorded: &str) -> io::Result<Outcome> {
        let parts = [
            source.as_os_str().as_encoded_bytes(),
            place.as_os_str().as_encoded_bytes(),
            recorded.as_bytes(),
        ];
        let mut request = Vec::with_capacity(12 + parts.iter().map(|part| part.len()).sum::<usize>());
        for part in parts {
            let length = u32::try_from(part.len()).map_err(|_| io::ErrorKind::InvalidFilename)?;
            request.extend(length.to_be_bytes());
        }
        request.extend(parts.concat());
        self.requests.write_all(&request)?;

        let mut reply = [0; 5];
        self.replies.read_exact(&mut reply)?;
        let [letter, value @ ..] = reply;
        let value = u32::from_be_bytes(value);
        match letter {
            b'c' => Ok(Outcome::Compiled(u64::from(value))),
            b's' => Ok(Outcome::Skipped),
            b'e' => Ok(Outcome::Failed(io::Error::from_raw_os_error(value.cast_signed()))),
            _ => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    /// The process, to end it from another thread.
    pub fn process(&self) -> Process {
        self.process.clone()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.process.kill();
        // A killed process ends at once; not waiting would leave a zombie.
        let _ = self.process.lock().wait();
    }
}

impl Process {
    /// Ends the process, also in the middle of a file. The thread that uses it notices.
    pub fn kill(&self) {
        // It fails only for a process that has ended already.
        let _ = self.lock().kill();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Child> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
