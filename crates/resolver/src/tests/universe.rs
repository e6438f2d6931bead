//! A mini language for made-up packages.
//!
//! ```text
//! a 1.0                  a wheel
//!   b>=1                 a dependency
//!   [x] c                a dependency of the extra x
//! b 1.0 yanked sdist     flags: yanked, sdist, python=>=3.9 (page and metadata), hidden-python=>=3.9
//!                        (metadata only), tag=cp38-cp38-linux_x86_64, hash=...
//! installed c 1.0
//! ```

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use index::{Page, ProjectPage};
use metadata::CoreMetadata;
use requirement::{
    Fetched, FileKind, InstallRequirement, Origin, PathKind, RequirementOptions, Surroundings,
    SurroundingsError, parse_argument, read_requirements,
};
use specifier::{MarkerEnvironment, ProjectName, TagFacts, Tags, Version};

use crate::{
    Action, DirectCandidate, FileRef, Installed, InstalledDistribution, Request, Resolution, ResolveError,
    Satisfied, Selection, Source, SourceError, Upgrade, resolve, satisfied,
};

/// Made-up packages, and what was asked about them.
pub(crate) struct Universe {
    pages: BTreeMap<String, String>,
    metadata: BTreeMap<String, Arc<CoreMetadata>>,
    installed: BTreeMap<String, InstalledDistribution>,
    parsed: RefCell<BTreeMap<String, Arc<ProjectPage>>>,
    pub(crate) asked_pages: RefCell<Vec<String>>,
    pub(crate) asked_metadata: RefCell<Vec<String>>,
}

impl Universe {
    pub(crate) fn new(text: &str) -> Self {
        let mut universe = Self {
            pages: BTreeMap::new(),
            metadata: BTreeMap::new(),
            installed: BTreeMap::new(),
            parsed: RefCell::default(),
            asked_pages: RefCell::default(),
            asked_metadata: RefCell::default(),
        };
        let mut lines = text.lines().filter(|line| !line.trim().is_empty()).peekable();
        while let Some(header) = lines.next() {
            let mut dependencies = Vec::new();
            while let Some(line) = lines.next_if(|line| line.starts_with("  ")) {
                dependencies.push(line.trim());
            }
            universe.add(header.trim(), &dependencies);
        }
        for files in universe.pages.values_mut() {
            *files = format!(
                r#"{{"meta":{{"api-version":"1.1"}},"name":"x","files":[{}]}}"#,
                files.trim_end_matches(',')
            );
        }
        universe
    }

    fn add(&mut self, header: &str, dependencies: &[&str]) {
        let (installed, header) = match header.strip_prefix("installed ") {
            Some(rest) => (true, rest),
            None => (false, header),
        };
        let mut words = header.split(' ');
        let (name, version) = (words.next().unwrap(), words.next().unwrap());
        let flags: Vec<&str> = words.collect();
        let flag = |key: &str| flags.iter().find_map(|flag| flag.strip_prefix(key)?.strip_prefix('='));

        let mut text = format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n");
        if let Some(python) = flag("python").or(flag("hidden-python")) {
            let _ = writeln!(text, "Requires-Python: {python}");
        }
        let mut extras: Vec<&str> = Vec::new();
        for dependency in dependencies {
            match dependency.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
                Some((extra, dependency)) => {
                    if !extras.contains(&extra) {
                        extras.push(extra);
                        let _ = writeln!(text, "Provides-Extra: {extra}");
                    }
                    let _ = writeln!(text, "Requires-Dist: {dependency}; extra == \"{extra}\"");
                }
                None => {
                    let _ = writeln!(text, "Requires-Dist: {dependency}");
                }
            }
        }
        let metadata = Arc::new(CoreMetadata::parse(text.as_bytes()).unwrap());
        let project = ProjectName::normalise(name);
        if installed {
            let distribution = InstalledDistribution {
                name: name.to_owned(),
                version: version.to_owned(),
                location: "/site".to_owned(),
                editable: flags.contains(&"editable"),
                is_replaced: true,
                metadata,
            };
            self.installed.insert(project.to_string(), distribution);
            return;
        }
        let filename = if flags.contains(&"sdist") {
            format!("{}-{version}.tar.gz", project.escaped())
        } else {
            format!("{}-{version}-{}.whl", project.escaped(), flag("tag").unwrap_or("py3-none-any"))
        };
        let requires_python = flag("python").map(|python| format!(r#","requires-python":"{python}""#));
        let yanked = if flags.contains(&"yanked") { r#","yanked":"broken""# } else { "" };
        let files = self.pages.entry(project.to_string()).or_default();
        let _ = write!(
            files,
            r#"{{"filename":"{filename}","url":"https://files.example/{filename}","hashes":{{"sha256":"{}"}}{}{yanked}}},"#,
            flag("hash").unwrap_or("00"),
            requires_python.unwrap_or_default()
        );
        self.metadata.insert(filename, metadata);
    }

    /// Makes a request of requirements, separated by commas with blanks.
    pub(crate) fn ask(&self, requirements: &str) -> Asked<'_> {
        Asked {
            universe: self,
            requirements: requirements.split(", ").filter(|text| !text.is_empty()).map(requirement).collect(),
            constraints: Vec::new(),
            upgrade: Upgrade::No,
            force_reinstall: false,
            ignore_installed: false,
            no_deps: false,
            only_deps: false,
            require_hashes: false,
            selection: selection(),
        }
    }

    /// What is chosen for these requirements: see [`show`].
    pub(crate) fn choose(&self, requirements: &str) -> String {
        self.ask(requirements).outcome()
    }
}

impl Source for Universe {
    fn prefetch_pages(&self, _: &[ProjectName]) {}

    fn page(&self, project: &ProjectName) -> Result<Arc<ProjectPage>, SourceError> {
        self.asked_pages.borrow_mut().push(project.to_string());
        let mut parsed = self.parsed.borrow_mut();
        if let Some(page) = parsed.get(project.as_str()) {
            return Ok(Arc::clone(page));
        }
        let pages = self.pages.get(project.as_str()).map(|json| {
            let url = format!("https://index.example/{project}/");
            Arc::new(Page::parse(&url, "application/vnd.pypi.simple.v1+json", json.as_bytes()).unwrap())
        });
        let page = Arc::new(ProjectPage::new(pages.into_iter().collect()));
        parsed.insert(project.to_string(), Arc::clone(&page));
        Ok(page)
    }

    fn prefetch_metadata(&self, _: &[FileRef]) {}

    fn metadata(&self, file: &FileRef) -> Result<Arc<CoreMetadata>, SourceError> {
        self.asked_metadata.borrow_mut().push(file.filename().to_owned());
        self.metadata.get(file.filename()).cloned().ok_or_else(|| "no such file".into())
    }

    /// At an address stands the wheel of that name.
    fn direct(&self, requirement: &InstallRequirement) -> Result<DirectCandidate, SourceError> {
        let link = requirement.link().ok_or("no address")?;
        let metadata = self.metadata.get(&link.filename()).cloned().ok_or("404")?;
        Ok(DirectCandidate {
            project: ProjectName::normalise(&metadata.name),
            version: Version::parse(&metadata.version)?,
            metadata,
            link: link.clone(),
            editable: false,
        })
    }
}

impl Installed for Universe {
    fn find(&self, project: &ProjectName) -> Option<InstalledDistribution> {
        self.installed.get(project.as_str()).cloned()
    }
}

/// A request under construction.
pub(crate) struct Asked<'u> {
    universe: &'u Universe,
    pub(crate) requirements: Vec<InstallRequirement>,
    pub(crate) constraints: Vec<InstallRequirement>,
    pub(crate) upgrade: Upgrade,
    pub(crate) force_reinstall: bool,
    pub(crate) ignore_installed: bool,
    pub(crate) no_deps: bool,
    pub(crate) only_deps: bool,
    pub(crate) require_hashes: bool,
    pub(crate) selection: Selection,
}

impl Asked<'_> {
    pub(crate) fn constrained(mut self, constraints: &str) -> Self {
        self.constraints = constraints.split(", ").map(requirement).collect();
        self
    }

    /// Adds the lines of a requirements file.
    pub(crate) fn file(mut self, content: &'static str) -> Self {
        let file = read_requirements("r.txt", FileKind::Requirements, &Nowhere(content)).unwrap();
        self.requirements.extend(file.requirements().cloned());
        self
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    pub(crate) fn resolve(&self) -> Result<Resolution, ResolveError> {
        self.put(|request| resolve(request, self.universe))
    }

    pub(crate) fn satisfied(&self) -> Option<Satisfied> {
        self.put(satisfied)
    }

    pub(crate) fn put<T>(&self, question: impl FnOnce(&Request<'_>) -> T) -> T {
        let markers = markers();
        question(&Request {
            requirements: &self.requirements,
            constraints: &self.constraints,
            markers: &markers,
            selection: &self.selection,
            upgrade: self.upgrade,
            force_reinstall: self.force_reinstall,
            ignore_installed: self.ignore_installed,
            no_deps: self.no_deps,
            only_deps: self.only_deps,
            require_hashes: self.require_hashes,
            installed: self.universe,
            cancelled: &|| false,
        })
    }

    pub(crate) fn outcome(&self) -> String {
        match self.resolve() {
            Ok(resolution) => show(&resolution),
            Err(error) => format!("ERROR: {error}"),
        }
    }

    /// All that pip would print about a failure.
    pub(crate) fn failure(&self) -> String {
        match self.resolve() {
            Ok(resolution) => format!("no failure: {}", show(&resolution)),
            Err(ResolveError::Unsatisfiable(failure)) => {
                let mut text = String::new();
                for message in failure.messages() {
                    let _ = writeln!(text, "{}", message.text);
                }
                format!("{text}{failure}")
            }
            Err(error) => error.to_string(),
        }
    }

    /// Our own words about a failure.
    pub(crate) fn explanation(&self) -> Vec<String> {
        match self.resolve() {
            Err(ResolveError::Unsatisfiable(failure)) => {
                failure.explanation().iter().cloned().chain(failure.suggestion().map(str::to_owned)).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// What is installed, in order; then what is reinstalled (`~`) is marked, and what stays (`=`) follows.
pub(crate) fn show(resolution: &Resolution) -> String {
    let mut shown: Vec<String> = resolution
        .to_install()
        .map(|package| {
            let mark = if package.action == Action::Reinstall { "~" } else { "" };
            format!("{mark}{} {}", package.project, package.version)
        })
        .collect();
    shown.extend(resolution.kept().map(|package| format!("={} {}", package.project, package.version)));
    shown.join(", ")
}

pub(crate) fn requirement(text: &str) -> InstallRequirement {
    let options = RequirementOptions { user_supplied: true, ..RequirementOptions::default() };
    parse_argument(text, &Origin::CommandLine, options, &Nowhere("")).unwrap().value
}

pub(crate) fn selection() -> Selection {
    let facts = TagFacts {
        implementation: "cp".to_owned(),
        version: (3, Some(12)),
        abis: TagFacts::cpython_abis((3, 12), false, false),
        platforms: vec!["linux_x86_64".to_owned()],
    };
    Selection {
        tags: Tags::generate(&facts),
        python: Version::new([3, 12, 1]),
        formats: crate::FormatControl::default(),
        releases: crate::ReleaseControl::default(),
        prefer_binary: false,
        ignore_requires_python: false,
        uploaded_prior_to: None,
    }
}

pub(crate) fn markers() -> MarkerEnvironment {
    MarkerEnvironment {
        python_version: "3.12".to_owned(),
        python_full_version: "3.12.1".to_owned(),
        os_name: "posix".to_owned(),
        sys_platform: "linux".to_owned(),
        platform_system: "Linux".to_owned(),
        ..MarkerEnvironment::default()
    }
}

/// One file, and nothing else.
struct Nowhere(&'static str);

impl Surroundings for Nowhere {
    fn working_directory(&self) -> &Path {
        Path::new("/nowhere")
    }

    fn path_kind(&self, _: &Path) -> PathKind {
        PathKind::Missing
    }

    fn read(&self, _: &Path) -> std::io::Result<Vec<u8>> {
        Ok(self.0.as_bytes().to_vec())
    }

    fn fetch(&self, _: &str) -> Result<Fetched, SurroundingsError> {
        Err("no network".into())
    }

    fn variable(&self, _: &str) -> Option<String> {
        None
    }
}
