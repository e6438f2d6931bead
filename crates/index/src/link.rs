//! Links as pip takes them apart: joining, quoting, names and digests in them, and paths as `file:` URLs.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use url::Url;

use crate::file::OwnedFile;
use crate::hashes::{Digest, HashAlgorithm};

/// Whether a link needs no base (pip's shortcut; other schemes are joined and stay as they are).
pub(crate) fn is_absolute(link: &str) -> bool {
    link.starts_with("https://") || link.starts_with("http://")
}

/// `link` made absolute against `base`; `None` when there is nothing to join to.
pub(crate) fn join(base: &str, link: &str) -> Option<String> {
    if is_absolute(link) {
        return Some(link.to_owned());
    }
    Url::parse(base).ok()?.join(link).ok().map(String::from)
}

/// For an absolute URL that needs no quoting and has neither query nor fragment, as nearly all have: where its last
/// part begins. One pass without branches, because pages hold thousands.
pub(crate) fn plain_filename(url: &str) -> Option<usize> {
    let bytes = url.as_bytes();
    let authority = if bytes.starts_with(b"https://") { 8 } else { 7 };
    let path = authority + memchr::memchr2(b'/', b'?', bytes.get(authority..)?)?;
    let path_bytes = bytes.get(path..)?;
    let odd = path_bytes.iter().fold(false, |odd, byte| odd | !is_plain(*byte));
    // A dot could be a name of dots, and a slash at the end no name: let the slow way decide.
    let name = path + memchr::memrchr(b'/', path_bytes)? + 1;
    let sound = bytes.get(name).is_some_and(|first| *first != b'.');
    (!odd && sound).then_some(name)
}

/// `link` with its path quoted as pip does: everything but letters, digits, `-._~`, `/`, `@` and `%2F` becomes
/// `%XX`, without quoting twice. Query and fragment stay.
pub(crate) fn quoted(link: &str) -> Cow<'_, str> {
    let path = path_range(link);
    let Some(raw) = link.get(path.clone()) else { return Cow::Borrowed(link) };
    if raw.bytes().all(is_plain) {
        return Cow::Borrowed(link);
    }
    let mut out = String::with_capacity(link.len() + 16);
    out.push_str(link.get(..path.start).unwrap_or_default());
    let mut rest = raw.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if is_plain(*byte) || *byte == b'@' {
            out.push(char::from(*byte));
            continue;
        }
        let mut byte = *byte;
        if byte == b'%'
            && let Some((digits, after)) = rest.split_first_chunk::<2>()
            && let Some(decoded) = hex_pair(*digits)
        {
            rest = after;
            if is_plain(decoded) && decoded != b'/' {
                out.push(char::from(decoded));
                continue;
            }
            byte = decoded;
        }
        // Writing to a text cannot fail.
        let _ = write!(out, "%{byte:02X}");
    }
    out.push_str(link.get(path.end..).unwrap_or_default());
    Cow::Owned(out)
}

/// The text with every `%XX` decoded; sequences that are no UTF-8 become the replacement character.
pub(crate) fn unquoted(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(String::from_utf8_lossy(&unquoted_bytes(text)).into_owned())
}

fn unquoted_bytes(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match rest.split_first_chunk::<2>() {
            Some((digits, after)) if *byte == b'%' => match hex_pair(*digits) {
                Some(decoded) => {
                    rest = after;
                    out.push(decoded);
                }
                None => out.push(b'%'),
            },
            _ => out.push(*byte),
        }
    }
    out
}

/// Where the last part of the URL's path stands, still quoted. Empty when the path has none.
pub(crate) fn filename_range(url: &str) -> Range<usize> {
    let path = path_range(url);
    let trimmed = url.get(path.clone()).unwrap_or_default().trim_end_matches('/');
    let start = trimmed.rfind('/').map_or(path.start, |slash| path.start + slash + 1);
    start..path.start + trimmed.len()
}

/// The last part of the URL's path, decoded; reduced to one path component.
pub(crate) fn filename(url: &str) -> Cow<'_, str> {
    as_component(unquoted(url.get(filename_range(url)).unwrap_or_default()))
}

/// A name without the folders that decoding may have brought in, nor `.` and `..`.
pub(crate) fn as_component(name: Cow<'_, str>) -> Cow<'_, str> {
    let base = name.rsplit('/').next().unwrap_or_default();
    if base == "." || base == ".." {
        return Cow::Borrowed("");
    }
    if base.len() == name.len() { name } else { Cow::Owned(base.to_owned()) }
}

/// The first digest in a link, and where it stands: `#sha256=...` or `&md5=...`.
pub(crate) fn hash_in(link: &str) -> Option<(HashAlgorithm, Range<usize>)> {
    for (at, _) in link.match_indices(['#', '&']) {
        let Some((name, value)) = link.get(at + 1..)?.split_once('=') else { continue };
        if let Ok(algorithm) = name.parse() {
            let start = at + 1 + name.len() + 1;
            let length = value.find('&').unwrap_or(value.len());
            return Some((algorithm, start..start + length));
        }
    }
    None
}

/// A file named by nothing but its URL.
pub(crate) fn file_from_url(link: &str) -> OwnedFile {
    let hash = hash_in(link).and_then(|(algorithm, place)| Some(Digest::new(algorithm, link.get(place)?)));
    let (url, fragment) = match link.split_once('#') {
        Some((url, fragment)) => (url, Some(fragment.to_owned())),
        None => (link, None),
    };
    OwnedFile {
        filename: filename(url).into_owned(),
        url: url.to_owned(),
        fragment,
        hashes: hash.into_iter().collect(),
        requires_python: None,
        yanked: None,
        metadata: None,
        size: None,
        upload_time: None,
        comes_from: String::new(),
    }
}

/// A path as `file:` URL, quoted as pip does. The path should be absolute.
pub(crate) fn path_to_url(path: &Path) -> String {
    let mut url = String::from("file://");
    for byte in path.as_os_str().as_encoded_bytes() {
        if is_plain(*byte) {
            url.push(char::from(*byte));
        } else {
            // Writing to a text cannot fail.
            let _ = write!(url, "%{byte:02X}");
        }
    }
    url
}

/// The path that a `file:` URL of this machine names.
pub(crate) fn url_to_path(url: &str) -> Option<PathBuf> {
    let rest =
        url.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("file:")).and_then(|_| url.get(5..))?;
    let rest = rest.split(['#', '?']).next().unwrap_or_default();
    let path = match rest.strip_prefix("//") {
        Some(rest) => {
            let slash = rest.find('/').unwrap_or(rest.len());
            let (host, path) = rest.split_at(slash);
            if !host.is_empty() && !host.eq_ignore_ascii_case("localhost") {
                return None;
            }
            path
        }
        None => rest,
    };
    Some(bytes_to_path(unquoted_bytes(path)))
}

#[cfg(unix)]
fn bytes_to_path(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt as _;
    PathBuf::from(std::ffi::OsString::from_vec(bytes))
}

#[cfg(not(unix))]
fn bytes_to_path(bytes: Vec<u8>) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(&bytes).into_owned())
}

/// The scheme of what looks like a URL: the text before the first colon, lowered.
pub(crate) fn scheme(location: &str) -> Option<String> {
    let (scheme, _) = location.split_once(':')?;
    let mut characters = scheme.chars();
    let sound = characters.next()?.is_ascii_alphabetic()
        && characters.all(|character| character.is_ascii_alphanumeric() || "+-.".contains(character));
    sound.then(|| scheme.to_ascii_lowercase())
}

/// Where the path of a URL stands: from the slash after the authority up to `?` or `#`.
fn path_range(url: &str) -> Range<usize> {
    let start = match url.find("://") {
        Some(at) => {
            let authority = at + 3;
            let length = url.get(authority..).and_then(|rest| rest.find(['/', '?', '#']));
            length.map_or(url.len(), |length| authority + length)
        }
        None => url.find(':').map_or(0, |colon| colon + 1),
    };
    let end =
        url.get(start..).and_then(|rest| rest.find(['?', '#'])).map_or(url.len(), |length| start + length);
    start..end
}

/// The bytes that Python's `quote` leaves alone: letters, `-./0123456789`, `_` and `~`. Written without branches, so
/// that a whole path is checked a vector at a time.
#[expect(clippy::needless_bitwise_bool, reason = "a branch would cost the vectors")]
fn is_plain(byte: u8) -> bool {
    let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    let digit = byte.wrapping_sub(b'-') <= b'9' - b'-';
    letter | digit | (byte == b'_') | (byte == b'~')
}

fn hex_pair(digits: [u8; 2]) -> Option<u8> {
    let value = |digit: u8| char::from(digit).to_digit(16);
    u8::try_from(value(digits[0])? * 16 + value(digits[1])?).ok()
}
