//! What a transaction is about to do, written down before it does it, and the way back.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use crate::InstallError;
use crate::aside::shift;
use crate::remove::remove_tree;

/// The folder of a transaction, in [`Target::journal_folder`](crate::Target::journal_folder).
pub(crate) const FOLDER: &str = ".oxipip-transaction";
/// Who has made it, where locks do not tell.
pub(crate) const HOLDER: &str = ".oxipip-holder";
/// The journal in it. While it is there, the transaction can be undone, and must be or be finished.
pub(crate) const JOURNAL: &str = "journal";
/// The journal of a transaction that has committed.
const ENDED: &str = "ended";
/// What was moved away, in the folder of the transaction; the step with number `n` under the name `n`.
const ASIDE: &str = "aside";

const HEADER: &[u8] = b"oxipip journal 1\0";
const END: &[u8] = b"end\0";

/// Everything a transaction changes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Journal {
    /// What is moved aside.
    pub(crate) moved: Vec<PathBuf>,
    /// Folders that are made, without those inside others of them.
    pub(crate) made_folders: Vec<PathBuf>,
    /// Files that are made in folders that were there before.
    pub(crate) made_files: Vec<PathBuf>,
    /// Folders of which everything is made, but for the folder of the transaction.
    pub(crate) refilled: Vec<PathBuf>,
}

impl Journal {
    /// Writes the journal into the folder of its transaction. Until this has returned, nothing may be changed: a
    /// journal without its end is one of a transaction that had not begun.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), InstallError> {
        let mut bytes = HEADER.to_vec();
        for (tag, paths) in [
            (b'a', &self.moved),
            (b'd', &self.made_folders),
            (b'f', &self.made_files),
            (b'r', &self.refilled),
        ] {
            for path in paths {
                bytes.push(tag);
                bytes.extend_from_slice(path.as_os_str().as_bytes());
                bytes.push(0);
            }
        }
        bytes.extend_from_slice(END);
        let path = folder.join(JOURNAL);
        let write = |path: &Path| fs::File::create_new(path)?.write_all(&bytes);
        write(&path).map_err(|error| InstallError::io("write", &path, error))
    }

    /// The journal in the folder of a transaction; `None` when it has committed or had not begun.
    pub(crate) fn read(folder: &Path) -> Result<Option<Self>, InstallError> {
        let path = folder.join(JOURNAL);
        match fs::read(&path) {
            Ok(bytes) => Self::parse(&path, &bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(InstallError::io("read", &path, error)),
        }
    }

    /// The journal of a transaction that has committed, from its folder.
    pub(crate) fn read_ended(folder: &Path) -> Result<Self, InstallError> {
        let path = folder.join(ENDED);
        let bytes = fs::read(&path).map_err(|error| InstallError::io("read", &path, error))?;
        Self::parse(&path, &bytes)?.ok_or(InstallError::Journal { path })
    }

    fn parse(path: &Path, bytes: &[u8]) -> Result<Option<Self>, InstallError> {
        let Some(records) = bytes.strip_suffix(END) else { return Ok(None) };
        let unknown = || InstallError::Journal { path: path.to_path_buf() };
        let records = records.strip_prefix(HEADER).ok_or_else(unknown)?;
        let mut journal = Self::default();
        for record in records.split(|&byte| byte == 0).filter(|record| !record.is_empty()) {
            let (tag, path) = record.split_first().ok_or_else(unknown)?;
            let paths = match tag {
                b'a' => &mut journal.moved,
                b'd' => &mut journal.made_folders,
                b'f' => &mut journal.made_files,
                b'r' => &mut journal.refilled,
                _ => return Err(unknown()),
            };
            paths.push(PathBuf::from(OsStr::from_bytes(path)));
        }
        Ok(Some(journal))
    }

    /// Ends the transaction: from here on nothing is undone.
    pub(crate) fn commit(folder: &Path) -> Result<(), InstallError> {
        let path = folder.join(JOURNAL);
        fs::rename(&path, folder.join(ENDED)).map_err(|error| InstallError::io("rename", &path, error))
    }

    /// Writes the journal, moves aside what it says, has `change` do the rest, and commits; or undoes all of it.
    pub(crate) fn carry_out(
        &self,
        folder: &Path,
        change: impl FnOnce() -> Result<(), InstallError>,
    ) -> Result<(), InstallError> {
        self.write(folder)?;
        let done = self.move_aside(folder).and_then(|()| change()).and_then(|()| Self::commit(folder));
        done.map_err(|cause| match self.undo(folder).and_then(|()| Self::commit(folder)) {
            Ok(()) => cause,
            Err(undo) => InstallError::NotUndone { cause: Box::new(cause), undo: Box::new(undo) },
        })
    }

    /// Moves away what the transaction removes or replaces.
    fn move_aside(&self, folder: &Path) -> Result<(), InstallError> {
        if self.moved.is_empty() {
            return Ok(());
        }
        let aside = aside(folder);
        fs::create_dir(&aside).map_err(|error| InstallError::io("create", &aside, error))?;
        for (number, from) in self.moved.iter().enumerate() {
            shift(from, &aside.join(number.to_string()))
                .map_err(|error| InstallError::io("move aside", from, error))?;
        }
        Ok(())
    }

    /// Brings back what was before. Can be cut off and repeated at any point.
    pub(crate) fn undo(&self, folder: &Path) -> Result<(), InstallError> {
        let aside = aside(folder);
        let mut stashed = Vec::with_capacity(self.moved.len());
        for (number, from) in self.moved.iter().enumerate() {
            let path = aside.join(number.to_string());
            match fs::symlink_metadata(&path) {
                Ok(_) => stashed.push((path, from)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                // What cannot be looked at may be there, and must not be deleted with what is left over.
                Err(error) => return Err(InstallError::io("look at", &path, error)),
            }
        }
        // Nothing is made before all is moved, and nothing is moved back before all that was made is removed: when
        // something is missing here, what stands in the environment is old.
        if stashed.len() == self.moved.len() {
            for made in &self.made_files {
                absent_is_fine(fs::remove_file(made))
                    .map_err(|error| InstallError::io("remove", made, error))?;
            }
            for made in &self.made_folders {
                absent_is_fine(remove_tree(made)).map_err(|error| InstallError::io("remove", made, error))?;
            }
            self.refilled.iter().try_for_each(|folder| empty(folder))?;
        }
        for (stashed, from) in stashed.iter().rev() {
            shift(stashed, from).map_err(|error| InstallError::io("bring back", from, error))?;
        }
        Ok(())
    }
}

/// Where a transaction keeps what it moved away.
pub(crate) fn aside(folder: &Path) -> PathBuf {
    folder.join(ASIDE)
}

/// The entries of a folder without that of a transaction, and without what says whose that is.
pub(crate) fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let mut entries = entries.collect::<io::Result<Vec<_>>>()?;
    entries.retain(|path| ![FOLDER, HOLDER].map(OsStr::new).map(Some).contains(&path.file_name()));
    Ok(entries)
}

/// Removes all that is in a folder, but for the folder of a transaction.
pub(crate) fn empty(folder: &Path) -> Result<(), InstallError> {
    let entries = entries(folder).map_err(|error| InstallError::io("read", folder, error))?;
    entries.iter().try_for_each(|path| {
        let is_folder = path.symlink_metadata().is_ok_and(|found| found.is_dir());
        let removed = if is_folder { remove_tree(path) } else { fs::remove_file(path) };
        absent_is_fine(removed).map_err(|error| InstallError::io("remove", path, error))
    })
}

fn absent_is_fine(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}
