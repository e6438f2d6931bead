use specifier::{ExtraName, MarkerEnvironment, ProjectName, TagFacts, Tags};

use super::{LockSelection, LockedArtifact, Pylock};

/// What `packaging.pylock` says of whole files; a lock with nothing wrong would be `None`.
#[rustfmt::skip]
const FILES: &[(&str, &str)] = &[
    ("", "Missing required value in 'lock-version'"),
    ("lock-version = 1", "Unexpected type int (expected str) in 'lock-version'"),
    ("lock-version = 'x'", "Invalid version: 'x' in 'lock-version'"),
    ("lock-version = '2.0'\ncreated-by='x'\npackages=[]", "pylock version 2.0 is not supported"),
    ("lock-version='1.0'\ncreated-by='x'\npackages='x'", "Unexpected type str (expected Sequence) in 'packages'"),
    ("lock-version='1.0'\ncreated-by='x'", "Missing required value in 'packages'"),
    ("lock-version='1.0'\ncreated-by='x'\npackages=[1]", "Unexpected type int (expected Mapping) in 'packages[0]'"),
    ("lock-version='1.0'\nenvironments=['x']", "Expected a marker variable or quoted string\n    x\n    ^ in 'environments[0]'"),
    ("lock-version='1.0'\nextras=['A']", "Name 'A' is not normalized in 'extras[0]'"),
    ("lock-version='1.0'\nextras=['a', 1]", "Unexpected type int (expected str) in 'extras[1]'"),
    ("lock-version='1.0'\ncreated-by='x'\nrequires-python='x'", "Invalid specifier: 'x' in 'requires-python'"),
];

/// What it says of a file with one package, by the text of the package.
#[rustfmt::skip]
const PACKAGES: &[(&str, &str)] = &[
    ("", "Missing required value in 'packages[0].name'"),
    ("name='A'", "Name 'A' is not normalized in 'packages[0].name'"),
    ("name='a--b'", "Name 'a--b' is not normalized in 'packages[0].name'"),
    ("name='a'", "Exactly one of vcs, directory, archive must be set if sdist and wheels are not set in 'packages[0]'"),
    ("name='a'\nwheels = [{url = 'https://h/a-1-py3-none-any.whl', hashes = {sha256 = 'ab'}}]\ndirectory={path='.'}", "None of vcs, directory, archive must be set if sdist or wheels are set in 'packages[0]'"),
    ("name='a'\nversion='1'\ndirectory={path='.'}\nvcs={type='git',url='u',commit-id='c'}", "Exactly one of vcs, directory, archive must be set if sdist and wheels are not set in 'packages[0]'"),
    ("name='b'\nwheels = [{url = 'https://h/a-1-py3-none-any.whl', hashes = {sha256 = 'ab'}}]", "Name in 'a-1-py3-none-any.whl' is not consistent with package name 'b' in 'packages[0].wheels[0]'"),
    ("name='a'\nversion='2'\nwheels = [{url = 'https://h/a-1-py3-none-any.whl', hashes = {sha256 = 'ab'}}]", "Version in 'a-1-py3-none-any.whl' is not consistent with package version '2' in 'packages[0].wheels[0]'"),
    ("name='a'\nwheels=[{url='https://h/x.whl', hashes={a='b'}}]", "Invalid wheel filename 'x.whl' in 'packages[0].wheels[0]'"),
    ("name='a'\nwheels=[{url='https://h', hashes={a='b'}}]", "Cannot determine wheel filename in 'packages[0]'"),
    ("name='a'\nwheels=[{url='https://h/x.whl', hashes={}}]", "At least one hash must be provided in 'packages[0].wheels[0].hashes'"),
    ("name='a'\nwheels=[{url='https://h/x.whl'}]", "Missing required value in 'packages[0].wheels[0].hashes'"),
    ("name='a'\nwheels=[{hashes={a='b'}}]", "path or url must be provided in 'packages[0].wheels[0]'"),
    ("name='a'\nwheels=[{url='https://h/x.whl', hashes={a=1}}]", "Hash values must be strings in 'packages[0].wheels[0].hashes'"),
    ("name='a'\nsdist={url='https://h/a-1.tgz', hashes={a='b'}}", "Invalid sdist filename 'a-1.tgz' in 'packages[0].sdist'"),
    ("name='a'\nsdist={url='https://h/b-1.tar.gz', hashes={a='b'}}", "Name in 'b-1.tar.gz' is not consistent with package name 'a' in 'packages[0].sdist'"),
    ("name='a'\nversion='2'\nsdist={path='x/a-1.tar.gz', hashes={a='b'}}", "Version in 'a-1.tar.gz' is not consistent with package version '2' in 'packages[0].sdist'"),
    ("name='a'\ndirectory={path=1}", "Unexpected type int (expected str) in 'packages[0].directory.path'"),
    ("name='a'\ndirectory={path='.',editable='x'}", "Unexpected type str (expected bool) in 'packages[0].directory.editable'"),
    ("name='a'\nvcs={type='git',commit-id='c'}", "path or url must be provided in 'packages[0].vcs'"),
    ("name='a'\nvcs={type='git',url='u'}", "Missing required value in 'packages[0].vcs.commit-id'"),
    ("name='a'\narchive={url='u',hashes={a='b'},size=true}", "Unexpected type bool (expected int) in 'packages[0].archive.size'"),
    ("name='a'\narchive={url='u',hashes={a='b'},upload-time=2020-01-02}", "Unexpected type date (expected datetime) in 'packages[0].archive.upload-time'"),
    ("name='a'\ndirectory={path='.'}\nattestation-identities=[{x=1}]", "Missing required value in 'packages[0].attestation-identities[0].kind'"),
    ("name='a'\ndirectory={path='.'}\nmarker='x'", "Expected a marker variable or quoted string\n    x\n    ^ in 'packages[0].marker'"),
    ("name='a'\ndependencies=['x']\ndirectory={path='.'}", "Unexpected type str (expected Mapping) in 'packages[0].dependencies[0]'"),
    ("name='a'\nwheels=[{url='https://h/x/a%2Db-1-py3-none-any.whl?x=1#f', hashes={a='b'}}]", "Invalid wheel filename 'a-b-1-py3-none-any.whl' in 'packages[0].wheels[0]'"),
];

#[test]
fn mistakes_are_told_in_the_words_of_packaging() {
    for (text, message) in FILES {
        assert_eq!(Pylock::parse(text).unwrap_err().to_string(), *message, "{text}");
    }
    for (text, message) in PACKAGES {
        let text = format!("lock-version = '1.0'\ncreated-by = 'x'\n[[packages]]\n{text}");
        assert_eq!(Pylock::parse(&text).unwrap_err().to_string(), *message, "{text}");
    }
}

const READ: &str = r#"lock-version = "1.0"
environments = ["sys_platform == 'linux'", "os_name=='nt'"]
requires-python = ">=3.8,<4"
extras = ["x"]
dependency-groups = ["dev"]
default-groups = ["dev"]
created-by = "by \"hand\"\t\u0001é"

[[packages]]
name = "a"
version = "1.0"
marker = "python_version > '3'"
requires-python = ">=3"
dependencies = [{name = "b"}]
index = "https://h/simple"
[packages.sdist]
url = "https://h/a-1.0.tar.gz"
size = 3
upload-time = 2020-01-02T03:04:05.5Z
hashes = {sha256 = "aa"}
[[packages.wheels]]
name = "a-1.0-py3-none-any.whl"
upload-time = 2020-01-02T03:04:05Z
url = "https://h/a-1.0-py3-none-any.whl"
hashes = {sha256 = "0123456789012345678901234567890123456789012345678901234567890123", md5 = "x"}
[packages.tool.x]
"a key" = [1, [true, []], {}]

[[packages]]
name = "b"
vcs = {type = "git", url = "https://h/b.git", requested-revision = "main", commit-id = "f00", subdirectory = "s"}

[[packages]]
name = "c"
directory = {path = ".", editable = true}

[[packages]]
name = "d"
archive = {url = "https://h/d.zip", hashes = {sha256 = "aa"}}
attestation-identities = [{kind = "k"}]
"#;

/// What `tomli_w` makes of what `packaging.pylock` has read.
const WRITTEN: &str = r#"lock-version = "1.0"
environments = [
    "sys_platform == \"linux\"",
    "os_name == \"nt\"",
]
requires-python = "<4,>=3.8"
extras = [
    "x",
]
dependency-groups = [
    "dev",
]
default-groups = [
    "dev",
]
created-by = "by \"hand\"	\u0001é"

[[packages]]
name = "a"
version = "1.0"
marker = "python_version > \"3\""
requires-python = ">=3"
dependencies = [
    { name = "b" },
]
index = "https://h/simple"

[packages.sdist]
upload-time = 2020-01-02 03:04:05.500000+00:00
url = "https://h/a-1.0.tar.gz"
size = 3

[packages.sdist.hashes]
sha256 = "aa"

[[packages.wheels]]
name = "a-1.0-py3-none-any.whl"
upload-time = 2020-01-02 03:04:05+00:00
url = "https://h/a-1.0-py3-none-any.whl"

[packages.wheels.hashes]
sha256 = "0123456789012345678901234567890123456789012345678901234567890123"
md5 = "x"

[packages.tool.x]
"a key" = [
    1,
    [
        true,
        [],
    ],
    {},
]

[[packages]]
name = "b"

[packages.vcs]
type = "git"
url = "https://h/b.git"
requested-revision = "main"
commit-id = "f00"
subdirectory = "s"

[[packages]]
name = "c"

[packages.directory]
path = "."
editable = true

[[packages]]
name = "d"
attestation-identities = [
    { kind = "k" },
]

[packages.archive]
url = "https://h/d.zip"

[packages.archive.hashes]
sha256 = "aa"
"#;

#[test]
fn writes_byte_for_byte_what_pip_writes() {
    let lock = Pylock::parse(READ).unwrap();
    assert_eq!(lock.to_toml(), WRITTEN);
    assert_eq!(Pylock::parse(WRITTEN).unwrap().to_toml(), WRITTEN);
}

#[test]
fn short_tables_stand_in_the_line() {
    let text = "lock-version = \"1.0\"\ncreated-by = \"pip\"\npackages = [\n    { name = \"a\", directory = { path = \".\" } },\n]\n";
    assert_eq!(Pylock::parse(text).unwrap().to_toml(), text);
    let empty = "lock-version = \"1.0\"\ncreated-by = \"pip\"\npackages = []\n";
    assert_eq!(Pylock::new("pip", Vec::new()).to_toml(), empty);
}

/// What is selected for Linux and `CPython` 3.12, or why nothing is.
fn select(lock: &str, extras: &[&str], groups: &[&str], prefers_sdist: bool) -> Result<Vec<String>, String> {
    let environment = MarkerEnvironment {
        sys_platform: "linux".to_owned(),
        python_version: "3.12".to_owned(),
        python_full_version: "3.12.1".to_owned(),
        ..MarkerEnvironment::default()
    };
    let tags = Tags::generate(&TagFacts {
        implementation: "cp".to_owned(),
        version: (3, Some(12)),
        abis: TagFacts::cpython_abis((3, 12), false, false),
        platforms: vec!["linux_x86_64".to_owned()],
    });
    let selection = LockSelection {
        environment: &environment,
        tags: &tags,
        extras: &extras.iter().map(|name| ExtraName::normalise(name)).collect::<Vec<_>>(),
        dependency_groups: &groups.iter().map(|name| ProjectName::normalise(name)).collect::<Vec<_>>(),
        prefers_sdist: &|_| prefers_sdist,
    };
    let text = format!("lock-version = '1.0'\ncreated-by = 'x'\n{lock}");
    let lock = Pylock::parse(&text).unwrap();
    let selected = lock.select(&selection).map_err(|error| error.to_string())?;
    let show = |artifact| match artifact {
        LockedArtifact::Repository(repository) => repository.commit_id.clone(),
        LockedArtifact::Directory(directory) => directory.path.clone(),
        LockedArtifact::Archive(archive) => archive.url.clone().unwrap_or_default(),
        LockedArtifact::Sdist(file) | LockedArtifact::Wheel(file) => file.filename().unwrap_or_default(),
    };
    Ok(selected
        .into_iter()
        .map(|(package, artifact)| format!("{} {}", package.name, show(artifact)))
        .collect())
}

#[test]
fn selects_by_marker_extra_and_group() {
    let lock = "[[packages]]
name = 'a'
directory = {path = 'a'}
[[packages]]
name = 'b'
marker = \"'x' in extras\"
directory = {path = 'b'}
[[packages]]
name = 'c'
marker = \"'dev' in dependency_groups and sys_platform == 'linux'\"
directory = {path = 'c'}
[[packages]]
name = 'd'
marker = \"sys_platform == 'win32'\"
directory = {path = 'd'}
";
    assert_eq!(select(lock, &[], &[], false).unwrap(), ["a a"]);
    assert_eq!(select(lock, &["X"], &["dev"], false).unwrap(), ["a a", "b b", "c c"]);
}

#[test]
fn takes_the_best_wheel_or_the_source_distribution() {
    let lock = "[[packages]]
name = 'a'
sdist = {path = 'a-1.tar.gz', hashes = {md5 = 'x'}}
wheels = [
  {path = 'a-1-py3-none-any.whl', hashes = {md5 = 'x'}},
  {path = 'a-1-cp312-cp312-linux_x86_64.whl', hashes = {md5 = 'x'}},
  {path = 'a-1-cp312-cp312-win32.whl', hashes = {md5 = 'x'}},
]
";
    assert_eq!(select(lock, &[], &[], false).unwrap(), ["a a-1-cp312-cp312-linux_x86_64.whl"]);
    assert_eq!(select(lock, &[], &[], true).unwrap(), ["a a-1.tar.gz"]);
    let foreign = lock.replace("py3-none-any", "py2-none-any").replace("linux_x86_64", "linux_i686");
    assert_eq!(select(&foreign, &[], &[], false).unwrap(), ["a a-1.tar.gz"]);
    let no_sdist = foreign.replace("sdist = {path = 'a-1.tar.gz', hashes = {md5 = 'x'}}\n", "");
    assert_eq!(
        select(&no_sdist, &[], &[], true).unwrap_err(),
        "No wheel found matching the provided tags for package 'a' at packages[0], and no sdist available as a fallback"
    );
}

#[test]
fn refuses_other_environments() {
    let package = "[[packages]]\nname = 'a'\ndirectory = {path = 'a'}\n";
    assert_eq!(
        select(&format!("requires-python = '<3.12'\n{package}"), &[], &[], false).unwrap_err(),
        "python_full_version '3.12.1' in provided environment does not satisfy the Python version requirement '<3.12'"
    );
    assert_eq!(
        select(&format!("{package}requires-python = '>4'\n"), &[], &[], false).unwrap_err(),
        "python_full_version '3.12.1' in provided environment does not satisfy the Python version requirement '>4' \
         for package 'a' at packages[0]"
    );
    let elsewhere = format!("environments = [\"sys_platform == 'win32'\"]\n{package}");
    assert_eq!(
        select(&elsewhere, &[], &[], false).unwrap_err(),
        "Provided environment does not satisfy any of the environments specified in the lock file"
    );
    assert_eq!(
        select(&package.repeat(2), &[], &[], false).unwrap_err(),
        "Multiple packages with the name 'a' are selected at packages[1] and packages[0]"
    );
}
