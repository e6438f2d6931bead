//! The order in which a solution is installed.

use std::collections::{BTreeMap, BTreeSet};

use pubgrub::Map;

use super::{Action, ResolvedPackage};
use crate::install_order::{Graph, weights};
use crate::node::{Node, ProjectId};
use crate::provider::Run;
use crate::solve::Solution;
use crate::world::World;

/// The places of what is to be installed, in pip's order.
pub(super) fn order(
    world: &World<'_>,
    solution: &Solution,
    run: &Run,
    packages: &[ResolvedPackage],
) -> Vec<usize> {
    // What an extra depends on belongs to the extra.
    let merged = |node: Node| match node {
        Node::ExtraBody(project, extra) => Node::Extra(project, extra),
        other => other,
    };
    let mut nodes: Vec<Node> = solution.keys().copied().filter(|node| *node == merged(*node)).collect();
    nodes.sort_by(|one, other| {
        let key = |node: &Node| {
            (node.project().and_then(|p| world.name(p)), node.extra().and_then(|e| world.extras.name(e.0)))
        };
        key(one).cmp(&key(other))
    });
    let numbers: Map<Node, usize> = nodes.iter().enumerate().map(|(number, node)| (*node, number)).collect();
    let mut children: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); nodes.len()];
    for (node, candidate) in solution {
        let Some(number) = numbers.get(&merged(*node)) else { continue };
        for edge in run.edges_of(*node, *candidate) {
            if let Some(child) = numbers.get(&merged(edge.target))
                && child != number
                && let Some(children) = children.get_mut(*number)
            {
                children.insert(*child);
            }
        }
    }
    let graph = Graph { children: children.into_iter().map(|c| c.into_iter().collect()).collect() };

    let wanted: BTreeMap<usize, usize> = packages
        .iter()
        .enumerate()
        .filter(|(_, package)| matches!(package.action, Action::Install | Action::Reinstall))
        .filter_map(|(position, package)| {
            let project = ProjectId(world.projects.find(&package.project)?);
            Some((*numbers.get(&Node::Project(project))?, position))
        })
        .collect();
    let weights = weights(&graph, &wanted.keys().copied().collect());
    let mut order: Vec<usize> = wanted.keys().copied().collect();
    // Heavier first, and of equals the last in the alphabet, as pip sorts.
    order.sort_by_cached_key(|node| {
        let name = wanted.get(node).and_then(|position| packages.get(*position)).map(|p| p.project.clone());
        std::cmp::Reverse((weights.get(node).copied(), name))
    });
    order.into_iter().filter_map(|node| wanted.get(&node).copied()).collect()
}
