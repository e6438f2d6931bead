//! `cache`: where the cache is and what is in it, and taking things out.
//!
//! Wheels built from source are listed and removed one by one, as by pip. What was fetched is kept in forms of our own;
//! it goes as a whole, and with it what pip has fetched. `verify`, which pip does not have, looks whether it is sound.

mod pattern;
mod verify;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use index::format_size;
use options::Text;

use crate::context::{Context, OWN_CACHE};
use crate::failure::Failure;
use pattern::fits;

/// What pip keeps of its requests.
const REQUESTS: [&str; 2] = ["http", "http-v2"];
/// What we keep of pages and metadata, pages also in the form of earlier versions.
const PAGES: [&str; 6] = ["pages-v1", "pages-v2", "pages-v3", "pages-v4", "pages-v5", "metadata-v1"];
/// Wheels that were fetched, or built, and unpacked.
const UNPACKED: &str = "wheels-v1";
/// Repositories that were fetched. What is known of interpreters stays: it is no package, and is found out anew when one
/// changes.
const REPOSITORIES: &str = "git-v1";
/// What earlier changes of environments had removed; without it they cannot be taken back.
const HISTORY: &str = "history";
/// What older pips have noted of their own newest version.
const SELF_CHECK: &str = "selfcheck.json";
/// Wheels that were built from source.
const BUILT: &str = "wheels";

/// Runs the command.
pub fn run(context: &Context<'_>) -> Result<u8, Failure> {
    let root = context
        .cache()
        .ok_or_else(|| Failure::error("pip cache commands can not function since cache is disabled."))?;
    let (action, arguments) = context.action()?;
    let own = root.join(OWN_CACHE);
    let cache = Cache { context, root, own };
    match (action, arguments.as_slice()) {
        ("dir", []) => context.console.info(cache.root.display()),
        ("info", []) => cache.info(),
        ("list", []) => cache.list("*"),
        ("list", [pattern]) => cache.list(pattern),
        ("remove", [pattern]) => cache.remove(pattern)?,
        ("remove", []) => return Err(Failure::error("Please provide a pattern")),
        ("purge", []) => cache.remove("*")?,
        ("verify", []) => return verify::run(&cache),
        _ => return Err(Failure::error("Too many arguments")),
    }
    Ok(0)
}

struct Cache<'a> {
    context: &'a Context<'a>,
    /// pip's folder.
    root: PathBuf,
    /// Our own within it.
    own: PathBuf,
}

impl Cache<'_> {
    fn info(&self) {
        let files = |root: &Path, names: &[&str]| {
            names.iter().flat_map(|name| Tree::of(&root.join(name)).files).collect::<Vec<_>>()
        };
        let requests = [files(&self.root, &REQUESTS), files(&self.own, &PAGES)].concat();
        let built = self.built("*");
        let unpacked = self.own.join(UNPACKED);
        let at = |name: &str| self.root.join(name).display().to_string();
        let mut lines = vec![
            format!("Package index page cache location (pip v23.3+): {}", at("http-v2")),
            format!("Package index page cache location (older pips): {}", at("http")),
            format!("Package index page cache size: {}", size_of(&requests)),
            format!("Number of HTTP files: {}", requests.len()),
            format!("Locally built wheels location: {}", at(BUILT)),
            format!("Locally built wheels size: {}", size_of(&files(&self.root, &[BUILT]))),
            format!("Number of locally built wheels: {}", built.len()),
            format!("Unpacked wheels location: {}", unpacked.display()),
            format!("Unpacked wheels size: {}", size_of(&Tree::of(&unpacked).files)),
        ];
        let layers = self.context.cache_layers().iter();
        lines.extend(layers.map(|layer| format!("Cache layer, only read: {}", layer.display())));
        self.context.console.info(lines.join("\n"));
    }

    fn list(&self, pattern: &str) {
        let console = self.context.console;
        let wheels = self.built(pattern);
        let mut lines: Vec<String> = if self.context.text(Text::Format) == Some("abspath") {
            wheels.iter().map(|path| path.display().to_string()).collect()
        } else if wheels.is_empty() {
            console.info("No locally built wheels cached.");
            return;
        } else {
            console.info("Cache contents:\n");
            let line =
                |path: &PathBuf| format!(" - {} ({})", name_of(path), size_of(std::slice::from_ref(path)));
            wheels.iter().map(line).collect()
        };
        lines.sort();
        if !lines.is_empty() {
            console.info(lines.join("\n"));
        }
    }

    /// Removes the wheels that fit; with `*` everything.
    fn remove(&self, pattern: &str) -> Result<(), Failure> {
        let all = pattern == "*";
        let mut files = self.built(pattern);
        let mut folders = Vec::new();
        if all {
            files.extend(REQUESTS.iter().flat_map(|name| Tree::of(&self.root.join(name)).files));
        }
        let mut bytes: u64 = files.iter().map(|path| length(path)).sum();
        for file in &files {
            fs::remove_file(file)
                .or_else(absent)
                .map_err(|error| Failure::unexpected(file.display(), &error))?;
            self.context.console.verbose(format_args!("Removed {}", file.display()));
        }
        if all {
            for name in PAGES.into_iter().chain([UNPACKED, REPOSITORIES, HISTORY]) {
                let tree = self.remove_whole(name)?;
                bytes += tree.bytes;
                files.extend(tree.files);
                folders.extend(tree.folders);
            }
        }
        if files.is_empty() {
            let which = if all { String::new() } else { format!(" for pattern \"{pattern}\"") };
            self.context.console.warning(format_args!("No matching packages{which}"));
        }
        for name in REQUESTS {
            folders.extend(self.sweep(name, |_| true)?);
        }
        folders.extend(self.sweep(BUILT, is_wheel)?);
        let console = self.context.console;
        if fs::remove_file(self.root.join(SELF_CHECK)).is_ok() {
            console.verbose("Removed legacy selfcheck.json file");
        }
        console.info(format_args!("Files removed: {} ({})", files.len(), format_size(bytes)));
        console.info(format_args!("Directories removed: {}", folders.len()));
        Ok(())
    }

    /// The wheels built from source that a name or a pattern means.
    fn built(&self, pattern: &str) -> Vec<PathBuf> {
        // A dash stands before the version: without one, the pattern is a name.
        let pattern = format!("{pattern}{}", if pattern.contains('-') { "*.whl" } else { "-*.whl" });
        let mut files = Tree::of(&self.root.join(BUILT)).files;
        files.retain(|path| fits(&pattern, &name_of(path)));
        files
    }

    /// Takes a folder of ours away in one step, so that nobody meets half of it, and then removes it.
    fn remove_whole(&self, name: &str) -> Result<Tree, Failure> {
        let folder = self.own.join(name);
        let tree = Tree::of(&folder);
        if tree.folders.is_empty() {
            return Ok(tree);
        }
        let failure = |error: io::Error| Failure::unexpected(folder.display(), &error);
        let aside = tempfile::Builder::new().prefix("removed-").tempdir_in(&self.own).map_err(failure)?;
        fs::rename(&folder, aside.path().join(name)).or_else(absent).map_err(failure)?;
        aside.close().map_err(failure)?;
        self.context.console.verbose(format_args!("Removed {}", folder.display()));
        Ok(tree)
    }

    /// Removes the folders under which nothing that `counts` is left, with what else is in them.
    fn sweep(&self, name: &str, counts: impl Fn(&Path) -> bool) -> Result<Vec<PathBuf>, Failure> {
        let tree = Tree::of(&self.root.join(name));
        let kept: Vec<&PathBuf> = tree.files.iter().filter(|path| counts(path)).collect();
        let mut folders = tree.folders;
        folders.retain(|folder| !kept.iter().any(|path| path.starts_with(folder)));
        // The deepest first.
        folders.sort_by(|one, other| other.cmp(one));
        for folder in &folders {
            fs::remove_dir_all(folder)
                .or_else(absent)
                .map_err(|error| Failure::unexpected(folder.display(), &error))?;
            self.context.console.verbose(format_args!("Removed {}", folder.display()));
        }
        Ok(folders)
    }
}

/// What is below a folder, that itself included.
#[derive(Default)]
struct Tree {
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
    bytes: u64,
}

impl Tree {
    fn of(folder: &Path) -> Self {
        let mut tree = Self::default();
        tree.read(folder);
        tree
    }

    fn read(&mut self, folder: &Path) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        self.folders.push(folder.to_owned());
        for entry in entries.filter_map(Result::ok) {
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                self.read(&entry.path());
            } else {
                self.bytes += length(&entry.path());
                self.files.push(entry.path());
            }
        }
    }
}

/// The size of a file; a link has none of its own.
fn length(path: &Path) -> u64 {
    fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file).map_or(0, |metadata| metadata.len())
}

fn size_of(files: &[PathBuf]) -> String {
    format_size(files.iter().map(|path| length(path)).sum())
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn is_wheel(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "whl")
}

/// Somebody else was faster.
fn absent(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}
