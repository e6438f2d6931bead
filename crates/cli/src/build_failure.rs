//! Why something could not be built, in pip's words.

use backend::{Artifact, BackendError, Hook, HookFailure};
use session::SessionError;
use version_control::{CommandFailure, VersionControlError};

use crate::console::Level;
use crate::diagnostic::{Diagnostic, output};
use crate::failure::Failure;

const OF_A_SUBPROCESS: &str =
    "This error originates from a subprocess, and is likely not a problem with pip.";

/// What pip prints at the place where a build fails, before it gives up; `shows` says of which level messages are
/// shown: output that is on the screen already is not repeated.
pub fn diagnostics(error: &SessionError, shows: &dyn Fn(Level) -> bool) -> Vec<Diagnostic> {
    match error {
        SessionError::Build { cause, .. } => diagnostics(cause, shows),
        SessionError::Backend(BackendError::Hook(failure)) => hook(failure, shows(Level::Verbose)),
        SessionError::Backend(BackendError::Unavailable { backend, reason, .. }) => vec![Diagnostic {
            reference: "backend-unavailable",
            message: format!("Cannot import build backend '{backend}'."),
            context: Some(reason.clone()),
            note: Some("This is likely not a problem with pip.".into()),
            hint: None,
        }],
        SessionError::VersionControl(VersionControlError::Command(failure)) => {
            vec![command(failure, shows(if failure.is_query { Level::Verbose } else { Level::Info }))]
        }
        SessionError::BuildDependencies { what, is_static, cause, .. } => {
            let kind = if *is_static { "build dependencies" } else { "backend dependencies" };
            let name = what.split([' ', '=', '<', '>', '~', '!', '[', ';']).next().unwrap_or_default();
            // What is known by its address only has no name yet.
            let whose = if name.contains("://") { String::new() } else { format!(" for {name}") };
            vec![subprocess(&format!("installing {kind}{whose}"), 1, &lines_of(cause), false)]
        }
        _ => Vec::new(),
    }
}

fn hook(failure: &HookFailure, shows_output: bool) -> Vec<Diagnostic> {
    vec![subprocess(&failure.description, failure.exit_code, &failure.output, shows_output)]
}

fn command(failure: &CommandFailure, shows_output: bool) -> Diagnostic {
    subprocess(&failure.description, failure.exit_code, &failure.output, shows_output)
}

fn subprocess(description: &str, exit_code: i32, lines: &[String], shows_output: bool) -> Diagnostic {
    let context = if shows_output { "No available output.".to_owned() } else { output(lines) };
    Diagnostic {
        reference: "subprocess-exited-with-error",
        message: format!("{description} did not run successfully.\nexit code: {exit_code}"),
        context: Some(context),
        note: Some(OF_A_SUBPROCESS.into()),
        hint: None,
    }
}

/// What an install of build requirements would have printed.
fn lines_of(cause: &SessionError) -> Vec<String> {
    let mut lines = Vec::new();
    for diagnostic in diagnostics(cause, &|level| level >= Level::Info) {
        lines.extend(diagnostic.to_string().lines().map(|line| format!("  {line}")));
    }
    let failure = of_session(cause);
    for (level, message) in &failure.messages {
        let prefix = match level {
            Level::Critical | Level::Error => "ERROR: ",
            Level::Warning => "WARNING: ",
            _ => "",
        };
        lines.extend(format!("{prefix}{message}").lines().map(ToOwned::to_owned));
    }
    lines.extend(failure.diagnostic.iter().flat_map(|text| text.lines()).map(ToOwned::to_owned));
    lines
}

/// Like [`Failure::from`], for an error that somebody else still owns.
fn of_session(error: &SessionError) -> Failure {
    match error {
        SessionError::Resolve(error) => Failure::of_resolver(error),
        SessionError::FailedBuilds(names) => failed_builds(names),
        other => Failure::error(other),
    }
}

/// pip's last word when wheels could not be built for an install.
pub fn failed_builds(names: &[String]) -> Failure {
    let diagnostic = Diagnostic {
        reference: "failed-wheel-build-for-install",
        message: "Failed to build installable wheels for some pyproject.toml based projects".into(),
        context: Some(names.join(", ")),
        ..Diagnostic::default()
    };
    Failure::explained(&diagnostic)
}

/// pip's last word when a source cannot be prepared.
pub fn failed_source(name: &str, cause: &SessionError) -> Failure {
    let hook = match cause {
        SessionError::Backend(BackendError::Hook(failure)) => Some(failure.hook),
        SessionError::Backend(BackendError::Unavailable { hook, .. }) => Some(*hook),
        _ => None,
    };
    if !matches!(hook, Some(Hook::PrepareMetadata(_))) {
        return Failure::error(format_args!("Failed to build '{name}' when {}", session::step_of(cause)));
    }
    let diagnostic = Diagnostic {
        reference: "metadata-generation-failed",
        message: "Encountered error while generating package metadata.".into(),
        context: Some(if name.contains("://") { format!("from {name}") } else { name.to_owned() }),
        note: Some("This is an issue with the package mentioned above, not pip.".into()),
        hint: Some("See above for details.".into()),
    };
    Failure::explained(&diagnostic)
}

/// pip's last word on the wheel of one project.
pub fn failed_build(name: &str, error: &SessionError) -> Option<String> {
    let failure = match error {
        SessionError::Build { cause, .. } => cause,
        other => other,
    };
    let artifact = match failure {
        SessionError::Backend(BackendError::Hook(failure))
            if failure.hook == Hook::Build(Artifact::Editable) =>
        {
            "editable"
        }
        SessionError::Backend(BackendError::HookMissing(hook)) => {
            return Some(format!(
                "Cannot build editable {name} because the build backend does not have the {} hook",
                hook.name()
            ));
        }
        SessionError::InvalidBuild { .. } => return None,
        _ => "wheel",
    };
    Some(format!("Failed building {artifact} for {name}"))
}

/// A backend that `pyproject.toml` asks for in a way that cannot be followed.
pub fn of_backend(error: &BackendError) -> Failure {
    let (reference, what) = match error {
        BackendError::MissingRequires { what } => ("missing-pyproject-build-system-requires", what),
        BackendError::InvalidRequires { what, .. } => ("invalid-pyproject-build-system-requires", what),
        other => return Failure::error(other),
    };
    let diagnostic = Diagnostic {
        reference,
        message: format!("Can not process {what}"),
        context: Some(error.to_string()),
        note: Some("This is an issue with the package mentioned above, not pip.".into()),
        hint: Some("See PEP 518 for the detailed specification.".into()),
    };
    Failure::explained(&diagnostic)
}
