//! Git.

mod cache;
mod remote;
mod submodules;

use std::path::{Path, PathBuf};

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
        let from_cache = cache::tree(client, folder, url, |commit| fill(client, folder, url, commit))?;
        let commit = if let Some(commit) = from_cache {
            commit
        } else {
            clone(client, folder, url)?;
            check_out(client, folder, url)?
        };
        client.info(format!("Resolved {} to commit {commit}", url.redacted()));
        submodules::update(client, folder)
    }

    fn switch(&self, client: &VersionControl, folder: &Path, url: &RepositoryUrl) -> Result<(), Error> {
        git(client, folder, ["config", "remote.origin.url"]).url(&url.url).run()?;
        let revision = url.revision.as_deref().unwrap_or("HEAD");
        git(client, folder, ["checkout"]).args(quiet(client)).args([revision]).run()?;
        submodules::update(client, folder)
    }

    fn update(&self, client: &VersionControl, folder: &Path, url: &RepositoryUrl) -> Result<(), Error> {
        // Offline the last known state has to do.
        if url.is_reachable(client) {
            git(client, folder, ["fetch", "--tags"]).args(quiet(client)).run()?;
        }
        let revision = match &url.revision {
            Some(revision) => resolve(client, folder, url, revision)?.commit,
            None => resolve(client, folder, url, "HEAD")?.commit,
        };
        git(client, folder, ["reset", "--hard"]).args(quiet(client)).args([&revision]).run()?;
        submodules::update(client, folder)
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
        remote::as_url(line.split(' ').nth(1).unwrap_or_default().trim())
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

/// `git` with these arguments in a folder. Offline it may read no other repositories than those in folders, also not
/// for content that a partial clone lacks.
fn git<'c, 'a>(
    client: &'c VersionControl<'c>,
    folder: &Path,
    arguments: impl IntoIterator<Item = &'a str>,
) -> Tool<'c> {
    let tool = Tool::new(client, System::Git, arguments).within(folder);
    if client.settings.offline {
        tool.setting("protocol.allow", "never").setting("protocol.file.allow", "user")
    } else {
        tool
    }
}

/// A new tree at the newest commit of the repository's own branch.
fn clone(client: &VersionControl, folder: &Path, url: &RepositoryUrl) -> Result<(), Error> {
    url.must_be_reachable(client)?;
    let partial = (!client.settings.no_partial_clone).then_some("--filter=blob:none");
    Tool::new(client, System::Git, ["clone"])
        .args(partial)
        .args(verbosity_flags(client))
        .url(&url.url)
        .args([folder])
        .run()
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

/// Fills a tree that has no files yet. The commit is known where the cache could tell.
fn fill(
    client: &VersionControl,
    folder: &Path,
    url: &RepositoryUrl,
    commit: Option<&str>,
) -> Result<String, Error> {
    let is_reference = |revision: &&String| revision.starts_with("refs/");
    if let (Some(commit), Some(revision)) = (commit, url.revision.as_ref().filter(is_reference)) {
        client.info(format!("Did not find branch or tag '{revision}', assuming revision or ref."));
        git(client, folder, ["checkout", "-q", commit]).run()?;
        return Ok(commit.to_owned());
    }
    let commit = check_out(client, folder, url)?;
    git(client, folder, ["reset", "--quiet", "--hard"]).query()?;
    Ok(commit)
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
    // pip shows this call, other than the queries around it.
    let is_here =
        || is_success(git(client, folder, ["rev-parse", "-q", "--verify", &object(revision)]).run());
    if !is_reference && (!is_hash || is_here()?) {
        return Ok(Resolved { commit: revision.to_owned(), is_branch: false });
    }
    url.must_be_reachable(client)?;
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

/// Whether a commit is in the repository.
fn has_commit(client: &VersionControl, folder: &Path, revision: &str) -> Result<bool, Error> {
    is_success(git(client, folder, ["rev-parse", "-q", "--verify", &object(revision)]).query())
}

/// The expression for the commit that a revision stands for.
fn object(revision: &str) -> String {
    format!("{revision}^{{commit}}")
}

fn is_success<T>(result: Result<T, Error>) -> Result<bool, Error> {
    match result {
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

/// What `git clone` is to say.
fn verbosity_flags(client: &VersionControl) -> &'static [&'static str] {
    match client.settings.verbosity {
        ..=0 => &["--quiet"],
        1 => &[],
        _ => &["--verbose", "--progress"],
    }
}

fn quiet(client: &VersionControl) -> Option<&'static str> {
    (client.settings.verbosity <= 0).then_some("-q")
}
