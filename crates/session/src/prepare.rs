//! Everything before the environment is touched: resolving, and having every chosen wheel in the store.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::thread;

use environment::Environment;
use index::Index;
use metadata::DirectUrl;
use resolver::{Chosen, Resolution, ResolvedPackage, Scout};
use specifier::ProjectName;
use store::{CompileTarget, Compiler, Store};

use crate::build::{Builder, Builds};
use crate::build_all::build_all;
use crate::event::EventSink;
use crate::fetch::Fetcher;
use crate::fetch_ahead::FetchAhead;
use crate::source::Source;
use crate::{FetchedWheel, SessionError, metadata_file};

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
    /// Without a compiler: byte-code that the store happens to have for this interpreter is placed all the same.
    pub byte_code_at_hand: Option<&'a CompileTarget>,
    /// For downloads that are too large for memory, and for builds.
    pub temporary_folder: PathBuf,
    /// Where the command saves archives: what lies there is not fetched again.
    pub saves_in: Option<&'a Path>,
    /// Is told every step.
    pub events: EventSink<'a>,
    /// How sources are built, shared by all sessions of a command.
    pub builds: &'a Builds,
    /// The sources for whose sake this session is there, outermost first; none for what the user asks for.
    pub chain: &'a [String],
}

/// What is asked for.
pub struct Request<'a> {
    /// Requirements and the choices that go with them.
    pub resolve: resolver::Request<'a>,
    /// Projects that are installed and stay unless something forbids it; their pages are not fetched ahead.
    pub installed: HashSet<ProjectName>,
    /// What is wanted besides the answer.
    pub fetch: Fetch,
}

/// What is to be had of the chosen distributions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fetch {
    /// Only metadata (`--dry-run`); with digests to check, all the same the files.
    Metadata,
    /// Wheels of what must be built, and of nothing else (`wheel`).
    Builds,
    /// All wheels, in the store.
    Wheels,
}

/// All that is needed to change the environment.
#[derive(Debug)]
pub struct Prepared {
    /// What was chosen.
    pub resolution: Resolution,
    /// The wheels to place, by project; without fetching only those that requirements gave addresses of.
    pub wheels: HashMap<ProjectName, FetchedWheel>,
    /// What `direct_url.json` says of the distributions that have an address of their own.
    pub direct_urls: HashMap<ProjectName, DirectUrl>,
    /// The source folders of what was unpacked or checked out; they go away with the command.
    pub folders: HashMap<ProjectName, PathBuf>,
    /// The archives of what was unpacked; they go away with the command.
    pub archives: HashMap<ProjectName, PathBuf>,
}

/// Resolves, and fetches what was chosen.
///
/// An error leaves the environment untouched; what was fetched until then stays in the store.
pub fn prepare(session: &Session<'_>, request: &Request<'_>) -> Result<Prepared, SessionError> {
    let builder = Builder::new(session, &request.resolve);
    thread::scope(|scope| {
        let fetcher = Fetcher::new(session, scope);
        let scout = Scout::new(&request.resolve);
        let ahead = FetchAhead::new(session, scope, scout, &request.installed, &builder);
        // A guess is checked against the index's digests only: where the user gives some, everything is fetched late.
        let has_hashes = request.resolve.require_hashes
            || request
                .resolve
                .requirements
                .iter()
                .chain(request.resolve.constraints)
                .any(|r| !r.hashes.is_empty());
        let guesses = request.fetch == Fetch::Wheels && !has_hashes;
        let new_source = || {
            Source::new(session, scope, &fetcher, &ahead, &builder, guesses, request.resolve.require_hashes)
        };
        // A dry run that is to check digests needs the files.
        let fetch = match request.fetch {
            Fetch::Metadata if has_hashes => Fetch::Wheels,
            fetch => fetch,
        };
        let mut source = new_source();
        let mut resolution = resolver::resolve(&request.resolve, &source);
        // What was found out with a damaged page is worth nothing. Each comes from its server the second time.
        while session.index.forget_lost_pages() {
            source = new_source();
            resolution = resolver::resolve(&request.resolve, &source);
        }
        let resolution = resolution.map_err(SessionError::of_resolver)?;
        ahead.stop();
        fetcher.open();
        let mut wheels = HashMap::new();
        if fetch == Fetch::Wheels {
            // All are asked for before the first is waited for.
            for package in resolution.to_install() {
                source.want(package);
            }
        }
        if fetch != Fetch::Metadata {
            let transfer = |package: &ResolvedPackage| source.transfer(package);
            wheels = build_all(session, &builder, &resolution, &transfer)?;
        }
        if fetch == Fetch::Wheels {
            for package in resolution.to_install() {
                if !wheels.contains_key(&package.project) {
                    let wheel = wheel_of(package, &fetcher, &source)?;
                    metadata_file::check_wheel(package, &wheel)?;
                    wheels.insert(package.project.clone(), wheel);
                }
            }
        }
        // Those were needed for their metadata, and a report tells their digests.
        for package in &resolution.packages {
            if !wheels.contains_key(&package.project)
                && let Chosen::Direct(direct) = &package.chosen
                && let Some(wheel) = source.direct_wheel(direct.link.url())
            {
                wheels.insert(package.project.clone(), wheel);
            }
        }
        let (mut direct_urls, mut folders, mut archives) = (HashMap::new(), HashMap::new(), HashMap::new());
        for package in &resolution.packages {
            if let Some(url) = source.direct_url(package) {
                direct_urls.insert(package.project.clone(), url);
            }
            if let Some(source) = builder.of_package(package) {
                folders.extend(source.folder().map(|folder| (package.project.clone(), folder)));
                archives.extend(source.archive().map(|archive| (package.project.clone(), archive)));
            }
        }
        Ok(Prepared { resolution, wheels, direct_urls, folders, archives })
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
    found.ok_or_else(SessionError::unknown_file)
}
