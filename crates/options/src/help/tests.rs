use super::*;
use crate::invocation::tests::{Setting, help};

const PLAIN: HelpStyle = HelpStyle { width: 80, color: false };

fn page(line: &str, setting: &Setting, style: HelpStyle) -> String {
    help(line, setting).expect(line).render(style)
}

#[test]
fn a_page_has_the_structure_of_pip() {
    let text = page("show --help", &Setting::default(), PLAIN);
    let start = "
Usage:   
  pip show [options] <package> ...

Description:
  Show the metadata of installed packages, like the header of a mail.

Show Options:
  -f, --files                 Also list the files of each package.

General Options:
  -h, --help                  Show this help.
";
    assert!(text.starts_with(start), "{text}");
    assert!(!text.contains("--no-python-version-warning"), "hidden options stay hidden");
    assert!(!text.ends_with('\n'));
    assert!(text.contains(
        "
  --keyring-provider <keyring_provider>
                              Where credentials are looked up"
    ));
}

#[test]
fn lines_fit_the_terminal() {
    for command in Command::ALL {
        let line = format!("{} -h", command.name());
        for width in [40, 60, 80, 120] {
            let text = page(&line, &Setting::default(), HelpStyle { width, color: false });
            let options = text.split("Options:").skip(1).flat_map(str::lines);
            let long: Vec<_> = options
                .filter(|line| line.starts_with("   ") && line.chars().count() > width - 2)
                .filter(|line| line.trim().contains(' '))
                .collect();
            assert!(long.is_empty(), "{width}: {long:?}");
        }
    }
}

#[test]
fn the_program_lists_its_commands() {
    for line in ["--help", "help", "", "-v", "-h install"] {
        let text = page(line, &Setting::default(), PLAIN);
        assert!(
            text.starts_with(
                "\nUsage:   \n  pip <command> [options]\n\nCommands:\n  install                     Install"
            ),
            "{text}"
        );
        assert!(
            text.contains(
                "\n  repair                      Finish or undo what was cut off, and look for damage.\n\n -V, --version                "
            ),
            "{text}"
        );
    }
}

#[test]
fn usage_has_the_lines_of_pip() {
    assert_eq!(usage(Some(Command::Hash), "pip"), "\nUsage:   pip hash [options] <file> ...");
    assert_eq!(usage(Some(Command::Completion), "pip"), "");
    assert_eq!(
        usage(Some(Command::Index), "x -m pip"),
        "\nUsage:   \n  x -m pip index versions <package>\n  "
    );
    let config = usage(Some(Command::Config), "pip");
    assert!(config.contains("edit\n  \n  pip config [<file-option>] get command.option\n"), "{config}");
}

#[test]
fn defaults_are_what_is_configured_without_passwords() {
    let text = page("install --help", &Setting::default(), PLAIN);
    assert!(
        text.contains("(default: PyPI)") && text.contains("(default: 15)") && text.contains("(default: 5)")
    );
    let setting = Setting {
        variables: vec![("PIP_INDEX_URL", "https://me:secret@host/simple"), ("PIP_TIMEOUT", "180")],
        ..Setting::default()
    };
    for line in ["install --help", "help install"] {
        let text = page(line, &setting, PLAIN);
        assert!(text.contains("https://me:****@host/simple") && text.contains("(default: 180.0)"), "{text}");
        assert!(!text.contains("secret"));
    }
    assert_eq!(redacted("https://token@host"), "https://****@host");
    assert_eq!(redacted("https://host/a@b"), "https://host/a@b");
}

#[test]
fn colours_change_nothing_but_colours() {
    let style = HelpStyle { color: true, ..PLAIN };
    let mut text = page("list -h", &Setting::default(), style);
    assert!(
        text.contains("\x1b[1;34mList Options:\x1b[0m\n  \x1b[32m-o\x1b[0m, \x1b[36m--outdated\x1b[0m  ")
    );
    for code in ["\x1b[1;34m", "\x1b[32m", "\x1b[36m", "\x1b[33m", "\x1b[0m"] {
        text = text.replace(code, "");
    }
    assert_eq!(text, page("list -h", &Setting::default(), PLAIN));
}
