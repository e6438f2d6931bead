//! Which files belong to an installed distribution, by pip's rules.

mod declared;
mod listing;
mod look;

use std::path::PathBuf;

use environment::{Distribution, DistributionKind};
use metadata::{EntryPoints, RecordRow};

use crate::damage::changed_since;
use crate::disk::Disk;
use crate::target::{Bounds, real};
use crate::{InstallError, Target};

pub(crate) use look::Belongings;

pub use listing::Listing;

/// A distribution that is to be removed: what it says it consists of. What of that is on the disk is
/// looked up when it is listed or removed.
#[derive(Debug, Clone)]
pub struct Removal {
    name: String,
    version: String,
    /// Declared files, relative to `location`; with their byte-code.
    files: Vec<RecordRow>,
    /// The list that they are from, when it was written right after them.
    record: Option<PathBuf>,
    /// The folder that `files` are relative to.
    location: PathBuf,
    /// Other paths that belong to it, folders with all that is in them.
    others: Vec<PathBuf>,
    /// Lines in `.pth` files.
    path_lines: Vec<PathLine>,
    not_removed: Option<NotRemoved>,
}

/// A line that a develop install or an egg has in `easy-install.pth`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PathLine {
    pub(crate) file: PathBuf,
    pub(crate) line: PathBuf,
}

/// Why nothing of a distribution is removed; pip says so and goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotRemoved {
    /// It is outside the virtual environment: `Not uninstalling {} at {}, outside environment {}`.
    OutsideEnvironment {
        /// Where it is.
        location: PathBuf,
        /// The environment.
        prefix: PathBuf,
    },
    /// It is part of Python: `Not uninstalling {} at {}, as it is in the standard library.`
    StandardLibrary {
        /// Where it is.
        location: PathBuf,
    },
}

impl Removal {
    /// Reads what a distribution consists of: its `RECORD`, `installed-files.txt`, egg or egg-link, and the scripts
    /// of its entry points.
    ///
    /// # Errors
    /// [`InstallError::DistutilsInstall`] and [`InstallError::MissingRecord`], as pip refuses them;
    /// [`InstallError::EggLinkMismatch`]; files that cannot be read.
    pub fn of(distribution: &Distribution, target: &Target) -> Result<Self, InstallError> {
        let mut removal = Self {
            name: distribution.name().to_owned(),
            version: distribution.version().to_owned(),
            files: Vec::new(),
            record: None,
            location: distribution.location.to_path_buf(),
            others: Vec::new(),
            path_lines: Vec::new(),
            not_removed: None,
        };
        // For a develop install that is where the sources are, for others the same without symbolic links.
        let location = match distribution.kind {
            DistributionKind::Develop => real(&distribution.location),
            _ => distribution.installed_location().to_path_buf(),
        };
        if !distribution.is_local() {
            let prefix = target.prefix.clone();
            removal.not_removed = Some(NotRemoved::OutsideEnvironment { location, prefix });
        } else if location == target.standard_library {
            removal.not_removed = Some(NotRemoved::StandardLibrary { location });
        } else {
            declared::read(&mut removal, distribution, target)?;
            removal.add_scripts(distribution, target);
        }
        Ok(removal)
    }

    /// The project's name as its metadata spells it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version as published.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Why nothing will be removed, if so.
    pub fn not_removed(&self) -> Option<&NotRemoved> {
        self.not_removed.as_ref()
    }

    /// What pip shows before it asks; see [`Listing`].
    pub fn listing(&self, target: &Target) -> Result<Listing, InstallError> {
        let mut disk = Disk::default();
        let belongings = self.look(&mut disk, &target.cache_tag, &target.bounds())?;
        listing::of(belongings, &mut disk)
    }

    /// Finds on the disk what belongs to the distribution.
    pub(crate) fn look(
        &self,
        disk: &mut Disk,
        cache_tag: &str,
        bounds: &Bounds,
    ) -> Result<Belongings, InstallError> {
        look::look(self, disk, cache_tag, bounds)
    }

    /// Which of its files somebody has changed since it was installed.
    pub(crate) fn changed(&self) -> Vec<PathBuf> {
        match &self.record {
            Some(record) => changed_since(record, &self.location, &self.files),
            None => Vec::new(),
        }
    }

    pub(crate) fn path_lines(&self) -> &[PathLine] {
        &self.path_lines
    }

    /// The scripts that pip or distutils made: those of the entry points, and those listed in `scripts`.
    fn add_scripts(&mut self, distribution: &Distribution, target: &Target) {
        let folder = match &target.user {
            Some((_, scripts)) if distribution.in_user_site() => scripts,
            _ => &target.scheme.scripts,
        };
        if matches!(distribution.kind, DistributionKind::EggInfoFolder)
            && let Ok(listed) = std::fs::read_dir(distribution.info.join("scripts"))
        {
            self.others.extend(listed.flatten().map(|entry| folder.join(entry.file_name())));
        }
        let Some(text) = distribution.read("entry_points.txt") else { return };
        let points = EntryPoints::parse(&String::from_utf8_lossy(&text));
        for point in points.console_scripts().chain(points.gui_scripts()) {
            // pip refuses to install a script elsewhere, so nothing elsewhere can be one.
            if let Some(script) = crate::scripts::inside(folder, &point.name) {
                self.others.push(folder.join(script));
            }
        }
    }
}
