//! Mercurial.

use std::fs;
use std::path::{Path, PathBuf};

use requirement::Link;

use crate::client::{Backend, VersionControl};
use crate::command::Tool;
use crate::error::VersionControlError as Error;
use crate::project_root;
use crate::repository_url::RepositoryUrl;
use crate::system::System;

/// The `hg` tool.
pub(crate) struct Mercurial;

impl Backend for Mercurial {
    fn fetch(&self, client: &VersionControl, folder: &Path, url: &RepositoryUrl) -> Result<(), Error> {
        url.must_be_reachable(client)?;
        client.info(format!(
            "Cloning hg {}{} to {}",
            url.redacted(),
            url.shown_revision(),
            client.shown(folder)
        ));
        let flags: &[&str] = match client.settings.verbosity {
            ..=0 => &["--quiet"],
            1 => &[],
            2 => &["--verbose"],
            _ => &["--verbose", "--debug"],
        };
        Tool::new(client, System::Mercurial, ["clone", "--noupdate"])
            .args(flags)
            .url(&url.url)
            .args([folder])
            .run()?;
        hg(client, folder, ["update"]).args(flags).args(revision(url)).run()
    }

    fn switch(&self, client: &VersionControl, folder: &Path, url: &RepositoryUrl) -> Result<(), Error> {
        url.must_be_reachable(client)?;
        match set_default_path(&folder.join(".hg/hgrc"), &url.url) {
            Ok(()) => hg(client, folder, ["update"]).args(quiet(client)).args(revision(url)).run(),
            Err(reason) => {
                client.warning(format!(
                    "Could not switch Mercurial repository to {}: {reason}",
                    url.redacted()
                ));
                Ok(())
            }
        }
    }

    fn update(&self, client: &VersionControl, folder: &Path, url: &RepositoryUrl) -> Result<(), Error> {
        url.must_be_reachable(client)?;
        hg(client, folder, ["pull"]).args(quiet(client)).run()?;
        hg(client, folder, ["update"]).args(quiet(client)).args(revision(url)).run()
    }

    fn remote_url(&self, client: &VersionControl, folder: &Path) -> Result<String, Error> {
        let url = hg(client, folder, ["showconfig", "paths.default"]).query()?;
        let url = url.trim();
        Ok(if url.starts_with('/') {
            Link::from_path(Path::new(url)).url().to_owned()
        } else {
            url.to_owned()
        })
    }

    /// The number of the change in this repository; pip records that.
    fn revision(&self, client: &VersionControl, folder: &Path) -> Result<String, Error> {
        Ok(hg(client, folder, ["parents", "--template={rev}"]).query()?.trim().to_owned())
    }

    fn requirement_revision(&self, client: &VersionControl, folder: &Path) -> Result<String, Error> {
        Ok(hg(client, folder, ["parents", "--template={node}"]).query()?.trim().to_owned())
    }

    fn root(&self, _: &VersionControl, folder: &Path) -> Option<PathBuf> {
        folder.ancestors().find(|above| above.join(".hg").is_dir()).map(Path::to_owned)
    }

    fn subdirectory(&self, client: &VersionControl, folder: &Path) -> Result<Option<String>, Error> {
        let root = hg(client, folder, ["root"]).query()?;
        Ok(project_root::subdirectory(client, folder, &folder.join(root.trim())))
    }

    fn needs_prefix(&self, url: &str) -> bool {
        !url.to_ascii_lowercase().starts_with("hg:")
    }
}

fn hg<'c, 'a>(
    client: &'c VersionControl<'c>,
    folder: &Path,
    arguments: impl IntoIterator<Item = &'a str>,
) -> Tool<'c> {
    Tool::new(client, System::Mercurial, arguments).within(folder)
}

/// One word, so that the revision cannot be an option.
fn revision(url: &RepositoryUrl) -> Option<String> {
    url.revision.as_ref().map(|revision| format!("--rev={revision}"))
}

fn quiet(client: &VersionControl) -> Option<&'static str> {
    (client.settings.verbosity <= 0).then_some("-q")
}

/// Writes `default = url` into the section `[paths]`, which must be there.
fn set_default_path(file: &Path, url: &str) -> Result<(), String> {
    let text = fs::read_to_string(file).map_err(|error| error.to_string())?;
    let mut changed = String::new();
    let (mut is_paths, mut is_found) = (false, false);
    for line in text.lines() {
        if line.starts_with('[') {
            is_paths = line.trim_end() == "[paths]";
            is_found |= is_paths;
        } else if is_paths && line.split('=').next().is_some_and(|key| key.trim() == "default") {
            continue;
        }
        changed.push_str(line);
        changed.push('\n');
        if is_paths && line.starts_with('[') {
            changed.extend(["default = ", url, "\n"]);
        }
    }
    if !is_found {
        return Err("No section: 'paths'".to_owned());
    }
    fs::write(file, changed).map_err(|error| error.to_string())
}
