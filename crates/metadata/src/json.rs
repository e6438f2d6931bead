//! JSON as Python's `json.dumps` writes it, which is what readers of pip's files and output expect to see.

use std::fmt::Write as _;

use serde_json::Value;

/// One line of JSON with `", "` and `": "` between the parts and everything beyond ASCII escaped.
pub fn python_json(value: &Value) -> String {
    let mut json = String::new();
    write(value, &mut json);
    json
}

fn write(value: &Value, json: &mut String) {
    match value {
        Value::Object(map) => {
            json.push('{');
            for (at, (key, value)) in map.iter().enumerate() {
                json.push_str(if at == 0 { "" } else { ", " });
                write_text(key, json);
                json.push_str(": ");
                write(value, json);
            }
            json.push('}');
        }
        Value::Array(values) => {
            json.push('[');
            for (at, value) in values.iter().enumerate() {
                json.push_str(if at == 0 { "" } else { ", " });
                write(value, json);
            }
            json.push(']');
        }
        Value::String(text) => write_text(text, json),
        other => {
            let _ = write!(json, "{other}");
        }
    }
}

fn write_text(text: &str, json: &mut String) {
    json.push('"');
    for character in text.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\u{8}' => json.push_str("\\b"),
            '\u{c}' => json.push_str("\\f"),
            ' '..='~' | '\u{7f}' => json.push(character),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let _ = write!(json, "\\u{unit:04x}");
                }
            }
        }
    }
    json.push('"');
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn writes_what_python_writes() {
        let value = json!([{"name": "a\"b\\", "version": null}, {}, [], 1.5, true, "ü\u{1f600}\n\u{1}"]);
        assert_eq!(
            python_json(&value),
            r#"[{"name": "a\"b\\", "version": null}, {}, [], 1.5, true, "\u00fc\ud83d\ude00\n\u0001"]"#
        );
    }
}
