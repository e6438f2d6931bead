//! The same wheels, placed and removed by pip and by this room, side by side.

mod support;

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::Site;
use testkit::{Entry, Tree, Wheel};

/// Every corner of placing in one wheel.
fn corners() -> Wheel {
    Wheel::new("Demo.Project", "1.0")
        .file("demo/__init__.py", "def main(): pass\n")
        .file("demo/data.txt", "data")
        .file("demo/naïve, \"quoted\".txt", "x")
        .file("demo/unlisted.py", "")
        .unrecorded("demo/unlisted.py")
        .file("demo/false.txt", "false")
        .wrong_digest("demo/false.txt")
        .file("demo/broken.py", "def (\n")
        .file("single.py", "")
        .file("both.py", "library")
        .entry(Entry::executable("demo/run.sh", "#!/bin/sh\n"))
        .data("purelib", "both.py", "data")
        .data("platlib", "platform.py", "")
        .data("headers", "sub/demo.h", "")
        .data("data", "share/demo/x.txt", "")
        .data("data", "bin/from-data", "")
        .data("scripts", "tool", "#!python\nprint(1)\n")
        .data("scripts", "toolw", "#!pythonw -u\nprint(1)\n")
        .data("scripts", "tool.py", "#!python\nprint(1)\n")
        .data("scripts", "only", "#!python")
        .data("scripts", "wrapped-script.py", "old")
        .data("scripts", "wrapped", "old")
        .data("scripts", "sub/deep", "#!/bin/sh\n")
        .entry(Entry::file("Demo.Project-1.0.data/scripts/not-executable", "#!python\n"))
        .entry_points(
            "[console_scripts]\nwrapped = demo:main\npip3.99 = demo:main\npip = demo:main\nwith.dots = demo:main.attr\n\
             easy_install-2.7 = demo:main\neasy_install = demo:main\nsub/entry = demo:main\nextra = demo:main [gui]\n\
             [gui_scripts]\nwindow = demo:main\n[other]\nplugin = demo\n",
        )
}

/// Runs the pip that is the measure.
fn pip(pip: &Path, site: &Site, arguments: &[&str]) -> String {
    let output = Command::new(pip)
        .arg("--python")
        .arg(site.environment.python())
        .args(arguments)
        .env("PIP_CONFIG_FILE", "/dev/null")
        .env("PIP_DISABLE_PIP_VERSION_CHECK", "1")
        .output()
        .expect("pip starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// A tree in which byte-code counts by its name: it carries the time of its source.
fn assert_same(pip: &Tree, ours: &Tree) {
    let plain = |tree: &Tree| tree.clone().only(|path| !path.ends_with(".pyc"));
    plain(pip).assert_same(&plain(ours));
    assert_eq!(pip.paths(), ours.paths());
}

/// Needs the path of a pip 26.3 in `OXIPIP_REFERENCE_PIP`.
#[test]
#[ignore = "needs a reference pip in OXIPIP_REFERENCE_PIP"]
fn trees_and_listings_are_those_of_pip() {
    let reference = PathBuf::from(env::var_os("OXIPIP_REFERENCE_PIP").expect("OXIPIP_REFERENCE_PIP is set"));
    let site = Site::new();
    let links = site.outside("links");
    std::fs::create_dir(&links).expect("a folder");
    corners().build().write_to(&links);
    let links = links.display().to_string();

    std::fs::create_dir_all(site.path("include/empty")).expect("a folder");
    pip(&reference, &site, &["install", "--no-index", "--find-links", &links, "demo.project"]);
    let with_pip = site.tree();
    site.write(&site.library("demo/mine.txt"), "");
    let shown = pip(&reference, &site, &["uninstall", "demo.project", "--no-input", "-y", "-v"]);
    let after_pip = site.tree();
    assert!(shown.contains("Successfully uninstalled"), "{shown}");
    std::fs::remove_dir_all(site.library("demo")).expect("what pip left");

    let mut placement = site.compiled(corners());
    placement.name = "demo.project".into();
    placement.requested = true;
    site.place(vec![placement]).expect("the wheel is placed");
    assert_same(&with_pip, &site.tree());

    site.write(&site.library("demo/mine.txt"), "");
    let listing = site.removal("demo-project").expect("a removal").listing(&site.target).expect("a listing");
    let mut child = Command::new(&reference)
        .arg("--python")
        .arg(site.environment.python())
        .args(["uninstall", "demo.project"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("pip starts");
    std::io::Write::write_all(&mut child.stdin.take().expect("input"), b"n\n").expect("pip reads");
    let shown = child.wait_with_output().expect("pip ends").stdout;
    let shown = String::from_utf8(shown).expect("UTF-8");
    let mut expected = vec!["  Would remove:".to_owned()];
    let indented = |paths: &[PathBuf]| -> Vec<String> {
        paths.iter().map(|path| format!("    {}", path.display())).collect()
    };
    expected.extend(indented(&listing.remove));
    expected.push("  Would not remove (might be manually added):".to_owned());
    expected.extend(indented(&listing.skip));
    let shown: Vec<&str> = shown.lines().skip(2).take(expected.len()).collect();
    assert_eq!(shown, expected);

    site.remove("demo-project").expect("it is removed");
    // pip leaves folders behind that held nothing but folders of the distribution.
    let is_left = |path: &str| path == "share" || path.starts_with("include/site");
    assert_same(&after_pip.only(|path| !is_left(path)), &site.tree());
    std::fs::remove_dir_all(site.library("demo")).expect("what both leave");
}
