//! `--group`: the dependency groups of `pyproject.toml`.

mod support;

use support::Place;
use testkit::assert_same_text;

const UNIVERSE: &str = "
    demo 1.0 -> lib
    lib 1.0
    lib 2.0
    other 1.0
    tool 1.0
";

const PROJECT: &str = "
[dependency-groups]
test = ['demo', {include-group = 'Lint_Tools'}]
lint-tools = ['tool; python_version > \"3\"', 'lib']
a = [{include-group = 'b'}]
b = [{include-group = 'a'}]
text = 'demo'
";

fn place() -> Place {
    let place = Place::new(UNIVERSE);
    place.sandbox.write("pyproject.toml", PROJECT);
    place
}

// covers: install --group
#[test]
fn a_group_stands_after_the_arguments() {
    let place = place();
    let outcome = place.install(&["--no-deps", "--group", "test", "other"]);
    assert_same_text(
        &outcome.filtered_stdout(),
        "Looking in indexes: [INDEX]/simple/
Collecting other
  Downloading other-1.0-py3-none-any.whl.metadata ([SIZE])
Collecting demo
  Downloading demo-1.0-py3-none-any.whl.metadata ([SIZE])
Collecting tool
  Downloading tool-1.0-py3-none-any.whl.metadata ([SIZE])
Collecting lib
  Downloading lib-2.0-py3-none-any.whl.metadata ([SIZE])
Downloading other-1.0-py3-none-any.whl ([SIZE])
Downloading demo-1.0-py3-none-any.whl ([SIZE])
Downloading tool-1.0-py3-none-any.whl ([SIZE])
Downloading lib-2.0-py3-none-any.whl ([SIZE])
Installing collected packages: tool, other, lib, demo

Successfully installed demo-1.0 lib-2.0 other-1.0 tool-1.0
",
    );
    assert!(place.site().join("tool-1.0.dist-info/REQUESTED").exists());
}

#[test]
fn files_are_named_before_the_group() {
    let place = place();
    place.sandbox.write("sub/pyproject.toml", "[dependency-groups]\ntest = ['other']");
    place
        .install(&["--group", "sub/pyproject.toml:test", "--group", "pyproject.toml:LINT.tools"])
        .says("Successfully installed lib-2.0 other-1.0 tool-1.0\n");
}

#[test]
fn groups_that_cannot_be_used() {
    let place = place();
    place.sandbox.write("empty/pyproject.toml", "");
    place.sandbox.write("odd/pyproject.toml", "dependency-groups = 1");
    place.sandbox.write("twice/pyproject.toml", "[dependency-groups]\nx-a = []\nX_A = []");
    for (group, message) in [
        ("none/pyproject.toml:x", "none/pyproject.toml not found. Cannot resolve '--group' option."),
        (
            "empty/pyproject.toml:x",
            "[dependency-groups] table was missing from 'empty/pyproject.toml'. Cannot resolve '--group' option.",
        ),
        (
            "odd/pyproject.toml:x",
            "[dependency-groups] table was malformed in odd/pyproject.toml. Cannot resolve '--group' option.",
        ),
        (
            "twice/pyproject.toml:x",
            "[dependency-groups] data was invalid in twice/pyproject.toml: Duplicate dependency group names: x-a \
             (x-a, X_A)",
        ),
        (
            "No.Group",
            "[dependency-groups] resolution failed for 'No.Group' from 'pyproject.toml': Dependency group 'no-group' \
             not found",
        ),
        (
            "a",
            "[dependency-groups] resolution failed for 'a' from 'pyproject.toml': Cyclic dependency group include while \
             resolving a: a -> b, b -> a",
        ),
        (
            "text",
            "[dependency-groups] resolution failed for 'text' from 'pyproject.toml': Dependency group 'text' contained \
             a string rather than a list.",
        ),
    ] {
        let outcome = place.run(&["install", "--group", group]).ended_with(1);
        assert_same_text(&outcome.filtered_stderr(), &format!("ERROR: {message}\n"));
    }
}

#[test]
fn a_file_that_is_no_toml() {
    let place = place();
    place.sandbox.write("bad/pyproject.toml", "[dependency-groups]\nx = [");
    place
        .run(&["install", "--group", "bad/pyproject.toml:x"])
        .ended_with(1)
        .warns("ERROR: Error parsing bad/pyproject.toml: ");
}

#[test]
fn other_files_have_no_groups() {
    let place = place();
    place
        .run(&["install", "--group", "requirements.txt:x"])
        .ended_with(2)
        .warns("--group error: group paths use local 'pyproject.toml' or 'pylock.toml'");
}
