//! What a package depends on, with the requirement behind it.

use std::sync::Arc;

use requirement::{InstallRequirement, Link, redact_url};
use specifier::{Requirement, Specifiers};

use crate::candidate_set::CandidateSet;
use crate::node::Node;

/// One dependency as the solver sees it.
#[derive(Debug, Clone)]
pub(crate) struct Edge {
    pub(crate) target: Node,
    pub(crate) set: CandidateSet,
    pub(crate) reason: Reason,
    /// The part of a requirement with extras that asks for the project itself: shown without the extras.
    pub(crate) without_extras: bool,
}

/// Why a dependency exists.
#[derive(Debug, Clone)]
pub(crate) enum Reason {
    /// A requirement of the user's, by its number in the request.
    User(usize),
    /// A dependency of a distribution.
    Dependency(Arc<Requirement>),
    /// An extra belongs to the same version of its project.
    Tie,
}

impl Reason {
    /// The specifiers that the requirement asks for.
    pub(crate) fn specifiers<'a>(&'a self, requirements: &'a [InstallRequirement]) -> Option<&'a Specifiers> {
        match self {
            Self::User(number) => requirements.get(*number)?.specifiers(),
            Self::Dependency(requirement) => Some(&requirement.specifiers),
            Self::Tie => None,
        }
    }

    /// The requirement itself, if it has a name.
    pub(crate) fn requirement<'a>(
        &'a self,
        requirements: &'a [InstallRequirement],
    ) -> Option<&'a Requirement> {
        match self {
            Self::User(number) => requirements.get(*number)?.requirement.as_ref(),
            Self::Dependency(requirement) => Some(requirement),
            Self::Tie => None,
        }
    }

    /// The address that it asks for a distribution by, and whether that is to be editable.
    pub(crate) fn address(&self, requirements: &[InstallRequirement]) -> Option<(Link, bool)> {
        match self {
            Self::User(number) => {
                let requirement = requirements.get(*number)?;
                Some((requirement.link()?.clone(), requirement.is_editable()))
            }
            Self::Dependency(requirement) => Some((Link::new(requirement.url.clone()?), false)),
            Self::Tie => None,
        }
    }

    /// The requirement as it was written, with extras and marker; passwords are hidden.
    pub(crate) fn full_text(&self, requirements: &[InstallRequirement]) -> String {
        match (self.requirement(requirements), self) {
            (Some(requirement), _) => shown(requirement),
            (None, Self::User(number)) => {
                requirements.get(*number).map(InstallRequirement::text).unwrap_or_default()
            }
            (None, _) => String::new(),
        }
    }

    /// The requirement as pip shows what it collects: without its marker, and without extras if
    /// `without_extras`.
    pub(crate) fn text(&self, without_extras: bool, requirements: &[InstallRequirement]) -> String {
        self.stripped(without_extras, true, requirements)
    }

    fn stripped(&self, extras: bool, marker: bool, requirements: &[InstallRequirement]) -> String {
        match self.requirement(requirements) {
            Some(requirement) if extras || (marker && requirement.marker.is_some()) => {
                let mut bare = requirement.clone();
                if marker {
                    bare.marker = None;
                }
                if extras {
                    bare.extras.clear();
                    bare.written_extras.clear();
                }
                shown(&bare)
            }
            _ => self.full_text(requirements),
        }
    }
}

impl Edge {
    /// The requirement as pip shows it in a conflict.
    pub(crate) fn text_with_marker(&self, requirements: &[InstallRequirement]) -> String {
        self.reason.stripped(self.without_extras, false, requirements)
    }
}

/// A requirement with the password of its URL hidden.
fn shown(requirement: &Requirement) -> String {
    let text = requirement.to_string();
    match &requirement.url {
        Some(url) => text.replace(url.as_str(), &redact_url(url)),
        None => text,
    }
}
