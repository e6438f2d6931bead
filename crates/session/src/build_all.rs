//! Building the wheels of everything that was chosen as source, side by side.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::thread;

use resolver::{Action, Resolution, ResolvedPackage};
use specifier::ProjectName;

use crate::build::{Builder, SourceBuild};
use crate::event::Transfer;
use crate::fetch::lock;
use crate::{Event, FetchedWheel, Session, SessionError};

/// Builds under way for each hook that may run: the others wait for the network, or for their turn.
const UNDER_WAY: usize = 3;

/// A package that is to be built.
struct Task<'r> {
    package: &'r ResolvedPackage,
    source: Arc<SourceBuild>,
}

/// Has a wheel for every chosen source. All are tried, also when one of them fails, as pip does.
pub(crate) fn build_all(
    session: &Session<'_>,
    builder: &Builder<'_>,
    resolution: &Resolution,
    transfer: &dyn Fn(&ResolvedPackage) -> Transfer,
) -> Result<HashMap<ProjectName, FetchedWheel>, SessionError> {
    let mut wheels = HashMap::new();
    let mut tasks = VecDeque::new();
    let is_to_come =
        |package: &&ResolvedPackage| matches!(package.action, Action::Install | Action::Reinstall);
    for package in resolution.packages.iter().filter(is_to_come) {
        let Some(source) = builder.of_package(package) else { continue };
        match source.ready_wheel() {
            Some(wheel) => {
                wheels.insert(package.project.clone(), wheel);
            }
            None => tasks.push_back(Task { package, source }),
        }
    }
    if tasks.is_empty() {
        return Ok(wheels);
    }
    let name = |package: &ResolvedPackage| package.requested_name().to_owned();
    let names: Vec<String> = tasks.iter().map(|task| name(task.package)).collect();
    (session.events)(Event::BuildingWheels { names: &names, resolution, transfer });
    let threads = tasks.len().min(session.builds.jobs() * UNDER_WAY);
    let (tasks, results) = (Mutex::new(tasks), Mutex::new(HashMap::new()));
    let work = || loop {
        let Some(task) = lock(&tasks).pop_front() else { return };
        let built = task.source.wheel(session, &task.package.project, &task.package.version);
        match &built {
            Err(error) => (session.events)(Event::BuildFailed { name: task.package.requested_name(), error }),
            Ok(fetched) => {
                if let Some(compiler) = session.compiler {
                    compiler.queue(&fetched.wheel);
                }
            }
        }
        lock(&results).insert(task.package.project.clone(), built);
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            // Threads that cannot be had only make it slower.
            if thread::Builder::new().spawn_scoped(scope, work).is_err() {
                break;
            }
        }
        work();
    });
    let mut results = lock(&results);
    let (mut built, mut failed) = (Vec::new(), Vec::new());
    for package in &resolution.packages {
        match results.remove(&package.project) {
            None => {}
            Some(Ok(wheel)) => {
                built.push(name(package));
                wheels.insert(package.project.clone(), wheel);
            }
            Some(Err(_)) => failed.push(name(package)),
        }
    }
    (session.events)(Event::BuiltWheels { built: &built, failed: &failed });
    if failed.is_empty() { Ok(wheels) } else { Err(SessionError::FailedBuilds(failed)) }
}
