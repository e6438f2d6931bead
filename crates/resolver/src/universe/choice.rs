//! pip's choice among the candidates of a project.

use pubgrub::VersionSet;
use specifier::{Specifiers, Version};

use super::{Entry, EntryKind, Universe, pins};
use crate::candidate_set::{Candidate, CandidateSet, Property};
use crate::candidates::{Best, Rules};

/// How candidates that pip hides unless something calls for them are treated: pre-releases, yanked files,
/// distributions with an address of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Hiding {
    /// They are taken when nothing else is left and no requirement seen so far speaks against it.
    #[default]
    WhenNothingElseFits,
    /// They are taken when nothing else is left; the outcome is judged afterwards.
    Permissive,
    /// They are taken only when a requirement in force seems to call for them.
    Strict,
    /// They are not taken.
    Never,
}

/// The outcome of a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Choice {
    Chosen(Candidate),
    /// Only candidates are left that are hidden.
    Hidden,
    Nothing,
    /// The page must be read first.
    Unknown,
}

impl Universe {
    /// pip's choice among a set: what is installed if it should stay, else the newest acceptable version.
    pub(crate) fn choose(
        &self,
        set: &CandidateSet,
        prefers_installed: bool,
        hiding: Hiding,
        rules: &Rules,
    ) -> Choice {
        if let Some(installed) = self.installed.filter(|_| prefers_installed || self.is_open)
            && set.has(installed)
        {
            return Choice::Chosen(installed);
        }
        if self.is_open {
            return Choice::Unknown;
        }
        let calls = Calls::new(self, set, hiding);
        let mut chosen: Option<((bool, bool), Candidate)> = None;
        let mut hides = false;
        for candidate in set.descending(self.count()) {
            let Some(entry) = self.entry(candidate) else { continue };
            let rank = match entry.kind {
                EntryKind::Direct(_) if !calls.by_address(set, candidate) => {
                    hides = true;
                    continue;
                }
                EntryKind::Installed | EntryKind::Direct(_) => (true, true),
                EntryKind::Release(release) => match self.best(release, rules) {
                    None => continue,
                    Some(best)
                        if best.is_yanked || (entry.version.is_prerelease() && !calls.for_prerelease) =>
                    {
                        hides = true;
                        continue;
                    }
                    Some(best) => self.rank(best, rules),
                },
            };
            if chosen.is_none_or(|(best, _)| rank > best) {
                chosen = Some((rank, candidate));
            }
            if rank == (true, true) {
                break;
            }
        }
        match chosen {
            Some((_, candidate)) => Choice::Chosen(candidate),
            None if hides => {
                self.choose_hidden(set, &calls, hiding, rules).map_or(Choice::Hidden, Choice::Chosen)
            }
            None => Choice::Nothing,
        }
    }

    /// Whether a candidate is only taken for a reason: see [`Self::is_justified`].
    pub(crate) fn needs_reason(&self, candidate: Candidate, rules: &Rules) -> bool {
        self.entry(candidate).is_some_and(|entry| match entry.kind {
            EntryKind::Installed => false,
            EntryKind::Direct(_) => true,
            EntryKind::Release(release) => {
                entry.version.is_prerelease() || self.best(release, rules).is_none_or(|best| best.is_yanked)
            }
        })
    }

    /// Whether pip would take a hidden candidate given all requirements in force; `asked_by_address` tells
    /// whether one of them is by its address.
    pub(crate) fn is_justified(
        &self,
        candidate: Candidate,
        in_force: &Specifiers,
        asked_by_address: bool,
        rules: &Rules,
    ) -> bool {
        let Some(entry) = self.entry(candidate) else { return false };
        let release = match entry.kind {
            EntryKind::Installed => return true,
            EntryKind::Direct(_) => return asked_by_address || self.limits.by_address,
            EntryKind::Release(release) => release,
        };
        let Some(best) = self.best(release, rules) else { return false };
        let specifiers = in_force.intersection(&self.limits.specifiers);
        let names_prerelease = self.allows_prereleases == Some(true) || specifiers.names_prerelease();
        let matching = |entry: &&Entry| specifiers.contains(&entry.version);
        let releases = || self.entries.iter().filter(matching).filter_map(|entry| self.listed(entry, rules));
        let has_final = releases().any(|(version, _)| !version.is_prerelease());
        if entry.version.is_prerelease() && !names_prerelease && has_final {
            return false;
        }
        let applies = |version: &Version| names_prerelease || !has_final || !version.is_prerelease();
        !best.is_yanked
            || (pins(&specifiers) && releases().all(|(version, best)| best.is_yanked || !applies(version)))
    }

    /// What counts before the version: an allowed digest, and a wheel where wheels are preferred.
    fn rank(&self, best: Best, rules: &Rules) -> (bool, bool) {
        (
            best.has_allowed_hash || self.limits.hashes.is_empty(),
            best.is_wheel || !rules.selection.prefer_binary,
        )
    }

    /// The best of candidates that are hidden while there are others.
    fn choose_hidden(
        &self,
        set: &CandidateSet,
        calls: &Calls,
        hiding: Hiding,
        rules: &Rules,
    ) -> Option<Candidate> {
        if hiding == Hiding::Never {
            return None;
        }
        let permissive = hiding == Hiding::Permissive;
        // Every requirement in force holds at least the set; more than these cannot be in force.
        let widest = self.sets.values().filter(|seen| set.is_within(seen));
        let in_force = widest.fold(CandidateSet::FULL, |in_force, seen| in_force.intersection(seen));
        let releases = || {
            let candidates = in_force.descending(self.count());
            candidates
                .filter_map(|candidate| self.entry(candidate))
                .filter_map(|entry| self.listed(entry, rules))
        };
        let has_final = releases().any(|(version, _)| !version.is_prerelease());
        let takes_prereleases =
            calls.for_prerelease || permissive || (!has_final && hiding != Hiding::Strict);
        // What no requirement has pinned yet is not tried, however permissive: it may have to be built to be known.
        let is_pinned = || pins(&self.limits.specifiers) || !self.pinning.is_empty();
        let takes_yanked = (permissive && is_pinned())
            || (calls.for_pinned
                && releases().all(|(version, best)| {
                    best.is_yanked || (version.is_prerelease() && !takes_prereleases)
                }));
        let mut yanked = None;
        let mut direct = None;
        for candidate in set.descending(self.count()) {
            let Some(entry) = self.entry(candidate) else { continue };
            let EntryKind::Release(release) = entry.kind else {
                direct = direct.or(Some(candidate));
                continue;
            };
            let Some(best) = self.best(release, rules) else { continue };
            if entry.version.is_prerelease() && !takes_prereleases {
                continue;
            }
            if !best.is_yanked {
                return Some(candidate);
            }
            yanked = yanked.or(Some(candidate));
        }
        yanked.filter(|_| takes_yanked).or(direct.filter(|_| permissive))
    }
}

/// What requirements in force seem to call for, as far as a set can tell.
///
/// A set that is free of a property says for certain that none does. One that is not may also bear the mark of
/// a conflict;
/// then a requirement that was met must hold the whole set.
struct Calls {
    for_prerelease: bool,
    for_pinned: bool,
    hiding: Hiding,
}

impl Calls {
    fn new(universe: &Universe, set: &CandidateSet, hiding: Hiding) -> Self {
        let constraint = &universe.limits.specifiers;
        let any = |property: Property, calls: fn(&Specifiers) -> bool, calling: &[CandidateSet]| {
            !set.is_free_of(property) && (calls(constraint) || calling.iter().any(|seen| set.is_within(seen)))
        };
        let is_possible = hiding != Hiding::Never;
        Self {
            for_prerelease: universe.allows_prereleases == Some(true)
                || (is_possible
                    && any(Property::Prerelease, Specifiers::names_prerelease, &universe.naming_prereleases)),
            for_pinned: is_possible && any(Property::Pin, pins, &universe.pinning),
            hiding,
        }
    }

    /// Whether a requirement seems to ask for a candidate by its address: then nothing else is left.
    fn by_address(&self, set: &CandidateSet, candidate: Candidate) -> bool {
        self.hiding != Hiding::Never
            && !set.is_free_of(Property::Address)
            && set.is_within(&CandidateSet::one(candidate))
    }
}
