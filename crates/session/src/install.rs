//! The change itself: what was prepared becomes one plan, which the installer carries out as a whole.

use installer::{Options, Placement, Plan, Removal, Report, Target};
use metadata::{DirectUrl, DirectUrlKind};
use resolver::{Action, Chosen, ResolvedPackage};
use store::ByteCode;

use crate::{FetchedWheel, InstalledSet, Prepared, Session, SessionError};

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
    let mut plan = Plan { remove: Vec::new(), place: Vec::new() };
    for package in prepared.resolution.to_install() {
        if package.action == Action::Reinstall
            && let Some(distribution) = installed.distribution(&package.project)
        {
            plan.remove.push(Removal::of(distribution, options.target)?);
        }
        if let Some(fetched) = prepared.wheels.get(&package.project) {
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
    let direct_url = match &package.chosen {
        Chosen::Direct(direct) => Some(DirectUrl {
            url: index::remove_credentials(direct.link.url_without_fragment()),
            subdirectory: direct.link.subdirectory().map(ToOwned::to_owned),
            kind: DirectUrlKind::Archive {
                hashes: vec![("sha256".into(), fetched.wheel.sha256().to_string())],
            },
        }),
        Chosen::File(_) | Chosen::Installed(_) => None,
    };
    Ok(Placement {
        wheel: fetched.wheel.clone(),
        byte_code,
        name: package.requested_name().to_owned(),
        requirement: package.requirement.clone(),
        requested: package.user_supplied,
        direct_url,
    })
}
