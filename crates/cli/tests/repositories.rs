//! Installing from Git: over `file:` and over Git's own HTTP server, by branch, tag and commit, from below the root,
//! with submodules, as editable, and a second time without the server.

mod support;

use std::fs;

use support::Place;
use testkit::{GitRepository, GitServer, Sdist};

/// Puts a project into a repository and commits it.
fn project(repository: &GitRepository, below: &str, version: &str) -> String {
    let sdist = Sdist::new("demo", version).field("Dynamic", "Requires-Dist");
    sdist.write_tree(repository.folder().join(below));
    repository.git(["add", "-A"]);
    repository.commit(&format!("version {version}"))
}

/// What the environment says of where `demo` comes from.
fn direct_url(place: &Place, version: &str) -> String {
    fs::read_to_string(place.site().join(format!("demo-{version}.dist-info/direct_url.json"))).unwrap()
}

#[test]
fn branch_tag_and_commit() {
    let place = Place::new("");
    let server = GitServer::start();
    let repository = server.repository("demo");
    let first = project(&repository, "", "1.0");
    repository.git(["tag", "v1"]);
    repository.git(["checkout", "-q", "-b", "next"]);
    let second = project(&repository, "", "2.0");
    for url in [server.url("demo"), repository.file_url()] {
        place
            .install(&["--force-reinstall", &format!("demo @ git+{url}@v1")])
            .says("Successfully built demo\n");
        assert_eq!(place.frozen(), [format!("demo @ git+{url}@{first}")]);
        let recorded = direct_url(&place, "1.0");
        assert!(recorded.contains("\"requested_revision\": \"v1\", \"vcs\": \"git\""), "{recorded}");
        place.install(&["--force-reinstall", &format!("git+{url}@next")]);
        assert_eq!(place.frozen(), [format!("demo @ git+{url}@{second}")]);
        place.install(&["--force-reinstall", &format!("git+{url}@{first}#egg=demo")]);
        assert_eq!(place.python("import demo; print(demo.__version__)"), "1.0");
    }
    place
        .run(&["install", &format!("git+{}@nowhere", server.url("demo"))])
        .failed()
        .warns("error: subprocess-exited-with-error")
        .warns("ERROR: Failed to build");
    assert_eq!(place.frozen().len(), 1);
}

#[test]
fn below_the_root_and_with_a_submodule() {
    let place = Place::new("");
    let server = GitServer::start();
    let part = server.repository("part");
    part.write("extra.py", "here = True\n");
    part.git(["add", "-A"]);
    part.commit("the part");
    let repository = server.repository("demo");
    project(&repository, "python/demo", "1.0");
    repository.git([
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "add",
        "-q",
        &server.url("part"),
        "python/demo/part",
    ]);
    repository.commit("with the part");
    place.install(&[&format!("demo @ git+{}#subdirectory=python/demo", server.url("demo"))]);
    assert_eq!(place.python("import demo, part.extra; print(part.extra.here)"), "True");
    assert!(direct_url(&place, "1.0").contains("\"subdirectory\": \"python/demo\""));
}

#[test]
fn a_commit_needs_no_server_the_second_time() {
    let place = Place::new("");
    let server = GitServer::start();
    let repository = server.repository("demo");
    let commit = project(&repository, "", "1.0");
    let pinned = format!("demo @ git+{}@{commit}", server.url("demo"));
    place.install(&[&pinned]).says("Successfully built demo\n");
    place.run(&["uninstall", "-y", "demo"]).succeeded();
    server.forget_requests();
    place.install(&["--offline", &pinned]).says("Using cached demo-1.0-py3-none-any.whl");
    assert_eq!(server.requested_paths(), [""; 0]);
    let recorded = direct_url(&place, "1.0");
    assert!(recorded.contains(&format!("\"commit_id\": \"{commit}\"")), "{recorded}");
    // The wheel that was kept is of no use to an editable: that comes from the repository that was kept.
    place.install(&["--offline", "-e", &format!("git+{}@{commit}#egg=demo", server.url("demo"))]);
    assert_eq!(server.requested_paths(), [""; 0]);
}

// covers: install --exists-action
#[test]
fn an_editable_is_updated_where_it_is() {
    let place = Place::new("");
    let server = GitServer::start();
    let repository = server.repository("demo");
    project(&repository, "", "1.0");
    let wanted = format!("git+{}#egg=demo", server.url("demo"));
    place.install(&["-e", &wanted]).says("Obtaining demo from git+http://");
    let tree = place.env().join("src/demo");
    assert!(tree.join(".git").is_dir());
    let commit = project(&repository, "", "2.0");
    place.install(&["-e", &wanted]);
    assert_eq!(place.python("import demo; print(demo.__version__)"), "2.0");
    assert_eq!(place.frozen(), [format!("-e git+{}@{commit}#egg=demo", server.url("demo"))]);
    let other = server.repository("other");
    project(&other, "", "3.0");
    place
        .run(&["install", "--exists-action", "w", "-e", &format!("git+{}#egg=demo", server.url("other"))])
        .succeeded();
    assert_eq!(place.python("import demo; print(demo.__version__)"), "3.0");
}

#[test]
fn what_git_says_is_shown_once() {
    let place = Place::new("");
    let repository = GitRepository::create(place.sandbox.work().join("demo"));
    project(&repository, "", "1.0");
    let wanted = format!("git+{}@nowhere", repository.file_url());
    let complaint = "error: pathspec 'nowhere' did not match any file(s) known to git";
    for (words, context) in [
        (&["install"][..], "  ╰─> No available output."),
        (&["-q", "install"], "  ╰─> [1 lines of output]\n      error: pathspec"),
        (&["-qq", "install"], "  ╰─> [1 lines of output]\n      error: pathspec"),
    ] {
        let outcome = place.run(&[words, &["--no-deps", &wanted]].concat()).ended_with(1).warns(context);
        assert_eq!(outcome.stderr.matches(complaint).count(), 1, "{}", outcome.stderr);
    }
}
