//! Keeping the archives themselves: what `download` and `wheel` put into a folder.

use std::collections::{BTreeSet, HashMap};
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use index::{DownloadRequest, DownloadedContent, Hasher, Hashes, OwnedFile};
use requirement::Link;
use resolver::{Chosen, ResolvedPackage};
use specifier::ProjectName;

use crate::arrived::{Arrived, REDRAW};
use crate::source::{allowed, metadata_of};
use crate::{Event, Prepared, Session, SessionError, metadata_file};

/// What became of one package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saved {
    /// The file was put there.
    New(PathBuf),
    /// It was there before, and has a digest that is allowed.
    Known(PathBuf),
    /// Another file of its name was there; it was replaced.
    Replaced(PathBuf),
}

/// Puts the archives of packages into a folder, which is there. Of what is a folder itself, or under version control,
/// nothing is saved.
///
/// A wheel that was built is saved, and not what it was built from, when `prefers_built`.
pub fn save(
    session: &Session<'_>,
    prepared: &Prepared,
    folder: &Path,
    prefers_built: bool,
) -> Result<HashMap<ProjectName, Saved>, SessionError> {
    let mut saved = HashMap::new();
    let (mut requests, mut waiting) = (Vec::new(), Vec::new());
    let arrived = Arc::new(Arrived::default());
    for package in prepared.resolution.decided() {
        let built = prepared.wheels.get(&package.project).and_then(|fetched| fetched.archive.as_ref());
        if let Some(archive) = built.filter(|_| prefers_built) {
            let name = archive.file_name().unwrap_or_default();
            let place = folder.join(name);
            copy(archive, &place)?;
            saved.insert(package.project.clone(), Saved::New(place));
            continue;
        }
        let Some((file, expected)) = archive_of(package) else { continue };
        let place = folder.join(safe_name(&file.filename)?);
        let mut outcome = Saved::New(place.clone());
        if place.exists() {
            if is_allowed(&place, &expected)? {
                saved.insert(package.project.clone(), Saved::Known(place));
                continue;
            }
            outcome = Saved::Replaced(place.clone());
        }
        if let Some(archive) = prepared.archives.get(&package.project) {
            copy(archive, &place)?;
            saved.insert(package.project.clone(), outcome);
            continue;
        }
        let size = file.size;
        arrived.expect(size.unwrap_or(0));
        requests.push(DownloadRequest {
            file,
            expected,
            folder: folder.to_owned(),
            memory_limit: 0,
            progress: Some(arrived.counter(size)),
        });
        waiting.push((package, place, outcome));
    }
    // Of several that fail the first is told of, as if they came one after the other.
    let mut failure: Option<(usize, SessionError)> = None;
    let mut open: BTreeSet<usize> = (0..waiting.len()).collect();
    let downloads = session.index.downloads(requests);
    while let Some((position, download)) = downloads.next_telling(REDRAW, || arrived.tell(session)) {
        arrived.tell(session);
        open.remove(&position);
        let Some((package, place, outcome)) = waiting.get(position) else { continue };
        let kept = download
            .map_err(|error| SessionError::from(error).of_requirement(package.requirement.clone()))
            .and_then(|download| keep(download.content, place))
            .and_then(|()| check_wheel(session, package, place));
        match kept {
            Ok(()) => drop(saved.insert(package.project.clone(), outcome.clone())),
            Err(error) if failure.as_ref().is_none_or(|(first, _)| position < *first) => {
                failure = Some((position, error));
            }
            Err(_) => {}
        }
        if let Some((first, _)) = &failure
            && open.first().is_none_or(|next| first < next)
        {
            break;
        }
    }
    (session.events)(Event::AllArrived);
    failure.map_or(Ok(saved), |(_, error)| Err(error))
}

/// Puts what was fetched into its place.
fn keep(content: DownloadedContent, place: &Path) -> Result<(), SessionError> {
    match content {
        DownloadedContent::Temporary(file) => publish(file, place),
        DownloadedContent::Local(path) => copy(&path, place),
        DownloadedContent::Memory(bytes) => {
            let folder = place.parent().unwrap_or(Path::new("."));
            let file = tempfile::Builder::new().tempfile_in(folder).map_err(failed(place))?;
            fs::write(file.path(), bytes).map_err(failed(place))?;
            publish(file, place)
        }
    }
}

impl Session<'_> {
    /// The archive of this name where the command saves them, if it has a digest that is allowed (pip:
    /// `_check_download_dir`).
    pub(crate) fn saved(&self, filename: &str, expected: &Hashes) -> Option<PathBuf> {
        let path = self.saves_in?.join(safe_name(filename).ok()?);
        (path.exists() && is_allowed(&path, expected).unwrap_or(false)).then_some(path)
    }

    /// Where a file is to be had from: the place where it is saved already, else its own.
    pub(crate) fn nearest(&self, file: &OwnedFile, expected: &Hashes) -> OwnedFile {
        let saved = self.saved(&file.filename, expected);
        let url = saved.map_or_else(|| file.url.clone(), |path| Link::from_path(&path).url().to_owned());
        OwnedFile { url, ..file.clone() }
    }
}

/// The file in a folder that a package would be saved as, if there is one, and whether its digest is allowed.
pub fn already_saved(package: &ResolvedPackage, folder: &Path) -> Option<(PathBuf, bool)> {
    let (file, expected) = archive_of(package)?;
    let place = folder.join(safe_name(&file.filename).ok()?);
    let is_allowed = place.exists().then(|| is_allowed(&place, &expected).unwrap_or(false))?;
    Some((place, is_allowed))
}

/// Compares a saved wheel with the metadata file that its index announces, if it does. One that differs goes.
fn check_wheel(session: &Session<'_>, package: &ResolvedPackage, place: &Path) -> Result<(), SessionError> {
    let Some(file) = metadata_file::announced(package) else { return Ok(()) };
    let saved = OwnedFile::from_url(Link::from_path(place).url());
    let inside = metadata_of(session, &saved)?;
    metadata_file::compare(package, &file, &inside).inspect_err(|_| drop(fs::remove_file(place)))
}

/// The archive that was chosen for a package, with the digests that are allowed.
fn archive_of(package: &ResolvedPackage) -> Option<(OwnedFile, Hashes)> {
    let file = match &package.chosen {
        Chosen::Installed(_) => return None,
        Chosen::File(file) => file.file()?.to_owned(),
        Chosen::Direct(direct) => {
            let is_folder = direct.link.file_path().is_some_and(|path| path.is_dir());
            if direct.link.is_vcs() || is_folder {
                return None;
            }
            OwnedFile::from_url(direct.link.url())
        }
    };
    let users = allowed(&package.hashes);
    let expected = file.hashes.intersection(&users).unwrap_or(users);
    Some((file, expected))
}

/// The name of a file of an index, which must not lead out of the folder.
fn safe_name(filename: &str) -> Result<&str, SessionError> {
    let is_plain =
        !filename.is_empty() && !filename.contains(['/', '\\', '\0']) && !matches!(filename, "." | "..");
    if is_plain { Ok(filename) } else { Err(SessionError::Subdirectory(filename.to_owned())) }
}

fn is_allowed(path: &Path, expected: &Hashes) -> Result<bool, SessionError> {
    if expected.is_empty() {
        return Ok(true);
    }
    let bytes = fs::read(path).map_err(|error| SessionError::Read { path: path.to_owned(), error })?;
    let mut hasher = Hasher::new(expected);
    hasher.update(&bytes);
    Ok(hasher.finish().iter().any(|digest| expected.allows(digest)))
}

/// Copies a file so that nobody sees half of it.
fn copy(from: &Path, to: &Path) -> Result<(), SessionError> {
    let folder = to.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().tempfile_in(folder).map_err(failed(to))?;
    let mut source = File::open(from).map_err(|error| SessionError::Read { path: from.to_owned(), error })?;
    io::copy(&mut source, &mut file).map_err(failed(to))?;
    publish(file, to)
}

fn publish(file: tempfile::NamedTempFile, to: &Path) -> Result<(), SessionError> {
    // Temporary files are nobody else's business; these are files like any others.
    let mask = rustix::process::umask(rustix::fs::Mode::empty());
    rustix::process::umask(mask);
    let mode = 0o666 & !mask.bits();
    file.as_file().set_permissions(fs::Permissions::from_mode(mode)).map_err(failed(to))?;
    file.persist(to).map_err(|error| failed(to)(error.error))?;
    Ok(())
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> SessionError {
    let path = path.to_owned();
    move |error| SessionError::Write { path, error }
}
