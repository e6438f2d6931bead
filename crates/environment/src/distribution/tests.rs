//! Tests of the parent module: distributions made of hand-written files.

use super::*;

fn distribution(folder: &Path, name: &str, kind: DistributionKind) -> Distribution {
    let project = ProjectName::new("some-thing").unwrap();
    let place = Place {
        installed_location: folder.into(),
        is_local: false,
        in_user_site: false,
        in_site_packages: false,
        has_egg_link: false,
    };
    Distribution::new(project, folder.into(), folder.join(name).into(), kind, place, None)
}

#[test]
fn name_and_version_come_from_the_head_of_the_metadata() {
    let folder = tempfile::tempdir().unwrap();
    let info = folder.path().join("some_thing-1.0.dist-info");
    fs::create_dir(&info).unwrap();
    fs::write(info.join("METADATA"), format!("Name: Some.Thing\nVersion: 1.0.0\n\n{}", "x".repeat(9000)))
        .unwrap();
    let found = distribution(folder.path(), "some_thing-1.0.dist-info", DistributionKind::DistInfo);
    assert_eq!((found.name(), found.version()), ("Some.Thing", "1.0.0"));
    assert_eq!(found.directory_version(), Some("1.0"));
    assert_eq!((found.metadata().name.as_str(), &*found.metadata().description()), ("Some.Thing", ""));
    assert!(found.whole_metadata().description().starts_with("xxx"));
}

#[test]
fn fields_far_down_are_found_too() {
    let folder = tempfile::tempdir().unwrap();
    let info = folder.path().join("a-1.dist-info");
    fs::create_dir(&info).unwrap();
    fs::write(info.join("METADATA"), format!("Summary: {}\nName: A\nVersion: 2\n", "x".repeat(5000)))
        .unwrap();
    let found = distribution(folder.path(), "a-1.dist-info", DistributionKind::DistInfo);
    assert_eq!((found.name(), found.version()), ("A", "2"));
}

#[test]
fn without_metadata_the_folder_name_has_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let found = distribution(folder.path(), "some_thing-1.5.dist-info", DistributionKind::DistInfo);
    assert_eq!((found.name(), found.version()), ("some-thing", "1.5"));
    assert_eq!(found.installer(), "");
    assert!(found.record().unwrap().is_none() && !found.requested() && found.direct_url().is_none());
}

#[test]
fn a_distutils_file_is_its_own_metadata() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("x.egg-info"), "Name: Old\nVersion: 0.1\n").unwrap();
    let found = distribution(folder.path(), "x.egg-info", DistributionKind::EggInfoFile);
    assert_eq!((found.name(), found.version()), ("Old", "0.1"));
    assert_eq!(found.read("PKG-INFO"), None);
}

#[test]
fn requires_txt_becomes_requirements() {
    let folder = tempfile::tempdir().unwrap();
    let info = folder.path().join("a.egg-info");
    fs::create_dir(&info).unwrap();
    fs::write(info.join("PKG-INFO"), "Name: a\nVersion: 1\n").unwrap();
    fs::write(
        info.join("requires.txt"),
        "b>=1\n\n[Some_Extra]\nc\n\n[:python_version < '3']\nd\n[x:os_name == 'nt']\ne\n",
    )
    .unwrap();
    let found = distribution(folder.path(), "a.egg-info", DistributionKind::EggInfoFolder);
    assert_eq!(
        found.metadata().requires_dist,
        [
            "b>=1",
            "c ; extra == \"some-extra\"",
            "d ; python_version < '3'",
            "e ; (os_name == 'nt') and extra == \"x\""
        ]
    );
    assert_eq!(found.metadata().provides_extra, ["some-extra", "x"]);
}

#[test]
fn legacy_files_are_relative_to_the_location() {
    let folder = tempfile::tempdir().unwrap();
    let info = folder.path().join("a.egg-info");
    fs::create_dir(&info).unwrap();
    fs::write(info.join("installed-files.txt"), "../a/__init__.py\nPKG-INFO\n../../../bin/a\n").unwrap();
    let found = distribution(folder.path(), "a.egg-info", DistributionKind::EggInfoFolder);
    assert_eq!(found.legacy_files().unwrap(), ["a/__init__.py", "a.egg-info/PKG-INFO", "../../bin/a"]);
}

#[test]
fn editable_location_and_installer() {
    let folder = tempfile::tempdir().unwrap();
    let info = folder.path().join("a-1.dist-info");
    fs::create_dir(&info).unwrap();
    fs::write(info.join("INSTALLER"), "\n pip \n").unwrap();
    fs::write(info.join("REQUESTED"), "").unwrap();
    fs::write(
        info.join("direct_url.json"),
        r#"{"url": "file:///a%20b/%c3%a4", "dir_info": {"editable": true}}"#,
    )
    .unwrap();
    let found = distribution(folder.path(), "a-1.dist-info", DistributionKind::DistInfo);
    assert_eq!(found.editable_location().as_deref(), Some(Path::new("/a b/ä")));
    assert_eq!(found.installer(), "pip");
    assert!(found.requested() && !found.has_damaged_direct_url());
    fs::write(info.join("direct_url.json"), "{").unwrap();
    let damaged = distribution(folder.path(), "a-1.dist-info", DistributionKind::DistInfo);
    assert!(damaged.has_damaged_direct_url() && damaged.editable_location().is_none());
}
