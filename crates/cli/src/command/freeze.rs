//! `freeze`: what is installed, as the lines of a requirements file.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::path::Path;

use environment::Distribution;
use metadata::{DirectUrl, DirectUrlKind};
use options::{List, Switch};
use requirement::{Origin, RequirementOptions, parse_argument, parse_editable};
use specifier::{ProjectName, Version};
use version_control::{Event, VersionControl};

use crate::console::Level;
use crate::context::Context;
use crate::failure::Failure;
use crate::version_control_settings::version_control_settings;

/// Options that a requirements file may hold and that stay where they stand (pip: `operations/freeze.py`).
const KEPT_LINES: [&str; 11] = [
    "-r",
    "--requirement",
    "-f",
    "--find-links",
    "-i",
    "--index-url",
    "--pre",
    "--trusted-host",
    "--process-dependency-links",
    "--extra-index-url",
    "--use-feature",
];

/// Runs the command.
pub fn run(context: &Context) -> Result<u8, Failure> {
    let environment = context.environment()?;
    let mut skipped: HashSet<ProjectName> =
        ["python", "wsgiref", "argparse"].into_iter().map(ProjectName::normalise).collect();
    if !context.is_on(Switch::All) {
        skipped.insert(ProjectName::normalise("pip"));
        // From 3.12 on these are ordinary projects: `venv` no longer brings them.
        if environment.version() < (3, 12, 0) {
            skipped.extend(["setuptools", "distribute", "wheel"].map(ProjectName::normalise));
        }
    }
    skipped.extend(context.list(List::Exclude).iter().map(|name| ProjectName::normalise(name)));

    let which = environment::Which { skip_standard_library: false, ..context.which() };
    let exclude_editable = context.is_on(Switch::ExcludeEditable);
    let mut frozen: BTreeMap<ProjectName, Frozen> = BTreeMap::new();
    for distribution in context.installed(environment, &which)?.distributions {
        let entry = Frozen::of(context, &distribution);
        if !(exclude_editable && entry.editable) {
            frozen.insert(distribution.project.clone(), entry);
        }
    }

    let files = context.list(List::Requirement);
    if !files.is_empty() {
        in_order_of_files(context, files, &mut frozen)?;
        context.console.result("## The following requirements were added by pip freeze:");
    }
    let mut rest: Vec<(&ProjectName, &Frozen)> = frozen.iter().collect();
    rest.sort_by_cached_key(|(_, entry)| entry.name.to_lowercase());
    for (project, entry) in rest {
        if !skipped.contains(project) {
            context.console.result(&entry.text);
        }
    }
    Ok(0)
}

/// One installed distribution as requirement lines.
struct Frozen {
    name: String,
    text: String,
    editable: bool,
}

impl Frozen {
    fn of(context: &Context, distribution: &Distribution) -> Self {
        let name = distribution.name().to_owned();
        let pinned = match Version::parse(distribution.version()) {
            Ok(version) => format!("{name}=={version}"),
            Err(_) => format!("{name}==={}", distribution.version()),
        };
        if let Some(location) = distribution.editable_location() {
            return Self { text: editable(context, &location, &name, &pinned), name, editable: true };
        }
        let text = distribution.direct_url().map_or(pinned, |url| direct_reference(&name, url));
        Self { name, text, editable: false }
    }
}

/// An editable install as the repository that its tree comes from, or else as its folder.
fn editable(context: &Context, location: &Path, name: &str, pinned: &str) -> String {
    let console = context.console;
    let report = |event: Event<'_>| match event {
        Event::Info(text) => console.info(text),
        Event::Warning(text) => console.warning(text),
        Event::Command(text) | Event::Query(text) => {
            if console.shows(Level::Verbose) {
                console.error_text(format_args!("{text}\n"));
            }
        }
    };
    let settings = version_control_settings(context);
    let frozen = VersionControl::new(settings, &report).frozen(location, name, pinned);
    let mut lines = frozen.comments;
    lines.push(format!("-e {}", frozen.requirement));
    lines.join("\n")
}

/// `name @ url#fragment`: the requirement that would install the same again (PEP 440 direct reference).
fn direct_reference(name: &str, direct: &DirectUrl) -> String {
    let mut fragments = Vec::new();
    let url = match &direct.kind {
        DirectUrlKind::VersionControl { vcs, commit_id, .. } => format!("{vcs}+{}@{commit_id}", direct.url),
        DirectUrlKind::Archive { hashes } => {
            fragments.extend(hashes.first().map(|(algorithm, digest)| format!("{algorithm}={digest}")));
            direct.url.clone()
        }
        DirectUrlKind::Directory { .. } => direct.url.clone(),
    };
    fragments.extend(direct.subdirectory.as_ref().map(|folder| format!("subdirectory={folder}")));
    let fragment = if fragments.is_empty() { String::new() } else { format!("#{}", fragments.join("&")) };
    format!("{name} @ {url}{fragment}")
}

/// Prints what the given files list, in their order and with their comments, and takes it out of `frozen`.
fn in_order_of_files(
    context: &Context,
    files: &[String],
    frozen: &mut BTreeMap<ProjectName, Frozen>,
) -> Result<(), Failure> {
    let console = context.console;
    let mut printed_lines = BTreeSet::new();
    let mut listed_in: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for file in files {
        let bytes = fs::read(file).map_err(|error| Failure::unexpected(file, &error))?;
        for line in String::from_utf8_lossy(&bytes).lines() {
            let bare = line.trim();
            if bare.is_empty()
                || bare.starts_with('#')
                || KEPT_LINES.iter().any(|option| line.starts_with(option))
            {
                if printed_lines.insert(line.trim_end().to_owned()) {
                    console.result(line.trim_end());
                }
                continue;
            }
            let text = without_comment(line);
            let Some(name) = name_of(context, line, text)? else {
                console.info(format_args!(
                    "Skipping line in requirement file [{file}] because it's not clear what it would install: {bare}"
                ));
                console.info("  (add #egg=PackageName to the URL to avoid this warning)");
                continue;
            };
            match frozen.remove(&ProjectName::normalise(&name)) {
                Some(entry) => {
                    console.result(&entry.text);
                    listed_in.entry(name).or_default().push(file);
                }
                None => match listed_in.get_mut(&name).filter(|files| !files.is_empty()) {
                    Some(files) => files.push(file),
                    None => console.warning(format_args!(
                        "Requirement file [{file}] contains {text}, but package '{name}' is not installed"
                    )),
                },
            }
        }
    }
    for (name, files) in listed_in.iter().filter(|(_, files)| files.len() > 1) {
        let distinct: BTreeSet<&str> = files.iter().copied().collect();
        let distinct: Vec<&str> = distinct.into_iter().collect();
        console.warning(format_args!("Requirement {name} included multiple times [{}]", distinct.join(", ")));
    }
    Ok(())
}

/// The project that a line of a requirements file names.
fn name_of(context: &Context, line: &str, text: &str) -> Result<Option<String>, Failure> {
    let options = RequirementOptions::default();
    let index = context.fetcher();
    let machine = context.machine(&index);
    let editable = line.strip_prefix("--editable").map(|rest| rest.trim().trim_start_matches('='));
    let parsed = match editable.or_else(|| line.strip_prefix("-e")) {
        Some(rest) => parse_editable(rest.trim(), &Origin::CommandLine, options, &machine)?,
        None => parse_argument(text, &Origin::CommandLine, options, &machine)?.value,
    };
    Ok(parsed.name().map(ToOwned::to_owned))
}

/// A `#` begins a comment at the start of a line or after white space (pip: `COMMENT_RE`).
fn without_comment(line: &str) -> &str {
    let mut before = ' ';
    for (at, character) in line.char_indices() {
        if character == '#' && before.is_whitespace() {
            return line[..at].trim();
        }
        before = character;
    }
    line.trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_need_white_space_before() {
        assert_eq!(without_comment("a==1 # why"), "a==1");
        assert_eq!(without_comment("a @ https://h/x#egg=a"), "a @ https://h/x#egg=a");
        assert_eq!(without_comment("# all"), "");
    }

    #[test]
    fn direct_references() {
        let direct = |kind| DirectUrl { url: "https://h/p".into(), subdirectory: Some("s".into()), kind };
        let archive = DirectUrlKind::Archive { hashes: vec![("sha256".into(), "00".into())] };
        assert_eq!(direct_reference("n", &direct(archive)), "n @ https://h/p#sha256=00&subdirectory=s");
        let git = DirectUrlKind::VersionControl {
            vcs: "git".into(),
            requested_revision: None,
            commit_id: "f00".into(),
        };
        assert_eq!(direct_reference("n", &direct(git)), "n @ git+https://h/p@f00#subdirectory=s");
    }
}
