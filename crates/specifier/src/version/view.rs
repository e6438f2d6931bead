//! One way to read both forms of a version, with the rules of the version scheme.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use super::PreReleaseKind;
use super::full::LocalSegment;
use super::number::{Number, NumberRef};
use super::packed::{Packed, RELEASE_FIELDS};

/// The parts of a version.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) epoch: NumberRef<'a>,
    pub(crate) release: Release<'a>,
    pub(crate) pre: Option<(PreReleaseKind, NumberRef<'a>)>,
    pub(crate) post: Option<NumberRef<'a>>,
    pub(crate) dev: Option<NumberRef<'a>>,
    pub(crate) local: &'a [LocalSegment],
}

/// Release numbers. Those past the end are 0.
#[derive(Clone, Copy)]
pub(crate) enum Release<'a> {
    /// The numbers of a packed version, and how many were written.
    Fields([u64; RELEASE_FIELDS], usize),
    Numbers(&'a [Number]),
}

impl<'a> Release<'a> {
    pub(crate) fn len(self) -> usize {
        match self {
            Self::Fields(_, length) => length,
            Self::Numbers(numbers) => numbers.len(),
        }
    }

    pub(crate) fn get(self, index: usize) -> NumberRef<'a> {
        match self {
            Self::Fields(fields, _) => NumberRef::Word(fields.get(index).copied().unwrap_or_default()),
            Self::Numbers(numbers) => numbers.get(index).map_or(NumberRef::ZERO, Number::borrowed),
        }
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = NumberRef<'a>> {
        (0..self.len()).map(move |index| self.get(index))
    }

    /// Whether the first `length` numbers of both are the same.
    pub(crate) fn shares_prefix(self, other: Release<'_>, length: usize) -> bool {
        (0..length).all(|index| self.get(index) == other.get(index))
    }

    fn cmp(self, other: Release<'_>) -> Ordering {
        let length = self.len().max(other.len());
        (0..length)
            .map(|index| self.get(index).cmp(&other.get(index)))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }

    /// How many numbers there are up to the last that is not 0.
    fn significant(self) -> usize {
        (0..self.len()).rev().find(|&index| self.get(index) != NumberRef::ZERO).map_or(0, |last| last + 1)
    }
}

/// Where a version stands among those of the same epoch and release: the rank and number of its pre-release,
/// its post-release, whether it is *not* a development release, and the number of that.
type Suffix<'a> = (u8, NumberRef<'a>, Option<NumberRef<'a>>, bool, NumberRef<'a>);

impl<'a> View<'a> {
    fn suffix(&self) -> Suffix<'a> {
        let (rank, number) = match (self.pre, self.post, self.dev) {
            // A development release of the release itself comes before its pre-releases.
            (None, None, Some(_)) => (0, NumberRef::ZERO),
            (Some((kind, number)), ..) => (1 + kind as u8, number),
            (None, ..) => (4, NumberRef::ZERO),
        };
        (rank, number, self.post, self.dev.is_none(), self.dev.unwrap_or(NumberRef::ZERO))
    }

    /// The order of the version scheme.
    pub(crate) fn cmp(self, other: View<'_>) -> Ordering {
        self.cmp_public(other).then_with(|| self.local.cmp(other.local))
    }

    /// The order without the local parts.
    pub(crate) fn cmp_public(self, other: View<'_>) -> Ordering {
        (self.epoch.cmp(&other.epoch))
            .then_with(|| self.release.cmp(other.release))
            .then_with(|| self.suffix().cmp(&other.suffix()))
    }

    /// Whether both are of the same epoch and release.
    pub(crate) fn same_release(self, other: View<'_>) -> bool {
        self.epoch == other.epoch && self.release.cmp(other.release).is_eq()
    }
}

impl Hash for View<'_> {
    /// Equal versions have equal hashes, whatever their forms.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let significant = self.release.significant();
        let trimmed = match self.release {
            Release::Numbers(numbers) => Release::Numbers(numbers.get(..significant).unwrap_or(numbers)),
            Release::Fields(fields, _) => Release::Fields(fields, significant),
        };
        if let Some(packed) = Packed::from_view(View { release: trimmed, ..*self }) {
            return packed.order().hash(state);
        }
        self.epoch.hash(state);
        trimmed.iter().for_each(|number| number.hash(state));
        self.suffix().hash(state);
        self.local.hash(state);
    }
}

impl fmt::Display for View<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.epoch != NumberRef::ZERO {
            write!(f, "{}!", self.epoch)?;
        }
        for (index, number) in self.release.iter().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            number.fmt(f)?;
        }
        if let Some((kind, number)) = self.pre {
            write!(f, "{}{number}", kind.as_str())?;
        }
        if let Some(number) = self.post {
            write!(f, ".post{number}")?;
        }
        if let Some(number) = self.dev {
            write!(f, ".dev{number}")?;
        }
        for (index, segment) in self.local.iter().enumerate() {
            f.write_str(if index == 0 { "+" } else { "." })?;
            match segment {
                LocalSegment::Text(text) => f.write_str(text)?,
                LocalSegment::Number(number) => number.fmt(f)?,
            }
        }
        Ok(())
    }
}
