//! Whether somebody has written to the files of a wheel since it was unpacked.
//!
//! An installed file is a link to the store's, so that whoever edits the one edits the other. That shows in its time or its
//! size. Looking at every file is a tenth of what placing it costs, and can be done while the resolution still goes on.

use std::{
    os::fd::OwnedFd,
    time::{Duration, Instant},
};

use rustix::{
    fs::{AtFlags, CWD, Mode, OFlags, Stat, openat, statat},
    io::Errno,
};

use crate::{File, Manifest, UnpackedWheel};

/// How long a look counts: whoever edits a file meanwhile might as well have been a moment later.
const COUNTS_FOR: Duration = Duration::from_secs(1);

/// With so many files in a directory, opening it costs less than the longer paths.
const FILES_WORTH_OPENING: usize = 8;

/// All files of a wheel were as they were unpacked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Untouched {
    owner: u32,
    since: Instant,
}

impl Untouched {
    /// Looks at all files; nothing if one of them is not as it was, or not all are of one owner.
    pub fn look(wheel: &UnpackedWheel) -> Option<Self> {
        let since = Instant::now();
        let manifest = wheel.manifest();
        let content = open(CWD, wheel.content()).ok()?;
        let mut owner = None;
        for directory in manifest.directories() {
            let is_worth_it = !directory.path.is_empty() && directory.files.len() >= FILES_WORTH_OPENING;
            let near = is_worth_it.then(|| open(&content, directory.path)).transpose().ok()?;
            for file in directory.files.filter_map(|index| manifest.file(index)) {
                let found = match &near {
                    Some(folder) => statat(folder, file.name, AtFlags::SYMLINK_NOFOLLOW),
                    None => statat(&content, file.path, AtFlags::SYMLINK_NOFOLLOW),
                };
                let found = found.ok().filter(|found| manifest.is_untouched(&file, found))?;
                if *owner.get_or_insert(found.st_uid) != found.st_uid {
                    return None;
                }
            }
        }
        Some(Self { owner: owner?, since })
    }

    /// Whose the files are, as long as the look counts.
    pub fn owner(self) -> Option<u32> {
        (self.since.elapsed() < COUNTS_FOR).then_some(self.owner)
    }
}

impl Manifest {
    /// Whether a file has the size it should have and was not written after it was unpacked: no proof that its content is
    /// right, but whoever edits it through one of its links is found out.
    pub fn is_untouched(&self, file: &File<'_>, found: &Stat) -> bool {
        let written = i128::from(found.st_mtime) * 1_000_000_000 + i128::from(found.st_mtime_nsec);
        u64::try_from(found.st_size) == Ok(file.fingerprint.size) && written <= self.unpacked_at()
    }
}

fn open(above: impl std::os::fd::AsFd, path: impl rustix::path::Arg) -> Result<OwnedFd, Errno> {
    openat(above, path, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::MetadataExt as _, thread};

    use specifier::ProjectName;
    use testkit::Wheel;

    use crate::{Expected, Sha256, Store, UnpackedWheel};

    fn store_with(folder: &std::path::Path) -> UnpackedWheel {
        let wheel = (0..20).fold(Wheel::new("demo", "1").file("top.py", "top"), |wheel, file| {
            wheel.file(&format!("demo/deep/m{file}.py"), format!("number = {file}"))
        });
        let (archive, project) = (wheel.build().bytes, ProjectName::new("demo").unwrap());
        let expected = Expected { project: &project, version: None };
        Store::open(folder).add(archive.as_slice(), Sha256::of(&archive), expected).unwrap().wheel
    }

    #[test]
    fn a_look_counts_for_a_moment() {
        let folder = tempfile::tempdir().unwrap();
        let wheel = store_with(folder.path());
        assert_eq!(wheel.untouched_owner(), None);
        let wheel = wheel.looked_at();
        assert_eq!(wheel.untouched_owner(), Some(fs::metadata(wheel.content()).unwrap().uid()));
        thread::sleep(super::COUNTS_FOR);
        assert_eq!(wheel.untouched_owner(), None);
    }

    #[test]
    fn any_file_that_was_written_to_or_is_gone_shows() {
        for file in ["top.py", "demo/deep/m7.py"] {
            let folder = tempfile::tempdir().unwrap();
            let wheel = store_with(folder.path());
            let path = wheel.content().join(file);
            let content = fs::read(&path).unwrap();
            fs::write(&path, &content).unwrap();
            assert_eq!(wheel.clone().looked_at().untouched_owner(), None, "another time");
            let before = std::time::SystemTime::UNIX_EPOCH;
            fs::write(&path, "more than there was before").unwrap();
            fs::File::options().write(true).open(&path).unwrap().set_modified(before).unwrap();
            assert_eq!(wheel.clone().looked_at().untouched_owner(), None, "another size");
            fs::write(&path, &content).unwrap();
            fs::File::options().write(true).open(&path).unwrap().set_modified(before).unwrap();
            assert!(wheel.clone().looked_at().untouched_owner().is_some());
            fs::remove_file(&path).unwrap();
            assert_eq!(wheel.looked_at().untouched_owner(), None, "none");
        }
    }
}
