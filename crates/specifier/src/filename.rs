//! stub
#![allow(missing_docs, unused_variables)]
use crate::{ProjectName, Tag, Version};
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidFilename(pub String);
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BuildTag(String);
impl std::fmt::Display for BuildTag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WheelTags(String);
impl WheelTags {
    pub fn parse(text: &str) -> Result<Self, InvalidFilename> {
        Err(InvalidFilename(text.into()))
    }
    pub fn iter(&self) -> impl Iterator<Item = Tag> + '_ {
        std::iter::empty()
    }
}
impl std::fmt::Display for WheelTags {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WheelFilename {
    pub project: ProjectName,
    pub version: Version,
    pub build: Option<BuildTag>,
    pub tags: WheelTags,
}
impl WheelFilename {
    pub fn parse(text: &str) -> Result<Self, InvalidFilename> {
        Err(InvalidFilename(text.into()))
    }
}
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SdistFilename {
    pub version: Version,
    pub extension: &'static str,
    pub python: Option<String>,
}
impl SdistFilename {
    pub fn parse(filename: &str, project: &ProjectName) -> Result<Self, InvalidFilename> {
        Err(InvalidFilename(filename.into()))
    }
}
