use super::*;

fn names(set: &NameSet) -> String {
    set.iter().collect::<Vec<_>>().join(" ")
}

#[test]
fn name_lists_add_up_replace_and_empty() {
    // What pip 26.3 makes of these, one after the other.
    let cases: &[(&[&str], &str, &str)] = &[
        (&["-a,B_c", "+b.C,d"], "a", "b-c d"),
        (&["-a", "-b"], "a b", ""),
        (&["-:all:", "+b"], ":all:", "b"),
        (&["+b", "-:all:"], ":all:", ""),
        (&["+:all:,a,b"], "", ":all:"),
        (&["-a,:none:,b"], "b", ""),
        (&["-a,:all:,b,:none:,:all:,c"], ":all:", ""),
        (&["-:all:,x,:none:,y"], "y", ""),
        (&["+a", "+:none:"], "", ""),
        (&["+:all:", "+a"], "", ":all: a"),
        (&["+:all:", "-a"], "a", ":all:"),
    ];
    for (values, no_binary, only_binary) in cases {
        let mut control = FormatControl::default();
        for value in *values {
            match value.split_at(1) {
                ("-", value) => control.no_binary(value),
                (_, value) => control.only_binary(value),
            }
            .expect("a value");
        }
        let outcome = (names(control.no_binary_names()), names(control.only_binary_names()));
        assert_eq!(outcome, ((*no_binary).to_owned(), (*only_binary).to_owned()), "{values:?}");
    }
}

#[test]
fn the_name_itself_beats_all() {
    let mut control = FormatControl::default();
    control.only_binary(":all:").expect("a value");
    assert!(control.is_wheels_only());
    control.no_binary("Sdist.Only").expect("a value");
    assert!(!control.is_wheels_only());
    let allowed = |name| control.allowed(&ProjectName::normalise(name));
    assert_eq!(allowed("sdist-only"), AllowedFormats { wheels: false, sources: true });
    assert_eq!(allowed("other"), AllowedFormats { wheels: true, sources: false });

    let mut releases = ReleaseControl::default();
    releases.only_final(":all:").expect("a value");
    releases.all_releases("beta").expect("a value");
    assert_eq!(releases.allows_prereleases(&ProjectName::normalise("beta")), Some(true));
    assert_eq!(releases.allows_prereleases(&ProjectName::normalise("other")), Some(false));
    assert_eq!(ReleaseControl::default().allows_prereleases(&ProjectName::normalise("other")), None);
}

#[test]
fn release_rules_keep_their_order() {
    let mut releases = ReleaseControl::default();
    releases.all_releases("A,b").expect("a value");
    releases.only_final("b,:none:,c").expect("a value");
    let rules: Vec<_> =
        releases.rules().iter().map(|rule| (rule.all_releases, rule.value.as_str())).collect();
    assert_eq!(rules, [(true, "a"), (true, "b"), (false, "b"), (false, ":none:"), (false, "c")]);
    assert_eq!(names(releases.all_releases_names()), "a");
    assert_eq!(names(releases.only_final_names()), "c");
}

#[test]
fn a_value_that_is_an_option_is_refused() {
    let error = FormatControl::default().no_binary("-r").expect_err("an option");
    assert_eq!(error.to_string(), "ERROR: --no-binary / --only-binary option requires 1 argument.");
    assert_eq!(error.exit_code(), 1);
}
