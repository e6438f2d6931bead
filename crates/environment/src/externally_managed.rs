//! `EXTERNALLY-MANAGED`: the mark of an environment that the system's packager looks after.

use std::fs;
use std::path::PathBuf;

use crate::Environment;

/// The mark of an externally managed environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternallyManaged {
    /// The file.
    pub marker: PathBuf,
    /// Its text; nothing if it cannot be read.
    pub text: Option<String>,
}

impl Environment {
    /// The mark, if the environment bears it. A virtual environment never does: it is its owner's.
    pub fn externally_managed(&self) -> Option<ExternallyManaged> {
        if self.is_virtual() {
            return None;
        }
        let marker = self.stdlib().join("EXTERNALLY-MANAGED");
        if !marker.is_file() {
            return None;
        }
        let text = fs::read_to_string(&marker).ok();
        Some(ExternallyManaged { marker, text })
    }
}

impl ExternallyManaged {
    /// What the packager wants the user to read, in a language such as `de_AT` if there is a text for it:
    /// first `Error-de_AT`, then `Error-de`, then `Error` of the section `externally-managed`.
    pub fn message(&self, language: Option<&str>) -> Option<String> {
        let options = section(self.text.as_deref()?);
        let mut keys = Vec::new();
        if let Some(language) = language {
            keys.push(format!("error-{language}"));
            keys.extend(['-', '_'].iter().filter_map(|separator| {
                language.split_once(*separator).map(|(before, _)| format!("error-{before}"))
            }));
        }
        keys.push("error".to_owned());
        keys.iter().find_map(|wanted| {
            let (_, value) = options.iter().find(|(key, _)| key.eq_ignore_ascii_case(wanted))?;
            Some(value.clone())
        })
    }
}

/// The options of the section `externally-managed`, read as Python's `configparser` reads them: values go on
/// in lines that are indented deeper; empty lines within a value stay, those at its end do not.
fn section(text: &str) -> Vec<(String, String)> {
    let mut options: Vec<(String, String)> = Vec::new();
    let mut in_section = false;
    let mut in_value = false;
    for line in text.lines() {
        let content = line.trim();
        if content.starts_with(['#', ';']) {
            continue;
        }
        let is_indented = line.starts_with([' ', '\t']);
        match options.last_mut() {
            Some((_, value)) if in_value && (content.is_empty() || is_indented) => {
                value.push('\n');
                value.push_str(content);
                continue;
            }
            _ if content.is_empty() => continue,
            _ => {}
        }
        if let Some(name) = content.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            in_section = name == "externally-managed";
            in_value = false;
        } else if in_section && let Some((key, value)) = content.split_once(['=', ':']) {
            options.push((key.trim().to_owned(), value.trim().to_owned()));
            in_value = true;
        }
    }
    for (_, value) in &mut options {
        value.truncate(value.trim_end().len());
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "[other]\nError=no\n\n[externally-managed]\nError=Use apt\n\n the \
                        system's tool.\n\n# remark\nError-de: Nimm apt\nError-fr_FR = Prenez apt\n";

    #[test]
    fn the_most_fitting_language_wins() {
        let managed = ExternallyManaged { marker: PathBuf::new(), text: Some(TEXT.into()) };
        assert_eq!(managed.message(None).as_deref(), Some("Use apt\n\nthe system's tool."));
        assert_eq!(managed.message(Some("de_AT")).as_deref(), Some("Nimm apt"));
        assert_eq!(managed.message(Some("fr_FR")).as_deref(), Some("Prenez apt"));
        assert_eq!(managed.message(Some("it")).as_deref(), Some("Use apt\n\nthe system's tool."));
    }

    #[test]
    fn without_a_text_there_is_no_message() {
        assert_eq!(ExternallyManaged { marker: PathBuf::new(), text: None }.message(None), None);
        let other = ExternallyManaged { marker: PathBuf::new(), text: Some("[x]\nError=1\n".into()) };
        assert_eq!(other.message(None), None);
    }
}
