//! The general options, given to a command of pip's and to `venv`, which has a table of its own.

mod support;

use std::fs;

use support::{Place, program};
use testkit::{Outcome, Tree};

/// `install demo` into the environment and `venv --install demo` into a new one, and how they end with these options.
fn both(place: &Place, options: &[&str]) -> [Outcome; 2] {
    place.run(&["uninstall", "-y", "demo"]).succeeded();
    let _ = fs::remove_dir_all(place.sandbox.work().join("new"));
    let venv = [&["venv", "new", "--without-pip", "--install", "demo"], options].concat();
    [place.run(&[&["install", "demo"], options].concat()), place.sandbox.run(venv)]
}

fn place() -> Place {
    Place::new("demo 1.0")
}

const INSTALLED: &str = "Successfully installed demo-1.0\n";

// covers: install --help
// covers: venv --help
#[test]
fn help_is_all_there_is() {
    let place = place();
    let before = Tree::of(place.sandbox.work());
    for words in [&["install", "demo", "--help"][..], &["install", "-h"]] {
        let outcome = place.run(words).succeeded();
        assert!(
            outcome.stdout.starts_with("\nUsage:   \n  oxipip install [options]"),
            "{}",
            outcome.report()
        );
        outcome.says("  -h, --help ");
    }
    for word in ["--help", "-h"] {
        place.sandbox.run(["venv", "new", word]).succeeded().says("--system-site-packages ");
    }
    before.assert_same(&Tree::of(place.sandbox.work()));
}

// covers: install --debug --verbose --quiet
// covers: venv --debug --verbose --quiet
#[test]
fn more_words_and_fewer() {
    let place = place();
    let page = "Getting page ";
    for outcome in both(&place, &[]) {
        assert!(!outcome.stdout.contains(page), "{}", outcome.report());
        outcome.succeeded().says(INSTALLED);
    }
    for options in [&["-vv"][..], &["--verbose", "--verbose"], &["--debug"], &["--debug", "-qqq"]] {
        for outcome in both(&place, options) {
            outcome.succeeded().says(page).says(INSTALLED);
        }
    }
    for options in [&["-q"][..], &["--quiet", "--quiet"], &["-qqqv"]] {
        for outcome in both(&place, options) {
            let outcome = outcome.succeeded();
            assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("", ""));
        }
    }
}

// covers: install --isolated
// covers: venv --isolated
#[test]
fn variables_and_the_users_file_count_for_nothing() {
    let mut place = place();
    let url = place.index.url();
    place.sandbox.env_remove("PIP_CONFIG_FILE");
    let file = place.sandbox.home().join(".pip/pip.conf");
    fs::create_dir(file.parent().unwrap()).unwrap();
    fs::write(&file, "[global]\nno-index = yes\n").unwrap();
    for from_variable in [false, true] {
        for outcome in both(&place, &["-i", &url]) {
            outcome.failed();
        }
        for outcome in both(&place, &["-i", &url, "--isolated"]) {
            outcome.succeeded().says(INSTALLED);
        }
        if !from_variable {
            fs::remove_file(&file).unwrap();
            place.sandbox.env("PIP_NO_INDEX", "1");
        }
    }
}

// covers: install --require-virtualenv
// covers: venv --require-virtualenv
#[test]
fn only_in_a_virtual_environment_which_venv_makes() {
    let place = place();
    let words = ["install", "--target", "packages", "demo"];
    for option in ["--require-virtualenv", "--require-venv"] {
        place
            .sandbox
            .run([&words[..], &[option]].concat())
            .ended_with(3)
            .warns("ERROR: Could not find an activated virtualenv (required).\n");
        for outcome in both(&place, &[option]) {
            outcome.succeeded();
        }
    }
    place.sandbox.run(words).succeeded();
}

// covers: install --log
// covers: venv --log
#[test]
fn a_log_beside_the_output() {
    let place = place();
    for option in ["--log", "--log-file", "--local-log"] {
        for outcome in both(&place, &["-qqq", option, "pip.log"]) {
            assert_eq!(outcome.succeeded().stdout, "");
        }
        let log = place.sandbox.read("pip.log");
        assert_eq!(log.matches(INSTALLED).count(), 2, "{log}");
        fs::remove_file(place.sandbox.work().join("pip.log")).unwrap();
    }
}

// covers: install --no-color
// covers: venv --no-color
#[test]
fn colours_are_for_terminals_of_those_who_want_them() {
    let place = place();
    let code = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";
    let program = program().display().to_string();
    let colored = |words: &[&str]| {
        let words = [&["-c", code, &program], words].concat();
        let run = place.sandbox.program(&place.sandbox.interpreter().path, words).env("TERM", "xterm");
        run.run()
            .failed()
            .says("ERROR: No matching distribution found for none")
            .stdout
            .contains("\u{1b}[31m")
    };
    for way in [&["--python", "env", "install", "none"][..], &["venv", "new", "--install", "none"]] {
        assert!(colored(way));
        assert!(!colored(&[way, &["--no-color"]].concat()));
    }
}

/// The check for a newer pip, and the warning about old interpreters, are things that this program never does. The
/// options are still accepted, and silently.
// covers: install --disable-pip-version-check --no-python-version-warning
// covers: venv --disable-pip-version-check
#[test]
fn what_is_never_done_can_be_switched_off() {
    let mut place = place();
    place.sandbox.env_remove("PIP_DISABLE_PIP_VERSION_CHECK");
    place.index.universe("pip 99.0");
    let told = |options: &[&str]| {
        place.index.forget_requests();
        let told = both(&place, options).map(|outcome| {
            let outcome = outcome.succeeded();
            assert_eq!(outcome.stderr, "");
            outcome.filtered_stdout().replace("Using cached", "Downloading")
        });
        assert!(!place.index.requested_paths().contains(&place.index.page_path("pip")));
        told
    };
    told(&[]);
    let before = told(&[]);
    assert_eq!(told(&["--disable-pip-version-check"]), before);
    place.run(&["install", "demo", "--no-python-version-warning"]).succeeded();
}

// covers: install --use-feature
#[test]
fn features_that_are_always_on_or_make_no_difference() {
    let place = place();
    place.sandbox.write("requirements.txt", "demo\n");
    let run = |command: &[&str], features: &[&str]| {
        let options = features.iter().flat_map(|feature| ["--use-feature", feature]);
        place.run(&[command, &["-r", "requirements.txt"], &*options.collect::<Vec<_>>()].concat())
    };
    let always = "WARNING: The following features are always enabled: build-constraint, truststore. \n";
    assert_eq!(
        run(&["uninstall", "-y"], &["truststore", "build-constraint"]).succeeded().stderr,
        format!("{always}WARNING: Skipping demo as it is not installed.\n")
    );
    for command in [&["install"][..], &["download"], &["wheel"], &["lock"]] {
        assert!(!run(command, &["venv-isolation"]).succeeded().stderr.contains("--use-feature"));
        run(command, &["fast-deps", "inprocess-build-deps", "venv-isolation"])
            .succeeded()
            .warns("WARNING: pip is using lazily downloaded wheels using HTTP range requests to obtain dependency information.")
            .warns("WARNING: Using --use-feature 'inprocess-build-deps' and 'venv-isolation' together is");
    }
    run(&["install"], &["speed"]).ended_with(2).warns("option --use-feature: invalid choice: 'speed'");
}

// covers: install --use-deprecated
#[test]
fn what_is_on_its_way_out() {
    let place = place();
    let legacy = ["install", "demo", "--use-deprecated", "legacy-resolver"];
    let warning = "WARNING: --use-deprecated=legacy-resolver changes nothing: ";
    place.run(&legacy).succeeded().warns(warning);
    place
        .run(&[&legacy[..], &["--use-feature=fast-deps"]].concat())
        .succeeded()
        .warns("WARNING: fast-deps has no effect when used with the legacy resolver.\n");
    assert_eq!(place.run(&["install", "demo"]).succeeded().stderr, "");
    place.run(&["install", "demo", "--use-deprecated=demo"]).ended_with(2);
}
