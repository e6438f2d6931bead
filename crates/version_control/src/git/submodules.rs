//! Repositories inside repositories.

use std::fs;
use std::path::{Path, PathBuf};

use requirement::Link;

use super::cache::Mirror;
use super::{git, quiet};
use crate::client::VersionControl;
use crate::error::VersionControlError as Error;
use crate::repository_url::RepositoryUrl;

/// Fills all submodules of a tree, and theirs: from the cache as far as it can be used, the rest by
/// `git submodule update`, as pip does.
pub(super) fn update(client: &VersionControl, folder: &Path) -> Result<(), Error> {
    if !has_submodules(folder) {
        return Ok(());
    }
    if client.settings.cache.is_some() {
        match update_from_cache(client, folder) {
            // The plain way will tell better what is wrong.
            Err(Error::Command(_)) if !client.settings.offline => {}
            other => other?,
        }
    }
    git(client, folder, ["submodule", "update", "--init", "--recursive"]).args(quiet(client)).run()
}

fn has_submodules(folder: &Path) -> bool {
    fs::symlink_metadata(folder.join(".gitmodules")).is_ok()
}

/// Lets Git clone each submodule from its kept repository instead of its URL.
fn update_from_cache(client: &VersionControl, folder: &Path) -> Result<(), Error> {
    // Takes the URLs over from `.gitmodules`, and makes relative ones absolute.
    git(client, folder, ["submodule", "--quiet", "init"]).query()?;
    let paths = settings(client, folder, &["--file", ".gitmodules"], "path")?;
    for (name, address) in settings(client, folder, &["--local"], "url")? {
        let Some((_, path)) = paths.iter().find(|(other, _)| *other == name) else { continue };
        let Some(commit) = commit_of(client, folder, path)? else { continue };
        let Ok(url) = RepositoryUrl::parse(&Link::new(format!("git+{address}@{commit}"))) else { continue };
        let Some(mut mirror) = Mirror::lock(client, &url, false) else { continue };
        mirror.prepare()?;
        let kept = mirror.share().to_string_lossy();
        git(client, folder, ["submodule", "--quiet", "update", "--init", "--", path])
            .setting(&format!("submodule.{name}.url"), &kept)
            // The cache is a folder, which a submodule may not name. Here it is we who name it.
            .setting("protocol.file.allow", "always")
            .setting("remote.origin.promisor", "true")
            .setting("remote.origin.partialclonefilter", "blob:none")
            .run()?;
        let inner: PathBuf = folder.join(path);
        git(client, &inner, ["config", "remote.origin.url"]).url(&url.url).query()?;
        if !client.settings.no_partial_clone {
            for setting in [["promisor", "true"], ["partialclonefilter", "blob:none"]] {
                let name = format!("remote.origin.{}", setting[0]);
                git(client, &inner, ["config", &name, setting[1]]).query()?;
            }
        }
        drop(mirror);
        if has_submodules(&inner) {
            update_from_cache(client, &inner)?;
        }
    }
    Ok(())
}

/// A setting of all submodules, by their names.
fn settings(
    client: &VersionControl,
    folder: &Path,
    file: &[&str],
    key: &str,
) -> Result<Vec<(String, String)>, Error> {
    let names = format!(r"^submodule\..*\.{key}$");
    let lines = git(client, folder, ["config", "--null"])
        .args(file)
        .args(["--get-regexp", &names])
        .accepting(1)
        .query()?;
    let ending = format!(".{key}");
    let setting = |line: &str| {
        let (name, value) = line.split_once('\n')?;
        let name = name.strip_prefix("submodule.")?.strip_suffix(&ending)?;
        Some((name.to_owned(), value.to_owned()))
    };
    Ok(lines.split('\0').filter_map(setting).collect())
}

/// The commit that the tree wants of a submodule.
fn commit_of(client: &VersionControl, folder: &Path, path: &str) -> Result<Option<String>, Error> {
    let entry = git(client, folder, ["ls-files", "--stage", "-z", "--", path]).query()?;
    let commit = entry.strip_prefix("160000 ").and_then(|rest| rest.split(' ').next());
    Ok(commit.map(ToOwned::to_owned))
}
