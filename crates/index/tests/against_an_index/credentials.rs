use index::{Index, IndexError, IndexEvent, IndexSettings, OwnedFile, ProxySettings};
use testkit::{Fault, Index as Server, Wheel};

use crate::{Events, file, filenames, name, settings};

/// `Basic` of user:pass and of other:word.
const USER: &str = "Basic dXNlcjpwYXNz";

fn authorization(server: &Server) -> Vec<Option<String>> {
    server.requests().iter().map(|request| request.header("authorization").map(str::to_owned)).collect()
}

#[test]
fn the_indexs_credentials_are_for_its_files_too() {
    let server = Server::builder().login("user", "pass").start();
    server.add(Wheel::new("demo", "1.0").build());
    let index = Index::new(settings(&server.url_with_login("user", "pass")));
    let file = file(&index, "demo");
    assert!(!file.url.contains("pass") && !file.comes_from.contains("pass"));
    assert!(index.metadata(&file).is_ok());
    assert!(authorization(&server).iter().all(|sent| sent.as_deref() == Some(USER)));
}

#[test]
fn wrong_credentials_are_a_problem_without_the_password() {
    let server = Server::builder().login("user", "pass").start();
    let events = Events::default();
    let settings = events.listen(settings(&server.url_with_login("user", "wrongword")));
    let index = Index::new(settings);
    let page = index.project(&name("demo"));
    assert_eq!(page.problems()[0].status(), Some(401));
    let everything = format!("{:?} {:?} {:?} {index:?}", events.texts(), page.problems(), index.settings());
    assert!(!everything.contains("wrongword"), "{everything}");
    assert!(everything.contains("user:****@"));
}

#[test]
fn netrc_is_asked() {
    let server = Server::builder().login("user", "pass").start();
    server.add(Wheel::new("demo", "1.0").build());
    let folder = tempfile::tempdir().unwrap();
    let netrc = folder.path().join("netrc");
    std::fs::write(&netrc, "machine 127.0.0.1 login user password pass").unwrap();
    let index = Index::new(IndexSettings { netrc: vec![netrc], ..settings(&server.url()) });
    assert_eq!(filenames(&index.project(&name("demo"))).len(), 1);
}

#[test]
fn nothing_is_told_to_another_origin() {
    let (server, other) = (Server::start(), Server::start());
    other.add(Wheel::new("demo", "1.0").build());
    server.misbehave("/simple/demo/", Fault::Redirect(format!("{}demo/", other.url())));
    let index = Index::new(settings(&server.url_with_login("user", "pass")));
    let page = index.project(&name("demo"));
    assert_eq!(page.files().next().unwrap().comes_from(), format!("{}demo/", other.url()));
    assert_eq!(authorization(&server), [Some(USER.to_owned())]);
    assert_eq!(authorization(&other), [None]);
    // Relative links start from where the page was in the end.
    assert!(page.files().next().unwrap().url().starts_with(other.origin()));
}

#[test]
fn a_redirect_at_home_keeps_them() {
    let server = Server::start();
    server.add(Wheel::new("demo", "1.0").build());
    server.misbehave("/simple/alias/", Fault::Redirect(String::from("/simple/demo/")));
    let index = Index::new(settings(&server.url_with_login("user", "pass")));
    assert_eq!(index.project(&name("alias")).files().count(), 1);
    assert_eq!(authorization(&server), [Some(USER.to_owned()), Some(USER.to_owned())]);
}

#[test]
fn redirects_end_somewhere_and_never_on_the_disk() {
    let server = Server::start();
    server.misbehave("/simple/round/", Fault::Redirect(String::from("/simple/round/")));
    server.misbehave("/simple/disk/", Fault::Redirect(String::from("file:///etc/hostname")));
    let events = Events::default();
    let index = Index::new(events.listen(settings(&server.url())));
    assert!(matches!(index.project(&name("round")).problems(), [IndexError::TooManyRedirects { .. }]));
    assert_eq!(server.requests().len(), 31);
    let page = index.project(&name("disk"));
    assert_eq!(page.files().count(), 0);
    assert_eq!(page.problems().len(), 1);
    assert!(events.texts().contains(&format!(
        "Not following redirect from {}disk/ to file:///etc/hostname: a redirect to a non-http(s) location is not allowed.",
        server.url()
    )));
    let folder = tempfile::tempdir().unwrap();
    let file = OwnedFile::from_url(&format!("{}disk/", server.url()));
    assert!(index.download(&crate::downloads::request(&file, folder.path())).is_err());
}

#[test]
fn trust_must_be_declared() {
    let events = Events::default();
    let index = Index::new(events.listen(settings("http://plain.test/simple")));
    assert!(
        matches!(index.project(&name("demo")).problems(), [IndexError::UntrustedHost { host }] if host == "plain.test")
    );
    assert!(events.any(|event| matches!(event, IndexEvent::InsecureLocation { .. })));
}

#[test]
fn proxies_are_used_and_excepted() {
    let (server, proxy) = (Server::start(), Server::start());
    server.add(Wheel::new("demo", "1.0").build());
    let proxies = ProxySettings { http: Some(proxy.origin().to_owned()), ..ProxySettings::default() };
    let mut settings = settings(&server.url());
    settings.proxies = proxies;
    // The stand-in for a proxy has no such page, but it was asked.
    let index = Index::new(settings.clone());
    assert_eq!(index.project(&name("demo")).files().count(), 0);
    assert_eq!((server.requests().len(), proxy.requests().len()), (0, 1));
    settings.proxies.no_proxy = Some(String::from("localhost,127.0.0.1"));
    let index = Index::new(settings);
    assert_eq!(index.project(&name("demo")).files().count(), 1);
    assert_eq!((server.requests().len(), proxy.requests().len()), (1, 1));
}

#[test]
fn requirements_files_can_be_fetched() {
    let server = Server::start();
    server.serve("/requirements.txt", "text/plain; charset=utf-8", "demo\n");
    let index = Index::new(settings(&server.url()));
    let fetched = index.fetch(&format!("{}/requirements.txt", server.origin())).unwrap();
    assert_eq!(
        (fetched.body.as_slice(), fetched.content_type.as_str()),
        (&b"demo\n"[..], "text/plain; charset=utf-8")
    );
    assert_eq!(index.fetch(&format!("{}/none.txt", server.origin())).unwrap_err().status(), Some(404));
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("r.txt"), "local").unwrap();
    let url = format!("file://{}/r.txt", folder.path().display());
    assert_eq!(index.fetch(&url).unwrap().body, b"local");
}
