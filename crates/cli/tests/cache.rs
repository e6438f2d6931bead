//! `oxipip cache`.

mod support;

use std::path::PathBuf;

use support::Place;
use testkit::{Sandbox, Tree, assert_same_text};

/// A place with a cache in `cache` that holds wheels built from source.
fn place() -> Place {
    let mut place = Place::new("demo 1.0");
    let root = place.sandbox.work().join("cache");
    place.sandbox.env("PIP_CACHE_DIR", root);
    for (folder, name) in [("aa", "yyy-1.2.3"), ("bb", "zzz-4.5.6"), ("cc", "zzz-7.8.9")] {
        let folder = format!("cache/wheels/{folder}/00");
        place.sandbox.write(&format!("{folder}/{name}-py3-none-any.whl"), "built");
        place.sandbox.write(&format!("{folder}/origin.json"), "{}");
    }
    place.sandbox.write("cache/http-v2/a/b", "12345");
    place
}

fn built(place: &Place, name: &str) -> PathBuf {
    place.sandbox.work().join("cache/wheels").join(name)
}

#[test]
fn where_it_is_and_what_is_in_it() {
    let place = place();
    assert_same_text(&place.run(&["cache", "dir"]).succeeded().filtered_stdout(), "[ROOT]/work/cache\n");
    let outcome = place.run(&["cache", "info"]).succeeded();
    for line in [
        "Package index page cache location (pip v23.3+): [ROOT]/work/cache/http-v2",
        "Number of HTTP files: 1",
        "Locally built wheels location: [ROOT]/work/cache/wheels",
        "Number of locally built wheels: 3",
    ] {
        assert!(
            outcome.filtered_stdout().lines().any(|found| found == line),
            "{line}:\n{}",
            outcome.report()
        );
    }
    outcome.says("Package index page cache size: 5 bytes\n").says("Locally built wheels size: 21 bytes\n");
}

// covers: cache --format
#[test]
fn built_wheels_by_name_or_pattern() {
    let place = place();
    let list = |words: &[&str]| place.run(&[&["cache", "list"], words].concat()).succeeded().stdout;
    assert_eq!(
        list(&["zzz"]),
        "Cache contents:\n\n - zzz-4.5.6-py3-none-any.whl (5 bytes)\n - zzz-7.8.9-py3-none-any.whl (5 bytes)\n"
    );
    assert_eq!(list(&["?[x-y]y-1"]), "Cache contents:\n\n - yyy-1.2.3-py3-none-any.whl (5 bytes)\n");
    assert_eq!(list(&["none"]), "No locally built wheels cached.\n");
    assert_eq!(
        list(&["zzz-7*", "--format", "abspath"]),
        format!("{}\n", built(&place, "cc/00/zzz-7.8.9-py3-none-any.whl").display())
    );
    assert_eq!(list(&["none", "--format=abspath"]), "");
}

#[test]
fn some_or_all_goes() {
    let place = place();
    place.install(&["demo"]);
    let outcome = place.run(&["cache", "remove", "zzz-4.5.6", "-v"]).succeeded();
    let removed = built(&place, "bb/00/zzz-4.5.6-py3-none-any.whl").display().to_string();
    outcome
        .says(&format!("Removed {removed}\n"))
        .says("Files removed: 1 (5 bytes)\nDirectories removed: 2\n");
    assert!(!built(&place, "bb").exists() && built(&place, "aa").exists());
    place
        .run(&["cache", "remove", "aaa"])
        .succeeded()
        .warns("WARNING: No matching packages for pattern \"aaa\"\n")
        .says("Files removed: 0 (0 bytes)\nDirectories removed: 0\n");

    place.run(&["cache", "purge"]).succeeded();
    let left = Tree::of(place.sandbox.work().join("cache"));
    let folders: Vec<_> = left
        .paths()
        .into_iter()
        .filter(|path| path.matches('/').count() == 1 || !path.contains('/'))
        .collect();
    // Facts about interpreters are no packages. With the cache goes what undo needs.
    assert_eq!(folders, ["oxipip", "oxipip/interpreters-v1"]);
    // What is installed has lost nothing, and the next install fetches again.
    assert!(place.python("import demo; print(demo)").contains("demo"));
    place.run(&["install", "--force-reinstall", "demo"]).succeeded();
    let outcome = place.run(&["cache", "purge"]).succeeded();
    assert!(!outcome.stdout.starts_with("Files removed: 0 "), "{}", outcome.report());
}

#[test]
fn pips_own_folder() {
    let place = Place::new("demo 1.0");
    assert_same_text(&place.run(&["cache", "dir"]).succeeded().filtered_stdout(), "[ROOT]/cache/pip\n");
    place.install(&["demo"]);
    let kept = Tree::of(place.sandbox.cache().join("pip"));
    assert!(kept.paths().iter().all(|path| path.starts_with("oxipip")), "{:?}", kept.paths());

    let dir = |sandbox: &mut Sandbox, home: &str| {
        sandbox.env("XDG_CACHE_HOME", home);
        sandbox.run(["cache", "dir"]).succeeded().filtered_stdout()
    };
    let mut sandbox = place.sandbox;
    for relative in ["", "relative"] {
        let home = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
        assert_same_text(&dir(&mut sandbox, relative), &format!("[ROOT]/home/{home}/pip\n"));
    }
}

#[test]
fn what_pip_left_behind_goes_with_any_removal() {
    let place = place();
    place.sandbox.write("cache/selfcheck.json", "{}");
    place.run(&["cache", "remove", "yyy", "-v"]).succeeded().says("Removed legacy selfcheck.json file\n");
    assert!(!place.sandbox.work().join("cache/selfcheck.json").exists());
}

/// As root without its own home: what root wrote there, the user could not change.
#[test]
fn a_cache_of_somebody_else_is_left_alone() {
    let place = Place::new("demo 1.0");
    let folder = place.sandbox.work().join("foreign");
    std::fs::create_dir(&folder).unwrap();
    if std::os::unix::fs::chown(&folder, Some(12345), None).is_err() {
        std::fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(0o500)).unwrap();
    }
    let words = ["install", "--cache-dir", "foreign", "demo"];
    let warning = "WARNING: The directory '[ROOT]/work/foreign' or its parent directory is not owned or is not \
                   writable by the current user. The cache has been disabled. Check the permissions and owner of \
                   that directory. If executing pip with sudo, you should use sudo's -H flag.\n";
    assert_same_text(&place.run(&words).succeeded().filtered_stderr(), warning);
    assert_eq!(Tree::of(&folder).paths(), [""; 0]);
    place
        .run(&["cache", "info", "--cache-dir", "foreign"])
        .failed()
        .warns("ERROR: pip cache commands can not function since cache is disabled.\n");
}

#[test]
fn an_empty_cache() {
    let place = Place::new("");
    let outcome = place.run(&["cache", "purge", "--cache-dir", "nowhere"]).succeeded();
    assert_same_text(&outcome.stderr, "WARNING: No matching packages\n");
    assert_same_text(&outcome.stdout, "Files removed: 0 (0 bytes)\nDirectories removed: 0\n");
}

#[test]
fn what_is_refused() {
    let place = place();
    for (words, error) in [
        (vec![], "Need an action (dir, info, list, purge, remove) to perform."),
        (vec!["dir", "a"], "Too many arguments"),
        (vec!["list", "a", "b"], "Too many arguments"),
        (vec!["remove"], "Please provide a pattern"),
        (vec!["purge", "a"], "Too many arguments"),
        (vec!["dir", "--no-cache-dir"], "pip cache commands can not function since cache is disabled."),
    ] {
        let outcome = place.run(&[&["cache"], words.as_slice()].concat()).failed();
        assert_same_text(&outcome.stderr, &format!("ERROR: {error}\n"));
        assert_eq!(outcome.stdout, "");
    }
    assert!(built(&place, "aa").exists());
}
