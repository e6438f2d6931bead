//! Where interpreters are looked for.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Candidate, InterpreterRequest, pyenv};

/// What the caller knows of the places where interpreters may be: values of its process environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// `PATH`.
    pub path: Option<OsString>,
    /// The working folder, from which relative paths and a `.venv` are meant.
    pub working_folder: PathBuf,
    /// The user's home folder.
    pub home: Option<PathBuf>,
    /// `PYENV_ROOT`.
    pub pyenv_root: Option<PathBuf>,
    /// `PYENV_VERSION`.
    pub pyenv_version: Option<String>,
    /// `CONDA_PREFIX`.
    pub conda_prefix: Option<PathBuf>,
    /// `UV_PYTHON_INSTALL_DIR`.
    pub uv_python_folder: Option<PathBuf>,
    /// `XDG_DATA_HOME`.
    pub data_home: Option<PathBuf>,
}

impl Places {
    /// The folder of pyenv.
    pub(crate) fn pyenv_root(&self) -> Option<PathBuf> {
        self.pyenv_root.clone().or_else(|| Some(self.home.as_ref()?.join(".pyenv")))
    }

    /// The executables that may be what is asked for, in the order in which to look at them; lazily, since the
    /// first mostly is the right one.
    pub(crate) fn candidates<'a>(
        &'a self,
        request: &'a InterpreterRequest,
    ) -> Box<dyn Iterator<Item = Candidate> + 'a> {
        let on_path = self.path_folders().flat_map(move |folder| self.in_path_folder(&folder, request));
        if matches!(request, InterpreterRequest::Executable(_)) {
            return Box::new(on_path);
        }
        let elsewhere = std::iter::once_with(|| self.managed()).flatten();
        let system = std::iter::once_with(|| system_folders(self.conda_prefix.as_deref()))
            .flatten()
            .flat_map(move |folder| self.in_path_folder(&folder, request));
        Box::new(on_path.chain(elsewhere).chain(system))
    }

    pub(crate) fn path_folders(&self) -> impl Iterator<Item = PathBuf> + '_ {
        let folders: Vec<PathBuf> =
            self.path.as_deref().map(|path| std::env::split_paths(path).collect()).unwrap_or_default();
        folders.into_iter().filter(|folder| folder.is_absolute())
    }

    fn in_path_folder(&self, folder: &Path, request: &InterpreterRequest) -> Vec<Candidate> {
        let mut names = request.names();
        // Without a certain minor version, each `python3.x` may fit.
        if !matches!(request, InterpreterRequest::Executable(_))
            && !names.iter().any(|name| name.contains('.'))
        {
            names.extend(versioned_names(folder));
        }
        let executable = |name: String| {
            let path = folder.join(with_exe(&name));
            let hint = version_in(&name);
            match self.behind_pyenv_shim(folder, &name) {
                pyenv::Shim::None => path.is_file().then_some(Candidate { path, hint }),
                pyenv::Shim::Leads(path) => Some(Candidate { path, hint }),
                pyenv::Shim::Nowhere => None,
                pyenv::Shim::Unknown => Some(Candidate { path, hint }),
            }
        };
        names.into_iter().filter_map(executable).collect()
    }

    fn behind_pyenv_shim(&self, folder: &Path, name: &str) -> pyenv::Shim {
        match self.pyenv_root() {
            Some(root) if folder == root.join("shims") => {
                pyenv::behind_shim(&root, name, self.pyenv_version.as_deref(), &self.working_folder)
            }
            _ => pyenv::Shim::None,
        }
    }

    /// The interpreters of version managers, newest first in each.
    fn managed(&self) -> Vec<Candidate> {
        let pyenv = self.pyenv_root().map(|root| root.join("versions"));
        let uv = self.uv_python_folder.clone().or_else(|| {
            let data =
                self.data_home.clone().or_else(|| Some(self.home.as_ref()?.join(".local").join("share")))?;
            Some(data.join("uv").join("python"))
        });
        pyenv.into_iter().chain(uv).flat_map(|folder| interpreters_below(&folder)).collect()
    }
}

/// `<folder>/<version>/bin/python`, newest version first; folders of one interpreter each.
fn interpreters_below(folder: &Path) -> Vec<Candidate> {
    let mut found: Vec<(Vec<u32>, PathBuf)> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name();
            // `3.12.1`, `pypy3.10-7.3.15`, `cpython-3.12.9-linux-x86_64-gnu`
            let numbers = numbers_in(&name.to_string_lossy());
            let python = interpreter_below(&entry.path())?;
            Some((numbers, python))
        })
        .collect();
    found.sort_by(|a, b| b.cmp(a));
    let candidate = |(numbers, path): (Vec<u32>, PathBuf)| {
        let hint = match numbers.as_slice() {
            [major @ (2 | 3), minor, ..] => Some((*major, Some(*minor))),
            _ => None,
        };
        Candidate { path, hint }
    };
    found.into_iter().map(candidate).collect()
}

fn interpreter_below(folder: &Path) -> Option<PathBuf> {
    ["bin/python3", "bin/python", "python.exe"]
        .iter()
        .map(|name| folder.join(name))
        .find(|path| path.is_file())
}

/// The first run of numbers with dots in a name.
fn numbers_in(name: &str) -> Vec<u32> {
    let start = name.find(|c: char| c.is_ascii_digit()).unwrap_or(name.len());
    let version = name.get(start..).unwrap_or_default();
    let end = version.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(version.len());
    version.get(..end).unwrap_or_default().split('.').map_while(|number| number.parse().ok()).collect()
}

/// `python3.x` in a folder, newest first.
fn versioned_names(folder: &Path) -> Vec<String> {
    let mut names: Vec<(u32, String)> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let minor = name.strip_prefix("python3.")?.trim_end_matches(".exe").parse().ok()?;
            Some((minor, name))
        })
        .collect();
    names.sort_by(|a, b| b.cmp(a));
    names.into_iter().map(|(_, name)| name).collect()
}

/// The version that an executable's name carries: `python3.12`, `pypy3`.
fn version_in(name: &str) -> Option<(u32, Option<u32>)> {
    let version = name.trim_end_matches(".exe").trim_start_matches(|c: char| c.is_ascii_alphabetic());
    match numbers_in(version).as_slice() {
        [] => None,
        [major] => Some((*major, None)),
        [major, minor, ..] => Some((*major, Some(*minor))),
    }
}

/// Folders that systems, conda and Homebrew put interpreters into, whether or not they are on `PATH`.
fn system_folders(conda_prefix: Option<&Path>) -> Vec<PathBuf> {
    let fixed = ["/usr/local/bin", "/usr/bin", "/opt/homebrew/bin", "/home/linuxbrew/.linuxbrew/bin"];
    let conda = conda_prefix.map(|prefix| if cfg!(windows) { prefix.to_owned() } else { prefix.join("bin") });
    conda.into_iter().chain(fixed.iter().filter(|_| cfg!(unix)).map(PathBuf::from)).collect()
}

fn with_exe(name: &str) -> String {
    if cfg!(windows) && !name.ends_with(".exe") { format!("{name}.exe") } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_in_names() {
        assert_eq!(version_in("python3.12"), Some((3, Some(12))));
        assert_eq!(version_in("pypy3"), Some((3, None)));
        assert_eq!(version_in("python"), None);
        assert_eq!(numbers_in("cpython-3.12.9-linux-x86_64-gnu"), [3, 12, 9]);
        assert_eq!(numbers_in("pypy3.10-7.3.15"), [3, 10]);
    }

    #[test]
    fn managed_interpreters_come_newest_first() {
        let root = tempfile::tempdir().unwrap();
        for version in ["3.9.1", "3.10.2", "3.9.18", "broken"] {
            let bin = root.path().join("versions").join(version).join("bin");
            fs::create_dir_all(&bin).unwrap();
            if version != "broken" {
                fs::write(bin.join("python"), "").unwrap();
            }
        }
        let places = Places { pyenv_root: Some(root.path().to_owned()), ..Places::default() };
        let hints: Vec<_> = places.managed().iter().map(|candidate| candidate.path.clone()).collect();
        let expected = ["3.10.2", "3.9.18", "3.9.1"];
        assert_eq!(
            hints,
            expected.map(|version| root.path().join("versions").join(version).join("bin/python"))
        );
    }

    #[cfg(unix)]
    #[test]
    fn path_comes_first_and_in_its_order() {
        let root = tempfile::tempdir().unwrap();
        let folders = ["one", "two"].map(|name| root.path().join(name));
        for folder in &folders {
            fs::create_dir(folder).unwrap();
        }
        fs::write(folders[0].join("python3"), "").unwrap();
        fs::write(folders[1].join("python3.12"), "").unwrap();
        let places = Places { path: Some(std::env::join_paths(&folders).unwrap()), ..Places::default() };
        let request = InterpreterRequest::parse("3.12");
        let paths: Vec<_> = places.candidates(&request).map(|candidate| candidate.path).take(2).collect();
        assert_eq!(paths, [folders[0].join("python3"), folders[1].join("python3.12")]);
    }
}
