//! Environments are compared, file for file, with those that `python -m venv` of each interpreter makes.

#![cfg(unix)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use environment::{Environment, FactsCache, venv};
use support::{interpreters, python};

/// One entry of a tree, by everything that `venv` decides about it.
#[derive(Debug, PartialEq, Eq)]
enum Entry {
    Folder {
        mode: u32,
    },
    Link {
        target: String,
    },
    /// Binary content (copies of the interpreter) by its size.
    File {
        mode: u32,
        text: Result<String, u64>,
        modified: Option<i64>,
    },
}

fn tree(root: &Path) -> BTreeMap<String, Entry> {
    fn walk(root: &Path, folder: &Path, tree: &mut BTreeMap<String, Entry>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            let metadata = path.symlink_metadata().unwrap();
            let mode = metadata.permissions().mode() & 0o7777;
            let entry = if metadata.is_symlink() {
                Entry::Link { target: fs::read_link(&path).unwrap().to_str().unwrap().to_owned() }
            } else if metadata.is_dir() {
                walk(root, &path, tree);
                Entry::Folder { mode }
            } else {
                let text = String::from_utf8(fs::read(&path).unwrap()).map_err(|_| metadata.len());
                // Only a copied script keeps an old time.
                let modified = name.ends_with(".ps1").then(|| metadata.mtime()).filter(|time| is_old(*time));
                Entry::File { mode, text, modified }
            };
            tree.insert(name, entry);
        }
    }
    let mut entries = BTreeMap::new();
    walk(root, root, &mut entries);
    entries
}

fn is_old(time: i64) -> bool {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    i64::try_from(now).unwrap() - time > 3600
}

/// Options as `venv` takes them, and the same for us.
fn cases(version: (u32, u32)) -> Vec<(Vec<&'static str>, venv::Options)> {
    let plain = venv::Options { with_pip: false, ..venv::Options::default() };
    let with = |change: fn(&mut venv::Options)| {
        let mut options = plain.clone();
        change(&mut options);
        options
    };
    let mut cases = vec![
        (vec![], plain.clone()),
        (vec!["--system-site-packages"], with(|options| options.system_site_packages = true)),
        (vec!["--copies"], with(|options| options.copies = true)),
        (vec!["--clear"], with(|options| options.clear = true)),
        (vec!["--upgrade"], with(|options| options.upgrade = true)),
        (vec!["--prompt", "an env"], with(|options| options.prompt = Some("an env".into()))),
        (vec!["--prompt", "."], with(|options| options.prompt = Some(".".into()))),
        (vec!["--prompt", ""], with(|options| options.prompt = Some(String::new()))),
    ];
    if version >= (3, 13) {
        cases.push((vec!["--without-scm-ignore-files"], with(|options| options.scm_ignore_files = false)));
    }
    cases
}

/// Makes an environment at `folder` both ways and gives both trees: venv's and ours. `prepare` sets the scene.
fn both(
    base: &Environment,
    folder: &Path,
    arguments: &[&str],
    options: &venv::Options,
    prepare: impl Fn(&Path),
) -> Option<(BTreeMap<String, Entry>, BTreeMap<String, Entry>)> {
    let working_folder = folder.parent().unwrap();
    prepare(folder);
    let mut command = python(base.python(), working_folder);
    command.args(["-m", "venv", "--without-pip"]).args(arguments).arg(folder);
    let output = command.output().unwrap();
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(complaint.contains("No module named venv"), "{command:?}: {complaint}");
        return None;
    }
    let theirs = tree(folder);
    let aside = tempfile::tempdir_in(working_folder.parent().unwrap()).unwrap();
    fs::rename(folder, aside.path().join("theirs")).unwrap();
    prepare(folder);
    let options = venv::Options { working_folder: working_folder.to_owned(), ..options.clone() };
    let created = venv::create(folder, base, &options).unwrap();
    assert_eq!(created.warnings, []);
    let ours = tree(folder);
    fs::remove_dir_all(folder).unwrap();
    Some((theirs, ours))
}

fn assert_same(theirs: &BTreeMap<String, Entry>, ours: &BTreeMap<String, Entry>, what: &str) {
    for name in theirs.keys().chain(ours.keys()) {
        assert_eq!(ours.get(name), theirs.get(name), "{name}, {what}: left is ours, right is venv's");
    }
}

#[test]
fn environments_are_those_of_venv() {
    let mut compared = 0;
    for base in interpreters() {
        let (major, minor, _) = base.version();
        for (arguments, options) in cases((major, minor)) {
            let root = tempfile::tempdir().unwrap();
            let folder = root.path().join("some where").join("my-env");
            fs::create_dir_all(folder.parent().unwrap()).unwrap();
            let Some((theirs, ours)) = both(&base, &folder, &arguments, &options, |_| ()) else { continue };
            let what = format!("{} {arguments:?}", base.python().display());
            assert_same(&theirs, &ours, &what);
            compared += 1;
        }
    }
    assert!(compared > 0, "no interpreter here has a venv module to compare with");
}

#[test]
fn existing_folders_are_treated_as_venv_treats_them() {
    let existing = |folder: &Path| {
        fs::create_dir_all(folder.join("bin")).unwrap();
        fs::create_dir_all(folder.join("lib").join("old")).unwrap();
        fs::write(folder.join("bin").join("activate"), "old").unwrap();
        fs::write(folder.join("bin").join("mine"), "kept").unwrap();
        fs::write(folder.join("pyvenv.cfg"), "home = /old\n").unwrap();
    };
    let mut compared = 0;
    for base in interpreters() {
        for (argument, options) in [
            (None, venv::Options { with_pip: false, ..venv::Options::default() }),
            (Some("--clear"), venv::Options { with_pip: false, clear: true, ..venv::Options::default() }),
            (Some("--upgrade"), venv::Options { with_pip: false, upgrade: true, ..venv::Options::default() }),
        ] {
            let root = tempfile::tempdir().unwrap();
            let folder = root.path().join("work").join("env");
            fs::create_dir_all(folder.parent().unwrap()).unwrap();
            let arguments: Vec<&str> = argument.into_iter().collect();
            let Some((theirs, ours)) = both(&base, &folder, &arguments, &options, existing) else { continue };
            assert_same(&theirs, &ours, &format!("{} {argument:?}", base.python().display()));
            compared += 1;
        }
    }
    assert!(compared > 0);
}

#[test]
fn an_environment_made_from_an_environment_has_the_same_base() {
    for base in interpreters() {
        let root = tempfile::tempdir().unwrap();
        let options = venv::Options { with_pip: false, ..venv::Options::default() };
        let first = venv::create(&root.path().join("one"), &base, &options).unwrap().environment;
        // Opened anew, as a later command does.
        let first = Environment::open(first.prefix(), &FactsCache::default()).unwrap();
        let second = venv::create(&root.path().join("two"), &first, &options).unwrap().environment;
        fs::remove_dir_all(first.prefix()).unwrap();
        let prefix = support::output_of(
            python(second.python(), root.path())
                .args(["-c", "import sys; print(sys.prefix, sys.base_prefix)"]),
        );
        let expected = format!("{} {}", second.prefix().display(), base.base_prefix().display());
        assert_eq!(prefix.trim(), expected);
    }
}

#[test]
fn errors_are_venvs_and_leave_nothing() {
    let base = interpreters().into_iter().next().unwrap();
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("file");
    fs::write(&file, "").unwrap();
    let plain = venv::Options { with_pip: false, ..venv::Options::default() };
    let error = |folder: &Path, options: &venv::Options| {
        venv::create(folder, &base, options).unwrap_err().to_string()
    };
    assert_eq!(error(&file, &plain), format!("Unable to create directory '{}'", file.display()));
    assert_eq!(
        error(&root.path().join("new"), &venv::Options { clear: true, upgrade: true, ..plain.clone() }),
        "you cannot supply --upgrade and --clear together."
    );
    let link = root.path().join("link");
    std::os::unix::fs::symlink(root.path(), &link).unwrap();
    assert_eq!(
        error(&link, &venv::Options { clear: true, ..plain.clone() }),
        format!("Unable to create directory '{}'", link.display())
    );
    assert!(file.exists(), "nothing is cleared behind a link");
    let below_file = file.join("env");
    assert!(error(&below_file, &plain).contains("could not create"));
    if base.version() >= (3, 11, 0) {
        let split = root.path().join("a:b");
        assert!(error(&split, &plain).starts_with("Refusing to create a venv in "));
        assert!(!split.exists());
    }
    let broken = venv::Options { prompt: Some("a\nb".into()), ..plain };
    assert!(error(&root.path().join("new"), &broken).contains("line break"));
    assert!(!root.path().join("new").exists());
}
