//! The process that oxipip runs in: its arguments, its variables, its folders. Only here are they read.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use environment::{Places, PythonVariables};
use options::Ambient;

/// What the operating system handed over.
pub struct Process {
    /// The arguments after the program's name.
    pub arguments: Vec<OsString>,
    /// How the program was called: `pip3`, `oxipip`, or `<python> -m pip` from the native `pip` package.
    pub program: String,
    /// The path the program was started by, with links unresolved: `<env>/bin/pip` tells the environment.
    pub own_place: Option<PathBuf>,
    /// The process environment as text; what is not UTF-8 is replaced.
    pub variables: Vec<(String, String)>,
    /// The current folder; the root when it is gone.
    pub working_directory: PathBuf,
}

impl Process {
    /// Reads the running process.
    pub fn current() -> Self {
        let mut arguments = env::args_os();
        let called = arguments.next().unwrap_or_default();
        let program = program(&called.to_string_lossy());
        let working_directory = env::current_dir().unwrap_or_else(|_| PathBuf::from("/"));
        Self {
            arguments: arguments.collect(),
            program,
            own_place: own_place(&called).map(|path| working_directory.join(path)),
            variables: env::vars_os()
                .map(|(key, value)| {
                    (key.to_string_lossy().into_owned(), value.to_string_lossy().into_owned())
                })
                .collect(),
            working_directory,
        }
    }

    /// A variable that is set.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A variable that is set to more than nothing.
    pub fn set_variable(&self, name: &str) -> Option<&str> {
        self.variable(name).filter(|value| !value.is_empty())
    }

    /// A path in a variable that is set to more than nothing.
    pub fn path_variable(&self, name: &str) -> Option<PathBuf> {
        self.set_variable(name).map(PathBuf::from)
    }

    /// What the command line and the configuration are read in, where this is the environment's prefix.
    pub fn ambient(&self, prefix: Option<PathBuf>) -> Ambient {
        Ambient {
            program: self.program.clone(),
            variables: self.variables.clone(),
            home: self.home(),
            working_directory: self.working_directory.clone(),
            prefix,
        }
    }

    /// The user's home folder.
    pub fn home(&self) -> Option<PathBuf> {
        self.path_variable("HOME")
    }

    /// Whether the program answers as pip, for which `.venv` does not count: under every name but its own, since
    /// scripts of any name may lead to pip's entry points.
    pub fn is_called_pip(&self) -> bool {
        !self.program.starts_with("oxipip")
    }

    /// Where interpreters may be found.
    pub fn places(&self) -> Places {
        Places {
            path: env::var_os("PATH"),
            working_folder: self.working_directory.clone(),
            home: self.home(),
            pyenv_root: self.path_variable("PYENV_ROOT"),
            conda_prefix: self.path_variable("CONDA_PREFIX"),
            uv_python_folder: self.path_variable("UV_PYTHON_INSTALL_DIR"),
            data_home: self.path_variable("XDG_DATA_HOME"),
            ..Places::default()
        }
    }

    /// The variables by which Python itself would find other folders.
    pub fn python_variables(&self) -> PythonVariables {
        let python_path = self.set_variable("PYTHONPATH").map(|value| env::split_paths(value).collect());
        PythonVariables {
            home: self.home(),
            user_base: self.path_variable("PYTHONUSERBASE"),
            no_user_site: self.set_variable("PYTHONNOUSERSITE").is_some(),
            python_path: python_path.unwrap_or_default(),
        }
    }

    /// The folder that pip's cache is in, unless an option says otherwise (pip: `platformdirs.user_cache_dir`).
    pub fn default_cache(&self) -> Option<PathBuf> {
        let of_user = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
        let chosen = self.variable("XDG_CACHE_HOME").map(|value| PathBuf::from(value.trim()));
        let base =
            chosen.filter(|folder| folder.is_absolute()).or_else(|| Some(self.home()?.join(of_user)))?;
        Some(base.join("pip"))
    }
}

/// How the native `pip` package names the program when it hands over.
const AS_MODULE: &str = " -m pip";

/// The last part of a path; a call as a module is kept whole, as pip's usage lines show it.
fn program(called: &str) -> String {
    if called.ends_with(AS_MODULE) {
        return called.to_owned();
    }
    called.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("oxipip").to_owned()
}

/// On Linux the kernel passes the path that was executed, even where the first argument is a bare name.
#[cfg(target_os = "linux")]
fn own_place(_called: &std::ffi::OsStr) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt as _;
    let path = rustix::param::linux_execfn();
    (!path.is_empty()).then(|| PathBuf::from(std::ffi::OsStr::from_bytes(path.to_bytes())))
}

#[cfg(not(target_os = "linux"))]
fn own_place(called: &std::ffi::OsStr) -> Option<PathBuf> {
    let path = std::path::Path::new(called);
    if path.components().count() > 1 {
        return Some(path.to_owned());
    }
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(path)).find(|place| place.is_file())
}
