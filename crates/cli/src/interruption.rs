//! Ctrl-C: pip's last word, its exit code, and nothing left in the folder for temporary files.
//!
//! What was being done to an environment is undone by the next command, as after any other sudden end.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::{io, process, thread};

use signal_hook::consts::{SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::flag;
use signal_hook::iterator::Signals;

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
