//! Who we are to a server: credentials in URLs, of the index, and in netrc.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

use url::Url;

use super::netrc;
use super::origin::Origin;
use crate::link::unquoted;

/// A user name and a password; the password never appears in `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Login {
    pub(super) user: String,
    pub(super) password: String,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Login(****)")
    }
}

/// Finds the credentials for a request, in pip's order: the URL itself, an index URL on the same origin, netrc,
/// what worked for the origin before.
///
/// Everything is bound to an origin, so nothing is sent elsewhere after a redirect.
#[derive(Debug)]
pub(super) struct Credentials {
    indexes: Vec<(Origin, Url, Login)>,
    netrc_files: Vec<PathBuf>,
    /// The first of the files that exists, read when it is first needed.
    netrc: OnceLock<Option<String>>,
    seen: Mutex<HashMap<Origin, Login>>,
}

impl Credentials {
    pub(super) fn new(index_urls: &[String], netrc_files: &[PathBuf]) -> Self {
        let login = |url: &String| {
            let mut url = Url::parse(url).ok()?;
            let login = take_login(&mut url)?;
            Some((Origin::of(&url), url, login))
        };
        Self {
            indexes: index_urls.iter().filter_map(login).collect(),
            netrc_files: netrc_files.to_vec(),
            netrc: OnceLock::new(),
            seen: Mutex::default(),
        }
    }

    /// The credentials for `url`, from which user-info is removed.
    pub(super) fn take_for(&self, url: &mut Url) -> Option<Login> {
        let own = take_login(url);
        let origin = Origin::of(url);
        let login = own.or_else(|| self.of_index(url, &origin)).or_else(|| self.of_netrc(url));
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match login {
            Some(login) => {
                seen.insert(origin, login.clone());
                Some(login)
            }
            None => seen.iter().find(|(known, _)| known.covers(&origin)).map(|(_, login)| login.clone()),
        }
    }

    /// The credentials of the index on the same origin with which the URL shares the longest path.
    fn of_index(&self, url: &Url, origin: &Origin) -> Option<Login> {
        let shared = |index: &Url| {
            let (Some(index), Some(path)) = (index.path_segments(), url.path_segments()) else { return 0 };
            index.zip(path).take_while(|(a, b)| a == b).count()
        };
        let mut best: Option<(usize, &Login)> = None;
        for (known, index, login) in &self.indexes {
            let length = shared(index);
            if known.covers(origin) && best.is_none_or(|(longest, _)| length > longest) {
                best = Some((length, login));
            }
        }
        best.map(|(_, login)| login.clone())
    }

    fn of_netrc(&self, url: &Url) -> Option<Login> {
        let text = self
            .netrc
            .get_or_init(|| self.netrc_files.iter().find_map(|file| std::fs::read_to_string(file).ok()));
        let (user, password) = netrc::credentials(text.as_ref()?, url.host_str()?)?;
        Some(Login { user, password })
    }
}

/// Takes `user:password@` off a URL. A name without password is a login too: tokens are sent so.
fn take_login(url: &mut Url) -> Option<Login> {
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    let login = Login {
        user: unquoted(url.username()).into_owned(),
        password: unquoted(url.password().unwrap_or_default()).into_owned(),
    };
    // Both only fail for URLs without a host, which cannot have user-info.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    Some(login)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(credentials: &Credentials, url: &str) -> Option<(String, String)> {
        let mut url = Url::parse(url).unwrap();
        let login = credentials.take_for(&mut url);
        assert_eq!((url.username(), url.password()), ("", None));
        login.map(|login| (login.user, login.password))
    }

    #[expect(clippy::unnecessary_wraps, reason = "it is what is compared")]
    fn pair(user: &str, password: &str) -> Option<(String, String)> {
        Some((user.to_owned(), password.to_owned()))
    }

    #[test]
    fn looks_in_pips_order() {
        let folder = tempfile::tempdir().unwrap();
        let netrc = folder.path().join("netrc");
        std::fs::write(&netrc, "machine net.test login n password rc machine a.test login x password y")
            .unwrap();
        let indexes = [
            String::from("https://u:p%40w@a.test/simple/"),
            String::from("https://other:one@a.test/private/simple/"),
            String::from("https://token@b.test/simple"),
        ];
        let credentials = Credentials::new(&indexes, &[folder.path().join("none"), netrc]);
        assert_eq!(found(&credentials, "https://me:self@a.test/simple/demo/"), pair("me", "self"));
        assert_eq!(found(&credentials, "https://a.test/simple/demo/"), pair("u", "p@w"));
        assert_eq!(found(&credentials, "https://a.test/private/simple/demo/"), pair("other", "one"));
        assert_eq!(found(&credentials, "https://b.test/files/x.whl"), pair("token", ""));
        assert_eq!(found(&credentials, "https://net.test/"), pair("n", "rc"));
        assert_eq!(found(&credentials, "https://nobody.test/"), None);
        // Not to another port, nor in plain text.
        assert_eq!(found(&credentials, "https://b.test:8443/simple/"), None);
        assert_eq!(found(&credentials, "http://b.test/simple/"), None);
    }

    #[test]
    fn remembers_what_a_url_brought() {
        let credentials = Credentials::new(&[], &[]);
        assert_eq!(found(&credentials, "https://c.test/"), None);
        assert_eq!(found(&credentials, "https://u:p@c.test/x"), pair("u", "p"));
        assert_eq!(found(&credentials, "https://c.test/y"), pair("u", "p"));
        assert!(!format!("{credentials:?}").contains("\"p\""));
    }
}
