//! Reads a lock file and checks all that the standard asks for.
//!
//! The order of the checks is that of `packaging.pylock`, so that of several mistakes the same one is told.

use std::fmt::Display;

use specifier::{ExtraName, Marker, ProjectName, PythonRepr, Specifiers, Version, WheelFilename};
use toml::value::Datetime;
use toml::{Table, Value};

use super::{LockedArchive, LockedDirectory, LockedFile, LockedPackage, LockedRepository, Pylock};
use crate::toml_text::{InvalidToml, parse_toml, python_type};

/// Why a text is no lock file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPylock {
    /// It is no TOML.
    #[error(transparent)]
    Toml(#[from] InvalidToml),
    /// It is not what the standard asks for.
    #[error(transparent)]
    Problem(#[from] PylockProblem),
}

/// What is wrong with a lock file, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}{}", place(.context))]
pub struct PylockProblem {
    message: String,
    /// `packages[0].wheels[1].hashes`; empty for the whole.
    context: String,
}

fn place(context: &str) -> String {
    if context.is_empty() { String::new() } else { format!(" in {}", PythonRepr(context)) }
}

type Checked<T> = Result<T, PylockProblem>;

impl PylockProblem {
    fn new(message: impl Display) -> Self {
        Self { message: message.to_string(), context: String::new() }
    }

    fn at(message: impl Display, context: impl Display) -> Self {
        Self { message: message.to_string(), context: context.to_string() }
    }

    /// The same, seen from outside.
    fn inside(self, outer: impl Display) -> Self {
        let separator = if self.context.is_empty() { "" } else { "." };
        Self { context: format!("{outer}{separator}{}", self.context), ..self }
    }

    fn missing(key: &str) -> Self {
        Self::at("Missing required value", key)
    }
}

impl Pylock {
    /// Reads a lock file.
    ///
    /// Fails on what is no TOML, on what is not as the standard wants it, and on versions of the format other than 1.x.
    pub fn parse(text: &str) -> Result<Self, InvalidPylock> {
        let table = parse_toml(text)?;
        let lock = Self {
            lock_version: converted(&table, "lock-version", Version::parse)?
                .ok_or_else(|| PylockProblem::missing("lock-version"))?,
            environments: list_of(&table, "environments", Marker::parse)?,
            extras: list_of(&table, "extras", |name| normalised(name).map(|_| ExtraName::normalise(name)))?,
            dependency_groups: texts(&table, "dependency-groups")?,
            default_groups: texts(&table, "default-groups")?,
            created_by: required_text(&table, "created-by")?,
            requires_python: converted(&table, "requires-python", Specifiers::parse)?,
            packages: objects(&table, "packages", package)?
                .ok_or_else(|| PylockProblem::missing("packages"))?,
            tool: mapping(&table, "tool")?.cloned(),
        };
        if lock.lock_version < Version::new([1]) || lock.lock_version >= Version::new([2]) {
            let message = format!("pylock version {} is not supported", lock.lock_version);
            return Err(PylockProblem::new(message).into());
        }
        Ok(lock)
    }
}

fn package(table: &Table) -> Checked<LockedPackage> {
    let package = LockedPackage {
        name: converted(table, "name", normalised)?.ok_or_else(|| PylockProblem::missing("name"))?,
        version: converted(table, "version", Version::parse)?,
        requires_python: converted(table, "requires-python", Specifiers::parse)?,
        dependencies: mappings(table, "dependencies")?,
        marker: converted(table, "marker", Marker::parse)?,
        vcs: object(table, "vcs", repository)?,
        directory: object(table, "directory", directory)?,
        archive: object(table, "archive", archive)?,
        index: text(table, "index")?,
        sdist: object(table, "sdist", file)?,
        wheels: objects(table, "wheels", file)?,
        attestation_identities: mappings(table, "attestation-identities")?,
        tool: mapping(table, "tool")?.cloned(),
    };
    let distributions = usize::from(package.sdist.is_some()) + package.wheels.as_ref().map_or(0, Vec::len);
    let direct = [package.vcs.is_some(), package.directory.is_some(), package.archive.is_some()];
    let direct = direct.into_iter().filter(|is_set| *is_set).count();
    if distributions > 0 && direct > 0 {
        return Err(PylockProblem::new(
            "None of vcs, directory, archive must be set if sdist or wheels are set",
        ));
    }
    if distributions == 0 && direct != 1 {
        return Err(PylockProblem::new(
            "Exactly one of vcs, directory, archive must be set if sdist and wheels are not set",
        ));
    }
    for (number, wheel) in package.wheels.iter().flatten().enumerate() {
        let filename =
            wheel.filename().ok_or_else(|| PylockProblem::new("Cannot determine wheel filename"))?;
        let found = WheelFilename::parse(&filename).ok().map(|name| (name.project, name.version));
        check_filename(&package, &filename, "wheel", found)
            .map_err(|problem| problem.inside(format_args!("wheels[{number}]")))?;
    }
    if let Some(sdist) = &package.sdist {
        let filename =
            sdist.filename().ok_or_else(|| PylockProblem::new("Cannot determine sdist filename"))?;
        check_filename(&package, &filename, "sdist", sdist_name(&filename))
            .map_err(|problem| problem.inside("sdist"))?;
    }
    for (number, identity) in package.attestation_identities.iter().flatten().enumerate() {
        required_text(identity, "kind")
            .map_err(|problem| problem.inside(format_args!("attestation-identities[{number}]")))?;
    }
    Ok(package)
}

fn check_filename(
    package: &LockedPackage,
    filename: &str,
    kind: &str,
    found: Option<(ProjectName, Version)>,
) -> Checked<()> {
    let shown = PythonRepr(filename);
    let Some((name, version)) = found else {
        return Err(PylockProblem::new(format_args!("Invalid {kind} filename {shown}")));
    };
    if name != package.name {
        let expected = PythonRepr(package.name.as_str());
        return Err(PylockProblem::new(format_args!(
            "Name in {shown} is not consistent with package name {expected}"
        )));
    }
    match &package.version {
        Some(expected) if *expected != version => {
            let expected = expected.to_string();
            let expected = PythonRepr(&expected);
            Err(PylockProblem::new(format_args!(
                "Version in {shown} is not consistent with package version {expected}"
            )))
        }
        _ => Ok(()),
    }
}

/// Name and version in the name of a source distribution, as the standard has it.
pub(super) fn sdist_name(filename: &str) -> Option<(ProjectName, Version)> {
    let stem = filename.strip_suffix(".tar.gz").or_else(|| filename.strip_suffix(".zip"))?;
    let (name, version) = stem.rsplit_once('-').filter(|(name, _)| !name.is_empty())?;
    Some((ProjectName::normalise(name), Version::parse(version).ok()?))
}

fn repository(table: &Table) -> Checked<LockedRepository> {
    let repository = LockedRepository {
        kind: required_text(table, "type")?,
        url: text(table, "url")?,
        path: text(table, "path")?,
        requested_revision: text(table, "requested-revision")?,
        commit_id: required_text(table, "commit-id")?,
        subdirectory: text(table, "subdirectory")?,
    };
    check_place(repository.path.as_ref(), repository.url.as_ref())?;
    Ok(repository)
}

fn directory(table: &Table) -> Checked<LockedDirectory> {
    Ok(LockedDirectory {
        path: required_text(table, "path")?,
        editable: get(table, "editable", "bool", Value::as_bool)?,
        subdirectory: text(table, "subdirectory")?,
    })
}

fn archive(table: &Table) -> Checked<LockedArchive> {
    let archive = LockedArchive {
        url: text(table, "url")?,
        path: text(table, "path")?,
        size: get(table, "size", "int", Value::as_integer)?,
        upload_time: get(table, "upload-time", "datetime", moment)?,
        hashes: hashes(table)?,
        subdirectory: text(table, "subdirectory")?,
    };
    check_place(archive.path.as_ref(), archive.url.as_ref())?;
    Ok(archive)
}

fn file(table: &Table) -> Checked<LockedFile> {
    let file = LockedFile {
        name: text(table, "name")?,
        upload_time: get(table, "upload-time", "datetime", moment)?,
        url: text(table, "url")?,
        path: text(table, "path")?,
        size: get(table, "size", "int", Value::as_integer)?,
        hashes: hashes(table)?,
    };
    check_place(file.path.as_ref(), file.url.as_ref())?;
    Ok(file)
}

fn check_place(path: Option<&String>, url: Option<&String>) -> Checked<()> {
    if path.into_iter().chain(url).all(String::is_empty) {
        return Err(PylockProblem::new("path or url must be provided"));
    }
    Ok(())
}

fn hashes(table: &Table) -> Checked<Vec<(String, String)>> {
    let hashes = mapping(table, "hashes")?.ok_or_else(|| PylockProblem::missing("hashes"))?;
    if hashes.is_empty() {
        return Err(PylockProblem::at("At least one hash must be provided", "hashes"));
    }
    let texts = hashes.iter().map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
    let texts: Option<Vec<_>> = texts.collect();
    texts.ok_or_else(|| PylockProblem::at("Hash values must be strings", "hashes"))
}

/// A date with a time; Python has other types for a date or a time alone.
fn moment(value: &Value) -> Option<Datetime> {
    value.as_datetime().filter(|moment| moment.date.is_some() && moment.time.is_some()).copied()
}

fn normalised(name: &str) -> Checked<ProjectName> {
    ProjectName::new(name)
        .ok()
        .filter(|project| project.as_str() == name)
        .ok_or_else(|| PylockProblem::new(format_args!("Name {} is not normalized", PythonRepr(name))))
}

fn unexpected(value: &Value, expected: &str, context: impl Display) -> PylockProblem {
    let found = python_type(value);
    PylockProblem::at(format_args!("Unexpected type {found} (expected {expected})"), context)
}

/// The value of a key, which must be of one type if it is there.
fn get<'a, T>(
    table: &'a Table,
    key: &str,
    expected: &str,
    read: impl FnOnce(&'a Value) -> Option<T>,
) -> Checked<Option<T>> {
    let Some(value) = table.get(key) else { return Ok(None) };
    read(value).map(Some).ok_or_else(|| unexpected(value, expected, key))
}

fn text(table: &Table, key: &str) -> Checked<Option<String>> {
    get(table, key, "str", |value| value.as_str().map(ToOwned::to_owned))
}

fn required_text(table: &Table, key: &str) -> Checked<String> {
    text(table, key)?.ok_or_else(|| PylockProblem::missing(key))
}

fn mapping<'a>(table: &'a Table, key: &str) -> Checked<Option<&'a Table>> {
    get(table, key, "Mapping", Value::as_table)
}

fn converted<T, E: Display>(
    table: &Table,
    key: &str,
    convert: impl FnOnce(&str) -> Result<T, E>,
) -> Checked<Option<T>> {
    let Some(text) = get(table, key, "str", Value::as_str)? else { return Ok(None) };
    convert(text).map(Some).map_err(|error| PylockProblem::at(error, key))
}

/// A list whose items are all of one type.
fn items<'a, T>(
    table: &'a Table,
    key: &str,
    expected: &str,
    read: impl Fn(&'a Value) -> Option<T>,
) -> Checked<Option<Vec<T>>> {
    let Some(values) = get(table, key, "Sequence", Value::as_array)? else { return Ok(None) };
    let item = |(number, value): (usize, &'a Value)| {
        read(value).ok_or_else(|| unexpected(value, expected, format_args!("{key}[{number}]")))
    };
    values.iter().enumerate().map(item).collect::<Checked<Vec<T>>>().map(Some)
}

fn texts(table: &Table, key: &str) -> Checked<Option<Vec<String>>> {
    items(table, key, "str", |value| value.as_str().map(ToOwned::to_owned))
}

fn mappings(table: &Table, key: &str) -> Checked<Option<Vec<Table>>> {
    items(table, key, "Mapping", |value| value.as_table().cloned())
}

fn list_of<T, E: Display>(
    table: &Table,
    key: &str,
    convert: impl Fn(&str) -> Result<T, E>,
) -> Checked<Option<Vec<T>>> {
    let Some(texts) = items(table, key, "str", Value::as_str)? else { return Ok(None) };
    let item = |(number, text): (usize, &str)| {
        convert(text).map_err(|error| PylockProblem::at(error, format_args!("{key}[{number}]")))
    };
    texts.into_iter().enumerate().map(item).collect::<Checked<Vec<T>>>().map(Some)
}

fn object<T>(table: &Table, key: &str, read: impl FnOnce(&Table) -> Checked<T>) -> Checked<Option<T>> {
    let Some(inner) = mapping(table, key)? else { return Ok(None) };
    read(inner).map(Some).map_err(|problem| problem.inside(key))
}

fn objects<T>(table: &Table, key: &str, read: impl Fn(&Table) -> Checked<T>) -> Checked<Option<Vec<T>>> {
    let Some(tables) = items(table, key, "Mapping", Value::as_table)? else { return Ok(None) };
    let item = |(number, inner): (usize, &Table)| {
        read(inner).map_err(|problem| problem.inside(format_args!("{key}[{number}]")))
    };
    tables.into_iter().enumerate().map(item).collect::<Checked<Vec<T>>>().map(Some)
}
