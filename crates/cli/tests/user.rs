//! `install --user`: packages of the user's own.

mod support;

use std::fs;
use std::path::PathBuf;

use support::{Place, in_mount_namespace};
use testkit::Outcome;

const UNIVERSE: &str = "demo 1.0\ndemo 2.0\nother 1.0";

/// A place whose environment sees the user's packages.
fn open_place() -> Place {
    let place = Place::new(UNIVERSE);
    let configuration = place.env().join("pyvenv.cfg");
    let text = fs::read_to_string(&configuration).unwrap();
    let text = text.replace("include-system-site-packages = false", "include-system-site-packages = true");
    fs::write(configuration, text).unwrap();
    place
}

/// Runs for the interpreter that the environment is made from.
#[track_caller]
fn base(place: &Place, words: &[&str]) -> Outcome {
    let python = place.sandbox.interpreter().path.display().to_string();
    let words = [&["--python", &python], words].concat();
    place.sandbox.command(&words).env("PIP_BREAK_SYSTEM_PACKAGES", "1").run()
}

fn user_site(place: &Place) -> PathBuf {
    let version = place.sandbox.interpreter().minor_version();
    place.sandbox.home().join(format!(".local/lib/python{version}/site-packages"))
}

// covers: install --user
// covers: uninstall --yes
#[test]
fn installs_upgrades_lists_and_removes() {
    let place = Place::new(UNIVERSE);
    base(&place, &["install", "--user", "demo==1.0"]).succeeded().says("Successfully installed demo-1.0\n");
    assert!(user_site(&place).join("demo-1.0.dist-info/RECORD").exists());
    base(&place, &["install", "--user", "--upgrade", "demo"])
        .succeeded()
        .says("Successfully uninstalled demo-1.0\n");
    assert_eq!(base(&place, &["freeze", "--user"]).succeeded().stdout, "demo==2.0\n");
    base(&place, &["uninstall", "--yes", "demo"]).succeeded().says("Successfully uninstalled demo-2.0\n");
    // The folder goes with the last package in it, as with pip.
    let site = user_site(&place);
    assert!(!site.exists() && site.parent().unwrap().exists());
}

#[test]
fn the_base_can_be_elsewhere() {
    let place = Place::new(UNIVERSE);
    let python = place.sandbox.interpreter().path.display().to_string();
    let base = place.sandbox.root().join("users/me");
    let run =
        place.sandbox.command(["--python", &python, "install", "--user", "--break-system-packages", "demo"]);
    run.env("PYTHONUSERBASE", &base).run().succeeded();
    let version = place.sandbox.interpreter().minor_version();
    assert!(base.join(format!("lib/python{version}/site-packages/demo.py")).exists());
    assert!(!place.sandbox.home().join(".local").exists());
}

#[test]
fn a_users_package_that_nothing_would_see_is_refused() {
    let place = Place::new(UNIVERSE);
    place.run(&["install", "--user", "demo"]).failed().warns(
        "ERROR: Can not perform a '--user' install. User site-packages are not visible in this virtualenv.\n",
    );
    let python = place.sandbox.interpreter().path.display().to_string();
    let run =
        place.sandbox.command(["--python", &python, "install", "--user", "--break-system-packages", "demo"]);
    run.env("PYTHONNOUSERSITE", "1").run().failed().warns(
        "ERROR: Can not perform a '--user' install. User site-packages are disabled for this Python.\n",
    );
    place.run(&["install", "--user", "--target", "x", "demo"]).failed();
    place.run(&["install", "--user", "--prefix", "x", "demo"]).failed();
    assert!(!place.sandbox.home().join(".local").exists());
}

// covers: freeze --user
#[test]
fn an_environments_own_packages_come_first() {
    let place = open_place();
    place.install(&["demo==1.0"]);
    place.run(&["install", "--user", "demo==2.0"]).failed().warns(&format!(
        "ERROR: Will not install to the user site because it will lack sys.path precedence to demo in {}\n",
        place.site().display()
    ));
    place.install(&["--user", "--ignore-installed", "demo==2.0"]);
    assert!(user_site(&place).join("demo.py").exists());
    place.install(&["--user", "other"]).says("Successfully installed other-1.0\n");
    assert!(user_site(&place).join("other.py").exists());
    assert_eq!(place.run(&["freeze", "--user"]).succeeded().stdout, "other==1.0\n");
}

// covers: install --no-user
#[test]
fn folders_that_cannot_be_written_send_everything_to_the_user() {
    let place = open_place();
    let script = format!(
        r#"
        cd '{work}'
        mount --bind env env && mount -o remount,bind,ro env || exit 99
        "$OXIPIP" --python env install --no-user demo==1.0 && exit 1
        "$OXIPIP" --python env install demo==2.0 || exit 2
        "#,
        work = place.sandbox.work().display(),
    );
    let outcome = in_mount_namespace(&place, &script).succeeded();
    outcome
        .says("Defaulting to user installation because normal site-packages is not writeable\n")
        .says("Successfully installed demo-2.0\n");
    assert!(user_site(&place).join("demo-2.0.dist-info").exists());
    assert!(!place.site().join("demo.py").exists());
}
