//! pip's way to present an error that explains itself: what happened, in which context, and what to do.

use std::fmt::{self, Display};

/// An error of several parts, as pip's `DiagnosticPipError` prints it.
#[derive(Debug, Clone, Default)]
pub struct Diagnostic {
    /// A name for it that can be searched for.
    pub reference: &'static str,
    /// What happened; may have several lines.
    pub message: String,
    /// In which context, or what the failing program said.
    pub context: Option<String>,
    /// What is worth knowing.
    pub note: Option<String>,
    /// What can be done.
    pub hint: Option<String>,
}

impl Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "error: {}\n", self.reference)?;
        let mut message = self.message.lines();
        writeln!(f, "× {}", message.next().unwrap_or_default())?;
        let bar = if self.context.is_some() { "│" } else { " " };
        for line in message {
            writeln!(f, "{}", format!("{bar} {line}").trim_end())?;
        }
        if let Some(context) = &self.context {
            for (position, line) in context.lines().enumerate() {
                let start = if position == 0 { "╰─>" } else { "   " };
                writeln!(f, "{start} {line}")?;
            }
        }
        if self.note.is_some() || self.hint.is_some() {
            writeln!(f)?;
        }
        if let Some(note) = &self.note {
            writeln!(f, "note: {note}")?;
        }
        if let Some(hint) = &self.hint {
            writeln!(f, "hint: {hint}")?;
        }
        Ok(())
    }
}

/// A text with two blanks before each line, as pip prints what happens within something else.
pub fn indented(text: impl Display) -> String {
    let text = text.to_string();
    let lines: Vec<String> = text.lines().map(|line| format!("  {line}")).collect();
    lines.join("\n")
}

/// The output of a program between pip's markers.
pub fn output(lines: &[String]) -> String {
    let mut text = format!("[{} lines of output]\n", lines.len());
    for line in lines {
        text.push_str(line);
        text.push('\n');
    }
    text.push_str("[end of output]");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_parts_are_laid_out_as_pip_does() {
        let diagnostic = Diagnostic {
            reference: "some-error",
            message: "It failed.\nexit code: 1".into(),
            context: Some(output(&["a line".into()])),
            note: Some("It is not pip.".into()),
            hint: None,
        };
        let expected = "error: some-error\n\n× It failed.\n│ exit code: 1\n╰─> [1 lines of output]\n    a line\n    \
                        [end of output]\n\nnote: It is not pip.\n";
        assert_eq!(diagnostic.to_string(), expected);
        assert_eq!(indented("a\n\nb"), "  a\n  \n  b");
    }
}
