//! Single configuration files, as `config` shows and changes them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{Ini, Level, encoding_of_locale, locations, normalise_key, parse};
use crate::{Ambient, OptionsError};

/// A place where a configuration file is looked for, and what it says.
#[derive(Debug)]
pub struct ConfigurationFile {
    /// Whom it speaks for.
    pub level: Level,
    /// Its path, as pip shows it.
    pub path: PathBuf,
    place: PathBuf,
    content: Option<Ini>,
}

impl ConfigurationFile {
    /// All places in the order in which files count, the strongest last; without the user's under `--isolated`.
    ///
    /// The files of `only`, or of all levels, are read; one that does not exist says nothing. With the user's comes the
    /// file of `PIP_CONFIG_FILE`, which may stand in its place; where it is the null device, nothing is read.
    ///
    /// # Errors
    /// A file that is read is no configuration file, or no text.
    pub fn all(
        ambient: &Ambient,
        isolated: bool,
        only: Option<Level>,
    ) -> Result<Vec<ConfigurationFile>, OptionsError> {
        let counts = !locations::are_off(ambient);
        let mut files = Vec::new();
        for (level, path) in locations::known(ambient) {
            if level == Level::User && isolated {
                continue;
            }
            let place = ambient.working_directory.join(&path);
            let mut file = ConfigurationFile { level, path, place, content: None };
            let stands_for_user = level == Level::Variable && only == Some(Level::User);
            if counts && (stands_for_user || only.is_none_or(|only| only == level)) {
                file.content = Some(match fs::read(&file.place) {
                    Ok(bytes) => parse(&bytes, &file.path, ambient)?,
                    Err(_) => Ini::default(),
                });
            }
            files.push(file);
        }
        Ok(files)
    }

    /// Whether it is there.
    pub fn exists(&self) -> bool {
        self.place.exists()
    }

    /// Whether it was read, and so can be changed.
    pub fn is_read(&self) -> bool {
        self.content.is_some()
    }

    /// What it says, in its order: `section.name`, and the value.
    pub fn options(&self) -> impl Iterator<Item = (String, &str)> {
        let options = self.content.iter().flat_map(Ini::options);
        options.map(|(section, name, value)| (format!("{section}.{name}"), value))
    }

    /// Gives a key (see [`configuration_key`]) a value.
    pub fn set(&mut self, section: &str, name: &str, value: &str) {
        if let Some(content) = &mut self.content {
            content.set(section, name, value);
        }
    }

    /// Forgets a key; false if the file does not set it in that section itself.
    pub fn unset(&mut self, section: &str, name: &str) -> bool {
        self.content.as_mut().is_some_and(|content| content.unset(section, name))
    }

    /// Writes it as Python's `RawConfigParser` does, comments left out, in the encoding of the locale.
    ///
    /// The old file, with its permissions, is replaced in one step; a link stays a link. Folders are made where they
    /// are missing.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn save(&self, ambient: &Ambient) -> io::Result<()> {
        let Some(content) = &self.content else { return Ok(()) };
        let text = content.to_text();
        let (bytes, ..) = encoding_of_locale(ambient).encode(&text);
        let place = self.place.canonicalize().unwrap_or_else(|_| self.place.clone());
        let folder = place.parent().unwrap_or(Path::new("/"));
        fs::create_dir_all(folder)?;
        replace(&place, folder, &bytes)
    }
}

/// Writes beside the file and renames; a file in a folder that takes no new ones is written in place.
fn replace(place: &Path, folder: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".pip-conf-");
    let old = fs::metadata(place).ok();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The umask takes its part of these.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let Ok(mut file) = builder.tempfile_in(folder) else { return fs::write(place, bytes) };
    io::Write::write_all(&mut file, bytes)?;
    if let Some(old) = old {
        // A file that may not be written is not to be replaced either.
        fs::OpenOptions::new().append(true).open(place)?;
        file.as_file().set_permissions(old.permissions())?;
    }
    file.persist(place).map(drop).map_err(|error| error.error)
}

/// A key in the spelling in which files are asked for it: lower case, dashes.
pub fn configuration_key(name: &str) -> String {
    normalise_key(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_what_rawconfigparser_writes() {
        let text = "# note\n[DEFAULT]\nA=1\n[global]\nindex_url : x\nfind-links =\n  one\n  two\n[empty]\n";
        let mut ini = Ini::parse(text, "/c.ini").expect("a file");
        assert_eq!(
            ini.to_text(),
            "[DEFAULT]\na = 1\n\n[global]\nindex-url = x\nfind-links = \n\tone\n\ttwo\n\n[empty]\n\n"
        );
        ini.set("global", "find-links", "a\nb");
        ini.set("install", "user", "");
        assert!(ini.unset("global", "index-url") && !ini.unset("global", "a") && !ini.unset("none", "a"));
        assert_eq!(
            ini.to_text(),
            "[DEFAULT]\na = 1\n\n[global]\nfind-links = a\n\tb\n\n[empty]\n\n[install]\nuser = \n\n"
        );
    }

    #[test]
    fn sections_with_nothing_left_go() {
        let mut ini = Ini::parse("[a]\nx=1\ny=2\n[b]\nx=1\n", "/c.ini").expect("a file");
        assert!(ini.unset("a", "x") && ini.unset("b", "x"));
        assert_eq!(ini.to_text(), "[a]\ny = 2\n\n");
    }
}
