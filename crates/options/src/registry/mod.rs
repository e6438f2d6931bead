//! The registry: every option declared once, and which command takes which.
//!
//! Options are statics in the modules below, one module for each kind of command. A command lists
//! those it takes, in the order in which pip's help shows them; an option of the same name that means
//! something else to another command is another static.

mod general;
mod installed;
mod package;
mod requirement;
mod resolving;
mod tools;
mod venv;

use crate::command::Command;
use crate::flag::Flag;

/// Options that stand together in a help text.
#[derive(Debug, Clone, Copy)]
pub struct Group {
    /// The heading; empty for options that stand before all groups.
    pub title: &'static str,
    /// The options in order.
    pub flags: &'static [&'static Flag],
}

const GENERAL: Group = Group { title: "General Options", flags: general::GENERAL };
const INDEX: Group = Group { title: "Package Index Options", flags: package::INDEX };
const SELECTION: Group = Group { title: "Package Selection Options", flags: package::SELECTION };

/// A list of groups that is known when the program is built.
macro_rules! groups {
    ($($group:expr),* $(,)?) => {{
        static GROUPS: &[Group] = &[$($group),*];
        GROUPS
    }};
    (package $title:literal, $flags:expr) => {
        groups![Group { title: $title, flags: $flags }, SELECTION, INDEX, GENERAL]
    };
    (plain $title:literal, $flags:expr) => {
        groups![Group { title: $title, flags: $flags }, GENERAL]
    };
}

/// The options before the command: `--version` and the general ones.
pub fn main_groups() -> &'static [Group] {
    static BEFORE: &[&Flag] = &[&general::VERSION];
    groups![Group { title: "", flags: BEFORE }, GENERAL]
}

/// The options of a command, in the groups and the order of its help text.
pub fn groups(command: Command) -> &'static [Group] {
    match command {
        Command::Install => groups!(package "Install Options", resolving::INSTALL),
        Command::Lock => groups!(package "Lock Options", resolving::LOCK),
        Command::Download => groups!(package "Download Options", resolving::DOWNLOAD),
        Command::Wheel => groups!(package "Wheel Options", resolving::WHEEL),
        Command::List => groups!(package "List Options", installed::LIST),
        Command::Index => groups!(package "Index Options", tools::INDEX_COMMAND),
        Command::Uninstall => groups!(plain "Uninstall Options", installed::UNINSTALL),
        Command::Freeze => groups!(plain "Freeze Options", installed::FREEZE),
        Command::Inspect => groups!(plain "Inspect Options", installed::INSPECT),
        Command::Show => groups!(plain "Show Options", installed::SHOW),
        Command::Config => groups!(plain "Config Options", tools::CONFIG),
        Command::Search => groups!(plain "Search Options", tools::SEARCH),
        Command::Cache => groups!(plain "Cache Options", tools::CACHE),
        Command::Hash => groups!(plain "Hash Options", tools::HASH),
        Command::Completion => groups!(plain "Completion Options", tools::COMPLETION),
        Command::Debug => groups!(plain "Debug Options", tools::DEBUG),
        Command::Check | Command::Help | Command::Repair => groups![GENERAL],
        Command::History => groups!(plain "History Options", installed::CHANGES),
        Command::Undo => groups!(plain "Undo Options", installed::UNDO),
        Command::Adopt => groups!(plain "Adopt Options", venv::ADOPT),
        Command::Venv => groups![
            Group { title: "Venv Options", flags: venv::VENV },
            SELECTION,
            INDEX,
            Group { title: "General Options", flags: general::GENERAL_WITHOUT_PYTHON },
        ],
    }
}

/// The options of some groups, one after the other.
pub(crate) fn flags(groups: &'static [Group]) -> impl Iterator<Item = &'static Flag> + Clone {
    groups.iter().flat_map(|group| group.flags.iter().copied())
}
