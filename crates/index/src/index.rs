//! The room's front door: everything an index can be asked, blocking or ahead of time.

use std::sync::Arc;

use specifier::ProjectName;

use crate::download::{Download, DownloadRequest};
use crate::error::IndexError;
use crate::file::OwnedFile;
use crate::page::ProjectPage;
use crate::settings::IndexSettings;

/// All configured indexes and find-links together. Share it between threads by reference or [`Arc`].
#[derive(Debug)]
pub struct Index {
    settings: IndexSettings,
}

impl Index {
    /// Takes the settings; touches neither network nor certificates nor files.
    pub fn new(settings: IndexSettings) -> Self {
        Self { settings }
    }

    /// The settings.
    pub fn settings(&self) -> &IndexSettings {
        &self.settings
    }

    /// Everything known about a project. Asked once, whoever asks how often.
    ///
    /// As with pip a place that has nothing, or fails, is skipped: see [`ProjectPage::problems`].
    pub fn project(&self, project: &ProjectName) -> Arc<ProjectPage> {
        let _ = project;
        Arc::default()
    }

    /// Starts fetching the pages of projects that will probably be asked for.
    pub fn prefetch_projects<'a>(&self, projects: impl IntoIterator<Item = &'a ProjectName>) {
        for project in projects {
            let _ = project;
        }
    }

    /// The content of the file's METADATA: from the cache, the announced or an unannounced metadata file, the
    /// end of the wheel, or the whole wheel. For wheels (and sdists whose metadata file is announced) only.
    pub fn metadata(&self, file: &OwnedFile) -> Result<Arc<[u8]>, IndexError> {
        Err(IndexError::Archive { filename: file.filename.clone(), reason: String::from("no metadata") })
    }

    /// The same, if it is known without asking the network.
    pub fn known_metadata(&self, file: &OwnedFile) -> Option<Arc<[u8]>> {
        self.metadata(file).ok()
    }

    /// Starts fetching metadata that will probably be asked for.
    pub fn prefetch_metadata<'a>(&self, files: impl IntoIterator<Item = &'a OwnedFile>) {
        for file in files {
            let _ = file;
        }
    }

    /// Fetches one file.
    pub fn download(&self, request: &DownloadRequest) -> Result<Download, IndexError> {
        Err(IndexError::Network(request.file.filename.clone()))
    }

    /// Starts fetching many files; they come out in the order in which they are complete.
    pub fn downloads(&self, requests: Vec<DownloadRequest>) -> Downloads {
        Downloads { left: requests.len() }
    }

    /// The text at an address (a requirements file), with its `Content-Type`.
    pub fn fetch(&self, url: &str) -> Result<Fetched, IndexError> {
        Err(IndexError::Network(url.to_owned()))
    }
}

/// A small document.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// Its bytes.
    pub body: Vec<u8>,
    /// Its `Content-Type`, or nothing.
    pub content_type: String,
}

/// Downloads under way; several threads may take from it. Dropping it stops what has not arrived.
#[derive(Debug)]
pub struct Downloads {
    left: usize,
}

impl Downloads {
    /// Waits for the next file: its position among the requests, and the file. `None` when all have come.
    pub fn next(&self) -> Option<(usize, Result<Download, IndexError>)> {
        let _ = self.left;
        None
    }
}
