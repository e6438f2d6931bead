//! What to fetch next, told as soon as pages and metadata arrive: for the caller's threads.
//!
//! The solver walks from package to package and would wait for each. A scout runs ahead of it: the page of
//! a project tells which file will most likely be chosen, that file's metadata tells which pages are
//! needed next. Its guesses need not be right; they only decide what is fetched early.

use std::sync::Arc;

use index::ProjectPage;
use metadata::CoreMetadata;
use specifier::{ExtraName, MarkerEnvironment, ProjectName, Specifiers};

use crate::candidates::Rules;
use crate::distribution::Distribution;
use crate::request::{Request, Selection};
use crate::source::FileRef;
use crate::universe::{Choice, Hiding, Limits, Universe};

/// Guesses what a resolution will need.
#[derive(Debug, Clone)]
pub struct Scout {
    selection: Arc<Selection>,
    markers: Arc<MarkerEnvironment>,
    constraints: Arc<Vec<(ProjectName, Specifiers)>>,
    no_deps: bool,
}

/// A project that will probably be needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The project.
    pub project: ProjectName,
    /// The extras that are asked for.
    pub extras: Vec<ExtraName>,
    /// The versions that will do.
    pub specifiers: Specifiers,
}

impl Scout {
    /// A scout for a request.
    pub fn new(request: &Request<'_>) -> Self {
        let constraints = request
            .constraints
            .iter()
            .filter_map(|constraint| Some((constraint.project()?.clone(), constraint.specifiers()?.clone())));
        Self {
            selection: Arc::new(request.selection.clone()),
            markers: Arc::new(request.markers.clone()),
            constraints: Arc::new(constraints.collect()),
            no_deps: request.no_deps,
        }
    }

    /// The file of a project that will most likely be chosen.
    pub fn likely(
        &self,
        project: &ProjectName,
        page: &Arc<ProjectPage>,
        specifiers: &Specifiers,
    ) -> Option<FileRef> {
        let rules = Rules::new(&self.selection);
        let mut limits = Limits::default();
        for (_, constraint) in self.constraints.iter().filter(|(of, _)| of == project) {
            limits.specifiers = limits.specifiers.intersection(constraint);
        }
        let allows_prereleases = self.selection.releases.allows_prereleases(project);
        let mut universe = Universe::new(project.clone(), limits, allows_prereleases);
        universe.fill(Arc::clone(page), None, &rules, &Specifiers::default());
        let set = universe.matching(specifiers)?;
        match universe.choose(&set, false, Hiding::default(), &rules) {
            Choice::Chosen(candidate) => universe.file(candidate, &rules),
            Choice::Hidden | Choice::Nothing | Choice::Unknown => None,
        }
    }

    /// What a distribution needs when it is asked for with these extras.
    pub fn dependencies(&self, metadata: &Arc<CoreMetadata>, extras: &[ExtraName]) -> Vec<Wanted> {
        let Ok(distribution) = Distribution::read_once(Arc::clone(metadata), &self.markers) else {
            return Vec::new();
        };
        if self.no_deps {
            return Vec::new();
        }
        let of_extras =
            extras.iter().flat_map(|extra| distribution.dependencies_of_extra(extra, &self.markers));
        distribution
            .dependencies()
            .chain(of_extras)
            .filter(|requirement| requirement.url.is_none())
            .map(|requirement| Wanted {
                project: requirement.project.clone(),
                extras: requirement.extras.clone(),
                specifiers: requirement.specifiers.clone(),
            })
            .collect()
    }
}
