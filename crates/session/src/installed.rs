//! What is installed, as the resolver asks for it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use environment::{Distribution, Installed};
use resolver::InstalledDistribution;
use specifier::ProjectName;

/// The distributions that an environment sees, by name.
#[derive(Debug)]
pub struct InstalledSet {
    by_project: HashMap<ProjectName, Distribution>,
    working_directory: PathBuf,
    /// A location as it is shown: mostly all are in one folder.
    shown_location: OnceLock<(PathBuf, String)>,
    replaces_only_user: bool,
}

impl InstalledSet {
    /// Indexes what [`environment::installed`] found; paths below the working directory are shown relative to it.
    pub fn new(installed: &Installed, working_directory: PathBuf) -> Self {
        let by_project =
            installed.distributions.iter().map(|found| (found.project.clone(), found.clone())).collect();
        Self { by_project, working_directory, shown_location: OnceLock::new(), replaces_only_user: false }
    }

    /// For an install among the user's own packages: others are hidden by them and stay.
    #[must_use]
    pub fn for_user_install(self) -> Self {
        Self { replaces_only_user: true, ..self }
    }

    fn shown_location(&self, location: &Path) -> String {
        let show = || display_path(location, &self.working_directory);
        let (first, shown) = self.shown_location.get_or_init(|| (location.to_owned(), show()));
        if first.as_os_str() == location.as_os_str() { shown.clone() } else { show() }
    }

    /// The distribution of a project.
    pub fn distribution(&self, project: &ProjectName) -> Option<&Distribution> {
        self.by_project.get(project)
    }
}

impl resolver::Installed for InstalledSet {
    fn find(&self, project: &ProjectName) -> Option<InstalledDistribution> {
        let found = self.by_project.get(project)?;
        // First, since name and version are in it, too.
        let metadata = Arc::clone(found.metadata());
        Some(InstalledDistribution {
            name: found.name().to_owned(),
            version: found.version().to_owned(),
            location: self.shown_location(found.installed_location()),
            editable: found.editable_location().is_some(),
            is_replaced: !self.replaces_only_user || found.in_user_site(),
            metadata,
        })
    }
}

/// A path as pip shows it: `./…` where it is below the working directory.
pub fn display_path(path: &Path, working_directory: &Path) -> String {
    match path.strip_prefix(working_directory) {
        Ok(below) if working_directory != Path::new("/") => format!("./{}", below.display()),
        _ => path.display().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_below_the_working_directory_are_shown_relative() {
        let shown = |path: &str, working: &str| display_path(Path::new(path), Path::new(working));
        assert_eq!(shown("/home/me/env/lib", "/home/me"), "./env/lib");
        assert_eq!(shown("/home/me2/env", "/home/me"), "/home/me2/env");
        assert_eq!(shown("/env", "/"), "/env");
    }
}
