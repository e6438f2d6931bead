//! stub
#![allow(missing_docs, unused_variables)]
use std::str::FromStr;
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Invalid version: {}", crate::python_text::repr(.0))]
pub struct InvalidVersion(pub String);
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PreReleaseKind { Alpha, Beta, Candidate }
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(std::sync::Arc<str>);
impl Version {
    pub fn parse(text: &str) -> Result<Self, InvalidVersion> { Err(InvalidVersion(text.into())) }
    pub fn new(release: impl IntoIterator<Item = u64>) -> Self { Self("0".into()) }
    pub fn is_prerelease(&self) -> bool { false }
    pub fn is_postrelease(&self) -> bool { false }
    pub fn is_devrelease(&self) -> bool { false }
    pub fn has_local(&self) -> bool { false }
    pub fn public(&self) -> Version { self.clone() }
    pub fn base(&self) -> Version { self.clone() }
    pub fn epoch(&self) -> u64 { 0 }
    pub fn release(&self) -> Vec<u64> { vec![] }
    pub fn major(&self) -> u64 { 0 }
    pub fn minor(&self) -> u64 { 0 }
    pub fn micro(&self) -> u64 { 0 }
    pub fn pre(&self) -> Option<(PreReleaseKind, u64)> { None }
}
impl FromStr for Version { type Err = InvalidVersion; fn from_str(t: &str) -> Result<Self, InvalidVersion> { Self::parse(t) } }
impl std::fmt::Display for Version { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.pad(&self.0) } }
