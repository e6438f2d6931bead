use std::path::PathBuf;

use index::{CertificateSettings, Index, IndexError, IndexSettings};
use testkit::{TlsServer, certificate};

use crate::{name, settings};

/// A server of one file, which may ask for the client's certificate. Gives the URL of its index.
fn serve(ask_client: bool) -> (testkit::Index, String) {
    let index = testkit::Index::start();
    index.universe("demo 1.0");
    let url = TlsServer::start(&index, ask_client).url();
    (index, url)
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
    let (_index, url) = serve(false);
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
    let (_index, url) = serve(false);
    let url = url.replace("localhost", "127.0.0.1");
    let certificates =
        CertificateSettings { bundle: Some(certificate("authority.pem")), ..CertificateSettings::default() };
    assert!(matches!(ask(&url, certificates), Err(IndexError::Tls { .. })));
}

#[test]
fn trust_is_for_one_host_and_port() {
    let (_index, url) = serve(false);
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
    let (_index, url) = serve(true);
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
