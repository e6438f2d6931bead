//! Versions that do not fit into one word.

use super::PreReleaseKind;
use super::number::Number;
use super::scan::Pieces;
use super::view::{Release, View};

/// Every part of a version.
#[derive(Debug, Clone, Default)]
pub(crate) struct Full {
    pub(crate) epoch: Number,
    /// Never empty.
    pub(crate) release: Vec<Number>,
    pub(crate) pre: Option<(PreReleaseKind, Number)>,
    pub(crate) post: Option<Number>,
    pub(crate) dev: Option<Number>,
    /// Empty when there is no local part.
    pub(crate) local: Vec<LocalSegment>,
}

/// A part of a local version. Texts sort before numbers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum LocalSegment {
    Text(Box<str>),
    Number(Number),
}

impl Full {
    pub(crate) fn from_pieces(pieces: &Pieces<'_>) -> Self {
        Self {
            epoch: Number::from_digits(pieces.epoch.unwrap_or_default()),
            release: pieces.release_numbers().map(Number::from_digits).collect(),
            pre: pieces.pre.map(|(kind, digits)| (kind, Number::from_digits(digits))),
            post: pieces.post.map(Number::from_digits),
            dev: pieces.dev.map(Number::from_digits),
            local: pieces.local.map_or_else(Vec::new, |local| {
                local.split(|byte| matches!(byte, b'.' | b'_' | b'-')).map(LocalSegment::new).collect()
            }),
        }
    }

    pub(crate) fn view(&self) -> View<'_> {
        View {
            epoch: self.epoch.borrowed(),
            release: Release::Numbers(&self.release),
            pre: self.pre.as_ref().map(|(kind, number)| (*kind, number.borrowed())),
            post: self.post.as_ref().map(Number::borrowed),
            dev: self.dev.as_ref().map(Number::borrowed),
            local: &self.local,
        }
    }
}

impl LocalSegment {
    fn new(segment: &[u8]) -> Self {
        if segment.iter().all(u8::is_ascii_digit) {
            Self::Number(Number::from_digits(segment))
        } else {
            Self::Text(segment.iter().map(|&byte| char::from(byte.to_ascii_lowercase())).collect())
        }
    }
}
