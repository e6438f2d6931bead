//! Where configuration files are looked for.

use std::path::{Path, PathBuf};

use super::Level;
use crate::Ambient;

#[cfg(windows)]
const FILE: &str = "pip.ini";
#[cfg(not(windows))]
const FILE: &str = "pip.conf";

#[cfg(windows)]
const NULL_DEVICE: &str = "nul";
#[cfg(not(windows))]
const NULL_DEVICE: &str = "/dev/null";

/// Whether `PIP_CONFIG_FILE` says that no file counts.
pub(super) fn are_off(ambient: &Ambient) -> bool {
    ambient.variable("PIP_CONFIG_FILE") == Some(NULL_DEVICE)
}

/// The files that count, whether they exist or not, from the weakest to the strongest.
pub(super) fn all(ambient: &Ambient) -> impl Iterator<Item = (Level, PathBuf)> + use<> {
    let files = if are_off(ambient) { Vec::new() } else { known(ambient) };
    let folder = ambient.working_directory.clone();
    files
        .into_iter()
        .filter(|(_, path)| !path.as_os_str().is_empty())
        .map(move |(level, path)| (level, folder.join(path)))
}

/// The files that pip knows of, in the same order; that of `PIP_CONFIG_FILE` as it is written there.
pub(super) fn known(ambient: &Ambient) -> Vec<(Level, PathBuf)> {
    let named = ambient.variable("PIP_CONFIG_FILE");
    let replaces_user = named
        .filter(|path| !path.is_empty())
        .is_some_and(|path| ambient.working_directory.join(path).exists());
    let mut files: Vec<_> = global(ambient).into_iter().map(|path| (Level::Global, path)).collect();
    if !replaces_user {
        files.extend(user(ambient).into_iter().map(|path| (Level::User, path)));
    }
    files.extend(ambient.prefix.iter().map(|prefix| (Level::Site, prefix.join(FILE))));
    files.extend(named.map(|path| (Level::Variable, PathBuf::from(path))));
    files
}

/// The folder that a variable names; only absolute paths count.
fn folder(ambient: &Ambient, variable: &str) -> Option<PathBuf> {
    let path = Path::new(ambient.variable(variable)?.trim());
    path.is_absolute().then(|| path.to_owned())
}

/// The folders that a variable lists; only absolute paths count.
#[cfg(not(windows))]
fn folders(ambient: &Ambient, variable: &str) -> Vec<PathBuf> {
    let list = ambient.variable(variable).unwrap_or_default();
    list.split(':').map(|path| PathBuf::from(path.trim())).filter(|path| path.is_absolute()).collect()
}

#[cfg(not(any(windows, target_os = "macos")))]
fn global(ambient: &Ambient) -> Vec<PathBuf> {
    let mut listed = folders(ambient, "XDG_CONFIG_DIRS");
    if listed.is_empty() {
        listed.push(PathBuf::from("/etc/xdg"));
    }
    let mut files: Vec<_> = listed.into_iter().map(|folder| folder.join("pip").join(FILE)).collect();
    files.push(Path::new("/etc").join(FILE));
    files
}

#[cfg(not(any(windows, target_os = "macos")))]
fn user(ambient: &Ambient) -> Vec<PathBuf> {
    let home = ambient.home.as_deref();
    let config = folder(ambient, "XDG_CONFIG_HOME").or_else(|| home.map(|home| home.join(".config")));
    let legacy = home.map(|home| home.join(".pip").join(FILE));
    legacy.into_iter().chain(config.map(|config| config.join("pip").join(FILE))).collect()
}

#[cfg(target_os = "macos")]
fn global(ambient: &Ambient) -> Vec<PathBuf> {
    let mut listed = folders(ambient, "XDG_DATA_DIRS");
    if listed.is_empty() {
        listed.push(PathBuf::from("/Library/Application Support"));
    }
    listed.into_iter().map(|folder| folder.join("pip").join(FILE)).collect()
}

#[cfg(target_os = "macos")]
fn user(ambient: &Ambient) -> Vec<PathBuf> {
    let home = ambient.home.as_deref();
    let data = folder(ambient, "XDG_DATA_HOME")
        .or_else(|| home.map(|home| home.join("Library/Application Support")))
        .map(|folder| folder.join("pip"))
        .filter(|folder| folder.is_dir());
    let config = data.or_else(|| home.map(|home| home.join(".config/pip")));
    let legacy = home.map(|home| home.join(".pip").join(FILE));
    legacy.into_iter().chain(config.map(|folder| folder.join(FILE))).collect()
}

#[cfg(windows)]
fn global(ambient: &Ambient) -> Vec<PathBuf> {
    folder(ambient, "ProgramData").map(|folder| folder.join("pip").join(FILE)).into_iter().collect()
}

#[cfg(windows)]
fn user(ambient: &Ambient) -> Vec<PathBuf> {
    let legacy = ambient.home.as_ref().map(|home| home.join("pip").join(FILE));
    let roaming = folder(ambient, "APPDATA").map(|folder| folder.join("pip").join(FILE));
    legacy.into_iter().chain(roaming).collect()
}
