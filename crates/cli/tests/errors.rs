//! What can go wrong with an install: a clear word in pip's style, exit code 1, and nothing changed.

mod support;

use support::{Place, in_mount_namespace};
use testkit::{Entry, Fault, Listing, Outcome, Sdist, Tree, Wheel, assert_same_text};

/// Installs, which must fail, and proves that the environment did not change and that the store lost nothing. It
/// may gain: good wheels fetched ahead will serve the next install.
#[track_caller]
fn fails(place: &Place, words: &[&str]) -> Outcome {
    let before = (place.tree(), stored(place));
    let outcome = place.run(&[&["install"], words].concat()).failed();
    before.0.assert_same(&place.tree());
    let lost: Vec<_> =
        before.1.differences(&stored(place)).into_iter().filter(|line| !line.starts_with('+')).collect();
    assert!(lost.is_empty(), "the store lost something:\n{}", lost.join("\n"));
    outcome
}

/// The same where nothing good was to be had: the store is as it was.
#[track_caller]
fn fails_without_a_trace(place: &Place, words: &[&str]) -> Outcome {
    let before = stored(place);
    let outcome = fails(place, words);
    before.assert_same(&stored(place));
    outcome
}

/// The wheels in the store.
fn stored(place: &Place) -> Tree {
    Tree::of(place.sandbox.cache().join("pip/oxipip/wheels-v1"))
}

/// A place with something installed, so that "unchanged" means more than "empty".
fn furnished(universe: &str) -> Place {
    let place = Place::new(&format!("furniture 1.0\n{universe}"));
    place.install(&["furniture"]);
    place
}

#[test]
fn no_set_fits() {
    let place = furnished("a 1.0 -> c<2\nb 1.0 -> c>=2\nc 1.0\nc 2.0");
    fails(&place, &["a", "b"])
        .warns("ERROR: Cannot install a==1.0 and b==1.0 because these package versions have conflicting dependencies.\n")
        .warns("ERROR: ResolutionImpossible: for help visit https://pip.pypa.io/en/latest/topics/dependency-resolution/#dealing-with-dependency-conflicts\n")
        .says("\nThe conflict is caused by:\n    a 1.0 depends on c<2\n    b 1.0 depends on c>=2\n");
}

#[test]
fn two_words_contradict_each_other() {
    let place = furnished("a 1.0\na 2.0");
    fails(&place, &["a<2", "a>=2"]).warns(
        "ERROR: Cannot install a<2 and a>=2 because these package versions have conflicting dependencies.\n",
    );
}

#[test]
fn a_name_that_nobody_has() {
    let place = furnished("");
    fails_without_a_trace(&place, &["no-such-thing"])
        .warns("ERROR: Could not find a version that satisfies the requirement no-such-thing (from versions: none)\n")
        .warns("ERROR: No matching distribution found for no-such-thing\n");
}

#[test]
fn a_version_that_does_not_exist() {
    let place = furnished("demo 1.0\ndemo 2.0\ndemo 3.0b1");
    fails_without_a_trace(&place, &["demo>3"])
        .warns("ERROR: Could not find a version that satisfies the requirement demo>3 (from versions: 1.0, 2.0, 3.0b1)\n")
        .warns("ERROR: No matching distribution found for demo>3\n");
}

#[test]
fn a_version_for_other_pythons_only() {
    let place = furnished("demo 1.0 ; python >=4\ndemo 2.0 ; python >=4.1");
    fails_without_a_trace(&place, &["demo"])
        .warns("ERROR: Ignored the following versions that require a different python version: 1.0 Requires-Python >=4; 2.0 Requires-Python >=4.1\n")
        .warns("ERROR: Could not find a version that satisfies the requirement demo (from versions: none)\n");
}

#[test]
fn a_dependency_that_nobody_has() {
    let place = furnished("demo 1.0 -> ghost>=1");
    fails(&place, &["demo"])
        .warns("ERROR: Could not find a version that satisfies the requirement ghost>=1 (from demo) (from versions: none)\n")
        .warns("ERROR: No matching distribution found for ghost>=1 (from demo)\n");
}

#[test]
fn a_wheel_for_another_platform() {
    let place = furnished("");
    let wheel = Wheel::new("demo", "1.0").tag("cp27-cp27m-win32").build();
    wheel.write_to(place.sandbox.work());
    place.index.add(wheel);
    fails_without_a_trace(&place, &["demo"])
        .warns("ERROR: Could not find a version that satisfies the requirement demo (from versions: none)\n");
    fails_without_a_trace(&place, &["./demo-1.0-cp27-cp27m-win32.whl"])
        .warns("ERROR: demo-1.0-cp27-cp27m-win32.whl is not a supported wheel on this platform.\n");
}

// covers: install --only-binary
#[test]
fn a_project_without_wheels() {
    let place = furnished("");
    let backend = "[build-system]\nrequires = []\nbuild-backend = \"nowhere\"\n";
    place.index.add(Sdist::new("demo", "1.0").without_pkg_info().pyproject(backend).build());
    fails_without_a_trace(&place, &["demo"])
        .warns("error: backend-unavailable")
        .warns("ERROR: Failed to build 'demo' when calling build backend hook get_requires_for_build_wheel");
    fails_without_a_trace(&place, &["--only-binary", ":all:", "demo"])
        .warns("ERROR: Could not find a version that satisfies the requirement demo (from versions: none)\n");
}

#[test]
fn a_word_that_is_no_requirement() {
    let place = furnished("");
    fails_without_a_trace(&place, &["demo=1.0"]).warns("ERROR: Invalid requirement: 'demo=1.0'");
    fails_without_a_trace(&place, &["./nowhere"])
        .warns("ERROR: Invalid requirement: './nowhere': Expected package name at the start of dependency specifier\n");
    fails_without_a_trace(&place, &["-r", "nowhere.txt"]).warns(
        "ERROR: Could not open requirements file: [Errno 2] No such file or directory: 'nowhere.txt'\n",
    );
    place
        .run(&["install"])
        .failed()
        .warns("ERROR: You must give at least one requirement to install (see \"pip help install\")\n");
}

#[test]
fn a_file_that_does_not_exist() {
    let place = Place::new("");
    let outcome = place.run(&["install", "./nofile.whl"]).failed();
    assert_same_text(
        &outcome.stderr,
        "WARNING: Requirement './nofile.whl' looks like a filename, but the file does not exist
ERROR: Invalid wheel filename (wrong number of parts): 'nofile'
",
    );
    place
        .run(&["freeze", "-r", "none.txt"])
        .ended_with(2)
        .warns("[Errno 2] No such file or directory: 'none.txt'");
}

#[test]
fn damaged_wheels() {
    let good = Wheel::new("demo", "1.0").build();
    let mut cut_short = good.clone();
    cut_short.bytes.truncate(good.bytes.len() / 2);
    let mut no_archive = good;
    no_archive.bytes = b"this is no archive".to_vec();
    let wheels = [
        Wheel::new("demo", "1.0").entry(Entry::file("demo.py", "text ".repeat(99)).wrong_crc()).build(),
        Wheel::new("demo", "1.0").entry(Entry::file("demo.py", "text ".repeat(99)).damaged()).build(),
        cut_short,
        no_archive,
        Wheel::new("demo", "1.0").without_wheel().build(),
        Wheel::new("demo", "1.0").wheel_version("9.0").build(),
        Wheel::new("demo", "1.0").dist_info("other-1.0.dist-info").build(),
        Wheel::new("demo", "2.0").filename("demo-1.0-py3-none-any.whl").build(),
    ];
    for mut wheel in wheels {
        let place = furnished("");
        wheel.metadata = None;
        place.index.add(wheel);
        let outcome = fails_without_a_trace(&place, &["demo"]);
        assert!(
            outcome.stderr.contains("ERROR: ") && outcome.stderr.contains("demo"),
            "{}",
            outcome.report()
        );
    }
}

#[test]
fn entries_that_leave_the_environment() {
    let outside =
        ["../../../../evil.py", "../../../../../../../../../../../../evil.py", "/evil.py", "a/../../evil.py"];
    let mut entries: Vec<_> = outside.iter().map(|name| Entry::file(name, "evil")).collect();
    entries.extend([
        Entry::file("demo-1.0.data/scripts/../../../../evil", "evil"),
        Entry::file("demo-1.0.data/data/../../../evil", "evil"),
    ]);
    for entry in entries {
        let place = furnished("");
        let before = Tree::of(place.sandbox.work());
        let wheel = Wheel::new("demo", "1.0").file("demo.py", "").entry(entry).build();
        place.index.add(wheel);
        let outcome = fails_without_a_trace(&place, &["demo"]);
        assert!(
            outcome.stderr.contains("ERROR: ") && outcome.stderr.contains("evil"),
            "{}",
            outcome.report()
        );
        before.assert_same(&Tree::of(place.sandbox.work()));
        assert!(!std::path::Path::new("/evil.py").exists());
    }
}

#[test]
fn links_in_a_wheel_do_not_become_links() {
    let place = furnished("");
    let entry = Entry::symlink("demo/passwd", "/etc/passwd");
    place.index.add(Wheel::new("demo", "1.0").file("demo/__init__.py", "").entry(entry).build());
    // pip writes a file that holds the target's name; refusing is as good, following is not.
    let outcome = place.run(&["install", "demo"]);
    let path = place.site().join("demo/passwd");
    match outcome.code {
        Some(0) => assert_eq!(std::fs::read_to_string(&path).unwrap(), "/etc/passwd", "{}", outcome.report()),
        code => assert!(code == Some(1) && !path.exists(), "{}", outcome.report()),
    }
    assert!(!path.is_symlink());
}

// covers: install --require-hashes
#[test]
fn a_hash_that_is_not_the_files() {
    let place = furnished("");
    let wheel = Wheel::new("demo", "1.0").build();
    let (actual, wanted) = (wheel.sha256(), "0".repeat(64));
    place.index.add(wheel);
    place.sandbox.write("requirements.txt", format!("demo==1.0 --hash=sha256:{wanted}\n"));
    let outcome = fails_without_a_trace(&place, &["-r", "requirements.txt"])
        .warns("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated the package versions, please update the hashes. Otherwise, examine the package contents carefully; someone may have tampered with them.\n");
    for text in [format!("Expected sha256 {wanted}\n"), format!("     Got        {actual}\n")] {
        assert!(outcome.stderr.contains(&text), "no {text:?} in {}", outcome.report());
    }
    place.sandbox.write("bare.txt", "demo==1.0\n");
    fails_without_a_trace(&place, &["--require-hashes", "-r", "bare.txt"])
        .warns("ERROR: Hashes are required in --require-hashes mode, but they are missing from some requirements.")
        .warns(&format!("    demo==1.0 --hash=sha256:{actual}\n"));
}

#[test]
fn digests_that_exclude_each_other() {
    let place = furnished("demo 1.0");
    place.sandbox.write("requirements.txt", format!("demo==1.0 --hash=sha256:{}\n", "0".repeat(64)));
    place.sandbox.write("constraints.txt", format!("demo==1.0 --hash=sha256:{}\n", "1".repeat(64)));
    fails_without_a_trace(&place, &["-r", "requirements.txt", "-c", "constraints.txt"])
        .warns("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.");
    fails_without_a_trace(&place, &["--dry-run", "-r", "requirements.txt"])
        .warns("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.");
}

// covers: install --no-index
#[test]
fn no_index_means_none_whatever_files_say() {
    let place = furnished("demo 1.0");
    let url = place.index.url();
    place.sandbox.write("requirements.txt", format!("--index-url {url}\n--extra-index-url {url}\ndemo\n"));
    fails_without_a_trace(&place, &["--no-index", "-r", "requirements.txt"])
        .warns("ERROR: No matching distribution found for demo");
}

#[test]
fn a_file_that_is_not_what_the_page_says() {
    let place = furnished("");
    place.index.add_listed(Wheel::new("demo", "1.0").build(), Listing::new().wrong_hash());
    fails_without_a_trace(&place, &["demo"])
        .warns("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.");
    place.index.add(Wheel::new("other", "1.0").build());
    place.index.misbehave("/files/other-1.0-py3-none-any.whl", Fault::Corrupt);
    fails_without_a_trace(&place, &["other"]).warns("Expected sha256 ");
}

#[test]
fn an_index_that_cannot_be_reached() {
    let mut place = furnished("");
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/simple/", closed.local_addr().unwrap());
    drop(closed);
    place.sandbox.env("PIP_INDEX_URL", &url);
    fails_without_a_trace(&place, &["--retries", "0", "demo"])
        .warns("ERROR: Could not find a version that satisfies the requirement demo (from versions: none)\n");
}

// covers: install --resume-retries
#[test]
fn an_index_that_fails() {
    for fault in
        [Fault::Status(500), Fault::Reset, Fault::ContentType("application/pdf".into()), Fault::Truncate(20)]
    {
        let place = furnished("demo 1.0");
        place.index.misbehave("/simple/demo/", fault);
        fails_without_a_trace(&place, &["--retries", "0", "demo"]).warns("ERROR: ");
    }
    let place = furnished("demo 1.0");
    place.index.misbehave("/files/demo-1.0-py3-none-any.whl", Fault::Status(404));
    fails_without_a_trace(&place, &["--retries", "0", "demo"]).warns("ERROR: ").warns("404");
    place.index.behave("/files/demo-1.0-py3-none-any.whl");
    place.index.misbehave("/files/demo-1.0-py3-none-any.whl", Fault::Truncate(100));
    fails_without_a_trace(&place, &["--retries", "0", "--resume-retries", "0", "demo"])
        .warns("error: incomplete-download\n\n× Download failed because not enough bytes were received (100 bytes/")
        .warns("note: This is an issue with network connectivity, not pip.\n");
}

/// Pages are passed over with a warning; what the user names by its address is explained.
#[test]
fn an_address_that_nobody_answers_at() {
    let place = furnished("demo 1.0");
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for words in [vec!["demo-1.0-py3-none-any.whl"], vec!["-r", "a.txt"], vec!["-r", "pylock.a.toml"]] {
        let url = format!("http://127.0.0.1:{port}/{}", words.last().unwrap());
        let words = [&["--retries", "0"], &words[..words.len() - 1], &[&url]].concat();
        fails_without_a_trace(&place, &words).warns(&format!(
            "error: connection-failed\n\n× Failed to connect to 127.0.0.1 while fetching {url}\n╰─> [Errno 111] \
             Connection refused\n\nhint: Are you connected to the Internet? If so, check whether your system can \
             connect to 127.0.0.1 before trying again."
        ));
    }
}

#[test]
fn an_environment_that_cannot_be_written() {
    let place = furnished("demo 1.0");
    in_mount_namespace(
        &place,
        "mount --bind env env && mount -o remount,ro,bind env || exit 99
         before=$(digest env)
         \"$OXIPIP\" --python env install demo; code=$?
         [ \"$before\" = \"$(digest env)\" ] || exit 98
         exit $code",
    )
    .failed()
    .warns("ERROR: Could not install packages due to an OSError: [Errno 30] Read-only file system: ");
    place.install(&["demo"]);
}

#[test]
fn a_disk_that_is_full() {
    let place = furnished("small 1.0");
    place.index.add(Wheel::new("large", "1.0").requires("small").file("large.bin", noise(2_000_000)).build());
    in_mount_namespace(
        &place,
        "mkdir disk && mount -t tmpfs -o size=1m tmpfs disk && cp -a env disk/env || exit 99
         before=$(digest disk/env)
         \"$OXIPIP\" --python disk/env install large; code=$?
         [ \"$before\" = \"$(digest disk/env)\" ] || { find disk/env; exit 98; }
         exit $code",
    )
    .failed()
    .warns("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device");
    place.install(&["large"]);
}

#[test]
fn a_store_without_room() {
    let place = furnished("");
    place.index.add(Wheel::new("large", "1.0").file("large.bin", noise(2_000_000)).build());
    in_mount_namespace(
        &place,
        "mkdir -p \"$XDG_CACHE_HOME\" && mount -t tmpfs -o size=1m tmpfs \"$XDG_CACHE_HOME\" || exit 99
         before=$(digest env)
         \"$OXIPIP\" --python env install large; code=$?
         [ $code = 0 ] && exit 0
         [ \"$before\" = \"$(digest env)\" ] || exit 98
         [ $code = 1 ] || exit 97",
    )
    .succeeded();
}

/// Bytes that no compression makes smaller, the same on every run.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    (0..length)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_be_bytes()[3]
        })
        .collect()
}

/// As in pip, the line of a requirement stands before the reason why it cannot be had.
#[test]
fn what_a_requirement_names_is_told_before_its_fault() {
    let place = furnished("");
    place.sandbox.write("demo-1.0-py3-none-any.whl", "no archive");
    let path = place.sandbox.work().join("demo-1.0-py3-none-any.whl");
    fails(&place, &["./demo-1.0-py3-none-any.whl"])
        .says("Processing ./demo-1.0-py3-none-any.whl\n")
        .warns(&format!("ERROR: Wheel 'demo' located at {} is invalid.\n", path.display()));
    fails(&place, &["demo @ nowhere"]).warns(
        "ERROR: Could not install packages due to an OSError: Invalid URL 'nowhere': No scheme supplied. Perhaps you \
         meant https://nowhere?\n",
    );
}
