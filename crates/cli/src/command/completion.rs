//! `completion`: what shells need to complete words, and the answers they get.

mod answer;

use options::Text;

use crate::context::Context;

pub use answer::{Question, answer};

/// For each shell the functions that ask the program, as pip has them: shells and plugins know these names.
const SCRIPTS: [(&str, &str); 4] = [
    ("bash", include_str!("completion/bash")),
    ("zsh", include_str!("completion/zsh")),
    ("fish", include_str!("completion/fish")),
    ("powershell", include_str!("completion/powershell")),
];

/// Runs the command.
pub fn run(context: &Context<'_>) -> u8 {
    let wanted = context.text(Text::Shell);
    let Some((shell, script)) = SCRIPTS.iter().find(|(shell, _)| Some(*shell) == wanted) else {
        context.console.error_text("ERROR: You must pass --bash or --fish or --powershell or --zsh\n");
        return 0;
    };
    let program = &context.process.program;
    // One registration serves all of pip's names.
    let pattern = if program.starts_with("pip") { "pip[0-9.]#" } else { program.as_str() };
    let script = script.replace("{program}", program).replace("{pattern}", pattern);
    context
        .console
        .result(format_args!("\n# pip {shell} completion start\n{script}# pip {shell} completion end\n"));
    0
}
