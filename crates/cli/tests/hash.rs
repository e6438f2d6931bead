//! `oxipip hash`.

mod support;

use support::program;
use testkit::{Sandbox, assert_same_text};

#[test]
fn lines_for_a_requirements_file() {
    let sandbox = Sandbox::new(program());
    sandbox.write("one", "hello");
    sandbox.write("two", "");
    let outcome = sandbox.run(["hash", "one", "./two"]).succeeded();
    assert_same_text(
        &outcome.stdout,
        "one:
--hash=sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824
./two:
--hash=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
",
    );
}

// covers: hash --algorithm
#[test]
fn other_algorithms() {
    let sandbox = Sandbox::new(program());
    sandbox.write("one", "hello");
    sandbox.run(["hash", "-a", "sha384", "one"]).succeeded().says(
        "--hash=sha384:59e1748777448c69de6b800d7a33bbfb9ff1b463e44354c3553bcdb9c666fa90125a3c79f90397bdf5f6a13de828684f\n",
    );
    sandbox.run(["hash", "--algorithm=sha512", "one"]).succeeded().says("--hash=sha512:9b71d224bd62f378");
    sandbox
        .run(["hash", "-a", "md5", "one"])
        .ended_with(2)
        .warns("option -a: invalid choice: 'md5' (choose from 'sha256', 'sha384', 'sha512')\n");
}

#[test]
fn what_cannot_be_read() {
    let sandbox = Sandbox::new(program());
    sandbox.write("one", "hello");
    let outcome = sandbox.run(["hash", "one", "none"]).ended_with(2);
    assert!(outcome.stdout.starts_with("one:\n"), "{}", outcome.report());
    outcome.warns("[Errno 2] No such file or directory: 'none'\n");
    sandbox.run(["hash", "."]).ended_with(2).warns("[Errno 21] Is a directory: '.'\n");
    let outcome = sandbox.run(["hash"]).failed();
    assert_same_text(&outcome.stderr, "\nUsage:   oxipip hash [options] <file> ...\n\n");
}
