//! The change itself: what was prepared becomes one plan, which the installer carries out as a whole.

use std::collections::{HashMap, HashSet};

use installer::{InstallError, Options, Placement, Plan, Removal, Report, Target};
use resolver::{Action, Resolution, ResolvedPackage};
use specifier::ProjectName;
use store::{ByteCode, Sha256};

use crate::direct::fetch_again;
use crate::direct_url::direct_url;
use crate::{FetchedWheel, InstalledSet, Prepared, Session, SessionError};

/// The wheels to place, by project.
type Wheels = HashMap<ProjectName, FetchedWheel>;

/// How an install is carried out.
pub struct InstallOptions<'a> {
    /// Where files go.
    pub target: &'a Target,
    /// Link mode, threads, warnings.
    pub placing: Options,
}

/// Changes the environment: everything that was prepared, or nothing.
pub fn install(
    session: &Session<'_>,
    prepared: &Prepared,
    installed: &InstalledSet,
    options: &InstallOptions<'_>,
) -> Result<Report, SessionError> {
    // Each wheel can turn out damaged once; a second time the disk is to blame.
    let mut mended = HashSet::new();
    let mut wheels = prepared.wheels.clone();
    loop {
        match attempt(session, &prepared.resolution, &wheels, installed, options) {
            Err(SessionError::Install(error)) => match damaged_wheel(&error) {
                Some(sha256) if mended.insert(sha256) => {
                    mend(session, &prepared.resolution, &mut wheels, sha256, &error)?;
                }
                _ => return Err(error.into()),
            },
            outcome => return outcome,
        }
    }
}

/// The wheel that the store holds damaged, if that is what went wrong.
fn damaged_wheel(error: &InstallError) -> Option<Sha256> {
    match error {
        InstallError::Damaged { sha256, .. } => Some(*sha256),
        InstallError::ForRequirement { cause, .. } => damaged_wheel(cause),
        _ => None,
    }
}

/// Takes a damaged wheel out of the store and has it fetched again; the environment has not been changed yet.
fn mend(
    session: &Session<'_>,
    resolution: &Resolution,
    wheels: &mut Wheels,
    sha256: Sha256,
    error: &InstallError,
) -> Result<(), SessionError> {
    session.store.discard(sha256)?;
    let damaged = |package: &&ResolvedPackage| {
        wheels.get(&package.project).is_some_and(|fetched| fetched.wheel.sha256() == sha256)
    };
    let Some(package) = resolution.to_install().find(damaged) else {
        return Err(SessionError::Damaged { reason: error.to_string() });
    };
    let fetched = fetch_again(session, package, sha256)?;
    wheels.insert(package.project.clone(), fetched);
    Ok(())
}

fn attempt(
    session: &Session<'_>,
    resolution: &Resolution,
    wheels: &Wheels,
    installed: &InstalledSet,
    options: &InstallOptions<'_>,
) -> Result<Report, SessionError> {
    let mut plan = Plan { remove: Vec::new(), place: Vec::new() };
    for package in resolution.to_install() {
        if package.action == Action::Reinstall
            && let Some(distribution) = installed.distribution(&package.project)
        {
            plan.remove.push(Removal::of(distribution, options.target)?);
        }
        if let Some(fetched) = wheels.get(&package.project) {
            plan.place.push(placement(session, package, fetched)?);
        }
    }
    Ok(installer::execute(&plan, options.target, &options.placing)?)
}

fn placement(
    session: &Session<'_>,
    package: &ResolvedPackage,
    fetched: &FetchedWheel,
) -> Result<Placement, SessionError> {
    let byte_code: Option<ByteCode> = match session.compiler {
        Some(compiler) => Some(compiler.wait(&fetched.wheel)?),
        None => None,
    };
    Ok(Placement {
        wheel: fetched.wheel.clone(),
        byte_code,
        name: package.requested_name().to_owned(),
        requirement: package.requirement.clone(),
        requested: package.user_supplied,
        direct_url: direct_url(package, Some(fetched)),
    })
}
