//! Getting a whole file: hashed while it comes, continued where it broke off, checked in the end.

use std::fs::File;
use std::io::{BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;

use crate::download::{Download, DownloadRequest, DownloadedContent};
use crate::error::IndexError;
use crate::event::IndexEvent;
use crate::fetch_metadata::{check, matching};
use crate::hashes::Hasher;
use crate::link;
use crate::network::{Answer, Ask, header};
use crate::redact::RedactedUrl;
use crate::services::Services;

/// How much room an announced size is granted in advance; the rest it gets as it comes.
const LARGEST_GUESS: usize = 64 << 20;
/// How much is taken of a file whose size no page announces: more than any there is, and less of it in memory.
const LARGEST_ON_DISK: u64 = 16 << 30;
const LARGEST_IN_MEMORY: u64 = 1 << 30;
/// How much is written to a file at once. It comes in pieces of 16 KiB.
const WRITTEN_AT_ONCE: usize = 128 << 10;
/// How much larger than its page says a file may be. Sizes on pages are hints, which pip does not look at.
const TOLERANCE: u64 = 1 << 20;

/// Checks a file of this machine.
pub(crate) fn local(request: &DownloadRequest, path: PathBuf) -> Result<Download, IndexError> {
    let failed = |error| IndexError::file(&path, error);
    let mut file = File::open(&path).map_err(failed)?;
    let mut hasher = Hasher::new(&request.expected);
    let mut buffer = vec![0; 128 << 10];
    let mut size = 0;
    loop {
        let count = file.read(&mut buffer).map_err(failed)?;
        if count == 0 {
            break;
        }
        size += count as u64;
        hasher.update(buffer.get(..count).unwrap_or_default());
    }
    let digests = matching(hasher, &request.expected, &request.file.url)?;
    let filename = request.file.filename.clone();
    Ok(Download {
        content: DownloadedContent::Local(path),
        size,
        digests,
        filename,
        content_type: String::new(),
    })
}

/// Fetches a file from a server.
pub(crate) async fn remote(services: &Services, request: &DownloadRequest) -> Result<Download, IndexError> {
    let url = &request.file.url;
    if let Some(bytes) = services.take_wheel(url) {
        let digests = check(&bytes, &request.expected, url)?;
        return Ok(Download {
            size: bytes.len() as u64,
            content: DownloadedContent::Memory(bytes),
            digests,
            filename: request.file.filename.clone(),
            content_type: String::new(),
        });
    }
    let first = send(services, &ask(url), url).await?;
    let filename = filename(&first, request);
    let content_type = first.header(&header::CONTENT_TYPE).to_owned();
    let mut body = Body::new(request, &first)?;
    let mut outcome = body.read(services, first).await;
    let mut attempts = 0;
    while let Err(error) = outcome {
        if attempts >= services.settings.resume_retries || !is_interruption(&error) {
            return Err(body.incomplete(error, attempts));
        }
        attempts += 1;
        services.http.tell(&IndexEvent::DownloadInterrupted);
        services.http.tell(&IndexEvent::Resuming {
            received: body.received,
            size: body.size.unwrap_or(body.received),
            attempt: attempts,
        });
        outcome = body.go_on(services).await;
    }
    let digests = matching(body.hasher, &request.expected, url)?;
    let content = match body.sink {
        Sink::Memory(bytes) => DownloadedContent::Memory(bytes),
        Sink::Temporary(file) => DownloadedContent::Temporary(
            file.into_inner().map_err(|error| IndexError::file(&request.folder, error.into_error()))?,
        ),
    };
    Ok(Download { content, size: body.received, digests, filename, content_type })
}

/// Sends a request for a file or the rest of it.
async fn send(services: &Services, ask: &Ask, url: &str) -> Result<Answer, IndexError> {
    services.http.send(ask).await.inspect_err(|error| {
        if let Some(status) = error.status() {
            services.http.tell(&IndexEvent::DownloadRefused { status, url: RedactedUrl::new(url) });
        }
    })
}

/// Bytes as they are: a digest is of the file, not of what a server makes of it.
fn ask(url: &str) -> Ask {
    Ask::get(url).with(header::ACCEPT_ENCODING, "identity")
}

/// Whether the rest may still come.
fn is_interruption(error: &IndexError) -> bool {
    matches!(
        error,
        IndexError::ConnectionFailed { .. }
            | IndexError::Timeout { .. }
            | IndexError::Proxy { .. }
            | IndexError::Incomplete { .. }
    )
}

/// The name to save under: the server's, else the URL's.
fn filename(answer: &Answer, request: &DownloadRequest) -> String {
    let given = answer.header(&header::CONTENT_DISPOSITION).split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("filename").then(|| value.trim().trim_matches('"'))
    });
    let given = given.map(|name| link::as_component(name.into())).filter(|name| !name.is_empty());
    given.map_or_else(|| request.file.filename.clone(), std::borrow::Cow::into_owned)
}

/// What has come of a file.
struct Body<'a> {
    request: &'a DownloadRequest,
    sink: Sink,
    hasher: Hasher,
    received: u64,
    size: Option<u64>,
    /// When the server has sent too much.
    limit: u64,
    /// What proves that a later part belongs to the same file.
    identity: Option<String>,
}

/// Where the bytes go.
enum Sink {
    Memory(Vec<u8>),
    Temporary(BufWriter<tempfile::NamedTempFile>),
}

impl<'a> Body<'a> {
    fn new(request: &'a DownloadRequest, answer: &Answer) -> Result<Self, IndexError> {
        let size = answer.length();
        let known = size.or(request.file.size);
        let sink = if known.unwrap_or(u64::MAX) <= request.memory_limit {
            let announced = known.and_then(|size| usize::try_from(size).ok()).unwrap_or(0);
            Sink::Memory(Vec::with_capacity(announced.min(LARGEST_GUESS)))
        } else {
            let file = tempfile::Builder::new().prefix(".download-").tempfile_in(&request.folder);
            let file = file.map_err(|error| IndexError::file(&request.folder, error))?;
            Sink::Temporary(BufWriter::with_capacity(WRITTEN_AT_ONCE, file))
        };
        let limit = match (request.file.size, size, &sink) {
            (Some(size), ..) => size.saturating_mul(2).saturating_add(TOLERANCE),
            (None, None, Sink::Memory(_)) => LARGEST_IN_MEMORY,
            _ => LARGEST_ON_DISK,
        };
        let etag = Some(answer.header(&header::ETAG)).filter(|etag| !etag.is_empty());
        let identity = etag.or(Some(answer.header(&header::LAST_MODIFIED)).filter(|date| !date.is_empty()));
        Ok(Self {
            request,
            sink,
            hasher: Hasher::new(&request.expected),
            received: 0,
            size,
            limit,
            identity: identity.map(str::to_owned),
        })
    }

    /// Takes what the answer holds, to its end or to where it breaks off.
    async fn read(&mut self, services: &Services, mut answer: Answer) -> Result<(), IndexError> {
        while let Some(chunk) = services.http.chunk(&mut answer).await? {
            let chunk = chunk.as_ref();
            self.hasher.update(chunk);
            self.write(chunk)?;
            self.received += chunk.len() as u64;
            if self.received > self.limit {
                let url = RedactedUrl::new(&self.request.file.url);
                return Err(IndexError::TooLarge { url, limit: self.limit });
            }
            if let Some(progress) = &self.request.progress {
                progress(self.received, self.size);
            }
        }
        match self.size {
            Some(size) if self.received < size => Err(self.too_short(1)),
            _ => Ok(()),
        }
    }

    /// Asks for the missing rest; a server that sends everything again starts over.
    async fn go_on(&mut self, services: &Services) -> Result<(), IndexError> {
        let mut ask = ask(&self.request.file.url).with(header::RANGE, &format!("bytes={}-", self.received));
        if let Some(identity) = &self.identity {
            ask = ask.with(header::IF_RANGE, identity);
        }
        let answer = send(services, &ask, &self.request.file.url).await?;
        if answer.status() == 206 {
            let range = answer.header(&header::CONTENT_RANGE).to_ascii_lowercase();
            let start = range.split_once("bytes ").and_then(|(_, range)| range.split_once('-'));
            let expected = self.received.to_string();
            if start.is_some_and(|(start, _)| start.trim() != expected) {
                // Whatever this is, it is not what is missing.
                return Err(IndexError::Archive {
                    filename: self.request.file.filename.clone(),
                    reason: String::from("the server continued it at a wrong place"),
                });
            }
        } else {
            self.start_over(answer.length())?;
        }
        self.read(services, answer).await
    }

    fn start_over(&mut self, size: Option<u64>) -> Result<(), IndexError> {
        match &mut self.sink {
            Sink::Memory(bytes) => bytes.clear(),
            Sink::Temporary(file) => {
                let emptied = file.seek(SeekFrom::Start(0)).and_then(|_| file.get_ref().as_file().set_len(0));
                emptied.map_err(|error| IndexError::file(&self.request.folder, error))?;
            }
        }
        self.hasher = Hasher::new(&self.request.expected);
        self.received = 0;
        self.size = size;
        Ok(())
    }

    fn write(&mut self, chunk: &[u8]) -> Result<(), IndexError> {
        match &mut self.sink {
            Sink::Memory(bytes) => bytes.extend_from_slice(chunk),
            Sink::Temporary(file) => {
                file.write_all(chunk).map_err(|error| IndexError::file(&self.request.folder, error))?;
            }
        }
        Ok(())
    }

    fn too_short(&self, attempts: u32) -> IndexError {
        IndexError::Incomplete {
            url: RedactedUrl::new(&self.request.file.url),
            received: self.received,
            expected: self.size.unwrap_or(self.received),
            attempts,
        }
    }

    /// The error to report after the last attempt.
    fn incomplete(&self, error: IndexError, resumed: u32) -> IndexError {
        match self.size {
            Some(size) if is_interruption(&error) && self.received < size => self.too_short(resumed + 1),
            _ => error,
        }
    }
}
