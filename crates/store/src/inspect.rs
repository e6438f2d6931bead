//! Deciding whether an archive is a wheel of the project that was asked for, by the rules of pip.

use metadata::{CoreMetadata, EntryPoints, MetadataError, Record, WheelInfo};
use specifier::{ProjectName, Version};

use crate::{
    StoreError,
    archive::{Archive, Inflater},
    error::WheelFault,
};

/// The version of the wheel specification that pip follows.
const WHEEL_VERSION: (u32, u32) = (1, 0);

/// What the wheel must be, by the requirement or page it came from.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The project.
    pub project: &'a ProjectName,
    /// The version; `None` when only the wheel itself can tell.
    pub version: Option<&'a Version>,
}

/// What the metadata inside a wheel says.
#[derive(Debug)]
pub struct Inspected {
    /// The `.dist-info` folder.
    pub info_directory: String,
    /// `METADATA`.
    pub metadata: CoreMetadata,
    /// `WHEEL`.
    pub wheel: WheelInfo,
    /// `RECORD`.
    pub record: Record,
    /// `entry_points.txt`, empty when there is none.
    pub entry_points: EntryPoints,
}

impl Inspected {
    /// The `Wheel-Version` when it is newer than pip knows, yet may be installed.
    pub fn newer_wheel_version(&self) -> Option<String> {
        (self.wheel.version > WHEEL_VERSION).then(|| version_text(self.wheel.version))
    }
}

/// Reads the metadata of a wheel and compares it with what was asked for.
pub fn inspect(archive: &Archive<'_>, expected: Expected<'_>) -> Result<Inspected, StoreError> {
    let fault = |fault| StoreError::Wheel { project: expected.project.to_string(), fault };
    let info_directory = info_directory(archive, expected.project).map_err(fault)?;

    let mut inflater = Inflater::default();
    let mut read = |name: &str| -> Result<Option<Vec<u8>>, StoreError> {
        let entry = archive.find(&format!("{info_directory}/{name}"));
        Ok(entry.map(|entry| archive.bytes_of(entry, &mut inflater)).transpose()?)
    };
    let missing = |name: &str| fault(WheelFault::MissingFile(format!("{info_directory}/{name}")));

    let wheel = read("WHEEL")?.ok_or_else(|| missing("WHEEL"))?;
    let wheel = WheelInfo::parse(&wheel).map_err(|error| fault(wheel_version_fault(error)))?;
    if wheel.version.0 > WHEEL_VERSION.0 {
        let project = expected.project.to_string();
        return Err(StoreError::WheelVersion { project, version: version_text(wheel.version) });
    }
    let metadata = read("METADATA")?.ok_or_else(|| missing("METADATA"))?;
    let metadata = CoreMetadata::parse(&metadata).map_err(|error| fault(error.into()))?;
    check_consistency(&metadata, expected)?;
    let record = read("RECORD")?.ok_or_else(|| missing("RECORD"))?;
    let record = Record::parse(&record).map_err(|error| fault(error.into()))?;
    let entry_points = read("entry_points.txt")?.unwrap_or_default();
    let entry_points = EntryPoints::decode(&entry_points).map_err(|error| fault(error.into()))?;
    Ok(Inspected { info_directory, metadata, wheel, record, entry_points })
}

fn info_directory(archive: &Archive<'_>, project: &ProjectName) -> Result<String, WheelFault> {
    let mut found = archive.top_level.iter().filter(|name| name.ends_with(".dist-info"));
    let info_directory = found.next().ok_or(WheelFault::NoInfoDirectory)?.clone();
    if let Some(second) = found.next() {
        let rest = [second].into_iter().chain(found).cloned();
        return Err(WheelFault::InfoDirectories([info_directory].into_iter().chain(rest).collect()));
    }
    if !ProjectName::normalise(&info_directory).as_str().starts_with(project.as_str()) {
        return Err(WheelFault::OtherProject { info_directory, project: project.to_string() });
    }
    Ok(info_directory)
}

fn check_consistency(metadata: &CoreMetadata, expected: Expected<'_>) -> Result<(), StoreError> {
    let inconsistent = |field, expected: &dyn ToString, found: &dyn ToString| StoreError::Inconsistent {
        field,
        expected: expected.to_string(),
        found: found.to_string(),
    };
    let project = ProjectName::normalise(&metadata.name);
    if project != *expected.project {
        return Err(inconsistent("name", expected.project, &project));
    }
    let Some(version) = expected.version else { return Ok(()) };
    match metadata.version.parse::<Version>() {
        Ok(found) if found == *version => Ok(()),
        Ok(found) => Err(inconsistent("version", version, &found)),
        Err(_) => Err(inconsistent("version", version, &metadata.version)),
    }
}

fn wheel_version_fault(error: MetadataError) -> WheelFault {
    match error {
        MetadataError::MissingField { .. } => WheelFault::NoWheelVersion,
        MetadataError::WheelVersion(version) => WheelFault::InvalidWheelVersion(version),
        other => WheelFault::Metadata(other),
    }
}

fn version_text((major, minor): (u32, u32)) -> String {
    format!("{major}.{minor}")
}
