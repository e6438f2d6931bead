//! What the resolver asks of the outside world, and never does itself.

use std::fmt;
use std::sync::Arc;

use index::{IndexFile, Page, ProjectPage};
use metadata::CoreMetadata;
use requirement::{InstallRequirement, Link};
use specifier::{ProjectName, Version};

/// An error of the caller's own, kept whole so that the caller can recognise it again. It ends the
/// resolution.
pub type SourceError = Box<dyn std::error::Error + Send + Sync>;

/// Where candidates and their metadata come from.
///
/// The `prefetch` methods tell what will be asked soon and return at once; the others may wait.
pub trait Source {
    /// Whether telling it ahead is worth the work of finding out what to tell; not where every answer is at hand.
    fn prefetches(&self) -> bool {
        true
    }

    /// The pages of these projects will be needed: the dependencies of a candidate, in one batch.
    fn prefetch_pages(&self, projects: &[ProjectName]);

    /// All that the indexes and find-links know of a project, pooled.
    fn page(&self, project: &ProjectName) -> Result<Arc<ProjectPage>, SourceError>;

    /// The metadata of these files will probably be needed.
    fn prefetch_metadata(&self, files: &[FileRef]);

    /// The same for candidates that will be chosen unless something unexpected comes up.
    fn prefetch_chosen_metadata(&self, files: &[FileRef]) {
        self.prefetch_metadata(files);
    }

    /// The metadata of a file.
    fn metadata(&self, file: &FileRef) -> Result<Arc<CoreMetadata>, SourceError>;

    /// The SHA-256 digest of a file, to show; computed where the index does not tell it.
    fn digest(&self, file: &FileRef) -> Option<String> {
        file.file()?.sha256().map(ToOwned::to_owned)
    }

    /// These distributions with an address of their own will be needed.
    fn prefetch_direct(&self, _requirements: &[&InstallRequirement]) {}

    /// A distribution with an address of its own: a URL, a local archive or folder, a repository.
    fn direct(&self, requirement: &InstallRequirement) -> Result<DirectCandidate, SourceError>;

    /// Whether distributions from there must not depend on anything by its address, as those of `PyPI`.
    fn forbids_direct_references(&self, _file: &FileRef) -> bool {
        false
    }

    /// The `count`th version of a project was given up; told when pip says something, at 2, 8 and 13.
    fn rejected(&self, _project: &ProjectName, _count: u32) {}
}

/// A file on the page of an index; cheap to clone.
#[derive(Clone)]
pub struct FileRef {
    /// The page it stands on.
    pub page: Arc<Page>,
    /// Where on that page: [`Page::file`].
    pub position: u32,
}

impl FileRef {
    /// The file itself; `None` only for a reference that was made up.
    pub fn file(&self) -> Option<IndexFile<'_>> {
        self.page.file(self.position)
    }

    /// Its name.
    pub fn filename(&self) -> &str {
        self.file().map_or("", IndexFile::filename)
    }
}

/// Whether both are the same file of the same page in memory.
impl PartialEq for FileRef {
    fn eq(&self, other: &Self) -> bool {
        self.position == other.position && Arc::ptr_eq(&self.page, &other.page)
    }
}

impl Eq for FileRef {}

impl fmt::Debug for FileRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FileRef").field(&self.filename()).finish()
    }
}

/// A distribution with an address of its own.
#[derive(Debug, Clone)]
pub struct DirectCandidate {
    /// The project, from the metadata.
    pub project: ProjectName,
    /// The version, from the metadata.
    pub version: Version,
    /// The metadata.
    pub metadata: Arc<CoreMetadata>,
    /// The address.
    pub link: Link,
    /// Installed so that edits show at once.
    pub editable: bool,
}

/// What is installed.
pub trait Installed {
    /// The installed distribution of a project, if there is one; asked once per project.
    fn find(&self, project: &ProjectName) -> Option<InstalledDistribution>;
}

/// An installed distribution.
#[derive(Debug, Clone)]
pub struct InstalledDistribution {
    /// The project's name as its metadata spells it.
    pub name: String,
    /// The version as its metadata spells it.
    pub version: String,
    /// The folder it is in, as it is shown.
    pub location: String,
    /// Installed so that edits show at once.
    pub editable: bool,
    /// Whether it goes when another version is installed. One that stays is only hidden: a system's by a user's.
    pub is_replaced: bool,
    /// Its metadata.
    pub metadata: Arc<CoreMetadata>,
}
