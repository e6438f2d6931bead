//! Trees of Git repositories, with and without the cache.

mod support;

use support::Desk;
use testkit::{GitRepository, GitServer};
use version_control::VersionControlError;

/// Two versions, a tag for each, a branch beside, and a reference of no kind.
fn history(repository: &GitRepository) -> [String; 3] {
    let first = repository.write("a.txt", "one").commit("first");
    repository.git(["tag", "v1"]);
    repository.git(["checkout", "--quiet", "-b", "side"]);
    let side = repository.write("a.txt", "side").commit("beside");
    repository.git(["update-ref", "refs/pull/7/head", &side]);
    repository.git(["checkout", "--quiet", "main"]);
    let second = repository.write("a.txt", "two").commit("second");
    repository.git(["tag", "--annotate", "--message", "annotated", "v2"]);
    [first, side, second]
}

/// Every kind of revision, from a URL.
fn checks_out_every_kind_of_revision(desk: &Desk, url: &str, [first, side, second]: &[String; 3]) {
    let expected = [
        (String::new(), second, "two", false),
        ("@main".to_owned(), second, "two", false),
        ("@side".to_owned(), side, "side", false),
        ("@v1".to_owned(), first, "one", false),
        ("@v2".to_owned(), second, "two", false),
        ("@refs/pull/7/head".to_owned(), side, "side", false),
        (format!("@{first}"), first, "one", true),
        (format!("@{}", &first[..8]), first, "one", false),
        (format!("@{second}"), second, "two", true),
    ];
    for (revision, commit, content, is_immutable) in expected {
        let link = format!("git+{url}{revision}#egg=x");
        let checkout = desk.checkout(&link, "tree").unwrap_or_else(|error| panic!("{link}: {error}"));
        assert_eq!(&checkout.commit_id, commit, "{link}");
        assert_eq!(checkout.is_immutable, is_immutable, "{link}");
        assert_eq!(checkout.url, url);
        assert_eq!(checkout.requested_revision.as_deref(), revision.strip_prefix('@'));
        assert_eq!(desk.read("tree/a.txt"), content, "{link}");
        assert_eq!(desk.ask("git", "tree", &["status", "--porcelain"]), "", "{link}");
        assert_eq!(desk.ask("git", "tree", &["config", "remote.origin.url"]), url);
        assert_eq!(desk.ask("git", "tree", &["tag"]), "v1\nv2");
        assert_eq!(desk.ask("git", "tree", &["rev-parse", "origin/side"]), *side);
    }
    let branch = |revision: &str| {
        desk.checkout(&format!("git+{url}{revision}"), "tree").unwrap();
        desk.ask("git", "tree", &["rev-parse", "--abbrev-ref", "HEAD"])
    };
    assert_eq!(["", "@main", "@side", "@v1"].map(branch), ["main", "main", "side", "HEAD"]);
}

#[test]
fn every_revision_from_a_folder() {
    let desk = Desk::new();
    let repository = GitRepository::create(desk.path("repository"));
    let commits = history(&repository);
    checks_out_every_kind_of_revision(&desk, &repository.file_url(), &commits);
}

#[test]
fn every_revision_over_http() {
    let server = GitServer::start();
    let commits = history(&server.repository("project"));
    checks_out_every_kind_of_revision(&Desk::new(), &server.url("project"), &commits);
}

#[test]
fn every_revision_through_the_cache() {
    let server = GitServer::start();
    let commits = history(&server.repository("project"));
    let desk = Desk::caching();
    // Twice: from an empty cache and from a filled one.
    checks_out_every_kind_of_revision(&desk, &server.url("project"), &commits);
    checks_out_every_kind_of_revision(&desk, &server.url("project"), &commits);
}

#[test]
fn speaks_as_pip() {
    let desk = Desk::new();
    let repository = GitRepository::create(desk.path("repository"));
    let [first, ..] = history(&repository);
    let url = repository.file_url();
    desk.checkout(&format!("git+{url}@v1"), "tree").unwrap();
    let tree = desk.path("tree");
    let said: Vec<String> =
        desk.said().lines().filter(|line| !line.starts_with('?')).map(ToOwned::to_owned).collect();
    let expected = [
        format!("Cloning {url} (to revision v1) to ./tree"),
        format!("$ Running command git clone --filter=blob:none --quiet {url} {}", tree.display()),
        format!("$ Running command git checkout -q {first}"),
        format!("Resolved {url} to commit {first}"),
    ];
    assert_eq!(said, expected);
}

#[test]
fn a_known_commit_needs_no_network() {
    let server = GitServer::start();
    let [first, _, second] = history(&server.repository("project"));
    let desk = Desk::caching();
    let link = format!("git+{}@{first}", server.url("project"));
    desk.checkout(&link, "tree").unwrap();
    server.forget_requests();
    assert_eq!(desk.checkout(&link, "again").unwrap().commit_id, first);
    assert_eq!(desk.read("again/a.txt"), "one");
    assert_eq!(server.requested_paths(), Vec::<String>::new());

    // The commit is known, but not what its files hold: pip's partial clone would not know either.
    let link = format!("git+{}@{second}", server.url("project"));
    desk.checkout(&link, "other").unwrap();
    assert_ne!(server.requested_paths(), Vec::<String>::new());
}

#[test]
fn offline_takes_the_last_known_state() {
    let server = GitServer::start();
    let repository = server.repository("project");
    let [first, _, second] = history(&repository);
    let mut desk = Desk::caching();
    let link = format!("git+{}", server.url("project"));
    desk.checkout(&link, "tree").unwrap();
    desk.checkout(&format!("{link}@v1"), "tree").unwrap();
    repository.write("a.txt", "three").commit("third");
    server.forget_requests();

    desk.settings.offline = true;
    assert_eq!(desk.checkout(&link, "tree").unwrap().commit_id, second);
    assert_eq!(desk.checkout(&format!("{link}@v1"), "tree").unwrap().commit_id, first);
    for unknown in [format!("{link}@side"), format!("{link}@nothing"), format!("{link}-other")] {
        let error = desk.checkout(&unknown, "tree").unwrap_err();
        assert!(matches!(error, VersionControlError::Offline(_)), "{unknown}: {error:?}");
    }
    assert_eq!(server.requested_paths(), Vec::<String>::new());
}

#[test]
fn branches_and_the_default_branch_are_followed() {
    let server = GitServer::start();
    let repository = server.repository("project");
    history(&repository);
    let desk = Desk::caching();
    let link = format!("git+{}", server.url("project"));
    desk.checkout(&link, "tree").unwrap();

    let third = repository.write("a.txt", "three").commit("third");
    repository.git(["tag", "--force", "v1"]);
    assert_eq!(desk.checkout(&link, "tree").unwrap().commit_id, third);
    assert_eq!(desk.checkout(&format!("{link}@v1"), "tree").unwrap().commit_id, third);

    repository.git(["checkout", "--quiet", "-b", "trunk"]);
    let fourth = repository.write("a.txt", "four").commit("fourth");
    assert_eq!(desk.checkout(&link, "tree").unwrap().commit_id, fourth);
    assert_eq!(desk.ask("git", "tree", &["rev-parse", "--abbrev-ref", "HEAD"]), "trunk");

    repository.git(["branch", "--delete", "--force", "side"]);
    desk.checkout(&format!("{link}@side"), "tree").unwrap_err();
}

#[test]
fn a_damaged_repository_is_made_again() {
    let server = GitServer::start();
    let [first, _, second] = history(&server.repository("project"));
    let links = [format!("git+{}", server.url("project")), format!("git+{}@{first}", server.url("project"))];
    type Damage = fn(&std::path::Path);
    let damages: [Damage; 5] = [
        |kept| std::fs::remove_file(kept.join("HEAD")).unwrap(),
        |kept| std::fs::remove_dir_all(kept.join("objects")).unwrap(),
        |kept| {
            for pack in std::fs::read_dir(kept.join("objects/pack")).unwrap() {
                let pack = pack.unwrap().path();
                let mut permissions = std::fs::metadata(&pack).unwrap().permissions();
                std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o644);
                std::fs::set_permissions(&pack, permissions).unwrap();
                std::fs::write(&pack, "no pack").unwrap();
            }
        },
        |kept| std::fs::write(kept.join("config"), "[core\n").unwrap(),
        |kept| {
            std::fs::remove_dir_all(kept).unwrap();
            std::fs::write(kept, "a file").unwrap();
        },
    ];
    for (number, damage) in damages.into_iter().enumerate() {
        for link in &links {
            let desk = Desk::caching();
            desk.checkout(link, "tree").unwrap();
            let kept = std::fs::read_dir(desk.path("cache/git-v1")).unwrap();
            let kept = kept.map(|entry| entry.unwrap().path()).find(|path| path.is_dir()).unwrap();
            damage(&kept);
            let checkout = desk.checkout(link, "again").unwrap_or_else(|error| {
                panic!("damage {number}, {link}: {error}\n{}", desk.said());
            });
            assert!([&first, &second].contains(&&checkout.commit_id));
            assert!(kept.join("HEAD").is_file(), "damage {number} stays");
            desk.checkout(link, "tree").unwrap();
        }
    }
}

#[test]
fn passwords_are_neither_kept_nor_shown() {
    let server = GitServer::with_login("user", "geheim");
    history(&server.repository("project"));
    let desk = Desk::caching();
    let link = format!("git+{}@v1", server.url_with_login("project", "user", "geheim"));
    for tree in ["one", "two"] {
        let checkout = desk.checkout(&link, tree).unwrap();
        assert_eq!(checkout.url, server.url("project"));
    }
    assert!(!desk.said().contains("geheim"), "{}", desk.said());
    for entry in std::fs::read_dir(desk.path("cache/git-v1")).unwrap() {
        let config = std::fs::read_to_string(entry.unwrap().path().join("config")).unwrap_or_default();
        assert!(!config.contains("geheim"), "{config}");
    }
    let wrong = format!("git+{}", server.url_with_login("project", "user", "falsch"));
    let error = desk.checkout(&wrong, "tree").unwrap_err();
    assert!(matches!(&error, VersionControlError::Command(_)), "{error:?}");
    assert!(!format!("{error:?} {error}").contains("falsch"), "{error:?}");
}

#[test]
fn submodules_are_filled() {
    let server = GitServer::start();
    let [inner, outer] = ["inner", "outer"].map(|name| server.repository(name));
    inner.write("deep.txt", "deep").commit("inner");
    outer.git(["submodule", "--quiet", "add", &server.url("inner"), "lib/inner"]);
    outer.commit("outer");
    for mut desk in [Desk::new(), Desk::caching()] {
        let link = format!("git+{}", server.url("outer"));
        desk.checkout(&link, "tree").unwrap();
        assert_eq!(desk.read("tree/lib/inner/deep.txt"), "deep");
        assert_eq!(desk.ask("git", "tree/lib/inner", &["config", "remote.origin.url"]), server.url("inner"));
        assert_eq!(desk.ask("git", "tree", &["status", "--porcelain"]), "");
        if desk.settings.cache.is_some() {
            server.forget_requests();
            desk.settings.offline = true;
            desk.checkout(&link, "again").unwrap();
            assert_eq!(desk.read("again/lib/inner/deep.txt"), "deep");
            assert_eq!(server.requested_paths(), Vec::<String>::new());
        }
    }
}

#[test]
fn a_submodule_may_not_name_a_folder_of_this_machine() {
    let desk = Desk::caching();
    let secret = GitRepository::create(desk.path("secret"));
    secret.write("key.txt", "key").commit("secret");
    let server = GitServer::start();
    let outer = server.repository("outer");
    outer.git(["submodule", "--quiet", "add", &secret.file_url(), "inner"]);
    outer.commit("outer");
    let error = desk.checkout(&format!("git+{}", server.url("outer")), "tree").unwrap_err();
    assert!(matches!(error, VersionControlError::Command(_)), "{error:?}");
    assert!(!desk.path("tree/inner/key.txt").exists());
}

#[test]
fn what_is_not_there_is_an_error_of_the_tool() {
    let desk = Desk::new();
    let repository = GitRepository::create(desk.path("repository"));
    history(&repository);
    let error = desk.checkout(&format!("git+{}@nothing", repository.file_url()), "tree").unwrap_err();
    let VersionControlError::Command(failure) = &error else { panic!("{error:?}") };
    assert_eq!(failure.description, "git checkout -q nothing");
    assert_eq!(failure.exit_code, 1);
    assert_eq!(failure.output, ["error: pathspec 'nothing' did not match any file(s) known to git"]);
    assert!(desk.said().contains("Did not find branch or tag 'nothing', assuming revision or ref."));

    // A file of that name does not make it a revision.
    let error = desk.checkout(&format!("git+{}@a.txt", repository.file_url()), "tree").unwrap_err();
    assert!(matches!(error, VersionControlError::NoSuchRevision { .. }), "{error:?}");
}

#[test]
fn a_missing_tool_is_named() {
    let mut desk = Desk::new();
    desk.settings.environment.retain(|(name, _)| name != "PATH");
    desk.settings.environment.push(("PATH".into(), desk.path("nothing").into()));
    let error = desk.checkout("git+file:///nowhere", "tree").unwrap_err();
    let text = "Cannot find command 'git' - do you have 'git' installed and in your PATH?";
    assert_eq!(error.to_string(), text);
}

#[test]
fn several_at_once_share_the_cache() {
    let server = GitServer::start();
    let [.., second] = history(&server.repository("project"));
    let desk = Desk::caching();
    let link = format!("git+{}", server.url("project"));
    std::thread::scope(|scope| {
        let checkouts = ["a", "b", "c", "d"].map(|name| scope.spawn(|| desk.checkout(&link, name)));
        for checkout in checkouts {
            assert_eq!(checkout.join().unwrap().unwrap().commit_id, second);
        }
    });
}
