//! Distributions that are removed.

mod support;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use installer::{InstallError, Plan};
use support::Site;
use testkit::Wheel;

fn package() -> Wheel {
    Wheel::new("demo", "1.0")
        .file("demo/__init__.py", "")
        .file("demo/sub/module.py", "")
        .file("single.py", "")
        .file("space/demo/part.py", "")
        .data("data", "share/demo/data.txt", "")
        .data("scripts", "tool", "#!python\n")
        .console_script("run", "demo:main")
}

/// A site in which something stays.
fn beside_another() -> Site {
    let site = Site::new();
    site.write(&site.library("neighbour.py"), "");
    site
}

/// pip takes a folder away with the last file in it, and leaves what that folder is in.
#[test]
fn the_last_one_takes_the_folder_for_packages_along() {
    let site = Site::new();
    for _ in 0..2 {
        site.place(vec![site.placement(package())]).expect("the wheel is placed");
        site.remove("demo").expect("the distribution is removed");
        let packages = site.library("");
        assert!(!packages.exists() && packages.parent().expect("a parent").exists());
    }
}

#[test]
fn everything_goes_with_the_folders_that_were_made_for_it() {
    let site = beside_another();
    let before = site.tree();
    site.place(vec![site.compiled(package())]).expect("the wheel is placed");
    assert!(site.library("__pycache__").exists(), "there is byte-code beside single.py");
    let report = site.remove("demo").expect("the distribution is removed");
    assert_eq!((&*report.removed[0].name, &*report.removed[0].version), ("demo", "1.0"));
    assert!(report.removed[0].found_files && report.leftover.is_none());
    before.assert_same(&site.tree());
}

#[test]
fn byte_code_that_python_made_later_goes_too() {
    let site = beside_another();
    let before = site.tree();
    site.place(vec![site.placement(package())]).expect("the wheel is placed");
    let tag = site.environment.cache_tag();
    for made in ["demo/__pycache__/__init__", "__pycache__/single"] {
        site.write(&site.library(&format!("{made}.{tag}.pyc")), "");
    }
    site.write(&site.library("demo/sub/module.pyc"), "");
    // A folder without files is no reason to keep the folder it is in.
    fs::create_dir_all(site.library("demo/empty/deeper")).expect("folders");
    site.remove("demo").expect("the distribution is removed");
    before.assert_same(&site.tree());
}

#[test]
fn what_belongs_to_others_stays() {
    let site = Site::new();
    let other = Wheel::new("other", "1").file("space/other.py", "").file("demo/plugin.py", "");
    site.place(vec![site.placement(other)]).expect("the other is placed");
    site.write(&site.library("demo/mine.txt"), "mine");
    let elsewhere = site.outside("elsewhere");
    fs::create_dir(&elsewhere).expect("a folder");
    site.write(&elsewhere.join("precious"), "");
    symlink(&elsewhere, site.library("demo/link")).expect("a link");
    let before = site.tree();
    site.place(vec![site.placement(package())]).expect("the wheel is placed");
    site.remove("demo").expect("the distribution is removed");
    before.assert_same(&site.tree());
    assert!(elsewhere.join("precious").exists());
}

#[test]
fn listing_is_what_pip_shows() {
    let site = Site::new();
    site.place(vec![site.compiled(package())]).expect("the wheel is placed");
    site.write(&site.library("demo/mine.txt"), "mine");
    let listing = site.removal("demo").expect("a removal").listing(&site.target).expect("a listing");
    assert_eq!(
        listing.remove,
        [
            site.path("bin/run"),
            site.path("bin/tool"),
            site.library("demo-1.0.dist-info/*"),
            site.library("demo/*"),
            site.library("single.py"),
            site.library("space/demo/part.py"),
            site.path("share/demo/data.txt"),
        ]
    );
    assert_eq!(listing.skip, [site.library("demo/mine.txt")]);
    assert!(listing.refused.is_empty());
    assert!(listing.every_file.contains(&site.library("demo/sub/module.py")));
    let folder = |path: &str| PathBuf::from(format!("{}/", site.library(path).display()));
    assert!(listing.moves.contains(&folder("demo/sub")), "{:?}", listing.moves);
    assert!(listing.moves.contains(&site.library("demo/__init__.py")), "{:?}", listing.moves);
}

/// The listings and the trees of real pip for the same wheel are in `against_pip.rs`.
#[test]
fn rows_that_lead_out_of_the_environment_are_refused() {
    let site = Site::new();
    let precious = site.outside("precious");
    site.write(&precious, "");
    site.place(vec![site.placement(package())]).expect("the wheel is placed");
    let record = site.library("demo-1.0.dist-info/RECORD");
    let text = site.read(&record);
    let hostile = format!(
        "{}\r\n../../../../precious,,\r\n{},,\r\n../../..,,\r\n../../../bin,,\r\n..,,\r\n",
        text,
        precious.display()
    );
    // A new file, not the one that is shared with the store.
    fs::remove_file(&record).expect("RECORD goes");
    site.write(&record, &hostile);
    let listing = site.removal("demo").expect("a removal").listing(&site.target).expect("a listing");
    assert_eq!(listing.refused, std::slice::from_ref(&precious));
    site.remove("demo").expect("the distribution is removed");
    assert!(precious.exists() && site.path("bin/python").exists());
    assert!(!site.library("single.py").exists());
}

#[test]
fn several_at_once_leave_nothing_they_shared() {
    let site = beside_another();
    let before = site.tree();
    let part = |name: &str| {
        site.placement(
            Wheel::new(name, "1")
                .file(&format!("space/{name}.py"), "")
                .file(&format!("space/deep/{name}.py"), ""),
        )
    };
    site.place(vec![part("one"), part("two")]).expect("both are placed");
    let plan =
        Plan { remove: vec![site.removal("one").unwrap(), site.removal("two").unwrap()], ..Plan::default() };
    site.execute(&plan).expect("both are removed");
    before.assert_same(&site.tree());
}

#[test]
fn distributions_without_a_record_are_refused_in_pips_words() {
    let site = Site::new();
    site.place(vec![site.placement(package())]).expect("the wheel is placed");
    fs::remove_file(site.library("demo-1.0.dist-info/RECORD")).expect("RECORD goes");
    let error = site.removal("demo").expect_err("pip refuses");
    assert_eq!(
        error.to_string(),
        "Cannot uninstall demo 1.0\nThe package's contents are unknown: no RECORD file was found for demo."
    );
    assert!(matches!(error, InstallError::MissingRecord { installer: None, .. }));
    fs::remove_file(site.library("demo-1.0.dist-info/INSTALLER")).expect("INSTALLER goes");
    site.write(&site.library("demo-1.0.dist-info/INSTALLER"), "apt\n");
    let error = site.removal("demo").expect_err("pip refuses");
    assert!(matches!(error, InstallError::MissingRecord { installer: Some(name), .. } if name == "apt"));

    site.write(&site.library("old-1.0.egg-info"), "Metadata-Version: 1.1\nName: old\nVersion: 1.0\n");
    let error = site.removal("old").expect_err("pip refuses");
    assert!(
        error.to_string().starts_with("Cannot uninstall old 1.0\nIt is a distutils installed project"),
        "{error}"
    );
}

#[test]
fn flat_egg_info_is_removed_by_its_list() {
    let site = beside_another();
    let before = site.tree();
    site.write(
        &site.library("old-1.0-py3.egg-info/PKG-INFO"),
        "Metadata-Version: 1.1\nName: old\nVersion: 1.0\n",
    );
    site.write(
        &site.library("old-1.0-py3.egg-info/installed-files.txt"),
        "../old/__init__.py\n../../../../bin/old\nPKG-INFO\n",
    );
    site.write(&site.library("old/__init__.py"), "");
    site.write(&site.path("bin/old"), "");
    site.remove("old").expect("it is removed");
    before.assert_same(&site.tree());

    site.write(
        &site.library("old-1.0-py3.egg-info/PKG-INFO"),
        "Metadata-Version: 1.1\nName: old\nVersion: 1.0\n",
    );
    site.write(&site.library("old-1.0-py3.egg-info/top_level.txt"), "old\nsp\n../../x\n");
    site.write(&site.library("old-1.0-py3.egg-info/namespace_packages.txt"), "sp\n");
    site.write(&site.library("old/deep/file.txt"), "");
    site.write(&site.library("sp/other.py"), "");
    let listing = site.removal("old").unwrap().listing(&site.target).expect("a listing");
    assert_eq!(listing.remove, [site.library("old"), site.library("old-1.0-py3.egg-info")]);
    site.remove("old").expect("it is removed");
    fs::remove_dir_all(site.library("sp")).expect("what is not its own has stayed");
    before.assert_same(&site.tree());
}

#[test]
fn develop_installs_lose_their_link_and_their_line() {
    let site = Site::new();
    let source = site.outside("source");
    site.write(&source.join("dev.egg-info/PKG-INFO"), "Metadata-Version: 1.1\nName: dev\nVersion: 1.0\n");
    let lines = format!("/somewhere\n{}\n", source.display());
    site.write(&site.library("easy-install.pth"), &lines);
    site.write(&site.library("dev.egg-link"), &format!("{}\n.", source.display()));
    site.remove("dev").expect("it is removed");
    assert_eq!(site.read(&site.library("easy-install.pth")), "/somewhere\n");
    assert!(!site.library("dev.egg-link").exists() && source.join("dev.egg-info/PKG-INFO").exists());
}

#[test]
fn eggs_are_removed_whole() {
    let site = Site::new();
    site.write(
        &site.library("egg-1.0-py3.egg/EGG-INFO/PKG-INFO"),
        "Metadata-Version: 1.1\nName: egg\nVersion: 1.0\n",
    );
    site.write(&site.library("egg-1.0-py3.egg/egg.py"), "");
    site.write(&site.library("easy-install.pth"), "./egg-1.0-py3.egg\n./other.egg\n");
    site.remove("egg").expect("it is removed");
    assert!(!site.library("egg-1.0-py3.egg").exists());
    assert_eq!(site.read(&site.library("easy-install.pth")), "./other.egg\n");
}
