//! What the room has to say while it works, in pip's words. The caller decides what is shown.

use std::fmt;

use crate::error::IndexError;
use crate::redact::RedactedUrl;

/// How loudly pip would say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventLevel {
    /// Shown with `-v -v`.
    Debug,
    /// Shown by default.
    Info,
    /// `WARNING: ...`
    Warning,
    /// `ERROR: ...` even under `-q -q`.
    Critical,
}

/// Something worth telling; [`Display`](fmt::Display) gives pip's sentence.
#[derive(Debug, Clone)]
pub enum IndexEvent {
    /// A page is asked for.
    GettingPage {
        /// The page.
        url: RedactedUrl,
    },
    /// A page gave nothing.
    PageSkipped {
        /// The page.
        url: RedactedUrl,
        /// Why.
        error: IndexError,
    },
    /// A page looks like an archive and cannot be asked by HEAD what it is.
    LooksLikeArchive {
        /// The page.
        url: RedactedUrl,
    },
    /// A page of a version control system was configured.
    VersionControlPage {
        /// The system.
        scheme: String,
        /// The page.
        url: RedactedUrl,
    },
    /// An index or find-links location is neither a URL nor an existing path.
    LocationIgnored {
        /// The location.
        location: RedactedUrl,
        /// It exists, but is neither a file nor a folder.
        exists: bool,
    },
    /// A plain `http:` location elsewhere that is not trusted.
    InsecureLocation {
        /// Its host.
        host: String,
    },
    /// A redirect that is not followed.
    RedirectRefused {
        /// The page that redirects.
        from: RedactedUrl,
        /// Where to.
        to: RedactedUrl,
    },
    /// A request failed and is tried again.
    Retrying {
        /// How many tries are left.
        left: u32,
        /// The server did answer, with a passing error: pip retries silently then.
        answered: bool,
        /// What went wrong.
        reason: String,
        /// The path asked for.
        path: String,
    },
    /// A server refused credentials.
    CredentialsRefused {
        /// What was asked for.
        url: RedactedUrl,
    },
    /// Credentials that a server has accepted are put into the keyring.
    SavingCredentials,
    /// The body of a file broke off.
    DownloadInterrupted,
    /// An interrupted file is continued.
    Resuming {
        /// Bytes that are there.
        received: u64,
        /// Bytes announced.
        size: u64,
        /// Which attempt this is, from one.
        attempt: u32,
    },
    /// The server refused a file.
    DownloadRefused {
        /// Its status.
        status: u16,
        /// The file.
        url: RedactedUrl,
    },
}

impl IndexEvent {
    /// How loudly pip says it.
    pub fn level(&self) -> EventLevel {
        match self {
            Self::GettingPage { .. } | Self::Retrying { answered: true, .. } => EventLevel::Debug,
            Self::PageSkipped { error, .. } => match error {
                IndexError::Tls { .. } => EventLevel::Info,
                IndexError::ContentType { .. } | IndexError::InvalidPage { .. } => EventLevel::Warning,
                _ => EventLevel::Debug,
            },
            Self::DownloadRefused { .. } => EventLevel::Critical,
            Self::SavingCredentials => EventLevel::Info,
            _ => EventLevel::Warning,
        }
    }
}

impl fmt::Display for IndexEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GettingPage { url } => write!(f, "Getting page {url}"),
            Self::PageSkipped { url, error } => match error {
                IndexError::Tls { reason, .. } => write!(
                    f,
                    "Could not fetch URL {url}: There was a problem confirming the ssl certificate: {reason} - skipping"
                ),
                IndexError::ConnectionFailed { reason, .. } => {
                    write!(f, "Could not fetch URL {url}: connection error: {reason} - skipping")
                }
                IndexError::Proxy { reason, .. } => {
                    write!(f, "Could not fetch URL {url}: proxy connection error: {reason} - skipping")
                }
                IndexError::ContentType { .. } => write!(f, "Skipping page {url} because {error}"),
                _ => write!(f, "Could not fetch URL {url}: {error} - skipping"),
            },
            Self::LooksLikeArchive { url } => write!(
                f,
                "Skipping page {url} because it looks like an archive, and cannot be checked by a HTTP HEAD request."
            ),
            Self::VersionControlPage { scheme, url } => write!(
                f,
                "Cannot look at {scheme} URL {url} because it does not support lookup as web pages."
            ),
            Self::LocationIgnored { location, exists: false } => write!(
                f,
                "Location '{location}' is ignored: it is either a non-existing path or lacks a specific scheme."
            ),
            Self::LocationIgnored { location, exists: true } => {
                write!(f, "Location '{location}' is ignored: it is neither a file nor a directory.")
            }
            Self::InsecureLocation { host } => write!(
                f,
                "The repository located at {host} is not a trusted or secure host and is being ignored. If this \
                 repository is available via HTTPS we recommend you use HTTPS instead, otherwise you may silence \
                 this warning and allow it anyway with '--trusted-host {host}'."
            ),
            Self::RedirectRefused { from, to } => write!(
                f,
                "Not following redirect from {from} to {to}: a redirect to a non-http(s) location is not allowed."
            ),
            Self::Retrying { left, reason, path, .. } => write!(
                f,
                "Retrying (Retry(total={left}, connect=None, read=None, redirect=None, status=None)) after \
                 connection broken by '{reason}': {path}"
            ),
            Self::CredentialsRefused { url } => write!(f, "401 Error, Credentials not correct for {url}"),
            Self::SavingCredentials => f.write_str("Saving credentials to keyring"),
            Self::DownloadInterrupted => f.write_str("Connection interrupted while downloading."),
            Self::Resuming { received, size, attempt } => write!(
                f,
                "Attempting to resume incomplete download ({}/{}, attempt {attempt})",
                format_size(*received),
                format_size(*size)
            ),
            Self::DownloadRefused { status, url } => write!(f, "HTTP error {status} while getting {url}"),
        }
    }
}

/// A number of bytes as pip writes it: `12 bytes`, `1.2 kB`, `15 kB`, `1.5 MB`.
#[expect(clippy::cast_precision_loss, reason = "Python divides floats here, and the text must be the same")]
pub fn format_size(bytes: u64) -> String {
    match bytes {
        1_000_001.. => format!("{:.1} MB", bytes as f64 / 1000.0 / 1000.0),
        10_001.. => format!("{} kB", bytes / 1000),
        1001.. => format!("{:.1} kB", bytes as f64 / 1000.0),
        _ => format!("{bytes} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_written_as_pip_does() {
        let cases = [
            (0, "0 bytes"),
            (1000, "1000 bytes"),
            (1001, "1.0 kB"),
            (1150, "1.1 kB"),
            (1160, "1.2 kB"),
            (10_000, "10.0 kB"),
            (10_001, "10 kB"),
            (999_999, "999 kB"),
            (1_000_001, "1.0 MB"),
            (12_345_678, "12.3 MB"),
        ];
        for (bytes, text) in cases {
            assert_eq!(format_size(bytes), text);
        }
    }
}
