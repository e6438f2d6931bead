//! The shape of one option.

use crate::destination::{Count, Integer, List, Switch, Text};

/// One option, as declared in the registry: everything that parsers, variables, configuration files,
/// help texts and completions need to know about it.
#[derive(Debug)]
pub struct Flag {
    /// The one-letter name, without its dash.
    pub short: Option<char>,
    /// The long names, without dashes; the first is the one help texts show.
    pub long: &'static [&'static str],
    /// What the value is called in help texts; empty when there is none.
    pub metavar: &'static str,
    /// What the option does.
    pub action: Action,
    /// The help text; `%default` stands for the value that holds when the option is not given.
    pub help: &'static str,
    /// Which variables and configuration sections can set it.
    pub configured: Configured,
    /// An option that pip does not have: it never makes an abbreviation of pip's options ambiguous.
    pub own: bool,
}

/// Which variables and configuration sections can set an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Configured {
    /// `PIP_*` variables, `[global]` and the section of the command.
    Everywhere,
    /// Only the section of the command: its name means something else to pip.
    OwnSection,
}

/// What an option does with its value, and where the outcome is kept.
#[derive(Debug, Clone, Copy)]
pub enum Action {
    /// Shows the help text.
    Help,
    /// Turns a switch on.
    On(Switch),
    /// Turns a switch off.
    Off(Switch),
    /// Stores a fixed value.
    Set(Text, &'static str),
    /// Counts.
    Count(Count),
    /// Stores its value.
    Store(Text, Check),
    /// Adds its value to a list.
    Append(List, Check),
    /// Takes all arguments up to the next option (`venv` only).
    AppendMany(List),
    /// Stores a whole number.
    Integer(Integer),
    /// Does something of its own.
    Special(Special),
}

/// What a value must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// Anything.
    Any,
    /// A path; a leading `~` is expanded.
    Path,
    /// A project name, kept in canonical form.
    Project,
    /// One of these words.
    OneOf(&'static [&'static str]),
}

/// Options with a rule of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the option of that name")]
pub enum Special {
    Timeout,
    CacheDir,
    NoCacheDir,
    Src,
    NoBinary,
    OnlyBinary,
    AllReleases,
    OnlyFinal,
    RefreshPackage,
    Group,
    ConfigSettings,
    PythonVersion,
    UploadedPriorTo,
}

impl Flag {
    const fn new(long: &'static [&'static str], action: Action, help: &'static str) -> Flag {
        Flag { short: None, long, metavar: "", action, help, configured: Configured::Everywhere, own: false }
    }

    /// An option that turns a switch on.
    pub(crate) const fn on(long: &'static [&'static str], switch: Switch, help: &'static str) -> Flag {
        Flag::new(long, Action::On(switch), help)
    }

    /// An option that turns a switch off.
    pub(crate) const fn off(long: &'static [&'static str], switch: Switch, help: &'static str) -> Flag {
        Flag::new(long, Action::Off(switch), help)
    }

    /// An option with one value of any kind.
    pub(crate) const fn text(
        long: &'static [&'static str],
        text: Text,
        metavar: &'static str,
        help: &'static str,
    ) -> Flag {
        Flag { metavar, ..Flag::new(long, Action::Store(text, Check::Any), help) }
    }

    /// A repeatable option.
    pub(crate) const fn list(
        long: &'static [&'static str],
        list: List,
        metavar: &'static str,
        help: &'static str,
    ) -> Flag {
        Flag { metavar, ..Flag::new(long, Action::Append(list, Check::Any), help) }
    }

    /// An option that does something else.
    pub(crate) const fn other(
        long: &'static [&'static str],
        action: Action,
        metavar: &'static str,
        help: &'static str,
    ) -> Flag {
        Flag { metavar, ..Flag::new(long, action, help) }
    }

    /// With a one-letter name.
    pub(crate) const fn short(self, short: char) -> Flag {
        Flag { short: Some(short), ..self }
    }

    /// With a rule for its values.
    pub(crate) const fn check(self, check: Check) -> Flag {
        let action = match self.action {
            Action::Store(text, _) => Action::Store(text, check),
            Action::Append(list, _) => Action::Append(list, check),
            other => other,
        };
        Flag { action, ..self }
    }

    /// One that pip does not have.
    pub(crate) const fn own(self) -> Flag {
        Flag { own: true, ..self }
    }

    /// One that only its command's own section can set.
    pub(crate) const fn own_section(self) -> Flag {
        Flag { configured: Configured::OwnSection, ..self }
    }

    /// Whether help texts and completions leave it out.
    pub fn is_hidden(&self) -> bool {
        self.help.is_empty()
    }

    /// Whether it is followed by a value.
    pub fn takes_value(&self) -> bool {
        !matches!(
            self.action,
            Action::Help
                | Action::On(_)
                | Action::Off(_)
                | Action::Set(..)
                | Action::Count(_)
                | Action::Special(Special::NoCacheDir)
        )
    }

    /// Its key in configuration files, and its name in messages after `--`.
    pub fn key(&self) -> &'static str {
        self.long.first().copied().unwrap_or_default()
    }

    /// All its names, as error texts list them: `-r/--requirement`.
    pub fn names(&self) -> String {
        let mut names = String::new();
        if let Some(short) = self.short {
            names.push('-');
            names.push(short);
        }
        for long in self.long {
            if !names.is_empty() {
                names.push('/');
            }
            names.push_str("--");
            names.push_str(long);
        }
        names
    }
}
