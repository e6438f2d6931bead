//! `--cache-layer`: folders that were caches, and are only read.

mod support;

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use support::{Place, in_mount_namespace};
use testkit::{Index, Sdist, Tree};

const UNIVERSE: &str = "demo 1.0 -> lib\nlib 1.0";

/// A place whose packages were installed once, with the cache of that time in the folder `layer`, and an empty environment.
fn place() -> Place {
    let place = Place::with_index(Index::builder().cache_control("max-age=600").start(), UNIVERSE);
    place.install(&["demo"]);
    into_layer(&place);
    place
}

fn into_layer(place: &Place) {
    place.run(&["uninstall", "-y", "demo", "lib"]).succeeded();
    fs::rename(place.sandbox.cache().join("pip"), layer(place)).unwrap();
    // What was installed is linked from there, too.
    fs::remove_dir_all(layer(place).join("oxipip/history")).unwrap();
    place.index.forget_requests();
}

fn layer(place: &Place) -> PathBuf {
    place.sandbox.work().join("layer")
}

/// What is in the layer, and when it was written.
fn state(place: &Place) -> (Tree, Vec<SystemTime>) {
    let tree = Tree::of(layer(place));
    let written = |path: &&str| fs::symlink_metadata(layer(place).join(path)).unwrap().modified().unwrap();
    let times = tree.paths().iter().map(written).collect();
    (tree, times)
}

/// The only file under a folder of the layer that has this name.
fn stored(place: &Place, name: &str) -> PathBuf {
    let tree = Tree::of(layer(place));
    let found: Vec<_> = tree.paths().into_iter().filter(|path| path.ends_with(name)).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    layer(place).join(found[0])
}

fn redate(folder: &Path, time: SystemTime) {
    for path in Tree::of(folder).paths() {
        File::open(folder.join(path)).unwrap().set_modified(time).unwrap();
    }
}

// covers: install --cache-layer
#[test]
fn what_a_layer_has_is_taken_from_there() {
    let place = place();
    let before = state(&place);
    place.install(&["--offline", "--cache-layer", "layer", "demo"]);
    assert_eq!(place.index.requested_paths(), Vec::<String>::new());
    assert_eq!(place.frozen(), ["demo==1.0", "lib==1.0"]);
    assert_eq!(place.python("import demo; print(demo.__version__)"), "1.0");
    let inode = |path: PathBuf| fs::metadata(path).unwrap().ino();
    assert_eq!(inode(place.site().join("demo.py")), inode(stored(&place, "/demo.py")));
    let caches = Tree::of(place.sandbox.cache().join("pip/oxipip"));
    assert!(!caches.paths().iter().any(|path| path.contains("content")), "nothing was unpacked again");
    assert!(!caches.paths().iter().any(|path| path.contains("bytecode-")), "nor compiled");
    assert_eq!(state(&place), before);
}

// covers: venv --cache-layer
#[test]
fn a_new_environment_is_filled_from_a_layer() {
    let place = place();
    let words = ["venv", "--offline", "--cache-layer", "layer", "--install", "demo", "--", "new"];
    place.sandbox.run(words).succeeded();
    let python = place.sandbox.work().join("new/bin/python");
    place.sandbox.program(python, ["-c", "import demo, lib"]).run().succeeded();
    assert_eq!(place.index.requested_paths(), Vec::<String>::new());
}

#[test]
fn a_layer_on_a_file_system_that_cannot_be_written() {
    let place = place();
    let script = "mount --bind layer layer && mount -o remount,bind,ro layer || exit 99
        touch layer/x 2>/dev/null && exit 99
        \"$OXIPIP\" --python env install --offline --cache-layer layer --no-cache-dir demo || exit 1
        env/bin/python -c 'import demo'";
    in_mount_namespace(&place, script).succeeded();
    assert_eq!(place.frozen(), ["demo==1.0", "lib==1.0"]);
    assert_eq!(place.index.requested_paths(), Vec::<String>::new());
}

#[test]
fn pages_of_a_layer_count_as_long_as_their_own_time() {
    let place = place();
    place.install(&["--cache-layer", "layer", "demo"]);
    assert_eq!(place.index.requested_paths(), Vec::<String>::new(), "the pages are fresh");
    place.run(&["uninstall", "-y", "demo", "lib"]).succeeded();
    redate(&layer(&place).join("oxipip/pages-v5"), SystemTime::now() - Duration::from_secs(90_000));
    place.install(&["--cache-layer", "layer", "demo"]);
    let asked = place.index.requested_paths();
    assert!(asked.contains(&"/simple/demo/".to_owned()), "{asked:?}");
    assert!(!asked.iter().any(|path| path.ends_with(".whl")), "{asked:?}");
}

#[test]
fn what_is_damaged_in_a_layer_is_passed_by() {
    let place = place();
    fs::write(stored(&place, "/demo.py"), "raise SystemExit('edited')\n").unwrap();
    let manifest = stored(&place, "/content/lib.py").parent().unwrap().with_file_name("manifest");
    fs::write(manifest, "damage").unwrap();
    let before = state(&place);
    let outcome = place.install(&["-v", "--cache-layer", "layer", "demo"]);
    assert_eq!(outcome.stdout.matches("Passing by").count(), 2, "{}", outcome.report());
    assert_eq!(place.python("import demo, lib; print(demo.__version__)"), "1.0");
    assert_eq!(state(&place), before);
    // Now the own store has it.
    place.run(&["uninstall", "-y", "demo", "lib"]).succeeded();
    place.index.forget_requests();
    let outcome = place.install(&["-v", "--cache-layer", "layer", "demo"]);
    assert!(!outcome.stdout.contains("Passing by"), "{}", outcome.report());
    assert!(!place.index.requested_paths().iter().any(|path| path.ends_with(".whl")));
}

#[test]
fn byte_code_of_a_layer_that_was_copied_without_its_times_is_made_again() {
    let place = place();
    redate(&layer(&place).join("oxipip/wheels-v1"), SystemTime::now() - Duration::from_secs(86_400));
    let before = state(&place);
    for _ in 0..2 {
        place.install(&["--offline", "--cache-layer", "layer", "demo"]);
        let is_valid = "import demo, os, struct
code = open(demo.__cached__, 'rb').read(16)
found = os.stat(demo.__file__)
print(struct.unpack('<II', code[8:]) == (int(found.st_mtime), found.st_size))";
        // Read from a copy of the time: importing would have Python compile what is not valid.
        let code = place.sandbox.program(place.env().join("bin/python"), ["-B", "-c", is_valid]);
        code.run().succeeded().says("True");
        place.run(&["uninstall", "-y", "demo", "lib"]).succeeded();
    }
    assert_eq!(state(&place), before);
    place.run(&["cache", "verify"]).succeeded().says("Damaged and removed: 0");
}

#[test]
fn several_layers_and_some_that_are_not_there() {
    let place = place();
    fs::create_dir(place.sandbox.work().join("empty")).unwrap();
    let run =
        place.command(&["install", "--offline", "demo"]).env("PIP_CACHE_LAYER", "gone empty layer").run();
    let run = run.succeeded();
    assert_eq!(run.stderr.matches("WARNING: Ignoring the cache layer").count(), 1, "{}", run.report());
    assert_eq!(place.frozen(), ["demo==1.0", "lib==1.0"]);
}

#[test]
fn the_cache_command_shows_layers_and_leaves_them_alone() {
    let place = place();
    let before = state(&place);
    place
        .run(&["cache", "info", "--cache-layer", "layer"])
        .succeeded()
        .says("Cache layer, only read: ")
        .says("/work/layer\n");
    place.run(&["cache", "verify", "--cache-layer", "layer"]).succeeded().says(": 2 (");
    fs::write(stored(&place, "/demo.py"), "damage").unwrap();
    let damaged = Tree::of(layer(&place));
    place
        .run(&["cache", "verify", "--cache-layer", "layer"])
        .failed()
        .says("demo.py was changed\n")
        .says("damaged and left as they are: 1");
    place.run(&["cache", "purge", "--cache-layer", "layer"]);
    place.run(&["cache", "remove", "*", "--cache-layer", "layer"]);
    damaged.assert_same(&Tree::of(layer(&place)));
    assert_eq!(before.0.paths(), damaged.paths());
}

#[test]
fn wheels_that_were_built_are_found_in_a_layer() {
    let place = Place::new("lib 1.0");
    place.index.add(Sdist::new("demo", "1.0").build());
    place.install(&["lib", "demo"]);
    into_layer(&place);
    let outcome = place.install(&["--offline", "--cache-layer", "layer", "demo"]);
    assert!(outcome.stdout.contains("Using cached demo-1.0"), "{}", outcome.report());
    assert!(!outcome.stdout.contains("Building wheel"), "{}", outcome.report());
    assert!(place.frozen().contains(&"demo==1.0".to_owned()));
}
