//! A source tree as a zip archive: how `download` saves what came from a repository.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::DeflateEncoder;
use rawzip::{CompressionMethod, ZipArchiveWriter};

use crate::SessionError;

/// Writes all files of `tree` into the new archive `to`, below a folder `name` (pip: `InstallRequirement.archive`).
/// Links are followed as far as they lead to files.
pub fn archive_tree(tree: &Path, name: &str, to: &Path) -> Result<(), SessionError> {
    let failed = |error: io::Error| SessionError::Write { path: to.to_owned(), error };
    let folder = to.parent().unwrap_or(Path::new("."));
    let file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    write(tree, name, file.as_file()).map_err(failed)?;
    let new = File::create_new(to).map_err(failed)?;
    let permissions = new.metadata().map_err(failed)?.permissions();
    file.as_file().set_permissions(permissions).map_err(failed)?;
    file.persist(to).map_err(|error| failed(error.error))?;
    Ok(())
}

fn write(tree: &Path, name: &str, file: &File) -> io::Result<()> {
    let mut archive = ZipArchiveWriter::new(BufWriter::new(file));
    let mut folders: Vec<PathBuf> = vec![tree.to_owned()];
    while let Some(folder) = folders.pop() {
        let mut entries = fs::read_dir(&folder)?.collect::<io::Result<Vec<_>>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let path = entry.path();
            let inside = path.strip_prefix(tree).unwrap_or(&path).to_string_lossy().into_owned();
            let inside = format!("{name}/{inside}");
            if entry.file_type()?.is_dir() {
                let permissions = 0o755;
                archive
                    .new_dir(format!("{inside}/").as_str())
                    .unix_permissions(permissions)
                    .create()
                    .map_err(other)?;
                folders.push(path);
            } else if let Ok(mut content) = File::open(&path)
                && content.metadata()?.is_file()
            {
                let mode = content.metadata()?.permissions().mode();
                let builder = archive
                    .new_file(inside.as_str())
                    .compression_method(CompressionMethod::DEFLATE)
                    .unix_permissions(mode);
                let (mut entry, config) = builder.start().map_err(other)?;
                let encoder = DeflateEncoder::new(&mut entry, Compression::default());
                let mut writer = config.wrap(encoder);
                io::copy(&mut content, &mut writer)?;
                let (encoder, described) = writer.finish().map_err(other)?;
                encoder.finish()?;
                entry.finish(described).map_err(other)?;
            }
        }
    }
    archive.finish().map_err(other)?;
    Ok(())
}

fn other(error: rawzip::Error) -> io::Error {
    io::Error::other(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn python_reads_what_was_written() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("tree")).unwrap();
        fs::create_dir(folder.path().join("tree/inner")).unwrap();
        fs::write(folder.path().join("tree/inner/module.py"), "x = 1\n".repeat(100)).unwrap();
        let to = folder.path().join("demo-1.0.zip");
        archive_tree(&folder.path().join("tree"), "demo", &to).unwrap();
        let code = "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; \
                    print(z.namelist(), len(z.read('demo/inner/module.py')))";
        let said = testkit::Interpreter::newest().python(&["-c", code, &to.display().to_string()]);
        assert_eq!(said.trim(), "['demo/inner/', 'demo/inner/module.py'] 600");
    }
}
