//! stub
#![allow(missing_docs, unused_variables)]
use crate::Version;
use std::str::FromStr;
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Invalid specifier: {}", crate::python_text::repr(.0))]
pub struct InvalidSpecifier(pub String);
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operator {
    Equal,
    NotEqual,
    LessEqual,
    GreaterEqual,
    Less,
    Greater,
    Compatible,
    Arbitrary,
}
impl Operator {
    pub fn as_str(self) -> &'static str {
        "=="
    }
}
impl std::fmt::Display for Operator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Specifier(String);
impl Specifier {
    pub fn parse(text: &str) -> Result<Self, InvalidSpecifier> {
        Err(InvalidSpecifier(text.into()))
    }
    pub fn new(operator: Operator, version: &Version) -> Self {
        Self(String::new())
    }
    pub fn operator(&self) -> Operator {
        Operator::Equal
    }
    pub fn version_text(&self) -> &str {
        ""
    }
    pub fn version(&self) -> Option<&Version> {
        None
    }
    pub fn is_wildcard(&self) -> bool {
        false
    }
    pub fn contains(&self, version: &Version) -> bool {
        false
    }
}
impl FromStr for Specifier {
    type Err = InvalidSpecifier;
    fn from_str(t: &str) -> Result<Self, InvalidSpecifier> {
        Self::parse(t)
    }
}
impl std::fmt::Display for Specifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Specifiers(Vec<Specifier>);
impl Specifiers {
    pub fn parse(text: &str) -> Result<Self, InvalidSpecifier> {
        Err(InvalidSpecifier(text.into()))
    }
    pub fn is_empty(&self) -> bool {
        true
    }
    pub fn len(&self) -> usize {
        0
    }
    pub fn iter(&self) -> std::slice::Iter<'_, Specifier> {
        self.0.iter()
    }
    pub fn contains(&self, version: &Version) -> bool {
        false
    }
    pub fn filter<T>(
        &self,
        items: impl IntoIterator<Item = T>,
        version: impl Fn(&T) -> &Version,
        prereleases: Option<bool>,
    ) -> Vec<T> {
        vec![]
    }
    pub fn names_prerelease(&self) -> bool {
        false
    }
    pub fn is_pinned(&self) -> bool {
        false
    }
    pub fn pinned_version(&self) -> Option<Version> {
        None
    }
    pub fn has_upper_bound(&self) -> bool {
        false
    }
    pub fn intersection(&self, other: &Specifiers) -> Specifiers {
        self.clone()
    }
}
impl FromStr for Specifiers {
    type Err = InvalidSpecifier;
    fn from_str(t: &str) -> Result<Self, InvalidSpecifier> {
        Self::parse(t)
    }
}
impl FromIterator<Specifier> for Specifiers {
    fn from_iter<I: IntoIterator<Item = Specifier>>(i: I) -> Self {
        Self(i.into_iter().collect())
    }
}
impl From<Specifier> for Specifiers {
    fn from(s: Specifier) -> Self {
        Self(vec![s])
    }
}
impl<'a> IntoIterator for &'a Specifiers {
    type Item = &'a Specifier;
    type IntoIter = std::slice::Iter<'a, Specifier>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
impl std::fmt::Display for Specifiers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}
