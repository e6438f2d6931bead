//! Names of wheels: `<project>-<version>[-<build>]-<interpreters>-<abis>-<platforms>.whl`.

use std::fmt;

use super::InvalidFilename;
use crate::python_text::{is_identifier, is_word, lower, repr};
use crate::version::Number;
use crate::{ProjectName, Tag, Version};

/// What the name of a wheel says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WheelFilename {
    /// The project.
    pub project: ProjectName,
    /// The version.
    pub version: Version,
    /// Which build of this version it is. Those without one come first.
    pub build: Option<BuildTag>,
    /// The interpreters, binary interfaces and platforms it is for.
    pub tags: WheelTags,
}

impl WheelFilename {
    /// Reads the name of a wheel, as `packaging.utils.parse_wheel_filename` does.
    pub fn parse(filename: &str) -> Result<Self, InvalidFilename> {
        let Some(stem) = filename.strip_suffix(".whl") else {
            return Err(InvalidFilename::NotAWheel(filename.to_owned()));
        };
        let wrong_parts = || InvalidFilename::WrongParts(stem.to_owned());
        let dashes = stem.bytes().filter(|&byte| byte == b'-').count();
        if !(4..=5).contains(&dashes) {
            return Err(wrong_parts());
        }
        let (name, rest) = stem.split_once('-').ok_or_else(wrong_parts)?;
        let (version, rest) = rest.split_once('-').ok_or_else(wrong_parts)?;
        let (build, tags) = match rest.split_once('-').filter(|_| dashes == 5) {
            Some((build, tags)) => (Some(build), tags),
            None => (None, rest),
        };
        if name.is_empty() || name.contains("__") || !name.chars().all(|c| c == '.' || is_word(c)) {
            return Err(InvalidFilename::WheelProject(stem.to_owned()));
        }
        let version = Version::parse(version).map_err(|_| InvalidFilename::WheelVersion(stem.to_owned()))?;
        let build = build.map(|build| {
            BuildTag::parse(build).ok_or_else(|| InvalidFilename::WheelBuild {
                build: build.to_owned(),
                filename: stem.to_owned(),
            })
        });
        let build = build.transpose()?;
        let tags = WheelTags::parse(tags).map_err(|_| InvalidFilename::WheelTags(stem.to_owned()))?;
        Ok(Self { project: ProjectName::normalise(name), version, build, tags })
    }
}

/// The build tag of a wheel, ordered by its number and then by the text after that.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BuildTag {
    number: Number,
    rest: Box<str>,
}

impl BuildTag {
    fn parse(text: &str) -> Option<Self> {
        let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
        let digits = text.len() - rest.len();
        let number = text.as_bytes().get(..digits).filter(|digits| !digits.is_empty())?;
        // The text ends with its line.
        Some(Self { number: Number::from_digits(number), rest: rest.split('\n').next()?.into() })
    }
}

impl fmt::Display for BuildTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.number, self.rest)
    }
}

/// The compatibility tags of a wheel as its name holds them, such as `py2.py3-none-any`: all combinations of its
/// interpreters, binary interfaces and platforms. In lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WheelTags(Box<str>);

/// A text that is not a set of compatibility tags.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTag {
    /// A part has nothing between two dots or dashes.
    #[error("Tag {} has an empty component: {}", repr(.tag), repr(.component))]
    EmptyComponent {
        /// The whole text.
        tag: String,
        /// The part.
        component: String,
    },
    /// Not three parts.
    #[error("Tag {} must have exactly three components", repr(.0))]
    ComponentCount(String),
    /// An interpreter is not an identifier.
    #[error("Tag {} has an invalid interpreter: {}", repr(.tag), repr(.interpreter))]
    Interpreter {
        /// The whole text.
        tag: String,
        /// The interpreter.
        interpreter: String,
    },
}

impl WheelTags {
    /// Reads a set of compatibility tags, as `packaging.tags.parse_tag` does.
    pub fn parse(text: &str) -> Result<Self, InvalidTag> {
        if let Some(component) = text.split('-').find(|component| component.split('.').any(str::is_empty)) {
            return Err(InvalidTag::EmptyComponent { tag: text.to_owned(), component: component.to_owned() });
        }
        if text.split('-').count() != 3 {
            return Err(InvalidTag::ComponentCount(text.to_owned()));
        }
        let interpreters = text.split('-').next().unwrap_or_default();
        if let Some(interpreter) = interpreters.split('.').find(|interpreter| !is_identifier(interpreter)) {
            return Err(InvalidTag::Interpreter {
                tag: text.to_owned(),
                interpreter: interpreter.to_owned(),
            });
        }
        Ok(Self(lower(text).into()))
    }

    /// All tags, in the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = Tag> + '_ {
        let (interpreters, abis, platforms) = self.components();
        interpreters.split('.').flat_map(move |interpreter| {
            abis.split('.').flat_map(move |abi| {
                platforms.split('.').map(move |platform| Tag {
                    interpreter: interpreter.to_owned(),
                    abi: abi.to_owned(),
                    platform: platform.to_owned(),
                })
            })
        })
    }

    /// The interpreters, binary interfaces and platforms, each with dots between them.
    pub(crate) fn components(&self) -> (&str, &str, &str) {
        let (interpreters, rest) = self.0.split_once('-').unwrap_or((&self.0, ""));
        let (abis, platforms) = rest.split_once('-').unwrap_or((rest, ""));
        (interpreters, abis, platforms)
    }
}

impl fmt::Display for WheelTags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
