//! From options to how wheels are kept, compiled and placed.

use std::env;
use std::path::Path;
use std::thread;

use environment::Environment;
use installer::{LinkMode, Options, Target};
use options::{Switch, Text};
use store::{CompileTarget, Invalidation, Notice, Store};

use crate::console::Voice;
use crate::context::Context;
use crate::failure::Failure;

/// Byte-code for the interpreter that the environment runs.
pub fn compile_target(context: &Context<'_>, environment: &Environment) -> CompileTarget {
    let reproducible = context.process.set_variable("SOURCE_DATE_EPOCH").is_some();
    CompileTarget {
        python: environment.base_python().to_owned(),
        cache_tag: environment.cache_tag().to_owned(),
        magic_number: environment.magic_number().to_owned(),
        invalidation: if reproducible { Invalidation::CheckedHash } else { Invalidation::Timestamp },
    }
}

/// One worker for each processor.
pub fn workers() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// The store, and the folder it disappears with under `--no-cache-dir`.
pub fn store(context: &Context<'_>) -> Result<(Store, Option<tempfile::TempDir>), Failure> {
    let voice = Voice::new(context.verbosity());
    let say = move |notice: &Notice<'_>| match notice {
        Notice::PassedBy(place) => {
            voice.verbose(format_args!("Passing by {}, which is damaged", place.display()));
        }
        Notice::Refused(error) => voice.warning(format_args!(
            "The cache cannot keep everything: {error}. What it does not keep is made again each time."
        )),
    };
    let open = |folder: &Path| Store::with_others(folder, &context.own_layers(), say);
    if let Some(cache) = context.own_cache() {
        return Ok((open(&cache), None));
    }
    let folder = tempfile::Builder::new()
        .prefix("oxipip-")
        .tempdir()
        .map_err(|error| Failure::error(format_args!("Cannot make a temporary folder: {error}")))?;
    Ok((open(folder.path()), Some(folder)))
}

/// `--link-mode`.
pub fn link_mode(context: &Context<'_>) -> Result<LinkMode, Failure> {
    match context.text(Text::LinkMode) {
        Some(name) => name.parse::<LinkMode>().map_err(Failure::error),
        None => Ok(LinkMode::default()),
    }
}

/// How files are placed, whether scripts off `PATH` are warned of, and where the change is kept.
pub fn placing(context: &Context<'_>, target: &Target) -> Result<Options, Failure> {
    let search_path = env::var_os("PATH").filter(|_| context.is_on(Switch::WarnScriptLocation));
    let history = context.history(target);
    Ok(Options { link_mode: link_mode(context)?, search_path, history, ..Options::default() })
}
