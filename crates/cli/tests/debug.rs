//! `oxipip debug`.

mod support;

use support::Place;

#[test]
fn facts_for_a_bug_report() {
    let place = Place::new("");
    let outcome =
        place.run(&["debug"]).succeeded().warns("WARNING: This command is only meant for debugging.");
    let version = place.python("import sys; print(sys.version)");
    let executable = place.env().join("bin/python").display().to_string();
    for text in [
        &format!("\nsys.version: {version}\nsys.executable: {executable}\nsys.getdefaultencoding: utf-8\n"),
        "\nsys.implementation:\n  name: cpython\n",
        "\n'cert' config value: ",
        "\nREQUESTS_CA_BUNDLE: None\n",
        "\n  ...\n  [First 10 tags shown. Pass --verbose to show all.]\n",
    ] {
        assert!(outcome.stdout.contains(text), "{text}:\n{}", outcome.report());
    }
    let (_, tags) = outcome.stdout.split_once("\nCompatible tags: ").unwrap();
    let minor = place.sandbox.interpreter().minor_version().replace('.', "");
    assert_eq!(tags.lines().nth(1).unwrap().split('-').next(), Some(format!("  cp{minor}").as_str()));
    assert!(!place.run(&["debug", "-v"]).succeeded().stdout.contains("tags shown"));
}

// covers: debug --platform --python-version --implementation --abi
#[test]
fn tags_of_another_target() {
    let place = Place::new("");
    place.run(&["debug", "--python-version", "3.7"]).succeeded().says(" (target: version_info='3.7')\n");
    let words = ["debug", "--platform", "linux_x86_64", "--abi", "cp39", "--implementation", "cp"];
    let outcome = place.run(&[&words[..], &["--python-version", "3.9"]].concat()).succeeded();
    outcome
        .says(" (target: platforms=['linux_x86_64'] version_info='3.9' abis=['cp39'] implementation='cp')\n")
        .says("\n  cp39-cp39-linux_x86_64\n");
}
