//! `oxipip config`.

mod support;

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use support::Place;
use testkit::assert_same_text;

/// A place whose user has configuration files.
fn place() -> Place {
    let mut place = Place::new("");
    place.sandbox.env_remove("PIP_CONFIG_FILE").env_remove("PIP_INDEX_URL");
    place.sandbox.env_remove("PIP_DISABLE_PIP_VERSION_CHECK");
    place
}

fn user_file(place: &Place) -> std::path::PathBuf {
    place.sandbox.root().join("config/pip/pip.conf")
}

#[test]
fn values_come_and_go() {
    let place = place();
    let file = user_file(&place).display().to_string();
    place.run(&["config", "get", "test.blah"]).failed().warns("ERROR: No such key - test.blah\n");
    let outcome = place.run(&["config", "set", "Test.--B_lah", "1"]).succeeded();
    assert_same_text(&outcome.stdout, &format!("Writing to {file}\n"));
    place.run(&["config", "set", "test.more", "a\nb"]).succeeded();
    assert_same_text(&fs::read_to_string(&file).unwrap(), "[test]\nb-lah = 1\nmore = a\n\tb\n\n");
    assert_eq!(place.run(&["config", "get", "test.b-lah"]).succeeded().stdout, "1\n");
    place.run(&["config", "unset", "test.b_lah"]).succeeded();
    place.run(&["config", "unset", "test.more"]).succeeded();
    assert_eq!(fs::read_to_string(&file).unwrap(), "");
    place.run(&["config", "unset", "test.more"]).failed().warns("ERROR: No such key - test.more\n");
}

// covers: config --user --site --isolated
#[test]
fn the_listing_is_sorted_and_quoted() {
    let place = place();
    for (key, value) in [("test.beta", "2"), ("test.alpha", "it's"), ("install.user", "no")] {
        place.run(&["config", "set", key, value]).succeeded();
    }
    place.run(&["config", "--site", "set", "a.b", "1"]).succeeded();
    let listing = |level: &[&str]| {
        let words = [&["config", "list"], level].concat();
        place.command(&words).env("PIP_TIMEOUT", "60").run().succeeded().stdout
    };
    assert_same_text(
        &listing(&["--user"]),
        "install.user='no'\ntest.alpha=\"it's\"\ntest.beta='2'\n:env:.timeout='60'\n",
    );
    assert_same_text(&listing(&["--site"]), "a.b='1'\n:env:.timeout='60'\n");
    assert_same_text(&listing(&["--site", "--isolated"]), "a.b='1'\n");
    let all = listing(&[]);
    assert!(all.contains("test.beta='2'\na.b='1'\n") && all.ends_with(":env:.timeout='60'\n"), "{all}");
}

// covers: config --global --user --site
#[test]
fn a_file_of_each_level() {
    let mut place = place();
    let global = place.sandbox.root().join("global");
    place.sandbox.env("XDG_CONFIG_DIRS", &global);
    fs::create_dir_all(global.join("pip")).unwrap();
    fs::write(global.join("pip/pip.conf"), "[a]\nb = global\n").unwrap();
    place.run(&["config", "--user", "set", "a.b", "user"]).succeeded();
    place.run(&["config", "--site", "set", "a.b", "site"]).succeeded();
    let get = |options: &[&str]| place.run(&[&["config", "get", "a.b"], options].concat()).succeeded().stdout;
    assert_eq!(get(&["--global"]), "global\n");
    assert_eq!(get(&["--user"]), "user\n");
    assert_eq!(get(&["--site"]), "site\n");
    assert_eq!(get(&[]), "site\n");
}

#[test]
fn changes_go_to_the_file_of_the_environment_once_it_has_one() {
    let place = place();
    let site = place.env().join("pip.conf");
    place.run(&["config", "set", "a.b", "user"]).succeeded();
    assert!(!site.exists());
    place.run(&["config", "--site", "set", "a.b", "site"]).succeeded();
    place.run(&["config", "set", "a.c", "site"]).succeeded();
    assert_eq!(fs::read_to_string(&site).unwrap(), "[a]\nb = site\nc = site\n\n");
    assert_eq!(place.run(&["config", "--user", "get", "a.b"]).succeeded().stdout, "user\n");
}

#[test]
fn everything_that_is_looked_at() {
    let place = place();
    place.run(&["config", "--user", "set", "global.timeout", "60"]).succeeded();
    let outcome = place.command(&["config", "debug"]).env("PIP_RETRIES", "3").run().succeeded();
    let text = outcome.filtered_stdout();
    // What the machine has in /etc/pip.conf is not the test's affair.
    assert!(text.starts_with("env_var:\n  PIP_RETRIES='3'\nenv:\nglobal:\n  [ROOT]/"), "{text}");
    assert!(text.contains("\n  /etc/pip.conf, exists: "), "{text}");
    assert!(
        text.ends_with(
            "site:
  [ROOT]/work/env/pip.conf, exists: False
user:
  [ROOT]/home/.pip/pip.conf, exists: False
  [ROOT]/config/pip/pip.conf, exists: True
    global.timeout: 60
"
        ),
        "{text}"
    );
}

#[test]
fn the_named_file_stands_for_the_users() {
    let place = place();
    let named = place.sandbox.write("named.conf", "# a comment is not kept\n[global]\nTimeOut: 3\n");
    let run = |words: &[&str]| place.command(words).env("PIP_CONFIG_FILE", &named).run();
    run(&["config", "--user", "set", "global.retries", "1"]).succeeded().warns(&format!(
        "WARNING: Because PIP_CONFIG_FILE is set, changes will be applied to '{}', not to 'user'.",
        named.display()
    ));
    assert_eq!(place.sandbox.read("named.conf"), "[global]\ntimeout = 3\nretries = 1\n\n");
    place
        .command(&["config", "set", "a.b", "1"])
        .env("PIP_CONFIG_FILE", "/dev/null")
        .run()
        .failed()
        .warns("ERROR: Cannot write to PIP_CONFIG_VALUE when it is set to /dev/null\n");
}

#[test]
fn links_and_permissions_stay() {
    let place = place();
    let real = place.sandbox.write("real.conf", "[a]\nb = 1\n");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    let file = user_file(&place);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    symlink(&real, &file).unwrap();
    place.run(&["config", "--user", "set", "a.b", "2"]).succeeded();
    assert!(file.is_symlink());
    assert_eq!(place.sandbox.read("real.conf"), "[a]\nb = 2\n\n");
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(fs::read_dir(place.sandbox.work()).unwrap().count(), 2, "nothing else is left");
}

// covers: config --editor
#[test]
fn the_editor_is_a_line_of_the_shell() {
    let place = place();
    let file = user_file(&place).display().to_string();
    let outcome = place.command(&["config", "edit"]).env("EDITOR", "printf '<%s>' a").run().succeeded();
    assert_eq!(outcome.stdout, format!("<a><{file}>"));
    place
        .run(&["config", "edit", "--editor", "notrealeditor"])
        .failed()
        .warns("notrealeditor")
        .warns("ERROR: Editor Subprocess exited with exit code 127\n");
    place.run(&["config", "edit"]).failed().warns("ERROR: Could not determine editor to use.\n");
}

#[test]
fn what_is_refused() {
    let place = place();
    for (words, error) in [
        (vec![], "Need an action (debug, edit, get, list, set, unset) to perform."),
        (vec!["show"], "Need an action (debug, edit, get, list, set, unset) to perform."),
        (
            vec!["set", "a"],
            "Got unexpected number of arguments, expected 2. (example: \"oxipip config set [name] [value]\")",
        ),
        (
            vec!["list", "a"],
            "Got unexpected number of arguments, expected 0. (example: \"oxipip config list\")",
        ),
        (
            vec!["set", "isolated", "true"],
            "Key does not contain dot separated section and key. Perhaps you wanted to use 'global.isolated' instead?",
        ),
        (
            vec!["--user", "--site", "list"],
            "Need exactly one file to operate upon (--user, --site, --global) to perform.",
        ),
    ] {
        let outcome = place.run(&[&["config"], words.as_slice()].concat()).failed();
        assert_same_text(&outcome.stderr, &format!("ERROR: {error}\n"));
    }
    place.run(&["config", "--site", "set", "a.b", "1"]).succeeded();
    fs::write(place.env().join("pip.conf"), "[DEFAULT]\nx = 1\n[a]\nb = 1\n").unwrap();
    place.run(&["config", "unset", "a.x"]).failed();
    fs::write(place.env().join("pip.conf"), "nonsense").unwrap();
    place.run(&["config", "list"]).ended_with(2).warns("Configuration file could not be loaded.\n");
}
