//! Scripts that a shell would not find.

use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// The console scripts of one distribution that are in folders outside `PATH`. Displayed as pip warns of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptsOffPath {
    /// The folders, each with the names of its scripts, sorted.
    pub folders: Vec<(PathBuf, Vec<String>)>,
    /// `PATH` has an entry that begins with `~`, which not every program expands.
    pub path_has_tilde: bool,
}

impl ScriptsOffPath {
    /// Checks scripts against a `PATH`; `None` when all would be found. Scripts beside the interpreter do not count:
    /// an environment that is not activated is no mistake.
    pub(crate) fn check(scripts: &[PathBuf], python: &Path, search_path: &OsStr) -> Option<Self> {
        let mut folders: Vec<(PathBuf, Vec<String>)> = Vec::new();
        for script in scripts {
            let (Some(folder), Some(name)) = (script.parent(), script.file_name()) else { continue };
            if Some(folder) == python.parent() {
                continue;
            }
            let (folder, name) = (resolved(folder), name.to_string_lossy().into_owned());
            match folders.iter_mut().find(|(known, _)| *known == folder) {
                Some((_, names)) => names.push(name),
                None => folders.push((folder, vec![name])),
            }
        }
        if folders.is_empty() {
            return None;
        }
        let interpreter = python.parent().map(resolved);
        folders.retain(|(folder, _)| Some(folder) != interpreter.as_ref());
        let entries: Vec<PathBuf> = std::env::split_paths(search_path).collect();
        folders.retain(|(folder, _)| !entries.contains(folder));
        if !folders.is_empty() {
            let entries: Vec<PathBuf> = entries.iter().map(|entry| resolved(entry)).collect();
            folders.retain(|(folder, _)| !entries.contains(folder));
        }
        for (_, names) in &mut folders {
            names.sort_unstable();
            names.dedup();
        }
        let path_has_tilde =
            entries.iter().any(|entry| entry.as_os_str().as_encoded_bytes().starts_with(b"~"));
        (!folders.is_empty()).then_some(Self { folders, path_has_tilde })
    }
}

impl fmt::Display for ScriptsOffPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (folder, names) in &self.folders {
            match names.split_last() {
                Some((only, [])) => write!(f, "The script {only} is")?,
                Some((last, others)) => write!(f, "The scripts {} and {last} are", others.join(", "))?,
                None => continue,
            }
            writeln!(f, " installed in '{}' which is not on PATH.", folder.display())?;
        }
        let these = if self.folders.len() == 1 { "this directory" } else { "these directories" };
        write!(
            f,
            "Consider adding {these} to PATH or, if you prefer to suppress this warning, use \
             --no-warn-script-location."
        )?;
        if self.path_has_tilde {
            write!(
                f,
                "\nNOTE: The current PATH contains path(s) starting with `~`, which may not be expanded by all \
                 applications."
            )?;
        }
        Ok(())
    }
}

/// A path without symbolic links, as far as it exists.
fn resolved(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(scripts: &[&str], search_path: &str) -> Option<String> {
        let scripts: Vec<PathBuf> = scripts.iter().map(PathBuf::from).collect();
        let warning =
            ScriptsOffPath::check(&scripts, Path::new("/none/env/bin/python"), OsStr::new(search_path));
        warning.map(|warning| warning.to_string())
    }

    #[test]
    fn scripts_beside_the_interpreter_or_on_path_are_fine() {
        assert_eq!(check(&["/none/env/bin/a"], "/usr/bin"), None);
        assert_eq!(check(&["/none/other/bin/a"], "/usr/bin:/none/other/bin"), None);
        assert_eq!(check(&[], ""), None);
    }

    #[test]
    fn texts_are_those_of_pip() {
        assert_eq!(
            check(&["/none/x/bin/b", "/none/x/bin/a", "/none/x/bin/c"], "/usr/bin").as_deref(),
            Some(
                "The scripts a, b and c are installed in '/none/x/bin' which is not on PATH.\n\
                 Consider adding this directory to PATH or, if you prefer to suppress this warning, use \
                 --no-warn-script-location."
            )
        );
        assert_eq!(
            check(&["/none/y/s", "/none/x/t"], "~/bin").as_deref(),
            Some(
                "The script s is installed in '/none/y' which is not on PATH.\n\
                 The script t is installed in '/none/x' which is not on PATH.\n\
                 Consider adding these directories to PATH or, if you prefer to suppress this warning, use \
                 --no-warn-script-location.\nNOTE: The current PATH contains path(s) starting with `~`, which may \
                 not be expanded by all applications."
            )
        );
    }
}
