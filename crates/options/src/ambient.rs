//! What a command line is read in: everything that does not stand on it.

use std::path::PathBuf;

/// The surroundings of a call, passed in by the program so that this room reads no process state.
#[derive(Debug, Clone, Default)]
pub struct Ambient {
    /// The name usage texts show: `pip`, `pip3`, `oxipip`, `/env/bin/python -m pip`.
    pub program: String,
    /// The process environment, in its order.
    pub variables: Vec<(String, String)>,
    /// The home folder: `~` in paths, and where the user's configuration lives.
    pub home: Option<PathBuf>,
    /// The current folder, absolute.
    pub working_directory: PathBuf,
    /// The prefix of the environment whose site file (`<prefix>/pip.conf`) counts, when it is known.
    pub prefix: Option<PathBuf>,
}

impl Ambient {
    /// The value of an environment variable.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}
