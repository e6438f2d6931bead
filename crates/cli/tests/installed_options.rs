//! The options of the commands about what is installed: which of it they show.

mod support;

use std::fs;

use support::Place;
use testkit::Sdist;

/// A place whose environment sees the packages of the user and of its base: `own` is its own, `users` is the user's.
fn place() -> Place {
    let place = Place::new("own 1.0\nusers 1.0");
    let configuration = place.env().join("pyvenv.cfg");
    let text = fs::read_to_string(&configuration).unwrap();
    let text = text.replace("include-system-site-packages = false", "include-system-site-packages = true");
    fs::write(configuration, text).unwrap();
    place.install(&["own"]);
    place.install(&["--user", "users"]);
    place
}

/// The names that a command shows, as far as they are of the test's making.
fn shown(place: &Place, words: &[&str]) -> Vec<&'static str> {
    let text = place.run(words).succeeded().stdout;
    let is_shown = |name: &&str| {
        let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
        words.any(|word| word == *name)
    };
    ["own", "users"].into_iter().filter(is_shown).collect()
}

// covers: freeze --local --user --path
// covers: list --local --user --path
// covers: inspect --local --user --path
#[test]
fn of_the_environment_of_the_user_or_of_a_folder() {
    let place = place();
    let folder = place.sandbox.work().join("packages").display().to_string();
    place.install(&["--target", &folder, "own"]);
    for command in [&["freeze"][..], &["list"], &["inspect"]] {
        let shown = |options: &[&str]| shown(&place, &[command, options].concat());
        assert_eq!(shown(&[]), ["own", "users"], "{command:?}");
        assert_eq!(shown(&["--local"]), ["own"], "{command:?}");
        assert_eq!(shown(&["--user"]), ["users"], "{command:?}");
        assert_eq!(shown(&["--path", &folder]), ["own"], "{command:?}");
        assert_eq!(shown(&["--path", "nowhere"]), [""; 0], "{command:?}");
    }
    assert_eq!(shown(&place, &["freeze", "-l"]), ["own"]);
    assert_eq!(shown(&place, &["list", "-l"]), ["own"]);
}

// covers: list --outdated --uptodate
#[test]
fn what_has_a_newer_version_and_what_has_none() {
    let place = Place::new("old 1.0\nnew 1.0\nold 2.0rc1");
    place.install(&["old", "new"]);
    place.index.universe("old 1.5");
    let list =
        |options: &[&str]| place.run(&[&["list", "--format=json"], options].concat()).succeeded().stdout;
    let old = "[{\"name\": \"old\", \"version\": \"1.0\", \"latest_version\": \"1.5\", \"latest_filetype\": \"wheel\"}]\n";
    assert_eq!((list(&["-o"]).as_str(), list(&["--outdated"]).as_str()), (old, old));
    let new = "[{\"name\": \"new\", \"version\": \"1.0\"}]\n";
    assert_eq!((list(&["-u"]).as_str(), list(&["--uptodate"]).as_str()), (new, new));
    assert!(list(&["-o", "--pre"]).contains("2.0rc1"));
    place.run(&["list", "-o", "-u"]).failed();
}

// covers: list --editable --exclude-editable --include-editable
#[test]
fn editables_alone_or_left_out() {
    let place = Place::new("plain 1.0");
    Sdist::new("edited", "1.0").write_tree(place.sandbox.work().join("edited"));
    place.install(&["plain", "-e", "./edited"]);
    let list =
        |options: &[&str]| place.run(&[&["list", "--format=freeze"], options].concat()).succeeded().stdout;
    assert_eq!(list(&[]), "edited==1.0\nplain==1.0\n");
    assert_eq!((list(&["-e"]), list(&["--editable"])), ("edited==1.0\n".into(), "edited==1.0\n".into()));
    assert_eq!(list(&["--exclude-editable"]), "plain==1.0\n");
    assert_eq!(list(&["--exclude-editable", "--include-editable"]), "edited==1.0\nplain==1.0\n");
}
