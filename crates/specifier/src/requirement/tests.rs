use super::Requirement;
use crate::{ExtraName, MarkerEnvironment};

fn requirement(text: &str) -> Requirement {
    Requirement::parse(text).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn shown_as_pip_shows_it() {
    for (written, shown) in [
        ("Foo", "Foo"),
        (" foo [ B , a,a ] ( >=1 , <2 ) ; os_name=='x' ", "foo[B,a]<2,>=1; os_name == \"x\""),
        ("foo @ file:///x;y ; os_name=='x'", "foo @ file:///x;y ; os_name == \"x\""),
        ("foo@file:///x", "foo @ file:///x"),
        ("foo>=1,", "foo>=1"),
        ("foo ()", "foo"),
        ("foo===1.0;os_name=='x'", "foo===1.0; os_name == \"x\""),
    ] {
        assert_eq!(requirement(written).to_string(), shown);
    }
}

#[test]
fn spelling_makes_no_difference() {
    assert_eq!(requirement("Foo_Bar[X.y,z]>=1.0"), requirement("foo-bar[Z,x-Y] >= 1"));
    assert_ne!(requirement("foo[x]"), requirement("foo"));
    assert_eq!(
        requirement("a[B_c,b.C,a]").extras.iter().map(ExtraName::as_str).collect::<Vec<_>>(),
        ["b-c", "a"]
    );
}

#[test]
fn errors_are_those_of_pip() {
    for (text, expected) in [
        ("", "Expected package name at the start of dependency specifier\n    \n    ^"),
        (
            "foo bar",
            "Expected semicolon (after name with no version specifier) or end\n    foo bar\n        ^",
        ),
        (
            "foo>=1 x",
            "Expected comma (within version specifier), semicolon (after version specifier) or end\n    foo>=1 x\n       ~~~~^",
        ),
        ("foo>=1.*", ".* suffix can only be used with `==` or `!=` operators\n    foo>=1.*\n       ~~~~^"),
        (
            "foo==1a1.*",
            ".* suffix cannot be used with pre-release, post-release, dev or local versions\n    foo==1a1.*\n       ~~~~~~^",
        ),
        (
            "foo>=1+a",
            "Local version label can only be used with `==` or `!=` operators\n    foo>=1+a\n       ~~~^",
        ),
        ("foo[a b]", "Expected comma between extra names\n    foo[a b]\n          ^"),
        ("foo[a,]", "Expected extra name after comma\n    foo[a,]\n          ^"),
        ("foo[a", "Expected matching RIGHT_BRACKET for LEFT_BRACKET, after extras\n    foo[a\n       ~~^"),
        (
            "foo (>=1",
            "Expected matching RIGHT_PARENTHESIS for LEFT_PARENTHESIS, after version specifier\n    foo (>=1\n        ~~~~^",
        ),
        ("foo @ ", "Expected URL after @\n    foo @ \n          ^"),
        ("foo @ u x", "Expected semicolon (after URL and whitespace) or end\n    foo @ u x\n          ~~^"),
        (
            "foo; os_name=='a' b",
            "Expected end of dependency specifier\n    foo; os_name=='a' b\n                      ^",
        ),
        ("foo===1,x", "Invalid specifier: 'x'"),
    ] {
        assert_eq!(Requirement::parse(text).map_err(|error| error.to_string()), Err(expected.to_owned()));
    }
}

#[test]
fn what_is_extra_only_at_a_glance_is_so_after_reading() {
    let environment = MarkerEnvironment::default();
    let yes = [
        "a; extra == 'x'",
        "A.b-c ; extra == \"test-x\"",
        "a[one, two] >=1.0,<2 ; extra=='x_y'",
        "a==2024.1;extra == \"X\"",
        "a != 1 , > 3;extra=='3'",
    ];
    for text in yes {
        assert!(Requirement::is_extra_only(text), "{text}");
        let marker = Requirement::parse(text).unwrap().marker.unwrap();
        assert!(!marker.evaluate(&environment, &[]).unwrap_or(false), "{text}");
    }
    let no = [
        "a",
        "a; extra == ''",
        "a; extra == '-'",
        "a; extra != 'x'",
        "a; extra === 'x'",
        "a; extra == 'x' or os_name == 'posix'",
        "a; extra == 'x\" or extra == \"y'",
        "a; extras == 'x'",
        "a>=1.; extra == 'x'",
        "a>=; extra == 'x'",
        "a>=1,; extra == 'x'",
        "a>=1 2; extra == 'x'",
        "a>=1.*; extra == 'x'",
        "a[; extra == 'x'",
        "; extra == 'x'",
        "a @ https://127.0.0.1/a ; extra == 'x'",
    ];
    for text in no {
        assert!(!Requirement::is_extra_only(text), "{text}");
    }
}

#[test]
fn what_shows_at_a_glance_is_so_after_reading() {
    let always = ["a", "A.b_c[x, y-1]", "a >=1.0,<2", "a==2024.*", "a !=1.* , ~= 2.0", "a<2 ", "a[x]"];
    let for_an_extra = ["a; extra == 'x'", "a==1.*;extra == 'x'", "a ~=1.2; extra == \"x\""];
    for text in always.into_iter().chain(for_an_extra) {
        let read = Requirement::parse(text).unwrap();
        let glance = Requirement::glance(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(
            (glance.name, glance.is_extra_only),
            (read.name.as_str(), read.marker.is_some()),
            "{text}"
        );
    }
    let odd = [
        "",
        " a",
        "a-",
        "-a",
        "a>",
        "a>1.*",
        "a==*",
        "a==.*",
        "a~=1",
        "a===1",
        "a<=>1",
        "a=1",
        "a~1",
        "a>=1,",
        "a,>=1",
        "a 1",
        "a[",
        "a[]",
        "a[x",
        "a[x,]",
        "a[-]",
        "a;",
        "a@b",
        "a==1.0rc1",
        "a==1+x",
        "a==0123456789",
        "aé",
        "a>=1é",
        "a; extra == 'x' ",
        "a (>=1)",
        "a>=1..2",
        "a==1*",
    ];
    for text in odd {
        assert_eq!(Requirement::glance(text), None, "{text}");
    }
}
