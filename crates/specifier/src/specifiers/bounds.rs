//! Specifiers as ranges of integers.

use super::Operator;
use crate::Version;

/// Which packed versions match, as a range of their orders or all but that range, so that the usual question
/// costs two integer comparisons. Without bounds the rules are applied to the parts of the versions.
#[derive(Debug, Clone, Copy)]
pub(super) enum Bounds {
    Inside { start: u64, end: u64 },
    Outside { start: u64, end: u64 },
    Unknown,
}

impl Bounds {
    pub(super) fn new(operator: Operator, wildcard: bool, version: Option<&Version>) -> Self {
        version.and_then(|version| Self::of(operator, wildcard, version)).unwrap_or(Self::Unknown)
    }

    fn of(operator: Operator, wildcard: bool, version: &Version) -> Option<Self> {
        let packed = version.packed()?;
        let order = packed.order();
        let length = version.view().release.len();
        let (start, end) = match operator {
            Operator::Equal | Operator::NotEqual if wildcard => packed.prefix(length)?,
            Operator::Equal | Operator::NotEqual => (order, order + 1),
            Operator::GreaterEqual => (order, u64::MAX),
            Operator::LessEqual => (0, order + 1),
            Operator::Greater if packed.is_final() => (packed.release_end(), u64::MAX),
            Operator::Greater => (order + 1, u64::MAX),
            Operator::Less if packed.is_final() => (0, packed.release_start()),
            Operator::Less => (0, order),
            Operator::Compatible => (order, packed.prefix(length.checked_sub(1)?)?.1),
            Operator::Arbitrary => return None,
        };
        Some(if operator == Operator::NotEqual {
            Self::Outside { start, end }
        } else {
            Self::Inside { start, end }
        })
    }

    /// Whether a version matches, if it is packed and so are these bounds.
    pub(super) fn contains(self, version: &Version) -> Option<bool> {
        let order = version.packed()?.order();
        match self {
            Self::Inside { start, end } => Some((start..end).contains(&order)),
            Self::Outside { start, end } => Some(!(start..end).contains(&order)),
            Self::Unknown => None,
        }
    }
}
