//! `oxipip venv`, compared with `python -m venv` for every interpreter of the machine.

mod support;

use std::path::Path;
use support::program;
use testkit::{Interpreter, Sandbox, Tree};

/// The packages that `ensurepip` brings, which are not what is compared.
fn without_packages(folder: &Path, interpreter: &Interpreter) -> Tree {
    let site = format!("lib/python{}/site-packages/", interpreter.minor_version());
    Tree::of(folder).only(|path| !path.starts_with("bin/pip") && !path.starts_with(&site))
}

/// Makes `folder` with venv itself and with the program, at the same path, and compares.
#[track_caller]
fn compare(interpreter: &Interpreter, folder: &str, options: &[&str]) {
    let (theirs, ours) = both(interpreter, folder, options);
    theirs.assert_same(&ours);
}

/// The trees that venv itself and the program make at the same path.
#[track_caller]
fn both(interpreter: &Interpreter, folder: &str, options: &[&str]) -> (Tree, Tree) {
    let sandbox = Sandbox::with_interpreter(program(), interpreter.clone());
    let path = sandbox.work().join(folder);
    let python = interpreter.path.to_str().unwrap();
    let words = [&["-m", "venv"], options, &[folder]].concat();
    sandbox.program(python, words).run().succeeded();
    let theirs = without_packages(&path, interpreter);
    std::fs::rename(&path, sandbox.root().join("theirs")).unwrap();
    let words = [&["venv", "--python", python], options, &[folder]].concat();
    let outcome = sandbox.run(words).succeeded();
    assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("", ""), "venv prints nothing");
    (theirs, without_packages(&path, interpreter))
}

// covers: venv --python --copies --system-site-packages --prompt
#[test]
fn the_same_tree_as_venv_makes() {
    for interpreter in Interpreter::all() {
        compare(interpreter, "env", &["--without-pip"]);
        compare(interpreter, "env", &["--without-pip", "--copies"]);
        compare(interpreter, "env", &["--without-pip", "--system-site-packages", "--prompt", "my prompt"]);
    }
}

#[test]
fn the_same_tree_with_pip() {
    compare(&Interpreter::newest(), "env", &[]);
}

#[test]
fn odd_folders_and_prompts() {
    let newest = Interpreter::newest();
    compare(&newest, "below/a folder with blanks", &["--without-pip"]);
    compare(&newest, "größe-环境", &["--without-pip", "--prompt", "."]);
    // Older venvs write activation scripts that break on these; shells.rs shows that the program's work.
    let (theirs, ours) = both(&newest, "it's $HOME", &["--without-pip", "--prompt", "it's \"quoted\" `id`"]);
    let no_activation = |path: &str| !path.to_lowercase().starts_with("bin/activate");
    theirs.only(no_activation).assert_same(&ours.only(no_activation));
}

#[test]
fn pip_and_python_m_pip_work_inside() {
    for interpreter in Interpreter::all() {
        let sandbox = Sandbox::with_interpreter(program(), interpreter.clone());
        sandbox.run(["venv", "--python", interpreter.path.to_str().unwrap(), "env"]).succeeded();
        let bin = sandbox.work().join("env/bin");
        let mut answers = Vec::new();
        for words in
            [vec!["pip", "--version"], vec!["pip3", "--version"], vec!["python", "-m", "pip", "--version"]]
        {
            let outcome = sandbox.program(bin.join(words[0]), &words[1..]).run().succeeded();
            answers.push(outcome.filtered_stdout());
        }
        let minor = interpreter.minor_version();
        let place = format!(" from [ROOT]/work/env/lib/python{minor}/site-packages/pip (python {minor})\n");
        assert!(answers[0].starts_with("pip ") && answers[0].ends_with(&place), "{answers:?}");
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    }
}

#[test]
fn what_cannot_be_made() {
    let sandbox = Sandbox::new(program());
    let python = sandbox.interpreter().path.display().to_string();
    sandbox.write("file", "x");
    let before = Tree::of(sandbox.work());
    let outcome = sandbox.run(["venv", "--python", &python, "file"]).failed();
    assert!(outcome.stderr.contains("file"), "{}", outcome.report());
    sandbox.run(["venv", "--python", &python, "--clear", "--upgrade", "env"]).failed();
    sandbox.run(["venv", "--python", &python]).ended_with(2);
    before.assert_same(&Tree::of(sandbox.work()));
}

// covers: venv --clear --upgrade
#[test]
fn an_old_environment_is_kept_cleared_or_upgraded() {
    let sandbox = Sandbox::new(program());
    let python = sandbox.interpreter().path.display().to_string();
    let venv = |options: &[&str]| {
        sandbox
            .run([&["venv", "--python", &python, "--without-pip"], options, &["env"]].concat())
            .succeeded();
    };
    venv(&[]);
    let fresh = Tree::of(sandbox.work().join("env")).without("pyvenv.cfg");
    sandbox.write("env/notes.txt", "mine");
    sandbox.write("env/bin/activate", "edited");
    venv(&["--upgrade"]);
    assert_eq!(
        (sandbox.read("env/notes.txt"), sandbox.read("env/bin/activate")),
        ("mine".into(), "edited".into())
    );
    venv(&[]);
    assert_eq!(sandbox.read("env/notes.txt"), "mine");
    assert_ne!(sandbox.read("env/bin/activate"), "edited");
    venv(&["--clear"]);
    fresh.assert_same(&Tree::of(sandbox.work().join("env")).without("pyvenv.cfg"));
}
