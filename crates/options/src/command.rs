//! The sub-commands: pip's, in the order of `pip help`, and oxipip's own.

/// A sub-command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the command of that name")]
pub enum Command {
    Install,
    Lock,
    Download,
    Uninstall,
    Freeze,
    Inspect,
    List,
    Show,
    Check,
    Config,
    Search,
    Cache,
    Index,
    Wheel,
    Hash,
    Completion,
    Debug,
    Help,
    Venv,
}

impl Command {
    /// Every command, in the order the help lists them.
    pub const ALL: &'static [Command] = &[
        Command::Install,
        Command::Lock,
        Command::Download,
        Command::Uninstall,
        Command::Freeze,
        Command::Inspect,
        Command::List,
        Command::Show,
        Command::Check,
        Command::Config,
        Command::Search,
        Command::Cache,
        Command::Index,
        Command::Wheel,
        Command::Hash,
        Command::Completion,
        Command::Debug,
        Command::Help,
        Command::Venv,
    ];

    /// The command of this name.
    pub fn named(name: &str) -> Option<Command> {
        Command::ALL.iter().copied().find(|command| command.name() == name)
    }

    /// Its name on the command line, and of its section in a configuration file.
    pub fn name(self) -> &'static str {
        match self {
            Command::Install => "install",
            Command::Lock => "lock",
            Command::Download => "download",
            Command::Uninstall => "uninstall",
            Command::Freeze => "freeze",
            Command::Inspect => "inspect",
            Command::List => "list",
            Command::Show => "show",
            Command::Check => "check",
            Command::Config => "config",
            Command::Search => "search",
            Command::Cache => "cache",
            Command::Index => "index",
            Command::Wheel => "wheel",
            Command::Hash => "hash",
            Command::Completion => "completion",
            Command::Debug => "debug",
            Command::Help => "help",
            Command::Venv => "venv",
        }
    }

    /// Whether it runs outside a virtual environment even under `--require-virtualenv`.
    pub fn ignores_require_virtualenv(self) -> bool {
        !matches!(
            self,
            Command::Install | Command::Lock | Command::Download | Command::Uninstall | Command::Wheel
        )
    }
}
