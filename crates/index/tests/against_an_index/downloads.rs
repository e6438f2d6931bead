use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use index::{
    Digest, Download, DownloadRequest, DownloadedContent, HashAlgorithm, Index, IndexError, OwnedFile,
};
use testkit::{Entry, Fault, Index as Server, Listing, PackageFile, Wheel};

use crate::{Events, file, settings};

/// A request for a file, in memory up to a megabyte.
pub fn request(file: &OwnedFile, folder: &Path) -> DownloadRequest {
    DownloadRequest {
        file: file.clone(),
        expected: file.hashes.clone(),
        folder: folder.to_owned(),
        memory_limit: 1 << 20,
        progress: None,
    }
}

fn content(download: Download) -> Vec<u8> {
    match download.content {
        DownloadedContent::Memory(bytes) => bytes,
        DownloadedContent::Temporary(file) => std::fs::read(file.path()).unwrap(),
        DownloadedContent::Local(path) => std::fs::read(path).unwrap(),
    }
}

fn large() -> PackageFile {
    Wheel::new("demo", "1.0").entry(Entry::file("demo/noise.bin", vec![7; 500_000]).stored()).build()
}

const PATH: &str = "/files/demo-1.0-py3-none-any.whl";

#[test]
fn files_go_to_memory_or_disk() {
    let server = Server::start();
    server.add(large());
    let index = Index::new(settings(&server.url()));
    let file = file(&index, "demo");
    let folder = tempfile::tempdir().unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&seen);
    let mut request = request(&file, folder.path());
    request.progress = Some(Arc::new(move |bytes, total| told.lock().unwrap().push((bytes, total))));
    let download = index.download(&request).unwrap();
    let size = large().bytes.len() as u64;
    assert_eq!((download.size, download.sha256()), (size, large().sha256().as_str()));
    assert_eq!(download.filename, "demo-1.0-py3-none-any.whl");
    assert!(matches!(download.content, DownloadedContent::Memory(_)));
    assert_eq!(content(download), large().bytes);
    assert_eq!(seen.lock().unwrap().last(), Some(&(size, Some(size))));

    request.memory_limit = 1000;
    let download = index.download(&request).unwrap();
    let DownloadedContent::Temporary(temporary) = &download.content else { panic!("not on disk") };
    assert_eq!(temporary.path().parent(), Some(folder.path()));
    assert_eq!(content(download), large().bytes);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    assert_eq!(server.requests().last().unwrap().header("accept-encoding"), Some("identity"));
}

#[test]
fn wrong_content_is_refused_in_pips_words() {
    let server = Server::start();
    server.add_listed(large(), Listing::new().wrong_hash());
    let index = Index::new(settings(&server.url()));
    let file = file(&index, "demo");
    let folder = tempfile::tempdir().unwrap();
    let error = index.download(&request(&file, folder.path())).unwrap_err();
    let expected = file.hashes.sha256().unwrap();
    assert_eq!(
        error.hash_comparison().unwrap(),
        format!("        Expected sha256 {expected}\n             Got        {}\n", large().sha256())
    );
}

#[test]
fn any_algorithm_counts_and_one_match_is_enough() {
    let server = Server::start();
    server.serve("/file.bin", "application/octet-stream", "hello");
    let index = Index::new(settings(&server.url()));
    let folder = tempfile::tempdir().unwrap();
    for fragment in [
        "md5=5d41402abc4b2a76b9719d911017c592",
        "sha1=aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d",
        "sha224=ea09ae9cc6768c50fcee903ed054556e5bfc8347907f12598aa24193",
        "sha384=59e1748777448c69de6b800d7a33bbfb9ff1b463e44354c3553bcdb9c666fa90125a3c79f90397bdf5f6a13de828684f",
        "sha512=9b71d224bd62f3785d96d46ad3ea3d73319bfbc2890caadae2dff72519673ca72323c3d99ba5c11d7c7acc6e14b8c5da0c4663475c2e5c3adef46f73bcdec043",
    ] {
        let file = OwnedFile::from_url(&format!("{}/file.bin#{fragment}", server.origin()));
        let good = request(&file, folder.path());
        assert_eq!(index.download(&good).unwrap().size, 5, "{fragment}");
        let mut bad = good.clone();
        bad.expected = file.hashes.iter().map(|digest| Digest::new(digest.algorithm, "00")).collect();
        assert!(matches!(index.download(&bad), Err(IndexError::HashMismatch { .. })), "{fragment}");
        let mut either = good.clone();
        let wrong = Digest::new(HashAlgorithm::Sha256, "00");
        either.expected = file.hashes.iter().cloned().chain([wrong]).collect();
        assert!(index.download(&either).is_ok(), "{fragment}");
    }
}

#[test]
fn broken_off_files_are_continued() {
    for limit in [1 << 20, 1000] {
        let server = Server::start();
        server.add(large());
        server.misbehave_times(PATH, 2, Fault::Truncate(100_000));
        let events = Events::default();
        let index = Index::new(events.listen(settings(&server.url())));
        let folder = tempfile::tempdir().unwrap();
        let mut request = request(&file(&index, "demo"), folder.path());
        request.memory_limit = limit;
        assert_eq!(content(index.download(&request).unwrap()), large().bytes);
        let ranges: Vec<_> = server
            .requests()
            .iter()
            .filter_map(|request| request.header("range").map(str::to_owned))
            .collect();
        assert!(!ranges.is_empty());
        assert!(server.requests().last().unwrap().header("if-range").is_some());
        assert!(events.texts().iter().any(|text| text == "Connection interrupted while downloading."));
        assert!(
            events.texts().iter().any(|text| text.starts_with("Attempting to resume incomplete download (")),
            "{:?}",
            events.texts()
        );
    }
}

#[test]
fn a_server_without_ranges_starts_over() {
    let server = Server::builder().without_ranges().start();
    server.add(large());
    server.misbehave_times(PATH, 1, Fault::Truncate(100_000));
    let index = Index::new(settings(&server.url()));
    let folder = tempfile::tempdir().unwrap();
    for limit in [1 << 20, 1000] {
        let mut request = request(&file(&index, "demo"), folder.path());
        request.memory_limit = limit;
        assert_eq!(content(index.download(&request).unwrap()), large().bytes);
    }
}

#[test]
fn in_the_end_it_is_incomplete() {
    let server = Server::builder().without_ranges().start();
    server.add(large());
    server.misbehave(PATH, Fault::Truncate(100_000));
    let mut settings = settings(&server.url());
    settings.resume_retries = 2;
    let index = Index::new(settings);
    let folder = tempfile::tempdir().unwrap();
    let error = index.download(&request(&file(&index, "demo"), folder.path())).unwrap_err();
    let IndexError::Incomplete { received: 100_000, attempts: 3, .. } = error else { panic!("{error:?}") };
}

#[test]
fn refusals_are_told() {
    let server = Server::start();
    server.add(large());
    server.misbehave(PATH, Fault::Status(403));
    let events = Events::default();
    let index = Index::new(events.listen(settings(&server.url())));
    let folder = tempfile::tempdir().unwrap();
    let error = index.download(&request(&file(&index, "demo"), folder.path())).unwrap_err();
    assert_eq!(error.status(), Some(403));
    assert!(events.texts().contains(&format!("HTTP error 403 while getting {}{PATH}", server.origin())));
}

#[test]
fn many_come_as_they_are_ready() {
    let server = Server::start();
    for number in 0..20 {
        server.add(Wheel::new(&format!("demo{number}"), "1.0").build());
    }
    let local = Wheel::new("local", "1.0").build();
    let folder = tempfile::tempdir().unwrap();
    let mut file_of_disk =
        OwnedFile::from_url(&format!("file://{}", local.write_to(folder.path()).display()));
    file_of_disk.hashes = [Digest::new(HashAlgorithm::Sha256, &local.sha256())].into_iter().collect();
    let index = Index::new(settings(&server.url()));
    let mut requests: Vec<_> =
        (0..20).map(|number| request(&file(&index, &format!("demo{number}")), folder.path())).collect();
    requests.push(request(&file_of_disk, folder.path()));
    let downloads = index.downloads(requests);
    let total = AtomicU64::new(0);
    let mut seen = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while let Some((position, download)) = downloads.next() {
                    total.fetch_add(download.unwrap().size, Ordering::Relaxed);
                    seen.lock().unwrap().push(position);
                }
            });
        }
    });
    let seen = seen.get_mut().unwrap();
    seen.sort_unstable();
    assert_eq!(*seen, (0..=20).collect::<Vec<_>>());
    assert!(total.into_inner() > 10_000);
}

#[test]
fn stopping_early_stops() {
    let server = Server::start();
    server.add(large());
    server.misbehave(PATH, Fault::Delay(std::time::Duration::from_secs(60)));
    let index = Index::new(settings(&server.url()));
    let folder = tempfile::tempdir().unwrap();
    let downloads = index.downloads(vec![request(&file(&index, "demo"), folder.path())]);
    drop(downloads);
    drop(index);
}
