//! Requirements and constraints files: what pip's documentation calls the requirements file format.

mod decode;
mod line_options;
mod lines;

use std::path::Path;

use crate::Hashes;
use crate::argument::{absolute, parse_argument};
use crate::editable::parse_editable;
use crate::error::{OpenError, RequirementError, RequirementWarning};
use crate::install_requirement::{InstallRequirement, Origin, RequirementOptions};
use crate::link::{Link, UrlParts};
use crate::surroundings::{PathKind, Surroundings};

use decode::decode;
use line_options::LineOptions;

/// Files that include files. pip fails at some three hundred, where Python's stack ends.
const MAX_DEPTH: usize = 200;

/// All files together, each as often as it is included.
const MAX_FILES: usize = 5_000;

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Its requirements are installed (`-r`).
    Requirements,
    /// Its requirements only limit versions (`-c`).
    Constraints,
}

/// What stood in a file and in the files that it includes.
#[derive(Debug, Clone, Default)]
pub struct RequirementsFile {
    /// Requirements and options, in the order of the lines; an included file stands in its place.
    pub entries: Vec<FileEntry>,
    /// What to tell the user, in order.
    pub warnings: Vec<RequirementWarning>,
}

/// One thing that stood on a line.
#[derive(Debug, Clone)]
#[allow(clippy::large_enum_variant, reason = "nearly all entries are requirements")]
pub enum FileEntry {
    /// Something to install, or a constraint.
    Requirement(InstallRequirement),
    /// An option, which holds for the whole run.
    Option(FileOption),
}

/// An option line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileOption {
    /// The option and its value.
    pub kind: FileOptionKind,
    /// The file, as it was named.
    pub file: String,
    /// The line, from one.
    pub line: u32,
}

/// The options that a requirements file may set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileOptionKind {
    /// `--index-url`.
    IndexUrl(String),
    /// `--extra-index-url`.
    ExtraIndexUrl(String),
    /// `--no-index`.
    NoIndex,
    /// `--find-links`; the absolute path if it stands beside the file.
    FindLinks(String),
    /// `--no-binary`.
    NoBinary(String),
    /// `--only-binary`.
    OnlyBinary(String),
    /// `--prefer-binary`.
    PreferBinary,
    /// `--require-hashes`.
    RequireHashes,
    /// `--no-require-hashes`.
    NoRequireHashes,
    /// `--pre`.
    Pre,
    /// `--all-releases`.
    AllReleases(String),
    /// `--only-final`.
    OnlyFinal(String),
    /// `--trusted-host`.
    TrustedHost(String),
    /// `--use-feature`.
    UseFeature(String),
}

impl FileOption {
    /// Where it stands, as pip names the source of a trusted host: `line 3 of requirements.txt`.
    pub fn source(&self) -> String {
        format!("line {} of {}", self.line, self.file)
    }
}

impl RequirementsFile {
    /// What is to be installed.
    pub fn requirements(&self) -> impl Iterator<Item = &InstallRequirement> {
        self.all_requirements().filter(|requirement| !requirement.constraint)
    }

    /// What only limits versions.
    pub fn constraints(&self) -> impl Iterator<Item = &InstallRequirement> {
        self.all_requirements().filter(|requirement| requirement.constraint)
    }

    /// The options, in order.
    pub fn options(&self) -> impl Iterator<Item = &FileOption> {
        self.entries.iter().filter_map(|entry| match entry {
            FileEntry::Option(option) => Some(option),
            FileEntry::Requirement(_) => None,
        })
    }

    fn all_requirements(&self) -> impl Iterator<Item = &InstallRequirement> {
        self.entries.iter().filter_map(|entry| match entry {
            FileEntry::Requirement(requirement) => Some(requirement),
            FileEntry::Option(_) => None,
        })
    }
}

/// Reads a requirements or constraints file and all that it includes.
///
/// `location` is a path, a `file:` URL or an `http:`/`https:` URL. Requirements of an `-r` file count as
/// named by the user. Fails, in pip's words, on files that cannot be read, lines that cannot be
/// understood and files that include each other.
pub fn read_requirements(
    location: &str,
    kind: FileKind,
    surroundings: &dyn Surroundings,
) -> Result<RequirementsFile, RequirementError> {
    let (read, open) = (RequirementsFile::default(), Vec::new());
    let is_users = kind == FileKind::Requirements;
    let mut reader = Reader { surroundings, read, open, count: 1, is_users };
    let identity = absolute(surroundings.working_directory(), location).to_string_lossy().into_owned();
    reader.open.push(Inclusion { file: identity, by: None });
    reader.read_file(location, kind)?;
    Ok(reader.read)
}

struct Reader<'a> {
    surroundings: &'a dyn Surroundings,
    read: RequirementsFile,
    /// The files that are being read, outermost first.
    open: Vec<Inclusion>,
    /// How many files were read or are.
    count: usize,
    /// Requirements count as named by the user: not those that a constraints file includes.
    is_users: bool,
}

struct Inclusion {
    file: String,
    by: Option<String>,
}

impl Reader<'_> {
    fn read_file(&mut self, file: &str, kind: FileKind) -> Result<(), RequirementError> {
        let content = self.content(file, kind)?;
        for (number, line) in lines::logical_lines(&content, |name| self.surroundings.variable(name)) {
            let (requirement, options) = line_options::split_line(&line)?;
            match requirement {
                Some(text) => self.add_requirement(file, number, kind, text, false, options)?,
                None => match options.editable.clone() {
                    Some(text) => self.add_requirement(file, number, kind, &text, true, options)?,
                    None => match options.nested() {
                        Some((nested, kind)) => self.include(file, nested, kind)?,
                        None => self.add_options(file, number, options),
                    },
                },
            }
        }
        Ok(())
    }

    fn content(&mut self, file: &str, kind: FileKind) -> Result<String, RequirementError> {
        let path = match UrlParts::of(file).scheme.to_ascii_lowercase().as_str() {
            "http" | "https" => {
                let fetched = self.surroundings.fetch(file);
                let fetched =
                    fetched.map_err(|error| RequirementError::Fetch { url: file.to_owned(), error })?;
                return self.decode(&fetched.body, fetched.charset.as_deref(), file);
            }
            "file" => {
                Link::new(file).file_path().ok_or_else(|| RequirementError::RemoteFile(file.to_owned()))?
            }
            _ => self.surroundings.working_directory().join(file),
        };
        match self.surroundings.read(&path) {
            Ok(bytes) => self.decode(&bytes, None, file),
            Err(error) => Err(RequirementError::Open {
                kind: match kind {
                    FileKind::Requirements => "requirements",
                    FileKind::Constraints => "constraint",
                },
                file: file.to_owned(),
                error: OpenError { path: file.to_owned(), error },
            }),
        }
    }

    fn decode(
        &mut self,
        bytes: &[u8],
        charset: Option<&str>,
        file: &str,
    ) -> Result<String, RequirementError> {
        let locale = self.surroundings.locale_encoding();
        let decoded = decode(bytes, charset, locale.as_deref(), file)?;
        self.read.warnings.extend(decoded.warning);
        Ok(decoded.value)
    }

    fn include(&mut self, file: &str, nested: &str, kind: FileKind) -> Result<(), RequirementError> {
        let nested = if is_url(file) {
            join_url(file, nested)
        } else if is_url(nested) {
            nested.to_owned()
        } else {
            let folder = Path::new(file).parent().unwrap_or(Path::new(""));
            let folder = self.surroundings.working_directory().join(folder);
            absolute(&folder, nested).to_string_lossy().into_owned()
        };
        if let Some(open) = self.open.iter().find(|open| open.file == nested) {
            let outer = open.by.clone();
            return Err(RequirementError::Recursive { file: nested, inner: file.to_owned(), outer });
        }
        self.count += 1;
        if self.open.len() >= MAX_DEPTH || self.count > MAX_FILES {
            return Err(RequirementError::TooManyFiles { file: file.to_owned(), nested });
        }
        self.open.push(Inclusion { file: nested.clone(), by: Some(file.to_owned()) });
        self.read_file(&nested, kind)?;
        self.open.pop();
        Ok(())
    }

    fn add_requirement(
        &mut self,
        file: &str,
        line: u32,
        kind: FileKind,
        text: &str,
        editable: bool,
        options: LineOptions,
    ) -> Result<(), RequirementError> {
        let constraint = kind == FileKind::Constraints;
        let flag = if constraint { "-c" } else { "-r" };
        let origin = Origin::File { flag, file: file.to_owned(), line };
        let requirement_options = RequirementOptions {
            hashes: if editable { Hashes::default() } else { options.hashes },
            config_settings: options.config_settings,
            user_supplied: self.is_users && !constraint,
            constraint,
        };
        let requirement = if editable {
            parse_editable(text, &origin, requirement_options, self.surroundings)?
        } else {
            let parsed = parse_argument(text, &origin, requirement_options, self.surroundings)?;
            self.read.warnings.extend(parsed.warning);
            parsed.value
        };
        self.read.entries.push(FileEntry::Requirement(requirement));
        Ok(())
    }

    fn add_options(&mut self, file: &str, line: u32, options: LineOptions) {
        if !options.hashes.is_empty() {
            let file = file.to_owned();
            self.read.warnings.push(RequirementWarning::HashWithoutRequirement { file, line });
        }
        let mut found_links = false;
        for kind in options.options {
            let kind = match kind {
                // pip looks at the first one of a line only.
                FileOptionKind::FindLinks(_) if found_links => continue,
                FileOptionKind::FindLinks(value) => {
                    found_links = true;
                    FileOptionKind::FindLinks(self.find_links(file, value))
                }
                other => other,
            };
            self.read.entries.push(FileEntry::Option(FileOption { kind, file: file.to_owned(), line }));
        }
    }

    fn find_links(&self, file: &str, value: String) -> String {
        let file = absolute(self.surroundings.working_directory(), file);
        let beside = file.parent().map(|folder| folder.join(&value));
        match beside {
            Some(path) if self.surroundings.path_kind(&path) != PathKind::Missing => {
                path.to_string_lossy().into_owned()
            }
            _ => value,
        }
    }
}

/// The URLs that a file may be named by.
fn is_url(location: &str) -> bool {
    matches!(UrlParts::of(location).scheme.to_ascii_lowercase().as_str(), "http" | "https" | "file")
}

/// `urllib.parse.urljoin` for the URLs that name files.
pub(crate) fn join_url(base: &str, relative: &str) -> String {
    let reference = UrlParts::of(relative);
    if !reference.scheme.is_empty() {
        return relative.to_owned();
    }
    let parts = UrlParts::of(base);
    let scheme = parts.scheme;
    if let Some(rest) = relative.strip_prefix("//") {
        return format!("{scheme}://{rest}");
    }
    let host = parts.netloc.unwrap_or_default();
    if reference.path.is_empty() {
        return format!("{scheme}://{host}{}{relative}", parts.path);
    }
    let mut segments: Vec<&str> = Vec::new();
    if !reference.path.starts_with('/') {
        segments.extend(parts.path.trim_start_matches('/').split('/'));
        segments.pop();
    }
    let mut is_folder = false;
    for segment in reference.path.trim_start_matches('/').split('/') {
        is_folder = matches!(segment, "." | "..");
        match segment {
            "." => {}
            ".." => {
                segments.pop();
            }
            other => segments.push(other),
        }
    }
    let tail = relative.get(reference.path.len()..).unwrap_or_default();
    let slash = if is_folder && !segments.is_empty() { "/" } else { "" };
    format!("{scheme}://{host}/{}{slash}{tail}", segments.join("/"))
}

#[cfg(test)]
mod tests;
