//! `--log`: every message with its time, at the end of a file.

use std::fmt::Display;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use jiff::Zoned;

/// The file, opened with the first message. pip does the same, so that a command that says nothing leaves none.
pub struct Log {
    path: PathBuf,
    file: Option<File>,
}

impl Log {
    /// A log in this file, which with its folders need not exist.
    pub fn new(path: PathBuf) -> Self {
        Self { path, file: None }
    }

    /// Adds a message, each of its lines after the time (pip: `2026-01-31T09:05:07,042 Successfully installed …`).
    pub fn write(&mut self, prefix: &str, text: &dyn Display) -> io::Result<()> {
        let message = stamped(&Zoned::now(), &format!("{prefix}{text}"));
        self.file()?.write_all(message.as_bytes())
    }

    fn file(&mut self) -> io::Result<&mut File> {
        let file = self.file.take().map_or_else(|| open(&self.path), Ok)?;
        Ok(self.file.insert(file))
    }
}

/// The end of a file, which with its folders is made where it is missing.
fn open(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    OpenOptions::new().append(true).create(true).open(path)
}

/// The lines of a message, each after the time; a message without any is an empty line.
fn stamped(now: &Zoned, message: &str) -> String {
    let time = now.strftime("%Y-%m-%dT%H:%M:%S,%3f");
    let lines: Vec<String> = message.lines().map(|line| format!("{time} {line}\n")).collect();
    if lines.is_empty() { "\n".to_owned() } else { lines.concat() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_has_the_time() {
        let now =
            jiff::civil::date(2026, 1, 31).at(9, 5, 7, 42_900_000).to_zoned(jiff::tz::TimeZone::UTC).unwrap();
        assert_eq!(
            stamped(&now, "ERROR: one\ntwo"),
            "2026-01-31T09:05:07,042 ERROR: one\n2026-01-31T09:05:07,042 two\n"
        );
        assert_eq!(stamped(&now, ""), "\n");
    }
}
