//! How the requirements lead to a conflict, in sentences.
//!
//! Follows the solver's derivation from its leaves. Steps that only tie an extra to its project are left
//! out, and sets of candidates are shown as the specifiers they were made from.

use std::collections::HashMap;
use std::fmt;

use pubgrub::{DerivationTree, Derived, External, Map, Term};

use crate::candidate_set::{Candidate, CandidateSet};
use crate::edge::Reason;
use crate::failure::{Tree, join_and, parent_name};
use crate::node::{Node, ProjectId};
use crate::provider::Run;
use crate::world::{Unusable, World};

/// Longer explanations help nobody.
const MOST_SENTENCES: usize = 24;

/// How many steps of a derivation are looked at.
const MOST_STEPS: usize = 5_000;

/// The explanation, one sentence after the other; empty if it would say nothing new or too much.
pub(crate) fn sentences(world: &World<'_>, tree: &Tree, run: &Run) -> Vec<String> {
    let mut writer = Writer { world, run, sentences: Vec::new(), known: HashMap::new() };
    match writer.write(tree) {
        Some(()) if writer.sentences.len() <= MOST_SENTENCES => {
            writer.sentences.iter().map(ToString::to_string).collect()
        }
        _ => Vec::new(),
    }
}

struct Writer<'w, 'a> {
    world: &'w World<'a>,
    run: &'w Run,
    sentences: Vec<Sentence>,
    /// Conclusions that were explained, with the number of their sentence.
    known: HashMap<*const Tree, usize>,
}

/// One sentence.
struct Sentence {
    /// It rests on the sentence before.
    follows: bool,
    reasons: Vec<String>,
    conclusion: String,
    /// All its reasons are requirements of the user's.
    is_of_user: bool,
}

/// A step of the derivation without the steps that say nothing.
#[derive(Clone, Copy)]
enum Step<'t> {
    Fact(&'t External<Node, CandidateSet, Unusable>),
    Conclusion(&'t Tree, &'t Derived<Node, CandidateSet, Unusable>),
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let because = join_and(&self.reasons);
        match (self.follows, because.is_empty()) {
            (true, true) => write!(f, "So {}.", self.conclusion),
            (true, false) => write!(f, "And because {because}, {}.", self.conclusion),
            (false, _) => write!(f, "Because {because}, {}.", self.conclusion),
        }
    }
}

impl Writer<'_, '_> {
    /// Explains every conclusion after those it rests on; without recursion, as derivations may be deep.
    fn write(&mut self, tree: &Tree) -> Option<()> {
        let mut open = vec![(tree, false)];
        let mut steps = 0;
        while let Some((tree, is_ready)) = open.pop() {
            steps += 1;
            if steps > MOST_STEPS {
                return None;
            }
            let Some(Step::Conclusion(tree, derived)) = self.step(tree) else { continue };
            if self.known.contains_key(&std::ptr::from_ref(tree)) {
                continue;
            }
            let causes = [self.step(&derived.cause1), self.step(&derived.cause2)];
            if is_ready {
                self.conclude(tree, derived, causes);
                continue;
            }
            open.push((tree, true));
            // What is pushed last is explained first: the longer story.
            let mut waiting: Vec<&Tree> = causes
                .iter()
                .filter_map(|cause| match cause {
                    Some(Step::Conclusion(tree, _)) => Some(*tree),
                    _ => None,
                })
                .collect();
            waiting.sort_by_key(|tree| depth(tree));
            open.extend(waiting.into_iter().map(|tree| (tree, false)));
        }
        Some(())
    }

    /// Looks through steps that say nothing: a conclusion from such a fact is the other cause itself.
    fn step<'t>(&self, tree: &'t Tree) -> Option<Step<'t>> {
        let mut tree = tree;
        loop {
            match tree {
                DerivationTree::External(fact) => {
                    return (!self.says_nothing(tree)).then_some(Step::Fact(fact));
                }
                DerivationTree::Derived(derived) => {
                    let (one, two): (&Tree, &Tree) = (&derived.cause1, &derived.cause2);
                    match (self.says_nothing(one), self.says_nothing(two)) {
                        (true, true) => return None,
                        (true, false) => tree = two,
                        (false, true) => tree = one,
                        (false, false) => return Some(Step::Conclusion(tree, derived)),
                    }
                }
            }
        }
    }

    fn says_nothing(&self, tree: &Tree) -> bool {
        match tree {
            DerivationTree::External(External::NotRoot(..)) => true,
            DerivationTree::External(External::NoVersions(node, set)) => {
                // That no version is left is said by the requirements; that there is none at all is news.
                node.project().is_some_and(|project| self.has_available(project, set, false))
                    || self.has_available_at_all(*node)
            }
            DerivationTree::External(External::FromDependencyOf(parent, at, target, set)) => {
                self.requirement(*parent, at, *target, set).is_none()
            }
            DerivationTree::External(External::Custom(..)) | DerivationTree::Derived(_) => false,
        }
    }

    fn has_available_at_all(&self, node: Node) -> bool {
        node.project().is_none_or(|project| self.has_available(project, &CandidateSet::FULL, true))
    }

    fn has_available(&self, project: ProjectId, set: &CandidateSet, default: bool) -> bool {
        self.world.universe(project).map_or(default, |universe| {
            set.descending(universe.count())
                .any(|candidate| universe.is_available(candidate, &self.world.rules))
        })
    }

    fn conclude(
        &mut self,
        tree: &Tree,
        derived: &Derived<Node, CandidateSet, Unusable>,
        causes: [Option<Step<'_>>; 2],
    ) {
        let last = self.sentences.len();
        let mut reasons = Vec::new();
        let mut follows = false;
        let mut is_of_user = true;
        for cause in causes.into_iter().flatten() {
            match cause {
                Step::Fact(fact) => {
                    is_of_user &= matches!(fact, External::FromDependencyOf(Node::Root, ..));
                    push_new(&mut reasons, self.fact(fact));
                }
                Step::Conclusion(tree, derived) => match self.known.get(&std::ptr::from_ref(tree)) {
                    // What was just said needs no repetition.
                    Some(number) if *number == last => follows = true,
                    _ => {
                        is_of_user = false;
                        push_new(&mut reasons, self.terms(&derived.terms));
                    }
                },
            }
        }
        let conclusion = self.terms(&derived.terms);
        match self.sentences.last_mut() {
            // Requirements of the user's are told together.
            Some(last) if follows && is_of_user && last.follows && last.is_of_user => {
                reasons.into_iter().for_each(|reason| push_new(&mut last.reasons, reason));
                last.conclusion = conclusion;
                // What it said before can no longer be followed.
                let number = self.sentences.len();
                self.known.retain(|_, known| *known != number);
            }
            _ => self.sentences.push(Sentence { follows, reasons, conclusion, is_of_user }),
        }
        self.known.insert(std::ptr::from_ref(tree), self.sentences.len());
    }

    fn fact(&self, fact: &External<Node, CandidateSet, Unusable>) -> String {
        match fact {
            External::NotRoot(..) => String::new(),
            External::NoVersions(node, _) => {
                format!("there is no version of {} that can be used here", parent_name(self.world, *node))
            }
            External::Custom(node, set, unusable) => format!("{} {unusable}", self.package(*node, set)),
            External::FromDependencyOf(parent, at, target, set) => {
                let requirement = self.requirement(*parent, at, *target, set).unwrap_or_default();
                match parent {
                    Node::Root => format!("you require {requirement}"),
                    parent => format!("{} depends on {requirement}", self.package(*parent, at)),
                }
            }
        }
    }

    /// The requirement behind a dependency, as it was written.
    fn requirement(
        &self,
        parent: Node,
        at: &CandidateSet,
        target: Node,
        set: &CandidateSet,
    ) -> Option<String> {
        let mut explored = self.run.explored(parent).iter().filter(|(candidate, _)| at.has(*candidate));
        explored.find_map(|(candidate, _)| {
            let edges = self.run.edges_of(parent, *candidate);
            let edge = edges.iter().find(|edge| edge.target == target && edge.set == *set)?;
            if matches!(edge.reason, Reason::Tie) {
                return None;
            }
            Some(edge.reason.text(edge.without_extras, self.world.request.requirements))
        })
    }

    /// What follows from terms that cannot all hold.
    fn terms(&self, terms: &Map<Node, Term<CandidateSet>>) -> String {
        let mut chosen = Vec::new();
        let mut needed = Vec::new();
        let mut has_user = terms.is_empty();
        let mut sorted: Vec<(&Node, &Term<CandidateSet>)> = terms.iter().collect();
        sorted.sort_by_key(|(node, _)| **node);
        for (node, term) in sorted {
            match (node, term) {
                (Node::Root, _) => has_user = true,
                (node, Term::Positive(set)) => push_new(&mut chosen, self.package(*node, set)),
                (node, Term::Negative(set)) => push_new(&mut needed, self.package(*node, set)),
            }
        }
        match (chosen.as_slice(), needed.as_slice()) {
            ([], []) => "your requirements cannot be satisfied".to_owned(),
            ([], needed) => format!("you need {}", needed.join(" or ")),
            ([only], []) if has_user => format!("{only} cannot be used"),
            ([only], []) => format!("{only} cannot be installed"),
            (several, []) => format!("{} cannot be installed together", join_and(several)),
            (chosen, needed) => format!("{} needs {}", join_and(chosen), needed.join(" or ")),
        }
    }

    /// Some candidates of a package: by specifiers where they were made from some, else by version.
    fn package(&self, node: Node, set: &CandidateSet) -> String {
        let name = parent_name(self.world, node);
        let Some(universe) = node.project().and_then(|project| self.world.universe(project)) else {
            return name;
        };
        let all: Vec<Candidate> = CandidateSet::FULL
            .descending(universe.count())
            .filter(|candidate| universe.is_available(*candidate, &self.world.rules))
            .collect();
        let inside: Vec<Candidate> = all.iter().copied().filter(|candidate| set.has(*candidate)).collect();
        if inside.len() == all.len() {
            return name;
        }
        if let Some(specifiers) = universe.specifiers_of(&all, set) {
            return format!("{name}{specifiers}");
        }
        let versions: Vec<String> = inside
            .iter()
            .rev()
            .filter_map(|candidate| universe.version(*candidate))
            .map(ToString::to_string)
            .collect();
        match versions.as_slice() {
            [] => format!("{name} (no version)"),
            [_] | [_, _] | [_, _, _] => format!("{name} {}", join_and(&versions)),
            [first, .., last] if inside.iter().is_sorted_by(|a, b| a.0 == b.0 + 1) => {
                format!("{name} {first} to {last}")
            }
            [first, .., last] => format!("{name} ({} versions from {first} to {last})", versions.len()),
        }
    }
}

fn push_new(texts: &mut Vec<String>, text: String) {
    if !texts.contains(&text) {
        texts.push(text);
    }
}

/// A rough measure of how long a story is.
fn depth(tree: &Tree) -> usize {
    let mut depth = 0;
    let mut tree = tree;
    while let DerivationTree::Derived(derived) = tree {
        depth += 1;
        tree = match (&*derived.cause1, &*derived.cause2) {
            (one @ DerivationTree::Derived(_), _) => one,
            (_, two) => two,
        };
    }
    depth
}
