//! What is to be resolved, and by which rules.

use options::{FormatControl, ReleaseControl};
use requirement::InstallRequirement;
use specifier::{MarkerEnvironment, Tags, Version};

use crate::source::Installed;

/// The question put to [`resolve`](crate::resolve).
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// What the user asks for, in order.
    pub requirements: &'a [InstallRequirement],
    /// Limits on whatever gets in.
    pub constraints: &'a [InstallRequirement],
    /// The environment that markers are evaluated in.
    pub markers: &'a MarkerEnvironment,
    /// Which files are acceptable.
    pub selection: &'a Selection,
    /// What may be upgraded although it satisfies.
    pub upgrade: Upgrade,
    /// Install again what is installed.
    pub force_reinstall: bool,
    /// Act as if nothing were installed.
    pub ignore_installed: bool,
    /// Do not follow dependencies.
    pub no_deps: bool,
    /// Install only the dependencies of what the user asks for.
    pub only_deps: bool,
    /// Every archive must have a digest that the user allows.
    pub require_hashes: bool,
    /// What is installed.
    pub installed: &'a dyn Installed,
    /// Asked now and then: `true` gives up.
    pub cancelled: &'a dyn Fn() -> bool,
}

/// What may be upgraded although the installed version satisfies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Upgrade {
    /// Nothing.
    #[default]
    No,
    /// What the user names: `--upgrade`.
    Named,
    /// Everything: `--upgrade --upgrade-strategy eager`.
    All,
}

/// Which files are acceptable, and which of them are better.
#[derive(Debug, Clone)]
pub struct Selection {
    /// The tags of wheels that the interpreter takes, best first.
    pub tags: Tags,
    /// The interpreter's version, for `Requires-Python`: three numbers.
    pub python: Version,
    /// `--no-binary` and `--only-binary`.
    pub formats: FormatControl,
    /// `--pre`, `--all-releases` and `--only-final`.
    pub releases: ReleaseControl,
    /// Any wheel is better than any source distribution.
    pub prefer_binary: bool,
    /// Take files whatever `Requires-Python` they state.
    pub ignore_requires_python: bool,
    /// Only files that were uploaded before: microseconds since 1970 (UTC).
    pub uploaded_prior_to: Option<i64>,
}
