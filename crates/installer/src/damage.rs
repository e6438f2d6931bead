//! Whether what is installed is still what was installed.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use environment::Distribution;
use metadata::RecordRow;
use store::Hasher;

/// What is wrong with the files of a distribution.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Damage {
    /// Files that its `RECORD` lists and that are not there.
    pub missing: Vec<PathBuf>,
    /// Files whose content is not the one that its `RECORD` has the digest of, or that cannot be read.
    pub changed: Vec<PathBuf>,
}

/// Compares the files of a distribution with its `RECORD`. Files without a SHA-256 digest there, such as byte-code, are
/// left out; a distribution without a `RECORD` cannot be compared and has no damage.
pub fn damage(distribution: &Distribution) -> Damage {
    let mut damage = Damage::default();
    let Ok(Some(record)) = distribution.record() else { return damage };
    for row in record.rows {
        let Some(expected) = expected(&row) else { continue };
        let path = distribution.location.join(&row.path);
        match digest(&path) {
            Ok(found) if found == expected => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => damage.missing.push(path),
            _ => damage.changed.push(path),
        }
    }
    damage
}

/// The files that are younger than their `RECORD` and not as it says. Older ones are not read: nobody has written to them
/// since, and a wheel's own list may be wrong.
pub(crate) fn changed_since(record: &Path, location: &Path, rows: &[RecordRow]) -> Vec<PathBuf> {
    let Ok(Ok(written)) = fs::symlink_metadata(record).map(|found| found.modified()) else {
        return Vec::new();
    };
    let mut changed = Vec::new();
    for row in rows {
        let Some(expected) = expected(row) else { continue };
        let path = location.join(&row.path);
        let Ok(found) = fs::symlink_metadata(&path) else { continue };
        let is_younger = found.modified().is_ok_and(|time| time > written);
        if is_younger && digest(&path).is_ok_and(|now| now != expected) {
            changed.push(path);
        }
    }
    changed
}

/// The digest that a row has, if it is of the kind that all installers write.
fn expected(row: &RecordRow) -> Option<&str> {
    row.digest.strip_prefix("sha256=").map(|digest| digest.trim_end_matches('='))
}

/// The digest of a file, in the form of a `RECORD`.
fn digest(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hasher = Hasher::default();
    let mut piece = vec![0; 1 << 16];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hasher.finish().to_base64()),
            read => hasher.update(piece.get(..read).unwrap_or_default()),
        }
    }
}
