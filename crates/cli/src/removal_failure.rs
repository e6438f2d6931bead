//! Why a distribution cannot be removed, in pip's words.

use installer::InstallError;

use crate::diagnostic::Diagnostic;

/// What pip says of a distribution of which nobody knows the files; nothing for other errors.
pub fn diagnostic(error: &InstallError) -> Option<Diagnostic> {
    match error {
        InstallError::MissingRecord { name, version, installer } => Some(Diagnostic {
            reference: "uninstall-no-record-file",
            message: format!("Cannot uninstall {name} {version}"),
            context: Some(format!(
                "The package's contents are unknown: no RECORD file was found for {name}."
            )),
            note: None,
            hint: Some(match installer {
                Some(installer) => format!(
                    "The package was installed by {installer}. You should check if it can uninstall the package."
                ),
                None => format!(
                    "You might be able to recover from this via: pip install --ignore-installed --no-deps \
                     {name}=={version}"
                ),
            }),
        }),
        InstallError::DistutilsInstall { name, version } => Some(Diagnostic {
            reference: "uninstall-distutils-installed-package",
            message: format!("Cannot uninstall {name} {version}"),
            context: Some(
                "It is a distutils installed project and thus we cannot accurately determine which files belong to \
                 it which would lead to only a partial uninstall."
                    .into(),
            ),
            ..Diagnostic::default()
        }),
        InstallError::ForRequirement { cause, .. } => diagnostic(cause),
        _ => None,
    }
}
