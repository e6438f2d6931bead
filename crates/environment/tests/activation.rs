//! Activation scripts are read by the real shells, for environments with names that mean something to them.

#![cfg(unix)]

mod support;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use environment::{Environment, FactsCache, venv};
use support::interpreters;

/// Folder names and prompts: each would do harm, or get lost, in a script without quoting.
const NAMES: [&str; 12] = [
    "plain",
    "with space",
    "it's",
    "say \"hi\"",
    "$(touch pwned)",
    "`touch pwned`",
    "$HOME",
    "back\\slash\\",
    "semi;touch pwned",
    "bang!bang",
    "100%n %s",
    "ünï-\u{1f40d} (x)",
];

struct Shell {
    name: &'static str,
    arguments: &'static [&'static str],
    script: &'static str,
    /// Prints `VIRTUAL_ENV`, the python that is found, then both again after `deactivate`.
    report: &'static str,
}

const SHELLS: [Shell; 5] = [
    Shell { name: "bash", arguments: &["--norc", "--noprofile"], script: "activate", report: POSIX },
    Shell { name: "dash", arguments: &[], script: "activate", report: POSIX },
    Shell { name: "zsh", arguments: &["-f"], script: "activate", report: POSIX },
    Shell {
        name: "fish",
        arguments: &["--no-config"],
        script: "activate.fish",
        report: "source \"$SCRIPT\"\necho \"[$VIRTUAL_ENV]\"\necho \"[\"(command -v python)\"]\"\ndeactivate\n\
                 echo \"[$VIRTUAL_ENV]\"\ntest \"$PATH\" = \"$BEFORE\"; and echo same\n",
    },
    Shell {
        name: "tcsh",
        arguments: &["-f"],
        script: "activate.csh",
        report: "set prompt = '> '\nsource $SCRIPT:q\necho \"[$VIRTUAL_ENV:q]\"\necho \"[`which python`]\"\ndeactivate\n\
                 echo \"[$?VIRTUAL_ENV]\"\nif ( \"$PATH\" == \"$BEFORE\" ) echo same\n",
    },
];

const POSIX: &str = ". \"$SCRIPT\"\nprintf '[%s]\\n' \"$VIRTUAL_ENV\"\nprintf '[%s]\\n' \"$(command -v python)\"\n\
                     deactivate\nprintf '[%s]\\n' \"${VIRTUAL_ENV-}\"\n[ \"$PATH\" = \"$BEFORE\" ] && echo same\n";

fn found(shell: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(shell)).find(|path| path.is_file())
}

/// A shell with a script on its standard input, in an empty folder where harm would show.
fn run(
    shell: &Path,
    arguments: &[&str],
    environment: &Environment,
    script: &str,
    input: &str,
) -> (String, String) {
    let work = tempfile::tempdir().unwrap();
    let mut child = Command::new(shell)
        .args(arguments)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("BEFORE", "/usr/bin:/bin")
        .env("HOME", work.path())
        .env("TERM", "xterm-256color")
        .env("LC_ALL", "C.UTF-8")
        .env("SCRIPT", environment.prefix().join("bin").join(script))
        .current_dir(work.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let harm: Vec<_> = fs::read_dir(work.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .filter(|name| !name.to_string_lossy().starts_with('.'))
        .collect();
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(
        harm.is_empty(),
        "{} {} made {harm:?}: {stdout} {stderr}",
        shell.display(),
        environment.prefix().display()
    );
    (stdout, stderr)
}

/// Interpreters whose templates are used, and one that has none: what is remembered of its standard library
/// leads nowhere.
fn bases() -> Vec<Environment> {
    let mut bases = interpreters();
    let root = tempfile::tempdir().unwrap();
    let cache = FactsCache::new(Some(root.path().to_owned()));
    let known = Environment::open(bases[0].python(), &cache).unwrap();
    let record = fs::read_dir(root.path()).unwrap().next().unwrap().unwrap().path();
    let stdlib = serde_json::to_string(&known.facts().stdlib).unwrap();
    let text = fs::read_to_string(&record)
        .unwrap()
        .replace(&format!("\"stdlib\":{stdlib}"), "\"stdlib\":\"/nowhere\"");
    fs::write(&record, text).unwrap();
    let bare = Environment::open(known.python(), &cache).unwrap();
    assert_eq!(bare.stdlib(), Path::new("/nowhere"));
    bases.push(bare);
    bases
}

fn assert_activates(base: &Environment, name: &str) {
    let root = tempfile::tempdir().unwrap();
    let root = root.path().canonicalize().unwrap();
    let folder = root.join(name);
    let options = venv::Options { with_pip: false, ..venv::Options::default() };
    let environment = venv::create(&folder, base, &options).unwrap().environment;
    for shell in &SHELLS {
        let Some(executable) = found(shell.name) else { continue };
        let (stdout, stderr) = run(&executable, shell.arguments, &environment, shell.script, shell.report);
        let left = if shell.name == "tcsh" { "0" } else { "" };
        let python = folder.join("bin").join("python");
        let expected = format!("[{}]\n[{}]\n[{left}]\nsame\n", folder.display(), python.display());
        assert_eq!(stdout, expected, "{} {name:?} of {:?}: {stderr}", shell.name, base.version());
    }
}

#[test]
fn every_shell_activates_every_name() {
    assert!(found("bash").is_some() || found("dash").is_some(), "a shell is needed");
    for base in bases() {
        for name in NAMES {
            assert_activates(&base, name);
        }
    }
}

/// Prompts are shown by interactive shells, which expand them once more.
#[test]
fn prompts_show_what_they_say_and_run_nothing() {
    for base in bases() {
        let root = tempfile::tempdir().unwrap();
        for (number, name) in NAMES.iter().enumerate() {
            let options = venv::Options {
                with_pip: false,
                prompt: Some((*name).to_owned()),
                ..venv::Options::default()
            };
            let environment =
                venv::create(&root.path().join(number.to_string()), &base, &options).unwrap().environment;
            let input = "PS1='> '\n. \"$SCRIPT\"\n:\n";
            let shells: [(&str, &[&str]); 3] =
                [("bash", &["--norc", "--noprofile", "-i"]), ("dash", &["-i"]), ("zsh", &["-f", "-i"])];
            for (shell, arguments) in shells {
                let Some(executable) = found(shell) else { continue };
                let (stdout, stderr) = run(&executable, arguments, &environment, "activate", input);
                let shown = format!("({name}) > ");
                let all = format!("{stdout}{stderr}");
                assert!(
                    all.contains(&shown) || shell == "zsh",
                    "{shell} of {:?}: {shown:?} in {all:?}",
                    base.version()
                );
            }
            if let Some(fish) = found("fish") {
                let input = "function fish_prompt; echo -n '> '; end\nsource \"$SCRIPT\"\nfish_prompt\n";
                let (stdout, stderr) = run(&fish, &["--no-config"], &environment, "activate.fish", input);
                assert!(stdout.contains(&format!("({name})")), "fish {name:?}: {stdout:?} {stderr}");
            }
            if let Some(tcsh) = found("tcsh") {
                let input = "set prompt = '> '\nsource $SCRIPT:q\necho $prompt:q\n";
                let (stdout, stderr) = run(&tcsh, &["-f"], &environment, "activate.csh", input);
                // Python 3.8 shows the folder's name, and that in brackets.
                let shown = if stdout.starts_with('[') { number.to_string() } else { (*name).to_owned() };
                assert!(
                    stdout.get(1..).unwrap_or_default().starts_with(&shown),
                    "tcsh {name:?}: {stdout:?} {stderr}"
                );
            }
            // zsh shows no prompt without a terminal, but can say what it would show.
            if let Some(zsh) = found("zsh") {
                for (option, shown) in [("NO_PROMPT_SUBST", true), ("PROMPT_SUBST", !name.contains('%'))] {
                    let input = format!("setopt {option}\nPS1='> '\n. \"$SCRIPT\"\nprint -rP -- \"$PS1\"\n");
                    let (stdout, stderr) = run(&zsh, &["-f"], &environment, "activate", &input);
                    let expected = format!("({name}) > \n");
                    assert!(!shown || stdout == expected, "zsh {option} {name:?}: {stdout:?} {stderr}");
                }
            }
        }
    }
}
