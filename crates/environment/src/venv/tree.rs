//! The folders of an environment and the interpreter in it.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::{Plan, Warning};
use crate::scheme::Bases;
use crate::{Environment, EnvironmentError};

/// Where things are in a new environment.
pub(super) struct Layout {
    pub scripts: PathBuf,
    pub include: PathBuf,
    pub packages: PathBuf,
}

/// From 3.11 the layout is sysconfig's scheme `venv`; before, the include folder is an empty one of its own.
pub(super) fn layout(base: &Environment, folder: &Path) -> Layout {
    let template = &base.facts().schemes.layout;
    let bases = Bases::all(folder);
    let (major, minor, _) = base.version();
    let include = if (major, minor) >= (3, 11) {
        bases.expand(&template.include)
    } else {
        folder.join(if cfg!(windows) { "Include" } else { "include" })
    };
    Layout { scripts: bases.expand(&template.scripts), include, packages: bases.expand(&template.purelib) }
}

impl Plan<'_> {
    pub(super) fn make_folders(&self) -> Result<(), EnvironmentError> {
        make_folder(&self.folder)?;
        if self.options.clear && !self.options.is_cleared {
            clear(&self.folder)?;
        }
        make_folder(&self.include)?;
        make_folder(&self.packages)?;
        let is_64bit = self.base.facts().tags.is_64bit;
        let link = self.folder.join("lib64");
        if cfg!(all(unix, not(target_os = "macos"))) && is_64bit && !link.exists() {
            symlink(Path::new("lib"), &link).map_err(EnvironmentError::io("create", link))?;
        }
        make_folder(&self.scripts)
    }

    /// The interpreter under the name that the base was started by, and under the usual names.
    pub(super) fn place_interpreter(&self, warnings: &mut Vec<Warning>) -> Result<(), EnvironmentError> {
        let own_name = self.executable_name();
        let own_path = self.scripts.join(own_name);
        self.link_or_copy(self.base.base_python(), self.base.base_python(), &own_path, warnings)?;
        let (major, minor, _) = self.base.version();
        let mut names = vec!["python".to_owned(), "python3".to_owned()];
        if self.is_since(3, 9) {
            names.push(format!("python{major}.{minor}"));
        }
        if (major, minor) == (3, 14) {
            names.push("\u{1d70b}thon".to_owned());
        }
        for name in names {
            let path = self.scripts.join(name);
            if !path.exists() {
                self.link_or_copy(own_name, &own_path, &path, warnings)?;
            }
        }
        Ok(())
    }

    /// A link with this target, or a copy of the file if links are not wanted or not possible. A link that is
    /// there stays, as it does for `venv --upgrade`.
    fn link_or_copy(
        &self,
        target: &Path,
        source: &Path,
        path: &Path,
        warnings: &mut Vec<Warning>,
    ) -> Result<(), EnvironmentError> {
        if !self.options.copies {
            match symlink(target, path) {
                Ok(()) => return Ok(()),
                Err(error) if error.kind() == ErrorKind::AlreadyExists && path.is_symlink() => return Ok(()),
                Err(_) => warnings.push(Warning::Link { source: target.to_owned(), link: path.to_owned() }),
            }
        }
        if path.is_symlink() {
            // A copy must not be written through a link to the very file that it is a copy of.
            fs::remove_file(path).map_err(EnvironmentError::io("remove", path))?;
        }
        fs::copy(source, path).map_err(EnvironmentError::io("write", path))?;
        set_mode(path, 0o755).map_err(EnvironmentError::io("change", path))
    }
}

/// Makes a folder and those above it. A file or link in its place is an error, as for `venv`.
fn make_folder(path: &Path) -> Result<(), EnvironmentError> {
    let made = match fs::create_dir(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => fs::create_dir_all(path),
        made => made,
    };
    match made {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => match path.symlink_metadata() {
            Ok(metadata) if metadata.is_dir() => Ok(()),
            _ => Err(EnvironmentError::NotAFolder(path.to_owned())),
        },
        Err(source) => Err(EnvironmentError::Io { action: "create", path: path.to_owned(), source }),
    }
}

/// Removes everything in a folder, but not the folder itself.
fn clear(folder: &Path) -> Result<(), EnvironmentError> {
    for entry in fs::read_dir(folder).map_err(EnvironmentError::io("read", folder))? {
        let entry = entry.map_err(EnvironmentError::io("read", folder))?;
        let path = entry.path();
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        let removed = if is_folder { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.map_err(EnvironmentError::io("remove", path))?;
    }
    Ok(())
}

#[cfg(unix)]
pub(crate) fn symlink(target: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

#[cfg(not(unix))]
pub(crate) fn symlink(_: &Path, _: &Path) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

#[cfg(unix)]
pub(crate) fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
pub(crate) fn set_mode(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}
