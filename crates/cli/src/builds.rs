//! From options and the environment to how sources are built.

use std::env;

use environment::Environment;
use options::{List, Switch, Text};
use requirement::{FileEntry, FileKind, InstallRequirement, read_requirements};
use resolver::Selection;
use session::{BuildSettings, Builds};
use version_control::{Answer, Question, VersionControlError};

use crate::context::Context;
use crate::failure::Failure;
use crate::placing::{compile_target, workers};
use crate::version_control_settings::version_control_settings;

/// How this command builds; `editables` says whether `-e` builds editables, which only installs do.
pub fn builds(
    context: &Context<'_>,
    environment: &Environment,
    selection: &Selection,
    editables: bool,
) -> Result<Builds, Failure> {
    let settings = context.values().config_settings().iter();
    let no_input = context.is_on(Switch::NoInput);
    let (exists_action, console_input) = (exists_actions(context), no_input);
    Ok(Builds::new(BuildSettings {
        isolation: context.is_on(Switch::BuildIsolation),
        check_dependencies: context.is_on(Switch::CheckBuildDependencies),
        config_settings: settings
            .flat_map(|setting| setting.values.iter().map(|value| (setting.key.clone(), value.clone())))
            .collect(),
        constraints: constraints(context)?,
        selection: selection.clone(),
        variables: env::vars_os().collect(),
        keep_folders: context.is_on(Switch::NoClean),
        editables,
        version_control: version_control_settings(context),
        cache: context.cache(),
        cache_layers: context.cache_layers().to_vec(),
        ask: Box::new(move |question| answer(question, &exists_action, console_input)),
        source_folder: source_folder(context, environment),
        jobs: workers(),
        byte_code: Some(compile_target(context, environment)),
        skip_verification: context.is_on(Switch::NoVerify),
    }))
}

/// `--src`; else `src` in the virtual environment, or in the current folder.
fn source_folder(context: &Context<'_>, environment: &Environment) -> std::path::PathBuf {
    match context.text(Text::Src) {
        Some(folder) => context.process.working_directory.join(folder),
        None if environment.is_virtual() => environment.prefix().join("src"),
        None => context.process.working_directory.join("src"),
    }
}

/// `--build-constraint`.
fn constraints(context: &Context<'_>) -> Result<Vec<InstallRequirement>, Failure> {
    let files = context.list(List::BuildConstraint);
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let index = context.fetcher();
    let machine = context.machine(&index);
    let mut constraints = Vec::new();
    for location in files {
        let file = read_requirements(location, FileKind::Requirements, &machine)?;
        file.warnings.iter().for_each(|warning| context.console.warning(warning));
        constraints.extend(file.entries.into_iter().filter_map(|entry| match entry {
            FileEntry::Requirement(requirement) => Some(requirement),
            // Options in there count for nothing: indexes and formats are the command's.
            FileEntry::Option(_) => None,
        }));
    }
    Ok(constraints)
}

/// `--exists-action`, in the order given.
fn exists_actions(context: &Context<'_>) -> Vec<String> {
    context.list(List::ExistsAction).iter().map(ToString::to_string).collect()
}

/// The answer to a question about a folder: the first of `--exists-action` that is offered, else that of the user.
fn answer(question: &Question, actions: &[String], no_input: bool) -> Result<Answer, VersionControlError> {
    let offered = |letter: &str| question.answers.iter().copied().find(|answer| answer.letter() == letter);
    if let Some(answer) = actions.iter().find_map(|action| offered(action)) {
        return Ok(answer);
    }
    let none = || VersionControlError::NoAnswer(question.text.to_owned());
    if no_input {
        return Err(none());
    }
    let allowed: Vec<&str> = question.answers.iter().map(|answer| answer.letter()).collect();
    let text = crate::console::ask(question.text, &allowed).ok_or_else(none)?;
    offered(&text).ok_or_else(none)
}
