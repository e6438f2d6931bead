//! The room's front door: everything an index can be asked, blocking or ahead of time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use specifier::ProjectName;
use url::Url;

use crate::download::{Download, DownloadRequest, DownloadTask, Downloads};
use crate::error::IndexError;
use crate::event::IndexEvent;
use crate::fetch_page::decoded;
use crate::file::OwnedFile;
use crate::network::{Ask, Network, header};
use crate::page::{Page, PageBuilder, ProjectPage};
use crate::pending::{OnceMap, Promise, Slot};
use crate::redact::{RedactedUrl, remove_credentials};
use crate::services::Services;
use crate::settings::IndexSettings;
use crate::source::{Folders, PageSource, Sources, sources, version_control};
use crate::{fetch_file, fetch_metadata, fetch_page, link};

/// All configured indexes and find-links together. Share it between threads by reference or [`Arc`].
///
/// Dropping it stops what was fetched ahead and is not there yet.
#[derive(Debug)]
pub struct Index {
    // First, so that it is stopped before what its tasks use.
    network: OnceLock<Result<Network, IndexError>>,
    services: Arc<Services>,
    folders: Folders,
    projects: Mutex<HashMap<ProjectName, Arc<Project>>>,
    pages: OnceMap<Arc<Page>>,
    metadata: OnceMap<Arc<[u8]>>,
}

/// A project that was asked for: its pages are on their way.
#[derive(Debug)]
struct Project {
    files: Option<Arc<Page>>,
    pages: Vec<Arc<Slot<Arc<Page>>>>,
    pooled: OnceLock<Arc<ProjectPage>>,
    is_locked: bool,
}

impl Index {
    /// Takes the settings; touches neither network nor certificates nor files.
    pub fn new(settings: IndexSettings) -> Self {
        Self {
            network: OnceLock::new(),
            services: Arc::new(Services::new(settings)),
            folders: Folders::default(),
            projects: Mutex::default(),
            pages: OnceMap::default(),
            metadata: OnceMap::default(),
        }
    }

    /// The settings.
    pub fn settings(&self) -> &IndexSettings {
        &self.services.settings
    }

    /// Everything known about a project. Asked once, whoever asks how often.
    ///
    /// As with pip a place that has nothing, or fails, is skipped: see [`ProjectPage::problems`].
    pub fn project(&self, project: &ProjectName) -> Arc<ProjectPage> {
        let page = self.project_in_parts(project);
        if page.pages.iter().all(|page| page.is_sound()) {
            return page;
        }
        self.forget_lost_pages();
        self.project_in_parts(project)
    }

    /// The same, of which files are read as they are looked at. Whoever is done with it must ask for
    /// [`Self::forget_lost_pages`], and begin again if there were some.
    pub fn project_in_parts(&self, project: &ProjectName) -> Arc<ProjectPage> {
        let asked = self.ask_project(project);
        let pooled = asked.pooled.get_or_init(|| {
            let mut pooled = ProjectPage {
                pages: asked.files.iter().cloned().collect(),
                problems: Vec::new(),
                is_locked: asked.is_locked,
            };
            for page in &asked.pages {
                match page.wait() {
                    Ok(page) => pooled.pages.push(page),
                    Err(error) => pooled.problems.push(error),
                }
            }
            Arc::new(pooled)
        });
        Arc::clone(pooled)
    }

    /// What is known of a project without waiting: the pages that are there, and of those that are asked for what they were
    /// the last time. Nothing as long as one of them is missing.
    pub fn remembered(&self, project: &ProjectName) -> Option<ProjectPage> {
        let asked = self.ask_project(project);
        let pages = asked.pages.iter().map(|page| page.expected());
        let pages = asked.files.iter().cloned().map(Some).chain(pages).collect::<Option<_>>()?;
        Some(ProjectPage { pages, problems: Vec::new(), is_locked: asked.is_locked })
    }

    /// Forgets the pages of which a file could not be read, as the cache is damaged there: the next who asks gets them from the
    /// server. Whether there were any: then what was found out with them is worth nothing.
    pub fn forget_lost_pages(&self) -> bool {
        let lost = self.pages.forget(|page| page.is_lost());
        if lost.is_empty() {
            return false;
        }
        for url in &lost {
            self.services.cache.distrust_page(&remove_credentials(url));
        }
        // They hold the places of their pages.
        self.projects.lock().unwrap_or_else(PoisonError::into_inner).clear();
        true
    }

    /// Starts fetching the pages of projects that will probably be asked for.
    pub fn prefetch_projects<'a>(&self, projects: impl IntoIterator<Item = &'a ProjectName>) {
        for project in projects {
            self.ask_project(project);
        }
    }

    /// The content of the file's METADATA: from the cache, the announced metadata file, the
    /// end of the wheel, or the whole wheel.
    ///
    /// For wheels, and for sdists whose metadata file is announced; others give [`IndexError::Archive`].
    pub fn metadata(&self, file: &OwnedFile) -> Result<Arc<[u8]>, IndexError> {
        self.ask_metadata(file).wait()
    }

    /// The same, if it is known without asking the network or waiting for it.
    pub fn known_metadata(&self, file: &OwnedFile) -> Option<Arc<[u8]>> {
        if let Some(slot) = self.metadata.slot(&file.url) {
            return slot.now()?.ok();
        }
        let metadata = self.metadata_at_hand(file)?;
        if let (_, Some(promise)) = self.metadata.claim(&file.url) {
            promise.keep(metadata.clone());
        }
        metadata.ok()
    }

    /// Starts fetching metadata that will probably be asked for.
    pub fn prefetch_metadata<'a>(&self, files: impl IntoIterator<Item = &'a OwnedFile>) {
        for file in files {
            self.ask_metadata(file);
        }
    }

    /// Fetches one file.
    pub fn download(&self, request: &DownloadRequest) -> Result<Download, IndexError> {
        let downloads = self.downloads(vec![request.clone()]);
        let stopped = || IndexError::Network(String::from("it was stopped"));
        downloads.next().map_or_else(|| Err(stopped()), |(_, download)| download)
    }

    /// Starts fetching many files; they come out in the order in which they are complete.
    pub fn downloads(&self, requests: Vec<DownloadRequest>) -> Downloads {
        let (mut downloads, sender) = Downloads::new();
        for (position, request) in requests.into_iter().enumerate() {
            if let Some(path) = link::url_to_path(&request.file.url) {
                downloads.add_local(position, request, path);
                continue;
            }
            if self.services.settings.offline {
                downloads.add_failed(position, offline(&request.file.url));
                continue;
            }
            match self.network() {
                Err(error) => downloads.add_failed(position, error),
                Ok(network) => {
                    let sender = sender.clone();
                    downloads.add_task(self.spawn_download(network, request, move |download| {
                        // Nobody waits any more when the other end is gone.
                        let _ = sender.send((position, download));
                    }));
                }
            }
        }
        downloads
    }

    /// Starts fetching one file, which `arrived` gets on the network's thread; it should only put it somewhere.
    ///
    /// `None` for what needs no network, and where there is none: then [`Self::download`] decides at once.
    pub fn begin_download(
        &self,
        request: DownloadRequest,
        arrived: impl FnOnce(Result<Download, IndexError>) + Send + 'static,
    ) -> Option<DownloadTask> {
        if self.services.settings.offline || link::url_to_path(&request.file.url).is_some() {
            return None;
        }
        let network = self.network().ok()?;
        Some(self.spawn_download(network, request, arrived))
    }

    /// The document at an address (a requirements file), with its `Content-Type`.
    pub fn fetch(&self, url: &str) -> Result<Fetched, IndexError> {
        if let Some(path) = link::url_to_path(url) {
            let body = std::fs::read(&path).map_err(|error| IndexError::file(&path, error))?;
            return Ok(Fetched { body, content_type: String::new() });
        }
        self.ask(Ask::get(url).with(header::ACCEPT_ENCODING, "gzip"))
    }

    /// The answer to a document that is sent to an address (a query of `search`).
    ///
    /// # Errors
    /// As [`Self::fetch`].
    pub fn post(&self, url: &str, content_type: &str, body: Vec<u8>) -> Result<Fetched, IndexError> {
        self.ask(Ask::post(url, body).with(header::CONTENT_TYPE, content_type))
    }

    fn ask(&self, ask: Ask) -> Result<Fetched, IndexError> {
        if self.services.settings.offline {
            return Err(offline(&ask.url));
        }
        let documents = OnceMap::default();
        let (slot, promise) = documents.claim(ask.url.as_str());
        if let Some(promise) = promise {
            self.spawn(promise, move |services| async move {
                let (answer, body) = services.http.send_whole(&ask).await?;
                let content_type = answer.header(&header::CONTENT_TYPE).to_owned();
                Ok(Fetched { body: decoded(&answer, body)?, content_type })
            });
        }
        slot.wait()
    }

    /// The project with all its pages under way.
    fn ask_project(&self, project: &ProjectName) -> Arc<Project> {
        let known = |projects: &Mutex<HashMap<_, _>>| {
            projects.lock().unwrap_or_else(PoisonError::into_inner).get(project).map(Arc::clone)
        };
        if let Some(asked) = known(&self.projects) {
            return asked;
        }
        let settings = &self.services.settings;
        if let Some(locked) = settings.locked.get(project) {
            let files = Some(Arc::new(PageBuilder::of_locked(locked)));
            let asked =
                Arc::new(Project { files, pages: Vec::new(), pooled: OnceLock::new(), is_locked: true });
            let mut projects = self.projects.lock().unwrap_or_else(PoisonError::into_inner);
            return Arc::clone(projects.entry(project.clone()).or_insert(asked));
        }
        let Sources { files, pages } = sources(&self.services.settings, &self.folders, project);
        let refresh = self.services.settings.refresh.covers(project);
        let pages = pages.into_iter().map(|source| self.ask_page(source, refresh)).collect();
        let asked = Arc::new(Project { files, pages, pooled: OnceLock::new(), is_locked: false });
        let mut projects = self.projects.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(projects.entry(project.clone()).or_insert(asked))
    }

    /// The place of a page, which is read now, or asked for.
    fn ask_page(&self, source: PageSource, refresh: bool) -> Arc<Slot<Arc<Page>>> {
        let key = match &source {
            PageSource::Remote(url) | PageSource::Local(_, url) => url.clone(),
        };
        let (slot, promise) = self.pages.claim(&key);
        let Some(promise) = promise else { return slot };
        let url = match source {
            PageSource::Local(path, url) => {
                promise.keep(told(&self.services, &url, fetch_page::local(&path, &url).map(Arc::new)));
                return slot;
            }
            PageSource::Remote(url) => url,
        };
        if let Err(error) = self.check_page_url(&url) {
            promise.keep(Err(error));
            return slot;
        }
        let (cache, is_offline) = (&self.services.cache, self.services.settings.offline);
        let key = remove_credentials(&url);
        // What is asked for with the validators of a page is noted down for this very page.
        let cached = if refresh && !is_offline { cache.own_page(&key) } else { cache.page(&key, is_offline) };
        match cached {
            Some(cached) if is_offline || (cached.is_fresh() && !refresh) => {
                promise.keep(Ok(cached.page));
            }
            None if is_offline => {
                promise.keep(told(&self.services, &url, Err(offline(&url))));
            }
            cached => {
                if let Some(cached) = &cached {
                    promise.expect(Arc::clone(&cached.page));
                }
                self.spawn(promise, move |services| async move {
                    services.http.tell(&IndexEvent::GettingPage { url: RedactedUrl::new(&url) });
                    let page = fetch_page::remote(&services, &url, cached, refresh).await;
                    told(&services, &url, page)
                });
            }
        }
        slot
    }

    /// Whether pages may be taken from there; if not it was told.
    fn check_page_url(&self, url: &str) -> Result<(), IndexError> {
        let shown = RedactedUrl::new(url);
        if let Some(scheme) = version_control(url) {
            self.services.http.tell(&IndexEvent::VersionControlPage { scheme, url: shown.clone() });
            return Err(IndexError::InvalidUrl { url: shown, reason: String::from("it cannot be listed") });
        }
        let parsed = Url::parse(url)
            .map_err(|error| IndexError::InvalidUrl { url: shown.clone(), reason: error.to_string() })?;
        if self.services.http.trusted_hosts().is_secure(&parsed) {
            return Ok(());
        }
        let host = parsed.host_str().unwrap_or_default().to_owned();
        self.services.http.tell(&IndexEvent::InsecureLocation { host: host.clone() });
        Err(IndexError::UntrustedHost { host })
    }

    /// The place of a file's metadata, which is read now, or asked for.
    fn ask_metadata(&self, file: &OwnedFile) -> Arc<Slot<Arc<[u8]>>> {
        let (slot, promise) = self.metadata.claim(&file.url);
        let Some(promise) = promise else { return slot };
        if let Some(answer) = self.metadata_at_hand(file) {
            promise.keep(answer);
        } else if self.services.settings.offline {
            promise.keep(Err(offline(&file.url)));
        } else {
            let file = file.clone();
            self.spawn(promise, move |services| async move {
                let key = fetch_metadata::cache_key(&file);
                let claim = services.cache.claim_metadata(&key).await;
                // Another process may have fetched it since somebody looked.
                if let Some(metadata) = services.cache.metadata(&key) {
                    return Ok(metadata);
                }
                let metadata = fetch_metadata::remote(&services, &file).await?;
                services.cache.keep_metadata(&key, &metadata, claim);
                Ok(Arc::from(metadata))
            });
        }
        slot
    }

    /// Metadata that needs no network.
    fn metadata_at_hand(&self, file: &OwnedFile) -> Option<Result<Arc<[u8]>, IndexError>> {
        if let Some(path) = link::url_to_path(&file.url) {
            return Some(fetch_metadata::local(&path, file).map(Arc::from));
        }
        self.services.cache.metadata(&fetch_metadata::cache_key(file)).map(Ok)
    }

    /// Works out an answer on the network's thread.
    fn spawn<T: Send + Sync + 'static, F>(
        &self,
        promise: Promise<T>,
        work: impl FnOnce(Arc<Services>) -> F + Send + 'static,
    ) where
        F: Future<Output = Result<T, IndexError>> + Send,
    {
        match self.network() {
            Err(error) => promise.keep(Err(error)),
            Ok(network) => {
                let services = Arc::clone(&self.services);
                network.spawn(async move {
                    // Never closed.
                    let permit = services.requests.acquire().await;
                    let answer = work(Arc::clone(&services)).await;
                    drop(permit);
                    promise.keep(answer);
                });
            }
        }
    }

    fn spawn_download(
        &self,
        network: &Network,
        request: DownloadRequest,
        arrived: impl FnOnce(Result<Download, IndexError>) + Send + 'static,
    ) -> DownloadTask {
        let services = Arc::clone(&self.services);
        DownloadTask(network.spawn(async move {
            // Never closed.
            let permit = services.downloads.acquire().await;
            let download = fetch_file::remote(&services, &request).await;
            drop(permit);
            arrived(download);
        }))
    }

    fn network(&self) -> Result<&Network, IndexError> {
        self.network.get_or_init(Network::start).as_ref().map_err(Clone::clone)
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

fn offline(url: &str) -> IndexError {
    IndexError::Offline { url: RedactedUrl::new(url) }
}

/// Tells of a page that gives nothing.
fn told(
    services: &Services,
    url: &str,
    page: Result<Arc<Page>, IndexError>,
) -> Result<Arc<Page>, IndexError> {
    page.inspect_err(|error| {
        let url = RedactedUrl::new(url);
        services.http.tell(&IndexEvent::PageSkipped { url, error: error.clone() });
    })
}
