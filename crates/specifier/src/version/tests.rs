use super::Version;
use std::collections::HashSet;

fn version(text: &str) -> Version {
    Version::parse(text).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn order_is_that_of_the_standard() {
    let ordered = [
        "0.dev0",
        "0",
        "1.dev0",
        "1.0.dev456",
        "1.0a1.dev1",
        "1.0a1",
        "1.0a1.post0.dev1",
        "1.0a1.post0",
        "1.0a2",
        "1.0b1",
        "1.0rc1.dev2",
        "1.0rc1",
        "1.0",
        "1.0+abc",
        "1.0+abc.5",
        "1.0+5",
        "1.0.post0.dev1",
        "1.0.post0",
        "1.0.post70000",
        "1.0.1",
        "1.1",
        "16383.1023.4095.63",
        "16383.1023.4095.64",
        "16384",
        "99999999999999999998",
        "99999999999999999999",
        "100000000000000000000",
        "1!0.1",
    ];
    let versions: Vec<Version> = ordered.iter().map(|text| version(text)).collect();
    for (index, left) in versions.iter().enumerate() {
        for (other, right) in versions.iter().enumerate() {
            assert_eq!(left.cmp(right), index.cmp(&other), "{left} and {right}");
        }
    }
}

#[test]
fn display_is_the_normalised_form() {
    for (written, normalised) in [
        ("1.0", "1.0"),
        (" v1.0.0\n", "1.0.0"),
        ("01.002", "1.2"),
        ("1.0-alpha_7", "1.0a7"),
        ("1.0C", "1.0rc0"),
        ("1.0-3", "1.0.post3"),
        ("1.0r", "1.0.post0"),
        ("1.0.DEV.5", "1.0.dev5"),
        ("0!1", "1"),
        ("7!1.0pre3post4dev5+Ab_01-c", "7!1.0rc3.post4.dev5+ab.1.c"),
        ("1.0.0.0.0.0.0", "1.0.0.0.0.0.0"),
        ("1.0.0.0.0.0.0.0.0", "1.0.0.0.0.0.0.0.0"),
        ("000123456789012345678901234567890", "123456789012345678901234567890"),
    ] {
        assert_eq!(version(written).to_string(), normalised);
        assert_eq!(version(normalised), version(written));
    }
}

#[test]
fn equal_versions_have_equal_hashes() {
    let versions = ["1.0", "1", "1.0.0.0.0.0.0.0.0.0", "v1.0", "0!1.0"].map(version);
    assert_eq!(versions.into_iter().collect::<HashSet<_>>().len(), 1);
    let versions = ["1.0+a", "1.0.0.0.0.0.0.0.0.0+A"].map(version);
    assert_eq!(versions.into_iter().collect::<HashSet<_>>().len(), 1);
}

#[test]
fn what_is_no_version_is_refused() {
    for text in
        ["", "1.", ".1", "1..2", "1.0.*", "1.0+", "1.0+a..b", "1!", "1.0foo", "٣", "1 .0", "vv1", "1.0--1"]
    {
        assert_eq!(Version::parse(text).map_err(|error| error.0), Err(text.to_owned()));
    }
    let error = Version::parse("it's\n").map_err(|error| error.to_string());
    assert_eq!(error, Err(r#"Invalid version: "it's\n""#.to_owned()));
}

#[test]
fn parts_of_a_version() {
    let full = version("2!1.5.0a3.post2.dev9+cu.121");
    assert_eq!((full.epoch(), full.major(), full.minor(), full.micro()), (2, 1, 5, 0));
    assert_eq!(full.public().to_string(), "2!1.5.0a3.post2.dev9");
    assert_eq!(full.base().to_string(), "2!1.5.0");
    assert!(full.is_prerelease() && full.is_postrelease() && full.is_devrelease() && full.has_local());
    assert_eq!(Version::new([3, 12, 1]).to_string(), "3.12.1");
    assert_eq!(Version::new([]).to_string(), "0");
    assert_eq!(format!("{:>6}|{:<5}|", version("1.0"), version("1a1")), "   1.0|1a1  |");
}
