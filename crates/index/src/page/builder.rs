//! Collects the files of a page while it is read.

use std::borrow::Cow;
use std::cell::OnceCell;

use url::Url;

use super::flat::{BLOCK, FileRecord, MetadataKind, Page, RunRecord, Span};
use super::upload_time;
use crate::hashes::HashAlgorithm;
use crate::link;
use crate::settings::LockedFile;

/// One file as JSON or HTML gives it, before links are made absolute.
#[derive(Debug, Default)]
pub(crate) struct Entry<'a> {
    pub(crate) href: Cow<'a, str>,
    /// (algorithm, digest) pairs as given, of known algorithms or not.
    pub(crate) hashes: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    pub(crate) requires_python: Cow<'a, str>,
    pub(crate) yanked: Option<Cow<'a, str>>,
    pub(crate) metadata: Announcement<'a>,
    pub(crate) size: Option<u64>,
    pub(crate) upload_time: Option<i64>,
}

/// What is said about a metadata file.
#[derive(Debug, Default)]
pub(crate) enum Announcement<'a> {
    #[default]
    Absent,
    Present,
    /// (algorithm, digest) as given.
    Digest(Cow<'a, str>, Cow<'a, str>),
}

impl<'a> Announcement<'a> {
    /// Takes one more of the digests given: SHA-256 counts, else the first.
    pub(crate) fn improve(&mut self, name: Cow<'a, str>, hex: Cow<'a, str>) {
        if name == "sha256" || matches!(self, Self::Present) {
            *self = Self::Digest(name, hex);
        }
    }
}

/// Makes a [`Page`].
#[derive(Debug)]
pub(crate) struct PageBuilder {
    /// The texts of the block that is under way, and its records.
    text: String,
    table: Vec<u8>,
    /// The blocks that are complete, and where they end.
    blocks: Vec<u8>,
    entries: Vec<u8>,
    /// Texts of the page as a whole, and of many files.
    shared_text: String,
    /// How many files there are.
    count: u32,
    /// The runs that are complete, and the last one.
    runs: Vec<u8>,
    run: Option<RunRecord>,
    /// Where the page's own URL stands.
    url: Span,
    /// What relative links are relative to; parsed at the first of them.
    base: String,
    parsed_base: OnceCell<Option<Url>>,
    /// Places of texts that many files share: `Requires-Python` and reasons of yanking.
    shared: Vec<Span>,
}

/// A link in the text, and its parts.
struct Link {
    whole: Span,
    url_end: u32,
    filename: Span,
    /// From where on it may hold a digest.
    hash_start: u32,
}

/// How many shared texts are remembered; real pages have fewer than ten.
const SHARED: usize = 24;

/// How many bytes the files of a page may take, several times what the longest pages need.
const MOST: usize = 32 << 20;

impl PageBuilder {
    /// An empty page that came from `url`.
    pub(crate) fn new(url: &str) -> Self {
        let mut builder = Self {
            text: String::new(),
            table: Vec::new(),
            blocks: Vec::new(),
            entries: Vec::new(),
            shared_text: String::new(),
            count: 0,
            runs: Vec::new(),
            run: None,
            url: Span::ABSENT,
            base: url.to_owned(),
            parsed_base: OnceCell::new(),
            shared: Vec::new(),
        };
        builder.url = builder.push_shared_text(url);
        builder
    }

    /// The files of a folder, by their URLs.
    pub(crate) fn of_links(links: &[String]) -> Page {
        let mut builder = Self::new("");
        for link in links {
            builder.push(&Entry { href: Cow::Borrowed(link), ..Entry::default() });
        }
        builder.finish(None, None, 0)
    }

    /// A lock file's one file, by its absolute URL.
    pub(crate) fn of_locked(file: &LockedFile) -> Page {
        let mut builder = Self::new(&file.comes_from);
        // Nothing is relative to a lock file here: it may be a path.
        builder.base.clear();
        let upload_time = file.upload_time.as_deref().and_then(upload_time::parse);
        builder.push(&Entry { href: Cow::Borrowed(&file.url), upload_time, ..Entry::default() });
        builder.finish(None, None, 0)
    }

    /// Makes room for what a body of this length can hold.
    pub(crate) fn reserve(&mut self, body_length: usize) {
        self.blocks.reserve((body_length / 4 * 3).min(MOST));
    }

    /// Drops the files read so far, for a second attempt.
    pub(crate) fn forget_files(&mut self) {
        self.text.clear();
        self.table.clear();
        self.blocks.clear();
        self.entries.clear();
        self.shared_text.truncate((self.url.end & !Span::SHARED) as usize);
        self.count = 0;
        self.runs.clear();
        self.run = None;
        self.shared.clear();
    }

    /// `<base href>`: where relative links start from, itself relative to the page.
    pub(crate) fn set_base(&mut self, href: &str) {
        // pip joins links to the attribute as it stands; a relative one only works joined to the page.
        self.base = link::join(&self.base, href).unwrap_or_else(|| href.to_owned());
        self.parsed_base = OnceCell::new();
    }

    /// Adds a file; one without a usable link is left out, as pip does.
    pub(crate) fn push(&mut self, entry: &Entry<'_>) {
        if entry.href.is_empty() || self.is_full() {
            return;
        }
        let Some(Link { whole: link, url_end, filename, hash_start }) = self.push_link(&entry.href) else {
            return;
        };
        let (sha256, other_hashes) = self.push_hashes(entry, Span { start: hash_start, end: link.end });
        let requires_python = match entry.requires_python.as_ref() {
            "" => Span::ABSENT,
            text => self.push_shared(text),
        };
        let yanked = entry.yanked.as_ref().map_or(Span::ABSENT, |reason| self.push_shared(reason));
        let (metadata, metadata_digest) = match &entry.metadata {
            Announcement::Absent => (MetadataKind::Absent, Span::ABSENT),
            Announcement::Present => (MetadataKind::Announced, Span::ABSENT),
            Announcement::Digest(name, hex) => {
                let known = name.parse::<HashAlgorithm>().is_ok();
                (
                    MetadataKind::Announced,
                    if known { self.push_parts(&[name, "=", hex]) } else { Span::ABSENT },
                )
            }
        };
        let record = FileRecord {
            link,
            url_end,
            filename,
            sha256,
            other_hashes,
            requires_python,
            yanked,
            metadata,
            metadata_digest,
            size: entry.size.unwrap_or(u64::MAX),
            upload_time: entry.upload_time.unwrap_or(i64::MIN),
        };
        record.write(&mut self.table);
        self.count += 1;
        self.extend_run(filename);
        if self.count.is_multiple_of(BLOCK) {
            self.close_block();
        }
    }

    /// Adds the last file to the run of its neighbours of the same version, or begins another.
    fn extend_run(&mut self, filename: Span) {
        let written = written_version(self.at(filename));
        let last = self.run.as_ref().map(|run| (self.at(run.name), self.at(run.version)));
        if written.is_none() || written != last {
            let written = written.map(|(name, version)| (name.to_owned(), version.to_owned()));
            self.close_run();
            let (name, version) = written.map_or((Span::ABSENT, Span::ABSENT), |(name, version)| {
                (self.push_shared(&name), self.push_shared_text(&version))
            });
            self.run = Some(RunRecord { name, version, end: 0 });
        }
        if let Some(run) = &mut self.run {
            run.end = self.count;
        }
    }

    fn close_block(&mut self) {
        if !self.table.is_empty() {
            let start = self.blocks.len();
            self.blocks.extend_from_slice(&self.table);
            self.blocks.extend_from_slice(self.text.as_bytes());
            let block = self.blocks.get(start..).unwrap_or_default();
            Page::write_entry(self.blocks.len(), block, &mut self.entries);
            self.table.clear();
            self.text.clear();
        }
    }

    fn close_run(&mut self) {
        if let Some(run) = self.run.take() {
            run.write(&mut self.runs);
        }
    }

    /// Whether there were more files than a page may have: the rest of them is missing.
    pub(crate) fn is_full(&self) -> bool {
        self.blocks.len() + self.text.len() + self.shared_text.len() + self.runs.len() > MOST
    }

    /// The finished page, with what the server said about keeping it.
    pub(crate) fn finish(mut self, etag: Option<&str>, last_modified: Option<&str>, max_age: u32) -> Page {
        let etag = etag.map_or(Span::ABSENT, |text| self.push_shared_text(text));
        let last_modified = last_modified.map_or(Span::ABSENT, |text| self.push_shared_text(text));
        self.close_run();
        self.close_block();
        let spans = [self.url, etag, last_modified];
        let Self { blocks, shared_text, entries, runs, count, .. } = self;
        Page::new(blocks, shared_text, &entries, &runs, spans, [max_age, count])
    }

    /// Makes the link absolute and quotes it; most links need neither.
    fn push_link(&mut self, href: &str) -> Option<Link> {
        let is_absolute = link::is_absolute(href);
        let url_length = memchr::memchr(b'#', href.as_bytes()).unwrap_or(href.len());
        if is_absolute && let Some(name) = href.get(..url_length).and_then(link::plain_filename) {
            let link = self.push_text(href);
            let url_end = link.start + length(url_length);
            let filename = Span { start: link.start + length(name), end: url_end };
            return Some(Link { whole: link, url_end, filename, hash_start: url_end });
        }
        let link = if is_absolute || self.base.is_empty() {
            self.push_text(&link::quoted(href))
        } else {
            let base = self.parsed_base.get_or_init(|| Url::parse(&self.base).ok()).as_ref()?;
            let joined = base.join(href).ok()?;
            self.push_text(&link::quoted(joined.as_str()))
        };
        let url_end = self.at(link).find('#').map_or(link.end, |at| link.start + length(at));
        let filename = self.push_filename(Span { start: link.start, end: url_end });
        Some(Link { whole: link, url_end, filename, hash_start: link.start })
    }

    /// The last part of the path, which nearly always stands in the link as it is.
    fn push_filename(&mut self, url: Span) -> Span {
        let text = self.at(url);
        let place = link::filename_range(text);
        let name = text.get(place.clone()).unwrap_or_default();
        if name.contains('%') || name == "." || name == ".." {
            let name = link::as_component(link::unquoted(name)).into_owned();
            return self.push_text(&name);
        }
        Span { start: url.start + length(place.start), end: url.start + length(place.end) }
    }

    /// The digests of the entry, joined by the one in the link itself, which wins.
    fn push_hashes(&mut self, entry: &Entry<'_>, link: Span) -> (Span, Span) {
        let mut sha256 = Span::ABSENT;
        let mut others = String::new();
        for (name, hex) in &entry.hashes {
            match name.as_ref() {
                "sha256" => sha256 = self.push_text(hex),
                name if name.parse::<HashAlgorithm>().is_ok() => {
                    let separator = if others.is_empty() { "" } else { "&" };
                    others.extend([separator, name, "=", hex]);
                }
                _ => {}
            }
        }
        let text = self.at(link);
        if let Some((algorithm, place)) = link::hash_in(text) {
            if algorithm == HashAlgorithm::Sha256 {
                sha256 =
                    Span { start: link.start + length(place.start), end: link.start + length(place.end) };
            } else {
                others = format!("{algorithm}={}", text.get(place).unwrap_or_default());
            }
        }
        let others = if others.is_empty() { Span::ABSENT } else { self.push_text(&others) };
        (sha256, others)
    }

    fn push_shared(&mut self, text: &str) -> Span {
        if let Some(span) = self.shared.iter().find(|span| self.at(**span) == text) {
            return *span;
        }
        let span = self.push_shared_text(text);
        if self.shared.len() < SHARED {
            self.shared.push(span);
        }
        span
    }

    fn push_shared_text(&mut self, text: &str) -> Span {
        let start = length(self.shared_text.len()) | Span::SHARED;
        self.shared_text.push_str(text);
        Span { start, end: length(self.shared_text.len()) | Span::SHARED }
    }

    fn push_text(&mut self, text: &str) -> Span {
        let start = length(self.text.len());
        self.text.push_str(text);
        Span { start, end: length(self.text.len()) }
    }

    fn push_parts(&mut self, parts: &[&str]) -> Span {
        let start = length(self.text.len());
        self.text.extend(parts.iter().copied());
        Span { start, end: length(self.text.len()) }
    }

    fn at(&self, span: Span) -> &str {
        let text = if span.start & Span::SHARED == 0 { &self.text } else { &self.shared_text };
        let at = |place: u32| (place & !Span::SHARED) as usize;
        text.get(at(span.start)..at(span.end)).unwrap_or_default()
    }
}

/// Project and version as the name of a file writes them, if they can be told at a glance.
fn written_version(filename: &str) -> Option<(&str, &str)> {
    if let Some(stem) = filename.strip_suffix(".tar.gz") {
        return stem.rsplit_once('-').filter(|(_, version)| !version.is_empty());
    }
    let (name, rest) = filename.strip_suffix(".whl")?.split_once('-')?;
    Some((name, rest.split_once('-')?.0))
}

/// A length as it stands in a span. The text stays far below 4 GB: `push` stops at half of it, and no single
/// body is that large.
fn length(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
