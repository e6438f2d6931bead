//! The pip that comes with an interpreter: its wheels, and the index it would use.

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::pyvenv_cfg::is_absent;
use crate::{Environment, EnvironmentError, probe};

impl Environment {
    /// The wheels that `ensurepip` would install: those in the standard library, or those in the folder where
    /// a distributor keeps them. Empty on systems that ship neither.
    ///
    /// # Errors
    /// Such a folder is there and cannot be read.
    pub fn bundled_wheels(&self) -> Result<Vec<PathBuf>, EnvironmentError> {
        let (major, minor, _) = self.version();
        let projects: &[&str] = if (major, minor) < (3, 12) { &["pip-", "setuptools-"] } else { &["pip-"] };
        let own = self.stdlib().join("ensurepip").join("_bundled");
        let folders = self.facts().wheel_folder.iter().map(PathBuf::as_path).chain([own.as_path()]);
        for folder in folders {
            let wheels = newest_wheels(folder, projects).map_err(EnvironmentError::io("read", folder))?;
            if !wheels.is_empty() {
                return Ok(wheels);
            }
        }
        Ok(Vec::new())
    }

    /// The index that the interpreter's own pip uses when nothing is configured, so that a distributor's
    /// choice holds here, too. Known with the facts, or asked once per interpreter; nothing if no pip is to be found.
    pub fn default_index(&self) -> Option<String> {
        if let Some(known) = &self.facts().default_index {
            return Some(known.clone());
        }
        let (cache, stamp) = self.cache();
        if let Some(known) = stamp.and_then(|stamp| cache.read("index", stamp)) {
            return Some(known);
        }
        let site_folders = self.base_site_folders();
        // The installed pip may tell all the same.
        let wheels = self.bundled_wheels().unwrap_or_default();
        let installed = site_folders.iter().filter(|folder| folder.join("pip").is_dir());
        let places: Vec<&Path> = installed.chain(&wheels).map(PathBuf::as_path).collect();
        if places.is_empty() {
            return None;
        }
        let answer = probe::default_index(self.base_python(), &places)?;
        if let Some(stamp) = stamp {
            cache.write("index", stamp, None, &answer);
        }
        Some(answer)
    }
}

/// The wheel of each project in a folder; of several, the one with the greatest name.
fn newest_wheels(folder: &Path, prefixes: &[&str]) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if is_absent(&error) => return Ok(Vec::new()),
        entries => entries?,
    };
    let names = entries.map(|entry| Ok(entry?.file_name().into_string().ok()));
    let mut names: Vec<String> = names.filter_map(io::Result::transpose).collect::<io::Result<_>>()?;
    names.retain(|name| name.ends_with(".whl"));
    names.sort_unstable();
    let newest = |prefix: &&str| {
        names.iter().rev().find(|name| name.starts_with(prefix)).map(|name| folder.join(name))
    };
    Ok(prefixes.iter().filter_map(newest).collect())
}
