//! Whether wheels are what the metadata files beside them say, by which they were chosen.

use std::collections::BTreeSet;

use index::OwnedFile;
use metadata::CoreMetadata;
use resolver::{Chosen, ResolvedPackage};
use specifier::{ExtraName, ProjectName, Requirement, Specifiers, Version};

use crate::error::requirement_with_file;
use crate::source::metadata_of_wheel;
use crate::{FetchedWheel, SessionError};

/// Compares a wheel of the store with the metadata file that its index announces, if it does.
///
/// # Errors
/// [`SessionError::MetadataFile`], as pip refuses wheels that differ in what matters to a resolver.
pub(crate) fn check_wheel(package: &ResolvedPackage, fetched: &FetchedWheel) -> Result<(), SessionError> {
    // What was in the store gave its own metadata.
    let Some(file) = announced(package).filter(|_| !fetched.cached) else { return Ok(()) };
    compare(package, &file, &metadata_of_wheel(&fetched.wheel)?)
}

/// The file of a package, if it is a wheel with an announced metadata file.
pub(crate) fn announced(package: &ResolvedPackage) -> Option<OwnedFile> {
    let Chosen::File(file) = &package.chosen else { return None };
    let file = file.file()?;
    (file.has_metadata_file() && file.filename().ends_with(".whl")).then(|| file.to_owned())
}

/// Compares the metadata by which a package was chosen with that inside its wheel.
pub(crate) fn compare(
    package: &ResolvedPackage,
    file: &OwnedFile,
    inside: &CoreMetadata,
) -> Result<(), SessionError> {
    let beside = package.metadata.as_ref();
    let name = |metadata: &CoreMetadata| ProjectName::normalise(&metadata.name).to_string();
    let version = |metadata: &CoreMetadata| {
        Version::parse(&metadata.version)
            .map_or_else(|_| metadata.version.clone(), |version| version.to_string())
    };
    let python = |metadata: &CoreMetadata| {
        let written = metadata.requires_python.clone().unwrap_or_default();
        Specifiers::parse(&written).map_or(written, |specifiers| specifiers.to_string())
    };
    for (field, beside, inside) in [
        ("Name", BTreeSet::from([name(beside)]), BTreeSet::from([name(inside)])),
        ("Version", BTreeSet::from([version(beside)]), BTreeSet::from([version(inside)])),
        ("Requires-Dist", requirements(beside), requirements(inside)),
        ("Requires-Python", BTreeSet::from([python(beside)]), BTreeSet::from([python(inside)])),
        ("Provides-Extra", extras(beside), extras(inside)),
    ] {
        if beside != inside {
            let only = |one: &BTreeSet<String>, other: &BTreeSet<String>| {
                one.difference(other).cloned().collect::<Vec<_>>().join(", ")
            };
            return Err(SessionError::MetadataFile {
                requirement: requirement_with_file(package, file),
                field,
                beside: only(&beside, &inside),
                inside: only(&inside, &beside),
            });
        }
    }
    Ok(())
}

/// The requirements in one spelling; what is none stays as it is.
fn requirements(metadata: &CoreMetadata) -> BTreeSet<String> {
    let canonical = |text: &String| match Requirement::parse(text) {
        Ok(mut requirement) => {
            requirement.name = requirement.project.to_string();
            requirement.to_string()
        }
        Err(_) => text.clone(),
    };
    metadata.requires_dist.iter().map(canonical).collect()
}

fn extras(metadata: &CoreMetadata) -> BTreeSet<String> {
    metadata.provides_extra.iter().map(|extra| ExtraName::normalise(extra).to_string()).collect()
}
