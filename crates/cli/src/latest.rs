//! What indexes have beside what is installed: `list --outdated` and `--uptodate`, `index` and `search`.

use std::sync::Arc;

use environment::{Distribution, Environment, Which};
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

/// The version of a project that is installed in the environment, as pip writes versions.
pub fn installed_version(
    context: &Context<'_>,
    environment: &Environment,
    project: &ProjectName,
) -> Result<Option<String>, Failure> {
    let which = Which { skip_standard_library: false, ..Which::default() };
    let installed = context.installed(environment, &which)?;
    Ok(installed.get(project).map(|distribution| {
        let version = distribution.version();
        Version::parse(version).map_or_else(|_| version.to_owned(), |version| version.to_string())
    }))
}

/// What is installed of a project, and its latest version, below the line about it in `index` and `search`.
pub fn say_installed(context: &Context<'_>, latest: &Version, installed: Option<&str>) {
    let Some(installed) = installed else { return };
    context.console.info(format_args!("  INSTALLED: {installed}"));
    let hint = if latest.pre().is_some() { " (pre-release; install with `pip install --pre`)" } else { "" };
    context.console.info(format_args!("  LATEST:    {latest}{hint}"));
}
