use std::path::{Path, PathBuf};

use environment::Scheme;

use super::*;

fn target(python: &str) -> Target {
    let folder = || PathBuf::from("/env/lib");
    Target {
        scheme: Scheme {
            purelib: folder(),
            platlib: folder(),
            headers: folder(),
            scripts: "/env/bin".into(),
            data: "/env".into(),
        },
        python: python.into(),
        version: (3, 12),
        cache_tag: "cpython-312".into(),
        prefix: "/env".into(),
        is_virtual: true,
        journal_folder: "/env".into(),
        standard_library: "/usr/lib/python3.12".into(),
        user: None,
        folder: None,
    }
}

fn scripts(console: &[(&str, &str)], gui: &[(&str, &str)]) -> Result<Vec<Script>, InstallError> {
    entry_point_scripts(console.iter().copied(), gui.iter().copied(), &target("/env/bin/python"))
}

fn names(console: &[(&str, &str)]) -> Vec<String> {
    scripts(console, &[]).expect("valid scripts").into_iter().map(|script| script.path).collect()
}

/// What distlib reads of each line: name, module and object; `None` where it or pip refuses.
#[test]
fn specifications_are_read_as_distlib_reads_them() {
    type Read<'a> = Option<(&'a str, &'a str, Option<&'a str>)>;
    let cases: &[(&str, Read<'_>)] = &[
        ("a = b:c", Some(("a", "b", Some("c")))),
        ("a b = c:d", Some((" b", "c", Some("d")))),
        ("a = b", Some(("a", "b", None))),
        ("a = b:c [x]", Some(("a", "b", Some("c")))),
        ("a = b:c[d]", Some(("a", "b", Some("c")))),
        ("a = b:c [x=1, y]", Some(("a", "b", Some("c")))),
        ("a = b:c [bad flag]", None),
        ("a = b:c [", None),
        ("a = b:c.d-e", Some(("a", "b", Some("c.d")))),
        ("a = b:c # x", Some(("a", "b", Some("c")))),
        ("[a] = b:c", None),
        ("a[b] = c:d", None),
        ("a = b:c:d", None),
        ("a = b:", Some(("a", "b", None))),
        ("a= b : c", Some(("a", "b", None))),
        ("a = :c", None),
        ("x=y = b:c", Some(("x=y", "b", Some("c")))),
        ("ä.b-c = d.e:f.g", Some(("ä.b-c", "d.e", Some("f.g")))),
        ("", None),
        ("=", None),
    ];
    for (text, expected) in cases {
        let entry = ExportEntry::parse(text).ok();
        let entry = entry.as_ref().map(|entry| (&*entry.name, &*entry.module, entry.callable.as_deref()));
        assert_eq!(entry, *expected, "{text}");
    }
}

#[test]
fn versioned_names_are_those_of_the_target() {
    assert_eq!(
        names(&[("z", "z:z"), ("pip3.99", "p:m"), ("pip", "p:m"), ("pip2", "p:m"), ("pipx", "x:m")]),
        ["pip", "pip3", "pip3.12", "z", "pipx"]
    );
    assert_eq!(
        names(&[("easy_install", "s:m"), ("easy_install-2.7", "s:m"), ("easy_install-x", "s:m")]),
        ["easy_install", "easy_install-3.12", "easy_install-x"]
    );
    assert_eq!(names(&[("pip3", "p:m")]), ["pip3"], "without pip itself nothing is special");
}

#[test]
fn names_stay_inside_the_scripts_folder() {
    for (name, path) in
        [("sub/x", "sub/x"), ("sub/../x", "x"), ("../bin/x", "x"), ("/env/bin/x", "x"), ("./x", "x")]
    {
        assert_eq!(names(&[(name, "a:b")]), [path], "{name}");
    }
    for name in ["../x", "/etc/x", ".", "..", "sub/..", "../../env/bin"] {
        let error = scripts(&[(name, "a:b")], &[]).expect_err(name);
        assert!(matches!(error, InstallError::ScriptOutside { .. }), "{name}: {error}");
    }
}

#[test]
fn the_last_script_of_one_name_is_written() {
    let scripts = scripts(&[("x", "a:b")], &[("./x", "c:d")]).expect("valid scripts");
    assert_eq!(scripts.len(), 1);
    assert!(!scripts[0].is_console && String::from_utf8_lossy(&scripts[0].text).contains("from c import d"));
}

#[test]
fn first_lines_that_the_system_would_not_take_go_through_the_shell() {
    let text = |python: &str| String::from_utf8(shebang(Path::new(python))).expect("UTF-8");
    assert_eq!(text("/env/bin/python"), "#!/env/bin/python\n");
    assert_eq!(
        text("/my env/bin/python"),
        "#!/bin/sh\n'''exec' \"/my env/bin/python\" \"$0\" \"$@\"\n' '''\n"
    );
    let fits = format!("/{}", "x".repeat(123));
    assert_eq!(text(&fits), format!("#!{fits}\n"));
    let long = format!("/{}", "x".repeat(124));
    assert_eq!(text(&long), format!("#!/bin/sh\n'''exec' {long} \"$0\" \"$@\"\n' '''\n"));
}

#[test]
fn only_first_lines_that_ask_for_it_are_rewritten() {
    let rewritten = |content: &[u8]| with_interpreter(content, Path::new("/e/python"));
    assert_eq!(rewritten(b"#!python -u\r\nx\n").as_deref(), Some(&b"#!/e/python\nx\n"[..]));
    assert_eq!(rewritten(b"#!pythonw").as_deref(), Some(&b"#!/e/python\n"[..]));
    assert_eq!(rewritten(b"#!/usr/bin/python\nx"), None);
    assert_eq!(rewritten(b""), None);
}

#[test]
fn wrappers_are_known_by_their_name() {
    for name in ["run", "run.exe", "run.EXE", "run-script.py", "run.pya"] {
        assert!(is_wrapper(name, "run"), "{name}");
    }
    for name in ["run.py", "Run", "runs", "é.exe"] {
        assert!(!is_wrapper(name, "run"), "{name}");
    }
}
