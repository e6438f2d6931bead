//! Metadata of a source distribution that may be used without building it.

use std::{fs, path::Path};

use metadata::CoreMetadata;
use specifier::Version;

/// The fields that a resolver acts on. Whoever declares one of them as dynamic must be built first.
const DECISIVE: [&str; 5] = ["Name", "Version", "Requires-Dist", "Requires-Python", "Provides-Extra"];

/// The metadata in the `PKG-INFO` of an unpacked source distribution, if it must equal that of every wheel built from
/// it: since version 2.2 of the metadata specification a field that is not listed as `Dynamic` may not change.
///
/// `None` for trees without such a file, and whenever there is the least doubt. The file of a tree that is no source
/// distribution (a clone, a folder on disk) may be left over from an earlier build, so do not ask for those.
pub fn static_metadata(source: &Path) -> Option<CoreMetadata> {
    let metadata = CoreMetadata::parse(&fs::read(source.join("PKG-INFO")).ok()?).ok()?;
    let version = Version::parse(metadata.metadata_version()?).ok()?;
    let known = Version::parse("2.2").ok()?..Version::parse("3").ok()?;
    let is_decisive = |field: &str| DECISIVE.iter().any(|name| name.eq_ignore_ascii_case(field.trim()));
    let is_static = known.contains(&version) && !metadata.get_all("Dynamic").any(is_decisive);
    is_static.then_some(metadata)
}
