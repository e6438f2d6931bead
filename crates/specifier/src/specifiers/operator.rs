//! The operators of version specifiers.

use std::fmt;

/// How a specifier compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operator {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<=`
    LessEqual,
    /// `>=`
    GreaterEqual,
    /// `<`
    Less,
    /// `>`
    Greater,
    /// `~=`
    Compatible,
    /// `===`
    Arbitrary,
}

impl Operator {
    /// All operators; those that begin with another one come before it.
    pub(crate) const LONGEST_FIRST: [Self; 8] = [
        Self::Arbitrary,
        Self::Equal,
        Self::Compatible,
        Self::NotEqual,
        Self::LessEqual,
        Self::GreaterEqual,
        Self::Less,
        Self::Greater,
    ];

    /// The operator as written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::LessEqual => "<=",
            Self::GreaterEqual => ">=",
            Self::Less => "<",
            Self::Greater => ">",
            Self::Compatible => "~=",
            Self::Arbitrary => "===",
        }
    }

    /// The operator that `text` begins with, and the rest.
    pub(crate) fn split_from(text: &str) -> Option<(Self, &str)> {
        Self::LONGEST_FIRST
            .into_iter()
            .find_map(|operator| text.strip_prefix(operator.as_str()).map(|rest| (operator, rest)))
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
