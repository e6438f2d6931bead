//! TOML as Python sees it: what is wrong with a text, and what a value is called.

use std::fmt::{self, Write};

use specifier::PythonRepr;
use toml::{Table, Value};

/// A text that is not TOML.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}{}", place(*.position))]
pub struct InvalidToml {
    /// What is wrong, in the parser's words.
    pub reason: String,
    /// Line and column, from one, if it is wrong at one place.
    pub position: Option<(usize, usize)>,
}

/// Reads a TOML document, such as `pyproject.toml` or a lock file.
///
/// The error shows the place as Python's `tomllib` does: `... (at line 3, column 7)`.
pub fn parse_toml(text: &str) -> Result<Table, InvalidToml> {
    text.parse().map_err(|error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        InvalidToml { reason: error.message().to_owned(), position: before.map(position_after) }
    })
}

fn position_after(before: &str) -> (usize, usize) {
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

fn place(position: Option<(usize, usize)>) -> String {
    position.map(|(line, column)| format!(" (at line {line}, column {column})")).unwrap_or_default()
}

/// Shows a TOML value as Python's `repr` does; times stay as TOML writes them.
#[derive(Debug, Clone, Copy)]
pub struct PythonValue<'a>(pub &'a Value);

impl fmt::Display for PythonValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::String(text) => PythonRepr(text).fmt(f),
            Value::Integer(number) => number.fmt(f),
            Value::Float(number) => write!(f, "{number:?}"),
            Value::Boolean(true) => f.write_str("True"),
            Value::Boolean(false) => f.write_str("False"),
            Value::Datetime(datetime) => datetime.fmt(f),
            Value::Array(values) => {
                f.write_char('[')?;
                for (at, value) in values.iter().enumerate() {
                    let comma = if at == 0 { "" } else { ", " };
                    write!(f, "{comma}{}", Self(value))?;
                }
                f.write_char(']')
            }
            Value::Table(table) => {
                f.write_char('{')?;
                for (at, (key, value)) in table.iter().enumerate() {
                    let comma = if at == 0 { "" } else { ", " };
                    write!(f, "{comma}{}: {}", PythonRepr(key), Self(value))?;
                }
                f.write_char('}')
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_where_it_is_wrong() {
        let error = parse_toml("a = 1\nb = [\n\"ü\" oops").unwrap_err();
        assert!(error.to_string().ends_with(" (at line 3, column 5)"), "{error}");
        assert_eq!(parse_toml("z = 1\na = 2").unwrap().keys().collect::<Vec<_>>(), ["z", "a"]);
    }

    #[test]
    fn shows_values_as_python_does() {
        let table = parse_toml("x = {b = \"it's\", a = [1, 1.5, true, {}, inf]}").unwrap();
        let shown = PythonValue(&table["x"]).to_string();
        assert_eq!(shown, "{'b': \"it's\", 'a': [1, 1.5, True, {}, inf]}");
    }
}
