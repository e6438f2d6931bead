//! What requirement arguments and files may ask of the machine: paths, files, addresses, variables.

use std::fs;
use std::io;
use std::path::Path;

use index::Index;
use requirement::{Fetched, PathKind, Surroundings, SurroundingsError};

use crate::process::Process;

/// The disk and the process environment; the network only where a requirements file is an address.
pub struct Machine<'a> {
    /// The process that asks.
    pub process: &'a Process,
    /// Fetches files given by their address.
    pub index: &'a Index,
}

impl Surroundings for Machine<'_> {
    fn working_directory(&self) -> &Path {
        &self.process.working_directory
    }

    fn path_kind(&self, path: &Path) -> PathKind {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                let installable = ["pyproject.toml", "setup.py"].iter().any(|name| path.join(name).is_file());
                PathKind::Directory { installable }
            }
            Ok(metadata) if metadata.is_file() => PathKind::File,
            Ok(_) => PathKind::Other,
            Err(_) => PathKind::Missing,
        }
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn fetch(&self, url: &str) -> Result<Fetched, SurroundingsError> {
        let fetched = self.index.fetch(url)?;
        let charset = fetched
            .content_type
            .split(';')
            .filter_map(|part| part.trim().strip_prefix("charset="))
            .map(|charset| charset.trim_matches('"').to_owned())
            .next();
        Ok(Fetched { url: url.to_owned(), body: fetched.body, charset })
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.process.variable(name).map(ToOwned::to_owned)
    }
}
