//! The versions of a project, for those who only want to know.

use std::sync::Arc;

use index::ProjectPage;
use specifier::{ProjectName, Version};

use crate::candidates::{Candidates, Rules};
use crate::request::Selection;

/// The newest version that could be installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Latest {
    /// The version.
    pub version: Version,
    /// It would come as a wheel.
    pub is_wheel: bool,
}

/// What `pip list --outdated` takes for the latest version of a project: the best acceptable file that is
/// not yanked; pre-releases count only where they are asked for.
pub fn latest(project: &ProjectName, page: &Arc<ProjectPage>, selection: &Selection) -> Option<Latest> {
    let rules = Rules::new(selection);
    let candidates = Candidates::new(Arc::clone(page), project, selection);
    let takes_prereleases = selection.releases.allows_prereleases(project) == Some(true);
    let newest_first = candidates.versions().cloned().enumerate().collect::<Vec<_>>().into_iter().rev();
    let mut found: Option<Latest> = None;
    for (release, version) in newest_first {
        if version.is_prerelease() && !takes_prereleases {
            continue;
        }
        let Some(best) = candidates.best(release, &rules).filter(|best| !best.is_yanked) else { continue };
        if best.is_wheel || !selection.prefer_binary {
            return Some(Latest { version, is_wheel: best.is_wheel });
        }
        // Any wheel is better than the newest source distribution.
        found.get_or_insert(Latest { version, is_wheel: false });
    }
    found
}

/// Every version of a project that could be installed, the newest first: what `pip index versions` lists. Versions of
/// which all files are yanked are left out, and pre-releases where they are not asked for.
pub fn available(project: &ProjectName, page: &Arc<ProjectPage>, selection: &Selection) -> Vec<Version> {
    let rules = Rules::new(selection);
    let candidates = Candidates::new(Arc::clone(page), project, selection);
    let takes_prereleases = selection.releases.allows_prereleases(project) == Some(true);
    let mut versions = candidates.overview(&rules).versions;
    versions.retain(|version| takes_prereleases || !version.is_prerelease());
    versions.reverse();
    versions
}
