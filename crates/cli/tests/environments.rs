//! Which environment a command acts on.

mod support;

use support::{Place, in_mount_namespace, program};
use testkit::Sandbox;

/// The names that `freeze` prints.
fn frozen(outcome: &testkit::Outcome) -> Vec<&str> {
    outcome.stdout.lines().filter_map(|line| line.split("==").next()).collect()
}

// covers: freeze --python
#[test]
fn by_option_variable_or_activation() {
    let place = Place::new("demo 1.0");
    place.install(&["demo"]);
    let freeze = |words: &[&str]| place.sandbox.command(words.iter().chain(&["freeze"]));
    let env = place.env();
    for run in [
        freeze(&["--python", "env"]),
        freeze(&["--python", "env/bin/python"]),
        freeze(&[]).env("PIP_PYTHON", &env),
        freeze(&[]).env("VIRTUAL_ENV", &env),
        // The option is stronger than the variables.
        freeze(&["--python", "env"]).env("PIP_PYTHON", "/elsewhere").env("VIRTUAL_ENV", "/elsewhere"),
    ] {
        assert_eq!(frozen(&run.run().succeeded()), ["demo"]);
    }
}

#[test]
fn a_dot_venv_here_or_above() {
    let place = Place::new("demo 1.0");
    place.install(&["demo"]);
    std::fs::create_dir_all(place.sandbox.work().join("project/src")).unwrap();
    place.sandbox.interpreter().make_venv(place.sandbox.work().join("project/.venv"));
    place.sandbox.run(["--python", "project/.venv", "install", "demo"]).succeeded();
    for folder in ["project", "project/src"] {
        let outcome = place.sandbox.command(["freeze"]).current_dir(folder).run().succeeded();
        assert_eq!(frozen(&outcome), ["demo"], "in {folder}");
    }
}

#[test]
fn the_one_that_its_pip_stands_in() {
    let place = Place::new("demo 1.0\nother 1.0");
    place.sandbox.run(["venv", "own"]).succeeded();
    place.install(&["other"]);
    let bin = place.sandbox.work().join("own/bin");
    // Another environment is active, and the working folder has one, too: pip belongs to its own.
    for words in [&["pip", "install", "demo"][..], &["python", "-m", "pip", "install", "demo"]] {
        place
            .sandbox
            .program(bin.join(words[0]), &words[1..])
            .env("VIRTUAL_ENV", place.env())
            .run()
            .succeeded();
        let outcome = place.sandbox.program(bin.join("pip3"), ["freeze"]).run().succeeded();
        assert_eq!(frozen(&outcome), ["demo"]);
    }
    // By its bare name, found on PATH.
    let path = format!("{}:/usr/bin:/bin", bin.display());
    let outcome = place.sandbox.program("sh", ["-c", "pip freeze"]).env("PATH", path).run().succeeded();
    assert_eq!(frozen(&outcome), ["demo"]);
    assert_eq!(place.frozen(), ["other==1.0"]);
}

#[test]
fn real_pip_takes_the_place_of_its_stand_in() {
    let place = Place::new("");
    place.index.add(
        testkit::Wheel::new("pip", "99.0")
            .file("pip/__init__.py", "__version__ = '99.0'\n")
            .file("pip/__main__.py", "print('I am pip 99.0')\n")
            .build(),
    );
    place.sandbox.run(["venv", "own"]).succeeded();
    let python = place.sandbox.work().join("own/bin/python");
    place.sandbox.program(&python, ["-m", "pip", "install", "pip==99.0"]).run().succeeded();
    let outcome = place.sandbox.program(&python, ["-m", "pip", "list"]).run().succeeded();
    assert_eq!(outcome.stdout, "I am pip 99.0\n");
    assert!(!place.sandbox.work().join("own/bin/pip").exists(), "the scripts of the stand-in go with it");
}

// covers: install --require-virtualenv
#[test]
fn what_is_no_environment() {
    let sandbox = Sandbox::new(program());
    sandbox
        .run(["--python", "nowhere", "list"])
        .failed()
        .warns("ERROR: Could not locate Python interpreter nowhere\n");
    sandbox
        .run(["--require-virtualenv", "install", "demo"])
        .ended_with(3)
        .warns("ERROR: Could not find an activated virtualenv (required).\n");
}

#[test]
fn interpreters_that_belong_to_the_system() {
    let place = Place::new("demo 1.0");
    let standard_library =
        place.sandbox.interpreter().python(&["-c", "import sysconfig; print(sysconfig.get_path('stdlib'))"]);
    let script = format!(
        "lib={}
         mkdir layer && mount -t tmpfs tmpfs layer && mkdir layer/upper layer/work || exit 99
         printf '[externally-managed]\\nError=Ask the system.\\n' > layer/upper/EXTERNALLY-MANAGED
         mount -t overlay overlay -o lowerdir=$lib,upperdir=layer/upper,workdir=layer/work $lib || exit 99
         \"$OXIPIP\" install demo",
        standard_library.trim()
    );
    in_mount_namespace(&place, &script)
        .failed()
        .warns("error: externally-managed-environment\n")
        .warns("Ask the system.");
}

// covers: oxipip --version
#[test]
fn under_any_name_but_its_own_it_is_pip() {
    let place = Place::new("");
    let version = |name: &str| {
        let link = place.sandbox.work().join(name);
        std::os::unix::fs::symlink(program(), &link).unwrap();
        place.sandbox.program(&link, ["--python", "env", "--version"]).run().succeeded().stdout
    };
    assert!(version("oxipip-nightly").starts_with("oxipip "));
    assert!(version("pip3.9").starts_with("pip 26.3 from "));
    assert_eq!(version("a-script-of-long-ago"), version("pip"));
}
