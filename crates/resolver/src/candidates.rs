//! The files of one project that may be installed, grouped by version.
//!
//! File names are sorted into versions at once; whether any file of a version is acceptable is found out
//! when that version is looked at, which for most versions of most projects is never.

use std::cell::{OnceCell, RefCell};
use std::cmp::Ordering;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use index::{IndexFile, ProjectPage};
use options::AllowedFormats;
use requirement::Hashes;
use specifier::{BuildTag, ProjectName, SdistFilename, Specifiers, Version, WheelFilename};

use crate::request::Selection;
use crate::source::FileRef;

/// The user's selection, and what was found out while applying it.
pub(crate) struct Rules<'a> {
    pub(crate) selection: &'a Selection,
    /// Whether the interpreter satisfies a `Requires-Python`, by its text.
    requires_python: RefCell<HashMap<String, bool>>,
}

impl<'a> Rules<'a> {
    pub(crate) fn new(selection: &'a Selection) -> Self {
        Self { selection, requires_python: RefCell::default() }
    }

    /// Whether the interpreter satisfies a `Requires-Python`; one that is no specifier limits nothing.
    pub(crate) fn python_satisfies(&self, requires_python: &str) -> bool {
        if let Some(known) = self.requires_python.borrow().get(requires_python) {
            return *known;
        }
        let python = &self.selection.python;
        let satisfies =
            Specifiers::parse(requires_python).map_or(true, |specifiers| specifiers.contains(python));
        self.requires_python.borrow_mut().insert(requires_python.to_owned(), satisfies);
        satisfies
    }
}

/// The files of one project.
pub(crate) struct Candidates {
    page: Arc<ProjectPage>,
    project: ProjectName,
    formats: AllowedFormats,
    /// The digests that the user allows; nothing if any will do or none is there at all.
    hashes: Hashes,
    /// Ascending.
    releases: Vec<Release>,
    files: Vec<Listed>,
}

struct Release {
    version: Version,
    files: Range<usize>,
    best: OnceCell<Option<Best>>,
}

#[derive(Clone, Copy)]
struct Listed {
    page: u32,
    position: u32,
}

/// The file of a version that would be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Best {
    listed: usize,
    pub(crate) is_yanked: bool,
    pub(crate) is_wheel: bool,
    /// Its digest is one of those the user allows.
    pub(crate) has_allowed_hash: bool,
}

/// Why a file is out of the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dropped {
    Format,
    Filename,
    Tags,
    UploadedTooLate,
    RequiresPython,
}

/// The acceptable and the dropped versions of a project, for messages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Overview {
    /// Versions with an acceptable file that is not yanked, ascending.
    pub(crate) versions: Vec<Version>,
    /// Versions with an acceptable file that is yanked, ascending.
    pub(crate) yanked: Vec<Version>,
    /// `1.0 Requires-Python >=3.9`, sorted.
    pub(crate) requires_python: Vec<String>,
    /// How many files were dropped because no tag fits.
    pub(crate) wrong_tags: usize,
    /// How many files were dropped because of their format.
    pub(crate) wrong_format: usize,
}

/// pip's key of a file among those of its version: the greatest is taken.
#[derive(PartialEq, Eq)]
struct Key {
    has_allowed_hash: bool,
    is_not_yanked: bool,
    is_preferred_wheel: bool,
    /// `None` for a source distribution.
    rank: Option<u32>,
    build: Option<BuildTag>,
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |key: &Self| (key.has_allowed_hash, key.is_not_yanked, key.is_preferred_wheel);
        let rank = |key: &Self| std::cmp::Reverse(key.rank.unwrap_or(u32::MAX));
        (key(self), rank(self), &self.build).cmp(&(key(other), rank(other), &other.build))
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Candidates {
    /// Sorts the files of a page into versions; files of other projects and files whose name tells no
    /// version are left out.
    pub(crate) fn new(page: Arc<ProjectPage>, project: &ProjectName, selection: &Selection) -> Self {
        let mut runs: Vec<(Version, u32, Range<u32>)> = Vec::new();
        let mut known = None;
        for (number, one_page) in (0..).zip(page.pages()) {
            for run in one_page.runs() {
                let written = run.written.filter(|(name, _)| known == Some(*name) || is_named(name, project));
                if let Some((name, version)) = written {
                    known = Some(name);
                    runs.extend(Version::parse(version).ok().map(|version| (version, number, run.positions)));
                    continue;
                }
                for position in run.positions {
                    let filename = one_page.file(position).map_or("", IndexFile::filename);
                    if let Ok(name) = SdistFilename::parse(filename, project) {
                        runs.push((name.version, number, position..position + 1));
                    }
                }
            }
        }
        if !runs.is_sorted_by(|one, two| one.0 <= two.0) {
            runs.sort_by(|one, two| one.0.cmp(&two.0));
        }
        let mut releases: Vec<Release> = Vec::with_capacity(runs.len());
        let mut files = Vec::with_capacity(runs.iter().map(|(_, _, positions)| positions.len()).sum());
        for (version, page, positions) in runs {
            let start = files.len();
            files.extend(positions.map(|position| Listed { page, position }));
            match releases.last_mut() {
                Some(release) if release.version == version => release.files.end = files.len(),
                _ => releases.push(Release { version, files: start..files.len(), best: OnceCell::new() }),
            }
        }
        let formats = selection.formats.allowed(project);
        Self { page, project: project.clone(), formats, hashes: Hashes::default(), releases, files }
    }

    /// Limits the files to those with an allowed digest or none, if any version in question has a file
    /// with an allowed one. If none has, nothing is dropped, so that the digest can be reported.
    pub(crate) fn allow_only(
        &mut self,
        hashes: &Hashes,
        rules: &Rules,
        in_question: impl Fn(&Version) -> bool,
    ) {
        let is_allowed = |listed: &usize| {
            self.file(*listed).is_some_and(|file| {
                self.judge(file, rules).is_ok() && file.hashes().iter().any(|d| allows(hashes, d))
            })
        };
        let mut releases = self.releases.iter().filter(|release| in_question(&release.version));
        if releases.any(|release| release.files.clone().any(|listed| is_allowed(&listed))) {
            self.hashes = hashes.clone();
        }
        for release in &mut self.releases {
            release.best = OnceCell::new();
        }
    }

    /// Whether a lock file names the only file.
    pub(crate) fn is_locked(&self) -> bool {
        self.page.is_locked()
    }

    /// The versions, ascending.
    pub(crate) fn versions(&self) -> impl ExactSizeIterator<Item = &Version> {
        self.releases.iter().map(|release| &release.version)
    }

    /// The file of a version that would be taken; nothing if none is acceptable.
    pub(crate) fn best(&self, release: usize, rules: &Rules) -> Option<Best> {
        let release = self.releases.get(release)?;
        *release.best.get_or_init(|| self.find_best(release, rules))
    }

    /// A file, to be fetched.
    pub(crate) fn file_ref(&self, best: Best) -> Option<FileRef> {
        let listed = self.files.get(best.listed)?;
        let page = self.page.pages().get(listed.page as usize)?;
        Some(FileRef { page: Arc::clone(page), position: listed.position })
    }

    /// What there is and what was dropped, for messages.
    pub(crate) fn overview(&self, rules: &Rules) -> Overview {
        let mut overview = Overview::default();
        for release in &self.releases {
            for file in release.files.clone().filter_map(|listed| self.file(listed)) {
                match self.judge(file, rules) {
                    Ok(_) if file.yanked().is_some() => push_new(&mut overview.yanked, &release.version),
                    Ok(_) => push_new(&mut overview.versions, &release.version),
                    Err(Dropped::RequiresPython) => {
                        overview.requires_python.push(requires_python_reason(&release.version, file));
                    }
                    Err(Dropped::Tags) => overview.wrong_tags += 1,
                    Err(Dropped::Format) => overview.wrong_format += 1,
                    Err(Dropped::Filename | Dropped::UploadedTooLate) => {}
                }
            }
        }
        overview.requires_python.sort_unstable();
        overview.requires_python.dedup();
        overview
    }

    /// A file of an index that does not tell when it was uploaded although the user asks for it.
    pub(crate) fn without_upload_time(&self, selection: &Selection) -> Option<FileRef> {
        selection.uploaded_prior_to?;
        let listed = (0..self.files.len()).find(|listed| {
            self.file(*listed).is_some_and(|file| !file.is_local() && file.upload_time().is_none())
        })?;
        self.file_ref(Best { listed, is_yanked: false, is_wheel: false, has_allowed_hash: false })
    }

    fn file(&self, listed: usize) -> Option<IndexFile<'_>> {
        let listed = self.files.get(listed)?;
        self.page.pages().get(listed.page as usize)?.file(listed.position)
    }

    fn find_best(&self, release: &Release, rules: &Rules) -> Option<Best> {
        let mut found: Option<(Key, Best)> = None;
        for listed in release.files.clone() {
            let Some(file) = self.file(listed) else { continue };
            // Most files of most versions are for other systems.
            if file.filename().ends_with(".whl") && !rules.selection.tags.may_support(file.filename()) {
                continue;
            }
            let Ok((rank, build)) = self.judge(file, rules) else { continue };
            let has_allowed_hash = !self.hashes.is_empty() && {
                let hashes = file.hashes();
                let is_allowed = hashes.iter().any(|digest| allows(&self.hashes, digest));
                if !is_allowed && !hashes.is_empty() {
                    continue;
                }
                is_allowed
            };
            let (is_wheel, is_yanked) = (rank.is_some(), file.yanked().is_some());
            let key = Key {
                has_allowed_hash,
                is_not_yanked: !is_yanked,
                is_preferred_wheel: is_wheel && rules.selection.prefer_binary,
                rank,
                build,
            };
            // Of equals pip takes the last one.
            if found.as_ref().is_none_or(|(best, _)| key >= *best) {
                found = Some((key, Best { listed, is_yanked, is_wheel, has_allowed_hash }));
            }
        }
        found.map(|(_, best)| best)
    }

    /// Whether a file may be installed: the rank of its tags (none for a source distribution) and its
    /// build tag.
    fn judge(&self, file: IndexFile<'_>, rules: &Rules) -> Result<(Option<u32>, Option<BuildTag>), Dropped> {
        let selection = rules.selection;
        let name = file.filename();
        let verdict = if name.ends_with(".whl") {
            if !self.formats.wheels {
                return Err(Dropped::Format);
            }
            let wheel = WheelFilename::parse(name).map_err(|_| Dropped::Filename)?;
            let rank = selection.tags.rank_of(&wheel.tags).ok_or(Dropped::Tags)?;
            (Some(rank), wheel.build)
        } else {
            let sdist = SdistFilename::parse(name, &self.project).map_err(|_| Dropped::Filename)?;
            if !self.formats.sources {
                return Err(Dropped::Format);
            }
            let python = format!("{}.{}", selection.python.major(), selection.python.minor());
            if sdist.python.is_some_and(|wanted| wanted != python) {
                return Err(Dropped::Tags);
            }
            (None, None)
        };
        if let Some(limit) = selection.uploaded_prior_to
            && !file.is_local()
            && file.upload_time().is_none_or(|time| time >= limit)
        {
            return Err(Dropped::UploadedTooLate);
        }
        if !selection.ignore_requires_python
            && file.requires_python().is_some_and(|wanted| !rules.python_satisfies(wanted))
        {
            return Err(Dropped::RequiresPython);
        }
        Ok(verdict)
    }
}

fn allows(hashes: &Hashes, digest: &index::Digest) -> bool {
    hashes.allows(digest.algorithm.name(), &digest.hex)
}

fn push_new(versions: &mut Vec<Version>, version: &Version) {
    if versions.last() != Some(version) {
        versions.push(version.clone());
    }
}

/// pip's words for a file that wants another Python.
fn requires_python_reason(version: &Version, file: IndexFile<'_>) -> String {
    let written = file.requires_python().unwrap_or_default();
    let Ok(specifiers) = Specifiers::parse(written) else {
        return format!("{version} Requires-Python {written}");
    };
    let mut texts: Vec<String> = specifiers.iter().map(ToString::to_string).collect();
    texts.sort_by_key(|text| text.split('.').filter_map(|part| part.parse().ok()).collect::<Vec<u64>>());
    format!("{version} Requires-Python {}", texts.join(","))
}

/// Whether a written name is that of the project once normalised.
fn is_named(written: &str, project: &ProjectName) -> bool {
    let is_separator = |byte: u8| matches!(byte, b'-' | b'_' | b'.');
    let mut expected = project.as_str().bytes();
    let mut after_separator = false;
    for byte in written.bytes() {
        if is_separator(byte) && after_separator {
            continue;
        }
        after_separator = is_separator(byte);
        let normal = if after_separator { b'-' } else { byte.to_ascii_lowercase() };
        if expected.next() != Some(normal) {
            return false;
        }
    }
    expected.next().is_none()
}
