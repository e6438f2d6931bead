//! `oxipip inspect`.

mod support;

use serde_json::{Value, json};
use support::Place;
use testkit::Wheel;

fn inspected(place: &Place, words: &[&str]) -> Value {
    let outcome = place.run(&[&["inspect"], words].concat()).succeeded();
    assert_eq!(outcome.stderr, "");
    serde_json::from_str(&outcome.stdout).unwrap()
}

#[test]
fn what_is_installed_and_where() {
    let place = Place::new("demo 1.0 -> lib>=1 ; extra x: absent\nlib 1.0");
    place.install(&["demo"]);
    let report = inspected(&place, &[]);
    assert_eq!((&report["version"], &report["pip_version"]), (&json!("1"), &json!("26.3")));
    let installed = report["installed"].as_array().unwrap();
    let of = |name: &str| installed.iter().find(|entry| entry["metadata"]["name"] == name).unwrap();
    assert_eq!(installed.len(), 2);
    let demo = of("demo");
    assert_eq!(demo["metadata"]["requires_dist"], json!(["lib>=1", "absent ; extra == 'x'"]));
    assert_eq!(demo["metadata"]["provides_extra"], json!(["x"]));
    assert_eq!(demo["metadata_location"], json!(place.site().join("demo-1.0.dist-info")));
    assert_eq!((&demo["installer"], &demo["requested"]), (&json!("pip"), &json!(true)));
    assert_eq!(of("lib")["requested"], json!(false));
    assert!(demo.get("direct_url").is_none());
    let version = place.python("import platform; print(platform.python_version())");
    assert_eq!(report["environment"]["python_full_version"], json!(version));
    assert_eq!(report["environment"]["os_name"], json!("posix"));
}

#[test]
fn where_it_came_from() {
    let place = Place::new("");
    let wheel = Wheel::new("demo", "1.0").build();
    let path = place.sandbox.write(&wheel.filename, &wheel.bytes);
    place.install(&[&path.display().to_string()]);
    let report = inspected(&place, &[]);
    let direct_url = &report["installed"][0]["direct_url"];
    assert_eq!(direct_url["url"], json!(format!("file://{}", path.display())));
    let digest = direct_url["archive_info"]["hashes"]["sha256"].as_str().unwrap();
    assert_eq!(direct_url["archive_info"]["hash"], json!(format!("sha256={digest}")));
}

// covers: inspect --path
#[test]
fn other_places_and_quietness() {
    let place = Place::new("demo 1.0");
    place.install(&["demo"]);
    let site = place.site().display().to_string();
    let outcome = place.sandbox.run(["inspect", "-qqq", "--path", &site]).succeeded();
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(report["installed"][0]["metadata"]["name"], json!("demo"));
    place
        .run(&["inspect", "--path", &site, "--local"])
        .failed()
        .warns("ERROR: Cannot combine '--path' with '--user' or '--local'\n");
}
