//! Interpreters are found, and the environment that a command acts on is chosen, in folders made for the purpose.

#![cfg(unix)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use environment::{
    Choice, Environment, EnvironmentError, FactsCache, InterpreterRequest, Places, choose, find, find_all,
    venv,
};
use support::{interpreters, output_of, places, python};

fn script(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn places_on(folders: &[PathBuf], working_folder: &Path) -> Places {
    Places {
        path: Some(std::env::join_paths(folders).unwrap()),
        working_folder: working_folder.to_owned(),
        ..Places::default()
    }
}

fn find_named(text: &str, places: &Places) -> Result<Environment, EnvironmentError> {
    find(&InterpreterRequest::parse(text), places, &FactsCache::default())
}

#[test]
fn every_interpreter_is_found_by_its_version() {
    for base in interpreters() {
        let (major, minor, micro) = base.version();
        for text in
            [format!("{major}.{minor}.{micro}"), format!("{major}.{minor}"), format!("=={major}.{minor}.*")]
        {
            let found = find_named(&text, &places()).unwrap();
            assert_eq!((found.version().0, found.version().1), (major, minor), "{text}");
        }
    }
    let error = find_named("2.7", &places()).unwrap_err();
    assert_eq!(error.to_string(), "no Python interpreter found for \"2.7\"");
}

#[test]
fn what_does_not_start_is_passed_over() {
    let base = interpreters().into_iter().next().unwrap();
    let root = tempfile::tempdir().unwrap();
    let folders = ["one", "two", "three"].map(|name| root.path().join(name));
    script(&folders[0].join("python3"), "#!/bin/sh\necho 'pyenv: version not installed' >&2\nexit 1\n");
    script(&folders[0].join("python"), "#!/bin/sh\nexec /nowhere/python \"$@\"\n");
    fs::create_dir(&folders[1]).unwrap();
    std::os::unix::fs::symlink("/nowhere/python3", folders[1].join("python3")).unwrap();
    script(&folders[2].join("python3"), &format!("#!/bin/sh\nexec '{}' \"$@\"\n", base.python().display()));
    let places = places_on(&folders, root.path());
    let found = find(&InterpreterRequest::Any, &places, &FactsCache::default()).unwrap();
    assert_eq!(found.python(), base.python());
    assert_eq!(find_named("python3", &places).unwrap().version(), base.version());
    let all: Vec<_> = find_all(&places, &FactsCache::default());
    assert_eq!(all.first().map(Environment::version), Some(base.version()));
}

#[test]
fn the_environment_of_a_command() {
    let all = interpreters();
    let base = &all[0];
    let root = tempfile::tempdir().unwrap();
    let root = root.path().canonicalize().unwrap();
    let create = |name: &str| {
        let options = venv::Options { with_pip: false, ..venv::Options::default() };
        venv::create(&root.join(name), base, &options).unwrap().environment.prefix().to_owned()
    };
    let (own, active, dot) = (create("own"), create("active"), create("project/.venv"));
    let deep = root.join("project/a/b");
    fs::create_dir_all(&deep).unwrap();
    script(&root.join("path/python3"), &format!("#!/bin/sh\nexec '{}' \"$@\"\n", base.python().display()));
    let places = places_on(&[root.join("path")], &deep);
    let chosen =
        |choice: &Choice| choose(choice, &places, &FactsCache::default()).unwrap().prefix().to_owned();

    let mut choice = Choice {
        python: Some("../../../active".into()),
        own_place: Some(own.join("bin/pip")),
        virtual_env: Some(active.clone()),
        dot_venv: true,
    };
    choice.python = Some("../../.venv/bin/python".into());
    assert_eq!(chosen(&choice), dot);
    choice.python = Some("../../../active".into());
    assert_eq!(chosen(&choice), active);
    choice.python = None;
    assert_eq!(chosen(&choice), own);
    choice.own_place = Some(root.join("path/oxipip"));
    assert_eq!(chosen(&choice), active);
    choice.virtual_env = Some(root.join("removed"));
    assert_eq!(chosen(&choice), dot);
    choice.dot_venv = false;
    assert_eq!(chosen(&choice), base.prefix());
    let nowhere = Places { working_folder: root.join("none"), ..Places::default() };
    if let Err(error) = choose(&Choice::default(), &nowhere, &FactsCache::default()) {
        assert!(matches!(error, EnvironmentError::NoEnvironment), "{error}");
    }
    let (major, minor, _) = base.version();
    let by_version = Choice { python: Some(format!("{major}.{minor}")), ..Choice::default() };
    assert_eq!(choose(&by_version, &support::places(), &FactsCache::default()).unwrap().version().1, minor);
}

#[test]
fn a_broken_environment_says_what_is_missing() {
    let base = interpreters().into_iter().next().unwrap();
    let root = tempfile::tempdir().unwrap();
    let options = venv::Options { with_pip: false, ..venv::Options::default() };
    let environment = venv::create(&root.path().join("env"), &base, &options).unwrap().environment;
    let python = environment.python().to_owned();
    fs::remove_file(&python).unwrap();
    std::os::unix::fs::symlink("/gone/python3", &python).unwrap();
    fs::write(root.path().join("env/pyvenv.cfg"), "home = /gone\n").unwrap();
    for path in [root.path().join("env"), python] {
        let error = Environment::open(&path, &FactsCache::default()).unwrap_err().to_string();
        assert!(error.ends_with("is broken: its base interpreter in /gone is gone"), "{error}");
    }
}

#[test]
fn the_default_index_is_that_of_the_interpreters_pip() {
    let ask = "import sys; sys.path.insert(0, sys.argv[1]); from pip._internal.models.index import PyPI; \
               print(PyPI.simple_url)";
    let mut compared = 0;
    for base in interpreters() {
        let root = tempfile::tempdir().unwrap();
        let wheels = base.bundled_wheels().unwrap();
        let Some(pip) = wheels.first() else {
            assert_eq!(wheels.len(), 0);
            continue;
        };
        assert!(pip.file_name().unwrap().to_str().unwrap().starts_with("pip-"));
        let theirs = output_of(python(base.python(), root.path()).args(["-c", ask]).arg(pip));
        let cache = FactsCache::new(Some(root.path().join("cache")));
        let known = Environment::open(base.python(), &cache).unwrap();
        for _ in 0..2 {
            assert_eq!(known.default_index().as_deref(), Some(theirs.trim()));
        }
        let is_asked_for = known.facts().default_index.is_none();
        assert_eq!(
            fs::read_dir(root.path().join("cache")).unwrap().count(),
            1 + usize::from(is_asked_for),
            "facts and index are remembered"
        );
        compared += 1;
    }
    assert!(compared > 0, "no interpreter here brings a pip");
}

#[test]
fn a_veto_on_manylinux_is_obeyed() {
    let Some(base) = interpreters()
        .into_iter()
        .find(|base| base.platforms().iter().any(|platform| platform.starts_with("manylinux_2_17_")))
    else {
        return; // musl, or another system
    };
    let root = tempfile::tempdir().unwrap();
    let options = venv::Options { with_pip: false, ..venv::Options::default() };
    let environment = venv::create(&root.path().join("env"), &base, &options).unwrap().environment;
    let module = environment.scheme().purelib.join("_manylinux.py");
    fs::write(
        &module,
        "def manylinux_compatible(major, minor, arch):\n    return None if minor < 17 else False\n",
    )
    .unwrap();
    let platforms = environment.platforms();
    assert!(!platforms.iter().any(|platform| platform.starts_with("manylinux2014_")), "{platforms:?}");
    assert!(!platforms.iter().any(|platform| platform.starts_with("manylinux_2_17_")), "{platforms:?}");
    assert!(platforms.iter().any(|platform| platform.starts_with("manylinux_2_16_")), "{platforms:?}");
    fs::write(&module, "manylinux2014_compatible = False\n").unwrap();
    let platforms = environment.platforms();
    assert!(!platforms.iter().any(|platform| platform.starts_with("manylinux2014_")), "{platforms:?}");
    assert!(platforms.iter().any(|platform| platform.starts_with("manylinux_2_18_")), "{platforms:?}");
}

#[test]
fn only_base_interpreters_are_externally_managed() {
    for base in interpreters() {
        let marker = base.stdlib().join("EXTERNALLY-MANAGED");
        let managed = base.externally_managed();
        assert_eq!(
            managed.as_ref().map(|managed| managed.marker.as_path()),
            marker.is_file().then_some(&*marker)
        );
        let root = tempfile::tempdir().unwrap();
        let options =
            venv::Options { with_pip: false, system_site_packages: true, ..venv::Options::default() };
        let environment = venv::create(&root.path().join("env"), &base, &options).unwrap().environment;
        assert_eq!(environment.externally_managed(), None);
        if let Some(managed) = managed {
            assert!(managed.message(None).is_some_and(|message| !message.is_empty()));
        }
    }
}
