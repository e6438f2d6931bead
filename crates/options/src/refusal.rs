//! Why a parser or a value is refused, before it is known in whose words to say so.

use crate::OptionsError;
use crate::python::repr;

/// A reason to refuse a command line; `Display` in optparse's words.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("no such option: {0}")]
    NoSuchOption(String),
    #[error("ambiguous option: {typed} ({}?)", .candidates.join(", "))]
    Ambiguous { typed: String, candidates: Vec<String> },
    #[error("{0} option requires 1 argument")]
    ValueMissing(String),
    #[error("{0} option does not take a value")]
    ValueUnexpected(String),
    #[error("option {option}: invalid {kind} value: {}", repr(.value))]
    Number { option: String, kind: NumberKind, value: String },
    #[error("option {option}: invalid choice: {} (choose from {})", repr(.value), listed(.choices))]
    Choice { option: String, value: String, choices: &'static [&'static str] },
    /// A rule of one option, with its whole text.
    #[error("{0}")]
    Rule(String),
    /// Refused by what comes after the parser.
    #[error(transparent)]
    Options(#[from] OptionsError),
}

/// What a number was to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NumberKind {
    Integer,
    Float,
}

impl std::fmt::Display for NumberKind {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            NumberKind::Integer => "integer",
            NumberKind::Float => "floating-point",
        })
    }
}

/// `'a', 'b', 'c'`
pub(crate) fn listed(choices: &[&str]) -> String {
    choices.iter().map(|choice| repr(choice)).collect::<Vec<_>>().join(", ")
}
