//! Subversion.

use std::path::{Path, PathBuf};

use crate::client::{Backend, VersionControl};
use crate::command::Tool;
use crate::error::VersionControlError as Error;
use crate::project_root::is_project;
use crate::repository_url::RepositoryUrl;
use crate::system::System;

/// The `svn` tool.
pub(crate) struct Subversion;

impl Backend for Subversion {
    fn fetch(&self, client: &VersionControl, folder: &Path, url: &RepositoryUrl) -> Result<(), Error> {
        url.must_be_reachable(client)?;
        client.info(format!(
            "Checking out {}{} to {}",
            url.redacted(),
            url.shown_revision(),
            client.shown(folder)
        ));
        let quiet = (client.settings.verbosity <= 0).then_some("--quiet");
        let tool = Tool::new(client, System::Subversion, ["checkout"]).args(quiet);
        remote(tool, client, url)?.url(&url.url).args([folder]).run()
    }

    fn switch(&self, client: &VersionControl, folder: &Path, url: &RepositoryUrl) -> Result<(), Error> {
        url.must_be_reachable(client)?;
        let tool = Tool::new(client, System::Subversion, ["switch"]);
        remote(tool, client, url)?.url(&url.url).args([folder]).run()
    }

    fn update(&self, client: &VersionControl, folder: &Path, url: &RepositoryUrl) -> Result<(), Error> {
        url.must_be_reachable(client)?;
        let tool = Tool::new(client, System::Subversion, ["update"]);
        remote(tool, client, url)?.args([folder]).run()
    }

    /// The URL of the folder that holds the project.
    fn remote_url(&self, client: &VersionControl, folder: &Path) -> Result<String, Error> {
        let Some(project) = folder.ancestors().find(|above| is_project(above)) else {
            client.warning(format!(
                "Could not find Python project for directory {} (tried all parent directories)",
                folder.display()
            ));
            return Err(Error::NoRemote);
        };
        info(client, project)?
            .and_then(|info| Some(between(&info, "<url>", "</url>")?.to_owned()))
            .ok_or(Error::NoRemote)
    }

    /// The highest revision that `svn info` names for the root of the tree.
    fn revision(&self, client: &VersionControl, folder: &Path) -> Result<String, Error> {
        let info = info(client, folder)?.unwrap_or_default();
        let revisions = info.split("revision=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let highest = revisions.filter_map(|number| number.parse::<u64>().ok()).max();
        Ok(highest.unwrap_or(0).to_string())
    }

    fn root(&self, _: &VersionControl, folder: &Path) -> Option<PathBuf> {
        folder.join(".svn").exists().then(|| folder.to_owned())
    }
}

/// The options of calls that contact the repository: about questions, the revision, and the login.
fn remote<'c>(
    tool: Tool<'c>,
    client: &'c VersionControl<'c>,
    url: &RepositoryUrl,
) -> Result<Tool<'c>, Error> {
    // Since 1.8 Subversion asks nothing where its input is no terminal, as here, unless told to.
    let asks = if client.settings.no_input || !client.settings.is_interactive {
        Some("--non-interactive")
    } else {
        (version(client)? >= Some((1, 8))).then_some("--force-interactive")
    };
    let mut tool = tool.args(asks);
    if let Some(revision) = &url.revision {
        tool = tool.args(["-r", revision]);
    }
    let (user, password) = &url.credentials;
    if let Some(user) = user.as_deref().filter(|user| !user.is_empty()) {
        tool = tool.args(["--username", user]);
    }
    if let Some(password) = password.as_deref().filter(|password| !password.is_empty()) {
        tool = tool.args(["--password"]).secret(password);
    }
    Ok(tool)
}

fn version(client: &VersionControl) -> Result<Option<(u32, u32)>, Error> {
    let text = Tool::new(client, System::Subversion, ["--version"]).query()?;
    let mut numbers = text.strip_prefix("svn, version ").unwrap_or_default().split(['.', ' ', '-']);
    let mut number = || numbers.next()?.parse().ok();
    Ok(number().zip(number()))
}

/// `svn info`; nothing if the folder is none of Subversion's.
fn info(client: &VersionControl, folder: &Path) -> Result<Option<String>, Error> {
    match Tool::new(client, System::Subversion, ["info", "--xml"]).args([folder]).query() {
        Ok(info) => Ok(Some(info)),
        Err(Error::Command(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> Option<&'t str> {
    text.split_once(start)?.1.split_once(end).map(|(inner, _)| inner)
}
