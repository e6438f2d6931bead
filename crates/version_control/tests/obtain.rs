//! The trees of editable installs, which may be there from before.

mod support;

use std::path::Path;

use requirement::Link;
use support::Desk;
use testkit::{GitRepository, GitServer};
use version_control::{Answer, VersionControlError};

/// Obtains into `src/demo` and answers the question, if one is asked; the result is what was asked.
fn obtain(desk: &Desk, link: &str, answer: Answer) -> Result<Option<&'static str>, VersionControlError> {
    let mut asked = None;
    let folder = Path::new("src/demo");
    desk.forget();
    desk.with(|client| {
        client.obtain(&Link::new(link), folder, &mut |question| {
            assert_eq!(question.answers.contains(&answer), answer != Answer::Abort);
            asked = Some(question.text);
            Ok(answer)
        })
    })?;
    Ok(asked)
}

fn repository(desk: &Desk, name: &str) -> GitRepository {
    std::fs::create_dir_all(desk.path("src")).unwrap();
    let repository = GitRepository::create(desk.path(name));
    repository.write("a.txt", name).commit("first");
    repository.git(["tag", "v1"]);
    repository
}

#[test]
fn an_existing_tree_is_brought_up_to_date() {
    let desk = Desk::new();
    let upstream = repository(&desk, "upstream");
    let link = format!("git+{}", upstream.file_url());
    assert_eq!(obtain(&desk, &link, Answer::Abort).unwrap(), None);
    assert_eq!(desk.read("src/demo/a.txt"), "upstream");

    let second = upstream.write("a.txt", "newer").commit("second");
    upstream.git(["tag", "v2"]);
    let head = || desk.ask("git", "src/demo", &["rev-parse", "HEAD"]);
    obtain(&desk, &link, Answer::Abort).unwrap();
    assert_eq!(head(), second);
    assert!(desk.said().starts_with("? Running command git config --get-regexp 'remote\\..*\\.url'"));
    assert!(desk.said().contains("\nUpdating ./src/demo clone\n$ Running command git fetch --tags -q\n"));

    obtain(&desk, &format!("{link}@v1"), Answer::Abort).unwrap();
    assert!(desk.said().contains("Updating ./src/demo clone (to revision v1)"));
    assert_eq!(desk.read("src/demo/a.txt"), "upstream");
    obtain(&desk, &format!("{link}@v2"), Answer::Abort).unwrap();
    assert_eq!(head(), second);
    obtain(&desk, &format!("{link}@{second}"), Answer::Abort).unwrap();
    assert!(desk.said().ends_with("Skipping because already up-to-date."));
    obtain(&desk, &format!("{link}@main"), Answer::Abort).unwrap();
    assert_eq!(head(), second);
}

#[test]
fn a_tree_of_another_repository_is_asked_about() {
    let desk = Desk::new();
    let (one, two) = (repository(&desk, "one"), repository(&desk, "two"));
    let (first, second) = (format!("git+{}", one.file_url()), format!("git+{}", two.file_url()));
    obtain(&desk, &first, Answer::Abort).unwrap();

    let question = Some("What to do?  (s)witch, (i)gnore, (w)ipe, (b)ackup ");
    assert_eq!(obtain(&desk, &second, Answer::Ignore).unwrap(), question);
    let warnings = format!(
        "WARNING: git clone in ./src/demo exists with URL {}\nWARNING: The plan is to install the git repository {}",
        one.file_url(),
        two.file_url()
    );
    assert!(desk.said().contains(&warnings), "{}", desk.said());
    assert_eq!(desk.read("src/demo/a.txt"), "one");

    assert!(matches!(obtain(&desk, &second, Answer::Abort), Err(VersionControlError::Aborted)));
    assert_eq!(desk.read("src/demo/a.txt"), "one");

    obtain(&desk, &second, Answer::Backup).unwrap();
    assert!(
        desk.said()
            .contains(&format!("WARNING: Backing up ./src/demo to {}", desk.path("src/demo.bak").display()))
    );
    assert_eq!((desk.read("src/demo/a.txt"), desk.read("src/demo.bak/a.txt")), ("two".into(), "one".into()));

    obtain(&desk, &first, Answer::Backup).unwrap();
    assert_eq!(desk.read("src/demo.bak2/a.txt"), "two");

    obtain(&desk, &second, Answer::Wipe).unwrap();
    assert!(desk.said().contains("WARNING: Deleting ./src/demo\nCloning "));
    assert_eq!(desk.read("src/demo/a.txt"), "two");

    obtain(&desk, &first, Answer::Switch).unwrap();
    assert!(desk.said().contains(&format!("Switching clone ./src/demo to {}\n", one.file_url())));
    assert_eq!(desk.ask("git", "src/demo", &["config", "remote.origin.url"]), one.file_url());
}

#[test]
fn any_other_folder_is_asked_about() {
    let desk = Desk::new();
    let upstream = repository(&desk, "upstream");
    let link = format!("git+{}", upstream.file_url());
    std::fs::create_dir_all(desk.path("src/demo")).unwrap();
    std::fs::write(desk.path("src/demo/mine.txt"), "mine").unwrap();
    let question = Some("What to do?  (i)gnore, (w)ipe, (b)ackup ");
    assert_eq!(obtain(&desk, &link, Answer::Ignore).unwrap(), question);
    let folder = desk.path("src/demo");
    let warning =
        format!("WARNING: Directory {} already exists, and is not a git clone.\n", folder.display());
    assert!(desk.said().starts_with(&warning), "{}", desk.said());
    assert_eq!(desk.read("src/demo/mine.txt"), "mine");
    obtain(&desk, &link, Answer::Wipe).unwrap();
    assert!(!folder.join("mine.txt").exists());
    assert_eq!(desk.read("src/demo/a.txt"), "upstream");
}

#[test]
fn offline_a_tree_stays_at_the_last_known_state() {
    let server = GitServer::start();
    let upstream = server.repository("demo");
    upstream.write("a.txt", "one").commit("first");
    upstream.git(["tag", "v1"]);
    let known = upstream.write("a.txt", "two").commit("second");
    let mut desk = Desk::new();
    std::fs::create_dir(desk.path("src")).unwrap();
    let link = format!("git+{}", server.url("demo"));
    obtain(&desk, &link, Answer::Abort).unwrap();
    let unknown = upstream.write("a.txt", "three").commit("third");
    server.forget_requests();

    desk.settings.offline = true;
    obtain(&desk, &link, Answer::Abort).unwrap();
    assert_eq!(desk.ask("git", "src/demo", &["rev-parse", "HEAD"]), known);
    let error = obtain(&desk, &format!("{link}@{unknown}"), Answer::Abort).unwrap_err();
    assert!(matches!(error, VersionControlError::Offline(_)), "{error:?}");
    // A partial clone knows the tag, but not what its files hold.
    let error = obtain(&desk, &format!("{link}@v1"), Answer::Abort).unwrap_err();
    assert!(matches!(error, VersionControlError::Command(_)), "{error:?}");
    assert_eq!(server.requested_paths(), Vec::<String>::new());
}
