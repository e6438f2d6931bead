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
        Ok(expected) => Err(unexpected(&expected.to_string(), &wheel.version.to_string())),
        Err(_) => Err(unexpected(version, &wheel.version.to_string())),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn verify(filename: &str, metadata: &str) -> Result<(), String> {
        let metadata = CoreMetadata::parse(metadata.as_bytes()).unwrap();
        let project = ProjectName::new("made-up").unwrap();
        verify_wheel(filename, &project, &metadata).map(|_| ()).map_err(|fault| fault.to_string())
    }

    #[test]
    fn judges_a_wheel_as_pip_does() {
        let metadata = "Metadata-Version: 2.1\nName: Made_Up\nVersion: 1.0\n";
        assert_eq!(verify("made_up-1.0-py3-none-any.whl", metadata), Ok(()));
        assert_eq!(verify("Made.Up-1-py3-none-any.whl", metadata), Ok(()));
        for (filename, metadata, expected) in [
            (
                "other-1.0-py3-none-any.whl",
                metadata,
                "Wheel has unexpected file name: expected 'made-up', got 'other'",
            ),
            (
                "made_up-2.0-py3-none-any.whl",
                metadata,
                "Wheel has unexpected file name: expected '1.0', got '2.0'",
            ),
            (
                "made_up-1.0-py3-none-any.whl",
                "Metadata-Version: 2.1\nName: made-up\nVersion: 1.0.dev-x\n",
                "Wheel has unexpected file name: expected '1.0.dev-x', got '1.0'",
            ),
            ("made_up-1.0-py3-none-any.whl", "Name: made-up\nVersion: 1.0\n", "Missing Metadata-Version"),
            (
                "made_up-1.0-py3-none-any.whl",
                "Metadata-Version: new\nName: made-up\nVersion: 1.0\n",
                "Invalid Metadata-Version: new",
            ),
        ] {
            assert_eq!(verify(filename, metadata), Err(expected.to_owned()));
        }
        assert!(verify("made_up.whl", metadata).is_err());
    }
}
