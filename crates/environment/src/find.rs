//! Finding interpreters: on `PATH`, and where version managers and systems keep them.
//!
//! An executable that does not start (a shim without a chosen version, a link to a removed Python, one that is
//! too old) is passed over: the next may do.

mod places;
mod pyenv;
mod request;

use std::collections::HashSet;
use std::path::PathBuf;

use crate::{Environment, EnvironmentError, FactsCache};

pub use places::Places;
pub use request::InterpreterRequest;

/// An executable that may be what is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    path: PathBuf,
    /// Major and minor version as far as its name or folder tells.
    hint: Option<(u32, Option<u32>)>,
}

/// Finds the first interpreter that fits: on `PATH`, then where pyenv, uv, conda, the system and Homebrew keep
/// theirs, newest first in each of these.
///
/// # Errors
/// [`EnvironmentError::NotFound`] if none fits; for a path, what [`Environment::open`] says of it.
pub fn find(
    request: &InterpreterRequest,
    places: &Places,
    cache: &FactsCache,
) -> Result<Environment, EnvironmentError> {
    if let InterpreterRequest::Path(path) = request {
        return Environment::open(&places.working_folder.join(path), cache);
    }
    let mut tried = HashSet::new();
    for candidate in places.candidates(request) {
        if !request.may_fit(candidate.hint) {
            continue;
        }
        // One interpreter has many names; a second look would not change what it is.
        if !tried.insert(candidate.path.canonicalize().unwrap_or_else(|_| candidate.path.clone())) {
            continue;
        }
        if let Ok(environment) = Environment::open(&candidate.path, cache)
            && request.fits(&environment)
        {
            return Ok(environment);
        }
    }
    Err(EnvironmentError::NotFound(request.to_string()))
}

/// All interpreters that can be found, each once, in the order in which [`find`] looks at them.
pub fn find_all(places: &Places, cache: &FactsCache) -> Vec<Environment> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for candidate in places.candidates(&InterpreterRequest::Any) {
        let Ok(environment) = Environment::open(&candidate.path, cache) else { continue };
        let base = environment.base_python();
        if seen.insert(base.canonicalize().unwrap_or_else(|_| base.to_owned())) {
            found.push(environment);
        }
    }
    found
}
