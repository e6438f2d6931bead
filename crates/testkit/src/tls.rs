//! An HTTPS address in front of an index.

use std::io::{BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

use crate::index::Index;
use crate::proxy::{forward, read_head};

/// A PEM file of the tests' own: `authority.pem`, which vouches for `server.pem` (the certificate of `localhost`) and for
/// `client.pem`; the latter two hold their keys as well.
pub fn certificate(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/certificates").join(name)
}

/// A running server whose certificate only the tests' authority vouches for. It ends with the tests.
#[derive(Clone, Copy, Debug)]
pub struct TlsServer {
    port: u16,
}

impl TlsServer {
    /// Starts it on a free port, in front of an index whose links should be relative. It may insist on a certificate of
    /// the client's that the authority vouches for.
    pub fn start(index: &Index, asks_client: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on 127.0.0.1");
        let port = listener.local_addr().expect("the port that was bound").port();
        let (configuration, upstream) = (Arc::new(configuration(asks_client)), index.address());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let configuration = Arc::clone(&configuration);
                // A client that does not like the certificate is gone.
                thread::spawn(move || serve(stream, configuration, upstream).ok());
            }
        });
        Self { port }
    }

    /// `localhost:PORT`.
    pub fn address(&self) -> String {
        format!("localhost:{}", self.port)
    }

    /// The address for `--index-url`.
    pub fn url(&self) -> String {
        format!("https://{}/simple/", self.address())
    }
}

/// Answers one request.
fn serve(
    stream: TcpStream,
    configuration: Arc<ServerConfig>,
    upstream: SocketAddr,
) -> Result<(), Box<dyn std::error::Error>> {
    let mut stream = BufReader::new(StreamOwned::new(ServerConnection::new(configuration)?, stream));
    let head = read_head(&mut stream)?;
    if !head.is_empty() {
        let answer = forward(&head, TcpStream::connect(upstream)?)?;
        let stream = stream.get_mut();
        stream.write_all(&answer)?;
        stream.conn.send_close_notify();
        stream.flush()?;
    }
    Ok(())
}

fn configuration(asks_client: bool) -> ServerConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .expect("protocol versions that the provider has");
    let one = |name: &str| CertificateDer::from_pem_file(certificate(name)).expect("a certificate");
    let builder = if asks_client {
        let mut roots = RootCertStore::empty();
        roots.add(one("authority.pem")).expect("the certificate of an authority");
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        builder.with_client_cert_verifier(verifier.build().expect("an authority to go by"))
    } else {
        builder.with_no_client_auth()
    };
    let key = PrivateKeyDer::from_pem_file(certificate("server.pem")).expect("a key");
    builder.with_single_cert(vec![one("server.pem")], key).expect("a key that fits its certificate")
}
