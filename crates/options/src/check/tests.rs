use super::*;
use crate::invocation::tests::{Setting, parsed};

fn outcome(line: &str) -> Result<ParsedCommand, OptionsError> {
    let mut command = parsed(line, &Setting::default())?;
    check(&mut command)?;
    Ok(command)
}

#[test]
fn options_that_do_not_go_together_are_refused_in_the_words_of_pip() {
    const RESTRICTING: &str = "When restricting platform and interpreter constraints using --python-version, \
        --platform, --abi, or --implementation, either --no-deps must be set, or --only-binary=:all: must be set \
        and --no-binary must not be set (or must be set to :none:).";
    const TARGET: &str = "Can not use any platform or abi specific options unless installing via '--target' or using '--dry-run'";
    const LOCKED: &str = "Platform and interpreter constraints using --python-version, --platform, --abi, or \
        --implementation, are not supported when selecting requirements from 'pylock.toml'";
    const RELEASES: &str = "--pre cannot be used with --all-releases or --only-final.";
    const PATHS: &str = "Cannot combine '--path' with '--user' or '--local'";
    for (line, message) in [
        ("install --user --target x y", "Can not combine '--user' and '--target'"),
        (
            "install --user --prefix x y",
            "Can not combine '--user' and '--prefix' as they imply different installation locations",
        ),
        ("install --platform x y", RESTRICTING),
        ("download --abi x y", RESTRICTING),
        ("download --implementation x --only-binary :all: --no-binary b y", RESTRICTING),
        ("install --platform x --only-binary=:all: y", TARGET),
        ("install --python-version 3 --no-deps y", TARGET),
        ("install --platform x --no-deps --dry-run -r pylock.toml[a]", LOCKED),
        ("download --platform x --no-deps --group pylock.toml:a", LOCKED),
        (
            "install --build-constraint x --no-build-isolation y",
            "--build-constraint cannot be used with --no-build-isolation.",
        ),
        ("install --pre --all-releases x y", RELEASES),
        ("index versions --pre --only-final x y", RELEASES),
        ("list --outdated -u", "Options --outdated and --uptodate cannot be combined."),
        ("list -o --format freeze", "List format 'freeze' cannot be used with the --outdated option."),
        ("list --path x --user", PATHS),
        ("freeze --path x -l", PATHS),
        ("inspect --path x --local", PATHS),
    ] {
        let error = outcome(line).expect_err(line);
        assert_eq!((error.to_string(), error.exit_code()), (format!("ERROR: {message}"), 1), "{line}");
    }
}

#[test]
fn only_deps_names_what_it_cannot_go_with() {
    for (line, named) in [
        ("install --only-deps --no-deps x", "'--no-deps'"),
        ("install --only-deps -r x --group g", "'--requirement', or '--group'"),
        (
            "install --only-deps --no-deps -r x --use-deprecated legacy-resolver",
            "'--no-deps', '--use-deprecated legacy-resolver', or '--requirement'",
        ),
    ] {
        let message = outcome(line).expect_err(line).to_string();
        let start = format!("ERROR: Cannot use '--only-dependencies' in combination with {named}. If this");
        assert!(message.starts_with(&start), "{message}");
    }
}

#[test]
fn everything_else_passes() {
    for line in [
        "install --platform x --only-binary=:all: --target t y",
        "install --abi x --no-deps --dry-run y",
        "download --platform x --only-binary=:all: y",
        "install --only-deps x",
        "install --no-user --target x y",
        "list -o --format json",
        "freeze -l --user",
        "venv --clear x",
    ] {
        outcome(line).expect(line);
    }
    let error = outcome("venv --upgrade --clear x").expect_err("both");
    assert_eq!(error.to_string(), "Error: you cannot supply --upgrade and --clear together.");
}

#[test]
fn pre_allows_prereleases_of_everything() {
    let parsed = outcome("install --pre x").expect("options");
    let anything = specifier::ProjectName::normalise("anything");
    assert_eq!(parsed.values.release_control().allows_prereleases(&anything), Some(true));
}

#[test]
fn something_must_be_given() {
    for (line, message) in [
        ("install", "You must give at least one requirement to install (see \"pip help install\")"),
        (
            "wheel -f a -f b",
            "You must give at least one requirement to wheel (maybe you meant \"pip wheel a b\"?)",
        ),
    ] {
        let error = nothing_given(&outcome(line).expect(line)).expect_err(line);
        assert_eq!(error.to_string(), format!("ERROR: {message}"));
    }
    for line in ["install x", "install -r x", "install --group x", "install -e .", "uninstall -r x"] {
        nothing_given(&outcome(line).expect(line)).expect(line);
    }
}

#[test]
fn what_is_asked_after_reading_is_refused_then() {
    let parsed = |line| outcome(line).expect(line);
    let twice = parsed("install --requirements-from-script a --requirements-from-script b");
    let message = "ERROR: --requirements-from-script can only be given once";
    assert_eq!(one_script(&twice).expect_err("twice").to_string(), message);
    let both = parsed("wheel --require-hashes --no-require-hashes x");
    let message = "ERROR: --require-hashes and --no-require-hashes are mutually exclusive";
    assert_eq!(hash_switches(&both).expect_err("both").to_string(), message);
    let neither = parsed("install --requirements-from-script a --require-hashes");
    one_script(&neither).expect("one");
    hash_switches(&neither).expect("one");
}

#[test]
fn features_that_are_always_on_are_told() {
    let parsed =
        outcome("install --use-feature truststore --use-feature fast-deps --use-feature build-constraint x");
    assert_eq!(
        always_enabled_features(&parsed.expect("options").values).as_deref(),
        Some("build-constraint, truststore")
    );
}
