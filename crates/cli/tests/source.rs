//! Installing what must be built: source distributions, folders and editables, with a build backend of the tests' own.

mod support;

use std::fs;

use support::Place;
use testkit::{Sdist, Wheel};

/// Metadata that only the backend tells.
fn dynamic(name: &str) -> Sdist {
    Sdist::new(name, "1.0").field("Dynamic", "Requires-Dist")
}

/// What is left of builds in the folder for temporary files.
fn left_behind(place: &Place) -> Vec<String> {
    let entries = fs::read_dir(place.sandbox.root().join("tmp")).into_iter().flatten();
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn a_source_distribution_is_built_once() {
    let place = Place::new("helper 1.0");
    place.index.add(dynamic("demo").requires("helper").build());
    place
        .install(&["demo"])
        .says("Collecting demo\n  Downloading demo-1.0.tar.gz (")
        .says("  Getting requirements to build wheel: finished with status 'done'\n")
        .says("  Preparing metadata (pyproject.toml): finished with status 'done'\n")
        .says("Building wheels for collected packages: demo\n")
        .says("  Created wheel for demo: filename=demo-1.0-py3-none-any.whl size=")
        .says("Successfully built demo\n")
        .says("Successfully installed demo-1.0 helper-1.0\n");
    assert_eq!(place.python("import demo; print(demo.__version__)"), "1.0");
    place.run(&["uninstall", "-y", "demo"]).succeeded();
    let again = place.install(&["demo"]).says("  Using cached demo-1.0-py3-none-any.whl\n");
    assert!(!again.stdout.contains("Building"), "{}", again.report());
    assert_eq!(left_behind(&place), [""; 0]);
}

#[test]
fn metadata_that_building_cannot_change_is_read() {
    let place = Place::new("");
    place.index.add(Sdist::new("demo", "1.0").build());
    let outcome = place.run(&["install", "--dry-run", "demo"]).succeeded().says("Would install demo-1.0\n");
    assert!(!outcome.stdout.contains("Preparing metadata"), "{}", outcome.report());
}

#[test]
fn what_a_build_requires_is_built_too() {
    let place = Place::new("tool 1.0");
    let nested =
        "[build-system]\nrequires = [\"tool\"]\nbuild-backend = \"sdist_backend\"\nbackend-path = [\".\"]\n";
    place.index.add(dynamic("inner").pyproject(nested).build());
    let outer = nested.replace("tool", "inner");
    place.index.add(dynamic("outer").pyproject(&outer).build());
    place.install(&["outer"]).says("  Installing build dependencies: finished with status 'done'\n");
    assert_eq!(place.frozen(), ["outer==1.0"]);
}

#[test]
fn a_circle_of_builds() {
    let place = Place::new("");
    let needs = |name: &str| {
        format!(
            "[build-system]\nrequires = [\"{name}\"]\nbuild-backend = \"sdist_backend\"\nbackend-path = [\".\"]\n"
        )
    };
    place.index.add(dynamic("egg").pyproject(&needs("hen")).build());
    place.index.add(dynamic("hen").pyproject(&needs("egg")).build());
    let before = place.tree();
    place
        .run(&["install", "hen"])
        .failed()
        .warns("is already being built")
        .warns("ERROR: Failed to build 'hen' when installing build dependencies");
    before.assert_same(&place.tree());
}

#[test]
fn many_sources_at_once() {
    let place = Place::new("");
    let names: Vec<String> = (0..8).map(|number| format!("part{number}")).collect();
    for name in &names {
        place.index.add(dynamic(name).build());
    }
    let words: Vec<&str> = names.iter().map(String::as_str).collect();
    place.install(&words).says(&format!("Successfully built {}\n", names.join(" ")));
    assert_eq!(place.frozen().len(), 8);
}

#[test]
fn a_folder_is_built_where_it_is() {
    let place = Place::new("");
    dynamic("demo").write_tree(place.sandbox.work().join("project"));
    place.install(&["./project"]).says("Processing ./project\n").says("Successfully installed demo-1.0\n");
    let url = format!("file://{}", place.sandbox.work().join("project").display());
    assert_eq!(place.frozen(), [format!("demo @ {url}")]);
    // A folder may have changed: it is built again, always.
    place.install(&["./project"]).says("Building wheels for collected packages: demo\n");
}

// covers: install --editable
#[test]
fn an_editable_shows_edits_and_goes_away_whole() {
    let place = Place::new("");
    let project = place.sandbox.work().join("project");
    dynamic("demo").write_tree(&project);
    let before = place.tree();
    place
        .install(&["-e", "./project"])
        .says("Obtaining file://")
        .says("  Checking if build backend supports build_editable: finished with status 'done'\n")
        .says("  Preparing editable metadata (pyproject.toml): finished with status 'done'\n")
        .says("  Building editable for demo (pyproject.toml): finished with status 'done'\n");
    fs::write(project.join("demo.py"), "edited = True\n").unwrap();
    assert_eq!(place.python("import demo; print(demo.edited)"), "True");
    let frozen = place.frozen();
    assert!(frozen.last().is_some_and(|line| *line == format!("-e {}", project.display())), "{frozen:?}");
    place.run(&["uninstall", "-y", "demo"]).succeeded();
    // The interpreter has left byte-code of what it imported beside the source only. With the last package the folder of
    // packages goes, as with pip.
    let site = place.site().strip_prefix(place.env()).unwrap().display().to_string();
    before.without(&site).assert_same(&place.tree().without(&site));
}

#[test]
fn a_local_archive_with_a_digest() {
    let place = Place::new("");
    let sdist = dynamic("demo").build();
    sdist.write_to(place.sandbox.work());
    place.install(&["./demo-1.0.tar.gz"]).says("Processing ./demo-1.0.tar.gz\n");
    let direct_url = fs::read_to_string(place.site().join("demo-1.0.dist-info/direct_url.json")).unwrap();
    assert!(direct_url.contains("\"archive_info\": {\"hash\": \"sha256="), "{direct_url}");
    place.run(&["uninstall", "-y", "demo"]).succeeded();
    place.sandbox.write("requirements.txt", format!("./demo-1.0.tar.gz --hash=sha256:{}\n", "0".repeat(64)));
    place
        .run(&["install", "-r", "requirements.txt"])
        .failed()
        .warns("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.");
    assert_eq!(place.frozen(), [""; 0]);
}

#[test]
fn a_backend_that_fails_leaves_nothing() {
    let place = Place::new("");
    let broken = "def build_wheel(*a, **k):\n    print('about to fail')\n    raise SystemExit(3)\n";
    place.index.add(
        Sdist::new("demo", "1.0")
            .pyproject("[build-system]\nrequires = []\nbuild-backend = \"broken\"\nbackend-path = [\".\"]\n")
            .file("broken.py", broken)
            .build(),
    );
    let before = place.tree();
    place
        .run(&["install", "demo"])
        .failed()
        .warns("  error: subprocess-exited-with-error\n")
        .warns("  × Building wheel for demo (pyproject.toml) did not run successfully.\n  │ exit code: 3\n")
        .warns("      about to fail\n")
        .warns("  ERROR: Failed building wheel for demo\n")
        .warns("error: failed-wheel-build-for-install\n")
        .says("Failed to build demo\n");
    before.assert_same(&place.tree());
    assert_eq!(left_behind(&place), [""; 0]);
}

/// One thread asks ahead of time and another one needs the answer: which of them is the first differs from run to run.
#[test]
fn what_fails_is_tried_once() {
    let place = Place::new("");
    let pyproject = "[build-system]\nrequires = [\"nowhere\"]\nbuild-backend = \"nowhere\"\n";
    place.index.add(dynamic("demo").pyproject(pyproject).build());
    for _ in 0..5 {
        let outcome = place.run(&["install", "demo"]).failed();
        let tried = outcome.stdout.matches("Installing build dependencies: started").count();
        assert_eq!(tried, 1, "{}", outcome.report());
    }
}

#[test]
fn metadata_of_another_project() {
    let place = Place::new("");
    place.index.add(Sdist::new("other", "1.0").filename("demo-1.0.tar.gz").build());
    place.run(&["install", "demo"]).failed();
    assert_eq!(place.frozen(), [""; 0]);
}

// covers: install --no-build-isolation --check-build-dependencies
#[test]
fn without_isolation_the_environment_must_have_the_backend() {
    let place = Place::new("");
    let pyproject = "[build-system]\nrequires = [\"flat\"]\nbuild-backend = \"flat\"\n";
    let backend = "from sdist_backend import *\n";
    place.index.add(dynamic("demo").pyproject(pyproject).build());
    let tree = dynamic("demo").pyproject(pyproject);
    tree.write_tree(place.sandbox.work().join("project"));
    place
        .run(&["install", "--no-build-isolation", "--check-build-dependencies", "./project"])
        .failed()
        .warns("are missing: 'flat'.");
    let own = fs::read(place.sandbox.work().join("project/sdist_backend.py")).unwrap();
    let wheel = Wheel::new("flat", "1.0").file("flat.py", backend).file("sdist_backend.py", own).build();
    place.index.add(wheel);
    place.install(&["flat"]);
    place.install(&["--no-build-isolation", "--check-build-dependencies", "./project"]);
    assert_eq!(place.frozen().len(), 2);
}

// covers: install --config-settings
#[test]
fn settings_reach_what_stands_on_the_command_line() {
    let place = Place::new("");
    let code = "from sdist_backend import *\nfrom sdist_backend import build_wheel as build\n\
                def build_wheel(folder, config_settings=None, metadata_directory=None):\n    \
                open('told_{name}.py', 'w').write('told = %r' % config_settings)\n    return build(folder)\n";
    let project = |name: &str| {
        let own = "[build-system]\nrequires = []\nbuild-backend = \"own\"\nbackend-path = [\".\"]\n";
        dynamic(name).pyproject(own).file("own.py", code.replace("{name}", name))
    };
    place.index.add(project("part").build());
    project("demo").requires("part").write_tree(place.sandbox.work().join("project"));
    place.install(&["-C", "a=1", "-C", "a=2", "./project"]);
    let told = |name: &str| place.python(&format!("import told_{name}; print(told_{name}.told)"));
    assert_eq!((told("demo").as_str(), told("part").as_str()), ("{'a': ['1', '2']}", "None"));
    // A requirement by name that a constraint leads to a folder is built with its own settings.
    let url = format!("demo @ file://{}\n", place.sandbox.work().join("project").display());
    place.sandbox.write("constraints.txt", url);
    place.install(&["--force-reinstall", "-C", "b=3", "-c", "constraints.txt", "demo"]);
    assert_eq!(told("demo"), "{'b': '3'}");
}

#[test]
fn what_several_builds_require_is_built_once() {
    let place = Place::new("");
    let log = place.sandbox.work().join("log");
    let code = "import time\nfrom sdist_backend import *\nfrom sdist_backend import build_wheel as build\n\
                def build_wheel(folder, config_settings=None, metadata_directory=None):\n    \
                open('LOG', 'a').write('built\\n')\n    time.sleep(0.3)\n    return build(folder)\n"
        .replace("LOG", &log.display().to_string());
    let own = |requires: &str| {
        format!("[build-system]\nrequires = [{requires}]\nbuild-backend = \"own\"\nbackend-path = [\".\"]\n")
    };
    place.index.add(dynamic("tool").pyproject(&own("")).file("own.py", &code).build());
    let mut names = vec!["tool".to_owned()];
    for number in 0..5 {
        let name = format!("part{number}");
        // Each set of requirements is another one, so that each is resolved by itself.
        let requires = format!("\"tool\", \"tool>=0.{number}\"");
        place.index.add(
            dynamic(&name).pyproject(&own(&requires)).file("own.py", "from sdist_backend import *\n").build(),
        );
        names.push(name);
    }
    let words: Vec<&str> = names.iter().map(String::as_str).collect();
    place.install(&words);
    assert_eq!(place.frozen().len(), 6);
    assert_eq!(fs::read_to_string(&log).unwrap(), "built\n");
}
