//! Requests: with credentials, over redirects, tried again, explained when they fail.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use hyper::ext::ReasonPhrase;
use reqwest::header::{self as headers, HeaderMap, HeaderValue};
use reqwest::{Client, Method, Response, StatusCode};
use tokio::sync::Semaphore;
use url::{ParseError, Url};

use super::client;
use super::credentials::Credentials;
use super::failure;
use super::log_in::LogIn;
use super::origin::{Origin, TrustedHosts};
use super::retry_after::retry_after;
use crate::error::IndexError;
use crate::event::IndexEvent;
use crate::login::Login;
use crate::redact::RedactedUrl;
use crate::settings::{IndexSettings, ProxySettings};

pub(crate) use reqwest::header;

/// As many as requests follows.
const REDIRECTS: usize = 30;
/// How much room an announced length is granted in advance.
const LARGEST_GUESS: usize = 8 << 20;
/// The largest page or metadata file that is taken, several times the largest that there are.
pub(crate) const LARGEST_DOCUMENT: usize = 128 << 20;
/// How many requests may go to an origin before it has answered one.
const SCOUTS: usize = 4;

/// Sends requests. Nothing is set up before the first one.
pub(crate) struct Http {
    settings: IndexSettings,
    trusted: TrustedHosts,
    credentials: Credentials,
    log_in: LogIn,
    verifying: OnceLock<Result<Client, IndexError>>,
    trusting: OnceLock<Result<Client, IndexError>>,
    /// One for each origin asked so far, closed once the first answer is there.
    gates: Mutex<HashMap<Origin, Arc<Semaphore>>>,
}

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) headers: HeaderMap,
    /// What is sent with a POST.
    pub(crate) body: Vec<u8>,
}

impl Ask {
    /// A GET for the URL, without its fragment.
    pub(crate) fn get(url: &str) -> Self {
        let url = url.split('#').next().unwrap_or_default().to_owned();
        Self { method: Method::GET, url, headers: HeaderMap::new(), body: Vec::new() }
    }

    /// A POST of this body.
    pub(crate) fn post(url: &str, body: Vec<u8>) -> Self {
        Self { method: Method::POST, body, ..Self::get(url) }
    }

    /// Adds a header; a value that no header can hold is left out.
    pub(crate) fn with(mut self, name: headers::HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }
}

/// An answer without an error status, whose body is still to come.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) response: Response,
    /// Where it came from in the end, without credentials.
    pub(crate) url: Url,
}

impl Answer {
    pub(crate) fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// A header as text; empty when there is none.
    pub(crate) fn header(&self, name: &headers::HeaderName) -> &str {
        self.response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The announced length of the body, if it is plausible.
    pub(crate) fn length(&self) -> Option<u64> {
        self.header(&headers::CONTENT_LENGTH).parse().ok()
    }
}

/// How often something may still be tried.
#[derive(Debug)]
struct Retries {
    left: u32,
    failures: u32,
}

impl Http {
    pub(crate) fn new(settings: &IndexSettings) -> Self {
        Self {
            trusted: TrustedHosts::new(&settings.trusted_hosts),
            credentials: Credentials::new(&settings.index_urls, &settings.find_links, &settings.netrc),
            log_in: LogIn::new(settings),
            settings: settings.clone(),
            verifying: OnceLock::new(),
            trusting: OnceLock::new(),
            gates: Mutex::default(),
        }
    }

    pub(crate) fn trusted_hosts(&self) -> &TrustedHosts {
        &self.trusted
    }

    /// Sends a request until it is answered with something that is no error, or the retries are used up.
    pub(crate) async fn send(&self, ask: &Ask) -> Result<Answer, IndexError> {
        self.send_within(ask, &mut self.retries()).await
    }

    /// The same, with the whole body. A body that breaks off is asked for again.
    pub(crate) async fn send_whole(&self, ask: &Ask) -> Result<(Answer, Vec<u8>), IndexError> {
        let mut retries = self.retries();
        loop {
            let mut answer = self.send_within(ask, &mut retries).await?;
            match self.body(&mut answer).await {
                Ok(body) => return Ok((answer, body)),
                Err(error) => self.once_more(&mut retries, error, &answer.url, None).await?,
            }
        }
    }

    /// The body of an answer, without another try.
    pub(crate) async fn rest(&self, mut answer: Answer) -> Result<(Answer, Vec<u8>), IndexError> {
        let body = self.body(&mut answer).await?;
        Ok((answer, body))
    }

    /// The next piece of a body.
    pub(crate) async fn chunk(
        &self,
        answer: &mut Answer,
    ) -> Result<Option<impl AsRef<[u8]> + use<>>, IndexError> {
        match answer.response.chunk().await {
            // A body that only its end delimits ends here, as it does for Python's ssl module: many servers close
            // a connection without the notice that TLS has for it. Files have digests besides.
            Err(error) if is_delimited_by_its_end(answer) && is_end_without_notice(&error) => Ok(None),
            chunk => chunk.map_err(|error| self.explain(&error, &answer.url)),
        }
    }

    async fn body(&self, answer: &mut Answer) -> Result<Vec<u8>, IndexError> {
        let announced = answer.length().and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
        let mut body = Vec::with_capacity(announced.min(LARGEST_GUESS));
        while let Some(chunk) = self.chunk(answer).await? {
            body.extend_from_slice(chunk.as_ref());
            if body.len() > LARGEST_DOCUMENT {
                let url = RedactedUrl::new(answer.url.as_str());
                return Err(IndexError::TooLarge { url, limit: LARGEST_DOCUMENT as u64 });
            }
        }
        Ok(body)
    }

    fn retries(&self) -> Retries {
        Retries { left: self.settings.retries, failures: 0 }
    }

    async fn send_within(&self, ask: &Ask, retries: &mut Retries) -> Result<Answer, IndexError> {
        let mut url = Url::parse(&ask.url).map_err(|error| IndexError::InvalidUrl {
            url: RedactedUrl::new(&ask.url),
            reason: match error {
                // In the words of `requests`.
                ParseError::RelativeUrlWithoutBase => {
                    format!("No scheme supplied. Perhaps you meant https://{}?", RedactedUrl::new(&ask.url))
                }
                ParseError::EmptyHost => String::from("No host supplied"),
                other => other.to_string(),
            },
        })?;
        let mut redirects = 0;
        loop {
            let (error, wait) = match self.send_once(ask, &mut url).await {
                Err(error) => (error, None),
                Ok(response) => match redirect_target(&response, &url) {
                    Some(target) if matches!(target.scheme(), "http" | "https") => {
                        redirects += 1;
                        if redirects > REDIRECTS {
                            return Err(IndexError::TooManyRedirects { url: RedactedUrl::new(&ask.url) });
                        }
                        url = target;
                        continue;
                    }
                    refused => {
                        if let Some(target) = refused {
                            self.tell(&IndexEvent::RedirectRefused {
                                from: RedactedUrl::new(url.as_str()),
                                to: RedactedUrl::new(target.as_str()),
                            });
                        }
                        match status_error(&response, &url) {
                            None => return Ok(Answer { response, url }),
                            Some(error) => (error, retry_after(&response)),
                        }
                    }
                },
            };
            self.once_more(retries, error, &url, wait).await?;
        }
    }

    /// One request on one hop. Leaves the URL without credentials.
    async fn send_once(&self, ask: &Ask, url: &mut Url) -> Result<Response, IndexError> {
        let login = self.credentials.take_for(url);
        if !matches!(url.scheme(), "http" | "https") {
            return Err(IndexError::InvalidUrl {
                url: RedactedUrl::new(url.as_str()),
                reason: String::from("only http, https and file can be fetched"),
            });
        }
        let response = self.send_as(ask, url, login.as_ref()).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            return Ok(response);
        }
        let Some(answer) = self.log_in.answer(&self.credentials, url, login.as_ref()).await else {
            return Ok(response);
        };
        // The same credentials would be refused again.
        let response = match answer.login.filter(|new| login.as_ref() != Some(new)) {
            Some(new) => {
                let response = self.send_as(ask, url, Some(&new)).await?;
                if answer.save && response.status().as_u16() < 400 {
                    self.tell(&IndexEvent::SavingCredentials);
                    self.log_in.save(url, new).await;
                }
                response
            }
            None => response,
        };
        if response.status() == StatusCode::UNAUTHORIZED {
            self.tell(&IndexEvent::CredentialsRefused { url: RedactedUrl::new(url.as_str()) });
        }
        Ok(response)
    }

    async fn send_as(&self, ask: &Ask, url: &Url, login: Option<&Login>) -> Result<Response, IndexError> {
        let client = self.client(url)?;
        let mut request = client.request(ask.method.clone(), url.clone()).headers(ask.headers.clone());
        if !ask.body.is_empty() {
            request = request.body(ask.body.clone());
        }
        if let Some(Login { user, password }) = login {
            request = request.basic_auth(user, Some(password));
        }
        let gate = self.gate(url);
        let first = gate.acquire().await;
        let response = request.send().await;
        if first.is_ok() {
            gate.close();
        }
        response.map_err(|error| self.explain(&error, url))
    }

    /// Lets a few requests to an origin go ahead. Before the first answer nobody knows that one HTTP/2 connection will
    /// do for all, and each of fifty requests would shake hands on its own.
    fn gate(&self, url: &Url) -> Arc<Semaphore> {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(gates.entry(Origin::of(url)).or_insert_with(|| Arc::new(Semaphore::new(SCOUTS))))
    }

    /// Waits before another try, or gives the error back when there is none left.
    async fn once_more(
        &self,
        retries: &mut Retries,
        error: IndexError,
        url: &Url,
        wait: Option<Duration>,
    ) -> Result<(), IndexError> {
        if retries.left == 0 || !(failure::is_passing(&error) || wait.is_some()) {
            return Err(error);
        }
        retries.left -= 1;
        retries.failures += 1;
        self.tell(&IndexEvent::Retrying {
            left: retries.left,
            answered: error.status().is_some(),
            reason: failure::as_pip_prints(&error, url),
            path: url.path().to_owned(),
        });
        // As pip: at once, then half a second, doubled each time.
        let pause = match retries.failures {
            1 => 0,
            failures => 250 << (failures - 1).min(10),
        };
        tokio::time::sleep(wait.unwrap_or(Duration::from_millis(pause))).await;
        Ok(())
    }

    fn client(&self, url: &Url) -> Result<&Client, IndexError> {
        let verify = !self.trusted.trust(url);
        let client = if verify { &self.verifying } else { &self.trusting };
        client.get_or_init(|| client::set_up(&self.settings, verify)).as_ref().map_err(Clone::clone)
    }

    fn explain(&self, error: &reqwest::Error, url: &Url) -> IndexError {
        let ProxySettings { http, https, all, .. } = &self.settings.proxies;
        let own = if url.scheme() == "https" { https } else { http };
        failure::explain(error, url, self.settings.timeout, own.as_deref().or(all.as_deref()))
    }

    pub(crate) fn tell(&self, event: &IndexEvent) {
        (self.settings.events)(event);
    }
}

impl std::fmt::Debug for Http {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Http").finish_non_exhaustive()
    }
}

/// Where a redirect leads; `None` for every other answer.
fn redirect_target(response: &Response, url: &Url) -> Option<Url> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    url.join(response.headers().get(headers::LOCATION)?.to_str().ok()?).ok()
}

fn status_error(response: &Response, url: &Url) -> Option<IndexError> {
    let status = response.status();
    if status.is_success() || status == StatusCode::NOT_MODIFIED {
        return None;
    }
    Some(IndexError::Status {
        status: status.as_u16(),
        reason: reason(response),
        url: RedactedUrl::new(url.as_str()),
    })
}

/// The server's own words for its status, else the usual ones.
fn reason(response: &Response) -> String {
    match response.extensions().get::<ReasonPhrase>() {
        Some(own) => String::from_utf8_lossy(own.as_bytes()).into_owned(),
        None => response.status().canonical_reason().unwrap_or_default().to_owned(),
    }
}

/// Whether neither a length nor chunks tell where the body of an answer ends.
fn is_delimited_by_its_end(answer: &Answer) -> bool {
    answer.length().is_none() && answer.header(&header::TRANSFER_ENCODING).is_empty()
}

/// Whether a TLS connection was closed without the notice that it ends.
fn is_end_without_notice(error: &reqwest::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        if error
            .downcast_ref::<std::io::Error>()
            .is_some_and(|error| error.kind() == std::io::ErrorKind::UnexpectedEof)
        {
            return true;
        }
        source = error.source();
    }
    false
}
