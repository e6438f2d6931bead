use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use index::{CertificateSettings, Index, IndexError, IndexSettings};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

use crate::{name, settings};

const PAGE: &str = "<a href='demo-1.0-py3-none-any.whl'></a>";

fn certificate(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/against_an_index/certificates").join(name)
}

/// A server whose certificate only the tests' authority vouches for, and that may ask for the client's. Gives the URL
/// of its index. It ends with the tests.
fn serve(ask_client: bool) -> String {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap();
    let builder = if ask_client {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(certificate("authority.pem")).unwrap()).unwrap();
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        builder.with_client_cert_verifier(verifier.build().unwrap())
    } else {
        builder.with_no_client_auth()
    };
    let chain = vec![CertificateDer::from_pem_file(certificate("server.pem")).unwrap()];
    let key = PrivateKeyDer::from_pem_file(certificate("server.pem")).unwrap();
    let config = Arc::new(builder.with_single_cert(chain, key).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(connection, stream.unwrap());
            let mut request = [0; 4096];
            // A client that does not like the certificate is gone.
            if stream.read(&mut request).is_ok_and(|count| count > 0) {
                let length = PAGE.len();
                let head = format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
                );
                stream.write_all((head + PAGE).as_bytes()).unwrap();
            }
        }
    });
    format!("https://localhost:{port}/simple")
}

/// What comes of asking with these certificates: the number of files, or the problem.
fn ask(url: &str, certificates: CertificateSettings) -> Result<usize, IndexError> {
    // Nothing of the machine's own, which may hold anything.
    let index = Index::new(IndexSettings { certificates, retries: 0, ..settings(url) });
    let page = index.project(&name("demo"));
    page.problems().first().cloned().map_or(Ok(page.files().count()), Err)
}

#[test]
fn an_authority_must_be_known() {
    let url = serve(false);
    let authority = certificate("authority.pem");
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(&authority, folder.path().join("authority.pem")).unwrap();
    let default = CertificateSettings::default;
    let elsewhere = || CertificateSettings { system_file: Some(PathBuf::from("/nowhere")), ..default() };

    let error = ask(&url, default()).unwrap_err();
    assert!(matches!(&error, IndexError::Tls { host, .. } if host == "localhost"), "{error:?}");
    assert!(error.to_string().ends_with("invalid peer certificate: UnknownIssuer"), "{error}");
    assert!(matches!(ask(&url, elsewhere()), Err(IndexError::Tls { .. })));
    for known in [
        CertificateSettings { bundle: Some(authority.clone()), ..default() },
        CertificateSettings { bundle: Some(folder.path().to_owned()), ..default() },
        CertificateSettings { system_file: Some(authority.clone()), ..default() },
        CertificateSettings { system_folders: vec![folder.path().to_owned()], ..elsewhere() },
        // The bundle is believed beside the system, as with pip.
        CertificateSettings {
            bundle: Some(certificate("client.pem")),
            system_file: Some(authority.clone()),
            ..default()
        },
    ] {
        assert_eq!(ask(&url, known.clone()).unwrap(), 1, "{known:?}");
    }
    let missing = CertificateSettings { bundle: Some(folder.path().join("none")), ..default() };
    assert!(matches!(ask(&url, missing), Err(IndexError::Certificates { .. })));
}

#[test]
fn the_name_must_be_the_servers() {
    let url = serve(false).replace("localhost", "127.0.0.1");
    let certificates =
        CertificateSettings { bundle: Some(certificate("authority.pem")), ..CertificateSettings::default() };
    assert!(matches!(ask(&url, certificates), Err(IndexError::Tls { .. })));
}

#[test]
fn trust_is_for_one_host_and_port() {
    let url = serve(false);
    let port = url.rsplit(':').next().unwrap().split('/').next().unwrap();
    let with = |trusted: String| {
        let index = Index::new(IndexSettings { trusted_hosts: vec![trusted], retries: 0, ..settings(&url) });
        index.project(&name("demo")).files().count()
    };
    assert_eq!(with(String::from("localhost")), 1);
    assert_eq!(with(format!("localhost:{port}")), 1);
    assert_eq!(with(String::from("localhost:1")), 0);
    assert_eq!(with(String::from("127.0.0.1")), 0);
}

#[test]
fn a_client_can_show_who_it_is() {
    let url = serve(true);
    let with = |client: Option<&str>| {
        let bundle = Some(certificate("authority.pem"));
        ask(
            &url,
            CertificateSettings { bundle, client: client.map(certificate), ..CertificateSettings::default() },
        )
    };
    assert!(with(None).is_err());
    assert_eq!(with(Some("client.pem")).unwrap(), 1);
    assert!(matches!(with(Some("authority.pem")), Err(IndexError::Certificates { .. })));
    assert!(matches!(with(Some("none.pem")), Err(IndexError::Certificates { .. })));
}
