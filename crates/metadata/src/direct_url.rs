//! `direct_url.json` (recording the direct URL origin): where a distribution that was not asked for
//! by name came from.

use serde_json::{Map, Value};

use crate::{MetadataError, python_json};

/// The content of `direct_url.json`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectUrl {
    /// The URL, without credentials.
    pub url: String,
    /// The folder below it that holds the project, if not its root.
    pub subdirectory: Option<String>,
    /// What the URL names.
    pub kind: DirectUrlKind,
}

/// What a direct URL names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DirectUrlKind {
    /// An archive with its digests as (algorithm, hexadecimal).
    Archive {
        /// Known digests of the archive.
        hashes: Vec<(String, String)>,
    },
    /// A local folder.
    Directory {
        /// Installed with `-e`.
        editable: bool,
    },
    /// A commit of a version control system.
    VersionControl {
        /// `git`, `hg`, `svn` or `bzr`.
        vcs: String,
        /// The branch, tag or reference asked for.
        requested_revision: Option<String>,
        /// The commit it stood for.
        commit_id: String,
    },
}

impl DirectUrl {
    /// Reads the file.
    pub fn parse(bytes: &[u8]) -> Result<Self, MetadataError> {
        let value: Value =
            serde_json::from_slice(bytes).map_err(|error| MetadataError::DirectUrl(error.to_string()))?;
        let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(ToOwned::to_owned);
        let url = text(&value, "url").ok_or_else(|| MetadataError::DirectUrl("it has no url".into()))?;
        let kind = if let Some(archive) = value.get("archive_info") {
            let mut hashes: Vec<(String, String)> = archive
                .get("hashes")
                .and_then(Value::as_object)
                .into_iter()
                .flatten()
                .filter_map(|(name, digest)| Some((name.clone(), digest.as_str()?.to_owned())))
                .collect();
            if let (true, Some(legacy)) = (hashes.is_empty(), text(archive, "hash")) {
                hashes.extend(legacy.split_once('=').map(|(name, digest)| (name.into(), digest.into())));
            }
            DirectUrlKind::Archive { hashes }
        } else if let Some(vcs) = value.get("vcs_info") {
            let (Some(name), Some(commit_id)) = (text(vcs, "vcs"), text(vcs, "commit_id")) else {
                return Err(MetadataError::DirectUrl("vcs_info needs vcs and commit_id".into()));
            };
            let requested_revision = text(vcs, "requested_revision");
            DirectUrlKind::VersionControl { vcs: name, requested_revision, commit_id }
        } else if let Some(directory) = value.get("dir_info") {
            let editable = directory.get("editable").and_then(Value::as_bool).unwrap_or(false);
            DirectUrlKind::Directory { editable }
        } else {
            return Err(MetadataError::DirectUrl("it has none of archive_info, dir_info, vcs_info".into()));
        };
        Ok(Self { url, subdirectory: text(&value, "subdirectory"), kind })
    }

    /// The content as JSON in the order of pip's report; archives also name the older `hash` beside `hashes`.
    pub fn to_value(&self) -> Value {
        let text = |value: &str| Value::String(value.to_owned());
        let mut info = Map::new();
        let kind = match &self.kind {
            DirectUrlKind::Archive { hashes } => {
                if let Some((name, digest)) = hashes.first() {
                    let all = hashes.iter().map(|(name, digest)| (name.clone(), text(digest)));
                    info.insert("hashes".into(), Value::Object(all.collect()));
                    info.insert("hash".into(), text(&format!("{name}={digest}")));
                }
                "archive_info"
            }
            DirectUrlKind::Directory { editable } => {
                if *editable {
                    info.insert("editable".into(), Value::Bool(true));
                }
                "dir_info"
            }
            DirectUrlKind::VersionControl { vcs, requested_revision, commit_id } => {
                info.insert("vcs".into(), text(vcs));
                info.insert("commit_id".into(), text(commit_id));
                if let Some(revision) = requested_revision {
                    info.insert("requested_revision".into(), text(revision));
                }
                "vcs_info"
            }
        };
        let mut top = Map::new();
        top.insert("url".into(), text(&self.url));
        top.insert(kind.into(), Value::Object(info));
        if let Some(subdirectory) = &self.subdirectory {
            top.insert("subdirectory".into(), text(subdirectory));
        }
        Value::Object(top)
    }

    /// The file's text exactly as pip writes it: keys sorted, `", "` and `": "` between parts, ASCII only.
    pub fn to_json(&self) -> String {
        let mut value = self.to_value();
        value.sort_all_objects();
        python_json(&value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_what_pip_writes() {
        let url = DirectUrl {
            url: "file:///tmp/a-1-py3-none-any.whl".into(),
            subdirectory: None,
            kind: DirectUrlKind::Archive { hashes: vec![("sha256".into(), "ab".into())] },
        };
        assert_eq!(
            url.to_json(),
            r#"{"archive_info": {"hash": "sha256=ab", "hashes": {"sha256": "ab"}}, "url": "file:///tmp/a-1-py3-none-any.whl"}"#
        );
        assert_eq!(DirectUrl::parse(url.to_json().as_bytes()), Ok(url));
    }

    #[test]
    fn round_trips_the_other_kinds() {
        for kind in [
            DirectUrlKind::Directory { editable: true },
            DirectUrlKind::Directory { editable: false },
            DirectUrlKind::VersionControl {
                vcs: "git".into(),
                requested_revision: Some("main".into()),
                commit_id: "f00".into(),
            },
        ] {
            let url = DirectUrl { url: "https://h/ü".into(), subdirectory: Some("s".into()), kind };
            let json = url.to_json();
            assert!(json.is_ascii(), "{json}");
            assert_eq!(DirectUrl::parse(json.as_bytes()), Ok(url));
        }
    }

    #[test]
    fn refuses_what_says_nothing() {
        assert!(DirectUrl::parse(b"{}").is_err());
        assert!(DirectUrl::parse(b"[]").is_err());
        assert!(DirectUrl::parse(b"{\"url\": \"x\"}").is_err());
        assert!(DirectUrl::parse(b"{\"url\": \"x\", \"vcs_info\": {}}").is_err());
    }
}
