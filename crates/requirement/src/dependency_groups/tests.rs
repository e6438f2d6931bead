use super::{GroupsOfFile, normalise, read_dependency_groups};
use crate::surroundings::{Fetched, PathKind, Surroundings, SurroundingsError};

/// One `pyproject.toml`.
struct Project(&'static str);

impl Surroundings for Project {
    fn working_directory(&self) -> &std::path::Path {
        std::path::Path::new("/place")
    }

    fn path_kind(&self, _: &std::path::Path) -> PathKind {
        PathKind::Missing
    }

    fn read(&self, path: &std::path::Path) -> std::io::Result<Vec<u8>> {
        match path.to_str() {
            Some("/place/pyproject.toml") => Ok(self.0.as_bytes().to_vec()),
            Some("/place/folder/pyproject.toml") => Err(std::io::Error::from_raw_os_error(21)),
            _ => Err(std::io::Error::from_raw_os_error(2)),
        }
    }

    fn fetch(&self, _: &str) -> Result<Fetched, SurroundingsError> {
        Err("no network".into())
    }

    fn variable(&self, _: &str) -> Option<String> {
        None
    }
}

fn resolve(groups: &'static str, name: &str) -> Result<Vec<String>, Vec<String>> {
    let text: &'static str = Box::leak(format!("[dependency-groups]\n{groups}").into_boxed_str());
    let resolved = GroupsOfFile::read("pyproject.toml", &Project(text)).unwrap().resolve(name)?;
    Ok(resolved.iter().map(ToString::to_string).collect())
}

fn problem(text: &'static str, file: &str, group: &str) -> String {
    read_dependency_groups([(file, group)], &Project(text)).unwrap_err().to_string()
}

#[test]
fn includes_stand_in_their_place() {
    let groups = "a = ['x', {include-group = 'B_b'}, 'z[c,b] >=1; python_version > \"3\"']\nb-b = ['y']";
    assert_eq!(resolve(groups, "A").unwrap(), ["x", "y", "z[b,c]>=1; python_version > \"3\""]);
    assert_eq!(normalise("A_.-b"), "a-b");
}

#[test]
fn all_that_is_wrong_is_said() {
    let items = "g = [1, 'a b', {x = 1}, {include-group = 2}, {include-group = 'h', y = 1}]";
    assert_eq!(
        resolve(items, "g").unwrap_err(),
        [
            "Invalid dependency group item: 1",
            "Expected semicolon (after name with no version specifier) or end\n    a b\n      ^",
            "Invalid dependency group item: {'x': 1}",
            "Dependency group include-group value is not a string: {'include-group': 2}",
            "Invalid dependency group item: {'include-group': 'h', 'y': 1}",
        ]
    );
    assert_eq!(resolve("a = 1", "B").unwrap_err(), ["Dependency group 'b' not found"]);
    assert_eq!(resolve("a = 1", "a").unwrap_err(), ["Dependency group 'a' is not a sequence type."]);
    assert_eq!(
        resolve("a = 'x'", "a").unwrap_err(),
        ["Dependency group 'a' contained a string rather than a list."]
    );
}

#[test]
fn groups_that_include_each_other() {
    let cyclic =
        "a = [{include-group = 'B'}]\nb = [{include-group = 'A'}]\nself = [{include-group = 'self'}]";
    assert_eq!(
        resolve(cyclic, "a").unwrap_err(),
        ["Cyclic dependency group include while resolving a: A -> b, b -> A"]
    );
    assert_eq!(
        resolve(cyclic, "self").unwrap_err(),
        ["Cyclic dependency group include while resolving self: self includes itself"]
    );
    let diamond =
        "a = [{include-group = 'b'}, {include-group = 'c'}]\nb = [{include-group = 'c'}]\nc = ['x']";
    assert_eq!(resolve(diamond, "a").unwrap(), ["x", "x"]);
}

#[test]
fn files_that_cannot_be_used() {
    let file = "pyproject.toml";
    assert_eq!(
        problem("", "other/pyproject.toml", "g"),
        "other/pyproject.toml not found. Cannot resolve '--group' option."
    );
    assert_eq!(
        problem("", "folder/pyproject.toml", "g"),
        "Error reading folder/pyproject.toml: [Errno 21] Is a directory: 'folder/pyproject.toml'"
    );
    assert_eq!(
        problem("", file, "g"),
        "[dependency-groups] table was missing from 'pyproject.toml'. Cannot resolve '--group' option."
    );
    assert_eq!(
        problem("dependency-groups = 1", file, "g"),
        "[dependency-groups] table was malformed in pyproject.toml. Cannot resolve '--group' option."
    );
    assert_eq!(
        problem("[dependency-groups]\nx-a = []\nb = []\nX_A = []", file, "b"),
        "[dependency-groups] data was invalid in pyproject.toml: Duplicate dependency group names: x-a (x-a, X_A)"
    );
    assert_eq!(
        problem("[dependency-groups]", file, "My.Group"),
        "[dependency-groups] resolution failed for 'My.Group' from 'pyproject.toml': Dependency group 'my-group' not found"
    );
    assert!(problem("a = ", file, "b").starts_with("Error parsing pyproject.toml: "));
}

#[test]
fn groups_that_grow_without_bounds_are_refused() {
    let twice = |number: usize| {
        let include = format!("{{include-group = 'g{}'}}", number + 1);
        format!("g{number} = [{include}, {include}]\n")
    };
    let groups: String = (0..40).map(twice).chain(["g40 = ['x']\n".to_owned()]).collect();
    let problems = resolve(groups.leak(), "g0").unwrap_err();
    assert!(problems[0].ends_with(" has more than 10000 requirements"), "{problems:?}");
}
