//! Made-up wheels.

use crate::digest::{base64_sha256, hex_sha256};
use crate::zip::{Entry, zip};
use std::collections::BTreeSet;
use std::fmt::Write as _;
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

    /// Adds a file under `{name}-{version}.data/{key}/`, where `key` is `scripts`, `data`, `headers`,
    /// `purelib` or `platlib`.
    #[must_use]
    pub fn data(self, key: &str, path: &str, content: impl AsRef<[u8]>) -> Self {
        let name = format!("{}.data/{key}/{path}", self.stem());
        self.file(&name, content)
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
        let info = wheel.dist_info.clone().unwrap_or_else(|| format!("{}.dist-info", wheel.stem()));
        let metadata = wheel.raw_metadata.clone().unwrap_or_else(|| wheel.metadata_text().into_bytes());

        let mut entries = wheel.entries.clone();
        let mut add = |file: &'static str, content: Vec<u8>| {
            if !wheel.omitted.contains(file) {
                let entry = Entry::file(format!("{info}/{file}"), content);
                entries.push(if wheel.stored { entry.stored() } else { entry });
            }
        };
        add("METADATA", metadata.clone());
        add("WHEEL", wheel.raw_wheel.clone().unwrap_or_else(|| wheel.wheel_text().into_bytes()));
        if let Some(text) = wheel.entry_points_text() {
            add("entry_points.txt", text.into_bytes());
        }
        let record = wheel.raw_record.clone().unwrap_or_else(|| wheel.record_text(&info, &entries).into_bytes());
        if !wheel.omitted.contains("RECORD") {
            let entry = Entry::file(format!("{info}/RECORD"), record);
            entries.push(if wheel.stored { entry.stored() } else { entry });
        }
        PackageFile {
            filename: wheel.filename.clone().unwrap_or_else(|| wheel.default_filename()),
            project: wheel.name.clone(),
            bytes: zip(&entries),
            metadata: Some(metadata),
            requires_python: wheel.requires_python.clone(),
        }
    }

    /// `{name}-{version}` as file and folder names spell it.
    fn stem(&self) -> String {
        format!("{}-{}", escaped(&self.name), self.version.replace('-', "_"))
    }

    fn default_filename(&self) -> String {
        let build = self.build.as_ref().map(|build| format!("-{build}")).unwrap_or_default();
        format!("{}{build}-{}.whl", self.stem(), compressed_tags(&self.tags))
    }

    fn metadata_text(&self) -> String {
        let fields = self.metadata_fields.iter().map(|(k, v)| (k.as_str(), v.as_str()));
        metadata_text(&self.name, &self.version, self.requires_python.as_deref(), fields, self.description.as_deref())
    }

    fn wheel_text(&self) -> String {
        let mut text = format!(
            "Wheel-Version: {}\nGenerator: testkit\nRoot-Is-Purelib: {}\n",
            self.wheel_version, self.purelib
        );
        if let Some(build) = &self.build {
            let _ = writeln!(text, "Build: {build}");
        }
        for tag in expanded_tags(&compressed_tags(&self.tags)) {
            let _ = writeln!(text, "Tag: {tag}");
        }
        text
    }

    fn entry_points_text(&self) -> Option<String> {
        if let Some(text) = &self.entry_points {
            return Some(text.clone());
        }
        let mut text = String::new();
        for (group, scripts) in [("console_scripts", &self.console_scripts), ("gui_scripts", &self.gui_scripts)] {
            if !scripts.is_empty() {
                let _ = writeln!(text, "[{group}]\n{}\n", scripts.join("\n"));
            }
        }
        (!text.is_empty()).then_some(text)
    }

    fn record_text(&self, info: &str, entries: &[Entry]) -> String {
        let mut text = String::new();
        for entry in entries.iter().filter(|entry| !entry.is_directory()) {
            let path = String::from_utf8_lossy(entry.name());
            if self.unrecorded.contains(&*path) {
                continue;
            }
            let wrong = self.wrong_digests.contains(&*path);
            let digest = base64_sha256(if wrong { b"something else" } else { entry.content() });
            let quoted = if path.contains([',', '"']) { format!("\"{}\"", path.replace('"', "\"\"")) } else { path.into_owned() };
            let _ = writeln!(text, "{quoted},sha256={digest},{}", entry.content().len());
        }
        let _ = writeln!(text, "{info}/RECORD,,");
        text
    }
}

/// METADATA or PKG-INFO.
pub(crate) fn metadata_text<'a>(
    name: &str,
    version: &str,
    requires_python: Option<&str>,
    fields: impl Iterator<Item = (&'a str, &'a str)>,
    description: Option<&str>,
) -> String {
    let mut text = format!("Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n");
    if let Some(specifiers) = requires_python {
        let _ = writeln!(text, "Requires-Python: {specifiers}");
    }
    for (field, value) in fields {
        let _ = writeln!(text, "{field}: {value}");
    }
    if let Some(description) = description {
        let _ = write!(text, "\n{description}");
    }
    text
}

/// A name as file names spell it: runs of `-_.` become one `_`, in lower case.
pub(crate) fn escaped(name: &str) -> String {
    normalised(name).replace('-', "_")
}

/// A name as index addresses spell it: runs of `-_.` become one `-`, in lower case.
pub(crate) fn normalised(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut separated = false;
    for c in name.chars() {
        if matches!(c, '-' | '_' | '.') {
            if !separated {
                out.push('-');
            }
            separated = true;
        } else {
            out.push(c.to_ascii_lowercase());
            separated = false;
        }
    }
    out
}

/// Several tags as one compressed set; `py3-none-any` when there are none.
fn compressed_tags(tags: &[String]) -> String {
    if tags.is_empty() {
        return "py3-none-any".to_owned();
    }
    let column = |index: usize| {
        let mut seen: Vec<&str> = Vec::new();
        for part in tags.iter().filter_map(|tag| tag.splitn(3, '-').nth(index)) {
            if !seen.contains(&part) {
                seen.push(part);
            }
        }
        seen.join(".")
    };
    format!("{}-{}-{}", column(0), column(1), column(2))
}

/// Every single tag of a compressed set, in WHEEL's order.
fn expanded_tags(compressed: &str) -> Vec<String> {
    let parts: Vec<Vec<&str>> = compressed.splitn(3, '-').map(|part| part.split('.').collect()).collect();
    let [interpreters, abis, platforms] = parts.as_slice() else {
        return vec![compressed.to_owned()];
    };
    let mut tags = Vec::new();
    for interpreter in interpreters {
        for abi in abis {
            for platform in platforms {
                tags.push(format!("{interpreter}-{abi}-{platform}"));
            }
        }
    }
    tags
}
