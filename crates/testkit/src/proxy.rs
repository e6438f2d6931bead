//! An HTTP proxy on the loopback address, which tells what went through it.

use std::io::{self, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A running proxy: it hands requests for `http` addresses on, and opens tunnels for `https` ones. It ends with the tests.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Starts it on a free port of 127.0.0.1.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on 127.0.0.1");
        let address = listener.local_addr().expect("the port that was bound");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let log = Arc::clone(&log);
                // A client that goes away in the middle is no news to a test.
                thread::spawn(move || serve(&stream, &log).ok());
            }
        });
        Self { address, asked }
    }

    /// The address for `--proxy`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What went through it: `GET http://127.0.0.1:8000/simple/demo/`, `CONNECT localhost:8443`.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no test thread panicked inside the proxy").clone()
    }
}

fn serve(stream: &TcpStream, log: &Mutex<Vec<String>>) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    let head = read_head(&mut reader)?;
    let mut words = head.split_whitespace();
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    log.lock().expect("no test thread panicked inside the proxy").push(format!("{method} {target}"));
    if method == "CONNECT" {
        let server = TcpStream::connect(target)?;
        (&mut &*stream).write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
        return tunnel(stream, &server);
    }
    let (host, path) =
        target.trim_start_matches("http://").split_once('/').ok_or(io::ErrorKind::InvalidInput)?;
    let answer = forward(&head.replacen(target, &format!("/{path}"), 1), TcpStream::connect(host)?)?;
    (&mut &*stream).write_all(&answer)
}

/// Everything from one side to the other until both have ended.
fn tunnel(client: &TcpStream, server: &TcpStream) -> io::Result<()> {
    thread::scope(|scope| {
        scope.spawn(|| {
            let _ = io::copy(&mut &*client, &mut &*server);
            let _ = server.shutdown(std::net::Shutdown::Write);
        });
        io::copy(&mut &*server, &mut &*client)?;
        client.shutdown(std::net::Shutdown::Write)
    })
}

/// The lines of a request up to the empty one.
pub(crate) fn read_head(reader: &mut impl io::BufRead) -> io::Result<String> {
    let mut head = String::new();
    loop {
        let start = head.len();
        let length = reader.read_line(&mut head)?;
        if length == 0 || head.get(start..).is_some_and(|line| line.trim_end().is_empty()) {
            return Ok(head);
        }
    }
}

/// Sends a request without a body and gives the whole answer, either said to be the last of its connection.
pub(crate) fn forward(head: &str, mut server: TcpStream) -> io::Result<Vec<u8>> {
    server.write_all(last(head).as_bytes())?;
    let mut reader = BufReader::new(server);
    let mut answer = last(&read_head(&mut reader)?).into_bytes();
    reader.read_to_end(&mut answer)?;
    Ok(answer)
}

/// A head that says that the connection ends after it.
fn last(head: &str) -> String {
    head.replacen("\r\n", "\r\nConnection: close\r\n", 1)
}
