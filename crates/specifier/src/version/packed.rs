//! Versions in one word.
//!
//! From the highest bit down: four release numbers, what stands after them, the number of that, and how many
//! release numbers were written. All but the last make up the order, so that one integer comparison is the
//! comparison of two versions.

use super::PreReleaseKind;
use super::number::{NumberRef, word};
use super::scan::Pieces;
use super::view::{Release, View};

/// How many release numbers have a field. Numbers after these can only be zeros.
pub(crate) const RELEASE_FIELDS: usize = 4;

/// Bits of each release number. Years need the first, days of builds the third.
const RELEASE_BITS: [u32; RELEASE_FIELDS] = [14, 10, 12, 6];
const STAGE_BITS: u32 = 3;
const NUMBER_BITS: u32 = 16;
const LENGTH_BITS: u32 = 3;
const MAX_LENGTH: usize = (1 << LENGTH_BITS) - 1;

/// What stands after the release numbers. The discriminants are the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Dev = 0,
    Alpha = 1,
    Beta = 2,
    Candidate = 3,
    Final = 4,
    Post = 5,
    /// After all versions of the release: only a bound, never a version.
    Beyond = 6,
}

/// A version in one word. Not [`Ord`] itself: compare [`Packed::order`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Packed(u64);

impl Packed {
    /// Reads a version of nothing but numbers and dots, the most frequent kind, in one pass.
    pub(crate) fn from_plain(bytes: &[u8]) -> Option<Self> {
        let mut release = [0; RELEASE_FIELDS];
        let (mut index, mut value, mut digits) = (0, 0u64, 0);
        for &byte in bytes {
            match byte {
                // Few digits, so that the value cannot overflow.
                b'0'..=b'9' if digits < 8 => {
                    value = value * 10 + u64::from(byte - b'0');
                    digits += 1;
                }
                b'.' if digits > 0 => {
                    *release.get_mut(index)? = value;
                    (index, value, digits) = (index + 1, 0, 0);
                }
                _ => return None,
            }
        }
        if digits == 0 {
            return None;
        }
        *release.get_mut(index)? = value;
        Self::pack(release, index + 1, Stage::Final, 0)
    }

    pub(crate) fn from_pieces(pieces: &Pieces<'_>) -> Option<Self> {
        if pieces.epoch.is_some() || pieces.local.is_some() {
            return None;
        }
        let (stage, number) = match (pieces.pre, pieces.post, pieces.dev) {
            (None, None, None) => (Stage::Final, 0),
            (Some((kind, digits)), None, None) => (kind.into(), word(digits)?),
            (None, Some(digits), None) => (Stage::Post, word(digits)?),
            (None, None, Some(digits)) => (Stage::Dev, word(digits)?),
            _ => return None,
        };
        let mut release = [0; RELEASE_FIELDS];
        let mut length = 0;
        for digits in pieces.release_numbers() {
            let value = word(digits)?;
            match release.get_mut(length) {
                Some(field) => *field = value,
                None if value == 0 => {}
                None => return None,
            }
            length += 1;
        }
        Self::pack(release, length, stage, number)
    }

    pub(crate) fn from_view(view: View<'_>) -> Option<Self> {
        if view.epoch != NumberRef::ZERO || !view.local.is_empty() {
            return None;
        }
        let (stage, number) = match (view.pre, view.post, view.dev) {
            (None, None, None) => (Stage::Final, NumberRef::ZERO),
            (Some((kind, number)), None, None) => (kind.into(), number),
            (None, Some(number), None) => (Stage::Post, number),
            (None, None, Some(number)) => (Stage::Dev, number),
            _ => return None,
        };
        let mut release = [0; RELEASE_FIELDS];
        for (index, value) in view.release.iter().enumerate() {
            match release.get_mut(index) {
                Some(field) => *field = value.saturating(),
                None if value == NumberRef::ZERO => {}
                None => return None,
            }
        }
        Self::pack(release, view.release.len(), stage, number.saturating())
    }

    fn pack(release: [u64; RELEASE_FIELDS], length: usize, stage: Stage, number: u64) -> Option<Self> {
        let mut packed = 0;
        for (value, bits) in release.into_iter().zip(RELEASE_BITS) {
            if value >> bits != 0 {
                return None;
            }
            packed = packed << bits | value;
        }
        if number >> NUMBER_BITS != 0 || length > MAX_LENGTH {
            return None;
        }
        packed = packed << STAGE_BITS | stage as u64;
        packed = packed << NUMBER_BITS | number;
        Some(Self(packed << LENGTH_BITS | length as u64))
    }

    /// What to compare: the order of these integers is the order of the versions.
    pub(crate) fn order(self) -> u64 {
        self.0 >> LENGTH_BITS
    }

    fn length(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX) & MAX_LENGTH
    }

    fn number(self) -> u64 {
        self.order() & ((1 << NUMBER_BITS) - 1)
    }

    fn stage(self) -> Stage {
        match self.order() >> NUMBER_BITS & ((1 << STAGE_BITS) - 1) {
            0 => Stage::Dev,
            1 => Stage::Alpha,
            2 => Stage::Beta,
            3 => Stage::Candidate,
            4 => Stage::Final,
            5 => Stage::Post,
            _ => Stage::Beyond,
        }
    }

    fn release(self) -> [u64; RELEASE_FIELDS] {
        let mut rest = self.order() >> (NUMBER_BITS + STAGE_BITS);
        let mut release = [0; RELEASE_FIELDS];
        for (field, bits) in release.iter_mut().zip(RELEASE_BITS).rev() {
            *field = rest & ((1 << bits) - 1);
            rest >>= bits;
        }
        release
    }

    pub(crate) fn is_prerelease(self) -> bool {
        matches!(self.stage(), Stage::Dev | Stage::Alpha | Stage::Beta | Stage::Candidate)
    }

    pub(crate) fn is_final(self) -> bool {
        self.stage() == Stage::Final
    }

    pub(crate) fn view(self) -> View<'static> {
        let number = NumberRef::Word(self.number());
        let stage = self.stage();
        let kind = match stage {
            Stage::Alpha => Some(PreReleaseKind::Alpha),
            Stage::Beta => Some(PreReleaseKind::Beta),
            Stage::Candidate => Some(PreReleaseKind::Candidate),
            _ => None,
        };
        View {
            epoch: NumberRef::ZERO,
            release: Release::Fields(self.release(), self.length()),
            pre: kind.map(|kind| (kind, number)),
            post: (stage == Stage::Post).then_some(number),
            dev: (stage == Stage::Dev).then_some(number),
            local: &[],
        }
    }

    /// The order of the first version of this release, `.dev0`.
    pub(crate) fn release_start(self) -> u64 {
        self.order() >> (NUMBER_BITS + STAGE_BITS) << (NUMBER_BITS + STAGE_BITS)
    }

    /// An order after all versions of this release.
    pub(crate) fn release_end(self) -> u64 {
        self.release_start() | (Stage::Beyond as u64) << NUMBER_BITS
    }

    /// The orders, without the end, of all versions that share the first `length` release numbers.
    pub(crate) fn prefix(self, length: usize) -> Option<(u64, u64)> {
        let shared: u32 = RELEASE_BITS.get(..length)?.iter().sum();
        let rest = RELEASE_BITS.iter().sum::<u32>() - shared + STAGE_BITS + NUMBER_BITS;
        let start = self.order() >> rest << rest;
        // Without a carry into the number before: fields of the last shared number may be all ones, but then
        // the sum is the first version of the next number before it, which is the right bound as well.
        Some((start, start + (1 << rest)))
    }
}

impl From<PreReleaseKind> for Stage {
    fn from(kind: PreReleaseKind) -> Self {
        match kind {
            PreReleaseKind::Alpha => Self::Alpha,
            PreReleaseKind::Beta => Self::Beta,
            PreReleaseKind::Candidate => Self::Candidate,
        }
    }
}
