//! stub
#![allow(missing_docs, unused_variables)]
use crate::{ExtraName, ProjectName};
use std::str::FromStr;
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidMarker(pub String);
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MarkerError {
    #[error("{0}")]
    UndefinedComparison(String),
    #[error("{}", crate::python_text::repr(.0))]
    UndefinedName(String),
}
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MarkerEnvironment {
    pub implementation_name: String,
    pub implementation_version: String,
    pub os_name: String,
    pub platform_machine: String,
    pub platform_release: String,
    pub platform_system: String,
    pub platform_version: String,
    pub python_full_version: String,
    pub platform_python_implementation: String,
    pub python_version: String,
    pub sys_platform: String,
}
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkerContext<'a> {
    Metadata { extra: &'a str },
    LockFile { extras: &'a [ExtraName], dependency_groups: &'a [ProjectName] },
    Requirement,
}
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Marker(String);
impl Marker {
    pub fn parse(text: &str) -> Result<Self, InvalidMarker> {
        Err(InvalidMarker(text.into()))
    }
    pub fn evaluate(
        &self,
        environment: &MarkerEnvironment,
        extras: &[ExtraName],
    ) -> Result<bool, MarkerError> {
        Ok(false)
    }
    pub fn evaluate_in(
        &self,
        environment: &MarkerEnvironment,
        context: MarkerContext<'_>,
    ) -> Result<bool, MarkerError> {
        Ok(false)
    }
    pub fn and(&self, other: &Marker) -> Marker {
        self.clone()
    }
    pub fn or(&self, other: &Marker) -> Marker {
        self.clone()
    }
    pub fn mentions_extra(&self) -> bool {
        false
    }
}
impl FromStr for Marker {
    type Err = InvalidMarker;
    fn from_str(t: &str) -> Result<Self, InvalidMarker> {
        Self::parse(t)
    }
}
impl std::fmt::Display for Marker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}
