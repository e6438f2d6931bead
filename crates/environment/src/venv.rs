//! Making virtual environments: the same tree as `python -m venv` of the target interpreter makes, without
//! starting it.
//!
//! The order matters when something goes wrong: `pyvenv.cfg` is written last, since a folder without it is no
//! environment, and a folder that did not exist before is removed again.

mod activation;
mod configuration;
mod quoting;
mod tree;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use crate::search_path::normalised;
use crate::{Environment, EnvironmentError};

pub(crate) use configuration::python_repr;
pub(crate) use tree::{set_mode, symlink};

/// What separates the folders of `PATH`.
pub(crate) const PATH_SEPARATOR: char = if cfg!(windows) { ';' } else { ':' };

/// The options of `python -m venv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// `--system-site-packages`
    pub system_site_packages: bool,
    /// `--copies` instead of `--symlinks`.
    pub copies: bool,
    /// `--clear`
    pub clear: bool,
    /// Whether the caller has cleared the folder already, and may keep things of his own in it.
    pub is_cleared: bool,
    /// `--upgrade`
    pub upgrade: bool,
    /// Not `--without-pip`. Only noted in `pyvenv.cfg`: pip is the caller's business.
    pub with_pip: bool,
    /// `--upgrade-deps`, likewise.
    pub upgrade_deps: bool,
    /// Not `--without-scm-ignore-files` (3.13 and newer).
    pub scm_ignore_files: bool,
    /// `--prompt`
    pub prompt: Option<String>,
    /// The folder that a relative path and the prompt `.` are meant from.
    pub working_folder: PathBuf,
}

impl Default for Options {
    /// `python -m venv` without options.
    fn default() -> Self {
        Self {
            system_site_packages: false,
            copies: cfg!(windows),
            clear: false,
            is_cleared: false,
            upgrade: false,
            with_pip: true,
            upgrade_deps: false,
            scm_ignore_files: true,
            prompt: None,
            working_folder: PathBuf::new(),
        }
    }
}

/// A new environment.
#[derive(Debug, Clone)]
pub struct Created {
    /// The environment, known without starting it.
    pub environment: Environment,
    /// What did not go as planned.
    pub warnings: Vec<Warning>,
}

/// Something that `venv` reports and goes on. Displayed in its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// A link could not be made; the file was copied.
    Link {
        /// What the link should have pointed to.
        source: PathBuf,
        /// Where it should have been.
        link: PathBuf,
    },
    /// A template of an activation script is not text and was left out.
    Template(PathBuf),
}

impl fmt::Display for Warning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Link { source, link } => {
                write!(formatter, "Unable to symlink {} to {}", python_repr(source), python_repr(link))
            }
            Self::Template(path) => {
                write!(formatter, "unable to copy script {}, may be binary", python_repr(path))
            }
        }
    }
}

/// What all steps need to know about the environment in the making.
struct Plan<'a> {
    base: &'a Environment,
    options: &'a Options,
    /// The folder, absolute.
    folder: PathBuf,
    /// The same as text: it is written to files.
    folder_text: String,
    /// `--prompt` with `.` replaced.
    prompt: Option<String>,
    scripts: PathBuf,
    include: PathBuf,
    packages: PathBuf,
}

/// The folder that [`create`] makes an environment in, or refuses with the same errors before anything is changed.
///
/// # Errors
/// Those of [`create`] that can be known before.
pub fn folder(folder: &Path, base: &Environment, options: &Options) -> Result<PathBuf, EnvironmentError> {
    Ok(Plan::new(folder, base, options)?.folder)
}

/// Makes a virtual environment of an interpreter, or brings an existing one up to date.
///
/// # Errors
/// Those of `venv`, in its words: a file or link in the way, `--upgrade` with `--clear`, and from 3.11 a path
/// with the separator of `PATH`; a path or prompt that the files of an environment cannot express; and what the
/// file system refuses. If the folder was not there before, nothing remains of it.
pub fn create(folder: &Path, base: &Environment, options: &Options) -> Result<Created, EnvironmentError> {
    let plan = Plan::new(folder, base, options)?;
    let is_new = plan.folder.symlink_metadata().is_err();
    match plan.carry_out() {
        Ok(warnings) => {
            let python = plan.scripts.join(plan.executable_name());
            let environment = base.new_virtual(python, plan.folder.clone(), options.system_site_packages);
            Ok(Created { environment, warnings })
        }
        Err(error) => {
            if is_new {
                // What went wrong is worth telling, not that it cannot be swept up either.
                let _ = fs::remove_dir_all(&plan.folder);
            }
            Err(error)
        }
    }
}

impl<'a> Plan<'a> {
    fn new(folder: &Path, base: &'a Environment, options: &'a Options) -> Result<Self, EnvironmentError> {
        if options.upgrade && options.clear {
            return Err(EnvironmentError::UpgradeAndClear);
        }
        let folder = std::path::absolute(options.working_folder.join(folder))
            .map_err(EnvironmentError::io("resolve", folder))?;
        let folder = normalised(&folder);
        let Some(folder_text) = folder.to_str().map(ToOwned::to_owned) else {
            return Err(EnvironmentError::NotUtf8(folder));
        };
        let (major, minor, _) = base.version();
        if (major, minor) >= (3, 11) && folder_text.contains(PATH_SEPARATOR) {
            return Err(EnvironmentError::PathSeparator(folder));
        }
        for text in [Some(&folder_text), options.prompt.as_ref()].into_iter().flatten() {
            if text.contains(['\n', '\r']) {
                return Err(EnvironmentError::LineBreak(text.clone()));
            }
        }
        let prompt = match options.prompt.as_deref() {
            Some(".") if (major, minor) >= (3, 9) => {
                let working_folder = std::path::absolute(options.working_folder.join("."))
                    .map_err(EnvironmentError::io("resolve", &options.working_folder))?;
                let name = working_folder.file_name().map(|name| name.to_string_lossy().into_owned());
                Some(name.unwrap_or_default())
            }
            prompt => prompt.map(ToOwned::to_owned),
        };
        let layout = tree::layout(base, &folder);
        Ok(Self {
            base,
            options,
            folder,
            folder_text,
            prompt,
            scripts: layout.scripts,
            include: layout.include,
            packages: layout.packages,
        })
    }

    fn carry_out(&self) -> Result<Vec<Warning>, EnvironmentError> {
        let mut warnings = Vec::new();
        self.make_folders()?;
        self.place_interpreter(&mut warnings)?;
        if !self.options.upgrade {
            self.write_activation_scripts(&mut warnings)?;
        }
        if self.is_since(3, 13) && self.options.scm_ignore_files {
            write(&self.folder.join(".gitignore"), configuration::GIT_IGNORE.as_bytes())?;
        }
        write(&self.folder.join("pyvenv.cfg"), self.configuration_text().as_bytes())?;
        Ok(warnings)
    }

    fn is_since(&self, major: u32, minor: u32) -> bool {
        let (own_major, own_minor, _) = self.base.version();
        (own_major, own_minor) >= (major, minor)
    }

    /// The name that the prompt shows.
    fn shown_name(&self) -> &str {
        self.prompt.as_deref().unwrap_or_else(|| self.folder_name())
    }

    fn folder_name(&self) -> &str {
        self.folder.file_name().and_then(|name| name.to_str()).unwrap_or_default()
    }

    fn executable_name(&self) -> &Path {
        self.base.base_python().file_name().map_or(Path::new("python"), Path::new)
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), EnvironmentError> {
    fs::write(path, bytes).map_err(EnvironmentError::io("write", path))
}
