//! Whose word is taken: which origins are secure, and which the user trusts without certificates.

use std::net::IpAddr;

use url::{Host, Url};

/// The hosts of `--trusted-host`.
#[derive(Debug, Clone, Default)]
pub(crate) struct TrustedHosts(Vec<(String, Option<u16>)>);

impl TrustedHosts {
    /// Reads `host` and `host:port`; an IPv6 address may lack its brackets.
    pub(crate) fn new(hosts: &[String]) -> Self {
        let parse = |host: &String| {
            let bare_v6 = host.matches(':').count() >= 2 && !host.contains('[');
            let address = if bare_v6 { format!("trusted://[{host}]") } else { format!("trusted://{host}") };
            let url = Url::parse(&address).ok()?;
            Some((url.host_str()?.to_ascii_lowercase(), url.port()))
        };
        Self(hosts.iter().filter_map(parse).collect())
    }

    /// Whether the user vouches for the URL's host, so that its certificate does not matter.
    pub(crate) fn trust(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else { return false };
        self.0.iter().any(|(trusted, port)| {
            trusted.eq_ignore_ascii_case(host)
                && port.is_none_or(|port| url.port_or_known_default() == Some(port))
        })
    }

    /// Whether pages may be taken from there: encrypted, this machine, or trusted.
    pub(crate) fn is_secure(&self, url: &Url) -> bool {
        // Of `git+ssh` only the transport counts.
        let transport = url.scheme().rsplit('+').next().unwrap_or_default();
        if matches!(transport, "https" | "ssh" | "file") {
            return true;
        }
        let local = match url.host() {
            Some(Host::Domain(name)) => {
                name.eq_ignore_ascii_case("localhost")
                    || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
            }
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        local || self.trust(url)
    }
}

/// Scheme, host and port: who gets to see a password.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Origin {
    scheme: String,
    host: String,
    port: Option<u16>,
}

impl Origin {
    pub(crate) fn of(url: &Url) -> Self {
        Self {
            scheme: url.scheme().to_owned(),
            host: url.host_str().unwrap_or_default().to_owned(),
            port: url.port_or_known_default(),
        }
    }

    /// Whether what may be told to `self` may be told to `other`: the same origin, or the encrypted form of it on
    /// the usual ports (requests' rule).
    pub(crate) fn covers(&self, other: &Self) -> bool {
        let upgraded = self.scheme == "http"
            && other.scheme == "https"
            && self.port == Some(80)
            && other.port == Some(443)
            && self.host == other.host;
        self == other || upgraded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn knows_secure_origins() {
        let hosts = TrustedHosts::new(&[
            String::from("Trusted.test"),
            String::from("ported.test:8080"),
            String::from("fe80::1"),
        ]);
        for secure in [
            "https://anywhere.test/",
            "http://localhost:1/",
            "http://127.9.9.9/",
            "http://[::1]:8/",
            "file:///x",
            "git+ssh://elsewhere.test/",
            "http://trusted.test:99/",
            "http://ported.test:8080/",
            "http://[fe80::1]/",
        ] {
            assert!(hosts.is_secure(&url(secure)), "{secure}");
        }
        for insecure in
            ["http://anywhere.test/", "http://ported.test/", "http://10.0.0.1/", "http://localhost.test/"]
        {
            assert!(!hosts.is_secure(&url(insecure)), "{insecure}");
        }
        assert!(!hosts.trust(&url("https://anywhere.test/")));
    }

    #[test]
    fn passwords_stay_with_their_origin() {
        let covers = |a, b| Origin::of(&url(a)).covers(&Origin::of(&url(b)));
        assert!(covers("https://h/a", "https://h:443/b"));
        assert!(covers("http://h/", "https://h/"));
        assert!(!covers("https://h/", "http://h/"));
        assert!(!covers("https://h/", "https://h:8443/"));
        assert!(!covers("http://h:8080/", "https://h/"));
        assert!(!covers("https://h/", "https://h.evil/"));
    }
}
