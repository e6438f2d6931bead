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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("PKG-INFO"), text).unwrap();
        static_metadata(folder.path()).map(|metadata| metadata.name)
    }

    #[test]
    fn trusts_what_may_not_change() {
        let with = |version: &str, fields: &str| {
            read(&format!("Metadata-Version: {version}\nName: demo\nVersion: 1.0\n{fields}"))
        };
        let trusted = Some("demo".to_owned());
        assert_eq!(with("2.2", ""), trusted);
        assert_eq!(with("2.10", "Requires-Dist: a\nDynamic: Summary\nDynamic: Classifier\n"), trusted);
        for untrusted in ["2.1", "1.0", "2", "3.0", "new"] {
            assert_eq!(with(untrusted, ""), None, "{untrusted}");
        }
        for dynamic in ["Version", "requires-dist", "Requires-Python", "Provides-Extra", " Name "] {
            assert_eq!(with("2.4", &format!("Dynamic: Summary\nDynamic: {dynamic}\n")), None, "{dynamic}");
        }
        assert_eq!(read("Metadata-Version: 2.4\nName: demo\n"), None);
        assert_eq!(read("Name: demo\nVersion: 1.0\n"), None);
        assert!(static_metadata(tempfile::tempdir().unwrap().path()).is_none());
    }
}
