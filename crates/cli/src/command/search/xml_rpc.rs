//! As much of XML-RPC as a search needs: a call with lists of texts, and the answer to it.

use std::collections::HashMap;

/// A value in an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A text, a number or anything else that is written as one.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// Values by name.
    Struct(HashMap<String, Value>),
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The value of the call.
    Value(Value),
    /// The call failed on the other side.
    Fault {
        /// Its code.
        code: String,
        /// What is said.
        text: String,
    },
}

impl Value {
    /// The text of a member of a struct; empty if there is none.
    pub fn member(&self, name: &str) -> &str {
        match self {
            Self::Struct(members) => members.get(name).map_or("", Value::text),
            _ => "",
        }
    }

    fn text(&self) -> &str {
        if let Self::Text(text) = self { text } else { "" }
    }
}

/// The call `search({"name": words, "summary": words}, "or")`.
pub fn search(words: &[String]) -> String {
    let mut list = String::from("<value><array><data>");
    for word in words {
        list.extend(["<value><string>", &escaped(word), "</string></value>"]);
    }
    list.push_str("</data></array></value>");
    format!(
        "<?xml version='1.0'?>\n<methodCall><methodName>search</methodName><params><param><value><struct>\
         <member><name>name</name>{list}</member><member><name>summary</name>{list}</member>\
         </struct></value></param><param><value><string>or</string></value></param></params></methodCall>\n"
    )
}

/// Reads an answer; `None` if it is none.
pub fn read(text: &str) -> Option<Answer> {
    let mut reader = Reader { rest: text };
    reader.skip_to("methodResponse")?;
    match reader.open()? {
        "params" => {
            reader.expect("param")?;
            Some(Answer::Value(reader.value(0)?))
        }
        "fault" => {
            let fault = reader.value(0)?;
            Some(Answer::Fault {
                code: fault.member("faultCode").to_owned(),
                text: fault.member("faultString").to_owned(),
            })
        }
        _ => None,
    }
}

/// Deeper than any answer to a search.
const DEPTH: usize = 32;

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    /// A `<value>` with all that is in it.
    fn value(&mut self, depth: usize) -> Option<Value> {
        if depth > DEPTH {
            return None;
        }
        self.expect("value")?;
        let plain = self.text();
        let value = match self.tag()? {
            "/value" => return Some(Value::Text(plain)),
            "value/" | "nil/" | "string/" => Value::Text(String::new()),
            "array" => {
                self.expect("data")?;
                let mut values = Vec::new();
                while self.peek()? == "value" {
                    values.push(self.value(depth + 1)?);
                }
                self.expect("/data")?;
                self.expect("/array")?;
                Value::List(values)
            }
            "struct" => {
                let mut members = HashMap::new();
                while self.peek()? == "member" {
                    self.expect("member")?;
                    self.expect("name")?;
                    let name = self.text();
                    self.expect("/name")?;
                    members.insert(name, self.value(depth + 1)?);
                    self.expect("/member")?;
                }
                self.expect("/struct")?;
                Value::Struct(members)
            }
            kind => {
                let text = self.text();
                let end = self.tag()?;
                if end.strip_prefix('/') != Some(kind) {
                    return None;
                }
                Value::Text(text)
            }
        };
        self.expect("/value")?;
        Some(value)
    }

    /// Text up to the next tag.
    fn text(&mut self) -> String {
        let end = self.rest.find('<').unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        unescaped(text)
    }

    /// The next tag without its brackets and attributes.
    fn tag(&mut self) -> Option<&'a str> {
        let (tag, rest) = self.rest.strip_prefix('<')?.split_once('>')?;
        self.rest = rest;
        tag.split_whitespace().next()
    }

    /// The next tag after white space.
    fn open(&mut self) -> Option<&'a str> {
        self.rest = self.rest.trim_start();
        self.tag()
    }

    fn peek(&mut self) -> Option<&'a str> {
        let before = self.rest;
        let tag = self.open();
        self.rest = before;
        tag
    }

    fn expect(&mut self, tag: &str) -> Option<()> {
        (self.open()? == tag).then_some(())
    }

    /// Over the declaration to a tag.
    fn skip_to(&mut self, tag: &str) -> Option<()> {
        while self.open()? != tag {}
        Some(())
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let Some((entity, tail)) = after.split_once(';') else { break };
        match entity {
            "lt" => out.push('<'),
            "gt" => out.push('>'),
            "amp" => out.push('&'),
            "quot" => out.push('"'),
            "apos" => out.push('\''),
            number => {
                let code = match number.strip_prefix("#x") {
                    Some(digits) => u32::from_str_radix(digits, 16).ok(),
                    None => number.strip_prefix('#').and_then(|digits| digits.parse().ok()),
                };
                out.extend(code.and_then(char::from_u32));
            }
        }
        rest = tail;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_what_python_sends() {
        let call = search(&["a&b".to_owned()]);
        assert!(
            call.contains("<name>name</name><value><array><data><value><string>a&amp;b</string></value>"),
            "{call}"
        );
    }

    #[test]
    fn answers_are_read() {
        let text = "<?xml version='1.0'?>\n<methodResponse>\n<params><param><value><array><data>\n\
            <value><struct><member><name>name</name><value><string>a &lt;&#98;&gt;</string></value></member>\
            <member><name>n</name><value><int>5</int></value></member>\
            <member><name>summary</name><value>plain</value></member></struct></value>\n\
            </data></array></value></param></params></methodResponse>";
        let Some(Answer::Value(Value::List(hits))) = read(text) else { panic!("{:?}", read(text)) };
        assert_eq!(hits.len(), 1);
        assert_eq!(
            ["name", "n", "summary", "none"].map(|name| hits[0].member(name)),
            ["a <b>", "5", "plain", ""]
        );
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "<html></html>", "<methodResponse><params>", "<methodResponse><fault><value>"] {
            assert_eq!(read(text), None, "{text}");
        }
        let deep = "<value><array><data>".repeat(10_000);
        assert_eq!(read(&format!("<methodResponse><params><param>{deep}")), None);
    }
}
