//! `oxipip wheel`.

mod support;

use support::Place;
use testkit::Sdist;

// covers: wheel --wheel-dir
#[test]
fn into_a_folder_or_here() {
    let place = Place::new("lib 1.0");
    place.index.add(Sdist::new("demo", "1.0").requires("lib").build());
    for option in ["-w", "--wheel-dir"] {
        let folder = option.trim_start_matches('-');
        place.run(&["wheel", option, folder, "demo"]).succeeded().says(&format!("Saved ./{folder}/lib-1.0"));
        for wheel in ["demo-1.0-py3-none-any.whl", "lib-1.0-py3-none-any.whl"] {
            assert!(place.sandbox.work().join(folder).join(wheel).exists(), "{wheel}");
        }
    }
    place.run(&["wheel", "demo"]).succeeded();
    assert!(place.sandbox.work().join("demo-1.0-py3-none-any.whl").exists());
    assert_eq!(place.frozen(), [""; 0]);
}

// covers: wheel --no-verify
#[test]
fn a_wheel_that_is_not_what_was_built() {
    let place = Place::new("");
    let pyproject = "[build-system]\nrequires = []\nbuild-backend = \"own\"\nbackend-path = [\".\"]\n";
    let code = "import os
from sdist_backend import *
from sdist_backend import build_wheel as build
def build_wheel(folder, config_settings=None, metadata_directory=None):
    name = build(folder)
    other = name.replace('1.0', '9.0')
    os.rename(os.path.join(folder, name), os.path.join(folder, other))
    return other
";
    let project = Sdist::new("demo", "1.0").field("Dynamic", "Requires-Dist");
    project.pyproject(pyproject).file("own.py", code).write_tree(place.sandbox.work().join("demo"));
    place.run(&["wheel", "-w", "out", "./demo"]).failed().warns("Built wheel for demo is invalid: ");
    assert!(!place.sandbox.work().join("out/demo-9.0-py3-none-any.whl").exists());
    place.run(&["wheel", "-w", "out", "--no-verify", "./demo"]).succeeded();
    assert!(place.sandbox.work().join("out/demo-9.0-py3-none-any.whl").exists());
}
