//! Git repositories that are kept.
//!
//! A bare repository for each URL lies in `git-v1/<digest of the URL>`; trees are cloned from it by hard links. It is
//! made by `git clone --bare` beside its place and renamed into it. Who changes it holds a lock on the file of the same
//! name with `.lock`; who clones from it shares that lock. Like pip's own clones it is partial: the content of
//! files is fetched for the commits that are checked out, and no others. The URL is not written into it, because there
//! may be a password in it, but handed to each call in variables.
//!
//! A repository that fails where it should not is made again.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};
use sha2::{Digest as _, Sha256};

use super::{git, has_commit, is_commit_hash, object, quiet, verbosity_flags};
use crate::client::{VersionControl, remove};
use crate::command::Tool;
use crate::error::VersionControlError as Error;
use crate::repository_url::RepositoryUrl;
use crate::system::System;

/// Where the cache notes references that are neither branches nor tags. Clones do not copy them.
const OWN_REFERENCES: &str = "refs/oxipip";

/// The kept repository of a URL, and the right to use it.
pub(super) struct Mirror<'c> {
    client: &'c VersionControl<'c>,
    url: &'c RepositoryUrl,
    folder: PathBuf,
    lock: File,
    /// False for submodules: their URLs stand in repositories.
    is_from_user: bool,
    /// Whether it was there before.
    is_old: bool,
    /// Whether a failure may come from damage, so that it is worth making it again.
    is_suspect: bool,
}

impl<'c> Mirror<'c> {
    /// The kept repository of a URL; `None` where there is no cache, it cannot be used, or would be of no use,
    /// because the repository lies on this machine. Waits for others who change it.
    pub(super) fn lock(
        client: &'c VersionControl<'c>,
        url: &'c RepositoryUrl,
        is_from_user: bool,
    ) -> Option<Self> {
        let cache = client.settings.cache.as_ref()?.join("git-v1");
        if url.is_local() {
            return None;
        }
        fs::create_dir_all(&cache).ok()?;
        let mut digest = String::new();
        for byte in Sha256::digest(url.url.as_bytes()) {
            // Writing to a string does not fail.
            let _ = write!(digest, "{byte:02x}");
        }
        let folder = client.absolute(&cache.join(digest));
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.with_extension("lock"))
            .ok()?;
        flock(&lock, FlockOperation::LockExclusive).ok()?;
        let is_old = folder.is_dir();
        Some(Self { client, url, folder, lock, is_from_user, is_old, is_suspect: is_old })
    }

    /// Brings the repository to where the URL's revision can be checked out without the network.
    ///
    /// A commit that is there needs nothing. For anything else the remote repository is asked, or, offline, the last
    /// known state is taken. Gives the commit, unless `git checkout` is to find out that there is none.
    pub(super) fn prepare(&mut self) -> Result<Option<String>, Error> {
        let revision = self.url.revision.as_deref();
        let commit = revision.filter(|revision| is_commit_hash(revision));
        let is_there = match commit {
            Some(commit) if self.is_old => has_commit(self.client, &self.folder, commit)?,
            _ => false,
        };
        if !is_there {
            self.refresh()?;
        }
        let mut resolved = self.resolve()?;
        let is_fetchable = revision.is_some_and(|revision| commit.is_some() || revision.starts_with("refs/"));
        if is_fetchable && !self.client.settings.offline && (resolved.is_none() || commit.is_none()) {
            // What the remote repository does not have says nothing about ours.
            let is_suspect = std::mem::take(&mut self.is_suspect);
            self.fetch(revision.unwrap_or_default())?;
            self.is_suspect = is_suspect;
            resolved = self.resolve()?;
        }
        if let Some(commit) = &resolved {
            self.complete(commit)?;
        } else if self.client.settings.offline {
            return Err(Error::Offline(self.shown()));
        } else {
            self.is_suspect = false;
        }
        Ok(resolved)
    }

    /// Makes it again from nothing. What was there stays until the new one is complete.
    pub(super) fn remake(&mut self) -> Result<(), Error> {
        if self.client.settings.offline {
            return Err(Error::Offline(self.shown()));
        }
        let above = self.folder.parent().unwrap_or(&self.folder);
        let fresh = tempfile::Builder::new()
            .prefix("new-")
            .tempdir_in(above)
            .map_err(Error::io("cannot write to", above))?;
        let repository = fresh.path().join("repository");
        let partial = (!self.client.settings.no_partial_clone).then_some("--filter=blob:none");
        self.trusting(Tool::new(self.client, System::Git, ["clone", "--bare"]))
            .args(partial)
            .args(verbosity_flags(self.client))
            .url(&self.url.url)
            .args([&repository])
            .run()?;
        for setting in [["--unset", "remote.origin.url"], ["gc.auto", "0"], ["maintenance.auto", "false"]] {
            git(self.client, &repository, ["config"]).args(setting).query()?;
        }
        // The old one may be of any kind, and cannot be replaced in one step if it is a folder with content.
        if fs::symlink_metadata(&self.folder).is_ok() {
            let old = fresh.path().join("old");
            fs::rename(&self.folder, old).map_err(Error::io("cannot move", &self.folder))?;
        }
        fs::rename(&repository, &self.folder).map_err(Error::io("cannot move", &repository))?;
        (self.is_old, self.is_suspect) = (true, false);
        Ok(())
    }

    /// Lets others read it too, now that it will not be changed any more; gives its place.
    pub(super) fn share(&self) -> &Path {
        // A lock that cannot be shared stays exclusive, which is as good.
        let _ = flock(&self.lock, FlockOperation::LockShared);
        &self.folder
    }

    /// A new tree without files in `folder`, with the history, the branches and the tags of the repository.
    pub(super) fn clone_to(&self, folder: &Path) -> Result<(), Error> {
        self.share();
        let mut tool = Tool::new(self.client, System::Git, ["clone", "--quiet", "--local", "--no-checkout"]);
        if !self.client.settings.no_partial_clone {
            tool = tool.args([
                "--config",
                "remote.origin.promisor=true",
                "--config",
                "remote.origin.partialclonefilter=blob:none",
            ]);
        }
        tool.args([&self.folder, folder]).query()?;
        git(self.client, folder, ["config", "remote.origin.url"]).url(&self.url.url).query()?;
        Ok(())
    }

    /// The newest branches and tags.
    fn refresh(&mut self) -> Result<(), Error> {
        if self.client.settings.offline {
            return if self.is_old { Ok(()) } else { Err(Error::Offline(self.shown())) };
        }
        if !self.is_old {
            return self.remake();
        }
        let mut references = vec!["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"];
        let newest = format!("+HEAD:{OWN_REFERENCES}/HEAD");
        let is_of_head = self.url.revision.is_none();
        references.extend(is_of_head.then_some(newest.as_str()));
        let fetched = self
            .remote(["fetch", "--prune", "--force"])
            .args(quiet(self.client))
            .args(["origin"])
            .args(references)
            .run()
            .and_then(|()| if is_of_head { self.follow_head() } else { Ok(()) });
        match fetched {
            Err(Error::Command(_)) => self.remake(),
            other => other,
        }
    }

    /// Takes over the remote repository's choice of its own branch.
    fn follow_head(&self) -> Result<(), Error> {
        let newest = format!("{OWN_REFERENCES}/HEAD");
        let commit =
            |name: &str| git(self.client, &self.folder, ["rev-parse", "--verify", "-q", name]).query();
        let newest = commit(&newest)?;
        // As long as both are at one commit it makes no difference, and the remote need not be asked again.
        if commit("HEAD").is_ok_and(|commit| commit == newest) {
            return Ok(());
        }
        let answer = self.remote(["ls-remote", "--symref", "origin", "HEAD"]).query()?;
        let branch = answer.lines().find_map(|line| line.strip_prefix("ref: ")?.split('\t').next());
        match branch {
            Some(branch) => git(self.client, &self.folder, ["symbolic-ref", "HEAD", branch]).query(),
            None => {
                git(self.client, &self.folder, ["update-ref", "--no-deref", "HEAD", newest.trim()]).query()
            }
        }
        .map(|_| ())
    }

    /// Fetches a commit, or a reference that is neither branch nor tag.
    fn fetch(&self, revision: &str) -> Result<(), Error> {
        let reference = match revision.strip_prefix("refs/") {
            Some(_) => format!("+{revision}:{OWN_REFERENCES}/{revision}"),
            None => revision.to_owned(),
        };
        self.remote(["fetch", "-q", "origin"]).args([reference]).run()
    }

    /// The commit that the revision stands for: a branch, a tag, a reference, a commit, in pip's order.
    fn resolve(&self) -> Result<Option<String>, Error> {
        let names = match &self.url.revision {
            None => vec!["HEAD".to_owned()],
            Some(revision) => vec![
                format!("refs/heads/{revision}"),
                format!("refs/tags/{revision}"),
                format!("{OWN_REFERENCES}/{revision}"),
                revision.clone(),
            ],
        };
        for name in names {
            match git(self.client, &self.folder, ["rev-parse", "-q", "--verify", &object(&name)]).query() {
                Ok(commit) => return Ok(Some(commit.trim().to_owned())),
                Err(Error::Command(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Fetches the content of all files of a commit, as far as it is not there.
    fn complete(&self, commit: &str) -> Result<(), Error> {
        let files = format!("{commit}^{{tree}}");
        let objects = git(self.client, &self.folder, ["rev-list", "--objects", "--missing=print", &files])
            .variable("GIT_NO_LAZY_FETCH", "1")
            .query()?;
        let missing: String =
            objects.lines().filter_map(|line| line.strip_prefix('?')).flat_map(|id| [id, "\n"]).collect();
        if missing.is_empty() {
            return Ok(());
        }
        if self.client.settings.offline {
            return Err(Error::Offline(self.shown()));
        }
        // As Git itself fetches single objects of partial clones.
        self.remote([
            "-c",
            "fetch.negotiationAlgorithm=noop",
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-write-fetch-head",
            "--recurse-submodules=no",
            "--filter=blob:none",
            "--stdin",
            "origin",
        ])
        .query_with(&missing)
        .map(|_| ())
    }

    /// A call that may contact the remote repository under the name `origin`.
    fn remote<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Tool<'c> {
        self.trusting(git(self.client, &self.folder, arguments)).setting("remote.origin.url", &self.url.url)
    }

    /// Git takes fewer protocols from URLs that no user has written.
    fn trusting(&self, tool: Tool<'c>) -> Tool<'c> {
        if self.is_from_user { tool } else { tool.variable("GIT_PROTOCOL_FROM_USER", "0") }
    }

    fn shown(&self) -> String {
        let revision = self.url.revision.as_ref().map_or_else(String::new, |name| format!("@{name}"));
        format!("git+{}{revision}", self.url.redacted())
    }
}

/// Makes a tree in `folder` by way of the cache, and lets `fill` check out its files. If that fails with a repository
/// that was there before, it is made again. `None`: there is no cache for this URL.
pub(super) fn tree<T>(
    client: &VersionControl,
    folder: &Path,
    url: &RepositoryUrl,
    fill: impl Fn(Option<&str>) -> Result<T, Error>,
) -> Result<Option<T>, Error> {
    let Some(mut mirror) = Mirror::lock(client, url, true) else { return Ok(None) };
    let attempt = |mirror: &mut Mirror| {
        let commit = mirror.prepare()?;
        mirror.clone_to(folder)?;
        fill(commit.as_deref())
    };
    match attempt(&mut mirror) {
        Err(Error::Command(_)) if mirror.is_suspect => {
            remove(folder)?;
            mirror.remake()?;
            attempt(&mut mirror).map(Some)
        }
        other => other.map(Some),
    }
}
