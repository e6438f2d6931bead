//! Dependency groups of `pyproject.toml`: `--group [path:]name`.
//!
//! The order of the steps is that of pip and of `packaging.dependency_groups`: all files are read before the first
//! group is looked up, and all that is wrong with a group is said at once.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use metadata::{InvalidToml, PythonValue, parse_toml};
use specifier::Requirement;
use toml::{Table, Value};

use crate::error::{OpenError, RequirementError};
use crate::install_requirement::{InstallRequirement, Origin};
use crate::python_text::Repr;
use crate::surroundings::Surroundings;

/// A group that includes others twice, which do the same, has more requirements than any memory can hold.
const MAX_REQUIREMENTS: usize = 10_000;

/// Why a dependency group cannot be used. The texts are pip's.
#[derive(Debug, thiserror::Error)]
pub enum DependencyGroupError {
    /// There is no such file.
    #[error("{0} not found. Cannot resolve '--group' option.")]
    NotFound(String),
    /// The file cannot be read.
    #[error("Error reading {}: {}", .0.path, .0)]
    Read(OpenError),
    /// The file is no TOML.
    #[error("Error parsing {file}: {error}")]
    Parse {
        /// The file.
        file: String,
        /// What is wrong.
        error: InvalidToml,
    },
    /// The file has no groups.
    #[error("[dependency-groups] table was missing from '{0}'. Cannot resolve '--group' option.")]
    NoTable(String),
    /// The groups are no table.
    #[error("[dependency-groups] table was malformed in {0}. Cannot resolve '--group' option.")]
    Malformed(String),
    /// Several groups have one name.
    #[error("[dependency-groups] data was invalid in {file}: {}", problems.join("; "))]
    Duplicates {
        /// The file.
        file: String,
        /// Each such name.
        problems: Vec<String>,
    },
    /// A group does not exist, holds what it must not hold, or includes itself.
    #[error("[dependency-groups] resolution failed for '{group}' from '{file}': {}", problems.join("; "))]
    Group {
        /// The group, as it was asked for.
        group: String,
        /// The file.
        file: String,
        /// All that is wrong with it and with the groups that it includes.
        problems: Vec<String>,
    },
}

/// Reads dependency groups, each given by its file and its name; the requirements of each stand together, in order.
///
/// They have no origin of their own: pip shows them as it shows arguments.
pub fn read_dependency_groups<'a>(
    groups: impl IntoIterator<Item = (&'a str, &'a str)> + Clone,
    surroundings: &dyn Surroundings,
) -> Result<Vec<InstallRequirement>, RequirementError> {
    let mut files: HashMap<&str, GroupsOfFile> = HashMap::new();
    for (file, _) in groups.clone() {
        if !files.contains_key(file) {
            files.insert(file, GroupsOfFile::read(file, surroundings)?);
        }
    }
    let mut requirements = Vec::new();
    for (file, group) in groups {
        let Some(of_file) = files.get_mut(file) else { continue };
        let resolved = of_file.resolve(group).map_err(|problems| DependencyGroupError::Group {
            group: group.to_owned(),
            file: file.to_owned(),
            problems,
        })?;
        for requirement in resolved {
            requirements.push(InstallRequirement::new(requirement, Origin::CommandLine, surroundings)?);
        }
    }
    Ok(requirements)
}

/// The `[dependency-groups]` of one file.
struct GroupsOfFile {
    /// By normalised name.
    groups: HashMap<String, Value>,
    resolved: HashMap<String, Vec<Requirement>>,
    /// By which way a group was included last, as a place in `ways`.
    included: HashMap<String, usize>,
    ways: Vec<Way>,
}

/// A group that includes another, and the way to itself.
struct Way {
    group: String,
    before: Option<usize>,
}

enum Item {
    Requirement(Requirement),
    Include(String),
}

/// A group that is being resolved.
struct Open {
    group: String,
    rest: std::vec::IntoIter<Item>,
    resolved: Vec<Requirement>,
}

impl GroupsOfFile {
    fn read(file: &str, surroundings: &dyn Surroundings) -> Result<Self, DependencyGroupError> {
        let document = read_toml(file, surroundings)?;
        let groups = match document.get("dependency-groups") {
            None => return Err(DependencyGroupError::NoTable(file.to_owned())),
            Some(Value::Table(groups)) => groups,
            Some(_) => return Err(DependencyGroupError::Malformed(file.to_owned())),
        };
        let mut names: Vec<(String, Vec<&str>)> = Vec::new();
        for name in groups.keys() {
            let normal = normalise(name);
            match names.iter_mut().find(|(known, _)| *known == normal) {
                Some((_, written)) => written.push(name),
                None => names.push((normal, vec![name])),
            }
        }
        let problems: Vec<String> = names
            .iter()
            .filter(|(_, written)| written.len() > 1)
            .map(|(name, written)| {
                format!("Duplicate dependency group names: {name} ({})", written.join(", "))
            })
            .collect();
        if !problems.is_empty() {
            return Err(DependencyGroupError::Duplicates { file: file.to_owned(), problems });
        }
        let groups = groups.iter().map(|(name, group)| (normalise(name), group.clone())).collect();
        Ok(Self { groups, resolved: HashMap::new(), included: HashMap::new(), ways: Vec::new() })
    }

    /// The requirements of a group and of all that it includes; or all that is wrong.
    ///
    /// A stack of its own takes the place of recursion, since somebody else wrote the file.
    fn resolve(&mut self, requested: &str) -> Result<Vec<Requirement>, Vec<String>> {
        let requested = normalise(requested);
        let mut problems = Vec::new();
        if let Some(resolved) = self.resolved.get(&requested) {
            return Ok(resolved.clone());
        }
        let mut outer = Vec::new();
        let mut open = self.open(&requested, &mut problems);
        loop {
            match open.rest.next() {
                Some(Item::Requirement(requirement)) => open.resolved.push(requirement),
                Some(Item::Include(written)) => {
                    let include = normalise(&written);
                    if self.is_on_the_way(&include, &open.group) {
                        problems.push(cycle(&requested, &open.group, &written));
                        continue;
                    }
                    let before = self.included.get(&open.group).copied();
                    self.ways.push(Way { group: open.group.clone(), before });
                    self.included.insert(include.clone(), self.ways.len() - 1);
                    match self.resolved.get(&include) {
                        Some(resolved) if open.resolved.len() + resolved.len() > MAX_REQUIREMENTS => {
                            problems.push(too_many(&open.group));
                        }
                        Some(resolved) => open.resolved.extend(resolved.iter().cloned()),
                        None => outer.push(std::mem::replace(&mut open, self.open(&include, &mut problems))),
                    }
                }
                None => {
                    if problems.is_empty() {
                        self.resolved.insert(open.group, open.resolved.clone());
                    } else {
                        open.resolved.clear();
                    }
                    let Some(mut including): Option<Open> = outer.pop() else {
                        return if problems.is_empty() { Ok(open.resolved) } else { Err(problems) };
                    };
                    if including.resolved.len() + open.resolved.len() > MAX_REQUIREMENTS {
                        problems.push(too_many(&including.group));
                    } else {
                        including.resolved.append(&mut open.resolved);
                    }
                    open = including;
                }
            }
        }
    }

    /// Whether `group` was included, over however many others, by `include`.
    fn is_on_the_way(&self, include: &str, group: &str) -> bool {
        let mut way = self.included.get(group).and_then(|way| self.ways.get(*way));
        while let Some(Way { group, before }) = way {
            if group == include {
                return true;
            }
            way = before.and_then(|before| self.ways.get(before));
        }
        false
    }

    /// A group as it is written; nothing of one in which something is wrong.
    fn open(&self, group: &str, problems: &mut Vec<String>) -> Open {
        let mut items = Vec::new();
        match self.groups.get(group) {
            None => problems.push(format!("Dependency group '{group}' not found")),
            Some(Value::String(_)) => {
                let group = Repr(group);
                problems.push(format!("Dependency group {group} contained a string rather than a list."));
            }
            Some(Value::Array(values)) => {
                for value in values {
                    match read_item(value) {
                        Ok(item) => items.push(item),
                        Err(problem) => problems.push(problem),
                    }
                }
            }
            Some(_) => {
                let group = Repr(group);
                problems.push(format!("Dependency group {group} is not a sequence type."));
            }
        }
        if !problems.is_empty() {
            items.clear();
        }
        Open { group: group.to_owned(), rest: items.into_iter(), resolved: Vec::new() }
    }
}

fn read_item(value: &Value) -> Result<Item, String> {
    let invalid = || format!("Invalid dependency group item: {}", PythonValue(value));
    match value {
        Value::String(text) => {
            Requirement::parse(text).map(Item::Requirement).map_err(|error| error.to_string())
        }
        Value::Table(table) if table.len() == 1 => match table.get("include-group") {
            Some(Value::String(group)) => Ok(Item::Include(group.clone())),
            Some(_) => {
                Err(format!("Dependency group include-group value is not a string: {}", PythonValue(value)))
            }
            None => Err(invalid()),
        },
        _ => Err(invalid()),
    }
}

fn too_many(group: &str) -> String {
    format!("Dependency group {} has more than {MAX_REQUIREMENTS} requirements", Repr(group))
}

fn cycle(requested: &str, group: &str, include: &str) -> String {
    let reason = if include == group {
        format!("{group} includes itself")
    } else {
        format!("{include} -> {group}, {group} -> {include}")
    };
    format!("Cyclic dependency group include while resolving {requested}: {reason}")
}

fn read_toml(file: &str, surroundings: &dyn Surroundings) -> Result<Table, DependencyGroupError> {
    let path = surroundings.working_directory().join(Path::new(file));
    let bytes = surroundings.read(&path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => DependencyGroupError::NotFound(file.to_owned()),
        _ => DependencyGroupError::Read(OpenError { path: file.to_owned(), error }),
    })?;
    let parse = |error| DependencyGroupError::Parse { file: file.to_owned(), error };
    let text = std::str::from_utf8(&bytes)
        .map_err(|error| parse(InvalidToml { reason: error.to_string(), position: None }))?;
    parse_toml(text).map_err(parse)
}

/// Any run of `-`, `_` and `.` is one `-`, and case does not count.
fn normalise(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    for character in name.chars() {
        match character {
            '-' | '_' | '.' if normal.ends_with('-') => {}
            '-' | '_' | '.' => normal.push('-'),
            other => normal.extend(other.to_lowercase()),
        }
    }
    normal
}

#[cfg(test)]
mod tests;
