//! What went wrong on the wire, told so that pip's sentences can be made of it.

use std::error::Error as _;
use std::io;
use std::time::Duration;

use url::Url;

use crate::error::IndexError;
use crate::redact::RedactedUrl;

/// The meaning of an error of the HTTP library while asking for `url`.
pub(super) fn explain(
    error: &reqwest::Error,
    url: &Url,
    timeout: Option<Duration>,
    proxy: Option<&str>,
) -> IndexError {
    let shown = RedactedUrl::new(url.as_str());
    let host = url.host_str().unwrap_or_default().to_owned();
    if error.is_timeout() {
        let seconds = timeout.unwrap_or_default().as_secs_f64();
        return IndexError::Timeout { host, url: shown, connecting: error.is_connect(), seconds };
    }
    let mut deepest = String::new();
    let mut from_tunnel = false;
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(tls) = tls_error(error) {
            return IndexError::Tls { host, url: shown, reason: tls.to_string() };
        }
        deepest = error.to_string();
        from_tunnel |= deepest.contains("tunnel") || deepest.contains("proxy");
        // An error inside an I/O error is not its `source`, which is the source of that one.
        cause = error.source();
    }
    if deepest.is_empty() {
        // The library's own text may hold the URL; what it was doing says enough.
        deepest = String::from(if error.is_body() || error.is_decode() {
            "the body could not be read"
        } else {
            "the request could not be sent"
        });
    }
    match proxy {
        Some(proxy) if from_tunnel || error.is_connect() => {
            IndexError::Proxy { proxy: RedactedUrl::new(proxy), url: shown, reason: deepest }
        }
        _ => IndexError::ConnectionFailed { host, url: shown, reason: as_python(&deepest) },
    }
}

/// The TLS error in this link of a chain, however often I/O errors are wrapped around it.
fn tls_error<'a>(mut error: &'a (dyn std::error::Error + 'static)) -> Option<&'a rustls::Error> {
    while let Some(inner) = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        error = inner;
    }
    error.downcast_ref()
}

/// `Connection refused (os error 111)` as Python writes it: `[Errno 111] Connection refused`.
fn as_python(reason: &str) -> String {
    let parts = reason.strip_suffix(')').and_then(|reason| reason.rsplit_once(" (os error "));
    match parts {
        Some((text, number)) => format!("[Errno {number}] {text}"),
        None => reason.to_owned(),
    }
}

/// Whether asking again can help.
pub(super) fn is_passing(error: &IndexError) -> bool {
    match error {
        IndexError::ConnectionFailed { .. } | IndexError::Timeout { .. } | IndexError::Proxy { .. } => true,
        IndexError::Status { status, .. } => matches!(status, 500 | 502 | 503 | 520 | 527),
        _ => false,
    }
}

/// The error as pip's HTTP library would print it in `connection broken by '...'`.
pub(super) fn as_pip_prints(error: &IndexError, url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or_default();
    let kind = if url.scheme() == "https" { "HTTPSConnection" } else { "HTTPConnection" };
    match error {
        IndexError::Timeout { connecting: true, seconds, .. } => format!(
            "ConnectTimeoutError({kind}(host='{host}', port={port}), 'Connection to {host} timed out. (connect timeout={seconds:?})')"
        ),
        IndexError::Timeout { seconds, .. } => format!(
            "ReadTimeoutError(\"{kind}Pool(host='{host}', port={port}): Read timed out. (read timeout={seconds:?})\")"
        ),
        IndexError::ConnectionFailed { reason, .. } if reason.contains("lookup address") => {
            let reason = reason.rsplit(": ").next().unwrap_or_default();
            format!(
                "NameResolutionError(\"{kind}(host='{host}', port={port}): Failed to resolve '{host}' ({reason})\")"
            )
        }
        IndexError::ConnectionFailed { reason, .. } if reason.starts_with("[Errno") => format!(
            "NewConnectionError(\"{kind}(host='{host}', port={port}): Failed to establish a new connection: {reason}\")"
        ),
        IndexError::ConnectionFailed { reason, .. } => {
            format!("ProtocolError('Connection aborted.', {reason:?})")
        }
        IndexError::Proxy { reason, .. } => format!("ProxyError('Cannot connect to proxy.', {reason:?})"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_read_as_in_python() {
        assert_eq!(as_python("Connection refused (os error 111)"), "[Errno 111] Connection refused");
        assert_eq!(as_python("broken pipe"), "broken pipe");
        let url = Url::parse("http://h:81/x").unwrap();
        let error = IndexError::ConnectionFailed {
            host: String::from("h"),
            url: RedactedUrl::new(url.as_str()),
            reason: as_python("Connection refused (os error 111)"),
        };
        assert_eq!(
            as_pip_prints(&error, &url),
            "NewConnectionError(\"HTTPConnection(host='h', port=81): Failed to establish a new connection: [Errno 111] Connection refused\")"
        );
        assert!(is_passing(&error));
    }
}
