//! Credentials: keyrings, questions, and that nobody else gets to see them.

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use support::{Place, program};
use testkit::{Index, Outcome, Run};

const USER: &str = "ada";
const PASSWORD: &str = "l0velace";

/// An index that lets only Ada in, and a folder for a `keyring` program.
fn place() -> Place {
    let index = Index::builder().login(USER, PASSWORD).start();
    let mut place = Place::with_index(index, "demo 1.0 -> other\nother 2.0");
    let path = format!("{}/programs:/usr/bin:/bin", place.sandbox.work().display());
    place.sandbox.env("PATH", path);
    place
}

fn executable(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// A `keyring` program that writes down how it is called, and knows Ada under one name.
fn keyring_program(place: &Place, service: &str) {
    let calls = place.sandbox.work().join("calls");
    let text = format!(
        "#!/bin/sh
echo \"$*\" >> {calls}
if [ \"$1\" = set ]; then cat >> {calls}; exit 0; fi
[ \"$4\" = '{service}' ] || exit 1
[ -z \"$5\" ] || [ \"$5\" = {USER} ] || exit 1
echo '{{\"username\": \"{USER}\", \"password\": \"{PASSWORD}\"}}'
",
        calls = calls.display()
    );
    executable(&place.sandbox.work().join("programs/keyring"), &text);
}

fn calls(place: &Place) -> Vec<String> {
    let text = fs::read_to_string(place.sandbox.work().join("calls")).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

fn install(place: &Place, words: &[&str]) -> Run {
    place.command(&[&["install"], words, &["demo"]].concat())
}

/// Neither shown nor kept anywhere.
#[track_caller]
fn keeps_the_secret(place: &Place, outcome: &Outcome) {
    for text in [&outcome.stdout, &outcome.stderr] {
        assert!(!text.contains(PASSWORD), "{}", outcome.report());
    }
    let found = place.sandbox.program("grep", ["-rl", PASSWORD, "../cache", "env", "../tmp"]).run();
    assert_eq!(found.stdout, "", "{}", found.report());
}

// covers: install --keyring-provider
#[test]
fn the_keyring_program_is_asked_once_for_all_requests() {
    let place = place();
    let host = place.index.address().to_string();
    keyring_program(&place, &host);
    let outcome =
        install(&place, &["-vvv", "--keyring-provider", "subprocess", "--no-input", "--log", "../tmp/log"]);
    let outcome = outcome.run().succeeded();
    let words = "--mode=creds --output=json get";
    assert_eq!(calls(&place), [format!("{words} {}", place.index.url()), format!("{words} {host}")]);
    keeps_the_secret(&place, &outcome);
    assert_eq!(place.frozen(), ["demo==1.0", "other==2.0"]);
}

#[test]
fn the_keyring_is_asked_for_the_user_of_the_index() {
    let place = place();
    keyring_program(&place, &place.index.url());
    let url = place.index.url().replace("http://", &format!("http://{USER}@"));
    install(&place, &["-i", &url, "--keyring-provider", "subprocess"]).run().succeeded();
    assert_eq!(calls(&place), [format!("--mode=creds --output=json get {} {USER}", place.index.url())]);
}

#[test]
fn auto_asks_a_keyring_unless_there_is_no_input() {
    let place = place();
    keyring_program(&place, &place.index.url());
    install(&place, &["--no-input"]).run().failed();
    install(&place, &["--keyring-provider", "disabled", "--no-input"]).run().failed();
    install(&place, &["--keyring-provider", "import", "--no-input"]).run().failed();
    assert_eq!(calls(&place), [""; 0]);
    install(&place, &[]).run().succeeded();
    assert_eq!(calls(&place).len(), 1);
}

#[test]
fn a_keyring_of_the_environment_is_not_the_program_of_the_user() {
    let mut place = place();
    keyring_program(&place, &place.index.url());
    let own = place.env().join("bin/keyring");
    executable(&own, "#!/bin/sh\nexit 2\n");
    let path =
        format!("{}/bin:{}/programs:/usr/bin:/bin", place.env().display(), place.sandbox.work().display());
    place.sandbox.env("PATH", path);
    install(&place, &["--keyring-provider", "subprocess"]).run().succeeded();
}

#[test]
fn a_keyring_program_that_fails_is_told_of_once() {
    let place = place();
    let program = place.sandbox.work().join("programs/keyring");
    executable(
        &program,
        "#!/bin/sh\necho 'keyring: error: unrecognized arguments: --mode=creds' >&2\nexit 2\n",
    );
    let outcome = install(&place, &["--keyring-provider", "subprocess", "--no-input"]).run().failed();
    let warning = "WARNING: Keyring is skipped due to an exception: Keyring util is outdated; must be at least \
                   version 25.2.1, please upgrade it\n";
    assert_eq!(outcome.stderr.matches("WARNING: Keyring").count(), 1, "{}", outcome.report());
    outcome.warns(warning);
    executable(&program, &format!("#!/bin/sh\necho '{PASSWORD}'\n"));
    let outcome = install(&place, &["--keyring-provider", "subprocess", "--no-input"]).run().failed();
    keeps_the_secret(&place, &outcome);
    outcome.warns("WARNING: Keyring is skipped due to an exception: ");
}

#[test]
fn the_keyring_of_the_interpreter_is_imported() {
    let place = place();
    let module = place.site().join("keyring.py");
    let host = place.index.address();
    fs::write(
        &module,
        format!(
            "print('some words of a backend')
class Found:
    username, password = {USER:?}, {PASSWORD:?}
def get_credential(service, user):
    return Found if (service, user) == ('{host}', None) else None
"
        ),
    )
    .unwrap();
    // One in the folder at hand is none of the interpreter's.
    place.sandbox.write("keyring.py", "raise RuntimeError('not this one')");
    let outcome = install(&place, &["-v", "--keyring-provider", "import", "--no-input"]).run().succeeded();
    assert!(outcome.stdout.contains("Keyring provider set: import\n"), "{}", outcome.report());
    // An old one knows passwords only.
    place.run(&["uninstall", "-y", "demo"]).succeeded();
    fs::write(
        &module,
        format!("def get_password(service, user):\n    return {PASSWORD:?} if user == {USER:?} else None\n"),
    )
    .unwrap();
    install(&place, &["--no-cache-dir", "--no-input", "--keyring-provider", "import"]).run().failed();
    let url = place.index.url().replace("http://", &format!("http://{USER}@"));
    install(&place, &["--no-input", "--keyring-provider", "import", "-i", &url]).run().succeeded();
}

#[test]
fn a_keyring_that_cannot_be_imported_is_told_of() {
    let place = place();
    keyring_program(&place, &place.index.url());
    fs::write(place.site().join("keyring.py"), "raise RuntimeError('rusty')").unwrap();
    let words = "WARNING: Installed copy of keyring fails with exception rusty";
    install(&place, &["--keyring-provider", "import", "--no-input"])
        .run()
        .failed()
        .warns(&format!("{words}\n"));
    install(&place, &[])
        .run()
        .succeeded()
        .warns(&format!("{words}, trying to find a keyring executable as a fallback\n"));
}

#[test]
fn a_keyring_that_fails_is_left_alone() {
    let place = place();
    let module = "def get_credential(service, user):\n    raise RuntimeError('locked')\n";
    fs::write(place.site().join("keyring.py"), module).unwrap();
    let outcome = install(&place, &["--keyring-provider", "import", "--no-input"]).run().failed();
    let warning = "WARNING: Keyring is skipped due to an exception: locked\n";
    assert_eq!(outcome.stderr.matches(warning).count(), 1, "{}", outcome.report());
}

#[test]
fn wrong_credentials_are_told_of() {
    let place = place();
    let url = place.index.url_with_login(USER, "wr0ng");
    let outcome = install(&place, &["--no-input", "-i", &url]).run().failed();
    assert!(!outcome.report().replace(&url, "").contains("wr0ng"), "{}", outcome.report());
    let page = format!("{}demo/", place.index.url());
    outcome.warns(&format!("WARNING: 401 Error, Credentials not correct for {page}\n"));
}

/// Runs a program on a terminal of its own, waits for each question and answers it; prints what the terminal showed.
const ON_A_TERMINAL: &str = r"
import os, pty, sys
answers = sys.argv[1].split('|')
command = sys.argv[2:]
child, terminal = pty.fork()
if child == 0:
    os.execv(command[0], command)
shown = b''
while True:
    try:
        piece = os.read(terminal, 4096)
    except OSError:
        break
    if not piece:
        break
    shown += piece
    if shown.endswith(b': ') and answers:
        os.write(terminal, answers.pop(0).encode() + b'\n')
print(shown.decode().replace('\r\n', '\n'))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
";

fn on_a_terminal(place: &Place, answers: &[&str], words: &[&str]) -> Outcome {
    let (program, answers) = (program().display().to_string(), answers.join("|"));
    let command =
        ["-c", ON_A_TERMINAL, &answers, &program, "--python", "env", "install", "--progress-bar", "off"];
    let python = place.sandbox.interpreter().path.clone();
    place.sandbox.program(python, command.into_iter().chain(words.iter().copied()).chain(["demo"])).run()
}

#[test]
fn the_user_is_asked_and_may_have_the_answer_kept() {
    let place = place();
    keyring_program(&place, "nothing");
    let outcome = on_a_terminal(&place, &[USER, PASSWORD, "maybe", "y"], &[]).succeeded();
    keeps_the_secret(&place, &outcome);
    let host = place.index.address();
    let dialogue = format!(
        "Looking in indexes: {}\nUser for {host}: {USER}\nPassword: \nSave credentials to keyring [y/N]: maybe\nYour response ('maybe') was not \
         one of the expected responses: y, n\nSave credentials to keyring [y/N]: y\nSaving credentials to keyring\n",
        place.index.url()
    );
    let outcome = outcome.says(&dialogue);
    assert_eq!(outcome.stdout.matches("User for").count(), 1, "{}", outcome.report());
    let calls = calls(&place);
    assert_eq!(calls[calls.len() - 2..], [format!("set {host} {USER}"), PASSWORD.to_owned()]);
}

#[test]
fn wrong_answers_are_not_kept() {
    let place = place();
    keyring_program(&place, "nothing");
    let outcome = on_a_terminal(&place, &[USER, "wr0ng", "y"], &[]).failed();
    assert!(!outcome.stdout.contains("wr0ng"), "{}", outcome.report());
    let page = format!("{}demo/", place.index.url());
    outcome.says(&format!("WARNING: 401 Error, Credentials not correct for {page}"));
    assert!(!calls(&place).iter().any(|call| call.starts_with("set")));
}

#[test]
fn a_user_that_is_typed_may_have_a_password_in_the_keyring() {
    let place = place();
    let host = place.index.address();
    let text = format!(
        "class Found:\n    username, password = {USER:?}, {PASSWORD:?}\n\
         def get_credential(service, user):\n    return Found if (service, user) == ('{host}', {USER:?}) else None\n"
    );
    fs::write(place.site().join("keyring.py"), text).unwrap();
    let outcome = on_a_terminal(&place, &[USER], &[]).succeeded();
    assert!(!outcome.stdout.contains("Password"), "{}", outcome.report());
}

// covers: install --no-input
#[test]
fn the_user_is_not_asked_without_input() {
    let place = place();
    let outcome = on_a_terminal(&place, &[], &["--no-input"]).failed();
    assert!(!outcome.stdout.contains("User for"), "{}", outcome.report());
}

#[test]
fn nothing_is_answered_for_the_user() {
    let place = place();
    let outcome = install(&place, &[]).run();
    assert!(outcome.code != Some(0), "{}", outcome.report());
    outcome.says(&format!("User for {}: ", place.index.address()));
}
