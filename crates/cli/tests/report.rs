//! `install --report`, as programs read it.

mod support;

use serde_json::{Value, json};
use support::Place;
use testkit::{Index, Listing, Wheel};

fn report(place: &Place, words: &[&str]) -> Value {
    place.install(&[&["--report", "report.json", "-q"], words].concat());
    serde_json::from_str(&place.sandbox.read("report.json")).expect("a report that is JSON")
}

fn names(report: &Value) -> Vec<&str> {
    let entries = report["install"].as_array().expect("a list");
    entries.iter().map(|entry| entry["metadata"]["name"].as_str().unwrap()).collect()
}

// covers: install --report
#[test]
fn tells_what_would_be_installed_and_from_where() {
    let place = Place::new("demo 1.0 -> other ; extra more: lib\nlib 1.0\nother 2.0");
    let report = report(&place, &["--dry-run", "Demo[more]"]);
    assert_eq!(report["version"], "1");
    assert_eq!(report["pip_version"], "26.3");
    assert_eq!(names(&report), ["demo", "lib", "other"]);
    let demo = &report["install"][0];
    assert_eq!(demo["requested"], true);
    assert_eq!(demo["requested_extras"], json!(["more"]));
    assert_eq!(demo["is_direct"], false);
    assert_eq!(demo["is_yanked"], false);
    let url = demo["download_info"]["url"].as_str().unwrap();
    assert!(url.ends_with("/demo-1.0-py3-none-any.whl"), "{url}");
    let hash = demo["download_info"]["archive_info"]["hash"].as_str().unwrap();
    let hashes = demo["download_info"]["archive_info"]["hashes"]["sha256"].as_str().unwrap();
    assert_eq!(hash, format!("sha256={hashes}"));
    assert_eq!(hashes.len(), 64);
    let other = &report["install"][2];
    assert_eq!(other["requested"], false);
    assert_eq!(other.get("requested_extras"), None);
    let python = place
        .python("import json, platform, sys; print(json.dumps([sys.platform, platform.python_version()]))");
    let environment = &report["environment"];
    let known = json!([environment["sys_platform"], environment["python_full_version"]]);
    assert_eq!(known, serde_json::from_str::<Value>(&python).unwrap());
    assert_eq!(place.frozen(), Vec::<String>::new());
}

#[test]
fn is_written_by_a_real_install_too_and_for_nothing_to_do() {
    let place = Place::new("demo 1.0");
    assert_eq!(names(&report(&place, &["demo"])), ["demo"]);
    assert_eq!(place.frozen(), ["demo==1.0"]);
    assert_eq!(report(&place, &["demo"])["install"], json!([]));
}

#[test]
fn standard_output_holds_nothing_else_when_quiet() {
    let place = Place::new("demo 1.0");
    let outcome = place.install(&["--dry-run", "--quiet", "--report", "-", "demo"]);
    assert_eq!(names(&serde_json::from_str(&outcome.stdout).unwrap()), ["demo"]);
    let outcome = place.install(&["--dry-run", "--report", "-", "demo"]);
    outcome.says("Collecting demo").says("\n{\n  \"version\": \"1\",\n").says("}\nWould install demo-1.0\n");
}

#[test]
fn yanked_files_and_addresses_are_marked() {
    let index = Index::start();
    index.add_listed(Wheel::new("demo", "1.0").build(), Listing::new().yanked("broken"));
    let place = Place::with_index(index, "");
    let yanked = report(&place, &["--dry-run", "demo==1.0"]);
    assert_eq!(yanked["install"][0]["is_yanked"], true);

    let wheel = Wheel::new("direct", "1.0").build();
    let path = wheel.write_to(place.sandbox.work());
    let direct = report(&place, &["--dry-run", "./direct-1.0-py3-none-any.whl"]);
    let entry = &direct["install"][0];
    assert_eq!(entry["is_direct"], true);
    assert_eq!(entry["download_info"]["url"], format!("file://{}", path.display()));
    assert_eq!(entry["download_info"]["archive_info"]["hash"], format!("sha256={}", wheel.sha256()));
}

#[test]
fn a_file_without_a_digest_is_fetched_for_one() {
    let index = Index::start();
    let wheel = Wheel::new("demo", "1.0").build();
    let sha256 = wheel.sha256();
    index.add_listed(wheel, Listing::new().without_hash().without_metadata());
    let place = Place::with_index(index, "");
    let report = report(&place, &["--dry-run", "demo"]);
    let hash = &report["install"][0]["download_info"]["archive_info"]["hash"];
    assert_eq!(*hash, format!("sha256={sha256}"));
}

#[test]
fn a_report_that_cannot_be_written_stops_the_install() {
    let place = Place::new("demo 1.0");
    place.run(&["install", "--report", "missing/report.json", "demo"]).ended_with(1).warns(
        "ERROR: Could not install packages due to an OSError: [Errno 2] No such file or directory: \
             'missing/report.json'\n",
    );
    assert_eq!(place.frozen(), Vec::<String>::new());
}
