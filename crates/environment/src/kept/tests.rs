//! Tests of the parent module: folders of distributions that are read, changed and read again.

use std::fs::{self, File};
use std::time::Duration;

use super::*;
use crate::distribution::Place;
use crate::{Distribution, DistributionKind};
use specifier::ProjectName;

/// A cache, and a folder with as many distributions as it takes.
struct Scene {
    root: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        let scene = Self { root: tempfile::tempdir().unwrap() };
        for number in 0..FEWEST {
            let metadata = format!("Name: Some{number}\nVersion: 1\nRequires-Dist: one\n\nText");
            scene.write(number, "METADATA", &metadata);
            scene.write(number, "WHEEL", "Wheel-Version: 1.0\nBuild: 7\n");
        }
        scene.settle();
        scene
    }

    fn site(&self) -> PathBuf {
        self.root.path().join("site")
    }

    fn info(&self, number: usize) -> PathBuf {
        self.site().join(format!("some{number}-1.dist-info"))
    }

    fn write(&self, number: usize, file: &str, text: &str) {
        fs::create_dir_all(self.info(number)).unwrap();
        fs::write(self.info(number).join(file), text).unwrap();
    }

    /// Dates everything back to one moment, where it counts as settled.
    fn settle(&self) {
        let before = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        for number in 0..FEWEST {
            for file in ["METADATA", "WHEEL"] {
                File::open(self.info(number).join(file)).unwrap().set_modified(before).unwrap();
            }
            File::open(self.info(number)).unwrap().set_modified(before).unwrap();
        }
    }

    fn cache(&self) -> FactsCache {
        FactsCache::new(Some(self.root.path().join("cache")))
    }

    fn kept_file(&self) -> PathBuf {
        fs::read_dir(self.root.path().join("cache/installed")).unwrap().next().unwrap().unwrap().path()
    }

    /// What a command sees of one distribution, after it has looked at all.
    fn look(&self, number: usize) -> Distribution {
        let folder = SearchFolder::read(self.site()).unwrap();
        let kept = Kept::open(&self.cache(), &folder).map(Arc::new);
        let all: Vec<Distribution> = (0..FEWEST)
            .map(|number| {
                let location: Arc<Path> = self.site().into();
                let place = Place {
                    installed_location: Arc::clone(&location),
                    is_local: true,
                    in_user_site: false,
                    in_site_packages: true,
                    has_egg_link: false,
                };
                let project = ProjectName::normalise(&format!("some{number}"));
                let info = self.info(number).into();
                Distribution::new(project, location, info, DistributionKind::DistInfo, place, kept.clone())
            })
            .collect();
        all.iter().for_each(|distribution| assert!(!distribution.name().is_empty()));
        all.get(number).unwrap().clone()
    }
}

#[test]
fn what_was_read_once_is_not_read_again() {
    let scene = Scene::new();
    assert_eq!(scene.look(3).name(), "Some3");
    // Of the same size and date: nobody could tell without reading it.
    let path = scene.info(3).join("METADATA");
    fs::write(&path, "Name: Kome3\nVersion: 2\nRequires-Dist: two\n\nText").unwrap();
    scene.settle();
    let kept = scene.look(3);
    assert_eq!((kept.name(), kept.version()), ("Some3", "1"));
    assert_eq!(kept.metadata().requires_dist, ["one"]);
    assert_eq!(kept.build_tag().as_deref(), Some("7"));
    assert!(kept.direct_url().is_none());
    assert_eq!(kept.whole_metadata().name, "Kome3", "all of it comes from the file");

    File::open(&path).unwrap().set_modified(SystemTime::now()).unwrap();
    let changed = scene.look(3);
    assert_eq!((changed.name(), changed.version()), ("Kome3", "2"));
    assert_eq!(changed.metadata().requires_dist, ["two"]);
}

#[test]
fn changes_of_every_kind_are_seen() {
    let scene = Scene::new();
    scene.look(0);
    let url = r#"{"url": "https://example.org/x", "archive_info": {}}"#;
    scene.write(0, "direct_url.json", url);
    scene.write(1, "WHEEL", "Wheel-Version: 1.0\nBuild: 8\n");
    fs::remove_file(scene.info(2).join("METADATA")).unwrap();
    scene.write(4, "METADATA", "Name: some4\nVersion: 1.0\n");
    assert!(scene.look(0).direct_url().is_some());
    assert_eq!(scene.look(1).build_tag().as_deref(), Some("8"));
    assert_eq!(scene.look(2).version(), "1", "from the folder's name");
    assert_eq!(scene.look(2).metadata().name, "");
    assert_eq!((scene.look(4).name(), scene.look(4).version()), ("some4", "1.0"));
}

#[test]
fn what_has_just_changed_is_not_kept() {
    let scene = Scene::new();
    for number in 0..FEWEST {
        scene.write(number, "METADATA", &format!("Name: New{number}\nVersion: 1\n"));
    }
    assert_eq!(scene.look(0).name(), "New0");
    assert!(!scene.root.path().join("cache").exists(), "it may change again without another date");
}

#[test]
fn a_damaged_file_counts_as_none() {
    let scene = Scene::new();
    scene.look(0);
    let whole = fs::read_to_string(scene.kept_file()).unwrap();
    assert_eq!(places(&whole).map(|places| places.len()), Some(FEWEST));
    for at in 0..whole.len() {
        let mut damaged = whole.clone().into_bytes();
        damaged[at] ^= 1;
        assert!(places(&String::from_utf8(damaged).unwrap()).is_none(), "byte {at}");
        assert!(places(&whole[..at]).is_none(), "cut at {at}");
    }
    fs::write(scene.kept_file(), "\u{fffd}").unwrap();
    assert_eq!(scene.look(5).metadata().requires_dist, ["one"]);
    assert_eq!(fs::read_to_string(scene.kept_file()).unwrap(), whole, "it is written again");
}

#[test]
fn odd_texts_are_left_to_their_files() {
    let scene = Scene::new();
    scene.write(0, "METADATA", "Name: Some0\nVersion: 1\nRequires-Dist: one;\n  python_version > '3'\n");
    scene.write(1, "METADATA", "Summary: nameless\n");
    scene.settle();
    for _ in 0..2 {
        assert_eq!(scene.look(0).metadata().requires_dist, ["one;\n  python_version > '3'"]);
        assert_eq!(scene.look(1).version(), "1");
    }
    let kept = fs::read_to_string(scene.kept_file()).unwrap();
    assert_eq!(places(&kept).map(|places| places.len()), Some(FEWEST - 2));
}
