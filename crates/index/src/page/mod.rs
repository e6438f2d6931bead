//! Pages of the simple API: read from JSON or HTML, kept in a flat form, pooled per project.

mod builder;
mod flat;
mod html;
mod json;
mod upload_time;

#[cfg(test)]
mod tests;

use std::sync::Arc;

pub(crate) use flat::{FileRecord, MetadataKind, Span, read_at};
pub use flat::{Page, Run};

pub(crate) use builder::PageBuilder;

use crate::error::IndexError;
use crate::file::IndexFile;
use crate::redact::RedactedUrl;

/// Everything that all configured places know of a project, pooled in pip's order.
#[derive(Debug, Clone, Default)]
pub struct ProjectPage {
    pub(crate) pages: Vec<Arc<Page>>,
    pub(crate) problems: Vec<IndexError>,
    pub(crate) is_locked: bool,
}

impl ProjectPage {
    /// What these pages hold together.
    pub fn new(pages: Vec<Arc<Page>>) -> Self {
        Self { pages, ..Self::default() }
    }

    /// All files: files of folders first, then find-links pages, then indexes in the order given.
    ///
    /// A find-links page may hold files of other projects; nothing was filtered out.
    pub fn files(&self) -> impl Iterator<Item = IndexFile<'_>> {
        self.pages.iter().flat_map(|page| page.files())
    }

    /// The pages that were pooled.
    pub fn pages(&self) -> &[Arc<Page>] {
        &self.pages
    }

    /// Whether this is the one file of a lock file, in whose place no other will do.
    pub fn is_locked(&self) -> bool {
        self.is_locked
    }

    /// Why some place gave nothing (also 404s). pip goes on without; a caller that finds no candidate can
    /// tell the reason.
    pub fn problems(&self) -> &[IndexError] {
        &self.problems
    }
}

impl Page {
    /// Reads a page that came from `url`, without any network: JSON or HTML, as its `Content-Type` says.
    ///
    /// HTML is never refused. [`IndexError::ContentType`] for anything else than these two, and
    /// [`IndexError::InvalidPage`] for JSON that is none.
    pub fn parse(url: &str, content_type: &str, body: &[u8]) -> Result<Self, IndexError> {
        let format = PageFormat::of(content_type).ok_or_else(|| IndexError::ContentType {
            url: RedactedUrl::new(url),
            method: "GET",
            content_type: content_type.to_owned(),
        })?;
        Ok(parse(body, format, content_type, url)?.finish(None, None, 0))
    }
}

/// What a page is written in, by its `Content-Type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PageFormat {
    Json,
    Html,
}

impl PageFormat {
    /// Recognises what pip recognises: by the beginning of the header, in any case.
    pub(crate) fn of(content_type: &str) -> Option<Self> {
        let content_type = content_type.to_ascii_lowercase();
        if content_type.starts_with("application/vnd.pypi.simple.v1+json") {
            Some(Self::Json)
        } else if content_type.starts_with("text/html")
            || content_type.starts_with("application/vnd.pypi.simple.v1+html")
        {
            Some(Self::Html)
        } else {
            None
        }
    }
}

/// Reads a page that came from `url`.
///
/// HTML is not refused, as pip takes any file that calls itself so; JSON must be JSON. Either lists no more files than
/// memory is spent on.
pub(crate) fn parse(
    body: &[u8],
    format: PageFormat,
    content_type: &str,
    url: &str,
) -> Result<PageBuilder, IndexError> {
    let mut builder = PageBuilder::new(url);
    let invalid = |reason| IndexError::InvalidPage { url: RedactedUrl::new(url), reason };
    match format {
        PageFormat::Json => json::read(body, &mut builder).map_err(invalid)?,
        PageFormat::Html => html::read(&html::decode(body, content_type), &mut builder),
    }
    if builder.is_full() {
        return Err(invalid(String::from("it lists more files than any project has")));
    }
    Ok(builder)
}
