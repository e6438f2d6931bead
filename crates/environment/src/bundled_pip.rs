//! The pip that comes with an interpreter: its wheels, and the index it would use.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Environment, probe};

impl Environment {
    /// The wheels that `ensurepip` would install: those in the standard library, or those in the folder where
    /// a distributor keeps them. Empty on systems that ship neither.
    pub fn bundled_wheels(&self) -> Vec<PathBuf> {
        let (major, minor, _) = self.version();
        let projects: &[&str] = if (major, minor) < (3, 12) { &["pip-", "setuptools-"] } else { &["pip-"] };
        let own = self.stdlib().join("ensurepip").join("_bundled");
        self.facts()
            .wheel_folder
            .iter()
            .map(PathBuf::as_path)
            .chain([own.as_path()])
            .map(|folder| newest_wheels(folder, projects))
            .find(|wheels| !wheels.is_empty())
            .unwrap_or_default()
    }

    /// The index that the interpreter's own pip uses when nothing is configured, so that a distributor's
    /// choice holds here, too. Asked once per interpreter and kept; nothing if no pip is to be found.
    pub fn default_index(&self) -> Option<String> {
        let (cache, stamp) = self.cache();
        if let Some(known) = stamp.and_then(|stamp| cache.read("index", stamp)) {
            return Some(known);
        }
        let site_folders = self.base_site_folders();
        let wheels = self.bundled_wheels();
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
fn newest_wheels(folder: &Path, prefixes: &[&str]) -> Vec<PathBuf> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".whl"))
        .collect();
    names.sort_unstable();
    let newest = |prefix: &&str| {
        names.iter().rev().find(|name| name.starts_with(prefix)).map(|name| folder.join(name))
    };
    prefixes.iter().filter_map(newest).collect()
}
