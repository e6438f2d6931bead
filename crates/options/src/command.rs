//! The sub-commands: pip's, in the order of `pip help`, and oxipip's own.

mod similar;

pub(crate) use similar::similar;

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
    Adopt,
    History,
    Undo,
    Repair,
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
        Command::Adopt,
        Command::History,
        Command::Undo,
        Command::Repair,
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
            Command::Adopt => "adopt",
            Command::History => "history",
            Command::Undo => "undo",
            Command::Repair => "repair",
        }
    }

    /// What it does, in one line of the list of commands.
    pub fn summary(self) -> &'static str {
        match self {
            Command::Install => "Install packages.",
            Command::Lock => "Write a lock file.",
            Command::Download => "Download packages.",
            Command::Uninstall => "Remove packages.",
            Command::Freeze => "Show what is installed as requirements.",
            Command::Inspect => "Show an environment as JSON.",
            Command::List => "List installed packages.",
            Command::Show => "Show what is known about installed packages.",
            Command::Check => "Find broken dependencies.",
            Command::Config => "Show and change the configuration.",
            Command::Search => "Search PyPI.",
            Command::Cache => "Show, clear and verify the cache.",
            Command::Index => "Ask package indexes.",
            Command::Wheel => "Build wheels.",
            Command::Hash => "Compute hashes of archives.",
            Command::Completion => "Print what shells need to complete words.",
            Command::Debug => "Show facts for bug reports.",
            Command::Help => "Show help for commands.",
            Command::Venv => "Make virtual environments.",
            Command::Adopt => "Become the pip of environments.",
            Command::History => "Show the latest changes of the environment.",
            Command::Undo => "Take back the latest changes of the environment.",
            Command::Repair => "Finish or undo what was cut off, and look for damage.",
        }
    }

    /// The words of which one has to follow it, for commands that are several in one.
    pub fn actions(self) -> &'static [&'static str] {
        match self {
            Command::Cache => &["dir", "info", "list", "remove", "purge", "verify"],
            Command::Config => &["list", "edit", "get", "set", "unset", "debug"],
            Command::Index => &["versions"],
            _ => &[],
        }
    }

    /// How it is called: a template with `%prog`, laid out as pip does, down to lines that are empty.
    pub(crate) fn usage(self) -> &'static str {
        match self {
            Command::Install => {
                "
%prog [options] <requirement specifier> [package-index-options] ...
%prog [options] -r <requirements file> [package-index-options] ...
%prog [options] [-e] <vcs project url> ...
%prog [options] [-e] <local project path> ...
%prog [options] <archive url/path> ..."
            }
            Command::Lock => {
                "
%prog [options] [-e] <local project path> ...
%prog [options] <requirement specifier> [package-index-options] ...
%prog [options] -r <requirements file> [package-index-options] ...
%prog [options] <archive url/path> ..."
            }
            Command::Download => {
                "
%prog [options] <requirement specifier> [package-index-options] ...
%prog [options] -r <requirements file> [package-index-options] ...
%prog [options] <vcs project url> ...
%prog [options] <local project path> ...
%prog [options] <archive url/path> ..."
            }
            Command::Wheel => {
                "
%prog [options] <requirement specifier> ...
%prog [options] -r <requirements file> ...
%prog [options] [-e] <vcs project url> ...
%prog [options] [-e] <local project path> ...
%prog [options] <archive url/path> ..."
            }
            Command::Uninstall => {
                "\n%prog [options] <package> ...\n%prog [options] -r <requirements file> ..."
            }
            Command::Freeze
            | Command::Inspect
            | Command::List
            | Command::Check
            | Command::History
            | Command::Repair => "\n%prog [options]",
            Command::Show => "\n%prog [options] <package> ...",
            Command::Config => {
                "
%prog [<file-option>] list
%prog [<file-option>] [--editor <editor-path>] edit

%prog [<file-option>] get command.option
%prog [<file-option>] set command.option value
%prog [<file-option>] unset command.option
%prog [<file-option>] debug
"
            }
            Command::Search => "\n%prog [options] <query>",
            Command::Cache => {
                "
%prog dir
%prog info
%prog list [<pattern>] [--format=[human, abspath]]
%prog remove <pattern>
%prog purge
%prog verify
"
            }
            Command::Index => "\n%prog versions <package>\n",
            Command::Hash => "%prog [options] <file> ...",
            Command::Completion => "",
            Command::Debug => "\n%prog <options>",
            Command::Help => "\n%prog <command>",
            Command::Venv => "\n%prog [options] ENV_DIR [ENV_DIR ...]",
            Command::Adopt => "\n%prog [options] <environment> ...",
            Command::Undo => "\n%prog [options] [<number>]",
        }
    }

    /// What its help text tells below the usage.
    pub(crate) fn description(self) -> &'static str {
        match self {
            Command::Install => {
                "Install packages that are named as

- requirements, such as \"name>=1.0\", found on PyPI and other indexes,
- addresses of version control projects,
- folders of projects,
- wheels and source archives, here or at an address,

or that a requirements file lists. All is installed, or nothing is changed."
            }
            Command::Lock => {
                "Experimental: write down, for this version of Python and this platform, exactly what
an installation of the named requirements would take."
            }
            Command::Download => {
                "Save the archives of what is named, and of all it depends on, into a folder.

What can be named is the same as for \"install\"."
            }
            Command::Uninstall => {
                "Remove installed packages.

Those that left no record of their files (installed by \"python setup.py install\")
cannot be removed."
            }
            Command::Freeze => "Show what is installed, one requirement a line, in alphabetical order.",
            Command::Inspect => "Show what is installed, and the environment it is in, as JSON.",
            Command::List => "List what is installed, in alphabetical order, editable projects included.",
            Command::Show => "Show the metadata of installed packages, like the header of a mail.",
            Command::Check => "Find installed packages whose dependencies are missing or of a wrong version.",
            Command::Config => {
                "Show and change the configuration.

- list: everything that is set
- edit: open a configuration file in an editor
- get: the value of command.option
- set: give command.option a value
- unset: forget command.option
- debug: all files that are looked at, and what is in them

In place of a command, \"global\" speaks of all commands: \"global.timeout\", but
\"install.user\". Without --user, --global or --site, changes go to the file of the
present environment if there is one, else to the user's."
            }
            Command::Search => "Search PyPI for packages with these words in their name or summary.",
            Command::Cache => {
                "Show, clear and verify the cache.

- dir: where it is
- info: what is in it
- list: the wheels in it
- remove: take wheels out
- purge: take everything out
- verify: look for damage, and take out what is damaged

<pattern> is a name, or a glob pattern for the names of wheels."
            }
            Command::Index => "Ask package indexes which versions of a package there are.",
            Command::Wheel => "Build wheels of what is named, and of all it depends on, into a folder.",
            Command::Hash => {
                "Compute the hash of an archive, in the form that requirements files take after
a requirement."
            }
            Command::Completion => "Print what a shell needs to complete commands and options.",
            Command::Debug => "Show facts about the interpreter and this program. The output may change.",
            Command::Help => "Show help for commands.",
            Command::Venv => {
                "Make virtual environments, each in a folder of its own. What is installed in one
is seen in no other."
            }
            Command::Adopt => {
                "Put this program in the place of the pip that is installed in environments, or with
--back the pip written in Python in its place again."
            }
            Command::History => {
                "Show what the latest changes of the environment removed (-) and placed (+), the last
one at the end. Any of them can be taken back with undo."
            }
            Command::Undo => {
                "Take back the last change of the environment, or all changes since the one with a
number (see history). What was removed comes back as it was, from the cache; no network is needed.
Taking back is a change itself: give its number to take it back at once."
            }
            Command::Repair => {
                "Undo a change that was cut off (any other command does that as well), and name the
packages of which files are missing or were changed since they were installed."
            }
        }
    }

    /// Whether pip has no such command.
    pub fn is_own(self) -> bool {
        matches!(self, Command::Venv | Command::Adopt | Command::History | Command::Undo | Command::Repair)
    }

    /// Whether it runs outside a virtual environment even under `--require-virtualenv`.
    pub fn ignores_require_virtualenv(self) -> bool {
        !matches!(
            self,
            Command::Install
                | Command::Lock
                | Command::Download
                | Command::Uninstall
                | Command::Wheel
                | Command::Undo
        )
    }
}
