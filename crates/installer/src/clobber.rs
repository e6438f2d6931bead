//! Files that an install replaces although they are nobody's that it removes.
//!
//! pip replaces them without a word. They are moved aside like everything that goes, so they can be had back; but only
//! somebody who knows of it will want that.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use metadata::Record;
use specifier::ProjectName;
use store::Fingerprint;

use crate::layout::Layout;
use crate::survey::InTheWay;
use crate::{Replaced, Target};

/// Those of the files in the way that are lost to whoever has put them there: of other content than what takes their place, and
/// not of an installed version of the very project that is placed.
pub(crate) fn replaced(in_the_way: &[InTheWay], layouts: &[Layout<'_>], target: &Target) -> Vec<Replaced> {
    if in_the_way.is_empty() {
        return Vec::new();
    }
    let placed =
        layouts.iter().map(|layout| ProjectName::normalise(layout.placement.wheel.manifest().name()));
    let placed: HashSet<ProjectName> = placed.collect();
    let owners = owners(in_the_way, target);
    let is_lost = |found: &&InTheWay| {
        let is_own =
            owners.get(&*found.path).is_some_and(|owner| placed.contains(&ProjectName::normalise(owner)));
        !is_own && layouts.get(found.wheel).is_none_or(|layout| !has_content_of(found, layout))
    };
    let lost = in_the_way.iter().filter(is_lost);
    lost.map(|found| Replaced {
        path: found.path.clone(),
        owner: owners.get(&*found.path).cloned(),
        by: layouts.get(found.wheel).map(Layout::wheel_name).unwrap_or_default(),
    })
    .collect()
}

/// Whether a file is what takes its place.
fn has_content_of(found: &InTheWay, layout: &Layout<'_>) -> bool {
    let is_file = fs::symlink_metadata(&found.path).is_ok_and(|metadata| metadata.is_file());
    let wanted = found.item.fingerprint(layout).filter(|_| is_file);
    wanted.is_some_and(|wanted| Fingerprint::of_file(&found.path).is_ok_and(|found| found == wanted))
}

/// The projects whose `RECORD` lists a file that is in the way.
fn owners<'a>(in_the_way: &'a [InTheWay], target: &Target) -> HashMap<&'a Path, String> {
    let wanted: HashSet<&Path> = in_the_way.iter().map(|found| &*found.path).collect();
    let mut libraries =
        [&target.scheme.purelib, &target.scheme.platlib].map(|folder| fs::canonicalize(folder).ok()).to_vec();
    libraries.dedup();
    let mut owners = HashMap::new();
    for library in libraries.into_iter().flatten() {
        let Ok(entries) = fs::read_dir(&library) else { continue };
        for entry in entries.filter_map(Result::ok) {
            let name = entry.file_name();
            let Some((project, _)) = name
                .to_str()
                .and_then(|name| name.strip_suffix(".dist-info"))
                .and_then(|name| name.split_once('-'))
            else {
                continue;
            };
            // Metadata that cannot be read owns nothing that could be told.
            let Some(record) =
                fs::read(entry.path().join("RECORD")).ok().and_then(|text| Record::parse(&text).ok())
            else {
                continue;
            };
            for row in &record.rows {
                if let Some(path) = wanted.get(&*below(&library, &row.path)) {
                    owners.insert(*path, project.to_owned());
                }
            }
        }
    }
    owners
}

/// A path of a `RECORD` as the file system has it.
fn below(library: &Path, path: &str) -> PathBuf {
    let mut at = library.to_path_buf();
    for component in Path::new(path).components() {
        match component {
            Component::ParentDir => drop(at.pop()),
            Component::CurDir => {}
            other => at.push(other),
        }
    }
    at
}
