//! What this room derives for an environment is compared with what the environment's Python says of itself.

#![cfg(unix)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use environment::{Environment, FactsCache, PythonVariables, Scheme, venv};
use serde_json::Value;
use support::{interpreters, output_of, python};

/// Python's own account, with pip's rule for headers.
const ACCOUNT: &str = r#"
import importlib.util, json, os, platform, site, sys, sysconfig
def scheme(name, variables=None):
    p = sysconfig.get_paths(name, vars=variables or {})
    return [p["purelib"], p["platlib"], p["include"], p["scripts"], p["data"]]
preferred = getattr(sysconfig, "get_preferred_scheme", lambda key: "posix_" + key)
prefix_name = preferred("prefix")
if prefix_name == "posix_local":
    prefix_name = "posix_prefix"
home = dict.fromkeys(["base", "platbase", "installed_base", "installed_platbase", "userbase"], "/else where")
print(json.dumps({
    "executable": sys.executable, "prefix": sys.prefix, "base_prefix": sys.base_prefix,
    "path": [p for p in sys.path if p],
    "default": scheme(preferred("prefix")), "user": scheme(preferred("user")),
    "home": scheme(preferred("home"), home), "custom": scheme(prefix_name, home),
    "user_site": site.getusersitepackages(), "user_enabled": bool(site.ENABLE_USER_SITE),
    "stdlib": sysconfig.get_path("stdlib"), "cache_tag": sys.implementation.cache_tag,
    "magic": importlib.util.MAGIC_NUMBER.hex(),
    "release": platform.release(), "system_version": platform.version(), "machine": platform.machine(),
    "full_version": platform.python_version(), "implementation": sys.implementation.name,
}))
"#;

fn account(environment: &Environment, home: &Path, variables: &[(&str, &str)]) -> Value {
    let mut command = python(environment.python(), home);
    command.envs(variables.iter().copied()).args(["-c", ACCOUNT]);
    serde_json::from_str(&output_of(&mut command)).unwrap()
}

fn paths(value: &Value) -> Vec<PathBuf> {
    value.as_array().unwrap().iter().map(|path| PathBuf::from(path.as_str().unwrap())).collect()
}

fn assert_agrees(environment: &Environment, account: &Value, what: &str) {
    let text = |key: &str| account[key].as_str().unwrap().to_owned();
    assert_eq!(environment.python(), Path::new(&text("executable")), "{what}");
    assert_eq!(environment.prefix(), Path::new(&text("prefix")), "{what}");
    assert_eq!(environment.base_prefix(), Path::new(&text("base_prefix")), "{what}");
    assert_eq!(environment.stdlib(), Path::new(&text("stdlib")), "{what}");
    assert_eq!(environment.cache_tag(), text("cache_tag"), "{what}");
    assert_eq!(environment.magic_number(), text("magic"), "{what}");
    assert_eq!(environment.implementation(), text("implementation"), "{what}");
    assert_eq!(environment.search_path().unwrap(), paths(&account["path"]), "{what}");
    assert_eq!(environment.user_site(), Some(PathBuf::from(text("user_site"))), "{what}");
    assert_eq!(environment.is_user_site_enabled(), account["user_enabled"], "{what}");
    let markers = environment.markers();
    assert_eq!(markers.platform_release, text("release"), "{what}");
    assert_eq!(markers.platform_version, text("system_version"), "{what}");
    assert_eq!(markers.platform_machine, text("machine"), "{what}");
    assert_eq!(markers.python_full_version, text("full_version"), "{what}");

    let elsewhere = Path::new("/else where");
    let user = environment.user_scheme().unwrap();
    for (ours, key, base) in [
        (environment.scheme(), "default", environment.prefix()),
        (user, "user", environment.prefix()),
        (environment.home_scheme(elsewhere), "home", elsewhere),
        (environment.prefix_scheme(elsewhere), "custom", elsewhere),
    ] {
        let theirs = paths(&account[key]);
        let Scheme { purelib, platlib, headers, scripts, data } = ours;
        let (major, minor, _) = environment.version();
        let expected_headers = if environment.is_virtual() {
            base.join(format!("include/site/python{major}.{minor}"))
        } else {
            theirs[2].clone()
        };
        assert_eq!(
            vec![purelib, platlib, headers, scripts, data],
            vec![
                theirs[0].clone(),
                theirs[1].clone(),
                expected_headers,
                theirs[3].clone(),
                theirs[4].clone()
            ],
            "{key}, {what}"
        );
    }
}

fn variables(home: &Path) -> PythonVariables {
    PythonVariables { home: Some(home.to_owned()), ..PythonVariables::default() }
}

#[test]
fn base_interpreters() {
    for base in interpreters() {
        let home = tempfile::tempdir().unwrap();
        let what = base.python().display().to_string();
        let environment = base.with_variables(variables(home.path()));
        fs::create_dir_all(environment.user_site().unwrap()).unwrap();
        assert_agrees(&environment, &account(&environment, home.path(), &[]), &what);
    }
}

#[test]
fn virtual_environments() {
    for base in interpreters() {
        for system_site_packages in [false, true] {
            for copies in [false, true] {
                let root = tempfile::tempdir().unwrap();
                let root = root.path().canonicalize().unwrap();
                let options = venv::Options {
                    system_site_packages,
                    copies,
                    with_pip: false,
                    ..venv::Options::default()
                };
                let base = base.clone().with_variables(variables(&root));
                let created = venv::create(&root.join("an env"), &base, &options).unwrap().environment;
                fs::create_dir_all(created.user_site().unwrap()).unwrap();
                fs::create_dir(root.join("source")).unwrap();
                let pth = created.scheme().purelib.join("source.pth");
                fs::write(pth, format!("{}\nimport sys\n../gone\n", root.join("source").display())).unwrap();
                let what =
                    format!("{} system: {system_site_packages} copies: {copies}", base.python().display());
                let python =
                    if copies { created.prefix().join("bin/python") } else { created.python().to_owned() };
                let cache = FactsCache::new(Some(root.join("cache")));
                let opened = Environment::open(&python, &cache).unwrap().with_variables(variables(&root));
                assert_agrees(&opened, &account(&opened, &root, &[]), &what);
                assert_eq!(created.search_path().unwrap(), opened.search_path().unwrap(), "{what}");
                assert_eq!(created.base_prefix(), opened.base_prefix(), "{what}");
            }
        }
    }
}

#[test]
fn variables_of_python() {
    let base = interpreters().into_iter().next().unwrap();
    let home = tempfile::tempdir().unwrap();
    let extra = home.path().join("extra");
    let environment = base.with_variables(PythonVariables {
        home: Some(home.path().to_owned()),
        user_base: Some(home.path().join("user base")),
        no_user_site: true,
        python_path: vec![extra.clone()],
    });
    let user_base = home.path().join("user base");
    let account = account(
        &environment,
        home.path(),
        &[
            ("PYTHONPATH", extra.to_str().unwrap()),
            ("PYTHONNOUSERSITE", "1"),
            ("PYTHONUSERBASE", user_base.to_str().unwrap()),
        ],
    );
    assert_agrees(&environment, &account, "with PYTHONPATH, PYTHONNOUSERSITE and PYTHONUSERBASE");
}

#[test]
fn a_known_interpreter_is_not_started_again() {
    let base = interpreters().into_iter().next().unwrap();
    let root = tempfile::tempdir().unwrap();
    let cache = FactsCache::new(Some(root.path().join("cache")));
    let opened = Environment::open(base.python(), &cache).unwrap();
    // Change what is remembered: whoever reads it did not ask.
    let record = fs::read_dir(root.path().join("cache")).unwrap().next().unwrap().unwrap().path();
    let text = fs::read_to_string(&record).unwrap();
    fs::write(&record, text.replace(opened.cache_tag(), "remembered")).unwrap();
    assert_eq!(Environment::open(base.python(), &cache).unwrap().cache_tag(), "remembered");
    let options = venv::Options { with_pip: false, ..venv::Options::default() };
    let environment = venv::create(&root.path().join("env"), &base, &options).unwrap().environment;
    assert_eq!(Environment::open(environment.prefix(), &cache).unwrap().cache_tag(), "remembered");
    fs::write(&record, "{").unwrap();
    assert_eq!(Environment::open(base.python(), &cache).unwrap().cache_tag(), opened.cache_tag());
}

#[test]
fn too_old_and_broken_interpreters_are_told_apart() {
    let root = tempfile::tempdir().unwrap();
    let script = |name: &str, text: &str| {
        use std::os::unix::fs::PermissionsExt as _;
        let path = root.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    };
    let open = |path: &Path| Environment::open(path, &FactsCache::default()).unwrap_err().to_string();
    let old = script("old", "#!/bin/sh\necho 'oxipip-facts:{\"too_old\": \"2.7.18\"}'\n");
    assert_eq!(open(&old), format!("{} is Python 2.7.18; Python 3.8 or newer is needed", old.display()));
    let failing = script("failing", "#!/bin/sh\necho 'pyenv: python: command not found' >&2\nexit 127\n");
    assert!(open(&failing).ends_with("pyenv: python: command not found"));
    assert!(open(&root.path().join("none")).starts_with("no Python interpreter at "));
    assert!(open(root.path()).contains("is not a virtual environment"));
}

#[test]
fn shims_lead_to_what_they_start() {
    use std::os::unix::fs::PermissionsExt as _;
    let base = interpreters().into_iter().next().unwrap();
    let root = tempfile::tempdir().unwrap();
    let root = root.path().canonicalize().unwrap();
    let options = venv::Options { with_pip: false, ..venv::Options::default() };
    let created = venv::create(&root.join("env"), &base, &options).unwrap().environment;
    let shim = root.join("python");
    let cache = FactsCache::new(Some(root.join("cache")));
    for target in [base.python(), created.python()] {
        fs::write(&shim, format!("#!/bin/sh\nexec '{}' \"$@\"\n", target.display())).unwrap();
        fs::set_permissions(&shim, fs::Permissions::from_mode(0o755)).unwrap();
        let opened = Environment::open(&shim, &cache).unwrap();
        assert_eq!(opened.python(), target);
        assert_eq!(opened.is_virtual(), target == created.python());
    }
}
