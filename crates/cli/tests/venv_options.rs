//! The options of `venv` beyond what the comparison with `python -m venv` shows.

mod support;

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::PathBuf;

use support::{Place, program};
use testkit::{Index, Interpreter, Outcome, Sandbox, Wheel};

/// Makes `new`, which is not there before.
#[track_caller]
fn venv(place: &Place, options: &[&str]) -> Outcome {
    let _ = fs::remove_dir_all(place.sandbox.work().join("new"));
    place.sandbox.run([&["venv", "new"], options].concat()).succeeded()
}

/// The path of something in the environment that was made.
fn made(place: &Place, path: &str) -> PathBuf {
    place.sandbox.work().join("new").join(path)
}

fn frozen(place: &Place) -> String {
    place.sandbox.run(["--python", "new", "freeze", "--all"]).succeeded().stdout
}

// covers: venv --symlinks --copies
#[test]
fn links_to_the_interpreter_or_copies() {
    let place = Place::new("");
    let is_link = |options: &[&str]| {
        venv(&place, &[&["--without-pip"], options].concat());
        made(&place, "bin/python").is_symlink()
    };
    assert!(is_link(&[]) && is_link(&["--symlinks"]) && !is_link(&["--copies"]));
    // What a configuration file says is not the last word.
    let folder = place.sandbox.root().join("config/pip");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("pip.conf"), "[venv]\ncopies = yes\n").unwrap();
    let words = ["venv", "new", "--clear", "--without-pip"];
    for (options, expected) in [(&[][..], false), (&["--symlinks"], true)] {
        let run = place.sandbox.command([&words, options].concat()).env_remove("PIP_CONFIG_FILE");
        run.run().succeeded();
        assert_eq!(made(&place, "bin/python").is_symlink(), expected);
    }
}

// covers: venv --without-pip --pip
#[test]
fn which_pip_there_is() {
    let place = Place::new("");
    for (options, expected) in [
        (&[][..], "pip==26.3\n"),
        (&["--pip", "native"], "pip==26.3\n"),
        (&["--pip", "none"], ""),
        (&["--without-pip"], ""),
    ] {
        venv(&place, options);
        assert_eq!(frozen(&place), expected, "{options:?}");
        assert_eq!(made(&place, "bin/pip").exists(), !expected.is_empty());
    }
    assert!(made(&place, "bin/activate").exists());
    venv(&place, &["--pip", "upstream"]);
    let bundled = frozen(&place);
    assert!(bundled.starts_with("pip==") && bundled != "pip==26.3\n", "{bundled}");
}

/// A place that offers newer releases of what comes with an environment.
fn newer(interpreter: Interpreter) -> Place {
    let index = Index::start();
    index.add(Wheel::new("setuptools", "999").build());
    let pip = Wheel::new("pip", "999").file("pip/__init__.py", "").file("pip/__main__.py", "");
    index.add(pip.console_script("pip", "pip:main").build());
    Place::with(index, "", interpreter)
}

// covers: venv --upgrade-deps
#[test]
fn the_newest_of_what_comes_along() {
    let place = newer(Interpreter::newest());
    venv(&place, &["--upgrade-deps"]);
    // Another pip is no upgrade of the native one.
    assert_eq!(frozen(&place), "pip==26.3\n");
    venv(&place, &["--pip", "upstream"]);
    assert_ne!(frozen(&place), "pip==999\n");
    venv(&place, &["--pip", "upstream", "--upgrade-deps"]);
    assert_eq!(frozen(&place), "pip==999\n");
    if let Some(older) = Interpreter::all().iter().find(|one| one.version < (3, 12, 0)) {
        let place = newer(older.clone());
        venv(&place, &[]);
        assert!(!frozen(&place).contains("setuptools==999\n"));
        venv(&place, &["--upgrade-deps"]);
        assert_eq!(frozen(&place), "pip==26.3\nsetuptools==999\n");
    }
}

// covers: venv --without-scm-ignore-files
#[test]
fn kept_out_of_version_control_or_not() {
    let place = Place::new("");
    if place.sandbox.interpreter().version < (3, 13, 0) {
        return;
    }
    venv(&place, &["--without-pip"]);
    assert!(made(&place, ".gitignore").exists());
    venv(&place, &["--without-pip", "--without-scm-ignore-files"]);
    assert!(!made(&place, ".gitignore").exists());
}

// covers: venv --install --requirement
#[test]
fn filled_in_the_same_go() {
    let place = Place::new("demo 1.0 -> lib\ndemo 2.0\nlib 1.0\nother 1.0\nmore 1.0");
    venv(&place, &["--without-pip"]);
    assert_eq!(frozen(&place), "");
    place.sandbox.write("requirements.txt", "other\n");
    venv(&place, &["--without-pip", "-r", "requirements.txt", "--install", "demo<2", "--install", "more"]);
    assert_eq!(frozen(&place), "demo==1.0\nlib==1.0\nmore==1.0\nother==1.0\n");
    venv(&place, &["--without-pip", "--install", "demo", "more"]);
    assert_eq!(frozen(&place), "demo==2.0\nmore==1.0\n");
}

// covers: venv --link-mode
#[test]
fn links_into_the_store_or_copies() {
    let place = Place::new("demo 1.0");
    let minor = place.sandbox.interpreter().minor_version();
    for (options, is_shared) in
        [(&[][..], true), (&["--link-mode", "hardlink"], true), (&["--link-mode", "copy"], false)]
    {
        venv(&place, &[&["--without-pip", "--install", "demo"], options].concat());
        let file = made(&place, &format!("lib/python{minor}/site-packages/demo.py"));
        assert_eq!(fs::metadata(file).unwrap().nlink() > 1, is_shared, "{options:?}");
    }
}

// covers: venv --python
#[test]
fn made_from_another_interpreter() {
    let place = Place::new("");
    for interpreter in Interpreter::all() {
        let path = interpreter.path.display().to_string();
        venv(&place, &["--without-pip", "-p", &path]);
        assert!(made(&place, &format!("lib/python{}", interpreter.minor_version())).exists());
    }
    place.sandbox.run(["venv", "new", "--python", "nowhere"]).failed();
}

#[test]
fn no_other_interpreter_is_started() {
    let sandbox = Sandbox::new(program());
    let (folder, mark) = (sandbox.work().join("bin"), sandbox.work().join("started"));
    for name in ["python", "python3"] {
        let script = format!("#!/bin/sh\n: > {}\nexit 1\n", mark.display());
        let path = sandbox.write(&format!("bin/{name}"), script);
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let path = format!("{}:/usr/bin:/bin", folder.display());
    let python = sandbox.interpreter().path.display().to_string();
    let make = |words: &[&str]| sandbox.command(words.iter().copied()).env("PATH", &path).run();
    make(&["venv", "--without-pip", "--python", &python, "new"]).succeeded();
    assert!(!mark.exists());
    // Without a name it is the first that counts.
    make(&["venv", "--without-pip", "other"]);
    assert!(mark.exists());
}
