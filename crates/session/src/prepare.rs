//! Everything before the environment is touched: resolving, and having every chosen wheel in the store.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::thread;

use environment::Environment;
use index::Index;
use resolver::{Chosen, Resolution, ResolvedPackage, Scout};
use specifier::ProjectName;
use store::{Compiler, Store};

use crate::event::EventSink;
use crate::fetch::Fetcher;
use crate::fetch_ahead::FetchAhead;
use crate::source::Source;
use crate::{FetchedWheel, SessionError};

/// What one install works with.
pub struct Session<'a> {
    /// The environment that is asked, and later changed.
    pub environment: &'a Environment,
    /// Where packages come from.
    pub index: &'a Index,
    /// Where unpacked wheels are kept.
    pub store: &'a Store,
    /// Compiles byte-code beside the downloads; `None` for `--no-compile` and dry runs.
    pub compiler: Option<&'a Compiler>,
    /// For downloads that are too large for memory.
    pub temporary_folder: PathBuf,
    /// Is told every step.
    pub events: EventSink<'a>,
}

/// What is asked for.
pub struct Request<'a> {
    /// Requirements and the choices that go with them.
    pub resolve: resolver::Request<'a>,
    /// Projects that are installed and stay unless something forbids it; their pages are not fetched ahead.
    pub installed: HashSet<ProjectName>,
    /// Whether wheels are fetched, too; false for `--dry-run`, which needs only metadata.
    pub fetch: bool,
}

/// All that is needed to change the environment.
#[derive(Debug)]
pub struct Prepared {
    /// What was chosen.
    pub resolution: Resolution,
    /// The wheels to place, by project; without fetching only those that requirements gave addresses of.
    pub wheels: HashMap<ProjectName, FetchedWheel>,
}

/// Resolves, and fetches what was chosen.
///
/// An error leaves the environment untouched; what was fetched until then stays in the store.
pub fn prepare(session: &Session<'_>, request: &Request<'_>) -> Result<Prepared, SessionError> {
    thread::scope(|scope| {
        let fetcher = Fetcher::new(session, scope);
        let scout = Scout::new(&request.resolve);
        let ahead = FetchAhead::new(session, scope, scout, &request.installed);
        // A guess is checked against the index's digests only: where the user gives some, everything is fetched late.
        let has_hashes = request.resolve.require_hashes
            || request
                .resolve
                .requirements
                .iter()
                .chain(request.resolve.constraints)
                .any(|r| !r.hashes.is_empty());
        let source = Source::new(session, &fetcher, &ahead, request.fetch && !has_hashes);
        // A dry run that is to check digests needs the files.
        let fetch = request.fetch || has_hashes;
        let resolution = resolver::resolve(&request.resolve, &source).map_err(SessionError::of_resolver)?;
        ahead.stop();
        fetcher.open();
        let mut wheels = HashMap::new();
        if fetch {
            // All are asked for before the first is waited for.
            for package in resolution.to_install() {
                source.want(package);
            }
            for package in resolution.to_install() {
                wheels.insert(package.project.clone(), wheel_of(package, &fetcher, &source)?);
            }
        } else {
            // Those were needed for their metadata, and a report tells their digests.
            for package in resolution.to_install() {
                if let Chosen::Direct(direct) = &package.chosen
                    && let Some(wheel) = source.direct_wheel(direct.link.url())
                {
                    wheels.insert(package.project.clone(), wheel);
                }
            }
        }
        Ok(Prepared { resolution, wheels })
    })
}

fn wheel_of(
    package: &ResolvedPackage,
    fetcher: &Fetcher<'_, '_>,
    source: &Source<'_, '_, '_>,
) -> Result<FetchedWheel, SessionError> {
    let found = match &package.chosen {
        Chosen::File(file) => match file.file() {
            Some(file) => {
                let waited = fetcher.wait(&file.to_owned().url).transpose();
                waited.map_err(|error| error.of_package(package, &file.to_owned()))?
            }
            None => None,
        },
        Chosen::Direct(direct) => source.direct_wheel(direct.link.url()),
        Chosen::Installed(_) => None,
    };
    found.ok_or_else(|| SessionError::NeedsBuild { what: format!("{} {}", package.name, package.version) })
}
