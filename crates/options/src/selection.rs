//! Name lists that change which files and releases may be chosen: `--no-binary`, `--only-binary`,
//! `--all-releases`, `--only-final`, `--refresh-package`.
//!
//! All of them share one grammar: comma-separated names, `:all:` that replaces what was said before,
//! `:none:` that empties. Naming a project in one list takes it out of the opposite one, so the order
//! on the command line and in requirements files counts.

use std::collections::BTreeSet;

use specifier::ProjectName;

use crate::OptionsError;

/// A set of project names, or all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameSet {
    /// `:all:` was given.
    all: bool,
    names: BTreeSet<ProjectName>,
}

impl NameSet {
    /// Whether this project is named itself.
    pub fn names(&self, project: &ProjectName) -> bool {
        self.names.contains(project)
    }

    /// Whether `:all:` was given.
    pub fn is_all(&self) -> bool {
        self.all
    }

    /// Whether this project is meant, by its name or by `:all:`.
    pub fn contains(&self, project: &ProjectName) -> bool {
        self.all || self.names(project)
    }

    /// Whether no project is meant.
    pub fn is_empty(&self) -> bool {
        !self.all && self.names.is_empty()
    }

    /// The projects that are named.
    pub fn projects(&self) -> impl Iterator<Item = &ProjectName> {
        self.names.iter()
    }

    /// The members as they would be written: `:all:` first, then names in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.all.then_some(":all:").into_iter().chain(self.names.iter().map(ProjectName::as_str))
    }

    fn clear(&mut self) {
        self.all = false;
        self.names.clear();
    }

    fn replace_by_all(&mut self) {
        self.clear();
        self.all = true;
    }

    /// Takes one value of an option in; what it names leaves `opposite`.
    ///
    /// `said` hears every effective step in order (`:all:`, `:none:` or a canonical name).
    fn take(&mut self, value: &str, opposite: &mut NameSet, mut said: impl FnMut(&str)) {
        let names: Vec<&str> = value.split(',').collect();
        let mut rest = names.as_slice();
        while let Some(at) = rest.iter().position(|name| *name == ":all:") {
            opposite.clear();
            self.replace_by_all();
            said(":all:");
            rest = rest.get(at + 1..).unwrap_or_default();
            if !rest.contains(&":none:") {
                // Without a later `:none:`, `:all:` covers every name that follows.
                return;
            }
        }
        for name in rest {
            if *name == ":none:" {
                self.clear();
                said(":none:");
                continue;
            }
            let project = ProjectName::normalise(name);
            opposite.names.remove(&project);
            said(project.as_str());
            self.names.insert(project);
        }
    }
}

/// Which kinds of files each project may come from.
///
/// Starts empty (everything allowed); the command line and then the requirements files change it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FormatControl {
    no_binary: NameSet,
    only_binary: NameSet,
}

/// The kinds of files a project may come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AllowedFormats {
    /// Wheels may be chosen.
    pub wheels: bool,
    /// Source distributions may be chosen.
    pub sources: bool,
}

impl FormatControl {
    /// Takes a value of `--no-binary` in.
    pub fn no_binary(&mut self, value: &str) -> Result<(), OptionsError> {
        refuse_option(value, "--no-binary / --only-binary option requires 1 argument.")?;
        self.no_binary.take(value, &mut self.only_binary, |_| ());
        Ok(())
    }

    /// Takes a value of `--only-binary` in.
    pub fn only_binary(&mut self, value: &str) -> Result<(), OptionsError> {
        refuse_option(value, "--no-binary / --only-binary option requires 1 argument.")?;
        self.only_binary.take(value, &mut self.no_binary, |_| ());
        Ok(())
    }

    /// The kinds of files this project may come from; its own name beats `:all:`.
    pub fn allowed(&self, project: &ProjectName) -> AllowedFormats {
        let (wheels, sources) = if self.only_binary.names(project) {
            (true, false)
        } else if self.no_binary.names(project) {
            (false, true)
        } else if self.only_binary.all {
            (true, false)
        } else if self.no_binary.all {
            (false, true)
        } else {
            (true, true)
        };
        AllowedFormats { wheels, sources }
    }

    /// Whether this is `--only-binary :all:` and nothing else: no source distribution can be chosen.
    pub fn is_wheels_only(&self) -> bool {
        self.no_binary.is_empty() && self.only_binary.all && self.only_binary.names.is_empty()
    }

    /// The projects of `--no-binary`.
    pub fn no_binary_names(&self) -> &NameSet {
        &self.no_binary
    }

    /// The projects of `--only-binary`.
    pub fn only_binary_names(&self) -> &NameSet {
        &self.only_binary
    }
}

/// Which projects may be chosen in a pre-release.
#[derive(Debug, Clone, Default)]
pub struct ReleaseControl {
    all_releases: NameSet,
    only_final: NameSet,
    order: Vec<ReleaseRule>,
}

/// One step of a [`ReleaseControl`], as it would be written on a command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseRule {
    /// True for `--all-releases`, false for `--only-final`.
    pub all_releases: bool,
    /// `:all:`, `:none:` or a canonical name.
    pub value: String,
}

impl ReleaseControl {
    /// Takes a value of `--all-releases` in.
    pub fn all_releases(&mut self, value: &str) -> Result<(), OptionsError> {
        refuse_option(value, "--all-releases / --only-final option requires 1 argument.")?;
        let order = &mut self.order;
        self.all_releases.take(value, &mut self.only_final, |said| {
            order.push(ReleaseRule { all_releases: true, value: said.to_owned() });
        });
        Ok(())
    }

    /// Takes a value of `--only-final` in.
    pub fn only_final(&mut self, value: &str) -> Result<(), OptionsError> {
        refuse_option(value, "--all-releases / --only-final option requires 1 argument.")?;
        let order = &mut self.order;
        self.only_final.take(value, &mut self.all_releases, |said| {
            order.push(ReleaseRule { all_releases: false, value: said.to_owned() });
        });
        Ok(())
    }

    /// Allows pre-releases of every project: what `--pre` means, on the command line and in a requirements file.
    pub fn allow_all(&mut self) {
        self.all_releases.all = true;
    }

    /// Whether pre-releases of this project are allowed, refused, or nothing was said.
    pub fn allows_prereleases(&self, project: &ProjectName) -> Option<bool> {
        if self.all_releases.names(project) {
            Some(true)
        } else if self.only_final.names(project) {
            Some(false)
        } else if self.all_releases.all {
            Some(true)
        } else if self.only_final.all {
            Some(false)
        } else {
            None
        }
    }

    /// Whether nothing was said about any project.
    pub fn is_empty(&self) -> bool {
        self.all_releases.is_empty() && self.only_final.is_empty()
    }

    /// The projects of `--all-releases`.
    pub fn all_releases_names(&self) -> &NameSet {
        &self.all_releases
    }

    /// The projects of `--only-final`.
    pub fn only_final_names(&self) -> &NameSet {
        &self.only_final
    }

    /// The steps in their order, for a nested call that must decide the same.
    pub fn rules(&self) -> &[ReleaseRule] {
        &self.order
    }
}

/// The projects whose index pages are asked for again (`--refresh-package`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RefreshPackages(NameSet);

impl RefreshPackages {
    /// Takes a value of `--refresh-package` in.
    pub fn add(&mut self, value: &str) -> Result<(), OptionsError> {
        refuse_option(value, "--refresh-package option requires 1 argument.")?;
        self.0.take(value, &mut NameSet::default(), |_| ());
        Ok(())
    }

    /// Whether this project's pages are asked for again.
    pub fn contains(&self, project: &ProjectName) -> bool {
        self.0.contains(project)
    }

    /// The names, `:all:` first.
    pub fn names(&self) -> &NameSet {
        &self.0
    }
}

/// A value that looks like an option is most likely one whose own value was forgotten.
fn refuse_option(value: &str, message: &'static str) -> Result<(), OptionsError> {
    if value.starts_with('-') { Err(OptionsError::Conflict(message.to_owned())) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
