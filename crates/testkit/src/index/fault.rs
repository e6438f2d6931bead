//! The ways in which an index can misbehave.

use super::http::{Request, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::time::Duration;

/// What goes wrong with the answer to one path.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The answer comes after a while.
    Delay(Duration),
    /// The body comes in chunks with pauses between them.
    Trickle {
        /// Bytes at a time.
        chunk: usize,
        /// Between two chunks.
        pause: Duration,
    },
    /// The connection ends after so many bytes of the body, whose announced length is larger.
    Truncate(usize),
    /// The connection is reset after so many bytes of the body.
    ResetAfter(usize),
    /// The announced length of the body is another one than its own.
    ContentLength(usize),
    /// The body comes again and again, without a length, until the client has enough.
    Endless,
    /// One more header.
    Header(String, String),
    /// Another status, without the content.
    Status(u16),
    /// Status 503 with `Retry-After` in seconds.
    RetryAfter(u32),
    /// One byte in the middle of the body is another one.
    Corrupt,
    /// The connection is reset instead of answered.
    Reset,
    /// The connection is closed instead of answered.
    Close,
    /// A redirect to an address or path.
    Redirect(String),
    /// Status 401 unless these credentials come with the request.
    Login {
        /// User name.
        user: String,
        /// Password.
        password: String,
    },
    /// `Range` is ignored and not offered.
    NoRanges,
    /// Another content type.
    ContentType(String),
}

/// What a fault does to the connection itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Delivery {
    pub(crate) delay: Duration,
    pub(crate) trickle: Option<(usize, Duration)>,
    pub(crate) truncate: Option<usize>,
    pub(crate) length: Option<usize>,
    pub(crate) endless: bool,
    pub(crate) ending: Option<Ending>,
}

/// An end without an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ending {
    Reset,
    Close,
}

impl Fault {
    /// Changes the answer, or how it is delivered.
    pub(crate) fn apply(&self, request: &Request, response: &mut Response, delivery: &mut Delivery) {
        match self {
            Self::Delay(time) => delivery.delay += *time,
            Self::Trickle { chunk, pause } => delivery.trickle = Some(((*chunk).max(1), *pause)),
            Self::Truncate(length) => delivery.truncate = Some(*length),
            Self::ResetAfter(length) => {
                delivery.truncate = Some(*length);
                delivery.ending = Some(Ending::Reset);
            }
            Self::ContentLength(length) => delivery.length = Some(*length),
            Self::Endless => delivery.endless = true,
            Self::Header(name, value) => response.headers.push((name.clone(), value.clone())),
            Self::Status(status) => *response = Response::plain(*status),
            Self::RetryAfter(seconds) => {
                *response = Response::plain(503).header("Retry-After", &seconds.to_string());
            }
            Self::Corrupt => {
                let middle = response.body.len() / 2;
                if let Some(byte) = response.body.get_mut(middle) {
                    *byte ^= 0x01;
                }
            }
            Self::Reset => delivery.ending = Some(Ending::Reset),
            Self::Close => delivery.ending = Some(Ending::Close),
            Self::Redirect(target) => *response = Response::plain(302).header("Location", target),
            Self::Login { user, password } => {
                if !is_logged_in(request, user, password) {
                    *response = Response::plain(401).header("WWW-Authenticate", "Basic realm=\"test\"");
                }
            }
            Self::NoRanges => response.ranges = false,
            Self::ContentType(content_type) => {
                response.headers.retain(|(name, _)| name != "Content-Type");
                response.headers.push(("Content-Type".to_owned(), content_type.clone()));
            }
        }
    }
}

pub(crate) fn is_logged_in(request: &Request, user: &str, password: &str) -> bool {
    let expected = format!("Basic {}", STANDARD.encode(format!("{user}:{password}")));
    request.header("Authorization") == Some(&*expected)
}
