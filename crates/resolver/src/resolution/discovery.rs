//! How the packages of a solution came up, one after the other.

use pubgrub::{Map, Set};
use specifier::Specifiers;

use crate::edge::{Edge, Reason};
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
    /// The user gave an address.
    by_address: bool,
    /// The user gave nothing but an address, or a path.
    unnamed: bool,
}

/// How the packages of a solution came up.
#[derive(Default)]
pub(super) struct Discovery {
    /// Projects in the order in which they came up.
    pub(super) projects: Vec<ProjectId>,
    pub(super) templates: Map<Node, Template>,
    pub(super) parents: Map<ProjectId, Vec<Node>>,
    pub(super) roots: Map<ProjectId, usize>,
    /// Packages whose dependencies were taken up.
    followed: Set<Node>,
    /// Projects of which an extra was taken up.
    tied: Set<ProjectId>,
}

/// Follows the requirements from the user on, in the order in which the solver looked at them.
pub(super) fn discover(world: &World<'_>, solution: &Solution, run: &Run) -> Discovery {
    let mut discovery = Discovery::default();
    let mut waiting: Vec<Node> =
        run.order.iter().filter(|(node, at)| solution.get(node) == Some(at)).map(|(node, _)| *node).collect();
    loop {
        let before = waiting.len();
        let mut later = Vec::new();
        for node in waiting {
            if node == Node::Root || discovery.templates.contains_key(&node) {
                discovery.follow(node, world, solution, run);
            } else {
                later.push(node);
            }
        }
        if later.len() == before {
            return discovery;
        }
        waiting = later;
    }
}

impl Discovery {
    /// Takes up what a package depends on.
    fn follow(&mut self, node: Node, world: &World<'_>, solution: &Solution, run: &Run) {
        if !self.followed.insert(node) {
            return;
        }
        if let Node::Extra(project, _) = node {
            self.tied.insert(project);
            // pip takes all extras of a requirement together.
            for other in self.known(|other| matches!(other, Node::Extra(of, _) if *of == project)) {
                self.follow(other, world, solution, run);
            }
        }
        let edges =
            |node: &Node| solution.get(node).map_or(&[][..], |candidate| run.edges_of(*node, *candidate));
        if let Node::ExtraBody(project, _) = node {
            // What all extras need comes up in the order of the metadata.
            let mut together = self.known(|other| matches!(other, Node::ExtraBody(of, _) if *of == project));
            together.retain(|other| *other == node || self.followed.insert(*other));
            let distribution = solution.get(&node).and_then(|at| world.known_distribution(project, *at));
            let mut all: Vec<(Node, &Edge)> =
                together.iter().flat_map(|node| edges(node).iter().map(|edge| (*node, edge))).collect();
            all.sort_by_key(|(_, edge)| match &edge.reason {
                Reason::Dependency(requirement) => distribution.and_then(|found| found.place(requirement)),
                Reason::User(_) | Reason::Tie => None,
            });
            all.into_iter().for_each(|(node, edge)| self.take(node, edge, world, solution));
        } else {
            edges(&node).iter().for_each(|edge| self.take(node, edge, world, solution));
        }
    }

    /// The packages of some kind that came up, sorted.
    fn known(&self, is_wanted: impl Fn(&Node) -> bool) -> Vec<Node> {
        let mut known: Vec<Node> = self.templates.keys().copied().filter(is_wanted).collect();
        known.sort_unstable();
        known
    }

    /// Takes up one dependency.
    fn take(&mut self, node: Node, edge: &Edge, world: &World<'_>, solution: &Solution) {
        let requirements = world.request.requirements;
        if let Node::Project(project) = edge.target
            && !matches!(edge.reason, Reason::Tie)
        {
            self.parents.entry(project).or_default().push(node);
            if let Reason::User(number) = edge.reason {
                self.roots.entry(project).or_insert(number);
            }
        }
        if self.templates.contains_key(&edge.target) {
            return;
        }
        if let Node::Project(project) = edge.target {
            self.projects.push(project);
        }
        let template = match (&edge.reason, edge.target) {
            // What an extra depends on comes from the requirement that asked for the extra.
            (Reason::Tie, _) => self.templates.get(&node).cloned(),
            // A further extra of a project that has its version counts as asked for by the first.
            (_, Node::Extra(project, _)) if self.tied.contains(&project) => {
                self.templates.get(&Node::Project(project)).map(|template| {
                    let full_text = template.text.clone();
                    Template { full_text, ..template.clone() }
                })
            }
            (reason, _) => {
                let origin = match reason {
                    Reason::User(number) => requirements.get(*number).and_then(|r| r.origin.text()),
                    Reason::Dependency(_) | Reason::Tie => self.path(node, world, solution),
                };
                let full_text = reason.full_text(requirements);
                let unnamed = reason.requirement(requirements).is_none();
                let comes_from = match (edge.without_extras, unnamed) {
                    (true, false) => Some(chain(&full_text, origin.as_deref())),
                    // What has no name is nothing that could come from itself.
                    (true, true) => None,
                    (false, _) => origin,
                };
                let text = reason.text(edge.without_extras, requirements);
                let specifiers = reason.specifiers(requirements).cloned().unwrap_or_default();
                let by_address = reason.address(requirements).is_some();
                Some(Template { text, full_text, comes_from, specifiers, by_address, unnamed })
            }
        };
        self.templates.extend(template.map(|template| (edge.target, template)));
    }

    /// How a dependency of this package tells where it comes from.
    fn path(&self, node: Node, world: &World<'_>, solution: &Solution) -> Option<String> {
        let template = self.templates.get(&node)?;
        if !template.by_address {
            let text = if node.extra().is_some() { &template.full_text } else { &template.text };
            return Some(chain(text, template.comes_from.as_deref()));
        }
        // Extras of an address need what they need for the sake of the project itself.
        let project = node.project()?;
        let node = Node::Project(project);
        let template = self.templates.get(&node).unwrap_or(template);
        let known = solution.get(&node).and_then(|at| world.known_distribution(project, *at));
        let text = match known.filter(|_| template.unnamed) {
            // Its metadata has told by now what it is.
            Some(known) => format!("{}=={}", known.metadata.name, known.metadata.version),
            None => template.text.clone(),
        };
        Some(chain(&text, template.comes_from.as_deref()))
    }
}

pub(crate) fn chain(text: &str, comes_from: Option<&str>) -> String {
    match comes_from {
        Some(comes_from) => format!("{text}->{comes_from}"),
        None => text.to_owned(),
    }
}
