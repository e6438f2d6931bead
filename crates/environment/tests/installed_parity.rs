//! What is found installed is compared with what the interpreters' own `importlib.metadata` finds, by pip's rule
//! (one distribution a name, the first on `sys.path`), and with a real pip where there is one.

#![cfg(unix)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use environment::{Environment, FactsCache, PythonVariables, Which, installed, venv};
use support::{interpreters, output_of, python};

const ACCOUNT: &str = r#"
import importlib.metadata as m, json, re, sys
found = {}
for path in sys.path[1:]:
    for d in m.distributions(path=[path]):
        info = getattr(d, "_path", None)
        stem, _, suffix = info.name.rpartition(".")
        name = stem.partition("-")[0] if suffix in ("dist-info", "egg-info") else d.metadata["Name"]
        key = re.sub("[-_.]+", "-", name).lower()
        found.setdefault(key, [d.metadata["Name"], d.metadata["Version"], str(info)])
print(json.dumps(found))
"#;

fn ours(environment: &Environment) -> BTreeMap<String, [String; 3]> {
    let all = Which { skip_standard_library: false, ..Which::default() };
    let found = installed(environment, &all).unwrap();
    assert_eq!(found.warnings, []);
    let describe = |found: &environment::Distribution| {
        let info = found.info.to_str().unwrap().to_owned();
        (found.project.to_string(), [found.name().to_owned(), found.version().to_owned(), info])
    };
    found.distributions.iter().map(describe).collect()
}

fn assert_same_as_python(environment: &Environment, home: &Path) -> usize {
    let theirs = output_of(python(environment.python(), home).args(["-c", ACCOUNT]));
    let theirs: BTreeMap<String, [String; 3]> = serde_json::from_str(&theirs).unwrap();
    assert_eq!(ours(environment), theirs, "{}", environment.python().display());
    theirs.len()
}

#[test]
fn the_packages_of_every_interpreter() {
    let mut compared = 0;
    for base in interpreters() {
        let home = tempfile::tempdir().unwrap();
        let variables = PythonVariables { home: Some(home.path().to_owned()), ..PythonVariables::default() };
        compared += assert_same_as_python(&base.with_variables(variables), home.path());
    }
    assert!(compared > 0, "no interpreter here has any package");
}

#[test]
fn environments_with_all_kinds_of_installs() {
    for base in interpreters() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        for system_site_packages in [false, true] {
            let options = venv::Options { system_site_packages, with_pip: false, ..venv::Options::default() };
            let folder = root.join(format!("env-{system_site_packages}"));
            venv::create(&folder, &base, &options).unwrap();
            let environment = Environment::open(&folder, &FactsCache::default()).unwrap();
            let variables = PythonVariables { home: Some(root.clone()), ..PythonVariables::default() };
            let environment = environment.with_variables(variables);
            let site = environment.scheme().purelib;
            let add = |path: &str, text: &str| {
                let path = site.join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
            };
            add(
                "Modern_Thing-1.0.dist-info/METADATA",
                "Metadata-Version: 2.1\nName: Modern.Thing\nVersion: 1.0\n",
            );
            add("six-99.dist-info/METADATA", "Metadata-Version: 2.1\nName: six\nVersion: 99\n");
            add("old_thing-2.egg-info/PKG-INFO", "Metadata-Version: 1.0\nName: old-thing\nVersion: 2\n");
            add("distutils_thing-3.egg-info", "Metadata-Version: 1.0\nName: distutils-thing\nVersion: 3\n");
            add("egg-4-py3.egg/EGG-INFO/PKG-INFO", "Metadata-Version: 1.0\nName: Egg\nVersion: 4\n");
            add("easy-install.pth", "./egg-4-py3.egg\n../source\n");
            add(
                "../source/dev_thing.egg-info/PKG-INFO",
                "Metadata-Version: 1.0\nName: dev_thing\nVersion: 5\n",
            );
            assert!(assert_same_as_python(&environment, &root) >= 6);
            let local = installed(&environment, &Which::local()).unwrap();
            // The source tree is not below site-packages, but within the environment.
            assert_eq!(local.distributions.len(), 6, "{local:?}");
        }
    }
}

/// pip's own list, which is the point of it all.
#[test]
fn the_list_of_a_real_pip() {
    let mut compared = 0;
    for base in interpreters() {
        let home = tempfile::tempdir().unwrap();
        let mut pip = python(base.python(), home.path());
        pip.args(["-m", "pip", "--isolated", "--disable-pip-version-check", "list", "--format=json"]);
        let output = pip.output().unwrap();
        if !output.status.success() {
            continue;
        }
        let theirs: Vec<BTreeMap<String, String>> = serde_json::from_slice(&output.stdout).unwrap();
        let mut theirs: Vec<_> =
            theirs.iter().map(|found| (found["name"].clone(), found["version"].clone())).collect();
        let variables = PythonVariables { home: Some(home.path().to_owned()), ..PythonVariables::default() };
        let found = installed(&base.clone().with_variables(variables), &Which::default()).unwrap();
        let mut ours: Vec<_> = found
            .distributions
            .iter()
            .map(|found| (found.name().to_owned(), found.version().to_owned()))
            .collect();
        theirs.sort();
        ours.sort();
        assert_eq!(ours, theirs, "{}", base.python().display());
        compared += 1;
    }
    assert!(compared > 0, "no interpreter here has a pip to compare with");
}
