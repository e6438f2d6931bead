//! An installed distribution and the files that describe it, read when they are asked for.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use metadata::{CoreMetadata, DirectUrl, DirectUrlKind, Record, WheelInfo};
use specifier::{ExtraName, ProjectName};

use crate::EnvironmentError;
use crate::kept::{Facts, Kept};

/// How a distribution was installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DistributionKind {
    /// A `.dist-info` folder, as every installer writes it today.
    DistInfo,
    /// A `.egg-info` folder, from setuptools without wheels.
    EggInfoFolder,
    /// A `.egg-info` file, from distutils, which does not say what it has installed.
    EggInfoFile,
    /// An `.egg` folder.
    Egg,
    /// A source tree that an `.egg-link` file points to (`setup.py develop`).
    Develop,
}

/// An installed distribution. Cloning is cheap; what is read from its files is read once.
#[derive(Debug, Clone)]
pub struct Distribution {
    /// The normalised name.
    pub project: ProjectName,
    /// The folder on `sys.path` that it is imported from.
    pub location: Arc<Path>,
    /// Its `.dist-info` or `.egg-info`.
    pub info: Arc<Path>,
    /// How it was installed.
    pub kind: DistributionKind,
    rest: Arc<Rest>,
}

/// What is shared between the clones.
#[derive(Debug)]
struct Rest {
    place: Place,
    kept: Option<Arc<Kept>>,
    facts: OnceLock<Option<Facts>>,
    head: OnceLock<Head>,
    metadata: OnceLock<Arc<CoreMetadata>>,
    whole_metadata: OnceLock<Arc<CoreMetadata>>,
    direct_url: OnceLock<Option<DirectUrl>>,
}

/// Where a distribution stands in its environment.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// The folder it was installed to, links resolved.
    pub installed_location: Arc<Path>,
    pub is_local: bool,
    pub in_user_site: bool,
    pub in_site_packages: bool,
    /// An `.egg-link` of this name is on `sys.path`.
    pub has_egg_link: bool,
}

/// The two fields that lists need.
#[derive(Debug, Default)]
struct Head {
    name: Option<String>,
    version: Option<String>,
}

impl Distribution {
    pub(crate) fn new(
        project: ProjectName,
        location: Arc<Path>,
        info: Arc<Path>,
        kind: DistributionKind,
        place: Place,
        kept: Option<Arc<Kept>>,
    ) -> Self {
        let rest = Rest {
            place,
            kept: kept.filter(|_| kind == DistributionKind::DistInfo),
            facts: OnceLock::new(),
            head: OnceLock::new(),
            metadata: OnceLock::new(),
            whole_metadata: OnceLock::new(),
            direct_url: OnceLock::new(),
        };
        Self { project, location, info, kind, rest: Arc::new(rest) }
    }

    /// The name as its metadata spells it; the normalised one if the metadata is missing.
    pub fn name(&self) -> &str {
        if let Some(facts) = self.facts() {
            return facts.name();
        }
        self.head().name.as_deref().unwrap_or(self.project.as_str())
    }

    /// The version as its metadata spells it, else as the folder's name does; possibly empty.
    pub fn version(&self) -> &str {
        if let Some(facts) = self.facts() {
            return facts.version();
        }
        self.head().version.as_deref().or_else(|| self.directory_version()).unwrap_or_default()
    }

    /// The version in the name of the `.dist-info` folder. pip compares by it, since no file has to be read.
    pub fn directory_version(&self) -> Option<&str> {
        let (_, version) = self.info.file_name()?.to_str()?.strip_suffix(".dist-info")?.split_once('-')?;
        Some(version)
    }

    /// What the core metadata say about name, version, dependencies and extras: empty if there are none. Dependencies of a
    /// `.egg-info` come from its `requires.txt`. All else may be missing: commands look at hundreds of distributions, and
    /// want more of one of them.
    pub fn metadata(&self) -> &Arc<CoreMetadata> {
        self.rest.metadata.get_or_init(|| {
            if let Some(facts) = self.facts() {
                return Arc::new(facts.metadata());
            }
            if let Some(whole) = self.rest.whole_metadata.get() {
                return Arc::clone(whole);
            }
            if self.kind == DistributionKind::DistInfo
                && let Some(metadata) = self.read_headers()
            {
                return Arc::new(metadata);
            }
            Arc::clone(self.whole_metadata())
        })
    }

    /// All of the core metadata.
    pub fn whole_metadata(&self) -> &Arc<CoreMetadata> {
        self.rest.whole_metadata.get_or_init(|| {
            let bytes = self.metadata_file().and_then(|file| read_small(file).ok());
            let mut metadata = CoreMetadata::parse_lenient(&bytes.unwrap_or_default());
            if self.kind != DistributionKind::DistInfo {
                add_egg_requirements(&mut metadata, self.read("requires.txt").as_deref());
            }
            Arc::new(metadata)
        })
    }

    /// Reads what is otherwise read when it is asked for, from files that may soon be gone.
    pub(crate) fn load(&self) {
        self.whole_metadata();
        self.metadata();
        self.direct_url();
    }

    /// The list of installed files; nothing if the distribution has no `RECORD`.
    ///
    /// # Errors
    /// The file cannot be read or is no `RECORD`.
    pub fn record(&self) -> Result<Option<Record>, EnvironmentError> {
        let path = self.info.join("RECORD");
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if crate::pyvenv_cfg::is_absent(&error) => return Ok(None),
            Err(error) => return Err(EnvironmentError::io("read", path)(error)),
        };
        Record::parse(&bytes).map(Some).map_err(|source| EnvironmentError::Record { path, source })
    }

    /// The files that setuptools has noted in `installed-files.txt`, relative to [`Self::location`] and with
    /// `/`, as a `RECORD` would spell them.
    pub fn legacy_files(&self) -> Option<Vec<String>> {
        let bytes = self.read("installed-files.txt")?;
        let info = self.info.file_name()?.to_string_lossy();
        let convert = |line: &str| {
            let mut parts: Vec<&str> = vec![&info];
            for part in line.split('/').filter(|part| !part.is_empty() && *part != ".") {
                match (part, parts.last()) {
                    ("..", Some(last)) if *last != ".." => drop(parts.pop()),
                    _ => parts.push(part),
                }
            }
            parts.join("/")
        };
        Some(String::from_utf8_lossy(&bytes).lines().filter(|line| !line.is_empty()).map(convert).collect())
    }

    /// Which tool has installed it; empty if it does not say.
    pub fn installer(&self) -> String {
        let text = self.read("INSTALLER").and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().to_owned()
    }

    /// Whether the user asked for it by name, and not only something that needs it.
    pub fn requested(&self) -> bool {
        self.info.join("REQUESTED").is_file()
    }

    /// Where it came from, if it was not found by name. Nothing if the file is damaged: see
    /// [`Self::has_damaged_direct_url`].
    pub fn direct_url(&self) -> Option<&DirectUrl> {
        let direct_url = || {
            if self.facts().is_some_and(|facts| !facts.has_direct_url) {
                return None;
            }
            DirectUrl::parse(&self.read("direct_url.json")?).ok()
        };
        self.rest.direct_url.get_or_init(direct_url).as_ref()
    }

    /// Whether there is a `direct_url.json` that cannot be understood, of which pip warns.
    pub fn has_damaged_direct_url(&self) -> bool {
        self.direct_url().is_none() && self.info.join("direct_url.json").is_file()
    }

    /// The project's folder if the distribution is editable.
    pub fn editable_location(&self) -> Option<PathBuf> {
        match self.direct_url() {
            Some(DirectUrl { url, kind: DirectUrlKind::Directory { editable: true }, .. }) => {
                path_of_url(url)
            }
            Some(_) => None,
            None => self.rest.place.has_egg_link.then(|| self.location.to_path_buf()),
        }
    }

    /// The build tag of the wheel it was installed from, if that had one.
    pub fn build_tag(&self) -> Option<String> {
        if let Some((stamp, tag)) = self.facts().and_then(|facts| facts.wheel.as_ref())
            && self.stamp("WHEEL") == Some(*stamp)
        {
            return tag.clone();
        }
        WheelInfo::build_tag(&self.read("WHEEL")?)
    }

    /// Whether it lies in the environment itself and not only in one that is visible from it.
    pub fn is_local(&self) -> bool {
        self.rest.place.is_local
    }

    /// Whether it is one of the user's own packages.
    pub fn in_user_site(&self) -> bool {
        self.rest.place.in_user_site
    }

    /// Whether it lies in the environment's site-packages.
    pub fn in_site_packages(&self) -> bool {
        self.rest.place.in_site_packages
    }

    /// The folder it was installed to, links resolved: that of the `.egg-link` for a develop install.
    pub fn installed_location(&self) -> &Path {
        &self.rest.place.installed_location
    }

    /// A file of its `.dist-info` or `.egg-info`, if it is there and can be read.
    pub fn read(&self, file: &str) -> Option<Vec<u8>> {
        if self.kind == DistributionKind::EggInfoFile {
            return None;
        }
        read_small(File::open(self.info.join(file)).ok()?).ok()
    }

    /// What was kept of it, or is worth being kept.
    fn facts(&self) -> Option<&Facts> {
        let kept = self.rest.kept.as_ref()?;
        let facts = || {
            kept.facts(self.info.file_name()?, || {
                let metadata =
                    self.read_headers().unwrap_or_else(|| CoreMetadata::clone(self.whole_metadata()));
                let stamp = self.stamp("WHEEL");
                let wheel = stamp
                    .map(|stamp| (stamp, self.read("WHEEL").and_then(|wheel| WheelInfo::build_tag(&wheel))));
                Facts::new(&metadata, wheel, self.info.join("direct_url.json").exists())
            })
        };
        self.rest.facts.get_or_init(facts).as_ref()
    }

    fn stamp(&self, file: &str) -> Option<crate::kept::Stamp> {
        self.rest.kept.as_ref()?.stamp(&Path::new(self.info.file_name()?).join(file))
    }

    fn metadata_file(&self) -> Option<File> {
        if self.kind == DistributionKind::EggInfoFile {
            return File::open(&self.info).ok();
        }
        ["METADATA", "PKG-INFO"].iter().find_map(|name| File::open(self.info.join(name)).ok())
    }

    /// The headers by one call, if they end in the first block of the file.
    fn read_headers(&self) -> Option<CoreMetadata> {
        let mut block = [0_u8; 8 * 1024];
        let length = self.metadata_file()?.read(&mut block).ok()?;
        CoreMetadata::parse_start(block.get(..length)?)
    }

    fn head(&self) -> &Head {
        self.rest.head.get_or_init(|| {
            if let Some(metadata) = self.rest.metadata.get() {
                return Head::of(metadata);
            }
            self.read_head().unwrap_or_else(|| Head::of(self.metadata()))
        })
    }

    /// Name and version from the first block of the file, where every tool writes them. Nothing if they are
    /// not both there.
    fn read_head(&self) -> Option<Head> {
        let mut block = [0_u8; 512];
        let length = self.metadata_file()?.read(&mut block).ok()?;
        let block = block.get(..length)?;
        // The last line may be cut off.
        let whole_lines = block.get(..=block.iter().rposition(|byte| *byte == b'\n')?)?;
        let (name, version) = CoreMetadata::name_and_version(whole_lines)?;
        Some(Head { name: Some(name), version: Some(version) })
    }
}

impl Head {
    fn of(metadata: &CoreMetadata) -> Self {
        let present = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Self { name: present(&metadata.name), version: present(&metadata.version) }
    }
}

/// Reads a file that is probably small without asking for its size first: commands look into hundreds of them.
fn read_small(file: File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(4 * 1024);
    file.take(u64::MAX).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Merges setuptools' `requires.txt` into metadata that knows no dependencies, written as requirements.
fn add_egg_requirements(metadata: &mut CoreMetadata, requires: Option<&[u8]>) {
    let text = String::from_utf8_lossy(requires.unwrap_or_default());
    let (mut requirements, mut extras) = (Vec::new(), Vec::new());
    let (mut extra, mut marker) = (String::new(), String::new());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if line.starts_with('[') && line.ends_with(']') {
            let section = line.trim_matches(['[', ']']);
            let (name, condition) = section.split_once(':').unwrap_or((section, ""));
            extra = if name.is_empty() { String::new() } else { ExtraName::normalise(name).to_string() };
            condition.clone_into(&mut marker);
            continue;
        }
        if !extra.is_empty() && !extras.contains(&extra) {
            extras.push(extra.clone());
        }
        requirements.push(match (extra.is_empty(), marker.is_empty()) {
            (true, true) => line.to_owned(),
            (true, false) => format!("{line} ; {marker}"),
            (false, true) => format!("{line} ; extra == \"{extra}\""),
            (false, false) => format!("{line} ; ({marker}) and extra == \"{extra}\""),
        });
    }
    if metadata.requires_dist.is_empty() {
        metadata.requires_dist = requirements;
    }
    if metadata.provides_extra.is_empty() {
        metadata.provides_extra = extras;
    }
}

/// The path of a `file:` URL.
fn path_of_url(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("file:")?;
    let path = path.strip_prefix("//localhost").or_else(|| path.strip_prefix("//")).unwrap_or(path);
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, after @ ..] = rest {
        let digit = |at: usize| after.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        if let (b'%', Some(high), Some(low)) = (first, digit(0), digit(1)) {
            bytes.extend(u8::try_from(high * 16 + low));
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    Some(crate::search_path::path_from(&bytes))
}

#[cfg(test)]
mod tests;
