//! How a shell asks for completions: `PIP_AUTO_COMPLETE` with `COMP_WORDS` and `COMP_CWORD`, as pip has it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use environment::Which;
use options::{Command, Flag, Group, groups, main_groups};

use crate::console::Console;
use crate::context;
use crate::process::Process;

/// The words of a command line, and the one the cursor is in.
pub struct Question {
    /// Whether the program is called by pip's name there.
    is_for_pip: bool,
    /// The words after the program's name.
    words: Vec<String>,
    /// The number of the current word; that of the program's name is 0.
    current: usize,
}

impl Question {
    /// What a shell asks by the variables of this process, if one does.
    pub fn of(process: &Process) -> Option<Self> {
        process.variable("PIP_AUTO_COMPLETE")?;
        let line = process.set_variable("COMP_WORDS")?;
        let mut words = line.split_whitespace();
        let program = words.next().and_then(|program| program.rsplit('/').next()).unwrap_or_default();
        let is_for_pip = !program.starts_with("oxipip");
        let current = process.set_variable("COMP_CWORD")?.trim().parse().ok()?;
        Some(Self { is_for_pip, words: words.map(str::to_owned).collect(), current })
    }

    /// The word at the cursor, as far as it is written.
    fn current(&self) -> &str {
        // With no word at all pip's arithmetic ends at the last one.
        let at = self.current.checked_sub(1).unwrap_or(self.words.len().saturating_sub(1));
        self.words.get(at).map_or("", String::as_str)
    }

    /// The word before the cursor, without its value, if it is an option.
    fn previous_option(&self) -> Option<&str> {
        let previous = self.words.get(self.current.checked_sub(2)?)?;
        previous.split('=').next().filter(|option| option.starts_with('-'))
    }

    /// The environment that is meant: by `--python` on the line that is written, or on that of this process.
    fn python(&self, process: &Process) -> Option<String> {
        let arguments = process.arguments.iter().map(|argument| argument.to_string_lossy().into_owned());
        let mut words = self.words.iter().cloned().chain(arguments);
        while let Some(word) = words.next() {
            if word == "--python" {
                return words.next();
            }
            if let Some(python) = word.strip_prefix("--python=") {
                return Some(python.to_owned());
            }
        }
        None
    }
}

/// Prints what may stand at the cursor. The exit code is always 1, so that nothing that runs pip for another reason
/// takes this for success.
pub fn answer(console: &Console, process: &Process, question: &Question) -> u8 {
    let current = question.current();
    let command = question.words.iter().find_map(|word| Command::named(word));
    let Some(command) = command else {
        console.result(before_the_command(process, question).join(" "));
        return 1;
    };
    if command == Command::Help {
        return 1;
    }
    let names_something = !current.starts_with('-');
    if names_something && matches!(command, Command::Show | Command::Uninstall) {
        let names = installed(process, question);
        names.iter().for_each(|name| console.result(name));
        if !names.is_empty() {
            return 1;
        }
    }
    if names_something && command == Command::Install {
        paths(process, current, false).iter().for_each(|path| console.result(path));
        return 1;
    }
    let found = match path_kind(groups(command), question) {
        Some(only_folders) => paths(process, current, only_folders),
        None => options(command, question),
    };
    found.iter().for_each(|word| console.result(word));
    let actions = command.actions();
    if !actions.iter().any(|action| question.words.iter().any(|word| word == action)) {
        actions.iter().filter(|action| action.starts_with(current)).for_each(|action| console.result(action));
    }
    1
}

/// Commands, general options, or what the option before takes.
fn before_the_command(process: &Process, question: &Question) -> Vec<String> {
    let current = question.current();
    if !current.starts_with('-')
        && let Some(only_folders) = path_kind(main_groups(), question)
    {
        return paths(process, current, only_folders);
    }
    // Under pip's name only pip's: what completes there to one command must go on doing so.
    let offered = Command::ALL.iter().filter(|command| !(command.is_own() && question.is_for_pip));
    let mut found: Vec<String> = offered.map(|command| command.name().to_owned()).collect();
    if current.starts_with('-') {
        // The general options come before `--version`, as in pip.
        let flags = main_groups().iter().rev().flat_map(|group| group.flags);
        found.extend(flags.filter(|flag| !flag.is_hidden()).flat_map(|flag| spellings(flag)));
    }
    found.retain(|word| word.starts_with(current));
    found
}

/// The options of a command that are not on the line yet; those that take a value end in `=`.
fn options(command: Command, question: &Question) -> Vec<String> {
    let before = question.words.get(1..question.current.saturating_sub(1)).unwrap_or_default();
    let given: BTreeSet<&str> = before.iter().filter_map(|word| word.split('=').next()).collect();
    let mut found = Vec::new();
    for flag in groups(command).iter().flat_map(|group| group.flags).filter(|flag| !flag.is_hidden()) {
        for name in spellings(flag) {
            if !given.contains(name.as_str()) && name.starts_with(question.current()) {
                let value = if flag.takes_value() && name.starts_with("--") { "=" } else { "" };
                found.push(name + value);
            }
        }
    }
    found
}

/// `--long`, its other names, `-s`.
fn spellings(flag: &Flag) -> impl Iterator<Item = String> {
    let long = flag.long.iter().map(|name| format!("--{name}"));
    long.chain(flag.short.map(|short| format!("-{short}")))
}

/// Whether the option before the cursor takes a path, and if so, whether only folders.
fn path_kind(groups: &'static [Group], question: &Question) -> Option<bool> {
    let previous = question.previous_option()?;
    let flags = groups.iter().flat_map(|group| group.flags).filter(|flag| !flag.is_hidden());
    let mut metavars =
        flags.filter(|flag| spellings(flag).any(|name| name == previous)).map(|flag| flag.metavar);
    let metavar = metavars.find(|metavar| {
        metavar.to_lowercase().split('/').any(|part| matches!(part, "path" | "file" | "dir"))
    })?;
    Some(metavar == "dir")
}

/// The projects that are installed in the environment itself and begin with the current word.
fn installed(process: &Process, question: &Question) -> BTreeSet<String> {
    let Ok(environment) = context::choose(process, question.python(process).as_deref()) else {
        return BTreeSet::new();
    };
    let Ok(installed) = environment::installed(&environment, &Which::local()) else { return BTreeSet::new() };
    let begin = question.current().to_lowercase();
    let given = question.words.get(1..).unwrap_or_default();
    installed
        .distributions
        .iter()
        .map(|distribution| distribution.project.to_string())
        .filter(|name| name.starts_with(&begin) && !given.contains(name))
        .collect()
}

/// The files and folders whose path begins so; folders end in `/`.
fn paths(process: &Process, begin: &str, only_folders: bool) -> Vec<String> {
    let (folder, name) = begin
        .rsplit_once('/')
        .map_or(("", begin), |(folder, name)| (begin.get(..=folder.len()).unwrap_or_default(), name));
    let place = process.working_directory.join(Path::new(folder));
    let entries = fs::read_dir(place).into_iter().flatten().filter_map(Result::ok);
    let found: BTreeSet<String> = entries
        .filter_map(|entry| {
            let file_name = entry.file_name().into_string().ok()?;
            let metadata = fs::metadata(entry.path()).ok().filter(|_| file_name.starts_with(name))?;
            match (metadata.is_dir(), metadata.is_file()) {
                (true, _) => Some(format!("{folder}{file_name}/")),
                (_, true) if !only_folders => Some(format!("{folder}{file_name}")),
                _ => None,
            }
        })
        .collect();
    found.into_iter().collect()
}
