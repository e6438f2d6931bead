//! What a folder holds, so that a test can say "nothing changed".

use crate::digest::hex_sha256;
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// Every path under a folder with its mode and content or link target. Times, owners and link counts are
/// left out: a hard link from a store is as good as a copy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    nodes: BTreeMap<String, Node>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Node {
    Directory { mode: u32 },
    File { mode: u32, size: u64, sha256: String },
    Symlink { target: String },
    Special { mode: u32 },
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory { mode } => write!(f, "directory {mode:o}"),
            Self::File { mode, size, sha256 } => write!(f, "file {mode:o} {size} {sha256}"),
            Self::Symlink { target } => write!(f, "link {target}"),
            Self::Special { mode } => write!(f, "special {mode:o}"),
        }
    }
}

impl Tree {
    /// Reads the tree under `folder`; a folder that does not exist is an empty tree.
    pub fn of(folder: impl AsRef<Path>) -> Self {
        let mut tree = Self::default();
        if folder.as_ref().symlink_metadata().is_ok() {
            tree.read(folder.as_ref(), "");
        }
        tree
    }

    fn read(&mut self, folder: &Path, prefix: &str) {
        for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let entry = entry.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
            let path = entry.path();
            // Lossy names would let two odd ones collide.
            let name = format!("{prefix}{}", entry.file_name().as_bytes().escape_ascii());
            let metadata =
                path.symlink_metadata().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let mode = metadata.permissions().mode() & 0o7777;
            let node = if metadata.is_dir() {
                self.read(&path, &format!("{name}/"));
                Node::Directory { mode }
            } else if metadata.is_symlink() {
                let target =
                    fs::read_link(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                Node::Symlink { target: target.as_os_str().as_bytes().escape_ascii().to_string() }
            } else if metadata.is_file() {
                let content = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                Node::File { mode, size: metadata.len(), sha256: hex_sha256(&content) }
            } else {
                Node::Special { mode }
            };
            self.nodes.insert(name, node);
        }
    }

    /// The relative paths, sorted; directories too.
    pub fn paths(&self) -> Vec<&str> {
        self.nodes.keys().map(String::as_str).collect()
    }

    /// The tree without what stands at or under `path`.
    #[must_use]
    pub fn without(mut self, path: &str) -> Self {
        let under = format!("{path}/");
        self.nodes.retain(|name, _| name != path && !name.starts_with(&under));
        self
    }

    /// The paths that `keep` says yes to.
    #[must_use]
    pub fn only(mut self, keep: impl Fn(&str) -> bool) -> Self {
        self.nodes.retain(|name, _| keep(name));
        self
    }

    /// One digest of everything.
    pub fn digest(&self) -> String {
        let mut text = String::new();
        for (path, node) in &self.nodes {
            let _ = writeln!(text, "{path}\0{node}");
        }
        hex_sha256(text.as_bytes())
    }

    /// A line for each path that one of the trees lacks or that differs.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let mut lines = Vec::new();
        for (path, node) in &self.nodes {
            match other.nodes.get(path) {
                None => lines.push(format!("- {path}: {node}")),
                Some(now) if now != node => lines.push(format!("~ {path}: {node} -> {now}")),
                Some(_) => {}
            }
        }
        for (path, node) in &other.nodes {
            if !self.nodes.contains_key(path) {
                lines.push(format!("+ {path}: {node}"));
            }
        }
        lines
    }

    /// Panics with the differences when the trees are not the same.
    #[track_caller]
    pub fn assert_same(&self, other: &Self) {
        let differences = self.differences(other);
        assert!(differences.is_empty(), "the trees differ:\n{}", differences.join("\n"));
    }
}
