//! Wheels that a requirement names itself: by a path, or by an address.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use index::{Digest, HashAlgorithm, Hasher, Hashes, IndexError, OwnedFile, RedactedUrl};
use metadata::{DirectUrl, DirectUrlKind};
use requirement::{InstallRequirement, Link, RequirementSource};
use resolver::{Chosen, DirectCandidate, ResolvedPackage};
use specifier::{ProjectName, Version, WheelFilename};
use store::{Expected, Sha256};

use crate::fetch::Wanted;
use crate::source::{allowed, metadata_of_wheel, wanted};
use crate::{FetchedWheel, Session, SessionError};

/// The candidate that a URL or a local wheel is, with the wheel in the store. Anything else would have to be built.
pub(crate) fn direct_candidate(
    session: &Session<'_>,
    requirement: &InstallRequirement,
) -> Result<(DirectCandidate, FetchedWheel), SessionError> {
    let (link, fetched) = match &requirement.source {
        RequirementSource::LocalWheel(link, path) => (link, local_wheel(session, requirement, link, path)?),
        RequirementSource::Url(link) if link.is_wheel() => (link, remote_wheel(session, requirement, link)?),
        // Sources are the builder's.
        _ => return Err(SessionError::unknown_file()),
    };
    let manifest = fetched.wheel.manifest();
    let invalid = |reason: String| SessionError::Metadata { what: requirement.to_string(), reason };
    let metadata = Arc::new(metadata_of_wheel(&fetched.wheel)?);
    let candidate = DirectCandidate {
        project: ProjectName::new(manifest.name()).map_err(|error| invalid(error.to_string()))?,
        version: Version::parse(manifest.version()).map_err(|error| invalid(error.to_string()))?,
        metadata,
        link: link.clone(),
        editable: false,
    };
    Ok((candidate, fetched))
}

fn local_wheel(
    session: &Session<'_>,
    requirement: &InstallRequirement,
    link: &Link,
    path: &Path,
) -> Result<FetchedWheel, SessionError> {
    let expected = hashes_of(requirement);
    let filename = path.file_name().unwrap_or_default().to_string_lossy();
    let path = session.saved(&filename, &expected).unwrap_or_else(|| path.to_owned());
    let archive = fs::read(&path).map_err(|error| SessionError::Read { path, error })?;
    check(&archive, &expected, link)?;
    let sha256 = Sha256::of(&archive);
    let (project, version) = named(&filename)?;
    let project = requirement.project().unwrap_or(&project);
    let expected = Expected { project, version: version.as_ref() };
    let added = session
        .store
        .add(archive.as_slice(), sha256, expected)
        .map_err(|error| SessionError::of_store(&OwnedFile::from_url(link.url()), error))?;
    Ok(FetchedWheel {
        wheel: added.wheel,
        newer_wheel_version: added.newer_wheel_version,
        cached: false,
        size: Some(archive.len() as u64),
        archive: None,
    })
}

fn remote_wheel(
    session: &Session<'_>,
    requirement: &InstallRequirement,
    link: &Link,
) -> Result<FetchedWheel, SessionError> {
    let file = OwnedFile::from_url(link.url());
    let users = hashes_of(requirement);
    let expected = file.hashes.intersection(&users).unwrap_or(users);
    let (project, version) = named(&file.filename)?;
    let project = requirement.project().cloned().unwrap_or(project);
    let wanted = Wanted { file, expected, project, version };
    if let Some(wheel) = session.stored(&wanted.file, &wanted.expected) {
        return Ok(FetchedWheel {
            wheel,
            newer_wheel_version: None,
            cached: true,
            size: None,
            archive: None,
        });
    }
    let download = session.download(&wanted, None).map_err(|error| match error {
        SessionError::Index(IndexError::Status { status, reason, url }) => SessionError::Refused {
            requirement: requirement.to_string(),
            url: RedactedUrl::new(link.url()),
            refusal: Box::new(IndexError::Status { status, reason, url }),
        },
        error => error,
    })?;
    session.unpack(&download, &wanted)
}

/// What `direct_url.json` says of a wheel: the digest in its address is repeated, else it is the wheel's own.
pub(crate) fn direct_url(link: &Link, fetched: &FetchedWheel) -> DirectUrl {
    let given = link.hash().map(|(name, digest)| (name.to_owned(), digest.to_owned()));
    let taken = || ("sha256".to_owned(), fetched.wheel.sha256().to_string());
    DirectUrl {
        url: index::remove_credentials(link.url_without_fragment()),
        subdirectory: link.subdirectory().map(ToOwned::to_owned),
        kind: DirectUrlKind::Archive { hashes: vec![given.unwrap_or_else(taken)] },
    }
}

/// Has a wheel fetched that turned out damaged in the store, from wherever it came.
///
/// Only the very archive that was resolved will do, whatever the index says of it by now.
pub(crate) fn fetch_again(
    session: &Session<'_>,
    package: &ResolvedPackage,
    sha256: Sha256,
) -> Result<FetchedWheel, SessionError> {
    let wanted = match &package.chosen {
        Chosen::Direct(direct) => Some(Wanted {
            file: OwnedFile::from_url(direct.link.url()),
            expected: Hashes::default(),
            project: package.project.clone(),
            version: Some(package.version.clone()),
        }),
        _ => wanted(package),
    };
    let digest = Digest::new(HashAlgorithm::Sha256, &sha256.to_string());
    let expected = Hashes::from_iter([digest]);
    let wanted = Wanted { expected, ..wanted.ok_or_else(SessionError::unknown_file)? };
    let download = session.download(&wanted, None)?;
    session.unpack(&download, &wanted)
}

/// What a wheel's file name says it is.
fn named(filename: &str) -> Result<(ProjectName, Option<Version>), SessionError> {
    let name = WheelFilename::parse(filename)
        .map_err(|error| SessionError::Metadata { what: filename.to_owned(), reason: error.to_string() })?;
    Ok((name.project, Some(name.version)))
}

fn hashes_of(requirement: &InstallRequirement) -> Hashes {
    allowed(&requirement.good_hashes())
}

/// Checks a local file against the digests that the user allows.
fn check(archive: &[u8], expected: &Hashes, link: &Link) -> Result<(), SessionError> {
    if expected.is_empty() {
        return Ok(());
    }
    let mut hasher = Hasher::new(expected);
    hasher.update(archive);
    let got = hasher.finish();
    if got.iter().any(|digest| expected.allows(digest)) {
        return Ok(());
    }
    let url = RedactedUrl::new(link.url());
    Err(SessionError::Index(IndexError::HashMismatch { url, expected: expected.clone(), got }))
}
