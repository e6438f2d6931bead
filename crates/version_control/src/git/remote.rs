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

#[cfg(test)]
mod tests {
    use super::as_url;

    /// From pip's `test_git_remote_url_to_pip`.
    #[test]
    fn remotes_become_urls() {
        let cases = [
            ("ssh://bob@server/foo/bar.git", "ssh://bob@server/foo/bar.git"),
            ("git://bob@server/foo/bar.git", "git://bob@server/foo/bar.git"),
            ("git@github.com:foo/bar.git", "ssh://git@github.com/foo/bar.git"),
            ("bob@example.com:foo", "ssh://bob@example.com/foo"),
            ("host:path", "ssh://host/path"),
        ];
        for (remote, url) in cases {
            assert_eq!(as_url(remote).unwrap(), url);
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_str().unwrap();
        assert_eq!(as_url(path).unwrap(), format!("file://{path}"));
        for remote in ["C:\\foo\\bar", "c:/piffle/wiffle/waffle.git", "/gone", "a:b:c", ":x", "u@:x"] {
            assert!(as_url(remote).is_err(), "{remote}");
        }
    }
}
