//! Project pages in the two forms of the simple API.

use super::listing::Listed;
use std::fmt::Write as _;

pub(super) const JSON: &str = "application/vnd.pypi.simple.v1+json";
pub(super) const HTML: &str = "application/vnd.pypi.simple.v1+html";

/// What all files of a page have in common.
pub(super) struct PageStyle<'a> {
    /// What stands before `/files/`: the origin, or nothing for relative links.
    pub(super) origin: &'a str,
    pub(super) metadata_files: bool,
    pub(super) sizes: bool,
}

impl PageStyle<'_> {
    fn announces_metadata(&self, file: &Listed) -> bool {
        self.metadata_files && file.announces_metadata()
    }
}

pub(super) fn json_page(project: &str, files: &[&Listed], style: &PageStyle) -> String {
    let mut versions: Vec<String> = Vec::new();
    let mut items = Vec::new();
    for file in files {
        let mut item = format!(
            "{{\"filename\": {}, \"url\": {}",
            json_string(&file.package.filename),
            json_string(&format!("{}{}", style.origin, file.path()))
        );
        let hashes = file.page_sha256().map(|hash| format!("\"sha256\": \"{hash}\"")).unwrap_or_default();
        let _ = write!(item, ", \"hashes\": {{{hashes}}}");
        if let Some(specifiers) = file.page_requires_python() {
            let _ = write!(item, ", \"requires-python\": {}", json_string(specifiers));
        }
        if let Some(reason) = &file.listing.yanked {
            let reason = if reason.is_empty() { "true".to_owned() } else { json_string(reason) };
            let _ = write!(item, ", \"yanked\": {reason}");
        }
        if style.sizes {
            let _ = write!(item, ", \"size\": {}", file.package.bytes.len());
        }
        if let Some(time) = &file.listing.upload_time {
            let _ = write!(item, ", \"upload-time\": {}", json_string(time));
        }
        if style.announces_metadata(file) {
            // The second key is PyPI's spelling; with the standard's own, pip 22.3 to 23.0 fails.
            let hash = format!("{{\"sha256\": \"{}\"}}", file.metadata_sha256());
            let _ = write!(item, ", \"core-metadata\": {hash}, \"data-dist-info-metadata\": {hash}");
        }
        item.push('}');
        items.push(item);
        let version = json_string(&file.version());
        if !versions.contains(&version) {
            versions.push(version);
        }
    }
    format!(
        "{{\"meta\": {{\"api-version\": \"1.1\"}}, \"name\": {}, \"versions\": [{}], \"files\": [{}]}}\n",
        json_string(project),
        versions.join(", "),
        items.join(", ")
    )
}

pub(super) fn html_page(project: &str, files: &[&Listed], style: &PageStyle) -> String {
    let mut page = format!(
        "<!DOCTYPE html>\n<html>\n  <head>\n    <meta name=\"pypi:repository-version\" content=\"1.1\">\n    \
         <title>Links for {project}</title>\n  </head>\n  <body>\n    <h1>Links for {project}</h1>\n"
    );
    for file in files {
        let hash = file.page_sha256().map(|hash| format!("#sha256={hash}")).unwrap_or_default();
        let _ =
            write!(page, "    <a href=\"{}\"", html_text(&format!("{}{}{hash}", style.origin, file.path())));
        if let Some(specifiers) = file.page_requires_python() {
            let _ = write!(page, " data-requires-python=\"{}\"", html_text(specifiers));
        }
        if let Some(reason) = &file.listing.yanked {
            let _ = write!(page, " data-yanked=\"{}\"", html_text(reason));
        }
        if style.announces_metadata(file) {
            let hash = file.metadata_sha256();
            let _ = write!(
                page,
                " data-core-metadata=\"sha256={hash}\" data-dist-info-metadata=\"sha256={hash}\""
            );
        }
        let _ = writeln!(page, ">{}</a><br />", html_text(&file.package.filename));
    }
    page.push_str("  </body>\n</html>\n");
    page
}

pub(super) fn json_projects(projects: &[String]) -> String {
    let items: Vec<String> =
        projects.iter().map(|name| format!("{{\"name\": {}}}", json_string(name))).collect();
    format!("{{\"meta\": {{\"api-version\": \"1.1\"}}, \"projects\": [{}]}}\n", items.join(", "))
}

pub(super) fn html_projects(projects: &[String]) -> String {
    let mut page = "<!DOCTYPE html>\n<html>\n  <body>\n".to_owned();
    for name in projects {
        let _ = writeln!(page, "    <a href=\"{name}/\">{}</a>", html_text(name));
    }
    page.push_str("  </body>\n</html>\n");
    page
}

fn json_string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if u32::from(c) < 0x20 => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn html_text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
