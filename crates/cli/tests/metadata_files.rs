//! Metadata files beside wheels and source distributions: what an index announces must be there, and true.

mod support;

use support::Place;
use testkit::{PackageFile, Wheel};

const OTHER: &[u8] = b"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\nRequires-Dist: lib==1.0\n";

/// Puts a file and what its page announces into an index on the disk, `index` in the working folder.
fn list_locally(place: &Place, package: &PackageFile, announcement: &str, metadata: Option<&[u8]>) {
    let name = &package.filename;
    place.sandbox.write(&format!("index/demo/{name}"), &package.bytes);
    if let Some(metadata) = metadata {
        place.sandbox.write(&format!("index/demo/{name}.metadata"), metadata);
    }
    let page = format!("<a href=\"{name}\" data-core-metadata=\"{announcement}\">{name}</a>");
    place.sandbox.write("index/demo/index.html", page);
}

fn local_install(place: &Place) -> testkit::Outcome {
    let index = format!("file://{}", place.sandbox.work().join("index").display());
    place.run(&["install", "-i", &index, "demo"])
}

#[test]
fn one_that_is_missing_is_an_error() {
    let place = Place::new("");
    for package in [Wheel::new("demo", "1.0").build(), testkit::Sdist::new("demo", "1.0").build()] {
        list_locally(&place, &package, "true", None);
        let missing = format!(
            "ERROR: 404 Client Error: FileNotFoundError for url: file://{}/index/demo/{}.metadata\n",
            place.sandbox.work().display(),
            package.filename
        );
        local_install(&place).failed().warns(&missing);
        std::fs::remove_dir_all(place.sandbox.work().join("index")).unwrap();
    }
}

#[test]
fn one_with_another_digest_is_an_error() {
    let place = Place::new("");
    let package = Wheel::new("demo", "1.0").build();
    let metadata = package.metadata.clone().unwrap();
    list_locally(&place, &package, "sha256=wrong-hash", Some(&metadata));
    local_install(&place).failed().warns("        Expected sha256 wrong-hash\n             Got        ");
}

#[test]
fn one_of_another_project_speaks_for_no_file() {
    let place = Place::new("");
    let package = Wheel::new("demo", "1.0").build();
    let metadata = b"Metadata-Version: 2.1\nName: Not-Demo\nVersion: 1.0\n";
    list_locally(&place, &package, "true", Some(metadata));
    local_install(&place).failed().says(
        "demo-1.0-py3-none-any.whl has inconsistent Name: expected 'demo', but metadata has 'Not-Demo'\n",
    );
}

#[test]
fn a_wheel_says_the_same_inside() {
    let place = Place::new("lib 1.0");
    let mut package = Wheel::new("demo", "1.0").requires("other").build();
    package.metadata = Some(OTHER.to_vec());
    place.index.add(package);
    let before = place.tree();
    let difference = "has inconsistent Requires-Dist between its PEP 658 .metadata file and the wheel's METADATA: \
                      sidecar has 'lib==1.0', wheel has 'other'\n";
    place.run(&["install", "demo"]).failed().warns(difference);
    before.assert_same(&place.tree());
    place.run(&["download", "-d", "kept", "--no-cache-dir", "demo"]).failed().warns(difference);
    assert!(!place.sandbox.work().join("kept/demo-1.0-py3-none-any.whl").exists());
}

#[test]
fn the_way_it_is_written_does_not_matter() {
    let place = Place::new("lib 1.0");
    let mut package = Wheel::new("demo", "1.0").requires("Lib>=1,<2").build();
    let text = "Metadata-Version: 2.1\nName: Demo\nVersion: 1.0\nRequires-Dist:\n lib <2, >=1\n";
    package.metadata = Some(text.as_bytes().to_vec());
    place.index.add(package);
    place.install(&["demo"]);
    assert_eq!(place.frozen(), ["demo==1.0", "lib==1.0"]);
}
