//! What can be wrong with a requirement or a requirements file, in pip's words.

use crate::dependency_groups::DependencyGroupError;
use crate::lock_file::LockFileError;
use crate::python_text::Repr;
use crate::script::ScriptError;
use crate::surroundings::SurroundingsError;
use specifier::{InvalidFilename, InvalidRequirement};

/// Why a requirement or a requirements file cannot be used. The texts are pip's.
#[derive(Debug, thiserror::Error)]
pub enum RequirementError {
    /// An error before which pip warns of what may be its cause.
    #[error("{error}")]
    Warned {
        /// What is told first.
        warning: RequirementWarning,
        /// The error.
        error: Box<RequirementError>,
    },
    /// The text is no requirement.
    #[error("Invalid requirement: {}: {error}{}{}", Repr(text), from(line_source.as_deref()), hint.as_ref().map(|hint| format!("\nHint: {hint}")).unwrap_or_default())]
    Invalid {
        /// The text.
        text: String,
        /// What the parser says of it, with a caret line.
        error: Box<InvalidRequirement>,
        /// `line 3 of requirements.txt`.
        line_source: Option<String>,
        /// What the user may have meant.
        hint: Option<String>,
    },
    /// The part after the semicolon is no marker.
    #[error("Invalid requirement: {}: {error}", Repr(text))]
    InvalidMarker {
        /// The part before the semicolon.
        text: String,
        /// What the parser says of the marker, with a caret line.
        error: specifier::InvalidMarker,
    },
    /// A folder without `pyproject.toml` and `setup.py`.
    #[error("Directory {} is not installable. Neither 'setup.py' nor 'pyproject.toml' found.", Repr(.0))]
    NotInstallable(String),
    /// The file name of a wheel is wrong.
    #[error(transparent)]
    WheelFilename(#[from] InvalidFilename),
    /// The project name after `#egg=` is wrong.
    #[error(
        "invalid-egg-fragment\n\n× The '{fragment}' egg fragment is invalid\n╰─> from '{url}'\n\nhint: {}",
        egg_hint(fragment)
    )]
    EggFragment {
        /// What stands after `#egg=`.
        fragment: String,
        /// The whole URL, without its password.
        url: String,
    },
    /// An editable that is neither a path nor a version-control URL.
    #[error(
        "{text} is not a valid editable requirement. It should either be a path to a local project or a VCS URL (beginning with {}).",
        crate::VCS_SCHEMES.join(", ")
    )]
    NotEditable {
        /// The argument.
        text: String,
    },
    /// An editable from version control without a name.
    #[error("Could not detect requirement name for '{0}', please specify one with your_package_name @ URL")]
    UnnamedEditable(String),
    /// An editable in a constraints file.
    #[error("Editable requirements are not allowed as constraints")]
    EditableConstraint,
    /// A `file:` URL of another host.
    #[error("non-local file URIs are not supported on this platform: {}", Repr(.0))]
    RemoteFile(String),
    /// A requirements file could not be opened.
    #[error("Could not open {kind} file: {error}")]
    Open {
        /// `requirements` or `constraint`.
        kind: &'static str,
        /// Its path.
        file: String,
        /// Why, in Python's words.
        error: OpenError,
    },
    /// A requirements file could not be fetched.
    #[error("{error}")]
    Fetch {
        /// Its URL.
        url: String,
        /// The caller's error.
        #[source]
        error: SurroundingsError,
    },
    /// A requirements file is not in the encoding it should be in.
    #[error("{file} is not valid {encoding}")]
    Decode {
        /// Its name.
        file: String,
        /// The encoding that was tried.
        encoding: String,
    },
    /// A requirements file names an encoding that does not exist.
    #[error("unknown encoding: {encoding}")]
    UnknownEncoding {
        /// Its name.
        file: String,
        /// The encoding that it names.
        encoding: String,
    },
    /// Two files include each other.
    #[error("{file} recursively references itself in {inner}{}", outer.as_ref().map(|outer| format!(" and again in {outer}")).unwrap_or_default())]
    Recursive {
        /// The file that is reached again.
        file: String,
        /// The file that includes it now.
        inner: String,
        /// The file that included it first.
        outer: Option<String>,
    },
    /// Files include others without an end, as a server can make them, or a few files each other's parts again and again.
    #[error("{file} includes too many other files, the last of them {nested}")]
    TooManyFiles {
        /// The file that includes another one.
        file: String,
        /// The file that is not read.
        nested: String,
    },
    /// The options of a line are wrong.
    #[error("Invalid requirement: {line}\n{message}")]
    Options {
        /// The line.
        line: String,
        /// What is wrong, as `optparse` would say it.
        message: String,
        /// pip prints a usage line before this error.
        shows_usage: bool,
    },
    /// A dependency group cannot be used.
    #[error(transparent)]
    DependencyGroup(#[from] DependencyGroupError),
    /// A lock file cannot be used.
    #[error(transparent)]
    LockFile(#[from] LockFileError),
    /// The metadata of a script cannot be used.
    #[error(transparent)]
    Script(#[from] ScriptError),
    /// A list of projects that looks like an option.
    #[error("{0} option requires 1 argument.")]
    ListArgument(&'static str),
}

/// A file that cannot be opened, as Python says it.
#[derive(Debug)]
pub struct OpenError {
    /// The path as it was given.
    pub path: String,
    /// What the system says.
    pub error: std::io::Error,
}

impl std::fmt::Display for OpenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.error.raw_os_error() {
            Some(number) => {
                // The standard library writes "No such file or directory (os error 2)".
                let text = self.error.to_string();
                let text = text.rsplit_once(" (os error").map_or(text.as_str(), |(text, _)| text);
                write!(f, "[Errno {number}] {text}: {}", Repr(&self.path))
            }
            None => write!(f, "{}: {}", self.error, Repr(&self.path)),
        }
    }
}

fn egg_hint(fragment: &str) -> String {
    let mut hint = String::new();
    if fragment.contains(['<', '=', '>']) {
        hint.push_str("Version specifiers are silently ignored for URL references. Remove them. ");
    }
    if fragment.contains('[') && fragment.contains(']') {
        hint.push_str("Try using the Direct URL requirement syntax: 'name[extra] @ URL'");
    }
    if hint.is_empty() {
        hint.push_str("Egg fragments can only be a valid project name.");
    }
    hint
}

fn from(line_source: Option<&str>) -> String {
    line_source.map(|source| format!(" (from {source})")).unwrap_or_default()
}

/// Something to tell the user that does not stop anything. The texts are pip's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequirementWarning {
    /// An argument that ends like an archive, and no such file.
    #[error("Requirement {} looks like a filename, but the file does not exist", Repr(.0))]
    LooksLikeFilename(String),
    /// `--hash` on a line of its own.
    #[error("{file} line {line} has --hash but no requirement, and will be ignored.")]
    HashWithoutRequirement {
        /// The file.
        file: String,
        /// Its line.
        line: u32,
    },
    /// A file that is not UTF-8 was read in the locale's encoding.
    #[error(
        "unable to decode data from {file} with default encoding utf-8, falling back to encoding from locale: {encoding}. If this is intentional you should specify the encoding with a PEP-263 style comment, e.g. '# -*- coding: {encoding} -*-'"
    )]
    LocaleEncoding {
        /// The file.
        file: String,
        /// The locale's encoding.
        encoding: String,
    },
}
