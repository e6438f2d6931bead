//! Configuration files: which there are, in which order, and what is in them.

mod file;
mod ini;
mod locations;

use std::path::{Path, PathBuf};

use crate::{Ambient, OptionsError};

pub use file::{ConfigurationFile, configuration_key};
use ini::Ini;
pub(crate) use ini::normalise_key;

/// Whom a configuration file speaks for, from the weakest to the strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Everybody on this machine.
    Global,
    /// The user.
    User,
    /// One environment.
    Site,
    /// Whoever set `PIP_CONFIG_FILE`.
    Variable,
}

impl Level {
    /// What `config debug` calls it.
    pub fn name(self) -> &'static str {
        match self {
            Level::Global => "global",
            Level::User => "user",
            Level::Site => "site",
            Level::Variable => "env",
        }
    }
}

/// The files that exist, read once.
#[derive(Debug, Default)]
pub(crate) struct Configuration {
    files: Vec<File>,
    /// The prefix whose site file was looked for.
    prefix: Option<PathBuf>,
}

#[derive(Debug)]
struct File {
    level: Level,
    path: PathBuf,
    content: Ini,
}

impl Configuration {
    /// Reads all files that exist. One that cannot be opened is passed over, as pip does.
    pub(crate) fn read(ambient: &Ambient) -> Result<Configuration, OptionsError> {
        let mut configuration = Configuration { files: Vec::new(), prefix: ambient.prefix.clone() };
        for (level, path) in locations::all(ambient) {
            configuration.add(level, path, ambient)?;
        }
        Ok(configuration)
    }

    /// Puts the file of the environment in its place, now that it is known which environment it is.
    pub(crate) fn enter(&mut self, ambient: &Ambient) -> Result<(), OptionsError> {
        if self.prefix == ambient.prefix {
            return Ok(());
        }
        self.prefix.clone_from(&ambient.prefix);
        self.files.retain(|file| file.level != Level::Site);
        for (level, path) in locations::all(ambient).filter(|(level, _)| *level == Level::Site) {
            self.add(level, path, ambient)?;
        }
        self.files.sort_by_key(|file| file.level);
        Ok(())
    }

    /// Every option of every section, from the weakest file to the strongest; without the user's when isolated.
    pub(crate) fn options(&self, isolated: bool) -> impl Iterator<Item = (&str, &str, &str)> {
        self.files
            .iter()
            .filter(move |file| !(isolated && file.level == Level::User))
            .flat_map(|file| file.content.options())
    }

    fn add(&mut self, level: Level, path: PathBuf, ambient: &Ambient) -> Result<(), OptionsError> {
        // A file that serves two levels counts where it is met first.
        if self.files.iter().any(|file| file.path == path) {
            return Ok(());
        }
        let Ok(bytes) = std::fs::read(&path) else { return Ok(()) };
        let content = parse(&bytes, &path, ambient)?;
        self.files.push(File { level, path, content });
        Ok(())
    }

    /// A configuration of texts in place of files.
    #[cfg(test)]
    pub(crate) fn of(texts: &[(Level, &str)], ambient: &Ambient) -> Result<Configuration, OptionsError> {
        let mut configuration = Configuration::default();
        for (number, (level, text)) in texts.iter().enumerate() {
            let path = PathBuf::from(format!("/{number}/pip.conf"));
            let content = parse(text.as_bytes(), &path, ambient)?;
            configuration.files.push(File { level: *level, path, content });
        }
        Ok(configuration)
    }
}

fn parse(bytes: &[u8], path: &Path, ambient: &Ambient) -> Result<Ini, OptionsError> {
    let file = path.to_string_lossy();
    let encoding = locale_encoding(ambient);
    let text = decode(bytes, encoding).ok_or_else(|| OptionsError::ConfigurationEncoding {
        encoding: encoding.to_owned(),
        file: file.clone().into_owned(),
    })?;
    Ini::parse(&text, &file).map_err(OptionsError::ConfigurationFile)
}

fn encoding_of_locale(ambient: &Ambient) -> &'static encoding_rs::Encoding {
    encoding_rs::Encoding::for_label(locale_encoding(ambient).as_bytes()).unwrap_or(encoding_rs::UTF_8)
}

/// The character set of the locale. The C locale is UTF-8, as Python has it.
fn locale_encoding(ambient: &Ambient) -> &str {
    ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| ambient.variable(name).filter(|value| !value.is_empty()))
        .and_then(|locale| locale.split('@').next()?.split_once('.'))
        .map_or("UTF-8", |(_, encoding)| encoding)
}

fn decode(bytes: &[u8], encoding: &str) -> Option<String> {
    let encoding = encoding_rs::Encoding::for_label(encoding.as_bytes()).unwrap_or(encoding_rs::UTF_8);
    // A byte-order mark is a character like any other, and no section header.
    encoding.decode_without_bom_handling_and_without_replacement(bytes).map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests;
