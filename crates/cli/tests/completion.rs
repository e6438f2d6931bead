//! `oxipip completion`, and the answers that shells get.

mod support;

use support::{Place, program};
use testkit::{Sandbox, assert_same_text};

/// The words offered at the end of a line of which the last word is incomplete, or empty after a space.
fn offered(sandbox: &Sandbox, line: &str) -> Vec<String> {
    let number = line.split(' ').count() - 1;
    let outcome = sandbox
        .command([""; 0])
        .env("PIP_AUTO_COMPLETE", "1")
        .env("COMP_WORDS", line)
        .env("COMP_CWORD", number.to_string())
        .run()
        .failed();
    assert_eq!(outcome.stderr, "");
    outcome.stdout.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn commands_and_their_actions() {
    let sandbox = Sandbox::new(program());
    assert_eq!(offered(&sandbox, "pip un"), ["uninstall"]);
    assert_eq!(offered(&sandbox, "pip --isolated in"), ["install", "inspect", "index"]);
    assert_eq!(offered(&sandbox, "pip cache re"), ["remove"]);
    assert_eq!(offered(&sandbox, "pip cache v"), ["verify"]);
    assert_eq!(offered(&sandbox, "pip config unse"), ["unset"]);
    assert_eq!(offered(&sandbox, "pip index ve"), ["versions"]);
    assert_eq!(offered(&sandbox, "pip cache remove re"), [""; 0]);
    assert_eq!(offered(&sandbox, "pip help in"), [""; 0]);
    assert!(offered(&sandbox, "oxipip ").contains(&"venv".to_owned()));
}

#[test]
fn options_that_are_not_given_yet() {
    let sandbox = Sandbox::new(program());
    assert_eq!(offered(&sandbox, "pip --vers"), ["--version"]);
    assert_eq!(
        offered(&sandbox, "pip install --req"),
        [
            "--requirement=",
            "--requirements-from-script=",
            "--require-hashes",
            "--require-virtualenv",
            "--require-venv"
        ]
    );
    assert_eq!(offered(&sandbox, "pip list --format=json --form"), [""; 0]);
    let short = offered(&sandbox, "pip install -");
    for option in ["-r", "-U", "-h", "--upgrade", "--target="] {
        assert!(short.iter().any(|word| word == option), "{option} is not in {short:?}");
    }
    assert!(!short.contains(&"--no-python-version-warning".to_owned()));
}

#[test]
fn paths_where_a_path_belongs() {
    let sandbox = Sandbox::new(program());
    for file in ["requirements.txt", "resources/images/a", "REPLAY/a", "README.txt"] {
        sandbox.write(file, "");
    }
    assert_eq!(offered(&sandbox, "pip install -r r"), ["requirements.txt", "resources/"]);
    assert_eq!(offered(&sandbox, "pip install r"), ["requirements.txt", "resources/"]);
    assert_eq!(offered(&sandbox, "pip --cache-dir r"), ["resources/"]);
    assert_eq!(offered(&sandbox, "pip --cache-dir resources/"), ["resources/images/"]);
    let absolute = sandbox.work().join("R").display().to_string();
    assert_eq!(
        offered(&sandbox, &format!("pip install -e {absolute}")),
        [format!("{absolute}EADME.txt"), format!("{absolute}EPLAY/")]
    );
    assert_eq!(offered(&sandbox, "pip wheel r"), [""; 0]);
    assert_eq!(offered(&sandbox, "pip --timeout r"), [""; 0]);
}

#[test]
fn what_is_installed_where_it_is_named() {
    let place = Place::new("Demo.One 1.0\ndemo-two 1.0");
    place.install(&["demo.one", "demo-two"]);
    let line = |rest: &str| offered(&place.sandbox, &format!("pip --python env {rest}"));
    assert_eq!(line("uninstall DEMO"), ["demo-one", "demo-two"]);
    assert_eq!(line("show demo-two demo"), ["demo-one"]);
    assert_eq!(line("show --fil"), ["--files"]);
}

#[test]
fn only_a_whole_question_is_answered() {
    let sandbox = Sandbox::new(program());
    let ask = |words: &str, number: &str| {
        sandbox
            .command(["hash"])
            .env("PIP_AUTO_COMPLETE", "1")
            .env("COMP_WORDS", words)
            .env("COMP_CWORD", number)
            .run()
            .failed()
            .warns("Usage:")
    };
    ask("", "1");
    ask("pip un", "");
    ask("pip un", "x");
    // Numbers beyond the line are no reason to fall over.
    for number in ["0", "7", "18446744073709551615"] {
        let run = sandbox.command(["hash"]).env("PIP_AUTO_COMPLETE", "1").env("COMP_WORDS", "pip install");
        assert_eq!(run.env("COMP_CWORD", number).run().failed().stderr, "");
    }
}

// covers: completion --powershell
#[test]
fn a_shell_is_to_be_named() {
    let sandbox = Sandbox::new(program());
    let outcome = sandbox.run(["completion"]).succeeded();
    assert_same_text(&outcome.stderr, "ERROR: You must pass --bash or --fish or --powershell or --zsh\n");
    sandbox.run(["completion", "--foosh"]).ended_with(2).warns("no such option: --foosh");
    sandbox.run(["completion", "--powershell"]).succeeded().says("if ($lastBlock.StartsWith(\"oxipip \"))");
}

// covers: completion --bash --zsh --fish --powershell
#[test]
fn each_shell_has_its_own() {
    let sandbox = Sandbox::new(program());
    for (long, short, text) in [
        ("--bash", "-b", "COMPREPLY="),
        ("--zsh", "-z", "#compdef "),
        ("--fish", "-f", "function __fish_complete_pip"),
        ("--powershell", "-p", "function TabExpansion("),
    ] {
        let outcome = sandbox.run(["completion", long]).succeeded().says(text);
        assert_eq!(sandbox.run(["completion", short]).succeeded().stdout, outcome.stdout);
    }
}

/// Evaluates what is printed for a shell and asks for completions in it, as the shell would.
// covers: completion --bash
#[test]
fn bash_understands_it() {
    let sandbox = Sandbox::new(program());
    let script = "eval \"$(\"$OXIPIP\" completion --bash)\"
        complete -p oxipip
        COMP_WORDS=(\"$OXIPIP\" config uns); COMP_CWORD=2
        _pip_completion \"$OXIPIP\"; echo \"${COMPREPLY[@]}\"";
    let outcome = sandbox.program("bash", ["-c", script]).env("OXIPIP", program()).run().succeeded();
    assert_same_text(&outcome.stdout, "complete -o default -F _pip_completion oxipip\nunset\n");
}

#[test]
fn other_shells_understand_it() {
    let sandbox = Sandbox::new(program());
    let fish = "eval (\"$OXIPIP\" completion --fish | string collect); complete -C 'oxipip config uns'";
    let zsh = "autoload -Uz compinit; compinit -D -u; eval \"$(\"$OXIPIP\" completion --zsh)\"
        print -r -- ${_patcomps[oxipip]}${_postpatcomps[oxipip]}
        compadd() { print -r -- \"$@\"; }; words=($OXIPIP config uns); CURRENT=3; __pip";
    for (shell, script, expected) in [("fish", fish, "unset"), ("zsh", zsh, "__pip\nunset")] {
        let installed = sandbox.program("/bin/sh", ["-c", "command -v \"$0\"", shell]).run().code == Some(0);
        if !installed {
            let all = std::env::var_os("OXIPIP_TEST_SHELLS").is_some_and(|value| value == "all");
            assert!(!all, "{shell} is not installed");
            continue;
        }
        let folder = program().parent().unwrap().display().to_string();
        let run = sandbox.program(shell, ["-c", script]).env("OXIPIP", program());
        let outcome = run.env("PATH", format!("{folder}:/usr/bin:/bin")).run().succeeded();
        assert_same_text(outcome.stdout.trim_end(), expected);
    }
}
