//! Made-up source distributions.

use crate::tar::{TarEntry, tar_gz};
use crate::wheel::{PackageFile, escaped, metadata_text};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// A build backend of its own in every source distribution, so that it builds without an index: it packs
/// PKG-INFO and the modules beside it into a wheel.
const BACKEND: &str = include_str!("sdist_backend.py");

/// A source distribution in the making: one module named like the project and a build backend of its own.
#[derive(Clone, Debug)]
pub struct Sdist {
    name: String,
    version: String,
    metadata_version: String,
    fields: Vec<(String, String)>,
    requires_python: Option<String>,
    entries: Vec<TarEntry>,
    pyproject: Option<String>,
    with_pkg_info: bool,
    filename: Option<String>,
}

impl Sdist {
    /// A source distribution of `name` (any spelling) and `version`.
    pub fn new(name: &str, version: &str) -> Self {
        Self {
            name: name.to_owned(),
            version: version.to_owned(),
            metadata_version: "2.4".to_owned(),
            fields: Vec::new(),
            requires_python: None,
            entries: Vec::new(),
            pyproject: Some(
                "[build-system]\nrequires = []\nbuild-backend = \"sdist_backend\"\nbackend-path = [\".\"]\n"
                    .to_owned(),
            ),
            with_pkg_info: true,
            filename: None,
        }
    }

    /// Adds a `Requires-Dist`.
    #[must_use]
    pub fn requires(self, requirement: &str) -> Self {
        self.field("Requires-Dist", requirement)
    }

    /// Adds a `Provides-Extra`.
    #[must_use]
    pub fn extra(self, extra: &str) -> Self {
        self.field("Provides-Extra", extra)
    }

    /// Adds any other metadata field; `Dynamic` says that the metadata must be built.
    #[must_use]
    pub fn field(mut self, field: &str, value: &str) -> Self {
        self.fields.push((field.to_owned(), value.to_owned()));
        self
    }

    /// Sets `Requires-Python`.
    #[must_use]
    pub fn requires_python(mut self, specifiers: &str) -> Self {
        self.requires_python = Some(specifiers.to_owned());
        self
    }

    /// Sets `Metadata-Version`, "2.4" by default; before 2.2 the metadata must be built.
    #[must_use]
    pub fn metadata_version(mut self, version: &str) -> Self {
        version.clone_into(&mut self.metadata_version);
        self
    }

    /// Adds a file under the archive's top folder.
    #[must_use]
    pub fn file(mut self, path: &str, content: impl AsRef<[u8]>) -> Self {
        let path = format!("{}/{path}", self.stem());
        self.entries.push(TarEntry::file(&path, content));
        self
    }

    /// Adds an entry as it is, hostile or not.
    #[must_use]
    pub fn entry(mut self, entry: TarEntry) -> Self {
        self.entries.push(entry);
        self
    }

    /// Sets `pyproject.toml`.
    #[must_use]
    pub fn pyproject(mut self, text: &str) -> Self {
        self.pyproject = Some(text.to_owned());
        self
    }

    /// Leaves out `pyproject.toml`.
    #[must_use]
    pub fn without_pyproject(mut self) -> Self {
        self.pyproject = None;
        self
    }

    /// Leaves out PKG-INFO.
    #[must_use]
    pub fn without_pkg_info(mut self) -> Self {
        self.with_pkg_info = false;
        self
    }

    /// Names the file otherwise than its content says.
    #[must_use]
    pub fn filename(mut self, filename: &str) -> Self {
        self.filename = Some(filename.to_owned());
        self
    }

    /// Writes the source tree that the distribution would hold into a folder, which is made. Of entries that are no
    /// plain files or folders nothing is written.
    pub fn write_tree(&self, folder: impl AsRef<Path>) {
        let folder = folder.as_ref();
        let stem = format!("{}/", self.stem());
        for entry in self.tree() {
            let Some(path) = entry.name().strip_prefix(&stem) else { continue };
            if let Some(content) = entry.content() {
                let place = folder.join(path);
                fs::create_dir_all(place.parent().expect("it is below the folder"))
                    .expect("the folder can be made");
                fs::write(place, content).expect("the file can be written");
            }
        }
    }

    /// The source distribution. The same calls give the same bytes.
    pub fn build(self) -> PackageFile {
        let stem = self.stem();
        let bytes = tar_gz(&self.tree());
        PackageFile {
            filename: self.filename.unwrap_or_else(|| format!("{stem}.tar.gz")),
            project: self.name,
            bytes,
            metadata: None,
            requires_python: self.requires_python,
        }
    }

    pub(crate) fn tree(&self) -> Vec<TarEntry> {
        let stem = self.stem();
        let mut metadata = String::new();
        for line in metadata_text(
            &self.name,
            &self.version,
            self.requires_python.as_deref(),
            self.fields.iter().map(|(k, v)| (k.as_str(), v.as_str())),
            None,
        )
        .lines()
        {
            let own = line.starts_with("Metadata-Version: ");
            let _ = if own {
                writeln!(metadata, "Metadata-Version: {}", self.metadata_version)
            } else {
                writeln!(metadata, "{line}")
            };
        }
        let module = format!("__version__ = {:?}\n", self.version);
        let mut entries = vec![
            TarEntry::directory(&format!("{stem}/")),
            TarEntry::file(&format!("{stem}/{}.py", escaped(&self.name)), module),
            TarEntry::file(&format!("{stem}/sdist_backend.py"), BACKEND),
        ];
        if self.with_pkg_info {
            entries.push(TarEntry::file(&format!("{stem}/PKG-INFO"), metadata));
        }
        if let Some(pyproject) = &self.pyproject {
            entries.push(TarEntry::file(&format!("{stem}/pyproject.toml"), pyproject));
        }
        entries.extend(self.entries.iter().cloned());
        entries
    }

    /// `{name}-{version}` as file and folder names spell it.
    fn stem(&self) -> String {
        format!("{}-{}", escaped(&self.name), self.version)
    }
}
