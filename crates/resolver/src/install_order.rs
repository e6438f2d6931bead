//! The order in which pip installs: dependencies first.

use std::collections::{BTreeMap, BTreeSet};

/// How often one node is visited while cycles are measured, as in pip.
const MOST_VISITS: usize = 5;

/// A dependency graph over the numbers `0..children.len()`; node 0 is the user.
pub(crate) struct Graph {
    /// For each node what it depends on, in order.
    pub(crate) children: Vec<Vec<usize>>,
}

/// The weight of each node in `wanted`: the heavier, the earlier it is installed.
///
/// Leaves are the heaviest; they are taken away, which makes new leaves, and so on. What is left hangs in
/// cycles and weighs as much as its longest way from the user.
pub(crate) fn weights(graph: &Graph, wanted: &BTreeSet<usize>) -> BTreeMap<usize, usize> {
    let mut weights = BTreeMap::new();
    let count = graph.children.len();
    let mut parents: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut open_children: Vec<usize> = Vec::with_capacity(count);
    for (node, children) in graph.children.iter().enumerate() {
        for child in children {
            if let Some(parents) = parents.get_mut(*child) {
                parents.push(node);
            }
        }
        open_children.push(children.len());
    }
    let mut is_left = vec![true; count];
    let mut left = count;
    let mut leaves: Vec<usize> = (1..count).filter(|node| open_children.get(*node) == Some(&0)).collect();
    while !leaves.is_empty() {
        let weight = left.saturating_sub(1);
        weights.extend(leaves.iter().filter(|leaf| wanted.contains(leaf)).map(|leaf| (*leaf, weight)));
        left -= leaves.len();
        let mut next = Vec::new();
        for leaf in leaves {
            if let Some(is_left) = is_left.get_mut(leaf) {
                *is_left = false;
            }
            for parent in parents.get(leaf).map_or(&[][..], |parents| parents) {
                if let Some(open) = open_children.get_mut(*parent) {
                    *open = open.saturating_sub(1);
                    if *open == 0 && *parent != 0 {
                        next.push(*parent);
                    }
                }
            }
        }
        leaves = next;
    }
    measure_cycles(graph, &is_left, wanted, &mut weights);
    weights
}

/// Walks what is left from the user on, without entering a node twice on one way.
fn measure_cycles(
    graph: &Graph,
    is_left: &[bool],
    wanted: &BTreeSet<usize>,
    weights: &mut BTreeMap<usize, usize>,
) {
    let mut visits = vec![0_usize; graph.children.len()];
    let mut on_path = vec![false; graph.children.len()];
    // Each step of the way: the node and how many of its children were entered.
    let mut path: Vec<(usize, usize)> = vec![(0, 0)];
    while let Some((node, entered)) = path.last_mut() {
        let (node, position) = (*node, *entered);
        *entered += 1;
        if position == 0 {
            on_path[node] = true;
        }
        if let Some(child) = graph.children.get(node).and_then(|children| children.get(position)).copied() {
            let can_enter = is_left.get(child).copied().unwrap_or(false)
                && !on_path.get(child).copied().unwrap_or(true)
                && visits.get(child).is_some_and(|visits| *visits < MOST_VISITS);
            if can_enter {
                path.push((child, 0));
            }
            continue;
        }
        path.pop();
        on_path[node] = false;
        visits[node] += 1;
        if wanted.contains(&node) {
            let weight = weights.entry(node).or_default();
            *weight = (*weight).max(path.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Graph, weights};

    fn order(children: &[&[usize]]) -> Vec<usize> {
        let graph = Graph { children: children.iter().map(|children| children.to_vec()).collect() };
        let wanted = (1..children.len()).collect();
        let weights = weights(&graph, &wanted);
        let mut order: Vec<usize> = (1..children.len()).collect();
        order.sort_by_key(|node| std::cmp::Reverse((weights.get(node).copied(), *node)));
        order
    }

    #[test]
    fn dependencies_come_first() {
        // The user needs 1, which needs 2 and 3; 2 needs 3.
        assert_eq!(order(&[&[1], &[2, 3], &[3], &[]]), [3, 2, 1]);
        // Leaves of the same depth: the last one first.
        assert_eq!(order(&[&[1], &[2, 3, 4], &[], &[], &[]]), [4, 3, 2, 1]);
    }

    #[test]
    fn cycles_are_broken() {
        assert_eq!(order(&[&[1], &[2], &[3, 1], &[]]), [3, 2, 1]);
        assert_eq!(order(&[&[1, 2], &[2], &[1]]).len(), 2);
    }

    #[test]
    fn dense_cycles_end() {
        let everything: Vec<usize> = (1..60).collect();
        let children: Vec<&[usize]> = (0..60).map(|_| everything.as_slice()).collect();
        assert_eq!(order(&children).len(), 59);
    }
}
