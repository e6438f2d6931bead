//! Putting one wheel into the environment.
//!
//! Paths are relative to the descriptor of the scheme's folder they go to, and nothing is asked of
//! the system that the manifest tells already: one call makes a folder, one call makes a file.

use std::fs;
use std::io::Write as _;
use std::iter;
use std::ops::Range;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::os::unix::fs::MetadataExt as _;

use rustix::fs::Mode;
use rustix::io::Errno;
use store::{ByteCode, File, Fingerprint};

use super::Site;
use crate::layout::{Fate, Layout, Spread, files_in};
use crate::link::{self, Source};
use crate::record::{self, Made};
use crate::{InstallError, LinkMode, scripts};

/// With so many files in a directory, opening it where it is and where it goes costs less than the longer paths.
const FILES_WORTH_OPENING: usize = 8;

/// A directory of a wheel while its files are placed.
struct Near<'a> {
    source: Source<'a>,
    folder: OwnedFd,
}

/// A wheel while it is placed.
pub(super) struct Wheel<'a> {
    site: &'a Site<'a>,
    layout: &'a Layout<'a>,
    content: Source<'a>,
    byte_code: Option<(&'a ByteCode, Source<'a>, LinkMode)>,
    written: Written,
}

/// What placing the files of a wheel leaves to be told by its `RECORD`.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// The files that were written, not linked.
    made: Vec<Made>,
    /// The byte-code that could not be made valid for the file that was written.
    missing_byte_code: Vec<usize>,
}

impl Written {
    pub(super) fn append(&mut self, mut other: Self) {
        self.made.append(&mut other.made);
        self.missing_byte_code.append(&mut other.missing_byte_code);
    }
}

impl<'a> Wheel<'a> {
    pub(super) fn open(site: &'a Site<'a>, layout: &'a Layout<'a>) -> Result<Self, InstallError> {
        let wheel = &layout.placement.wheel;
        let open = |path| Source::open(path).map_err(|_| InstallError::damaged(wheel, path.to_path_buf()));
        let content = open(wheel.content())?;
        let byte_code = match &layout.placement.byte_code {
            Some(code) if code.files().len() > 0 => {
                let source = open(code.root())?;
                let mode = site.linker.mode_for(source.owner().ok());
                Some((code, source, mode))
            }
            _ => None,
        };
        Ok(Self { site, layout, content, byte_code, written: Written::default() })
    }

    /// Places the files of some directories.
    pub(super) fn place(&mut self, directories: Range<usize>) -> Result<Written, InstallError> {
        let manifest = self.layout.placement.wheel.manifest();
        self.make_folders_above(directories.start)?;
        let mut cache_folder = String::new();
        let first = manifest.directory(directories.start).map_or(0, |directory| directory.files.start);
        let code = self.byte_code.as_ref().map(|(code, ..)| *code);
        let mut compiled = code.into_iter().flat_map(|code| code.files_from(first)).peekable();
        for directory in directories.filter_map(|index| manifest.directory(index)) {
            let Some(spread) = self.layout.spread.get(directory.index).copied().flatten() else { continue };
            let folder = directory.path.get(spread.cut..).unwrap_or_default();
            self.make_folder(spread.root, folder)?;
            let is_worth_it = !folder.is_empty() && directory.files.len() >= FILES_WORTH_OPENING;
            let near = if is_worth_it { self.near(directory.path, spread.root, folder) } else { None };
            let mut has_cache_folder = false;
            for file in files_in(manifest, &directory) {
                let fate = self.layout.fates.get(&file.index);
                let source_time = match fate {
                    None => self.link(&file, spread, near.as_ref())?,
                    Some(Fate::Rewritten) => self.rewrite(&file, spread)?,
                    Some(_) => continue,
                };
                while compiled.next_if(|compiled| compiled.file < file.index).is_some() {}
                let Some(compiled) = compiled.next_if(|compiled| compiled.file == file.index) else {
                    continue;
                };
                if !has_cache_folder {
                    cache_folder.clear();
                    cache_folder.push_str(folder);
                    cache_folder.push_str(if folder.is_empty() { "__pycache__" } else { "/__pycache__" });
                    self.make_folder(spread.root, &cache_folder)?;
                    has_cache_folder = true;
                }
                let length = cache_folder.len();
                cache_folder.push('/');
                cache_folder.push_str(compiled.name);
                match source_time {
                    None => {
                        let near = near.as_ref().map(|near| (near.folder.as_fd(), folder.len() + 1));
                        self.link_byte_code(compiled.stored_name, spread.root, &cache_folder, near)?;
                    }
                    Some((time, size)) => {
                        self.write_byte_code(file.index, time, size, spread.root, &cache_folder)?;
                    }
                }
                cache_folder.truncate(length);
            }
        }
        Ok(std::mem::take(&mut self.written))
    }

    /// Writes the scripts, and last the metadata, when all files are placed.
    pub(super) fn finish(mut self, written: Written) -> Result<(), InstallError> {
        self.written = written;
        self.write_scripts()?;
        self.write_metadata()
    }

    /// Makes the folders that a directory of the manifest is in: the directories before it may be another thread's.
    fn make_folders_above(&self, directory: usize) -> Result<(), InstallError> {
        let manifest = self.layout.placement.wheel.manifest();
        let parent = |index: usize| manifest.directory(index)?.parent;
        let mut above: Vec<usize> = iter::successors(parent(directory), |&index| parent(index)).collect();
        above.reverse();
        for directory in above.into_iter().filter_map(|index| manifest.directory(index)) {
            if let Some(spread) = self.layout.spread.get(directory.index).copied().flatten() {
                self.make_folder(spread.root, directory.path.get(spread.cut..).unwrap_or_default())?;
            }
        }
        Ok(())
    }

    /// Makes a folder below a root. Another wheel may just have made it.
    fn make_folder(&self, root: usize, path: &str) -> Result<(), InstallError> {
        if path.is_empty() {
            return Ok(());
        }
        match rustix::fs::mkdirat(self.site.folder(root)?, path, Mode::from_raw_mode(0o777)) {
            Ok(()) | Err(Errno::EXIST) => Ok(()),
            Err(error) => Err(self.site.error("create", root, path, error)),
        }
    }

    /// Opens a directory of the wheel, and the folder that it goes to. What is wrong with them, the longer paths will tell.
    fn near(&self, directory: &str, root: usize, folder: &str) -> Option<Near<'a>> {
        let source = self.content.within(directory).ok()?;
        Some(Near { source, folder: link::open_folder(self.site.folder(root).ok()?, folder).ok()? })
    }

    fn link(
        &self,
        file: &File<'_>,
        spread: Spread,
        near: Option<&Near<'_>>,
    ) -> Result<Option<(i64, u64)>, InstallError> {
        let path = file.path.get(spread.cut..).unwrap_or_default();
        let (source, name, folder, place) = match near {
            Some(near) => (&near.source, file.name, near.folder.as_fd(), file.name),
            None => (&self.content, file.path, self.site.folder(spread.root)?, path),
        };
        let found = source.look(name);
        let since = self.layout.placement.wheel.manifest().unpacked_at();
        if !found.is_some_and(|found| found.is_untouched(file.fingerprint.size, since)) {
            self.check(file)?;
        }
        let mode = self.site.linker.mode_for_found(found);
        mode.place(source, name, folder, place).map_err(|error| {
            self.link_error(source, name, error)
                .unwrap_or_else(|| self.site.error("create", spread.root, path, error))
        })?;
        Ok(None)
    }

    /// Compares a file of the store with its fingerprint: something has happened to it.
    fn check(&self, file: &File<'_>) -> Result<(), InstallError> {
        let path = self.content.path().join(file.path);
        match Fingerprint::of_file(&path) {
            Ok(found) if found == file.fingerprint => Ok(()),
            _ => Err(InstallError::damaged(&self.layout.placement.wheel, path)),
        }
    }

    /// `near` is a folder above, and how much of the path leads there.
    fn link_byte_code(
        &self,
        name: &str,
        root: usize,
        path: &str,
        near: Option<(BorrowedFd<'_>, usize)>,
    ) -> Result<(), InstallError> {
        let Some((_, source, mode)) = &self.byte_code else { return Ok(()) };
        let (folder, place) = match near {
            Some((folder, cut)) => (folder, path.get(cut..).unwrap_or_default()),
            None => (self.site.folder(root)?, path),
        };
        mode.place(source, name, folder, place).map_err(|error| {
            self.link_error(source, name, error)
                .unwrap_or_else(|| self.site.error("create", root, path, error))
        })
    }

    /// The error for a file that the store has lost, when that is why it could not be linked.
    fn link_error(&self, source: &Source<'_>, name: &str, error: Errno) -> Option<InstallError> {
        let is_lost = error == Errno::NOENT && !source.has(name);
        is_lost.then(|| InstallError::damaged(&self.layout.placement.wheel, source.path().join(name)))
    }

    /// Writes a script of `.data/scripts` with a first line that starts the environment's interpreter; gives the
    /// time and size of what was written.
    fn rewrite(&mut self, file: &File<'_>, spread: Spread) -> Result<Option<(i64, u64)>, InstallError> {
        let source = self.content.path().join(file.path);
        let content =
            fs::read(&source).map_err(|_| InstallError::damaged(&self.layout.placement.wheel, source))?;
        let content = scripts::with_interpreter(&content, &self.site.target.python).unwrap_or(content);
        let path = file.path.get(spread.cut..).unwrap_or_default();
        let written = self.write(spread.root, path, &content, file.executable)?;
        let metadata = written
            .metadata()
            .map_err(|error| InstallError::io("write", &self.site.path(spread.root, path), error))?;
        let record_path = self.layout.record_path(self.site.roots, spread.root, path).into_owned();
        self.written.made.push(Made::new(Some(file.index), record_path, &content));
        Ok(Some((metadata.mtime(), metadata.size())))
    }

    /// Writes the byte-code of a rewritten script: it is that of the wheel's script, but for the source's time and size.
    fn write_byte_code(
        &mut self,
        file: usize,
        time: i64,
        size: u64,
        root: usize,
        path: &str,
    ) -> Result<(), InstallError> {
        let Some((code, ..)) = &self.byte_code else { return Ok(()) };
        let content = code.restamped(file, time, size);
        if let Some(content) = content.map_err(|error| InstallError::io("read", code.root(), error))? {
            self.write(root, path, &content, false)?;
        } else {
            self.written.missing_byte_code.push(file);
        }
        Ok(())
    }

    /// Writes the scripts of the entry points.
    fn write_scripts(&mut self) -> Result<(), InstallError> {
        let root = self.layout.scripts_root;
        for script in self.layout.scripts.iter().filter(|script| !script.is_replaced) {
            let mut at = 0;
            while let Some(slash) = script.path.get(at..).and_then(|rest| rest.find('/')) {
                self.make_folder(root, script.path.get(..at + slash).unwrap_or_default())?;
                at += slash + 1;
            }
            self.write_executable(root, &script.path, &script.text)?;
        }
        for script in &self.layout.scripts {
            let path = self.layout.record_path(self.site.roots, root, &script.path).into_owned();
            self.written.made.push(Made::new(None, path, &script.text));
        }
        Ok(())
    }

    /// distlib adds the permission to read and to execute to what the mask leaves.
    fn write_executable(&self, root: usize, path: &str, content: &[u8]) -> Result<(), InstallError> {
        let file = self.write(root, path, content, true)?;
        let mode =
            file.metadata().map_err(|error| link::errno(&error)).map(|metadata| metadata.mode() & 0o7777);
        mode.and_then(|mode| match mode | 0o555 {
            wanted if wanted == mode => Ok(()),
            wanted => rustix::fs::fchmod(&file, Mode::from_raw_mode(wanted)),
        })
        .map_err(|error| self.site.error("set the mode of", root, path, error))
    }

    fn write_metadata(&mut self) -> Result<(), InstallError> {
        let placement = &self.layout.placement;
        let info = placement.wheel.manifest().info_directory();
        let root = self.layout.library;
        for name in self.layout.written_metadata().filter(|name| *name != "RECORD") {
            let content = match (name, &placement.direct_url) {
                ("INSTALLER", _) => "pip\n".to_owned(),
                ("direct_url.json", Some(direct_url)) => direct_url.to_json(),
                _ => String::new(),
            };
            let path = format!("{info}/{name}");
            self.write(root, &path, content.as_bytes(), false)?;
            self.written.made.push(Made::new(None, path, content.as_bytes()));
        }
        let Written { made, missing_byte_code } = &self.written;
        let record = record::text(self.layout, self.site.roots, made, missing_byte_code);
        self.write(root, &format!("{info}/RECORD"), record.as_bytes(), false).map(drop)
    }

    /// Writes a file where nothing is.
    fn write(
        &self,
        root: usize,
        path: &str,
        content: &[u8],
        is_executable: bool,
    ) -> Result<fs::File, InstallError> {
        let mut file = link::create(self.site.folder(root)?, path, is_executable)
            .map_err(|error| self.site.error("create", root, path, error))?;
        file.write_all(content)
            .map_err(|error| InstallError::io("write", &self.site.path(root, path), error))?;
        Ok(file)
    }
}
