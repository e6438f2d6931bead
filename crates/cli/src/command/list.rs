//! `list`: what is installed, as a table, as requirement lines, or as JSON.

use std::collections::HashSet;

use environment::Distribution;
use metadata::python_json;
use options::{List, Switch, Text};
use serde_json::{Map, Value};
use specifier::{ProjectName, Requirement, Version};

use crate::context::Context;
use crate::failure::Failure;
use crate::latest::{Latest, latest_versions};
use crate::table::tabulate;

/// One line of the listing.
struct Row {
    distribution: Distribution,
    latest: Option<Latest>,
}

/// Runs the command.
pub fn run(context: &Context) -> Result<u8, Failure> {
    let environment = context.environment()?;
    let installed = context.installed(environment, &context.which())?;
    let mut distributions = installed.distributions;
    if context.is_on(Switch::NotRequired) {
        distributions = not_required(distributions, &environment.markers());
    }
    let excluded: HashSet<ProjectName> =
        context.list(List::Exclude).iter().map(|name| ProjectName::normalise(name)).collect();
    distributions.retain(|distribution| !excluded.contains(&distribution.project));
    distributions.sort_by(|a, b| a.project.cmp(&b.project));

    let outdated = context.is_on(Switch::Outdated);
    let rows: Vec<Row> = if outdated || context.is_on(Switch::Uptodate) {
        latest_versions(context, environment, distributions)?
            .into_iter()
            .filter(|(distribution, latest)| match Version::parse(distribution.version()) {
                Ok(version) => {
                    if outdated {
                        latest.version > version
                    } else {
                        latest.version == version
                    }
                }
                Err(_) => false,
            })
            .map(|(distribution, latest)| Row { distribution, latest: Some(latest) })
            .collect()
    } else {
        distributions.into_iter().map(|distribution| Row { distribution, latest: None }).collect()
    };

    let verbose = context.is_verbose();
    match context.text(Text::Format).unwrap_or("columns") {
        "json" => context.console.info(json(&rows, verbose, outdated)),
        "freeze" => rows.iter().for_each(|row| context.console.info(frozen(row, verbose))),
        _ => columns(&rows, verbose, outdated).iter().for_each(|line| context.console.info(line)),
    }
    Ok(0)
}

fn not_required(
    distributions: Vec<Distribution>,
    markers: &specifier::MarkerEnvironment,
) -> Vec<Distribution> {
    let required: HashSet<ProjectName> = distributions
        .iter()
        .flat_map(|distribution| distribution.metadata().requires_dist.clone())
        .filter_map(|text| Requirement::parse(&text).ok())
        .filter(|needed| needed.marker.as_ref().is_none_or(|m| m.evaluate(markers, &[]).unwrap_or(false)))
        .map(|needed| needed.project)
        .collect();
    distributions.into_iter().filter(|distribution| !required.contains(&distribution.project)).collect()
}

/// The version as pip normalises it for machine-readable output.
fn normalised(version: &str) -> String {
    Version::parse(version).map_or_else(|_| version.to_owned(), |version| version.to_string())
}

fn location(distribution: &Distribution) -> String {
    distribution.location.display().to_string()
}

fn editable(distribution: &Distribution) -> String {
    distribution.editable_location().map(|path| path.display().to_string()).unwrap_or_default()
}

fn frozen(row: &Row, verbose: bool) -> String {
    let Row { distribution, .. } = row;
    let name = distribution.name();
    let pinned = match Version::parse(distribution.version()) {
        Ok(version) => format!("{name}=={version}"),
        Err(_) => format!("{name}==={}", distribution.version()),
    };
    if verbose { format!("{pinned} ({})", location(distribution)) } else { pinned }
}

fn columns(rows: &[Row], verbose: bool, outdated: bool) -> Vec<String> {
    if rows.is_empty() {
        return Vec::new();
    }
    let build_tags: Vec<Option<String>> = rows.iter().map(|row| row.distribution.build_tag()).collect();
    let editables: Vec<String> = rows.iter().map(|row| editable(&row.distribution)).collect();
    let has_build_tags = build_tags.iter().any(Option::is_some);
    let has_editables = editables.iter().any(|path| !path.is_empty());

    let mut header = vec!["Package", "Version"];
    header.extend(outdated.then_some(["Latest", "Type"]).into_iter().flatten());
    header.extend(has_build_tags.then_some("Build"));
    header.extend(has_editables.then_some("Editable project location"));
    header.extend(verbose.then_some(["Location", "Installer"]).into_iter().flatten());

    let mut table = vec![header.into_iter().map(ToOwned::to_owned).collect::<Vec<_>>()];
    for ((row, build_tag), editable) in rows.iter().zip(build_tags).zip(editables) {
        let mut cells = vec![row.distribution.name().to_owned(), row.distribution.version().to_owned()];
        if outdated && let Some(latest) = &row.latest {
            cells.extend([latest.version.to_string(), latest.kind.to_owned()]);
        }
        cells.extend(has_build_tags.then(|| build_tag.unwrap_or_default()));
        cells.extend(has_editables.then_some(editable));
        if verbose {
            cells.extend([location(&row.distribution), row.distribution.installer()]);
        }
        table.push(cells);
    }
    let (mut lines, widths) = tabulate(&table);
    let rule = widths.iter().map(|width| "-".repeat(*width)).collect::<Vec<_>>().join(" ");
    lines.insert(1, rule);
    lines
}

fn json(rows: &[Row], verbose: bool, outdated: bool) -> String {
    let entries = rows.iter().map(|row| {
        let distribution = &row.distribution;
        let mut entry = Map::new();
        let mut put = |key: &str, value: String| entry.insert(key.to_owned(), Value::String(value));
        put("name", distribution.name().to_owned());
        put("version", normalised(distribution.version()));
        if verbose {
            put("location", location(distribution));
            put("installer", distribution.installer());
        }
        if outdated && let Some(latest) = &row.latest {
            put("latest_version", latest.version.to_string());
            put("latest_filetype", latest.kind.to_owned());
        }
        let editable = editable(distribution);
        if !editable.is_empty() {
            put("editable_project_location", editable);
        }
        Value::Object(entry)
    });
    python_json(&Value::Array(entries.collect()))
}
