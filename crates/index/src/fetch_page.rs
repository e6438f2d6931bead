//! Getting one page: from a file, the cache, or a server that may say that nothing has changed.

use std::path::Path;
use std::sync::Arc;

use reqwest::Method;
use url::Url;

use crate::cache::CachedPage;
use crate::error::IndexError;
use crate::event::IndexEvent;
use crate::network::{Answer, Ask, LARGEST_DOCUMENT, header};
use crate::page::{self, Page, PageFormat};
use crate::redact::{RedactedUrl, remove_credentials};
use crate::services::Services;
use crate::source::looks_like_archive;

/// What pip accepts, JSON first.
const ACCEPT: &str = "application/vnd.pypi.simple.v1+json, \
    application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01";

/// Reads an HTML file whose links are relative to `url`.
pub(crate) fn local(path: &Path, url: &str) -> Result<Page, IndexError> {
    let body = std::fs::read(path).map_err(|error| IndexError::file(path, error))?;
    Ok(page::parse(&body, PageFormat::Html, "text/html", url)?.finish(None, None, 0))
}

/// Asks a server for a page. `known` is the page of an earlier time; `revalidate` asks caches on the way to check
/// theirs.
pub(crate) async fn remote(
    services: &Services,
    url: &str,
    known: Option<CachedPage>,
    revalidate: bool,
) -> Result<Arc<Page>, IndexError> {
    let key = remove_credentials(url);
    let mut claim = None;
    let mut known = known;
    // A page that is here already is mostly only confirmed.
    if known.is_none() {
        claim = services.cache.claim_page(&key).await;
        // Another process may have fetched it since somebody looked.
        known = services.cache.own_page(&key);
        if let Some(known) = known.take_if(|known| known.is_fresh()) {
            return Ok(known.page);
        }
    }
    if looks_like_archive(url) {
        // Not to fetch a large file for a page that it is not.
        let head = Ask { method: Method::HEAD, ..Ask::get(url) };
        format_of(&services.http.send(&head).await?, "HEAD")?;
    }
    let mut ask = Ask::get(url).with(header::ACCEPT, ACCEPT).with(header::ACCEPT_ENCODING, "gzip");
    if revalidate {
        ask = ask.with(header::CACHE_CONTROL, "max-age=0");
    }
    if let Some(known) = &known {
        if let Some(etag) = known.page.etag() {
            ask = ask.with(header::IF_NONE_MATCH, etag);
        }
        if let Some(last_modified) = known.page.last_modified() {
            ask = ask.with(header::IF_MODIFIED_SINCE, last_modified);
        }
    }
    let (answer, body) = services.http.send_whole(&ask).await?;
    check_place(services, url, &answer)?;
    if answer.status() == 304
        && let Some(known) = known
    {
        services.cache.confirm_page(&key);
        return Ok(known.page);
    }
    let format = format_of(&answer, "GET")?;
    let body = decoded(&answer, body)?;
    let builder = page::parse(&body, format, answer.header(&header::CONTENT_TYPE), answer.url.as_str())?;
    let keeping = Keeping::of(answer.header(&header::CACHE_CONTROL), answer.header(&header::AGE));
    let validator = |name| Some(answer.header(&name)).filter(|value| !value.is_empty());
    let page = builder.finish(validator(header::ETAG), validator(header::LAST_MODIFIED), keeping.max_age);
    if keeping.allowed {
        services.cache.keep_page(&key, &page, known.as_ref().map(|known| &*known.page), claim);
    }
    Ok(Arc::new(page))
}

/// Refuses an answer in plain text from elsewhere, to which a redirect led, when the page that was asked for was an
/// encrypted one: whoever sits on the way could have written it. Stricter than pip, which follows.
fn check_place(services: &Services, asked: &str, answer: &Answer) -> Result<(), IndexError> {
    let trusted = services.http.trusted_hosts();
    if trusted.is_secure(&answer.url) || Url::parse(asked).is_ok_and(|asked| asked.scheme() != "https") {
        return Ok(());
    }
    let host = answer.url.host_str().unwrap_or_default().to_owned();
    services.http.tell(&IndexEvent::InsecureLocation { host: host.clone() });
    Err(IndexError::UntrustedHost { host })
}

/// What the answer is written in, or that it is no page.
fn format_of(answer: &Answer, method: &'static str) -> Result<PageFormat, IndexError> {
    let content_type = answer.header(&header::CONTENT_TYPE);
    PageFormat::of(content_type).ok_or_else(|| IndexError::ContentType {
        url: RedactedUrl::new(answer.url.as_str()),
        method,
        content_type: if content_type.is_empty() { "Unknown" } else { content_type }.to_owned(),
    })
}

/// What `Cache-Control` allows.
#[derive(Debug, PartialEq, Eq)]
struct Keeping {
    /// Whether the page may be kept at all.
    allowed: bool,
    /// For how many seconds it may be used without asking.
    max_age: u32,
}

impl Keeping {
    /// Reads the header, and how long the page has been in caches on the way.
    fn of(cache_control: &str, age: &str) -> Self {
        let mut keeping = Self { allowed: true, max_age: 0 };
        let mut must_ask = false;
        for directive in cache_control.split(',') {
            let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
            match name.trim().to_ascii_lowercase().as_str() {
                "no-store" => keeping.allowed = false,
                "no-cache" => must_ask = true,
                "max-age" => keeping.max_age = value.trim().trim_matches('"').parse().unwrap_or(0),
                _ => {}
            }
        }
        keeping.max_age = keeping.max_age.saturating_sub(age.trim().parse().unwrap_or(0));
        if must_ask {
            keeping.max_age = 0;
        }
        keeping
    }
}

/// The body as it was before the server packed it.
pub(crate) fn decoded(answer: &Answer, body: Vec<u8>) -> Result<Vec<u8>, IndexError> {
    match answer.header(&header::CONTENT_ENCODING).trim() {
        "gzip" | "x-gzip" => gunzip(&body).ok_or_else(|| IndexError::InvalidPage {
            url: RedactedUrl::new(answer.url.as_str()),
            reason: String::from("its gzip encoding is damaged"),
        }),
        _ => Ok(body),
    }
}

/// Unpacks a gzip stream in one go; its last four bytes say how long the content is.
fn gunzip(packed: &[u8]) -> Option<Vec<u8>> {
    // Nothing packs better than 1032 to 1, so larger claims are lies.
    let (_, length) = packed.split_last_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    if length > LARGEST_DOCUMENT.min(packed.len().saturating_mul(1032)) {
        return None;
    }
    let mut content = vec![0; length];
    let written = libdeflater::Decompressor::new().gzip_decompress(packed, &mut content);
    (written == Ok(length)).then_some(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cache_control_is_obeyed() {
        let keeping = |header, age| Keeping::of(header, age);
        assert_eq!(keeping("", ""), Keeping { allowed: true, max_age: 0 });
        assert_eq!(keeping("max-age=600, public", "100"), Keeping { allowed: true, max_age: 500 });
        assert_eq!(keeping("public,Max-Age=\"60\"", "100"), Keeping { allowed: true, max_age: 0 });
        assert_eq!(keeping("no-cache, max-age=60", ""), Keeping { allowed: true, max_age: 0 });
        assert_eq!(keeping("no-store", ""), Keeping { allowed: false, max_age: 0 });
        assert_eq!(keeping("max-age=x,,=", "y"), Keeping { allowed: true, max_age: 0 });
    }

    #[test]
    fn gzip_is_unpacked_within_reason() {
        let content = b"page ".repeat(1000);
        let mut packed = vec![0; 1000];
        let mut compressor = libdeflater::Compressor::new(libdeflater::CompressionLvl::default());
        let length = compressor.gzip_compress(&content, &mut packed).unwrap();
        packed.truncate(length);
        assert_eq!(gunzip(&packed).as_deref(), Some(&content[..]));
        for end in 0..length {
            assert_eq!(gunzip(&packed[..end]), None);
        }
        let lie = [&packed[..length - 4], &u32::MAX.to_le_bytes()].concat();
        assert_eq!(gunzip(&lie), None);
    }
}
