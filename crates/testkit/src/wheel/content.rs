//! The files of a `.dist-info` folder, and the names that go with them.

use super::Wheel;
use crate::digest::base64_sha256;
use crate::zip::Entry;
use std::fmt::Write as _;

impl Wheel {
    pub(super) fn metadata_text(&self) -> String {
        let fields = self.metadata_fields.iter().map(|(k, v)| (k.as_str(), v.as_str()));
        metadata_text(
            &self.name,
            &self.version,
            self.requires_python.as_deref(),
            fields,
            self.description.as_deref(),
        )
    }

    pub(super) fn wheel_text(&self) -> String {
        let mut text = format!(
            "Wheel-Version: {}\nGenerator: testkit\nRoot-Is-Purelib: {}\n",
            self.wheel_version, self.purelib
        );
        if let Some(build) = &self.build {
            let _ = writeln!(text, "Build: {build}");
        }
        for tag in expanded_tags(&compressed_tags(&self.tags)) {
            let _ = writeln!(text, "Tag: {tag}");
        }
        text
    }

    pub(super) fn entry_points_text(&self) -> Option<String> {
        if let Some(text) = &self.entry_points {
            return Some(text.clone());
        }
        let mut text = String::new();
        for (group, scripts) in
            [("console_scripts", &self.console_scripts), ("gui_scripts", &self.gui_scripts)]
        {
            if !scripts.is_empty() {
                let _ = writeln!(text, "[{group}]\n{}\n", scripts.join("\n"));
            }
        }
        (!text.is_empty()).then_some(text)
    }

    pub(super) fn record_text(&self, info: &str, entries: &[Entry]) -> String {
        let mut text = String::new();
        for entry in entries.iter().filter(|entry| !entry.is_directory()) {
            let path = String::from_utf8_lossy(entry.name());
            if self.unrecorded.contains(&*path) {
                continue;
            }
            let wrong = self.wrong_digests.contains(&*path);
            let digest = base64_sha256(if wrong { b"something else" } else { entry.content() });
            let quoted = if path.contains([',', '"']) {
                format!("\"{}\"", path.replace('"', "\"\""))
            } else {
                path.into_owned()
            };
            let _ = writeln!(text, "{quoted},sha256={digest},{}", entry.content().len());
        }
        let _ = writeln!(text, "{info}/RECORD,,");
        text
    }
}

/// METADATA or PKG-INFO.
pub(crate) fn metadata_text<'a>(
    name: &str,
    version: &str,
    requires_python: Option<&str>,
    fields: impl Iterator<Item = (&'a str, &'a str)>,
    description: Option<&str>,
) -> String {
    let mut text = format!("Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n");
    if let Some(specifiers) = requires_python {
        let _ = writeln!(text, "Requires-Python: {specifiers}");
    }
    for (field, value) in fields {
        let _ = writeln!(text, "{field}: {value}");
    }
    if let Some(description) = description {
        let _ = write!(text, "\n{description}");
    }
    text
}

/// A name as file names spell it: runs of `-_.` become one `_`, in lower case.
pub(crate) fn escaped(name: &str) -> String {
    normalised(name).replace('-', "_")
}

/// A name as index addresses spell it: runs of `-_.` become one `-`, in lower case.
pub(crate) fn normalised(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut separated = false;
    for c in name.chars() {
        if matches!(c, '-' | '_' | '.') {
            if !separated {
                out.push('-');
            }
            separated = true;
        } else {
            out.push(c.to_ascii_lowercase());
            separated = false;
        }
    }
    out
}

/// Several tags as one compressed set; `py3-none-any` when there are none.
pub(super) fn compressed_tags(tags: &[String]) -> String {
    if tags.is_empty() {
        return "py3-none-any".to_owned();
    }
    let column = |index: usize| {
        let mut seen: Vec<&str> = Vec::new();
        for part in tags.iter().filter_map(|tag| tag.splitn(3, '-').nth(index)) {
            if !seen.contains(&part) {
                seen.push(part);
            }
        }
        seen.join(".")
    };
    format!("{}-{}-{}", column(0), column(1), column(2))
}

/// Every single tag of a compressed set, in WHEEL's order.
fn expanded_tags(compressed: &str) -> Vec<String> {
    let parts: Vec<Vec<&str>> = compressed.splitn(3, '-').map(|part| part.split('.').collect()).collect();
    let [interpreters, abis, platforms] = parts.as_slice() else {
        return vec![compressed.to_owned()];
    };
    let mut tags = Vec::new();
    for interpreter in interpreters {
        for abi in abis {
            for platform in platforms {
                tags.push(format!("{interpreter}-{abi}-{platform}"));
            }
        }
    }
    tags
}
