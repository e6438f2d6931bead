//! Cuts the text of a version into its pieces. Versions and specifiers share this grammar.

use super::PreReleaseKind;

/// The pieces of a version, as slices of its text. Numbers are ASCII digits; none at all mean 0.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pieces<'a> {
    pub(crate) epoch: Option<&'a [u8]>,
    /// The release numbers with the dots between them.
    pub(crate) release: &'a [u8],
    pub(crate) pre: Option<(PreReleaseKind, &'a [u8])>,
    pub(crate) post: Option<&'a [u8]>,
    pub(crate) dev: Option<&'a [u8]>,
    /// The local part with its separators, without the `+`.
    pub(crate) local: Option<&'a [u8]>,
}

impl<'a> Pieces<'a> {
    /// The digits of each release number.
    pub(crate) fn release_numbers(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        self.release.split(|&byte| byte == b'.')
    }
}

/// Spellings of the phases before a release. A spelling stands before all that are a part of it.
const PRE: [(&[u8], PreReleaseKind); 8] = [
    (b"alpha", PreReleaseKind::Alpha),
    (b"a", PreReleaseKind::Alpha),
    (b"beta", PreReleaseKind::Beta),
    (b"b", PreReleaseKind::Beta),
    (b"preview", PreReleaseKind::Candidate),
    (b"pre", PreReleaseKind::Candidate),
    (b"c", PreReleaseKind::Candidate),
    (b"rc", PreReleaseKind::Candidate),
];

/// Spellings of a post-release. A spelling stands before all that are a part of it.
const POST: [(&[u8], ()); 3] = [(b"post", ()), (b"rev", ()), (b"r", ())];

const DEV: [(&[u8], ()); 1] = [(b"dev", ())];

/// Reads the epoch and the release numbers at the start of `bytes`. Gives the pieces and where they end.
pub(crate) fn scan_head(bytes: &[u8]) -> Option<(Pieces<'_>, usize)> {
    let start = usize::from(bytes.first().is_some_and(|byte| byte.eq_ignore_ascii_case(&b'v')));
    let first = digits_end(bytes, start);
    if first == start {
        return None;
    }
    let mut pieces = Pieces::default();
    let (mut release_start, mut end) = (start, first);
    if bytes.get(first) == Some(&b'!') && digits_end(bytes, first + 1) > first + 1 {
        pieces.epoch = bytes.get(start..first);
        release_start = first + 1;
        end = digits_end(bytes, release_start);
    }
    while bytes.get(end) == Some(&b'.') {
        let next = digits_end(bytes, end + 1);
        if next == end + 1 {
            break;
        }
        end = next;
    }
    pieces.release = bytes.get(release_start..end)?;
    Some((pieces, end))
}

/// Reads the suffixes after the release numbers that end at `at`, as many as there are, and gives where they end.
pub(crate) fn scan_suffixes<'a>(bytes: &'a [u8], at: usize, local: bool, pieces: &mut Pieces<'a>) -> usize {
    let mut end = at;
    if end == bytes.len() {
        return end;
    }
    if let Some((kind, number, next)) = scan_suffix(bytes, end, &PRE) {
        pieces.pre = Some((kind, number));
        end = next;
    }
    let dash_number = digits_end(bytes, end + 1);
    if bytes.get(end) == Some(&b'-') && dash_number > end + 1 {
        pieces.post = bytes.get(end + 1..dash_number);
        end = dash_number;
    } else if let Some(((), number, next)) = scan_suffix(bytes, end, &POST) {
        pieces.post = Some(number);
        end = next;
    }
    if let Some(((), number, next)) = scan_suffix(bytes, end, &DEV) {
        pieces.dev = Some(number);
        end = next;
    }
    if local && bytes.get(end) == Some(&b'+') {
        let next = local_end(bytes, end + 1);
        if next > end + 1 {
            pieces.local = bytes.get(end + 1..next);
            end = next;
        }
    }
    end
}

/// Reads `[._-]? word [._-]? digits?` with the first word that fits: its meaning, the digits, and the end.
fn scan_suffix<'a, T: Copy>(
    bytes: &'a [u8],
    at: usize,
    words: &[(&[u8], T)],
) -> Option<(T, &'a [u8], usize)> {
    let rest = bytes.get(skip_separator(bytes, at)..)?;
    let &(word, meaning) = words
        .iter()
        .find(|(word, _)| rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)))?;
    let number = skip_separator(rest, word.len());
    let end = digits_end(rest, number);
    Some((meaning, rest.get(number..end)?, bytes.len() - rest.len() + end))
}

/// Where `[a-z0-9]+([._-][a-z0-9]+)*` ends that starts at `at`.
fn local_end(bytes: &[u8], at: usize) -> usize {
    let segment_end = |at| end_of(bytes, at, u8::is_ascii_alphanumeric);
    let mut end = segment_end(at);
    while end > at {
        let separated = skip_separator(bytes, end);
        let next = segment_end(separated);
        if separated == end || next == separated {
            break;
        }
        end = next;
    }
    end
}

fn skip_separator(bytes: &[u8], at: usize) -> usize {
    at + usize::from(matches!(bytes.get(at), Some(b'.' | b'_' | b'-')))
}

fn digits_end(bytes: &[u8], at: usize) -> usize {
    end_of(bytes, at, u8::is_ascii_digit)
}

fn end_of(bytes: &[u8], at: usize, belongs: impl Fn(&u8) -> bool) -> usize {
    at + bytes.iter().skip(at).take_while(|byte| belongs(byte)).count()
}
