//! Indexes that want to do harm, or do not work: whatever they answer, the install either comes to its end as it should, or
//! ends with an error, and then nothing has changed. None takes long, needs much memory or writes elsewhere.

mod support;

use std::{fs, time::Duration};

use support::{Place, measured};
use testkit::{
    Entry, Fault, HostilePage, Index, Listing, Outcome, PackageFile, Proxy, TlsServer, Tree, Wheel,
    certificate, hostile_pages,
};

use Verdict::{Installed, Refused};

const FILE: &str = "demo-1.0-py3-none-any.whl";
const PAGE: &str = "/simple/demo/";
const NOTHING_FOUND: &str = "ERROR: No matching distribution found for demo";

/// How an install ends.
#[derive(Clone, Copy)]
enum Verdict {
    /// With an error that says this.
    Refused(&'static str),
    /// As if nothing were wrong.
    Installed,
}

fn demo() -> PackageFile {
    Wheel::new("demo", "1.0").with_module().build()
}

/// A place in which `demo` has been before, so that what is kept of interpreters and indexes is there.
fn place() -> Place {
    let place = measured::place();
    let index = Index::start();
    index.add(demo());
    install(&place, &index, &[]).succeeded();
    take_away(&place);
    place
}

/// Removes `demo` from the environment and the cache.
fn take_away(place: &Place) {
    place.run(&["uninstall", "--yes", "demo"]).succeeded();
    for folder in ["pages-v5", "metadata-v1", "wheels-v1"] {
        let _ = fs::remove_dir_all(place.sandbox.cache().join("pip/oxipip").join(folder));
    }
}

/// What no failed install may change: everything but pages, metadata and folders that were read, and are right.
fn everything(place: &Place) -> Tree {
    let kept = ["pages-v5", "metadata-v1", "interpreters-v1/installed"];
    let kept = kept.map(|folder| format!("cache/pip/oxipip/{folder}"));
    // Where processes that fetch the same wheel wait for each other.
    let meeting = ["cache/pip/oxipip/wheels-v1", "cache/pip/oxipip/wheels-v1/tmp"];
    measured::everything(place).only(|path| {
        let is_temporary = path.rsplit('/').next().is_some_and(|name| name.starts_with('.'));
        is_temporary || !kept.iter().any(|folder| path.starts_with(folder)) && !meeting.contains(&path)
    })
}

/// Installs `demo` from an index with a place of the cache that is its own.
fn install(place: &Place, index: &Index, options: &[&str]) -> Outcome {
    let words = ["install", "--index-url", &index.url(), "--retries", "1", "--timeout", "5"];
    measured::run(place, &[&words[..], options, &["demo"]].concat())
}

/// Tells what is not as it should be. What was installed is taken away again.
fn ends_as(place: &Place, index: &Index, options: &[&str], verdict: Verdict) -> Result<(), String> {
    let before = everything(place);
    let run = install(place, index, options);
    let report = |problem: String| Err(format!("{problem}\n{}", run.report()));
    let module = fs::read_to_string(place.site().join("demo.py"));
    if run.code == Some(0) {
        take_away(place);
    }
    let but_the_cache = |tree: Tree| tree.without("cache");
    let differences = match (verdict, module) {
        (Refused(words), _) if run.code != Some(1) || !run.stderr.contains(words) => {
            return report(format!("is not refused with {words:?}"));
        }
        (Refused(_), _) => before.differences(&everything(place)),
        (Installed, Ok(module)) if run.code == Some(0) && module.starts_with("__version__ = \"1.0\"\n") => {
            but_the_cache(before).differences(&but_the_cache(everything(place)))
        }
        (Installed, module) => return report(format!("is not installed, but {module:?}")),
    };
    if differences.is_empty() { Ok(()) } else { report(format!("changed {differences:#?}")) }
}

/// An index with the one wheel, which then learns to misbehave.
struct Case {
    name: &'static str,
    index: Index,
    options: &'static [&'static str],
    verdict: Verdict,
}

impl Case {
    fn new(name: &'static str, verdict: Verdict) -> Self {
        let index = Index::builder().cache_control("no-store").start();
        index.add(demo());
        Self { name, index, options: &[], verdict }
    }

    /// Every answer for this path has the fault.
    fn always(self, path: &str, fault: Fault) -> Self {
        self.index.misbehave(path, fault);
        self
    }

    /// The first answer for this path has the fault.
    fn once(self, path: &str, fault: Fault) -> Self {
        self.index.misbehave_times(path, 1, fault);
        self
    }

    fn options(mut self, options: &'static [&'static str]) -> Self {
        self.options = options;
        self
    }
}

#[track_caller]
fn each_ends_as_it_says(cases: Vec<Case>) {
    let place = place();
    let mut wrong = Vec::new();
    for Case { name, index, options, verdict } in cases {
        if let Err(problem) = ends_as(&place, &index, options, verdict) {
            wrong.push(format!("{name}: {problem}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn file_path() -> String {
    format!("/files/{FILE}")
}

#[test]
fn pages_that_are_none() {
    let warnings = [
        ("type: an image", "because the GET request got Content-Type: image/png"),
        ("type: HTML that is called JSON", "is not a page of the simple API"),
        ("json: empty", "is not a page of the simple API"),
        ("json: cut", "is not a page of the simple API"),
        ("json: no object", "is not a page of the simple API"),
        ("json: deep objects", "is not a page of the simple API"),
        ("gzip: not packed", "its gzip encoding is damaged"),
        ("gzip: cut", "its gzip encoding is damaged"),
        ("gzip: a gigabyte in one piece", "its gzip encoding is damaged"),
        ("gzip: a few bytes more than announced", "its gzip encoding is damaged"),
    ];
    let make = |index: &Index| hostile_pages(&demo(), &index.file_url(FILE));
    let names: Vec<_> = make(&Index::start()).iter().map(|page| page.name).collect();
    assert!(warnings.iter().all(|(name, _)| names.contains(name)));
    let cases = names.into_iter().enumerate().map(|(number, name)| {
        let verdict = if name.ends_with("with a file") { Installed } else { Refused(NOTHING_FOUND) };
        let case = Case::new(name, verdict);
        let HostilePage { content_type, encoding, body, .. } = make(&case.index).swap_remove(number);
        case.index.serve(PAGE, content_type, body);
        let verdict = warnings
            .iter()
            .find(|(known, _)| *known == name)
            .map_or(verdict, |(_, warning)| Refused(warning));
        let case = Case { verdict, ..case };
        match encoding {
            Some(encoding) => case.always(PAGE, Fault::Header("Content-Encoding".into(), encoding.into())),
            None => case,
        }
    });
    each_ends_as_it_says(cases.collect());
}

#[test]
fn pages_of_nothing_but_links() {
    // As much as a page may have, in links as short as they get.
    let page = |link: &str| link.repeat((128 << 20) / link.len());
    let cases = [
        ("links to anything", page("<a href=a>a</a>")),
        ("links to archives of this project", page("<a href=demo-1.zip>")),
    ];
    each_ends_as_it_says(
        cases
            .map(|(name, body)| {
                let case = Case::new(name, Refused("more files than any project has"));
                case.index.serve(PAGE, "text/html", body);
                case
            })
            .into(),
    );
}

#[test]
fn pages_that_do_not_arrive() {
    let long = |length| Fault::Header("X-Long".into(), "x".repeat(length));
    let trickle = |pause| Fault::Trickle { chunk: 100, pause: Duration::from_millis(pause) };
    each_ends_as_it_says(vec![
        Case::new("cut", Refused(NOTHING_FOUND)).always(PAGE, Fault::Truncate(50)),
        Case::new("cut once", Installed).once(PAGE, Fault::Truncate(50)),
        Case::new("reset", Refused(NOTHING_FOUND)).always(PAGE, Fault::Reset),
        Case::new("reset once", Installed).once(PAGE, Fault::Reset),
        Case::new("reset in the middle", Refused(NOTHING_FOUND)).always(PAGE, Fault::ResetAfter(50)),
        Case::new("reset in the middle once", Installed).once(PAGE, Fault::ResetAfter(50)),
        Case::new("closed", Refused(NOTHING_FOUND)).always(PAGE, Fault::Close),
        Case::new("longer than announced", Refused(NOTHING_FOUND)).always(PAGE, Fault::ContentLength(50)),
        Case::new("shorter than announced", Refused(NOTHING_FOUND))
            .always(PAGE, Fault::ContentLength(1 << 20)),
        Case::new("drop by drop", Installed).always(PAGE, trickle(100)),
        Case::new("too slow", Refused(NOTHING_FOUND))
            .always(PAGE, trickle(3000))
            .options(&["--timeout", "0.3"]),
        Case::new("without an end", Refused(NOTHING_FOUND)).always(PAGE, Fault::Endless),
        Case::new("header of a megabyte", Refused(NOTHING_FOUND)).always(PAGE, long(1 << 20)),
        Case::new("header of sixty kilobytes", Installed).always(PAGE, long(60_000)),
        Case::new("length that is none", Refused(NOTHING_FOUND))
            .always(PAGE, Fault::Header("Content-Length".into(), "much".into())),
    ]);
}

#[test]
fn files_that_do_not_arrive() {
    let file = &*file_path();
    let incomplete = Refused("Download failed because not enough bytes were received");
    each_ends_as_it_says(vec![
        Case::new("cut", incomplete).always(file, Fault::Truncate(50)).options(&["--resume-retries", "0"]),
        Case::new("cut once", Installed).once(file, Fault::Truncate(50)),
        Case::new("cut once, without ranges", Installed)
            .once(file, Fault::Truncate(50))
            .always(file, Fault::NoRanges),
        Case::new("reset in the middle", incomplete)
            .always(file, Fault::ResetAfter(50))
            .options(&["--resume-retries", "0"]),
        Case::new("reset in the middle once", Installed).once(file, Fault::ResetAfter(50)),
        Case::new("longer than announced", Refused("THESE PACKAGES DO NOT MATCH THE HASHES"))
            .always(file, Fault::ContentLength(50)),
        Case::new("shorter than announced", Refused("HTTP error 416 while getting"))
            .always(file, Fault::ContentLength(1 << 20))
            .options(&["--resume-retries", "1"]),
        Case::new("another byte", Refused("THESE PACKAGES DO NOT MATCH THE HASHES"))
            .always(file, Fault::Corrupt),
        Case::new("drop by drop", Installed)
            .always(file, Fault::Trickle { chunk: 100, pause: Duration::from_millis(50) }),
        Case::new("too slow", Refused("not enough bytes were received"))
            .always(file, Fault::Trickle { chunk: 100, pause: Duration::from_secs(3) })
            .options(&["--timeout", "0.3", "--resume-retries", "1"]),
        Case::new("without an end", Refused("the server sends more than")).always(file, Fault::Endless),
        Case::new("header of a megabyte", Refused("message head is too large"))
            .always(file, Fault::Header("X-Long".into(), "x".repeat(1 << 20))),
        Case::new("not there", Refused("HTTP error 404 while getting")).always(file, Fault::Status(404)),
    ]);
}

#[test]
fn servers_that_are_busy() {
    let busy = |status, seconds: &'static str| {
        move |case: Case| {
            case.once(PAGE, Fault::Status(status))
                .once(PAGE, Fault::Header("Retry-After".into(), seconds.into()))
        }
    };
    let retry = |name, status, seconds| busy(status, seconds)(Case::new(name, Installed));
    each_ends_as_it_says(vec![
        retry("429, in a second", 429, "1"),
        retry("503, in a second", 503, "1"),
        retry("503, at a date", 503, "Wed, 21 Oct 2015 07:28:00 GMT"),
        retry("503, in an unreadable time", 503, "-1"),
        Case::new("429, without a time", Refused(NOTHING_FOUND)).always(PAGE, Fault::Status(429)),
        Case::new("503, in a year", Refused(NOTHING_FOUND))
            .always(PAGE, Fault::RetryAfter(31_536_000))
            .options(&["--retries", "0"]),
        Case::new("429 for the file, in a second", Installed)
            .once(&file_path(), Fault::Status(429))
            .once(&file_path(), Fault::Header("Retry-After".into(), "1".into())),
    ]);
}

#[test]
fn redirects() {
    let to = |target: &str| Fault::Redirect(target.to_owned());
    let secret = "file:///etc/passwd";
    let file = &*file_path();
    each_ends_as_it_says(vec![
        Case::new("page: to itself", Refused(NOTHING_FOUND)).always(PAGE, to(PAGE)),
        Case::new("page: in a circle", Refused(NOTHING_FOUND)).always(PAGE, to("/a")).always("/a", to(PAGE)),
        Case::new("page: to a file of this machine", Refused(NOTHING_FOUND)).always(PAGE, to(secret)),
        Case::new("page: to another scheme", Refused(NOTHING_FOUND))
            .always(PAGE, to("ftp://127.0.0.1/demo/")),
        Case::new("page: to nothing", Refused(NOTHING_FOUND)).always(PAGE, to("http://")),
        Case::new("page: to an odd port", Refused(NOTHING_FOUND)).always(PAGE, to("http://127.0.0.1:99999/")),
        Case::new("page: elsewhere", Refused(NOTHING_FOUND)).always(PAGE, to("/simple/other/")),
        Case::new("file: to itself", Refused("ERROR: ")).always(file, to(file)),
        Case::new("file: to a file of this machine", Refused("a redirect to a non-http(s) location"))
            .always(file, to(secret)),
        Case::new("file: to something else", Refused("THESE PACKAGES DO NOT MATCH THE HASHES"))
            .always(file, to(PAGE)),
    ]);
}

#[test]
fn passwords_stay_where_they_belong() {
    let mut place = place();
    let (own, other) = (Index::builder().login("ada", "l0velace").start(), Index::start());
    own.add(demo());
    other.add(demo());
    let elsewhere = |index: &Index, path: &str| format!("{}{path}", index.origin());
    // netrc goes by the host, and both have the same one by their numbers.
    let by_name = |index: &Index| index.url().replace("127.0.0.1", "localhost");
    fs::write(place.sandbox.home().join(".netrc"), "machine localhost login ada password l0velace\n")
        .unwrap();
    for path in [PAGE, &file_path()] {
        own.misbehave(path, Fault::Redirect(elsewhere(&other, path)));
        for url in [own.url_with_login("ada", "l0velace"), by_name(&own)] {
            own.forget_requests();
            other.forget_requests();
            place.sandbox.env("PIP_INDEX_URL", &url);
            measured::run(&place, &["install", "--no-cache-dir", "demo"]).succeeded();
            measured::run(&place, &["uninstall", "--yes", "demo"]).succeeded();
            let asked = other.requests();
            assert!(asked.iter().any(|request| request.path == path), "{url}: {asked:?}");
            for request in asked {
                assert_eq!(request.header("Authorization"), None, "{url}: {request:?}");
                assert_eq!(request.header("Referer"), None, "{url}: {request:?}");
            }
        }
        own.behave(path);
    }
}

/// Whoever asks for an encrypted page wants no other.
#[test]
fn pages_are_not_taken_from_insecure_places_after_all() {
    let mut place = place();
    let index = Index::builder().relative_links().start();
    index.add(demo());
    let server = TlsServer::start(&index, false);
    let proxy = Proxy::start();
    index.misbehave(PAGE, Fault::Redirect("http://insecure.test/simple/demo/".into()));
    place.sandbox.env("PIP_INDEX_URL", server.url()).env("PIP_CERT", certificate("authority.pem"));
    place.sandbox.env("http_proxy", proxy.url());
    measured::run(&place, &["install", "--retries", "0", "demo"]).failed().warns(NOTHING_FOUND);
    // On this machine nobody listens in.
    index.behave(PAGE);
    index.misbehave_times(PAGE, 1, Fault::Redirect(format!("{}/simple/demo/", index.origin())));
    measured::run(&place, &["install", "demo"]).succeeded();
}

#[test]
fn names_that_lead_elsewhere() {
    let place = place();
    let sha256 = demo().sha256();
    for (href, saved) in [
        ("/files/..%2f..%2f..%2fdemo-1.0-py3-none-any.whl", Some(FILE)),
        ("/files/%2Ftmp%2Fdemo-1.0-py3-none-any.whl", Some(FILE)),
        ("../../../../files/demo-1.0-py3-none-any.whl", Some(FILE)),
        ("/files/..%5c..%5cdemo-1.0-py3-none-any.whl", None),
        ("/files/demo-1.0-py3-none-any.whl%00", None),
        ("/files/demo-1.0%00-py3-none-any.whl", None),
        ("/files/demo%00-1.0-py3-none-any.whl", None),
        // As packaging reads versions.
        ("/files/demo-1.0%0a-py3-none-any.whl", Some("demo-1.0\\n-py3-none-any.whl")),
        ("/files/demo-1.0-py3-none-any.whl/..", None),
        ("/files/demo-1.0-py3-none-any.whl%2f..", None),
        ("/files/demo-1.0-1%00-py3-none-any.whl", None),
        ("/files/other-1.0-py3-none-any.whl", None),
        ("/files/demo-1.0-py3-none-any.whl.exe", None),
        ("/files/.whl", None),
        ("/files/-demo-1.0-py3-none-any.whl", None),
    ] {
        let index = Index::builder().cache_control("no-store").start();
        index.serve(PAGE, "text/html", format!("<a href='{href}#sha256={sha256}'>demo</a>"));
        // Quoting has capital letters.
        let path = format!("/{}", href.trim_start_matches(['.', '/']));
        let path = path.replace("%2f", "%2F").replace("%5c", "%5C").replace("%0a", "%0A");
        index.serve(&path, "application/octet-stream", demo().bytes);
        let before = everything(&place);
        let run = measured::run(&place, &["download", "--index-url", &index.url(), "-d", "saved", "demo"]);
        let differences = before.differences(&everything(&place));
        let new: Vec<&str> = differences
            .iter()
            .map(|line| line.split(": ").next().unwrap_or_default())
            .filter(|line| !line.contains("cache/"))
            .collect();
        if let Some(name) = saved {
            assert_eq!(run.code, Some(0), "{href}: {}", run.report());
            assert_eq!(new, ["+ work/saved".to_owned(), format!("+ work/saved/{name}")], "{href}");
        } else {
            assert_eq!(run.code, Some(1), "{href}: {}", run.report());
            assert!(run.stderr.contains("ERROR: "), "{href}: {}", run.report());
            assert_eq!(new, ["+ work/saved"], "{href}: {}", run.report());
        }
        let _ = fs::remove_dir_all(place.sandbox.work().join("saved"));
    }
}

#[test]
fn names_that_the_server_gives() {
    let place = place();
    let index = Index::start();
    for name in ["../../demo.whl", "/tmp/demo.whl", "..", ".", "a/../../demo.whl", "..\\\\demo.whl", ""] {
        index.serve("/get", "application/octet-stream", demo().bytes);
        index.behave("/get");
        let disposition = format!("attachment; filename=\"{name}\"");
        index.misbehave("/get", Fault::Header("Content-Disposition".into(), disposition));
        let before = everything(&place);
        let url = format!("{}/get#egg=demo", index.origin());
        let run = measured::run(&place, &["download", "--no-deps", "-d", "saved", &url]);
        assert!(matches!(run.code, Some(0 | 1)), "{name}: {}", run.report());
        let _ = fs::remove_dir_all(place.sandbox.work().join("saved"));
        let differences = before.differences(&everything(&place));
        let strange: Vec<_> =
            differences.iter().filter(|line| !line.contains("cache/pip/oxipip/wheels-v1")).collect();
        assert!(strange.is_empty(), "{name}: {strange:#?}\n{}", run.report());
    }
}

/// A metadata file is as good as the index that serves it, and no better: of what the wheel itself says otherwise, name and
/// version are found out.
#[test]
fn metadata_that_lies() {
    let lie = |metadata: &[u8]| PackageFile { metadata: Some(metadata.to_vec()), ..demo() };
    let with = |name, verdict, package: PackageFile, listing| {
        let index = Index::builder().cache_control("no-store").start();
        index.add_listed(package, listing);
        Case { name, index, options: &[], verdict }
    };
    let other_name = b"Metadata-Version: 2.1\nName: other\nVersion: 1.0\n";
    let other_version = b"Metadata-Version: 2.1\nName: demo\nVersion: 9.0\n";
    let other_needs = b"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\nRequires-Dist: absent\n";
    let true_listing = Listing::new;
    let wrong = || Listing::new().wrong_metadata_hash();
    each_ends_as_it_says(vec![
        with("other name", Refused(NOTHING_FOUND), lie(other_name), true_listing()),
        with("other version", Refused(NOTHING_FOUND), lie(other_version), true_listing()),
        with(
            "more dependencies",
            Refused("No matching distribution found for absent"),
            lie(other_needs),
            true_listing(),
        ),
        with("nothing", Refused("ERROR: "), lie(b""), true_listing()),
        with("binary", Refused("ERROR: "), lie(b"\0\xff\xfe\0"), true_listing()),
        with("wrong digest", Refused("Expected sha256"), demo(), wrong()),
    ]);
    // The wheel is another project's, under a name that was asked for.
    let other = Wheel::new("other", "1.0").with_module().filename(FILE).build();
    let other = PackageFile { project: "demo".into(), ..other };
    each_ends_as_it_says(vec![
        with("another project's wheel", Refused("ERROR: "), other.clone(), true_listing()),
        with(
            "another project's wheel, and no metadata file",
            Refused("ERROR: "),
            other,
            Listing::new().without_metadata(),
        ),
    ]);
}

/// What the store has is not taken for something else because an index says so.
#[test]
fn a_digest_of_another_project() {
    let place = place();
    let index = Index::builder().cache_control("no-store").without_metadata_files().start();
    let other = Wheel::new("other", "1.0").with_module().build();
    index.add(other.clone());
    index.add(PackageFile { project: "demo".into(), filename: FILE.into(), ..other });
    measured::run(&place, &["install", "--index-url", &index.url(), "other"]).succeeded();
    let outcome = ends_as(&place, &index, &[], Refused("ERROR: "));
    assert!(outcome.is_ok(), "{outcome:?}");
    let url = format!(
        "{}#sha256={}",
        index.file_url(FILE),
        Wheel::new("other", "1.0").with_module().build().sha256()
    );
    let before = everything(&place);
    measured::run(&place, &["install", &url]).failed().warns("ERROR: ");
    before.assert_same(&everything(&place));
}

/// What comes later must belong to what came before.
#[test]
fn files_that_change_while_they_come() {
    let place = place();
    let index = Index::builder().without_metadata_files().start();
    let noise: Vec<u8> =
        (0..400_000_u32).map(|number| number.to_le_bytes()[0] ^ number.to_le_bytes()[1]).collect();
    let package = |extra: &[u8]| {
        let noise = Entry::file("demo.bin", [&noise[..], extra].concat()).stored();
        Wheel::new("demo", "1.0").with_module().entry(noise).build()
    };
    let (first, second) = (package(b"first"), package(b"second"));
    let path = "/download/demo-1.0-py3-none-any.whl";
    let url = format!("{}{path}", index.origin());
    index.serve(path, "application/octet-stream", &first.bytes);
    index.misbehave_times(path, 1, Fault::Truncate(300_000));
    index.misbehave_times(path, 1, Fault::Trickle { chunk: 10_000, pause: Duration::from_millis(20) });
    let words = ["install", "--no-cache-dir", "--no-deps", &url];
    let run = std::thread::scope(|scope| {
        let run = scope.spawn(|| measured::run(&place, &words));
        while index.requests().is_empty() {
            std::thread::sleep(Duration::from_millis(5));
        }
        index.serve(path, "application/octet-stream", &second.bytes);
        run.join().unwrap()
    });
    run.succeeded().warns("Attempting to resume incomplete download");
    let installed = fs::read(place.site().join("demo.bin")).unwrap();
    assert!(installed.ends_with(b"second"));
    let ranges: Vec<_> = index.requests().iter().map(|request| request.status).collect();
    assert_eq!(ranges, [200, 200]);
}
