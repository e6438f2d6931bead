//! What a source tree says about how to build it.

#[cfg(test)]
mod tests;

use std::{
    fs,
    path::{Component, Path, PathBuf},
};

use specifier::Requirement;
use toml::{Table, Value};

use crate::error::BackendError;

/// The backend for projects that name none: setuptools, in a manner that is close to running `setup.py`.
const LEGACY_BACKEND: &str = "setuptools.build_meta:__legacy__";
/// The first setuptools that has it.
const LEGACY_REQUIREMENT: &str = "setuptools>=40.8.0";

/// The table `build-system` of `pyproject.toml`, or what stands for it in projects that have none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildSystem {
    /// The requirements to install before any hook is called, as written; all of them are valid.
    pub requires: Vec<String>,
    /// The backend: a module, and after a colon an object in it.
    pub backend: String,
    /// Folders inside of the tree that the backend must be imported from; absolute. Empty for most projects.
    pub backend_path: Vec<PathBuf>,
    /// Requirements that are not installed but must be met by what was: those of the default backend, if the
    /// project has requirements and names no backend. pip warns when one of them is missing.
    pub check: Vec<String>,
}

impl BuildSystem {
    /// Reads the build system of the tree `source`. `what` is the requirement it is built for, for errors.
    ///
    /// # Errors
    /// The tree is no Python project, or its `pyproject.toml` is not valid, as pip judges it.
    pub fn read(source: &Path, what: &str) -> Result<Self, BackendError> {
        let path = source.join("pyproject.toml");
        let table = if path.is_file() {
            let text = fs::read(&path).map_err(|source| BackendError::Io {
                action: "read",
                path: path.clone(),
                source,
            })?;
            Self::table(&text).map_err(|reason| BackendError::Pyproject { path: path.clone(), reason })?
        } else if source.join("setup.py").is_file() {
            None
        } else {
            return Err(BackendError::NotAProject { what: what.to_owned() });
        };
        let Some(table) = table else {
            return Ok(Self {
                requires: vec![LEGACY_REQUIREMENT.to_owned()],
                backend: LEGACY_BACKEND.to_owned(),
                backend_path: Vec::new(),
                check: Vec::new(),
            });
        };

        let requires = requires(&table, what)?;
        let invalid =
            |reason: &str| BackendError::Pyproject { path: path.clone(), reason: reason.to_owned() };
        let backend = match table.get("build-backend") {
            Some(Value::String(backend)) => Some(backend.clone()),
            Some(_) => return Err(invalid("build-system.build-backend is not a string")),
            None => None,
        };
        let mut backend_path = Vec::new();
        if let Some(entries) = table.get("backend-path") {
            let entries = strings(entries)
                .ok_or_else(|| invalid("build-system.backend-path is not a list of strings"))?;
            for entry in entries {
                backend_path.push(inside(source, &entry).map_err(|reason| {
                    invalid(&format!("build-system.backend-path has {entry:?}: {reason}"))
                })?);
            }
        }
        let check = if backend.is_none() { vec![LEGACY_REQUIREMENT.to_owned()] } else { Vec::new() };
        Ok(Self {
            requires,
            backend: backend.unwrap_or_else(|| LEGACY_BACKEND.to_owned()),
            backend_path,
            check,
        })
    }

    /// The table itself, if there is one.
    fn table(text: &[u8]) -> Result<Option<Table>, String> {
        let text = std::str::from_utf8(text).map_err(|error| error.to_string())?;
        let mut document: Table = text.parse().map_err(|error: toml::de::Error| error.to_string())?;
        match document.remove("build-system") {
            None => Ok(None),
            Some(Value::Table(table)) => Ok(Some(table)),
            Some(_) => Err("build-system is not a table".to_owned()),
        }
    }
}

fn requires(table: &Table, what: &str) -> Result<Vec<String>, BackendError> {
    let Some(value) = table.get("requires") else {
        return Err(BackendError::MissingRequires { what: what.to_owned() });
    };
    let invalid = |reason| BackendError::InvalidRequires { what: what.to_owned(), reason };
    let requires = strings(value).ok_or_else(|| invalid("It is not a list of strings.".to_owned()))?;
    for requirement in &requires {
        if Requirement::parse(requirement).is_err() {
            return Err(invalid(format!("It contains an invalid requirement: {}", quoted(requirement))));
        }
    }
    Ok(requires)
}

fn strings(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|entry| entry.as_str().map(str::to_owned)).collect()
}

/// A text as Python's `repr` writes it, for texts without control characters.
fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut quoted = String::from(quote);
    for character in text.chars() {
        match character {
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            _ if character == quote => quoted.extend(['\\', quote]),
            _ => quoted.push(character),
        }
    }
    quoted.push(quote);
    quoted
}

/// The absolute path of `entry`, which must be relative to `source` and may not leave it.
fn inside(source: &Path, entry: &str) -> Result<PathBuf, &'static str> {
    let mut path = PathBuf::new();
    for component in Path::new(entry).components() {
        match component {
            Component::CurDir => {}
            Component::Normal(name) => path.push(name),
            Component::ParentDir if path.pop() => {}
            Component::ParentDir => return Err("paths must be inside source tree"),
            Component::RootDir | Component::Prefix(_) => return Err("paths must be relative"),
        }
    }
    let source = std::path::absolute(source).unwrap_or_else(|_| source.to_owned());
    Ok(if path.as_os_str().is_empty() { source } else { source.join(path) })
}
