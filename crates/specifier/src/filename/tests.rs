use super::{InvalidFilename, SdistFilename, WheelFilename, WheelTags};
use crate::ProjectName;

fn wheel(text: &str) -> WheelFilename {
    WheelFilename::parse(text).unwrap_or_else(|error| panic!("{error}"))
}

fn sdist(filename: &str, project: &str) -> Result<String, String> {
    let parsed = SdistFilename::parse(filename, &ProjectName::normalise(project));
    parsed.map(|sdist| sdist.version.to_string()).map_err(|error| error.to_string())
}

#[test]
fn parts_of_a_wheel() {
    let parsed = wheel("Foo.Bar-1.0_post1-2b-CP3.py2-none-Any.whl");
    assert_eq!(parsed.project.as_str(), "foo-bar");
    assert_eq!(parsed.version.to_string(), "1.0.post1");
    assert_eq!(parsed.build.map(|build| build.to_string()), Some("2b".to_owned()));
    let tags: Vec<String> = parsed.tags.iter().map(|tag| tag.to_string()).collect();
    assert_eq!(tags, ["cp3-none-any", "py2-none-any"]);
}

#[test]
fn builds_are_ordered_by_number_and_text() {
    let build = |build: &str| wheel(&format!("a-1-{build}-py3-none-any.whl")).build;
    let ordered = [wheel("a-1-py3-none-any.whl").build, build("0"), build("2"), build("2a"), build("10")];
    assert!(ordered.is_sorted());
    assert_eq!(build("010"), build("10"));
}

#[test]
fn errors_of_wheels_are_those_of_pip() {
    for (filename, expected) in [
        ("foo-1.0.zip", "Invalid wheel filename (extension must be '.whl'): 'foo-1.0.zip'"),
        ("foo-1-any.whl", "Invalid wheel filename (wrong number of parts): 'foo-1-any'"),
        ("a__b-1-py3-none-any.whl", "Invalid project name: 'a__b-1-py3-none-any'"),
        ("-1-py3-none-any.whl", "Invalid project name: '-1-py3-none-any'"),
        ("a-x-py3-none-any.whl", "Invalid wheel filename (invalid version): 'a-x-py3-none-any'"),
        ("a-1-b-py3-none-any.whl", "Invalid build number: b in 'a-1-b-py3-none-any'"),
        ("a-1-3py-none-any.whl", "Invalid wheel filename (invalid tag component): 'a-1-3py-none-any'"),
        ("a-1-py3--any.whl", "Invalid wheel filename (invalid tag component): 'a-1-py3--any'"),
    ] {
        assert_eq!(
            WheelFilename::parse(filename).map_err(|error| error.to_string()),
            Err(expected.to_owned())
        );
    }
    assert!(WheelTags::parse("py3-none-any").is_ok() && WheelTags::parse("py3-none").is_err());
}

#[test]
fn versions_of_source_distributions() {
    for (filename, project, version) in [
        ("foo-1.0.tar.gz", "foo", "1.0"),
        ("Foo__bar-baz-1.0.TAR.gz", "foo-bar-baz", ""),
        ("Foo__bar-baz-1.0.tar.bz2", "foo-bar-baz", "1.0"),
        ("foo-bar-2.0-1.tar", "foo-bar", "2.0.post1"),
        ("foo-1.0-py2.7.zip", "foo", "1.0"),
        ("foo-1.0-py9.zip", "foo", ""),
    ] {
        assert_eq!(sdist(filename, project).unwrap_or_default(), version, "{filename}");
    }
    let python =
        SdistFilename::parse("foo-1-py3.tgz", &ProjectName::normalise("foo")).map(|sdist| sdist.python);
    assert_eq!(python, Ok(Some("3".to_owned())));
}

#[test]
fn errors_of_source_distributions_are_those_of_pip() {
    assert_eq!(sdist("foo", "foo"), Err("not a file".to_owned()));
    assert_eq!(sdist("foo-1.0.rpm", "foo"), Err("unsupported archive format: .rpm".to_owned()));
    assert_eq!(sdist("bar-1.0.tar.gz", "foo"), Err("Missing project version for foo".to_owned()));
    assert_eq!(sdist("foo-.tar.gz", "foo"), Err("Missing project version for foo".to_owned()));
    assert_eq!(sdist("foo-x.tar.gz", "foo"), Err("Invalid version: 'x'".to_owned()));
    let whole = SdistFilename::parse("foo-1.whl", &ProjectName::normalise("foo"));
    assert_eq!(whole, Err(InvalidFilename::UnsupportedFormat(".whl".to_owned())));
}
