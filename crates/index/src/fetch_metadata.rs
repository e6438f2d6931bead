//! Getting the METADATA of a file with as few bytes as possible.
//!
//! In this order: the metadata file that the page announces; the few bytes of the wheel that hold it; the whole
//! wheel. A metadata file that no page announces is not looked for: nobody vouches for it, and pip does not read it.

use std::fs::File;
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom};
use std::ops::Range;
use std::path::Path;

use url::Url;

use crate::download::{DownloadRequest, DownloadedContent};
use crate::error::IndexError;
use crate::fetch_file;
use crate::file::OwnedFile;
use crate::hashes::{Digest, Hasher, Hashes, sha256_hex};
use crate::network::{Answer, Ask, header};
use crate::redact::{RedactedUrl, remove_credentials};
use crate::services::Services;
use crate::wheel_metadata::{self, Obstacle, Pieces};

/// A wheel of at most this size is fetched whole: it takes no longer, and saves the download.
const SMALL: u64 = 128 << 10;
/// How much of a wheel's end is asked for first: the directory, and nearly always METADATA beside it.
const TAIL: u64 = 32 << 10;
/// Whole wheels larger than this are not kept for the download that may follow.
const KEPT: u64 = 8 << 20;
/// Header and directory, twice for zip64, METADATA, and one to spare.
const ROUNDS: usize = 6;

/// The name under which a file's metadata is cached: its own digest when that is announced. Otherwise the file's
/// digest together with its origin, so that no index can speak for the files of another; or the URL.
pub(crate) fn cache_key(file: &OwnedFile) -> String {
    if let Some(digest) = file.metadata.as_ref().and_then(|metadata| metadata.digest.as_ref()) {
        return format!(
            "{}-{}",
            digest.algorithm,
            Digest::new(digest.algorithm, &file_name_part(&digest.hex)).hex
        );
    }
    match file.hashes.sha256() {
        Some(hex) => sha256_hex(format!("{} {hex}", host_of(&file.url)).as_bytes()),
        None => sha256_hex(remove_credentials(&file.url).as_bytes()),
    }
}

/// A digest comes from the index and could be anything, a path too.
fn file_name_part(hex: &str) -> String {
    hex.chars().filter(char::is_ascii_alphanumeric).take(128).collect()
}

/// Of a file of this machine: from the metadata file that its page announces, or from the wheel.
pub(crate) fn local(path: &Path, file: &OwnedFile) -> Result<Vec<u8>, IndexError> {
    let Some(announced) = &file.metadata else { return inside(path, &file.filename) };
    let url = metadata_url(file);
    let mut beside = path.as_os_str().to_owned();
    beside.push(".metadata");
    let body = std::fs::read(&beside).map_err(|error| match error.kind() {
        // For pip the disk is a server like others.
        ErrorKind::NotFound => {
            let reason = String::from("FileNotFoundError");
            IndexError::Status { status: 404, reason, url: RedactedUrl::new(&url) }
        }
        _ => IndexError::file(beside, error),
    })?;
    let expected: Hashes = announced.digest.iter().cloned().collect();
    check(&body, &expected, &url)?;
    Ok(body)
}

/// From a wheel of this machine.
fn inside(path: &Path, filename: &str) -> Result<Vec<u8>, IndexError> {
    let failed = |error| IndexError::file(path, error);
    let mut file = File::open(path).map_err(failed)?;
    let total = file.metadata().map_err(failed)?.len();
    let mut pieces = Pieces::new(total);
    let mut wanted = total.saturating_sub(TAIL)..total;
    for _ in 0..ROUNDS {
        file.seek(SeekFrom::Start(wanted.start)).map_err(failed)?;
        let mut bytes = Vec::new();
        (&file).take(wanted.end - wanted.start).read_to_end(&mut bytes).map_err(failed)?;
        pieces.add(wanted.start, bytes);
        match wheel_metadata::read(&pieces) {
            Ok(metadata) => return Ok(metadata),
            Err(Obstacle::Needs(range)) => wanted = range,
            Err(Obstacle::Broken(reason)) => return Err(broken(filename, reason)),
        }
    }
    Err(broken(filename, "its records lead in a circle"))
}

/// From a server.
pub(crate) async fn remote(services: &Services, file: &OwnedFile) -> Result<Vec<u8>, IndexError> {
    let host = host_of(&file.url);
    if let Some(announced) = &file.metadata {
        let expected: Hashes = announced.digest.iter().cloned().collect();
        match metadata_file(services, file, &expected).await {
            // An index may announce what its file server does not have.
            Err(IndexError::Status { status: 400..=499, .. }) if is_wheel(file) => {}
            answer => return answer,
        }
    }
    if !is_wheel(file) {
        return Err(broken(&file.filename, "it is not a wheel, and has no metadata file"));
    }
    let is_large = file.size.is_none_or(|size| size > SMALL);
    if is_large
        && services.habits(&host).sends_ranges != Some(false)
        && let Some(metadata) = by_ranges(services, file, &host).await?
    {
        return Ok(metadata);
    }
    whole(services, file).await
}

/// Where the metadata file of a file is.
fn metadata_url(file: &OwnedFile) -> String {
    match file.url.split_once('?') {
        Some((path, query)) => format!("{path}.metadata?{query}"),
        None => format!("{}.metadata", file.url),
    }
}

/// The file `<url>.metadata`.
async fn metadata_file(
    services: &Services,
    file: &OwnedFile,
    expected: &Hashes,
) -> Result<Vec<u8>, IndexError> {
    let url = metadata_url(file);
    let (_, body) = services.http.send_whole(&identity(&url)).await?;
    check(&body, expected, &url)?;
    Ok(body)
}

/// The parts of the wheel that are needed; nothing when the server sends no parts.
async fn by_ranges(services: &Services, file: &OwnedFile, host: &str) -> Result<Option<Vec<u8>>, IndexError> {
    let first = match file.size {
        Some(size) => format!("bytes={}-{}", size.saturating_sub(TAIL), size.saturating_sub(1)),
        None => format!("bytes=-{TAIL}"),
    };
    let mut range = first;
    let mut pieces: Option<Pieces> = None;
    for _ in 0..ROUNDS {
        let answer = match services.http.send(&identity(&file.url).with(header::RANGE, &range)).await {
            Ok(answer) => answer,
            // Range not satisfiable, or not implemented, or a size that is wrong.
            Err(IndexError::Status { status: 405 | 416 | 501, .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let Some((start, total)) = content_range(&answer) else {
            services.learn(host, |habits| habits.sends_ranges = Some(false));
            return instead(services, file, answer).await;
        };
        services.learn(host, |habits| habits.sends_ranges = Some(true));
        let pieces = pieces.get_or_insert_with(|| Pieces::new(total));
        let (_, body) = services.http.rest(answer).await?;
        pieces.add(start, body);
        match wheel_metadata::read(pieces) {
            Ok(metadata) => return Ok(Some(metadata)),
            Err(Obstacle::Needs(Range { start, end })) => {
                range = format!("bytes={start}-{}", end.saturating_sub(1));
            }
            Err(Obstacle::Broken(reason)) => return Err(broken(&file.filename, reason)),
        }
    }
    Err(broken(&file.filename, "its records lead in a circle"))
}

/// The whole wheel, which is kept if it is not large. A large one goes to disk for as long as it is looked at.
async fn whole(services: &Services, file: &OwnedFile) -> Result<Vec<u8>, IndexError> {
    let folder = services.settings.cache.clone();
    if let Some(folder) = &folder {
        std::fs::create_dir_all(folder).map_err(|error| IndexError::file(folder, error))?;
    }
    let request = DownloadRequest {
        file: file.clone(),
        expected: file.hashes.clone(),
        memory_limit: if folder.is_some() { KEPT } else { u64::MAX },
        folder: folder.unwrap_or_default(),
        progress: None,
    };
    let download = fetch_file::remote(services, &request).await?;
    match download.content {
        DownloadedContent::Temporary(temporary) => inside(temporary.path(), &file.filename),
        DownloadedContent::Local(path) => inside(&path, &file.filename),
        DownloadedContent::Memory(body) => of_whole(services, file, body),
    }
}

/// The wheel that a server sends where a part was asked for, if that is not large: it need not be asked for again.
async fn instead(
    services: &Services,
    file: &OwnedFile,
    answer: Answer,
) -> Result<Option<Vec<u8>>, IndexError> {
    let length: Option<u64> = answer.header(&header::CONTENT_LENGTH).parse().ok();
    if answer.status() != 200 || length.is_none_or(|length| length > KEPT) {
        return Ok(None);
    }
    let (_, body) = services.http.rest(answer).await?;
    check(&body, &file.hashes, &file.url)?;
    of_whole(services, file, body).map(Some)
}

/// From a whole wheel, which is kept for the download that may follow.
fn of_whole(services: &Services, file: &OwnedFile, body: Vec<u8>) -> Result<Vec<u8>, IndexError> {
    let mut pieces = Pieces::new(body.len() as u64);
    pieces.add(0, body);
    let metadata = wheel_metadata::read(&pieces).map_err(|obstacle| match obstacle {
        Obstacle::Broken(reason) => broken(&file.filename, reason),
        Obstacle::Needs(_) => broken(&file.filename, "it is cut off"),
    })?;
    if let Some(body) = pieces.into_whole() {
        services.keep_wheel(&file.url, body);
    }
    Ok(metadata)
}

/// A GET for bytes as they are.
fn identity(url: &str) -> Ask {
    Ask::get(url).with(header::ACCEPT_ENCODING, "identity")
}

/// Where a part begins, and how long the whole is: `bytes 10-20/30`. Nothing if the answer is no part.
fn content_range(answer: &Answer) -> Option<(u64, u64)> {
    if answer.status() != 206 {
        return None;
    }
    let (range, total) =
        answer.header(&header::CONTENT_RANGE).trim().strip_prefix("bytes ")?.split_once('/')?;
    let (start, _) = range.trim().split_once('-')?;
    Some((start.parse().ok()?, total.trim().parse().ok()?))
}

/// Compares content with the digests it must have.
pub(crate) fn check(body: &[u8], expected: &Hashes, url: &str) -> Result<Vec<Digest>, IndexError> {
    let mut hasher = Hasher::new(expected);
    hasher.update(body);
    matching(hasher, expected, url)
}

/// The digests taken, if one of them is expected.
pub(crate) fn matching(hasher: Hasher, expected: &Hashes, url: &str) -> Result<Vec<Digest>, IndexError> {
    let digests = hasher.finish();
    if expected.is_empty() || digests.iter().any(|digest| expected.allows(digest)) {
        return Ok(digests);
    }
    let got = digests.into_iter().filter(|digest| expected.of(digest.algorithm).next().is_some()).collect();
    Err(IndexError::HashMismatch { url: RedactedUrl::new(url), expected: expected.clone(), got })
}

fn is_wheel(file: &OwnedFile) -> bool {
    file.filename.ends_with(".whl")
}

/// Scheme, host and port of a URL.
fn host_of(url: &str) -> String {
    if let Some(plain) = plain_origin(url) {
        return plain.to_owned();
    }
    Url::parse(url).map(|url| url.origin().ascii_serialization()).unwrap_or_default()
}

/// The same at a glance, if nothing in it could be written in another way: a version of a thousand is one of many whose
/// metadata is asked for.
fn plain_origin(url: &str) -> Option<&str> {
    const SCHEME: &str = "https://";
    let (host, _) = url.strip_prefix(SCHEME)?.split_once('/')?;
    let (labels, last) = host.rsplit_once('.')?;
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
    // A last part with digits may be that of an address, and `xn--` is checked by `url`.
    let is_name = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_usual = is_name && labels.bytes().all(is_plain) && !labels.contains("xn--");
    url.get(..SCHEME.len() + host.len()).filter(|_| is_usual)
}

fn broken(filename: &str, reason: &str) -> IndexError {
    IndexError::Archive { filename: filename.to_owned(), reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_origin_is_the_origin() {
        for host in ["files.example.org", "a-b.c1.example", "a..b.test", "localhost.test"] {
            let url = format!("https://{host}/a/b-1.whl");
            let origin = Url::parse(&url).unwrap().origin().ascii_serialization();
            assert_eq!(plain_origin(&url), Some(origin.as_str()));
        }
        for url in [
            "http://a.test/",
            "https://a.test",
            "https://A.test/",
            "https://a.test:443/",
            "https://me@a.test/",
            "https://127.0.0.1/",
            "https://1.0x7f/",
            "https://1.0xf/",
            "https://xn--a.test/",
            "https://[::1].a/",
            "https://a.te%73t/",
            "https://\u{fc}.test/",
            "https://a.test\\b.test/",
            "https://a.test?b.test/",
            "https://a.\tb.test/",
        ] {
            assert_eq!(plain_origin(url), None, "{url}");
        }
    }
}
