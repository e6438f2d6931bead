use tempfile::TempDir;

use super::*;

fn tree(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

fn read(files: &[(&str, &str)]) -> Result<BuildSystem, BackendError> {
    BuildSystem::read(tree(files).path(), "demo==1.0")
}

fn pyproject(text: &str) -> Result<BuildSystem, BackendError> {
    read(&[("pyproject.toml", text)])
}

fn complaint(text: &str) -> String {
    pyproject(text).expect_err(text).to_string()
}

#[test]
fn projects_that_name_no_backend_are_built_by_setuptools() {
    let legacy = BuildSystem {
        requires: vec!["setuptools>=40.8.0".to_owned()],
        backend: "setuptools.build_meta:__legacy__".to_owned(),
        backend_path: Vec::new(),
        check: Vec::new(),
    };
    assert_eq!(read(&[("setup.py", "")]).unwrap(), legacy);
    assert_eq!(pyproject("").unwrap(), legacy);
    assert_eq!(pyproject("[tool.black]\nline-length = 3\n").unwrap(), legacy);

    // Whoever lists requirements must have thought of setuptools, which is checked later.
    let system = pyproject("[build-system]\nrequires = ['wheel', \"x; python_version < '3'\"]\n").unwrap();
    assert_eq!(system.requires, ["wheel", "x; python_version < '3'"]);
    assert_eq!(
        (system.backend.as_str(), system.check),
        (LEGACY_BACKEND, vec![LEGACY_REQUIREMENT.to_owned()])
    );
}

#[test]
fn reads_a_backend_and_its_path() {
    let text = "[build-system]\nrequires = []\nbuild-backend = 'local:api'\nbackend-path = ['.', 'a/../b']\n";
    let folder = tree(&[("pyproject.toml", text)]);
    let system = BuildSystem::read(folder.path(), "demo").unwrap();
    assert_eq!(system.backend, "local:api");
    assert_eq!(system.backend_path, [folder.path().to_owned(), folder.path().join("b")]);
    assert!(system.requires.is_empty() && system.check.is_empty());
}

#[test]
fn refuses_in_the_words_of_pip() {
    assert_eq!(
        read(&[("setup.cfg", "")]).unwrap_err().to_string(),
        "demo==1.0 does not appear to be a Python project: neither 'setup.py' nor 'pyproject.toml' found."
    );
    assert_eq!(
        complaint("[build-system]\nbuild-backend = 'x'\n"),
        "This package has an invalid pyproject.toml file.\n\
         The [build-system] table is missing the mandatory `requires` key."
    );
    let invalid = "This package has an invalid `build-system.requires` key in pyproject.toml.\n";
    for value in ["'wheel'", "[1]", "{}", "['wheel', 2]"] {
        assert_eq!(
            complaint(&format!("[build-system]\nrequires = {value}\n")),
            format!("{invalid}It is not a list of strings.")
        );
    }
    for (requirement, quoted) in
        [("'foo bar'", "'foo bar'"), (r#""it's""#, "\"it's\""), (r#""it's \"so\"\\""#, r#"'it\'s "so"\\'"#)]
    {
        assert_eq!(
            complaint(&format!("[build-system]\nrequires = ['wheel', {requirement}]\n")),
            format!("{invalid}It contains an invalid requirement: {quoted}")
        );
    }
}

#[test]
fn refuses_what_is_no_build_system() {
    let backend_path = |value: &str| {
        complaint(&format!("[build-system]\nrequires = []\nbuild-backend = 'x'\nbackend-path = {value}\n"))
    };
    assert!(backend_path("['..']").ends_with("paths must be inside source tree"));
    assert!(backend_path("['a/../../b']").ends_with("paths must be inside source tree"));
    assert!(backend_path("['/etc']").ends_with("paths must be relative"));
    assert!(backend_path("'.'").ends_with("backend-path is not a list of strings"));
    assert!(complaint("build-system = 1").ends_with("build-system is not a table"));
    assert!(complaint("[build-system]\nrequires = []\nbuild-backend = 1\n").ends_with("is not a string"));
    for broken in ["[build-system", "a = 1\na = 2\n"] {
        assert!(matches!(pyproject(broken), Err(BackendError::Pyproject { .. })), "{broken}");
    }
    let folder = tree(&[]);
    fs::write(folder.path().join("pyproject.toml"), b"\xff").unwrap();
    assert!(matches!(BuildSystem::read(folder.path(), "demo"), Err(BackendError::Pyproject { .. })));
}
