//! A page of the simple API in flat form: one text and a table of places in it.

use std::sync::Arc;

use crate::error::IndexError;
use crate::file::IndexFile;

/// One page of one index (or one find-links page or folder).
#[derive(Debug, Default)]
pub struct Page {}

impl Page {
    /// Its files, in the order of the page.
    pub fn files(&self) -> impl ExactSizeIterator<Item = IndexFile<'_>> {
        (0..0).map(move |position| IndexFile { page: self, position })
    }
}

/// Everything that all configured places know of a project, pooled in pip's order.
#[derive(Debug, Clone, Default)]
pub struct ProjectPage {
    pages: Vec<Arc<Page>>,
    problems: Vec<IndexError>,
}

impl ProjectPage {
    /// All files: files of folders first, then find-links pages, then indexes in the order given.
    pub fn files(&self) -> impl Iterator<Item = IndexFile<'_>> {
        self.pages.iter().flat_map(|page| page.files())
    }

    /// The pages that were pooled.
    pub fn pages(&self) -> &[Arc<Page>] {
        &self.pages
    }

    /// Why some place gave nothing (also 404s). pip goes on without; a caller that finds no candidate can
    /// tell the reason.
    pub fn problems(&self) -> &[IndexError] {
        &self.problems
    }
}
