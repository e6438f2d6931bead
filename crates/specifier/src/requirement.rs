//! stub
#![allow(missing_docs, unused_variables)]
use crate::{ExtraName, Marker, ProjectName, Specifiers};
use std::str::FromStr;
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidRequirement(pub String);
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    pub name: String,
    pub project: ProjectName,
    pub extras: Vec<ExtraName>,
    pub written_extras: Vec<String>,
    pub specifiers: Specifiers,
    pub url: Option<String>,
    pub marker: Option<Marker>,
}
impl Requirement {
    pub fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            project: ProjectName::normalise(name),
            extras: vec![],
            written_extras: vec![],
            specifiers: Specifiers::default(),
            url: None,
            marker: None,
        }
    }
    pub fn parse(text: &str) -> Result<Self, InvalidRequirement> {
        Err(InvalidRequirement(text.into()))
    }
}
impl FromStr for Requirement {
    type Err = InvalidRequirement;
    fn from_str(t: &str) -> Result<Self, InvalidRequirement> {
        Self::parse(t)
    }
}
impl std::fmt::Display for Requirement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.name)
    }
}
