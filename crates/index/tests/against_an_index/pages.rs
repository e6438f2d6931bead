use std::fs::File;
use std::time::{Duration, SystemTime};

use index::{EventLevel, Index, IndexError, IndexEvent, IndexSettings, Refresh};
use testkit::{Fault, Index as Server, Listing, Validators, Wheel};

use crate::{Events, cached, filenames, name, settings};

fn demo() -> testkit::PackageFile {
    Wheel::new("demo", "1.0").requires_python(">=3.8").build()
}

#[test]
fn json_and_html_say_the_same() {
    let mut seen = Vec::new();
    for builder in
        [Server::builder().json_only(), Server::builder().html_only(), Server::builder().relative_links()]
    {
        let server = builder.start();
        server.add_listed(demo(), Listing::new().yanked("broken"));
        let index = Index::new(settings(&server.url()));
        let page = index.project(&name("demo"));
        let file = page.files().next().unwrap();
        assert_eq!(file.url(), server.file_url("demo-1.0-py3-none-any.whl"));
        assert_eq!(file.comes_from(), format!("{}demo/", server.url()));
        assert_eq!(file.sha256(), Some(demo().sha256().as_str()));
        seen.push((
            file.filename().to_owned(),
            file.hashes(),
            file.requires_python().map(str::to_owned),
            file.yanked().map(str::to_owned),
            file.metadata_file(),
        ));
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
    assert_eq!(seen[0].2.as_deref(), Some(">=3.8"));
    assert_eq!(seen[0].3.as_deref(), Some("broken"));
    assert!(seen[0].4.is_some());
}

#[test]
fn asks_as_pip_does() {
    let server = Server::start();
    server.add(demo());
    let index =
        Index::new(IndexSettings { user_agent: String::from("pip/26.3 {}"), ..settings(&server.url()) });
    index.project(&name("demo"));
    let requests = server.requests();
    assert_eq!(requests[0].header("user-agent"), Some("pip/26.3 {}"));
    assert_eq!(
        requests[0].header("accept"),
        Some(
            "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01"
        )
    );
    assert_eq!(requests[0].header("cache-control"), None);
}

#[test]
fn indexes_and_links_are_pooled_in_order() {
    let (first, second) = (Server::start(), Server::start());
    first.add(demo());
    second.add(Wheel::new("demo", "2.0").build());
    let page = "<a href='demo-3.0-py3-none-any.whl'></a>";
    first.serve("/links.html", "text/html", page);
    let folder = tempfile::tempdir().unwrap();
    for version in ["4.0", "5.0"] {
        Wheel::new("demo", version).build().write_to(folder.path());
    }
    let index = Index::new(IndexSettings {
        index_urls: vec![first.url(), second.url(), first.url()],
        find_links: vec![format!("{}/links.html", first.origin()), folder.path().display().to_string()],
        ..settings("")
    });
    let page = index.project(&name("demo"));
    let versions: Vec<_> = filenames(&page).into_iter().filter_map(|name| name.split('-').nth(1)).collect();
    // Files of folders in falling order, then find-links pages, then each index once.
    assert_eq!(versions, ["5.0", "4.0", "3.0", "1.0", "2.0"]);
    assert_eq!(first.requests().len(), 2);
}

#[test]
fn a_missing_project_is_no_files() {
    let server = Server::start();
    let events = Events::default();
    let index = Index::new(events.listen(settings(&server.url())));
    let page = index.project(&name("nothing"));
    assert_eq!(page.files().count(), 0);
    assert_eq!(page.problems()[0].status(), Some(404));
    assert!(events.any(|event| event.level() == EventLevel::Debug
        && event.to_string().contains("404 Client Error: Not Found for url: ")));
}

#[test]
fn every_page_is_asked_for_once() {
    let server = Server::start();
    server.universe("a 1.0\nb 1.0\nc 1.0");
    server.misbehave("*", Fault::Delay(Duration::from_millis(20)));
    let index = Index::new(settings(&server.url()));
    index.prefetch_projects(&[name("a"), name("b"), name("c")]);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for project in ["a", "b", "c", "A"] {
                    assert_eq!(index.project(&name(project)).files().count(), 1);
                }
            });
        }
    });
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn validators_save_the_body() {
    for validators in [Validators::ETag, Validators::LastModified, Validators::Both] {
        let server = Server::builder().validators(validators).start();
        server.add(demo());
        let cache = tempfile::tempdir().unwrap();
        for round in 0..3 {
            let index = Index::new(cached(&server.url(), cache.path()));
            assert_eq!(filenames(&index.project(&name("demo"))), ["demo-1.0-py3-none-any.whl"]);
            let status = if round == 0 { 200 } else { 304 };
            assert_eq!(server.requests().last().unwrap().status, status);
        }
        // A date is only as fine as a second.
        if validators != Validators::LastModified {
            server.add(Wheel::new("demo", "2.0").build());
            let index = Index::new(cached(&server.url(), cache.path()));
            assert_eq!(index.project(&name("demo")).files().count(), 2);
        }
    }
}

#[test]
fn without_validators_the_page_is_fetched_again() {
    let server = Server::builder().validators(Validators::None).start();
    server.add(demo());
    let cache = tempfile::tempdir().unwrap();
    for round in 1..=2 {
        Index::new(cached(&server.url(), cache.path())).project(&name("demo"));
        assert_eq!(server.requests().len(), round);
        assert_eq!(server.requests().last().unwrap().status, 200);
    }
}

#[test]
fn fresh_pages_are_not_asked_for() {
    let server = Server::builder().cache_control("max-age=600").start();
    server.add(demo());
    let cache = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let page = Index::new(cached(&server.url(), cache.path())).project(&name("demo"));
        assert_eq!(page.files().count(), 1);
    }
    assert_eq!(server.requests().len(), 1);

    let mut refreshing = cached(&server.url(), cache.path());
    refreshing.refresh = Refresh { all: false, projects: [name("demo")].into() };
    Index::new(refreshing).project(&name("demo"));
    assert_eq!(server.requests().len(), 2);
    assert_eq!(server.requests()[1].header("cache-control"), Some("max-age=0"));

    // Eleven minutes later.
    for entry in std::fs::read_dir(cache.path().join("pages-v5")).unwrap() {
        let file = File::options().write(true).open(entry.unwrap().path()).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(660)).unwrap();
    }
    Index::new(cached(&server.url(), cache.path())).project(&name("demo"));
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn what_must_not_be_kept_is_not() {
    let server = Server::builder().cache_control("no-store").start();
    server.add(demo());
    let cache = tempfile::tempdir().unwrap();
    Index::new(cached(&server.url(), cache.path())).project(&name("demo"));
    assert_eq!(std::fs::read_dir(cache.path().join("pages-v5")).unwrap().count(), 0);
}

#[test]
fn damaged_pages_are_fetched_again() {
    let server = Server::builder().cache_control("max-age=600").start();
    server.add(demo());
    let cache = tempfile::tempdir().unwrap();
    Index::new(cached(&server.url(), cache.path())).project(&name("demo"));
    for entry in std::fs::read_dir(cache.path().join("pages-v5")).unwrap() {
        let path = entry.unwrap().path();
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[3] ^= 1;
        std::fs::write(path, bytes).unwrap();
    }
    for _ in 0..2 {
        let page = Index::new(cached(&server.url(), cache.path())).project(&name("demo"));
        assert_eq!(filenames(&page), ["demo-1.0-py3-none-any.whl"]);
    }
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn offline_lives_on_the_cache() {
    let server = Server::start();
    server.add(demo());
    let cache = tempfile::tempdir().unwrap();
    Index::new(cached(&server.url(), cache.path())).project(&name("demo"));
    let index = Index::new(IndexSettings { offline: true, ..cached(&server.url(), cache.path()) });
    assert_eq!(index.project(&name("demo")).files().count(), 1);
    assert!(matches!(index.project(&name("other")).problems(), [IndexError::Offline { .. }]));
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn passing_errors_are_retried() {
    for (fault, told) in
        [(Fault::Status(503), false), (Fault::Reset, true), (Fault::Close, true), (Fault::Truncate(20), true)]
    {
        let server = Server::start();
        server.add(demo());
        server.misbehave_times("/simple/demo/", 1, fault.clone());
        let events = Events::default();
        let index = Index::new(events.listen(settings(&server.url())));
        let page = index.project(&name("demo"));
        assert_eq!(page.files().count(), 1, "{fault:?}: {:?}", page.problems());
        let warned = events.any(|event| {
            event.level() == EventLevel::Warning && event.to_string().starts_with("Retrying (Retry(total=0, ")
        });
        assert_eq!(warned, told, "{:?}", events.texts());
    }
}

#[test]
fn lasting_errors_are_problems() {
    let server = Server::start();
    server.add(demo());
    server.misbehave("/simple/demo/", Fault::Status(500));
    server.misbehave("/simple/secret/", Fault::Status(403));
    let index = Index::new(settings(&server.url()));
    assert_eq!(index.project(&name("demo")).problems()[0].status(), Some(500));
    assert_eq!(index.project(&name("secret")).problems()[0].status(), Some(403));
    let asked = |path| server.requested_paths().iter().filter(|asked| *asked == path).count();
    assert_eq!((asked("/simple/demo/"), asked("/simple/secret/")), (2, 1));
}

#[test]
fn nobody_there_is_a_problem_too() {
    let address = Server::start().url();
    let events = Events::default();
    let index = Index::new(events.listen(settings(&address)));
    let page = index.project(&name("demo"));
    assert!(matches!(page.problems(), [IndexError::ConnectionFailed { .. }]), "{:?}", page.problems());
    assert!(
        events
            .texts()
            .iter()
            .any(|text| text.contains("NewConnectionError(\"HTTPConnection(host='127.0.0.1', port=")
                && text.contains("[Errno 111] Connection refused")),
        "{:?}",
        events.texts()
    );
}

#[test]
fn slow_servers_time_out() {
    let server = Server::start();
    server.misbehave("*", Fault::Delay(Duration::from_secs(3)));
    let mut settings = settings(&server.url());
    settings.timeout = Some(Duration::from_millis(100));
    settings.retries = 0;
    let index = Index::new(settings);
    let page = index.project(&name("demo"));
    let [problem @ IndexError::Timeout { connecting: false, .. }] = page.problems() else {
        panic!("{:?}", page.problems());
    };
    assert!(problem.to_string().ends_with("127.0.0.1 didn't respond within 0.1 seconds"), "{problem}");
}

#[test]
fn what_is_no_page_is_told() {
    let server = Server::start();
    server.add(demo());
    server.misbehave("/simple/demo/", Fault::ContentType(String::from("application/json")));
    server.serve("/simple/broken/", "application/vnd.pypi.simple.v1+json", "{\"files\": ");
    server.serve("/demo-1.0.zip", "application/zip", "PK");
    let events = Events::default();
    let mut settings = events.listen(settings(&server.url()));
    settings.find_links = vec![format!("{}/demo-1.0.zip", server.origin())];
    let index = Index::new(settings);
    let page = index.project(&name("demo"));
    // The link itself is a file; as a page it was only looked at.
    assert_eq!(filenames(&page), ["demo-1.0.zip"]);
    assert!(matches!(
        page.problems(),
        [IndexError::ContentType { method: "HEAD", .. }, IndexError::ContentType { method: "GET", .. }]
    ));
    assert!(matches!(index.project(&name("broken")).problems(), [_, IndexError::InvalidPage { .. }]));
    assert!(events.texts().contains(&format!(
        "Skipping page {}demo/ because the GET request got Content-Type: application/json. The only supported \
         Content-Types are application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html, and text/html",
        server.url()
    )), "{:?}", events.texts());
}

#[test]
fn useless_locations_are_told() {
    let events = Events::default();
    let mut settings = events.listen(settings("nowhere/simple"));
    settings.find_links =
        vec![String::from("git+https://host.test/repo"), String::from("http://insecure.test/simple")];
    let page = Index::new(settings).project(&name("demo"));
    assert_eq!(page.problems().len(), 2);
    assert!(
        events.any(|event| matches!(event, IndexEvent::VersionControlPage { scheme, .. } if scheme == "git"))
    );
    assert!(
        events
            .texts()
            .iter()
            .any(|text| text.starts_with("The repository located at insecure.test is not a trusted"))
    );
    assert!(events.texts().contains(&String::from(
        "Location 'nowhere/simple/demo/' is ignored: it is either a non-existing path or lacks a specific scheme."
    )));
}
