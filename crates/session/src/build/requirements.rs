//! What a build requires: resolved once for each set of requirements, and installed from the store.

use std::collections::HashSet;
use std::fmt::Write;
use std::sync::{Arc, PoisonError};

use environment::{Environment, Installed, Which};
use installer::Target;
use requirement::{InstallRequirement, Origin};
use resolver::Upgrade;
use specifier::{ProjectName, Requirement, Version};

use super::source_build::SourceBuild;
use crate::fetch::lock;
use crate::{
    Fetch, InstallOptions, InstalledSet, Prepared, Request, Session, SessionError, install as place_all,
    prepare,
};

/// What a set of requirements came to.
#[derive(Clone)]
pub(super) enum Resolved {
    /// Another build is at it.
    Begun,
    /// Wheels for all of it.
    Ready(Arc<Prepared>),
}

/// Installs requirements into a build environment; `is_empty` says that there is nothing in it yet.
pub(super) fn install(
    source: &SourceBuild,
    session: &Session<'_>,
    environment: &Environment,
    requirements: &[String],
    is_empty: bool,
) -> Result<(), SessionError> {
    let failed = |cause: SessionError| SessionError::BuildDependencies {
        what: source.id.what.clone(),
        requirements: requirements.to_vec(),
        is_static: is_empty,
        cause: Box::new(cause),
    };
    let chain: Vec<String> = session.chain.iter().chain([&source.id.key]).cloned().collect();
    let nested = Session {
        saves_in: None,
        environment,
        index: session.index,
        store: session.store,
        compiler: None,
        byte_code_at_hand: session.builds.settings.byte_code.as_ref(),
        temporary_folder: session.temporary_folder.clone(),
        events: &|_| {},
        builds: session.builds,
        chain: &chain,
    };
    let seen =
        if is_empty { Installed::default() } else { environment::installed(environment, &Which::default())? };
    let installed = InstalledSet::new(&seen, session.temporary_folder.clone());
    let prepared = if is_empty {
        resolve_once(session, &nested, &installed, requirements).map_err(failed)?
    } else {
        Arc::new(resolve(&nested, &installed, &seen, requirements).map_err(failed)?)
    };
    let placing = installer::Options { search_path: None, ..installer::Options::default() };
    let options = InstallOptions { target: &Target::of(environment), placing };
    place_all(&nested, &prepared, &installed, &options).map_err(failed)?;
    Ok(())
}

/// Resolves a set of requirements for an empty environment, or takes what another build has resolved.
///
/// Only a build that no other build waits for waits for another one: so nobody waits in a circle.
fn resolve_once(
    session: &Session<'_>,
    nested: &Session<'_>,
    installed: &InstalledSet,
    requirements: &[String],
) -> Result<Arc<Prepared>, SessionError> {
    let builds = session.builds;
    let mut key = requirements.to_vec();
    key.sort();
    let may_wait = session.chain.is_empty();
    let mut resolved = lock(&builds.resolved);
    loop {
        match resolved.get(&key) {
            Some(Resolved::Ready(prepared)) => return Ok(Arc::clone(prepared)),
            Some(Resolved::Begun) if may_wait => {
                resolved = builds.resolved_changed.wait(resolved).unwrap_or_else(PoisonError::into_inner);
            }
            Some(Resolved::Begun) => break,
            None => {
                resolved.insert(key.clone(), Resolved::Begun);
                break;
            }
        }
    }
    drop(resolved);
    let outcome = resolve(nested, installed, &Installed::default(), requirements).map(Arc::new);
    let mut resolved = lock(&builds.resolved);
    match &outcome {
        Ok(prepared) => resolved.insert(key, Resolved::Ready(Arc::clone(prepared))),
        Err(_) => resolved.remove(&key),
    };
    builds.resolved_changed.notify_all();
    outcome
}

fn resolve(
    nested: &Session<'_>,
    installed: &InstalledSet,
    seen: &Installed,
    requirements: &[String],
) -> Result<Prepared, SessionError> {
    let settings = &nested.builds.settings;
    let requirements = requirements.iter().map(|text| parse(text)).collect::<Result<Vec<_>, _>>()?;
    let markers = nested.environment.markers();
    let request = Request {
        resolve: resolver::Request {
            requirements: &requirements,
            constraints: &settings.constraints,
            markers: &markers,
            selection: &settings.selection,
            upgrade: Upgrade::No,
            force_reinstall: false,
            ignore_installed: false,
            no_deps: false,
            only_deps: false,
            require_hashes: false,
            installed,
            cancelled: &|| false,
        },
        installed: seen
            .distributions
            .iter()
            .map(|found| found.project.clone())
            .collect::<HashSet<ProjectName>>(),
        fetch: Fetch::Wheels,
    };
    prepare(nested, &request)
}

fn parse(text: &str) -> Result<InstallRequirement, SessionError> {
    let invalid =
        |reason: String| SessionError::Metadata { what: format!("the build requirement {text:?}"), reason };
    let requirement = Requirement::parse(text).map_err(|error| invalid(error.to_string()))?;
    let mut wanted = InstallRequirement::from_dependency(requirement, String::new());
    wanted.origin = Origin::CommandLine;
    wanted.user_supplied = true;
    Ok(wanted)
}

/// An installed distribution, and the requirement that it does not satisfy.
pub(super) type Conflict = (String, String);

/// Which requirements what is installed conflicts with, and which are missing (pip: `check_requirements`).
pub(super) fn check(
    environment: &Environment,
    requirements: &[String],
) -> Result<(Vec<Conflict>, Vec<String>), SessionError> {
    if requirements.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let seen =
        environment::installed(environment, &Which { skip_standard_library: false, ..Which::default() })?;
    let markers = environment.markers();
    let (mut conflicting, mut missing) = (Vec::new(), Vec::new());
    for text in requirements {
        let Ok(requirement) = Requirement::parse(text) else {
            missing.push(text.clone());
            continue;
        };
        let applies = |marker: &specifier::Marker| marker.evaluate(&markers, &[]).unwrap_or(true);
        if !requirement.marker.as_ref().is_none_or(applies) {
            continue;
        }
        match seen.distributions.iter().find(|found| found.project == requirement.project) {
            None => missing.push(text.clone()),
            Some(found) => {
                let fits = Version::parse(found.version())
                    .is_ok_and(|version| requirement.specifiers.contains(&version));
                if !fits {
                    conflicting.push((format!("{}=={}", requirement.name, found.version()), text.clone()));
                }
            }
        }
    }
    Ok((conflicting, missing))
}

/// Without isolation everything must be there already (`--check-build-dependencies`).
pub(super) fn check_present(
    source: &SourceBuild,
    environment: &Environment,
    requirements: &[String],
) -> Result<(), SessionError> {
    let (conflicting, mut missing) = check(environment, requirements)?;
    refuse_conflicts(source, "the backend dependencies", conflicting)?;
    if missing.is_empty() {
        return Ok(());
    }
    missing.sort();
    let missing: Vec<String> = missing.iter().map(|text| format!("'{text}'")).collect();
    let (what, missing) = (source.id.what.clone(), missing.join(", "));
    Err(SessionError::BuildRequirements(format!(
        "Some build dependencies for {what} are missing: {missing}."
    )))
}

/// An error if there are conflicts.
pub(super) fn refuse_conflicts(
    source: &SourceBuild,
    with: &str,
    mut conflicting: Vec<Conflict>,
) -> Result<(), SessionError> {
    if conflicting.is_empty() {
        return Ok(());
    }
    conflicting.sort();
    let mut text = format!("Some build dependencies for {} conflict with {with}: ", source.id.what);
    for (position, (installed, wanted)) in conflicting.iter().enumerate() {
        let comma = if position == 0 { "" } else { ", " };
        // Writing to a string cannot fail.
        let _ = write!(text, "{comma}{installed} is incompatible with {wanted}");
    }
    text.push('.');
    Err(SessionError::BuildRequirements(text))
}
