//! One package of a solution: what it is, why it is there, and what is to be done.

use std::sync::Arc;

use pubgrub::Map;
use requirement::{InstallRequirement, RequirementSource};
use specifier::{ExtraName, ProjectName, Version};

use super::discovery::{Discovery, Template};
use super::{Action, AlreadySatisfied, Chosen, ResolvedPackage};
use crate::candidate_set::Candidate;
use crate::error::{HashProblem, ResolveError, ResolveWarning};
use crate::node::{Node, ProjectId};
use crate::solve::Solution;
use crate::source::FileRef;
use crate::universe::EntryKind;
use crate::world::World;

/// The extras that are asked for, by project.
pub(super) fn extras_by_project(world: &World<'_>, solution: &Solution) -> Map<ProjectId, Vec<ExtraName>> {
    let mut extras: Map<ProjectId, Vec<ExtraName>> = Map::default();
    for node in solution.keys() {
        if let Node::Extra(project, extra) = node {
            extras.entry(*project).or_default().extend(world.extras.name(extra.0).cloned());
        }
    }
    extras.values_mut().for_each(|extras| extras.sort_unstable());
    extras
}

/// Describes one package of the solution.
pub(super) fn build(
    world: &mut World<'_>,
    (project, candidate): (ProjectId, Candidate),
    extras: &Map<ProjectId, Vec<ExtraName>>,
    discovery: &Discovery,
    warnings: &mut Vec<ResolveWarning>,
) -> Result<Option<ResolvedPackage>, ResolveError> {
    let Some((name, kind, version)) = world.universe(project).and_then(|universe| {
        let entry = universe.entry(candidate)?;
        Some((universe.project.clone(), entry.kind, entry.version.clone()))
    }) else {
        return Ok(None);
    };
    let Ok(distribution) = world.distribution(project, candidate)? else { return Ok(None) };
    let chosen = match kind {
        EntryKind::Installed => world.installed(&name).cloned().map(Chosen::Installed),
        EntryKind::Direct(direct) => world.directs.get(direct).map(|d| Chosen::Direct(d.candidate.clone())),
        EntryKind::Release(_) => world.file(project, candidate).map(Chosen::File),
    };
    let Some(chosen) = chosen else { return Ok(None) };

    let extras = extras.get(&project).cloned().unwrap_or_default();
    for extra in extras.iter().filter(|extra| !distribution.has_extra(extra)) {
        let (project, version, extra) = (name.clone(), version.to_string(), extra.to_string());
        warnings.push(ResolveWarning::UnknownExtra { project, version, extra });
    }
    if let Chosen::File(file) = &chosen
        && let Some(reason) = file.file().and_then(index::IndexFile::yanked)
    {
        warnings.push(yanked_warning(&name, &version, file, reason));
    }

    let mut parents: Vec<ProjectName> = Vec::new();
    for parent in discovery.parents.get(&project).map_or(&[][..], |parents| parents) {
        let parent = parent.project().and_then(|parent| world.name(parent));
        parents.extend(parent.filter(|parent| **parent != name && !parents.contains(parent)).cloned());
    }
    let template = discovery.templates.get(&Node::Project(project));
    let root = discovery.roots.get(&project).copied();
    let root_requirement = root.and_then(|root| world.request.requirements.get(root));
    let user_supplied = root_requirement.is_some_and(|root| root.user_supplied);
    // An address tells its digest also where no name stands before it.
    let hashes = match (world.hashes(&name), root_requirement) {
        (known, Some(root)) if known.is_empty() && matches!(chosen, Chosen::Direct(_)) => root.good_hashes(),
        (known, _) => known,
    };
    let mut package = ResolvedPackage {
        name: distribution.metadata.name.clone(),
        metadata: Arc::clone(&distribution.metadata),
        action: Action::Install,
        extras,
        user_supplied,
        requirement: template.map(|template| template.text.clone()).unwrap_or_default(),
        comes_from: template.and_then(|template| template.comes_from.clone()),
        parents,
        root,
        hashes,
        replaces_satisfied: None,
        project: name,
        version,
        chosen,
    };
    package.action = choose_action(world, &package, warnings);
    package.replaces_satisfied = find_replaced(world, &package, template);
    if world.request.require_hashes {
        check_hashes(world, &package, root_requirement, template)?;
    }
    Ok(Some(package))
}

/// pip's rules for what is installed already.
fn choose_action(
    world: &mut World<'_>,
    package: &ResolvedPackage,
    warnings: &mut Vec<ResolveWarning>,
) -> Action {
    if let Chosen::Installed(_) = package.chosen {
        return Action::Keep;
    }
    if world.request.only_deps && package.user_supplied {
        return Action::Skip;
    }
    let force_reinstall = world.request.force_reinstall;
    let Some(installed) = world.installed(&package.project).filter(|installed| installed.is_replaced) else {
        return Action::Install;
    };
    let is_same_version = Version::parse(&installed.version).is_ok_and(|version| version == package.version);
    if force_reinstall || !is_same_version {
        return Action::Reinstall;
    }
    match &package.chosen {
        Chosen::Direct(direct) if direct.editable || installed.editable => Action::Reinstall,
        Chosen::Direct(direct) if direct.link.is_file() && direct.link.is_wheel() => {
            warnings.push(ResolveWarning::SameVersion(package.name.clone()));
            Action::Keep
        }
        Chosen::Direct(direct) if direct.link.is_file() => Action::Reinstall,
        Chosen::File(_) if installed.editable => Action::Reinstall,
        Chosen::Direct(_) | Chosen::File(_) | Chosen::Installed(_) => Action::Keep,
    }
}

/// What is installed, if it satisfies the requirement that brought in its successor.
fn find_replaced(
    world: &mut World<'_>,
    package: &ResolvedPackage,
    template: Option<&Template>,
) -> Option<AlreadySatisfied> {
    if package.action != Action::Reinstall || world.request.force_reinstall {
        return None;
    }
    let Chosen::File(_) = package.chosen else { return None };
    let wanted = template?.specifiers.clone();
    let admits = world.admits(&package.project);
    let installed = world.installed(&package.project)?;
    let version = Version::parse(&installed.version).ok()?;
    if !wanted.contains(&version) || !admits.contains(&version) {
        return None;
    }
    Some(AlreadySatisfied {
        project: package.project.clone(),
        requirement: package.requirement.clone(),
        location: installed.location.clone(),
        comes_from: package.comes_from.clone(),
        version: version.to_string(),
    })
}

/// What pip refuses where digests are required.
fn check_hashes(
    world: &World<'_>,
    package: &ResolvedPackage,
    root: Option<&InstallRequirement>,
    template: Option<&Template>,
) -> Result<(), ResolveError> {
    let (link, is_direct) = match &package.chosen {
        Chosen::Installed(_) => return Ok(()),
        Chosen::File(file) => (shown_link(file), false),
        Chosen::Direct(direct) => (direct.link.redacted(), true),
    };
    let comes_from = template.and_then(|template| template.comes_from.as_deref());
    let from = comes_from.map(|from| format!(" (from {from})")).unwrap_or_default();
    let shown = format!("{} from {link}{from}", package.requirement);
    let problem = match root.map(|root| &root.source) {
        Some(
            RequirementSource::LocalDirectory { editable: true, .. }
            | RequirementSource::VersionControl { editable: true, .. },
        ) => return Err(ResolveError::EditableHash(shown)),
        Some(RequirementSource::VersionControl { .. }) => HashProblem::VersionControl,
        Some(RequirementSource::LocalDirectory { .. }) => HashProblem::Directory,
        // Of constraints whose digests exclude each other nothing is left, as if they had none; a requirement with
        // a digest of its own is compared with it later.
        _ if package.hashes.iter().next().is_some()
            || root.is_some_and(|root| !root.good_hashes().is_empty()) =>
        {
            return Ok(());
        }
        root_source => {
            let is_pinned = root_source.is_some() && root.is_some_and(InstallRequirement::is_pinned);
            let is_pinned_dependency =
                specifier::Requirement::parse(&package.requirement).is_ok_and(|requirement| {
                    requirement.specifiers.len() == 1 && crate::universe::pins(&requirement.specifiers)
                });
            if is_direct || is_pinned || is_pinned_dependency {
                HashProblem::Missing
            } else {
                HashProblem::Unpinned
            }
        }
    };
    let requirement = match (problem, &package.chosen) {
        (HashProblem::Missing, Chosen::File(file)) => {
            let digest = world.source.digest(file).unwrap_or_default();
            format!("{} --hash=sha256:{digest}", package.requirement)
        }
        (HashProblem::Missing, Chosen::Direct(direct)) => direct.link.redacted(),
        _ => shown,
    };
    Err(ResolveError::Hashes { problem, requirement })
}

fn yanked_warning(project: &ProjectName, version: &Version, file: &FileRef, reason: &str) -> ResolveWarning {
    let mut link = shown_link(file);
    if let Some(file) = file.file() {
        if !file.comes_from().is_empty() {
            link.extend([" (from ", &requirement::redact_url(file.comes_from()), ")"]);
        }
        if let Some(requires_python) = file.requires_python() {
            link.extend([" (requires-python:", requires_python, ")"]);
        }
    }
    let reason = if reason.is_empty() { "<none given>" } else { reason }.to_owned();
    ResolveWarning::Yanked { project: project.clone(), version: version.to_string(), link, reason }
}

/// The link as it stands on the page, without its password.
fn shown_link(file: &FileRef) -> String {
    let Some(file) = file.file() else { return String::new() };
    let mut link = requirement::redact_url(file.url());
    if let Some(fragment) = file.fragment() {
        link.extend(["#", fragment]);
    }
    link
}
