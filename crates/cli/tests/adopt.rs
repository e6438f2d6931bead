//! `oxipip adopt`, and what becomes of the environment's pip by installing.

mod support;

use support::Place;
use testkit::{Wheel, assert_same_text};

/// A place whose environment has a pip that is not ours.
fn place() -> Place {
    let place = Place::new("demo 1.0");
    let pip = |version: &str| {
        Wheel::new("pip", version)
            .file("pip/__init__.py", "")
            .file("pip/__main__.py", "print('written in Python')\n")
            .file("pip/other.py", "def main():\n    print('written in Python')\n")
            .console_script("pip", "pip.other:main")
            .console_script("pip3", "pip.other:main")
            .build()
    };
    place.index.add(pip("25.0"));
    place.index.add(pip("99.0"));
    place.install(&["pip==25.0"]);
    place
}

fn pip(place: &Place, words: &[&str]) -> String {
    let python = place.env().join("bin/python");
    let by_module = place.sandbox.program(python, [&["-m", "pip"], words].concat()).run().succeeded();
    let by_script = place.sandbox.program(place.env().join("bin/pip"), words).run().succeeded();
    assert_eq!(by_module.stdout, by_script.stdout);
    by_script.stdout
}

// covers: adopt --back
#[test]
fn ours_comes_and_goes() {
    let place = place();
    assert_eq!(pip(&place, &["--version"]), "written in Python\n");
    let prefix = place.env().display().to_string();
    let outcome = place.sandbox.run(["adopt", "env"]).succeeded();
    assert_same_text(
        &outcome.stdout,
        &format!("The pip of {prefix} is oxipip now, with the interface of pip 26.3\n"),
    );
    assert!(pip(&place, &["--version"]).starts_with("pip 26.3 from "));
    assert_eq!(pip(&place, &["freeze", "--all"]), "pip==26.3\n");
    assert!(!place.site().join("pip/other.py").exists());
    place.sandbox.run(["adopt", "env"]).succeeded().says(" is oxipip already\n");

    place.sandbox.run(["adopt", "--back", "env"]).succeeded();
    assert!(place.env().join("bin/pip").is_file() && !place.env().join("bin/pip").is_symlink());
    let bundled = place.python("import pip; print(pip.__version__)");
    assert!(!bundled.starts_with("26.3"), "{bundled}");
    place.sandbox.run(["adopt", "--back", "env"]).succeeded().says(" is not oxipip already\n");
}

#[test]
fn upgrading_keeps_it_and_a_version_replaces_it() {
    let place = place();
    place.sandbox.run(["adopt", "--copies", "env"]).succeeded();
    let stays = format!(
        "pip is oxipip {} here, with the interface of pip 26.3, and stays: --force-reinstall would replace it\n",
        env!("CARGO_PKG_VERSION")
    );
    place.install(&["--upgrade", "pip"]).says(&stays);
    place.install(&["--upgrade", "pip", "demo"]).says("Successfully installed demo-1.0\n");
    assert!(pip(&place, &["--version"]).starts_with("pip 26.3 from "));
    for words in [&["pip==99.0"][..], &["--upgrade", "--force-reinstall", "pip"]] {
        place.sandbox.run(["adopt", "env"]).succeeded();
        place.install(words).says("Successfully installed pip-99.0\n");
        assert_eq!(pip(&place, &["--version"]), "written in Python\n");
    }
}

// covers: adopt --copies
#[test]
fn a_link_to_the_program_or_a_copy() {
    let place = Place::new("");
    for (options, is_link) in [(&[][..], true), (&["--copies"], false)] {
        place.sandbox.run([&["adopt", "env"], options].concat()).succeeded();
        assert_eq!(place.env().join("bin/pip").is_symlink(), is_link);
        assert!(pip(&place, &["--version"]).starts_with("pip 26.3 from "));
        place.sandbox.run(["--python", "env", "uninstall", "-y", "pip"]).succeeded();
    }
}

#[test]
fn what_is_refused() {
    let place = Place::new("");
    let outcome = place.sandbox.run(["adopt"]).failed();
    assert_same_text(&outcome.stderr, "\nUsage:   \n  oxipip adopt [options] <environment> ...\n\n");
    place.sandbox.run(["adopt", "none"]).failed();
    // An environment without any pip gets one.
    place.sandbox.run(["adopt", "env"]).succeeded();
    assert_eq!(pip(&place, &["freeze", "--all"]), "pip==26.3\n");
}
