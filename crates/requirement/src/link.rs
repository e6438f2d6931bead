//! Addresses of distributions: URLs, local files and folders, version control.
//!
//! The rules are those of pip's `Link`, which splits a URL as Python's `urlsplit` does and otherwise
//! leaves it as it was written.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::error::RequirementError;

/// The endings of archives, as pip knows them.
pub const ARCHIVE_EXTENSIONS: [&str; 12] = [
    ".zip",
    ".whl",
    ".tar.bz2",
    ".tbz",
    ".tar.gz",
    ".tgz",
    ".tar",
    ".tar.xz",
    ".txz",
    ".tlz",
    ".tar.lz",
    ".tar.lzma",
];

/// The schemes of version-control URLs, in the order in which pip lists them.
pub const VCS_SCHEMES: [&str; 22] = [
    "bzr+http",
    "bzr+https",
    "bzr+ssh",
    "bzr+sftp",
    "bzr+ftp",
    "bzr+lp",
    "bzr+file",
    "git+http",
    "git+https",
    "git+ssh",
    "git+git",
    "git+file",
    "hg+file",
    "hg+http",
    "hg+https",
    "hg+ssh",
    "hg+static-http",
    "svn+ssh",
    "svn+http",
    "svn+https",
    "svn+svn",
    "svn+file",
];

/// The digests that may stand in a fragment, strongest first.
const FRAGMENT_HASHES: [&str; 6] = ["sha512", "sha384", "sha256", "sha224", "sha1", "md5"];

/// A URL that leads to a distribution.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Link {
    url: String,
}

/// The parts of a URL, as `urllib.parse.urlsplit` finds them: nothing is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UrlParts<'a> {
    /// What stands before the first `:`; empty when that is no scheme.
    pub scheme: &'a str,
    /// User, password, host and port; `None` without `//`.
    pub netloc: Option<&'a str>,
    /// What follows, up to the query.
    pub path: &'a str,
    /// What follows `?`.
    pub query: &'a str,
    /// What follows `#`.
    pub fragment: &'a str,
}

impl<'a> UrlParts<'a> {
    /// The parts of `url`.
    pub fn of(url: &'a str) -> Self {
        let (scheme, rest) = match url.split_once(':') {
            Some((scheme, rest)) if is_scheme(scheme) => (scheme, rest),
            _ => ("", url),
        };
        let (netloc, rest) = match rest.strip_prefix("//") {
            Some(rest) => {
                let (netloc, rest) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
                (Some(netloc), rest)
            }
            None => (None, rest),
        };
        let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        Self { scheme, netloc, path, query, fragment }
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

impl Link {
    /// The link with this address, which is kept as it is.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into() }
    }

    /// The `file:` URL of an absolute path, with quoted parts.
    pub fn from_path(path: &Path) -> Self {
        let mut url = String::from("file://");
        quote_into(&mut url, path.as_os_str().as_encoded_bytes());
        Self { url }
    }

    /// The whole address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The scheme in lower case.
    pub fn scheme(&self) -> String {
        self.parts().scheme.to_ascii_lowercase()
    }

    /// The last part of the path, decoded; the host when the path is empty.
    pub fn filename(&self) -> String {
        let parts = self.parts();
        let path = unquote(parts.path);
        let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        if matches!(name, "" | "." | "..") {
            let netloc = parts.netloc.unwrap_or_default();
            netloc.rsplit_once('@').map_or(netloc, |(_, host)| host).to_owned()
        } else {
            name.to_owned()
        }
    }

    /// Algorithm and digest from the fragment: `#sha256=...`.
    pub fn hash(&self) -> Option<(&str, &str)> {
        self.fragment_values().find(|(key, _)| FRAGMENT_HASHES.contains(key))
    }

    /// The project name from the fragment: `#egg=name`.
    pub fn egg(&self) -> Result<Option<&str>, RequirementError> {
        let Some((_, name)) = self.fragment_values().find(|(key, _)| *key == "egg") else {
            return Ok(None);
        };
        let is_edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let is_inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        if is_edge(name.chars().next()) && is_edge(name.chars().next_back()) && name.chars().all(is_inner) {
            Ok(Some(name))
        } else {
            Err(RequirementError::EggFragment { fragment: name.to_owned(), url: self.redacted() })
        }
    }

    /// The folder inside the archive or repository: `#subdirectory=...`.
    pub fn subdirectory(&self) -> Option<&str> {
        self.fragment_values().find(|(key, _)| *key == "subdirectory").map(|(_, value)| value)
    }

    /// The address without what follows `#`.
    pub fn url_without_fragment(&self) -> &str {
        self.url.split_once('#').map_or(self.url.as_str(), |(url, _)| url)
    }

    /// The address with its password hidden.
    pub fn redacted(&self) -> String {
        redact_url(&self.url)
    }

    /// Whether the file name ends in `.whl`.
    pub fn is_wheel(&self) -> bool {
        self.filename().ends_with(".whl")
    }

    /// Whether the scheme is one of [`VCS_SCHEMES`].
    pub fn is_vcs(&self) -> bool {
        VCS_SCHEMES.contains(&self.scheme().as_str())
    }

    /// Whether the scheme is `file`.
    pub fn is_file(&self) -> bool {
        self.scheme() == "file"
    }

    /// The path of a `file:` URL of this host.
    pub fn file_path(&self) -> Option<PathBuf> {
        let parts = self.parts();
        let is_local = matches!(parts.netloc, None | Some("" | "localhost"));
        (self.is_file() && is_local).then(|| PathBuf::from(unquote(parts.path)))
    }

    /// Whether both lead to the same distribution: passwords, the order of the query and most of the
    /// fragment do not count (pip's `links_equivalent`).
    pub fn is_equivalent(&self, other: &Self) -> bool {
        fn canonical(link: &Link) -> impl PartialEq {
            let parts = link.parts();
            let netloc = parts.netloc.unwrap_or_default();
            let host = netloc.rsplit_once('@').map_or(netloc, |(_, host)| host);
            let host = if host.is_empty() && link.is_file() { "localhost" } else { host };
            let mut query: Vec<_> = parts.query.split('&').filter(|pair| !pair.is_empty()).collect();
            // Stable, by key alone: the order under one key counts.
            query.sort_by_key(|pair| pair.split('=').next());
            let first =
                |key: &str| link.fragment_values().find(|(name, _)| *name == key).map(|(_, v)| v.to_owned());
            let hashes = FRAGMENT_HASHES.map(first);
            (
                link.scheme(),
                host.to_owned(),
                parts.path.to_owned(),
                query.into_iter().map(str::to_owned).collect::<Vec<_>>(),
                link.subdirectory().unwrap_or_default().to_owned(),
                hashes,
            )
        }
        self == other || canonical(self) == canonical(other)
    }

    /// Its parts.
    pub fn parts(&self) -> UrlParts<'_> {
        UrlParts::of(&self.url)
    }

    fn fragment_values(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parts().fragment.split('&').filter_map(|pair| pair.split_once('='))
    }
}

/// Shows the address with its password hidden.
impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.redacted())
    }
}

/// Without the password, so that no log shows it.
impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Link").field(&self.redacted()).finish()
    }
}

/// `url` with the password, or a lone token in its place, replaced by `****`.
pub fn redact_url(url: &str) -> String {
    let Some(netloc) = UrlParts::of(url).netloc else { return url.to_owned() };
    let Some((auth, host)) = netloc.rsplit_once('@') else { return url.to_owned() };
    let redacted = match auth.split_once(':') {
        Some((user, _)) => format!("{user}:****@{host}"),
        None => format!("****@{host}"),
    };
    url.replacen(netloc, &redacted, 1)
}

/// Whether a text is a URL that a requirement may have.
pub(crate) fn is_url(text: &str) -> bool {
    let scheme = UrlParts::of(text).scheme.to_ascii_lowercase();
    matches!(scheme.as_str(), "http" | "https" | "file" | "ftp") || VCS_SCHEMES.contains(&scheme.as_str())
}

/// `urllib.parse.unquote`: `%XX` decoded, and what is no UTF-8 then replaced.
pub fn unquote(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut position = 0;
    while let Some(&byte) = bytes.get(position) {
        if byte == b'%'
            && let (Some(high), Some(low)) = (digit(bytes.get(position + 1)), digit(bytes.get(position + 2)))
        {
            decoded.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
            position += 3;
        } else {
            decoded.push(byte);
            position += 1;
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// `urllib.parse.quote(text, safe="/")`.
pub fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len());
    quote_into(&mut quoted, text.as_bytes());
    quoted
}

fn quote_into(url: &mut String, path: &[u8]) {
    const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    for &byte in path {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'~' | b'/') {
            url.push(char::from(byte));
        } else {
            url.extend(['%', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Link, is_url, redact_url};
    use std::path::Path;

    #[test]
    fn knows_its_parts() {
        let link =
            Link::new("https://u:p@host.example/a%20b/x-1.0.tar.gz?q=1#egg=x&subdirectory=s&sha256=ab");
        assert_eq!(link.filename(), "x-1.0.tar.gz");
        assert_eq!(link.hash(), Some(("sha256", "ab")));
        assert_eq!(link.egg().unwrap(), Some("x"));
        assert_eq!(link.subdirectory(), Some("s"));
        assert_eq!(link.url_without_fragment(), "https://u:p@host.example/a%20b/x-1.0.tar.gz?q=1");
        assert_eq!(Link::new("https://host.example").filename(), "host.example");
    }

    #[test]
    fn refuses_a_wrong_egg() {
        let error = Link::new("git+https://x/y#egg=a>=1").egg().unwrap_err();
        assert!(error.to_string().contains("hint: Version specifiers are silently ignored"));
        assert!(Link::new("git+https://x/y#egg=a[b]").egg().is_err());
    }

    #[test]
    fn hides_passwords() {
        assert_eq!(redact_url("https://u:p@h/x"), "https://u:****@h/x");
        assert_eq!(redact_url("git+https://token@h/x"), "git+https://****@h/x");
        assert_eq!(redact_url("https://h/@x"), "https://h/@x");
        assert!(!format!("{:?}", Link::new("https://u:secret@h/x")).contains("secret"));
    }

    #[test]
    fn goes_from_path_to_url_and_back() {
        let path = Path::new("/tmp/a b/ü#.whl");
        let link = Link::from_path(path);
        assert_eq!(link.url(), "file:///tmp/a%20b/%C3%BC%23.whl");
        assert_eq!(link.file_path().as_deref(), Some(path));
        assert_eq!(Link::new("file://other/x").file_path(), None);
    }

    #[test]
    fn compares_as_pip_does() {
        let same = |one: &str, other: &str| Link::new(one).is_equivalent(&Link::new(other));
        assert!(same("https://u:p@h/x?a=1&b=2#egg=x", "https://h/x?b=2&a=1"));
        assert!(same("file:///x", "file://localhost/x"));
        assert!(!same("https://h/x#subdirectory=a", "https://h/x"));
        assert!(!same("https://h/x?a=1&a=2", "https://h/x?a=2&a=1"));
        assert!(!same("https://h/x#sha256=aa", "https://h/x"));
    }

    #[test]
    fn knows_urls() {
        assert!(is_url("HTTPS://x") && is_url("git+ssh://x") && is_url("file:x"));
        assert!(!is_url("git://x") && !is_url("name @ https://x") && !is_url("c:x"));
    }
}
