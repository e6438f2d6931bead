//! `debug`: facts about the interpreter and this program, for bug reports.

use std::collections::BTreeSet;

use options::{ConfigurationFile, List, Switch, Text, python_repr};

use super::version;
use crate::context::Context;
use crate::failure::Failure;
use crate::selection::selection_of_options;

/// How many tags are shown without `--verbose`.
const TAG_LIMIT: usize = 10;

/// Runs the command.
pub fn run(context: &Context<'_>) -> Result<u8, Failure> {
    let console = context.console;
    console.warning(
        "This command is only meant for debugging. Do not use this with automation for parsing and getting these \
         details, since the output and options of this command may change without notice.",
    );
    let environment = context.environment()?;
    let description = environment.describe()?;
    let markers = environment.markers();
    let variable = |name: &str| context.process.variable(name).unwrap_or("None").to_owned();
    for (name, value) in [
        ("pip version", version::line(environment)),
        ("sys.version", description.version),
        ("sys.executable", environment.python().display().to_string()),
        ("sys.getdefaultencoding", description.default_encoding),
        ("sys.getfilesystemencoding", description.filesystem_encoding),
        ("locale.getencoding", description.locale_encoding),
        ("sys.platform", markers.sys_platform),
        ("sys.implementation", format!("\n  name: {}", markers.implementation_name)),
        ("'cert' config value", sections_of_configuration(context)?),
        ("REQUESTS_CA_BUNDLE", variable("REQUESTS_CA_BUNDLE")),
        ("CURL_CA_BUNDLE", variable("CURL_CA_BUNDLE")),
        // Nothing is bundled: certificates are the system's, and there are no libraries to be replaced.
        ("pip._vendor.certifi.where()", "None".to_owned()),
        ("pip._vendor.DEBUNDLED", "False".to_owned()),
        ("vendored library versions", format!("\n  oxipip=={}", env!("CARGO_PKG_VERSION"))),
    ] {
        let space = if value.starts_with('\n') { "" } else { " " };
        console.info(format_args!("{name}:{space}{value}"));
    }
    let tags = selection_of_options(context, environment).tags;
    let target = target(context);
    let target = if target.is_empty() { target } else { format!(" (target: {target})") };
    console.info(format_args!("Compatible tags: {}{target}", tags.len()));
    let is_limited = !context.is_verbose() && tags.len() > TAG_LIMIT;
    for tag in tags.iter().take(if is_limited { TAG_LIMIT } else { tags.len() }) {
        console.info(format_args!("  {tag}"));
    }
    if is_limited {
        console.info(format_args!("  ...\n  [First {TAG_LIMIT} tags shown. Pass --verbose to show all.]"));
    }
    Ok(0)
}

/// Which sections of the configuration could say something of certificates, as pip sums it up.
fn sections_of_configuration(context: &Context<'_>) -> Result<String, Failure> {
    let prefix = context.environment().ok().map(|environment| environment.prefix().to_owned());
    let ambient = context.process.ambient(prefix);
    let files = ConfigurationFile::all(&ambient, context.is_on(Switch::Isolated), None)?;
    let mut sections: BTreeSet<String> = files
        .iter()
        .flat_map(ConfigurationFile::options)
        .filter_map(|(key, _)| Some(key.split_once('.')?.0.to_owned()))
        .collect();
    if context.process.variables.iter().any(|(name, _)| name.starts_with("PIP_")) {
        sections.insert(":env:".to_owned());
    }
    if sections.is_empty() {
        return Ok("Not specified".to_owned());
    }
    if !["install", "wheel", "download"].iter().any(|section| sections.contains(*section)) {
        return Ok("global".to_owned());
    }
    sections.remove("global");
    Ok(sections.into_iter().collect::<Vec<_>>().join(", "))
}

/// The target that options name, in Python's words.
fn target(context: &Context<'_>) -> String {
    let list = |list: List| {
        let texts: Vec<String> = context.list(list).iter().map(|text| python_repr(text)).collect();
        (!texts.is_empty()).then(|| format!("[{}]", texts.join(", ")))
    };
    let version = context.values().python_version().map(|parts| {
        let parts: Vec<String> = parts.iter().map(u64::to_string).collect();
        python_repr(&parts.join("."))
    });
    let given = [
        ("platforms", list(List::Platform)),
        ("version_info", version),
        ("abis", list(List::Abi)),
        ("implementation", context.text(Text::Implementation).map(python_repr)),
    ];
    let given = given.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", value?)));
    given.collect::<Vec<_>>().join(" ")
}
