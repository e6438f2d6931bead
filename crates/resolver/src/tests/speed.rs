//! Large universes end soon.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::universe::Universe;

/// Debug builds on busy machines are slow; an exponential search would take hours.
const SOON: Duration = Duration::from_secs(20);

#[test]
fn a_thousand_packages() {
    let mut text = String::new();
    for package in 0..1_000 {
        for version in 1..=5 {
            let _ = writeln!(text, "p{package} {version}.0");
            for dependency in [package * 2 + 1, package * 2 + 2, package + 13] {
                if dependency < 1_000 {
                    let _ = writeln!(text, "  p{dependency}>={version}.0,<9");
                }
            }
        }
    }
    let universe = Universe::new(&text);
    let started = Instant::now();
    let resolution = universe.ask("p0").resolve().unwrap();
    assert_eq!(resolution.packages.len(), 1_000);
    assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
}

/// Like boto3 before an old urllib3: every version pins another package that has a bound of its own, and
/// only very old versions fit.
#[test]
fn many_versions_that_pin_their_partner() {
    let mut text = String::new();
    for version in 0..400 {
        let urllib3 = if version < 20 { "urllib3<1.25" } else { "urllib3>=1.25" };
        let _ = write!(text, "boto3 1.{version}\n  botocore>=1.{version},<1.{}\n", version + 1);
        let _ = write!(text, "botocore 1.{version}\n  {urllib3}\n");
    }
    text.push_str("urllib3 1.24\nurllib3 1.26\nurllib3 2.0\n");
    let universe = Universe::new(&text);
    let started = Instant::now();
    assert_eq!(universe.choose("boto3, urllib3<1.25"), "urllib3 1.24, botocore 1.19, boto3 1.19");
    assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
}

/// An extra whose dependency rules out most versions of its project, asked for with and without specifiers.
#[test]
fn many_versions_that_an_extra_rules_out() {
    let mut text = String::new();
    for version in 0..300 {
        let _ = write!(text, "a {version}\n  [x] b>{version}\n");
    }
    text.push_str("b 100\n");
    let universe = Universe::new(&text);
    let started = Instant::now();
    assert_eq!(universe.choose("a[x]"), "b 100, a 99");
    assert_eq!(universe.choose("a[x]>=1"), "b 100, a 99");
    assert_eq!(universe.choose("a[x]>=1, a>2, b"), "b 100, a 99");
    assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
}

/// A chain as long as the stack would be deep.
#[test]
fn a_very_long_chain_fails_without_overflow() {
    let mut text = String::new();
    for package in 0..3_000 {
        let _ = write!(text, "p{package} 1\n  p{}\n", package + 1);
    }
    let universe = Universe::new(&text);
    assert!(
        universe.choose("p0").starts_with("ERROR: No matching distribution found for p3000 (from p2999)")
    );
}
