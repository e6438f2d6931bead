//! Everything the room is told by its caller; it reads no environment variable and no home folder.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use specifier::ProjectName;

use crate::event::IndexEvent;
use crate::login::{Keyring, LoginPrompt};
use crate::redact::redact_url;

/// Receives every [`IndexEvent`], from any thread; must be quick, the network waits for it.
pub type EventSink = Arc<dyn Fn(&IndexEvent) + Send + Sync>;

/// Where to look and how to ask.
#[derive(Clone)]
pub struct IndexSettings {
    /// Simple indexes, `--index-url` first, then every `--extra-index-url`; empty under `--no-index`.
    /// URLs or paths of folders in the shape of an index.
    pub index_urls: Vec<String>,
    /// `--find-links`: URLs of pages, paths of pages or folders.
    pub find_links: Vec<String>,
    /// Files of lock files: whatever else there is of these projects is not asked for.
    pub locked: HashMap<ProjectName, LockedFile>,
    /// `--trusted-host`: `host` or `host:port`.
    pub trusted_hosts: Vec<String>,
    /// `--timeout`: for connecting and for every wait on the answer. `None` waits for ever.
    pub timeout: Option<Duration>,
    /// `--retries`: how often a broken connection or a passing server error is tried again.
    pub retries: u32,
    /// `--resume-retries`: how often an interrupted download is continued.
    pub resume_retries: u32,
    /// Proxies, from `--proxy` or the environment.
    pub proxies: ProxySettings,
    /// Certificates to trust and to show.
    pub certificates: CertificateSettings,
    /// netrc files to look into, best first (`$NETRC`, or `~/.netrc` and `~/_netrc`); missing ones are skipped.
    pub netrc: Vec<PathBuf>,
    /// `--keyring-provider`: where credentials are looked for once a server wants some.
    pub keyring: Option<Arc<dyn Keyring>>,
    /// Who is asked for credentials that are found nowhere; `None` is `--no-input`.
    pub prompt: Option<Arc<dyn LoginPrompt>>,
    /// Folder of the page and metadata caches (`pages-v5`, `metadata-v1` are made inside); `None` is `--no-cache-dir`.
    pub cache: Option<PathBuf>,
    /// Folders of the same form that are only read (`--cache-layer`).
    pub cache_layers: Vec<PathBuf>,
    /// `--refresh-package`: whose pages are asked for again although they are fresh.
    pub refresh: Refresh,
    /// Ask nothing of the network: pages and metadata come from the cache, however old.
    pub offline: bool,
    /// The `User-Agent` header.
    pub user_agent: String,
    /// Receives warnings and progress notes.
    pub events: EventSink,
    /// How many requests for pages and metadata may run at once.
    pub concurrent_requests: usize,
    /// How many downloads may run at once.
    pub concurrent_downloads: usize,
}

impl Default for IndexSettings {
    /// pip's defaults, with no index, no cache and nobody listening.
    fn default() -> Self {
        Self {
            index_urls: Vec::new(),
            find_links: Vec::new(),
            locked: HashMap::new(),
            trusted_hosts: Vec::new(),
            timeout: Some(Duration::from_secs(15)),
            retries: 5,
            resume_retries: 5,
            proxies: ProxySettings::default(),
            certificates: CertificateSettings::default(),
            netrc: Vec::new(),
            keyring: None,
            prompt: None,
            cache: None,
            cache_layers: Vec::new(),
            refresh: Refresh::default(),
            offline: false,
            user_agent: String::from("pip/26.3"),
            events: Arc::new(|_| ()),
            concurrent_requests: 48,
            concurrent_downloads: 12,
        }
    }
}

impl fmt::Debug for IndexSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let redacted = |urls: &[String]| urls.iter().map(|url| redact_url(url)).collect::<Vec<_>>();
        f.debug_struct("IndexSettings")
            .field("index_urls", &redacted(&self.index_urls))
            .field("find_links", &redacted(&self.find_links))
            .field("trusted_hosts", &self.trusted_hosts)
            .field("timeout", &self.timeout)
            .field("cache", &self.cache)
            .field("offline", &self.offline)
            .finish_non_exhaustive()
    }
}

/// The one file that a lock file names for a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedFile {
    /// Its absolute URL, which may hold a digest.
    pub url: String,
    /// The lock file.
    pub comes_from: String,
    /// When it was uploaded (ISO 8601), if the lock file says so.
    pub upload_time: Option<String>,
}

/// Whose index pages `--refresh-package` names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refresh {
    /// `:all:` was given.
    pub all: bool,
    /// The projects named.
    pub projects: HashSet<ProjectName>,
}

impl Refresh {
    /// Whether the page of this project must be asked for again.
    pub fn covers(&self, project: &ProjectName) -> bool {
        self.all || self.projects.contains(project)
    }
}

/// Proxies as requests takes them: by scheme, with exceptions.
///
/// `--proxy` is `http` and `https` alike with no exceptions; otherwise the caller fills in `HTTP_PROXY`,
/// `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` of either case.
#[derive(Clone, Default)]
pub struct ProxySettings {
    /// For `http:` URLs.
    pub http: Option<String>,
    /// For `https:` URLs.
    pub https: Option<String>,
    /// For whatever has none of its own.
    pub all: Option<String>,
    /// Comma-separated hosts, domains and networks that are asked directly.
    pub no_proxy: Option<String>,
}

impl fmt::Debug for ProxySettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let redacted = |url: &Option<String>| url.as_deref().map(redact_url);
        f.debug_struct("ProxySettings")
            .field("http", &redacted(&self.http))
            .field("https", &redacted(&self.https))
            .field("all", &redacted(&self.all))
            .field("no_proxy", &self.no_proxy)
            .finish()
    }
}

/// What the certificates of servers are checked against, in the order pip and its libraries look.
#[derive(Debug, Clone, Default)]
pub struct CertificateSettings {
    /// `--cert` / `PIP_CERT`, else `REQUESTS_CA_BUNDLE`, else `CURL_CA_BUNDLE`: a bundle (or a folder of
    /// hashed certificates) that is trusted instead of the system's.
    pub bundle: Option<PathBuf>,
    /// `--use-deprecated=legacy-certs`: nothing but the bundle is believed; without one the operating system's own.
    pub only_bundle: bool,
    /// `SSL_CERT_FILE`: a bundle in the place of the system's own.
    pub system_file: Option<PathBuf>,
    /// `SSL_CERT_DIR`: folders in the place of the system's own.
    pub system_folders: Vec<PathBuf>,
    /// `--client-cert`: key and certificate in one PEM file.
    pub client: Option<PathBuf>,
}
