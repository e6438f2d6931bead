//! The `WHEEL` file of a wheel's `.dist-info` folder (binary distribution format).

use crate::MetadataError;
use crate::headers::{Headers, headers};

/// What `WHEEL` says of the archive it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WheelInfo {
    /// `Wheel-Version` as (major, minor).
    pub version: (u32, u32),
    /// `Root-Is-Purelib`: whether the archive's top level goes to purelib (else platlib).
    pub root_is_purelib: bool,
    /// `Build`, the build tag.
    pub build: Option<String>,
    /// `Tag`, one per value.
    pub tags: Vec<String>,
}

impl WheelInfo {
    /// The build tag that a `WHEEL` file names, without judging the rest of it.
    pub fn build_tag(bytes: &[u8]) -> Option<String> {
        let (_, build) = Headers::new(bytes).find(|(name, _)| name.eq_ignore_ascii_case("Build"))?;
        Some(build.trim().to_owned()).filter(|build| !build.is_empty())
    }

    /// Reads a `WHEEL` file; a missing or malformed `Wheel-Version` is an error, as in pip.
    pub fn parse(bytes: &[u8]) -> Result<Self, MetadataError> {
        let (fields, _) = headers(bytes);
        let all = |name: &'static str| {
            fields
                .iter()
                .filter(move |(field, _)| field.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.trim())
        };
        let get = |name| all(name).next();
        let version = get("Wheel-Version")
            .ok_or(MetadataError::MissingField { file: "WHEEL", field: "Wheel-Version" })?;
        let number = |text: &str| text.trim().parse::<u32>().ok();
        let mut parts = version.split('.').map(number);
        let (Some(Some(major)), minor) = (parts.next(), parts.next()) else {
            return Err(MetadataError::WheelVersion(version.to_owned()));
        };
        let Some(minor) = minor.unwrap_or(Some(0)) else {
            return Err(MetadataError::WheelVersion(version.to_owned()));
        };
        Ok(Self {
            version: (major, minor),
            root_is_purelib: get("Root-Is-Purelib").is_some_and(|v| v.eq_ignore_ascii_case("true")),
            build: get("Build").map(ToOwned::to_owned),
            tags: all("Tag").map(ToOwned::to_owned).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_build_tools_write() {
        let info = WheelInfo::parse(
            b"Wheel-Version: 1.0\nGenerator: flit\nRoot-Is-Purelib: true\nTag: py2-none-any\nTag: py3-none-any\n",
        )
        .unwrap();
        assert_eq!(info.version, (1, 0));
        assert!(info.root_is_purelib);
        assert_eq!(info.tags, ["py2-none-any", "py3-none-any"]);
    }

    #[test]
    fn refuses_a_version_that_is_no_number() {
        assert!(WheelInfo::parse(b"Root-Is-Purelib: true\n").is_err());
        assert!(WheelInfo::parse(b"Wheel-Version: one\n").is_err());
        assert!(WheelInfo::parse(b"Wheel-Version: 1.x\n").is_err());
        assert_eq!(WheelInfo::parse(b"Wheel-Version: 1\n").unwrap().version, (1, 0));
    }
}
