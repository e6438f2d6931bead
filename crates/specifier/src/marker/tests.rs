use super::{Marker, MarkerContext, MarkerEnvironment, MarkerError};
use crate::{ExtraName, ProjectName};

fn marker(text: &str) -> Marker {
    Marker::parse(text).unwrap_or_else(|error| panic!("{error}"))
}

fn environment() -> MarkerEnvironment {
    MarkerEnvironment {
        os_name: "posix".into(),
        sys_platform: "linux".into(),
        python_version: "3.14".into(),
        python_full_version: "3.14.0a1+".into(),
        platform_release: "6.18.5-x".into(),
        ..MarkerEnvironment::default()
    }
}

fn holds(text: &str) -> Result<bool, MarkerError> {
    marker(text).evaluate(&environment(), &[])
}

#[test]
fn only_needed_parentheses_are_shown() {
    for (written, shown) in [
        ("os.name=='a'", "os_name == \"a\""),
        ("((os_name == 'a'))", "os_name == \"a\""),
        ("((os_name == 'a') and (os_name=='b'))", "os_name == \"a\" and os_name == \"b\""),
        (
            "(os_name=='a' or (os_name=='b'))and'c' in os_name",
            "(os_name == \"a\" or os_name == \"b\") and \"c\" in os_name",
        ),
        ("python_implementation not  in '\"'", "platform_python_implementation not in '\"'"),
        ("extra == 'A_.b' and 'X.Y' in extras", "extra == \"a-b\" and \"x-y\" in extras"),
        (
            r"os_name == '\x41\101\u0041\
\q\n'",
            "os_name == \"AAA\\q\n\"",
        ),
    ] {
        assert_eq!(marker(written).to_string(), shown);
    }
    let (either, both) = (marker("os_name=='a' or os_name=='b'"), marker("os_name=='c'"));
    assert_eq!(either.and(&both).to_string(), "(os_name == \"a\" or os_name == \"b\") and os_name == \"c\"");
    assert_eq!(both.or(&both).to_string(), "os_name == \"c\" or os_name == \"c\"");
}

#[test]
fn versions_compare_as_versions_and_all_else_as_text() {
    for (text, expected) in [
        ("python_version >= '3.9'", true),
        ("'3.9' > python_version", false),
        ("python_version in '3.14 3.15'", true),
        ("python_full_version < '3.14'", false),
        ("python_full_version >= '3.14.0a1'", true),
        ("python_version < '3.a'", false),
        ("platform_release >= '6'", false),
        ("os_name > 'a'", false),
        ("os_name >= 'posix'", true),
        ("os_name == 'nt' or os_name == 'posix' and sys_platform != 'linux'", false),
        ("(os_name == 'nt' or os_name == 'posix') and sys_platform == 'linux'", true),
        ("os_name == sys_platform", false),
        ("'posix' == 'os_name'", true),
        ("extra == ''", true),
    ] {
        assert_eq!(holds(text), Ok(expected), "{text}");
    }
}

#[test]
fn what_has_no_meaning_is_an_error() {
    let undefined = |text: &str| MarkerError::UndefinedComparison(text.to_owned());
    assert_eq!(holds("os_name ~= 'x'"), Err(undefined("Undefined <Op('~=')> on 'posix' and 'x'.")));
    assert_eq!(
        holds("os_name == 'posix' or 'a' in extras"),
        Err(MarkerError::UndefinedName("extras".into()))
    );
    assert_eq!(holds("'a' == 'b'").map_err(|error| error.to_string()), Err("'b'".to_owned()));
}

#[test]
fn extras_and_groups_depend_on_the_context() {
    let extras = [ExtraName::normalise("a"), ExtraName::normalise("B_c")];
    let groups = [ProjectName::normalise("dev")];
    let wanted = marker("extra == 'B.C'");
    assert_eq!(wanted.evaluate(&environment(), &extras), Ok(true));
    assert_eq!(wanted.evaluate(&environment(), &[]), Ok(false));
    let lock_file = MarkerContext::LockFile { extras: &extras, dependency_groups: &groups };
    let wanted = marker("'b-c' in extras and 'x' not in dependency_groups");
    assert_eq!(wanted.evaluate_in(&environment(), lock_file), Ok(true));
    assert!(marker("extras == 'a'").evaluate_in(&environment(), lock_file).is_err());
    assert!(marker("extra == 'a'").evaluate_in(&environment(), MarkerContext::Requirement).is_err());
}

#[test]
fn errors_mark_the_place() {
    for (text, expected) in [
        (
            "os_name",
            "Expected marker operator, one of <=, <, !=, ==, >=, >, ~=, ===, in, not in\n    os_name\n           ^",
        ),
        ("ä == 'x'", "Expected a marker variable or quoted string\n    ä == 'x'\n    ^"),
        ("os_name == 'ä' x", "Expected end of marker expression\n    os_name == 'ä' x\n                   ^"),
        (
            "(os_name == 'a'",
            "Expected matching RIGHT_PARENTHESIS for LEFT_PARENTHESIS, after marker expression\n    (os_name == 'a'\n    ~~~~~~~~~~~~~~~^",
        ),
        (r"os_name == 'a\'", "Invalid quoted string\n    os_name == 'a\\'\n               ~~~~^"),
        ("os_name not'a'", "Expected whitespace after 'not'\n    os_name not'a'\n               ^"),
    ] {
        assert_eq!(Marker::parse(text).map_err(|error| error.to_string()), Err(expected.to_owned()));
    }
}

#[test]
fn nesting_has_no_limit() {
    let deep = format!("{}os_name == 'posix'{}", "(".repeat(100_000), ")".repeat(100_000));
    assert_eq!(holds(&deep), Ok(true));
    let pair = "(os_name=='posix' and ".repeat(50_000) + "os_name=='nt'" + &")".repeat(50_000);
    assert_eq!(holds(&pair), Ok(false));
}
