//! pyenv's shims: scripts that take a tenth of a second to find out which interpreter is meant.
//!
//! Where pyenv's own rules leave no doubt, the answer is read from the same files that pyenv reads:
//! `PYENV_VERSION`, `.python-version` here or above, `<root>/version`. Everything else is left to the shim.

use std::fs;
use std::path::{Path, PathBuf};

/// What is behind a name in pyenv's folder of shims.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Shim {
    /// It is no shim of pyenv.
    None,
    /// This interpreter.
    Leads(PathBuf),
    /// None of the chosen versions has a command of this name.
    Nowhere,
    /// Only pyenv itself can say.
    Unknown,
}

/// What the shim `name` would start.
pub(crate) fn behind_shim(root: &Path, name: &str, chosen: Option<&str>, working_folder: &Path) -> Shim {
    if !root.join("shims").join(name).is_file() {
        return Shim::Nowhere;
    }
    let versions = match chosen {
        Some(versions) if !versions.is_empty() => versions.split(':').map(ToOwned::to_owned).collect(),
        _ => match version_file(root, working_folder) {
            Some(versions) => versions,
            None => return Shim::Nowhere, // `system`: PATH goes on
        },
    };
    for version in &versions {
        if version == "system" {
            // What follows on PATH would be taken before the next version: leave that to pyenv.
            return if versions.len() == 1 { Shim::Nowhere } else { Shim::Unknown };
        }
        let is_plain = !version.is_empty() && !version.contains(['/', '\\']) && !version.starts_with('.');
        let folder = root.join("versions").join(version);
        if !is_plain || !folder.is_dir() {
            return Shim::Unknown;
        }
        let executable = folder.join("bin").join(name);
        if executable.is_file() {
            return Shim::Leads(executable);
        }
    }
    Shim::Nowhere
}

/// The versions of the file that counts, one a word; nothing if there is no such file.
fn version_file(root: &Path, working_folder: &Path) -> Option<Vec<String>> {
    let local = working_folder.ancestors().map(|folder| folder.join(".python-version"));
    let text = local.chain([root.join("version")]).find_map(|file| fs::read_to_string(file).ok())?;
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
    let words: Vec<String> = lines.flat_map(str::split_whitespace).map(ToOwned::to_owned).collect();
    (!words.is_empty()).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pyenvs_files_are_read_in_pyenvs_order() {
        let root = tempfile::tempdir().unwrap();
        let work = tempfile::tempdir().unwrap();
        let (root, deep) = (root.path(), work.path().join("a").join("b"));
        fs::create_dir_all(&deep).unwrap();
        fs::create_dir_all(root.join("shims")).unwrap();
        fs::write(root.join("shims").join("python"), "").unwrap();
        for version in ["3.11.7", "3.12.1"] {
            let bin = root.join("versions").join(version).join("bin");
            fs::create_dir_all(&bin).unwrap();
            fs::write(bin.join("python"), "").unwrap();
        }
        let leads =
            |version: &str| Shim::Leads(root.join("versions").join(version).join("bin").join("python"));
        assert_eq!(behind_shim(root, "python", None, &deep), Shim::Nowhere);
        fs::write(root.join("version"), "3.11.7\n").unwrap();
        assert_eq!(behind_shim(root, "python", None, &deep), leads("3.11.7"));
        assert_eq!(behind_shim(root, "python3.12", None, &deep), Shim::Nowhere);
        fs::write(work.path().join(".python-version"), "# ours\n3.12.1 3.11.7\n").unwrap();
        assert_eq!(behind_shim(root, "python", None, &deep), leads("3.12.1"));
        assert_eq!(behind_shim(root, "python", Some("3.11.7"), &deep), leads("3.11.7"));
        assert_eq!(behind_shim(root, "python", Some("3.9"), &deep), Shim::Unknown);
        assert_eq!(behind_shim(root, "python", Some("system"), &deep), Shim::Nowhere);
        assert_eq!(behind_shim(root, "python", Some("../../x"), &deep), Shim::Unknown);
    }
}
