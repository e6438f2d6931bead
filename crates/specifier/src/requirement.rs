//! Requirements: a project with extras, versions or a URL, and a marker, such as
//! `requests[socks]>=2 ; os_name == "posix"`.

mod glance;
#[cfg(test)]
mod tests;

pub use glance::Glance;

use std::collections::HashSet;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use crate::marker::parse_marker;
use crate::specifiers::scan_specifier;
use crate::syntax::{Cursor, SyntaxError};
use crate::{ExtraName, InvalidSpecifier, Marker, ProjectName, Specifiers};

/// A text that is not a requirement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRequirement {
    /// It breaks the grammar. Shows the place.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// It holds something that is no version specifier.
    #[error(transparent)]
    Specifier(#[from] InvalidSpecifier),
}

/// What somebody needs: a project, which versions of it, with which extras, where from, and in which environments.
#[derive(Debug, Clone)]
pub struct Requirement {
    /// The name of the project as written.
    pub name: String,
    /// The project.
    pub project: ProjectName,
    /// The extras, each once, in the order in which they are written.
    pub extras: Vec<ExtraName>,
    /// The extras as written, sorted, each spelling once. Only for showing the requirement.
    pub written_extras: Vec<String>,
    /// Which versions will do. Empty where there is a URL.
    pub specifiers: Specifiers,
    /// Where the distribution is to come from.
    pub url: Option<String>,
    /// In which environments the requirement counts.
    pub marker: Option<Marker>,
}

impl Requirement {
    /// The requirement of any version of a project.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            project: ProjectName::normalise(name),
            extras: Vec::new(),
            written_extras: Vec::new(),
            specifiers: Specifiers::default(),
            url: None,
            marker: None,
        }
    }

    /// Reads a requirement.
    pub fn parse(text: &str) -> Result<Self, InvalidRequirement> {
        let mut cursor = Cursor::new(text);
        cursor.skip_blanks();
        let Some(name) = cursor.take_identifier() else {
            return Err(cursor
                .error_here("Expected package name at the start of dependency specifier")
                .into());
        };
        let mut requirement = Self::new(name);
        cursor.skip_blanks();
        requirement.set_extras(&read_extras(&mut cursor)?);
        cursor.skip_blanks();
        let specifiers = if cursor.take("@") {
            requirement.read_url(&mut cursor)?;
            ""
        } else {
            requirement.read_specifiers(&mut cursor)?
        };
        if !cursor.is_at_end() {
            return Err(cursor.error_here("Expected end of dependency specifier").into());
        }
        requirement.specifiers = Specifiers::parse(specifiers)?;
        Ok(requirement)
    }

    fn set_extras(&mut self, written: &[&str]) {
        if written.is_empty() {
            return;
        }
        let mut known = HashSet::new();
        self.extras = written.iter().map(|extra| ExtraName::normalise(extra)).collect();
        self.extras.retain(|extra| known.insert(extra.clone()));
        self.written_extras = written.iter().map(|&extra| extra.to_owned()).collect();
        self.written_extras.sort_unstable();
        self.written_extras.dedup();
    }

    /// Reads `<url> ; <marker>` after the `@`. White space has to end the URL.
    fn read_url(&mut self, cursor: &mut Cursor<'_>) -> Result<(), SyntaxError> {
        cursor.skip_blanks();
        let start = cursor.at();
        let rest = cursor.rest();
        let url = cursor.advance(rest.find([' ', '\t']).unwrap_or(rest.len()));
        if url.is_empty() {
            return Err(cursor.error_here("Expected URL after @"));
        }
        self.url = Some(url.to_owned());
        cursor.skip_blanks();
        self.read_marker(cursor, start, "Expected semicolon (after URL and whitespace) or end")
    }

    /// Reads `<specifiers> ; <marker>`, with or without parentheses around the specifiers, and gives the specifiers.
    fn read_specifiers<'a>(&mut self, cursor: &mut Cursor<'a>) -> Result<&'a str, SyntaxError> {
        let start = cursor.at();
        let open = cursor.take("(");
        cursor.skip_blanks();
        let specifiers = read_version_list(cursor)?;
        cursor.skip_blanks();
        if open && !cursor.take(")") {
            let message = "Expected matching RIGHT_PARENTHESIS for LEFT_PARENTHESIS, after version specifier";
            return Err(cursor.error(message, start, cursor.at()));
        }
        cursor.skip_blanks();
        let expected = if specifiers.is_empty() {
            "Expected semicolon (after name with no version specifier) or end"
        } else {
            "Expected comma (within version specifier), semicolon (after version specifier) or end"
        };
        self.read_marker(cursor, start, expected)?;
        Ok(specifiers)
    }

    fn read_marker(
        &mut self,
        cursor: &mut Cursor<'_>,
        start: usize,
        expected: &'static str,
    ) -> Result<(), SyntaxError> {
        if cursor.is_at_end() {
            return Ok(());
        }
        if !cursor.take(";") {
            return Err(cursor.error(expected, start, cursor.at()));
        }
        self.marker = Some(parse_marker(cursor)?);
        Ok(())
    }
}

/// Reads `[extra, extra]`, if it comes next.
fn read_extras<'a>(cursor: &mut Cursor<'a>) -> Result<Vec<&'a str>, SyntaxError> {
    let mut extras = Vec::new();
    let open = cursor.at();
    if !cursor.take("[") {
        return Ok(extras);
    }
    cursor.skip_blanks();
    if let Some(extra) = cursor.take_identifier() {
        extras.push(extra);
        loop {
            cursor.skip_blanks();
            if cursor.is_at_identifier() {
                return Err(cursor.error_here("Expected comma between extra names"));
            }
            if !cursor.take(",") {
                break;
            }
            cursor.skip_blanks();
            match cursor.take_identifier() {
                Some(extra) => extras.push(extra),
                None => return Err(cursor.error_here("Expected extra name after comma")),
            }
        }
    }
    if !cursor.take("]") {
        let message = "Expected matching RIGHT_BRACKET for LEFT_BRACKET, after extras";
        return Err(cursor.error(message, open, cursor.at()));
    }
    Ok(extras)
}

/// Reads specifiers with commas between them and gives them as written.
fn read_version_list<'a>(cursor: &mut Cursor<'a>) -> Result<&'a str, SyntaxError> {
    let list = cursor.rest();
    let mut length = 0;
    let list_start = cursor.at();
    while let Some(specifier_length) = scan_specifier(cursor.rest()) {
        let start = cursor.at();
        let specifier = cursor.advance(specifier_length);
        length = cursor.at() - list_start;
        if cursor.starts_with(".*") {
            let equality =
                specifier.starts_with("!=") || specifier.starts_with("==") && !specifier.starts_with("===");
            let message = if equality {
                ".* suffix cannot be used with pre-release, post-release, dev or local versions"
            } else {
                ".* suffix can only be used with `==` or `!=` operators"
            };
            return Err(cursor.error(message, start, cursor.at() + 1));
        }
        let label = cursor.rest().strip_prefix('+').and_then(|label| label.bytes().next());
        if label.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
            let message = "Local version label can only be used with `==` or `!=` operators";
            return Err(cursor.error(message, start, cursor.at()));
        }
        cursor.skip_blanks();
        if !cursor.take(",") {
            break;
        }
        length = cursor.at() - list_start;
        cursor.skip_blanks();
    }
    Ok(list.get(..length).unwrap_or_default())
}

impl FromStr for Requirement {
    type Err = InvalidRequirement;

    fn from_str(text: &str) -> Result<Self, InvalidRequirement> {
        Self::parse(text)
    }
}

impl PartialEq for Requirement {
    /// The spelling of names and the order of extras make no difference.
    fn eq(&self, other: &Self) -> bool {
        self.project == other.project
            && self.extras.len() == other.extras.len()
            && self.extras.iter().all(|extra| other.extras.contains(extra))
            && self.specifiers == other.specifiers
            && self.url == other.url
            && self.marker == other.marker
    }
}

impl Eq for Requirement {}

impl Hash for Requirement {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.project.hash(state);
        self.extras.len().hash(state);
        self.specifiers.hash(state);
        self.url.hash(state);
        self.marker.hash(state);
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if !self.written_extras.is_empty() {
            write!(f, "[{}]", self.written_extras.join(","))?;
        }
        self.specifiers.fmt(f)?;
        if let Some(url) = &self.url {
            write!(f, " @ {url}")?;
            if self.marker.is_some() {
                f.write_str(" ")?;
            }
        }
        if let Some(marker) = &self.marker {
            write!(f, "; {marker}")?;
        }
        Ok(())
    }
}
