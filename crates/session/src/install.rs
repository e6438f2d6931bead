//! The change itself: what was prepared becomes one plan, which the installer carries out as a whole.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use installer::{InstallError, Options, Placement, Plan, Removal, Report, Target};
use resolver::{Action, Resolution, ResolvedPackage};
use specifier::ProjectName;
use store::{ByteCode, Expected, Sha256};

use crate::direct::fetch_again;
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
        match attempt(session, prepared, &wheels, installed, options) {
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
    let fetched = match wheels.get(&package.project).and_then(|fetched| fetched.archive.as_ref()) {
        Some(archive) => unpack_again(session, package, archive, sha256)
            .map_err(|_| SessionError::Damaged { reason: error.to_string() })?,
        None => fetch_again(session, package, sha256)?,
    };
    wheels.insert(package.project.clone(), fetched);
    Ok(())
}

/// Puts a wheel that was built here into the store once more.
fn unpack_again(
    session: &Session<'_>,
    package: &ResolvedPackage,
    archive: &Path,
    sha256: Sha256,
) -> Result<FetchedWheel, SessionError> {
    let bytes = fs::read(archive).map_err(|error| SessionError::Read { path: archive.to_owned(), error })?;
    if Sha256::of(&bytes) != sha256 {
        return Err(SessionError::unknown_file());
    }
    let expected = Expected { project: &package.project, version: Some(&package.version) };
    let added = session.store.add(bytes.as_slice(), sha256, expected)?;
    Ok(FetchedWheel {
        wheel: added.wheel,
        newer_wheel_version: added.newer_wheel_version,
        cached: true,
        size: Some(bytes.len() as u64),
        archive: Some(archive.to_owned()),
    })
}

fn attempt(
    session: &Session<'_>,
    prepared: &Prepared,
    wheels: &Wheels,
    installed: &InstalledSet,
    options: &InstallOptions<'_>,
) -> Result<Report, SessionError> {
    let mut plan = Plan { remove: Vec::new(), place: Vec::new() };
    for package in prepared.resolution.to_install() {
        if package.action == Action::Reinstall
            && let Some(distribution) = installed.distribution(&package.project)
        {
            plan.remove.push(Removal::of(distribution, options.target)?);
        }
        if let Some(fetched) = wheels.get(&package.project) {
            plan.place.push(placement(session, prepared, package, fetched)?);
        }
    }
    Ok(installer::execute(&plan, options.target, &options.placing)?)
}

fn placement(
    session: &Session<'_>,
    prepared: &Prepared,
    package: &ResolvedPackage,
    fetched: &FetchedWheel,
) -> Result<Placement, SessionError> {
    let byte_code: Option<ByteCode> = match session.compiler {
        Some(compiler) => Some(compiler.wait(&fetched.wheel)?),
        None => session.byte_code_at_hand.and_then(|target| fetched.wheel.byte_code(target)),
    };
    Ok(Placement {
        wheel: fetched.wheel.clone(),
        byte_code,
        name: package.requested_name().to_owned(),
        requirement: package.requirement.clone(),
        requested: package.user_supplied,
        direct_url: prepared.direct_urls.get(&package.project).cloned(),
    })
}
