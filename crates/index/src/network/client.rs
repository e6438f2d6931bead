//! The HTTP library, set up once for servers whose certificate matters and once for trusted hosts.

use reqwest::header::HeaderValue;
use reqwest::redirect::Policy;
use reqwest::{Client, NoProxy, Proxy};

use super::certificates;
use crate::error::IndexError;
use crate::redact::RedactedUrl;
use crate::settings::{IndexSettings, ProxySettings};

/// How much a server may send of one file, and of all together, before it waits for our word. Large enough that a
/// fast line is never idle for a round trip.
const STREAM_WINDOW: u32 = 4 << 20;
const CONNECTION_WINDOW: u32 = 32 << 20;

/// Sets up the HTTP library.
pub(super) fn set_up(settings: &IndexSettings, verify: bool) -> Result<Client, IndexError> {
    let tls = certificates::configuration(&settings.certificates, verify)?;
    let agent = HeaderValue::from_str(&settings.user_agent).unwrap_or(HeaderValue::from_static("pip"));
    let mut builder = Client::builder()
        .user_agent(agent)
        .tls_backend_preconfigured(tls)
        .redirect(Policy::none())
        .referer(false)
        .no_proxy()
        .tcp_nodelay(true)
        .http2_initial_stream_window_size(STREAM_WINDOW)
        .http2_initial_connection_window_size(CONNECTION_WINDOW);
    if let Some(timeout) = settings.timeout {
        builder = builder.connect_timeout(timeout).read_timeout(timeout);
    }
    for proxy in proxies(&settings.proxies)? {
        builder = builder.proxy(proxy);
    }
    builder.build().map_err(|error| IndexError::Network(error.without_url().to_string()))
}

/// One of the library's constructors.
type MakeProxy = fn(&str) -> reqwest::Result<Proxy>;

fn proxies(settings: &ProxySettings) -> Result<Vec<Proxy>, IndexError> {
    let exceptions = settings.no_proxy.as_deref().and_then(NoProxy::from_string);
    let given: [(_, MakeProxy); 3] = [
        (&settings.http, |address| Proxy::http(address)),
        (&settings.https, |address| Proxy::https(address)),
        (&settings.all, |address| Proxy::all(address)),
    ];
    let mut proxies = Vec::new();
    for (address, make) in given {
        let Some(address) = address.as_deref().filter(|address| !address.is_empty()) else { continue };
        let proxy = make(address).map_err(|error| IndexError::Proxy {
            proxy: RedactedUrl::new(address),
            url: RedactedUrl::new(""),
            reason: error.without_url().to_string(),
        })?;
        proxies.push(proxy.no_proxy(exceptions.clone()));
    }
    Ok(proxies)
}
