use super::*;
use crate::configuration::Level;
use crate::{CacheDir, Count, Integer, List, Source};

/// What a line is read in.
#[derive(Default)]
pub(crate) struct Setting {
    pub(crate) files: Vec<(Level, &'static str)>,
    pub(crate) variables: Vec<(&'static str, &'static str)>,
}

impl Setting {
    fn ambient(&self) -> Ambient {
        let variables = self.variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Ambient {
            program: "pip".to_owned(),
            variables: variables.collect(),
            home: Some("/home/me".into()),
            working_directory: "/here".into(),
            prefix: None,
        }
    }

    fn open(&self, line: &str) -> Result<Opening, OptionsError> {
        let arguments: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let ambient = self.ambient();
        Invocation::open_configured(&arguments, &ambient, Configuration::of(&self.files, &ambient)?)
    }
}

/// A line with a command to run.
pub(crate) fn parsed(line: &str, setting: &Setting) -> Result<ParsedCommand, OptionsError> {
    match setting.open(line)? {
        Opening::Command(invocation) => match invocation.parse(&setting.ambient())? {
            Parsed::Command(parsed) => Ok(*parsed),
            Parsed::Help(_) => panic!("{line}: help"),
        },
        other => panic!("{line}: {other:?}"),
    }
}

/// A line that asks for help.
pub(crate) fn help(line: &str, setting: &Setting) -> Result<HelpPage, OptionsError> {
    match setting.open(line)? {
        Opening::Help(page) => Ok(page),
        Opening::Command(invocation) => match invocation.parse(&setting.ambient())? {
            Parsed::Help(page) => Ok(page),
            Parsed::Command(parsed) => panic!("{line}: {parsed:?}"),
        },
        other @ Opening::Version { .. } => panic!("{line}: {other:?}"),
    }
}

fn values(line: &str) -> Values {
    parsed(line, &Setting::default()).expect(line).values
}

fn with_variable(name: &'static str, value: &'static str) -> Setting {
    Setting { variables: vec![(name, value)], ..Setting::default() }
}

fn with_file(text: &'static str) -> Setting {
    Setting { files: vec![(Level::Variable, text)], ..Setting::default() }
}

/// Every expectation here and below was checked against pip 26.3.
#[test]
fn options_are_read_as_by_optparse() {
    let setting = Setting::default();
    for (line, positionals) in [
        ("install a --upgrade b", vec!["a", "b"]),
        ("install -- --foo -r", vec!["--foo", "-r"]),
        ("install - a", vec!["-", "a"]),
        ("-v install -rfile -r x -Ur y a", vec!["a"]),
        ("-- install x", vec!["x"]),
        ("--log install install x", vec!["x"]),
        ("install -r -U x", vec!["x"]),
        ("list install", vec!["install"]),
    ] {
        assert_eq!(parsed(line, &setting).expect(line).positionals, positionals, "{line}");
    }
    let values = values(
        "-vq --timeout=3 install -vv -rfile -r x --requirement=y --ret 0x10 --tim 4.5 -Cx=1 -C x=2 --config-s y= a",
    );
    assert_eq!(values.count(Count::Verbose), 3);
    assert_eq!((values.count(Count::Quiet), values.verbosity()), (1, 2));
    assert_eq!(values.list(List::Requirement), ["file", "x", "y"]);
    assert_eq!(values.integer(Integer::Retries), 16);
    assert!((values.timeout() - 4.5).abs() < f64::EPSILON);
    let settings: Vec<_> =
        values.config_settings().iter().map(|it| (it.key.as_str(), it.values.len())).collect();
    assert_eq!(settings, [("x", 2), ("y", 1)]);
}

#[test]
fn usage_errors_are_those_of_pip() {
    const INSTALL: &str = "\nUsage:   \n  pip install [options] <requirement specifier> [package-index-options] ...\n  \
        pip install [options] -r <requirements file> [package-index-options] ...\n  \
        pip install [options] [-e] <vcs project url> ...\n  pip install [options] [-e] <local project path> ...\n  \
        pip install [options] <archive url/path> ...\n\n";
    const MAIN: &str = "\nUsage:   \n  pip <command> [options]\n\n";
    const LIST: &str = "\nUsage:   \n  pip list [options]\n\n";
    const HASH: &str = "\nUsage:   pip hash [options] <file> ...\n\n";
    for (line, usage, message) in [
        ("install --foo", INSTALL, "no such option: --foo"),
        ("install -vZx", INSTALL, "no such option: -Z"),
        ("--foo install", MAIN, "no such option: --foo"),
        ("-V=3", MAIN, "no such option: -="),
        ("completion --foo", "", "no such option: --foo"),
        (
            "install --no-c x",
            INSTALL,
            "ambiguous option: --no-c (--no-cache-dir, --no-clean, --no-color, --no-compile?)",
        ),
        ("install --no-dep x", INSTALL, "ambiguous option: --no-dep (--no-dependencies, --no-deps?)"),
        ("--no-in install", INSTALL, "ambiguous option: --no-in (--no-index, --no-input?)"),
        (
            "--no",
            MAIN,
            "ambiguous option: --no (--no-cache-dir, --no-color, --no-input, --no-proxy-env, --no-python-version-warning?)",
        ),
        ("install -r", INSTALL, "-r option requires 1 argument"),
        (
            "install --requirem",
            INSTALL,
            "ambiguous option: --requirem (--requirement, --requirements-from-script?)",
        ),
        ("list --fo", LIST, "--format option requires 1 argument"),
        ("install --no-deps=3", INSTALL, "--no-deps option does not take a value"),
        ("install --timeout it's x", INSTALL, "option --timeout: invalid floating-point value: \"it's\""),
        ("install --retries 1.5 x", INSTALL, "option --retries: invalid integer value: '1.5'"),
        (
            "list --format=foo",
            LIST,
            "option --format: invalid choice: 'foo' (choose from 'columns', 'freeze', 'json')",
        ),
        (
            "hash -a md5 x",
            HASH,
            "option -a: invalid choice: 'md5' (choose from 'sha256', 'sha384', 'sha512')",
        ),
        ("install -C foo", INSTALL, "Arguments to -C must be of the form KEY=VAL"),
        (
            "install --group a/b:c",
            INSTALL,
            "--group error: group paths use local 'pyproject.toml' or 'pylock.toml'\nfiles",
        ),
        (
            "install --python-version 1.2.3.4 x",
            INSTALL,
            "--python-version error: invalid --python-version value: '1.2.3.4': at\nmost three version parts are allowed",
        ),
        (
            "install --uploaded-prior-to foo x",
            INSTALL,
            "--uploaded-prior-to error: invalid value: 'foo': Invalid isoformat\nstring: 'foo'. Expected an ISO 8601 \
             datetime string (e.g.,\n'2023-01-01' or '2023-01-01T00:00:00Z') or a duration in days (e.g.,\n'P3D')",
        ),
    ] {
        let error = parsed(line, &Setting::default()).expect_err(line);
        // The one abbreviation in the table that pip accepts is tried below.
        assert_eq!((error.to_string(), error.exit_code()), (format!("{usage}{message}"), 2), "{line}");
    }
}

#[test]
fn own_options_are_found_last() {
    assert!(values("install --off x").flag(Switch::Offline));
    assert_eq!(values("install --li copy x").text(Text::LinkMode), Some("copy"));
    // `--o` would have been ambiguous anyway, without ours.
    let error = parsed("install --o x", &Setting::default()).expect_err("ambiguous").to_string();
    assert!(error.ends_with("(--only-binary, --only-dependencies, --only-deps, --only-final?)"), "{error}");
}

#[test]
fn a_line_begins_with_a_version_help_or_a_command() {
    let setting = Setting::default();
    for line in ["-V", "--version install", "-vV", "--vers"] {
        assert!(matches!(setting.open(line), Ok(Opening::Version { python: None })), "{line}");
    }
    assert!(
        matches!(setting.open("--python x -V"), Ok(Opening::Version { python: Some(python) }) if python == "x")
    );
    for (line, command) in [
        ("", None),
        ("-h", None),
        ("help", None),
        ("help list", Some(Command::List)),
        ("list -h --foo", Some(Command::List)),
    ] {
        assert_eq!(help(line, &setting).expect(line).command(), command, "{line}");
    }
    for (line, message) in [
        ("instal", "ERROR: unknown command \"instal\" - maybe you meant \"install\""),
        ("help instal", "ERROR: unknown command \"instal\" - maybe you meant \"install\""),
        ("xyz", "ERROR: unknown command \"xyz\""),
        ("install --python x y", "ERROR: The --python option must be placed before the pip subcommand name"),
    ] {
        let error = parsed(line, &setting).expect_err(line);
        assert_eq!((error.to_string(), error.exit_code()), (message.to_owned(), 1), "{line}");
    }
}

#[test]
fn the_interpreter_is_named_before_the_command() {
    for (line, setting, python) in [
        ("--python x install y", Setting::default(), Some("x")),
        ("install y", with_variable("PIP_PYTHON", "v"), Some("v")),
        ("install y", with_file("[global]\npython=f\n"), Some("f")),
        ("install y", Setting::default(), None),
    ] {
        let Ok(Opening::Command(invocation)) = setting.open(line) else { panic!("{line}") };
        assert_eq!(invocation.python.as_deref(), python, "{line}");
        invocation.parse(&setting.ambient()).expect(line);
    }
    let nested = Setting { variables: vec![("_PIP_RUNNING_IN_SUBPROCESS", "1")], ..Setting::default() };
    parsed("install --python x y", &nested).expect("nothing to complain about");
}

#[test]
fn files_and_variables_set_what_the_line_does_not() {
    let setting = Setting {
        files: vec![
            (Level::Global, "[global]\ntimeout=1\nretries=1\nfind-links=\n  a\n  b c\n[install]\nproxy=i\n"),
            (Level::User, "[global]\nretries=2\nproxy=g\n"),
            (Level::Site, "[install]\nlog=~/l\ntimeout=\n[list]\nno-index=maybe\n"),
        ],
        variables: vec![
            ("PIP_CERT", "~/c"),
            ("PIP_INDEX_URL", ""),
            ("PIP___PRE", "ON"),
            ("PIP_EXTRA_INDEX_URL", "x  y"),
        ],
    };
    let values = parsed("install --extra-index-url z a", &setting).expect("options").values;
    // A section of the command beats `[global]`, whatever file it stands in; an empty value says nothing.
    assert_eq!(values.text(Text::Proxy), Some("i"));
    assert!((values.timeout() - 1.0).abs() < f64::EPSILON);
    assert_eq!(values.integer(Integer::Retries), 2);
    assert_eq!((values.text(Text::Log), values.text(Text::Cert)), (Some("/home/me/l"), Some("/home/me/c")));
    assert_eq!(values.list(List::FindLinks), ["a", "b", "c"]);
    assert_eq!(values.list(List::ExtraIndexUrl), ["x", "y", "z"]);
    assert!(values.flag(Switch::Pre));
    assert_eq!(
        [values.text_source(Text::Proxy), values.text_source(Text::Cert), values.text_source(Text::IndexUrl)],
        [Source::File, Source::Variable, Source::Default]
    );
    assert_eq!(values.list_source(List::ExtraIndexUrl), Source::CommandLine);
}

#[test]
fn isolated_calls_hear_neither_user_nor_variables() {
    let setting = || Setting {
        files: vec![(Level::Global, "[global]\nproxy=g\n"), (Level::User, "[global]\ntimeout=9\n")],
        variables: vec![("PIP_NO_INDEX", "1")],
    };
    for (line, isolated) in
        [("install --isolated a", true), ("--isolated install a", true), ("install --isolate a", false)]
    {
        let values = parsed(line, &setting()).expect(line).values;
        assert_eq!(values.flag(Switch::NoIndex), !isolated, "{line}");
        assert_eq!(values.timeout() > 10.0, isolated, "{line}");
        assert_eq!(values.text(Text::Proxy), Some("g"), "{line}");
    }
}

#[test]
fn truth_is_read_with_the_oddities_of_pip() {
    for (name, value, switch, truth) in [
        ("PIP_NO_COMPILE", "no", Switch::Compile, false),
        ("PIP_NO_COMPILE", "yes", Switch::Compile, true),
        ("PIP_NO_BUILD_ISOLATION", "0", Switch::BuildIsolation, false),
        ("PIP_NO_BUILD_ISOLATION", "1", Switch::BuildIsolation, true),
        ("PIP_USER", "T", Switch::User, true),
        ("PIP_REQUIRE_VENV", "On", Switch::RequireVirtualenv, true),
        ("PIP_VERSION", "1", Switch::Version, false),
    ] {
        let values = parsed("install a", &with_variable(name, value)).expect(name).values;
        assert_eq!(values.flag(switch), truth, "{name}={value}");
    }
    for value in ["0", "no", "1", "true"] {
        let setting = Setting {
            variables: vec![("PIP_NO_CACHE_DIR", value), ("PIP_CACHE_DIR", "/c")],
            ..Setting::default()
        };
        let values = parsed("install a", &setting).expect(value).values;
        assert_eq!(values.cache_dir(), CacheDir::Disabled, "{value}");
        let values = parsed("install --cache-dir d a", &setting).expect(value).values;
        assert_eq!(values.cache_dir(), CacheDir::At("d"), "{value}");
    }
    for (value, count) in [("3", 3), ("true", 1), ("off", 0), (" 2 ", 2)] {
        let values = parsed("install a", &with_variable("PIP_QUIET", value)).expect(value).values;
        assert_eq!(values.count(Count::Quiet), count, "{value}");
    }
}

#[test]
fn wrong_values_of_files_and_variables_are_refused() {
    for (line, setting, message, code) in [
        (
            "install a",
            with_file("[global]\ntimeout=abc\n"),
            "An error occurred during configuration: option timeout: invalid floating-point value: 'abc'. Check your pip \
             configuration files or environment variables for this value. See \
             https://pip.pypa.io/en/stable/topics/configuration/ for more information.",
            3,
        ),
        (
            "list",
            with_file("[list]\nno-index=maybe\n"),
            "\nUsage:   \n  pip list [options]\n\nmaybe is not a valid value for no-index option, please specify a \
             boolean value like yes/no, true/false or 1/0 instead.",
            2,
        ),
        (
            "list",
            with_variable("PIP_VERBOSE", "-1"),
            "\nUsage:   \n  pip <command> [options]\n\n-1 is not a valid value for verbose option, please instead specify \
             either a non-negative integer or a boolean value like yes/no or false/true which is equivalent to 1/0.",
            2,
        ),
        (
            "list",
            with_variable("PIP_NO_CACHE_DIR", "maybe"),
            "\nUsage:   \n  pip <command> [options]\n\n--no-cache-dir error: invalid truth value 'maybe'",
            2,
        ),
        (
            "list",
            with_file("timeout=1"),
            "Configuration file could not be loaded.\nFile contains no section headers.\nfile: '/0/pip.conf', line: 1\n'timeout=1'",
            2,
        ),
    ] {
        let error = parsed(line, &setting).expect_err(message);
        assert_eq!((error.to_string(), error.exit_code()), (message.to_owned(), code), "{line}");
    }
}

#[test]
fn the_order_of_name_lists_and_shared_destinations_counts() {
    let listed = |setting: &Setting, line: &str| {
        let values = parsed(line, setting).expect(line).values;
        let control = values.format_control();
        let join = |set: &crate::NameSet| set.iter().collect::<Vec<_>>().join(",");
        (join(control.no_binary_names()), join(control.only_binary_names()))
    };
    let pair = |left: &str, right: &str| (left.to_owned(), right.to_owned());
    let files = with_file("[global]\nonly-binary=a\n[install]\nno-binary=a,b\n");
    assert_eq!(listed(&files, "install --only-binary b,c x"), pair("a", "b,c"));
    let variables = Setting {
        variables: vec![("PIP_NO_BINARY", ":all:"), ("PIP_ONLY_BINARY", "b")],
        ..Setting::default()
    };
    assert_eq!(listed(&variables, "install x"), pair(":all:", "b"));

    assert_eq!(values("install --user --no-user a").given(Switch::User), Some(false));
    assert_eq!(values("install --no-user --user a").given(Switch::User), Some(true));
    assert_eq!(values("install a").given(Switch::User), None);
    assert_eq!(values("install -i a --pypi-url b a").text(Text::IndexUrl), Some("b"));
    assert_eq!(values("install --cache-dir x --no-cache-dir a").cache_dir(), CacheDir::Disabled);
}

#[test]
fn special_values_are_understood() {
    let groups = values("install --group a --group b/pyproject.toml:c --group pylock.x.toml[e]:d");
    let groups: Vec<_> =
        groups.dependency_groups().iter().map(|it| (it.path.as_str(), it.group.as_str())).collect();
    assert_eq!(groups, [("pyproject.toml", "a"), ("b/pyproject.toml", "c"), ("pylock.x.toml[e]", "d")]);
    for (version, numbers) in
        [("3", vec![3]), ("37", vec![3, 7]), ("310", vec![3, 10]), ("3.7.3", vec![3, 7, 3])]
    {
        let line = format!("install --python-version {version} a");
        assert_eq!(values(&line).python_version(), Some(numbers.as_slice()), "{version}");
    }
    assert_eq!(values("install --python-version= a").python_version(), None);
    for (path, absolute) in [("~/s/../t", "/home/me/t"), ("a/./b", "/here/a/b"), ("../../x", "/x")] {
        assert_eq!(values(&format!("install --src {path} a")).text(Text::Src), Some(absolute));
    }
    assert_eq!(values("freeze --exclude A_b --exclude c.D").list(List::Exclude), ["a-b", "c-d"]);
    assert_eq!(values("completion --bash -z").text(Text::Shell), Some("zsh"));
}

/// Every option of every command can be given in the way its declaration says.
#[test]
fn the_registry_is_sound() {
    for command in Command::ALL {
        let all: Vec<_> = crate::registry::flags(groups(*command)).collect();
        let mut names: Vec<_> = all.iter().flat_map(|flag| flag.long).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{command:?}: twice the same long name");
        let mut shorts: Vec<_> = all.iter().filter_map(|flag| flag.short).collect();
        shorts.sort_unstable();
        assert!(shorts.windows(2).all(|pair| pair[0] != pair[1]), "{command:?}: twice the same letter");
        for flag in all {
            assert_eq!(flag.takes_value(), !flag.metavar.is_empty(), "{}", flag.names());
        }
    }
}
