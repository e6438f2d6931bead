//! What can be wrong with a command line and its configuration.

/// Why a command line cannot be carried out.
///
/// `Display` is pip's whole text for the standard error output, without the last line break.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OptionsError {
    /// The parser refuses.
    #[error("{usage}{message}")]
    Usage {
        /// How the command is called, with the empty lines that pip prints around it.
        usage: String,
        /// What is wrong.
        message: String,
    },
    /// There is no such command.
    #[error("ERROR: unknown command \"{name}\"{}", suggestion(*.guess))]
    UnknownCommand {
        /// What was typed.
        name: String,
        /// A command spelt much like it.
        guess: Option<&'static str>,
    },
    /// Options that do not go together, or that are used where they cannot be.
    #[error("ERROR: {0}")]
    Conflict(String),
    /// Options of `venv` that do not go together.
    #[error("Error: {0}")]
    Environment(String),
    /// A value in a configuration file or a variable is of the wrong type.
    #[error(
        "An error occurred during configuration: {0}. Check your pip configuration files or environment variables for this value. See https://pip.pypa.io/en/stable/topics/configuration/ for more information."
    )]
    ConfigurationValue(String),
    /// A configuration file is not a configuration file.
    #[error("Configuration file could not be loaded.\n{0}")]
    ConfigurationFile(String),
    /// A configuration file is not text.
    #[error("Configuration file contains invalid {encoding} characters in {file}.")]
    ConfigurationEncoding {
        /// The encoding of the locale.
        encoding: String,
        /// The file.
        file: String,
    },
}

impl OptionsError {
    /// The exit code that pip gives.
    pub fn exit_code(&self) -> u8 {
        match self {
            OptionsError::UnknownCommand { .. }
            | OptionsError::Conflict(_)
            | OptionsError::Environment(_) => 1,
            OptionsError::Usage { .. }
            | OptionsError::ConfigurationFile(_)
            | OptionsError::ConfigurationEncoding { .. } => 2,
            OptionsError::ConfigurationValue(_) => 3,
        }
    }
}

fn suggestion(guess: Option<&str>) -> String {
    guess.map(|guess| format!(" - maybe you meant \"{guess}\"")).unwrap_or_default()
}
