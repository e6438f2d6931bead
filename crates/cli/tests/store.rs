//! What the second install of the same packages costs, and what a damaged store does.

mod support;

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use support::Place;
use testkit::{Fault, Index, Tree};

const UNIVERSE: &str = "demo 1.0 -> lib\nlib 1.0";

/// A second environment in the same sandbox.
fn second(place: &Place) -> PathBuf {
    let env = place.sandbox.work().join("second");
    place.sandbox.interpreter().make_venv(&env);
    env
}

fn site_of(place: &Place, env: &Path) -> PathBuf {
    env.join(format!("lib/python{}/site-packages", place.sandbox.interpreter().minor_version()))
}

fn files_asked_for(place: &Place) -> Vec<String> {
    place.index.requested_paths().into_iter().filter(|path| path.starts_with("/files/")).collect()
}

/// Every file under a folder.
fn files_under(folder: &Path) -> Vec<PathBuf> {
    Tree::of(folder).paths().iter().map(|path| folder.join(path)).filter(|path| path.is_file()).collect()
}

#[test]
fn nothing_is_fetched_twice() {
    let place = Place::new(UNIVERSE);
    place.install(&["demo"]);
    assert!(!files_asked_for(&place).is_empty());
    second(&place);
    place.index.forget_requests();
    place.sandbox.run(["--python", "second", "install", "demo"]).succeeded();
    assert_eq!(files_asked_for(&place), Vec::<String>::new());
    let inode = |env: &Path| fs::metadata(site_of(&place, env).join("demo.py")).unwrap().ino();
    assert_eq!(inode(&place.env()), inode(&place.sandbox.work().join("second")), "one file, linked twice");
}

#[test]
fn processes_at_once_fetch_a_file_once() {
    let place = Place::new(UNIVERSE);
    for name in ["demo", "lib"] {
        let path = place.index.file_path(&format!("{name}-1.0-py3-none-any.whl"));
        place.index.misbehave(&path, Fault::Delay(Duration::from_millis(500)));
    }
    let environments: Vec<String> = (0..6).map(|number| format!("env-{number}")).collect();
    for name in &environments {
        place.sandbox.interpreter().make_venv(place.sandbox.work().join(name));
    }
    let children: Vec<_> = environments
        .iter()
        .map(|name| {
            let run = place.sandbox.command(["--python", name, "install", "demo"]);
            run.into_command().stdout(Stdio::null()).spawn().unwrap()
        })
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let wheels: Vec<_> = files_asked_for(&place).into_iter().filter(|path| path.ends_with(".whl")).collect();
    assert_eq!(wheels.len(), 2, "{wheels:?}");
    for name in &environments {
        assert!(site_of(&place, &place.sandbox.work().join(name)).join("lib.py").exists());
    }
}

// covers: install --offline
#[test]
fn offline_means_offline() {
    let place = Place::new(UNIVERSE);
    place.install(&["demo"]);
    second(&place);
    place.index.forget_requests();
    place.sandbox.run(["--python", "second", "install", "--offline", "demo"]).succeeded();
    assert_eq!(place.index.requested_paths(), Vec::<String>::new());
    place.sandbox.run(["--python", "second", "install", "--offline", "unknown"]).failed().warns("ERROR: ");
    assert_eq!(place.index.requested_paths(), Vec::<String>::new());
}

#[test]
fn pages_that_did_not_change_are_not_sent_again() {
    let place = Place::with_index(Index::builder().cache_control("max-age=0").start(), UNIVERSE);
    place.install(&["demo"]);
    second(&place);
    place.index.forget_requests();
    place.sandbox.run(["--python", "second", "install", "demo"]).succeeded();
    let answers: Vec<_> =
        place.index.requests().iter().map(|request| (request.path.clone(), request.status)).collect();
    assert!(answers.iter().all(|(_, status)| *status == 304), "{answers:?}");
}

// covers: install --no-cache-dir
#[test]
fn without_a_cache() {
    let place = Place::new(UNIVERSE);
    place.install(&["--no-cache-dir", "demo"]);
    assert_eq!(place.frozen(), ["demo==1.0", "lib==1.0"]);
    assert!(!place.sandbox.cache().join("pip/oxipip/wheels-v1").exists());
    place.run(&["uninstall", "-y", "demo", "lib"]).succeeded();
    place.index.forget_requests();
    place.install(&["--no-cache-dir", "demo"]);
    assert!(!files_asked_for(&place).is_empty());
}

#[test]
fn what_is_damaged_among_many_is_fetched_again() {
    let parts: Vec<String> = (0..12).map(|number| format!("part{number}")).collect();
    let universe = format!("demo 1.0 -> {}\n{} 1.0", parts.join(", "), parts.join(" 1.0\n"));
    let place = Place::new(&universe);
    place.install(&["demo"]);
    // Byte-code has the second in which its source was unpacked.
    let without_byte_code = |tree: Tree| tree.only(|path| !path.ends_with(".pyc"));
    let installed = without_byte_code(Tree::of(place.site()));
    let store = place.sandbox.cache().join("pip/oxipip/wheels-v1");
    let files = files_under(&store);
    // Those of wheels lie beside their content, those of byte-code do not.
    let manifests =
        files.iter().filter(|path| path.ends_with("manifest") && path.with_file_name("content").is_dir());
    let damaged: Vec<&PathBuf> = manifests.step_by(3).collect();
    assert!(damaged.len() > 3);
    for manifest in &damaged {
        fs::write(manifest, "damage").unwrap();
    }
    place.index.forget_requests();
    place.install(&["--force-reinstall", "demo"]);
    assert_eq!(files_asked_for(&place).len(), damaged.len());
    assert_eq!(without_byte_code(Tree::of(place.site())), installed);

    // In place, so that the store's files change, too: with another size, and with another time only.
    let sound = Tree::of(place.site());
    second(&place);
    fs::write(place.site().join("part4.py"), "edited = True\n").unwrap();
    let length = fs::read(place.site().join("part7.py")).unwrap().len();
    fs::write(place.site().join("part7.py"), "#".repeat(length)).unwrap();
    place.sandbox.run(["--python", "second", "install", "demo"]).succeeded();
    let modules = |tree: Tree| tree.only(|path| path.ends_with(".py"));
    assert_eq!(modules(Tree::of(site_of(&place, &place.sandbox.work().join("second")))), modules(sound));
}

#[test]
fn what_somebody_edited_goes_nowhere_else() {
    let place = Place::new(UNIVERSE);
    place.install(&["demo"]);
    let original = fs::read(place.site().join("demo.py")).unwrap();
    // In place, as an editor or a debugging session does it: through the link this is the store's file, too.
    fs::write(place.site().join("demo.py"), "raise SystemExit('edited')\n").unwrap();
    let env = second(&place);
    place.sandbox.run(["--python", "second", "install", "demo"]).succeeded();
    assert_eq!(fs::read(site_of(&place, &env).join("demo.py")).unwrap(), original);
    place.run(&["install", "--force-reinstall", "demo"]).succeeded();
    assert_eq!(fs::read(place.site().join("demo.py")).unwrap(), original);
}

#[test]
fn a_damaged_store_is_made_again() {
    let everything = ["pip/oxipip", "pip/oxipip/wheels-v1"]
        .map(|folder| [cut_short as fn(&Path), overwrite, remove].map(|damage| (folder, damage)));
    for (folder, damage) in everything.concat() {
        let place = Place::new(UNIVERSE);
        place.install(&["demo"]);
        // Byte-code holds the time of its source, which is unpacked anew.
        let tree = || place.tree().only(|path| !path.ends_with(".pyc"));
        let expected = tree();
        place.run(&["uninstall", "-y", "demo", "lib"]).succeeded();
        let files = files_under(&place.sandbox.cache().join(folder));
        // The second time the wheels' own files alone, with everything that knows of them intact.
        let hit = |path: &&PathBuf| {
            folder == "pip/oxipip" || path.components().any(|part| part.as_os_str() == "content")
        };
        assert!(files.iter().filter(hit).count() > 5);
        for path in files.iter().filter(hit) {
            damage(path);
        }
        place.install(&["demo"]);
        expected.assert_same(&tree());
        assert_eq!(place.python("import demo; print(demo.__version__)"), "1.0");
    }
}

fn cut_short(path: &Path) {
    let length = fs::metadata(path).unwrap().len();
    fs::OpenOptions::new().write(true).open(path).unwrap().set_len(length / 2).unwrap();
}

fn overwrite(path: &Path) {
    fs::write(path, "damage").unwrap();
}

fn remove(path: &Path) {
    fs::remove_file(path).unwrap();
}

// covers: install --link-mode
#[test]
fn ways_of_linking() {
    for (mode, is_shared) in [("hardlink", true), ("copy", false)] {
        let place = Place::new(UNIVERSE);
        place.install(&["--link-mode", mode, "demo"]);
        let links = fs::metadata(place.site().join("demo.py")).unwrap().nlink();
        assert_eq!(links > 1, is_shared, "{mode}: {links} links");
    }
}
