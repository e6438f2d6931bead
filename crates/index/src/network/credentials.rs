//! Who we are to a server: credentials in URLs, of the index, in netrc, and what was found before.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

use url::Url;

use super::netrc;
use super::origin::Origin;
use crate::link::unquoted;
use crate::login::Login;
use crate::redact::{remove_credentials, user_info};

/// Finds the credentials for a request, in pip's order: the URL itself, an index URL on the same origin, netrc,
/// what was used for the origin before.
///
/// Everything is bound to an origin, so nothing is sent elsewhere after a redirect.
#[derive(Debug)]
pub(super) struct Credentials {
    indexes: Vec<IndexUrl>,
    netrc_files: Vec<PathBuf>,
    /// The first of the files that exists, read when it is first needed.
    netrc: OnceLock<Option<String>>,
    seen: Mutex<HashMap<Origin, Login>>,
}

/// An index that was configured.
#[derive(Debug)]
struct IndexUrl {
    origin: Origin,
    url: Url,
    /// As it was written, without credentials and with a slash at the end: the name keyrings know it by.
    service: String,
    login: PartialLogin,
}

/// As much of a login as a URL holds. A user alone may be a token, or have a password in a keyring.
#[derive(Clone, Default)]
pub(super) struct PartialLogin {
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
}

impl std::fmt::Debug for PartialLogin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PartialLogin(****)")
    }
}

impl PartialLogin {
    /// Reads `user:password`, percent-encoded.
    fn parse(text: &str) -> Self {
        let (user, password) = match text.split_once(':') {
            Some((user, password)) => (user, Some(password)),
            None => (text, None),
        };
        Self {
            user: Some(unquoted(user).into_owned()),
            password: password.map(|text| unquoted(text).into_owned()),
        }
    }

    /// Takes `user:password@` off a URL.
    fn take(url: &mut Url) -> Self {
        if url.username().is_empty() && url.password().is_none() {
            return Self::default();
        }
        let login = Self {
            user: Some(unquoted(url.username()).into_owned()),
            password: url.password().map(|password| unquoted(password).into_owned()),
        };
        // Both only fail for URLs without a host, which cannot have user-info.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        login
    }

    /// The login, if both parts are there.
    pub(super) fn complete(&self) -> Option<Login> {
        Some(Login { user: self.user.clone()?, password: self.password.clone()? })
    }

    /// What is sent, if there is anything: what is missing is empty.
    fn or_empty(self) -> Option<Login> {
        (self.user.is_some() || self.password.is_some()).then(|| Login {
            user: self.user.unwrap_or_default(),
            password: self.password.unwrap_or_default(),
        })
    }
}

/// What is known of a server that has refused a request.
#[derive(Debug)]
pub(super) struct Refused {
    /// The credentials of the index that is meant, as far as its URL holds them.
    pub(super) login: PartialLogin,
    /// The names by which a keyring may know the server, best first; the last one is its host (and port).
    pub(super) services: Vec<String>,
}

impl Credentials {
    /// `find_links` are no indexes, but their credentials count for whatever is on their servers.
    pub(super) fn new(index_urls: &[String], find_links: &[String], netrc_files: &[PathBuf]) -> Self {
        let seen = find_links.iter().filter_map(|link| {
            let mut url = Url::parse(link).ok()?;
            let login = PartialLogin::take(&mut url).or_empty()?;
            Some((Origin::of(&url), login))
        });
        Self {
            indexes: index_urls.iter().filter_map(|url| IndexUrl::parse(url)).collect(),
            netrc_files: netrc_files.to_vec(),
            netrc: OnceLock::new(),
            seen: Mutex::new(seen.collect()),
        }
    }

    /// The credentials for `url`, from which user-info is removed.
    pub(super) fn take_for(&self, url: &mut Url) -> Option<Login> {
        let own = PartialLogin::take(url);
        let origin = Origin::of(url);
        let named = self.named(own, url, &origin);
        let login = match named.complete().or_else(|| self.of_netrc(url)) {
            Some(login) => Some(login),
            // A known password counts only for the user it belongs to.
            None => match self.seen(&origin) {
                Some(seen) if named.user.as_ref().is_none_or(|user| *user == seen.user) => return Some(seen),
                _ => named.or_empty(),
            },
        };
        if let Some(login) = &login {
            self.remember(origin, login.clone());
        }
        login
    }

    /// What is known for a URL that was refused. netrc has had its turn.
    pub(super) fn after_refusal(&self, url: &Url) -> Refused {
        let index = self.index(url, &Origin::of(url));
        let login = index.map(|index| index.login.clone()).unwrap_or_default();
        let services = index.map(|index| index.service.clone()).into_iter().chain([host(url)]).collect();
        Refused { login, services }
    }

    /// What was last used for an origin.
    pub(super) fn seen(&self, origin: &Origin) -> Option<Login> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let exact = seen.get(origin);
        exact.or_else(|| Some(seen.iter().find(|(known, _)| known.covers(origin))?.1)).cloned()
    }

    /// Uses these credentials for the origin from now on.
    pub(super) fn remember(&self, origin: Origin, login: Login) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(origin, login);
    }

    /// The user-info of the URL itself, or of its index.
    fn named(&self, own: PartialLogin, url: &Url, origin: &Origin) -> PartialLogin {
        if own.complete().is_some() {
            return own;
        }
        let index = self.index(url, origin).map(|index| &index.login);
        index.filter(|login| login.user.is_some()).cloned().unwrap_or(own)
    }

    /// The index at this URL, or the one on the same origin with which the URL shares the longest path.
    fn index(&self, url: &Url, origin: &Origin) -> Option<&IndexUrl> {
        let nearness = |index: &IndexUrl| {
            let (Some(own), Some(path)) = (index.url.path_segments(), url.path_segments()) else {
                return (false, 0);
            };
            let is_same = index.url.path().trim_end_matches('/') == url.path().trim_end_matches('/');
            (is_same, own.zip(path).take_while(|(a, b)| a == b).count())
        };
        let mut best: Option<(_, &IndexUrl)> = None;
        for index in self.indexes.iter().filter(|index| index.origin.covers(origin)) {
            let near = nearness(index);
            if best.is_none_or(|(nearest, _)| near > nearest) {
                best = Some((near, index));
            }
        }
        best.map(|(_, index)| index)
    }

    fn of_netrc(&self, url: &Url) -> Option<Login> {
        let text = self
            .netrc
            .get_or_init(|| self.netrc_files.iter().find_map(|file| std::fs::read_to_string(file).ok()));
        let (user, password) = netrc::credentials(text.as_ref()?, url.host_str()?)?;
        Some(Login { user, password })
    }
}

/// `host` or, where the address has a port, `host:port`.
pub(super) fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

impl IndexUrl {
    fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(&remove_credentials(text)).ok()?;
        // Out of the text: `user:@host` has a password, if an empty one, which a parsed URL no longer shows.
        let login = user_info(text).map(PartialLogin::parse).unwrap_or_default();
        let service = format!("{}/", remove_credentials(text).trim_end_matches('/'));
        Some(Self { origin: Origin::of(&url), url, service, login })
    }
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
        let credentials = Credentials::new(&indexes, &[], &[folder.path().join("none"), netrc]);
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
        let credentials = Credentials::new(&[], &[], &[]);
        assert_eq!(found(&credentials, "https://c.test/"), None);
        assert_eq!(found(&credentials, "https://u:p@c.test/x"), pair("u", "p"));
        assert_eq!(found(&credentials, "https://c.test/y"), pair("u", "p"));
        assert!(!format!("{credentials:?}").contains("\"p\""));
    }

    #[test]
    fn a_user_without_password_takes_only_its_own() {
        let credentials = Credentials::new(&["https://ada@d.test/simple".into()], &[], &[]);
        assert_eq!(found(&credentials, "https://d.test/simple/x/"), pair("ada", ""));
        let origin = || Origin::of(&Url::parse("https://d.test").unwrap());
        credentials.remember(origin(), Login { user: "ada".into(), password: "kept".into() });
        assert_eq!(found(&credentials, "https://d.test/simple/x/"), pair("ada", "kept"));
        credentials.remember(origin(), Login { user: "bob".into(), password: "his".into() });
        assert_eq!(found(&credentials, "https://d.test/simple/x/"), pair("ada", ""));
    }

    #[test]
    fn a_refused_server_has_the_names_that_keyrings_know() {
        let indexes = ["https://u:@e.test/one/simple".into(), "https://e.test:99/two".into()];
        let credentials = Credentials::new(&indexes, &["https://l:p@f.test/links/".into()], &[]);
        let refused = |url| credentials.after_refusal(&Url::parse(url).unwrap());
        assert_eq!(refused("https://e.test/files/x").services, ["https://e.test/one/simple/", "e.test"]);
        assert_eq!(refused("https://e.test:99/two/a/").services, ["https://e.test:99/two/", "e.test:99"]);
        assert_eq!(refused("https://f.test/x").services, ["f.test"]);
        let login = refused("https://e.test/").login.complete();
        assert_eq!(login, Some(Login { user: "u".into(), password: String::new() }));
        assert_eq!(found(&credentials, "https://f.test/files/x"), pair("l", "p"));
    }
}
