//! `undo`: going back, exactly, without an index.

mod support;

use std::fs;

use support::Place;
use testkit::{Tree, Wheel, assert_same_text};

/// Versions of a project whose files come, change and go.
fn place() -> Place {
    let place = Place::new("c 1.0\nc 2.0\nother 1.0 -> c");
    for version in ["1.0", "2.0"] {
        let wheel = Wheel::new("demo", version)
            .file("demo/__init__.py", format!("__version__ = {version:?}\n\ndef main():\n    pass\n"))
            .file(&format!("demo/only_in_{}.py", &version[..1]), "")
            .file(&format!("space/part{}/__init__.py", &version[..1]), "")
            .console_script("demo", "demo:main");
        place.index.add(wheel.build());
    }
    place
}

#[test]
fn every_state_comes_back() {
    let place = place();
    let mut states = vec![place.tree()];
    for words in [
        &["install", "demo==1.0", "c==1.0"][..],
        &["install", "--upgrade", "demo", "c"],
        &["uninstall", "--yes", "demo"],
        &["install", "other"],
    ] {
        place.run(words).succeeded();
        states.push(place.tree());
    }
    place.index.forget_requests();
    for state in states.into_iter().rev().skip(1) {
        place.run(&["undo"]).succeeded();
        state.assert_same(&place.tree());
    }
    assert_eq!(place.index.requests().len(), 0);
    place.run(&["undo"]).failed().warns("ERROR: No change of ").warns(" is kept that could be taken back");
}

#[test]
fn several_at_once_and_back_again() {
    let place = place();
    place.install(&["demo==1.0"]);
    let before = place.tree();
    place.install(&["c==1.0"]);
    place.install(&["demo==2.0", "c==2.0"]);
    let after = place.tree();
    place.run(&["undo", "2"]).succeeded();
    before.assert_same(&place.tree());
    // The undo of the change that was taken back last is the newest change, and can be taken back itself.
    place.run(&["undo", "5"]).succeeded();
    place.run(&["undo"]).succeeded();
    before.assert_same(&place.tree());
    place.run(&["undo", "2"]).failed().warns("There is no change 2 of ");
    place.run(&["undo", "nothing"]).failed().warns("\"nothing\" is not the number of a change");
    place.install(&["c==1.0"]);
    place.install(&["demo==2.0", "c==2.0"]);
    after.assert_same(&place.tree());
}

#[test]
fn what_nobody_else_knows_comes_back() {
    let place = place();
    place.install(&["demo==1.0"]);
    // Later than the clock of the file system can tell from the install.
    std::thread::sleep(std::time::Duration::from_millis(30));
    // Edited by hand, compiled by Python, and a file of the user's own in the way.
    fs::remove_file(place.site().join("demo/only_in_1.py")).unwrap();
    fs::write(place.site().join("demo/only_in_1.py"), "edited = True\n").unwrap();
    fs::write(place.site().join("demo/only_in_2.py"), "mine = True\n").unwrap();
    let before = place.tree();
    let warning = "demo/only_in_1.py had been changed since it was installed, and is removed; ";
    let outcome = place.install(&["demo==2.0"]);
    outcome.warns(&format!("{warning}`oxipip undo` brings it back\n"));
    assert_eq!(fs::read_to_string(place.site().join("demo/only_in_2.py")).unwrap(), "");
    place.run(&["undo"]).succeeded();
    before.assert_same(&place.tree());
    let outcome = place.run(&["uninstall", "--yes", "--no-cache-dir", "demo"]).succeeded();
    outcome.warns(&format!("{warning}nothing has kept it\n"));
}

#[test]
fn refuses_when_others_have_changed_it_since() {
    let place = place();
    place.install(&["demo==1.0"]);
    place.install(&["demo==2.0"]);
    // Without a cache nothing is kept.
    place.run(&["install", "--no-cache-dir", "demo==1.0"]).succeeded();
    let before = place.tree();
    place
        .run(&["undo"])
        .failed()
        .warns("Change 2 cannot be taken back: it left demo 2.0, and now there is demo 1.0.");
    before.assert_same(&place.tree());
    place.run(&["uninstall", "--yes", "--no-cache-dir", "demo"]).succeeded();
    place.run(&["undo"]).failed().warns("it left demo 2.0, and now there is no demo.");
}

#[test]
fn another_environment_at_the_same_place_has_its_own_history() {
    let place = place();
    place.install(&["demo==1.0"]);
    fs::rename(place.env(), place.sandbox.work().join("old")).unwrap();
    place.sandbox.interpreter().make_venv(place.env());
    place.run(&["undo"]).failed().warns("No change of ");
}

// covers: history --user
// covers: undo --user
// covers: undo --break-system-packages
#[test]
fn the_packages_of_the_user_have_their_own_history() {
    let place = place();
    let own = |words: &[&str]| {
        let python = place.sandbox.interpreter().path.display().to_string();
        let words = [&["--python", &python], words].concat();
        place.sandbox.command(words).run()
    };
    let packages = || Tree::of(place.sandbox.home().join(".local"));
    own(&["install", "--user", "--break-system-packages", "demo==1.0"]).succeeded();
    let before = packages();
    own(&["install", "--user", "--break-system-packages", "demo==2.0"]).succeeded();
    own(&["history", "--user"]).succeeded().says("-demo==1.0 +demo==2.0");
    own(&["undo", "--user", "--break-system-packages"]).succeeded();
    before.assert_same(&packages());
}

#[test]
fn history_names_the_changes() {
    let place = place();
    place.run(&["history"]).succeeded().says("No change of ");
    place.install(&["demo==1.0"]);
    place.install(&["demo==2.0", "c==1.0"]);
    place.run(&["undo"]).succeeded();
    let shown = place.run(&["history"]).succeeded().stdout;
    let without_time: Vec<String> = shown
        .lines()
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            [&words[..1], &words[3..]].concat().join(" ")
        })
        .collect();
    assert_same_text(
        &without_time.join("\n"),
        "1 install +demo==1.0\n2 install -demo==1.0 +demo==2.0 +c==1.0\n3 undo 2 -demo==2.0 -c==1.0 +demo==1.0",
    );
}
