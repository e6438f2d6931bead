//! The environment that everything is read for: the same on every machine.

use std::{io, path::Path};

use requirement::{Fetched, PathKind, Surroundings, SurroundingsError};
use specifier::{Libc, MarkerEnvironment, TagFacts, Tags, platform};

/// The markers of a `CPython` 3.12 on Linux.
pub fn marker_environment() -> MarkerEnvironment {
    MarkerEnvironment {
        implementation_name: "cpython".into(),
        implementation_version: "3.12.1".into(),
        os_name: "posix".into(),
        platform_machine: "x86_64".into(),
        platform_release: "6.1.0".into(),
        platform_system: "Linux".into(),
        platform_python_implementation: "CPython".into(),
        python_full_version: "3.12.1+".into(),
        python_version: "3.12".into(),
        sys_platform: "linux".into(),
        ..MarkerEnvironment::default()
    }
}

/// Its tags.
pub fn tags() -> Tags {
    Tags::generate(&TagFacts {
        implementation: "cp".into(),
        version: (3, Some(12)),
        abis: TagFacts::cpython_abis((3, 12), false, false),
        platforms: platform::linux("linux-x86_64", false, Some(Libc::Glibc(2, 36))),
    })
}

/// A world in which one content stands at every path and every address.
pub struct OneContent<'a>(pub &'a [u8]);

impl Surroundings for OneContent<'_> {
    fn working_directory(&self) -> &Path {
        Path::new("/work")
    }

    fn path_kind(&self, path: &Path) -> PathKind {
        match path.extension() {
            Some(_) => PathKind::File,
            None if path.ends_with("project") => PathKind::Directory { installable: true },
            None => PathKind::Missing,
        }
    }

    fn read(&self, _: &Path) -> io::Result<Vec<u8>> {
        Ok(self.0.to_vec())
    }

    fn fetch(&self, url: &str) -> Result<Fetched, SurroundingsError> {
        Ok(Fetched { url: url.to_owned(), body: self.0.to_vec(), charset: None })
    }

    fn variable(&self, name: &str) -> Option<String> {
        (name == "TOKEN").then(|| "secret".to_owned())
    }
}
