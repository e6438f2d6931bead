//! The packages of the solver, and the names behind their numbers.

use std::fmt;
use std::hash::Hash;

use pubgrub::Map;

/// A package as the solver sees it.
///
/// An extra is two packages: one that is tied to the same version of its project, and one that carries
/// the dependencies. The first can be tried at a version without asking for that version's metadata.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Node {
    /// The user.
    Root,
    /// A project.
    Project(ProjectId),
    /// A project's extra, tied to the project's version.
    Extra(ProjectId, ExtraId),
    /// What the extra depends on.
    ExtraBody(ProjectId, ExtraId),
}

/// The number of a project in one resolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ProjectId(pub(crate) usize);

/// The number of an extra's name in one resolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ExtraId(pub(crate) usize);

impl Node {
    /// The project it belongs to.
    pub(crate) fn project(self) -> Option<ProjectId> {
        match self {
            Self::Root => None,
            Self::Project(project) | Self::Extra(project, _) | Self::ExtraBody(project, _) => Some(project),
        }
    }

    /// The extra it stands for.
    pub(crate) fn extra(self) -> Option<ExtraId> {
        match self {
            Self::Root | Self::Project(_) => None,
            Self::Extra(_, extra) | Self::ExtraBody(_, extra) => Some(extra),
        }
    }
}

/// Only for the solver's own traces.
impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// Names by number and numbers by name.
#[derive(Debug)]
pub(crate) struct Names<N> {
    names: Vec<N>,
    numbers: Map<N, usize>,
}

impl<N> Default for Names<N> {
    fn default() -> Self {
        Self { names: Vec::new(), numbers: Map::default() }
    }
}

impl<N: Clone + Eq + Hash> Names<N> {
    /// The number of a name, a new one if need be.
    pub(crate) fn number(&mut self, name: &N) -> usize {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.names.len();
        self.names.push(name.clone());
        self.numbers.insert(name.clone(), number);
        number
    }

    /// The number of a name, if it has one.
    pub(crate) fn find(&self, name: &N) -> Option<usize> {
        self.numbers.get(name).copied()
    }

    /// The name of a number.
    pub(crate) fn name(&self, number: usize) -> Option<&N> {
        self.names.get(number)
    }
}
