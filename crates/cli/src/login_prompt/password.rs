//! Reads a password without showing it (Python: `getpass`).

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, Read as _, Write as _};

use rustix::process::{Signal, getpid, kill_process};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

const INTERRUPT: u8 = 3;
const END: u8 = 4;
const KILL_LINE: u8 = 21;

/// Asks on the terminal of the process; where it has none, on standard error with a warning that what is typed can be
/// seen. An error is a terminal that went away, or the end of the input.
pub fn read(question: &str) -> io::Result<String> {
    match OpenOptions::new().read(true).write(true).open("/dev/tty") {
        Ok(terminal) => Silenced::new(terminal)?.ask(question),
        Err(_) => read_visibly(question),
    }
}

fn read_visibly(question: &str) -> io::Result<String> {
    let mut stderr = io::stderr();
    write!(stderr, "Warning: Password input may be echoed.\n{question}")?;
    stderr.flush()?;
    let mut line = String::new();
    if io::stdin().lock().read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// A terminal that shows nothing of what is typed, until this is dropped.
struct Silenced {
    terminal: File,
    before: Termios,
}

impl Silenced {
    fn new(terminal: File) -> io::Result<Self> {
        let before = tcgetattr(&terminal)?;
        let mut silent = before.clone();
        // Keys that send signals come as characters: a process that is killed could not turn the echo on again.
        silent.local_modes -= LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
        tcsetattr(&terminal, OptionalActions::Flush, &silent)?;
        Ok(Self { terminal, before })
    }

    fn ask(mut self, question: &str) -> io::Result<String> {
        write!(self.terminal, "{question}")?;
        let line = self.line();
        writeln!(self.terminal)?;
        drop(self);
        match line? {
            Line::Typed(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
            Line::Interrupted => {
                kill_process(getpid(), Signal::INT)?;
                Err(io::ErrorKind::Interrupted.into())
            }
            Line::Ended => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    /// Reads up to the end of the line, key by key.
    fn line(&mut self) -> io::Result<Line> {
        let mut typed = Vec::new();
        let mut key = [0];
        loop {
            if self.terminal.read(&mut key)? == 0 {
                return Ok(Line::Ended);
            }
            match key[0] {
                b'\n' | b'\r' => return Ok(Line::Typed(typed)),
                INTERRUPT => return Ok(Line::Interrupted),
                END if typed.is_empty() => return Ok(Line::Ended),
                END => return Ok(Line::Typed(typed)),
                KILL_LINE => typed.clear(),
                8 | 127 => erase_character(&mut typed),
                byte => typed.push(byte),
            }
        }
    }
}

impl Drop for Silenced {
    fn drop(&mut self) {
        // There is nobody left to tell when the terminal is gone.
        let _ = tcsetattr(&self.terminal, OptionalActions::Flush, &self.before);
    }
}

enum Line {
    Typed(Vec<u8>),
    Interrupted,
    Ended,
}

/// Takes the last character off UTF-8 text.
fn erase_character(text: &mut Vec<u8>) {
    while text.pop().is_some_and(|byte| byte & 0b1100_0000 == 0b1000_0000) {}
}
