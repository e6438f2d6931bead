//! Options of `install` about what it does beside installing, and those of it that `uninstall` has, too.

mod support;

use std::fs;

use support::{Place, in_mount_namespace};
use testkit::Wheel;

// covers: install --compile --no-compile
#[test]
fn byte_code_whatever_a_variable_says() {
    let place = Place::new("demo 1.0");
    let is_compiled = |options: &[&str], variable: &str| {
        let words = [&["install", "--force-reinstall", "demo"], options].concat();
        place.command(&words).env("PIP_COMPILE", variable).run().succeeded();
        let entries = fs::read_dir(place.site().join("__pycache__")).into_iter().flatten();
        entries.count() > 0
    };
    assert!(is_compiled(&[], "1"));
    assert!(!is_compiled(&[], "0"));
    assert!(is_compiled(&["--compile"], "0"));
    assert!(!is_compiled(&["--no-compile"], "1"));
}

// covers: install --no-warn-script-location
#[test]
fn scripts_that_are_not_on_the_path() {
    let place = Place::new("");
    place.index.add(Wheel::new("demo", "1.0").console_script("demo", "demo:main").build());
    let python = place.sandbox.interpreter().path.display().to_string();
    let words =
        ["--python", &python, "install", "--user", "--break-system-packages", "--force-reinstall", "demo"];
    let installed = |options: &[&str]| {
        let words = [&words[..], &["--root-user-action", "ignore"], options].concat();
        place.sandbox.run(words).succeeded()
    };
    let folder = place.sandbox.home().join(".local/bin").display().to_string();
    let warning = format!("WARNING: The script demo is installed in '{folder}' which is not on PATH.");
    installed(&[]).warns(&warning);
    assert_eq!(installed(&["--no-warn-script-location"]).stderr, "");
}

// covers: install --no-warn-conflicts
#[test]
fn what_an_install_breaks() {
    let place = Place::new("lib 1.0\nlib 2.0\nstrict 1.0 -> lib<2");
    place.install(&["strict"]);
    place
        .install(&["lib==2.0"])
        .warns("strict 1.0 requires lib<2, but you have lib 2.0 which is incompatible.");
    place.install(&["lib==1.0"]);
    assert_eq!(place.install(&["--no-warn-conflicts", "lib==2.0"]).stderr, "");
}

// covers: install --root-user-action
// covers: uninstall --root-user-action
#[test]
fn root_outside_of_an_environment() {
    let place = Place::new("demo 1.0");
    let python = place.sandbox.interpreter().path.display().to_string();
    let script = format!(
        r#"
        pip() {{ "$OXIPIP" --python {python} "$@" 2>&1 || echo "failed: $*"; }}
        marked() {{ sed "s/^/$1 /"; }}
        install="install --user --break-system-packages --force-reinstall demo"
        uninstall="uninstall --break-system-packages --yes demo"
        pip $install | marked a
        pip $install --root-user-action=ignore | marked b
        pip $uninstall | marked c
        pip $install --root-user-action ignore | marked d
        pip $uninstall --root-user-action ignore | marked e
        "#
    );
    let outcome = in_mount_namespace(&place, &script).succeeded();
    assert!(!outcome.stdout.contains("failed"), "{}", outcome.report());
    let warned: Vec<&str> = outcome
        .stdout
        .lines()
        .filter(|line| {
            line.contains("WARNING: Running pip as the 'root' user can result in broken permissions")
        })
        .filter_map(|line| line.get(..1))
        .collect();
    assert_eq!(warned, ["a", "c"], "{}", outcome.report());
}

// covers: install --break-system-packages
// covers: uninstall --break-system-packages
// covers: adopt --break-system-packages
#[test]
fn an_interpreter_of_the_system_is_changed_on_request() {
    let place = Place::new("demo 1.0");
    let interpreter = place.sandbox.interpreter();
    let folders =
        interpreter.python(&["-c", "import sys, sysconfig; print(sys.prefix, sysconfig.get_path('stdlib'))"]);
    let (prefix, library) = folders.trim().split_once(' ').unwrap();
    // All of the interpreter is covered, so that nothing of it is changed.
    let script = format!(
        r#"
        mkdir layer && mount -t tmpfs tmpfs layer && mkdir layer/upper layer/work || exit 99
        mount -t overlay overlay -o lowerdir={prefix},upperdir=layer/upper,workdir=layer/work {prefix} || exit 99
        printf '[externally-managed]\nError=Ask the system.\n' > {library}/EXTERNALLY-MANAGED
        pip() {{ "$OXIPIP" "$@" --root-user-action ignore; }}
        refused() {{ "$@" > refused 2>&1 && exit 1; grep -q 'externally-managed-environment' refused || exit 2; }}
        refused "$OXIPIP" --python {python} install demo
        "$OXIPIP" --python {python} install --break-system-packages demo || exit 3
        refused "$OXIPIP" --python {python} uninstall -y demo
        "$OXIPIP" --python {python} uninstall -y --break-system-packages demo || exit 4
        refused "$OXIPIP" adopt {python}
        "$OXIPIP" adopt --break-system-packages {python} || exit 5
        "#,
        python = interpreter.path.display(),
    );
    in_mount_namespace(&place, &script)
        .succeeded()
        .says("Successfully installed demo-1.0\n")
        .says("Successfully uninstalled demo-1.0\n")
        .says(" is oxipip now");
}
