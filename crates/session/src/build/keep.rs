//! What was built before, and keeping what is built now.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use backend::PreparedMetadata;
use index::{Digest, Hashes};
use metadata::{CoreMetadata, DirectUrl, DirectUrlKind};
use specifier::{ProjectName, WheelFilename};
use store::{BuildKey, BuiltWheel, BuiltWheels, Expected};

use super::source_build::{Origin, SourceBuild};
use super::tree::names_a_version;
use crate::event::BuildEvent;
use crate::source::metadata_of_wheel;
use crate::{FetchedWheel, Session};

/// What is known of a source without having it.
pub(super) struct Kept {
    pub metadata: CoreMetadata,
    pub wheel: Option<FetchedWheel>,
    pub origin: Option<DirectUrl>,
}

/// Looks for what an earlier run has made of this source.
pub(super) fn find(source: &SourceBuild, session: &Session<'_>) -> Option<Kept> {
    let key = key(source, session)?;
    let settings = &session.builds.settings;
    let caches: Vec<_> = settings.cache.iter().chain(&settings.cache_layers).map(BuiltWheels::open).collect();
    if let Some(found) = caches.iter().find_map(|built| find_wheel(source, session, built, &key)) {
        return Some(found);
    }
    // What has an address of its own also needs its digest or commit, which only the source tells.
    let is_of_index = matches!(&source.origin, Origin::Archive { file, is_checked: false, .. } if !file.comes_from.is_empty());
    let metadata = caches.iter().filter(|_| is_of_index).find_map(|built| built.metadata(&key))?;
    let metadata = CoreMetadata::parse(&metadata).ok()?;
    Some(Kept { metadata, wheel: None, origin: None })
}

fn find_wheel(
    source: &SourceBuild,
    session: &Session<'_>,
    built: &BuiltWheels,
    key: &BuildKey,
) -> Option<Kept> {
    let tags = &session.builds.settings.selection.tags;
    let rank = |wheel: &BuiltWheel| {
        let name = WheelFilename::parse(&wheel.filename()).ok()?;
        let is_asked_for =
            source.id.name.as_ref().is_none_or(|asked| ProjectName::normalise(asked) == name.project);
        let rank = tags.rank_of(&name.tags).filter(|_| is_asked_for)?;
        Some((rank, name))
    };
    let ranked = built.wheels(key).into_iter().filter_map(|wheel| Some((rank(&wheel)?, wheel)));
    let ((_, name), found) = ranked.min_by_key(|((rank, _), _)| *rank)?;
    let origin = DirectUrl::parse(&built.origin(key)?).ok()?;
    source.tell(session, &BuildEvent::Cached { filename: &found.filename() });
    if !is_allowed(source, &origin) {
        source.tell(session, &BuildEvent::OtherOrigin);
        return None;
    }
    let wheel = if let Some(wheel) = session.store.wheel(found.sha256) {
        wheel
    } else {
        let archive = fs::read(&found.path).ok()?;
        let expected = Expected { project: &name.project, version: None };
        session.store.add(archive.as_slice(), found.sha256, expected).ok()?.wheel
    };
    let metadata = metadata_of_wheel(&wheel).ok()?;
    let wheel = FetchedWheel {
        wheel,
        newer_wheel_version: None,
        cached: true,
        size: Some(found.size),
        archive: Some(found.path),
    };
    Some(Kept { metadata, wheel: Some(wheel), origin: Some(origin) })
}

/// Whether what was built before comes from an archive that the user's digests allow.
fn is_allowed(source: &SourceBuild, origin: &DirectUrl) -> bool {
    let Origin::Archive { expected, is_checked: true, .. } = &source.origin else { return true };
    let DirectUrlKind::Archive { hashes } = &origin.kind else { return false };
    hashes.iter().any(|(algorithm, digest)| {
        algorithm.parse().is_ok_and(|algorithm| expected.allows(&Digest::new(algorithm, digest)))
    })
}

/// Keeps a wheel for the next time; a failure to do so is none of the build. Gives its place.
pub(super) fn keep_wheel(
    source: &SourceBuild,
    session: &Session<'_>,
    filename: &str,
    archive: &[u8],
    origin: &DirectUrl,
) -> Option<PathBuf> {
    let (built, key) = place(source, session)?;
    built.keep(&key, filename, archive, &origin.to_json()).ok().map(|kept| kept.path)
}

/// Keeps metadata that a backend has told.
pub(super) fn keep_prepared(source: &SourceBuild, session: &Session<'_>, prepared: &PreparedMetadata) {
    if let Ok(text) = fs::read(prepared.info.join("METADATA")) {
        keep_metadata(source, session, &text);
    }
}

/// Keeps metadata for the next time.
pub(super) fn keep_metadata(source: &SourceBuild, session: &Session<'_>, text: &[u8]) {
    let Origin::Archive { .. } = source.origin else { return };
    if let Some((built, key)) = place(source, session) {
        // Only saves time the next time.
        let _ = built.keep_metadata(&key, text);
    }
}

/// Where what is made of a source is kept, and under which key.
fn place(source: &SourceBuild, session: &Session<'_>) -> Option<(BuiltWheels, BuildKey)> {
    let cache = session.builds.settings.cache.as_ref()?;
    Some((BuiltWheels::open(cache), key(source, session)?))
}

/// What names what is made of a source, if that is worth keeping (pip: `_should_cache`).
fn key(source: &SourceBuild, session: &Session<'_>) -> Option<BuildKey> {
    if source.id.is_editable {
        return None;
    }
    let mut hash = None;
    match &source.origin {
        Origin::Archive { file, .. } if names_a_version(&file.filename) => hash = known_digest(&file.hashes),
        Origin::Repository(_) => {}
        Origin::Archive { .. } | Origin::Folder(_) => return None,
    }
    let facts = session.environment.facts();
    let (major, minor, _) = session.environment.version();
    let interpreter_version = format!("{major}{minor}");
    let settings = source.config_settings.iter().map(|(key, value)| format!("{key}={value}\n"));
    let settings: String = settings.collect();
    let mut properties = BTreeMap::from([
        ("url", source.id.link.url_without_fragment()),
        ("interpreter_name", facts.tags.implementation.as_str()),
        ("interpreter_version", interpreter_version.as_str()),
    ]);
    if let Some(digest) = &hash {
        properties.insert(digest.algorithm.name(), &digest.hex);
    }
    if let Some(subdirectory) = source.id.link.subdirectory() {
        properties.insert("subdirectory", subdirectory);
    }
    if !settings.is_empty() {
        properties.insert("config_settings", &settings);
    }
    Some(BuildKey::of(&properties))
}

/// The digest that pip would name a link by.
fn known_digest(hashes: &Hashes) -> Option<Digest> {
    hashes.iter().next().cloned()
}
