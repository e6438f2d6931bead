//! Where the files of a wheel go.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use store::{Directory, File, Manifest};

use crate::scripts::{self, Script};
use crate::{InstallError, Placement, Target};

/// The folders that the parts of wheels go to, each once.
#[derive(Debug, Default)]
pub(crate) struct Roots {
    roots: Vec<Root>,
}

#[derive(Debug)]
pub(crate) struct Root {
    /// As the scheme has it: what paths in a `RECORD` are made from.
    pub(crate) named: PathBuf,
    /// Without symbolic links and superfluous slashes: what tells whether two wheels mean the same file.
    pub(crate) path: PathBuf,
}

/// Where the files of a directory of a wheel go: to its path in the wheel, without the first `cut` bytes, below a root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spread {
    pub(crate) root: usize,
    pub(crate) cut: usize,
}

/// Why a file of a wheel is not just linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// A wrapper for an entry point, which is made anew instead: not installed.
    Wrapper,
    /// A script whose first line is written for the environment.
    Rewritten,
    /// Metadata that the installer writes itself.
    Written,
    /// Another file of the plan takes its path.
    Replaced,
}

/// One wheel, spread over the scheme.
#[derive(Debug)]
pub(crate) struct Layout<'a> {
    pub(crate) placement: &'a Placement,
    /// For each directory of the manifest, where it goes; `None` for those that only structure `.data`.
    pub(crate) spread: Vec<Option<Spread>>,
    /// The files that are not just linked.
    pub(crate) fates: BTreeMap<usize, Fate>,
    /// The scripts of the entry points.
    pub(crate) scripts: Vec<Script>,
    /// The root of purelib or platlib, which `RECORD` is relative to.
    pub(crate) library: usize,
    /// The root of the scripts.
    pub(crate) scripts_root: usize,
}

impl Roots {
    /// The number of a root.
    fn of(&mut self, named: &Path) -> usize {
        if let Some(at) = self.roots.iter().position(|root| root.named == named) {
            return at;
        }
        let path = resolved(named).components().collect();
        self.roots.push(Root { named: named.to_path_buf(), path });
        self.roots.len() - 1
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Root> {
        self.roots.iter()
    }

    pub(crate) fn named(&self, root: usize) -> &Path {
        self.roots.get(root).map_or(Path::new(""), |root| &root.named)
    }

    pub(crate) fn path(&self, root: usize) -> &Path {
        self.roots.get(root).map_or(Path::new(""), |root| &root.path)
    }
}

impl<'a> Layout<'a> {
    /// Spreads a wheel over the target. What pip refuses in a wheel's inner order and entry points is refused here.
    pub(crate) fn new(
        placement: &'a Placement,
        target: &Target,
        roots: &mut Roots,
    ) -> Result<Self, InstallError> {
        Self::spread(placement, target, roots).map_err(|error| error.of_requirement(&placement.requirement))
    }

    fn spread(placement: &'a Placement, target: &Target, roots: &mut Roots) -> Result<Self, InstallError> {
        let manifest = placement.wheel.manifest();
        let scheme = &target.scheme;
        let library = roots.of(if manifest.root_is_purelib() { &scheme.purelib } else { &scheme.platlib });
        let mut spread = Vec::with_capacity(manifest.directories().len());
        for directory in manifest.directories() {
            let place = match data_key(directory.path) {
                Some("") => None,
                Some(key) => {
                    let first = directory.files.start;
                    let root = scheme_folder(target, key, &placement.name)
                        .ok_or_else(|| unknown_key(manifest, key, first))?;
                    let cut = directory.path.find('/').map_or(0, |slash| slash + 1) + key.len() + 1;
                    Some(Spread { root: roots.of(&root), cut })
                }
                None => Some(Spread { root: library, cut: 0 }),
            };
            // Below a `.data` folder there is a folder for each scheme key, and nothing else.
            let misplaced = match (place, directory.parent) {
                (None, _) => files_in(manifest, &directory).next(),
                (_, None) => files_in(manifest, &directory).find(|file| file.name.ends_with(".data")),
                _ => None,
            };
            if let Some(file) = misplaced {
                let (wheel, path) = (wheel_name(manifest), file.path.to_owned());
                return Err(InstallError::UnexpectedDataFile { wheel, path });
            }
            spread.push(place);
        }
        let scripts = scripts::entry_point_scripts(
            manifest.console_scripts().map(|script| (script.name, script.value)),
            manifest.gui_scripts().map(|script| (script.name, script.value)),
            target,
        )?;
        let scripts_root = roots.of(&scheme.scripts);
        let mut layout = Self { placement, spread, fates: BTreeMap::new(), scripts, library, scripts_root };
        layout.fates = fates(placement, |name| layout.written_metadata().any(|written| written == name));
        Ok(layout)
    }

    /// Where a file goes: its root, and its path below.
    pub(crate) fn destination<'b>(&self, file: &File<'b>) -> Option<(usize, &'b str)> {
        let Spread { root, cut } = (*self.spread.get(file.directory)?)?;
        Some((root, file.path.get(cut..)?))
    }

    /// A path as `RECORD` has it: relative to the library folder, by text alone, as pip makes it.
    pub(crate) fn record_path<'b>(&self, roots: &Roots, root: usize, path: &'b str) -> Cow<'b, str> {
        if root == self.library {
            return Cow::Borrowed(path);
        }
        let path = relative(roots.named(self.library), &roots.named(root).join(path));
        Cow::Owned(path.to_string_lossy().into_owned())
    }

    /// The names of the metadata files that the installer writes.
    pub(crate) fn written_metadata(&self) -> impl Iterator<Item = &'static str> + use<> {
        let (requested, direct) = (self.placement.requested, self.placement.direct_url.is_some());
        [("INSTALLER", true), ("direct_url.json", direct), ("REQUESTED", requested), ("RECORD", true)]
            .into_iter()
            .filter_map(|(name, is_written)| is_written.then_some(name))
    }

    /// What the wheel is called in messages.
    pub(crate) fn wheel_name(&self) -> String {
        wheel_name(self.placement.wheel.manifest())
    }
}

/// The files directly in a directory.
pub(crate) fn files_in<'b>(
    manifest: &'b Manifest,
    directory: &Directory<'_>,
) -> impl Iterator<Item = File<'b>> + use<'b> {
    directory.files.clone().filter_map(|file| manifest.file(file))
}

/// The scheme key that a path in a `.data` folder is below: `""` for that folder itself, `None` elsewhere.
fn data_key(path: &str) -> Option<&str> {
    let mut components = path.split('/');
    components.next().filter(|first| first.ends_with(".data"))?;
    Some(components.next().unwrap_or_default())
}

fn scheme_folder<'t>(target: &'t Target, key: &str, name: &str) -> Option<Cow<'t, Path>> {
    let scheme = &target.scheme;
    Some(Cow::Borrowed(match key {
        "purelib" => &scheme.purelib,
        "platlib" => &scheme.platlib,
        "scripts" => &scheme.scripts,
        "data" => &scheme.data,
        "headers" => return Some(Cow::Owned(scheme.headers.join(name))),
        _ => return None,
    }))
}

/// The files of a wheel that are not just linked.
fn fates(placement: &Placement, is_written: impl Fn(&str) -> bool) -> BTreeMap<usize, Fate> {
    let manifest = placement.wheel.manifest();
    let mut fates = BTreeMap::new();
    for directory in manifest.directories() {
        if directory.path == manifest.info_directory() {
            let written = files_in(manifest, &directory).filter(|file| is_written(file.name));
            fates.extend(written.map(|file| (file.index, Fate::Written)));
        } else if data_key(directory.path) == Some("scripts") {
            for file in files_in(manifest, &directory) {
                let names = || manifest.console_scripts().chain(manifest.gui_scripts());
                if names().any(|script| scripts::is_wrapper(file.name, script.name)) {
                    fates.insert(file.index, Fate::Wrapper);
                } else if file.python_shebang {
                    fates.insert(file.index, Fate::Rewritten);
                }
            }
        } else if directory.name == "__pycache__"
            && let Some(byte_code) = &placement.byte_code
        {
            // Byte-code in the archive is compiled again, as pip does.
            let compiled = |file: &File<'_>| byte_code.files().any(|compiled| compiled.name == file.name);
            fates.extend(
                files_in(manifest, &directory).filter(compiled).map(|file| (file.index, Fate::Replaced)),
            );
        }
    }
    fates
}

fn wheel_name(manifest: &Manifest) -> String {
    manifest.info_directory().trim_end_matches(".dist-info").to_owned()
}

fn unknown_key(manifest: &Manifest, key: &str, file: usize) -> InstallError {
    InstallError::UnknownSchemeKey {
        wheel: wheel_name(manifest),
        key: key.to_owned(),
        path: manifest.file(file).map(|file| file.path.to_owned()).unwrap_or_default(),
    }
}

/// The path that leads from one folder to another path, by their text.
fn relative(from: &Path, to: &Path) -> PathBuf {
    let (from, to): (Vec<Component<'_>>, Vec<Component<'_>>) =
        (from.components().collect(), to.components().collect());
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from.iter().skip(common).map(|_| Component::ParentDir);
    up.chain(to.into_iter().skip(common)).collect()
}

/// A path without symbolic links, as far as it exists.
fn resolved(path: &Path) -> PathBuf {
    let mut missing = PathBuf::new();
    for above in path.ancestors() {
        if let Ok(real) = fs::canonicalize(above) {
            return if missing.as_os_str().is_empty() { real } else { real.join(missing) };
        }
        missing = Path::new(above.file_name().unwrap_or_default()).join(missing);
    }
    path.to_path_buf()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths_are_those_of_pip() {
        let relative = |from: &str, to: &str| relative(Path::new(from), Path::new(to)).display().to_string();
        assert_eq!(relative("/e/lib/python3.12/site-packages", "/e/bin/x"), "../../../bin/x");
        assert_eq!(relative("/e/lib", "/e/lib/a/b.py"), "a/b.py");
        assert_eq!(relative("/a", "/b"), "../b");
    }

    #[test]
    fn scheme_keys_are_found_below_data_folders() {
        assert_eq!(data_key("a-1.data/scripts/x"), Some("scripts"));
        assert_eq!(data_key("a-1.data"), Some(""));
        assert_eq!(data_key("a/b.data/scripts"), None);
        assert_eq!(data_key(""), None);
    }
}
