//! The systems that are known.

use std::fmt;

use crate::client::Backend;
use crate::{bazaar, git, mercurial, subversion};

/// A version control system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum System {
    /// `git`
    Git,
    /// `hg`
    Mercurial,
    /// `svn`
    Subversion,
    /// `bzr`
    Bazaar,
}

impl System {
    /// All of them, in the order in which pip looks for them in a folder.
    pub const ALL: [Self; 4] = [Self::Bazaar, Self::Git, Self::Mercurial, Self::Subversion];

    /// The system of a URL scheme such as `git+https` (pip's `VCS_SCHEMES` decide which are supported).
    pub fn of_scheme(scheme: &str) -> Option<Self> {
        if !requirement::VCS_SCHEMES.contains(&scheme) {
            return None;
        }
        let (name, _) = scheme.split_once('+')?;
        Self::ALL.into_iter().find(|system| system.name() == name)
    }

    /// The name of the tool, of the URL prefix and in `direct_url.json`: `git`, `hg`, `svn`, `bzr`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Git => "git",
            Self::Mercurial => "hg",
            Self::Subversion => "svn",
            Self::Bazaar => "bzr",
        }
    }

    /// The folder that marks the root of a tree.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Git => ".git",
            Self::Mercurial => ".hg",
            Self::Subversion => ".svn",
            Self::Bazaar => ".bzr",
        }
    }

    /// What the system calls a tree of a remote repository.
    pub(crate) fn tree_name(self) -> &'static str {
        match self {
            Self::Git | Self::Mercurial => "clone",
            Self::Subversion => "checkout",
            Self::Bazaar => "branch",
        }
    }

    pub(crate) fn backend(self) -> &'static dyn Backend {
        match self {
            Self::Git => &git::Git,
            Self::Mercurial => &mercurial::Mercurial,
            Self::Subversion => &subversion::Subversion,
            Self::Bazaar => &bazaar::Bazaar,
        }
    }
}

/// The name that people call it by.
impl fmt::Display for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Git => "Git",
            Self::Mercurial => "Mercurial",
            Self::Subversion => "Subversion",
            Self::Bazaar => "Bazaar",
        })
    }
}
