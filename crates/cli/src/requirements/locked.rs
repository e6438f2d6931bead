//! `-r pylock.toml` and `--group pylock.toml:name`: which lock files are read, and what of them is asked for.

use std::path::PathBuf;

use index::{LockedFile, redact_url};
use options::{List, is_lock_file, lock_file_without_extras};
use requirement::{LockRequest, LockTarget, LockedLink, parse_extras, read_lock_file};
use specifier::{ProjectName, Version};

use super::Found;
use crate::context::Context;
use crate::failure::Failure;
use crate::surroundings::Machine;

/// A value of `-r`.
pub enum File<'a> {
    /// A requirements file.
    Requirements(&'a str),
    /// A lock file, once, with all that is asked of it.
    Lock(LockRequest),
}

/// What is the same lock file: an address, or an absolute path.
#[derive(PartialEq, Eq)]
enum Identity {
    Address(String),
    Path(PathBuf),
}

/// The files of `-r`, and the lock files of `--group`, each lock where it is named first.
pub fn files<'a>(context: &Context<'a>) -> Result<Vec<File<'a>>, Failure> {
    let requirements = context.list(List::Requirement).iter().map(|file| (file.as_str(), None));
    let groups = context.values().dependency_groups().iter();
    let groups = groups.map(|group| (group.path.as_str(), Some(group.group.as_str())));
    let mut files = Vec::new();
    let mut known: Vec<(Identity, usize)> = Vec::new();
    for (source, group) in requirements.chain(groups) {
        let name = lock_file_without_extras(source);
        if !is_lock_file(name) {
            if group.is_none() {
                files.push(File::Requirements(source));
            }
            continue;
        }
        let identity = identity(context, name);
        let at = known.iter().find(|(other, _)| *other == identity).map(|(_, at)| *at);
        let at = at.unwrap_or_else(|| {
            files.push(File::Lock(LockRequest { location: name.to_owned(), ..LockRequest::default() }));
            known.push((identity, files.len() - 1));
            files.len() - 1
        });
        let Some(File::Lock(request)) = files.get_mut(at) else { continue };
        let extras = source.get(name.len()..).map(str::trim).filter(|extras| !extras.is_empty());
        request.extras.extend(parse_extras(extras, &requirement::Origin::CommandLine)?);
        match group {
            None => request.default_groups = true,
            Some(group) => request.dependency_groups.push(ProjectName::normalise(group)),
        }
    }
    Ok(files)
}

/// Paths keep their case and their `..`, since either may lead to another file.
fn identity(context: &Context<'_>, name: &str) -> Identity {
    let start = name.to_ascii_lowercase();
    if ["http:", "https:", "file:"].iter().any(|scheme| start.starts_with(scheme)) {
        return Identity::Address(name.to_owned());
    }
    Identity::Path(context.process.working_directory.join(name).components().collect())
}

impl Found {
    /// Takes what a lock file asks for.
    pub(super) fn take_lock(
        &mut self,
        context: &Context<'_>,
        machine: &Machine<'_>,
        request: &LockRequest,
    ) -> Result<(), Failure> {
        context.console.warning(
            "Using pylock.toml as a requirements source is an experimental feature. It may be removed/changed in a \
             future release without prior warning.",
        );
        let environment = context.environment()?;
        let (markers, tags) = (environment.markers(), environment.tags());
        let prefers_sdist = |project: &ProjectName| {
            let formats = self.formats.allowed(project);
            formats.sources && !formats.wheels
        };
        let target = LockTarget { environment: &markers, tags: &tags, prefers_sdist: &prefers_sdist };
        let locked = read_lock_file(request, &target, machine)?;
        if let Some(version) = locked.newer_version {
            warn_of_version(context, &version);
        }
        self.wanted.extend(locked.requirements);
        for LockedLink { project, link, comes_from, upload_time } in locked.links {
            let file = LockedFile { url: link.url().to_owned(), comes_from, upload_time };
            if let Some(other) = self.settings.locked.get(&project) {
                let shown =
                    |file: &LockedFile| format!("{} (from {})", redact_url(&file.url), file.comes_from);
                return Err(Failure::error(format_args!(
                    "Multiple locked links provided for {project}: {} and {}",
                    shown(other),
                    shown(&file)
                )));
            }
            self.settings.locked.insert(project, file);
        }
        Ok(())
    }
}

fn warn_of_version(context: &Context<'_>, version: &Version) {
    context.console.warning(format_args!("pylock minor version {version} is not supported"));
}
