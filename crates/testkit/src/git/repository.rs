//! A repository, changed by the `git` that is installed.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A repository with a tree, which can be cloned partially and asked for any commit.
#[derive(Clone, Debug)]
pub struct GitRepository {
    folder: PathBuf,
}

impl GitRepository {
    /// An empty repository in a new folder; its branch is `main`.
    #[track_caller]
    pub fn create(folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        fs::create_dir_all(&folder).expect("a folder for the repository");
        let repository = Self { folder };
        repository.git(["init", "--quiet", "--initial-branch", "main"]);
        for setting in ["uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"] {
            repository.git(["config", setting, "true"]);
        }
        repository
    }

    /// Where its tree is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its `file:` URL.
    pub fn file_url(&self) -> String {
        format!("file://{}", self.folder.display())
    }

    /// Writes a file into the tree.
    #[track_caller]
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.folder.join(path);
        if let Some(above) = path.parent() {
            fs::create_dir_all(above).expect("a folder in the tree");
        }
        fs::write(path, content).expect("a file in the tree");
        self
    }

    /// Commits the whole tree, changed or not; the result is the commit's name.
    #[track_caller]
    pub fn commit(&self, message: &str) -> String {
        self.git(["add", "--all"]);
        self.git(["commit", "--quiet", "--allow-empty", "--message", message]);
        self.git(["rev-parse", "HEAD"])
    }

    /// Runs `git` in the tree and gives its standard output, trimmed. No settings of the machine count.
    #[track_caller]
    pub fn git<I>(&self, arguments: I) -> String
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        let output = isolated_git(&self.folder).args(arguments).output().expect("git is installed");
        assert!(output.status.success(), "git failed: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }
}

/// `git` in a folder, with an author and without the machine's settings.
pub(super) fn isolated_git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_")) {
        command.env_remove(name);
    }
    command
        .current_dir(folder)
        .env("HOME", folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .envs([("GIT_AUTHOR_NAME", "A. Tester"), ("GIT_AUTHOR_EMAIL", "tester@host.example")])
        .envs([("GIT_COMMITTER_NAME", "A. Tester"), ("GIT_COMMITTER_EMAIL", "tester@host.example")])
        // Submodules of a test lie in folders.
        .envs([
            ("GIT_CONFIG_COUNT", "1"),
            ("GIT_CONFIG_KEY_0", "protocol.file.allow"),
            ("GIT_CONFIG_VALUE_0", "always"),
        ]);
    command
}
