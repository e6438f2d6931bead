//! `index versions`: which versions of a project an index has.

use metadata::python_json;
use options::Switch;
use serde_json::{Map, Value};
use specifier::{ProjectName, Version};

use crate::context::Context;
use crate::failure::Failure;
use crate::latest::{installed_version, say_installed};
use crate::selection::selection_of_options;

/// Runs the command.
pub fn run(context: &Context<'_>) -> Result<u8, Failure> {
    let (_, arguments) = context.action()?;
    let [query] = arguments.as_slice() else {
        return Err(Failure::error("You need to specify exactly one argument"));
    };
    let nothing = || Failure::error(format_args!("No matching distribution found for {query}"));
    let environment = context.environment()?;
    let selection = selection_of_options(context, environment);
    let project = ProjectName::new(query).map_err(|_| nothing())?;
    let versions = resolver::available(&project, &context.index()?.project(&project), &selection);
    let latest = versions.first().ok_or_else(nothing)?;
    let installed = installed_version(context, environment, &project)?;
    let texts: Vec<String> = versions.iter().map(Version::to_string).collect();
    if context.is_on(Switch::Json) {
        let mut answer = Map::new();
        answer.insert("name".into(), (*query).into());
        answer.insert("versions".into(), texts.into());
        answer.insert("latest".into(), latest.to_string().into());
        answer.extend(installed.map(|version| ("installed_version".to_owned(), version.into())));
        context.console.info(python_json(&Value::Object(answer)));
    } else {
        context.console.info(format_args!("{query} ({latest})"));
        context.console.info(format_args!("Available versions: {}", texts.join(", ")));
        say_installed(context, latest, installed.as_deref());
    }
    Ok(0)
}
