//! File systems that cannot do what others can: no locks, no links, names that go only later.

mod support;

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use support::Place;
use testkit::{Outcome, Tree};

const UNIVERSE: &str = "demo 1.0 -> lib\nlib 1.0\ndemo 2.0 -> lib\nother 1.0";

/// `flock`, and the locks that belong to a process.
const NO_LOCKS: [&str; 3] = [
    "flock=ENOLCK,fcntl:1=6=ENOLCK,fcntl:1=7=ENOLCK",
    "flock=EOPNOTSUPP,fcntl:1=6=EOPNOTSUPP",
    "flock=EINVAL,fcntl:1=6=EINVAL",
];

/// Runs the program with `--python env`, without some system calls.
#[track_caller]
fn without(place: &Place, calls: &str, words: &[&str]) -> Outcome {
    let outcome = place.sandbox.refusing(calls, ["--python", "env"].iter().chain(words)).run();
    assert!(outcome.code != Some(99), "this machine cannot refuse system calls:\n{}", outcome.report());
    outcome
}

fn transaction(place: &Place) -> std::path::PathBuf {
    place.env().join(".oxipip-transaction")
}

#[test]
fn without_locks() {
    for calls in NO_LOCKS {
        let place = Place::new(UNIVERSE);
        without(&place, calls, &["install", "demo==1.0"]).succeeded();
        without(&place, calls, &["install", "--upgrade", "demo"]).succeeded();
        assert_eq!(place.frozen(), ["demo==2.0", "lib==1.0"]);
        without(&place, calls, &["undo"]).succeeded();
        assert_eq!(place.frozen(), ["demo==1.0", "lib==1.0"]);
        without(&place, calls, &["uninstall", "-y", "demo", "lib"]).succeeded();
        assert_eq!(place.frozen(), Vec::<String>::new());
        assert!(!transaction(&place).exists());
        let cache = Tree::of(place.sandbox.cache()).paths().join("\n");
        assert!(!cache.contains(".new-"), "nobody waits for what nobody holds:\n{cache}");
    }
}

#[test]
fn processes_at_once_without_locks() {
    let place = Place::new(UNIVERSE);
    let start = |name: &str| {
        let run = place.sandbox.refusing(NO_LOCKS[0], ["--python", "env", "install", "--no-deps", name]);
        run.into_command().stdout(Stdio::null()).spawn().unwrap()
    };
    let children: Vec<_> = ["demo", "lib", "other", "demo", "lib", "other"].map(start).into();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(place.frozen(), ["demo==2.0", "lib==1.0", "other==1.0"]);
    place.run(&["repair"]).succeeded();
}

#[test]
fn whoever_holds_the_environment_is_waited_for_without_locks() {
    let place = Place::new(UNIVERSE);
    let folder = transaction(&place);
    fs::create_dir_all(&folder).unwrap();
    let machine = place.sandbox.program("uname", ["-n"]).run().succeeded().stdout;
    let holder = |process: u32| {
        fs::write(folder.join(".oxipip-holder"), format!("{process} {}", machine.trim_end())).unwrap();
    };
    holder(std::process::id());
    let begun = Instant::now();
    let child = place.sandbox.refusing(NO_LOCKS[0], ["--python", "env", "install", "other"]);
    let mut child = child.into_command().stdout(Stdio::null()).spawn().unwrap();
    thread::sleep(Duration::from_millis(1500));
    assert!(child.try_wait().unwrap().is_none(), "it waits");
    // The process is gone now, as after a kill.
    holder(999_999_999);
    assert!(child.wait().unwrap().success());
    assert!(begun.elapsed() >= Duration::from_millis(1500));
    assert_eq!(place.frozen(), ["other==1.0"]);
}

#[test]
fn without_links() {
    for error in ["EPERM", "EXDEV", "EOPNOTSUPP", "EMLINK", "EACCES", "ENOSYS"] {
        let place = Place::new(UNIVERSE);
        let calls = format!("linkat={error}");
        without(&place, &calls, &["install", "demo==1.0"]).succeeded();
        let file = place.site().join("demo.py");
        assert_eq!(fs::metadata(&file).unwrap().nlink(), 1, "{error}");
        assert_eq!(place.python("import demo; print(demo.__version__)"), "1.0");
        without(&place, &calls, &["install", "--upgrade", "demo"]).succeeded();
        without(&place, &calls, &["undo"]).succeeded();
        assert_eq!(place.frozen(), ["demo==1.0", "lib==1.0"]);
    }
}

#[test]
fn folders_that_go_only_later() {
    let place = Place::new(UNIVERSE);
    let empty = place.tree();
    // What NFS answers as long as somebody has a file in the folder open.
    let calls = "rmdir=ENOTEMPTY,unlinkat:2=512=ENOTEMPTY";
    let without_history = ["--no-cache-dir"];
    for words in [
        &["install", "demo==1.0"][..],
        &["install", "--upgrade", "demo"],
        &["uninstall", "-y", "demo"],
        &["install", "demo"],
        &["uninstall", "-y", "demo", "lib"],
    ] {
        let outcome = without(&place, calls, &[words, &without_history].concat()).succeeded();
        assert_eq!(outcome.stderr, "", "{}", outcome.report());
        let names = place.frozen();
        assert_eq!(names.iter().any(|name| name.starts_with("demo")), words[0] == "install", "{words:?}");
    }
    // The next command takes away what was left.
    place.run(&["install", "other"]).succeeded();
    place.run(&["uninstall", "-y", "other"]).succeeded();
    // Like pip, the last package takes the folder for packages along.
    let files = |tree: Tree| {
        tree.only(|path| !path.ends_with("/site-packages"))
            .paths()
            .into_iter()
            .map(ToOwned::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(files(place.tree()), files(empty));
}

#[test]
fn a_failed_change_is_undone_although_folders_go_only_later() {
    let place = Place::new(UNIVERSE);
    place.install(&["demo==1.0"]);
    let before = place.tree().only(|path| path.ends_with(".py"));
    // The new files cannot be made, neither linked nor copied.
    let calls = "rmdir=ENOTEMPTY,unlinkat:2=512=ENOTEMPTY,linkat=EIO";
    without(&place, calls, &["install", "--upgrade", "demo"]).failed();
    before.assert_same(&place.tree().only(|path| path.ends_with(".py")));
    assert_eq!(place.frozen(), ["demo==1.0", "lib==1.0"]);
}
