//! The general options about the network, given to `install` and to `venv`, which may install as well.

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use support::Place;
use testkit::{Fault, Index, Outcome, Proxy, TlsServer, certificate};

const UNIVERSE: &str = "demo 1.0";

/// The two ways in which `demo` comes here: into a folder, and into a new environment.
fn ways() -> [&'static [&'static str]; 2] {
    [&["install", "--target", "packages", "demo"], &["venv", "new", "--without-pip", "--install", "demo"]]
}

/// How one of them ends with these options, where nothing of it is there or cached.
fn fetch(place: &Place, way: &[&str], options: &[&str]) -> Outcome {
    for folder in [place.sandbox.work().join("packages"), place.sandbox.work().join("new")] {
        let _ = fs::remove_dir_all(folder);
    }
    fs::remove_dir_all(place.sandbox.cache()).unwrap();
    fs::create_dir(place.sandbox.cache()).unwrap();
    place.sandbox.run([way, options].concat())
}

fn both(place: &Place, options: &[&str]) -> [Outcome; 2] {
    ways().map(|way| fetch(place, way, options))
}

#[track_caller]
fn both_succeed(place: &Place, options: &[&str]) {
    for outcome in both(place, options) {
        outcome.succeeded();
    }
}

#[track_caller]
fn both_fail(place: &Place, options: &[&str]) -> [Outcome; 2] {
    both(place, options).map(Outcome::failed)
}

// covers: install --proxy --no-proxy-env
// covers: venv --proxy --no-proxy-env
#[test]
fn through_a_proxy_or_past_it() {
    let mut place = Place::new(UNIVERSE);
    let proxy = Proxy::start();
    let count = |place: &Place, options: &[&str]| {
        let before = proxy.asked().len();
        both_succeed(place, options);
        proxy.asked().len() - before
    };
    let direct = count(&place, &[]);
    let proxied = count(&place, &["--proxy", &proxy.url()]);
    assert!(direct == 0 && proxied >= 4, "{:?}", proxy.asked());
    let page = format!("GET {}demo/", place.index.url());
    assert!(proxy.asked().contains(&page), "{:?}", proxy.asked());
    place.sandbox.env("http_proxy", proxy.url());
    assert_eq!(count(&place, &[]), proxied);
    assert_eq!(count(&place, &["--no-proxy-env"]), 0);
    assert_eq!(count(&place, &["--proxy", ""]), 0);
}

/// A place whose index is asked over TLS.
fn secure(asks_client: bool) -> (Place, TlsServer) {
    let mut place = Place::with_index(Index::builder().relative_links().start(), UNIVERSE);
    let server = TlsServer::start(&place.index, asks_client);
    place.sandbox.env("PIP_INDEX_URL", server.url()).env("PIP_RETRIES", "0");
    (place, server)
}

// covers: install --cert --trusted-host
// covers: venv --cert --trusted-host
#[test]
fn authorities_and_hosts_that_are_trusted() {
    let (place, server) = secure(false);
    for outcome in both_fail(&place, &[]) {
        outcome.warns("ERROR: No matching distribution found for demo");
    }
    let authority = certificate("authority.pem").display().to_string();
    both_succeed(&place, &["--cert", &authority]);
    both_fail(&place, &["--cert", &certificate("client.pem").display().to_string()]);
    both_succeed(&place, &["--trusted-host", "localhost"]);
    both_succeed(&place, &["--trusted-host", &server.address()]);
    both_fail(&place, &["--trusted-host", "localhost:1"]);
    let proxy = Proxy::start();
    both_succeed(&place, &["--cert", &authority, "--proxy", &proxy.url()]);
    assert!(proxy.asked().contains(&format!("CONNECT {}", server.address())), "{:?}", proxy.asked());
}

// covers: install --use-deprecated
#[test]
fn only_authorities_that_are_named() {
    let (mut place, _server) = secure(false);
    let legacy = ["--use-deprecated", "legacy-certs"];
    let authority = certificate("authority.pem").display().to_string();
    let other = certificate("client.pem").display().to_string();
    // What the system believes counts beside what is named, but not the legacy way.
    place.sandbox.env("SSL_CERT_FILE", &authority);
    both_succeed(&place, &["--cert", &other]);
    let [install, _] = ways();
    fetch(&place, install, &[&legacy[..], &["--cert", &other]].concat()).failed();
    fetch(&place, install, &legacy).failed();
    place.sandbox.env_remove("SSL_CERT_FILE");
    fetch(&place, install, &[&legacy[..], &["--cert", &authority]].concat()).succeeded();
    // Of variables of the network none counts where a proxy is given, or those are not to be looked at.
    place.sandbox.env("REQUESTS_CA_BUNDLE", &authority);
    both_succeed(&place, &[]);
    both_fail(&place, &["--no-proxy-env"]);
    both_fail(&place, &["--proxy", ""]);
}

// covers: install --client-cert
// covers: venv --client-cert
#[test]
fn who_the_client_is() {
    let (place, _server) = secure(true);
    let authority = certificate("authority.pem").display().to_string();
    both_fail(&place, &["--cert", &authority]);
    both_succeed(
        &place,
        &["--cert", &authority, "--client-cert", &certificate("client.pem").display().to_string()],
    );
}

// covers: install --retries
// covers: venv --retries
#[test]
fn answers_that_are_asked_for_again() {
    let place = Place::new(UNIVERSE);
    place.index.misbehave("/simple/demo/", Fault::Status(503));
    let count = |options: &[&str]| {
        place.index.forget_requests();
        both_fail(&place, options);
        place.index.requested_paths().len()
    };
    assert_eq!((count(&["--retries", "0"]), count(&["--retries", "1"])), (2, 4));
    place.index.behave("/simple/demo/");
    both_succeed(&place, &["--retries", "0"]);
}

// covers: install --timeout
// covers: venv --timeout
#[test]
fn answers_that_take_too_long() {
    let place = Place::new(UNIVERSE);
    place.index.misbehave("/simple/demo/", Fault::Delay(Duration::from_millis(600)));
    both_fail(&place, &["--retries", "0", "--timeout", "0.1"]);
    both_succeed(&place, &["--retries", "0", "--timeout", "9.5"]);
}

// covers: install --resume-retries
// covers: venv --resume-retries
#[test]
fn downloads_that_break_off() {
    let place = Place::new(UNIVERSE);
    let path = place.index.file_path("demo-1.0-py3-none-any.whl");
    for way in ways() {
        for (retries, ending) in [("0", 1), ("1", 0)] {
            place.index.behave(&path);
            place.index.misbehave_times(&path, 1, Fault::Truncate(100));
            fetch(&place, way, &["--retries", "0", "--resume-retries", retries]).ended_with(ending);
        }
    }
}

// covers: install --cache-dir --no-cache-dir
// covers: venv --cache-dir --no-cache-dir
#[test]
fn where_the_cache_is() {
    let place = Place::new(UNIVERSE);
    let holds_wheels = |folder: &str| place.sandbox.root().join(folder).join("oxipip/wheels-v1").exists();
    for way in ways() {
        fetch(&place, way, &[]).succeeded();
        assert!(holds_wheels("cache/pip"));
        fetch(&place, way, &["--cache-dir", "here"]).succeeded();
        assert!(holds_wheels("work/here") && !holds_wheels("cache/pip"));
        fs::remove_dir_all(place.sandbox.work().join("here")).unwrap();
        fetch(&place, way, &["--no-cache-dir"]).succeeded();
        assert!(!holds_wheels("cache/pip"));
    }
}

// covers: install --keyring-provider --no-input
// covers: venv --keyring-provider --no-input
#[test]
fn who_is_asked_for_credentials() {
    let mut place = Place::with_index(Index::builder().login("ada", "l0velace").start(), UNIVERSE);
    let path = format!("{}/programs:{}", place.sandbox.work().display(), "/usr/bin:/bin");
    place.sandbox.env("PATH", path);
    let question = format!("User for {}: ", place.index.address());
    for outcome in both(&place, &[]) {
        assert!(outcome.code != Some(0), "{}", outcome.report());
        outcome.says(&question);
    }
    for outcome in both_fail(&place, &["--no-input"]) {
        assert!(!outcome.stdout.contains(&question), "{}", outcome.report());
    }
    let answer = r#"{"username": "ada", "password": "l0velace"}"#;
    let program = place.sandbox.write("programs/keyring", format!("#!/bin/sh\necho '{answer}'\n"));
    fs::set_permissions(program, fs::Permissions::from_mode(0o755)).unwrap();
    both_fail(&place, &["--no-input", "--keyring-provider", "disabled"]);
    both_succeed(&place, &["--no-input", "--keyring-provider", "subprocess"]);
}
