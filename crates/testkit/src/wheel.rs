//! Made-up wheels.

mod content;

pub(crate) use content::{escaped, metadata_text, normalised};

use crate::digest::hex_sha256;
use crate::zip::{Entry, zip};
use content::compressed_tags;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A finished wheel or source distribution, ready for an index or a folder.
#[derive(Clone, Debug)]
pub struct PackageFile {
    /// The file's name, `demo-1.0-py3-none-any.whl`.
    pub filename: String,
    /// The project's name as its metadata spells it.
    pub project: String,
    /// The archive.
    pub bytes: Vec<u8>,
    /// The METADATA inside, for the index's metadata file; `None` for source distributions.
    pub metadata: Option<Vec<u8>>,
    /// `Requires-Python`, which indexes repeat on their pages.
    pub requires_python: Option<String>,
}

impl PackageFile {
    /// The SHA-256 of the archive in hexadecimal.
    pub fn sha256(&self) -> String {
        hex_sha256(&self.bytes)
    }

    /// Writes the archive into `folder` under its own name and gives its path.
    pub fn write_to(&self, folder: impl AsRef<Path>) -> PathBuf {
        let path = folder.as_ref().join(&self.filename);
        std::fs::write(&path, &self.bytes).expect("the folder takes a package");
        path
    }
}

/// A wheel in the making. Without further words it is `py3-none-any`, valid, and holds one module named
/// like the project, with its version in `__version__`.
#[derive(Clone, Debug)]
#[allow(clippy::struct_field_names, reason = "WHEEL is the name of a file in a wheel")]
pub struct Wheel {
    name: String,
    version: String,
    metadata_fields: Vec<(String, String)>,
    description: Option<String>,
    requires_python: Option<String>,
    entries: Vec<Entry>,
    console_scripts: Vec<String>,
    gui_scripts: Vec<String>,
    entry_points: Option<String>,
    tags: Vec<String>,
    build: Option<String>,
    purelib: bool,
    wheel_version: String,
    raw_metadata: Option<Vec<u8>>,
    raw_wheel: Option<Vec<u8>>,
    raw_record: Option<Vec<u8>>,
    omitted: BTreeSet<&'static str>,
    wrong_digests: BTreeSet<String>,
    unrecorded: BTreeSet<String>,
    dist_info: Option<String>,
    filename: Option<String>,
    with_module: bool,
    stored: bool,
}

impl Wheel {
    /// A wheel of `name` (any spelling) and `version`.
    pub fn new(name: &str, version: &str) -> Self {
        Self {
            name: name.to_owned(),
            version: version.to_owned(),
            metadata_fields: Vec::new(),
            description: None,
            requires_python: None,
            entries: Vec::new(),
            console_scripts: Vec::new(),
            gui_scripts: Vec::new(),
            entry_points: None,
            tags: Vec::new(),
            build: None,
            purelib: true,
            wheel_version: "1.0".to_owned(),
            raw_metadata: None,
            raw_wheel: None,
            raw_record: None,
            omitted: BTreeSet::new(),
            wrong_digests: BTreeSet::new(),
            unrecorded: BTreeSet::new(),
            dist_info: None,
            filename: None,
            with_module: true,
            stored: false,
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

    /// Adds a requirement that only `extra` brings; announces the extra when it is new.
    #[must_use]
    pub fn extra_requires(self, extra: &str, requirement: &str) -> Self {
        let announced = self.metadata_fields.iter().any(|(k, v)| k == "Provides-Extra" && v == extra);
        let wheel = if announced { self } else { self.extra(extra) };
        wheel.requires(&format!("{requirement} ; extra == '{extra}'"))
    }

    /// Sets `Requires-Python`.
    #[must_use]
    pub fn requires_python(mut self, specifiers: &str) -> Self {
        self.requires_python = Some(specifiers.to_owned());
        self
    }

    /// Adds any other metadata field.
    #[must_use]
    pub fn field(mut self, field: &str, value: &str) -> Self {
        self.metadata_fields.push((field.to_owned(), value.to_owned()));
        self
    }

    /// Sets the description, the body of METADATA.
    #[must_use]
    pub fn description(mut self, text: &str) -> Self {
        self.description = Some(text.to_owned());
        self
    }

    /// Adds a file; the wheel then has no module of its own making.
    #[must_use]
    pub fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.entry(Entry::file(path, content))
    }

    /// Adds an entry as it is, hostile or not. It is recorded like any other.
    #[must_use]
    pub fn entry(mut self, entry: Entry) -> Self {
        self.with_module = false;
        self.entries.push(entry);
        self
    }

    /// Keeps the module that [`Wheel::new`] promises beside files that were added.
    #[must_use]
    pub fn with_module(mut self) -> Self {
        let module = escaped(&self.name);
        let content = format!("__version__ = {:?}\n\n\ndef main():\n    print(__version__)\n", self.version);
        self.entries.insert(0, Entry::file(format!("{module}.py"), content));
        self.with_module = false;
        self
    }

    /// Adds a file under `{name}-{version}.data/{key}/`, where `key` is `scripts` (whose files are
    /// executable), `data`, `headers`, `purelib` or `platlib`.
    #[must_use]
    pub fn data(self, key: &str, path: &str, content: impl AsRef<[u8]>) -> Self {
        let name = format!("{}.data/{key}/{path}", self.stem());
        self.entry(if key == "scripts" {
            Entry::executable(name, content)
        } else {
            Entry::file(name, content)
        })
    }

    /// Adds a console script; `target` is `module:attribute`.
    #[must_use]
    pub fn console_script(mut self, name: &str, target: &str) -> Self {
        self.console_scripts.push(format!("{name} = {target}"));
        self
    }

    /// Adds a GUI script; `target` is `module:attribute`.
    #[must_use]
    pub fn gui_script(mut self, name: &str, target: &str) -> Self {
        self.gui_scripts.push(format!("{name} = {target}"));
        self
    }

    /// Sets `entry_points.txt` as it is.
    #[must_use]
    pub fn entry_points(mut self, text: &str) -> Self {
        self.entry_points = Some(text.to_owned());
        self
    }

    /// Adds a tag, `cp312-cp312-manylinux_2_17_x86_64`; compressed sets are expanded in WHEEL. Several
    /// calls are joined into one compressed set in the file name.
    #[must_use]
    pub fn tag(mut self, tag: &str) -> Self {
        self.tags.push(tag.to_owned());
        self
    }

    /// Sets the build tag, `1` or `2local`.
    #[must_use]
    pub fn build_tag(mut self, build: &str) -> Self {
        self.build = Some(build.to_owned());
        self
    }

    /// Sets `Root-Is-Purelib: false`.
    #[must_use]
    pub fn platlib(mut self) -> Self {
        self.purelib = false;
        self
    }

    /// Sets `Wheel-Version`, "1.0" by default.
    #[must_use]
    pub fn wheel_version(mut self, version: &str) -> Self {
        version.clone_into(&mut self.wheel_version);
        self
    }

    /// Sets METADATA as it is.
    #[must_use]
    pub fn raw_metadata(mut self, content: impl AsRef<[u8]>) -> Self {
        self.raw_metadata = Some(content.as_ref().to_vec());
        self
    }

    /// Sets WHEEL as it is.
    #[must_use]
    pub fn raw_wheel(mut self, content: impl AsRef<[u8]>) -> Self {
        self.raw_wheel = Some(content.as_ref().to_vec());
        self
    }

    /// Sets RECORD as it is.
    #[must_use]
    pub fn raw_record(mut self, content: impl AsRef<[u8]>) -> Self {
        self.raw_record = Some(content.as_ref().to_vec());
        self
    }

    /// Leaves out METADATA.
    #[must_use]
    pub fn without_metadata(mut self) -> Self {
        self.omitted.insert("METADATA");
        self
    }

    /// Leaves out WHEEL.
    #[must_use]
    pub fn without_wheel(mut self) -> Self {
        self.omitted.insert("WHEEL");
        self
    }

    /// Leaves out RECORD.
    #[must_use]
    pub fn without_record(mut self) -> Self {
        self.omitted.insert("RECORD");
        self
    }

    /// Records a digest for `path` that is not its content's.
    #[must_use]
    pub fn wrong_digest(mut self, path: &str) -> Self {
        self.wrong_digests.insert(path.to_owned());
        self
    }

    /// Leaves `path` out of RECORD.
    #[must_use]
    pub fn unrecorded(mut self, path: &str) -> Self {
        self.unrecorded.insert(path.to_owned());
        self
    }

    /// Names the `.dist-info` folder otherwise than `{name}-{version}.dist-info`.
    #[must_use]
    pub fn dist_info(mut self, folder: &str) -> Self {
        self.dist_info = Some(folder.to_owned());
        self
    }

    /// Names the file otherwise than its content says.
    #[must_use]
    pub fn filename(mut self, filename: &str) -> Self {
        self.filename = Some(filename.to_owned());
        self
    }

    /// Stores all of the maker's own entries instead of deflating them.
    #[must_use]
    pub fn stored(mut self) -> Self {
        self.stored = true;
        self
    }

    /// The wheel. The same calls give the same bytes.
    pub fn build(self) -> PackageFile {
        let wheel = if self.with_module { self.with_module() } else { self };
        PackageFile {
            filename: wheel.filename.clone().unwrap_or_else(|| wheel.default_filename()),
            project: wheel.name.clone(),
            bytes: zip(&wheel.all_entries()),
            metadata: Some(wheel.metadata()),
            requires_python: wheel.requires_python.clone(),
        }
    }

    fn metadata(&self) -> Vec<u8> {
        self.raw_metadata.clone().unwrap_or_else(|| self.metadata_text().into_bytes())
    }

    /// Everything that is in it.
    pub(crate) fn all_entries(&self) -> Vec<Entry> {
        let wheel = self;
        let info = wheel.dist_info.clone().unwrap_or_else(|| format!("{}.dist-info", wheel.stem()));
        let mut entries = wheel.entries.clone();
        let mut add = |file: &'static str, content: Vec<u8>| {
            if !wheel.omitted.contains(file) {
                let entry = Entry::file(format!("{info}/{file}"), content);
                entries.push(if wheel.stored { entry.stored() } else { entry });
            }
        };
        add("METADATA", wheel.metadata());
        add("WHEEL", wheel.raw_wheel.clone().unwrap_or_else(|| wheel.wheel_text().into_bytes()));
        if let Some(text) = wheel.entry_points_text() {
            add("entry_points.txt", text.into_bytes());
        }
        let record =
            wheel.raw_record.clone().unwrap_or_else(|| wheel.record_text(&info, &entries).into_bytes());
        if !wheel.omitted.contains("RECORD") {
            let entry = Entry::file(format!("{info}/RECORD"), record);
            entries.push(if wheel.stored { entry.stored() } else { entry });
        }
        entries
    }

    /// `{name}-{version}` as file and folder names spell it.
    fn stem(&self) -> String {
        format!("{}-{}", escaped(&self.name), self.version.replace('-', "_"))
    }

    fn default_filename(&self) -> String {
        let build = self.build.as_ref().map(|build| format!("-{build}")).unwrap_or_default();
        format!("{}{build}-{}.whl", self.stem(), compressed_tags(&self.tags))
    }
}
