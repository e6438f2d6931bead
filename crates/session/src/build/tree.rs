//! The tree of a source: unpacked, checked out, or where it always was.

use std::fs;
use std::path::{Component, Path, PathBuf};

use backend::{Artifact, static_metadata, unpack_source};
use index::{Download, DownloadRequest, DownloadedContent};
use metadata::{CoreMetadata, DirectUrl, DirectUrlKind};
use requirement::Link;
use specifier::ProjectName;
use version_control::VersionControl;

use super::source_build::{Origin, SourceBuild};
use crate::event::BuildEvent;
use crate::{Event, Session, SessionError};

/// A source tree.
pub(super) struct SourceTree {
    /// The folder of the project in it.
    pub folder: PathBuf,
    /// What `direct_url.json` says of it.
    pub direct_url: DirectUrl,
    /// Whether the same address gives the same tree tomorrow, so that what is built from it is worth keeping.
    pub is_immutable: bool,
    /// Metadata that building would not change, and its text.
    pub static_metadata: Option<(CoreMetadata, Vec<u8>)>,
    /// The archive that was unpacked.
    pub archive: Option<PathBuf>,
}

impl SourceTree {
    /// Has the tree of a source: downloads, unpacks and checks out as needed.
    pub fn obtain(source: &SourceBuild, session: &Session<'_>) -> Result<Self, SessionError> {
        match &source.origin {
            Origin::Archive { .. } => Self::unpack(source, session),
            Origin::Folder(folder) => {
                let folder_of_link = folder.clone();
                let folder = inside(folder, source.id.link.subdirectory())?;
                let kind = DirectUrlKind::Directory { editable: source.artifact == Artifact::Editable };
                let direct_url = DirectUrl {
                    url: Link::from_path(&folder_of_link).url().to_owned(),
                    subdirectory: source.id.link.subdirectory().map(ToOwned::to_owned),
                    kind,
                };
                Ok(Self { folder, direct_url, is_immutable: false, static_metadata: None, archive: None })
            }
            Origin::Repository(link) => Self::check_out(source, session, link),
        }
    }

    fn unpack(source: &SourceBuild, session: &Session<'_>) -> Result<Self, SessionError> {
        let Origin::Archive { file, expected, .. } = &source.origin else {
            return Err(SessionError::unknown_file());
        };
        let into = session.builds.new_folder(&session.temporary_folder, "source-")?;
        let nearest = session.nearest(file, expected);
        let is_local = nearest.is_local();
        let request = DownloadRequest {
            file: nearest,
            expected: expected.clone(),
            folder: into.clone(),
            memory_limit: 0,
            progress: None,
        };
        let mut download = session.index.download(&request)?;
        if !is_local {
            // Told now, when its size is known and it is certain that there is such a file.
            let size = Some(file.size.unwrap_or(download.size));
            source.tell(session, &BuildEvent::Download { filename: &file.filename, size });
        }
        let archive = into.join("archive");
        let kept = |error| SessionError::Folder { path: into.clone(), error };
        let memory = DownloadedContent::Memory(Vec::new());
        let archive = match std::mem::replace(&mut download.content, memory) {
            DownloadedContent::Temporary(file) => {
                file.persist(&archive).map_err(|error| kept(error.error))?;
                archive
            }
            DownloadedContent::Memory(bytes) => {
                fs::write(&archive, bytes).map_err(kept)?;
                archive
            }
            DownloadedContent::Local(path) => path,
        };
        let root = unpack_source(&archive, &file.filename, &into.join("tree"))?;
        let folder = inside(&root, source.id.link.subdirectory())?;
        let is_whole = source.id.link.subdirectory().is_none() && source.artifact == Artifact::Wheel;
        let static_metadata = is_whole.then(|| static_metadata(&folder)).flatten();
        let text = || fs::read(folder.join("PKG-INFO")).ok();
        let static_metadata = static_metadata.and_then(|metadata| Some((metadata, text()?)));
        let direct_url = archive_url(&source.id.link, &download);
        let is_immutable = names_a_version(&file.filename);
        Ok(Self { folder, direct_url, is_immutable, static_metadata, archive: Some(archive) })
    }

    fn check_out(source: &SourceBuild, session: &Session<'_>, link: &Link) -> Result<Self, SessionError> {
        let settings = &session.builds.settings;
        let report = |event: version_control::Event<'_>| {
            (session.events)(Event::Build { source: &source.id, event: &BuildEvent::VersionControl(event) });
        };
        let client = VersionControl::new(settings.version_control.clone(), &report);
        let subdirectory = link.subdirectory();
        if source.id.is_editable {
            let name = source.id.name.clone().unwrap_or_default();
            // A name from `#egg=` must not lead out of the source folder.
            let name = ProjectName::normalise(&name);
            let root = settings.source_folder.join(name.as_str().trim_matches('.').replace(['/', '\\'], "-"));
            fs::create_dir_all(&settings.source_folder)
                .map_err(|error| SessionError::Folder { path: settings.source_folder.clone(), error })?;
            client.obtain(link, &root, &mut |question| (settings.ask)(question))?;
            let folder = inside(&root, subdirectory)?;
            let direct_url = DirectUrl {
                url: Link::from_path(&folder).url().to_owned(),
                subdirectory: None,
                kind: DirectUrlKind::Directory { editable: true },
            };
            return Ok(Self {
                folder,
                direct_url,
                is_immutable: false,
                static_metadata: None,
                archive: None,
            });
        }
        let root = session.builds.new_folder(&session.temporary_folder, "checkout-")?.join("tree");
        let checkout = client.checkout(link, &root)?;
        Ok(Self {
            folder: inside(&root, subdirectory)?,
            direct_url: checkout.direct_url(link),
            is_immutable: checkout.is_immutable,
            static_metadata: None,
            archive: None,
        })
    }
}

/// What `direct_url.json` says of an archive: the digest of the address, else the one that was taken.
fn archive_url(link: &Link, download: &Download) -> DirectUrl {
    let hashes = match link.hash() {
        Some((algorithm, digest)) => vec![(algorithm.to_owned(), digest.to_owned())],
        None => vec![("sha256".to_owned(), download.sha256().to_owned())],
    };
    DirectUrl {
        url: index::remove_credentials(link.url_without_fragment()),
        subdirectory: link.subdirectory().map(ToOwned::to_owned),
        kind: DirectUrlKind::Archive { hashes },
    }
}

/// A folder below a root, which a URL names.
fn inside(root: &Path, subdirectory: Option<&str>) -> Result<PathBuf, SessionError> {
    let Some(subdirectory) = subdirectory else { return Ok(root.to_owned()) };
    let folder = root.join(subdirectory.trim_start_matches('/'));
    let leaves = Path::new(subdirectory).components().any(|part| matches!(part, Component::ParentDir));
    let real = |path: &Path| fs::canonicalize(path);
    // A link in the tree could lead out of it, too.
    let is_inside = match (real(root), real(&folder)) {
        (Ok(root), Ok(folder)) => folder.starts_with(root),
        _ => !leaves,
    };
    if is_inside { Ok(folder) } else { Err(SessionError::Subdirectory(subdirectory.to_owned())) }
}

/// Whether the name of an archive holds a version, as pip asks before it keeps what was built from it.
pub(super) fn names_a_version(filename: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    let is_version = |c: char| is_name(c) || matches!(c, '!' | '+' | '-');
    filename.match_indices('-').any(|(position, _)| {
        filename.get(..position).is_some_and(|before| before.ends_with(is_name))
            && filename.get(position + 1..).is_some_and(|after| after.starts_with(is_version))
    })
}
