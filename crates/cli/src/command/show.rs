//! `show`: what an installed distribution says of itself.

use std::collections::{HashMap, HashSet};

use environment::Distribution;
use options::Switch;
use specifier::{MarkerEnvironment, ProjectName, Requirement};

use crate::context::Context;
use crate::failure::Failure;

/// Runs the command.
pub fn run(context: &Context) -> Result<u8, Failure> {
    let queries = context.positionals();
    if queries.is_empty() {
        context.console.warning("ERROR: Please provide a package name or names.");
        return Ok(1);
    }
    let environment = context.environment()?;
    let which = environment::Which { skip_standard_library: false, ..environment::Which::default() };
    let installed = context.installed(environment, &which)?;
    let by_project: HashMap<&ProjectName, &Distribution> =
        installed.distributions.iter().map(|found| (&found.project, found)).collect();

    let names: Vec<ProjectName> = queries.iter().map(|query| ProjectName::normalise(query)).collect();
    let mut missing: Vec<&str> = queries
        .iter()
        .zip(&names)
        .filter(|(_, name)| !by_project.contains_key(name))
        .map(|(query, _)| query.as_str())
        .collect();
    if !missing.is_empty() {
        missing.sort_unstable();
        context.console.warning(format_args!("Package(s) not found: {}", missing.join(", ")));
    }

    let markers = environment.markers();
    let mut shown = false;
    for name in &names {
        if let Some(distribution) = by_project.get(name) {
            if shown {
                context.console.info("---");
            }
            shown = true;
            show(context, distribution, &installed.distributions, &markers);
        }
    }
    Ok(u8::from(!shown))
}

fn show(context: &Context, distribution: &Distribution, all: &[Distribution], markers: &MarkerEnvironment) {
    let console = context.console;
    let metadata = distribution.whole_metadata();
    let get = |field: &str| metadata.get(field).unwrap_or_default();
    console.info(format_args!("Name: {}", distribution.name()));
    console.info(format_args!("Version: {}", distribution.version()));
    console.info(format_args!("Summary: {}", get("Summary")));
    console.info(format_args!("Home-page: {}", homepage(metadata)));
    console.info(format_args!("Author: {}", get("Author")));
    console.info(format_args!("Author-email: {}", get("Author-email")));
    if names_license_expression(get("Metadata-Version")) && !get("License-Expression").is_empty() {
        console.info(format_args!("License-Expression: {}", get("License-Expression")));
    } else {
        console.info(format_args!("License: {}", get("License")));
    }
    console.info(format_args!("Location: {}", distribution.location.display()));
    if let Some(location) = distribution.editable_location() {
        console.info(format_args!("Editable project location: {}", location.display()));
    }
    console.info(format_args!("Requires: {}", requires(distribution, markers).join(", ")));
    console.info(format_args!("Required-by: {}", required_by(distribution, all, markers).join(", ")));

    if context.is_verbose() {
        console.info(format_args!("Metadata-Version: {}", get("Metadata-Version")));
        console.info(format_args!("Installer: {}", distribution.installer()));
        console.info("Classifiers:");
        metadata.get_all("Classifier").for_each(|classifier| console.info(format_args!("  {classifier}")));
        console.info("Entry-points:");
        let entry_points = distribution.read("entry_points.txt").unwrap_or_default();
        for line in String::from_utf8_lossy(&entry_points).lines() {
            console.info(format_args!("  {}", line.trim()));
        }
        console.info("Project-URLs:");
        metadata.get_all("Project-URL").for_each(|url| console.info(format_args!("  {url}")));
    }
    if context.is_on(Switch::Files) {
        console.info("Files:");
        match declared_files(distribution) {
            Some(files) => files.iter().for_each(|file| console.info(format_args!("  {}", file.trim()))),
            None => console.info("Cannot locate RECORD or installed-files.txt"),
        }
    }
}

/// `License-Expression` counts from metadata version 2.4 on.
fn names_license_expression(metadata_version: &str) -> bool {
    let mut parts = metadata_version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) >= (2, 4)
}

/// `Home-page`, or the project URL whose label means the same (well-known project URLs).
fn homepage(metadata: &metadata::CoreMetadata) -> &str {
    let header = metadata.get("Home-page").unwrap_or_default();
    if !header.is_empty() {
        return header;
    }
    let is_home = |label: &str| {
        let letters = label.chars().filter(|c| !c.is_ascii_punctuation() && !c.is_ascii_whitespace());
        letters.flat_map(char::to_lowercase).eq("homepage".chars())
    };
    let mut urls = metadata.get_all("Project-URL").filter_map(|line| line.split_once(','));
    urls.find(|(label, _)| is_home(label)).map_or("", |(_, url)| url.trim())
}

/// The requirements that apply without extras; the unparsed lines when one of them is invalid.
fn dependencies(
    distribution: &Distribution,
    markers: &MarkerEnvironment,
) -> Result<Vec<Requirement>, Vec<String>> {
    let metadata = distribution.metadata();
    let mut requirements = Vec::new();
    for line in metadata.requires_dist.iter().filter(|line| !Requirement::is_extra_only(line)) {
        match Requirement::parse(line) {
            Ok(requirement) => requirements.push(requirement),
            Err(_) => return Err(metadata.requires_dist.clone()),
        }
    }
    requirements.retain(|needed| counts(needed, markers));
    Ok(requirements)
}

/// Whether a requirement applies when no extra is asked for.
fn counts(requirement: &Requirement, markers: &MarkerEnvironment) -> bool {
    requirement.marker.as_ref().is_none_or(|marker| marker.evaluate(markers, &[]).unwrap_or(false))
}

fn requires(distribution: &Distribution, markers: &MarkerEnvironment) -> Vec<String> {
    let mut names: Vec<String> = match dependencies(distribution, markers) {
        Ok(requirements) => {
            let distinct: HashSet<String> = requirements.into_iter().map(|needed| needed.name).collect();
            distinct.into_iter().collect()
        }
        Err(lines) => lines,
    };
    names.sort_by_key(|name| (name.to_lowercase(), name.clone()));
    names
}

fn required_by(
    distribution: &Distribution,
    all: &[Distribution],
    markers: &MarkerEnvironment,
) -> Vec<String> {
    let mut names = Vec::new();
    for other in all {
        let mut needs = false;
        for line in &other.metadata().requires_dist {
            let (name, counts) = match Requirement::glance(line) {
                Some(glance) => (ProjectName::normalise(glance.name), !glance.is_extra_only),
                None => match Requirement::parse(line) {
                    Ok(requirement) => (requirement.project.clone(), counts(&requirement, markers)),
                    Err(_) => return vec!["#N/A".to_owned()],
                },
            };
            needs |= counts && name == distribution.project;
        }
        if needs {
            names.push(other.name().to_owned());
        }
    }
    names.sort_by_key(|name| name.to_lowercase());
    names
}

/// The paths of RECORD, or of the older `installed-files.txt`, sorted.
fn declared_files(distribution: &Distribution) -> Option<Vec<String>> {
    let mut files: Vec<String> = if let Ok(Some(record)) = distribution.record() {
        record.rows.into_iter().map(|row| row.path).collect()
    } else {
        let text = distribution.read("installed-files.txt")?;
        let info = distribution.info.file_name()?.to_string_lossy().into_owned();
        String::from_utf8_lossy(&text).lines().map(|line| below(&info, line)).collect()
    };
    files.sort();
    Some(files)
}

/// A path relative to the egg-info folder, made relative to the folder that holds it.
fn below(info: &str, line: &str) -> String {
    let mut parts: Vec<&str> = vec![info];
    for part in line.split('/') {
        match part {
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            "" | "." => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}
