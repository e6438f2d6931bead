//! TLS: which certificates are believed, and when they are read.
//!
//! pip believes the bundle of `--cert` *and* the system (that is what its truststore does). Reading folders of
//! hundreds of certificates takes longer than most requests, so the places are tried one after another: the next
//! is read only when no authority in the ones before signed the server's certificate.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};

use crate::error::IndexError;
use crate::settings::CertificateSettings;

/// Where Linux distributions and macOS keep their bundle. A folder beside it holds the same certificates one by one.
const SYSTEM_BUNDLES: [&str; 5] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// The TLS configuration for servers whose certificate matters, or (`verify` false) for trusted hosts.
pub(super) fn configuration(
    settings: &CertificateSettings,
    verify: bool,
) -> Result<ClientConfig, IndexError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier: Arc<dyn ServerCertVerifier> = if verify {
        Arc::new(Authorities::new(settings, &provider))
    } else {
        Arc::new(TrustAnything { provider: Arc::clone(&provider) })
    };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| IndexError::Network(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let mut configuration = match &settings.client {
        Some(path) => {
            let (chain, key) = client_certificate(path)?;
            builder.with_client_auth_cert(chain, key).map_err(|error| unusable(path, &error))?
        }
        None => builder.with_no_client_auth(),
    };
    configuration.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    if verify
        && let Some(path) = &settings.bundle
        && !path.exists()
    {
        return Err(unusable(path, &"no such file or folder"));
    }
    Ok(configuration)
}

fn unusable(path: &Path, reason: &dyn std::fmt::Display) -> IndexError {
    IndexError::Certificates { path: path.to_owned(), reason: reason.to_string() }
}

/// Key and chain out of one PEM file.
fn client_certificate(
    path: &Path,
) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), IndexError> {
    let pem = std::fs::read(path).map_err(|error| unusable(path, &error))?;
    let chain = CertificateDer::pem_slice_iter(&pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| unusable(path, &error))?;
    let key = PrivateKeyDer::from_pem_slice(&pem).map_err(|error| unusable(path, &error))?;
    Ok((chain, key))
}

/// Believes the authorities of the configured places.
#[derive(Debug)]
struct Authorities {
    provider: Arc<CryptoProvider>,
    places: Vec<(Place, OnceLock<Option<Arc<WebPkiServerVerifier>>>)>,
}

/// Something that holds certificates.
#[derive(Debug)]
enum Place {
    File(PathBuf),
    Folder(PathBuf),
    /// Whatever the operating system has.
    System,
}

impl Place {
    fn of(path: &Path) -> Self {
        if path.is_dir() { Self::Folder(path.to_owned()) } else { Self::File(path.to_owned()) }
    }

    fn load(&self) -> Vec<CertificateDer<'static>> {
        // Single files that cannot be read are no reason to stop, the others may do.
        match self {
            Self::File(path) => rustls_native_certs::load_certs_from_paths(Some(path), None).certs,
            Self::Folder(path) => rustls_native_certs::load_certs_from_paths(None, Some(path)).certs,
            Self::System => rustls_native_certs::load_native_certs().certs,
        }
    }
}

impl Authorities {
    fn new(settings: &CertificateSettings, provider: &Arc<CryptoProvider>) -> Self {
        let mut places: Vec<Place> = settings.bundle.iter().map(|path| Place::of(path)).collect();
        let is_complete = settings.only_bundle && settings.bundle.is_some();
        if !is_complete {
            places.extend(settings.system_file.iter().cloned().map(Place::File));
            places.extend(settings.system_folders.iter().cloned().map(Place::Folder));
        }
        if !is_complete && settings.system_file.is_none() && settings.system_folders.is_empty() {
            let bundle = SYSTEM_BUNDLES.iter().map(Path::new).find(|path| path.exists());
            places.extend(bundle.map(|path| Place::File(path.to_owned())));
            // Looks at variables of its own.
            if !settings.only_bundle {
                places.push(Place::System);
            }
        }
        let places = places.into_iter().map(|place| (place, OnceLock::new())).collect();
        Self { provider: Arc::clone(provider), places }
    }

    /// Whether a place holds this very certificate.
    fn hold(&self, certificate: &CertificateDer<'_>) -> bool {
        self.places.iter().any(|(place, _)| place.load().contains(certificate))
    }

    /// The verifiers, each place being read when its turn comes; places without certificates are left out.
    fn verifiers(&self) -> impl Iterator<Item = &Arc<WebPkiServerVerifier>> {
        self.places.iter().filter_map(|(place, verifier)| {
            verifier
                .get_or_init(|| {
                    let mut roots = RootCertStore::empty();
                    roots.add_parsable_certificates(place.load());
                    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&self.provider))
                        .build()
                        .ok()
                })
                .as_ref()
        })
    }
}

impl ServerCertVerifier for Authorities {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let unknown = rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
        for verifier in self.verifiers() {
            match verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
                Err(error) if error == unknown => {}
                // A server that signs for itself is believed where its own certificate is, as OpenSSL does. Its dates
                // were looked at before this error.
                Err(error) if is_authority(&error) && self.hold(end_entity) => {
                    verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                    return Ok(ServerCertVerified::assertion());
                }
                answer => return answer,
            }
        }
        Err(unknown)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// Whether a server was refused because its certificate is that of an authority.
fn is_authority(error: &rustls::Error) -> bool {
    let rustls::Error::InvalidCertificate(CertificateError::Other(error)) = error else { return false };
    matches!(error.0.downcast_ref(), Some(webpki::Error::CaUsedAsEndEntity))
}

/// For the hosts of `--trusted-host`: whoever answers is believed.
#[derive(Debug)]
struct TrustAnything {
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for TrustAnything {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
