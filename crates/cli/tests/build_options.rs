//! How sources are built: options that `install`, `lock`, `download` and `wheel` share.

mod support;

use std::fs;
use std::path::PathBuf;

use support::Place;
use testkit::{GitRepository, Outcome, Sdist, Wheel};

/// Runs one of the commands; `lock` tells the lock, `download` and `wheel` write into `out`.
fn run(place: &Place, command: &str, options: &[&str]) -> Outcome {
    let words = match command {
        "install" => &["install", "--force-reinstall"][..],
        "lock" => &["lock", "-o", "-"],
        "download" => &["download", "-d", "out"],
        _ => &["wheel", "-w", "out"],
    };
    place.run(&[words, options].concat())
}

/// A project named `demo`, in a folder of that name and on the index, whose backend is this Python module beside
/// `sdist_backend`. `requires` is in TOML.
fn project(place: &Place, requires: &str, code: &str) -> PathBuf {
    let pyproject =
        format!("[build-system]\nrequires = [{requires}]\nbuild-backend = \"own\"\nbackend-path = [\".\"]\n");
    let code = format!("import os\nimport sdist_backend\nfrom sdist_backend import *\n{code}");
    let sdist = Sdist::new("demo", "1.0")
        .field("Dynamic", "Requires-Dist")
        .pyproject(&pyproject)
        .file("own.py", code);
    let folder = place.sandbox.work().join("demo");
    sdist.write_tree(&folder);
    place.index.add(sdist.build());
    folder
}

// covers: install --no-build-isolation --check-build-dependencies
// covers: lock --no-build-isolation --check-build-dependencies
// covers: download --no-build-isolation --check-build-dependencies
// covers: wheel --no-build-isolation --check-build-dependencies
#[test]
fn builds_in_the_environment_itself() {
    let place = Place::new("tool 1.0");
    let folder = place.sandbox.work().join("wheels");
    fs::create_dir(&folder).unwrap();
    Wheel::new("tool", "0.5").build().write_to(folder);
    project(&place, "\"tool>=1\"", "import tool\n");
    for command in ["install", "lock", "download", "wheel"] {
        let run = |options: &[&str]| run(&place, command, &[&["-v", "./demo"], options].concat());
        place.run(&["uninstall", "-y", "tool"]).succeeded();
        run(&["--no-build-isolation"]).failed().warns("ModuleNotFoundError: No module named 'tool'");
        run(&[]).succeeded();
        place.install(&["--no-index", "-f", "wheels", "tool"]);
        run(&["--no-build-isolation"]).succeeded();
        run(&["--no-build-isolation", "--check-build-dependencies"])
            .failed()
            .warns("Some build dependencies for file://")
            .warns(" conflict with the backend dependencies: tool==0.5 is incompatible with tool>=1.");
        run(&["--check-build-dependencies"]).succeeded();
    }
}

// covers: install --use-pep517
// covers: lock --use-pep517
// covers: download --use-pep517
// covers: wheel --use-pep517
#[test]
fn every_build_goes_by_its_backend() {
    let place = Place::new("");
    project(&place, "", "");
    for command in ["install", "lock", "download", "wheel"] {
        let told = |options: &[&str]| {
            let _ = fs::remove_dir_all(place.sandbox.work().join("out"));
            place.run(&["uninstall", "-y", "demo"]).succeeded();
            let outcome = run(&place, command, &[&["./demo"], options].concat()).succeeded();
            (outcome.filtered_stdout(), outcome.stderr)
        };
        let (with, without) = (told(&["--use-pep517"]), told(&[]));
        let same = |text: &str| text.lines().filter(|line| !line.contains("sha256=")).count();
        assert_eq!((same(&with.0), &with.1), (same(&without.0), &without.1));
    }
}

// covers: install --config-settings
// covers: lock --config-settings
// covers: wheel --config-settings
#[test]
fn settings_for_the_backend() {
    let place = Place::new("");
    let code = "def get_requires_for_build_wheel(config_settings=None):
    open(os.environ['TOLD'], 'w').write(repr(config_settings))
    return []\n";
    project(&place, "", code);
    for command in ["install", "lock", "wheel"] {
        let told = |options: &[&str]| {
            let words = match command {
                "install" => &["install", "--dry-run", "./demo"][..],
                "lock" => &["lock", "-o", "-", "./demo"],
                _ => &["wheel", "-w", "out", "./demo"],
            };
            let run =
                place.command(&[words, options].concat()).env("TOLD", place.sandbox.work().join("told"));
            run.run().succeeded();
            place.sandbox.read("told")
        };
        assert_eq!(told(&[]), "None");
        assert_eq!(told(&["-C", "a=1", "--config-settings", "b=2", "-Cb=3"]), "{'a': '1', 'b': ['2', '3']}");
    }
}

/// What is in the folder for temporary files.
fn left_behind(place: &Place) -> usize {
    fs::read_dir(place.sandbox.root().join("tmp")).unwrap().count()
}

// covers: install --no-clean
// covers: lock --no-clean
// covers: download --no-clean
// covers: wheel --no-clean
#[test]
fn folders_of_builds_are_left_on_request() {
    let place = Place::new("");
    project(&place, "", "");
    for command in ["install", "lock", "download", "wheel"] {
        let before = left_behind(&place);
        run(&place, command, &["--no-cache-dir", "demo"]).succeeded();
        assert_eq!(left_behind(&place), before, "{command}");
        run(&place, command, &["--no-cache-dir", "demo", "--no-clean"]).succeeded();
        assert!(left_behind(&place) > before, "{command}");
    }
}

// covers: install --src --editable
// covers: lock --src --editable
// covers: download --src
// covers: wheel --src --editable
#[test]
fn where_editables_are_checked_out() {
    let place = Place::new("");
    let folder = project(&place, "", "");
    let repository = GitRepository::create(&folder);
    repository.git(["add", "-A"]);
    repository.commit("first");
    let url = format!("git+{}#egg=demo", repository.file_url());
    place.sandbox.write("requirements.txt", format!("-e {url}\n"));
    for (command, option) in [
        ("install", "--src"),
        ("lock", "--source"),
        ("download", "--source-dir"),
        ("wheel", "--source-directory"),
    ] {
        let wanted: &[&str] = if command == "download" { &["-r", "requirements.txt"] } else { &["-e", &url] };
        run(&place, command, &[wanted, &[option, "sources"]].concat()).succeeded();
        assert!(place.sandbox.work().join("sources/demo/.git").exists(), "{command} {option}");
        fs::remove_dir_all(place.sandbox.work().join("sources")).unwrap();
        assert!(!place.env().join("src/demo").exists(), "{command}");
        // `--exists-action`, for what `download` has saved already.
        run(&place, command, &[wanted, &["--exists-action", "w"]].concat()).succeeded();
        assert!(place.env().join("src/demo/.git").exists(), "{command}");
        fs::remove_dir_all(place.env().join("src")).unwrap();
    }
}

// covers: install --progress-bar
// covers: lock --progress-bar
// covers: download --progress-bar
// covers: wheel --progress-bar
#[test]
fn progress_for_programs() {
    let place = Place::new("");
    // Bytes that do not compress.
    let mut state = 1_u64;
    let noise = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    });
    let noise: Vec<u8> = noise.take(900_000).collect();
    let wheel = Wheel::new("large", "1.0").file("large/data", noise).build();
    place.sandbox.write("requirements.txt", format!("large==1.0 --hash=sha256:{}\n", wheel.sha256()));
    place.index.add(wheel);
    for command in ["install", "lock", "download", "wheel"] {
        // A lock has metadata only, unless there are digests to check.
        let wanted: &[&str] = if command == "lock" { &["-r", "requirements.txt"] } else { &["large"] };
        for (style, is_told) in [("raw", true), ("off", false)] {
            let options = [&["--no-cache-dir", "--progress-bar", style], wanted].concat();
            let outcome = run(&place, command, &options).succeeded();
            assert_eq!(outcome.stdout.contains("Progress "), is_told, "{}", outcome.report());
            let _ = fs::remove_dir_all(place.sandbox.work().join("out"));
        }
    }
}
