//! Versions: parsing, order and the normalised form.
//!
//! Almost every version on an index is a few small numbers with at most one suffix. Those fit into one
//! [`Packed`] word, compare as integers and allocate nothing. All others are a shared [`Full`]. Both are read
//! through a [`View`], which is where the rules of the version scheme stand.

mod full;
mod number;
mod packed;
mod scan;
#[cfg(test)]
mod tests;
mod view;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::Arc;

use crate::python_text::{repr, strip};
use full::Full;
pub(crate) use number::Number;
use number::NumberRef;
pub(crate) use packed::Packed;
pub(crate) use scan::{Pieces, scan_head, scan_suffixes};
pub(crate) use view::View;

/// A text that is not a version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Invalid version: {}", repr(.0))]
pub struct InvalidVersion(pub String);

/// The phases before a release, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PreReleaseKind {
    /// `a`
    Alpha,
    /// `b`
    Beta,
    /// `rc`
    Candidate,
}

impl PreReleaseKind {
    /// The letters of the normalised form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Alpha => "a",
            Self::Beta => "b",
            Self::Candidate => "rc",
        }
    }
}

/// A version as the version specifiers standard defines it.
///
/// Order and equality follow that standard: `1.0` equals `1.0.0`. Numbers may have any size. [`fmt::Display`]
/// gives the normalised form, with as many numbers as were written.
#[derive(Clone)]
pub struct Version(Form);

#[derive(Clone)]
enum Form {
    Packed(Packed),
    Full(Arc<Full>),
}

impl Version {
    /// Reads a version in any spelling the standard allows, with white space around it.
    pub fn parse(text: &str) -> Result<Self, InvalidVersion> {
        if let Some(packed) = Packed::from_plain(text.as_bytes()) {
            return Ok(Self(Form::Packed(packed)));
        }
        let bytes = strip(text).as_bytes();
        let version = scan_head(bytes).and_then(|(mut pieces, end)| {
            let end = scan_suffixes(bytes, end, true, &mut pieces);
            (end == bytes.len()).then(|| Self::from_pieces(&pieces))
        });
        version.ok_or_else(|| InvalidVersion(text.to_owned()))
    }

    /// The version with these release numbers and nothing else. None at all gives `0`.
    pub fn new(release: impl IntoIterator<Item = u64>) -> Self {
        let release = release.into_iter().map(Number::from).collect();
        Self::from_full(Full { release, ..Full::default() })
    }

    pub(crate) fn from_pieces(pieces: &Pieces<'_>) -> Self {
        match Packed::from_pieces(pieces) {
            Some(packed) => Self(Form::Packed(packed)),
            None => Self(Form::Full(Arc::new(Full::from_pieces(pieces)))),
        }
    }

    fn from_full(mut full: Full) -> Self {
        if full.release.is_empty() {
            full.release.push(Number::from(0));
        }
        match Packed::from_view(full.view()) {
            Some(packed) => Self(Form::Packed(packed)),
            None => Self(Form::Full(Arc::new(full))),
        }
    }

    pub(crate) fn packed(&self) -> Option<Packed> {
        match self.0 {
            Form::Packed(packed) => Some(packed),
            Form::Full(_) => None,
        }
    }

    pub(crate) fn view(&self) -> View<'_> {
        match &self.0 {
            Form::Packed(packed) => packed.view(),
            Form::Full(full) => full.view(),
        }
    }

    /// Whether this is a pre-release: `a`, `b`, `rc` or `dev`.
    pub fn is_prerelease(&self) -> bool {
        match &self.0 {
            Form::Packed(packed) => packed.is_prerelease(),
            Form::Full(full) => full.pre.is_some() || full.dev.is_some(),
        }
    }

    /// Whether this is a post-release.
    pub fn is_postrelease(&self) -> bool {
        self.view().post.is_some()
    }

    /// Whether this is a development release.
    pub fn is_devrelease(&self) -> bool {
        self.view().dev.is_some()
    }

    /// Whether there is a local part, such as `+cu121`.
    pub fn has_local(&self) -> bool {
        matches!(&self.0, Form::Full(full) if !full.local.is_empty())
    }

    /// This version without its local part.
    #[must_use]
    pub fn public(&self) -> Self {
        match &self.0 {
            Form::Full(full) if !full.local.is_empty() => {
                Self::from_full(Full { local: Vec::new(), ..Full::clone(full) })
            }
            _ => self.clone(),
        }
    }

    /// Only the epoch and the release numbers of this version.
    #[must_use]
    pub fn base(&self) -> Self {
        let view = self.view();
        let release = view.release.iter().map(Number::from).collect();
        Self::from_full(Full { epoch: view.epoch.into(), release, ..Full::default() })
    }

    /// The epoch; [`u64::MAX`] stands for all numbers that are larger.
    pub fn epoch(&self) -> u64 {
        self.view().epoch.saturating()
    }

    /// The release numbers, as many as were written; [`u64::MAX`] stands for all numbers that are larger.
    pub fn release(&self) -> Vec<u64> {
        self.view().release.iter().map(NumberRef::saturating).collect()
    }

    /// The first release number; [`u64::MAX`] stands for all numbers that are larger.
    pub fn major(&self) -> u64 {
        self.view().release.get(0).saturating()
    }

    /// The second release number, or 0; [`u64::MAX`] stands for all numbers that are larger.
    pub fn minor(&self) -> u64 {
        self.view().release.get(1).saturating()
    }

    /// The third release number, or 0; [`u64::MAX`] stands for all numbers that are larger.
    pub fn micro(&self) -> u64 {
        self.view().release.get(2).saturating()
    }

    /// The pre-release phase and its number; [`u64::MAX`] stands for all numbers that are larger.
    pub fn pre(&self) -> Option<(PreReleaseKind, u64)> {
        self.view().pre.map(|(kind, number)| (kind, number.saturating()))
    }
}

impl FromStr for Version {
    type Err = InvalidVersion;

    fn from_str(text: &str) -> Result<Self, InvalidVersion> {
        Self::parse(text)
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Form::Packed(left), Form::Packed(right)) => left.order().cmp(&right.order()),
            _ => self.view().cmp(other.view()),
        }
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Version {}

impl Hash for Version {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match &self.0 {
            Form::Packed(packed) => packed.order().hash(state),
            Form::Full(full) => full.view().hash(state),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.width().is_none() && f.precision().is_none() {
            return fmt::Display::fmt(&self.view(), f);
        }
        f.pad(&self.view().to_string())
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.view())
    }
}
