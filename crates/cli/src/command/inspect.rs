//! `inspect`: an environment as JSON (pip's report of what is installed, version 1).

use environment::native_pip::PIP_INTERFACE_VERSION;
use environment::{Distribution, DistributionKind};
use requirement::Link;
use serde_json::{Map, Value, json};

use crate::context::Context;
use crate::failure::Failure;

/// Runs the command.
pub fn run(context: &Context<'_>) -> Result<u8, Failure> {
    let environment = context.environment()?;
    let installed = context.installed(environment, &context.which())?;
    let markers = environment.markers();
    let variables: Map<String, Value> =
        markers.variables().into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    let report = json!({
        "version": "1",
        "pip_version": PIP_INTERFACE_VERSION,
        "installed": installed.distributions.iter().map(entry).collect::<Vec<_>>(),
        "environment": variables,
    });
    // Like pip's, this is no message: `-q` does not hide it.
    context.console.result(format_args!("{report:#}"));
    Ok(0)
}

/// One distribution: its metadata, and how it came here as far as that was noted.
fn entry(distribution: &Distribution) -> Value {
    let mut entry = Map::new();
    entry.insert("metadata".into(), distribution.whole_metadata().to_value());
    entry.insert("metadata_location".into(), distribution.info.display().to_string().into());
    if let Some(direct_url) = distribution.direct_url() {
        entry.insert("direct_url".into(), direct_url.to_value());
    } else if let Some(location) = distribution.editable_location() {
        // What `setup.py develop` has left notes no address.
        let url = Link::from_path(&location).url().to_owned();
        entry.insert("direct_url".into(), json!({ "url": url, "dir_info": { "editable": true } }));
    }
    let installer = distribution.installer();
    if !installer.is_empty() {
        entry.insert("installer".into(), installer.into());
    }
    if distribution.kind == DistributionKind::DistInfo {
        entry.insert("requested".into(), distribution.requested().into());
    }
    Value::Object(entry)
}
