//! Where in a tree the project lies that a folder belongs to.

use std::fs;
use std::path::Path;

use crate::client::VersionControl;

/// Whether a folder holds a project: `pyproject.toml` or `setup.py`.
pub(crate) fn is_project(folder: &Path) -> bool {
    ["pyproject.toml", "setup.py"].iter().any(|name| folder.join(name).is_file())
}

/// The path from `root` to the nearest project at or above `folder`; `None` if that is the root itself, or there is
/// none (pip: `find_path_to_project_root_from_repo_root`).
pub(crate) fn subdirectory(client: &VersionControl, folder: &Path, root: &Path) -> Option<String> {
    let Some(project) = folder.ancestors().find(|above| is_project(above)) else {
        client.warning(format!(
            "Could not find a Python project for directory {} (tried all parent directories)",
            folder.display()
        ));
        return None;
    };
    let (root, project) = (fs::canonicalize(root).ok()?, fs::canonicalize(project).ok()?);
    let relative = project.strip_prefix(root).ok()?;
    (relative != Path::new("")).then(|| relative.display().to_string())
}
