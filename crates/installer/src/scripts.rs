//! The text of scripts, as pip writes them through distlib.

use std::path::{Component, Path, PathBuf};

use crate::{InstallError, Target};

/// A script to be written for an entry point.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Script {
    /// Where it goes, relative to the scripts folder.
    pub(crate) path: String,
    /// Its whole text.
    pub(crate) text: Vec<u8>,
    /// From `console_scripts`; pip warns of these when they are not on `PATH`.
    pub(crate) is_console: bool,
    /// Another file of the plan takes its path.
    pub(crate) is_replaced: bool,
}

/// The scripts of a wheel's entry points, given as (name, reference) with every name once, in pip's order: `pip` and
/// `easy_install` with their versioned names, then the other console scripts, then those of `gui_scripts`.
///
/// # Errors
/// An entry point that names no object, that cannot be understood, or whose name leaves the scripts folder.
pub(crate) fn entry_point_scripts<'a>(
    console: impl Iterator<Item = (&'a str, &'a str)>,
    gui: impl Iterator<Item = (&'a str, &'a str)>,
    target: &Target,
) -> Result<Vec<Script>, InstallError> {
    let console = versioned(console.collect(), target.version).into_iter().map(|script| (script, true));
    let gui = gui.map(|(name, value)| ((name.to_owned(), value), false));
    let folder = &target.scheme.scripts;
    let mut scripts: Vec<Script> = Vec::new();
    for ((name, value), is_console) in console.chain(gui) {
        let entry = ExportEntry::parse(&format!("{name} = {value}"))?;
        let Some(callable) = entry.callable else {
            return Err(InstallError::ScriptWithoutCallable { name: entry.name, module: entry.module });
        };
        let Some(path) = inside(folder, &entry.name) else {
            return Err(InstallError::ScriptOutside { name: entry.name, scripts: folder.clone() });
        };
        let mut text = shebang(&target.python);
        text.extend_from_slice(body(&entry.module, &callable, target.version).as_bytes());
        // Of two with one name, the later is there in the end.
        scripts.retain(|script| script.path != path);
        scripts.push(Script { path, text, is_console, is_replaced: false });
    }
    Ok(scripts)
}

/// Whether a file of `.data/scripts` is a wrapper that setuptools made for an entry point of this name; pip leaves it
/// out, since it makes the wrapper itself.
pub(crate) fn is_wrapper(file_name: &str, entry_point: &str) -> bool {
    let has_suffix = |suffix: &str| {
        file_name
            .len()
            .checked_sub(suffix.len())
            .and_then(|at| file_name.get(at..))
            .is_some_and(|end| end.eq_ignore_ascii_case(suffix))
    };
    let suffix = [".exe", "-script.py", ".pya"].into_iter().find(|suffix| has_suffix(suffix)).unwrap_or("");
    file_name.get(..file_name.len() - suffix.len()) == Some(entry_point)
}

/// The content of a script whose first line asks for the environment's interpreter
/// (`#!python`, `#!pythonw`), with that line replaced; `None` when it does not ask.
pub(crate) fn with_interpreter(content: &[u8], python: &Path) -> Option<Vec<u8>> {
    if !content.starts_with(b"#!python") {
        return None;
    }
    let rest = content.iter().position(|&byte| byte == b'\n').map_or(content.len(), |at| at + 1);
    let mut text = b"#!".to_vec();
    text.extend_from_slice(python.as_os_str().as_encoded_bytes());
    text.push(b'\n');
    text.extend_from_slice(content.get(rest..).unwrap_or_default());
    Some(text)
}

/// The `#!` line; a line that the system would not accept (too long, or with a space in the
/// interpreter's path) becomes a text that is both a shell and a Python program.
fn shebang(python: &Path) -> Vec<u8> {
    /// What Linux reads of a first line.
    const LONGEST: usize = if cfg!(target_os = "macos") { 512 } else { 127 };
    let python = python.as_os_str().as_encoded_bytes();
    let has_space = python.contains(&b' ');
    if !has_space && python.len() + "#!\n".len() <= LONGEST {
        return [b"#!", python, b"\n"].concat();
    }
    let quote: &[u8] = if has_space && !python.starts_with(b"\"") { b"\"" } else { b"" };
    [b"#!/bin/sh\n'''exec' ", quote, python, quote, b" \"$0\" \"$@\"\n' '''\n"].concat()
}

/// pip 26.3's text; before Python 3.9, which has no `removesuffix`, that of the last pip for such a Python (25.0.1).
fn body(module: &str, callable: &str, version: (u32, u32)) -> String {
    let import = callable.split('.').next().unwrap_or(callable);
    let (head, more_imports, name) = if version < (3, 9) {
        ("# -*- coding: utf-8 -*-\n", "import re\n", r"re.sub(r'(-script\.pyw|\.exe)?$', '', sys.argv[0])")
    } else {
        ("", "", "sys.argv[0].removesuffix('.exe')")
    };
    format!(
        "{head}{more_imports}import sys\nfrom {module} import {import}\nif __name__ == '__main__':\n    \
         sys.argv[0] = {name}\n    sys.exit({callable}())\n"
    )
}

/// Replaces versioned names that were baked into a wheel of pip or setuptools by those of the
/// target's version.
fn versioned<'a>(mut entries: Vec<(&'a str, &'a str)>, (major, minor): (u32, u32)) -> Vec<(String, &'a str)> {
    let mut take = |wanted: &str, is_variant: fn(&str) -> bool| {
        let at = entries.iter().position(|(name, _)| *name == wanted)?;
        let (_, value) = entries.remove(at);
        entries.retain(|(name, _)| !is_variant(name));
        Some(value)
    };
    let mut scripts = Vec::new();
    if let Some(value) = take("pip", |name| is_versioned(name, "pip")) {
        scripts.push(("pip".to_owned(), value));
        scripts.push((format!("pip{major}"), value));
        scripts.push((format!("pip{major}.{minor}"), value));
    }
    if let Some(value) = take("easy_install", |name| {
        is_versioned(name, "easy_install-") && name.contains('.') || name == "easy_install"
    }) {
        scripts.push(("easy_install".to_owned(), value));
        scripts.push((format!("easy_install-{major}.{minor}"), value));
    }
    scripts.extend(entries.into_iter().map(|(name, value)| (name.to_owned(), value)));
    scripts
}

/// Whether a name is `stem`, `stem3` or `stem3.12`.
fn is_versioned(name: &str, stem: &str) -> bool {
    let Some(version) = name.strip_prefix(stem) else { return false };
    let is_number = |part: &str| !part.is_empty() && part.chars().all(char::is_numeric);
    match version.split_once('.') {
        None => version.is_empty() || is_number(version),
        Some((major, minor)) => is_number(major) && is_number(minor),
    }
}

/// What distlib sees in a line `name = module:object [flags]`.
struct ExportEntry {
    name: String,
    module: String,
    callable: Option<String>,
}

impl ExportEntry {
    /// Finds the first place where the line reads as an entry, as distlib's expression searches:
    /// a name with spaces in it loses all but its last word, text after the object is not looked at.
    fn parse(specification: &str) -> Result<Self, InstallError> {
        let invalid = || InstallError::ScriptSpecification(specification.to_owned());
        let (name, callable, has_flags) = specification
            .char_indices()
            .filter(|&(_, first)| first != '[')
            .find_map(|(at, first)| Self::match_at(specification, at, first))
            .ok_or_else(invalid)?;
        if !has_flags && specification.contains(['[', ']']) {
            return Err(invalid());
        }
        let mut parts = callable.split(':').map(str::to_owned);
        let entry =
            Self { name: name.to_owned(), module: parts.next().unwrap_or_default(), callable: parts.next() };
        if parts.next().is_some() { Err(invalid()) } else { Ok(entry) }
    }

    /// Matches `(?P<name>[^\[]\S*)\s*=\s*(?P<callable>\w+([:.]\w+)*)\s*(\[flags\])?` at one place:
    /// the name, the callable, and whether there are flags.
    fn match_at(text: &str, at: usize, first: char) -> Option<(&str, &str, bool)> {
        let rest = text.get(at + first.len_utf8()..)?;
        let run = rest.find(char::is_whitespace).unwrap_or(rest.len());
        // `\S*` is greedy, and gives back one character after the other.
        let ends = rest[..run].char_indices().map(|(end, _)| end).chain([run]).rev();
        for end in ends {
            let Some(value) = rest[end..].trim_start().strip_prefix('=') else { continue };
            let value = value.trim_start();
            if let Some(callable) = dotted(value) {
                let name_end = at + first.len_utf8() + end;
                return Some((&text[at..name_end], callable, has_flags(&value[callable.len()..])));
            }
        }
        None
    }
}

/// `\w+([:.]\w+)*` at the start of a text.
fn dotted(text: &str) -> Option<&str> {
    let word = |text: &str| text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    let mut end = word(text);
    if end == 0 {
        return None;
    }
    while let Some(rest) = text[end..].strip_prefix([':', '.']) {
        match word(rest) {
            0 => break,
            length => end += 1 + length,
        }
    }
    Some(&text[..end])
}

/// `\s*\[\s*flags\s*\]` at the start of a text, where flags are words with `-`, each perhaps `=word`.
fn has_flags(text: &str) -> bool {
    let Some(list) = text.trim_start().strip_prefix('[').and_then(|rest| rest.split_once(']')) else {
        return false;
    };
    let is_word = |text: &str, dash: bool| {
        !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_' || (dash && c == '-'))
    };
    list.0.trim().split(',').enumerate().all(|(at, flag)| {
        let flag = flag.trim_start();
        match flag.split_once('=') {
            Some((name, value)) => is_word(name, at == 0) && is_word(value, false),
            None => is_word(flag, at == 0),
        }
    })
}

/// The path of `name` relative to `folder` when it lies strictly inside, `.` and `..` resolved by text.
pub(crate) fn inside(folder: &Path, name: &str) -> Option<String> {
    let clean = |path: &Path| {
        let mut clean = PathBuf::new();
        for component in path.components() {
            match component {
                Component::ParentDir => {
                    clean.pop();
                }
                Component::CurDir => {}
                other => clean.push(other),
            }
        }
        clean
    };
    let path = clean(&folder.join(name));
    let path = path.strip_prefix(clean(folder)).ok()?.to_str()?;
    (!path.is_empty() && !path.contains('\0')).then(|| path.to_owned())
}

#[cfg(test)]
mod tests;
