//! Writes a lock file, key by key in the order of `packaging.pylock`.

use toml::value::Datetime;
use toml::{Table, Value};

use super::{LockedArchive, LockedDirectory, LockedFile, LockedPackage, LockedRepository, Pylock};
use crate::toml_text::write_toml;

impl Pylock {
    /// The text of the file, byte for byte as `pip lock` writes it.
    pub fn to_toml(&self) -> String {
        let mut keys = Keys::default();
        keys.text("lock-version", Some(&self.lock_version));
        keys.texts("environments", self.environments.as_deref());
        keys.text("requires-python", self.requires_python.as_ref());
        keys.texts("extras", self.extras.as_deref());
        keys.texts("dependency-groups", self.dependency_groups.as_deref());
        keys.texts("default-groups", self.default_groups.as_deref());
        keys.text("created-by", Some(&self.created_by));
        keys.tables("packages", Some(self.packages.iter().map(package)));
        keys.table("tool", self.tool.clone());
        write_toml(&keys.0)
    }
}

fn package(package: &LockedPackage) -> Table {
    let mut keys = Keys::default();
    keys.text("name", Some(&package.name));
    keys.text("version", package.version.as_ref());
    keys.text("marker", package.marker.as_ref());
    keys.text("requires-python", package.requires_python.as_ref());
    keys.tables("dependencies", package.dependencies.as_ref().map(|list| list.iter().cloned()));
    keys.table("vcs", package.vcs.as_ref().map(repository));
    keys.table("directory", package.directory.as_ref().map(directory));
    keys.table("archive", package.archive.as_ref().map(archive));
    keys.text("index", package.index.as_ref());
    keys.table("sdist", package.sdist.as_ref().map(file));
    keys.tables("wheels", package.wheels.as_ref().map(|wheels| wheels.iter().map(file)));
    let identities = package.attestation_identities.as_ref();
    keys.tables("attestation-identities", identities.map(|list| list.iter().cloned()));
    keys.table("tool", package.tool.clone());
    keys.0
}

fn repository(repository: &LockedRepository) -> Table {
    let mut keys = Keys::default();
    keys.text("type", Some(&repository.kind));
    keys.text("url", repository.url.as_ref());
    keys.text("path", repository.path.as_ref());
    keys.text("requested-revision", repository.requested_revision.as_ref());
    keys.text("commit-id", Some(&repository.commit_id));
    keys.text("subdirectory", repository.subdirectory.as_ref());
    keys.0
}

fn directory(directory: &LockedDirectory) -> Table {
    let mut keys = Keys::default();
    keys.text("path", Some(&directory.path));
    keys.value("editable", directory.editable.map(Value::Boolean));
    keys.text("subdirectory", directory.subdirectory.as_ref());
    keys.0
}

fn archive(archive: &LockedArchive) -> Table {
    let mut keys = Keys::default();
    keys.text("url", archive.url.as_ref());
    keys.text("path", archive.path.as_ref());
    keys.value("size", archive.size.map(Value::Integer));
    keys.moment(archive.upload_time);
    keys.hashes(&archive.hashes);
    keys.text("subdirectory", archive.subdirectory.as_ref());
    keys.0
}

fn file(file: &LockedFile) -> Table {
    let mut keys = Keys::default();
    keys.text("name", file.name.as_ref());
    keys.moment(file.upload_time);
    keys.text("url", file.url.as_ref());
    keys.text("path", file.path.as_ref());
    keys.value("size", file.size.map(Value::Integer));
    keys.hashes(&file.hashes);
    keys.0
}

/// A table that is written key by key; what is not there is left out.
#[derive(Default)]
struct Keys(Table);

impl Keys {
    fn value(&mut self, key: &str, value: Option<Value>) {
        if let Some(value) = value {
            self.0.insert(key.to_owned(), value);
        }
    }

    fn text(&mut self, key: &str, value: Option<&impl ToString>) {
        self.value(key, value.map(|value| Value::String(value.to_string())));
    }

    fn texts(&mut self, key: &str, values: Option<&[impl ToString]>) {
        let list =
            |values: &[_]| values.iter().map(|value| Value::String(ToString::to_string(value))).collect();
        self.value(key, values.map(list).map(Value::Array));
    }

    fn table(&mut self, key: &str, table: Option<Table>) {
        self.value(key, table.map(Value::Table));
    }

    fn tables(&mut self, key: &str, tables: Option<impl Iterator<Item = Table>>) {
        self.value(key, tables.map(|tables| Value::Array(tables.map(Value::Table).collect())));
    }

    fn moment(&mut self, moment: Option<Datetime>) {
        self.value("upload-time", moment.map(Value::Datetime));
    }

    fn hashes(&mut self, hashes: &[(String, String)]) {
        let hashes = hashes.iter().map(|(name, digest)| (name.clone(), Value::String(digest.clone())));
        self.table("hashes", Some(hashes.collect()));
    }
}
