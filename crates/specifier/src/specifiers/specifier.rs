//! One version specifier, such as `>=2`.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use super::bounds::Bounds;
use super::{InvalidSpecifier, Operator};
use crate::Version;
use crate::python_text::{is_space, lower};
use crate::version::{Pieces, scan_head, scan_suffixes};

/// One version specifier: an operator and a version.
#[derive(Clone)]
pub struct Specifier {
    operator: Operator,
    /// Whether the version ends in `.*`.
    wildcard: bool,
    /// The version as written.
    text: Box<str>,
    /// The version without `.*`. None for `===`, which compares texts, unless its text is a version.
    version: Option<Version>,
    bounds: Bounds,
}

/// The version of a specifier.
struct Scanned<'a> {
    /// None for `===`.
    pieces: Option<Pieces<'a>>,
    wildcard: bool,
    /// Where the version starts, after white space, and where it ends.
    start: usize,
    end: usize,
}

/// Finds where the specifier ends that `text` starts with, if there is one, as a requirement's grammar takes it.
pub(crate) fn scan_specifier(text: &str) -> Option<usize> {
    let (operator, rest) = Operator::split_from(text)?;
    Some(text.len() - rest.len() + scan_version(operator, rest)?.end)
}

/// Reads the version after an operator.
fn scan_version(operator: Operator, text: &str) -> Option<Scanned<'_>> {
    let version = text.trim_start_matches(is_space);
    let start = text.len() - version.len();
    if operator == Operator::Arbitrary {
        let length = version.find(|c| is_space(c) || matches!(c, ';' | ')')).unwrap_or(version.len());
        return Some(Scanned { pieces: None, wildcard: false, start, end: start + length });
    }
    let bytes = version.as_bytes();
    let (mut pieces, head) = scan_head(bytes)?;
    if operator == Operator::Compatible && !pieces.release.contains(&b'.') {
        return None;
    }
    let equality = matches!(operator, Operator::Equal | Operator::NotEqual);
    let wildcard = equality && bytes.get(head..).is_some_and(|rest| rest.starts_with(b".*"));
    let end = if wildcard { head + 2 } else { scan_suffixes(bytes, head, equality, &mut pieces) };
    Some(Scanned { pieces: Some(pieces), wildcard, start, end: start + end })
}

impl Specifier {
    /// Reads one specifier, with white space around it and after its operator.
    pub fn parse(text: &str) -> Result<Self, InvalidSpecifier> {
        let parsed = Operator::split_from(text.trim_start_matches(is_space))
            .and_then(|(operator, version)| Self::with_version(operator, version));
        parsed.ok_or_else(|| InvalidSpecifier(text.to_owned()))
    }

    /// The specifier that `operator` and `version` make when written together, if they make one.
    pub(crate) fn joined(operator: Operator, version: &str) -> Option<Self> {
        // The text may even complete the operator.
        if version.starts_with('=') {
            return Self::parse(&format!("{operator}{version}")).ok();
        }
        Self::with_version(operator, version)
    }

    /// The specifier of this operator and version. `~=` has none for a version of a single number, nor have operators
    /// other than `==`, `!=` and `===` for one with a local part.
    pub fn new(operator: Operator, version: &Version) -> Result<Self, InvalidSpecifier> {
        let text = version.to_string();
        Self::with_version(operator, &text).ok_or_else(|| InvalidSpecifier(format!("{operator}{text}")))
    }

    fn with_version(operator: Operator, text: &str) -> Option<Self> {
        let text = text.trim_end_matches(is_space);
        let Scanned { pieces, wildcard, start, end } = scan_version(operator, text)?;
        if end != text.len() {
            return None;
        }
        let text = text.get(start..)?;
        let version = match pieces {
            Some(pieces) => Some(Version::from_pieces(&pieces)),
            None => Version::parse(text).ok(),
        };
        let bounds = Bounds::new(operator, wildcard, version.as_ref());
        Some(Self { operator, wildcard, text: text.into(), version, bounds })
    }

    /// The operator.
    pub fn operator(&self) -> Operator {
        self.operator
    }

    /// The version as written, with its `.*`.
    pub fn version_text(&self) -> &str {
        &self.text
    }

    /// The version without `.*`. `===` has one when its text is a version.
    pub fn version(&self) -> Option<&Version> {
        self.version.as_ref()
    }

    /// Whether the version ends in `.*`.
    pub fn is_wildcard(&self) -> bool {
        self.wildcard
    }

    /// Whether this is `==` without `.*`, or `===`.
    pub fn is_exact(&self) -> bool {
        matches!(self.operator, Operator::Equal | Operator::Arbitrary) && !self.wildcard
    }

    /// Whether the specifier names a pre-release and so asks for pre-releases: `Specifier.prereleases`.
    pub fn names_prerelease(&self) -> bool {
        self.operator != Operator::NotEqual
            && !self.wildcard
            && self.version.as_ref().is_some_and(Version::is_prerelease)
    }

    /// Whether `version` matches. Pre-releases match like any other version.
    pub fn contains(&self, version: &Version) -> bool {
        match (self.bounds.contains(version), &self.version) {
            (Some(inside), _) => inside,
            _ if self.operator == Operator::Arbitrary => self.contains_text(&version.to_string()),
            (None, named) => named.as_ref().is_some_and(|named| self.matches(named, version)),
        }
    }

    /// Whether a text matches that may not be a version, as `Specifier.contains` takes one in a marker.
    pub(crate) fn contains_text(&self, text: &str) -> bool {
        if self.operator == Operator::Arbitrary {
            return lower(&self.text) == lower(text);
        }
        Version::parse(text).is_ok_and(|version| self.contains(&version))
    }

    /// The rules of the standard, for `named <operator> version`.
    fn matches(&self, named: &Version, version: &Version) -> bool {
        let (own, other) = (named.view(), version.view());
        let order = other.cmp(own);
        // A specifier without a local part stands for all local versions of its version.
        let same = order.is_eq() || own.local.is_empty() && other.cmp_public(own).is_eq();
        let shares_prefix =
            |length: usize| own.epoch == other.epoch && other.release.shares_prefix(own.release, length);
        match self.operator {
            Operator::Equal if self.wildcard => shares_prefix(own.release.len()),
            Operator::NotEqual if self.wildcard => !shares_prefix(own.release.len()),
            Operator::Equal => same,
            Operator::NotEqual => !same,
            Operator::GreaterEqual => order.is_ge(),
            Operator::LessEqual => order.is_lt() || same,
            Operator::Compatible => order.is_ge() && shares_prefix(own.release.len().saturating_sub(1)),
            Operator::Greater => {
                // `>1.0` and `>1.0rc1` exclude post-releases of these, `>1.0.post1` only itself.
                let family = own.post.is_none()
                    && own.dev.is_none()
                    && own.same_release(other)
                    && own.pre == other.pre;
                order.is_gt() && !same && !family
            }
            Operator::Less => {
                // `<1.0` excludes the pre-releases of 1.0, `<1.0.post1` the development releases of that.
                let family = !named.is_prerelease()
                    && own.same_release(other)
                    && (own.post.is_none() || other.pre.is_none() && own.post == other.post);
                order.is_lt() && !family
            }
            Operator::Arbitrary => false,
        }
    }

    /// An order in which equal specifiers stand together: `==1.0` and `==1` are equal, but `~=1.0` and `~=1.0.0` are
    /// not; `===` and `.*` compare as written.
    pub(super) fn cmp_meaning(&self, other: &Self) -> Ordering {
        let release_length = |specifier: &Self| match (specifier.operator, &specifier.version) {
            (Operator::Compatible, Some(version)) => version.view().release.len(),
            _ => 0,
        };
        (self.operator.cmp(&other.operator)).then(self.wildcard.cmp(&other.wildcard)).then_with(|| {
            if self.compares_text() {
                return self.text.cmp(&other.text);
            }
            self.version.cmp(&other.version).then_with(|| release_length(self).cmp(&release_length(other)))
        })
    }

    fn compares_text(&self) -> bool {
        self.operator == Operator::Arbitrary || self.wildcard
    }

    /// The order of the texts.
    pub(super) fn cmp_text(&self, other: &Self) -> Ordering {
        let left = self.operator.as_str().bytes().chain(self.text.bytes());
        left.cmp(other.operator.as_str().bytes().chain(other.text.bytes()))
    }
}

impl FromStr for Specifier {
    type Err = InvalidSpecifier;

    fn from_str(text: &str) -> Result<Self, InvalidSpecifier> {
        Self::parse(text)
    }
}

impl PartialEq for Specifier {
    fn eq(&self, other: &Self) -> bool {
        self.cmp_meaning(other).is_eq()
    }
}

impl Eq for Specifier {}

impl Hash for Specifier {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.operator.hash(state);
        if self.compares_text() { self.text.hash(state) } else { self.version.hash(state) }
    }
}

impl fmt::Display for Specifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.operator.as_str())?;
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Specifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}
