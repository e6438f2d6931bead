//! What is installed in an environment, found the way pip's `importlib.metadata` backend finds it.
//!
//! Every folder of `sys.path` is read once; the first distribution of a name wins; names that are none (the
//! leftovers of an interrupted pip begin with `~`) are reported and passed over.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use metadata::CoreMetadata;
use specifier::ProjectName;

use crate::distribution::Place;
use crate::kept::Kept;
use crate::search_path::{FolderEntry, SearchFolder, allowed, is_interesting};
use crate::{Distribution, DistributionKind, Environment, EnvironmentError, FactsCache};

/// Which distributions to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Which {
    /// Only those in the environment itself.
    pub local_only: bool,
    /// Only those of the user.
    pub user_only: bool,
    /// Whether editable ones belong to it.
    pub editables: Editables,
    /// Without `python`, `wsgiref` and `argparse`, which are parts of the standard library.
    pub skip_standard_library: bool,
    /// Look into these folders instead of `sys.path`.
    pub paths: Option<Vec<PathBuf>>,
}

/// Which part editable distributions have in a selection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Editables {
    /// They are like all others.
    Included,
    /// They are left out.
    Excluded,
    /// All others are left out.
    Only,
}

impl Default for Which {
    /// Everything that can be imported, but for the standard library.
    fn default() -> Self {
        Self {
            local_only: false,
            user_only: false,
            editables: Editables::Included,
            skip_standard_library: true,
            paths: None,
        }
    }
}

impl Which {
    /// What is installed in the environment itself.
    pub fn local() -> Self {
        Self { local_only: true, ..Self::default() }
    }
}

/// The distributions that were found, in the order of `sys.path`.
#[derive(Debug, Clone, Default)]
pub struct Installed {
    /// One for each project.
    pub distributions: Vec<Distribution>,
    /// What was passed over.
    pub warnings: Vec<InstalledWarning>,
}

impl Installed {
    /// The distribution of a project.
    pub fn get(&self, project: &ProjectName) -> Option<&Distribution> {
        self.distributions.iter().find(|distribution| distribution.project == *project)
    }
}

/// Something on `sys.path` that looks like a distribution and is none. Displayed in pip's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstalledWarning {
    /// The name is not that of a project.
    InvalidDistribution {
        /// The name.
        name: String,
        /// The folder it is in.
        location: PathBuf,
    },
    /// What an uninstallation that was cut off has left: a folder whose name begins with `~`.
    Leftover {
        /// The name of the folder.
        name: String,
        /// The folder it is in.
        location: PathBuf,
    },
    /// Neither the folder's name nor the metadata tells the project's name.
    BadMetadata {
        /// The `.dist-info` or `.egg-info`.
        info: PathBuf,
    },
}

impl fmt::Display for InstalledWarning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidDistribution { name, location } => {
                write!(formatter, "Ignoring invalid distribution {name} ({})", location.display())
            }
            Self::Leftover { name, location } => write!(
                formatter,
                "Ignoring incompletely removed distribution {name} ({}); '~'-prefixed leftover directories are the \
                 result of a previous incomplete installation, and can be deleted",
                location.display()
            ),
            Self::BadMetadata { info } => {
                write!(formatter, "Skipping {} due to invalid metadata entry 'name'", info.display())
            }
        }
    }
}

/// What somebody who is changing an environment has done so far.
#[derive(Debug, Clone, Default)]
pub struct Underway {
    /// What was there, and where it lies now unless it is still there.
    pub moved: Vec<(PathBuf, PathBuf)>,
    /// What was not there.
    pub made: Vec<PathBuf>,
}

/// Finds what is installed.
///
/// # Errors
/// A folder cannot be read. One that may not be read holds nothing, as for Python itself.
pub fn installed(environment: &Environment, which: &Which) -> Result<Installed, EnvironmentError> {
    installed_before(environment, which, None)
}

/// Finds what was installed before a change that is under way. What the change moves is read at once.
///
/// # Errors
/// As for [`installed`].
pub fn installed_before(
    environment: &Environment,
    which: &Which,
    underway: Option<&Underway>,
) -> Result<Installed, EnvironmentError> {
    let mut folders = match &which.paths {
        None => environment.search_folders()?,
        Some(paths) => paths.iter().cloned().map(SearchFolder::read).collect::<Result<_, _>>()?,
    };
    if let Some(underway) = underway {
        folders.iter_mut().for_each(|folder| look_past(underway, folder));
    }
    // What is being changed would be kept as something that is gone in a moment.
    let (cache, _) = environment.cache();
    let cache = if underway.is_none() { cache.clone() } else { FactsCache::default() };
    let mut scan = Scan::new(environment, &folders, cache);
    for folder in &folders {
        scan.folder(folder, None);
        scan.develop_installs(folder)?;
    }
    let Scan { mut found, .. } = scan;
    found.distributions.retain(|distribution| is_wanted(distribution, which));
    if underway.is_some() {
        found.distributions.iter().for_each(Distribution::load);
    }
    Ok(found)
}

/// Makes the listing of a folder that from before a change.
fn look_past(underway: &Underway, folder: &mut SearchFolder) {
    let real = resolved(&folder.path);
    folder.entries.retain(|entry| !underway.made.contains(&real.join(&entry.name)));
    for (was, is) in &underway.moved {
        let Some(name) = was.file_name().filter(|_| was.parent() == Some(&real)) else { continue };
        folder.entries.retain(|entry| entry.name != name);
        if is_interesting(name) {
            let moved = is.symlink_metadata().ok().map(|found| (is.clone(), found.is_dir()));
            let is_folder = moved.as_ref().map(|(_, is_folder)| *is_folder);
            let now = moved.map(|(is, _)| is);
            folder.entries.push(FolderEntry { name: name.to_owned(), is_folder, now });
        }
    }
}

fn is_wanted(distribution: &Distribution, which: &Which) -> bool {
    let has_wanted_kind = || match which.editables {
        Editables::Included => true,
        Editables::Excluded => distribution.editable_location().is_none(),
        Editables::Only => distribution.editable_location().is_some(),
    };
    (!which.local_only || distribution.is_local())
        && (!which.user_only || distribution.in_user_site())
        && !(which.skip_standard_library
            && ["python", "wsgiref", "argparse"].contains(&distribution.project.as_str()))
        && has_wanted_kind()
}

struct Scan {
    cache: FactsCache,
    prefix: Option<PathBuf>,
    user_site: Option<PathBuf>,
    site_packages: PathBuf,
    egg_links: HashSet<String>,
    seen: HashSet<String>,
    places: HashMap<PathBuf, Place>,
    found: Installed,
}

impl Scan {
    fn new(environment: &Environment, folders: &[SearchFolder], cache: FactsCache) -> Self {
        let egg_links = folders
            .iter()
            .flat_map(|folder| &folder.entries)
            .filter_map(|entry| Some(entry.name.to_str()?.strip_suffix(".egg-link")?.to_owned()))
            .collect();
        Self {
            cache,
            prefix: environment.is_virtual().then(|| resolved(environment.prefix())),
            user_site: environment.user_site().map(|path| resolved(&path)),
            site_packages: resolved(&environment.scheme().purelib),
            egg_links,
            seen: HashSet::new(),
            places: HashMap::new(),
            found: Installed::default(),
        }
    }

    /// The distributions in a folder; `link_folder` is where an `.egg-link` led here from.
    fn folder(&mut self, folder: &SearchFolder, link_folder: Option<&Path>) {
        // Metadata inside a wheel on sys.path is not that of an installed distribution.
        if folder.path.extension().is_some_and(|extension| extension == "whl") {
            return;
        }
        let kept = Kept::open(&self.cache, folder).map(Arc::new);
        let location: Arc<Path> = folder.path.as_path().into();
        // Only looked up once something is found: most folders of the search path hold no distribution.
        for entry in folder.entries.iter().filter(|entry| !is_egg_link(entry)) {
            let info = entry.now.clone().unwrap_or_else(|| folder.path.join(&entry.name));
            let kind = if link_folder.is_some() { DistributionKind::Develop } else { kind_of(entry, &info) };
            let Some(name) = name_from_folder(entry).or_else(|| name_from_metadata(&info, kind)) else {
                self.found.warnings.push(InstalledWarning::BadMetadata { info });
                continue;
            };
            let name = normalised_name(&name);
            if !self.seen.insert(name.clone()) {
                continue;
            }
            let Ok(project) = ProjectName::new(&name) else {
                let location = folder.path.clone();
                let entry = entry.name.to_string_lossy().into_owned();
                self.found.warnings.push(if entry.starts_with('~') {
                    InstalledWarning::Leftover { name: entry, location }
                } else {
                    InstalledWarning::InvalidDistribution { name, location }
                });
                continue;
            };
            let mut place = self.place(link_folder.unwrap_or(&folder.path));
            let location = Arc::clone(&location);
            let info: Arc<Path> = info.into();
            let mut distribution = Distribution::new(
                project.clone(),
                location.clone(),
                info.clone(),
                kind,
                place.clone(),
                kept.clone(),
            );
            if !self.egg_links.is_empty() && self.has_egg_link(&distribution) {
                place.has_egg_link = true;
                distribution = Distribution::new(project, location, info, kind, place, kept.clone());
            }
            self.found.distributions.push(distribution);
        }
    }

    /// The source trees that the `.egg-link` files of a folder name.
    fn develop_installs(&mut self, folder: &SearchFolder) -> Result<(), EnvironmentError> {
        for entry in folder.entries.iter().filter(|entry| is_egg_link(entry)) {
            let link = folder.path.join(&entry.name);
            let bytes = allowed(fs::read(&link)).map_err(EnvironmentError::io("read", &link))?;
            let text = String::from_utf8_lossy(&bytes);
            let Some(target) = text.lines().map(str::trim).find(|line| !line.is_empty()) else { continue };
            let target = SearchFolder::read(folder.path.join(target))?;
            self.folder(&target, Some(&folder.path));
        }
        Ok(())
    }

    fn place(&mut self, installed_to: &Path) -> Place {
        if let Some(place) = self.places.get(installed_to) {
            return place.clone();
        }
        let location = resolved(installed_to);
        let place = Place {
            is_local: self.prefix.as_ref().is_none_or(|prefix| location.starts_with(prefix)),
            in_user_site: self.user_site.as_ref().is_some_and(|user_site| location.starts_with(user_site)),
            in_site_packages: location.starts_with(&self.site_packages),
            has_egg_link: false,
            installed_location: location.into(),
        };
        self.places.insert(installed_to.to_owned(), place.clone());
        place
    }

    /// setuptools names the link after the project: as it is, or with everything odd turned into dashes.
    fn has_egg_link(&self, distribution: &Distribution) -> bool {
        let name = distribution.name();
        let mut safe = String::with_capacity(name.len());
        for c in name.chars() {
            if c.is_ascii_alphanumeric() || c == '.' {
                safe.push(c);
            } else if !safe.ends_with('-') {
                safe.push('-');
            }
        }
        self.egg_links.contains(&safe) || self.egg_links.contains(name)
    }
}

fn is_egg_link(entry: &FolderEntry) -> bool {
    entry.name.as_encoded_bytes().ends_with(b".egg-link")
}

fn kind_of(entry: &FolderEntry, info: &Path) -> DistributionKind {
    let name = entry.name.as_encoded_bytes();
    if name.ends_with(b".dist-info") {
        DistributionKind::DistInfo
    } else if name.eq_ignore_ascii_case(b"EGG-INFO") {
        DistributionKind::Egg
    } else if entry.is_folder.unwrap_or_else(|| info.is_dir()) {
        DistributionKind::EggInfoFolder
    } else {
        DistributionKind::EggInfoFile
    }
}

/// The project's name in the name of a `.dist-info` or `.egg-info`, as pip takes it to save a file.
fn name_from_folder(entry: &FolderEntry) -> Option<String> {
    let name = entry.name.to_string_lossy();
    let name = match name.strip_suffix(".dist-info") {
        Some(stem) => stem.split_once('-')?.0,
        None => name.strip_suffix(".egg-info")?.split('-').next()?,
    };
    (!name.is_empty()).then(|| name.to_owned())
}

fn name_from_metadata(info: &Path, kind: DistributionKind) -> Option<String> {
    let bytes = match kind {
        DistributionKind::EggInfoFile => fs::read(info).ok()?,
        _ => ["METADATA", "PKG-INFO"].iter().find_map(|file| fs::read(info.join(file)).ok())?,
    };
    Some(CoreMetadata::parse_lenient(&bytes).name).filter(|name| !name.is_empty())
}

/// `canonicalize_name`, also of what is no name.
fn normalised_name(name: &str) -> String {
    let mut normalised = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            normalised.push(c.to_ascii_lowercase());
        } else if !matches!(c, '-' | '_' | '.') {
            normalised.extend(c.to_lowercase());
        } else if !normalised.ends_with('-') {
            normalised.push('-');
        }
    }
    normalised
}

/// The path with links resolved, as far as it exists.
fn resolved(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests;
