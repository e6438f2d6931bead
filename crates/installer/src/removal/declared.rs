//! What a distribution says it consists of, for each way in which it may have been installed.

use std::fs;
use std::path::{Path, PathBuf};

use environment::{Distribution, DistributionKind};
use metadata::RecordRow;

use super::{PathLine, Removal};
use crate::target::real;
use crate::{InstallError, Target};

/// Fills in what belongs to the distribution, the cases in pip's order.
pub(super) fn read(
    removal: &mut Removal,
    distribution: &Distribution,
    target: &Target,
) -> Result<(), InstallError> {
    match distribution.kind {
        DistributionKind::DistInfo => dist_info(removal, distribution)?,
        DistributionKind::EggInfoFolder if !is_develop(distribution) => flat_egg_info(removal, distribution),
        DistributionKind::Develop | DistributionKind::EggInfoFolder => {
            develop(removal, distribution, target)?;
        }
        DistributionKind::Egg => egg(removal, distribution),
        DistributionKind::EggInfoFile => {
            let (name, version) = (removal.name.clone(), removal.version.clone());
            return Err(InstallError::DistutilsInstall { name, version });
        }
    }
    Ok(())
}

/// pip: a folder `<name>.egg-info` without a version is what a develop install leaves beside the sources.
fn is_develop(distribution: &Distribution) -> bool {
    let develop = format!("{}.egg-info", distribution.name().replace('-', "_"));
    distribution.info.as_os_str().as_encoded_bytes().ends_with(develop.as_bytes())
}

fn dist_info(removal: &mut Removal, distribution: &Distribution) -> Result<(), InstallError> {
    let record = distribution.record().map_err(|error| InstallError::Unreadable {
        path: distribution.info.join("RECORD"),
        reason: error.to_string(),
    })?;
    if let Some(record) = record {
        removal.files = record.rows;
        removal.record = Some(distribution.info.join("RECORD"));
        return Ok(());
    }
    if let Some(files) = installed_files(distribution) {
        removal.files = without_digests(files);
        return Ok(());
    }
    let installer = Some(distribution.installer()).filter(|name| !name.is_empty() && name != "pip");
    Err(InstallError::MissingRecord {
        name: removal.name.clone(),
        version: removal.version.clone(),
        installer,
    })
}

fn without_digests(files: Vec<String>) -> Vec<RecordRow> {
    files.into_iter().map(|path| RecordRow { path, digest: String::new(), size: String::new() }).collect()
}

/// A `.egg-info` folder beside the packages: `setup.py install --single-version-externally-managed`.
fn flat_egg_info(removal: &mut Removal, distribution: &Distribution) {
    removal.others.push(distribution.info.to_path_buf());
    if let Some(files) = installed_files(distribution) {
        removal.files = without_digests(files);
    } else if let Some(top_level) = distribution.read("top_level.txt") {
        let lines = |bytes: Vec<u8>| -> Vec<String> {
            String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect()
        };
        let namespaces = distribution.read("namespace_packages.txt").map(lines).unwrap_or_default();
        for name in lines(top_level) {
            // One name of something importable: anything else could lead elsewhere.
            if name.is_empty() || name.contains('/') || name.starts_with('.') || namespaces.contains(&name) {
                continue;
            }
            for suffix in ["", ".py", ".pyc", ".pyo"] {
                removal.others.push(distribution.location.join(format!("{name}{suffix}")));
            }
        }
    }
}

fn egg(removal: &mut Removal, distribution: &Distribution) {
    let location = real(&distribution.location);
    if let (Some(folder), Some(name)) = (location.parent(), location.file_name()) {
        removal
            .path_lines
            .push(PathLine { file: folder.join("easy-install.pth"), line: Path::new("./").join(name) });
    }
    removal.others.push(location);
}

/// `setup.py develop`: an egg-link in site-packages that names the sources, and a line in
/// `easy-install.pth`. Without an egg-link pip knows nothing to remove.
fn develop(removal: &mut Removal, distribution: &Distribution, target: &Target) -> Result<(), InstallError> {
    let Some(link) = egg_link(distribution.name(), target) else { return Ok(()) };
    let text = fs::read(&link).map_err(|error| InstallError::io("read", &link, error))?;
    let pointer = String::from_utf8_lossy(&text).lines().next().unwrap_or_default().trim().to_owned();
    let pointer = real(Path::new(&pointer));
    if pointer != real(&distribution.location) {
        let (name, location) = (removal.name.clone(), distribution.location.to_path_buf());
        return Err(InstallError::EggLinkMismatch { link, pointer, name, location });
    }
    if let Some(folder) = link.parent() {
        removal.path_lines.push(PathLine {
            file: folder.join("easy-install.pth"),
            line: distribution.location.to_path_buf(),
        });
    }
    removal.others.push(link);
    Ok(())
}

/// Where pip looks for the egg-link of a project: in site-packages, and in the user's before or after it.
fn egg_link(name: &str, target: &Target) -> Option<PathBuf> {
    // Every run of other characters becomes one dash.
    let mut safe = String::new();
    let mut in_run = false;
    for character in name.chars() {
        let is_kept = character.is_ascii_alphanumeric() || character == '.';
        if is_kept {
            safe.push(character);
        } else if !in_run {
            safe.push('-');
        }
        in_run = !is_kept;
    }
    let site = Some(&target.scheme.purelib);
    let user = target.user.as_ref().map(|(site, _)| site);
    let sites = if target.is_virtual { [site, user] } else { [user, site] };
    sites
        .into_iter()
        .flatten()
        .flat_map(|site| [&*safe, name].map(|name| site.join(format!("{name}.egg-link"))))
        .find(|link| link.is_file())
}

/// `installed-files.txt`, whose paths are relative to the metadata folder, as paths relative to the location.
fn installed_files(distribution: &Distribution) -> Option<Vec<String>> {
    let text = distribution.read("installed-files.txt")?;
    let info = distribution.info.strip_prefix(&distribution.location).unwrap_or(Path::new(""));
    let files = String::from_utf8_lossy(&text);
    let files = files.lines().filter(|line| !line.is_empty()).map(|line| {
        let (mut folder, mut file) = (info.to_path_buf(), Path::new(line));
        while let Ok(rest) = file.strip_prefix("..") {
            if !folder.pop() {
                break;
            }
            file = rest;
        }
        folder.join(file).to_string_lossy().into_owned()
    });
    Some(files.collect())
}
