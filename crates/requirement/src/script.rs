//! Inline metadata of a script: `--requirements-from-script`.

use metadata::parse_toml;
use specifier::{Requirement, Specifiers};
use toml::Value;

use crate::error::{OpenError, RequirementError};
use crate::install_requirement::{InstallRequirement, Origin};
use crate::python_text::Repr;
use crate::surroundings::Surroundings;

const OPENING: &str = "# /// ";
const CLOSING: &str = "# ///";

/// What a script says it needs.
#[derive(Debug, Clone)]
pub struct Script {
    /// The versions of Python that it runs on, with their text as it is written; none if it does not say.
    pub requires_python: Option<(String, Specifiers)>,
    /// What it depends on, as it is written.
    dependencies: Vec<String>,
}

/// Why the metadata of a script cannot be used. The texts are pip's, as far as it has any.
#[derive(Debug, thiserror::Error)]
pub enum ScriptError {
    /// The file cannot be read.
    #[error("{0}")]
    Read(OpenError),
    /// The file is not UTF-8.
    #[error("{} is not valid UTF-8", Repr(.0))]
    Decode(String),
    /// The file has no such metadata.
    #[error("File does not contain 'script' metadata: {}", Repr(.0))]
    Missing(String),
    /// The file has such metadata more than once.
    #[error("Multiple 'script' blocks found in {}", Repr(.0))]
    Multiple(String),
    /// The metadata is no TOML.
    #[error("Failed to parse TOML in {}", Repr(.0))]
    Parse(String),
    /// `requires-python` is no specifier.
    #[error("Invalid requires-python in {}: {problem}", Repr(file))]
    RequiresPython {
        /// The script.
        file: String,
        /// What is wrong.
        problem: String,
    },
    /// `dependencies` is no list of texts.
    #[error("Invalid dependencies in {}: they must be a list of strings", Repr(.0))]
    Dependencies(String),
}

/// Reads the `script` block of a script's inline metadata.
///
/// Its dependencies are not looked at before [`Script::requirements`]: a script for another Python is refused for that,
/// whatever else is wrong with it.
pub fn read_script(file: &str, surroundings: &dyn Surroundings) -> Result<Script, RequirementError> {
    let path = surroundings.working_directory().join(file);
    let bytes = surroundings
        .read(&path)
        .map_err(|error| ScriptError::Read(OpenError { path: file.to_owned(), error }))?;
    let text = String::from_utf8(bytes).map_err(|_| ScriptError::Decode(file.to_owned()))?;
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut blocks = blocks(&text).into_iter().filter(|block| block.kind == "script");
    let block = blocks.next().ok_or_else(|| ScriptError::Missing(file.to_owned()))?;
    if blocks.next().is_some() {
        return Err(ScriptError::Multiple(file.to_owned()).into());
    }
    let metadata = parse_toml(&block.content).map_err(|_| ScriptError::Parse(file.to_owned()))?;
    let invalid = |problem: String| ScriptError::RequiresPython { file: file.to_owned(), problem };
    let requires_python = match metadata.get("requires-python") {
        None => None,
        Some(Value::String(text)) if text.is_empty() => None,
        Some(Value::String(text)) => {
            let specifiers = Specifiers::parse(text).map_err(|error| invalid(error.to_string()))?;
            Some((text.clone(), specifiers))
        }
        Some(_) => return Err(invalid("it must be a string".to_owned()).into()),
    };
    let texts = |value: &Value| {
        let values = value.as_array()?;
        values.iter().map(|value| value.as_str().map(ToOwned::to_owned)).collect::<Option<Vec<_>>>()
    };
    let dependencies = match metadata.get("dependencies") {
        None => Vec::new(),
        Some(value) => texts(value).ok_or_else(|| ScriptError::Dependencies(file.to_owned()))?,
    };
    Ok(Script { requires_python, dependencies })
}

impl Script {
    /// What it depends on, in order. pip shows them as it shows arguments, without an origin.
    ///
    /// Fails on the first that is no requirement.
    pub fn requirements(
        &self,
        surroundings: &dyn Surroundings,
    ) -> Result<Vec<InstallRequirement>, RequirementError> {
        let read = |text: &String| {
            let requirement = Requirement::parse(text).map_err(|error| RequirementError::Invalid {
                text: text.clone(),
                error: Box::new(error),
                line_source: None,
                hint: None,
            })?;
            InstallRequirement::new(requirement, Origin::CommandLine, surroundings)
        };
        self.dependencies.iter().map(read).collect()
    }
}

/// A block of comments between `# /// kind` and `# ///`.
struct Block<'a> {
    kind: &'a str,
    content: String,
}

/// The blocks of a script. A block goes on to the last line that can close it, so that `# ///` may stand inside.
fn blocks(text: &str) -> Vec<Block<'_>> {
    let lines: Vec<&str> = text.split('\n').collect();
    let mut blocks = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        at += 1;
        let Some(kind) = line.strip_prefix(OPENING).filter(|kind| is_kind(kind)) else { continue };
        let rest = lines.get(at..).unwrap_or_default();
        let length = rest.iter().take_while(|line| **line == "#" || line.starts_with("# ")).count();
        let comments = rest.get(..length).unwrap_or_default();
        let Some(end) = comments.iter().rposition(|line| *line == CLOSING).filter(|end| *end > 0) else {
            continue;
        };
        let mut content = String::new();
        for line in comments.iter().take(end) {
            content.push_str(line.strip_prefix("# ").unwrap_or_default());
            content.push('\n');
        }
        blocks.push(Block { kind, content });
        at += end + 1;
    }
    blocks
}

fn is_kind(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(text: &str) -> Vec<(&str, String)> {
        blocks(text).into_iter().map(|block| (block.kind, block.content)).collect()
    }

    #[test]
    fn finds_blocks() {
        let text = "#!/bin/sh\n# /// script\n# a = 1\n#\n# ///\n# b\n# ///\n\n# /// other-1\n# c\n# ///";
        let expected = [("script", "a = 1\n\n///\nb\n".to_owned()), ("other-1", "c\n".to_owned())];
        assert_eq!(contents(text), expected);
    }

    #[test]
    fn passes_over_what_is_no_block() {
        for text in [
            "",
            "# /// script",
            "# /// script\n# ///",
            "# /// script\n# a\n#b\n# ///",
            "# /// script \n# a\n# ///",
            " # /// script\n# a\n# ///",
            "# /// a/b\n# a\n# ///",
        ] {
            assert_eq!(contents(text), [], "{text:?}");
        }
    }
}
