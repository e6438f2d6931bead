//! Where packages come from and which of them may be chosen: the options of every command that asks an index.

mod support;

use support::Place;
use testkit::{Index, Listing, Sdist, Wheel};

/// What a dry run would install.
#[track_caller]
fn chosen(place: &Place, words: &[&str]) -> String {
    let outcome = place.install(&[&["--dry-run", "demo"], words].concat());
    let line = outcome.stdout.lines().last().unwrap_or_default().to_owned();
    line.strip_prefix("Would install ").unwrap_or(&line).to_owned()
}

// covers: install --index-url --extra-index-url
#[test]
fn other_indexes() {
    let place = Place::new("demo 1.0");
    let (older, newer) = (Index::start(), Index::start());
    older.universe("demo 0.1");
    newer.universe("demo 2.0");
    assert_eq!(chosen(&place, &[]), "demo-1.0");
    assert_eq!(chosen(&place, &["-i", &older.url()]), "demo-0.1");
    assert_eq!(chosen(&place, &["--extra-index-url", &older.url()]), "demo-1.0");
    let (older, newer) = (older.url(), newer.url());
    assert_eq!(chosen(&place, &["--extra-index-url", &older, "--extra-index-url", &newer]), "demo-2.0");
    assert_eq!(chosen(&place, &["--pypi-url", &older, "--extra-index-url", &newer]), "demo-2.0");
}

// covers: install --refresh-package
#[test]
fn pages_that_are_fresh_are_asked_for_on_request() {
    let place = Place::with_index(Index::builder().cache_control("max-age=600").start(), "demo 1.0");
    assert_eq!(chosen(&place, &[]), "demo-1.0");
    place.index.universe("demo 2.0");
    for options in [&[][..], &["--refresh-package", "other"], &["--refresh-package", ":all:,:none:"]] {
        assert_eq!(chosen(&place, options), "demo-1.0", "{options:?}");
    }
    assert_eq!(chosen(&place, &["--refresh-package", "other,Demo"]), "demo-2.0");
    place.index.universe("demo 3.0");
    assert_eq!(chosen(&place, &["--refresh-package", ":all:"]), "demo-3.0");
}

// covers: install --prefer-binary
#[test]
fn an_older_wheel_rather_than_a_newer_source() {
    let place = Place::new("demo 1.0");
    place.index.add(Sdist::new("demo", "2.0").build());
    assert_eq!(chosen(&place, &[]), "demo-2.0");
    assert_eq!(chosen(&place, &["--prefer-binary"]), "demo-1.0");
}

// covers: install --uploaded-prior-to
#[test]
fn nothing_that_came_later() {
    let place = Place::new("");
    for (version, time) in [("1.0", "2024-01-01T00:00:00Z"), ("2.0", "2024-03-01T12:00:00Z")] {
        place.index.add_listed(Wheel::new("demo", version).build(), Listing::new().upload_time(time));
    }
    assert_eq!(chosen(&place, &[]), "demo-2.0");
    for (limit, expected) in [
        ("2024-02-01", "demo-1.0"),
        ("2024-03-01T12:00:01Z", "demo-2.0"),
        ("2024-03-01T13:00:00+02:00", "demo-1.0"),
        ("P1D", "demo-2.0"),
    ] {
        assert_eq!(chosen(&place, &["--uploaded-prior-to", limit]), expected, "{limit}");
    }
    place
        .run(&["install", "--uploaded-prior-to", "P36500D", "demo"])
        .failed()
        .warns("ERROR: No matching distribution found for demo");
}
