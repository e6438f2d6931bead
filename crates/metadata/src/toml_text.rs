//! TOML as Python sees it: what is wrong with a text, and what a value is called.

use std::fmt::{self, Write};

use specifier::PythonRepr;
use toml::value::Datetime;
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

/// The name of the Python type that `tomllib` makes of a value.
pub(crate) fn python_type(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "str",
        Value::Integer(_) => "int",
        Value::Float(_) => "float",
        Value::Boolean(_) => "bool",
        Value::Datetime(datetime) => match (datetime.date, datetime.time) {
            (Some(_), Some(_)) => "datetime",
            (Some(_), None) => "date",
            (None, _) => "time",
        },
        Value::Array(_) => "list",
        Value::Table(_) => "dict",
    }
}

/// Shows a TOML value as Python's `repr` does; times stay as TOML writes them.
#[derive(Debug, Clone, Copy)]
pub struct PythonValue<'a>(pub &'a Value);

impl fmt::Display for PythonValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::String(text) => PythonRepr(text).fmt(f),
            Value::Integer(number) => number.fmt(f),
            Value::Float(number) => f.write_str(&written_float(*number)),
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

/// Writes a document as the `tomli_w` library does, with which pip writes lock files: plain values before tables, four
/// blanks of indentation, and tables of a list inline where each fits into a line of a hundred characters.
pub(crate) fn write_toml(document: &Table) -> String {
    let mut text = String::new();
    write_table(document, "", false, &mut text);
    text
}

fn write_table(table: &Table, name: &str, is_of_list: bool, text: &mut String) {
    let mut plain = Vec::new();
    let mut tables = Vec::new();
    for (key, value) in table {
        match value {
            Value::Table(inner) => tables.push((key, inner, false)),
            Value::Array(values) if is_list_of_long_tables(values) => {
                tables.extend(values.iter().filter_map(Value::as_table).map(|inner| (key, inner, true)));
            }
            other => plain.push((key, other)),
        }
    }
    let mut is_first = true;
    if is_of_list {
        text.extend(["[[", name, "]]\n"]);
        is_first = false;
    } else if !name.is_empty() && (!plain.is_empty() || tables.is_empty()) {
        text.extend(["[", name, "]\n"]);
        is_first = false;
    }
    for (key, value) in plain {
        text.extend([&written_key(key), " = ", &written(value, 0), "\n"]);
        is_first = false;
    }
    for (key, inner, is_of_list) in tables {
        if !std::mem::take(&mut is_first) {
            text.push('\n');
        }
        let key = written_key(key);
        let name = if name.is_empty() { key } else { format!("{name}.{key}") };
        write_table(inner, &name, is_of_list, text);
    }
}

fn is_list_of_long_tables(values: &[Value]) -> bool {
    const WIDTH: usize = 100;
    let is_short = |value: &Value| {
        let inline = written(value, 0);
        // The indentation before it and the comma behind it.
        inline.chars().count() + 5 <= WIDTH && !inline.contains('\n')
    };
    !values.is_empty() && values.iter().all(Value::is_table) && !values.iter().all(is_short)
}

fn written(value: &Value, depth: usize) -> String {
    match value {
        Value::String(text) => written_text(text),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => written_float(*number),
        Value::Boolean(is_true) => is_true.to_string(),
        Value::Datetime(moment) => written_moment(moment),
        Value::Array(values) if values.is_empty() => "[]".to_owned(),
        Value::Array(values) => {
            let indentation = "    ".repeat(depth + 1);
            let items: Vec<String> =
                values.iter().map(|value| format!("{indentation}{}", written(value, depth + 1))).collect();
            format!("[\n{},\n{}]", items.join(",\n"), "    ".repeat(depth))
        }
        Value::Table(table) if table.is_empty() => "{}".to_owned(),
        Value::Table(table) => {
            // `tomli_w` begins the indentation of lists anew inside a table.
            let items: Vec<String> = table
                .iter()
                .map(|(key, value)| format!("{} = {}", written_key(key), written(value, 0)))
                .collect();
            format!("{{ {} }}", items.join(", "))
        }
    }
}

/// Python's `repr(float)`, which TOML reads as well: `nan`, and exponents with a sign and two digits.
fn written_float(number: f64) -> String {
    let text = format!("{number:?}").to_lowercase();
    match text.split_once('e') {
        None => text,
        Some((mantissa, exponent)) => {
            let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
            format!("{mantissa}e{sign}{digits:0>2}")
        }
    }
}

/// Python's `str(datetime)`, which TOML also allows: a blank before the time, fractions in six digits, no `Z`.
fn written_moment(moment: &Datetime) -> String {
    let time = moment.time.map(|time| {
        let second = time.second.unwrap_or(0);
        let whole = format!("{:02}:{:02}:{second:02}", time.hour, time.minute);
        match time.nanosecond.unwrap_or(0) / 1000 {
            0 => whole,
            microsecond => format!("{whole}.{microsecond:06}"),
        }
    });
    let zone = moment.offset.map(|offset| offset.to_string().replace('Z', "+00:00")).unwrap_or_default();
    let parts: Vec<String> = moment.date.map(|date| date.to_string()).into_iter().chain(time).collect();
    format!("{}{zone}", parts.join(" "))
}

fn written_key(key: &str) -> String {
    let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if !key.is_empty() && key.bytes().all(is_bare) { key.to_owned() } else { written_text(key) }
}

fn written_text(text: &str) -> String {
    let mut quoted = String::from('"');
    for character in text.chars() {
        match character {
            '\u{8}' => quoted.push_str("\\b"),
            '\n' => quoted.push_str("\\n"),
            '\u{c}' => quoted.push_str("\\f"),
            '\r' => quoted.push_str("\\r"),
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\t' => quoted.push('\t'),
            character if character.is_ascii_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(character));
            }
            character => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
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
        let table = parse_toml("x = {b = \"it's\", a = [1, 1.5, true, {}, inf, nan, 1e16, -1e-5]}").unwrap();
        let shown = PythonValue(&table["x"]).to_string();
        assert_eq!(python_type(&table["x"]), "dict");
        assert_eq!(shown, "{'b': \"it's\", 'a': [1, 1.5, True, {}, inf, nan, 1e+16, -1e-05]}");
    }
}
