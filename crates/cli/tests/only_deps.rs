//! `--only-deps`: what is asked for needs its dependencies, and is itself left out.

mod support;

use support::Place;
use testkit::assert_same_text;

const UNIVERSE: &str = "
    demo 1.0 -> lib>=1 ; extra x: other
    lib 1.0
    other 1.0
    app 1.0 -> demo, lib
";

// covers: install --only-deps
#[test]
fn dependencies_come_without_what_needs_them() {
    let place = Place::new(UNIVERSE);
    let outcome = place.install(&["--only-deps", "demo"]);
    assert_same_text(
        &outcome.filtered_stdout(),
        "Looking in indexes: [INDEX]/simple/
Collecting demo
  Downloading demo-1.0-py3-none-any.whl.metadata ([SIZE])
Collecting lib>=1 (from demo)
  Downloading lib-1.0-py3-none-any.whl.metadata ([SIZE])
Downloading lib-1.0-py3-none-any.whl ([SIZE])
Installing collected packages: lib
Successfully installed lib-1.0
",
    );
    assert!(!place.site().join("lib-1.0.dist-info/REQUESTED").exists());
}

#[test]
fn what_is_named_is_left_out_also_as_a_dependency() {
    let place = Place::new(UNIVERSE);
    place.install(&["--only-deps", "demo", "app"]);
    assert_eq!(place.frozen(), ["lib==1.0"]);
    let place = Place::new(UNIVERSE);
    place.install(&["--only-deps", "demo[x]", "lib"]);
    assert_eq!(place.frozen(), ["other==1.0"]);
}

#[test]
fn nothing_is_left_of_what_needs_nothing() {
    let place = Place::new(UNIVERSE);
    let outcome = place.install(&["--only-deps", "lib"]);
    assert_same_text(
        &outcome.filtered_stdout(),
        "Looking in indexes: [INDEX]/simple/
Collecting lib
  Downloading lib-1.0-py3-none-any.whl.metadata ([SIZE])
",
    );
}
