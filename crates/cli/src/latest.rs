//! The newest version that an index has of each installed project: `list --outdated` and `--uptodate`.

use std::sync::Arc;

use environment::{Distribution, Environment};
use index::ProjectPage;
use resolver::{Request, Scout, Upgrade};
use specifier::{ProjectName, SdistFilename, Specifiers, Version, WheelFilename};

use crate::context::Context;
use crate::failure::Failure;
use crate::selection::selection_of_options;

/// The newest version, and what it comes as.
pub struct Latest {
    /// The version.
    pub version: Version,
    /// `wheel` or `sdist`.
    pub kind: &'static str,
}

/// Nothing counts as installed when only the index is asked.
struct Nothing;

impl resolver::Installed for Nothing {
    fn find(&self, _project: &ProjectName) -> Option<resolver::InstalledDistribution> {
        None
    }
}

/// Each distribution with the newest acceptable version of its project; those that no index has are left out.
pub fn latest_versions(
    context: &Context<'_>,
    environment: &Environment,
    distributions: Vec<Distribution>,
) -> Result<Vec<(Distribution, Latest)>, Failure> {
    let index = context.index()?;
    let selection = selection_of_options(context, environment);
    let request = Request {
        requirements: &[],
        constraints: &[],
        markers: &environment.markers(),
        selection: &selection,
        upgrade: Upgrade::No,
        force_reinstall: false,
        ignore_installed: true,
        no_deps: true,
        only_deps: false,
        require_hashes: false,
        installed: &Nothing,
        cancelled: &|| false,
    };
    let scout = Scout::new(&request);
    index.prefetch_projects(distributions.iter().map(|distribution| &distribution.project));
    let latest = |distribution: Distribution| {
        let project = &distribution.project;
        let latest = newest(&scout, project, &index.project(project))?;
        let allowed = selection.releases.allows_prereleases(project).unwrap_or(false);
        (allowed || !latest.version.is_prerelease()).then_some((distribution, latest))
    };
    Ok(distributions.into_iter().filter_map(latest).collect())
}

fn newest(scout: &Scout, project: &ProjectName, page: &Arc<ProjectPage>) -> Option<Latest> {
    let file = scout.likely(project, page, &Specifiers::default())?;
    if let Ok(wheel) = WheelFilename::parse(file.filename()) {
        return Some(Latest { version: wheel.version, kind: "wheel" });
    }
    let sdist = SdistFilename::parse(file.filename(), project).ok()?;
    Some(Latest { version: sdist.version, kind: "sdist" })
}
