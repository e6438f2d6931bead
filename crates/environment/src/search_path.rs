//! `sys.path` of an environment, computed: the standard library, site-packages, and what `.pth` files add.
//!
//! The rules are those of Python's `site` module. Lines of `.pth` files that are code (`import ...`) are not
//! executed: what they add cannot be known without running them, and no distribution's metadata hides there.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::listings::{Listing, Listings};
use crate::pyvenv_cfg::is_absent;
use crate::scheme::Bases;
use crate::{Environment, EnvironmentError};

/// A folder of `sys.path` with the names in it that tell about distributions.
#[derive(Debug, Clone, Default)]
pub(crate) struct SearchFolder {
    pub path: PathBuf,
    /// `*.dist-info`, `*.egg-info`, `EGG-INFO` and `*.egg-link`, in the order of the folder. Nothing for a
    /// folder that is not there.
    pub entries: Vec<FolderEntry>,
}

/// One interesting name.
#[derive(Debug, Clone)]
pub(crate) struct FolderEntry {
    pub name: OsString,
    /// Not known for links.
    pub is_folder: Option<bool>,
    /// Where it lies while it is moved away.
    pub now: Option<PathBuf>,
}

impl SearchFolder {
    /// Reads a folder. For Python, one that may not be read holds nothing. One that the disk does not give is an error:
    /// what is installed would count as missing.
    pub fn read(path: PathBuf) -> Result<Self, EnvironmentError> {
        let (entries, _) = allowed(list(&path)).map_err(EnvironmentError::io("read", &path))?;
        Ok(Self { path, entries })
    }
}

impl Environment {
    /// `sys.path` as a command of this environment has it, without the folder of the script itself.
    ///
    /// # Errors
    /// A folder cannot be read, not for want of permission.
    pub fn search_path(&self) -> Result<Vec<PathBuf>, EnvironmentError> {
        Ok(self.search_folders()?.into_iter().map(|folder| folder.path).collect())
    }

    /// `sys.path` with the listing of every folder: each is read once.
    pub(crate) fn search_folders(&self) -> Result<Vec<SearchFolder>, EnvironmentError> {
        let (cache, _) = self.cache();
        let mut path = SearchPath::new(Listings::open(cache, self.scheme().purelib));
        for folder in self.variables().python_path.iter().chain(&self.facts().library_path) {
            path.add(folder.clone())?;
        }
        for folder in self.site_folders() {
            path.add_site(&folder)?;
        }
        path.listings.keep();
        Ok(path.folders)
    }

    /// The folders of `sys.path` that need no `.pth` file to be read.
    pub(crate) fn plain_search_path(&self) -> Vec<PathBuf> {
        let variables = self.variables().python_path.iter().chain(&self.facts().library_path).cloned();
        variables.chain(self.site_folders()).collect()
    }

    /// The site folders in the order in which the site module adds them.
    fn site_folders(&self) -> Vec<PathBuf> {
        let facts = self.facts();
        let sites = &facts.site_folders;
        let templates = if self.is_virtual() { &sites.inside } else { &sites.outside };
        let mut folders = Vec::new();
        if self.is_virtual() {
            folders.extend(templates.iter().map(|template| Bases::all(self.prefix()).expand(template)));
        }
        if self.sees_system_site_packages() {
            folders.extend(self.user_site().filter(|_| self.is_user_site_enabled()));
            for prefix in [&facts.prefix, &facts.exec_prefix] {
                folders.extend(templates.iter().map(|template| Bases::all(prefix).expand(template)));
            }
        }
        folders
    }

    /// The site folders of the base interpreter itself.
    pub(crate) fn base_site_folders(&self) -> Vec<PathBuf> {
        let facts = self.facts();
        facts.site_folders.outside.iter().map(|template| Bases::all(&facts.prefix).expand(template)).collect()
    }
}

struct SearchPath {
    listings: Listings,
    folders: Vec<SearchFolder>,
    known: HashSet<PathBuf>,
}

impl SearchPath {
    fn new(listings: Listings) -> Self {
        Self { listings, folders: Vec::new(), known: HashSet::new() }
    }

    /// Adds a folder unless it is there already. Gives its `.pth` files in any case: the site module reads
    /// them even when `PYTHONPATH` names the folder, too.
    fn add(&mut self, path: PathBuf) -> Result<Vec<OsString>, EnvironmentError> {
        let listing = allowed(self.listings.list(&path));
        let (entries, pth_files) = listing.map_err(EnvironmentError::io("read", &path))?;
        if self.known.insert(path.clone()) {
            self.folders.push(SearchFolder { path, entries });
        }
        Ok(pth_files)
    }

    /// Adds a site folder, if it exists, and what its `.pth` files name.
    fn add_site(&mut self, path: &Path) -> Result<(), EnvironmentError> {
        if !allowed(fs::metadata(path).map(|found| found.is_dir()))
            .map_err(EnvironmentError::io("read", path))?
        {
            return Ok(());
        }
        let mut pth_files = self.add(path.to_owned())?;
        pth_files.sort_unstable();
        for name in pth_files {
            let file = path.join(name);
            let bytes = allowed(fs::read(&file)).map_err(EnvironmentError::io("read", &file))?;
            for line in pth_lines(&bytes) {
                let target = normalised(&path.join(line));
                if !self.known.contains(&target) && target.exists() {
                    self.add(target)?;
                }
            }
        }
        Ok(())
    }
}

/// Nothing in place of what is not there, or may not be read: so Python takes it.
pub(crate) fn allowed<T: Default>(read: io::Result<T>) -> io::Result<T> {
    match read {
        Err(error) if is_absent(&error) || error.kind() == io::ErrorKind::PermissionDenied => {
            Ok(T::default())
        }
        read => read,
    }
}

/// The names in a folder that tell about distributions, and its `.pth` files.
pub(crate) fn list(folder: &Path) -> io::Result<Listing> {
    let is_egg = folder.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("egg"));
    let (mut entries, mut pth_files) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let bytes = name.as_encoded_bytes();
        if is_interesting(&name) || (is_egg && bytes.eq_ignore_ascii_case(b"egg-info")) {
            let kind = entry.file_type().ok().filter(|kind| !kind.is_symlink());
            entries.push(FolderEntry { is_folder: kind.map(|kind| kind.is_dir()), name, now: None });
        } else if bytes.ends_with(b".pth") && !bytes.starts_with(b".") {
            // Newer Pythons pass over hidden files; what an older one would find there is the rest of an
            // archive of macOS.
            pth_files.push(name);
        }
    }
    Ok((entries, pth_files))
}

/// Whether a name in any folder tells about a distribution.
pub(crate) fn is_interesting(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    ends_with(name, b".dist-info") || ends_with(name, b".egg-info") || name.ends_with(b".egg-link")
}

fn ends_with(name: &[u8], suffix: &[u8]) -> bool {
    name.len()
        .checked_sub(suffix.len())
        .and_then(|at| name.get(at..))
        .is_some_and(|end| end.eq_ignore_ascii_case(suffix))
}

/// The lines of a `.pth` file that are paths.
fn pth_lines(bytes: &[u8]) -> impl Iterator<Item = PathBuf> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end).filter_map(|line| {
        let is_code = line.starts_with(b"import ") || line.starts_with(b"import\t");
        (!line.trim_ascii().is_empty() && !line.starts_with(b"#") && !is_code).then(|| path_from(line))
    })
}

#[cfg(unix)]
pub(crate) fn path_from(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    PathBuf::from(OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
pub(crate) fn path_from(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// `os.path.abspath` for a path that is absolute: `.` and `..` are resolved in the text alone.
pub(crate) fn normalised(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut result = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                result.pop();
            }
            component => result.push(component),
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FactsCache;

    #[test]
    fn path_lines_only() {
        let lines: Vec<PathBuf> =
            pth_lines(b"\xef\xbb\xbf# remark\n\nimport os; x()\nimport\tos\n../src \r\nimportant\n")
                .collect();
        assert_eq!(lines, [Path::new("../src"), Path::new("important")]);
    }

    #[test]
    fn pth_files_add_existing_folders_once_and_in_order() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        for folder in ["site/inner", "src", "other"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        fs::write(root.join("site/b.pth"), "../src\ninner\nmissing\n").unwrap();
        fs::write(root.join("site/a.pth"), format!("{}\n", root.join("other").display())).unwrap();
        fs::write(root.join("site/.hidden.pth"), "..\n").unwrap();
        let mut path = SearchPath::new(Listings::open(&FactsCache::default(), root.to_owned()));
        path.add_site(&root.join("site")).unwrap();
        path.add_site(&root.join("absent")).unwrap();
        let found: Vec<_> =
            path.folders.iter().map(|folder| folder.path.strip_prefix(root).unwrap()).collect();
        assert_eq!(found, [Path::new("site"), Path::new("other"), Path::new("src"), Path::new("site/inner")]);
    }

    #[test]
    fn only_names_that_tell_about_distributions_are_kept() {
        let root = tempfile::tempdir().unwrap();
        for name in ["a-1.dist-info", "A.EGG-INFO", "b.egg-link", "EGG-INFO", "x.py"] {
            fs::write(root.path().join(name), "").unwrap();
        }
        let (mut entries, _) = list(root.path()).unwrap();
        entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        let names: Vec<_> = entries.iter().map(|entry| entry.name.to_str().unwrap()).collect();
        assert_eq!(names, ["A.EGG-INFO", "a-1.dist-info", "b.egg-link"]);
    }
}
