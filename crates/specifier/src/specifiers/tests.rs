use super::{InvalidSpecifier, Operator, Specifier, Specifiers};
use crate::Version;

fn specifiers(text: &str) -> Specifiers {
    Specifiers::parse(text).unwrap_or_else(|error| panic!("{error}"))
}

fn version(text: &str) -> Version {
    Version::parse(text).unwrap_or_else(|error| panic!("{error}"))
}

/// Each line: a specifier, versions that match, versions that do not.
#[test]
fn matches_as_the_standard_says() {
    for (specifier, matching, others) in [
        (">=1.0", "1 1.0+a 1.0.post1 2 99999999999", "0.9 1.0rc1 1.0.dev0"),
        ("<=1.0", "1 1.0+a 0.9 1.0rc1", "1.0.post0 1.0.post0.dev0 1.0.1"),
        (">1.0", "1.0.1 1.0.1.dev0 2 99999999999", "1.0 1.0+a 1.0.post1 1.0.post99999 1.0rc1"),
        (">1.0rc1", "1.0rc2 1.0 1.0rc2.dev0", "1.0rc1 1.0rc1.post1 1.0rc1+a"),
        (">1.0.post1", "1.0.post2 1.0.post2.dev0 1.1", "1.0.post1 1.0.post1+a 1.0.post1.dev3 1.0"),
        (">1.0.dev3", "1.0.dev4 1.0a1 1.0", "1.0.dev3 1.0.dev3+a 1.0.dev2"),
        ("<1.0", "0.9 0.9.9.post1 0.99999999999", "1.0 1.0rc1 1.0.dev0 1.0a1.dev1 1.0a99999"),
        ("<1.0rc1", "1.0b9 1.0rc1.dev1 1.0.dev0", "1.0rc1 1.0"),
        ("<1.0.post1", "1.0 1.0+a 1.0.post0 1.0a1.post1", "1.0.post1 1.0.post1.dev0"),
        ("==1.0", "1 1.0.0 1.0+a 1.0.0.0.0.0.0.0.0", "1.0.post1 1.0a1 1.0.1"),
        ("==1.0+a", "1+A", "1.0 1.0+b"),
        ("!=1.0", "1.1 1.0a1 99999999999", "1 1.0+a"),
        ("==1.0.*", "1 1.0.5 1.0a1 1.0.dev0 1.0.post1 1.0+a 1.0.99999999", "1.1 0.9 1.1.dev0 1!1.0"),
        ("!=1.0.*", "1.1 0.9 1.1.dev0 1!1.0", "1 1.0.5 1.0a1 1.0.dev0"),
        ("==16383.1023.*", "16383.1023.7", "16384 16383.1022.9"),
        ("~=1.4.2", "1.4.2 1.4.3 1.4.10000 1.4.2+a", "1.5 1.5.dev0 1.4.1 1.4.2rc1"),
        ("~=1.4rc2", "1.4rc2 1.4 1.9", "1.4rc1 2.0 2.0.dev0"),
        ("===1.0.post1", "1.0-1", "1.0 1.0.0.post1"),
        ("===foo", "", "1.0"),
        ("", "1 1a1", ""),
    ] {
        let set = specifiers(specifier);
        for text in matching.split_whitespace() {
            assert!(set.contains(&version(text)), "{text} should match {specifier}");
        }
        for text in others.split_whitespace() {
            assert!(!set.contains(&version(text)), "{text} should not match {specifier}");
        }
    }
}

#[test]
fn a_set_is_shown_sorted_and_without_duplicates() {
    assert_eq!(specifiers(" >= 1.0 ,, <2,!=1.5.*, < 2.0").to_string(), "!=1.5.*,<2,>=1.0");
    assert_eq!(specifiers("==1,==v1.0,~=1.0,~=1.0.0").to_string(), "==1,~=1.0,~=1.0.0");
    assert_eq!(specifiers(">=1,<2"), specifiers("<2.0,>=1.0"));
    let both = specifiers(">=1").intersection(&specifiers("<2,>=1.0"));
    assert_eq!(both.to_string(), "<2,>=1");
}

#[test]
fn what_is_no_specifier_is_refused() {
    for text in
        ["1.0", "~=1", "~=1.0.*", ">=1.0.*", ">=1.0+a", "==1.0.*.dev1", "=1", "==1.0a1.*", "== =1", "foo"]
    {
        assert_eq!(Specifiers::parse(text), Err(InvalidSpecifier(text.to_owned())));
    }
    assert!(Specifier::new(Operator::Compatible, &version("1")).is_err());
}

#[test]
fn questions_the_resolver_asks() {
    assert!(specifiers("==1.0").is_pinned() && specifiers("===x").is_pinned());
    assert!(!specifiers("==1.*").is_pinned() && !specifiers("==1,>=1").is_pinned());
    assert_eq!(specifiers("==1.0").pinned_version(), Some(&version("1.0")));
    assert!(specifiers("<2").has_upper_bound() && specifiers("==1.*").has_upper_bound());
    assert!(!specifiers("==1").has_upper_bound() && !specifiers(">1").has_upper_bound());
    assert!(specifiers(">=1rc1").names_prerelease() && !specifiers("!=1rc1").names_prerelease());
}

#[test]
fn filter_takes_prereleases_only_when_asked_or_alone() {
    let versions = ["1.0", "1.1rc1", "2.0a1"].map(version);
    let shown = |text: &str, prereleases| {
        let chosen = specifiers(text).filter(versions.iter(), |version| version, prereleases);
        chosen.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(shown("", None), "1.0");
    assert_eq!(shown(">1.0", None), "1.1rc1 2.0a1");
    assert_eq!(shown(">=1.0.dev0", None), "1.0 1.1rc1 2.0a1");
    assert_eq!(shown(">=1.0", Some(true)), "1.0 1.1rc1 2.0a1");
    assert_eq!(shown(">1.0", Some(false)), "");
}
