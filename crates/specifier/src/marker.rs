//! Environment markers, such as `python_version < "3.11" and extra == "toml"`.
//!
//! A marker is kept as a flat list of its parts in the order in which they are written, so that nothing recurses
//! over text that somebody else wrote: not reading, not showing, not evaluating, not dropping.

mod environment;
mod evaluate;
mod literal;
mod parse;
#[cfg(test)]
mod tests;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::Arc;

use crate::name::{is_normal, normalise};
use crate::specifiers::Operator;
use crate::syntax::{Cursor, SyntaxError};
pub use environment::{MarkerContext, MarkerEnvironment};
pub use evaluate::MarkerError;
pub(crate) use parse::marker as parse_marker;

/// A text that is not an environment marker.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct InvalidMarker(#[from] pub SyntaxError);

/// An environment marker. Equality is that of the shown texts. Cloning is cheap.
#[derive(Clone)]
pub struct Marker(Arc<[Part]>);

/// A part of a marker, in the order of the text. Parentheses stand only around groups of more than one comparison
/// that are not the whole marker.
#[derive(Debug, Clone)]
enum Part {
    Open,
    Close,
    And,
    Or,
    Comparison(Comparison),
}

/// Two operands with an operator between them.
#[derive(Debug, Clone)]
struct Comparison {
    left: Operand,
    operator: MarkerOperator,
    right: Operand,
}

#[derive(Debug, Clone)]
enum Operand {
    /// A name that stands for a value of the environment.
    Variable(&'static str),
    /// A quoted text.
    Value(Box<str>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MarkerOperator {
    In,
    NotIn,
    Version(Operator),
}

impl Marker {
    /// Reads a marker.
    pub fn parse(text: &str) -> Result<Self, InvalidMarker> {
        let mut cursor = Cursor::new(text);
        let marker = parse::marker(&mut cursor)?;
        if cursor.is_at_end() {
            return Ok(marker);
        }
        Err(cursor.error_here("Expected end of marker expression").into())
    }

    /// The marker that holds where both hold.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        self.join(Part::And, other)
    }

    /// The marker that holds where one of the two holds.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        self.join(Part::Or, other)
    }

    fn join(&self, link: Part, other: &Self) -> Self {
        let mut parts = parse::Parts::default();
        parts.push_group(&self.0);
        parts.push(link);
        parts.push_group(&other.0);
        parts.finish()
    }

    /// Whether the marker asks which extra is wanted.
    pub fn mentions_extra(&self) -> bool {
        self.comparisons().any(|comparison| comparison.left.is_extra() || comparison.right.is_extra())
    }

    fn comparisons(&self) -> impl Iterator<Item = &Comparison> {
        self.0.iter().filter_map(|part| match part {
            Part::Comparison(comparison) => Some(comparison),
            _ => None,
        })
    }
}

impl Comparison {
    /// Extras and groups are compared by their normalised names, and shown so.
    fn normalised(mut self) -> Self {
        match (&mut self.left, &mut self.right) {
            (Operand::Variable("extra"), Operand::Value(value))
            | (Operand::Value(value), Operand::Variable("extra" | "extras" | "dependency_groups"))
                if !is_normal(value) =>
            {
                *value = normalise(value).into();
            }
            _ => {}
        }
        self
    }
}

impl Operand {
    /// The name of the variable or the quoted text.
    fn text(&self) -> &str {
        match self {
            Self::Variable(name) => name,
            Self::Value(text) => text,
        }
    }

    fn is_extra(&self) -> bool {
        matches!(self, Self::Variable("extra"))
    }
}

impl MarkerOperator {
    fn as_str(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::NotIn => "not in",
            Self::Version(operator) => operator.as_str(),
        }
    }
}

impl FromStr for Marker {
    type Err = InvalidMarker;

    fn from_str(text: &str) -> Result<Self, InvalidMarker> {
        Self::parse(text)
    }
}

impl PartialEq for Marker {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.to_string() == other.to_string()
    }
}

impl Eq for Marker {}

impl Hash for Marker {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.to_string().hash(state);
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| part.fmt(f))
    }
}

impl fmt::Debug for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.to_string().escape_debug())
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open => f.write_str("("),
            Self::Close => f.write_str(")"),
            Self::And => f.write_str(" and "),
            Self::Or => f.write_str(" or "),
            Self::Comparison(Comparison { left, operator, right }) => {
                write!(f, "{left} {} {right}", operator.as_str())
            }
        }
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => f.write_str(name),
            // A text with both quotes can only come from an escape sequence; no quoting would be right for it.
            Self::Value(text) if text.contains('"') && !text.contains('\'') => write!(f, "'{text}'"),
            Self::Value(text) => write!(f, "\"{text}\""),
        }
    }
}
