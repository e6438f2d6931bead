//! Numbers of any size.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// A number that is not negative: a word, or the digits of a larger one without leading zeros.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Number {
    Word(u64),
    Digits(Arc<str>),
}

/// A borrowed [`Number`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum NumberRef<'a> {
    Word(u64),
    Digits(&'a str),
}

impl Number {
    /// Reads ASCII digits. None at all mean 0.
    pub(crate) fn from_digits(digits: &[u8]) -> Self {
        match word(digits) {
            Some(value) => Self::Word(value),
            None => Self::Digits(
                digits
                    .iter()
                    .skip_while(|&&digit| digit == b'0')
                    .map(|&digit| char::from(digit))
                    .collect::<String>()
                    .into(),
            ),
        }
    }

    pub(crate) fn borrowed(&self) -> NumberRef<'_> {
        match self {
            Self::Word(value) => NumberRef::Word(*value),
            Self::Digits(digits) => NumberRef::Digits(digits),
        }
    }
}

/// The value of ASCII digits, when it fits a word.
pub(crate) fn word(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0u64, |value, digit| {
        value.checked_mul(10)?.checked_add(u64::from(digit.wrapping_sub(b'0')))
    })
}

impl From<u64> for Number {
    fn from(value: u64) -> Self {
        Self::Word(value)
    }
}

impl From<NumberRef<'_>> for Number {
    fn from(number: NumberRef<'_>) -> Self {
        match number {
            NumberRef::Word(value) => Self::Word(value),
            NumberRef::Digits(digits) => Self::Digits(digits.into()),
        }
    }
}

impl NumberRef<'_> {
    pub(crate) const ZERO: NumberRef<'static> = NumberRef::Word(0);

    /// The value, or the largest word when the value is larger than any word.
    pub(crate) fn saturating(self) -> u64 {
        match self {
            Self::Word(value) => value,
            Self::Digits(_) => u64::MAX,
        }
    }
}

impl Ord for NumberRef<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Word(left), Self::Word(right)) => left.cmp(right),
            (Self::Word(_), Self::Digits(_)) => Ordering::Less,
            (Self::Digits(_), Self::Word(_)) => Ordering::Greater,
            (Self::Digits(left), Self::Digits(right)) => (left.len(), left).cmp(&(right.len(), right)),
        }
    }
}

impl PartialOrd for NumberRef<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        self.borrowed().cmp(&other.borrowed())
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for NumberRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(value) => value.fmt(f),
            Self::Digits(digits) => f.write_str(digits),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.borrowed().fmt(f)
    }
}

impl Default for Number {
    fn default() -> Self {
        Self::Word(0)
    }
}
