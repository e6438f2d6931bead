//! The kit itself, checked by Python's own readers.

use crate::*;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Sends one request with extra header lines and gives the whole answer.
fn ask(index: &Index, path: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(index.address()).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n{headers}\r\n").unwrap();
    let mut answer = Vec::new();
    // A reset is an answer, too: an empty one.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn a_wheel_is_valid_and_the_same_every_time() {
    let make = || {
        Wheel::new("My.Demo", "1.0")
            .requires("other>=2")
            .extra_requires("test", "pytest")
            .requires_python(">=3.8")
            .console_script("demo", "my_demo:main")
            .data("scripts", "hello.sh", "#!/bin/sh\necho hello\n")
            .with_module()
            .build()
    };
    let wheel = make();
    assert_eq!(wheel.bytes, make().bytes);
    assert_eq!(wheel.filename, "my_demo-1.0-py3-none-any.whl");
    let folder = tempfile::tempdir().unwrap();
    let path = wheel.write_to(folder.path());
    let script = "import base64, hashlib, sys, zipfile\n\
        archive = zipfile.ZipFile(sys.argv[1])\n\
        assert archive.testzip() is None\n\
        for row in archive.read('my_demo-1.0.dist-info/RECORD').decode().splitlines():\n\
        \x20   path, digest, size = row.split(',')\n\
        \x20   content = archive.read(path)\n\
        \x20   if digest:\n\
        \x20       own = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip('=')\n\
        \x20       assert digest == 'sha256=' + own and int(size) == len(content), row\n\
        print(*archive.namelist())\n\
        print(archive.read('my_demo-1.0.dist-info/METADATA').decode())";
    let output = Interpreter::newest().python(&["-c", script, path.to_str().unwrap()]);
    assert_same_text(
        &output,
        "my_demo.py my_demo-1.0.data/scripts/hello.sh my_demo-1.0.dist-info/METADATA \
         my_demo-1.0.dist-info/WHEEL my_demo-1.0.dist-info/entry_points.txt my_demo-1.0.dist-info/RECORD\n\
         Metadata-Version: 2.4\nName: My.Demo\nVersion: 1.0\nRequires-Python: >=3.8\n\
         Requires-Dist: other>=2\nProvides-Extra: test\nRequires-Dist: pytest ; extra == 'test'",
    );
}

#[test]
fn damage_is_seen_by_other_readers() {
    let folder = tempfile::tempdir().unwrap();
    for (entry, complaint) in [
        (Entry::file("a", "text").wrong_crc(), "Bad CRC-32"),
        (Entry::file("a", "text").stored().damaged(), "Bad CRC-32"),
        (Entry::file("a", "text").local_name("b"), "differ"),
        (Entry::file("a", "text").encrypted(), "encrypted"),
        (Entry::file("a", "text").method(99), "compression method"),
    ] {
        let path = folder.path().join("archive.zip");
        std::fs::write(&path, zip(&[entry])).unwrap();
        let script = "import sys, zipfile\n\
            try: zipfile.ZipFile(sys.argv[1]).read('a')\n\
            except Exception as error: print(error)";
        let output = Interpreter::newest().python(&["-c", script, path.to_str().unwrap()]);
        assert!(output.contains(complaint), "{output:?} does not say {complaint:?}");
    }
}

#[test]
fn entries_can_share_their_data() {
    let bytes = zip(&[Entry::file("a", "x".repeat(1000)), Entry::file("b", "").shares_data_of("a")]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive.zip");
    std::fs::write(&path, bytes).unwrap();
    let script =
        "import sys, zipfile; print([entry.file_size for entry in zipfile.ZipFile(sys.argv[1]).infolist()])";
    assert_eq!(Interpreter::newest().python(&["-c", script, path.to_str().unwrap()]).trim(), "[1000, 1000]");
}

#[test]
fn a_source_distribution_is_a_tar_archive() {
    let sdist = Sdist::new("demo", "1.0").requires("other").file(&"long/".repeat(30), "x").build();
    assert_eq!(sdist.filename, "demo-1.0.tar.gz");
    let folder = tempfile::tempdir().unwrap();
    let path = sdist.write_to(folder.path());
    let script = "import sys, tarfile; archive = tarfile.open(sys.argv[1]); print(*archive.getnames(), sep='\\n');\
        print(archive.extractfile('demo-1.0/PKG-INFO').read().decode())";
    let output = Interpreter::newest().python(&["-c", script, path.to_str().unwrap()]);
    for line in
        ["demo-1.0/demo.py", "demo-1.0/pyproject.toml", "Requires-Dist: other", "Metadata-Version: 2.4"]
    {
        assert!(output.lines().any(|own| own == line), "no {line:?} in {output}");
    }
}

#[test]
fn pages_come_in_both_forms() {
    let index = Index::start();
    index.universe("Demo 1.0 -> other>=2 ; python >=3.8\ndemo 2.0 ; yanked broken & bad");
    let json = ask(&index, "/simple/demo/", "Accept: application/vnd.pypi.simple.v1+json\r\n");
    assert!(json.contains("\"requires-python\": \">=3.8\""), "{json}");
    assert!(json.contains("\"yanked\": \"broken & bad\""), "{json}");
    assert!(json.contains("\"versions\": [\"1.0\", \"2.0\"]"), "{json}");
    let html = ask(&index, "/simple/demo/", "Accept: text/html\r\n");
    assert!(html.contains("data-requires-python=\"&gt;=3.8\""), "{html}");
    assert!(html.contains("data-yanked=\"broken &amp; bad\""), "{html}");
    let metadata = ask(&index, "/files/demo-1.0-py3-none-any.whl.metadata", "");
    assert!(metadata.contains("Requires-Dist: other>=2"), "{metadata}");
    assert!(ask(&index, "/simple/Demo", "").contains("Location: /simple/demo/"));
    assert!(ask(&index, "/simple/none/", "").starts_with("HTTP/1.1 404"));
    assert_eq!(index.requested_paths().len(), 5);
}

#[test]
fn ranges_and_validators_are_obeyed() {
    let index = Index::start();
    index.serve("/text", "text/plain", "0123456789");
    let range = |range: &str| ask(&index, "/text", &format!("Range: bytes={range}\r\n"));
    assert!(range("2-4").ends_with("\r\n\r\n234"));
    assert!(range("-3").ends_with("\r\n\r\n789"));
    assert!(range("8-").contains("Content-Range: bytes 8-9/10"));
    assert!(range("10-").starts_with("HTTP/1.1 416"));
    let whole = ask(&index, "/text", "");
    let etag = whole.lines().find_map(|line| line.strip_prefix("ETag: ")).unwrap();
    assert!(ask(&index, "/text", &format!("If-None-Match: {etag}\r\n")).starts_with("HTTP/1.1 304"));
    assert!(ask(&index, "/text", "If-None-Match: \"other\"\r\n").starts_with("HTTP/1.1 200"));
    index.misbehave("/text", Fault::NoRanges);
    assert!(range("2-4").ends_with("\r\n\r\n0123456789"));
}

#[test]
fn faults_act_as_often_as_they_were_asked_to() {
    let index = Index::start();
    index.serve("/text", "text/plain", "0123456789");
    index.misbehave_times("/text", 2, Fault::Status(503));
    let statuses: Vec<_> = (0..3).map(|_| ask(&index, "/text", "")[9..12].to_owned()).collect();
    assert_eq!(statuses, ["503", "503", "200"]);
    for (fault, expected) in [
        (Fault::Truncate(4), "0123"),
        (Fault::Corrupt, "0123446789"),
        (Fault::Trickle { chunk: 3, pause: Duration::from_millis(1) }, "0123456789"),
    ] {
        index.misbehave("/text", fault);
        assert!(ask(&index, "/text", "").ends_with(&format!("\r\n\r\n{expected}")));
        index.behave("/text");
    }
    for fault in [Fault::Reset, Fault::Close] {
        index.misbehave_times("/text", 1, fault);
        assert_eq!(ask(&index, "/text", ""), "");
    }
    assert_eq!(index.requests().last().unwrap().status, 0);
    index.misbehave("/text", Fault::Delay(Duration::from_millis(50)));
    let start = Instant::now();
    ask(&index, "/text", "");
    assert!(start.elapsed() >= Duration::from_millis(50));
}

#[test]
fn logins_are_asked_for() {
    let index = Index::builder().login("me", "secret").start();
    index.serve("/text", "text/plain", "hello");
    assert!(ask(&index, "/text", "").starts_with("HTTP/1.1 401"));
    assert!(ask(&index, "/text", "Authorization: Basic bWU6c2VjcmV0\r\n").ends_with("hello"));
}

#[test]
fn universes_split_requirements_where_names_begin() {
    let packages = universe::parse("a 1 -> b>=2,<3, c[x,y]!=1.0 ; extra t: d, e>1");
    let metadata = String::from_utf8(packages[0].0.metadata.clone().unwrap()).unwrap();
    let required: Vec<_> = metadata.lines().filter_map(|line| line.strip_prefix("Requires-Dist: ")).collect();
    assert_eq!(required, ["b>=2,<3", "c[x,y]!=1.0", "d ; extra == 't'", "e>1 ; extra == 't'"]);
}

#[test]
fn trees_see_every_kind_of_change() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::create_dir(path("sub")).unwrap();
    std::fs::write(path("sub/file"), "one").unwrap();
    std::os::unix::fs::symlink("file", path("sub/link")).unwrap();
    let before = Tree::of(folder.path());
    assert_eq!(before.paths(), ["sub", "sub/file", "sub/link"]);
    before.assert_same(&Tree::of(folder.path()));
    std::fs::write(path("sub/file"), "two").unwrap();
    std::fs::write(path("new"), "").unwrap();
    std::fs::remove_file(path("sub/link")).unwrap();
    let changed: Vec<_> = before
        .differences(&Tree::of(folder.path()))
        .iter()
        .map(|line| line[..6].trim_end().to_owned())
        .collect();
    assert_eq!(changed, ["~ sub/", "- sub/", "+ new:"]);
    assert_ne!(before.digest(), Tree::of(folder.path()).digest());
}

#[test]
fn a_sandbox_hides_the_machine() {
    let sandbox = Sandbox::new("/usr/bin/env");
    let outcome = sandbox.run::<&str>([]).succeeded();
    let names: Vec<_> = outcome.stdout.lines().filter_map(|line| line.split('=').next()).collect();
    assert!(names.contains(&"HOME") && !names.contains(&"PIP_CERT") && !names.contains(&"USER"), "{names:?}");
    assert!(outcome.filtered_stdout().contains("HOME=[ROOT]/home\n"));
    let outcome = sandbox.program("sh", ["-c", "cat; exit 1"]).stdin("hello").run().failed();
    assert_eq!(outcome.stdout, "hello");
}

#[test]
fn filters_leave_versions_alone() {
    let filters = Filters::new().times().sizes();
    assert_eq!(
        filters.apply("demo-1.0s 2.5s 12ms 0:00:01 10.4/10.4 MB 3.2 kB/s 5 bytes v1.2.3 7 boxes"),
        "demo-1.0s [TIME] [TIME] [TIME] 10.4/[SIZE] [SIZE] [SIZE] v1.2.3 7 boxes"
    );
}

#[test]
#[should_panic(expected = "  one\n- two\n  three\n+ four\n")]
fn texts_are_compared_line_by_line() {
    assert_same_text("one\nthree\nfour\n", "one\ntwo\nthree\n");
}
