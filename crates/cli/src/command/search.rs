//! `search`: projects whose name or summary holds a word, by the XML-RPC interface of an index.

mod xml_rpc;

use std::io::{self, IsTerminal};

use options::{Hyphens, Text, wrap};
use specifier::{ProjectName, Version};

use crate::context::Context;
use crate::failure::Failure;
use crate::index_settings::main_index;
use crate::latest::{installed_version, say_installed};
use xml_rpc::{Answer, Value};

/// pip's exit code when nothing is found.
const NO_MATCHES_FOUND: u8 = 23;

/// A project with its versions, as they came.
struct Hit {
    name: String,
    summary: String,
    versions: Vec<String>,
}

/// Runs the command.
pub fn run(context: &Context<'_>) -> Result<u8, Failure> {
    let words = context.positionals();
    if words.is_empty() {
        return Err(Failure::error("Missing required argument (search query)."));
    }
    let url = match context.text(Text::SearchIndex) {
        Some(url) => url.to_owned(),
        None => beside_simple(&main_index(context)?),
    };
    let fetched = context.fetcher().post(&url, "text/xml", xml_rpc::search(words).into_bytes())?;
    let hits = match xml_rpc::read(&String::from_utf8_lossy(&fetched.body)) {
        Some(Answer::Value(Value::List(values))) => hits(&values),
        Some(Answer::Fault { code, text }) => {
            return Err(Failure::error(format_args!("XMLRPC request failed [code: {code}]\n{text}")));
        }
        _ => return Err(Failure::error(format_args!("{} cannot be searched", index::redact_url(&url)))),
    };
    say(context, &hits)?;
    Ok(if hits.is_empty() { NO_MATCHES_FOUND } else { 0 })
}

/// Where an index is searched: beside its simple pages.
fn beside_simple(index: &str) -> String {
    let base = index.trim_end_matches('/');
    format!("{}/pypi", base.strip_suffix("/simple").unwrap_or(base))
}

/// The answer lists versions; here they are gathered by project. The summary is that of the highest version.
fn hits(values: &[Value]) -> Vec<Hit> {
    let mut hits: Vec<Hit> = Vec::new();
    for value in values {
        let [name, summary, version] =
            ["name", "summary", "version"].map(|member| value.member(member).to_owned());
        match hits.iter_mut().find(|hit| hit.name == name) {
            Some(hit) => {
                hit.versions.push(version.clone());
                if *hit.latest() == version {
                    hit.summary = summary;
                }
            }
            None => hits.push(Hit { name, summary, versions: vec![version] }),
        }
    }
    hits
}

impl Hit {
    fn latest(&self) -> &str {
        let mut latest: Option<(&str, Option<Version>)> = None;
        for text in &self.versions {
            let version = Version::parse(text).ok();
            // Of equal ones Python's `max` takes the first.
            if latest.as_ref().is_none_or(|(_, best)| version > *best) {
                latest = Some((text, version));
            }
        }
        latest.map_or("-", |(text, _)| text)
    }
}

fn say(context: &Context<'_>, hits: &[Hit]) -> Result<(), Failure> {
    let length = |text: &str| text.chars().count();
    let column = hits.iter().map(|hit| length(&hit.name) + length(hit.latest())).max().unwrap_or(0) + 4;
    let width = rustix::termios::tcgetwinsize(io::stdout())
        .ok()
        .filter(|_| io::stdout().is_terminal())
        .map(|size| usize::from(size.ws_col));
    for hit in hits {
        let room = width.map(|width| width.saturating_sub(column + 5)).filter(|room| *room > 10);
        let summary = match room {
            Some(room) => {
                wrap(&hit.summary, room, Hyphens::Break).join(&format!("\n{}", " ".repeat(column + 3)))
            }
            None => hit.summary.clone(),
        };
        let latest = hit.latest();
        context.console.info(format_args!("{:column$} - {summary}", format!("{} ({latest})", hit.name)));
        let (Ok(project), Ok(version)) = (ProjectName::new(&hit.name), Version::parse(latest)) else {
            continue;
        };
        let installed = installed_version(context, context.environment()?, &project)?;
        say_installed(context, &version, installed.as_deref());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_version_is_pips() {
        let latest = |versions: &[&str]| {
            let versions = versions.iter().map(|version| (*version).to_owned()).collect();
            Hit { name: String::new(), summary: String::new(), versions }.latest().to_owned()
        };
        assert_eq!(latest(&["1.0", "2.0", "0.1"]), "2.0");
        assert_eq!(latest(&["1.0a1", "1.0", "odd"]), "1.0");
        assert_eq!(latest(&["1.0", "1.0.0"]), "1.0");
    }

    #[test]
    fn an_index_is_searched_beside_its_pages() {
        assert_eq!(beside_simple("http://127.0.0.1/simple/"), "http://127.0.0.1/pypi");
        assert_eq!(beside_simple("http://127.0.0.1"), "http://127.0.0.1/pypi");
    }
}
