//! How the packages of a solution came up, one after the other.

use pubgrub::Map;
use specifier::Specifiers;

use crate::candidate_set::Candidate;
use crate::edge::Reason;
use crate::node::{Node, ProjectId};
use crate::provider::Run;
use crate::solve::Solution;
use crate::world::World;

/// The requirement that brought in a package first.
#[derive(Clone)]
pub(super) struct Template {
    /// As pip shows what it collects.
    pub(super) text: String,
    /// With extras and marker.
    pub(super) full_text: String,
    pub(super) comes_from: Option<String>,
    pub(super) specifiers: Specifiers,
}

/// How the packages of a solution came up.
#[derive(Default)]
pub(super) struct Discovery {
    /// Projects in the order in which they came up.
    pub(super) projects: Vec<ProjectId>,
    pub(super) templates: Map<Node, Template>,
    pub(super) parents: Map<ProjectId, Vec<Node>>,
    pub(super) roots: Map<ProjectId, usize>,
}

/// Follows the requirements from the user on, in the order in which the solver looked at them.
pub(super) fn discover(world: &World<'_>, solution: &Solution, run: &Run) -> Discovery {
    let requirements = world.request.requirements;
    let mut discovery = Discovery::default();
    let mut waiting: Vec<(Node, Candidate)> =
        run.order.iter().filter(|(node, candidate)| solution.get(node) == Some(candidate)).copied().collect();
    loop {
        let before = waiting.len();
        let mut later = Vec::new();
        for (node, candidate) in waiting {
            let is_known = node == Node::Root || discovery.templates.contains_key(&node);
            if !is_known {
                later.push((node, candidate));
                continue;
            }
            for edge in run.edges_of(node, candidate) {
                if let Node::Project(project) = edge.target
                    && !matches!(edge.reason, Reason::Tie)
                {
                    discovery.parents.entry(project).or_default().push(node);
                    if let Reason::User(number) = edge.reason {
                        discovery.roots.entry(project).or_insert(number);
                    }
                }
                if discovery.templates.contains_key(&edge.target) {
                    continue;
                }
                if let Node::Project(project) = edge.target {
                    discovery.projects.push(project);
                }
                let template = match &edge.reason {
                    // What an extra depends on comes from the requirement that asked for the extra.
                    Reason::Tie => discovery.templates.get(&node).cloned(),
                    reason => {
                        let origin = match reason {
                            Reason::User(number) => requirements.get(*number).and_then(|r| r.origin.text()),
                            _ => discovery.path(node),
                        };
                        let full_text = reason.full_text(requirements);
                        let comes_from = if edge.without_extras {
                            Some(chain(&full_text, origin.as_deref()))
                        } else {
                            origin
                        };
                        let text = reason.text(edge.without_extras, requirements);
                        let specifiers = reason.specifiers(requirements).cloned().unwrap_or_default();
                        Some(Template { text, full_text, comes_from, specifiers })
                    }
                };
                discovery.templates.extend(template.map(|template| (edge.target, template)));
            }
        }
        if later.len() == before {
            return discovery;
        }
        waiting = later;
    }
}

impl Discovery {
    /// How a dependency of this package tells where it comes from.
    fn path(&self, node: Node) -> Option<String> {
        let template = self.templates.get(&node)?;
        let text = if node.extra().is_some() { &template.full_text } else { &template.text };
        Some(chain(text, template.comes_from.as_deref()))
    }
}

pub(crate) fn chain(text: &str, comes_from: Option<&str>) -> String {
    match comes_from {
        Some(comes_from) => format!("{text}->{comes_from}"),
        None => text.to_owned(),
    }
}
