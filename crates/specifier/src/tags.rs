//! stub
#![allow(missing_docs, unused_variables)]
use crate::WheelTags;
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tag {
    pub interpreter: String,
    pub abi: String,
    pub platform: String,
}
impl std::fmt::Display for Tag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}-{}", self.interpreter, self.abi, self.platform)
    }
}
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagFacts {
    pub implementation: String,
    pub version: (u32, Option<u32>),
    pub abis: Vec<String>,
    pub platforms: Vec<String>,
}
impl TagFacts {
    pub fn cpython_abis(version: (u32, u32), debug: bool, free_threaded: bool) -> Vec<String> {
        vec![]
    }
}
#[derive(Debug, Clone)]
pub struct Tags(Vec<Tag>);
impl Tags {
    pub fn generate(facts: &TagFacts) -> Self {
        Self(vec![])
    }
    pub fn rank_of(&self, wheel: &WheelTags) -> Option<u32> {
        None
    }
    pub fn supports(&self, wheel: &WheelTags) -> bool {
        false
    }
    pub fn iter(&self) -> impl Iterator<Item = Tag> + '_ {
        self.0.iter().cloned()
    }
    pub fn len(&self) -> usize {
        0
    }
    pub fn is_empty(&self) -> bool {
        true
    }
}
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Libc {
    Glibc(u32, u32),
    Musl(u32, u32),
}
pub mod platform {
    use super::Libc;
    pub fn linux(sysconfig_platform: &str, is_32bit: bool, libc: Option<Libc>) -> Vec<String> {
        vec![]
    }
    pub fn manylinux(archs: &[&str], glibc: (u32, u32)) -> Vec<String> {
        vec![]
    }
    pub fn musllinux(archs: &[&str], musl: (u32, u32)) -> Vec<String> {
        vec![]
    }
    pub fn macos(version: (u32, u32), arch: &str) -> Vec<String> {
        vec![]
    }
    pub fn ios(version: (u32, u32), multiarch: &str) -> Vec<String> {
        vec![]
    }
    pub fn android(api_level: u32, abi: &str) -> Vec<String> {
        vec![]
    }
    pub fn generic(sysconfig_platform: &str) -> Vec<String> {
        vec![]
    }
    pub fn expand_targets(platforms: &[String]) -> Vec<String> {
        vec![]
    }
}
