use std::io;
use std::path::Path;

use super::parse_argument;
use crate::{
    Fetched, InstallRequirement, Origin, Parsed, PathKind, RequirementError, RequirementOptions,
    RequirementSource, Surroundings, SurroundingsError, parse_editable,
};

struct World;

impl Surroundings for World {
    fn working_directory(&self) -> &Path {
        Path::new("/place")
    }

    fn path_kind(&self, path: &Path) -> PathKind {
        match path.to_str() {
            Some("/place" | "/place/bare") => PathKind::Directory { installable: false },
            Some("/place/project" | "/project") => PathKind::Directory { installable: true },
            Some("/place/foo-1.0-py3-none-any.whl" | "/place/foo-1.0.tar.gz" | "/place/r.txt") => {
                PathKind::File
            }
            _ => PathKind::Missing,
        }
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match path.to_str() {
            Some("/place/r.txt") => Ok(b"# what\nfoo>=1 # why\n".to_vec()),
            _ => Err(io::Error::from_raw_os_error(2)),
        }
    }

    fn fetch(&self, _: &str) -> Result<Fetched, SurroundingsError> {
        Err("no network".into())
    }

    fn variable(&self, _: &str) -> Option<String> {
        None
    }
}

fn parse(text: &str) -> Result<Parsed<InstallRequirement>, RequirementError> {
    parse_argument(
        text,
        &Origin::CommandLine,
        RequirementOptions { user_supplied: true, ..Default::default() },
        &World,
    )
}

fn parsed(text: &str) -> InstallRequirement {
    parse(text).unwrap().value
}

fn editable(text: &str) -> Result<InstallRequirement, RequirementError> {
    parse_editable(text, &Origin::CommandLine, RequirementOptions::default(), &World)
}

#[test]
fn names() {
    let requirement = parsed("Foo_Bar[b,A]>=1,<2; python_version > '3'");
    assert_eq!(requirement.project().unwrap().as_str(), "foo-bar");
    assert_eq!(requirement.extras.iter().map(specifier::ExtraName::as_str).collect::<Vec<_>>(), ["b", "a"]);
    assert_eq!(requirement.source, RequirementSource::Named);
    assert!(requirement.marker.is_some());
    assert!(parsed("foo==1").is_pinned() && !parsed("foo>1").is_pinned());
}

#[test]
fn urls() {
    let requirement = parsed("foo[x] @ https://u:p@h/foo.zip#sha256=ab ; os_name == 'x'");
    assert_eq!(requirement.name(), Some("foo"));
    assert!(
        matches!(&requirement.source, RequirementSource::Url(link) if link.hash() == Some(("sha256", "ab")))
    );
    assert!(requirement.marker.is_some());
    assert!(requirement.good_hashes().allows("sha256", "ab"));
    assert!(!requirement.to_string().contains("u:p@"), "{requirement}");

    let wheel = parsed("https://h/Foo-1.0-py3-none-any.whl; os_name == 'x'");
    assert_eq!(wheel.to_string(), "foo==1.0 from https://h/Foo-1.0-py3-none-any.whl");
    assert_eq!(parsed("https://h/foo.tar.gz#egg=foo").name(), Some("foo"));
    assert_eq!(parsed("https://h/foo.tar.gz").name(), None);
    assert!(matches!(
        parsed("git+https://h/x@main").source,
        RequirementSource::VersionControl { editable: false, .. }
    ));
}

#[test]
fn paths() {
    for text in ["./project", "../project", "/project", "./project/", "file:///place/project"] {
        assert!(
            matches!(parsed(text).source, RequirementSource::LocalDirectory { editable: false, .. }),
            "{text}"
        );
    }
    let with_extra = parsed("./project [One,two]");
    assert_eq!(
        with_extra.extras.iter().map(specifier::ExtraName::as_str).collect::<Vec<_>>(),
        ["one", "two"]
    );
    assert!(matches!(parsed("foo-1.0.tar.gz").source, RequirementSource::LocalArchive(..)));
    let wheel = parsed("foo-1.0-py3-none-any.whl[x]");
    assert!(matches!(wheel.source, RequirementSource::LocalWheel(..)));
    assert_eq!(wheel.text(), "foo==1.0");
    assert_eq!(wheel.extras.len(), 1);
    assert_eq!(parsed("project").source, RequirementSource::Named, "no separator, so a name");
}

#[test]
fn a_missing_archive_is_named_in_a_warning() {
    let parsed = parse("bar-1.0-py3-none-any.whl").unwrap();
    assert_eq!(
        parsed.warning.unwrap().to_string(),
        "Requirement 'bar-1.0-py3-none-any.whl' looks like a filename, but the file does not exist"
    );
    assert!(matches!(parsed.value.source, RequirementSource::LocalWheel(..)));
    assert!(parse("foo@https://h/x.zip").unwrap().warning.is_none());
}

#[test]
fn errors_and_hints_are_pips() {
    let cases = [
        (
            "foo=1",
            "Invalid requirement: 'foo=1': Expected semicolon (after name with no version specifier) or end\n    foo=1\n       ^\nHint: = is not a valid operator. Did you mean == ?",
        ),
        (
            "./nope",
            "Invalid requirement: './nope': Expected package name at the start of dependency specifier\n    ./nope\n    ^\nHint: It looks like a path. File './nope' does not exist.",
        ),
        (
            "./r.txt",
            "Invalid requirement: './r.txt': Expected package name at the start of dependency specifier\n    ./r.txt\n    ^\nHint: It looks like a path. The path does exist. The argument you provided (./r.txt) appears to be a requirements file. If that is the case, use the '-r' flag to install the packages specified within it.",
        ),
        (
            "foo; bad",
            "Invalid requirement: 'foo': Expected a marker variable or quoted string\n    bad\n    ^",
        ),
        (".", "Directory '.' is not installable. Neither 'setup.py' nor 'pyproject.toml' found."),
        ("./bare", "Directory './bare' is not installable. Neither 'setup.py' nor 'pyproject.toml' found."),
    ];
    for (text, message) in cases {
        assert_eq!(parse(text).unwrap_err().to_string(), message, "{text}");
    }
    assert!(parse("x.whl").unwrap_err().to_string().starts_with("Invalid wheel filename"));
}

#[test]
fn no_text_makes_the_room_panic() {
    const PIECES: [&str; 24] = [
        "foo", "[", "]", ";", "@", " ", "==", "=", "1.0", "ü", "\\", "/", ".", "..", "file:", "git+",
        "https://", "#egg=", "%", "%4", ".whl", "'", "\"", ",",
    ];
    let mut state = 1_u32;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..6 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            text.push_str(PIECES[(state >> 16) as usize % PIECES.len()]);
        }
        let _ = parse(&text).map(|parsed| parsed.value.to_string()).map_err(|error| error.to_string());
        let _ = editable(&text).map(|parsed| parsed.to_string()).map_err(|error| error.to_string());
    }
}

#[test]
fn editables() {
    let path = editable("./project[x]").unwrap();
    assert!(path.is_editable() && path.requirement.is_none() && path.extras.len() == 1);
    let repository = editable("git+https://h/x@main#egg=Name&subdirectory=s").unwrap();
    assert_eq!(repository.name(), Some("Name"));
    let direct = editable("name[x] @ git+https://h/x").unwrap();
    assert_eq!((direct.name(), direct.extras.len()), (Some("name"), 1));
    assert_eq!(
        editable("git+https://h/x").unwrap_err().to_string(),
        "Could not detect requirement name for 'git+https://h/x', please specify one with your_package_name @ URL"
    );
    assert!(
        editable("foo")
            .unwrap_err()
            .to_string()
            .starts_with("foo is not a valid editable requirement. It should")
    );
}

#[test]
fn knows_what_no_constraint_can_be() {
    assert_eq!(parsed("foo<2").constraint_problem(), None);
    assert_eq!(parsed("foo[x]").constraint_problem(), Some("Constraints cannot have extras"));
    let unnamed = parsed("https://h/x.zip").constraint_problem();
    assert_eq!(unnamed, Some("Unnamed requirements are not allowed as constraints"));
}
