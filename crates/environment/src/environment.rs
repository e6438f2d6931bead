//! One Python environment: a base interpreter, or a virtual environment derived from one.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::facts::InterpreterFacts;
use crate::facts_cache::Stamp;
use crate::pyvenv_cfg::VenvConfiguration;
use crate::search_path::normalised;
use crate::{EnvironmentError, FactsCache, probe};

/// What Python itself reads from the process environment, as far as it decides about packages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PythonVariables {
    /// The user's home folder.
    pub home: Option<PathBuf>,
    /// `PYTHONUSERBASE`.
    pub user_base: Option<PathBuf>,
    /// `PYTHONNOUSERSITE` is set and not empty.
    pub no_user_site: bool,
    /// The entries of `PYTHONPATH`.
    pub python_path: Vec<PathBuf>,
}

/// A Python environment. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Environment {
    shared: Arc<Shared>,
    variables: Arc<PythonVariables>,
}

#[derive(Debug)]
struct Shared {
    python: PathBuf,
    base_python: PathBuf,
    /// Of a virtual environment only.
    configuration: Option<VenvConfiguration>,
    facts: InterpreterFacts,
    /// The base interpreter's file, under which more facts can be kept.
    stamp: Option<Stamp>,
    cache: FactsCache,
}

impl Environment {
    /// Opens the environment of an interpreter or the environment in a folder.
    ///
    /// A virtual environment is read from its `pyvenv.cfg` and the facts of its base interpreter. Python is
    /// only started when these facts are not in the cache, or when the path is a shim: a script that starts
    /// another interpreter, whose environment is then opened.
    ///
    /// # Errors
    /// Nothing is there, the base interpreter is gone, or it does not answer; see [`EnvironmentError`].
    pub fn open(python_or_folder: &Path, cache: &FactsCache) -> Result<Self, EnvironmentError> {
        let path = std::path::absolute(python_or_folder)
            .map_err(EnvironmentError::io("resolve", python_or_folder))?;
        let path = without_parent_steps(path);
        match path.metadata() {
            Ok(metadata) if metadata.is_dir() => Self::open_interpreter(interpreter_in(&path)?, cache, true),
            Ok(_) => Self::open_interpreter(path, cache, true),
            Err(_) if path.is_symlink() => {
                // A dangling link inside an environment: say which base is missing.
                match VenvConfiguration::of_interpreter(&path)? {
                    Some(VenvConfiguration { prefix, home, .. }) => {
                        Err(EnvironmentError::BaseGone { environment: prefix, home })
                    }
                    None => Err(EnvironmentError::NoInterpreterAt(path)),
                }
            }
            Err(_) => Err(EnvironmentError::NoInterpreterAt(path)),
        }
    }

    fn open_interpreter(
        python: PathBuf,
        cache: &FactsCache,
        may_be_shim: bool,
    ) -> Result<Self, EnvironmentError> {
        if let Some(configuration) = VenvConfiguration::of_interpreter(&python)? {
            let base_python = base_interpreter(&python, &configuration)?;
            let (facts, stamp) = base_facts(&base_python, cache)?;
            return Ok(Self::assemble(python, base_python, Some(configuration), facts, stamp, cache));
        }
        let (facts, stamp) = base_facts(&python, cache)?;
        if stamp.is_none() && may_be_shim && facts.executable != python {
            // The path led to another interpreter, possibly one of a virtual environment.
            return Self::open_interpreter(facts.executable, cache, false);
        }
        Ok(Self::assemble(python.clone(), python, None, facts, stamp, cache))
    }

    fn assemble(
        python: PathBuf,
        base_python: PathBuf,
        configuration: Option<VenvConfiguration>,
        facts: InterpreterFacts,
        stamp: Option<Stamp>,
        cache: &FactsCache,
    ) -> Self {
        let shared = Shared { python, base_python, configuration, facts, stamp, cache: cache.clone() };
        Self { shared: Arc::new(shared), variables: Arc::default() }
    }

    /// The environment that stands in a new folder, made from this one's base interpreter: as [`Self::open`]
    /// would open it, without reading anything.
    pub(crate) fn new_virtual(&self, python: PathBuf, prefix: PathBuf, system_site_packages: bool) -> Self {
        let base = &self.shared;
        let home = base.base_python.parent().unwrap_or(Path::new("")).to_owned();
        let configuration = VenvConfiguration { prefix, home, system_site_packages, version: None };
        Self {
            shared: Arc::new(Shared {
                python,
                base_python: base.base_python.clone(),
                configuration: Some(configuration),
                facts: base.facts.clone(),
                stamp: base.stamp.clone(),
                cache: base.cache.clone(),
            }),
            variables: Arc::clone(&self.variables),
        }
    }

    /// The same environment, seen by a process with these variables.
    #[must_use]
    pub fn with_variables(mut self, variables: PythonVariables) -> Self {
        self.variables = Arc::new(variables);
        self
    }

    pub(crate) fn variables(&self) -> &PythonVariables {
        &self.variables
    }

    pub(crate) fn cache(&self) -> (&FactsCache, Option<&Stamp>) {
        (&self.shared.cache, self.shared.stamp.as_ref())
    }

    /// `sys.executable`.
    pub fn python(&self) -> &Path {
        &self.shared.python
    }

    /// `sys._base_executable`: the interpreter that new environments are made from.
    pub fn base_python(&self) -> &Path {
        &self.shared.base_python
    }

    /// `sys.prefix`.
    pub fn prefix(&self) -> &Path {
        self.shared.configuration.as_ref().map_or(&self.shared.facts.prefix, |venv| &venv.prefix)
    }

    /// `sys.base_prefix`.
    pub fn base_prefix(&self) -> &Path {
        &self.shared.facts.prefix
    }

    /// Whether this is a virtual environment.
    pub fn is_virtual(&self) -> bool {
        self.shared.configuration.is_some()
    }

    /// Whether the base interpreter's packages are visible (always true for a base interpreter).
    pub fn sees_system_site_packages(&self) -> bool {
        self.shared.configuration.as_ref().is_none_or(|venv| venv.system_site_packages)
    }

    /// Major, minor and micro version of the interpreter.
    pub fn version(&self) -> (u32, u32, u32) {
        self.shared.facts.version
    }

    /// The full version with its pre-release part, such as `3.14.0rc1`.
    pub fn python_full_version(&self) -> &str {
        &self.shared.facts.markers.python_full_version
    }

    /// `sys.implementation.name`: `cpython`, `pypy`.
    pub fn implementation(&self) -> &str {
        &self.shared.facts.markers.implementation_name
    }

    /// All that is known of the base interpreter.
    pub fn facts(&self) -> &InterpreterFacts {
        &self.shared.facts
    }

    /// The folder of the standard library.
    pub fn stdlib(&self) -> &Path {
        &self.shared.facts.stdlib
    }

    /// `sys.implementation.cache_tag`, such as `cpython-312`.
    pub fn cache_tag(&self) -> &str {
        &self.shared.facts.cache_tag
    }

    /// `importlib.util.MAGIC_NUMBER` in hexadecimal.
    pub fn magic_number(&self) -> &str {
        &self.shared.facts.magic_number
    }
}

/// The path without `..`, if it leads to the same place: with links on the way it may not.
fn without_parent_steps(path: PathBuf) -> PathBuf {
    if !path.components().any(|component| component == Component::ParentDir) {
        return path;
    }
    let straight = normalised(&path);
    let is_same =
        matches!((straight.canonicalize(), path.canonicalize()), (Ok(one), Ok(other)) if one == other);
    if is_same { straight } else { path }
}

/// The interpreter of an environment folder, as pip's `--python` looks for it.
fn interpreter_in(folder: &Path) -> Result<PathBuf, EnvironmentError> {
    let candidates = ["bin/python", "Scripts/python.exe"].map(|name| folder.join(name));
    let found = candidates.iter().find(|path| path.exists() || path.is_symlink());
    match found {
        Some(path) if path.exists() => Ok(path.clone()),
        Some(path) => match VenvConfiguration::of_interpreter(path)? {
            Some(VenvConfiguration { prefix, home, .. }) => {
                Err(EnvironmentError::BaseGone { environment: prefix, home })
            }
            None => Err(EnvironmentError::NotAnEnvironment(folder.to_owned())),
        },
        None => Err(EnvironmentError::NotAnEnvironment(folder.to_owned())),
    }
}

/// The base interpreter of a virtual environment's interpreter.
///
/// As Python 3.11 and newer finds it: where the links lead, and if the executable is a copy, the one of the
/// same name (or one of the usual names) in the `home` folder.
fn base_interpreter(python: &Path, configuration: &VenvConfiguration) -> Result<PathBuf, EnvironmentError> {
    let gone = || EnvironmentError::BaseGone {
        environment: configuration.prefix.clone(),
        home: configuration.home.clone(),
    };
    let resolved = python.canonicalize().map_err(|_| gone())?;
    let own_folder = python.parent().and_then(|folder| folder.canonicalize().ok());
    if resolved.parent() != own_folder.as_deref() {
        return Ok(resolved);
    }
    let name = python.file_name().unwrap_or_default().to_string_lossy();
    let by_version = configuration.version.as_deref().map(|version| {
        let numbers: Vec<&str> = version.split('.').take(2).collect();
        format!("python{}", numbers.join("."))
    });
    [
        Some(name.as_ref()),
        by_version.as_deref(),
        Some("python3"),
        Some("python"),
        Some("pypy3"),
        Some("python.exe"),
    ]
    .into_iter()
    .flatten()
    .map(|name| configuration.home.join(name))
    .find(|path| path.is_file())
    .ok_or_else(gone)
}

/// The facts of a base interpreter, from the cache or by asking. Without a stamp, the path was a shim, and
/// the facts are those of the interpreter that it started.
fn base_facts(
    python: &Path,
    cache: &FactsCache,
) -> Result<(InterpreterFacts, Option<Stamp>), EnvironmentError> {
    let resolved = python.canonicalize().map_err(|_| EnvironmentError::NoInterpreterAt(python.to_owned()))?;
    let stamp = Stamp::of(&resolved).ok_or_else(|| EnvironmentError::NoInterpreterAt(python.to_owned()))?;
    if let Some(facts) = cache.read("facts", &stamp) {
        return Ok((facts, Some(stamp)));
    }
    let facts = probe::facts(python)?;
    let libc = facts.tags.libc.as_ref().and_then(|libc| libc.path.as_deref());
    let actual = facts.executable.canonicalize().unwrap_or_else(|_| facts.executable.clone());
    if actual == resolved {
        cache.write("facts", &stamp, libc, &facts);
        return Ok((facts, Some(stamp)));
    }
    // Known under its own name, so that opening it does not start it again. An interpreter of a virtual
    // environment resolves to its base unless it is a copy, whose facts are not those of a base.
    if let (Some(actual), Ok(None)) =
        (Stamp::of(&actual), VenvConfiguration::of_interpreter(&facts.executable))
    {
        cache.write("facts", &actual, libc, &facts);
    }
    Ok((facts, None))
}
