use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use super::{FileKind, FileOptionKind, RequirementsFile, join_url, read_requirements};
use crate::{Fetched, PathKind, RequirementError, Surroundings, SurroundingsError};

/// Files by absolute path or URL.
struct World(HashMap<&'static str, &'static str>);

impl Surroundings for World {
    fn working_directory(&self) -> &Path {
        Path::new("/place")
    }

    fn path_kind(&self, path: &Path) -> PathKind {
        match path.to_str() {
            Some(path) if self.0.contains_key(path) => PathKind::File,
            Some("/place/project" | "/place/sub/project") => PathKind::Directory { installable: true },
            _ => PathKind::Missing,
        }
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let content = path.to_str().and_then(|path| self.0.get(path));
        content.map(|content| content.as_bytes().to_vec()).ok_or(io::Error::from_raw_os_error(2))
    }

    fn fetch(&self, url: &str) -> Result<Fetched, SurroundingsError> {
        let content = self.0.get(url).ok_or("404 Client Error")?;
        Ok(Fetched { url: url.to_owned(), body: content.as_bytes().to_vec(), charset: None })
    }

    fn variable(&self, name: &str) -> Option<String> {
        (name == "TOKEN").then(|| "secret".to_owned())
    }
}

fn read(files: &[(&'static str, &'static str)]) -> Result<RequirementsFile, RequirementError> {
    read_requirements("r.txt", FileKind::Requirements, &World(files.iter().copied().collect()))
}

fn read_one(content: &'static str) -> Result<RequirementsFile, RequirementError> {
    read(&[("/place/r.txt", content)])
}

fn texts(file: &RequirementsFile) -> Vec<String> {
    file.requirements().map(ToString::to_string).collect()
}

#[test]
fn reads_requirements_with_their_origins() {
    let file =
        read_one("# first\nfoo>=1 ; python_version > \"3\"\n\nbar[x] --hash=sha256:AB --hash sha256:cd\n")
            .unwrap();
    assert_eq!(texts(&file), ["foo>=1 (from -r r.txt (line 2))", "bar[x] (from -r r.txt (line 4))"]);
    let bar = file.requirements().nth(1).unwrap();
    assert!(bar.hashes.allows("sha256", "ab") && bar.hashes.allows("sha256", "cd"));
    assert!(bar.user_supplied && !bar.constraint);
}

#[test]
fn reads_options_in_order() {
    let file = read_one(
        "-i https://${TOKEN}@one/simple\n--extra-index=https://two --pre\nfoo\n--only-binary :all: --trusted-host h\n--no-index\n",
    )
    .unwrap();
    let kinds: Vec<_> = file.options().map(|option| option.kind.clone()).collect();
    assert_eq!(
        kinds,
        [
            FileOptionKind::IndexUrl("https://secret@one/simple".into()),
            FileOptionKind::ExtraIndexUrl("https://two".into()),
            FileOptionKind::Pre,
            FileOptionKind::OnlyBinary(":all:".into()),
            FileOptionKind::TrustedHost("h".into()),
            FileOptionKind::NoIndex,
        ]
    );
    assert_eq!(file.options().nth(4).unwrap().source(), "line 4 of r.txt");
}

#[test]
fn nested_files_stand_in_their_place() {
    let file = read(&[
        ("/place/r.txt", "a\n-r sub/more.txt\nz\n"),
        ("/place/sub/more.txt", "b\n-c limits.txt\n"),
        ("/place/sub/limits.txt", "c<2\n"),
    ])
    .unwrap();
    assert_eq!(
        texts(&file),
        [
            "a (from -r r.txt (line 1))",
            "b (from -r /place/sub/more.txt (line 1))",
            "z (from -r r.txt (line 3))"
        ]
    );
    let constraint = file.constraints().next().unwrap();
    assert_eq!(constraint.to_string(), "c<2 (from -c /place/sub/limits.txt (line 1))");
    assert!(!constraint.user_supplied);
}

#[test]
fn refuses_files_that_include_each_other() {
    let error = read(&[("/place/r.txt", "-r a.txt\n"), ("/place/a.txt", "-r r.txt\n")]).unwrap_err();
    assert_eq!(error.to_string(), "/place/r.txt recursively references itself in /place/a.txt");
    let error = read(&[
        ("/place/r.txt", "-r a.txt\n"),
        ("/place/a.txt", "-r b.txt\n"),
        ("/place/b.txt", "-r a.txt\n"),
    ])
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "/place/a.txt recursively references itself in /place/b.txt and again in r.txt"
    );
    assert!(
        read(&[("/place/r.txt", "-r a.txt\n-r a.txt\n"), ("/place/a.txt", "x\n")]).is_ok(),
        "twice is fine"
    );
}

#[test]
fn paths_are_relative_to_the_working_directory_and_find_links_to_the_file() {
    let file = read(&[
        ("/place/r.txt", "-r sub/more.txt\n"),
        ("/place/sub/more.txt", "./project\n-e project\n-f wheels\n-f elsewhere\n"),
        ("/place/sub/wheels", ""),
    ])
    .unwrap();
    let paths: Vec<PathBuf> =
        file.requirements().filter_map(|r| r.source.path().map(Path::to_owned)).collect();
    assert_eq!(paths, [PathBuf::from("/place/project"), PathBuf::from("/place/project")]);
    assert!(file.requirements().nth(1).unwrap().is_editable());
    let links: Vec<_> = file.options().map(|option| option.kind.clone()).collect();
    assert_eq!(
        links,
        [
            FileOptionKind::FindLinks("/place/sub/wheels".into()),
            FileOptionKind::FindLinks("elsewhere".into())
        ]
    );
}

#[test]
fn reads_urls_and_joins_them() {
    let files = [("https://host/a/r.txt", "foo\n-r ../b/c.txt\n"), ("https://host/b/c.txt", "bar\n")];
    let world = World(files.into_iter().collect());
    let file = read_requirements("https://host/a/r.txt", FileKind::Requirements, &world).unwrap();
    assert_eq!(
        texts(&file),
        ["foo (from -r https://host/a/r.txt (line 1))", "bar (from -r https://host/b/c.txt (line 1))"]
    );
    assert_eq!(join_url("https://h/a/b?q", "c"), "https://h/a/c");
    assert_eq!(join_url("https://h/a/b", "/c"), "https://h/c");
    assert_eq!(join_url("https://h/a/b", "../../../c"), "https://h/c");
    assert_eq!(join_url("https://h/a/b", "//i/c"), "https://i/c");
    assert_eq!(join_url("https://h/a/b", "http://i/c"), "http://i/c");
    assert_eq!(join_url("https://h/a/b", "."), "https://h/a/");
}

#[test]
fn errors_are_pips() {
    let cases = [
        ("--foo", "Invalid requirement: --foo\npip: error: no such option: --foo\n"),
        ("-i", "Invalid requirement: -i\npip: error: -i option requires 1 argument\n"),
        ("-z", "Invalid requirement: -z\npip: error: no such option: -z\n"),
        ("--pre=3", "Invalid requirement: --pre=3\npip: error: --pre option does not take a value\n"),
        (
            "--re x",
            "Invalid requirement: --re x\npip: error: ambiguous option: --re (--require-hashes, --requirement?)\n",
        ),
        (
            "foo --hash=md5:11",
            "Invalid requirement: foo --hash=md5:11\npip: error: Allowed hash algorithms for --hash are sha256, sha384, sha512.\n",
        ),
        (
            "foo -C a",
            "Invalid requirement: foo -C a\npip: error: Arguments to -C must be of the form KEY=VAL\n",
        ),
        (
            "--extra-index=\"x",
            "Invalid requirement: --extra-index=\"x\nCould not split options: --extra-index=\"x",
        ),
        ("--no-binary=-x", "--no-binary / --only-binary option requires 1 argument."),
        (
            "foo \"bar",
            "Invalid requirement: 'foo \"bar': Expected semicolon (after name with no version specifier) or end\n    foo \"bar\n        ^ (from line 1 of r.txt)",
        ),
        (
            "-r gone.txt",
            "Could not open requirements file: [Errno 2] No such file or directory: '/place/gone.txt'",
        ),
        (
            "-c gone.txt",
            "Could not open constraint file: [Errno 2] No such file or directory: '/place/gone.txt'",
        ),
    ];
    for (line, message) in cases {
        assert_eq!(read_one(line).unwrap_err().to_string(), message, "{line}");
    }
}

#[test]
fn no_file_makes_the_room_panic() {
    const PIECES: [&str; 20] = [
        "foo", "-", "--", "-r", "-e ", "--hash=", "sha256:", "\\", "\n", "\r", "#", " ", "$", "{A}", "'",
        "\"", "=", "ü", "-C", "\u{2028}",
    ];
    let mut state = 7_u32;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..8 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            text.push_str(PIECES[(state >> 16) as usize % PIECES.len()]);
        }
        for (_, line) in super::lines::logical_lines(&text, |_| Some("x".to_owned())) {
            let _ = super::line_options::split_line(&line).map_err(|error| error.to_string());
        }
    }
}

#[test]
fn warns_of_a_hash_alone() {
    let file = read_one("--hash sha256:abc").unwrap();
    let warnings: Vec<_> = file.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(warnings, ["r.txt line 1 has --hash but no requirement, and will be ignored."]);
}

#[test]
fn what_a_constraints_file_includes_is_required_but_not_named_by_the_user() {
    let world = World(HashMap::from([("/place/c.txt", "-r r.txt\n"), ("/place/r.txt", "a<2\n")]));
    let file = read_requirements("c.txt", FileKind::Constraints, &world).unwrap();
    let requirement = file.requirements().next().unwrap();
    assert!(!requirement.user_supplied && !requirement.constraint);
}

#[test]
fn editables_are_no_constraints() {
    let world = World([("/place/c.txt", "-e project\n")].into_iter().collect());
    let error = read_requirements("c.txt", FileKind::Constraints, &world).unwrap_err();
    assert_eq!(error.to_string(), "Editable requirements are not allowed as constraints");
}

#[test]
fn config_settings_stand_beside_the_requirement() {
    let file = read_one("foo -C a=1 --config-settings 'b=2 3' -Ca=4").unwrap();
    let requirement = file.requirements().next().unwrap();
    let settings: Vec<_> =
        requirement.config_settings.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    assert_eq!(settings, [("a", "1"), ("b", "2 3"), ("a", "4")]);
}

/// A server that always knows of more files.
struct Endless(&'static str);

impl Surroundings for Endless {
    fn working_directory(&self) -> &Path {
        Path::new("/place")
    }

    fn path_kind(&self, _: &Path) -> PathKind {
        PathKind::Missing
    }

    fn read(&self, _: &Path) -> io::Result<Vec<u8>> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn fetch(&self, url: &str) -> Result<Fetched, SurroundingsError> {
        Ok(Fetched { url: url.to_owned(), body: self.0.as_bytes().to_vec(), charset: None })
    }

    fn variable(&self, _: &str) -> Option<String> {
        None
    }
}

#[test]
fn files_that_include_others_without_an_end_are_left() {
    for content in ["-r deeper/r.txt\n", "demo\n-r a/r.txt\n-r b/r.txt\n"] {
        let read = read_requirements("http://127.0.0.1/r.txt", FileKind::Requirements, &Endless(content));
        assert!(matches!(read, Err(RequirementError::TooManyFiles { .. })), "{read:?}");
    }
}
