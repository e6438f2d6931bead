//! Looking at all wheels of the store, and taking out what is damaged.

#[cfg(test)]
mod tests;

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::SystemTime,
};

use crate::{
    ByteCode, Fingerprint, Sha256, Store, StoreError, UnpackedWheel, byte_code, manifest, publish,
    wheels::OF_LAYERS,
};

/// How many files are read at once. A disk is not faster for more, and hashing keeps up with it.
const THREADS: usize = 2;

/// What became of the store.
#[derive(Debug, Default)]
pub struct Verification {
    /// How many wheels there were.
    pub wheels: usize,
    /// How many bytes of theirs were compared.
    pub bytes: u64,
    /// What was damaged and is gone now, ordered by place. It is made again when it is needed.
    pub damaged: Vec<DamagedEntry>,
    /// How many pieces of unfinished work of crashed processes were removed.
    pub abandoned: usize,
}

/// A wheel of the store, or its byte-code for one interpreter, that is not what it was when it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DamagedEntry {
    /// The folder that it had.
    pub place: PathBuf,
    /// Name and version of the wheel, where its manifest can be read.
    pub wheel: Option<String>,
    /// What is wrong with which of its files, by absolute path.
    pub files: Vec<(PathBuf, Damage)>,
}

/// What is wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// It is not there.
    Missing,
    /// It is another one, or cannot be read.
    Changed,
}

/// What becomes of damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Care {
    /// It is removed.
    Mend,
    /// It is told, and stays.
    Tell,
}

impl Store {
    /// Compares everything in the store with what its manifests say, removes what is damaged, and what crashed processes
    /// have left. What is installed is not touched.
    pub fn verify(&self) -> Result<Verification, StoreError> {
        let abandoned = self.sweep()?;
        let mut verification = self.look(Care::Mend)?;
        for wheel in folders_in(&self.root().join(OF_LAYERS))? {
            verification.damaged.extend(self.verify_byte_code(&wheel, None, Care::Mend)?);
        }
        Ok(Verification { abandoned, ..verification })
    }

    /// The same for a store that is somebody else's: tells what is damaged, and changes nothing.
    pub fn inspect(&self) -> Result<Verification, StoreError> {
        self.look(Care::Tell)
    }

    fn look(&self, care: Care) -> Result<Verification, StoreError> {
        let mut verification = Verification::default();
        let entries = self.entries()?;
        let next = AtomicUsize::new(0);
        let results = Mutex::new(Vec::new());
        thread::scope(|scope| {
            let work = || {
                while let Some((sha256, place)) = entries.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let found = self.verify_wheel(*sha256, place, care);
                    results.lock().unwrap_or_else(PoisonError::into_inner).push(found);
                }
            };
            for _ in 1..THREADS {
                // Threads that cannot be had only make it slower.
                let _ = thread::Builder::new().spawn_scoped(scope, work);
            }
            work();
        });
        for found in results.into_inner().unwrap_or_else(PoisonError::into_inner) {
            let found = found?;
            verification.wheels += found.wheels;
            verification.bytes += found.bytes;
            verification.damaged.extend(found.damaged);
        }
        verification.damaged.sort_by(|one, other| one.place.cmp(&other.place));
        Ok(verification)
    }

    /// The wheels that are here, sound or not.
    fn entries(&self) -> Result<Vec<(Sha256, PathBuf)>, StoreError> {
        let mut entries = Vec::new();
        for shelf in folders_in(self.root())? {
            if shelf.file_name().is_some_and(|name| name.len() == 2) {
                let digest = |place: &PathBuf| place.file_name()?.to_str()?.parse().ok();
                entries.extend(
                    folders_in(&shelf)?.into_iter().filter_map(|place| Some((digest(&place)?, place))),
                );
            }
        }
        entries.sort_by(|(_, one), (_, other)| one.cmp(other));
        Ok(entries)
    }

    fn verify_wheel(&self, sha256: Sha256, place: &Path, care: Care) -> Result<Verification, StoreError> {
        let mut found = Verification { wheels: 1, ..Verification::default() };
        let Some(wheel) = self.own_wheel(sha256) else {
            // Another process may just have taken it away.
            if place.is_dir() {
                let files = vec![(place.join(manifest::FILE), Damage::Changed)];
                found.damaged.push(self.damaged(place, None, files, care)?);
            }
            return Ok(found);
        };
        found.bytes = wheel.manifest().total_size();
        let name = Some(format!("{} {}", wheel.manifest().name(), wheel.manifest().version()));
        let files = wheel.damaged_files();
        if files.is_empty() {
            found.damaged = self.verify_byte_code(place, name.as_deref(), care)?;
        } else {
            let files = files.into_iter().map(|(path, damage)| (wheel.content().join(path), damage));
            found.damaged.push(self.damaged(place, name, files.collect(), care)?);
        }
        Ok(found)
    }

    /// The byte-code in the folder of a wheel.
    fn verify_byte_code(
        &self,
        place: &Path,
        wheel: Option<&str>,
        care: Care,
    ) -> Result<Vec<DamagedEntry>, StoreError> {
        let mut damaged = Vec::new();
        for folder in folders_in(place)?.into_iter().filter(|folder| byte_code::is_folder(folder)) {
            let files = damaged_byte_code(&folder, care);
            if !files.is_empty() {
                damaged.push(self.damaged(&folder, wheel.map(ToOwned::to_owned), files, care)?);
            }
        }
        Ok(damaged)
    }

    fn damaged(
        &self,
        place: &Path,
        wheel: Option<String>,
        files: Vec<(PathBuf, Damage)>,
        care: Care,
    ) -> Result<DamagedEntry, StoreError> {
        if care == Care::Mend {
            publish::remove(self.root(), place)?;
        }
        Ok(DamagedEntry { place: place.to_owned(), wheel, files })
    }
}

impl UnpackedWheel {
    /// Compares all files in the store with their fingerprints in the manifest. Gives the paths of those that are
    /// missing or changed; none when the wheel is sound.
    pub fn damaged_files(&self) -> Vec<(&str, Damage)> {
        let damage = |path: &str, is: Fingerprint| match Fingerprint::of_file(&self.content().join(path)) {
            Ok(found) if found == is => None,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Some(Damage::Missing),
            _ => Some(Damage::Changed),
        };
        let files = self.manifest().files();
        files.filter_map(|file| Some((file.path, damage(file.path, file.fingerprint)?))).collect()
    }
}

/// What is wrong with the byte-code in a folder. It has no digests: its files count as sound when they have the right size
/// and were not written after the folder was complete.
fn damaged_byte_code(folder: &Path, care: Care) -> Vec<(PathBuf, Damage)> {
    let complete = fs::metadata(folder).and_then(|metadata| metadata.modified());
    let byte_code = match care {
        Care::Mend => ByteCode::read(folder.to_owned()),
        Care::Tell => ByteCode::read_only(folder.to_owned()),
    };
    let (Some(byte_code), Ok(complete)) = (byte_code, complete) else {
        return vec![(folder.join(byte_code::MANIFEST), Damage::Changed)];
    };
    let damage = |path: &Path, size: u64| match fs::symlink_metadata(path) {
        Ok(file) if file.len() == size && !is_later(&file, complete) => None,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Some(Damage::Missing),
        _ => Some(Damage::Changed),
    };
    let files = byte_code.files().map(|file| (folder.join(file.stored_name), file.size));
    files.filter_map(|(path, size)| damage(&path, size).map(|damage| (path, damage))).collect()
}

fn is_later(file: &fs::Metadata, time: SystemTime) -> bool {
    file.modified().is_ok_and(|modified| modified > time)
}

/// The folders in a folder; none when it is not there.
fn folders_in(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(StoreError::io("read", folder)(error)),
    };
    let is_folder = |entry: &fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
    Ok(entries.filter_map(Result::ok).filter(is_folder).map(|entry| entry.path()).collect())
}
