//! Sets of candidates of one project, as bits: exact, and compared as integers.
//!
//! The candidates of a project are numbered in ascending order of their versions, so the specifiers of a
//! requirement are worked out once per project and the solver never looks at a version again.
//!
//! Besides the candidates a set holds a phantom for each [`Property`] that requirements may have: a candidate
//! that can never be chosen. A requirement that has a property (it pins, it names a pre-release, ...) leaves
//! out the phantom of that property. Intersection then tells for free whether any requirement in force has it.

use std::fmt;
use std::sync::Arc;

/// The number of a candidate within its project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Candidate(pub(crate) u32);

impl fmt::Display for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// What a requirement may have, and a set remembers of all requirements that made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Property {
    /// It names a pre-release.
    Prerelease = 0,
    /// It pins one version.
    Pin = 1,
    /// It has an upper bound.
    UpperBound = 2,
    /// It has any specifier.
    Specifier = 3,
    /// It is by address.
    Address = 4,
    /// It asks for the project itself, not only for an extra.
    Bare = 5,
}

/// Bits before those of the candidates.
const PROPERTIES: u32 = 8;
const ALL_PROPERTIES: u64 = (1 << PROPERTIES) - 1;

/// A set of candidates, or its complement.
///
/// Canonical: equal sets are equal field by field, as the solver wants it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct CandidateSet {
    complemented: bool,
    words: Words,
}

/// Bits without trailing zero words: up to two words in place, more behind a pointer.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Words {
    Few([u64; 2]),
    Many(Arc<[u64]>),
}

impl Words {
    fn from_iter(length: usize, word: impl Fn(usize) -> u64) -> Self {
        let length = (0..length).rev().find(|position| word(*position) != 0).map_or(0, |last| last + 1);
        if length <= 2 {
            let at = |position| if position < length { word(position) } else { 0 };
            Self::Few([at(0), at(1)])
        } else {
            Self::Many((0..length).map(word).collect())
        }
    }

    fn as_slice(&self) -> &[u64] {
        match self {
            Self::Few(words) => words,
            Self::Many(words) => words,
        }
    }

    fn word(&self, position: usize) -> u64 {
        self.as_slice().get(position).copied().unwrap_or(0)
    }
}

fn place(bit: u32) -> (usize, u64) {
    ((bit / 64) as usize, 1 << (bit % 64))
}

impl CandidateSet {
    /// No candidate.
    pub(crate) const EMPTY: Self = Self { complemented: false, words: Words::Few([0, 0]) };

    /// Every candidate, also those that are not known yet.
    pub(crate) const FULL: Self = Self { complemented: true, words: Words::Few([0, 0]) };

    /// One candidate alone.
    pub(crate) fn one(candidate: Candidate) -> Self {
        let (position, bit) = place(candidate.0.saturating_add(PROPERTIES));
        Self {
            complemented: false,
            words: Words::from_iter(position + 1, |word| if word == position { bit } else { 0 }),
        }
    }

    /// One candidate, with no property: what an extra asks of its project.
    pub(crate) fn tied_to(candidate: Candidate) -> Self {
        Self::of(candidate.0.saturating_add(1), &[], |other| other == candidate)
    }

    /// The same candidates, asked for by a requirement that also has this property.
    pub(crate) fn with(&self, property: Property) -> Self {
        let phantom = Self { complemented: true, words: Words::Few([1 << property as u8, 0]) };
        pubgrub::VersionSet::intersection(self, &phantom)
    }

    /// The candidates for which `holds` is true, of `count`, made by a requirement with these
    /// properties; empty if there is no such candidate.
    pub(crate) fn of(count: u32, properties: &[Property], holds: impl Fn(Candidate) -> bool) -> Self {
        let mut words = vec![0_u64; (count.saturating_add(PROPERTIES) as usize).div_ceil(64)];
        for candidate in 0..count {
            if holds(Candidate(candidate)) {
                let (position, bit) = place(candidate + PROPERTIES);
                if let Some(word) = words.get_mut(position) {
                    *word |= bit;
                }
            }
        }
        if words.iter().all(|word| *word == 0) {
            return Self::EMPTY;
        }
        if let Some(first) = words.first_mut() {
            *first |= properties
                .iter()
                .fold(ALL_PROPERTIES, |phantoms, property| phantoms & !(1 << *property as u8));
        }
        let length = words.len();
        Self {
            complemented: false,
            words: Words::from_iter(length, |position| words.get(position).copied().unwrap_or(0)),
        }
    }

    /// Whether the candidate is in the set.
    pub(crate) fn has(&self, candidate: Candidate) -> bool {
        self.has_bit(candidate.0.saturating_add(PROPERTIES))
    }

    /// Whether no requirement that made the set has the property.
    pub(crate) fn is_free_of(&self, property: Property) -> bool {
        self.has_bit(property as u32)
    }

    /// The candidates in the set, of `count`, best (highest) first.
    pub(crate) fn descending(&self, count: u32) -> impl Iterator<Item = Candidate> + '_ {
        let end = count.saturating_add(PROPERTIES);
        (0..end.div_ceil(64)).rev().flat_map(move |position| {
            let first = position * 64;
            let word = self.words.word(position as usize) ^ if self.complemented { u64::MAX } else { 0 };
            // Neither properties nor what lies behind the last candidate.
            let below = (end - first).min(64);
            let mut left = word & (u64::MAX >> (64 - below));
            if position == 0 {
                left &= !ALL_PROPERTIES;
            }
            std::iter::from_fn(move || {
                let bit = left.checked_ilog2()?;
                left ^= 1 << bit;
                Some(Candidate(first + bit - PROPERTIES))
            })
        })
    }

    /// Whether all its candidates are in the other set, whatever the properties are.
    pub(crate) fn is_within(&self, other: &Self) -> bool {
        let (one, two) = (&self.words, &other.words);
        let outside = |at: usize| match (self.complemented, other.complemented) {
            (false, false) => one.word(at) & !two.word(at),
            (false, true) => one.word(at) & two.word(at),
            (true, false) => !one.word(at) & !two.word(at),
            (true, true) => !one.word(at) & two.word(at),
        };
        // A complement holds all candidates of very high numbers.
        (other.complemented || !self.complemented)
            && outside(0) & !ALL_PROPERTIES == 0
            && (1..self.length().max(other.length())).all(|at| outside(at) == 0)
    }

    fn has_bit(&self, bit: u32) -> bool {
        let (position, bit) = place(bit);
        (self.words.word(position) & bit != 0) != self.complemented
    }

    fn length(&self) -> usize {
        self.words.as_slice().len()
    }
}

impl pubgrub::VersionSet for CandidateSet {
    type V = Candidate;

    fn empty() -> Self {
        Self::EMPTY
    }

    fn full() -> Self {
        Self::FULL
    }

    fn singleton(candidate: Candidate) -> Self {
        Self::one(candidate)
    }

    fn complement(&self) -> Self {
        Self { complemented: !self.complemented, words: self.words.clone() }
    }

    fn intersection(&self, other: &Self) -> Self {
        let (one, two) = (&self.words, &other.words);
        let (shorter, longer) = (self.length().min(other.length()), self.length().max(other.length()));
        let words = match (self.complemented, other.complemented) {
            (false, false) => Words::from_iter(shorter, |at| one.word(at) & two.word(at)),
            (false, true) => Words::from_iter(self.length(), |at| one.word(at) & !two.word(at)),
            (true, false) => Words::from_iter(other.length(), |at| !one.word(at) & two.word(at)),
            (true, true) => Words::from_iter(longer, |at| one.word(at) | two.word(at)),
        };
        Self { complemented: self.complemented && other.complemented, words }
    }

    fn union(&self, other: &Self) -> Self {
        let (one, two) = (&self.words, &other.words);
        let (shorter, longer) = (self.length().min(other.length()), self.length().max(other.length()));
        let words = match (self.complemented, other.complemented) {
            (false, false) => Words::from_iter(longer, |at| one.word(at) | two.word(at)),
            (false, true) => Words::from_iter(other.length(), |at| two.word(at) & !one.word(at)),
            (true, false) => Words::from_iter(self.length(), |at| one.word(at) & !two.word(at)),
            (true, true) => Words::from_iter(shorter, |at| one.word(at) & two.word(at)),
        };
        Self { complemented: self.complemented || other.complemented, words }
    }

    fn contains(&self, candidate: &Candidate) -> bool {
        self.has(*candidate)
    }

    fn is_disjoint(&self, other: &Self) -> bool {
        let (one, two) = (&self.words, &other.words);
        match (self.complemented, other.complemented) {
            (false, false) => {
                (0..self.length().min(other.length())).all(|at| one.word(at) & two.word(at) == 0)
            }
            (false, true) => (0..self.length()).all(|at| one.word(at) & !two.word(at) == 0),
            (true, false) => (0..other.length()).all(|at| !one.word(at) & two.word(at) == 0),
            // Both hold all candidates of very high numbers.
            (true, true) => false,
        }
    }

    fn subset_of(&self, other: &Self) -> bool {
        let (one, two) = (&self.words, &other.words);
        match (self.complemented, other.complemented) {
            (false, false) => (0..self.length()).all(|at| one.word(at) & !two.word(at) == 0),
            (false, true) => {
                (0..self.length().min(other.length())).all(|at| one.word(at) & two.word(at) == 0)
            }
            (true, true) => (0..other.length()).all(|at| two.word(at) & !one.word(at) == 0),
            (true, false) => false,
        }
    }
}

impl fmt::Debug for CandidateSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:x?}", if self.complemented { "!" } else { "" }, self.words.as_slice())
    }
}

/// Only for the solver's own traces; the user is shown specifiers.
impl fmt::Display for CandidateSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

#[cfg(test)]
mod tests;
