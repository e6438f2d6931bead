//! All that may be chosen for one project, numbered, and the choice among it.

mod choice;

use std::sync::Arc;

use index::ProjectPage;
use requirement::Hashes;
use specifier::{Operator, ProjectName, Specifiers, Version};

use pubgrub::Map;

use crate::candidate_set::{Candidate, CandidateSet, Property};
use crate::candidates::{Best, Candidates, Overview, Rules};
use crate::source::FileRef;

pub(crate) use self::choice::{Choice, Hiding};

/// What the user's constraints say of a project.
#[derive(Debug, Clone, Default)]
pub(crate) struct Limits {
    pub(crate) specifiers: Specifiers,
    pub(crate) hashes: Hashes,
    /// A constraint names the address, so that no requirement has to.
    pub(crate) by_address: bool,
}

/// The candidates of one project.
///
/// While only the installed version is known, the universe is open: sets hold what they cannot tell, and
/// the solver must come back when it wants anything but the installed version.
pub(crate) struct Universe {
    pub(crate) project: ProjectName,
    limits: Limits,
    entries: Vec<Entry>,
    candidates: Option<Candidates>,
    installed: Option<Candidate>,
    /// The version on the page that the installed one stands for.
    installed_release: Option<usize>,
    is_open: bool,
    /// `--pre` and its relatives.
    allows_prereleases: Option<bool>,
    sets: Map<Specifiers, CandidateSet>,
    /// Those of them whose specifiers name a pre-release.
    naming_prereleases: Vec<CandidateSet>,
    /// Those of them whose specifiers pin a version.
    pinning: Vec<CandidateSet>,
    /// A set was handed out, so the numbers must stay.
    pub(crate) is_used: bool,
}

pub(crate) struct Entry {
    pub(crate) version: Version,
    pub(crate) kind: EntryKind,
}

/// What a candidate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum EntryKind {
    /// A version on the page, by its number there.
    Release(usize),
    /// What is installed.
    Installed,
    /// A distribution with an address of its own, by its number in the resolution.
    Direct(usize),
}

impl Universe {
    /// A universe that holds nothing yet.
    pub(crate) fn new(project: ProjectName, limits: Limits, allows_prereleases: Option<bool>) -> Self {
        Self {
            project,
            limits,
            entries: Vec::new(),
            candidates: None,
            installed: None,
            installed_release: None,
            is_open: false,
            allows_prereleases,
            sets: Map::default(),
            naming_prereleases: Vec::new(),
            pinning: Vec::new(),
            is_used: false,
        }
    }

    /// Starts with what is installed alone.
    pub(crate) fn open_with_installed(&mut self, version: Version) {
        self.entries = vec![Entry { version, kind: EntryKind::Installed }];
        self.installed = Some(Candidate(0));
        self.is_open = true;
    }

    /// Whether what is installed satisfies the constraints.
    pub(crate) fn admits(&self, version: &Version) -> bool {
        self.limits.specifiers.contains(version)
    }

    /// Fills in the versions on the page and, among them, the installed one.
    pub(crate) fn fill(
        &mut self,
        page: Arc<ProjectPage>,
        installed: Option<Version>,
        rules: &Rules,
        wanted: &Specifiers,
    ) {
        let directs = self
            .entries
            .extract_if(.., |entry| matches!(entry.kind, EntryKind::Direct(_)))
            .collect::<Vec<_>>();
        let mut candidates = Candidates::new(page, &self.project, rules.selection);
        if !self.limits.hashes.is_empty() {
            let limits = &self.limits;
            let in_question =
                |version: &Version| limits.specifiers.contains(version) && wanted.contains(version);
            candidates.allow_only(&limits.hashes, rules, in_question);
        }
        let releases = candidates.versions().cloned().enumerate();
        self.entries =
            releases.map(|(number, version)| Entry { version, kind: EntryKind::Release(number) }).collect();
        self.installed_release = None;
        self.installed = installed.filter(|version| self.admits(version)).map(|version| {
            let position = match self.entries.binary_search_by(|entry| entry.version.cmp(&version)) {
                Ok(position) => {
                    // What is installed stands for the same version of the index.
                    self.installed_release = Some(position);
                    if let Some(entry) = self.entries.get_mut(position) {
                        entry.kind = EntryKind::Installed;
                    }
                    position
                }
                Err(position) => {
                    self.entries.insert(position, Entry { version, kind: EntryKind::Installed });
                    position
                }
            };
            Candidate(number(position))
        });
        self.entries.extend(directs);
        self.candidates = Some(candidates);
        self.is_open = false;
        self.forget_sets();
        self.is_used = false;
    }

    /// Adds a distribution with an address of its own. The numbers of the others stay, but sets that were
    /// handed out do not know it.
    pub(crate) fn add_direct(&mut self, version: Version, direct: usize) -> Candidate {
        let candidate = Candidate(number(self.entries.len()));
        self.entries.push(Entry { version, kind: EntryKind::Direct(direct) });
        self.forget_sets();
        candidate
    }

    fn forget_sets(&mut self) {
        self.sets.clear();
        self.naming_prereleases.clear();
        self.pinning.clear();
    }

    /// The candidate of a distribution with an address of its own.
    pub(crate) fn direct(&self, direct: usize) -> Option<Candidate> {
        let position = self.entries.iter().position(|entry| entry.kind == EntryKind::Direct(direct));
        position.map(|position| Candidate(number(position)))
    }

    /// How many candidates there are.
    pub(crate) fn count(&self) -> u32 {
        number(self.entries.len())
    }

    /// Whether only the installed version is known.
    pub(crate) fn is_open(&self) -> bool {
        self.is_open
    }

    /// Whether the page was read.
    pub(crate) fn has_page(&self) -> bool {
        self.candidates.is_some()
    }

    pub(crate) fn entry(&self, candidate: Candidate) -> Option<&Entry> {
        self.entries.get(candidate.0 as usize)
    }

    pub(crate) fn version(&self, candidate: Candidate) -> Option<&Version> {
        self.entry(candidate).map(|entry| &entry.version)
    }

    /// The file of a candidate of the index.
    pub(crate) fn file(&self, candidate: Candidate, rules: &Rules) -> Option<FileRef> {
        let EntryKind::Release(release) = self.entry(candidate)?.kind else { return None };
        let candidates = self.candidates.as_ref()?;
        candidates.file_ref(candidates.best(release, rules)?)
    }

    /// Whether a lock file names the only file.
    pub(crate) fn is_locked(&self) -> bool {
        self.candidates.as_ref().is_some_and(Candidates::is_locked)
    }

    /// What there is and what was dropped, for messages.
    pub(crate) fn overview(&self, rules: &Rules) -> Overview {
        self.candidates.as_ref().map(|candidates| candidates.overview(rules)).unwrap_or_default()
    }

    /// A file that does not tell when it was uploaded although the user asks for it.
    pub(crate) fn without_upload_time(&self, rules: &Rules) -> Option<FileRef> {
        self.candidates.as_ref()?.without_upload_time(rules.selection)
    }

    /// The candidates that satisfy a requirement by name; nothing if the page must be read to tell.
    pub(crate) fn matching(&mut self, specifiers: &Specifiers) -> Option<CandidateSet> {
        if let Some(set) = self.sets.get(specifiers) {
            self.is_used = true;
            return Some(set.clone());
        }
        let mut properties = Vec::new();
        let constraint = &self.limits.specifiers;
        if specifiers.names_prerelease() || constraint.names_prerelease() {
            properties.push(Property::Prerelease);
        }
        if pins(specifiers) || pins(constraint) {
            properties.push(Property::Pin);
        }
        if specifiers.has_upper_bound() {
            properties.push(Property::UpperBound);
        }
        if !specifiers.is_empty() {
            properties.push(Property::Specifier);
        }
        if self.limits.by_address {
            properties.push(Property::Address);
        }
        if self.is_open {
            let installed_matches = self.entries.iter().any(|entry| specifiers.contains(&entry.version));
            self.is_used |= installed_matches;
            let everything = || properties.into_iter().fold(CandidateSet::FULL, |set, p| set.with(p));
            return installed_matches.then(everything);
        }
        let matches = self.matches(specifiers);
        let set = CandidateSet::of(self.count(), &properties, |candidate| {
            matches.get(candidate.0 as usize).copied().unwrap_or(false)
        });
        if specifiers.names_prerelease() {
            self.naming_prereleases.push(set.clone());
        }
        if pins(specifiers) {
            self.pinning.push(set.clone());
        }
        self.sets.insert(specifiers.clone(), set.clone());
        self.is_used = true;
        Some(set)
    }

    /// The shortest specifiers met so far that admit the same of these candidates as a set does.
    pub(crate) fn specifiers_of(&self, candidates: &[Candidate], set: &CandidateSet) -> Option<String> {
        let is_same = |seen: &CandidateSet| candidates.iter().all(|c| seen.has(*c) == set.has(*c));
        let texts =
            self.sets.iter().filter(|(_, seen)| is_same(seen)).map(|(specifiers, _)| specifiers.to_string());
        texts.min_by(|one, other| (one.len(), one).cmp(&(other.len(), other)))
    }

    /// Whether a constraint names the address of the project.
    pub(crate) fn is_by_constraint(&self) -> bool {
        self.limits.by_address
    }

    /// The set that asks for a distribution by its address.
    pub(crate) fn by_address(&mut self, candidate: Candidate) -> CandidateSet {
        self.is_used = true;
        match self.version(candidate) {
            Some(version) if self.admits(version) => CandidateSet::one(candidate),
            _ => CandidateSet::EMPTY,
        }
    }

    /// Which candidates satisfy specifiers and constraints, by number.
    fn matches(&self, specifiers: &Specifiers) -> Vec<bool> {
        let mut matches: Vec<bool> = vec![true; self.entries.len()];
        let sorted =
            self.entries.iter().take_while(|entry| !matches!(entry.kind, EntryKind::Direct(_))).count();
        let (sorted_entries, directs) = self.entries.split_at_checked(sorted).unwrap_or_default();
        for specifier in specifiers.iter().chain(self.limits.specifiers.iter()) {
            let (first, end) = match specifier.operator() {
                Operator::GreaterEqual => {
                    (sorted_entries.partition_point(|entry| !specifier.contains(&entry.version)), sorted)
                }
                // What `<` excludes besides (pre-releases of its version) stands right before that version.
                Operator::LessEqual | Operator::Less => {
                    (0, sorted_entries.partition_point(|entry| specifier.contains(&entry.version)))
                }
                _ => {
                    for (matches, entry) in matches.iter_mut().zip(&self.entries) {
                        *matches = *matches && specifier.contains(&entry.version);
                    }
                    continue;
                }
            };
            let (in_order, by_address) = matches.split_at_mut(sorted);
            in_order.iter_mut().take(first).for_each(|matches| *matches = false);
            in_order.iter_mut().skip(end).for_each(|matches| *matches = false);
            for (matches, entry) in by_address.iter_mut().zip(directs) {
                *matches = *matches && specifier.contains(&entry.version);
            }
        }
        matches
    }

    /// Whether any file of a release may be taken; releases that may only be taken in need count.
    pub(crate) fn is_available(&self, candidate: Candidate, rules: &Rules) -> bool {
        self.entry(candidate).is_some_and(|entry| match entry.kind {
            EntryKind::Release(release) => self.best(release, rules).is_some(),
            EntryKind::Installed | EntryKind::Direct(_) => true,
        })
    }

    fn best(&self, release: usize, rules: &Rules) -> Option<Best> {
        let candidates = self.candidates.as_ref()?;
        if self.allows_prereleases == Some(false)
            && candidates.versions().nth(release).is_some_and(Version::is_prerelease)
        {
            return None;
        }
        candidates.best(release, rules)
    }

    fn listed<'a>(&'a self, entry: &'a Entry, rules: &Rules) -> Option<(&'a Version, Best)> {
        let release = match entry.kind {
            EntryKind::Release(release) => release,
            EntryKind::Installed => self.installed_release?,
            EntryKind::Direct(_) => return None,
        };
        Some((&entry.version, self.best(release, rules)?))
    }
}

/// Whether any specifier names exactly one version (pip's `is_pinned` of a combined requirement).
pub(crate) fn pins(specifiers: &Specifiers) -> bool {
    specifiers.iter().any(|specifier| match specifier.operator() {
        Operator::Arbitrary => true,
        Operator::Equal => !specifier.is_wildcard(),
        _ => false,
    })
}

pub(crate) fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
