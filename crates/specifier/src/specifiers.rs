//! Sets of version specifiers, such as `>=2,!=2.5.*`.

mod bounds;
mod operator;
mod specifier;
#[cfg(test)]
mod tests;

use std::fmt;
use std::slice;
use std::str::FromStr;
use std::sync::Arc;

use crate::Version;
use crate::python_text::{repr, strip};
pub use operator::Operator;
pub use specifier::Specifier;
pub(crate) use specifier::scan_specifier;

/// A text that is not a version specifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Invalid specifier: {}", repr(.0))]
pub struct InvalidSpecifier(pub String);

/// A set of version specifiers. A version has to match all of them; the empty set matches every version.
///
/// Held sorted and without duplicates, as `str` of `packaging.specifiers.SpecifierSet` shows it. Cloning is
/// cheap.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Specifiers(Arc<[Specifier]>);

impl Specifiers {
    /// Reads specifiers with commas between them. Empty ones count as absent, so `">=1,"` is allowed.
    pub fn parse(text: &str) -> Result<Self, InvalidSpecifier> {
        if !text.contains(',') && !strip(text).is_empty() {
            return Specifier::parse(strip(text)).map(Self::from);
        }
        let specifiers = text.split(',').map(strip).filter(|text| !text.is_empty());
        specifiers.map(Specifier::parse).collect()
    }

    /// Whether there are no specifiers, so that every version matches.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many specifiers there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The specifiers in the order in which they are shown.
    pub fn iter(&self) -> slice::Iter<'_, Specifier> {
        self.0.iter()
    }

    /// Whether `version` matches all specifiers. Pre-releases match like any other version, as with
    /// `SpecifierSet.contains(version, prereleases=True)`.
    pub fn contains(&self, version: &Version) -> bool {
        self.iter().all(|specifier| specifier.contains(version))
    }

    /// The items whose version matches, by the rule for pre-releases of `SpecifierSet.filter`.
    ///
    /// `prereleases` says whether pre-releases count. With `None` they do when a specifier names one
    /// ([`Specifiers::names_prerelease`]), or else when nothing but pre-releases matches.
    pub fn filter<T>(
        &self,
        items: impl IntoIterator<Item = T>,
        version: impl Fn(&T) -> &Version,
        prereleases: Option<bool>,
    ) -> Vec<T> {
        let prereleases = prereleases.or_else(|| self.names_prerelease().then_some(true));
        let mut matching: Vec<T> = items.into_iter().filter(|item| self.contains(version(item))).collect();
        let is_final = |item: &T| !version(item).is_prerelease();
        let only_final = match prereleases {
            Some(allowed) => !allowed,
            None => matching.iter().any(is_final),
        };
        if only_final {
            matching.retain(is_final);
        }
        matching
    }

    /// Whether a specifier names a pre-release and so asks for pre-releases: `SpecifierSet.prereleases`.
    pub fn names_prerelease(&self) -> bool {
        self.iter().any(Specifier::names_prerelease)
    }

    /// Whether this is one specifier for exactly one version: `==` without `.*`, or `===`.
    pub fn is_pinned(&self) -> bool {
        matches!(&*self.0, [specifier] if specifier.is_exact())
    }

    /// The version of a single `==` without `.*`.
    pub fn pinned_version(&self) -> Option<&Version> {
        match &*self.0 {
            [specifier] if specifier.is_exact() => specifier.version(),
            _ => None,
        }
    }

    /// Whether a specifier excludes all versions from some point on: `<`, `<=`, `~=` or `==` with `.*`. The
    /// question pip's resolver asks.
    pub fn has_upper_bound(&self) -> bool {
        self.iter().any(|specifier| match specifier.operator() {
            Operator::Less | Operator::LessEqual | Operator::Compatible => true,
            Operator::Equal => specifier.is_wildcard(),
            _ => false,
        })
    }

    /// The set of all specifiers of both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        if other.is_empty() {
            return self.clone();
        }
        if self.is_empty() {
            return other.clone();
        }
        self.iter().chain(other).cloned().collect()
    }
}

impl FromStr for Specifiers {
    type Err = InvalidSpecifier;

    fn from_str(text: &str) -> Result<Self, InvalidSpecifier> {
        Self::parse(text)
    }
}

impl FromIterator<Specifier> for Specifiers {
    fn from_iter<I: IntoIterator<Item = Specifier>>(specifiers: I) -> Self {
        let mut specifiers: Vec<Specifier> = specifiers.into_iter().collect();
        specifiers.sort_by(Specifier::cmp_text);
        let mut operators = 0u8;
        let repeats_operator = specifiers.iter().any(|specifier| {
            let before = operators;
            operators |= 1 << specifier.operator() as u8;
            operators == before
        });
        if repeats_operator {
            // Of equal ones the first in the order of the texts stays.
            specifiers.sort_by(Specifier::cmp_meaning);
            specifiers.dedup();
            specifiers.sort_by(Specifier::cmp_text);
        }
        if specifiers.is_empty() { Self::default() } else { Self(specifiers.into()) }
    }
}

impl From<Specifier> for Specifiers {
    fn from(specifier: Specifier) -> Self {
        Self(Arc::new([specifier]))
    }
}

impl<'a> IntoIterator for &'a Specifiers {
    type Item = &'a Specifier;
    type IntoIter = slice::Iter<'a, Specifier>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Specifiers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, specifier) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            specifier.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Specifiers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}
