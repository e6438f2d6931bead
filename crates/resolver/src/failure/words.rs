//! How what meets in a conflict is called.

use super::Cause;
use crate::candidate_set::Candidate;
use crate::edge::{Edge, Reason};
use crate::node::Node;
use crate::provider::Run;
use crate::source::DirectCandidate;
use crate::universe::EntryKind;
use crate::world::{Direct, World};

/// What pip names as the thing that cannot be installed: the requirement of the user's, or the package
/// that has a conflicting one, or where that package comes from.
pub(super) fn trigger(world: &World<'_>, cause: &Cause, run: &Run) -> String {
    let requirements = world.request.requirements;
    let (node, _) = cause.parent;
    if node == Node::Root {
        return cause_text(world, cause);
    }
    let by_itself = || format!("{}=={}", parent_name(world, node), version(world, cause.parent));
    if is_installed(world, cause.parent) || node.extra().is_some() {
        return by_itself();
    }
    // Who asked for the package first.
    let asked = run.order.iter().find_map(|key| {
        run.edges_of(key.0, key.1)
            .iter()
            .find(|edge| edge.target == node && !matches!(edge.reason, Reason::Tie))
            .map(|e| (key.0, e))
    });
    match asked {
        Some((Node::Root, Edge { reason: Reason::User(number), .. })) => {
            let origin = requirements.get(*number).and_then(|requirement| requirement.origin.text());
            origin.unwrap_or_else(by_itself)
        }
        Some((parent, _)) if parent != Node::Root => {
            parent.project().and_then(|parent| world.name(parent)).map_or_else(by_itself, ToString::to_string)
        }
        _ => by_itself(),
    }
}

/// What is required, as pip shows it in a conflict.
pub(super) fn cause_text(world: &World<'_>, cause: &Cause) -> String {
    let requirements = world.request.requirements;
    match cause
        .edge
        .reason
        .address(requirements)
        .and_then(|(link, editable)| world.known_direct(&link, editable))
    {
        Some(direct) => describe_direct(direct),
        None => format_for_error(&cause.edge.text_with_marker(requirements)),
    }
}

/// Name and version of what was found at an address, and the address.
fn describe_direct(direct: &Direct) -> String {
    let DirectCandidate { project, version, link, editable, .. } = &direct.candidate;
    let place = link.file_path().map_or_else(|| link.redacted(), |path| path.display().to_string());
    let editable = if *editable { "editable " } else { "" };
    format!("{project} {version} (from {editable}{place})")
}

/// Name and version of a package, and where it comes from if that is not an index.
pub(crate) fn describe_parent(world: &World<'_>, parent: (Node, Candidate)) -> String {
    let name = parent_name(world, parent.0);
    let version = version(world, parent);
    let kind =
        parent.0.project().and_then(|project| world.universe(project)?.entry(parent.1)).map(|e| e.kind);
    match kind {
        Some(EntryKind::Installed) => format!("{name} {version} (Installed)"),
        Some(EntryKind::Direct(direct)) => match world.directs.get(direct) {
            Some(direct) => describe_direct(direct),
            None => format!("{name} {version}"),
        },
        _ => {
            let file = parent.0.project().and_then(|project| world.file(project, parent.1));
            let url = file.as_ref().and_then(crate::source::FileRef::file).map(index::IndexFile::url);
            match url {
                Some(url) => format!("{name} {version} (from {})", requirement::redact_url(url)),
                None => format!("{name} {version}"),
            }
        }
    }
}

fn is_installed(world: &World<'_>, parent: (Node, Candidate)) -> bool {
    let entry = parent.0.project().and_then(|project| world.universe(project)?.entry(parent.1));
    entry.is_some_and(|entry| entry.kind == EntryKind::Installed)
}

/// The name of a package, with its extra.
pub(crate) fn parent_name(world: &World<'_>, node: Node) -> String {
    let project = node.project().and_then(|project| world.name(project)).map(ToString::to_string);
    let extra = node.extra().and_then(|extra| world.extras.name(extra.0));
    match (project.unwrap_or_default(), extra) {
        (project, None) => project,
        (project, Some(extra)) => format!("{project}[{extra}]"),
    }
}

pub(crate) fn version(world: &World<'_>, parent: (Node, Candidate)) -> String {
    let universe = parent.0.project().and_then(|project| world.universe(project));
    universe.and_then(|universe| universe.version(parent.1)).map(ToString::to_string).unwrap_or_default()
}

/// A requirement with its specifiers as words: `x<2 and >=1`.
fn format_for_error(requirement: &str) -> String {
    join_and(&requirement.split(',').map(|part| part.trim().to_owned()).collect::<Vec<_>>())
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn join_and(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
