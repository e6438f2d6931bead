//! Builds that go wrong: pip's errors and exit code, and nothing left in the environment, the store and the folder
//! for temporary files.

mod support;

use std::fs;
use std::process::Stdio;

use support::Place;
use testkit::{Outcome, Sdist, TarEntry, Tree};

const IN_TREE: &str = "[build-system]\nrequires = []\nbuild-backend = \"own\"\nbackend-path = [\".\"]\n";

/// Installs, which must fail, and proves that nothing is left of it.
#[track_caller]
fn fails(place: &Place, words: &[&str]) -> Outcome {
    let kept = |place: &Place| Tree::of(place.sandbox.cache().join("pip/oxipip/wheels-v1"));
    let before = (place.tree(), kept(place));
    let outcome = place.run(&[&["install"], words].concat()).failed();
    before.0.assert_same(&place.tree());
    before.1.assert_same(&kept(place));
    let temporary = place.sandbox.root().join("tmp");
    let left: Vec<_> =
        fs::read_dir(temporary).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    assert!(left.is_empty(), "left behind: {left:?}");
    outcome
}

/// A project whose backend is this Python module.
fn with_backend(code: &str) -> Sdist {
    Sdist::new("demo", "1.0").field("Dynamic", "Requires-Dist").pyproject(IN_TREE).file("own.py", code)
}

#[test]
fn a_compiler_that_is_missing() {
    let place = Place::new("");
    let code = "import subprocess\nfrom sdist_backend import *\ndef build_wheel(*a, **k):\n    \
                subprocess.run(['no-such-compiler', '-c', 'demo.c'], check=True)\n";
    place.index.add(with_backend(code).build());
    fails(&place, &["demo"])
        .warns("× Building wheel for demo (pyproject.toml) did not run successfully.")
        .warns("FileNotFoundError: [Errno 2] No such file or directory: 'no-such-compiler'")
        .warns("ERROR: Failed building wheel for demo");
}

/// A backend with nothing but `build_wheel` builds to tell its metadata, once, and pip speaks of each step in its place.
#[test]
fn a_backend_that_can_only_build() {
    let place = Place::new("");
    let code = "import sdist_backend\nbuild_wheel = sdist_backend.build_wheel\n";
    place.index.add(with_backend(code).build());
    let outcome = place.run(&["install", "demo"]).succeeded();
    outcome.says(
        "  Preparing metadata (pyproject.toml): finished with status 'done'\n\
         Building wheels for collected packages: demo\n  Building wheel for demo (pyproject.toml): started\n  \
         Building wheel for demo (pyproject.toml): finished with status 'done'\n  Created wheel for demo: ",
    );

    let place = Place::new("");
    place.index.add(with_backend("def build_wheel(*a, **k):\n    raise SystemExit(3)\n").build());
    fails(&place, &["demo"])
        .warns("× Preparing metadata (pyproject.toml) did not run successfully.")
        .warns("error: metadata-generation-failed");
}

#[test]
fn a_hook_that_fails_before_the_build() {
    let place = Place::new("");
    let code =
        "def get_requires_for_build_wheel(config_settings=None):\n    raise RuntimeError('not today')\n";
    place.index.add(with_backend(code).build());
    fails(&place, &["demo"])
        .warns("× Getting requirements to build wheel did not run successfully.")
        .warns("RuntimeError: not today")
        .warns("ERROR: Failed to build 'demo' when getting requirements to build wheel\n");
    let code = "def prepare_metadata_for_build_wheel(*a, **k):\n    raise RuntimeError('not today')\n";
    let other =
        Sdist::new("other", "1.0").field("Dynamic", "Requires-Dist").pyproject(IN_TREE).file("own.py", code);
    place.index.add(other.build());
    fails(&place, &["other"]).warns("error: metadata-generation-failed\n");
}

#[test]
fn a_wheel_that_would_be_placed_elsewhere() {
    let place = Place::new("");
    let code = "import zipfile, os\nfrom sdist_backend import *\nfrom sdist_backend import build_wheel as build\n\
                def build_wheel(folder, config_settings=None, metadata_directory=None):\n    \
                name = build(folder)\n    \
                with zipfile.ZipFile(os.path.join(folder, name), 'a') as archive:\n        \
                archive.writestr('../../outside.py', 'x = 1')\n    return name\n";
    place.index.add(with_backend(code).build());
    let outcome = fails(&place, &["demo"]);
    assert!(outcome.stderr.contains("outside.py"), "{}", outcome.report());
    assert!(!place.env().join("lib/outside.py").exists() && !place.site().join("../outside.py").exists());
}

#[test]
fn another_version_than_the_metadata_said() {
    let place = Place::new("");
    let code = "import pathlib\nfrom sdist_backend import *\nfrom sdist_backend import build_wheel as build\n\
                def build_wheel(folder, config_settings=None, metadata_directory=None):\n    \
                info = pathlib.Path('PKG-INFO')\n    \
                info.write_text(info.read_text().replace('Version: 1.0', 'Version: 9.0'))\n    return build(folder)\n";
    place.index.add(with_backend(code).build());
    fails(&place, &["demo"]).warns("Built wheel for demo is invalid: ");
}

#[test]
fn another_project_than_the_file_says() {
    let place = Place::new("");
    place.index.add(Sdist::new("other", "1.0").filename("demo-1.0.tar.gz").build());
    fails(&place, &["demo"]).warns("ERROR: No matching distribution found for demo");
}

#[test]
fn nothing_that_could_be_built() {
    let place = Place::new("");
    place.index.add(Sdist::new("demo", "1.0").without_pkg_info().without_pyproject().build());
    fails(&place, &["demo"])
        .warns("does not appear to be a Python project: neither 'setup.py' nor 'pyproject.toml' found.");
    let broken = "[build-system]\nbuild-backend = \"own\"\n";
    place.index.add(Sdist::new("other", "1.0").without_pkg_info().pyproject(broken).build());
    fails(&place, &["other"])
        .warns("error: missing-pyproject-build-system-requires\n")
        .warns("× Can not process other from ");
}

#[test]
fn archives_that_leave_their_place() {
    let place = Place::new("");
    let hostile = [
        ("upwards", TarEntry::file("upwards-1.0/../../outside", "x")),
        ("absolute", TarEntry::file("/outside", "x")),
        ("linked", TarEntry::symlink("linked-1.0/link", "../../../outside")),
        ("device", TarEntry::device("device-1.0/null")),
    ];
    for (name, entry) in hostile {
        place.index.add(Sdist::new(name, "1.0").entry(entry).build());
        fails(&place, &[name]);
    }
}

#[test]
fn a_backend_that_hangs_on_after_its_end() {
    let place = Place::new("");
    // A process that keeps the output open must not keep the install waiting.
    let code = "import subprocess, sys\nfrom sdist_backend import *\nfrom sdist_backend import build_wheel as build\n\
                def build_wheel(folder, config_settings=None, metadata_directory=None):\n    \
                subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n    return build(folder)\n";
    place.index.add(with_backend(code).build());
    let begun = std::time::Instant::now();
    place.install(&["demo"]);
    assert!(
        begun.elapsed().as_secs() < 50,
        "the install waited for a process that has nothing to do with it"
    );
}

#[test]
fn an_interrupted_build() {
    let place = Place::new("");
    let code = "import time, pathlib\nfrom sdist_backend import *\n\
                def build_wheel(folder, config_settings=None, metadata_directory=None):\n    \
                pathlib.Path('BEGUN').touch()\n    time.sleep(60)\n";
    let begun = place.sandbox.work().join("begun");
    let code = code.replace("BEGUN", &begun.display().to_string());
    place.index.add(with_backend(&code).build());
    let before = place.tree();
    let mut command = place.command(&["install", "demo"]).into_command();
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while !begun.exists() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let id = child.id().to_string();
    assert!(place.sandbox.program("kill", ["-INT", &id]).run().code == Some(0));
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.ends_with("ERROR: Operation cancelled by user\n"), "{stderr}");
    assert_eq!(output.status.code(), Some(1));
    before.assert_same(&place.tree());
    let left: Vec<_> = fs::read_dir(place.sandbox.root().join("tmp")).unwrap().flatten().collect();
    assert!(left.is_empty(), "left behind: {left:?}");
}
