//! What went wrong on the network, as pip explains it.

use std::error::Error;

use index::{IndexError, format_size};

use crate::diagnostic::Diagnostic;

/// The explanation of the first error of the network among an error and its causes.
pub fn cause(error: &(dyn Error + 'static)) -> Option<Diagnostic> {
    match error.downcast_ref::<IndexError>().and_then(diagnostic) {
        Some(diagnostic) => Some(diagnostic),
        None => cause(error.source()?),
    }
}

/// The explanation of an error that is the network's; the server's and the files' are none.
pub fn diagnostic(error: &IndexError) -> Option<Diagnostic> {
    Some(match error {
        IndexError::ConnectionFailed { host, url, reason } => Diagnostic {
            reference: "connection-failed",
            message: format!("Failed to connect to {host} while fetching {url}"),
            context: Some(reason.clone()),
            note: None,
            hint: Some(format!(
                "Are you connected to the Internet? If so, check whether your system can connect to {host} before \
                 trying again. There may be a firewall or proxy that's preventing the connection."
            )),
        },
        IndexError::Timeout { host, url, connecting, seconds } => {
            let when = if *connecting { " (while establishing a connection)" } else { "" };
            Diagnostic {
                reference: "connection-timeout",
                message: format!("Unable to fetch {url}"),
                context: Some(format!("{host} didn't respond within {seconds:?} seconds{when}")),
                note: None,
                hint: Some(
                    "This is probably a temporary issue with the remote server or the network connection. If this \
                     error persists, check the network configuration. There may be a firewall or proxy that's \
                     preventing the connection."
                        .into(),
                ),
            }
        }
        IndexError::Tls { host, url, reason } => Diagnostic {
            reference: "ssl-verification-failed",
            message: format!("Failed to establish a secure connection to {host} while fetching {url}"),
            context: Some(reason.clone()),
            note: None,
            hint: Some("You may need to use --cert or check your proxy/firewall configuration".into()),
        },
        IndexError::Proxy { proxy, url, reason } => Diagnostic {
            reference: "proxy-connection-failed",
            message: format!("Failed to connect to proxy {proxy} while fetching {url}"),
            context: Some(reason.clone()),
            note: None,
            hint: Some("This is likely a proxy configuration issue.".into()),
        },
        IndexError::Incomplete { url, received, expected, attempts } => {
            let (received, expected) = (format_size(*received), format_size(*expected));
            let (tries, hint) = if *attempts > 1 {
                (
                    format!("after {attempts} attempts "),
                    "Use --resume-retries to configure resume attempt limit.",
                )
            } else {
                (String::new(), "Consider using --resume-retries to enable download resumption.")
            };
            Diagnostic {
                reference: "incomplete-download",
                message: format!(
                    "Download failed {tries}because not enough bytes were received ({received}/{expected})"
                ),
                context: Some(format!("URL: {url}")),
                note: Some("This is an issue with network connectivity, not pip.".into()),
                hint: Some(hint.into()),
            }
        }
        _ => return None,
    })
}
