//! What this room asks of its caller: files, folders, pages and variables.

use std::path::Path;

/// An error of the caller's own, kept whole so that the caller can recognise it again.
pub type SurroundingsError = Box<dyn std::error::Error + Send + Sync>;

/// The world around a requirement.
pub trait Surroundings {
    /// The folder that relative paths of requirements start from; absolute.
    fn working_directory(&self) -> &Path;

    /// What stands at an absolute path.
    fn path_kind(&self, path: &Path) -> PathKind;

    /// The content of a file.
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>>;

    /// The content of an `http:` or `https:` page.
    fn fetch(&self, url: &str) -> Result<Fetched, SurroundingsError>;

    /// A variable of the process environment, for `${NAME}`.
    fn variable(&self, name: &str) -> Option<String>;

    /// The locale's encoding, used for a file that is not UTF-8 and does not say what it is.
    fn locale_encoding(&self) -> Option<String> {
        None
    }
}

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathKind {
    /// Nothing.
    Missing,
    /// A regular file, also through links.
    File,
    /// A folder.
    Directory {
        /// It has a `pyproject.toml` or a `setup.py`.
        installable: bool,
    },
    /// A pipe, a socket, a device.
    Other,
}

/// A page that was fetched.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// Where it came from in the end, after redirects.
    pub url: String,
    /// Its content.
    pub body: Vec<u8>,
    /// The `charset` of its content type, if it named one.
    pub charset: Option<String>,
}
