//! Whether what is installed, or would be, fits together: `pip check`, and the warning after an install.

use std::collections::{BTreeMap, BTreeSet};

use environment::Distribution;
use metadata::CoreMetadata;
use specifier::{ExtraName, MarkerEnvironment, ProjectName, Requirement, Version};

/// A set of distributions by name, each with its version and the requirements that apply to it.
#[derive(Debug, Default)]
pub struct PackageSet {
    packages: Vec<ProjectName>,
    details: BTreeMap<ProjectName, Package>,
}

#[derive(Debug)]
struct Package {
    version: Version,
    dependencies: Vec<Requirement>,
}

/// One requirement that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The distribution that has the requirement.
    pub project: ProjectName,
    /// Its version.
    pub version: Version,
    /// The requirement, without its marker's effect.
    pub requirement: Requirement,
    /// The installed version that does not fit; `None` when the project is not installed at all.
    pub found: Option<Version>,
}

/// Metadata that cannot be used: a version or a requirement that is none.
#[derive(Debug, Clone, thiserror::Error)]
#[error("Error parsing dependencies of {project}: {reason}")]
pub struct UnusableMetadata {
    /// The distribution.
    pub project: ProjectName,
    /// What is wrong with it.
    pub reason: String,
}

impl PackageSet {
    /// The set of the given distributions, in their order; those with unusable metadata are left out and returned.
    pub fn of_installed(
        distributions: &[Distribution],
        markers: &MarkerEnvironment,
    ) -> (Self, Vec<UnusableMetadata>) {
        let mut set = Self::default();
        let mut unusable = Vec::new();
        for distribution in distributions {
            let metadata = distribution.metadata();
            if let Err(reason) =
                set.insert(&distribution.project, distribution.version(), metadata, &[], markers)
            {
                unusable.push(UnusableMetadata { project: distribution.project.clone(), reason });
            }
        }
        (set, unusable)
    }

    /// Adds a distribution, or replaces the one of that name.
    ///
    /// Gives the parser's words when the version or a requirement is invalid; the set is then unchanged.
    pub fn insert(
        &mut self,
        project: &ProjectName,
        version: &str,
        metadata: &CoreMetadata,
        extras: &[ExtraName],
        markers: &MarkerEnvironment,
    ) -> Result<(), String> {
        let mut dependencies = Vec::new();
        let without_extras = |text: &&String| !extras.is_empty() || !Requirement::is_extra_only(text);
        for text in metadata.requires_dist.iter().filter(without_extras) {
            let requirement = Requirement::parse(text).map_err(|error| error.to_string())?;
            let applies = match &requirement.marker {
                Some(marker) => marker.evaluate(markers, extras).map_err(|error| error.to_string())?,
                None => true,
            };
            if applies {
                dependencies.push(requirement);
            }
        }
        let version = Version::parse(version).map_err(|error| error.to_string())?;
        if self.details.insert(project.clone(), Package { version, dependencies }).is_none() {
            self.packages.push(project.clone());
        }
        Ok(())
    }

    /// What does not hold: first all that is missing, then all that conflicts, each by package in the set's order.
    pub fn problems(&self) -> Vec<Problem> {
        self.problems_of(|_| true)
    }

    /// The problems after installing `changed`: only of those distributions and of those that depend on them.
    ///
    /// pip: `check_install_conflicts`.
    pub fn problems_after(&self, changed: &BTreeSet<ProjectName>) -> Vec<Problem> {
        self.problems_of(|project| {
            changed.contains(project)
                || self.details[project].dependencies.iter().any(|needed| changed.contains(&needed.project))
        })
    }

    fn problems_of(&self, include: impl Fn(&ProjectName) -> bool) -> Vec<Problem> {
        let (mut missing, mut conflicting) = (Vec::new(), Vec::new());
        for project in self.packages.iter().filter(|project| include(project)) {
            let package = &self.details[project];
            let mut requirements: Vec<&Requirement> = package.dependencies.iter().collect();
            requirements.sort_by_cached_key(std::string::ToString::to_string);
            requirements.dedup();
            for requirement in requirements {
                let found = self.details.get(&requirement.project).map(|package| &package.version);
                let problem = || Problem {
                    project: project.clone(),
                    version: package.version.clone(),
                    requirement: requirement.clone(),
                    found: found.cloned(),
                };
                match found {
                    None => missing.push(problem()),
                    Some(version) if !requirement.specifiers.contains(version) => conflicting.push(problem()),
                    Some(_) => {}
                }
            }
        }
        missing.append(&mut conflicting);
        missing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(distributions: &[(&str, &str, &[&str])]) -> PackageSet {
        let mut set = PackageSet::default();
        for (name, version, requires) in distributions {
            let lines: Vec<String> = requires.iter().map(|line| format!("Requires-Dist: {line}")).collect();
            let metadata = CoreMetadata::parse_lenient(lines.join("\n").as_bytes());
            let project = ProjectName::new(name).unwrap();
            set.insert(&project, version, &metadata, &[], &MarkerEnvironment::default()).unwrap();
        }
        set
    }

    fn words(problems: &[Problem]) -> Vec<String> {
        let found = |problem: &Problem| problem.found.as_ref().map_or("-".to_owned(), ToString::to_string);
        problems
            .iter()
            .map(|p| format!("{} {} {} {}", p.project, p.version, p.requirement, found(p)))
            .collect()
    }

    #[test]
    fn missing_comes_before_conflicting_each_in_the_order_of_the_set() {
        let set =
            set(&[("b", "1", &["a>=2", "z", "y"]), ("a", "1.0", &["b", "x; extra == 'more'", "missing"])]);
        assert_eq!(words(&set.problems()), ["b 1 y -", "b 1 z -", "a 1.0 missing -", "b 1 a>=2 1.0"]);
    }

    #[test]
    fn after_a_change_only_what_has_to_do_with_it_counts() {
        let set = set(&[("old", "1", &["gone"]), ("needs-new", "1", &["new<2"]), ("new", "2", &[])]);
        let changed = BTreeSet::from([ProjectName::new("new").unwrap()]);
        assert_eq!(words(&set.problems_after(&changed)), ["needs-new 1 new<2 2"]);
    }

    #[test]
    fn metadata_that_cannot_be_read_leaves_the_set_as_it_was() {
        let mut set = set(&[("a", "1", &[])]);
        let project = ProjectName::new("a").unwrap();
        let markers = MarkerEnvironment::default();
        let broken = CoreMetadata::parse_lenient(b"Requires-Dist: not a requirement!\n");
        assert!(set.insert(&project, "1", &broken, &[], &markers).is_err());
        assert!(set.insert(&project, "no version", &CoreMetadata::default(), &[], &markers).is_err());
        assert_eq!(set.problems(), []);
    }
}
