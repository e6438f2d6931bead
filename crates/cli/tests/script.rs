//! `--requirements-from-script`: what a script declares in its inline metadata.

mod support;

use support::Place;
use testkit::assert_same_text;

const UNIVERSE: &str = "
    demo 1.0 -> lib
    lib 1.0
    lib 2.0
    other 1.0
";

fn place(script: &str) -> Place {
    let place = Place::new(UNIVERSE);
    place.sandbox.write("script.py", script);
    place
}

// covers: install --requirements-from-script
#[test]
fn dependencies_come_after_everything_else() {
    let script = "#!/usr/bin/env python\r\n# /// script\r\n# requires-python = \">=3.8\"\r\n# dependencies = [\r\n#   \"lib\",\r\n# ]\r\n# ///\r\nimport lib\r\n";
    let place = place(script);
    place.sandbox.write("requirements.txt", "other\n");
    let outcome =
        place.install(&["--requirements-from-script", "script.py", "-r", "requirements.txt", "demo"]);
    assert_same_text(
        &outcome.filtered_stdout(),
        "Looking in indexes: [INDEX]/simple/
Collecting demo
  Downloading demo-1.0-py3-none-any.whl.metadata ([SIZE])
Collecting other (from -r requirements.txt (line 1))
  Downloading other-1.0-py3-none-any.whl.metadata ([SIZE])
Collecting lib
  Downloading lib-2.0-py3-none-any.whl.metadata ([SIZE])
Downloading demo-1.0-py3-none-any.whl ([SIZE])
Downloading other-1.0-py3-none-any.whl ([SIZE])
Downloading lib-2.0-py3-none-any.whl ([SIZE])
Installing collected packages: other, lib, demo

Successfully installed demo-1.0 lib-2.0 other-1.0
",
    );
}

#[test]
fn a_script_that_needs_nothing() {
    let place = place("# /// script\n# [tool.x]\n# ///\n");
    let outcome = place.install(&["--requirements-from-script", "script.py"]);
    assert_same_text(&outcome.filtered_stdout(), "Looking in indexes: [INDEX]/simple/\n");
}

// covers: install --ignore-requires-python
#[test]
fn a_script_for_another_python() {
    let place = place("# /// script\n# requires-python = \">=4\"\n# dependencies = [\"a b\"]\n# ///\n");
    let minor = place.sandbox.interpreter().minor_version();
    let outcome = place.run(&["install", "--requirements-from-script", "script.py"]).ended_with(1);
    assert_same_text(
        &outcome.stderr,
        &format!("ERROR: Script 'script.py' requires a different Python: {minor} not in '>=4'\n"),
    );
    place
        .run(&["install", "--requirements-from-script", "script.py", "--ignore-requires-python"])
        .ended_with(1)
        .warns("ERROR: Invalid requirement: 'a b': Expected semicolon (after name with no version specifier) or end\n    a b\n      ^\n");
}

#[test]
fn scripts_that_cannot_be_used() {
    for (script, message) in [
        ("print()\n", "File does not contain 'script' metadata: 'script.py'"),
        ("# /// script\n# a = \n# ///\n", "Failed to parse TOML in 'script.py'"),
        (
            "# /// script\n# a = 1\n# ///\n\n# /// script\n# a = 1\n# ///\n",
            "Multiple 'script' blocks found in 'script.py'",
        ),
    ] {
        let outcome =
            place(script).run(&["install", "--requirements-from-script", "script.py"]).ended_with(1);
        assert_same_text(&outcome.stderr, &format!("ERROR: {message}\n"));
    }
}

#[test]
fn no_script_and_two_scripts() {
    let place = place("");
    let outcome = place.run(&["install", "--requirements-from-script", "none.py"]).ended_with(1);
    assert_same_text(
        &outcome.stderr,
        "ERROR: Could not install packages due to an OSError: [Errno 2] No such file or directory: 'none.py'\n\n",
    );
    let outcome = place
        .run(&["install", "--requirements-from-script", "a.py", "--requirements-from-script", "b.py"])
        .ended_with(1);
    assert_same_text(&outcome.stderr, "ERROR: --requirements-from-script can only be given once\n");
}
