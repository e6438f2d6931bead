//! Help texts, laid out as pip lays them out.

use crate::destination::Text;
use crate::flag::{Action, Flag, Special};
use crate::registry::{Group, groups, main_groups};
use crate::values::Values;
use crate::wrap::{Hyphens, wrap};
use crate::{Ambient, Command};

/// A help text that was asked for: of the program, or of one command.
#[derive(Debug, Clone)]
pub struct HelpPage {
    command: Option<Command>,
    program: String,
    /// What is configured: texts show it as the default.
    values: Box<Values>,
}

/// How a help text is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HelpStyle {
    /// The width of the terminal in columns.
    pub width: usize,
    /// Whether to colour headings and options.
    pub color: bool,
}

/// The column where help texts begin, on terminals that are wide enough.
const HELP_COLUMN: usize = 30;

impl HelpPage {
    pub(crate) fn new(command: Option<Command>, values: Values, ambient: &Ambient) -> HelpPage {
        HelpPage { command, program: ambient.program.clone(), values: Box::new(values) }
    }

    /// The command whose help this is; none for that of the program.
    pub fn command(&self) -> Option<Command> {
        self.command
    }

    /// The text, without its last line break.
    pub fn render(&self, style: HelpStyle) -> String {
        let width = style.width.saturating_sub(2);
        let mut page = Page { text: String::new(), width, ink: Ink(style.color) };
        let usage = usage(self.command, &self.program);
        if !usage.is_empty() {
            page.text.push_str(&usage.replacen("Usage:", &page.ink.heading("Usage:"), 1));
            page.text.push_str("\n\n");
        }
        match self.command {
            None => page.commands(),
            Some(command) => {
                page.heading("Description");
                page.text.extend(command.description().lines().flat_map(|line| ["  ", line, "\n"]));
            }
        }
        for group in self.command.map_or(main_groups(), groups) {
            page.text.push('\n');
            self.list_options(group, &mut page);
        }
        page.text.truncate(page.text.trim_end().len());
        page.text
    }

    fn list_options(&self, group: &Group, page: &mut Page) {
        let indent = if group.title.is_empty() {
            1
        } else {
            page.heading(group.title);
            2
        };
        for flag in group.flags.iter().filter(|flag| !flag.is_hidden()) {
            let help = flag.help.replace("%default", &default_text(flag, &self.values));
            page.option(flag, indent, &help);
        }
    }
}

/// How a command is called, as pip shows it above help texts and errors; empty for `completion`.
pub fn usage(command: Option<Command>, program: &str) -> String {
    let (template, program) = match command {
        None => ("\n%prog <command> [options]", program.to_owned()),
        Some(command) => (command.usage(), format!("{program} {}", command.name())),
    };
    if template.is_empty() {
        return String::new();
    }
    let lines: Vec<String> = template.split('\n').map(|line| format!("  {line}")).collect();
    format!("\nUsage: {}", lines.join("\n").replace("%prog", &program))
}

struct Page {
    text: String,
    width: usize,
    ink: Ink,
}

impl Page {
    fn heading(&mut self, title: &str) {
        let heading = self.ink.heading(&format!("{title}:"));
        self.text.push_str(&heading);
        self.text.push('\n');
    }

    fn commands(&mut self) {
        self.heading("Commands");
        for command in Command::ALL {
            let name = self.ink.long(&format!("{:27}", command.name()));
            self.text.extend(["  ", &name, " ", command.summary(), "\n"]);
        }
    }

    /// An option on the left and its text on the right; the text begins below when the option is long.
    fn option(&mut self, flag: &Flag, indent: usize, help: &str) {
        let column = HELP_COLUMN.min(self.width.saturating_sub(20).max(2));
        let (plain, inked) = self.names(flag);
        let room = column.saturating_sub(indent + 2);
        self.text.push_str(&" ".repeat(indent));
        self.text.push_str(&inked);
        let length = plain.chars().count();
        let mut padding = if length > room {
            self.text.push('\n');
            column
        } else {
            room - length + 2
        };
        for line in wrap(help, self.width.saturating_sub(column).max(11), Hyphens::Keep) {
            self.text.push_str(&" ".repeat(padding));
            self.text.push_str(&line);
            self.text.push('\n');
            padding = column;
        }
    }

    /// `-r, --requirement <file>`, without and with colours.
    fn names(&self, flag: &Flag) -> (String, String) {
        let long = format!("--{}", flag.key());
        let (mut plain, mut inked) = match flag.short {
            Some(short) => (
                format!("-{short}, {long}"),
                format!("{}, {}", self.ink.short(&format!("-{short}")), self.ink.long(&long)),
            ),
            None => (long.clone(), self.ink.long(&long)),
        };
        if flag.takes_value() {
            let metavar = format!("<{}>", flag.metavar.to_lowercase());
            plain.extend([" ", &metavar]);
            inked.extend([" ", &self.ink.metavar(&metavar)]);
        }
        (plain, inked)
    }
}

/// Colours, or none.
struct Ink(bool);

impl Ink {
    fn heading(&self, text: &str) -> String {
        self.paint("1;34", text)
    }

    fn short(&self, text: &str) -> String {
        self.paint("32", text)
    }

    fn long(&self, text: &str) -> String {
        self.paint("36", text)
    }

    fn metavar(&self, text: &str) -> String {
        self.paint("33", text)
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.0 { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// What holds when an option is not given: what is configured, passwords hidden, or what is built in.
fn default_text(flag: &Flag, values: &Values) -> String {
    match flag.action {
        Action::Store(text @ (Text::IndexUrl | Text::SearchIndex), _) => {
            values.text(text).map_or_else(|| "PyPI".to_owned(), redacted)
        }
        Action::Store(text, _) => values.text(text).unwrap_or("none").to_owned(),
        Action::Integer(integer) => values.integer(integer).to_string(),
        Action::Special(Special::Timeout) => match values.timeout {
            // As Python writes a float, `180.0`.
            Some(seconds) => format!("{seconds:?}"),
            None => values.timeout().to_string(),
        },
        _ => String::new(),
    }
}

/// An address whose password, or name that stands alone and so may be a token, is hidden.
fn redacted(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    match authority.rsplit_once('@') {
        None => address.to_owned(),
        Some((login, host)) => match login.split_once(':') {
            Some((user, _)) => format!("{scheme}://{user}:****@{host}{path}"),
            None => format!("{scheme}://****@{host}{path}"),
        },
    }
}

#[cfg(test)]
mod tests;
