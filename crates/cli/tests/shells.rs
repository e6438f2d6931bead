//! Activating an environment in every shell that `venv` writes a script for: `PATH` and the prompt change, and
//! `deactivate` puts everything back.
//!
//! bash and dash must be there; of the others those that are installed are tested, and with
//! `OXIPIP_TEST_SHELLS=all` all of them must be.

mod support;

use support::program;
use testkit::{Interpreter, Sandbox, assert_same_text};

/// A shell, the activation script it reads, and a script that says what happens. Each prints the same lines.
struct Shell {
    name: &'static str,
    activate: &'static str,
    script: &'static str,
}

/// Shells that read `activate`; `SHOW` is how the shell itself would show its prompt.
const POSIX: &str = r#"
    PS1='$ '; PYTHONHOME=/elsewhere; export PYTHONHOME; old=$PATH
    . "$ACTIVATE"
    echo "VIRTUAL_ENV: $VIRTUAL_ENV"
    echo "python: $(command -v python)"
    echo "prompt: $(SHOW)"
    echo "PYTHONHOME: ${PYTHONHOME-unset}"
    deactivate
    [ "$PATH" = "$old" ] && echo "PATH is back"
    echo "VIRTUAL_ENV: ${VIRTUAL_ENV-unset}"
    echo "prompt: $PS1"
    echo "PYTHONHOME: $PYTHONHOME"
    VIRTUAL_ENV_DISABLE_PROMPT=1
    . "$ACTIVATE"
    echo "quiet prompt: $PS1"
    deactivate
    [ "$PATH" = "$old" ] && echo "PATH is back"
"#;

const FISH: &str = r#"
    function fish_prompt; printf '$ '; end
    set -gx PYTHONHOME /elsewhere; set old "$PATH"
    function colourless; string replace -ra '\e(\[[0-9;]*m|\(B)' '' -- (fish_prompt); end
    source $ACTIVATE
    echo "VIRTUAL_ENV: $VIRTUAL_ENV"
    echo "python: "(command -v python)
    echo "prompt: "(colourless)
    set -q PYTHONHOME; and echo "PYTHONHOME: $PYTHONHOME"; or echo "PYTHONHOME: unset"
    deactivate
    test "$PATH" = "$old"; and echo "PATH is back"
    set -q VIRTUAL_ENV; and echo "VIRTUAL_ENV: $VIRTUAL_ENV"; or echo "VIRTUAL_ENV: unset"
    echo "prompt: "(colourless)
    echo "PYTHONHOME: $PYTHONHOME"
    set -g VIRTUAL_ENV_DISABLE_PROMPT 1
    source $ACTIVATE
    echo "quiet prompt: "(colourless)
    deactivate
    test "$PATH" = "$old"; and echo "PATH is back"
"#;

// csh leaves PYTHONHOME alone.
const CSH: &str = r#"
    set prompt = '$ '
    set old = "$PATH"
    source "$ACTIVATE"
    echo "VIRTUAL_ENV: $VIRTUAL_ENV:q"
    echo "python: `which python`"
    echo "prompt: $prompt:q"
    echo "PYTHONHOME: unset"
    deactivate
    if ("$PATH" == "$old") echo "PATH is back"
    if ($?VIRTUAL_ENV) then
        echo "VIRTUAL_ENV: $VIRTUAL_ENV:q"
    else
        echo "VIRTUAL_ENV: unset"
    endif
    echo "prompt: $prompt:q"
    echo "PYTHONHOME: /elsewhere"
    set VIRTUAL_ENV_DISABLE_PROMPT = 1
    source "$ACTIVATE"
    echo "quiet prompt: $prompt:q"
    deactivate
    if ("$PATH" == "$old") echo "PATH is back"
"#;

fn shells() -> Vec<(Shell, String)> {
    let all = std::env::var("OXIPIP_TEST_SHELLS").is_ok_and(|value| value == "all");
    let known = [
        (Shell { name: "bash", activate: "activate", script: POSIX }, r#"printf '%s' "${PS1@P}""#),
        (Shell { name: "dash", activate: "activate", script: POSIX }, r#"eval "printf '%s' \"$PS1\"""#),
        (Shell { name: "zsh", activate: "activate", script: POSIX }, r#"print -rnP -- "$PS1""#),
        (Shell { name: "fish", activate: "activate.fish", script: FISH }, ""),
        (Shell { name: "tcsh", activate: "activate.csh", script: CSH }, ""),
    ];
    let mut found = Vec::new();
    for (shell, show) in known {
        let installed =
            ["/usr/bin", "/bin"].iter().any(|folder| std::path::Path::new(folder).join(shell.name).exists());
        assert!(
            installed || !(all || matches!(shell.name, "bash" | "dash")),
            "{} is not installed",
            shell.name
        );
        if installed {
            let script = shell.script.replace("SHOW", show);
            found.push((shell, script));
        }
    }
    found
}

/// Makes an environment with every interpreter and activates it in every shell; `prompt` is what is shown.
fn activate_everywhere(folder: &str, options: &[&str], prompt: &str) {
    for interpreter in Interpreter::all() {
        let sandbox = Sandbox::with_interpreter(program(), interpreter.clone());
        let python = interpreter.path.to_str().unwrap();
        sandbox
            .run([&["venv", "--python", python, "--without-pip"], options, &[folder]].concat())
            .succeeded();
        for (shell, script) in shells() {
            // Before 3.9 csh shows the folder's name in brackets, whatever the prompt.
            let old_csh = shell.name == "tcsh" && interpreter.version < (3, 9, 0);
            let shown = if old_csh { format!("[{folder}]") } else { format!("({prompt})") };
            let file = sandbox.write("script", &script);
            let words: &[&str] = match shell.name {
                "fish" => &["--no-config", "script"],
                "tcsh" | "zsh" => &["-f", "script"],
                _ => &["script"],
            };
            let env = sandbox.work().join(folder);
            let outcome = sandbox
                .program(shell.name, words)
                .env("ACTIVATE", env.join("bin").join(shell.activate))
                .env("TERM", "xterm")
                .run();
            let env = env.display();
            let context =
                format!("{} of Python {} from {}", shell.name, interpreter.minor_version(), file.display());
            assert!(outcome.code == Some(0) && outcome.stderr.is_empty(), "{context}\n{}", outcome.report());
            assert_same_text(
                &format!("{context}\n{}", outcome.stdout),
                &format!(
                    "{context}
VIRTUAL_ENV: {env}
python: {env}/bin/python
prompt: {shown} $
PYTHONHOME: unset
PATH is back
VIRTUAL_ENV: unset
prompt: $
PYTHONHOME: /elsewhere
quiet prompt: $
PATH is back
"
                ),
            );
        }
    }
}

#[test]
fn everyday_environments() {
    activate_everywhere("tutorial-env", &[], "tutorial-env");
}

#[test]
fn a_prompt_of_ones_own() {
    activate_everywhere("env", &["--prompt", "my project"], "my project");
}

#[test]
fn folders_with_blanks_and_other_letters() {
    activate_everywhere("größe 环境", &["--prompt", "p"], "p");
}

#[test]
fn odd_folders() {
    activate_everywhere("it's \"odd\" $HOME & `more`; (x)", &["--prompt", "p"], "p");
}

#[test]
fn odd_prompts() {
    activate_everywhere(
        "env",
        &["--prompt", "it's \"odd\" $HOME `id` \\ (x)"],
        "it's \"odd\" $HOME `id` \\ (x)",
    );
}
