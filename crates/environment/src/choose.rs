//! Which environment a command acts on.

use std::path::{Path, PathBuf};

use crate::{Environment, EnvironmentError, FactsCache, InterpreterRequest, Places, find};

/// What the command line, the process environment and the program's own place say about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// `--python` or `PIP_PYTHON`: a path, or something that [`InterpreterRequest::parse`] understands.
    pub python: Option<String>,
    /// The path under which the program was started, links not resolved: `<env>/bin/pip` belongs to `<env>`.
    pub own_place: Option<PathBuf>,
    /// `VIRTUAL_ENV`.
    pub virtual_env: Option<PathBuf>,
    /// Called under its own name, so that a `.venv` in this folder or above counts.
    pub dot_venv: bool,
}

/// Opens the environment that a command acts on: the one named; the one the program stands in; the activated
/// one; a `.venv` here or above; the first `python3` or `python` on `PATH`.
///
/// # Errors
/// [`EnvironmentError::NotLocated`] if the named one does not exist, [`EnvironmentError::NoEnvironment`] if there
/// is none at all, and whatever is wrong with the one that was chosen.
pub fn choose(choice: &Choice, places: &Places, cache: &FactsCache) -> Result<Environment, EnvironmentError> {
    if let Some(python) = &choice.python {
        return named(python, places, cache);
    }
    if let Some(python) = choice.own_place.as_deref().and_then(own_interpreter) {
        return Environment::open(&python, cache);
    }
    if let Some(folder) = choice.virtual_env.as_ref().filter(|folder| !folder.as_os_str().is_empty()) {
        let folder = places.working_folder.join(folder);
        // A variable that outlived its environment says nothing any more.
        if folder.is_dir() {
            return Environment::open(&folder, cache);
        }
    }
    if choice.dot_venv {
        let candidates = places.working_folder.ancestors().map(|folder| folder.join(".venv"));
        if let Some(folder) = candidates.into_iter().find(|folder| folder.join("pyvenv.cfg").is_file()) {
            return Environment::open(&folder, cache);
        }
    }
    find(&InterpreterRequest::Any, places, cache).map_err(|error| match error {
        EnvironmentError::NotFound(_) => EnvironmentError::NoEnvironment,
        error => error,
    })
}

/// What `--python` names: as for pip, first of all a path; then a version or a name.
fn named(python: &str, places: &Places, cache: &FactsCache) -> Result<Environment, EnvironmentError> {
    let path = places.working_folder.join(python);
    if path.exists() {
        return Environment::open(&path, cache);
    }
    match InterpreterRequest::parse(python) {
        InterpreterRequest::Path(_) => Err(EnvironmentError::NotLocated(python.to_owned())),
        request => find(&request, places, cache).map_err(|error| match error {
            EnvironmentError::NotFound(_) => EnvironmentError::NotLocated(python.to_owned()),
            error => error,
        }),
    }
}

/// The interpreter of the environment whose commands' folder the program stands in.
///
/// Of its names, the one that `venv` made first and the others link to: a pip that `venv` installs is started by
/// that name, and writes it into the scripts that it installs.
fn own_interpreter(program: &Path) -> Option<PathBuf> {
    let folder = program.parent()?;
    let is_environment = folder.parent()?.join("pyvenv.cfg").is_file();
    let python = folder.join(if cfg!(windows) { "python.exe" } else { "python" });
    let links_to = |path: &Path| {
        let target = path.read_link().ok()?;
        (target.parent() == Some(Path::new(""))).then(|| folder.join(target))
    };
    is_environment.then(|| links_to(&python).filter(|sibling| sibling.exists()).unwrap_or(python))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_program_in_an_environment_belongs_to_it() {
        let root = tempfile::tempdir().unwrap();
        let bin = root.path().join("bin");
        let program = bin.join("pip");
        fs::create_dir(&bin).unwrap();
        assert_eq!(own_interpreter(&program), None);
        fs::write(root.path().join("pyvenv.cfg"), "home = /x\n").unwrap();
        assert_eq!(own_interpreter(&program), Some(bin.join("python")));
        std::os::unix::fs::symlink("python3", bin.join("python")).unwrap();
        fs::write(bin.join("python3"), "").unwrap();
        assert_eq!(own_interpreter(&program), Some(bin.join("python3")));
        assert_eq!(own_interpreter(Path::new("pip")), None);
    }

    #[test]
    fn the_named_one_wins_and_has_to_exist() {
        let root = tempfile::tempdir().unwrap();
        let choice = Choice { python: Some("./nowhere".into()), ..Choice::default() };
        let places = Places { working_folder: root.path().to_owned(), ..Places::default() };
        let error = choose(&choice, &places, &FactsCache::default()).unwrap_err();
        assert_eq!(error.to_string(), "Could not locate Python interpreter ./nowhere");
    }

    #[test]
    fn an_activated_environment_must_be_one() {
        let root = tempfile::tempdir().unwrap();
        let choice = Choice { virtual_env: Some(root.path().to_owned()), ..Choice::default() };
        let error = choose(&choice, &Places::default(), &FactsCache::default()).unwrap_err();
        assert!(matches!(error, EnvironmentError::NotAnEnvironment(_)), "{error}");
    }
}
