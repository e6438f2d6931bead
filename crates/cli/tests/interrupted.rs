//! An install that is killed, or that meets another one, never leaves a broken environment.

mod support;

use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};
use support::Place;
use testkit::{Run, Tree, Wheel};

/// A large package that replaces an older version of itself.
fn place() -> Place {
    let place = Place::new("");
    for version in ["1.0", "2.0"] {
        let mut wheel = Wheel::new("demo", version).console_script("demo", "demo:main");
        for number in 0..300 {
            wheel = wheel.file(&format!("demo/part{number}.py"), format!("version = {version:?}\n"));
        }
        let main = format!("__version__ = {version:?}\n\n\ndef main():\n    print(__version__)\n");
        place.index.add(wheel.file("demo/__init__.py", main).build());
    }
    place.install(&["demo==1.0"]);
    place
}

/// What the environment should be after the upgrade, made without any trouble at the same path.
fn undisturbed(place: &Place) -> (Tree, Tree) {
    let before = place.tree();
    place.install(&["demo==2.0"]);
    let after = place.tree();
    place.install(&["demo==1.0"]);
    before.assert_same(&place.tree());
    (before, after)
}

#[test]
fn killed_at_any_time() {
    let place = place();
    let (before, after) = undisturbed(&place);
    let started = Instant::now();
    place.install(&["demo==2.0"]);
    let whole = started.elapsed();
    place.install(&["demo==1.0"]);
    let steps = 40;
    for step in 0..steps {
        let mut child = place
            .command(&["install", "demo==2.0"])
            .into_command()
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(whole * step / steps);
        child.kill().unwrap();
        child.wait().unwrap();
        // Whoever looks next sees one version or the other, whole, with nothing left over.
        let frozen = place.frozen();
        let expected = match frozen.as_slice() {
            [one] if one == "demo==1.0" => &before,
            [one] if one == "demo==2.0" => &after,
            other => panic!("killed after step {step} of {steps}, the environment holds {other:?}"),
        };
        // Finishing is for the next command that may write.
        place.install(&[&frozen[0]]);
        expected.assert_same(&place.tree());
        place.install(&["demo==1.0"]);
        before.assert_same(&place.tree());
    }
}

#[test]
fn two_at_once() {
    let place = Place::new("a 1.0 -> c\nb 1.0 -> c\nc 1.0");
    for _ in 0..5 {
        let children: Vec<_> = ["a", "b"]
            .into_iter()
            .map(|name| {
                place.command(&["install", name]).into_command().stdout(Stdio::null()).spawn().unwrap()
            })
            .collect();
        for mut child in children {
            assert!(child.wait().unwrap().success());
        }
        assert_eq!(place.frozen(), ["a==1.0", "b==1.0", "c==1.0"]);
        place.run(&["check"]).succeeded();
        assert_eq!(place.python("import a, b, c; print(a.__version__)"), "1.0");
        place.run(&["uninstall", "-y", "a", "b", "c"]).succeeded();
        assert_eq!(place.frozen(), Vec::<String>::new());
    }
}

#[test]
fn who_waits_says_for_whom() {
    let place = Place::new("a 1.0");
    let transaction = place.env().join(".oxipip-transaction");
    fs::create_dir(&transaction).unwrap();
    let held = fs::File::open(&transaction).unwrap();
    held.lock().unwrap();
    let waiting = place.command(&["install", "a"]).into_command().stdout(Stdio::piped()).spawn().unwrap();
    // A reader does not wait.
    assert_eq!(place.frozen(), Vec::<String>::new());
    thread::sleep(Duration::from_millis(300));
    drop(held);
    let said = String::from_utf8(waiting.wait_with_output().unwrap().stdout).unwrap();
    let holder = format!("Waiting for process {} (", std::process::id());
    assert!(said.starts_with(&holder), "{said}");
    assert_eq!(place.frozen(), ["a==1.0"]);
}

#[test]
fn readers_see_one_version_or_the_other() {
    let place = place();
    let end = Instant::now() + Duration::from_secs(2);
    thread::scope(|scope| {
        scope.spawn(|| {
            while Instant::now() < end {
                place.install(&["demo==2.0"]);
                place.install(&["demo==1.0"]);
            }
        });
        while Instant::now() < end {
            let frozen = place.frozen();
            assert!(frozen == ["demo==1.0"] || frozen == ["demo==2.0"], "{frozen:?}");
        }
    });
}

#[test]
fn clearing_an_environment_that_is_cut_off_leaves_it_as_it_was() {
    let place = place();
    let before = place.tree();
    // What a process leaves that is killed when it has moved half of what is there.
    let transaction = place.env().join(".oxipip-transaction");
    fs::create_dir_all(transaction.join("aside")).unwrap();
    let entries: Vec<_> = fs::read_dir(place.env()).unwrap().map(|entry| entry.unwrap().path()).collect();
    let entries: Vec<_> = entries.into_iter().filter(|path| *path != transaction).collect();
    let mut journal = b"oxipip journal 1\0".to_vec();
    for path in &entries {
        journal.extend([b"a", path.as_os_str().as_encoded_bytes(), b"\0"].concat());
    }
    journal.extend([b"r", place.env().as_os_str().as_encoded_bytes(), b"\0end\0"].concat());
    fs::write(transaction.join("journal"), journal).unwrap();
    for (number, path) in entries.iter().enumerate() {
        fs::rename(path, transaction.join("aside").join(number.to_string())).unwrap();
    }
    fs::create_dir(place.env().join("bin")).unwrap();
    assert_eq!(place.frozen(), ["demo==1.0"]);
    before.assert_same(&place.tree());
}

#[test]
fn clearing_replaces_everything() {
    let place = place();
    fs::write(place.env().join("mine"), "").unwrap();
    place.sandbox.run(["venv", "--clear", "env"]).succeeded();
    assert_eq!(place.run(&["freeze", "--all"]).succeeded().stdout, "pip==26.3\n");
    assert!(!place.env().join("mine").exists() && !place.env().join(".oxipip-transaction").exists());
}

/// Starts a command and kills it after a while.
fn killed(run: Run, after: Duration) {
    let mut command = run.into_command();
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = quiet.spawn().unwrap();
    thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn removing_that_is_killed_leaves_all_or_nothing() {
    let place = place();
    let before = place.tree();
    let started = Instant::now();
    place.run(&["uninstall", "-y", "demo"]).succeeded();
    let whole = started.elapsed();
    let after = place.tree();
    let steps = 15;
    for step in 0..steps {
        place.install(&["demo==1.0"]);
        killed(place.command(&["uninstall", "-y", "demo"]), whole * step / steps);
        let expected = if place.frozen().is_empty() { &after } else { &before };
        expected.assert_same(&place.tree());
    }
}

#[test]
fn a_new_environment_is_there_whole_or_not_at_all() {
    let place = Place::new("");
    let python = place.sandbox.interpreter().path.display().to_string();
    let words = ["venv", "--python", &python, "new"];
    let new = place.sandbox.work().join("new");
    let started = Instant::now();
    place.sandbox.run(words).succeeded();
    let whole = started.elapsed();
    let complete = Tree::of(&new);
    let steps = 15;
    for step in 0..steps {
        fs::remove_dir_all(&new).unwrap();
        killed(place.sandbox.command(words), whole * step / steps);
        if new.exists() {
            // Whoever looks finds all of it or an empty folder, which is no environment.
            place.sandbox.run(["--python", "new", "list"]);
            let found = Tree::of(&new);
            if !found.paths().is_empty() {
                complete.assert_same(&found);
            }
        }
        place.sandbox.run(words).succeeded();
        complete.assert_same(&Tree::of(&new));
    }
}

#[test]
fn a_file_that_may_not_grow_is_an_error_and_everything_is_undone() {
    let place = place();
    let before = place.tree();
    let script = r#"ulimit -f 2 && exec "$0" --python env install demo==2.0"#;
    let program = support::program().display().to_string();
    place.sandbox.program("bash", ["-c", script, &program]).run().ended_with(1).warns("ERROR: ");
    before.assert_same(&place.tree());
    place.install(&["demo==2.0"]);
    assert_eq!(place.frozen(), ["demo==2.0"]);
}

#[test]
fn an_environment_that_is_being_cleared_is_not_taken_for_its_base_interpreter() {
    let place = Place::new("demo 1.0");
    place.install(&["demo"]);
    // What there is for a moment: the interpreter is linked again, and what makes it an environment is not yet written.
    let transaction = place.env().join(".oxipip-transaction");
    let configuration = place.env().join("pyvenv.cfg");
    let mut activated = place.sandbox.command(["freeze"]);
    activated = activated.env("VIRTUAL_ENV", place.env());
    for run in [place.command(&["freeze"]), activated] {
        fs::create_dir(&transaction).unwrap();
        let lock = fs::File::open(&transaction).unwrap();
        lock.lock().unwrap();
        fs::rename(&configuration, transaction.join("pyvenv.cfg")).unwrap();
        let mut child = run.into_command().stdout(Stdio::piped()).spawn().unwrap();
        thread::sleep(Duration::from_millis(500));
        assert!(child.try_wait().unwrap().is_none(), "it waits");
        fs::rename(transaction.join("pyvenv.cfg"), &configuration).unwrap();
        fs::remove_dir(&transaction).unwrap();
        drop(lock);
        let said = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(said.stdout).unwrap(), "demo==1.0\n");
    }
}
