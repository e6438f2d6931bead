//! Repositories over HTTP, by way of Git's own `git http-backend`.

use super::repository::{GitRepository, isolated_git};
use crate::index::fault::{Delivery, is_logged_in};
use crate::index::http::{Request, Response};
use std::io::{self, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use tempfile::TempDir;

/// A server of Git repositories on the loopback address; it stops when dropped.
#[derive(Debug)]
pub struct GitServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    folder: TempDir,
    login: Option<(String, String)>,
    requests: Mutex<Vec<String>>,
    stopped: AtomicBool,
}

impl GitServer {
    /// A server that anybody may read from.
    pub fn start() -> Self {
        Self::with(None)
    }

    /// A server that asks for basic authentication.
    pub fn with_login(user: &str, password: &str) -> Self {
        Self::with(Some((user.to_owned(), password.to_owned())))
    }

    fn with(login: Option<(String, String)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on 127.0.0.1");
        let address = listener.local_addr().expect("the port that was bound");
        let shared = Arc::new(Shared {
            folder: tempfile::tempdir().expect("a temporary folder"),
            login,
            requests: Mutex::default(),
            stopped: AtomicBool::new(false),
        });
        let thread = std::thread::spawn({
            let shared = Arc::clone(&shared);
            move || serve(&listener, &shared)
        });
        Self { address, shared, thread: Some(thread) }
    }

    /// A new repository below this name.
    #[track_caller]
    pub fn repository(&self, name: &str) -> GitRepository {
        GitRepository::create(self.shared.folder.path().join(name))
    }

    /// The address of a repository.
    pub fn url(&self, name: &str) -> String {
        format!("http://{}/{name}", self.address)
    }

    /// The address of a repository with a login in it.
    pub fn url_with_login(&self, name: &str, user: &str, password: &str) -> String {
        format!("http://{user}:{password}@{}/{name}", self.address)
    }

    /// The paths of all requests so far.
    pub fn requested_paths(&self) -> Vec<String> {
        self.shared.requests.lock().expect("no thread of the server panicked").clone()
    }

    /// Forgets the requests so far.
    pub fn forget_requests(&self) {
        self.shared.requests.lock().expect("no thread of the server panicked").clear();
    }
}

impl Drop for GitServer {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        // Wakes the listener, which then sees that it is to stop.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.stopped.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        let shared = Arc::clone(shared);
        // A client that goes away in the middle is no news to a test.
        std::thread::spawn(move || converse(&stream, &shared).ok());
    }
}

fn converse(stream: &TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    while let Some((request, query)) = Request::read_head(&mut reader)? {
        let mut body = Vec::new();
        request.body(&mut reader).read_to_end(&mut body)?;
        shared.requests.lock().map_err(|_| io::ErrorKind::Other)?.push(request.path.clone());
        let is_allowed =
            shared.login.as_ref().is_none_or(|(user, password)| is_logged_in(&request, user, password));
        let response = if is_allowed {
            ask_git(shared.folder.path(), &request, &query, &body)?
        } else {
            Response::plain(401).header("WWW-Authenticate", "Basic realm=\"test\"")
        };
        if !response.deliver(stream, &request, &Delivery::default())? {
            break;
        }
    }
    Ok(())
}

/// Hands a request to `git http-backend`, by the rules of CGI.
fn ask_git(folder: &Path, request: &Request, query: &str, body: &[u8]) -> io::Result<Response> {
    let header = |name| request.header(name).unwrap_or_default();
    let mut backend = isolated_git(folder)
        .arg("http-backend")
        .env("GIT_PROJECT_ROOT", folder)
        .envs([("GIT_HTTP_EXPORT_ALL", "1"), ("REMOTE_ADDR", "127.0.0.1")])
        .envs([("REQUEST_METHOD", request.method.as_str()), ("QUERY_STRING", query)])
        .env("PATH_INFO", &request.path)
        .envs([("CONTENT_TYPE", header("Content-Type")), ("GIT_PROTOCOL", header("Git-Protocol"))])
        .env("HTTP_CONTENT_ENCODING", header("Content-Encoding"))
        .env("CONTENT_LENGTH", body.len().to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let answer = std::thread::scope(|scope| {
        let stdin = backend.stdin.take();
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(body)));
        backend.wait_with_output()
    })?
    .stdout;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(answer.len());
    let (head, body) = answer.split_at(end);
    let mut response = Response::plain(200);
    response.headers.clear();
    response.body = body.get(4..).unwrap_or_default().to_vec();
    for line in String::from_utf8_lossy(head).lines() {
        match line.split_once(':') {
            Some(("Status", status)) => {
                response.status =
                    status.split_whitespace().next().and_then(|code| code.parse().ok()).unwrap_or(500);
            }
            Some((name, value)) => response = response.header(name, value.trim()),
            None => {}
        }
    }
    Ok(response)
}
