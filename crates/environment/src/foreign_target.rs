//! Tags of an interpreter that is described, not asked: `--platform`, `--python-version`, `--implementation`, `--abi`.

use specifier::platform::expand_targets;
use specifier::{TagFacts, Tags};

use crate::Environment;

/// What is said of another interpreter; the environment's own takes the place of what is not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ForeignTarget<'a> {
    /// Up to three numbers of its version.
    pub version: Option<&'a [u64]>,
    /// Its platforms, best first; older ones that they include are added.
    pub platforms: &'a [String],
    /// Its implementation, such as `cp`, `pp` or `py`.
    pub implementation: Option<&'a str>,
    /// Its binary interfaces, best first.
    pub abis: &'a [String],
}

impl Environment {
    /// The tags that such an interpreter supports, best first (pip: `get_supported`).
    pub fn tags_for(&self, target: &ForeignTarget<'_>) -> Tags {
        let facts = &self.facts().tags;
        let (major, minor, _) = self.version();
        let number = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        let version = match target.version {
            Some([major, rest @ ..]) => (number(*major), rest.first().copied().map(number)),
            _ => (major, Some(minor)),
        };
        let implementation = target.implementation.unwrap_or(&facts.implementation);
        let abis = match version {
            _ if !target.abis.is_empty() => target.abis.to_vec(),
            _ if implementation != "cp" || target.version.is_none() => facts.abis.clone(),
            (major, Some(minor)) => self.abis_of_cpython((major, minor)),
            (_, None) => Vec::new(),
        };
        let platforms =
            if target.platforms.is_empty() { self.platforms() } else { expand_targets(target.platforms) };
        Tags::generate(&TagFacts { implementation: implementation.to_owned(), version, abis, platforms })
    }

    /// Another version of `CPython` is taken to be built like this one: for debugging, or without its lock.
    fn abis_of_cpython(&self, version: (u32, u32)) -> Vec<String> {
        let own = self.facts().tags.abis.first().map_or("", String::as_str);
        let flags = own.trim_start_matches("cp").trim_start_matches(|c: char| c.is_ascii_digit());
        TagFacts::cpython_abis(version, flags.contains('d'), flags.contains('t'))
    }
}
