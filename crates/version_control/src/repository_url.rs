//! URLs of repositories: `<system>+<scheme>://user@host/path@revision`.
//!
//! What a link says ends up among the arguments of a program. A URL always begins with its scheme there, so it
//! cannot be an option itself; but programs hand hosts on to `ssh`, and a revision stands alone. Neither may begin
//! with `-`, and nothing may hold control characters.

use requirement::{Link, UrlParts, unquote};

use crate::client::VersionControl;
use crate::error::VersionControlError as Error;
use crate::system::System;

/// A link to a repository, read as pip's `get_url_rev_and_auth` reads it.
#[derive(Clone, PartialEq, Eq)]
pub struct RepositoryUrl {
    /// The system that the repository belongs to.
    pub system: System,
    /// The URL that its tool takes. Git, Mercurial and Bazaar find user and password in it.
    pub url: String,
    /// The revision behind `@`, decoded.
    pub revision: Option<String>,
    /// User and password that were taken out of the URL, decoded: Subversion takes them as options.
    pub(crate) credentials: (Option<String>, Option<String>),
}

impl RepositoryUrl {
    /// Reads a link. Fails if its scheme is none of pip's, the revision is empty, or a part cannot be
    /// handed to a program.
    pub fn parse(link: &Link) -> Result<Self, Error> {
        let url = link.url_without_fragment();
        let parts = UrlParts::of(url);
        let scheme = link.scheme();
        let malformed = || Error::Malformed(link.redacted());
        let system = System::of_scheme(&scheme).ok_or_else(malformed)?;
        let (_, scheme) = scheme.split_once('+').ok_or_else(malformed)?;
        let is_git_file = system == System::Git && scheme == "file";
        if system == System::Git && parts.netloc.is_none() && !is_git_file {
            return Err(malformed());
        }

        // Git takes what follows `file://` as a path, and decodes nothing.
        let path = if is_git_file { unquote(parts.path) } else { parts.path.to_owned() };
        let (path, revision) = match path.rsplit_once('@') {
            Some((_, "")) => return Err(Error::EmptyRevision(unquoted_if(is_git_file, link))),
            Some((path, revision)) => (path, Some(unquote(revision))),
            None => (path.as_str(), None),
        };

        let netloc = parts.netloc.or((scheme == "file").then_some(""));
        let (netloc, credentials) = match netloc.and_then(|netloc| netloc.rsplit_once('@')) {
            Some((login, host)) if system == System::Subversion && scheme != "ssh" => {
                let (user, password) = match login.split_once(':') {
                    Some((user, password)) => (user, Some(unquote(password))),
                    None => (login, None),
                };
                (Some(host), (Some(unquote(user)), password))
            }
            _ => (netloc, (None, None)),
        };
        // Subversion and Bazaar know these under their full name.
        let prefix = match system {
            System::Subversion | System::Bazaar if scheme == "ssh" => format!("{}+", system.name()),
            _ => String::new(),
        };
        let query = if parts.query.is_empty() { String::new() } else { format!("?{}", parts.query) };
        let slashes = if netloc.is_some() { "//" } else { "" };
        let url = format!("{prefix}{scheme}:{slashes}{}{path}{query}", netloc.unwrap_or_default());

        let unsafe_part = |part| Error::Unsafe { url: link.redacted(), part };
        let is_option = |text: &str| unquote(text).starts_with('-');
        let netloc = parts.netloc.unwrap_or_default();
        let host = netloc.rsplit_once('@').map_or(netloc, |(_, host)| host);
        if is_option(netloc) || is_option(host) {
            return Err(unsafe_part("host"));
        }
        if revision.as_deref().is_some_and(|revision| is_option(revision) || has_control(revision)) {
            return Err(unsafe_part("revision"));
        }
        let (user, password) = &credentials;
        if [user, password].into_iter().flatten().any(|text| text.starts_with('-') || has_control(text)) {
            return Err(unsafe_part("login"));
        }
        if has_control(&url) || has_control(&unquote(netloc)) {
            return Err(unsafe_part("address"));
        }
        Ok(Self { system, url, revision, credentials })
    }

    /// The URL without user and password, as `direct_url.json` has it: `git@` tells nothing and stays, and so
    /// do names of variables, `${USER}:${PASSWORD}`.
    pub fn without_credentials(&self) -> String {
        let Some(netloc) = UrlParts::of(&self.url).netloc else { return self.url.clone() };
        match netloc.rsplit_once('@') {
            Some((login, host)) if login != "git" && !is_login_of_variables(login) => {
                self.url.replacen(netloc, host, 1)
            }
            _ => self.url.clone(),
        }
    }

    /// ` (to revision …)`, as pip shows it.
    pub(crate) fn shown_revision(&self) -> String {
        self.revision.as_ref().map_or_else(String::new, |revision| format!(" (to revision {revision})"))
    }

    /// The URL with its password hidden.
    pub(crate) fn redacted(&self) -> String {
        requirement::redact_url(&self.url)
    }

    /// Whether the repository lies in a folder.
    pub(crate) fn is_local(&self) -> bool {
        self.url.starts_with("file:")
    }

    /// Whether it may be contacted.
    pub(crate) fn is_reachable(&self, client: &VersionControl) -> bool {
        self.is_local() || !client.settings.offline
    }

    /// Fails where it may not be contacted.
    pub(crate) fn must_be_reachable(&self, client: &VersionControl) -> Result<(), Error> {
        if self.is_reachable(client) { Ok(()) } else { Err(Error::Offline(self.redacted())) }
    }

    /// Whether another URL leads to the same repository (pip: `compare_urls`).
    pub(crate) fn is_same_repository(&self, other: &str) -> bool {
        let normal = |url: &str| unquote(url).trim_end_matches('/').to_owned();
        normal(&self.url) == normal(other)
    }
}

/// Without the password.
impl std::fmt::Debug for RepositoryUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RepositoryUrl")
            .field("system", &self.system)
            .field("url", &self.redacted())
            .field("revision", &self.revision)
            .finish_non_exhaustive()
    }
}

fn unquoted_if(decoded: bool, link: &Link) -> String {
    let url = link.url_without_fragment();
    if decoded { unquote(url) } else { url.to_owned() }
}

fn has_control(text: &str) -> bool {
    text.chars().any(char::is_control)
}

/// `${USER}` or `${USER}:${PASSWORD}`.
fn is_login_of_variables(login: &str) -> bool {
    let is_variable = |text: &str| {
        text.strip_prefix("${").and_then(|text| text.strip_suffix('}')).is_some_and(|name| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        })
    };
    match login.split_once(':') {
        Some((user, password)) => is_variable(user) && is_variable(password),
        None => is_variable(login),
    }
}

#[cfg(test)]
mod tests;
