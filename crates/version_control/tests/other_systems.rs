//! Mercurial, Subversion and Bazaar. Those that are installed are tested; with `OXIPIP_TEST_VERSION_CONTROL=all`
//! all of them must be.

mod support;

use std::path::Path;

use requirement::Link;
use support::Desk;
use version_control::{Answer, System, VersionControlError};

/// A desk, unless the tool is not installed and need not be.
fn desk(tool: &str) -> Option<Desk> {
    let desk = Desk::new();
    let is_installed = std::process::Command::new(tool).arg("--version").output().is_ok();
    let is_wanted = std::env::var("OXIPIP_TEST_VERSION_CONTROL").is_ok_and(|value| value == "all");
    assert!(is_installed || !is_wanted, "{tool} is not installed");
    is_installed.then_some(desk)
}

fn write(desk: &Desk, path: &str, content: &str) {
    std::fs::write(desk.path(path), content).unwrap();
}

/// A second obtaining goes to another revision; a link to another repository leads to a question.
fn is_obtained(desk: &Desk, links: &[(String, &str)], other: &str) {
    let obtain = |link: &str, answer| {
        desk.with(|client| {
            client.obtain(&Link::new(link), Path::new("src"), &mut |_| match answer {
                Some(answer) => Ok(answer),
                None => Err(VersionControlError::NoAnswer("unexpected question".into())),
            })
        })
    };
    for (link, content) in links {
        obtain(link, None).unwrap_or_else(|error| panic!("{link}: {error}\n{}", desk.said()));
        assert_eq!(desk.read("src/pyproject.toml"), *content, "{link}");
    }
    obtain(other, Some(Answer::Wipe)).unwrap_or_else(|error| panic!("{other}: {error}\n{}", desk.said()));
    assert_eq!(desk.read("src/pyproject.toml"), "# other");
}

#[test]
fn mercurial() {
    let Some(desk) = desk("hg") else { return };
    let commit = |folder: &str, text: &str| {
        write(&desk, &format!("{folder}/pyproject.toml"), text);
        desk.ask("hg", folder, &["commit", "-q", "-A", "-u", "tester", "-m", text]);
    };
    for folder in ["project", "other"] {
        desk.ask("hg", "", &["init", folder]);
    }
    commit("project", "# one");
    desk.ask("hg", "project", &["tag", "-u", "tester", "v1"]);
    commit("project", "# two");
    commit("other", "# other");
    let url = format!("file://{}", desk.path("project").display());
    let link = |revision: &str| format!("hg+{url}{revision}#egg=demo");

    let checkout = desk.checkout(&link("@v1"), "tree").unwrap();
    assert_eq!((checkout.url.as_str(), checkout.commit_id.as_str()), (url.as_str(), "0"));
    assert_eq!(desk.read("tree/pyproject.toml"), "# one");
    assert_eq!(desk.checkout(&link(""), "tree").unwrap().commit_id, "2");
    desk.checkout(&link("@nothing"), "gone").unwrap_err();

    let node = desk.ask("hg", "tree", &["log", "-r", ".", "--template", "{node}"]);
    let requirement = desk.with(|client| {
        let (system, _) = client.system_of(Path::new("tree")).unwrap();
        assert_eq!(system, System::Mercurial);
        client.requirement_of_tree(system, Path::new("tree"), "de-mo").unwrap()
    });
    assert_eq!(requirement, format!("hg+{url}@{node}#egg=de_mo"));

    let other = format!("hg+file://{}", desk.path("other").display());
    is_obtained(&desk, &[(link("@v1"), "# one"), (link(""), "# two"), (link("@v1"), "# one")], &other);
}

#[test]
fn mercurial_switches() {
    let Some(desk) = desk("hg") else { return };
    for folder in ["one", "two"] {
        desk.ask("hg", "", &["init", folder]);
        write(&desk, &format!("{folder}/a.txt"), folder);
        desk.ask("hg", folder, &["commit", "-q", "-A", "-u", "tester", "-m", "first"]);
    }
    let [one, two] = ["one", "two"].map(|name| format!("hg+file://{}", desk.path(name).display()));
    let obtain = |link: &str| {
        desk.with(|client| client.obtain(&Link::new(link), Path::new("src"), &mut |_| Ok(Answer::Switch)))
    };
    obtain(&one).unwrap();
    obtain(&two).unwrap();
    let url =
        desk.with(|client| client.requirement_of_tree(System::Mercurial, Path::new("src"), "x")).unwrap();
    assert!(url.starts_with(&format!("{two}@")), "{url}");
}

#[test]
fn subversion() {
    let Some(desk) = desk("svn") else { return };
    let commit = |repository: &str, text: &str| {
        write(&desk, &format!("{repository}-work/pyproject.toml"), text);
        let work = format!("{repository}-work");
        desk.ask("svn", &work, &["add", "-q", "--force", "pyproject.toml"]);
        desk.ask("svn", &work, &["commit", "-q", "-m", text]);
    };
    for repository in ["project", "other"] {
        desk.ask("svnadmin", "", &["create", repository]);
        let url = format!("file://{}", desk.path(repository).display());
        desk.ask("svn", "", &["checkout", "-q", &url, &format!("{repository}-work")]);
    }
    commit("project", "# one");
    commit("project", "# two");
    commit("other", "# other");
    let url = format!("file://{}", desk.path("project").display());
    let link = |revision: &str| format!("svn+{url}{revision}#egg=demo");

    let checkout = desk.checkout(&link("@1"), "tree").unwrap();
    assert_eq!((checkout.url.as_str(), checkout.commit_id.as_str()), (url.as_str(), "1"));
    assert_eq!(desk.read("tree/pyproject.toml"), "# one");
    assert_eq!(desk.checkout(&link(""), "tree").unwrap().commit_id, "2");
    let requirement = desk.with(|client| {
        let (system, _) = client.system_of(Path::new("tree")).unwrap();
        client.requirement_of_tree(system, Path::new("tree"), "demo").unwrap()
    });
    assert_eq!(requirement, format!("svn+{url}@2#egg=demo"));

    let other = format!("svn+file://{}", desk.path("other").display());
    is_obtained(&desk, &[(link("@1"), "# one"), (link(""), "# two"), (link("@1"), "# one")], &other);

    // Passwords are options of the tool, and shown nowhere.
    desk.forget();
    desk.checkout("svn+http://user:geheim@127.0.0.1:9/p", "gone").unwrap_err();
    assert!(
        desk.said().contains("--username user --password '****' http://127.0.0.1:9/p"),
        "{}",
        desk.said()
    );
}

#[test]
fn bazaar() {
    let Some(desk) = desk("bzr") else { return };
    let commit = |branch: &str, text: &str| {
        write(&desk, &format!("{branch}/pyproject.toml"), text);
        desk.ask("bzr", branch, &["add", "-q"]);
        desk.ask("bzr", branch, &["commit", "-q", "-m", text]);
    };
    desk.ask("bzr", "", &["whoami", "A. Tester <tester@host.example>"]);
    for branch in ["project", "other"] {
        desk.ask("bzr", "", &["init", "-q", branch]);
    }
    commit("project", "# one");
    commit("project", "# two");
    commit("other", "# other");
    let url = format!("file://{}", desk.path("project").display());
    let link = |revision: &str| format!("bzr+{url}{revision}#egg=demo");
    let checkout = desk.checkout(&link("@1"), "tree").unwrap();
    // As with pip this is the newest revision of the branch, whatever the tree is at.
    assert_eq!((checkout.url.as_str(), checkout.commit_id.as_str()), (url.as_str(), "2"));
    assert_eq!(desk.read("tree/pyproject.toml"), "# one");
    let requirement =
        desk.with(|client| client.requirement_of_tree(System::Bazaar, Path::new("tree"), "demo")).unwrap();
    assert_eq!(requirement, format!("bzr+{url}@2#egg=demo"));
    let other = format!("bzr+file://{}", desk.path("other").display());
    is_obtained(&desk, &[(link("@1"), "# one"), (link(""), "# two"), (link("@1"), "# one")], &other);
}
