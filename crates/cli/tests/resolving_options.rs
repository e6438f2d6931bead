//! What a resolution starts from and how it builds: options that `install`, `lock`, `download` and `wheel` share.

mod support;

use std::fs;

use support::Place;
use testkit::{Outcome, Sdist, Wheel};

const COMMANDS: [&str; 4] = ["install", "lock", "download", "wheel"];

/// Runs one of the commands; `install` only tells, the others write into `out` or to standard output.
fn run(place: &Place, command: &str, options: &[&str]) -> Outcome {
    let _ = fs::remove_dir_all(place.sandbox.work().join("out"));
    let words = match command {
        "install" => &["install", "--dry-run"][..],
        "lock" => &["lock", "-q", "-o", "-"],
        "download" => &["download", "-d", "out"],
        _ => &["wheel", "-w", "out"],
    };
    place.run(&[words, options].concat())
}

/// What it takes, as `name-version` in order.
#[track_caller]
fn taken(place: &Place, command: &str, options: &[&str]) -> String {
    let outcome = run(place, command, options).succeeded();
    let mut names: Vec<String> = match command {
        "install" => {
            let line = outcome.stdout.lines().find_map(|line| line.strip_prefix("Would install "));
            line.unwrap_or_default().split_whitespace().map(str::to_owned).collect()
        }
        "lock" => {
            let names = outcome.stdout.lines().filter_map(|line| line.strip_prefix("name = \""));
            names.filter(|name| name.contains('-')).map(stem).collect()
        }
        _ => {
            let entries = fs::read_dir(place.sandbox.work().join("out")).into_iter().flatten();
            entries.map(|entry| stem(&entry.unwrap().file_name().to_string_lossy())).collect()
        }
    };
    names.sort();
    names.join(" ")
}

/// `demo-1.0` of a file name.
fn stem(file: &str) -> String {
    let file = file.trim_end_matches('"').trim_end_matches(".tar.gz");
    file.split('-').take(2).collect::<Vec<_>>().join("-")
}

const UNIVERSE: &str = "
    demo 1.0 -> lib
    demo 2.0 -> lib
    lib 1.0
    lib 2.0
    picky 1.0
    picky 2.0 ; python >=99
";

// covers: install --requirement --constraint
// covers: lock --requirement --constraint
// covers: download --requirement --constraint
// covers: wheel --requirement --constraint
#[test]
fn requirements_and_constraints_files() {
    let place = Place::new(UNIVERSE);
    place.sandbox.write("requirements.txt", "demo\n");
    place.sandbox.write("constraints.txt", "demo<2\nlib<2\n");
    for command in COMMANDS {
        let taken = |options: &[&str]| taken(&place, command, options);
        assert_eq!(taken(&["demo"]), "demo-2.0 lib-2.0");
        assert_eq!(taken(&["picky", "-r", "requirements.txt"]), "demo-2.0 lib-2.0 picky-1.0");
        assert_eq!(taken(&["-r", "requirements.txt", "-c", "constraints.txt"]), "demo-1.0 lib-1.0");
    }
}

// covers: install --requirements-from-script --group
// covers: lock --requirements-from-script --group
// covers: download --requirements-from-script --group
// covers: wheel --requirements-from-script --group
#[test]
fn what_scripts_and_groups_need() {
    let place = Place::new(UNIVERSE);
    place.sandbox.write("script.py", "# /// script\n# dependencies = ['demo<2']\n# ///\n");
    place.sandbox.write("pyproject.toml", "[dependency-groups]\ntest = ['lib<2']\n");
    for command in COMMANDS {
        let taken = |options: &[&str]| taken(&place, command, options);
        assert_eq!(taken(&["--requirements-from-script", "script.py"]), "demo-1.0 lib-2.0");
        assert_eq!(taken(&["picky", "--group", "test"]), "lib-1.0 picky-1.0");
    }
}

// covers: install --no-deps --only-deps --ignore-requires-python
// covers: lock --no-deps --only-deps --ignore-requires-python
// covers: download --no-deps --only-deps --ignore-requires-python
// covers: wheel --no-deps --only-deps --ignore-requires-python
#[test]
fn what_is_followed_and_what_is_believed() {
    let place = Place::new(UNIVERSE);
    for command in COMMANDS {
        let taken = |options: &[&str]| taken(&place, command, options);
        assert_eq!(taken(&["--no-deps", "demo"]), "demo-2.0");
        assert_eq!(taken(&["demo", "--no-dependencies"]), "demo-2.0");
        assert_eq!(taken(&["--only-deps", "demo"]), "lib-2.0");
        assert_eq!(taken(&["--only-dependencies", "demo"]), "lib-2.0");
        assert_eq!(taken(&["picky"]), "picky-1.0");
        assert_eq!(taken(&["picky", "--ignore-requires-python"]), "picky-2.0");
    }
}

// covers: install --require-hashes --no-require-hashes
// covers: lock --require-hashes --no-require-hashes
// covers: download --require-hashes --no-require-hashes
// covers: wheel --require-hashes --no-require-hashes
#[test]
fn digests_that_are_required() {
    let place = Place::new("other 1.0");
    let wheel = Wheel::new("demo", "1.0").build();
    place.sandbox.write("with.txt", format!("demo==1.0 --hash=sha256:{}\n", wheel.sha256()));
    place.sandbox.write("without.txt", "other==1.0\n");
    place.index.add(wheel);
    let required =
        "ERROR: Hashes are required in --require-hashes mode, but they are missing from some requirements.";
    for command in COMMANDS {
        let taken = |options: &[&str]| taken(&place, command, options);
        assert_eq!(taken(&["--require-hashes", "-r", "with.txt"]), "demo-1.0");
        assert_eq!(taken(&["-r", "without.txt"]), "other-1.0");
        run(&place, command, &["--require-hashes", "-r", "without.txt"]).failed().warns(required);
        run(&place, command, &["-r", "with.txt", "-r", "without.txt"]).failed().warns(required);
        let both = ["--no-require-hashes", "-r", "with.txt", "-r", "without.txt"];
        assert_eq!(taken(&both), "demo-1.0 other-1.0");
    }
}

/// A project that requires what this Python expression says when it is built.
fn project(requires: &[&str], expression: &str) -> Sdist {
    let backend = format!(
        "import sdist_backend
from sdist_backend import *
def add(config_settings):
    with open('PKG-INFO') as file:
        text = file.read()
    with open('PKG-INFO', 'w') as file:
        file.write(text.rstrip('\\n') + '\\nRequires-Dist: ' + ({expression}) + '\\n')
def get_requires_for_build_wheel(config_settings=None):
    add(config_settings)
    return []
get_requires_for_build_editable = get_requires_for_build_wheel
"
    );
    let pyproject =
        format!("[build-system]\nrequires = {requires:?}\nbuild-backend = \"own\"\nbackend-path = [\".\"]\n");
    Sdist::new("src", "1.0").field("Dynamic", "Requires-Dist").pyproject(&pyproject).file("own.py", backend)
}

// covers: install --build-constraint
// covers: lock --build-constraint
// covers: download --build-constraint
// covers: wheel --build-constraint
#[test]
fn constraints_of_what_builds_require() {
    let place = Place::new("tool 1.0\ntool 2.0\nlib 1.0\nlib 2.0");
    place.sandbox.write("constraints.txt", "tool<2\n");
    let expression = "'lib==' + __import__('tool').__version__";
    for command in COMMANDS {
        // Each command builds for itself.
        let folder = format!("./{command}");
        project(&["tool"], expression).write_tree(place.sandbox.work().join(command));
        let lib = |options: &[&str]| {
            let taken = taken(&place, command, &[options, &[&folder]].concat());
            taken.split(' ').find(|name| name.starts_with("lib-")).map(str::to_owned).unwrap_or_default()
        };
        assert_eq!(lib(&[]), "lib-2.0", "{command}");
        fs::remove_dir_all(place.sandbox.work().join(command)).unwrap();
        project(&["tool"], expression).write_tree(place.sandbox.work().join(command));
        assert_eq!(lib(&["--build-constraint", "constraints.txt"]), "lib-1.0", "{command}");
        run(&place, command, &["--build-constraint", "constraints.txt", "--no-build-isolation", &folder])
            .failed()
            .warns("ERROR: --build-constraint cannot be used with --no-build-isolation.");
    }
}
