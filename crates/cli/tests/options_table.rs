//! `docs/options.md`: every option of the registry, and the test files in which it does its work.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use options::{Command, Flag, Group};

/// The variable that makes this test write the file.
const WRITE: &str = "OXIPIP_WRITE_DOCS";

#[test]
fn the_table_of_options_is_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let path = root.join("docs/options.md");
    let writes = std::env::var_os(WRITE).is_some();
    let written = fs::read_to_string(&path).unwrap_or_default();
    let table = table(&tests(&root), &written, writes);
    if writes {
        fs::create_dir_all(root.join("docs")).unwrap();
        fs::write(&path, &table).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == table,
        "docs/options.md is out of date: {WRITE}=1 cargo test -p oxipip --test options_table"
    );
}

/// Stands where no test gives an option.
const NONE: &str = "(none)";

/// One test function.
struct Test {
    /// From the root of the repository.
    file: String,
    text: String,
}

impl Test {
    /// Whether it calls the command.
    fn calls(&self, command: Command) -> bool {
        let name = command.name();
        self.file.ends_with(&format!("/{name}.rs"))
            || self.text.contains(&format!("\"{name}\""))
            || self.text.contains(&format!("{name}(&"))
    }

    /// Whether it gives the option by a long name: the short ones are other programs' too.
    fn gives(&self, flag: &Flag) -> bool {
        flag.long.iter().any(|name| self.has_word(&format!("--{name}")))
    }

    /// Whether the text holds these words with nothing after them that would make them another option's.
    fn has_word(&self, word: &str) -> bool {
        self.text.match_indices(word).any(|(start, _)| {
            let after = self.text.get(start + word.len()..).unwrap_or_default();
            !after.starts_with(|next: char| next.is_alphanumeric() || next == '-')
        })
    }
}

/// Every test function of the integration tests.
fn tests(root: &Path) -> Vec<Test> {
    let mut files = Vec::new();
    for room in entries(&root.join("crates")) {
        collect(&room.join("tests"), &mut files);
    }
    files.sort();
    let mut tests = Vec::new();
    for path in files.iter().filter(|path| !path.ends_with("options_table.rs")) {
        let text = fs::read_to_string(path).unwrap();
        let file = path.strip_prefix(root).unwrap().display().to_string();
        // What stands before the first function belongs to none.
        let functions = text.split("#[test]").skip(1);
        tests.extend(functions.map(|text| Test { file: file.clone(), text: text.to_owned() }));
    }
    tests
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for path in entries(folder) {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn table(tests: &[Test], written: &str, writes: bool) -> String {
    let mut text = String::from(
        "# Options\n\nMade from the option registry (`crates/options/src/registry`) and the tests; a test fails when \
         it is out of date and\ntells how to make it again. Options that several commands share stand in one table. \
         \"Given in\" names a file\nwith tests that give the option to such a command by its long name. That is where to look; it does not prove that the tests\ncheck all that the option does, and none found does not prove that there is none.\n",
    );
    // Groups with the same options are one table, whichever commands take them.
    let mut shared: Vec<(&Group, Vec<Command>)> = Vec::new();
    for &command in Command::ALL {
        for group in options::groups(command) {
            match shared.iter_mut().find(|(known, _)| std::ptr::eq(known.flags, group.flags)) {
                Some((_, commands)) => commands.push(command),
                None => shared.push((group, vec![command])),
            }
        }
    }
    shared.sort_by_key(|(_, commands)| commands.len());
    for (group, commands) in shared {
        section(&mut text, group, &commands, tests, (written, writes));
    }
    text
}

fn section(text: &mut String, group: &Group, commands: &[Command], tests: &[Test], before: (&str, bool)) {
    let (written, writes) = before;
    let names: Vec<String> = commands.iter().map(|command| format!("`{}`", command.name())).collect();
    let heading = format!("{}\n\nOf {}.\n", group.title, names.join(", "));
    let written = written.split("\n## ").find(|section| section.starts_with(&heading)).unwrap_or_default();
    let _ = write!(text, "\n## {}\n\nOf {}.\n\n", group.title, names.join(", "));
    text.push_str("| option | given in |\n|---|---|\n");
    for flag in group.flags {
        let calls = |test: &&Test| commands.iter().any(|command| test.calls(*command));
        let files: BTreeSet<&str> = tests
            .iter()
            .filter(|test| test.gives(flag))
            .filter(calls)
            .map(|test| test.file.as_str())
            .collect();
        // One is enough to find one's way. What stands there keeps its place while it is right, so that a new test
        // elsewhere does not make the file out of date.
        let prefix = format!("| {} | ", spelling(flag));
        let kept: Vec<&str> = written
            .lines()
            .filter_map(|line| line.strip_prefix(prefix.as_str())?.strip_suffix(" |"))
            .collect();
        let covered = match files.iter().find(|file| kept.contains(file)).or_else(|| files.first()) {
            Some(file) if writes || kept.contains(file) || !kept.contains(&NONE) => *file,
            _ => NONE,
        };
        let _ = writeln!(text, "| {} | {covered} |", spelling(flag));
    }
}

/// `-x`, `--example <value>`
fn spelling(flag: &Flag) -> String {
    let mut names: Vec<String> = flag.short.iter().map(|short| format!("`-{short}`")).collect();
    names.extend(flag.long.iter().map(|name| format!("`--{name}`")));
    let value = if flag.takes_value() { format!(" `<{}>`", flag.metavar) } else { String::new() };
    format!("{}{value}", names.join(", "))
}
