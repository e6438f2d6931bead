//! Help texts, laid out as pip lays them out.

use crate::Command;

/// A help text that was asked for: of the program, or of one command.
#[derive(Debug, Clone)]
pub struct HelpPage {
    /// `None`: the program itself.
    pub command: Option<Command>,
}

/// How a help text is laid out.
#[derive(Debug, Clone, Copy)]
pub struct HelpStyle {
    /// The width of the terminal in columns.
    pub width: usize,
    /// Whether to colour headings and options.
    pub color: bool,
}

impl HelpPage {
    /// The text, without a last line break.
    pub fn render(&self, style: HelpStyle) -> String {
        let _ = style;
        String::new()
    }
}
