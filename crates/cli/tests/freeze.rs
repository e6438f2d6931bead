//! `oxipip freeze`.

mod support;

use std::fs;
use std::path::Path;

use support::Place;
use testkit::{GitRepository, Wheel, assert_same_text};

#[test]
fn lines_for_a_requirements_file() {
    let place = Place::new("b.C 1.0\nA 2.0+local\nz 1.0\npip 1.0");
    place.install(&["z", "b-c", "a"]);
    let outcome = place.run(&["freeze"]).succeeded();
    assert_same_text(&outcome.stdout, "A==2.0+local\nb.C==1.0\nz==1.0\n");
    place.sandbox.write("again.txt", outcome.stdout);
    let twin = Place::new("b.C 1.0\nb.C 2.0\nA 2.0+local\nA 3.0\nz 1.0");
    let path = place.sandbox.work().join("again.txt").display().to_string();
    twin.install(&["-r", &path]);
    assert_eq!(twin.frozen(), place.frozen());
}

#[test]
fn what_came_from_an_address() {
    let place = Place::new("");
    let wheel = Wheel::new("demo", "1.0").build();
    let hash = wheel.sha256();
    let path = wheel.write_to(place.sandbox.work());
    place.install(&[path.to_str().unwrap()]);
    assert_eq!(place.frozen(), [format!("demo @ file://{}#sha256={hash}", path.display())]);
}

// covers: freeze --requirement
#[test]
fn in_the_order_of_a_file() {
    let place = Place::new("one 1.0\ntwo 1.0\nthree 1.0");
    place.install(&["one", "two", "three"]);
    place.sandbox.write("requirements.txt", "# first\ntwo  # why\n\nmissing>1\none>=0.5\n");
    let outcome = place.run(&["freeze", "-r", "requirements.txt"]).succeeded();
    assert_same_text(
        &outcome.stdout,
        "# first\ntwo==1.0\n\none==1.0\n## The following requirements were added by pip freeze:\nthree==1.0\n",
    );
    assert_same_text(
        &outcome.stderr,
        "WARNING: Requirement file [requirements.txt] contains missing>1, but package 'missing' is not installed\n",
    );
}

// covers: freeze --all --exclude
#[test]
fn what_is_left_out() {
    let place = Place::new("demo 1.0\nother 1.0\npip 1.0");
    place.install(&["demo", "other", "pip"]);
    assert_eq!(place.frozen(), ["demo==1.0", "other==1.0"]);
    let freeze = |words: &[&str]| place.run(&[&["freeze"], words].concat()).succeeded().stdout;
    assert_eq!(freeze(&["--all"]), "demo==1.0\nother==1.0\npip==1.0\n");
    assert_eq!(freeze(&["--exclude", "Demo"]), "other==1.0\n");
    assert_eq!(freeze(&["--exclude", "demo", "--exclude", "other"]), "");
}

/// An editable install of a folder, without a build.
fn editable(place: &Place, name: &str, folder: &Path) {
    let info = place.site().join(format!("{name}-1.0.dist-info"));
    fs::create_dir(&info).unwrap();
    fs::write(info.join("METADATA"), format!("Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")).unwrap();
    let url = format!(r#"{{"dir_info": {{"editable": true}}, "url": "file://{}"}}"#, folder.display());
    fs::write(info.join("direct_url.json"), url).unwrap();
}

/// A repository with a project in it.
fn project(place: &Place, folder: &str) -> (GitRepository, String) {
    let repository = GitRepository::create(place.sandbox.work().join(folder));
    let commit = repository.write("pyproject.toml", "").commit("first");
    (repository, commit)
}

// covers: freeze --exclude-editable
#[test]
fn editables_name_their_repository() {
    let place = Place::new("");
    let (one, commit) = project(&place, "one");
    one.git(["remote", "add", "upstream", "https://host.example/upstream.git"]);
    editable(&place, "de-mo.one", one.folder());
    let expected = |url: &str, rest: &str| format!("-e git+{url}@{commit}#egg=de_mo.one{rest}");
    assert_eq!(place.frozen(), [expected("https://host.example/upstream.git", "")]);
    one.git(["remote", "add", "origin", "git@host.example:group/one.git"]);
    assert_eq!(place.frozen(), [expected("ssh://git@host.example/group/one.git", "")]);
    let (remote, _) = project(&place, "remote");
    one.git(["remote", "set-url", "origin", remote.folder().to_str().unwrap()]);
    assert_eq!(place.frozen(), [expected(&remote.file_url(), "")]);
    assert_eq!(place.run(&["freeze", "--exclude-editable"]).succeeded().stdout, "");
}

#[test]
fn an_editable_below_the_root_names_its_folder() {
    let place = Place::new("");
    let (repository, _) = project(&place, "tree");
    repository.git(["remote", "add", "origin", "https://host.example/tree"]);
    let commit =
        repository.write("packages/demo/setup.py", "").write("packages/demo/src/demo.py", "").commit("x");
    editable(&place, "demo", &repository.folder().join("packages/demo/src"));
    let expected = format!("-e git+https://host.example/tree@{commit}#egg=demo&subdirectory=packages/demo");
    assert_eq!(place.frozen(), [expected]);
}

#[test]
fn editables_without_a_repository() {
    let place = Place::new("");
    let work = place.sandbox.work();
    let plain = work.join("plain");
    fs::create_dir(&plain).unwrap();
    editable(&place, "a", &plain);
    let (lonely, _) = project(&place, "lonely");
    editable(&place, "b", lonely.folder());
    let (orphan, _) = project(&place, "orphan");
    orphan.git(["remote", "add", "origin", "/gone/away"]);
    editable(&place, "c", orphan.folder());
    let fresh = GitRepository::create(work.join("fresh"));
    fresh.git(["remote", "add", "origin", "https://host.example/fresh"]);
    editable(&place, "d", fresh.folder());
    let outcome = place.run(&["freeze"]).succeeded();
    let work = work.display();
    assert_same_text(
        &outcome.stdout,
        &format!(
            "# Editable install with no version control (a==1.0)\n-e {work}/plain\n\
             # Editable Git install with no remote (b==1.0)\n-e {work}/lonely\n\
             # Editable Git install (c==1.0) with either a deleted local remote or invalid URI:\n\
             # '/gone/away'\n-e {work}/orphan\n\
             ## !! Could not determine repository location\n-e {work}/fresh\n"
        ),
    );
    outcome
        .warns(
            "WARNING: Error when trying to get requirement for VCS system git rev-parse HEAD exited with 128",
        )
        .warns(&format!("WARNING: Could not determine repository location of {work}/fresh"));
}

#[test]
fn editables_where_git_is_missing() {
    let place = Place::new("");
    let (repository, _) = project(&place, "tree");
    editable(&place, "demo", repository.folder());
    let outcome = place.command(&["freeze"]).env("PATH", "/nowhere").run().succeeded();
    let folder = repository.folder().display();
    assert_same_text(&outcome.stdout, &format!("-e {folder}\n"));
    outcome.warns(&format!(
        "WARNING: cannot determine version of editable source in {folder} (git command not found in path)"
    ));
}
