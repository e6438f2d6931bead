use std::io::{Read as _, Write as _};

use index::{Index, IndexError, IndexSettings, OwnedFile};
use testkit::{Entry, Fault, Index as Server, Listing, PackageFile, Wheel};

use crate::{cached, file, settings};

/// A wheel of more than 128 kB, which is not fetched whole if that can be helped.
fn large() -> PackageFile {
    Wheel::new("demo", "1.0")
        .entry(Entry::file("demo/noise.bin", vec![7; 300_000]).stored())
        .requires("other")
        .build()
}

fn small() -> PackageFile {
    Wheel::new("demo", "1.0").requires("other").build()
}

fn paths(server: &Server) -> Vec<String> {
    server.requested_paths().split_off(1)
}

const WHEEL: &str = "/files/demo-1.0-py3-none-any.whl";
const METADATA: &str = "/files/demo-1.0-py3-none-any.whl.metadata";

#[test]
fn the_announced_file_is_enough_and_kept_for_ever() {
    let server = Server::start();
    server.add(large());
    let cache = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let index = Index::new(cached(&server.url(), cache.path()));
        let file = file(&index, "demo");
        assert_eq!(*index.metadata(&file).unwrap(), **large().metadata.as_ref().unwrap());
        assert!(index.known_metadata(&file).is_some());
    }
    assert_eq!(server.requested_paths().iter().filter(|path| *path == METADATA).count(), 1);
    assert!(!server.requested_paths().contains(&WHEEL.to_owned()));
    let offline = Index::new(IndexSettings { offline: true, ..cached(&server.url(), cache.path()) });
    assert!(offline.metadata(&file(&offline, "demo")).is_ok());
}

#[test]
fn known_metadata_asks_nobody() {
    let server = Server::start();
    server.add(small());
    let index = Index::new(settings(&server.url()));
    let file = file(&index, "demo");
    assert!(index.known_metadata(&file).is_none());
    assert_eq!(paths(&server), [""; 0]);
    index.prefetch_metadata([&file]);
    assert!(index.metadata(&file).is_ok());
    assert!(index.known_metadata(&file).is_some());
    assert_eq!(paths(&server), [METADATA]);
}

#[test]
fn a_lying_metadata_file_is_an_error() {
    let server = Server::start();
    server.add_listed(small(), Listing::new().wrong_metadata_hash());
    let cache = tempfile::tempdir().unwrap();
    let index = Index::new(cached(&server.url(), cache.path()));
    let error = index.metadata(&file(&index, "demo")).unwrap_err();
    assert!(matches!(error, IndexError::HashMismatch { .. }));
    assert!(error.hash_comparison().unwrap().contains("        Expected sha256 "));
    assert_eq!(std::fs::read_dir(cache.path().join("metadata-v1")).unwrap().count(), 0);
}

#[test]
fn unannounced_files_are_nobodys() {
    let server = Server::start();
    server.add_listed(large(), Listing::new().unannounced_metadata());
    let index = Index::new(settings(&server.url()));
    let file = file(&index, "demo");
    assert!(file.metadata.is_none());
    assert_eq!(*index.metadata(&file).unwrap(), **large().metadata.as_ref().unwrap());
    assert_eq!(paths(&server), [WHEEL]);
}

#[test]
fn else_a_few_ranges_do() {
    for builder in [Server::builder(), Server::builder().without_sizes()] {
        let server = builder.without_metadata_files().start();
        server.add(large());
        let index = Index::new(settings(&server.url()));
        let demo = file(&index, "demo");
        assert_eq!(*index.metadata(&demo).unwrap(), **large().metadata.as_ref().unwrap());
        assert_eq!(paths(&server), [WHEEL]);
        assert_eq!(server.requests().last().unwrap().status, 206);
    }
}

#[test]
fn else_the_whole_wheel_which_is_not_fetched_twice() {
    for package in [large(), small()] {
        let server = Server::builder().without_metadata_files().without_ranges().start();
        server.add(package.clone());
        let index = Index::new(settings(&server.url()));
        let file = file(&index, "demo");
        assert_eq!(*index.metadata(&file).unwrap(), **package.metadata.as_ref().unwrap());
        // A server that sends the whole where a part was asked for is not asked again.
        assert_eq!(paths(&server), [WHEEL]);
        let asked = server.requests().len();
        let folder = tempfile::tempdir().unwrap();
        let download = index.download(&crate::downloads::request(&file, folder.path())).unwrap();
        assert_eq!(download.sha256(), package.sha256());
        if package.bytes.len() < 128 << 10 {
            assert_eq!(server.requests().len(), asked);
        }
    }
}

#[test]
fn broken_wheels_are_errors() {
    let server = Server::builder().without_metadata_files().start();
    server.add(Wheel::new("demo", "1.0").without_metadata().build());
    server.add(testkit::Sdist::new("source", "1.0").build());
    let index = Index::new(settings(&server.url()));
    let error = index.metadata(&file(&index, "demo")).unwrap_err();
    assert_eq!(error.to_string(), "demo-1.0-py3-none-any.whl: .dist-info directory not found");
    assert!(matches!(index.metadata(&file(&index, "source")), Err(IndexError::Archive { .. })));

    let server = Server::builder().without_metadata_files().start();
    server.add(small());
    server.misbehave(WHEEL, Fault::Corrupt);
    let index = Index::new(settings(&server.url()));
    assert!(matches!(index.metadata(&file(&index, "demo")), Err(IndexError::HashMismatch { .. })));
}

#[test]
fn an_announced_file_that_is_missing_is_made_up_for() {
    let server = Server::start();
    server.add(small());
    server.misbehave(METADATA, Fault::Status(404));
    let index = Index::new(settings(&server.url()));
    assert_eq!(*index.metadata(&file(&index, "demo")).unwrap(), **small().metadata.as_ref().unwrap());
}

#[test]
fn a_refusal_is_told_in_the_servers_words() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).unwrap();
            stream.write_all(b"HTTP/1.1 403 Blocked by policy\r\nContent-Length: 0\r\n\r\n").unwrap();
        }
    });
    let index = Index::new(settings(&origin));
    let url = format!("{origin}/demo-1.0-py3-none-any.whl");
    let file = OwnedFile { metadata: None, ..OwnedFile::from_url(&url) };
    let error = index.metadata(&file).unwrap_err();
    assert_eq!(error.to_string(), format!("403 Client Error: Blocked by policy for url: {url}"));
}
