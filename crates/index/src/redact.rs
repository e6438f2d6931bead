//! Addresses as they may be shown: never with a password.

use std::fmt;

/// A URL whose credentials were replaced as pip does: `user:****@host`, `****@host`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RedactedUrl(String);

impl RedactedUrl {
    /// Hides the credentials of `url`.
    pub fn new(url: &str) -> Self {
        Self(redact_url(url))
    }

    /// The text to show.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RedactedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for RedactedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// `url` with its password, or its only user-info, replaced by `****`.
///
/// A user name without a password is often a token, so it is hidden too. Text that has no `//` is
/// returned as it is.
pub fn redact_url(url: &str) -> String {
    let Some(Authority { before, user_info, after }) = Authority::split(url) else {
        return url.to_owned();
    };
    let shown = match user_info.split_once(':') {
        Some((user, _)) => format!("{user}:****"),
        None => String::from("****"),
    };
    format!("{before}{shown}@{after}")
}

/// `url` without `user:password@`.
pub fn remove_credentials(url: &str) -> String {
    match Authority::split(url) {
        Some(Authority { before, after, .. }) => format!("{before}{after}"),
        None => url.to_owned(),
    }
}

/// The user-info of `url` as it is written.
pub(crate) fn user_info(url: &str) -> Option<&str> {
    Authority::split(url).map(|authority| authority.user_info)
}

/// A URL cut around its user-info.
struct Authority<'a> {
    /// `scheme://`
    before: &'a str,
    user_info: &'a str,
    /// From the host on.
    after: &'a str,
}

impl<'a> Authority<'a> {
    /// Cuts where Python's `urlsplit` and pip do: the authority ends at `/`, `?` or `#`, the user-info at
    /// its last `@`.
    fn split(url: &'a str) -> Option<Self> {
        let start = url.find("//")? + 2;
        let (before, rest) = url.split_at_checked(start)?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let at = rest.get(..end)?.rfind('@')?;
        Some(Self { before, user_info: rest.get(..at)?, after: rest.get(at + 1..)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hides_what_pip_hides() {
        let cases = [
            ("https://user:pass@example.com/x", "https://user:****@example.com/x"),
            ("https://token@example.com", "https://****@example.com"),
            ("https://user:p@ss@example.com/a@b", "https://user:****@example.com/a@b"),
            ("https://example.com/a@b", "https://example.com/a@b"),
            ("https://:pass@example.com/", "https://:****@example.com/"),
            ("/a/path@x", "/a/path@x"),
            ("", ""),
        ];
        for (given, shown) in cases {
            assert_eq!(redact_url(given), shown);
            assert!(!format!("{:?}", RedactedUrl::new(given)).contains("pass"));
        }
    }

    #[test]
    fn removes_credentials() {
        assert_eq!(remove_credentials("https://u:p@h:1/x?y#z"), "https://h:1/x?y#z");
        assert_eq!(remove_credentials("https://h/@x"), "https://h/@x");
    }
}
