//! Chapter 12 of the Python tutorial, from the real index, in a shell as a person types it.

mod support;

use support::program;
use testkit::{Outcome, Sandbox};

/// Runs lines in one bash session with an activated environment.
fn session(sandbox: &Sandbox, lines: &str) -> Outcome {
    let script = format!("set -e\nsource tutorial-env/bin/activate\n{lines}\ndeactivate\n");
    sandbox.program("bash", ["--norc", "-c", &script]).run().succeeded()
}

#[test]
fn every_step() {
    let mut sandbox = Sandbox::new(program());
    sandbox.pass_through_network().env("PIP_DISABLE_PIP_VERSION_CHECK", "1");
    let python = sandbox.interpreter().path.display().to_string();
    let outcome = sandbox.run(["venv", "--python", &python, "tutorial-env"]).succeeded();
    assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("", ""));

    let site = format!("tutorial-env/lib/python{}/site-packages", sandbox.interpreter().minor_version());
    let outcome = session(&sandbox, "python -c 'import sys; print(sys.prefix); print(sys.path[-1])'");
    let work = sandbox.work().display().to_string();
    assert_eq!(outcome.stdout, format!("{work}/tutorial-env\n{work}/{site}\n"));

    session(&sandbox, "python -m pip install requests==2.6.0")
        .says("Collecting requests==2.6.0\n  Downloading requests-2.6.0-py2.py3-none-any.whl (469 kB)\n")
        .says("Installing collected packages: requests\n")
        .says("Successfully installed requests-2.6.0\n");
    session(&sandbox, "python -m pip install requests==2.6.0")
        .says(&format!("Requirement already satisfied: requests==2.6.0 in ./{site} (2.6.0)\n"));

    session(&sandbox, "python -m pip install --upgrade requests")
        .says(&format!("Requirement already satisfied: requests in ./{site} (2.6.0)\n"))
        .says("Collecting requests\n")
        .says("  Attempting uninstall: requests\n    Found existing installation: requests 2.6.0\n")
        .says("    Uninstalling requests-2.6.0:\n      Successfully uninstalled requests-2.6.0\n")
        .says("Successfully installed certifi-");
    let version = session(&sandbox, "python -c 'import requests; print(requests.__version__)'").stdout;
    let version = version.trim();
    assert_ne!(version, "2.6.0");

    session(&sandbox, "python -m pip show requests")
        .says(&format!("Name: requests\nVersion: {version}\nSummary: Python HTTP for Humans.\n"))
        .says(&format!(
            "Location: {work}/{site}\nRequires: certifi, charset_normalizer, idna, urllib3\nRequired-by: \n"
        ));
    let list = session(&sandbox, "python -m pip list").stdout;
    let mut names: Vec<_> = list.lines().skip(2).filter_map(|line| line.split_whitespace().next()).collect();
    // Before Python 3.12 venv brings setuptools.
    names.retain(|name| *name != "setuptools");
    assert_eq!(names, ["certifi", "charset-normalizer", "idna", "pip", "requests", "urllib3"]);

    session(&sandbox, "python -m pip freeze > requirements.txt");
    let frozen = sandbox.read("requirements.txt");
    assert!(frozen.contains(&format!("requests=={version}\n")) && !frozen.contains("pip=="), "{frozen}");
    let outcome = session(&sandbox, "python -m pip install -r requirements.txt");
    assert!(
        outcome.stdout.lines().all(|line| line.starts_with("Requirement already satisfied: ")),
        "{}",
        outcome.stdout
    );

    session(&sandbox, "python -m pip uninstall -y requests idna")
        .says(&format!("  Successfully uninstalled requests-{version}\n"))
        .says("  Successfully uninstalled idna-");
    session(&sandbox, "pip install -r requirements.txt").says("Successfully installed idna-");
    session(&sandbox, "pip check").says("No broken requirements found.\n");
    assert_eq!(session(&sandbox, "pip freeze").stdout, frozen);
}
