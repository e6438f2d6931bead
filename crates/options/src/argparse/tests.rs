use crate::invocation::tests::{Setting, parsed};
use crate::{List, Switch, Text};

#[test]
fn venv_is_parsed_as_by_argparse() {
    let setting = Setting::default();
    let line = "venv --sys --copies --prom x --install a b>=1 --install=c -r f -rg --pip none e f --clear -v";
    let parsed = parsed(line, &setting).expect(line);
    assert_eq!(parsed.positionals, ["e", "f"]);
    let values = &parsed.values;
    assert!(values.flag(Switch::SystemSitePackages) && values.flag(Switch::Clear));
    assert_eq!(values.given(Switch::Symlinks), Some(false));
    assert_eq!(values.text(Text::Prompt), Some("x"));
    assert_eq!(values.text(Text::Pip), Some("none"));
    assert_eq!(values.list(List::Install), ["a", "b>=1", "c"]);
    assert_eq!(values.list(List::Requirement), ["f", "g"]);
}

#[test]
fn folders_may_follow_dashes_and_numbers_are_values() {
    let setting = Setting::default();
    assert_eq!(parsed("venv -- -x", &setting).expect("a folder").positionals, ["-x"]);
    assert_eq!(parsed("venv a -- -x", &setting).expect("folders").positionals, ["a", "-x"]);
    let number = parsed("venv --prompt -1 x", &setting).expect("a prompt");
    assert_eq!(number.values.text(Text::Prompt), Some("-1"));
    assert_eq!(parsed("venv x", &setting).expect("a folder").values.text(Text::Pip), Some("native"));
    assert_eq!(
        parsed("venv --without-pip x", &setting).expect("a folder").values.text(Text::Pip),
        Some("none")
    );
}

#[test]
fn the_interpreter_may_be_named_before_or_after_the_command() {
    let setting = Setting::default();
    for (line, python) in [
        ("--python 3.8 venv x", Some("3.8")),
        ("venv -p 3.12 x", Some("3.12")),
        ("--python a venv x --python b", Some("b")),
        ("venv x", None),
    ] {
        assert_eq!(parsed(line, &setting).expect(line).values.text(Text::Python), python, "{line}");
    }
}

#[test]
fn only_its_own_section_speaks_for_venv() {
    let setting = Setting {
        files: vec![(
            crate::configuration::Level::User,
            "[global]\nclear=1\n[venv]\nupgrade-deps=1\nprompt=p\n",
        )],
        variables: vec![("PIP_UPGRADE", "1"), ("PIP_REQUIREMENT", "r"), ("PIP_INDEX_URL", "u")],
    };
    let parsed = parsed("venv x", &setting).expect("a folder");
    let values = &parsed.values;
    assert!(values.flag(Switch::UpgradeDeps));
    assert!(!values.flag(Switch::Clear) && !values.flag(Switch::UpgradeEnvironment));
    assert_eq!((values.text(Text::Prompt), values.text(Text::IndexUrl)), (Some("p"), Some("u")));
    assert!(values.list(List::Requirement).is_empty());
}

#[test]
fn usage_errors_are_those_of_argparse() {
    for (line, message) in [
        ("venv", "the following arguments are required: ENV_DIR"),
        ("venv --foo", "the following arguments are required: ENV_DIR"),
        ("venv --foo=1 x -z", "unrecognized arguments: --foo=1 -z"),
        ("venv a --clear b", "unrecognized arguments: b"),
        ("venv --copies --symlinks x", "argument --symlinks: not allowed with argument --copies"),
        ("venv --prompt", "argument --prompt: expected one argument"),
        ("venv x --prompt -a", "argument --prompt: expected one argument"),
        ("venv x -r", "argument -r/--requirement: expected one argument"),
        ("venv x --install", "argument --install: expected at least one argument"),
        ("venv --clear=1 x", "argument --clear: ignored explicit argument '1'"),
        ("venv --pip q x", "argument --pip: invalid choice: 'q' (choose from 'native', 'upstream', 'none')"),
        ("venv --timeout q x", "argument --timeout/--default-timeout: invalid float value: 'q'"),
        ("venv --sy x", "ambiguous option: --sy could match --symlinks, --system-site-packages"),
    ] {
        let error = parsed(line, &Setting::default()).expect_err(line);
        let expected =
            format!("usage: pip venv [-h] [options] ENV_DIR [ENV_DIR ...]\npip venv: error: {message}");
        assert_eq!((error.to_string(), error.exit_code()), (expected, 2), "{line}");
    }
}
