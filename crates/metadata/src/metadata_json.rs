//! Core metadata as JSON, as `pip install --report` and `pip inspect` show it.

use serde_json::{Map, Value};

use crate::CoreMetadata;

/// The fields in pip's order, and whether they may occur several times.
const FIELDS: [(&str, bool); 27] = [
    ("Metadata-Version", false),
    ("Name", false),
    ("Version", false),
    ("Dynamic", true),
    ("Platform", true),
    ("Supported-Platform", true),
    ("Summary", false),
    ("Description", false),
    ("Description-Content-Type", false),
    ("Keywords", false),
    ("Home-page", false),
    ("Download-URL", false),
    ("Author", false),
    ("Author-email", false),
    ("Maintainer", false),
    ("Maintainer-email", false),
    ("License", false),
    ("License-Expression", false),
    ("License-File", true),
    ("Classifier", true),
    ("Requires-Dist", true),
    ("Requires-Python", false),
    ("Requires-External", true),
    ("Project-URL", true),
    ("Provides-Extra", true),
    ("Provides-Dist", true),
    ("Obsoletes-Dist", true),
];

impl CoreMetadata {
    /// The JSON form of the core metadata specification ("JSON-compatible metadata"), without unknown fields.
    pub fn to_value(&self) -> Value {
        let mut json = Map::new();
        for (field, is_multiple) in FIELDS {
            let key = || field.to_ascii_lowercase().replace('-', "_");
            if is_multiple {
                let values: Vec<Value> = match field {
                    // An `.egg-info` has these in a file of their own.
                    "Requires-Dist" => texts(self.requires_dist.iter().map(String::as_str)),
                    "Provides-Extra" => texts(self.provides_extra.iter().map(String::as_str)),
                    _ => texts(self.get_all(field)),
                };
                if !values.is_empty() {
                    json.insert(key(), Value::Array(values));
                }
                continue;
            }
            let value = match self.get(field) {
                Some(value) => unfolded(value),
                None if field == "Description" && !self.description().is_empty() => {
                    self.description().into_owned()
                }
                None => continue,
            };
            let value = match field {
                "Keywords" => keywords(&value),
                _ => Value::String(value),
            };
            json.insert(key(), value);
        }
        Value::Object(json)
    }
}

fn texts<'a>(values: impl Iterator<Item = &'a str>) -> Vec<Value> {
    values.map(|value| Value::String(unfolded(value))).collect()
}

/// Words between commas, or where there are none, between spaces.
fn keywords(text: &str) -> Value {
    let words: Vec<&str> = if text.contains(',') {
        text.split(',').map(str::trim).collect()
    } else {
        text.split_whitespace().collect()
    };
    Value::from(words)
}

/// A folded value without the indentation of its further lines, as Python's `importlib.metadata` reads it: eight
/// spaces are put before the first line, and then what all lines have in common is taken away.
fn unfolded(value: &str) -> String {
    const INDENTATION: &str = "        ";
    if !value.contains('\n') {
        return value.to_owned();
    }
    let indented = format!("{INDENTATION}{value}");
    let lines: Vec<&str> = indented.split('\n').collect();
    let mut margin: Option<&str> = None;
    for line in lines.iter().filter(|line| !line.trim().is_empty()) {
        let indentation =
            line.get(..line.len() - line.trim_start_matches([' ', '\t']).len()).unwrap_or_default();
        margin = Some(margin.map_or(indentation, |margin| shared_start(margin, indentation)));
    }
    let margin = margin.unwrap_or_default();
    let dedented: Vec<&str> = lines
        .iter()
        .map(|line| if line.trim().is_empty() { "" } else { line.strip_prefix(margin).unwrap_or(line) })
        .collect();
    dedented.join("\n")
}

/// What two runs of spaces and tabs begin with together.
fn shared_start<'a>(one: &'a str, other: &str) -> &'a str {
    let length = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    one.get(..length).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_in_the_order_of_pip() {
        let metadata = CoreMetadata::parse_lenient(
            b"Version: 1\nName: A\nKeywords: one two\nClassifier: x\nClassifier: y\nUnknown: z\n\nLong\n",
        );
        assert_eq!(
            metadata.to_value().to_string(),
            r#"{"name":"A","version":"1","description":"Long\n","keywords":["one","two"],"classifier":["x","y"]}"#
        );
    }

    #[test]
    fn keywords_are_split_at_commas_first() {
        assert_eq!(keywords("a b, c"), json!(["a b", "c"]));
        assert_eq!(keywords(""), json!([]));
    }

    #[test]
    fn folded_lines_lose_what_indents_them() {
        assert_eq!(unfolded("one\n        two\n          three"), "one\ntwo\n  three");
        assert_eq!(unfolded("one\n  two\n \n"), "      one\ntwo\n\n");
    }
}
