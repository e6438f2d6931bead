//! The one place where errors of the rooms become pip's words and exit codes.

use std::borrow::Borrow;
use std::error::Error;
use std::fmt::Display;
use std::io;

use environment::EnvironmentError;
use index::IndexError;
use installer::InstallError;
use options::OptionsError;
use requirement::RequirementError;
use resolver::ResolveError;
use session::SessionError;
use store::StoreError;

use crate::build_failure;
use crate::console::{Console, Level};
use crate::diagnostic::Diagnostic;
use crate::{network_failure, remedy, removal_failure};

/// A command that did not succeed: what to say, and the exit code.
#[derive(Debug)]
pub struct Failure {
    /// The process's exit code.
    pub exit_code: u8,
    /// What is said, in order.
    pub messages: Vec<(Level, String)>,
    /// A text of several lines that explains itself, for standard error, without a prefix.
    pub diagnostic: Option<String>,
}

/// What pip says where the distributor gives no text of its own.
const MANAGED_BY_OTHERS: &str = "The Python environment under this interpreter is managed externally, and may not be\nmanipulated by the user. \
     Please use specific tooling from the distributor of\nthe Python installation to interact with this environment \
     instead.";

impl Failure {
    /// One `ERROR:` message and exit code 1, as pip ends on every error it reports.
    pub fn error(message: impl Display) -> Self {
        Self { exit_code: 1, messages: vec![(Level::Critical, message.to_string())], diagnostic: None }
    }

    /// An error that explains itself, and exit code 1.
    pub fn explained(diagnostic: &Diagnostic) -> Self {
        Self { exit_code: 1, messages: Vec::new(), diagnostic: Some(diagnostic.to_string()) }
    }

    /// The same, and what to do where the machine failed.
    fn with_remedy(error: &(impl Error + 'static)) -> Self {
        match remedy::of_causes(error) {
            "" => Self::error(error),
            remedy => Self::error(format_args!("{error}\n{remedy}")),
        }
    }

    /// A failure of `venv`, which says `Error:` in its own way (as `venv/__main__.py` does).
    pub fn venv(error: impl Borrow<EnvironmentError>) -> Self {
        let error = error.borrow();
        let remedy = remedy::of_causes(error);
        Self { exit_code: 1, messages: Vec::new(), diagnostic: Some(format!("Error: {error}\n{remedy}")) }
    }

    /// A refusal of the option parser.
    pub fn options(error: &OptionsError) -> Self {
        Self { exit_code: error.exit_code(), messages: Vec::new(), diagnostic: Some(format!("{error}\n")) }
    }

    /// A file that the user named and that cannot be read.
    pub fn file(path: impl Display, error: &io::Error) -> Self {
        Self::error(format_args!("Could not open file {path}: {}", reason(error)))
    }

    /// An operating system error that pip does not foresee: there it ends with a traceback and this exit code.
    pub fn unexpected(path: impl Display, error: &io::Error) -> Self {
        Self { exit_code: 2, ..Self::error(format_args!("{}: '{path}'", reason(error))) }
    }

    /// pip's refusal to change an interpreter that a distributor manages; `text` is the distributor's own.
    pub fn externally_managed(text: Option<&str>) -> Self {
        let context = text.unwrap_or(MANAGED_BY_OTHERS).replace('\n', "\n    ");
        let diagnostic = format!(
            "error: externally-managed-environment\n\n\
             × This environment is externally managed\n\
             ╰─> {context}\n\n\
             note: If you believe this is a mistake, please contact your Python installation or OS distribution \
             provider. You can override this, at the risk of breaking your Python installation or OS, by passing \
             --break-system-packages.\n\
             hint: See PEP 668 for the detailed specification.\n"
        );
        Self { exit_code: 1, messages: Vec::new(), diagnostic: Some(diagnostic) }
    }

    /// Says it.
    pub fn report(&self, console: &Console) {
        for (level, message) in &self.messages {
            match level {
                Level::Critical => console.critical(message),
                Level::Error => console.error(message),
                Level::Warning => console.warning(message),
                _ => console.info(message),
            }
        }
        if let Some(diagnostic) = &self.diagnostic {
            console.error_text(diagnostic);
        }
    }
}

/// An operating system error in Python's form, which scripts look for: `[Errno 13] Permission denied`.
pub fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match error.raw_os_error() {
        Some(number) => {
            let plain = text.split(" (os error").next().unwrap_or_default();
            format!("[Errno {number}] {plain}")
        }
        None => text,
    }
}

impl From<OptionsError> for Failure {
    fn from(error: OptionsError) -> Self {
        Self::options(&error)
    }
}

impl From<EnvironmentError> for Failure {
    fn from(error: EnvironmentError) -> Self {
        Self::with_remedy(&error)
    }
}

impl From<RequirementError> for Failure {
    fn from(error: RequirementError) -> Self {
        if let Some(diagnostic) = network_failure::cause(&error) {
            return Self::explained(&diagnostic);
        }
        match error {
            RequirementError::Warned { warning, error } => {
                let mut failure = Self::from(*error);
                failure.messages.insert(0, (Level::Warning, warning.to_string()));
                failure
            }
            // `optparse` prints its usage line before it raises.
            RequirementError::Options { shows_usage: true, .. } => Self {
                exit_code: 1,
                messages: Vec::new(),
                diagnostic: Some(format!("Usage: pip [options]\n\nERROR: {error}\n")),
            },
            error => Self::error(error),
        }
    }
}

impl From<InstallError> for Failure {
    fn from(error: InstallError) -> Self {
        Self::install(&error, "Check the permissions.\n")
    }
}

impl Failure {
    /// A change that failed; `advice` is for missing permissions.
    pub fn install(error: &InstallError, advice: &str) -> Self {
        if let Some(diagnostic) = removal_failure::diagnostic(error) {
            return Self::explained(&diagnostic);
        }
        let Some(cause) = error.io_error() else { return Self::error(error) };
        let advice = match cause.kind() {
            io::ErrorKind::PermissionDenied => advice,
            _ => remedy::of(cause),
        };
        let place = error.path().map(|path| format!(": '{}'", path.display())).unwrap_or_default();
        let reason = reason(cause);
        Self::error(format_args!("Could not install packages due to an OSError: {reason}{place}\n{advice}"))
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::with_remedy(&error)
    }
}

impl From<IndexError> for Failure {
    fn from(error: IndexError) -> Self {
        if let Some(diagnostic) = network_failure::diagnostic(&error) {
            return Self::explained(&diagnostic);
        }
        match error.hash_comparison() {
            Some(comparison) => Self::error(comparison),
            None if let IndexError::File { path, error } = &error => Self::error(format_args!(
                "Could not install packages due to an OSError: {}: '{}'\n{}",
                reason(error),
                path.display(),
                remedy::of(error)
            )),
            None if matches!(error, IndexError::InvalidUrl { .. }) => {
                Self::error(format_args!("Could not install packages due to an OSError: {error}\n"))
            }
            None => Self::error(error),
        }
    }
}

/// What pip says of constraints with more than a name and a specifier before it refuses them.
const CONSTRAINT_FORMS: &str = "DEPRECATION: Constraints are only allowed to take the form of a package name and a version \
     specifier. Other forms were originally permitted as an accident of the implementation, but were undocumented. \
     The new implementation of the resolver no longer supports these forms. A possible replacement is replacing the \
     constraint with a requirement. Discussion can be found at https://github.com/pypa/pip/issues/8210";

impl From<ResolveError> for Failure {
    fn from(error: ResolveError) -> Self {
        Self::of_resolver(&error)
    }
}

impl Failure {
    /// No set of versions does, or something could not be asked.
    pub fn of_resolver(error: &ResolveError) -> Self {
        let failure = match error {
            ResolveError::Unsatisfiable(failure) => failure,
            ResolveError::Constraint(_) => {
                let mut refused = Self::error(error);
                refused.messages.insert(0, (Level::Warning, CONSTRAINT_FORMS.to_owned()));
                return refused;
            }
            ResolveError::InvalidInstalled { name, version, location, what, problem } => {
                return Self::explained(&Diagnostic {
                    reference: "invalid-installed-package",
                    message: format!(
                        "Cannot process installed package {name} {version} in {} because it has an invalid {what}:\n\
                         {problem}",
                        options::python_repr(location)
                    ),
                    context: Some(format!(
                        "Starting with pip 24.1, packages with invalid {what}s can not be processed."
                    )),
                    hint: Some("To proceed this package must be uninstalled.".into()),
                    ..Diagnostic::default()
                });
            }
            other => return Self::error(other),
        };
        let mut messages: Vec<(Level, String)> = Vec::new();
        messages.extend(failure.warnings().iter().map(|warning| {
            let level = if warning.is_information() { Level::Info } else { Level::Warning };
            (level, warning.to_string())
        }));
        messages.extend(failure.messages().iter().map(|message| match message.level {
            resolver::MessageLevel::Critical => (Level::Critical, message.text.clone()),
            resolver::MessageLevel::Information => (Level::Info, message.text.clone()),
        }));
        messages.push((Level::Critical, failure.to_string()));
        let explanation = failure.explanation();
        if !explanation.is_empty() {
            messages.push((Level::Info, format!("\nWhy: {}", explanation.join("\n     "))));
        }
        if let Some(suggestion) = failure.suggestion() {
            messages.push((Level::Info, format!("hint: {suggestion}")));
        }
        Self { exit_code: 1, messages, diagnostic: None }
    }
}

impl From<SessionError> for Failure {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Resolve(error) => error.into(),
            SessionError::Index(error) => error.into(),
            SessionError::Store(error) => error.into(),
            SessionError::Install(error) => error.into(),
            SessionError::Read { path, error } | SessionError::Write { path, error } => {
                Self::error(format_args!(
                    "Could not install packages due to an OSError: {}: '{}'\n{}",
                    reason(&error),
                    path.display(),
                    remedy::of(&error)
                ))
            }
            SessionError::Hashes { requirement, comparison } => Self::error(format_args!(
                "THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated the package \
                 versions, please update the hashes. Otherwise, examine the package contents carefully; someone may \
                 have tampered with them.\n    {requirement}:\n{comparison}"
            )),
            SessionError::FailedBuilds(names) => build_failure::failed_builds(&names),
            SessionError::Backend(error) => build_failure::of_backend(&error),
            SessionError::Build { name, cause } => build_failure::failed_source(&name, &cause),
            other => Self::error(other),
        }
    }
}
