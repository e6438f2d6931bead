//! `docs/options.md`: every option of the registry, and the test that shows what it does.
//!
//! A test declares what it covers in lines before its `#[test]`, and with that says of each option: it fails if the option did
//! nothing.
//!
//! ```text
//! // covers: install --proxy --no-proxy-env
//! ```
//!
//! The command and the options must be the registry's, and the test must give them.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use options::{Command, Flag, Group};

/// The variable that makes this test write the file.
const WRITE: &str = "OXIPIP_WRITE_DOCS";

const HEAD: &str = "# Options

Made from the option registry (`crates/options/src/registry`) and from what tests declare to cover; a test fails when it
is out of date, and tells how to make it again, or when an option has no test. The test that is named fails if the
option did nothing; of an option that has nothing left to do it shows that it changes nothing. Options that several
commands share stand in one table.
";

/// What stands for a command before options that stand before one.
const BEFORE: &str = "oxipip";

/// Where the tests are.
const FOLDER: &str = "crates/cli/tests";

#[test]
fn every_option_has_a_test_and_the_table_names_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let (table, untested) = table(&tests(&root.join(FOLDER)));
    assert!(untested.is_empty(), "options that no test covers:\n{}", untested.join("\n"));
    let path = root.join("docs/options.md");
    if std::env::var_os(WRITE).is_some() {
        fs::create_dir_all(root.join("docs")).unwrap();
        fs::write(&path, &table).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == table,
        "docs/options.md is out of date: {WRITE}=1 cargo test -p oxipip --test options_table"
    );
}

/// A test that covers options.
struct Test {
    /// `crates/cli/tests/install.rs::what_is_installed_stays`
    place: String,
    /// Names of commands with options of theirs.
    covers: Vec<(&'static str, &'static Flag)>,
}

/// A function as it is written.
#[derive(Default)]
struct Function {
    name: String,
    is_test: bool,
    /// What stands after `// covers:` before it.
    declared: Vec<String>,
    body: String,
}

/// Every test that declares something.
fn tests(folder: &Path) -> Vec<Test> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect();
    files.sort();
    files.retain(|path| !path.ends_with("options_table.rs"));
    files.iter().flat_map(|path| tests_of_file(path)).collect()
}

fn tests_of_file(path: &Path) -> Vec<Test> {
    let functions = functions(&fs::read_to_string(path).unwrap());
    let declaring = functions.iter().filter(|function| !function.declared.is_empty());
    let file = path.file_name().unwrap().display();
    declaring
        .map(|function| {
            let place = format!("{FOLDER}/{file}::{}", function.name);
            assert!(function.is_test, "{place} covers options but is no test");
            let text = with_what_it_calls(function, &functions);
            let covers = function.declared.iter().flat_map(|line| declared(line, &place, &text)).collect();
            Test { place, covers }
        })
        .collect()
}

/// The body of a function, and of those of its file by which it does its work.
fn with_what_it_calls(function: &Function, functions: &[Function]) -> String {
    let mut parts = vec![function];
    let mut next = 0;
    while let Some(part) = parts.get(next) {
        let called = functions.iter().filter(|other| calls(&part.body, &other.name));
        let new: Vec<_> =
            called.filter(|other| !parts.iter().any(|known| known.name == other.name)).collect();
        parts.extend(new);
        next += 1;
    }
    parts.iter().map(|part| part.body.as_str()).collect()
}

/// The functions of a file as rustfmt lays them out: each ends with a brace in the first column.
fn functions(text: &str) -> Vec<Function> {
    let mut found = Vec::new();
    let mut next = Function::default();
    let mut is_open = false;
    for line in text.lines() {
        if let Some(line) = line.strip_prefix("// covers: ") {
            next.declared.push(line.to_owned());
        } else if line == "#[test]" {
            next.is_test = true;
        } else if let Some(rest) = line.strip_prefix("fn ") {
            next.name = rest.split(['(', '<']).next().map(str::to_owned).unwrap_or_default();
            is_open = true;
        } else if line == "}" && is_open {
            is_open = false;
            found.push(std::mem::take(&mut next));
        } else if is_open && !line.trim_start().starts_with("//") {
            next.body.push_str(line);
            next.body.push('\n');
        }
    }
    found
}

/// Whether the name is called, or is a method that is called.
fn calls(body: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    body.match_indices(&format!("{name}(")).any(|(start, _)| {
        let before = body.get(..start).unwrap_or_default();
        !before.ends_with(is_part)
    })
}

/// The program itself, and its commands.
fn commands() -> impl Iterator<Item = (&'static str, &'static [Group])> {
    let commands = Command::ALL.iter().map(|command| (command.name(), options::groups(*command)));
    std::iter::once((BEFORE, options::main_groups())).chain(commands)
}

/// What one line declares: a command and some of its options, all of which the text gives.
fn declared(line: &str, place: &str, text: &str) -> Vec<(&'static str, &'static Flag)> {
    let mut words = line.split(' ');
    let name = words.next().unwrap_or_default();
    let (name, groups) = commands()
        .find(|(known, _)| *known == name)
        .unwrap_or_else(|| panic!("{place} covers {name}, which is no command"));
    let given: Vec<&str> = text.split(|c: char| c.is_whitespace() || "\"'`()".contains(c)).collect();
    let is_called = name == BEFORE || given.contains(&name) || calls(text, name);
    assert!(is_called, "{place} covers {name} but does not call it");
    words
        .map(|option| {
            let mut flags = groups.iter().flat_map(|group| group.flags);
            let flag = flags
                .find(|flag| spellings(flag).iter().any(|spelling| spelling == option))
                .unwrap_or_else(|| panic!("{place} covers {name} {option}, which is no option"));
            assert!(
                given.iter().any(|word| gives(word, flag)),
                "{place} covers {name} {option} but does not give it"
            );
            (name, *flag)
        })
        .collect()
}

/// Whether this argument is the option, with or without its value, or the option several times (`-vv`).
fn gives(word: &str, flag: &Flag) -> bool {
    let name = word.split('=').next().unwrap_or_default();
    let is_repeated = |short: char| {
        word.strip_prefix('-').is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c == short))
    };
    spellings(flag).iter().any(|spelling| spelling == name) || flag.short.is_some_and(is_repeated)
}

fn spellings(flag: &Flag) -> Vec<String> {
    let short = flag.short.iter().map(|short| format!("-{short}"));
    short.chain(flag.long.iter().map(|long| format!("--{long}"))).collect()
}

/// The text of the file, and the options that no test covers.
fn table(tests: &[Test]) -> (String, Vec<String>) {
    // Groups with the same options are one table, whichever commands take them.
    let mut shared: Vec<(&Group, Vec<&str>)> = Vec::new();
    for (name, groups) in commands() {
        for group in groups {
            match shared.iter_mut().find(|(known, _)| std::ptr::eq(known.flags, group.flags)) {
                Some((_, names)) => names.push(name),
                None => shared.push((group, vec![name])),
            }
        }
    }
    shared.sort_by_key(|(_, names)| names.len());
    let mut text = HEAD.to_owned();
    let mut untested = Vec::new();
    for (group, names) in shared {
        let title = if group.title.is_empty() { "Before The Command" } else { group.title };
        let shown: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        let shown = shown.join(", ");
        let _ = write!(text, "\n## {title}\n\nOf {shown}.\n\n");
        text.push_str("| option | test |\n|---|---|\n");
        for &flag in group.flags {
            let is_it = |(name, other): &(&'static str, &'static Flag)| {
                names.contains(name) && std::ptr::eq(*other, flag)
            };
            let place = tests.iter().find(|test| test.covers.iter().any(is_it)).map(|test| &test.place);
            if place.is_none() {
                untested.push(format!("{shown} {}", flag.names()));
            }
            let _ = writeln!(text, "| {} | {} |", spelling(flag), place.map_or("(none)", String::as_str));
        }
    }
    (text, untested)
}

/// `-x`, `--example` `<value>`
fn spelling(flag: &Flag) -> String {
    let names: Vec<String> = spellings(flag).iter().map(|name| format!("`{name}`")).collect();
    let value = if flag.takes_value() { format!(" `<{}>`", flag.metavar) } else { String::new() };
    format!("{}{value}", names.join(", "))
}
