//! From a tree to the requirement that leads to it.

use std::path::{Path, PathBuf};

use requirement::quote;

use crate::client::VersionControl;
use crate::error::VersionControlError as Error;
use crate::system::System;

/// An editable install as `freeze` writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frozen {
    /// What stands behind `-e `: a URL of a repository, or the folder.
    pub requirement: String,
    /// Lines to stand before it, with their `#`.
    pub comments: Vec<String>,
}

impl VersionControl<'_> {
    /// The system that a folder is under, and the root of its tree: the innermost one.
    pub fn system_of(&self, folder: &Path) -> Option<(System, PathBuf)> {
        let folder = self.absolute(folder);
        let mut found: Option<(System, PathBuf)> = None;
        for system in System::ALL {
            let Some(root) = system.backend().root(self, &folder) else { continue };
            let length = |path: &Path| path.as_os_str().len();
            if found.as_ref().is_none_or(|(_, inner)| length(&root) > length(inner)) {
                found = Some((system, root));
            }
        }
        found
    }

    /// The requirement that leads to the tree in `folder`: `git+URL@COMMIT#egg=NAME`, and
    /// `&subdirectory=…` where the project is not at its root.
    pub fn requirement_of_tree(&self, system: System, folder: &Path, name: &str) -> Result<String, Error> {
        let backend = system.backend();
        let folder = &self.absolute(folder);
        let mut url = backend.remote_url(self, folder)?;
        if backend.needs_prefix(&url) {
            url = format!("{}+{url}", system.name());
        }
        let revision = quote(&backend.requirement_revision(self, folder)?);
        let subdirectory = match backend.subdirectory(self, folder)? {
            Some(path) => format!("&subdirectory={path}"),
            None => String::new(),
        };
        Ok(format!("{url}@{revision}#egg={}{subdirectory}", name.replace('-', "_")))
    }

    /// What `freeze` writes for an editable install of `name` in `folder` (pip: `_get_editable_info`).
    /// `pinned` is its `name==version`, for comments. What goes wrong becomes comments and warnings.
    pub fn frozen(&self, folder: &Path, name: &str, pinned: &str) -> Frozen {
        let folder = self.absolute(folder);
        let place = folder.display().to_string();
        let commented = |comments: Vec<String>| Frozen { requirement: place.clone(), comments };
        let Some((system, _)) = self.system_of(&folder) else {
            return commented(vec![format!("# Editable install with no version control ({pinned})")]);
        };
        match self.requirement_of_tree(system, &folder, name) {
            Ok(requirement) => return Frozen { requirement, comments: Vec::new() },
            Err(Error::NoRemote) => {
                return commented(vec![format!("# Editable {system} install with no remote ({pinned})")]);
            }
            Err(Error::InvalidRemote(url)) => {
                return commented(vec![
                    format!(
                        "# Editable {system} install ({pinned}) with either a deleted local remote or invalid URI:"
                    ),
                    format!("# '{url}'"),
                ]);
            }
            Err(Error::MissingCommand(tool) | Error::InvalidPath(tool) | Error::NotPermitted(tool)) => {
                self.warning(format!(
                    "cannot determine version of editable source in {place} ({tool} command not found in path)"
                ));
                return commented(Vec::new());
            }
            Err(error) => {
                self.warning(format!("Error when trying to get requirement for VCS system {error}"));
            }
        }
        self.warning(format!("Could not determine repository location of {place}"));
        commented(vec!["## !! Could not determine repository location".to_owned()])
    }
}
