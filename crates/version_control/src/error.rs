//! What can go wrong with version control.

use std::io;
use std::path::PathBuf;

/// Why a tree could not be made or read. `Display` is pip's text.
#[derive(Debug, thiserror::Error)]
pub enum VersionControlError {
    /// The URL has no `<system>+` before its scheme.
    #[error(
        "Sorry, '{0}' is a malformed VCS url. The format is <vcs>+<protocol>://<url>, \
         e.g. svn+http://myrepo/svn/MyApp#egg=MyApp"
    )]
    Malformed(String),
    /// Nothing stands behind the `@`.
    #[error(
        "The URL '{0}' has an empty revision (after @) which is not supported. Include a revision after @ \
         or remove @ from the URL."
    )]
    EmptyRevision(String),
    /// A part of the URL would be taken for an option by the tool, or cannot be handed to it.
    #[error(
        "The URL '{url}' is not supported: its {part} must not start with '-' or hold control characters."
    )]
    Unsafe {
        /// The URL without its password.
        url: String,
        /// Which part of it: `host`, `revision`…
        part: &'static str,
    },
    /// The requested revision is no revision, but a file of that name is in the tree.
    #[error("The revision '{revision}' of {url} does not exist.")]
    NoSuchRevision {
        /// The URL without its password.
        url: String,
        /// What was asked for.
        revision: String,
    },
    /// The tool failed.
    #[error("{0}")]
    Command(Box<CommandFailure>),
    /// The tool is not installed.
    #[error("Cannot find command '{0}' - do you have '{0}' installed and in your PATH?")]
    MissingCommand(&'static str),
    /// A folder of `PATH` is no folder.
    #[error("Cannot find command '{0}' - invalid PATH")]
    InvalidPath(&'static str),
    /// The tool may not be run by this user.
    #[error(
        "No permission to execute '{0}' - install it locally, globally (ask admin), or check your PATH. \
         See possible solutions at \
         https://pip.pypa.io/en/latest/reference/pip_freeze/#fixing-permission-denied."
    )]
    NotPermitted(&'static str),
    /// The system would have to be asked, and the network may not be used.
    #[error("{0} is not in the cache, and the network may not be used")]
    Offline(String),
    /// The user ended it at a question.
    #[error("Aborted")]
    Aborted,
    /// The caller could not get an answer to its question.
    #[error("{0}")]
    NoAnswer(String),
    /// The operating system refused.
    #[error("{action} {}: {source}", path.display())]
    Io {
        /// What was attempted: "cannot remove".
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The tree has no remote repository.
    #[error("the repository has no remote")]
    NoRemote,
    /// The remote repository of the tree cannot be written as a URL.
    #[error("the repository's remote is not a URL: {0}")]
    InvalidRemote(String),
}

/// A tool that ended with an error (pip: `InstallationSubprocessError`, `subprocess-exited-with-error`).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{description} exited with {exit_code}")]
pub struct CommandFailure {
    /// The command as a shell would take it, with passwords hidden.
    pub description: String,
    /// What it ended with; minus the number of the signal that ended it.
    pub exit_code: i32,
    /// The lines it wrote to both streams.
    pub output: Vec<String>,
    /// Whether it was a query, so that pip shows its lines only with `-v` ([`Event::Query`](crate::Event)).
    ///
    /// pip repeats the output below the error only where it has not shown it as it came.
    pub is_query: bool,
    /// The folder it ran in, if that was not the caller's.
    pub folder: Option<PathBuf>,
}

impl VersionControlError {
    pub(crate) fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }
}
