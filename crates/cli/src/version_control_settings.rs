//! How version control tools are run: from options and the environment.

use std::env;

use options::Switch;
use version_control::Settings;

use crate::context::Context;

/// The settings of this command.
pub fn version_control_settings(context: &Context<'_>) -> Settings {
    Settings {
        // As bytes: a tool may need what is no UTF-8.
        environment: env::vars_os().collect(),
        working_directory: context.process.working_directory.clone(),
        cache: context.own_cache(),
        offline: context.is_on(Switch::Offline),
        no_input: context.is_on(Switch::NoInput),
        is_interactive: context.console.is_interactive(),
        no_partial_clone: context
            .process
            .variable("PIP_NO_PARTIAL_CLONE_FOR_BROKEN_GIT_SERVER")
            .is_some_and(is_true),
        verbosity: context.values().verbosity(),
    }
}

/// pip's `strtobool`.
fn is_true(text: &str) -> bool {
    matches!(text.to_ascii_lowercase().as_str(), "y" | "yes" | "t" | "true" | "on" | "1")
}
