//! What is checked of a wheel that a backend has built.

use metadata::CoreMetadata;
use specifier::{ProjectName, Version, WheelFilename};

use crate::error::WheelFault;

/// Checks that a wheel is named for the project and version that it was built for, and reads its name.
pub fn check_wheel_name(
    filename: &str,
    project: &ProjectName,
    version: &str,
) -> Result<WheelFilename, WheelFault> {
    let wheel = WheelFilename::parse(filename)?;
    let unexpected = |expected: &str, found: &str| WheelFault::Unexpected {
        expected: expected.to_owned(),
        found: found.to_owned(),
    };
    if wheel.project != *project {
        return Err(unexpected(project.as_str(), wheel.project.as_str()));
    }
    match Version::parse(version) {
        Ok(expected) if expected == wheel.version => Ok(wheel),
        _ => Err(unexpected(version, &wheel.version.to_string())),
    }
}

/// The check that `pip wheel --no-verify` leaves out: file name and metadata of a built wheel must agree.
pub fn verify_wheel(
    filename: &str,
    project: &ProjectName,
    metadata: &CoreMetadata,
) -> Result<WheelFilename, WheelFault> {
    let wheel = check_wheel_name(filename, project, &metadata.version)?;
    let text = metadata.metadata_version().ok_or(WheelFault::NoMetadataVersion)?;
    Version::parse(text).map_err(|_| WheelFault::MetadataVersion(text.to_owned()))?;
    Ok(wheel)
}
