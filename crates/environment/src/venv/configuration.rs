//! The text of `pyvenv.cfg`, as the interpreter's own `venv` would write it.

use std::fmt::Write as _;
use std::path::Path;

use super::Plan;

/// `.gitignore` of an environment, from 3.13.
pub(super) const GIT_IGNORE: &str = "# Created by venv; see https://docs.python.org/3/library/venv.html\n*\n";

impl Plan<'_> {
    pub(super) fn configuration_text(&self) -> String {
        let home = self.base.base_python().parent().unwrap_or(Path::new("")).display();
        let (major, minor, micro) = self.base.version();
        let system = self.options.system_site_packages;
        let mut text = format!(
            "home = {home}\ninclude-system-site-packages = {system}\nversion = {major}.{minor}.{micro}\n"
        );
        // Writing to a String cannot fail.
        if let Some(prompt) = &self.prompt {
            let _ = writeln!(text, "prompt = {}", python_repr(Path::new(prompt)));
        }
        if self.is_since(3, 11) {
            let python = self.base.python();
            let real = python.canonicalize().unwrap_or_else(|_| python.to_owned());
            let _ = writeln!(text, "executable = {}", real.display());
            let _ = writeln!(text, "command = {} -m venv {}", python.display(), self.arguments());
        }
        text
    }

    /// The options in venv's order, and the folder.
    fn arguments(&self) -> String {
        let options = self.options;
        let nondefault_links = match (cfg!(windows), options.copies) {
            (true, false) => Some("--symlinks"),
            (false, true) => Some("--copies"),
            _ => None,
        };
        let flags = [
            (!options.with_pip, "--without-pip"),
            (options.system_site_packages, "--system-site-packages"),
            (options.clear, "--clear"),
            (options.upgrade, "--upgrade"),
            (options.upgrade_deps, "--upgrade-deps"),
        ];
        let mut arguments: Vec<String> = nondefault_links.map(ToOwned::to_owned).into_iter().collect();
        arguments.extend(flags.iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| (*flag).to_owned()));
        arguments.extend(options.prompt.as_ref().map(|prompt| format!("--prompt=\"{prompt}\"")));
        if self.is_since(3, 13) && !options.scm_ignore_files {
            arguments.push("--without-scm-ignore-files".to_owned());
        }
        arguments.push(self.folder_text.clone());
        arguments.join(" ")
    }
}

/// Python's `repr` of a string: single quotes unless only they occur in it.
pub(crate) fn python_repr(text: &Path) -> String {
    let text = text.to_string_lossy();
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut repr = String::with_capacity(text.len() + 2);
    repr.push(quote);
    for c in text.chars() {
        let _ = match c {
            '\n' => write!(repr, "\\n"),
            '\r' => write!(repr, "\\r"),
            '\t' => write!(repr, "\\t"),
            '\\' => write!(repr, "\\\\"),
            c if c == quote => write!(repr, "\\{c}"),
            ' ' => write!(repr, " "),
            c if c.is_control() || c.is_whitespace() => match u32::from(c) {
                code @ ..=0xff => write!(repr, "\\x{code:02x}"),
                code @ ..=0xffff => write!(repr, "\\u{code:04x}"),
                code => write!(repr, "\\U{code:08x}"),
            },
            c => write!(repr, "{c}"),
        };
    }
    repr.push(quote);
    repr
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repr_is_pythons() {
        for (text, expected) in [
            ("plain", "'plain'"),
            ("it's", "\"it's\""),
            ("it's \"it\"", "'it\\'s \"it\"'"),
            ("a\\b\tc\u{7f}", "'a\\\\b\\tc\\x7f'"),
            ("\u{e4}\u{a0}\u{2003}", "'\u{e4}\\xa0\\u2003'"),
        ] {
            assert_eq!(python_repr(Path::new(text)), expected);
        }
    }
}
