//! The files of one wheel on their way through the workers.

use std::{
    fs, mem,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    CompileTarget,
    worker::{Outcome, Worker},
};
use crate::{
    ByteCode, Sha256, StoreError, UnpackedWheel,
    byte_code::{CompiledFile, stored_name},
    publish::Unfinished,
};

/// A wheel that is being compiled.
#[derive(Debug)]
struct Batch {
    wheel: UnpackedWheel,
    target: CompileTarget,
    progress: Mutex<Progress>,
}

#[derive(Debug)]
struct Progress {
    left: usize,
    compiled: Vec<CompiledFile>,
    error: Option<StoreError>,
    /// Taken by whoever publishes the wheel.
    folder: Option<Unfinished>,
}

/// One file of it.
#[derive(Debug)]
pub struct Job {
    batch: Arc<Batch>,
    file: usize,
    place: PathBuf,
}

/// The work on a wheel, one job for each Python file. Byte-code of a wheel without Python files is published at once.
pub fn begin(wheel: &UnpackedWheel, target: &CompileTarget) -> Result<Vec<Job>, StoreError> {
    let folder = Unfinished::begin(wheel.store().root(), &target.folder_name())?;
    // pip compiles whatever it installs under this ending, scripts and data too.
    let files = wheel.manifest().files().filter(|file| file.name.ends_with(".py"));
    let places: Vec<_> =
        files.map(|file| (file.index, folder.path().join(stored_name(file.index)))).collect();
    if places.is_empty() {
        ByteCode::publish(wheel, target, folder, &mut Vec::new())?;
        return Ok(Vec::new());
    }
    let progress = Progress { left: places.len(), compiled: Vec::new(), error: None, folder: Some(folder) };
    let batch =
        Arc::new(Batch { wheel: wheel.clone(), target: target.clone(), progress: Mutex::new(progress) });
    Ok(places.into_iter().map(|(file, place)| Job { batch: Arc::clone(&batch), file, place }).collect())
}

impl Job {
    /// The wheel it belongs to.
    pub fn sha256(&self) -> Sha256 {
        self.batch.wheel.sha256()
    }

    /// Has the file compiled. An error means that the worker has died.
    pub fn run(&self, worker: &mut Worker) -> std::io::Result<Outcome> {
        let wheel = &self.batch.wheel;
        let Some(file) = wheel.manifest().file(self.file) else { return Ok(Outcome::Skipped) };
        worker.compile(&wheel.content().join(file.path), &self.place, installed_path(file.path))
    }

    /// Removes what a worker has left that died on the file.
    pub fn begin_again(&self) {
        // Usually there is nothing; what stays makes the next worker fail.
        let _ = fs::remove_file(&self.place);
    }

    /// Notes what became of the file. The wheel's last file gives the whole result.
    pub fn finish(self, outcome: Outcome) -> Option<Result<ByteCode, StoreError>> {
        let mut progress = self.batch.progress.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome {
            Outcome::Compiled(size) => progress.compiled.push(CompiledFile { file: self.file, size }),
            Outcome::Skipped => {}
            Outcome::Failed(error) => {
                progress.error.get_or_insert(StoreError::io("compile to", &self.place)(error));
            }
        }
        progress.left = progress.left.saturating_sub(1);
        if progress.left > 0 {
            return None;
        }
        let folder = progress.folder.take()?;
        let mut compiled = mem::take(&mut progress.compiled);
        Some(match progress.error.take() {
            Some(error) => Err(error),
            None => ByteCode::publish(&self.batch.wheel, &self.batch.target, folder, &mut compiled),
        })
    }
}

/// The path to record in code objects: where the file will be below the folder it is installed to. Importing
/// replaces it by the real one.
fn installed_path(path: &str) -> &str {
    let mut parts = path.splitn(3, '/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(top), Some(_), Some(rest)) if top.ends_with(".data") => rest,
        _ => path,
    }
}
