//! `oxipip cache`.

mod support;

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

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
    fs::create_dir(&folder).unwrap();
    if std::os::unix::fs::chown(&folder, Some(12345), None).is_err() {
        fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(0o500)).unwrap();
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

/// The files of the store with this name.
fn stored(place: &Place, name: &str) -> Vec<PathBuf> {
    let store = place.sandbox.work().join("cache/oxipip");
    let paths = Tree::of(&store);
    paths.paths().iter().filter(|path| path.ends_with(name)).map(|path| store.join(path)).collect()
}

#[test]
fn what_is_damaged_is_found_and_made_again() {
    let place = place();
    place.index.universe("sound 1.0");
    place.install(&["demo", "sound"]);
    let verified = |wheels, damaged, abandoned| {
        format!(
            "Unpacked wheels verified: {wheels} ([SIZE])\nDamaged and removed: {damaged}\nLeft unfinished and removed: \
             {abandoned}\n"
        )
    };
    let outcome = place.run(&["cache", "verify"]).succeeded();
    assert!(outcome.stdout.starts_with("Unpacked wheels verified: 2 ("), "{}", outcome.report());
    assert_same_text(&outcome.filtered_stdout(), &verified(2, 0, 0));

    // Edited in place, which changes the store, too: the installed file is a link to it.
    let installed = place.site().join("demo.py");
    let sound = fs::read(&installed).unwrap();
    let mut content = sound.clone();
    content[0] ^= 1;
    fs::write(&installed, content).unwrap();
    let [stored_module] = &stored(&place, "/demo.py")[..] else { panic!("there is one") };
    let outcome = place.run(&["cache", "verify"]).failed();
    let line = format!("demo 1.0: {} was changed\n", stored_module.display());
    outcome.clone().says(&line);
    outcome.says("Unpacked wheels verified: 2 (").says("\nDamaged and removed: 1\n");
    assert_eq!(stored(&place, "/demo.py"), [""; 0].map(PathBuf::from));
    place.run(&["cache", "verify"]).succeeded().says("Unpacked wheels verified: 1 (");
    place.install(&["--force-reinstall", "demo"]);
    assert_eq!(fs::read(&installed).unwrap(), sound);
    place.run(&["cache", "verify"]).succeeded().says("Unpacked wheels verified: 2 (");
}

/// Changes a byte of every kept page, so far in front that it is in the files of the page's oldest version.
fn damage_pages(place: &Place) {
    let pages = place.sandbox.work().join("cache/oxipip/pages-v5");
    for page in fs::read_dir(pages).unwrap() {
        let path = page.unwrap().path();
        let mut bytes = fs::read(&path).unwrap();
        assert!(bytes.len() > 64 << 10, "{} bytes: it would be read as a whole", bytes.len());
        bytes[3] ^= 1;
        fs::write(path, bytes).unwrap();
    }
}

#[test]
fn damage_of_long_pages_is_mended_in_the_middle_of_a_run() {
    let place = place();
    let versions: Vec<String> = (0..400).map(|number| format!("long {number}.0\n")).collect();
    place.index.universe(&versions.concat());
    let versions_of = |words: &[&str]| place.run(&[&["index", "versions", "long"], words].concat());
    let all = versions_of(&[]).succeeded().stdout;
    damage_pages(&place);
    assert_eq!(versions_of(&[]).succeeded().stdout, all);
    damage_pages(&place);
    place.install(&["long<1"]);
    // The page was fetched again.
    place.install(&["--offline", "--force-reinstall", "long<1"]);

    damage_pages(&place);
    let before = Tree::of(place.site());
    place
        .run(&["install", "--offline", "long==1.0"])
        .failed()
        .warns("No matching distribution found for long==1.0");
    assert_eq!(Tree::of(place.site()), before);
    // Nothing of what is damaged was needed.
    place.install(&["--offline", "long>398"]);
}

#[test]
fn byte_code_is_verified_as_well() {
    let place = place();
    place.install(&["demo"]);
    let [byte_code] = &stored(&place, ".pyc")[..] else { panic!("there is one") };
    fs::write(byte_code, "cut").unwrap();
    let line = format!("demo 1.0: {} was changed\n", byte_code.display());
    place.run(&["cache", "verify"]).failed().says(&line).says("Damaged and removed: 1\n");
    assert!(!byte_code.exists() && stored(&place, "/demo.py").len() == 1);
    place.install(&["--force-reinstall", "demo"]);
    assert!(byte_code.exists());
    place.run(&["cache", "verify"]).succeeded();
}

#[test]
fn what_crashes_have_left_is_swept_once_it_is_old() {
    let place = place();
    place.install(&["demo"]);
    let left = [
        "oxipip/wheels-v1/tmp/0000-1-0/content/half.py",
        "oxipip/removed-a1b2c3/wheels-v1/x",
        "oxipip/pages-v5/.new-a1b2c3",
        "oxipip/metadata-v1/.new-a1b2c3",
        "oxipip/.download-a1b2c3",
    ];
    let before = Tree::of(place.sandbox.work().join("cache"));
    for path in left {
        place.sandbox.write(&format!("cache/{path}"), "half");
    }
    let with_leftovers = Tree::of(place.sandbox.work().join("cache"));
    place.run(&["cache", "verify"]).succeeded().says("Left unfinished and removed: 0\n");
    with_leftovers.assert_same(&Tree::of(place.sandbox.work().join("cache")));

    let long_ago = SystemTime::now() - Duration::from_secs(2 * 24 * 60 * 60);
    for path in left {
        // What crashed left a file or a folder, of which the name tells it.
        let end = path.find("/content").or(path.find("/wheels-v1/x")).unwrap_or(path.len());
        let path = place.sandbox.work().join("cache").join(path.split_at(end).0);
        fs::File::open(path).unwrap().set_modified(long_ago).unwrap();
    }
    place.run(&["cache", "verify"]).succeeded().says("Left unfinished and removed: 5\n");
    before.assert_same(&Tree::of(place.sandbox.work().join("cache")));
}

/// Files are written without waiting for the disk. What a power failure makes of them is noticed before it is installed.
#[test]
fn what_a_power_failure_has_emptied_is_made_again() {
    let place = place();
    place.install(&["demo"]);
    let (modules, byte_codes, manifests) =
        (stored(&place, "/demo.py"), stored(&place, ".pyc"), stored(&place, "/manifest"));
    assert_eq!((modules.len(), byte_codes.len(), manifests.len()), (1, 1, 2));
    let sound = Tree::of(place.site());
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    for emptied in [modules, byte_codes, manifests.clone()] {
        for path in &emptied {
            // Links would be emptied with it, as those of a failing machine are not.
            fs::remove_file(path).unwrap();
            fs::write(path, "").unwrap();
        }
        for path in emptied.iter().chain(&manifests) {
            fs::File::open(path).unwrap().set_modified(long_ago).unwrap();
        }
        place.install(&["--force-reinstall", "demo"]);
        assert!(place.python("import demo; print(demo)").contains("demo"));
        let now = Tree::of(place.site());
        let is_code = |path: &str| path.ends_with("demo.py");
        now.only(is_code).assert_same(&sound.clone().only(is_code));
        assert!(emptied.iter().all(|path| fs::metadata(path).unwrap().len() > 0), "{emptied:?}");
    }
}

#[test]
fn what_is_refused() {
    let place = place();
    for (words, error) in [
        (vec![], "Need an action (dir, info, list, purge, remove, verify) to perform."),
        (vec!["dir", "a"], "Too many arguments"),
        (vec!["list", "a", "b"], "Too many arguments"),
        (vec!["remove"], "Please provide a pattern"),
        (vec!["purge", "a"], "Too many arguments"),
        (vec!["verify", "a"], "Too many arguments"),
        (vec!["dir", "--no-cache-dir"], "pip cache commands can not function since cache is disabled."),
    ] {
        let outcome = place.run(&[&["cache"], words.as_slice()].concat()).failed();
        assert_same_text(&outcome.stderr, &format!("ERROR: {error}\n"));
        assert_eq!(outcome.stdout, "");
    }
    assert!(built(&place, "aa").exists());
}
