//! What can go wrong while asking an index, in terms that let the caller say it in pip's words.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::event::format_size;
use crate::hashes::{Digest, Hashes};
use crate::redact::RedactedUrl;

/// A failure of this room. Cheap to clone, because several threads may wait for the same answer; holds no
/// credentials.
#[derive(Debug, Clone, thiserror::Error)]
pub enum IndexError {
    /// The server answered with an error status.
    #[error("{status} {} Error: {reason} for url: {url}", if *status < 500 { "Client" } else { "Server" })]
    Status {
        /// The status code, 400 to 599.
        status: u16,
        /// The server's words for it, else the usual ones.
        reason: String,
        /// What was asked for.
        url: RedactedUrl,
    },
    /// No connection, or it broke, and the retries are used up.
    #[error("Failed to connect to {host} while fetching {url}: {reason}")]
    ConnectionFailed {
        /// The host, or the proxy's.
        host: String,
        /// What was asked for.
        url: RedactedUrl,
        /// What the system said.
        reason: String,
    },
    /// The server (or the way to it) was too slow.
    #[error("Unable to fetch {url}: {host} didn't respond within {seconds:?} seconds{}", if *connecting { " (while establishing a connection)" } else { "" })]
    Timeout {
        /// The host.
        host: String,
        /// What was asked for.
        url: RedactedUrl,
        /// Whether no connection came about at all.
        connecting: bool,
        /// The limit that passed.
        seconds: f64,
    },
    /// The server's certificate could not be verified, or TLS failed in another way.
    #[error("Failed to establish a secure connection to {host} while fetching {url}: {reason}")]
    Tls {
        /// The host.
        host: String,
        /// What was asked for.
        url: RedactedUrl,
        /// What the TLS library said.
        reason: String,
    },
    /// The proxy refused or could not be reached.
    #[error("Failed to connect to proxy {proxy} while fetching {url}: {reason}")]
    Proxy {
        /// The proxy.
        proxy: RedactedUrl,
        /// What was asked for.
        url: RedactedUrl,
        /// What it said.
        reason: String,
    },
    /// More than thirty redirects, as requests allows.
    #[error("Exceeded 30 redirects: {url}")]
    TooManyRedirects {
        /// Where it began.
        url: RedactedUrl,
    },
    /// The body stayed shorter than announced, after all attempts to continue it.
    #[error(
        "Download failed {}because not enough bytes were received ({}/{}): {url}",
        if *attempts > 1 { format!("after {attempts} attempts ") } else { String::new() },
        format_size(*received),
        format_size(*expected)
    )]
    Incomplete {
        /// The file.
        url: RedactedUrl,
        /// Bytes that came.
        received: u64,
        /// Bytes announced.
        expected: u64,
        /// How often it was asked for.
        attempts: u32,
    },
    /// The file is not the one that was promised; see [`hash_comparison`](IndexError::hash_comparison).
    #[error("{url} does not match its hashes")]
    HashMismatch {
        /// The file, with its fragment.
        url: RedactedUrl,
        /// What was allowed.
        expected: Hashes,
        /// What the content gave, for each algorithm in `expected`.
        got: Vec<Digest>,
    },
    /// The server sends more than anybody needs, or more than was announced.
    #[error("{url} was not read to its end: the server sends more than {}", format_size(*limit))]
    TooLarge {
        /// What was asked for.
        url: RedactedUrl,
        /// How many bytes were taken.
        limit: u64,
    },
    /// The page is neither JSON nor HTML of the simple API.
    #[error(
        "the {method} request got Content-Type: {content_type}. The only supported Content-Types are application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html, and text/html"
    )]
    ContentType {
        /// The page.
        url: RedactedUrl,
        /// `GET` or `HEAD`.
        method: &'static str,
        /// What it was called.
        content_type: String,
    },
    /// The page claims to be JSON and is not, or lacks what every page has.
    #[error("{url} is not a page of the simple API: {reason}")]
    InvalidPage {
        /// The page.
        url: RedactedUrl,
        /// What the reader says.
        reason: String,
    },
    /// An address that cannot be asked.
    #[error("Invalid URL '{url}': {reason}")]
    InvalidUrl {
        /// The address.
        url: RedactedUrl,
        /// What is wrong with it.
        reason: String,
    },
    /// A plain `http:` index elsewhere that was not declared trusted.
    #[error("The repository located at {host} is not a trusted or secure host and is being ignored.")]
    UntrustedHost {
        /// The host.
        host: String,
    },
    /// Certificates to trust or to show that cannot be used.
    #[error("Could not find a suitable TLS CA certificate bundle, invalid path: {}: {reason}", path.display())]
    Certificates {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Not in the cache while working offline.
    #[error("{url} is not in the cache, and the network is not to be used")]
    Offline {
        /// What would have been asked for.
        url: RedactedUrl,
    },
    /// A local file or folder.
    #[error("{}: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: Arc<io::Error>,
    },
    /// A wheel in which no metadata can be found.
    #[error("{filename}: {reason}")]
    Archive {
        /// The wheel.
        filename: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The thread of the network could not be started, or ended.
    #[error("the network could not be started: {0}")]
    Network(String),
}

impl IndexError {
    /// The lines in which pip compares digests, or nothing for other errors.
    pub fn hash_comparison(&self) -> Option<String> {
        let Self::HashMismatch { expected, got, .. } = self else {
            return None;
        };
        let mut lines = Vec::new();
        for got in got {
            let mut label = got.algorithm.name();
            for hex in expected.of(got.algorithm) {
                lines.push(format!("        Expected {label} {hex}"));
                label = "    or";
            }
            lines.push(format!("             Got        {}\n", got.hex));
        }
        Some(lines.join("\n"))
    }

    /// The server's status, where it answered with an error.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Status { status, .. } => Some(*status),
            _ => None,
        }
    }

    pub(crate) fn file(path: impl Into<PathBuf>, error: io::Error) -> Self {
        Self::File { path: path.into(), error: Arc::new(error) }
    }
}
