//! How a page shows one file, truthfully or not.

use crate::digest::hex_sha256;
use crate::wheel::PackageFile;

/// What a page says about a file beyond what the file is.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    pub(super) yanked: Option<String>,
    pub(super) requires_python: Option<String>,
    pub(super) upload_time: Option<String>,
    pub(super) hash: Claim,
    pub(super) metadata: Claim,
    pub(super) without_metadata_file: bool,
}

/// A digest on a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Claim {
    #[default]
    True,
    Wrong,
    Absent,
}

impl Listing {
    /// The truth.
    pub fn new() -> Self {
        Self::default()
    }

    /// Yanks the file for `reason`, which may be empty.
    #[must_use]
    pub fn yanked(mut self, reason: &str) -> Self {
        self.yanked = Some(reason.to_owned());
        self
    }

    /// Shows another `requires-python` than the package's own.
    #[must_use]
    pub fn requires_python(mut self, specifiers: &str) -> Self {
        self.requires_python = Some(specifiers.to_owned());
        self
    }

    /// Shows an upload time, `2024-01-01T00:00:00Z`.
    #[must_use]
    pub fn upload_time(mut self, time: &str) -> Self {
        self.upload_time = Some(time.to_owned());
        self
    }

    /// Shows a digest that is not the file's.
    #[must_use]
    pub fn wrong_hash(mut self) -> Self {
        self.hash = Claim::Wrong;
        self
    }

    /// Shows no digest.
    #[must_use]
    pub fn without_hash(mut self) -> Self {
        self.hash = Claim::Absent;
        self
    }

    /// Neither shows nor serves the metadata file.
    #[must_use]
    pub fn without_metadata(mut self) -> Self {
        self.metadata = Claim::Absent;
        self.without_metadata_file = true;
        self
    }

    /// Serves the metadata file without saying so.
    #[must_use]
    pub fn unannounced_metadata(mut self) -> Self {
        self.metadata = Claim::Absent;
        self
    }

    /// Shows a digest for the metadata file that is not its own.
    #[must_use]
    pub fn wrong_metadata_hash(mut self) -> Self {
        self.metadata = Claim::Wrong;
        self
    }
}

/// A file on the index.
#[derive(Clone, Debug)]
pub(super) struct Listed {
    pub(super) package: PackageFile,
    pub(super) listing: Listing,
}

impl Listed {
    pub(super) fn path(&self) -> String {
        format!("/files/{}", percent_encoded(&self.package.filename))
    }

    /// The digest that the page shows.
    pub(super) fn page_sha256(&self) -> Option<String> {
        match self.listing.hash {
            Claim::True => Some(self.package.sha256()),
            Claim::Wrong => Some(hex_sha256(b"another file")),
            Claim::Absent => None,
        }
    }

    pub(super) fn metadata_sha256(&self) -> String {
        match (self.listing.metadata, &self.package.metadata) {
            (Claim::True, Some(metadata)) => hex_sha256(metadata),
            _ => hex_sha256(b"other metadata"),
        }
    }

    pub(super) fn announces_metadata(&self) -> bool {
        self.package.metadata.is_some() && self.listing.metadata != Claim::Absent
    }

    pub(super) fn page_requires_python(&self) -> Option<&str> {
        self.listing.requires_python.as_deref().or(self.package.requires_python.as_deref())
    }

    /// The version as the file's name has it.
    pub(super) fn version(&self) -> String {
        let name = self.package.filename.trim_end_matches(".tar.gz");
        name.split('-').nth(1).unwrap_or_default().to_owned()
    }
}

/// `+` and blanks as addresses spell them.
pub(super) fn percent_encoded(filename: &str) -> String {
    filename.replace('%', "%25").replace('+', "%2B").replace(' ', "%20").replace('#', "%23")
}
