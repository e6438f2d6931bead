//! `install` for another interpreter: `--platform`, `--python-version`, `--implementation`, `--abi`.

mod support;

use support::Place;

/// Each version says in its tag what it is for.
const UNIVERSE: &str = "
    demo 1.0
    demo 2.0 ; tag cp37-cp37m-manylinux1_x86_64
    demo 3.0 ; tag cp310-cp310-manylinux2014_x86_64
    demo 4.0 ; tag cp310-cp310-macosx_11_0_arm64
    demo 5.0 ; tag pp39-pypy39_pp73-win_amd64
    demo 6.0 ; tag cp311-abi3-musllinux_1_1_aarch64
    demo 7.0 ; tag cp313-cp313t-linux_riscv64
    newer 1.0 ; python >=3.6
    newer 2.0 ; python >=3.99
    newer 3.0 ; python >=4 ; tag py4-none-any
";

/// What a dry run would install.
#[track_caller]
fn chosen(place: &Place, words: &[&str]) -> String {
    let outcome = place.install(&[&["--dry-run", "--only-binary=:all:"], words].concat());
    let line = outcome.stdout.lines().last().unwrap_or_default().to_owned();
    line.strip_prefix("Would install ").unwrap_or(&line).to_owned()
}

// covers: install --platform --python-version --implementation --abi
#[test]
fn wheels_are_chosen_for_what_is_described() {
    let place = Place::new(UNIVERSE);
    let cases: &[(&[&str], &str)] = &[
        (&["--platform", "manylinux2014_x86_64", "--python-version", "3.10"], "demo-3.0"),
        (&["--platform", "manylinux2014_x86_64", "--python-version", "37"], "demo-2.0"),
        (&["--platform", "manylinux2014_x86_64", "--python-version", "37", "--abi", "none"], "demo-1.0"),
        (&["--platform", "manylinux_2_17_x86_64", "--python-version", "3.10"], "demo-1.0"),
        (&["--platform", "macosx_12_0_arm64", "--python-version", "3.10.4"], "demo-4.0"),
        (&["--platform", "macosx_10_9_arm64", "--python-version", "3.10.4"], "demo-1.0"),
        (
            &[
                "--platform",
                "win_amd64",
                "--implementation",
                "pp",
                "--python-version",
                "39",
                "--abi",
                "pypy39_pp73",
            ],
            "demo-5.0",
        ),
        (&["--platform", "musllinux_1_1_aarch64", "--python-version", "3.12"], "demo-6.0"),
        (&["--platform", "linux_riscv64", "--python-version", "3.13", "--abi", "cp313t"], "demo-7.0"),
        (&["--python-version", "3", "--implementation", "py"], "demo-1.0"),
        (
            &[
                "--platform",
                "any",
                "--platform",
                "linux_riscv64",
                "--python-version",
                "3.13",
                "--abi",
                "cp313t",
            ],
            "demo-7.0",
        ),
    ];
    for (words, expected) in cases {
        assert_eq!(chosen(&place, &[words, &["demo"][..]].concat()), *expected, "{words:?}");
    }
}

#[test]
fn the_version_counts_for_what_projects_require() {
    let place = Place::new(UNIVERSE);
    assert_eq!(chosen(&place, &["--python-version", "3.99", "newer"]), "newer-2.0");
    assert_eq!(chosen(&place, &["--python-version", "4", "newer"]), "newer-3.0");
    place
        .run(&["install", "--dry-run", "--only-binary=:all:", "--python-version", "3", "newer"])
        .failed()
        .warns("ERROR: No matching distribution found for newer\n");
}

// covers: install --target
#[test]
fn wheels_for_others_go_into_a_folder() {
    let place = Place::new(UNIVERSE);
    let words =
        ["--platform", "macosx_11_0_arm64", "--python-version", "3.10", "--only-binary=:all:", "demo"];
    place
        .run(&[&["install"], &words[..]].concat())
        .failed()
        .warns("ERROR: Can not use any platform or abi specific options unless installing via '--target' or using '--dry-run'\n");
    place
        .install(&[&["--target", "packages"], &words[..]].concat())
        .says("Successfully installed demo-4.0\n");
    assert!(place.sandbox.work().join("packages/demo-4.0.dist-info").exists());
    place.run(&["install", "--target", "other", "--platform", "any", "demo"]).failed().warns(
        "ERROR: When restricting platform and interpreter constraints using --python-version, --platform, --abi, or \
         --implementation, either --no-deps must be set, or --only-binary=:all: must be set and --no-binary must not be \
         set (or must be set to :none:).\n",
    );
}
