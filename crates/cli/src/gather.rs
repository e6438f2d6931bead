//! Resolving for a folder instead of an environment: what `download` and `wheel` have in common.

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;

use environment::Installed;
use resolver::{Action, ResolvedPackage};
use session::{Fetch, InstalledSet, Prepared, Saved, SessionError, display_path};

use crate::command::install::words;
use crate::context::Context;
use crate::failure::Failure;
use crate::features;
use crate::requirements;
use crate::selection::selection;
use crate::workshop::{Workshop, request_from_nothing};

/// Resolves what is asked for as if nothing were installed, and puts the archives into a folder, which is made if it
/// is not there. With `Fetch::Builds` sources become wheels first. Gives the names of the packages, in pip's order.
pub fn gather(context: &Context<'_>, folder: &str, fetch: Fetch) -> Result<Vec<String>, Failure> {
    let environment = context.environment()?;
    let folder = made(context, folder)?;
    let requirements = requirements::collect(context)?;
    if requirements.wanted.is_empty() {
        options::nothing_given(context.parsed).map_err(|error| Failure::options(&error))?;
    }
    let markers = environment.markers();
    let selection = selection(context, environment, &requirements);
    let installed = InstalledSet::new(&Installed::default(), context.process.working_directory.clone());
    let resolve = request_from_nothing(context, &requirements, &markers, &selection, &installed);
    features::say(context, &requirements);
    words::say_locations(context, environment, &requirements);
    let mut workshop = Workshop::open(context, environment, &requirements, &selection, false)?;
    workshop.saves_in = Some(folder.clone());
    let request = session::Request { resolve, installed: HashSet::new(), fetch };
    workshop.prepare(&request, &installed, None, |session, prepared| {
        let prepared = match prepared {
            Err(SessionError::FailedBuilds(_)) => {
                return Err(Failure::error("Failed to build one or more wheels"));
            }
            prepared => prepared?,
        };
        words::say_downloads(context, &prepared, Some(&folder));
        let mut saved = session::save(session, &prepared, &folder, fetch == Fetch::Builds)?;
        let mut names = Vec::new();
        for package in chosen(&prepared) {
            let built =
                prepared.wheels.get(&package.project).is_some_and(|fetched| fetched.archive.is_some());
            if let Some(saved) = saved.remove(&package.project) {
                // What was built was told with its building.
                if !(built && fetch == Fetch::Builds) {
                    tell(context, &saved);
                }
            } else if let Some(source) =
                prepared.folders.get(&package.project).filter(|_| is_repository(package))
            {
                let archive = archive(context, package, source, &folder)?;
                tell(context, &Saved::New(archive));
            }
            names.push(package.requested_name().to_owned());
        }
        Ok(names)
    })
}

/// The packages that are saved, in the order in which the resolver came to them.
fn chosen(prepared: &Prepared) -> impl Iterator<Item = &ResolvedPackage> {
    let packages = prepared.resolution.packages.iter();
    packages.filter(|package| matches!(package.action, Action::Install | Action::Reinstall))
}

fn made(context: &Context<'_>, folder: &str) -> Result<PathBuf, Failure> {
    let folder = context.process.working_directory.join(folder);
    // A `.` in the end would be shown.
    let folder: PathBuf = folder.components().collect();
    fs::create_dir_all(&folder).map_err(|error| Failure::file(folder.display(), &error))?;
    Ok(folder)
}

fn tell(context: &Context<'_>, saved: &Saved) {
    let console = context.console;
    let shown = |path: &PathBuf| display_path(path, &context.process.working_directory);
    match saved {
        Saved::New(path) | Saved::Replaced(path) => console.info(format_args!("Saved {}", shown(path))),
        // Told where its package was spoken of.
        Saved::Known(_) => {}
    }
}

fn is_repository(package: &ResolvedPackage) -> bool {
    matches!(&package.chosen, resolver::Chosen::Direct(direct) if direct.link.is_vcs())
}

/// A repository is saved as a zip archive of its tree (pip: `InstallRequirement.archive`).
fn archive(
    context: &Context<'_>,
    package: &ResolvedPackage,
    source: &std::path::Path,
    folder: &std::path::Path,
) -> Result<PathBuf, Failure> {
    let path = folder.join(format!("{}-{}.zip", package.name, package.version));
    if path.exists() {
        let question = format!("The file {} exists. (i)gnore, (w)ipe, (b)ackup, (a)bort ", path.display());
        match context.ask_about_existing(&question, &["i", "w", "b", "a"])?.as_str() {
            "i" => return Ok(path),
            "w" => {
                context.console.warning(format_args!("Deleting {}", path.display()));
                fs::remove_file(&path).map_err(|error| Failure::file(path.display(), &error))?;
            }
            "b" => {
                let backup = (0..).map(|number| match number {
                    0 => format!("{}.bak", path.display()),
                    number => format!("{}.bak{}", path.display(), number + 1),
                });
                let backup = backup.map(PathBuf::from).find(|path| !path.exists()).unwrap_or_default();
                context.console.warning(format_args!(
                    "Backing up {} to {}",
                    path.display(),
                    backup.display()
                ));
                fs::rename(&path, &backup).map_err(|error| Failure::file(path.display(), &error))?;
            }
            _ => return Err(Failure { exit_code: 255, messages: Vec::new(), diagnostic: None }),
        }
    }
    session::archive_tree(source, &package.name, &path)?;
    Ok(path)
}
