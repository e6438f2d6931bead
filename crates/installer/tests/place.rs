//! Wheels that are placed.

mod support;

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::time::SystemTime;

use installer::{InstallError, LinkMode, Options, Plan, Replaced};
use metadata::{DirectUrl, DirectUrlKind};
use support::Site;
use testkit::{Wheel, base64_sha256};

/// The rows of a `RECORD`.
fn rows(record: &str) -> Vec<&str> {
    assert!(record.ends_with("\r\n"), "pip ends lines with CR LF");
    record.split_terminator("\r\n").collect()
}

#[test]
fn record_has_every_file_as_pip_writes_it() {
    let site = Site::new();
    let wheel = Wheel::new("demo", "1.0")
        .file("demo/__init__.py", "x = 1\n")
        .file("demo/unlisted.txt", "")
        .unrecorded("demo/unlisted.txt")
        .file("demo/false.txt", "false")
        .wrong_digest("demo/false.txt")
        .data("scripts", "tool", "#!python\nprint(1)\n")
        .data("scripts", "plain", "#!/bin/sh\n")
        .data("data", "share/demo/data.txt", "data")
        .data("headers", "demo.h", "header")
        .console_script("demo-run", "demo:main");
    let mut placement = site.placement(wheel);
    placement.requested = true;
    placement.direct_url = Some(DirectUrl {
        url: "file:///demo.whl".into(),
        subdirectory: None,
        kind: DirectUrlKind::Archive { hashes: Vec::new() },
    });
    let manifest = placement.wheel.manifest();
    let original = |path: &str| {
        manifest.record().find(|row| row.path == path).map(|row| format!("{},{}", row.digest, row.size))
    };
    let original: Vec<Option<String>> = [
        "demo-1.0.data/data/share/demo/data.txt",
        "demo-1.0.data/headers/demo.h",
        "demo-1.0.data/scripts/plain",
        "demo/__init__.py",
        "demo/false.txt",
        "demo-1.0.dist-info/METADATA",
        "demo-1.0.dist-info/WHEEL",
        "demo-1.0.dist-info/entry_points.txt",
    ]
    .into_iter()
    .map(original)
    .collect();
    let [data, header, plain, module, lie, metadata, wheel, entry_points] = original.as_slice() else {
        panic!("eight rows");
    };
    let text = |row: &Option<String>| row.clone().expect("the wheel's RECORD has the row");
    site.place(vec![placement.clone()]).expect("the wheel is placed");

    let python = site.environment.python().display().to_string();
    let tool = format!("#!{python}\nprint(1)\n");
    let run = format!(
        "#!{python}\nimport sys\nfrom demo import main\nif __name__ == '__main__':\n    \
         sys.argv[0] = sys.argv[0].removesuffix('.exe')\n    sys.exit(main())\n"
    );
    let made = |content: &str| format!("sha256={},{}", base64_sha256(content.as_bytes()), content.len());
    let version = site.target.version;
    let json = r#"{"archive_info": {}, "url": "file:///demo.whl"}"#;
    let expected = [
        format!("../../../bin/demo-run,{}", made(&run)),
        format!("../../../bin/plain,{}", text(plain)),
        format!("../../../bin/tool,{}", made(&tool)),
        format!("../../../include/site/python{}.{}/demo/demo.h,{}", version.0, version.1, text(header)),
        format!("../../../share/demo/data.txt,{}", text(data)),
        format!("demo-1.0.dist-info/INSTALLER,{}", made("pip\n")),
        format!("demo-1.0.dist-info/METADATA,{}", text(metadata)),
        "demo-1.0.dist-info/RECORD,,".to_owned(),
        format!("demo-1.0.dist-info/REQUESTED,{}", made("")),
        format!("demo-1.0.dist-info/WHEEL,{}", text(wheel)),
        format!("demo-1.0.dist-info/direct_url.json,{}", made(json)),
        format!("demo-1.0.dist-info/entry_points.txt,{}", text(entry_points)),
        format!("demo/__init__.py,{}", text(module)),
        format!("demo/false.txt,{}", text(lie)),
        "demo/unlisted.txt,,".to_owned(),
    ];
    assert_eq!(rows(&site.read(&site.library("demo-1.0.dist-info/RECORD"))), expected);
    assert_eq!(site.read(&site.path("bin/tool")), tool);
    assert_eq!(site.read(&site.path("bin/demo-run")), run);
    assert_eq!(site.read(&site.library("demo-1.0.dist-info/direct_url.json")), json);
    let mode = |path: &str| fs::metadata(site.path(path)).expect("a file").permissions().mode() & 0o111;
    assert_eq!((mode("bin/tool"), mode("bin/plain"), mode("bin/demo-run")), (0o111, 0o111, 0o111));
    assert_eq!(mode("share/demo/data.txt"), 0);
    assert!(!site.path(".oxipip-transaction").exists());
}

#[test]
fn byte_code_is_valid_and_recorded() {
    let site = Site::new();
    let wheel = Wheel::new("demo", "1.0")
        .file("demo/__init__.py", "value = 42\n")
        .file("demo/broken.py", "def (\n")
        .data("scripts", "tool.py", "#!python\nprint(1)\n");
    site.place(vec![site.compiled(wheel)]).expect("the wheel is placed");
    let tag = site.environment.cache_tag();
    let record = site.read(&site.library("demo-1.0.dist-info/RECORD"));
    assert!(rows(&record).contains(&&*format!("demo/__pycache__/__init__.{tag}.pyc,,")), "{record}");
    assert!(rows(&record).contains(&&*format!("../../../bin/__pycache__/tool.{tag}.pyc,,")), "{record}");
    assert!(!record.contains("broken.cpython"), "what does not compile has no byte-code: {record}");
    // The interpreter takes a .pyc only when the time and the size in it are those of its source.
    let check = "import importlib.util, os, struct, sys\n\
         for source in sys.argv[1:]:\n    \
             data = open(importlib.util.cache_from_source(source), 'rb').read(16)\n    \
             flags, time, size = struct.unpack('<III', data[4:])\n    \
             found = os.stat(source)\n    \
             assert data[:4] == importlib.util.MAGIC_NUMBER\n    \
             assert (flags, time, size) == (0, int(found.st_mtime), found.st_size), (source, flags, time, size, found)\n";
    let code = format!(
        "import sys; sys.argv = ['', {:?}, {:?}]\n{check}",
        site.library("demo/__init__.py"),
        site.path("bin/tool.py")
    );
    site.python(&code);
    assert_eq!(site.python("import demo; print(demo.value)"), "42\n");
}

#[test]
fn copies_keep_the_time_that_byte_code_needs() {
    let site = Site::new();
    for (mode, links) in [(LinkMode::Copy, 1), (LinkMode::Reflink, 1), (LinkMode::HardLink, 2)] {
        let name = mode.to_string();
        let placement = site.placement(Wheel::new(&name, "1").file(&format!("{name}.py"), "x = 1").data(
            "scripts",
            &name,
            "#!/bin/sh",
        ));
        let stored = placement.wheel.content().join(format!("{name}.py"));
        let options = Options { link_mode: mode, ..Options::default() };
        installer::execute(&Plan { place: vec![placement], ..Plan::default() }, &site.target, &options)
            .expect("the wheel is placed");
        let (stored, placed) = (fs::metadata(stored), fs::metadata(site.library(&format!("{name}.py"))));
        let (stored, placed) = (stored.expect("a stored file"), placed.expect("a placed file"));
        assert_eq!(placed.modified().ok(), stored.modified().ok(), "{mode}");
        assert_eq!(placed.mode(), stored.mode(), "{mode}");
        assert_eq!(placed.nlink(), links, "{mode}");
        assert_eq!(
            fs::metadata(site.path("bin").join(&name)).expect("a script").mode() & 0o111,
            0o111,
            "{mode}"
        );
    }
    assert!("hard-link".parse::<LinkMode>().is_err());
}

#[test]
fn a_file_edited_through_a_link_is_not_given_to_another_environment() {
    let site = Site::new();
    let wheel = Wheel::new("demo", "1").file("demo.py", "original");
    site.place(vec![site.placement(wheel.clone())]).expect("the wheel is placed");
    // Touched, but the same: fine.
    let stored = site.placement(wheel.clone()).wheel.content().join("demo.py");
    let touch = || {
        fs::File::options().append(true).open(&stored).and_then(|file| file.set_modified(SystemTime::now()))
    };
    touch().expect("a touch");
    site.remove("demo").expect("it is removed");
    site.place(vec![site.placement(wheel.clone())]).expect("the wheel is placed again");
    fs::write(site.library("demo.py"), "poisoned").expect("an edit in place");
    assert_eq!(site.read(&stored), "poisoned", "the environment shares the file with the store");
    site.remove("demo").expect("it is removed");
    let placement = site.placement(wheel);
    let error = site.place(vec![placement.clone()]).expect_err("the file is not what it was");
    assert!(
        matches!(&error, InstallError::Damaged { sha256, .. } if *sha256 == placement.wheel.sha256()),
        "{error}"
    );
}

#[test]
fn among_many_files_an_edited_or_a_lost_one_is_noticed() {
    let site = Site::new();
    let wheel = (0..20).fold(Wheel::new("demo", "1"), |wheel, file| {
        wheel.file(&format!("demo/deep/m{file}.py"), format!("number = {file}"))
    });
    site.place(vec![site.placement(wheel.clone())]).expect("the wheel is placed");
    fs::write(site.library("demo/deep/m7.py"), "number = 8").expect("an edit in place");
    site.remove("demo").expect("it is removed");
    let placement = site.placement(wheel);
    let lost = placement.wheel.content().join("demo/deep/m7.py");
    let damaged = || match site.place(vec![placement.clone()]).expect_err("it is not what it was") {
        InstallError::Damaged { path, .. } => path,
        error => panic!("{error}"),
    };
    assert_eq!(damaged(), lost);
    fs::remove_file(&lost).expect("the store loses it");
    assert_eq!(damaged(), lost);
    fs::remove_dir_all(lost.parent().expect("a folder")).expect("the store loses all of them");
    assert!(damaged().starts_with(placement.wheel.content()));
}

#[test]
fn symbolic_links_lead_to_the_store() {
    let site = Site::new();
    let placement = site.placement(Wheel::new("demo", "1"));
    let stored = placement.wheel.content().join("demo.py");
    let options = Options { link_mode: LinkMode::Symlink, ..Options::default() };
    installer::execute(&Plan { place: vec![placement], ..Plan::default() }, &site.target, &options)
        .expect("the wheel is placed");
    assert_eq!(fs::read_link(site.library("demo.py")).expect("a link"), stored);
    fs::remove_file(&stored).expect("the store loses a file");
    site.remove("demo").expect("links that lead nowhere are removed too");
    assert!(fs::symlink_metadata(site.library("demo.py")).is_err());
}

#[test]
fn folders_shared_by_many_wheels_are_filled_by_both_threads() {
    let site = Site::new();
    let wheels = (0..60).map(|number| {
        let wheel = (0..10).fold(Wheel::new(&format!("part{number}"), "1"), |wheel, file| {
            wheel.file(&format!("space/deep/er/part{number}/m{file}.py"), "")
        });
        let shared = wheel.file(&format!("space/deep/m{number}.py"), "");
        site.placement(shared.console_script(&format!("run{number}"), "space:main"))
    });
    let report = site.place(wheels.collect()).expect("all wheels are placed");
    assert_eq!(report.placed.len(), 60);
    for number in 0..60 {
        assert!(site.library(&format!("space/deep/er/part{number}/m9.py")).exists());
        assert!(site.library(&format!("space/deep/m{number}.py")).exists());
        assert!(site.path(&format!("bin/run{number}")).exists());
    }
}

#[test]
fn a_large_wheel_is_placed_by_both_threads_and_recorded_once() {
    let site = Site::new();
    let mut paths: Vec<String> = Vec::new();
    for folder in 0..30 {
        let place = format!("large/{}/deep", if folder % 2 == 0 { "even" } else { "odd" });
        paths.extend((0..40).map(|file| format!("{place}/f{folder}/m{file}.txt")));
        paths.push(format!("{place}/f{folder}.txt"));
    }
    let wheel = paths.iter().fold(Wheel::new("large", "1"), |wheel, path| wheel.file(path, path));
    let wheel = (0..300).fold(wheel, |wheel, number| {
        let path = format!("share/large/{}/{number}", number % 3);
        wheel.data("data", &path, "data").data("scripts", &format!("run{number}"), "#!python\n")
    });
    site.place(vec![site.placement(wheel.console_script("go", "large:main"))]).expect("it is placed");
    let record = site.read(&site.library("large-1.dist-info/RECORD"));
    let count = |path: &str| record.lines().filter(|line| line.split(',').next() == Some(path)).count();
    for path in &paths {
        assert_eq!(&site.read(&site.library(path)), path);
        assert_eq!(count(path), 1, "{path}");
    }
    for number in 0..300 {
        assert_eq!(site.read(&site.path(&format!("share/large/{}/{number}", number % 3))), "data");
        let script = site.read(&site.path(&format!("bin/run{number}")));
        let digest = store::Sha256::of(script.as_bytes()).to_base64();
        assert!(
            record.contains(&format!("bin/run{number},sha256={digest},{}\r\n", script.len())),
            "{record}"
        );
    }
    assert!(record.contains("bin/go,sha256="));
    assert_eq!(record.lines().count(), paths.len() + 600 + 6, "{record}");
}

#[test]
fn of_two_wheels_with_one_file_the_later_wins() {
    let site = Site::new();
    let first = Wheel::new("first", "1")
        .file("tests/__init__.py", "first")
        .file("same.py", "same")
        .console_script("go", "first:main");
    let second = Wheel::new("second", "2").file("tests/__init__.py", "second").file("same.py", "same").data(
        "scripts",
        "go",
        "#!/bin/sh\n",
    );
    let report = site.place(vec![site.placement(first), site.placement(second)]).expect("both are placed");
    assert_eq!(site.read(&site.library("tests/__init__.py")), "second");
    assert_eq!(site.read(&site.path("bin/go")), "#!/bin/sh\n");
    let mut shared: Vec<_> =
        report.shared.iter().map(|file| (&file.path, &*file.winner, &*file.loser)).collect();
    shared.sort();
    assert_eq!(
        shared,
        [
            (&site.path("bin/go"), "second-2", "first-1"),
            (&site.library("tests/__init__.py"), "second-2", "first-1"),
        ]
    );
    // Both claim the file, as with pip.
    for info in ["first-1.dist-info", "second-2.dist-info"] {
        assert!(site.read(&site.library(&format!("{info}/RECORD"))).contains("tests/__init__.py,"));
    }
}

#[test]
fn deep_in_a_new_folder_wheels_meet_by_whatever_way_they_come() {
    // Each puts a file to the same place: by the library, by the library once more, by purelib, and by the data folder.
    let site = Site::new();
    let deep = site.library("new/deep/deeper/m.py");
    let below = deep.strip_prefix(site.environment.prefix()).expect("it is in the environment");
    let plain = |name: &str| Wheel::new(name, "1").file("new/deep/deeper/m.py", name);
    let by_key = |name: &str, key: &str, path: &str| Wheel::new(name, "1").data(key, path, name);
    let ways = [
        vec![plain("one"), plain("two")],
        vec![plain("one"), by_key("two", "purelib", "new/deep/deeper/m.py")],
        vec![plain("one"), by_key("two", "data", below.to_str().expect("a text"))],
        vec![by_key("one", "data", below.to_str().expect("a text")), plain("two")],
    ];
    for way in ways {
        let site = Site::new();
        let report =
            site.place(way.into_iter().map(|wheel| site.placement(wheel)).collect()).expect("placed");
        assert_eq!(site.read(&site.library("new/deep/deeper/m.py")), "two");
        let shared: Vec<_> = report.shared.iter().map(|file| (&*file.winner, &*file.loser)).collect();
        assert_eq!(shared, [("two-1", "one-1")]);
    }
    // A wheel meets itself, too.
    let both = plain("both").data("purelib", "new/deep/deeper/m.py", "the second");
    let site = Site::new();
    site.place(vec![site.placement(both)]).expect("placed");
    assert_eq!(site.read(&site.library("new/deep/deeper/m.py")), "the second");
    // And a script may lie where another wheel has a folder.
    let folder = Wheel::new("folder", "1").data("scripts", "new/deep/x", "");
    let script = Wheel::new("script", "1").console_script("new/deep", "a:b");
    let site = Site::new();
    let refused = site.place(vec![site.placement(folder), site.placement(script)]).expect_err("in the way");
    assert!(matches!(refused, InstallError::Occupied { .. }), "{refused}");
}

#[test]
fn files_in_the_way_are_replaced_and_never_written_through() {
    let site = Site::new();
    let foreign = site.outside("foreign.py");
    site.write(&foreign, "foreign");
    fs::create_dir(site.library("demo")).expect("a folder");
    fs::hard_link(&foreign, site.library("demo/__init__.py")).expect("a link");
    std::os::unix::fs::symlink(&foreign, site.path("bin/tool")).expect("a link");
    let wheel = Wheel::new("demo", "1").file("demo/__init__.py", "ours").console_script("tool", "demo:main");
    let report = site.place(vec![site.placement(wheel)]).expect("the wheel is placed");
    assert_eq!(site.read(&foreign), "foreign");
    assert_eq!(site.read(&site.library("demo/__init__.py")), "ours");
    assert!(site.read(&site.path("bin/tool")).contains("from demo import main"));
    let mut overwritten = report.overwritten;
    overwritten.sort();
    assert_eq!(overwritten, [site.path("bin/tool"), site.library("demo/__init__.py")]);
    let mut replaced = report.replaced;
    replaced.sort_by(|one, other| one.path.cmp(&other.path));
    let lost = |path| Replaced { path, owner: None, by: "demo-1".into() };
    assert_eq!(replaced, [lost(site.path("bin/tool")), lost(site.library("demo/__init__.py"))]);
}

#[test]
fn only_what_is_lost_counts_as_replaced() {
    let site = Site::new();
    let first = Wheel::new("first", "1")
        .file("same.py", "same")
        .file("differs.py", "first")
        .console_script("x", "m:f");
    site.place(vec![site.placement(first.clone())]).expect("the wheel is placed");
    site.write(&site.library("unowned_same.py"), "same");
    site.write(&site.library("__pycache__/differs.x.pyc"), "nobody looks for it");
    // Once more over what is there, as with --ignore-installed: it is the project's own.
    let again =
        site.place(vec![site.placement(first.file("unowned_same.py", "same"))]).expect("the wheel is placed");
    assert!(again.overwritten.len() > 5);
    assert_eq!(again.replaced, []);
    let second = Wheel::new("second", "2")
        .file("same.py", "same")
        .file("differs.py", "second")
        .console_script("x", "m:f");
    let report = site.place(vec![site.placement(second)]).expect("the wheel is placed");
    let differs = site.library("differs.py");
    assert_eq!(
        report.replaced,
        [Replaced { path: differs, owner: Some("first".into()), by: "second-2".into() }]
    );
}

#[test]
fn what_pip_refuses_changes_nothing() {
    let site = Site::new();
    let before = site.tree();
    let bad = |wheel: Wheel| {
        let error = site
            .place(vec![site.placement(Wheel::new("fine", "1")), site.placement(wheel)])
            .expect_err("refused");
        before.assert_same(&site.tree());
        error.to_string()
    };
    let scripts = site.path("bin");
    assert_eq!(
        bad(Wheel::new("demo", "1").console_script("../demo", "demo:main")),
        format!(
            "For req: demo. Invalid script entry point name '../demo': the script would be installed outside the \
             scripts directory ({}).",
            scripts.display()
        )
    );
    assert_eq!(
        bad(Wheel::new("demo", "1").gui_script("demo", "demo")),
        "For req: demo. Invalid script entry point: <ExportEntry demo = demo:None []> - A callable suffix is \
         required. See https://packaging.python.org/specifications/entry-points/#use-for-scripts for more information."
    );
    assert!(
        bad(Wheel::new("demo", "1").data("nonsense", "x", ""))
            .contains("Unknown scheme key used in demo-1: nonsense")
    );
    assert!(
        bad(Wheel::new("demo", "1").file("demo-1.data/x", ""))
            .contains("Unexpected file in demo-1: 'demo-1.data/x'")
    );
}

#[test]
fn a_folder_in_the_way_of_a_file_is_found_before_anything_changes() {
    let site = Site::new();
    fs::create_dir_all(site.library("demo.py/inside")).expect("folders");
    site.write(&site.library("pack"), "a file");
    let before = site.tree();
    for wheel in [Wheel::new("demo", "1"), Wheel::new("pack", "1").file("pack/__init__.py", "")] {
        let error = site.place(vec![site.placement(wheel)]).expect_err("it cannot be placed");
        assert!(matches!(error, InstallError::Occupied { .. }), "{error}");
        before.assert_same(&site.tree());
    }
    let file = Wheel::new("one", "1").file("clash", "");
    let folder = Wheel::new("two", "1").file("clash/x.py", "");
    let error =
        site.place(vec![site.placement(file), site.placement(folder)]).expect_err("they exclude each other");
    assert!(matches!(error, InstallError::Occupied { .. }), "{error}");
    before.assert_same(&site.tree());
}

#[test]
fn wrappers_made_by_setuptools_are_left_out() {
    let site = Site::new();
    let wheel = Wheel::new("demo", "1")
        .data("scripts", "run-script.py", "old")
        .data("scripts", "run.exe", "old")
        .data("scripts", "run", "old")
        .data("scripts", "other", "kept")
        .console_script("run", "demo:main");
    site.place(vec![site.placement(wheel)]).expect("the wheel is placed");
    assert!(site.read(&site.path("bin/run")).contains("from demo import main"));
    assert!(!site.path("bin/run.exe").exists() && !site.path("bin/run-script.py").exists());
    assert_eq!(site.read(&site.path("bin/other")), "kept");
}
