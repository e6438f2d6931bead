//! Remotes as Git writes them.

use std::path::Path;

use requirement::Link;

use crate::error::VersionControlError as Error;

/// A remote as Git writes it, as a URL: it may be a URL, a folder, or `user@host:path`.
pub(super) fn as_url(remote: &str) -> Result<String, Error> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    if remote.split_once("://").is_some_and(|(scheme, _)| !scheme.is_empty() && scheme.chars().all(is_word)) {
        return Ok(remote.to_owned());
    }
    if Path::new(remote).exists() {
        return Ok(Link::from_path(Path::new(remote)).url().to_owned());
    }
    let invalid = || Error::InvalidRemote(remote.to_owned());
    let (login, rest) = match remote.split_once('@') {
        Some((user, rest)) if !user.is_empty() && user.chars().all(is_word) => (&remote[..=user.len()], rest),
        _ => ("", remote),
    };
    let (host, path) = rest.split_once(':').ok_or_else(invalid)?;
    let is_path = path.starts_with(is_word) && !path.contains(':');
    if host.is_empty() || host.contains('/') || !is_path {
        return Err(invalid());
    }
    Ok(format!("ssh://{login}{host}/{path}"))
}
