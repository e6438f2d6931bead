//! Bazaar, today Breezy's `bzr`.

use std::path::{Path, PathBuf};

use requirement::Link;

use crate::client::{Backend, VersionControl};
use crate::command::Tool;
use crate::error::VersionControlError as Error;
use crate::repository_url::RepositoryUrl;
use crate::system::System;

/// The `bzr` tool.
pub(crate) struct Bazaar;

impl Backend for Bazaar {
    fn fetch(&self, client: &VersionControl, folder: &Path, url: &RepositoryUrl) -> Result<(), Error> {
        url.must_be_reachable(client)?;
        client.info(format!(
            "Checking out {}{} to {}",
            url.redacted(),
            url.shown_revision(),
            client.shown(folder)
        ));
        let flag = match client.settings.verbosity {
            ..=0 => Some("--quiet".to_owned()),
            1 => None,
            more => Some(format!("-{}", "v".repeat(usize::try_from(more).unwrap_or(2)))),
        };
        Tool::new(client, System::Bazaar, ["checkout", "--lightweight"])
            .args(flag)
            .args(revision(url))
            .url(&url.url)
            .args([folder])
            .run()
    }

    fn switch(&self, client: &VersionControl, folder: &Path, url: &RepositoryUrl) -> Result<(), Error> {
        url.must_be_reachable(client)?;
        bzr(client, folder, ["switch"]).url(&url.url).run()
    }

    fn update(&self, client: &VersionControl, folder: &Path, url: &RepositoryUrl) -> Result<(), Error> {
        url.must_be_reachable(client)?;
        let quiet = (client.settings.verbosity <= 0).then_some("-q");
        // Old versions of pip made branches that stand alone.
        if bzr(client, folder, ["info"]).query()?.starts_with("Standalone ") {
            bzr(client, folder, ["bind"]).args(quiet).url(&url.url).run()?;
        }
        bzr(client, folder, ["update"]).args(quiet).args(revision(url)).run()
    }

    fn remote_url(&self, client: &VersionControl, folder: &Path) -> Result<String, Error> {
        let info = bzr(client, folder, ["info"]).query()?;
        let repository = info
            .lines()
            .map(str::trim)
            .find_map(|line| {
                line.strip_prefix("checkout of branch: ").or_else(|| line.strip_prefix("parent branch: "))
            })
            .ok_or(Error::NoRemote)?;
        Ok(if repository.starts_with('/') {
            Link::from_path(Path::new(repository.trim_end_matches('/'))).url().to_owned()
        } else {
            repository.to_owned()
        })
    }

    /// The newest revision of the branch, which pip takes for that of the tree.
    fn revision(&self, client: &VersionControl, folder: &Path) -> Result<String, Error> {
        let number = bzr(client, folder, ["revno"]).query()?;
        Ok(number.lines().next_back().unwrap_or_default().to_owned())
    }

    fn root(&self, _: &VersionControl, folder: &Path) -> Option<PathBuf> {
        folder.join(".bzr").exists().then(|| folder.to_owned())
    }

    fn needs_prefix(&self, url: &str) -> bool {
        !url.to_ascii_lowercase().starts_with("bzr:")
    }
}

fn bzr<'c, 'a>(
    client: &'c VersionControl<'c>,
    folder: &Path,
    arguments: impl IntoIterator<Item = &'a str>,
) -> Tool<'c> {
    Tool::new(client, System::Bazaar, arguments).within(folder)
}

fn revision(url: &RepositoryUrl) -> Vec<&str> {
    url.revision.as_deref().map_or_else(Vec::new, |revision| vec!["-r", revision])
}
