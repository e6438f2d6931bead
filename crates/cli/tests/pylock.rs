//! `-r pylock.toml`: installing exactly what a lock file says.

mod support;

use support::Place;
use testkit::{PackageFile, Sdist, Wheel, assert_same_text};

const WARNING: &str = "WARNING: Using pylock.toml as a requirements source is an experimental feature. It may be \
                       removed/changed in a future release without prior warning.\n";

const HEAD: &str = "lock-version = \"1.0\"\ncreated-by = \"test\"\n";

/// One package with one wheel.
fn locked(name: &str, more: &str, url: &str, sha256: &str) -> String {
    format!(
        "[[packages]]\nname = \"{name}\"\n{more}\n[[packages.wheels]]\nurl = \"{url}\"\nhashes = {{sha256 = \"{sha256}\"}}\n"
    )
}

/// Two versions of each package, of which the older one is locked.
struct Locked {
    place: Place,
    demo: PackageFile,
    lib: PackageFile,
}

impl Locked {
    fn new() -> Self {
        let place = Place::new("demo 2.0 -> lib\nlib 2.0\nother 1.0 -> lib>=2");
        let demo = Wheel::new("demo", "1.0").requires("lib").build();
        let lib = Wheel::new("lib", "1.0").build();
        place.index.serve("/elsewhere/demo-1.0-py3-none-any.whl", "application/zip", demo.bytes.clone());
        place.sandbox.write("wheels/README", "");
        lib.write_to(place.sandbox.work().join("wheels"));
        Self { place, demo, lib }
    }

    fn demo(&self, more: &str) -> String {
        let url = format!("{}/elsewhere/demo-1.0-py3-none-any.whl", self.place.index.origin());
        locked("demo", more, &url, &self.demo.sha256())
    }

    fn lib(&self, more: &str) -> String {
        locked("lib", more, "", &self.lib.sha256())
            .replace("url = \"\"", "path = \"wheels/lib-1.0-py3-none-any.whl\"")
    }

    fn write(&self, packages: &[String]) -> &Place {
        self.place.sandbox.write("pylock.toml", format!("{HEAD}{}", packages.concat()));
        &self.place
    }
}

#[test]
fn what_is_locked_and_nothing_else() {
    let locked = Locked::new();
    let place = locked.write(&[locked.demo("version = \"1.0\""), locked.lib("")]);
    let outcome = place.install(&["-r", "pylock.toml"]);
    assert_same_text(
        &outcome.filtered_stdout(),
        "Looking in indexes: [INDEX]/simple/
Collecting demo==1.0 (from pylock.toml)
  Downloading demo-1.0-py3-none-any.whl ([SIZE])
Processing ./wheels/lib-1.0-py3-none-any.whl (from pylock.toml)
Installing collected packages: lib, demo

Successfully installed demo-1.0 lib-1.0
",
    );
    assert_same_text(&outcome.stderr, WARNING);
    assert_eq!(place.frozen(), ["demo==1.0", "lib==1.0"]);
    assert!(place.site().join("lib-1.0.dist-info/REQUESTED").exists());
    assert!(!place.site().join("lib-1.0.dist-info/direct_url.json").exists());
}

#[test]
fn digests_are_checked() {
    let locked = Locked::new();
    let wrong = locked.lib("").replace(&locked.lib.sha256(), &"0".repeat(64));
    let place = locked.write(&[wrong]);
    place
        .run(&["install", "-r", "pylock.toml"])
        .ended_with(1)
        .warns("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.")
        .warns("    lib==1.0 from file://");
    assert!(place.frozen().is_empty());
}

#[test]
fn what_is_missing_has_no_digest() {
    let locked = Locked::new();
    let place = locked.write(&[locked.demo("")]);
    place
        .run(&["install", "-r", "pylock.toml"])
        .ended_with(1)
        .warns("ERROR: In --require-hashes mode, all requirements must have their versions pinned with ==. These do not:\n    lib from ");
    place.install(&["-r", "pylock.toml", "--no-deps"]).says("Successfully installed demo-1.0\n");
}

#[test]
fn other_requirements_meet_the_lock() {
    let locked = Locked::new();
    let place = locked.write(&[locked.lib("")]);
    let outcome = place.run(&["install", "--no-require-hashes", "-r", "pylock.toml", "lib>1"]).ended_with(1);
    assert_same_text(
        &outcome.stderr,
        &format!(
            "{WARNING}ERROR: The requirement lib>1 is not compatible with version 1.0 specified in a provided lock file\nERROR: No matching distribution found for lib>1\n"
        ),
    );
}

#[test]
fn markers_extras_and_groups_select() {
    let locked = Locked::new();
    let place = locked.write(&[
        locked.demo("marker = \"'more' in extras\""),
        locked.lib("marker = \"'dev' in dependency_groups\""),
    ]);
    place.run(&["install", "-r", "pylock.toml"]).succeeded();
    assert!(place.frozen().is_empty());
    place.install(&["--dry-run", "--no-deps", "-r", "pylock.toml[More]"]).says("Would install demo-1.0\n");
    place
        .install(&["--dry-run", "--group", "pylock.toml:Dev", "-r", "./pylock.toml[more]"])
        .says("Would install demo-1.0 lib-1.0\n");
    place.install(&["--dry-run", "--group", "pylock.toml:dev"]).says("Would install lib-1.0\n");
}

#[test]
fn default_groups_count_for_requirements_alone() {
    let locked = Locked::new();
    let lib = locked.lib("marker = \"'dev' in dependency_groups\"");
    let text = format!("{HEAD}dependency-groups = [\"dev\", \"doc\"]\ndefault-groups = [\"dev\"]\n{lib}");
    locked.place.sandbox.write("pylock.some.toml", text);
    let place = &locked.place;
    place.install(&["--dry-run", "-r", "pylock.some.toml"]).says("Would install lib-1.0\n");
    let outcome = place.install(&["--dry-run", "--group", "pylock.some.toml:doc"]);
    assert!(!outcome.stdout.contains("Would install"), "{}", outcome.report());
}

#[test]
fn a_lock_at_an_address() {
    let locked = Locked::new();
    let place = &locked.place;
    place.index.serve("/locks/wheels/lib-1.0-py3-none-any.whl", "application/zip", locked.lib.bytes.clone());
    let text = format!("{HEAD}{}", locked.lib(""));
    place.index.serve("/locks/pylock.toml", "text/plain", text.clone().into_bytes());
    let url = format!("{}/locks/pylock.toml", place.index.origin());
    place.install(&["-r", &url]).says("Successfully installed lib-1.0\n");

    let elsewhere = text.replace("wheels/lib", "https://elsewhere.example/lib");
    place.index.serve("/bad/pylock.toml", "text/plain", elsewhere.into_bytes());
    let url = format!("{}/bad/pylock.toml", place.index.origin());
    let outcome = place.run(&["install", "-r", &url]).ended_with(1);
    assert_same_text(
        &outcome.stderr,
        &format!(
            "{WARNING}ERROR: Path 'https://elsewhere.example/lib-1.0-py3-none-any.whl' in pylock file obtained from a URL resolves outside its location: '{url}'\n"
        ),
    );
    let absolute = text.replace("wheels/lib", "/wheels/lib");
    place.index.serve("/absolute/pylock.toml", "text/plain", absolute.into_bytes());
    let url = format!("{}/absolute/pylock.toml", place.index.origin());
    place
        .run(&["install", "-r", &url])
        .ended_with(1)
        .warns("ERROR: Absolute paths are not supported in pylock files obtained from a URL: '/wheels/lib-1.0-py3-none-any.whl' in '");
    place.index.serve(
        "/folder/pylock.toml",
        "text/plain",
        format!("{HEAD}[[packages]]\nname = \"a\"\ndirectory = {{path = \".\"}}\n").into_bytes(),
    );
    let url = format!("{}/folder/pylock.toml", place.index.origin());
    place
        .run(&["install", "-r", &url])
        .ended_with(1)
        .warns("ERROR: Directory entries are not supported in remote pylock.toml 'http");
}

#[test]
fn archives_and_source_distributions() {
    let locked = Locked::new();
    let place = &locked.place;
    let sdist = Sdist::new("src", "1.0").build();
    sdist.write_to(place.sandbox.work());
    let text = format!(
        "{HEAD}[[packages]]\nname = \"src\"\n[packages.sdist]\npath = \"src-1.0.tar.gz\"\nhashes = {{sha256 = \"{}\"}}\n\
         [[packages]]\nname = \"lib\"\n[packages.archive]\npath = \"wheels/lib-1.0-py3-none-any.whl\"\nhashes = {{sha256 = \"{}\"}}\n",
        sdist.sha256(),
        locked.lib.sha256()
    );
    place.sandbox.write("pylock.toml", text);
    place.install(&["-r", "pylock.toml"]).says("Successfully installed lib-1.0 src-1.0\n");
    assert!(place.site().join("lib-1.0.dist-info/direct_url.json").exists());
    assert!(!place.site().join("src-1.0.dist-info/direct_url.json").exists());
}

// covers: install --no-binary
#[test]
fn formats_that_are_not_wanted() {
    let locked = Locked::new();
    let place = locked.write(&[locked.lib("")]);
    let outcome = place.run(&["install", "-r", "pylock.toml", "--no-binary", "lib"]).ended_with(1);
    assert_same_text(
        &outcome.stderr,
        &format!(
            "{WARNING}ERROR: Could not install locked package 'lib' from 'pylock.toml': No binaries permitted for lib\n"
        ),
    );
}

// covers: install --only-final
#[test]
fn only_final_versions() {
    let place = Place::new("");
    let lib = Wheel::new("lib", "1.0rc1").build();
    lib.write_to(place.sandbox.work());
    let package =
        locked("lib", "", "", &lib.sha256()).replace("url = \"\"", "path = \"lib-1.0rc1-py3-none-any.whl\"");
    place.sandbox.write("pylock.toml", format!("{HEAD}{package}"));
    let outcome = place.run(&["install", "-r", "pylock.toml", "--only-final", "lib"]).ended_with(1);
    assert_same_text(
        &outcome.stderr,
        &format!(
            "{WARNING}ERROR: A pre-release version 1.0rc1 is specified in a provided lock file for lib but only final versions are allowed\nERROR: No matching distribution found for lib==1.0rc1\n"
        ),
    );
    place.install(&["-r", "pylock.toml"]).says("Successfully installed lib-1.0rc1\n");
}

#[test]
fn locks_that_cannot_be_used() {
    let locked = Locked::new();
    let lib = locked.lib("");
    for (text, message) in [
        (
            "lock-version = \"1.0\"".to_owned(),
            "Invalid pylock file 'pylock.toml': Missing required value in 'created-by'",
        ),
        (
            format!("{HEAD}requires-python = \">=4\"\n{lib}"),
            "Cannot select requirements from pylock file 'pylock.toml': python_full_version '[VERSION]' in provided environment does not satisfy the Python version requirement '>=4'",
        ),
        (
            format!("{HEAD}environments = [\"os_name == 'none'\"]\n{lib}"),
            "Cannot select requirements from pylock file 'pylock.toml': Provided environment does not satisfy any of the environments specified in the lock file",
        ),
        (
            format!("{HEAD}{lib}{lib}"),
            "Cannot select requirements from pylock file 'pylock.toml': Multiple packages with the name 'lib' are selected at packages[1] and packages[0]",
        ),
        (
            format!("{HEAD}{}", lib.replace("py3-none", "py2-none")),
            "Cannot select requirements from pylock file 'pylock.toml': No wheel found matching the provided tags for package 'lib' at packages[0], and no sdist available as a fallback",
        ),
    ] {
        locked.place.sandbox.write("pylock.toml", text);
        let outcome = locked.place.run(&["install", "-r", "pylock.toml"]).ended_with(1);
        let (major, minor, micro) = locked.place.sandbox.interpreter().version;
        let message = message.replace("[VERSION]", &format!("{major}.{minor}.{micro}"));
        assert_same_text(&outcome.stderr, &format!("{WARNING}ERROR: {message}\n"));
    }
    let outcome = locked.place.run(&["install", "-r", "pylock.none.toml"]).ended_with(1);
    assert_same_text(
        &outcome.stderr,
        &format!(
            "{WARNING}ERROR: Error reading pylock file 'pylock.none.toml': [Errno 2] No such file or directory: 'pylock.none.toml'\n"
        ),
    );
}

#[test]
fn two_locks_of_one_project_and_newer_formats() {
    let locked = Locked::new();
    let place = locked.write(&[locked.lib("")]);
    let newer = format!("{HEAD}{}", locked.lib("")).replace("\"1.0\"\ncreated", "\"1.3\"\ncreated");
    place.sandbox.write("pylock.b.toml", newer);
    place
        .run(&["install", "-r", "pylock.toml", "-r", "pylock.b.toml"])
        .ended_with(1)
        .warns("WARNING: pylock minor version 1.3 is not supported\n")
        .warns("ERROR: Multiple locked links provided for lib: file://")
        .warns("/wheels/lib-1.0-py3-none-any.whl (from pylock.toml) and file://")
        .warns("/wheels/lib-1.0-py3-none-any.whl (from pylock.b.toml)\n");
    place.install(&["-r", "pylock.b.toml"]).says("Successfully installed lib-1.0\n");
}

#[test]
fn not_for_other_platforms() {
    let locked = Locked::new();
    locked
        .write(&[locked.lib("")])
        .run(&["install", "--dry-run", "--no-deps", "--platform", "any", "-r", "pylock.toml[x]"])
        .ended_with(1)
        .warns("are not supported when selecting requirements from 'pylock.toml'\n");
}

#[test]
fn what_was_locked_can_be_installed() {
    let place = Place::new("demo 1.0 -> lib\nlib 1.0");
    place.run(&["lock", "demo"]).succeeded();
    place.index.universe("lib 2.0\ndemo 2.0");
    place.install(&["-r", "pylock.toml"]).says("Successfully installed demo-1.0 lib-1.0\n");
    let again = place.install(&["-r", "pylock.toml"]);
    again.says("Requirement already satisfied: demo==1.0 in ./env/lib/");
    place
        .run(&["lock", "-q", "-o", "-", "-r", "pylock.toml"])
        .succeeded()
        .says("name = \"lib-1.0-py3-none-any.whl\"\n");
}
