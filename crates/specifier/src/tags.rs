//! Compatibility tags: which wheels an interpreter can use, and which of them it prefers.

pub mod platform;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use crate::WheelTags;
use crate::python_text::lower;
pub use platform::Libc;

/// One compatibility tag, such as `cp312-cp312-manylinux_2_17_x86_64`. Its parts are in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag {
    /// The implementation and its version, such as `cp312` or `py3`.
    pub interpreter: String,
    /// The binary interface, such as `cp312`, `abi3` or `none`.
    pub abi: String,
    /// The platform, such as `win_amd64` or `any`.
    pub platform: String,
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.interpreter, self.abi, self.platform)
    }
}

/// What has to be known of an interpreter to list its tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagFacts {
    /// `cp` for CPython, `pp` for PyPy, otherwise `sys.implementation.name`.
    pub implementation: String,
    /// The first two numbers of the version. The second is unknown only for a target such as pip's
    /// `--python-version 3`.
    pub version: (u32, Option<u32>),
    /// The binary interfaces of extension modules, best first; see [`TagFacts::cpython_abis`] for CPython. For others
    /// it is derived from `EXT_SUFFIX`, such as `pypy310_pp73`.
    pub abis: Vec<String>,
    /// The platforms, best first; see [`platform`].
    pub platforms: Vec<String>,
}

impl TagFacts {
    /// The binary interfaces of a CPython, best first: with `d` for a debug build, which can also load the extension
    /// modules of a normal one, and with `t` for a free-threaded build.
    pub fn cpython_abis(version: (u32, u32), debug: bool, free_threaded: bool) -> Vec<String> {
        let (major, minor) = version;
        let threading = if free_threaded && version >= (3, 13) { "t" } else { "" };
        let debugging = if debug { "d" } else { "" };
        // Until 3.8 pymalloc, and until 3.3 the width of characters, made a difference.
        let (pymalloc, wide) =
            (if version < (3, 8) { "m" } else { "" }, if version < (3, 3) { "u" } else { "" });
        let mut abis = vec![format!("cp{major}{minor}{threading}{debugging}{pymalloc}{wide}")];
        if debug && version >= (3, 8) {
            abis.push(format!("cp{major}{minor}{threading}"));
        }
        abis
    }
}

/// The tags an interpreter supports, best first, in the order of pip.
///
/// There are a thousand and more, but they are few pairs of interpreter and binary interface, each with all platforms.
/// So they are kept, and looked up, as such pairs. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Tags(Arc<Supported>);

#[derive(Debug, Default)]
struct Supported {
    platforms: Vec<String>,
    platform_ranks: HashMap<String, u32>,
    pairs: Vec<Pair>,
    /// Which pairs have this interpreter.
    by_interpreter: HashMap<String, Vec<usize>>,
    count: u32,
}

/// An interpreter and a binary interface, with all platforms or with `any`.
#[derive(Debug)]
struct Pair {
    interpreter: String,
    abi: String,
    any_platform: bool,
    /// The rank of the first tag.
    rank: u32,
}

impl Tags {
    /// Lists the tags as pip does: for CPython and others `packaging.tags.sys_tags`; for PyPy, pip has the tag of the
    /// interpreter's own version in the place of `pp3-none-any`.
    pub fn generate(facts: &TagFacts) -> Self {
        let mut supported = Supported::default();
        for platform in &facts.platforms {
            let platform = lower(platform).into_owned();
            supported.platform_ranks.insert(platform.clone(), rank(supported.platforms.len()));
            supported.platforms.push(platform);
        }
        let (major, minor) = facts.version;
        let minor_text = minor.map(|minor| minor.to_string()).unwrap_or_default();
        let interpreter = lower(&format!("{}{major}{minor_text}", facts.implementation)).into_owned();
        if facts.implementation == "cp" {
            supported.add_cpython(&interpreter, facts);
        } else {
            supported.add_generic(&interpreter, facts);
        }
        let pythons = python_interpreters(major, minor);
        for python in &pythons {
            supported.add(python, "none", false);
        }
        supported.add(&interpreter, "none", true);
        for python in &pythons {
            supported.add(python, "none", true);
        }
        Self(Arc::new(supported))
    }

    /// The rank of the best tag of a wheel, where 0 is best; none when the wheel does not fit.
    pub fn rank_of(&self, wheel: &WheelTags) -> Option<u32> {
        self.rank(wheel.components())
    }

    /// Whether the wheel of a file may fit, as far as that shows at a glance; what is no valid name may, too.
    pub fn may_support(&self, filename: &str) -> bool {
        let mut parts = filename.strip_suffix(".whl").unwrap_or_default().rsplitn(4, '-');
        let (Some(platforms), Some(abis), Some(interpreters)) = (parts.next(), parts.next(), parts.next())
        else {
            return true;
        };
        // Tags mean the same in lower case.
        let is_plain = |part: &str| !part.bytes().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii());
        ![interpreters, abis, platforms].into_iter().all(is_plain)
            || self.rank((interpreters, abis, platforms)).is_some()
    }

    fn rank(&self, (interpreters, abis, platforms): (&str, &str, &str)) -> Option<u32> {
        let supported = &*self.0;
        let mut best = None;
        for interpreter in interpreters.split('.') {
            let Some(pairs) = supported.by_interpreter.get(interpreter) else {
                continue;
            };
            let pairs = || pairs.iter().filter_map(|&index| supported.pairs.get(index));
            for abi in abis.split('.').filter(|abi| pairs().any(|pair| pair.abi == *abi)) {
                for platform in platforms.split('.') {
                    let pairs = pairs().filter(|pair| pair.abi == abi);
                    // A tag that is listed twice has the rank of its last place, as with pip.
                    let rank = pairs.filter_map(|pair| supported.rank_in(pair, platform)).max();
                    best = best.into_iter().chain(rank).min();
                }
            }
        }
        best
    }

    /// Whether the interpreter can use a wheel with these tags.
    pub fn supports(&self, wheel: &WheelTags) -> bool {
        self.rank_of(wheel).is_some()
    }

    /// All tags, best first.
    pub fn iter(&self) -> impl Iterator<Item = Tag> + '_ {
        self.0.pairs.iter().flat_map(|pair| {
            self.0.platforms_of(pair).map(|platform| Tag {
                interpreter: pair.interpreter.clone(),
                abi: pair.abi.clone(),
                platform: platform.to_owned(),
            })
        })
    }

    /// How many tags there are.
    pub fn len(&self) -> usize {
        usize::try_from(self.0.count).unwrap_or(usize::MAX)
    }

    /// Whether there is no tag at all. There always is `py3-none-any`, or that of another major version.
    pub fn is_empty(&self) -> bool {
        self.0.count == 0
    }
}

impl Supported {
    fn add(&mut self, interpreter: &str, abi: &str, any_platform: bool) {
        self.by_interpreter.entry(interpreter.to_owned()).or_default().push(self.pairs.len());
        self.pairs.push(Pair {
            interpreter: interpreter.to_owned(),
            abi: lower(abi).into_owned(),
            any_platform,
            rank: self.count,
        });
        self.count += if any_platform { 1 } else { rank(self.platforms.len()) };
    }

    fn add_cpython(&mut self, interpreter: &str, facts: &TagFacts) {
        let free_threaded = facts.abis.first().is_some_and(|abi| is_free_threaded(abi));
        // Asked for or not, these have their own places, given only the first time each is named.
        let mut placed = if free_threaded { vec!["abi3", "abi3t", "none"] } else { vec!["abi3", "none"] };
        for abi in &facts.abis {
            match placed.iter().position(|known| known == abi) {
                Some(index) => drop(placed.remove(index)),
                None => self.add(interpreter, abi, false),
            }
        }
        let stable_abi = if free_threaded { "abi3t" } else { "abi3" };
        let older = match facts.version {
            (major, Some(minor)) if (major, minor) >= (3, 2) => Some((major, minor)),
            _ => None,
        };
        if older.is_some() {
            self.add(interpreter, stable_abi, false);
        }
        self.add(interpreter, "none", false);
        if let Some((major, minor)) = older {
            for minor in (2..minor).rev() {
                self.add(&format!("cp{major}{minor}"), stable_abi, false);
            }
        }
    }

    fn add_generic(&mut self, interpreter: &str, facts: &TagFacts) {
        let none = facts.abis.iter().all(|abi| abi != "none").then_some("none");
        for abi in facts.abis.iter().map(String::as_str).chain(none) {
            self.add(interpreter, abi, false);
        }
    }

    fn rank_in(&self, pair: &Pair, platform: &str) -> Option<u32> {
        if pair.any_platform {
            return (platform == "any").then_some(pair.rank);
        }
        self.platform_ranks.get(platform).map(|rank| pair.rank + rank)
    }

    fn platforms_of(&self, pair: &Pair) -> impl Iterator<Item = &str> {
        let (any, all) = if pair.any_platform { (Some("any"), &[][..]) } else { (None, &self.platforms[..]) };
        any.into_iter().chain(all.iter().map(String::as_str))
    }
}

fn rank(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// Whether `cp313t` or the like names a free-threaded build.
fn is_free_threaded(abi: &str) -> bool {
    abi.strip_prefix("cp").is_some_and(|rest| {
        let flags = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        flags.len() < rest.len() && flags.contains('t')
    })
}

/// `py312`, `py3`, and then all earlier versions, newest first.
fn python_interpreters(major: u32, minor: Option<u32>) -> Vec<String> {
    let newest = minor.map(|minor| format!("py{major}{minor}"));
    let earlier = (0..minor.unwrap_or(0)).rev().map(|minor| format!("py{major}{minor}"));
    newest.into_iter().chain([format!("py{major}")]).chain(earlier).collect()
}
