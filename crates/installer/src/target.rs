//! Where a plan is carried out.

use std::fs;
use std::path::{Path, PathBuf};

use environment::{Environment, Scheme};

use crate::journal;

/// The folders and the interpreter that distributions are placed for, and removed from.
#[derive(Debug, Clone)]
pub struct Target {
    /// Where the parts of a wheel go. `headers` without the project's name.
    pub scheme: Scheme,
    /// The interpreter that scripts start.
    pub python: PathBuf,
    /// Its major and minor version, for `pip3.12`.
    pub version: (u32, u32),
    /// Its tag in the names of `.pyc` files, such as `cpython-312`.
    pub cache_tag: String,
    /// The environment's folder (`sys.prefix`).
    pub prefix: PathBuf,
    /// Whether it is a virtual environment: nothing outside `prefix` is removed then.
    pub is_virtual: bool,
    /// The folder that carries the journal: on the same file system as the packages.
    pub journal_folder: PathBuf,
    /// The standard library's folder, without symbolic links: nothing there is removed.
    pub standard_library: PathBuf,
    /// The user's site-packages and scripts folders, when there are any.
    pub user: Option<(PathBuf, PathBuf)>,
    /// A plain folder that takes packages as its own entries (`--target`) instead of a scheme's folders.
    pub folder: Option<TargetFolder>,
}

/// A plain folder of packages.
#[derive(Debug, Clone)]
pub struct TargetFolder {
    /// The folder.
    pub path: PathBuf,
    /// Whether entries that are there already are replaced (`--upgrade`); they are kept otherwise.
    pub replaces: bool,
}

impl Target {
    /// The environment itself.
    pub fn of(environment: &Environment) -> Self {
        let scheme = environment.scheme();
        let (major, minor, _) = environment.version();
        let journal_folder = if environment.is_virtual() {
            environment.prefix().to_path_buf()
        } else {
            scheme.purelib.clone()
        };
        let user = environment
            .user_site()
            .zip(environment.user_scheme())
            .map(|(site, scheme)| (site, scheme.scripts));
        Self {
            scheme,
            python: environment.python().to_path_buf(),
            version: (major, minor),
            cache_tag: environment.cache_tag().to_owned(),
            prefix: environment.prefix().to_path_buf(),
            is_virtual: environment.is_virtual(),
            journal_folder,
            standard_library: real(environment.stdlib()),
            user,
            folder: None,
        }
    }

    /// A plain folder of packages for the environment's interpreter.
    pub fn into_folder(environment: &Environment, folder: TargetFolder) -> Self {
        Self {
            scheme: environment.home_scheme(&folder.path),
            journal_folder: folder.path.clone(),
            folder: Some(folder),
            ..Self::of(environment)
        }
    }

    /// The same for a step within [`refill`](crate::refill), which holds the environment and undoes this step, too.
    #[must_use]
    pub fn within_refill(self) -> Self {
        Self { journal_folder: self.journal_folder.join(journal::FOLDER), ..self }
    }

    /// The same interpreter with other folders: `--user`, `--prefix`, `--root`.
    #[must_use]
    pub fn with_scheme(self, scheme: Scheme) -> Self {
        Self { journal_folder: scheme.purelib.clone(), scheme, ..self }
    }

    /// The user's own packages; nothing where there is no home folder to have them in.
    pub fn of_user(environment: &Environment) -> Option<Self> {
        Some(Self::of(environment).with_scheme(environment.user_scheme()?))
    }

    /// What of the file system may be removed from.
    pub(crate) fn bounds(&self) -> Bounds {
        Bounds { prefix: self.is_virtual.then(|| real(&self.prefix)) }
    }
}

/// Where files may be removed: in a virtual environment, only inside of it.
#[derive(Debug)]
pub(crate) struct Bounds {
    prefix: Option<PathBuf>,
}

impl Bounds {
    /// Whether a path without symbolic links may be removed.
    pub(crate) fn allow(&self, path: &Path) -> bool {
        self.prefix.as_ref().is_none_or(|prefix| path.starts_with(prefix))
    }
}

/// A path without symbolic links, or as it is when it leads nowhere.
pub(crate) fn real(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}
