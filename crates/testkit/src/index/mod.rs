//! A package index on the loopback address, in the test's own process.

pub(crate) mod fault;
pub(crate) mod http;
mod listing;
mod pages;
mod server;

pub use fault::Fault;
pub use http::Request;
pub use listing::Listing;

use crate::universe;
use crate::wheel::{PackageFile, normalised};
use listing::{Listed, percent_encoded};
use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;

/// Which validators the index sends with pages and files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Validators {
    /// None, as some large indexes do.
    None,
    /// `ETag`.
    ETag,
    /// `Last-Modified`.
    LastModified,
    /// Both.
    #[default]
    Both,
}

/// The traits of an index that hold for all of its paths.
#[derive(Clone, Debug)]
struct Style {
    json: bool,
    html: bool,
    metadata_files: bool,
    ranges: bool,
    sizes: bool,
    relative_links: bool,
    validators: Validators,
    cache_control: Option<String>,
    login: Option<(String, String)>,
}

/// An index in the making.
#[derive(Clone, Debug)]
pub struct IndexBuilder {
    style: Style,
}

impl IndexBuilder {
    /// Answers in HTML whatever is asked for.
    #[must_use]
    pub fn html_only(mut self) -> Self {
        self.style.json = false;
        self
    }

    /// Answers in JSON whatever is asked for.
    #[must_use]
    pub fn json_only(mut self) -> Self {
        self.style.html = false;
        self
    }

    /// Neither announces nor serves metadata files.
    #[must_use]
    pub fn without_metadata_files(mut self) -> Self {
        self.style.metadata_files = false;
        self
    }

    /// Ignores `Range`.
    #[must_use]
    pub fn without_ranges(mut self) -> Self {
        self.style.ranges = false;
        self
    }

    /// Leaves the sizes out of JSON pages.
    #[must_use]
    pub fn without_sizes(mut self) -> Self {
        self.style.sizes = false;
        self
    }

    /// Links to files by relative addresses.
    #[must_use]
    pub fn relative_links(mut self) -> Self {
        self.style.relative_links = true;
        self
    }

    /// Chooses the validators; both by default.
    #[must_use]
    pub fn validators(mut self, validators: Validators) -> Self {
        self.style.validators = validators;
        self
    }

    /// Sends `Cache-Control` with every answer.
    #[must_use]
    pub fn cache_control(mut self, value: &str) -> Self {
        self.style.cache_control = Some(value.to_owned());
        self
    }

    /// Asks for basic authentication everywhere.
    #[must_use]
    pub fn login(mut self, user: &str, password: &str) -> Self {
        self.style.login = Some((user.to_owned(), password.to_owned()));
        self
    }

    /// Starts the index on a free port of 127.0.0.1.
    pub fn start(self) -> Index {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on 127.0.0.1");
        let address = listener.local_addr().expect("the port that was bound");
        let shared = Arc::new(Shared {
            style: self.style,
            origin: format!("http://{address}"),
            content: Mutex::default(),
            requests: Mutex::default(),
            stopped: AtomicBool::new(false),
        });
        let thread = std::thread::spawn({
            let shared = Arc::clone(&shared);
            move || server::serve(&listener, &shared)
        });
        Index { address, shared, thread: Some(thread) }
    }
}

/// What the index offers, and how it fails.
#[derive(Debug, Default)]
struct Content {
    /// By normalised project name, in the order they were added.
    projects: BTreeMap<String, Vec<Listed>>,
    /// Anything else: content type and body by path.
    resources: BTreeMap<String, (String, Vec<u8>)>,
    /// By path; `*` is every path. `None` is for ever.
    faults: BTreeMap<String, Vec<(Fault, Option<u32>)>>,
}

#[derive(Debug)]
struct Shared {
    style: Style,
    origin: String,
    content: Mutex<Content>,
    requests: Mutex<Vec<Request>>,
    stopped: AtomicBool,
}

impl Shared {
    fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().expect("no test thread panicked inside the index")
    }

    fn requests(&self) -> MutexGuard<'_, Vec<Request>> {
        self.requests.lock().expect("no test thread panicked inside the index")
    }
}

/// A running index; it stops when dropped.
#[derive(Debug)]
pub struct Index {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Index {
    /// An index that does everything well: JSON and HTML, metadata files, ranges, sizes, validators.
    pub fn start() -> Self {
        Self::builder().start()
    }

    /// An index whose traits can be chosen.
    pub fn builder() -> IndexBuilder {
        let style = Style {
            json: true,
            html: true,
            metadata_files: true,
            ranges: true,
            sizes: true,
            relative_links: false,
            validators: Validators::default(),
            cache_control: None,
            login: None,
        };
        IndexBuilder { style }
    }

    /// Offers a file.
    pub fn add(&self, package: PackageFile) -> &Self {
        self.add_listed(package, Listing::new())
    }

    /// Offers a file that the page shows otherwise than it is.
    pub fn add_listed(&self, package: PackageFile, listing: Listing) -> &Self {
        let project = normalised(&package.project);
        self.shared.content().projects.entry(project).or_default().push(Listed { package, listing });
        self
    }

    /// Offers a made-up universe, one wheel for each line:
    /// `a 1.0 -> b>=2, c[x]<3 ; python >=3.8 ; yanked too old ; extra test: pytest>=7 ; tag cp312-cp312-any`.
    /// Fields are split at ` ; `, so that a marker (`requires x; python_version < '3'`) has no blank before its
    /// semicolon. Blank lines and lines that begin with `#` are skipped.
    #[track_caller]
    pub fn universe(&self, text: &str) -> &Self {
        for (package, listing) in universe::parse(text) {
            self.add_listed(package, listing);
        }
        self
    }

    /// Offers anything else under `path`: a page of links, a requirements file.
    pub fn serve(&self, path: &str, content_type: &str, body: impl AsRef<[u8]>) -> &Self {
        let resource = (content_type.to_owned(), body.as_ref().to_vec());
        self.shared.content().resources.insert(path.to_owned(), resource);
        self
    }

    /// Misbehaves from now on at `path`, or at every path when it is `*`; several faults add up.
    pub fn misbehave(&self, path: &str, fault: Fault) -> &Self {
        self.shared.content().faults.entry(path.to_owned()).or_default().push((fault, None));
        self
    }

    /// Misbehaves at `path` for the next `times` requests.
    pub fn misbehave_times(&self, path: &str, times: u32, fault: Fault) -> &Self {
        self.shared.content().faults.entry(path.to_owned()).or_default().push((fault, Some(times)));
        self
    }

    /// Ends all misbehaviour at `path`.
    pub fn behave(&self, path: &str) -> &Self {
        self.shared.content().faults.remove(path);
        self
    }

    /// The address for `--index-url`.
    pub fn url(&self) -> String {
        format!("{}/simple/", self.shared.origin)
    }

    /// The same with credentials in it.
    pub fn url_with_login(&self, user: &str, password: &str) -> String {
        format!("http://{user}:{password}@{}/simple/", self.address)
    }

    /// `http://127.0.0.1:PORT`.
    pub fn origin(&self) -> &str {
        &self.shared.origin
    }

    /// `127.0.0.1:PORT`.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The path of a project's page.
    pub fn page_path(&self, project: &str) -> String {
        format!("/simple/{}/", normalised(project))
    }

    /// The path of a file.
    pub fn file_path(&self, filename: &str) -> String {
        format!("/files/{}", percent_encoded(filename))
    }

    /// The address of a file.
    pub fn file_url(&self, filename: &str) -> String {
        format!("{}{}", self.shared.origin, self.file_path(filename))
    }

    /// Every request so far, in the order of their answers.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.requests().clone()
    }

    /// The paths of every request so far.
    pub fn requested_paths(&self) -> Vec<String> {
        self.shared.requests().iter().map(|request| request.path.clone()).collect()
    }

    /// Forgets the requests so far.
    pub fn forget_requests(&self) {
        self.shared.requests().clear();
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        // Wakes the listener, which then sees that it is to stop.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
