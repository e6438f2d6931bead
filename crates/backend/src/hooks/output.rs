//! What a hook prints, line by line.

/// Splits bytes that come in pieces into lines, as a Python text stream does: at `\n`, `\r\n` and `\r`.
#[derive(Debug, Default)]
pub struct Lines {
    partial: Vec<u8>,
    after_return: bool,
}

impl Lines {
    /// Takes the next piece, and gives every line that it completes to `line`.
    pub fn take(&mut self, piece: &[u8], mut line: impl FnMut(String)) {
        for &byte in piece {
            let after_return = std::mem::replace(&mut self.after_return, byte == b'\r');
            match byte {
                b'\n' if after_return => {}
                b'\n' | b'\r' => line(self.complete()),
                _ => self.partial.push(byte),
            }
        }
    }

    /// The last line, if it was not completed.
    pub fn finish(&mut self) -> Option<String> {
        self.after_return = false;
        if self.partial.is_empty() { None } else { Some(self.complete()) }
    }

    /// As pip writes a line: without the space at its end, and with `\xff` for bytes that are no text.
    fn complete(&mut self) -> String {
        let mut line = String::with_capacity(self.partial.len());
        for chunk in self.partial.utf8_chunks() {
            line.push_str(chunk.valid());
            line.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
        }
        self.partial.clear();
        line.truncate(line.trim_end().len());
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_as_python_does() {
        let mut lines = Lines::default();
        let mut seen = Vec::new();
        for piece in ["on", "e\ntwo\r", "\n\nfour  \rfive", " \u{e4}"] {
            lines.take(piece.as_bytes(), |line| seen.push(line));
        }
        lines.take(b"\xff", |line| seen.push(line));
        seen.extend(lines.finish());
        assert_eq!(seen, ["one", "two", "", "four", "five \u{e4}\\xff"]);
        assert_eq!(lines.finish(), None);
    }
}
