//! The places where a project's files may be: each index's page, find-links pages, folders and files.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use specifier::{ProjectName, SdistFilename, WheelFilename};

use crate::event::IndexEvent;
use crate::link;
use crate::page::{Page, PageBuilder};
use crate::redact::RedactedUrl;
use crate::settings::IndexSettings;

/// The systems whose URLs pip knows but cannot list.
const VERSION_CONTROL: [&str; 5] = ["git", "hg", "svn", "bzr", "ssh"];
/// What pip takes for an archive by its name.
const ARCHIVES: [&str; 11] =
    [".whl", ".zip", ".tar.gz", ".tgz", ".tar", ".tar.bz2", ".tbz", ".tar.xz", ".txz", ".tlz", ".tar.lz"];

/// What a project's places have to offer.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    /// Files known without any page: of folders, or named one by one. In pip's order.
    pub(crate) files: Option<Arc<Page>>,
    /// Pages to read, find-links first.
    pub(crate) pages: Vec<PageSource>,
}

/// A page to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PageSource {
    /// By request.
    Remote(String),
    /// An HTML file, and the URL its links are relative to.
    Local(PathBuf, String),
}

/// Looks into find-links folders once, whatever project asks.
#[derive(Debug, Default)]
pub(crate) struct Folders(Mutex<HashMap<PathBuf, Arc<Folder>>>);

/// The files of one find-links folder.
#[derive(Debug, Default)]
struct Folder {
    pages: Vec<PathBuf>,
    files: HashMap<ProjectName, Vec<String>>,
}

/// A configured location, looked at.
enum Location {
    Remote(String),
    Folder(PathBuf),
    File(PathBuf),
}

/// All places of a project, in pip's order. What cannot be a place is told and left out.
pub(crate) fn sources(settings: &IndexSettings, folders: &Folders, project: &ProjectName) -> Sources {
    let mut pages = Vec::new();
    let mut links = Vec::new();
    // Equal locations count once.
    let mut seen = Vec::new();
    for location in &settings.find_links {
        if seen.contains(location) {
            continue;
        }
        seen.push(location.clone());
        match locate(settings, location) {
            None => {}
            Some(Location::Remote(url)) => {
                links.extend(looks_like_archive(&url).then(|| url.clone()));
                pages.push(PageSource::Remote(url));
            }
            Some(Location::File(path)) if is_html(&path) => pages.push(local_page(path)),
            Some(Location::File(path)) => links.push(link::path_to_url(&path)),
            Some(Location::Folder(path)) => {
                let folder = folders.get(&path);
                pages.extend(folder.pages.iter().cloned().map(local_page));
                links.extend(folder.files.get(project).into_iter().flatten().cloned());
            }
        }
    }
    seen.clear();
    for index in &settings.index_urls {
        let location = format!("{}/{project}/", index.trim_end_matches('/'));
        if seen.contains(&location) {
            continue;
        }
        match locate(settings, &location) {
            None => {}
            Some(Location::Remote(url)) => pages.push(PageSource::Remote(url)),
            Some(Location::Folder(path)) => pages.push(local_page(path.join("index.html"))),
            Some(Location::File(path)) if is_html(&path) => pages.push(local_page(path)),
            Some(Location::File(path)) => links.push(link::path_to_url(&path)),
        }
        seen.push(location);
    }
    // pip sorts them so, whatever place they come from.
    links.sort_unstable_by(|a, b| b.cmp(a));
    let files = (!links.is_empty()).then(|| Arc::new(PageBuilder::of_links(&links)));
    Sources { files, pages }
}

/// Whether the URL's name is that of an archive.
pub(crate) fn looks_like_archive(url: &str) -> bool {
    let name = link::filename(url).to_ascii_lowercase();
    ARCHIVES.iter().any(|extension| name.ends_with(extension))
}

/// The version control system of a URL like `git+https://...`.
pub(crate) fn version_control(url: &str) -> Option<String> {
    let scheme = link::scheme(url)?;
    let system = scheme.split('+').next().unwrap_or_default();
    VERSION_CONTROL.contains(&system).then(|| system.to_owned())
}

/// A path that exists, a `file:` URL, or another URL.
fn locate(settings: &IndexSettings, location: &str) -> Option<Location> {
    let ignored = |exists| {
        (settings.events)(&IndexEvent::LocationIgnored { location: RedactedUrl::new(location), exists });
        None
    };
    let scheme = link::scheme(location);
    // pip looks for a path first, even of such a name.
    if matches!(scheme.as_deref(), Some("http" | "https")) {
        return Some(Location::Remote(location.to_owned()));
    }
    let path = if Path::new(location).exists() {
        std::path::absolute(location).ok()?
    } else if scheme.as_deref() == Some("file") {
        match link::url_to_path(location) {
            Some(path) => path,
            None => return ignored(false),
        }
    } else {
        return match scheme.as_deref() {
            Some("ftp") => Some(Location::Remote(location.to_owned())),
            Some(_) if version_control(location).is_some() => Some(Location::Remote(location.to_owned())),
            _ => ignored(false),
        };
    };
    // A trailing slash would end up in the URLs of what is inside.
    let path: PathBuf = path.components().collect();
    if path.is_dir() {
        Some(Location::Folder(path))
    } else if path.is_file() {
        Some(Location::File(path))
    } else {
        ignored(true)
    }
}

fn local_page(path: PathBuf) -> PageSource {
    let url = link::path_to_url(&path);
    PageSource::Local(path, url)
}

fn is_html(path: &Path) -> bool {
    let extension = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    extension.eq_ignore_ascii_case("html") || extension.eq_ignore_ascii_case("htm")
}

impl Folders {
    fn get(&self, path: &Path) -> Arc<Folder> {
        let mut folders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = folders.entry(path.to_owned()).or_insert_with(|| Arc::new(Folder::read(path)));
        Arc::clone(folder)
    }
}

impl Folder {
    /// The pages and the files with the name of a wheel or sdist. A folder that cannot be read is empty.
    fn read(path: &Path) -> Self {
        let mut folder = Self::default();
        for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
            let path = entry.path();
            if is_html(&path) {
                folder.pages.push(path);
                continue;
            }
            let name = entry.file_name();
            let Some(project) = name.to_str().and_then(project_of) else { continue };
            folder.files.entry(project).or_default().push(link::path_to_url(&path));
        }
        // The order of a folder is chance; pip's result would be too.
        folder.pages.sort_unstable();
        folder
    }
}

/// The project that an archive belongs to, by its name alone.
fn project_of(filename: &str) -> Option<ProjectName> {
    if let Ok(wheel) = WheelFilename::parse(filename) {
        return Some(wheel.project);
    }
    let stem = filename.strip_suffix(".tar.gz").or_else(|| filename.strip_suffix(".zip"))?;
    let (name, _) = stem.rsplit_once('-')?;
    let project = ProjectName::new(name).ok()?;
    SdistFilename::parse(filename, &project).is_ok().then_some(project)
}
