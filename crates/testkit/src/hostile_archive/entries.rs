//! Entries that are added to a sound zip file.

use super::EVIL;
use crate::Entry;

/// What is added, by what is special about it. `top` is the folder that everything in the archive stands in.
pub fn added(top: &str) -> Vec<(&'static str, Vec<Entry>)> {
    let [names, kinds, contents] = [names(top), kinds(top), contents(top)];
    names.into_iter().chain(kinds).chain(contents).collect()
}

fn names(top: &str) -> Vec<(&'static str, Vec<Entry>)> {
    let file = |name: String| vec![Entry::file(name, EVIL)];
    let both = |first: &str, second: &str| {
        [first, second].map(|name| Entry::file(format!("{top}demo_data/{name}"), name)).to_vec()
    };
    vec![
        ("name: parent", file("../evil.py".into())),
        ("name: parent inside", file(format!("{top}demo_data/../../../evil.py"))),
        ("name: parent folder", vec![Entry::directory("../evil")]),
        ("name: absolute", file("/tmp/evil.py".into())),
        ("name: two slashes", file("//tmp/evil.py".into())),
        ("name: nul", file(format!("{top}evil.py\0.txt"))),
        ("name: empty", file(String::new())),
        ("name: over-long part", file(format!("{top}{}.py", "e".repeat(300)))),
        ("name: over-long path", file(format!("{top}{}evil.py", "evil/".repeat(1000)))),
        ("name: drive letter", file("C:/evil.py".into())),
        ("name: backslashes", file("..\\..\\evil.py".into())),
        ("name: not UTF-8", vec![Entry::file([top.as_bytes(), b"evil\xff.py"].concat(), EVIL)]),
        ("name: deep", vec![Entry::file(format!("{top}demo_data/{}x", "d/".repeat(100)), "x")]),
        (
            "name: code page 437",
            vec![Entry::file([top.as_bytes(), b"demo_data_\x81.txt"].concat(), "x").code_page_437()],
        ),
        ("name: dots and slashes", vec![Entry::file(format!("{top}./demo_data//x.txt"), "x")]),
        ("name: reserved elsewhere", both("aux.py", "CON")),
        ("name: case", both("Same.py", "same.py")),
        ("name: two forms of one letter", both("\u{e9}.txt", "e\u{301}.txt")),
        ("name: blanks and dots at the end", both("x ", "x.")),
        ("name: control characters", both("a\nb", "\u{1b}[31mred")),
        ("name: comma and quotes", both("a,b", "\"c\"")),
        (
            "name: another in Unicode",
            vec![Entry::file(format!("{top}harmless.py"), EVIL).extra(0x7075, b"\x01\0\0\0\0../evil.py")],
        ),
    ]
}

fn kinds(top: &str) -> Vec<(&'static str, Vec<Entry>)> {
    let at = |name: &str| format!("{top}{name}");
    vec![
        ("kind: link", vec![Entry::symlink(at("link"), "/etc/passwd")]),
        (
            "kind: link and file through it",
            vec![Entry::symlink(at("link"), "../.."), Entry::file(at("link/evil.py"), EVIL)],
        ),
        ("kind: device", vec![Entry::device(at("null"))]),
        ("kind: pipe", vec![Entry::file(at("pipe"), "").mode(0o010_644)]),
        ("kind: folder without a slash", vec![Entry::file(at("folder"), "").mode(0o040_755)]),
        ("kind: set-user-id", vec![Entry::file(at("demo_data/x"), "x").mode(0o106_777)]),
        ("kind: no mode", vec![Entry::file(at("demo_data/x"), "x").mode(0)]),
        ("twice: other content", vec![Entry::file(at("demo.py"), EVIL)]),
        ("twice: other spelling", vec![Entry::file(at("./demo.py"), EVIL)]),
        ("twice: same content", vec![Entry::file(at("x"), "x"), Entry::file(at("x"), "x").stored()]),
        ("twice: file and folder", vec![Entry::file(at("x"), EVIL), Entry::file(at("x/y"), EVIL)]),
    ]
}

fn contents(top: &str) -> Vec<(&'static str, Vec<Entry>)> {
    let evil = || Entry::file(format!("{top}evil.py"), EVIL.repeat(100));
    let many = |count: u32| (0..count).map(|number| format!("{top}evil/{number}.py"));
    let block = vec![0x55; 40_000];
    vec![
        ("content: encrypted", vec![evil().encrypted()]),
        ("content: method that nobody knows", vec![evil().method(99)]),
        ("content: checksum", vec![evil().wrong_crc()]),
        ("content: damaged", vec![evil().damaged()]),
        ("content: more than announced", vec![evil().claims_size(10)]),
        ("content: less than announced", vec![evil().claims_size(2000)]),
        ("bomb: four gigabytes in a few bytes", vec![evil().claims_size(u32::MAX - 1)]),
        (
            "bomb: many large files",
            many(60)
                .map(|name| Entry::file(name, &block).stored().method(8).claims_size(41_000_000))
                .collect(),
        ),
        ("bomb: one content for many", {
            let first = Entry::file(format!("{top}evil/first"), &block);
            let others =
                many(500).map(|name| Entry::file(name, &block).shares_data_of(format!("{top}evil/first")));
            [first].into_iter().chain(others).collect()
        }),
        ("header: other name", vec![evil().local_name(format!("{top}harmless.txt"))]),
        ("header: other method", vec![evil().local_method_differs()]),
        ("header: other checksum", vec![evil().local_crc_differs()]),
        ("header: other sizes", vec![evil().local_size_differs()]),
        (
            "header: sizes after the data",
            vec![Entry::file(format!("{top}demo_data/x"), "x".repeat(99)).streamed()],
        ),
        ("header: other sizes after the data", vec![evil().streamed_with_other_sizes()]),
    ]
}
