//! Git.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use requirement::{Link, UrlParts};

use crate::client::{Backend, VersionControl};
use crate::command::Tool;
use crate::error::VersionControlError as Error;
use crate::project_root;
use crate::repository_url::RepositoryUrl;
use crate::system::System;

/// The `git` tool.
pub(crate) struct Git;

impl Backend for Git {
    fn fetch(&self, client: &VersionControl, folder: &Path, url: &RepositoryUrl) -> Result<(), Error> {
        client.info(format!(
            "Cloning {}{} to {}",
            url.redacted(),
            url.shown_revision(),
            client.shown(folder)
        ));
        clone(client, folder, url)?;
        let commit = check_out(client, folder, url)?;
        client.info(format!("Resolved {} to commit {commit}", url.redacted()));
        update_submodules(client, folder)
    }

    fn switch(&self, client: &VersionControl, folder: &Path, url: &RepositoryUrl) -> Result<(), Error> {
        git(client, folder, ["config", "remote.origin.url"]).url(&url.url).run()?;
        let revision = url.revision.as_deref().unwrap_or("HEAD");
        git(client, folder, ["checkout"]).args(quiet(client)).args([revision]).run()?;
        update_submodules(client, folder)
    }

    fn update(&self, client: &VersionControl, folder: &Path, url: &RepositoryUrl) -> Result<(), Error> {
        git(client, folder, ["fetch", "--tags"]).args(quiet(client)).run()?;
        let revision = match &url.revision {
            Some(revision) => resolve(client, folder, url, revision)?.commit,
            None => resolve(client, folder, url, "HEAD")?.commit,
        };
        git(client, folder, ["reset", "--hard"]).args(quiet(client)).args([&revision]).run()?;
        update_submodules(client, folder)
    }

    /// The first remote; `origin` before all others.
    fn remote_url(&self, client: &VersionControl, folder: &Path) -> Result<String, Error> {
        let remotes =
            git(client, folder, ["config", "--get-regexp", r"remote\..*\.url"]).accepting(1).query()?;
        let line = remotes
            .lines()
            .find(|line| line.starts_with("remote.origin.url "))
            .or_else(|| remotes.lines().next())
            .ok_or(Error::NoRemote)?;
        as_url(line.split(' ').nth(1).unwrap_or_default().trim())
    }

    fn revision(&self, client: &VersionControl, folder: &Path) -> Result<String, Error> {
        commit_of(client, folder, "HEAD")
    }

    fn is_at(&self, client: &VersionControl, folder: &Path, revision: &str) -> Result<bool, Error> {
        Ok(commit_of(client, folder, "HEAD")? == revision)
    }

    fn is_immutable(
        &self,
        client: &VersionControl,
        folder: &Path,
        url: &RepositoryUrl,
    ) -> Result<bool, Error> {
        let Some(revision) = &url.revision else { return Ok(false) };
        Ok(self.is_at(client, folder, revision)? && named(client, folder, revision)?.is_none())
    }

    fn root(&self, client: &VersionControl, folder: &Path) -> Option<PathBuf> {
        if folder.join(".git").exists() {
            return Some(folder.to_owned());
        }
        // Asking costs a process; a folder that has no `.git` above it is in no tree.
        folder.ancestors().find(|above| above.join(".git").exists())?;
        let root = git(client, folder, ["rev-parse", "--show-toplevel"]).query().ok()?;
        Some(PathBuf::from(root.trim_end_matches(['\r', '\n'])))
    }

    fn subdirectory(&self, client: &VersionControl, folder: &Path) -> Result<Option<String>, Error> {
        let own = git(client, folder, ["rev-parse", "--git-dir"]).query()?;
        let own = folder.join(own.trim());
        let root = own.parent().unwrap_or(&own);
        Ok(project_root::subdirectory(client, folder, root))
    }
}

/// What a revision stands for.
struct Resolved {
    /// The commit; the revision itself if only `git checkout` can tell.
    commit: String,
    /// Whether the revision is a branch.
    is_branch: bool,
}

/// `git` with these arguments in a folder.
fn git<'c, 'a>(
    client: &'c VersionControl<'c>,
    folder: &Path,
    arguments: impl IntoIterator<Item = &'a str>,
) -> Tool<'c> {
    Tool::new(client, System::Git, arguments).within(folder)
}

/// A new tree at the newest commit of the repository's own branch.
fn clone(client: &VersionControl, folder: &Path, url: &RepositoryUrl) -> Result<(), Error> {
    let flags: &[&str] = match client.settings.verbosity {
        ..=0 => &["--quiet"],
        1 => &[],
        _ => &["--verbose", "--progress"],
    };
    let partial = (!client.settings.no_partial_clone).then_some("--filter=blob:none");
    Tool::new(client, System::Git, ["clone"]).args(partial).args(flags).url(&url.url).args([folder]).run()
}

/// Goes to the revision that the URL names; the result is its commit, as pip shows it.
fn check_out(client: &VersionControl, folder: &Path, url: &RepositoryUrl) -> Result<String, Error> {
    let Some(revision) = &url.revision else { return commit_of(client, folder, "HEAD") };
    let resolved = resolve(client, folder, url, revision)?;
    if resolved.is_branch {
        if current_branch(client, folder)?.as_ref() != Some(revision) {
            let remote = format!("origin/{revision}");
            git(client, folder, ["checkout", "-b", revision, "--track", &remote]).run()?;
        }
    } else if commit_of(client, folder, "HEAD")? != resolved.commit {
        // `git checkout` takes the name of a file for a wish to restore it, and would stay where it is.
        if resolved.commit == *revision
            && folder.join(revision).exists()
            && !has_commit(client, folder, revision)?
        {
            return Err(Error::NoSuchRevision { url: url.redacted(), revision: revision.clone() });
        }
        git(client, folder, ["checkout", "-q", &resolved.commit]).run()?;
    }
    Ok(resolved.commit)
}

/// The commit of a branch or tag; a commit or reference that is not here is fetched.
fn resolve(
    client: &VersionControl,
    folder: &Path,
    url: &RepositoryUrl,
    revision: &str,
) -> Result<Resolved, Error> {
    if let Some(resolved) = named(client, folder, revision)? {
        return Ok(resolved);
    }
    let is_hash = is_commit_hash(revision);
    if !is_hash {
        client.info(format!("Did not find branch or tag '{revision}', assuming revision or ref."));
    }
    let is_reference = revision.starts_with("refs/");
    if !is_reference && (!is_hash || has_commit(client, folder, revision)?) {
        return Ok(Resolved { commit: revision.to_owned(), is_branch: false });
    }
    git(client, folder, ["fetch", "-q"]).url(&url.url).args([revision]).run()?;
    Ok(Resolved { commit: commit_of(client, folder, "FETCH_HEAD")?, is_branch: false })
}

/// The branch of `origin`, or else the tag, of exactly this name.
fn named(client: &VersionControl, folder: &Path, revision: &str) -> Result<Option<Resolved>, Error> {
    let references = git(client, folder, ["show-ref", revision]).query_leniently()?;
    // Only line feeds end a line: a name may hold what Unicode calls a line end.
    let commit = |name: &str| {
        references
            .split('\n')
            .filter_map(|line| line.trim_end_matches('\r').split_once(' '))
            .find(|(_, reference)| *reference == name)
            .map(|(commit, _)| commit.to_owned())
    };
    let branch = commit(&format!("refs/remotes/origin/{revision}"));
    let is_branch = branch.is_some();
    let commit = branch.or_else(|| commit(&format!("refs/tags/{revision}")));
    Ok(commit.map(|commit| Resolved { commit, is_branch }))
}

/// 40 hexadecimal digits.
fn is_commit_hash(revision: &str) -> bool {
    revision.len() == 40 && revision.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn has_commit(client: &VersionControl, folder: &Path, revision: &str) -> Result<bool, Error> {
    let commit = format!("{revision}^{{commit}}");
    match git(client, folder, ["rev-parse", "-q", "--verify", &commit]).query() {
        Ok(_) => Ok(true),
        Err(Error::Command(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

fn commit_of(client: &VersionControl, folder: &Path, revision: &str) -> Result<String, Error> {
    Ok(git(client, folder, ["rev-parse", revision]).query()?.trim().to_owned())
}

fn current_branch(client: &VersionControl, folder: &Path) -> Result<Option<String>, Error> {
    let reference = git(client, folder, ["symbolic-ref", "-q", "HEAD"]).accepting(1).query()?;
    Ok(reference.trim().strip_prefix("refs/heads/").map(ToOwned::to_owned))
}

fn update_submodules(client: &VersionControl, folder: &Path) -> Result<(), Error> {
    match fs::symlink_metadata(folder.join(".gitmodules")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        _ => {}
    }
    git(client, folder, ["submodule", "update", "--init", "--recursive"]).args(quiet(client)).run()
}

fn quiet(client: &VersionControl) -> Option<&'static str> {
    (client.settings.verbosity <= 0).then_some("-q")
}

/// A remote as Git writes it, as a URL: it may be a URL, a folder, or `user@host:path`.
fn as_url(remote: &str) -> Result<String, Error> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    if remote.split_once("://").is_some_and(|(scheme, _)| !scheme.is_empty() && scheme.chars().all(is_word)) {
        return Ok(remote.to_owned());
    }
    if Path::new(remote).exists() {
        return Ok(Link::from_path(Path::new(remote)).url().to_owned());
    }
    let invalid = || Error::InvalidRemote(remote.to_owned());
    let (login, rest) = match remote.split_once('@') {
        Some((user, rest)) if !user.is_empty() && user.chars().all(is_word) => (&remote[..=user.len()], rest),
        _ => ("", remote),
    };
    let (host, path) = rest.split_once(':').ok_or_else(invalid)?;
    let is_path = path.starts_with(is_word) && !path.contains(':');
    if host.is_empty() || host.contains('/') || !is_path {
        return Err(invalid());
    }
    debug_assert!(UrlParts::of(remote).netloc.is_none());
    Ok(format!("ssh://{login}{host}/{path}"))
}
