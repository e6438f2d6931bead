//! Requirement arguments: names, URLs, archives and folders.
//!
//! The order of the decisions is that of pip's `parse_req_from_line`: a URL, an existing folder or
//! archive, something that is named like an archive, and only then a requirement by name.

use std::path::{Component, Path, PathBuf};

use specifier::{ExtraName, Marker, Requirement, WheelFilename};

use crate::Parsed;
use crate::error::{RequirementError, RequirementWarning};
use crate::install_requirement::{InstallRequirement, Origin, RequirementOptions, RequirementSource};
use crate::link::{ARCHIVE_EXTENSIONS, Link, is_url};
use crate::python_text::{lines, strip};
use crate::surroundings::{PathKind, Surroundings};

const OPERATORS: [&str; 8] = ["~=", "==", "!=", "<=", ">=", "<", ">", "==="];

/// Parses a requirement argument or the requirement part of a line: `name[extra]>=1; marker`,
/// `name @ url`, a URL, or the path of a wheel, an archive or a folder.
///
/// Fails, in pip's words, on what is none of these.
pub fn parse_argument(
    text: &str,
    origin: &Origin,
    options: RequirementOptions,
    surroundings: &dyn Surroundings,
) -> Result<Parsed<InstallRequirement>, RequirementError> {
    let separator = if is_url(text) { "; " } else { ";" };
    let (name, marker) = match text.split_once(separator) {
        Some((name, marker)) => (strip(name), parse_marker(strip(name), strip(marker))?),
        None => (strip(text), None),
    };

    let mut warning = None;
    let mut extras = Vec::new();
    let link = if is_url(name) {
        Some(Link::new(name))
    } else {
        let path = absolute(surroundings.working_directory(), name);
        let path = path.to_string_lossy();
        let (path, written_extras) = strip_extras(&path);
        extras = parse_extras(written_extras, origin)?;
        let found = find_path(Path::new(path), name, surroundings)?;
        warning = found.warning;
        found.value
    };

    let Some(mut link) = link else {
        let requirement = parse_requirement(name, origin, surroundings)?;
        let source = match &requirement.url {
            Some(url) => RequirementSource::of(Link::new(url.as_str()), false, surroundings)?,
            None => RequirementSource::Named,
        };
        let marker = marker.or_else(|| requirement.marker.clone());
        let extras = if extras.is_empty() { requirement.extras.clone() } else { extras };
        return Ok(Parsed {
            value: assemble(Some(requirement), source, extras, marker, origin, options),
            warning,
        });
    };

    if link.is_file() && link.url().contains("../") {
        let path = absolute(surroundings.working_directory(), &crate::link::unquote(link.parts().path));
        link = Link::from_path(&path);
    }
    let requirement = if link.is_wheel() {
        let filename = link.filename();
        let wheel = WheelFilename::parse(&filename).map_err(|error| match warning.take() {
            Some(warning) => RequirementError::Warned { warning, error: Box::new(error.into()) },
            None => error.into(),
        })?;
        Some(parse_requirement(&format!("{}=={}", wheel.project, wheel.version), origin, surroundings)?)
    } else {
        link.egg()?.map(|name| parse_requirement(name, origin, surroundings)).transpose()?
    };
    let source = RequirementSource::of(link, false, surroundings)?;
    Ok(Parsed { value: assemble(requirement, source, extras, marker, origin, options), warning })
}

/// Puts a requirement together.
pub(crate) fn assemble(
    requirement: Option<Requirement>,
    source: RequirementSource,
    extras: Vec<ExtraName>,
    marker: Option<Marker>,
    origin: &Origin,
    options: RequirementOptions,
) -> InstallRequirement {
    InstallRequirement {
        requirement,
        source,
        extras,
        marker,
        hashes: options.hashes,
        config_settings: options.config_settings,
        origin: origin.clone(),
        user_supplied: options.user_supplied,
        constraint: options.constraint,
    }
}

fn parse_marker(name: &str, text: &str) -> Result<Option<Marker>, RequirementError> {
    if text.is_empty() {
        return Ok(None);
    }
    match Marker::parse(text) {
        Ok(marker) => Ok(Some(marker)),
        Err(error) => Err(RequirementError::InvalidMarker { text: name.to_owned(), error }),
    }
}

/// A requirement by name, with hints for what looks like a path or a wrong operator.
fn parse_requirement(
    text: &str,
    origin: &Origin,
    surroundings: &dyn Surroundings,
) -> Result<Requirement, RequirementError> {
    Requirement::parse(text).map_err(|error| {
        let hint = if text.contains(std::path::MAIN_SEPARATOR) {
            Some(format!("It looks like a path.{}", path_hint(text, surroundings)))
        } else if text.contains('=') && !OPERATORS.iter().any(|operator| text.contains(operator)) {
            Some("= is not a valid operator. Did you mean == ?".to_owned())
        } else {
            None
        };
        RequirementError::Invalid {
            text: text.to_owned(),
            error: Box::new(error),
            line_source: origin.line_source(),
            hint,
        }
    })
}

fn path_hint(text: &str, surroundings: &dyn Surroundings) -> String {
    let path = absolute(surroundings.working_directory(), text);
    if surroundings.path_kind(&path) == PathKind::Missing {
        return format!(" File '{text}' does not exist.");
    }
    let mut hint = " The path does exist. ".to_owned();
    let content = surroundings.read(&path).unwrap_or_default();
    if starts_with_requirement(&String::from_utf8_lossy(&content)) {
        hint.push_str("The argument you provided (");
        hint.push_str(text);
        hint.push_str(
            ") appears to be a requirements file. If that is the case, use the '-r' flag to install the \
             packages specified within it.",
        );
    }
    hint
}

/// Whether the first line that says something is a requirement, so that the file may be a requirements
/// file. A file that says nothing passes, as it does in pip.
fn starts_with_requirement(content: &str) -> bool {
    let mut lines = lines(content).map(strip).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let Some(line) = lines.next() else { return true };
    let line = line.split_once(" #").map_or(line, |(line, _)| line);
    match line.strip_suffix('\\') {
        // pip drops the character before the backslash, too.
        Some(start) => {
            let start = start
                .char_indices()
                .next_back()
                .map_or(start, |(last, _)| start.get(..last).unwrap_or(start));
            Requirement::parse(&format!("{}{}", strip(start), lines.next().unwrap_or_default())).is_ok()
        }
        None => Requirement::parse(line).is_ok(),
    }
}

/// The link of a folder or an archive, if the argument is one.
fn find_path(
    path: &Path,
    name: &str,
    surroundings: &dyn Surroundings,
) -> Result<Parsed<Option<Link>>, RequirementError> {
    let found = |value| Ok(Parsed { value, warning: None });
    let kind = surroundings.path_kind(path);
    if looks_like_path(name)
        && let PathKind::Directory { installable } = kind
    {
        return if installable {
            found(Some(Link::from_path(path)))
        } else {
            Err(RequirementError::NotInstallable(name.to_owned()))
        };
    }
    if !is_archive(path) {
        return found(None);
    }
    if kind == PathKind::File {
        return found(Some(Link::from_path(path)));
    }
    if name.split_once('@').is_some_and(|(before, _)| !looks_like_path(before)) {
        return found(None);
    }
    let warning = Some(RequirementWarning::LooksLikeFilename(name.to_owned()));
    Ok(Parsed { value: Some(Link::from_path(path)), warning })
}

fn looks_like_path(name: &str) -> bool {
    name.contains(std::path::is_separator) || name.starts_with('.')
}

/// Whether a name ends like an archive.
pub(crate) fn is_archive(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    ARCHIVE_EXTENSIONS.iter().any(|extension| {
        // A name that is nothing but an ending has none, for Python.
        name.strip_suffix(extension).is_some_and(|stem| !stem.trim_start_matches('.').is_empty())
    })
}

/// `path[extra]` as path and `[extra]`.
pub(crate) fn strip_extras(path: &str) -> (&str, Option<&str>) {
    let open = path.strip_suffix(']').and_then(|inner| inner.rfind('['));
    let (before, extras) = open.map_or((path, ""), |start| path.split_at(start));
    let inside = extras.trim_start_matches('[').trim_end_matches(']');
    if before.is_empty() || inside.is_empty() || inside.contains(']') {
        (path, None)
    } else {
        (before.trim_end(), Some(extras))
    }
}

/// The extras of `[extra1,extra2]`, as they follow the name of a file; none without any text.
///
/// Fails, in pip's words, on what is no list of extras.
pub fn parse_extras(written: Option<&str>, origin: &Origin) -> Result<Vec<ExtraName>, RequirementError> {
    let Some(written) = written else { return Ok(Vec::new()) };
    let text = format!("placeholder{}", written.to_lowercase());
    match Requirement::parse(&text) {
        Ok(requirement) => Ok(requirement.extras),
        Err(error) => Err(RequirementError::Invalid {
            text,
            error: Box::new(error),
            line_source: origin.line_source(),
            hint: None,
        }),
    }
}

/// An absolute path without `.` and `..` (`os.path.normpath(os.path.abspath(path))`).
pub(crate) fn absolute(working_directory: &Path, path: &str) -> PathBuf {
    let mut absolute = PathBuf::new();
    for component in working_directory.join(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                absolute.pop();
            }
            other => absolute.push(other),
        }
    }
    absolute
}

#[cfg(test)]
mod tests;
