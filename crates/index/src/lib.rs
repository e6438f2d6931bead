//! What exists: the pages of indexes and find-links, the metadata of files, and the files themselves.
//!
//! What comes in: [`IndexSettings`] from the command line, and names of projects from the resolver. What
//! goes out: for each project a [`ProjectPage`] with its [`IndexFile`]s, for each file its METADATA, and
//! in the end the [`Download`]s, which go to the store.
//!
//! [`Index`] is the front door and plain blocking code. Behind it pages live in a flat form that the cache
//! can load with a single read, and the network runs on a thread of its own that starts with the first
//! request that is really needed.

mod cache;
mod calendar;
mod claim;
mod download;
mod error;
mod event;
mod fetch_file;
mod fetch_metadata;
mod fetch_page;
mod file;
mod hashes;
mod index;
mod link;
mod login;
mod network;
mod page;
mod pending;
mod redact;
mod services;
mod settings;
mod source;
mod wheel_metadata;

pub use download::{Download, DownloadRequest, DownloadTask, DownloadedContent, Downloads, Progress};
pub use error::IndexError;
pub use event::{EventLevel, IndexEvent, format_size};
pub use file::{IndexFile, MetadataFile, OwnedFile};
pub use hashes::{Digest, HashAlgorithm, Hasher, Hashes, UnknownHash};
pub use index::{Fetched, Index};
pub use login::{Keyring, Login, LoginPrompt};
pub use page::{Page, ProjectPage, Run};
pub use redact::{RedactedUrl, redact_url, remove_credentials};
pub use settings::{CertificateSettings, EventSink, IndexSettings, LockedFile, ProxySettings, Refresh};
