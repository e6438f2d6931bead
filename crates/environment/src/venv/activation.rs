//! Activation scripts: the target interpreter's own templates, filled in by us.
//!
//! The templates lie in the standard library (`venv/scripts/common` and `venv/scripts/<os>`), so that an
//! environment looks as that very release makes it. Interpreters without them get scripts of our own.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::quoting::{Context, Shell, context_after};
use super::tree::set_mode;
use super::{Plan, Warning, write};
use crate::EnvironmentError;

/// Scripts for interpreters that have no templates.
const OWN_TEMPLATES: [(&str, &str); 4] = [
    ("activate", include_str!("templates/activate")),
    ("activate.csh", include_str!("templates/activate.csh")),
    ("activate.fish", include_str!("templates/activate.fish")),
    ("Activate.ps1", include_str!("templates/Activate.ps1")),
];

/// The values that templates ask for, by placeholder.
type Values<'a> = [(&'static str, &'a str); 5];

impl Plan<'_> {
    pub(super) fn write_activation_scripts(
        &self,
        warnings: &mut Vec<Warning>,
    ) -> Result<(), EnvironmentError> {
        let python = format!("{}/{}", self.scripts.display(), self.executable_name().display());
        let scripts_name = self.scripts.strip_prefix(&self.folder).unwrap_or(&self.scripts).to_string_lossy();
        let values = |prompt| -> Values<'_> {
            [
                ("__VENV_DIR__", &self.folder_text),
                ("__VENV_NAME__", self.folder_name()),
                ("__VENV_PROMPT__", prompt),
                ("__VENV_BIN_NAME__", &scripts_name),
                ("__VENV_PYTHON__", &python),
            ]
        };
        // Up to 3.12 the parentheses belong to the value, from 3.13 to the template.
        let decorated = format!("({}) ", self.shown_name());
        let prompt = if self.is_since(3, 13) { self.shown_name() } else { &decorated };

        let library = self.base.stdlib().join("venv").join("scripts");
        let mut has_templates = false;
        for folder in ["common", if cfg!(windows) { "nt" } else { "posix" }] {
            has_templates |= self.fill_folder(&library.join(folder), &values(prompt), warnings)?;
        }
        if !has_templates {
            for (name, template) in OWN_TEMPLATES {
                let text = fill(template, Shell::of_script(name), &values(self.shown_name()));
                write(&self.scripts.join(name), text.as_bytes())?;
            }
        }
        Ok(())
    }

    /// Fills in the templates of a folder; tells whether there were any.
    fn fill_folder(
        &self,
        folder: &Path,
        values: &Values<'_>,
        warnings: &mut Vec<Warning>,
    ) -> Result<bool, EnvironmentError> {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(EnvironmentError::io("read", folder)(error)),
        };
        let mut has_templates = false;
        for entry in entries {
            let entry = entry.map_err(EnvironmentError::io("read", folder))?;
            let (name, source) = (entry.file_name(), entry.path());
            if !entry.file_type().is_ok_and(|kind| kind.is_file()) {
                continue;
            }
            let template = fs::read(&source).map_err(EnvironmentError::io("read", &source))?;
            let Ok(template) = std::str::from_utf8(&template) else {
                warnings.push(Warning::Template(source));
                continue;
            };
            let target = self.scripts.join(&name);
            let text = fill(template, Shell::of_script(&name.to_string_lossy()), values);
            write(&target, text.as_bytes())?;
            let keeps_time = self.is_since(3, 13) && text == template;
            copy_mode(&source, &target, keeps_time).map_err(EnvironmentError::io("change", &target))?;
            has_templates = true;
        }
        Ok(has_templates)
    }
}

/// A script has its template's permissions; one without placeholders is a copy and keeps the time, too.
fn copy_mode(source: &Path, target: &Path, keeps_time: bool) -> std::io::Result<()> {
    let metadata = fs::metadata(source)?;
    if keeps_time {
        let times =
            fs::FileTimes::new().set_accessed(metadata.accessed()?).set_modified(metadata.modified()?);
        fs::File::options().write(true).open(target)?.set_times(times)?;
    }
    #[cfg(unix)]
    set_mode(target, std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o7777)?;
    Ok(())
}

/// Replaces the placeholders of a template.
fn fill(template: &str, shell: Shell, values: &Values<'_>) -> String {
    let mut text = String::with_capacity(template.len() + 256);
    for line in template.split_inclusive('\n') {
        let is_prompt = shell == Shell::Posix && line.trim_start().starts_with("PS1=");
        let prompt = values.iter().find(|(placeholder, _)| *placeholder == "__VENV_PROMPT__");
        if let Some((placeholder, value)) = prompt
            && is_prompt
            && line.contains(placeholder)
            && value.contains(['$', '`', '\\', '%'])
        {
            push_guarded_prompt(&mut text, line, placeholder, value);
        } else {
            fill_line(&mut text, line, shell, values);
        }
    }
    text
}

fn fill_line(text: &mut String, line: &str, shell: Shell, values: &Values<'_>) {
    let mut done = 0;
    while let Some((at, placeholder, value)) = next_placeholder(line, done, values) {
        text.push_str(line.get(done..at).unwrap_or_default());
        text.push_str(&shell.quote(value, context_after(line.get(..at).unwrap_or_default())));
        done = at + placeholder.len();
    }
    text.push_str(line.get(done..).unwrap_or_default());
}

fn next_placeholder<'a>(
    line: &str,
    from: usize,
    values: &Values<'a>,
) -> Option<(usize, &'static str, &'a str)> {
    let rest = line.get(from..)?;
    let found = values.iter().filter_map(|(name, value)| Some((from + rest.find(name)?, *name, *value)));
    found.min_by_key(|(at, ..)| *at)
}

/// Sets `PS1` for a prompt that shells would expand when they show it.
///
/// bash, ksh and dash expand `PS1` each time, as quoted as the assignment may be: they get a reference, whose
/// value they do not expand again. zsh only does so by option, and else takes `%` for the beginning of an escape.
fn push_guarded_prompt(text: &mut String, line: &str, placeholder: &str, value: &str) {
    let indent: String = line.chars().take_while(|c| c.is_whitespace()).collect();
    let quoted = Shell::Posix.quote(value, Context::Bare);
    let for_zsh = Shell::Posix.quote(&value.replace('%', "%%"), Context::Bare);
    let reference = match line.find(placeholder).and_then(|at| line.get(..at)).map(context_after) {
        Some(Context::DoubleQuotes) => "${_VENV_SHOWN}",
        _ => "\"${_VENV_SHOWN}\"",
    };
    let lines = [
        format!("VIRTUAL_ENV_PROMPT={quoted}"),
        "_VENV_SHOWN='${VIRTUAL_ENV_PROMPT}'".to_owned(),
        format!(
            "if [ -n \"${{ZSH_VERSION:-}}\" ] && ! [[ -o promptsubst ]] ; then _VENV_SHOWN={for_zsh}; fi"
        ),
        line.trim().replace(placeholder, reference),
        "unset _VENV_SHOWN".to_owned(),
    ];
    for line in lines {
        text.push_str(&indent);
        text.push_str(&line);
        text.push('\n');
    }
}
