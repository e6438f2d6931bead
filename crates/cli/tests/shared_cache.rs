//! One cache folder for several users.
//!
//! Other users are only to be had as root (`setpriv`). Otherwise another user's entries are played by entries that may not be
//! written, which shows the same but for whom files belong to.

mod support;

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use support::{Place, program};
use testkit::{Index, Interpreter, Outcome, Tree};

const UNIVERSE: &str = "demo 1.0 -> lib\nlib 1.0";
/// Nobody.
const OTHER: u32 = 65534;

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// What could not be tested, so that nobody takes it for tested.
#[expect(clippy::print_stderr, reason = "for whoever reads the log")]
fn say(reason: &str) {
    eprintln!("{reason}: only a part of this was tested");
}

/// A place with a cache that everybody may write to.
struct Shared {
    place: Place,
    cache: PathBuf,
}

impl Shared {
    fn new() -> Self {
        let mut place = Place::with(Index::start(), UNIVERSE, interpreter());
        let cache = place.sandbox.work().join("shared");
        fs::create_dir(&cache).unwrap();
        place.sandbox.env("PIP_CACHE_DIR", &cache);
        // What the other user makes is his, and all may look at what this one has.
        for folder in ["", "work", "home", "tmp", "config", "data", "cache"] {
            set_mode(&place.sandbox.root().join(folder), 0o1777);
        }
        set_mode(&cache, 0o1777);
        Self { place, cache }
    }

    /// Runs the program as somebody else, with a mask.
    fn as_other(&self, mask: &str, words: &[&str]) -> Outcome {
        let script =
            format!("umask {mask} && exec setpriv --reuid {OTHER} --regid {OTHER} --clear-groups -- \"$@\"");
        // Nobody else may look into a folder of root's, where the program may have been built.
        let copy = self.place.sandbox.root().join("program");
        if !copy.exists() {
            fs::copy(program(), &copy).unwrap();
        }
        let program = copy.to_str().unwrap();
        let words = ["-c", &script, "sh", program].into_iter().chain(words.iter().copied());
        self.place.sandbox.program("sh", words).run()
    }
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Everything in a folder, the folder included.
fn all(folder: &Path) -> Vec<PathBuf> {
    let paths = Tree::of(folder).paths().into_iter().map(|path| folder.join(path)).collect::<Vec<_>>();
    [folder.to_owned()].into_iter().chain(paths).collect()
}

/// The newest that another user may start, too, if there is one.
fn interpreter() -> Interpreter {
    let found = Interpreter::all().iter().find(|found| is_root() && may_start(&found.path));
    found.cloned().unwrap_or_else(Interpreter::newest)
}

fn may_start(python: &Path) -> bool {
    let other = OTHER.to_string();
    let started = Command::new("setpriv")
        .args(["--reuid", &other, "--regid", &other, "--clear-groups", "--"])
        .arg(python)
        .args(["-I", "-c", "0"])
        .stderr(Stdio::null())
        .status();
    started.is_ok_and(|status| status.success())
}

/// Another user can only be played by root, and only with an interpreter that he may start.
fn others_can_be_had(shared: &Shared) -> bool {
    if !is_root() {
        say("not root: there is no other user to be had");
        return false;
    }
    let python = &shared.place.sandbox.interpreter().path;
    let can_be_had = may_start(python);
    if !can_be_had {
        say(&format!("no other user may start {}", python.display()));
    }
    can_be_had
}

#[test]
fn what_is_kept_may_be_read_by_whom_the_mask_lets_and_belongs_to_the_group_of_the_folder() {
    for (mask, mode) in [("0022", 0o044), ("0002", 0o064), ("0077", 0)] {
        let shared = Shared::new();
        // With the bit that has the group inherited.
        set_mode(&shared.cache, 0o2777);
        let script = format!("umask {mask} && exec \"$0\" \"$@\"");
        let program = program();
        let words = ["-c", &script, program.to_str().unwrap(), "--python", "env", "install", "demo"];
        shared.place.sandbox.program("sh", words).run().succeeded();
        let group = fs::metadata(&shared.cache).unwrap().gid();
        let mut kept = all(&shared.cache.join("oxipip"));
        // What was moved aside is the environment's.
        kept.retain(|path| !path.starts_with(shared.cache.join("oxipip/history")));
        assert!(kept.len() > 10);
        for path in kept {
            let found = fs::symlink_metadata(&path).unwrap();
            assert_eq!(found.mode() & 0o066, mode, "{mask} {}", path.display());
            assert_eq!(found.gid(), group, "{}", path.display());
            assert!(found.is_file() || found.mode() & 0o2000 != 0, "{}", path.display());
        }
    }
}

#[test]
fn what_another_user_keeps_is_used_and_copied() {
    let shared = Shared::new();
    if !others_can_be_had(&shared) {
        return;
    }
    let place = &shared.place;
    shared.as_other("0022", &["venv", "theirs"]).succeeded();
    shared.as_other("0022", &["--python", "theirs", "install", "demo"]).succeeded();
    // As root the cache is not used as long as it is not root's own.
    place.index.forget_requests();
    let before = Tree::of(shared.cache.join("oxipip/wheels-v1"));
    let outcome = place.run(&["install", "demo"]).succeeded();
    assert!(!place.index.requested_paths().iter().any(|path| path.ends_with(".whl")), "{}", outcome.report());
    before.assert_same(&Tree::of(shared.cache.join("oxipip/wheels-v1")));
    assert_eq!(place.python("import demo; print(demo.__version__)"), "1.0");
    for path in all(&place.site()).iter().filter(|path| path.is_file()) {
        let found = fs::metadata(path).unwrap();
        assert_eq!(
            (found.uid(), found.nlink()),
            (0, 1),
            "{}: whose file it is may change it",
            path.display()
        );
    }
}

#[test]
fn what_root_keeps_is_used_by_others() {
    let shared = Shared::new();
    if !others_can_be_had(&shared) {
        return;
    }
    let place = &shared.place;
    place.install(&["demo"]);
    shared.as_other("0022", &["venv", "theirs"]).succeeded();
    place.index.forget_requests();
    let outcome = shared.as_other("0022", &["--python", "theirs", "install", "demo"]).succeeded();
    assert!(!place.index.requested_paths().iter().any(|path| path.ends_with(".whl")), "{}", outcome.report());
    assert_eq!(outcome.stderr, "", "all is there, so nothing has to be kept");
    let python = place.sandbox.work().join("theirs/bin/python");
    place.sandbox.program(python, ["-c", "import demo"]).run().succeeded();
    // What they add beyond cannot be kept in folders of root's.
    place.index.universe("more 1.0");
    let outcome = shared.as_other("0022", &["--python", "theirs", "install", "more"]).succeeded();
    assert_eq!(
        outcome.stderr.matches("WARNING: The cache cannot keep everything").count(),
        1,
        "{}",
        outcome.report()
    );
    assert!(all(&place.sandbox.root().join("tmp")).len() == 1, "nothing is left behind");
}

#[test]
fn what_is_damaged_and_cannot_be_replaced_is_not_used() {
    let shared = Shared::new();
    let place = &shared.place;
    place.install(&["demo"]);
    place.run(&["uninstall", "-y", "demo", "lib"]).succeeded();
    let wheels = shared.cache.join("oxipip/wheels-v1");
    let tree = Tree::of(&wheels);
    let stored = tree.paths().into_iter().find(|path| path.ends_with("content/demo.py")).unwrap();
    fs::write(wheels.join(stored), "raise SystemExit('damage')\n").unwrap();
    let damaged = Tree::of(&wheels);
    let (python, install): (_, Box<dyn Fn() -> Outcome>) = if others_can_be_had(&shared) {
        shared.as_other("0022", &["venv", "theirs"]).succeeded();
        let install = || shared.as_other("0022", &["--python", "theirs", "install", "demo"]);
        (place.sandbox.work().join("theirs/bin/python"), Box::new(install))
    } else if is_root() {
        return;
    } else {
        all(&wheels).iter().filter(|path| path.is_dir()).for_each(|path| set_mode(path, 0o555));
        (place.env().join("bin/python"), Box::new(|| place.run(&["install", "demo"])))
    };
    let outcome = install().succeeded();
    all(&wheels).iter().filter(|path| path.is_dir()).for_each(|path| set_mode(path, 0o755));
    assert_eq!(
        outcome.stderr.matches("WARNING: The cache cannot keep everything").count(),
        1,
        "{}",
        outcome.report()
    );
    place.sandbox.program(python, ["-c", "import demo"]).run().succeeded();
    damaged.assert_same(&Tree::of(&wheels));
}

#[test]
fn a_file_of_somebody_else_is_copied_and_not_linked() {
    if !is_root() {
        say("not root: files cannot be given away");
        return;
    }
    let shared = Shared::new();
    let place = &shared.place;
    place.install(&["demo"]);
    assert!(fs::metadata(place.site().join("demo.py")).unwrap().nlink() > 1, "one's own is linked");
    place.run(&["uninstall", "-y", "demo", "lib"]).succeeded();
    for path in all(&shared.cache.join("oxipip/wheels-v1")) {
        chown(path, Some(OTHER), None).unwrap();
    }
    place.install(&["demo"]);
    for name in ["demo.py", "lib.py"] {
        let found = fs::metadata(place.site().join(name)).unwrap();
        assert_eq!((found.uid(), found.nlink()), (0, 1), "{name}");
    }
    let compiled = all(&place.site().join("__pycache__"));
    assert_eq!(compiled.len(), 3);
    assert!(compiled.iter().filter(|path| path.is_file()).all(|path| fs::metadata(path).unwrap().uid() == 0));
}
