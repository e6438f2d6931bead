//! `pyvenv.cfg`: what makes a folder a virtual environment (Python's `site` module and `getpath`).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::EnvironmentError;

/// The configuration of a virtual environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VenvConfiguration {
    /// `sys.prefix` of the environment.
    pub prefix: PathBuf,
    /// The folder of the base interpreter.
    pub home: PathBuf,
    /// `include-system-site-packages`.
    pub system_site_packages: bool,
    /// `version` or virtualenv's `version_info`, as written.
    pub version: Option<String>,
}

impl VenvConfiguration {
    /// The configuration that an interpreter at this path (not resolved) would find: beside itself or one
    /// folder up. Without a `home` key it is no virtual environment.
    ///
    /// # Errors
    /// The file is there and cannot be read.
    pub fn of_interpreter(python: &Path) -> Result<Option<Self>, EnvironmentError> {
        let Some(bin) = python.parent() else { return Ok(None) };
        let prefix = bin.parent().unwrap_or(bin);
        for folder in [prefix, bin] {
            let file = folder.join("pyvenv.cfg");
            match fs::read(&file) {
                Ok(bytes) => return Ok(Self::parse(&String::from_utf8_lossy(&bytes), prefix)),
                Err(error) if is_absent(&error) => {}
                Err(error) => return Err(EnvironmentError::io("read", file)(error)),
            }
        }
        Ok(None)
    }

    /// Reads the file's text, as `site` does: unknown lines and keys say nothing. `None` without a `home` key.
    pub fn parse(text: &str, prefix: &Path) -> Option<Self> {
        let mut configuration = Self {
            prefix: prefix.to_owned(),
            home: PathBuf::new(),
            system_site_packages: false,
            version: None,
        };
        let mut has_home = false;
        for line in text.lines() {
            let Some((key, value)) = line.split_once('=') else { continue };
            let value = value.trim();
            match key.trim().to_ascii_lowercase().as_str() {
                "home" if !has_home => {
                    configuration.home = PathBuf::from(value);
                    has_home = true;
                }
                "include-system-site-packages" => {
                    configuration.system_site_packages = value.eq_ignore_ascii_case("true");
                }
                "version" | "version_info" => configuration.version = Some(value.to_owned()),
                _ => {}
            }
        }
        has_home.then_some(configuration)
    }
}

/// Whether an error says that the file is not there (or that its folder is a file).
pub(crate) fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_site_reads_them() {
        let configuration = VenvConfiguration::parse(
            "Home = /opt/python/bin\r\nnonsense\ninclude-system-site-packages=TRUE\nversion = 3.12.1\n",
            Path::new("/env"),
        )
        .unwrap();
        assert_eq!(configuration.home, Path::new("/opt/python/bin"));
        assert!(configuration.system_site_packages);
        assert_eq!(configuration.version.as_deref(), Some("3.12.1"));
    }

    #[test]
    fn without_home_it_is_no_environment() {
        assert_eq!(VenvConfiguration::parse("version = 3.12.1\n", Path::new("/env")), None);
    }

    #[test]
    fn it_is_found_beside_the_interpreter_or_one_folder_up() {
        let folder = tempfile::tempdir().unwrap();
        let python = folder.path().join("bin").join("python");
        assert_eq!(VenvConfiguration::of_interpreter(&python).unwrap(), None);
        fs::create_dir(folder.path().join("bin")).unwrap();
        fs::write(folder.path().join("bin").join("pyvenv.cfg"), "home = /a\n").unwrap();
        let found = VenvConfiguration::of_interpreter(&python).unwrap().unwrap();
        assert_eq!((found.home.as_path(), found.prefix.as_path()), (Path::new("/a"), folder.path()));
        fs::write(folder.path().join("pyvenv.cfg"), "home = /b\n").unwrap();
        assert_eq!(VenvConfiguration::of_interpreter(&python).unwrap().unwrap().home, Path::new("/b"));
    }
}
