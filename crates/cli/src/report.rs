//! `install --report`: what was chosen, as JSON for programs (pip's installation report, version 1).

use std::env;
use std::fs;

use environment::native_pip::PIP_INTERFACE_VERSION;
use index::{DownloadRequest, Hashes, Index, OwnedFile};
use metadata::{DirectUrl, DirectUrlKind};
use options::Text;
use resolver::{Chosen, ResolvedPackage};
use serde_json::{Map, Value, json};
use session::Prepared;
use specifier::MarkerEnvironment;

use crate::context::Context;
use crate::failure::{Failure, reason};

/// Writes the report, where `--report` asks for one: to a file, or for `-` to standard output.
///
/// `prepared` is nothing where all is satisfied, and comes with the index that it is from.
///
/// # Errors
/// The file cannot be written, or a file that is announced without a digest cannot be fetched.
pub fn write(
    context: &Context<'_>,
    markers: &MarkerEnvironment,
    prepared: Option<(&Prepared, &Index)>,
) -> Result<(), Failure> {
    let Some(path) = context.text(Text::Report) else { return Ok(()) };
    let install = match prepared {
        Some((prepared, index)) => {
            let decided = prepared.resolution.decided();
            decided.map(|package| entry(package, prepared, index)).collect::<Result<Vec<_>, _>>()?
        }
        None => Vec::new(),
    };
    let environment: Map<String, Value> = markers
        .variables()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), Value::String(value.to_owned())))
        .collect();
    let report = json!({
        "version": "1",
        "pip_version": PIP_INTERFACE_VERSION,
        "install": install,
        "environment": environment,
    });
    if path == "-" {
        context.console.result(format_args!("{report:#}"));
        return Ok(());
    }
    fs::write(context.process.working_directory.join(path), format!("{report:#}")).map_err(|error| {
        let reason = reason(&error);
        Failure::error(format_args!("Could not install packages due to an OSError: {reason}: '{path}'\n"))
    })
}

fn entry(package: &ResolvedPackage, prepared: &Prepared, index: &Index) -> Result<Value, Failure> {
    let fetched = prepared.wheels.get(&package.project);
    let (download_info, is_direct, is_yanked) = match &package.chosen {
        Chosen::File(file) => match file.file() {
            Some(file) => {
                let is_yanked = file.yanked().is_some();
                let wheel = fetched.map(|fetched| fetched.wheel.sha256().to_string());
                (Some(download_info(&file.to_owned(), wheel, index)?), false, is_yanked)
            }
            None => (None, false, false),
        },
        Chosen::Direct(_) => (prepared.direct_urls.get(&package.project).cloned(), true, false),
        Chosen::Installed(_) => (None, false, false),
    };
    let mut entry = Map::new();
    entry.insert("download_info".into(), download_info.map_or(Value::Null, |info| info.to_value()));
    entry.insert("is_direct".into(), is_direct.into());
    entry.insert("is_yanked".into(), is_yanked.into());
    entry.insert("requested".into(), package.user_supplied.into());
    entry.insert("metadata".into(), package.metadata.to_value());
    if package.user_supplied && !package.extras.is_empty() {
        let extras: Vec<&str> = package.extras.iter().map(specifier::ExtraName::as_str).collect();
        entry.insert("requested_extras".into(), extras.into());
    }
    Ok(Value::Object(entry))
}

/// A file of an index. One that is announced without a digest is fetched for it, unless its metadata file has made
/// that needless for pip, too.
pub fn download_info(file: &OwnedFile, wheel: Option<String>, index: &Index) -> Result<DirectUrl, Failure> {
    let announced = file.hashes.iter().next().map(|digest| (digest.algorithm.name(), digest.hex.clone()));
    let hash = match announced {
        Some(announced) => Some(announced),
        None if file.metadata.is_some() => None,
        None => {
            let wheel = wheel.filter(|_| file.filename.ends_with(".whl"));
            Some(("sha256", wheel.map_or_else(|| digest_of(file, index), Ok)?))
        }
    };
    let hashes = hash.map(|(name, digest)| (name.to_owned(), digest)).into_iter().collect();
    Ok(DirectUrl {
        url: index::remove_credentials(&file.url),
        subdirectory: None,
        kind: DirectUrlKind::Archive { hashes },
    })
}

/// The SHA-256 of a file, which is fetched for it.
pub fn digest_of(file: &OwnedFile, index: &Index) -> Result<String, Failure> {
    const MEMORY_LIMIT: u64 = 64 * 1024 * 1024;
    let request = DownloadRequest {
        file: file.clone(),
        expected: Hashes::default(),
        folder: env::temp_dir(),
        memory_limit: MEMORY_LIMIT,
        progress: None,
    };
    Ok(index.download(&request)?.sha256().to_owned())
}
