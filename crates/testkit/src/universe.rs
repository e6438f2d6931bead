//! Universes of made-up packages, written as text.

use crate::index::Listing;
use crate::wheel::{PackageFile, Wheel};

/// One wheel for each line; see [`crate::Index::universe`].
#[track_caller]
pub(crate) fn parse(text: &str) -> Vec<(PackageFile, Listing)> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(parse_line)
        .collect()
}

#[track_caller]
fn parse_line(line: &str) -> (PackageFile, Listing) {
    let mut parts = line.split(" ; ").map(str::trim);
    let head = parts.next().unwrap_or_default();
    let (head, requirements) = head.split_once("->").unwrap_or((head, ""));
    let Some((name, version)) = head.trim().split_once(' ') else {
        panic!("a line of a universe begins with a name and a version: {line}");
    };
    let mut wheel = Wheel::new(name, version.trim());
    let mut listing = Listing::new();
    for requirement in requirement_list(requirements) {
        wheel = wheel.requires(requirement);
    }
    for part in parts {
        let (word, rest) = part.split_once(' ').unwrap_or((part, ""));
        match word {
            "python" => wheel = wheel.requires_python(rest),
            "tag" => wheel = wheel.tag(rest),
            "yanked" => listing = listing.yanked(rest),
            "requires" => wheel = wheel.requires(rest),
            "extra" => {
                let (extra, requirements) = rest.split_once(':').unwrap_or((rest, ""));
                wheel = wheel.extra(extra.trim());
                for requirement in requirement_list(requirements) {
                    wheel = wheel.extra_requires(extra.trim(), requirement);
                }
            }
            _ => panic!("a universe knows python, tag, yanked, requires and extra, not {word:?}: {line}"),
        }
    }
    (wheel.build(), listing)
}

/// Splits at commas that begin another requirement: `b>=2,<3, c[x,y]` has two.
fn requirement_list(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut in_extras = false;
    for (at, c) in text.char_indices() {
        match c {
            '[' => in_extras = true,
            ']' => in_extras = false,
            ',' if !in_extras => {
                let rest = text.get(at + 1..).unwrap_or_default().trim_start();
                if rest.starts_with(|c: char| c.is_alphanumeric()) {
                    found.push(text.get(start..at).unwrap_or_default().trim());
                    start = at + 1;
                }
            }
            _ => {}
        }
    }
    found.push(text.get(start..).unwrap_or_default().trim());
    found.retain(|requirement| !requirement.is_empty());
    found
}
