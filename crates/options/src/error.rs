//! What can be wrong with a command line and its configuration.

use std::path::PathBuf;

/// Why a command line cannot be carried out. `Display` is pip's whole text for stderr, without a last line break.
#[derive(Debug, thiserror::Error)]
pub enum OptionsError {
    /// The parser refuses: usage, an empty line, the reason.
    #[error("{usage}\n\n{message}")]
    Usage {
        /// The usage block, as pip prints it.
        usage: String,
        /// What is wrong.
        message: String,
    },
    /// There is no such command.
    #[error("ERROR: unknown command \"{name}\"{}", guess.map(|guess| format!(" - maybe you meant \"{guess}\"")).unwrap_or_default())]
    UnknownCommand {
        /// What was typed.
        name: String,
        /// A command spelt much like it.
        guess: Option<&'static str>,
    },
    /// Options that do not go together, or a value that only shows itself wrong later.
    #[error("ERROR: {0}")]
    Conflict(String),
    /// A value in a configuration file or a variable is of the wrong type.
    #[error(
        "ERROR: An error occurred during configuration: {0}. Check your pip configuration files or environment variables for this value."
    )]
    ConfigurationValue(String),
    /// A configuration file cannot be read.
    #[error("Configuration file could not be loaded.\n{reason}: {}", path.display())]
    ConfigurationFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

impl OptionsError {
    /// The exit code pip gives: 1, 2 or 3.
    pub fn exit_code(&self) -> u8 {
        match self {
            OptionsError::UnknownCommand { .. } | OptionsError::Conflict(_) => 1,
            OptionsError::Usage { .. } | OptionsError::ConfigurationFile { .. } => 2,
            OptionsError::ConfigurationValue(_) => 3,
        }
    }
}
