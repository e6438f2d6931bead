//! Ctrl-C: pip's last word, its exit code, and nothing left in the folder for temporary files.
//!
//! What was being done to an environment is undone by the next command, as after any other sudden end.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::{io, process, thread};

use signal_hook::consts::{SIGABRT, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::iterator::Signals;
use signal_hook::{flag, low_level};

/// What is to be done before the process ends.
static CLEANERS: Mutex<Vec<Box<dyn Fn() + Send>>> = Mutex::new(Vec::new());

/// From here on an interrupted command ends as pip does, after `clean` was called. Commands that take no time do
/// without it.
pub fn clean_up_with(clean: impl Fn() + Send + 'static) {
    let mut cleaners = CLEANERS.lock().unwrap_or_else(PoisonError::into_inner);
    let is_first = cleaners.is_empty();
    cleaners.push(Box::new(clean));
    if !is_first {
        return;
    }
    // Without signals, Ctrl-C ends the process as it always does.
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else { return };
    // A thread that cannot be started is no reason to fail either.
    let _ = thread::Builder::new().name("interruption".into()).spawn(move || {
        if let Some(signal) = signals.forever().next() {
            end(signal);
        }
    });
}

/// A file that grows past the limit of `ulimit -f` is an error like a full disk, with a message and everything undone, and
/// not the end of the process. Python does the same.
pub fn outlive_large_files() {
    // Where it cannot be done, the next command undoes what was cut off.
    let _ = flag::register(SIGXFSZ, Arc::default());
}

/// Said when the system gives no more memory, after the runtime's line about how much was asked for.
const NO_MEMORY: &[u8] = b"ERROR: The system refuses more memory, so nothing could be finished. An environment that was being \
    changed is put back as it was by the next command.\n\
    Raise the limit (ulimit -v, or that of the container), or end other programs, and run the command again.\n";

/// Ends with a message and pip's exit code where memory cannot be had, instead of by `SIGABRT` with a core file: an
/// allocation that fails aborts, wherever it was, and libraries have them everywhere.
pub fn explain_lack_of_memory() {
    let explain = || {
        // A panic aborts, too, and has said so itself.
        if !thread::panicking() {
            let _ = rustix::io::write(io::stderr(), NO_MEMORY);
        }
        low_level::exit(1);
    };
    // SAFETY: Only async-signal-safe functions may be called by the action: `write` and `_exit` are, and `panicking` reads an
    // atomic and a thread-local number without initialiser. Nothing takes a lock or memory, and nothing panics.
    let _ = unsafe { low_level::register(SIGABRT, explain) };
}

#[allow(clippy::exit, reason = "the other threads are in the middle of their work and must not go on")]
fn end(signal: i32) -> ! {
    for clean in CLEANERS.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        clean();
    }
    if signal == SIGTERM {
        // As the shell would say it of a process that did not expect to be terminated.
        process::exit(128 + SIGTERM);
    }
    let _ = writeln!(io::stderr(), "ERROR: Operation cancelled by user");
    process::exit(1)
}
