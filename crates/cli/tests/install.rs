//! `oxipip install` as a person would use it.

mod support;

use support::Place;
use testkit::{Fault, Index, Interpreter, Listing, Tree, Wheel, assert_same_text};

const UNIVERSE: &str = "
    demo 1.0 -> lib>=1
    demo 2.0 -> lib>=1, Other.Name
    demo 3.0rc1 -> lib>=1
    lib 1.0
    lib 1.1
    other-name 0.1
";

#[test]
fn a_wheel_and_what_it_requires() {
    let place = Place::new(UNIVERSE);
    let outcome = place.install(&["demo"]);
    assert_same_text(
        &outcome.filtered_stdout(),
        "Looking in indexes: [INDEX]/simple/
Collecting demo
  Downloading demo-2.0-py3-none-any.whl.metadata ([SIZE])
Collecting lib>=1 (from demo)
  Downloading lib-1.1-py3-none-any.whl.metadata ([SIZE])
Collecting Other.Name (from demo)
  Downloading other_name-0.1-py3-none-any.whl.metadata ([SIZE])
Downloading demo-2.0-py3-none-any.whl ([SIZE])
Downloading lib-1.1-py3-none-any.whl ([SIZE])
Downloading other_name-0.1-py3-none-any.whl ([SIZE])
Installing collected packages: Other.Name, lib, demo

Successfully installed Other.Name-0.1 demo-2.0 lib-1.1
",
    );
    assert_same_text(&outcome.stderr, "");
    assert_eq!(place.frozen(), ["demo==2.0", "lib==1.1", "other-name==0.1"]);
    assert_eq!(place.python("import demo, lib; print(demo.__version__, lib.__version__)"), "2.0 1.1");
}

#[test]
fn metadata_says_who_installed_and_who_was_asked_for() {
    let place = Place::new(UNIVERSE);
    place.install(&["demo"]);
    let read = |path: &str| std::fs::read_to_string(place.site().join(path)).unwrap();
    assert_eq!(read("demo-2.0.dist-info/INSTALLER"), "pip\n");
    assert_eq!(read("demo-2.0.dist-info/REQUESTED"), "");
    assert!(!place.site().join("lib-1.1.dist-info/REQUESTED").exists());
    let magic = place.python("import sys; print(sys.implementation.cache_tag)");
    let record = read("demo-2.0.dist-info/RECORD");
    let paths: Vec<_> = record.lines().filter_map(|row| row.split(',').next()).collect();
    assert_eq!(
        paths,
        [
            format!("__pycache__/demo.{magic}.pyc").as_str(),
            "demo-2.0.dist-info/INSTALLER",
            "demo-2.0.dist-info/METADATA",
            "demo-2.0.dist-info/RECORD",
            "demo-2.0.dist-info/REQUESTED",
            "demo-2.0.dist-info/WHEEL",
            "demo.py",
        ]
    );
}

#[test]
fn what_is_installed_stays() {
    let place = Place::new(UNIVERSE);
    place.install(&["demo==1.0", "lib==1.0"]);
    let before = place.tree();
    let outcome = place.install(&["demo"]);
    assert_same_text(
        &outcome.filtered_stdout(),
        &format!(
            "Looking in indexes: [INDEX]/simple/
Requirement already satisfied: demo in ./env/lib/python{0}/site-packages (1.0)
Requirement already satisfied: lib>=1 in ./env/lib/python{0}/site-packages (from demo) (1.0)
",
            place.sandbox.interpreter().minor_version()
        ),
    );
    before.assert_same(&place.tree());
}

// covers: install --upgrade --upgrade-strategy
#[test]
fn upgrades_take_along_only_what_is_needed() {
    let place = Place::new(UNIVERSE);
    place.install(&["demo==1.0", "lib==1.0"]);
    let outcome = place.install(&["--upgrade", "demo"]);
    outcome
        .says("Installing collected packages: Other.Name, demo")
        .says("  Attempting uninstall: demo\n    Found existing installation: demo 1.0\n    Uninstalling demo-1.0:\n      Successfully uninstalled demo-1.0\n")
        .says("Successfully installed Other.Name-0.1 demo-2.0\n");
    assert_eq!(place.frozen(), ["demo==2.0", "lib==1.0", "other-name==0.1"]);
    place.install(&["-U", "--upgrade-strategy", "eager", "demo"]);
    assert_eq!(place.frozen(), ["demo==2.0", "lib==1.1", "other-name==0.1"]);
}

#[test]
fn a_pin_goes_back() {
    let place = Place::new(UNIVERSE);
    place.install(&["demo"]);
    place.install(&["demo==1.0"]).says("Successfully installed demo-1.0\n");
    assert_eq!(place.frozen(), ["demo==1.0", "lib==1.1", "other-name==0.1"]);
    assert!(!place.site().join("demo-2.0.dist-info").exists());
}

// covers: install --pre
#[test]
fn prereleases_only_on_request() {
    let place = Place::new(UNIVERSE);
    place.install(&["--pre", "demo"]).says("Successfully installed demo-3.0rc1 lib-1.1\n");
    let place = Place::new("only 1.0b1");
    place.install(&["only"]).says("Successfully installed only-1.0b1\n");
}

#[test]
fn extras_markers_and_python_versions() {
    let place = Place::new(
        "demo 1.0 -> never ; requires lib; python_version < '3' ; extra shiny: gloss>=1 ; extra dull: rust
         demo 2.0 ; python >=4
         gloss 1.0
         never 1.0",
    );
    place.install(&["demo[Shiny]"]).says("Successfully installed demo-1.0 gloss-1.0 never-1.0\n");
    let outcome = place.install(&["demo[none]", "never; python_version < '3'"]);
    outcome
        .says("Ignoring never: markers 'python_version < \"3\"' don't match your environment\n")
        .warns("WARNING: demo 1.0 does not provide the extra 'none'\n");
}

#[test]
fn yanked_files_only_when_pinned() {
    let place = Place::new("demo 1.0\ndemo 2.0 ; yanked it eats files");
    place.install(&["demo"]).says("Successfully installed demo-1.0\n");
    let outcome = place.install(&["demo==2.0"]).says("Successfully installed demo-2.0\n");
    assert_same_text(
        &outcome.filtered_stderr(),
        "WARNING: The candidate selected for download or install is a yanked version: 'demo' candidate \
         (version 2.0 at [INDEX]/files/demo-2.0-py3-none-any.whl (from [INDEX]/simple/demo/))\n\
         Reason for being yanked: it eats files\n",
    );
}

// covers: install --requirement --constraint
#[test]
fn requirements_and_constraints_files() {
    let place = Place::new(UNIVERSE);
    place.sandbox.write("requirements.txt", "# what we need\n-r more.txt\nlib # comment\n");
    place.sandbox.write("more.txt", "demo \\\n  >= 1\n");
    place.sandbox.write("limits.txt", "demo<2\nlib==1.0\n");
    let outcome = place.install(&["-r", "requirements.txt", "-c", "limits.txt"]);
    let stdout = outcome.filtered_stdout();
    assert!(stdout.contains("Collecting demo>=1 (from -r [ROOT]/work/more.txt (line 1))\n"), "{stdout}");
    assert!(stdout.contains("Collecting lib (from -r requirements.txt (line 3))\n"), "{stdout}");
    assert_eq!(place.frozen(), ["demo==1.0", "lib==1.0"]);
}

#[test]
fn hashes_are_checked() {
    let place = Place::new("");
    let wheel = Wheel::new("demo", "1.0").build();
    let hash = wheel.sha256();
    place.index.add(wheel);
    place.sandbox.write("requirements.txt", format!("demo==1.0 --hash=sha256:{hash}\n"));
    place.install(&["--require-hashes", "-r", "requirements.txt"]).says("Successfully installed demo-1.0\n");
}

// covers: install --dry-run --no-deps
#[test]
fn no_deps_and_dry_run() {
    let place = Place::new(UNIVERSE);
    let before = place.tree();
    place.install(&["--dry-run", "demo"]).says("Would install demo-2.0 lib-1.1 other-name-0.1\n");
    before.assert_same(&place.tree());
    place.install(&["--no-deps", "demo"]).says("Successfully installed demo-2.0\n");
    assert_eq!(place.frozen(), ["demo==2.0"]);
}

// covers: install --find-links --force-reinstall
#[test]
fn local_wheels_addresses_and_folders() {
    let place = Place::new("lib 1.0");
    let wheel = Wheel::new("demo", "1.0").requires("lib").build();
    std::fs::create_dir(place.sandbox.work().join("wheels")).unwrap();
    wheel.write_to(place.sandbox.work().join("wheels"));
    place
        .install(&["./wheels/demo-1.0-py3-none-any.whl"])
        .says("Processing ./wheels/demo-1.0-py3-none-any.whl\n")
        .says("Successfully installed demo-1.0 lib-1.0\n");
    let direct_url =
        std::fs::read_to_string(place.site().join("demo-1.0.dist-info/direct_url.json")).unwrap();
    assert!(direct_url.contains("\"archive_info\"") && direct_url.contains("file://"), "{direct_url}");

    place.install(&["--no-index", "--find-links", "wheels", "--force-reinstall", "--no-deps", "demo"]);
    assert!(!place.site().join("demo-1.0.dist-info/direct_url.json").exists());

    place.index.add(Wheel::new("far", "1.0").build());
    let url = place.index.file_url("far-1.0-py3-none-any.whl");
    place.install(&[&url]).says("Collecting far==1.0\n  Downloading ");
    let far = place.frozen().into_iter().find(|line| line.starts_with("far @ ")).unwrap();
    assert!(far.starts_with(&format!("far @ {url}#sha256=")), "{far}");
}

#[test]
fn scripts_and_data_on_every_interpreter() {
    for interpreter in Interpreter::all() {
        scripts_and_data(&Place::with(Index::start(), "", interpreter.clone()));
    }
}

fn scripts_and_data(place: &Place) {
    place.index.add(
        Wheel::new("demo", "1.0")
            .file("demo/__init__.py", "def main():\n    print('hello from demo')\n")
            .console_script("say-hello", "demo:main")
            .data("scripts", "old-hello", "#!python\nimport demo\ndemo.main()\n")
            .data("scripts", "sh-hello", "#!/bin/sh\necho hello from sh\n")
            .data("data", "share/demo/poem.txt", "roses\n")
            .data("headers", "demo.h", "#define DEMO 1\n")
            .data("purelib", "pure.py", "where = 'pure'\n")
            .data("platlib", "plat.py", "where = 'plat'\n")
            .build(),
    );
    place.install(&["demo"]);
    for (script, text) in [
        ("say-hello", "hello from demo\n"),
        ("old-hello", "hello from demo\n"),
        ("sh-hello", "hello from sh\n"),
    ] {
        let outcome = place.sandbox.program(place.env().join("bin").join(script), [""; 0]).run().succeeded();
        assert_eq!(outcome.stdout, text);
    }
    assert_eq!(place.python("import pure, plat; print(pure.where, plat.where)"), "pure plat");
    assert_eq!(std::fs::read_to_string(place.env().join("share/demo/poem.txt")).unwrap(), "roses\n");
    let header = format!("include/site/python{}/demo/demo.h", place.sandbox.interpreter().minor_version());
    assert!(place.env().join(header).exists());
}

// covers: install --no-compile
#[test]
fn byte_code_unless_it_is_not_wanted() {
    let place = Place::new("demo 1.0\nother 1.0");
    place.install(&["demo"]);
    place.install(&["--no-compile", "other"]);
    let names: Vec<_> = std::fs::read_dir(place.site().join("__pycache__"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(names.iter().any(|name| name.starts_with("demo.")), "{names:?}");
    assert!(!names.iter().any(|name| name.starts_with("other.")), "{names:?}");
}

#[test]
fn every_kind_of_index() {
    for builder in [
        Index::builder().html_only(),
        Index::builder().json_only(),
        Index::builder().without_metadata_files(),
        Index::builder().without_metadata_files().without_ranges(),
        Index::builder().relative_links().without_sizes(),
        Index::builder().html_only().relative_links().without_metadata_files(),
    ] {
        let place = Place::with_index(builder.start(), UNIVERSE);
        place.install(&["demo"]);
        assert_eq!(place.frozen(), ["demo==2.0", "lib==1.1", "other-name==0.1"]);
    }
}

#[test]
fn a_wheel_built_again_is_taken_again() {
    let place = Place::new("");
    let wheels = place.sandbox.work().join("wheels");
    std::fs::create_dir(&wheels).unwrap();
    for text in ["first", "second"] {
        let wheel = Wheel::new("demo", "1.0").file("demo.py", format!("TEXT = '{text}'\n")).build();
        wheel.write_to(&wheels);
        place.install(&["--no-index", "--find-links", "wheels", "--force-reinstall", "demo"]);
        assert_eq!(place.python("import demo; print(demo.TEXT)"), text);
    }
}

#[test]
fn credentials_are_used_and_never_shown() {
    let index = Index::builder().login("me", "s3cret").start();
    let mut place = Place::with_index(index, UNIVERSE);
    let url = place.index.url_with_login("me", "s3cret");
    place.sandbox.env("PIP_INDEX_URL", url);
    let outcome = place.install(&["-v", "demo"]);
    assert!(outcome.stdout.contains("http://me:****@127.0.0.1"), "{}", outcome.report());
    assert!(!outcome.report().contains("s3cret"), "{}", outcome.report());
    let hidden = |tree: &Tree| tree.paths().iter().all(|path| !path.contains("s3cret"));
    assert!(hidden(&place.tree()) && hidden(&Tree::of(place.sandbox.cache())));
}

#[test]
fn passing_troubles_are_overcome() {
    let place = Place::new(UNIVERSE);
    place.index.misbehave_times("/simple/demo/", 2, Fault::Status(503));
    place.index.misbehave_times("/files/lib-1.1-py3-none-any.whl", 1, Fault::Status(502));
    place.index.misbehave_times("/files/demo-2.0-py3-none-any.whl", 1, Fault::Reset);
    place.install(&["demo"]);
    assert_eq!(place.frozen(), ["demo==2.0", "lib==1.1", "other-name==0.1"]);
}

#[test]
fn configuration_files_are_read() {
    let mut place = Place::new(UNIVERSE);
    let url = place.index.url();
    place.sandbox.env_remove("PIP_INDEX_URL").env_remove("PIP_CONFIG_FILE");
    let folder = place.sandbox.root().join("config/pip");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(
        folder.join("pip.conf"),
        format!("[global]\nindex-url = {url}\n[install]\nno-deps = yes\n"),
    )
    .unwrap();
    place.install(&["demo"]).says("Successfully installed demo-2.0\n");
    assert_eq!(place.frozen(), ["demo==2.0"]);
}

// covers: install --quiet
#[test]
fn quiet_says_nothing() {
    let place = Place::new(UNIVERSE);
    let outcome = place.install(&["-q", "demo"]);
    assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("", ""));
}

#[test]
fn a_set_that_breaks_another_is_told_of() {
    let place = Place::new(UNIVERSE);
    place.index.add(Wheel::new("strict", "1.0").requires("lib==1.0").build());
    place.install(&["strict"]);
    place
        .install(&["lib==1.1"])
        .warns("ERROR: pip's dependency resolver does not currently take into account all the packages that are installed. This behaviour is the source of the following dependency conflicts.\nstrict 1.0 requires lib==1.0, but you have lib 1.1 which is incompatible.\n")
        .says("Successfully installed lib-1.1\n");
}

#[test]
fn links_of_pages_decide_who_is_a_candidate() {
    let place = Place::new("");
    let wheel = |version: &str| Wheel::new("demo", version).build();
    place.index.add(wheel("1.0"));
    place.index.add(Wheel::new("demo", "2.0").tag("cp27-cp27mu-win32").build());
    place.index.add_listed(wheel("3.0"), Listing::new().requires_python("<3"));
    place.install(&["demo"]).says("Successfully installed demo-1.0\n");
}
