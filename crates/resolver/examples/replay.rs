//! Resolutions that can be repeated without network and disk, for profilers and comparisons.
//!
//! ```text
//! replay record INDEX-URL FILE REQUIREMENT...   asks an index, keeps every answer
//! replay make SEED PACKAGES FILE                makes up packages of thirty versions each
//! replay play FILE TIMES                        resolves again from the answers kept
//! ```
//!
//! As with the example `ask` of `index`, `CACHE` names a cache folder, `OFFLINE` forbids to go beyond it, and `BUNDLE`
//! names certificates. A source that announces no metadata counts as one without dependencies: nothing is built.
#![expect(clippy::print_stdout, reason = "it is a program")]

use std::cell::RefCell;
use std::collections::HashMap;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use index::{Index, IndexSettings, Page, ProjectPage};
use metadata::CoreMetadata;
use options::{FormatControl, ReleaseControl};
use requirement::{
    Fetched, InstallRequirement, Origin, PathKind, RequirementOptions, Surroundings, SurroundingsError,
    parse_argument,
};
use resolver::{
    DirectCandidate, FileRef, Installed, InstalledDistribution, Request, Resolution, Selection, Source,
    SourceError, Upgrade, resolve,
};
use specifier::{Libc, MarkerEnvironment, ProjectName, TagFacts, Tags, Version, platform};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["record", url, file, requirements @ ..] => record(url, file, requirements),
        ["make", seed, packages, file] => Ok(fs::write(file, make(seed.parse()?, packages.parse()?))?),
        ["play", file, times] => play(file, times.parse()?),
        _ => Err(
            "usage: replay record INDEX-URL FILE REQUIREMENT... | make SEED PACKAGES FILE | play FILE TIMES"
                .into(),
        ),
    }
}

/// What an answer is about.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Requirement = 0,
    Page = 1,
    Metadata = 2,
}

/// Appends an answer: its kind, its key, its content.
fn push(out: &mut Vec<u8>, kind: Kind, key: &str, content: &[u8]) {
    out.push(kind as u8);
    for part in [key.as_bytes(), content] {
        out.extend_from_slice(&(part.len() as u64).to_le_bytes());
        out.extend_from_slice(part);
    }
}

/// Takes the next answer off a file.
fn next<'f>(rest: &mut &'f [u8]) -> Option<(u8, &'f str, &'f [u8])> {
    let (kind, after) = rest.split_first()?;
    *rest = after;
    let mut part = || {
        let (length, after) = rest.split_first_chunk::<8>()?;
        let (part, after) = after.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
        *rest = after;
        Some(part)
    };
    Some((*kind, std::str::from_utf8(part()?).ok()?, part()?))
}

/// Asks an index and notes down the answers.
struct Recorder {
    index: Index,
    kept: RefCell<Vec<u8>>,
}

impl Source for Recorder {
    fn prefetch_pages(&self, projects: &[ProjectName]) {
        self.index.prefetch_projects(projects);
    }

    fn page(&self, project: &ProjectName) -> Result<Arc<ProjectPage>, SourceError> {
        let page = self.index.project(project);
        for one in page.pages() {
            push(
                &mut self.kept.borrow_mut(),
                Kind::Page,
                project.as_str(),
                &one.to_bytes().unwrap_or_default(),
            );
        }
        Ok(page)
    }

    fn prefetch_metadata(&self, files: &[FileRef]) {
        let files: Vec<_> = files.iter().filter_map(FileRef::file).map(index::IndexFile::to_owned).collect();
        self.index.prefetch_metadata(files.iter().filter(|file| file.filename.ends_with(".whl")));
    }

    fn metadata(&self, file: &FileRef) -> Result<Arc<CoreMetadata>, SourceError> {
        let file = file.file().ok_or("no such file")?.to_owned();
        let bytes = if file.filename.ends_with(".whl") || file.metadata.is_some() {
            self.index.metadata(&file)?.to_vec()
        } else {
            let stem = file.filename.trim_end_matches(".zip").trim_end_matches(".tar.gz");
            let (name, version) = stem.rsplit_once('-').ok_or("a name without version")?;
            format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n").into_bytes()
        };
        push(&mut self.kept.borrow_mut(), Kind::Metadata, &file.url, &bytes);
        Ok(Arc::new(CoreMetadata::parse(&bytes)?))
    }

    fn direct(&self, _: &InstallRequirement) -> Result<DirectCandidate, SourceError> {
        Err("only names are recorded".into())
    }
}

/// Answers from a file, reading every page and every metadata anew, as from a cache.
struct Player<'f> {
    pages: HashMap<&'f str, Vec<&'f [u8]>>,
    metadata: HashMap<&'f str, &'f [u8]>,
}

impl Source for Player<'_> {
    fn prefetch_pages(&self, _: &[ProjectName]) {}

    fn page(&self, project: &ProjectName) -> Result<Arc<ProjectPage>, SourceError> {
        let kept = self.pages.get(project.as_str()).into_iter().flatten();
        let pages = kept.filter_map(|bytes| Page::from_bytes(bytes.to_vec())).map(Arc::new);
        Ok(Arc::new(ProjectPage::new(pages.collect())))
    }

    fn prefetch_metadata(&self, _: &[FileRef]) {}

    fn metadata(&self, file: &FileRef) -> Result<Arc<CoreMetadata>, SourceError> {
        let file = file.file().ok_or("no such file")?.to_owned();
        let bytes = self.metadata.get(file.url.as_str());
        let bytes = bytes.ok_or_else(|| format!("{} was not recorded", file.filename))?;
        Ok(Arc::new(CoreMetadata::parse(bytes)?))
    }

    fn direct(&self, _: &InstallRequirement) -> Result<DirectCandidate, SourceError> {
        Err("only names are recorded".into())
    }
}

fn record(url: &str, file: &str, words: &[&str]) -> Result<(), Box<dyn Error>> {
    let mut settings = IndexSettings {
        index_urls: vec![url.to_owned()],
        cache: std::env::var_os("CACHE").map(Into::into),
        offline: std::env::var_os("OFFLINE").is_some(),
        timeout: Some(Duration::from_secs(60)),
        ..IndexSettings::default()
    };
    settings.certificates.bundle = std::env::var_os("BUNDLE").map(Into::into);
    let recorder = Recorder { index: Index::new(settings), kept: RefCell::default() };
    for word in words {
        push(&mut recorder.kept.borrow_mut(), Kind::Requirement, word, &[]);
    }
    let resolution = resolve_words(words, &recorder)?;
    println!("{} packages", resolution.packages.len());
    Ok(fs::write(file, recorder.kept.take())?)
}

fn play(file: &str, times: u32) -> Result<(), Box<dyn Error>> {
    let kept = fs::read(file)?;
    let mut rest = kept.as_slice();
    let mut words = Vec::new();
    let mut player = Player { pages: HashMap::new(), metadata: HashMap::new() };
    while let Some((kind, key, content)) = next(&mut rest) {
        match kind {
            kind if kind == Kind::Requirement as u8 => words.push(key),
            kind if kind == Kind::Page as u8 => {
                let pages = player.pages.entry(key).or_default();
                if !pages.contains(&content) {
                    pages.push(content);
                }
            }
            _ => {
                player.metadata.insert(key, content);
            }
        }
    }
    let mut shortest = Duration::MAX;
    let mut chosen = String::new();
    for _ in 0..times {
        let start = Instant::now();
        let resolution = resolve_words(&words, &player)?;
        shortest = shortest.min(start.elapsed());
        chosen.clear();
        for package in &resolution.packages {
            let _ = write!(chosen, "{}=={} ", package.project, package.version);
        }
    }
    println!("{} projects, {} metadata, {shortest:?}", player.pages.len(), player.metadata.len());
    println!("{chosen}");
    Ok(())
}

/// Packages that depend on later ones with bounds, in thirty versions each of which has three files; every fourth
/// bound excludes what would be chosen for another's sake.
fn make(seed: u64, packages: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut below = move |limit: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) % limit
    };
    let mut out = Vec::new();
    push(&mut out, Kind::Requirement, "made-0", &[]);
    for package in 0..packages {
        let name = format!("made-{package}");
        let mut files = String::new();
        for version in 0..30 {
            for tags in ["py3-none-any", "cp311-cp311-manylinux_2_17_x86_64", "cp312-cp312-win_amd64"] {
                let file = format!("made_{package}-{version}.0-{tags}.whl");
                let comma = if files.is_empty() { "" } else { "," };
                let _ = write!(
                    files,
                    r#"{comma}{{"filename":"{file}","url":"https://files.test/{file}","hashes":{{"sha256":"{:064x}"}},"requires-python":">=3.8"}}"#,
                    package * 100 + version
                );
            }
            let mut text = format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}.0\n");
            let left = packages - package - 1;
            for step in [
                Some(1),
                (left > 2).then(|| 2 + below(left.min(40) - 1)),
                (left > 9).then(|| 9 + below(left.min(90) - 8)),
            ] {
                let Some(target) = step.map(|step| package + step).filter(|target| *target < packages) else {
                    continue;
                };
                let bound = if below(4) == 0 { format!(",<{}", 10 + below(20)) } else { String::new() };
                let _ = writeln!(text, "Requires-Dist: made-{target}>={}{bound}", below(10));
                let _ = writeln!(text, "Requires-Dist: made-{target}; extra == \"test\"");
            }
            let url = format!("https://files.test/made_{package}-{version}.0-py3-none-any.whl");
            push(&mut out, Kind::Metadata, &url, text.as_bytes());
        }
        let json = format!(r#"{{"meta":{{"api-version":"1.1"}},"name":"{name}","files":[{files}]}}"#);
        let url = format!("https://index.test/{name}/");
        if let Ok(page) = Page::parse(&url, "application/vnd.pypi.simple.v1+json", json.as_bytes()) {
            push(&mut out, Kind::Page, &name, &page.to_bytes().unwrap_or_default());
        }
    }
    out
}

/// Resolves for `CPython` 3.12 on Linux, with nothing installed.
fn resolve_words(words: &[&str], source: &dyn Source) -> Result<Resolution, Box<dyn Error>> {
    let requirements = words
        .iter()
        .map(|word| {
            let options = RequirementOptions { user_supplied: true, ..RequirementOptions::default() };
            Ok(parse_argument(word, &Origin::CommandLine, options, &Nowhere)?.value)
        })
        .collect::<Result<Vec<_>, Box<dyn Error>>>()?;
    let facts = TagFacts {
        implementation: "cp".to_owned(),
        version: (3, Some(12)),
        abis: TagFacts::cpython_abis((3, 12), false, false),
        platforms: platform::linux("linux_x86_64", false, Some(Libc::Glibc(2, 36))),
    };
    let selection = Selection {
        tags: Tags::generate(&facts),
        python: Version::new([3, 12, 1]),
        formats: FormatControl::default(),
        releases: ReleaseControl::default(),
        prefer_binary: false,
        ignore_requires_python: false,
        uploaded_prior_to: None,
    };
    let markers = MarkerEnvironment {
        implementation_name: "cpython".to_owned(),
        implementation_version: "3.12.1".to_owned(),
        os_name: "posix".to_owned(),
        platform_machine: "x86_64".to_owned(),
        platform_python_implementation: "CPython".to_owned(),
        platform_system: "Linux".to_owned(),
        python_full_version: "3.12.1".to_owned(),
        python_version: "3.12".to_owned(),
        sys_platform: "linux".to_owned(),
        ..MarkerEnvironment::default()
    };
    let request = Request {
        requirements: &requirements,
        constraints: &[],
        markers: &markers,
        selection: &selection,
        upgrade: Upgrade::No,
        force_reinstall: false,
        ignore_installed: false,
        no_deps: false,
        only_deps: false,
        require_hashes: false,
        installed: &Nothing,
        cancelled: &|| false,
    };
    Ok(resolve(&request, source)?)
}

/// Nothing is installed.
struct Nothing;

impl Installed for Nothing {
    fn find(&self, _: &ProjectName) -> Option<InstalledDistribution> {
        None
    }
}

/// Words mean no files.
struct Nowhere;

impl Surroundings for Nowhere {
    fn working_directory(&self) -> &Path {
        Path::new("/")
    }

    fn path_kind(&self, _: &Path) -> PathKind {
        PathKind::Missing
    }

    fn read(&self, _: &Path) -> std::io::Result<Vec<u8>> {
        Err(std::io::ErrorKind::NotFound.into())
    }

    fn fetch(&self, _: &str) -> Result<Fetched, SurroundingsError> {
        Err("no network".into())
    }

    fn variable(&self, _: &str) -> Option<String> {
        None
    }
}
