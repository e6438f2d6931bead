//! Tests of the parent module: folders made by hand, read through `Which::paths`-like scans.

use super::*;

fn scan_of(folders: &[&Path]) -> Installed {
    let folders: Vec<SearchFolder> =
        folders.iter().map(|folder| SearchFolder::read(folder.to_path_buf()).unwrap()).collect();
    let mut scan = Scan {
        cache: FactsCache::default(),
        prefix: None,
        user_site: None,
        site_packages: PathBuf::new(),
        egg_links: folders
            .iter()
            .flat_map(|folder| &folder.entries)
            .filter_map(|entry| Some(entry.name.to_str()?.strip_suffix(".egg-link")?.to_owned()))
            .collect(),
        seen: HashSet::new(),
        places: HashMap::new(),
        found: Installed::default(),
    };
    for folder in &folders {
        scan.folder(folder, None);
        scan.develop_installs(folder).unwrap();
    }
    scan.found
}

fn add(folder: &Path, name: &str, metadata: &str) {
    let info = folder.join(name);
    fs::create_dir_all(&info).unwrap();
    let file = if name.ends_with(".dist-info") { "METADATA" } else { "PKG-INFO" };
    fs::write(info.join(file), metadata).unwrap();
}

#[test]
fn the_first_folder_wins() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    add(one.path(), "Some_Thing-1.dist-info", "Name: Some.Thing\nVersion: 1\n");
    add(two.path(), "some.thing-2.egg-info", "Name: some-thing\nVersion: 2\n");
    add(two.path(), "other-3.egg-info", "Name: other\nVersion: 3\n");
    let found = scan_of(&[one.path(), two.path()]);
    let names: Vec<_> =
        found.distributions.iter().map(|found| (found.name(), found.version(), found.kind)).collect();
    assert_eq!(
        names,
        [("Some.Thing", "1", DistributionKind::DistInfo), ("other", "3", DistributionKind::EggInfoFolder)]
    );
    assert!(found.get(&ProjectName::new("OTHER").unwrap()).is_some());
}

#[test]
fn leftovers_and_nameless_metadata_are_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    add(folder.path(), "~umpy-1.dist-info", "Name: numpy\nVersion: 1\n");
    add(folder.path(), "nameless.dist-info", "Version: 1\n");
    let found = scan_of(&[folder.path()]);
    assert!(found.distributions.is_empty());
    let mut warnings: Vec<String> = found.warnings.iter().map(ToString::to_string).collect();
    warnings.sort_unstable();
    let place = folder.path().display();
    assert_eq!(
        warnings,
        [
            format!(
                "Ignoring incompletely removed distribution ~umpy-1.dist-info ({place}); '~'-prefixed leftover \
                 directories are the result of a previous incomplete installation, and can be deleted"
            ),
            format!("Skipping {place}/nameless.dist-info due to invalid metadata entry 'name'")
        ]
    );
}

#[test]
fn eggs_and_distutils_files() {
    let folder = tempfile::tempdir().unwrap();
    let egg = folder.path().join("spam-1.0-py3.8.egg");
    add(&egg, "EGG-INFO", "Name: Spam\nVersion: 1.0\n");
    fs::write(folder.path().join("old-0.1.egg-info"), "Name: old\nVersion: 0.1\n").unwrap();
    let found = scan_of(&[&egg, folder.path()]);
    let kinds: Vec<_> = found.distributions.iter().map(|found| (found.name(), found.kind)).collect();
    assert_eq!(kinds, [("Spam", DistributionKind::Egg), ("old", DistributionKind::EggInfoFile)]);
}

#[test]
fn an_egg_link_makes_a_source_tree_editable() {
    let (site, source) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    add(source.path(), "My_Project.egg-info", "Name: My_Project\nVersion: 4\n");
    fs::write(site.path().join("My-Project.egg-link"), format!("{}\n.", source.path().display())).unwrap();
    let found = scan_of(&[site.path()]);
    let [only] = found.distributions.as_slice() else { panic!("{found:?}") };
    assert_eq!(only.kind, DistributionKind::Develop);
    assert_eq!(only.editable_location().as_deref(), Some(source.path()));
    assert_eq!(only.installed_location(), site.path().canonicalize().unwrap());
}

#[test]
fn selections() {
    let site = tempfile::tempdir().unwrap();
    add(site.path(), "argparse-1.dist-info", "Name: argparse\nVersion: 1\n");
    add(site.path(), "edit-1.dist-info", "Name: edit\nVersion: 1\n");
    fs::write(
        site.path().join("edit-1.dist-info").join("direct_url.json"),
        r#"{"url": "file:///x", "dir_info": {"editable": true}}"#,
    )
    .unwrap();
    add(site.path(), "plain-1.dist-info", "Name: plain\nVersion: 1\n");
    let found = scan_of(&[site.path()]);
    let names = |which: &Which| {
        let mut names: Vec<_> = found
            .distributions
            .iter()
            .filter(|found| is_wanted(found, which))
            .map(Distribution::name)
            .collect();
        names.sort_unstable();
        names
    };
    assert_eq!(names(&Which::default()), ["edit", "plain"]);
    assert_eq!(names(&Which { editables: Editables::Only, ..Which::default() }), ["edit"]);
    assert_eq!(names(&Which { editables: Editables::Excluded, ..Which::default() }), ["plain"]);
    assert_eq!(
        names(&Which { skip_standard_library: false, ..Which::local() }),
        ["argparse", "edit", "plain"]
    );
}
