//! Plans that fail on the way, and processes that are killed.

mod support;

use std::fs;
use std::path::Path;

use installer::{InstallError, Options, Placement, Plan, Recovered};
use support::Site;
use testkit::Wheel;

fn version(version: &str) -> Wheel {
    Wheel::new("demo", version)
        .file("demo/__init__.py", version)
        .file(&format!("demo/only_in_{version}.py"), "")
        .file("shared/demo.py", version)
        .file("top.py", version)
        .console_script("run", "demo:main")
        .console_script(&format!("run-{version}"), "demo:main")
}

/// Makes the store lose a file of the wheel: linking it will fail.
fn lose(placement: &Placement, file: &str) {
    fs::remove_file(placement.wheel.content().join(file)).expect("the store loses a file");
}

#[test]
fn an_upgrade_is_one_step() {
    let site = Site::new();
    site.place(vec![site.compiled(version("1"))]).expect("the old version is placed");
    let plan = Plan { remove: vec![site.removal("demo").unwrap()], place: vec![site.compiled(version("2"))] };
    let report = site.execute(&plan).expect("the new version is placed");
    assert!(report.overwritten.is_empty(), "{:?}", report.overwritten);
    let upgraded = site.tree();
    site.remove("demo").expect("it is removed");
    site.place(vec![site.compiled(version("2"))]).expect("the new version is placed");
    // The same as without the old version; byte-code has its own time in both.
    upgraded
        .only(|path| !path.ends_with(".pyc"))
        .assert_same(&site.tree().only(|path| !path.ends_with(".pyc")));
}

#[test]
fn a_failed_upgrade_brings_the_old_version_back() {
    let site = Site::new();
    site.write(&site.library("shared/foreign.py"), "");
    site.place(vec![site.compiled(version("1"))]).expect("the old version is placed");
    site.write(&site.library("new.py"), "in the way");
    let before = site.tree();
    let broken = site.compiled(version("2"));
    lose(&broken, "top.py");
    let others = (0..20).map(|number| site.placement(Wheel::new(&format!("other{number}"), "1")));
    let mut place: Vec<Placement> = others.collect();
    place.push(site.placement(Wheel::new("new", "1")));
    place.push(broken);
    let plan = Plan { remove: vec![site.removal("demo").unwrap()], place };
    let error = site.execute(&plan).expect_err("a file is missing");
    assert!(matches!(&error, InstallError::Damaged { path, .. } if path.ends_with("top.py")), "{error}");
    before.assert_same(&site.tree());
    assert_eq!(installer::recover(&site.target).expect("nothing to recover"), Recovered::Nothing);
}

#[test]
fn a_failed_install_into_a_new_folder_leaves_no_folder() {
    let site = Site::new();
    let mut target = site.target.clone();
    target = target.with_scheme(site.environment.prefix_scheme(&site.outside("new/prefix")));
    let broken = site.placement(version("1"));
    lose(&broken, "top.py");
    let plan = Plan { place: vec![broken], ..Plan::default() };
    installer::execute(&plan, &target, &Options::default()).expect_err("a file is missing");
    assert!(!site.outside("new").exists());
    site.place(vec![site.placement(Wheel::new("fine", "1"))]).expect("the environment still works");
}

/// The environment in which a process was killed: `journal` written, everything else as `change` left it.
fn killed(site: &Site, journal: &[(char, &Path)], change: impl FnOnce(&Path)) {
    let folder = site.path(".oxipip-transaction");
    fs::create_dir_all(folder.join("aside")).expect("folders");
    let mut bytes = b"oxipip journal 1\0".to_vec();
    for (tag, path) in journal {
        bytes.extend_from_slice(format!("{tag}{}\0", path.display()).as_bytes());
    }
    bytes.extend_from_slice(b"end\0");
    fs::write(folder.join("journal"), bytes).expect("a journal");
    change(&folder);
}

#[test]
fn a_killed_upgrade_is_undone_wherever_it_was() {
    let site = Site::new();
    let (package, module, made) = (site.library("demo"), site.library("top.py"), site.library("new"));
    site.write(&package.join("__init__.py"), "old");
    site.write(&module, "old");
    let before = site.tree();
    let journal: &[(char, &Path)] =
        &[('a', &package), ('a', &module), ('d', &made), ('d', &package), ('f', &module)];
    let move_one = |folder: &Path| fs::rename(&package, folder.join("aside/0")).expect("a move");
    let move_both = |folder: &Path| {
        move_one(folder);
        fs::rename(&module, folder.join("aside/1")).expect("a move");
    };
    let place = || {
        site.write(&package.join("__init__.py"), "new");
        site.write(&made.join("x.py"), "new");
        site.write(&module, "new");
    };
    let states: [&dyn Fn(&Path); 6] = [
        &|_: &Path| (),
        &move_one,
        &move_both,
        &|folder| {
            move_both(folder);
            site.write(&made.join("x.py"), "new");
        },
        &|folder| {
            move_both(folder);
            place();
        },
        // Killed again while it was undone: what was new is gone, half of what was old is back.
        &|folder| {
            move_both(folder);
            fs::rename(folder.join("aside/1"), &module).expect("a move");
        },
    ];
    for (number, state) in states.into_iter().enumerate() {
        killed(&site, journal, state);
        assert_eq!(
            installer::recover(&site.target).expect("it is undone"),
            Recovered::Undone,
            "state {number}"
        );
        before.assert_same(&site.tree());
    }
    // The next transaction does the same without being asked.
    killed(&site, journal, move_both);
    let report = site.place(vec![site.placement(Wheel::new("fine", "1"))]).expect("the wheel is placed");
    assert_eq!(report.recovered, Recovered::Undone);
    site.remove("fine").expect("it is removed");
    before.assert_same(&site.tree());
}

#[test]
fn a_transaction_killed_before_or_after_leaves_only_garbage() {
    let site = Site::new();
    site.write(&site.library("kept.py"), "kept");
    let before = site.tree();
    let folder = site.path(".oxipip-transaction");
    // Committed, not tidied.
    site.write(&folder.join("aside/0/old.py"), "old");
    assert_eq!(installer::recover(&site.target).expect("it is tidied"), Recovered::Tidied);
    before.assert_same(&site.tree());
    // The journal was only half written: nothing had been changed.
    fs::create_dir(&folder).expect("a folder");
    fs::write(folder.join("journal"), format!("oxipip journal 1\0f{}\0", site.library("kept.py").display()))
        .expect("a journal");
    assert_eq!(installer::recover(&site.target).expect("it is tidied"), Recovered::Tidied);
    before.assert_same(&site.tree());
    // A journal of another version is not guessed at.
    fs::create_dir(&folder).expect("a folder");
    fs::write(folder.join("journal"), b"oxipip journal 9\0end\0").expect("a journal");
    assert!(matches!(installer::recover(&site.target), Err(InstallError::Journal { .. })));
}

#[test]
fn two_processes_do_not_change_one_environment() {
    let site = Site::new();
    let folder = site.path(".oxipip-transaction");
    fs::create_dir(&folder).expect("a folder");
    let held = fs::File::open(&folder).expect("the folder opens");
    held.lock().expect("a lock");
    let error = site.place(vec![site.placement(Wheel::new("demo", "1"))]).expect_err("it is busy");
    assert!(matches!(error, InstallError::Busy(_)), "{error}");
    drop(held);
    site.place(vec![site.placement(Wheel::new("demo", "1"))]).expect("it is free");
}
