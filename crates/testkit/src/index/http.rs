//! As much of HTTP/1.1 as an index needs: one request after the other on a kept connection, ranges,
//! validators.

use super::fault::{Delivery, Ending};
use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

/// How much of an endless body is written at once.
const ENDLESS: usize = 1 << 20;
/// Between what comes of a body and the reset of its connection.
const RESET_PAUSE: Duration = Duration::from_millis(100);

/// A request that the index received, with the status it answered.
#[derive(Clone, Debug)]
pub struct Request {
    /// `GET`, `HEAD` or `POST`.
    pub method: String,
    /// The path, without a query.
    pub path: String,
    /// The headers in the order they came.
    pub headers: Vec<(String, String)>,
    /// The status of the answer; 0 when the connection ended without one.
    pub status: u16,
}

impl Request {
    /// The first header of this name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Reads the next request and skips its body; `None` at the end of the connection.
    pub(super) fn read(reader: &mut BufReader<&TcpStream>) -> io::Result<Option<Self>> {
        let Some((request, _)) = Self::read_head(reader)? else { return Ok(None) };
        io::copy(&mut request.body(reader), &mut io::sink())?;
        Ok(Some(request))
    }

    /// Reads the next request up to its body, and the query of its address.
    pub(crate) fn read_head(reader: &mut BufReader<&TcpStream>) -> io::Result<Option<(Self, String)>> {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let mut words = line.split_whitespace();
        let method = words.next().unwrap_or_default().to_owned();
        let target = words.next().unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut request = Self { method, path: path.to_owned(), headers: Vec::new(), status: 0 };
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            let line = line.trim_end();
            if line.is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':') {
                request.headers.push((name.to_owned(), value.trim().to_owned()));
            }
        }
        Ok(Some((request, query.to_owned())))
    }

    /// The body that follows its head.
    pub(crate) fn body<'r, 's>(
        &self,
        reader: &'r mut BufReader<&'s TcpStream>,
    ) -> io::Take<&'r mut BufReader<&'s TcpStream>> {
        let length = self.header("Content-Length").and_then(|length| length.parse().ok()).unwrap_or(0);
        reader.take(length)
    }

    pub(super) fn keeps_alive(&self) -> bool {
        !self.header("Connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }
}

/// An answer before ranges and validators are looked at.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// `ETag` and `Last-Modified`, which may turn the answer into a 304.
    pub(crate) etag: Option<String>,
    pub(crate) last_modified: Option<String>,
    pub(crate) ranges: bool,
}

impl Response {
    pub(crate) fn new(status: u16, content_type: &str, body: Vec<u8>) -> Self {
        let headers = vec![("Content-Type".to_owned(), content_type.to_owned())];
        Self { status, headers, body, etag: None, last_modified: None, ranges: false }
    }

    /// A status without a content of its own.
    pub(crate) fn plain(status: u16) -> Self {
        Self::new(status, "text/plain", format!("{status} {}\n", reason(status)).into_bytes())
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Answers the request's validators and its range.
    pub(crate) fn negotiate(&mut self, request: &Request) {
        if self.status != 200 {
            return;
        }
        if let Some(etag) = self.etag.clone() {
            self.headers.push(("ETag".to_owned(), etag));
        }
        if let Some(date) = self.last_modified.clone() {
            self.headers.push(("Last-Modified".to_owned(), date));
        }
        let unchanged = match (request.header("If-None-Match"), request.header("If-Modified-Since")) {
            (Some(etag), _) => Some(etag) == self.etag.as_deref(),
            (None, Some(date)) => Some(date) == self.last_modified.as_deref(),
            (None, None) => false,
        };
        if unchanged {
            self.status = 304;
            self.body.clear();
            return;
        }
        if !self.ranges {
            return;
        }
        self.headers.push(("Accept-Ranges".to_owned(), "bytes".to_owned()));
        // A part of what is no longer the same is of no use.
        if request.header("If-Range").is_some_and(|known| {
            Some(known) != self.etag.as_deref() && Some(known) != self.last_modified.as_deref()
        }) {
            return;
        }
        let Some(range) = request.header("Range").and_then(|range| range.strip_prefix("bytes=")) else {
            return;
        };
        let total = self.body.len();
        if let Some((start, end)) = span(range, total) {
            self.status = 206;
            self.headers.push(("Content-Range".to_owned(), format!("bytes {start}-{}/{total}", end - 1)));
            self.body = self.body.get(start..end).unwrap_or_default().to_vec();
        } else {
            *self = Self::plain(416).header("Content-Range", &format!("bytes */{total}"));
        }
    }

    /// Writes the answer as the faults allow; false when the connection is over.
    pub(crate) fn deliver(
        &self,
        mut stream: &TcpStream,
        request: &Request,
        delivery: &Delivery,
    ) -> io::Result<bool> {
        thread::sleep(delivery.delay);
        match delivery.ending {
            Some(Ending::Reset) => {
                rustix::net::sockopt::set_socket_linger(stream, Some(Duration::ZERO))?;
                if delivery.truncate.is_none() {
                    return Ok(false);
                }
            }
            Some(Ending::Close) => return Ok(false),
            None => {}
        }
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        for (name, value) in &self.headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        if self.status != 304 && !delivery.endless {
            let _ = write!(head, "Content-Length: {}\r\n", delivery.length.unwrap_or(self.body.len()));
        }
        head.push_str("\r\n");
        if delivery.endless {
            stream.write_all(head.as_bytes())?;
            let piece = self.body.repeat(ENDLESS / self.body.len().max(1) + 1);
            loop {
                stream.write_all(&piece)?;
            }
        }
        if request.method == "HEAD" || self.body.is_empty() {
            stream.write_all(head.as_bytes())?;
            return Ok(request.keeps_alive());
        }
        // One write for head and body where the body is whole: small answers cost one packet.
        let kept = delivery.truncate.unwrap_or(usize::MAX).min(self.body.len());
        let body = self.body.get(..kept).unwrap_or_default();
        if let Some((chunk, pause)) = delivery.trickle {
            stream.write_all(head.as_bytes())?;
            for part in body.chunks(chunk) {
                stream.write_all(part)?;
                thread::sleep(pause);
            }
        } else {
            let mut all = head.into_bytes();
            all.extend_from_slice(body);
            stream.write_all(&all)?;
        }
        if delivery.ending.is_some() {
            // What was sent should arrive before the reset, which overtakes it.
            thread::sleep(RESET_PAUSE);
        }
        Ok(delivery.length.is_none() && kept == self.body.len() && request.keeps_alive())
    }
}

/// The first and the last byte plus one of `bytes=…`; several ranges are not offered.
fn span(range: &str, total: usize) -> Option<(usize, usize)> {
    let (start, end) = range.split_once('-')?;
    let (start, end) = match (start.parse::<usize>(), end.parse::<usize>()) {
        (Ok(start), Ok(end)) => (start, end.saturating_add(1).min(total)),
        (Ok(start), Err(_)) if end.is_empty() => (start, total),
        (Err(_), Ok(tail)) if start.is_empty() => (total.saturating_sub(tail), total),
        _ => return None,
    };
    (start < end).then_some((start, end))
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        304 => "Not Modified",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        416 => "Range Not Satisfiable",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        _ => "Status",
    }
}
