//! `lock`: resolves as if nothing were installed, and writes down what exactly would be.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use environment::Environment;
use metadata::{
    DirectUrl, DirectUrlKind, LockedArchive, LockedDirectory, LockedFile, LockedPackage, LockedRepository,
    Pylock,
};
use options::Text;
use requirement::Link;
use resolver::{Chosen, ResolvedPackage};
use session::{Fetch, InstalledSet};
use specifier::PythonRepr;

use super::install::words;
use super::version;
use crate::context::Context;
use crate::failure::{Failure, reason};
use crate::features;
use crate::report::{digest_of, download_info};
use crate::requirements::{self, Requirements};
use crate::selection::selection;
use crate::workshop::{Workshop, request_from_nothing};

/// Runs the command.
pub fn run(context: &Context<'_>) -> Result<u8, Failure> {
    let environment = context.environment()?;
    context.console.verbose(format_args!("Using {}", version::line(environment)));
    context.console.warning(
        "pip lock is currently an experimental command. It may be removed/changed in a future release without prior \
         warning.",
    );
    let requirements = requirements::collect(context)?;
    if requirements.wanted.is_empty() {
        options::nothing_given(context.parsed)?;
    }
    let output = context.text(Text::Output).unwrap_or("pylock.toml");
    let working_directory = &context.process.working_directory;
    let path = (output != "-").then(|| working_directory.join(output));
    let folder = path.as_deref().and_then(Path::parent).unwrap_or(working_directory);
    let packages = packages(context, environment, &requirements, folder, output)?;
    let text = Pylock::new("pip", packages).to_toml();
    match path {
        None => context.console.result(text.strip_suffix('\n').unwrap_or(&text)),
        Some(path) => fs::write(path, text)
            .map_err(|error| unfinished(format_args!("{}: {}", reason(&error), PythonRepr(output))))?,
    }
    Ok(0)
}

/// Everything that is needed, sorted by name; `folder` is where the lock file will be.
fn packages(
    context: &Context<'_>,
    environment: &Environment,
    requirements: &Requirements,
    folder: &Path,
    output: &str,
) -> Result<Vec<LockedPackage>, Failure> {
    let markers = environment.markers();
    let installed =
        InstalledSet::new(&environment::Installed::default(), context.process.working_directory.clone());
    let selection = selection(context, environment, requirements);
    let resolve = request_from_nothing(context, requirements, &markers, &selection, &installed);
    features::say(context, requirements);
    words::say_locations(context, environment, requirements);
    let workshop = Workshop::open(context, environment, requirements, &selection, true)?;
    let request = session::Request { resolve, installed: HashSet::new(), fetch: Fetch::Metadata };
    let prepared = workshop.prepare(&request, &installed, None, |_, prepared| Ok(prepared?))?;
    if output != "-" && !options::is_lock_file(output) {
        context.console.warning(format_args!("{output} is not a valid lock file name."));
    }

    let mut locked = Vec::new();
    for package in prepared.resolution.to_install() {
        locked.push(match &package.chosen {
            Chosen::File(file) => {
                let Some(file) = file.file().map(index::IndexFile::to_owned) else { continue };
                let wheel = prepared.wheels.get(&package.project);
                let wheel = wheel.map(|fetched| fetched.wheel.sha256().to_string());
                let mut info = download_info(&file, wheel, &workshop.index)?;
                if let DirectUrlKind::Archive { hashes } = &mut info.kind
                    && hashes.is_empty()
                {
                    // A lock without digests is none; pip gives up here.
                    hashes.push(("sha256".to_owned(), digest_of(&file, &workshop.index)?));
                }
                of_index(package, info)
            }
            Chosen::Direct(_) => match prepared.direct_urls.get(&package.project) {
                Some(info) => direct(package, info.clone(), folder)?,
                None => continue,
            },
            Chosen::Installed(_) => continue,
        });
    }
    locked.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(locked)
}

/// A file of an index or of find-links.
fn of_index(package: &ResolvedPackage, info: DirectUrl) -> LockedPackage {
    let link = Link::new(info.url.as_str());
    let hashes = match info.kind {
        DirectUrlKind::Archive { hashes } => hashes,
        DirectUrlKind::Directory { .. } | DirectUrlKind::VersionControl { .. } => Vec::new(),
    };
    let file =
        LockedFile { name: Some(link.filename()), url: Some(info.url), hashes, ..LockedFile::default() };
    let (sdist, wheels) = if link.is_wheel() { (None, Some(vec![file])) } else { (Some(file), None) };
    LockedPackage {
        version: Some(package.version.clone()),
        sdist,
        wheels,
        ..LockedPackage::new(package.project.clone())
    }
}

/// A distribution with an address of its own; the version is not written down, since it may be another one later.
fn direct(package: &ResolvedPackage, info: DirectUrl, folder: &Path) -> Result<LockedPackage, Failure> {
    let mut locked = LockedPackage::new(package.project.clone());
    let DirectUrl { url, subdirectory, kind } = info;
    match kind {
        DirectUrlKind::Archive { hashes } => {
            locked.archive =
                Some(LockedArchive { url: Some(url), hashes, subdirectory, ..LockedArchive::default() });
        }
        DirectUrlKind::Directory { editable } => {
            let path = relative(&Link::new(url.as_str()), folder)?;
            locked.directory =
                Some(LockedDirectory { path, editable: editable.then_some(true), subdirectory });
        }
        DirectUrlKind::VersionControl { vcs, requested_revision, commit_id } => {
            locked.vcs = Some(LockedRepository {
                kind: vcs,
                url: Some(url),
                path: None,
                requested_revision,
                commit_id,
                subdirectory,
            });
        }
    }
    Ok(locked)
}

/// The path of a folder as seen from the lock file; it must be below it, as for pip.
fn relative(link: &Link, folder: &Path) -> Result<String, Failure> {
    let resolved = |path: PathBuf| fs::canonicalize(&path).unwrap_or(path);
    let (path, folder) = (resolved(link.file_path().unwrap_or_default()), resolved(folder.to_owned()));
    let Ok(below) = path.strip_prefix(&folder) else {
        let (path, folder) = (path.to_string_lossy(), folder.to_string_lossy());
        let (path, folder) = (PythonRepr(&path), PythonRepr(&folder));
        return Err(unfinished(format_args!("{path} is not in the subpath of {folder}")));
    };
    let below = below.to_string_lossy().into_owned();
    Ok(if below.is_empty() { ".".to_owned() } else { below })
}

/// What ends pip with a traceback.
fn unfinished(message: impl std::fmt::Display) -> Failure {
    Failure { exit_code: 2, ..Failure::error(message) }
}
