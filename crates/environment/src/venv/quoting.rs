//! Values written into scripts of different shells, so that each shell reads back the same value.
//!
//! For a value outside of quotes this is what Python's `venv` does since its security releases of late 2024
//! (`shlex.quote`), and more where a shell needs more. Templates of older releases have the value inside double
//! quotes: there it stays as it is if it means nothing to the shell, and else it leaves the quotes for a moment.

/// The language of an activation script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shell {
    /// `activate`: sh, bash, zsh, ksh.
    Posix,
    /// `activate.csh`
    Csh,
    /// `activate.fish`
    Fish,
    /// `Activate.ps1`
    Powershell,
    /// `activate.bat`, which has no quoting that works everywhere.
    Batch,
}

/// What the place of a value in a line is enclosed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    /// Nothing.
    Bare,
    /// Double quotes.
    DoubleQuotes,
}

impl Shell {
    /// The language of a script, by its file name.
    pub fn of_script(name: &str) -> Self {
        match name.rsplit_once('.').map(|(_, extension)| extension) {
            Some("csh") => Self::Csh,
            Some("fish") => Self::Fish,
            Some("ps1") => Self::Powershell,
            Some("bat") => Self::Batch,
            _ => Self::Posix,
        }
    }

    /// The value, written for a place in a script.
    pub fn quote(self, value: &str, context: Context) -> String {
        match (self, context) {
            (Self::Batch, _) => value.to_owned(),
            (Self::Powershell, Context::Bare) => format!("'{}'", value.replace('\'', "''")),
            (Self::Powershell, Context::DoubleQuotes) => {
                let escape = |c: char| if matches!(c, '`' | '$' | '"') { vec!['`', c] } else { vec![c] };
                value.chars().flat_map(escape).collect()
            }
            (_, Context::Bare) if is_plain(value) => value.to_owned(),
            (_, Context::Bare) => self.single_quoted(value),
            (_, Context::DoubleQuotes) if !value.contains(self.special_in_double_quotes()) => {
                value.to_owned()
            }
            (_, Context::DoubleQuotes) => format!("\"{}\"", self.single_quoted(value)),
        }
    }

    fn special_in_double_quotes(self) -> &'static [char] {
        match self {
            Self::Csh => &['$', '`', '"', '\\', '!'],
            Self::Fish => &['$', '"', '\\'],
            _ => &['$', '`', '"', '\\'],
        }
    }

    /// In single quotes; a single quote itself stands in double quotes.
    fn single_quoted(self, value: &str) -> String {
        let mut quoted = String::with_capacity(value.len() + 2);
        quoted.push('\'');
        for c in value.chars() {
            match (c, self) {
                ('\'', _) => quoted.push_str("'\"'\"'"),
                // The history is looked up even here.
                ('!', Self::Csh) => quoted.push_str("\\!"),
                // The only other character that means something between fish's single quotes.
                ('\\', Self::Fish) => quoted.push_str("\\\\"),
                (c, _) => quoted.push(c),
            }
        }
        quoted.push('\'');
        quoted
    }
}

/// What `shlex.quote` leaves alone.
fn is_plain(value: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_@%+=:,./-".contains(&byte);
    !value.is_empty() && value.bytes().all(is_plain)
}

/// What encloses the end of this beginning of a line.
pub(super) fn context_after(line: &str) -> Context {
    let mut quote = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (None | Some('"'), '\\') => drop(chars.next()),
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    if quote == Some('"') { Context::DoubleQuotes } else { Context::Bare }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harmless_values_stay_as_they_are() {
        for shell in [Shell::Posix, Shell::Csh, Shell::Fish] {
            assert_eq!(shell.quote("/opt/env-1", Context::Bare), "/opt/env-1");
            assert_eq!(shell.quote("/opt/an env", Context::DoubleQuotes), "/opt/an env");
        }
        assert_eq!(Shell::Powershell.quote("/opt/env", Context::Bare), "'/opt/env'");
    }

    #[test]
    fn bare_values_are_quoted_as_shlex_does() {
        assert_eq!(Shell::Posix.quote("a b", Context::Bare), "'a b'");
        assert_eq!(Shell::Posix.quote("it's $x", Context::Bare), "'it'\"'\"'s $x'");
        assert_eq!(Shell::Posix.quote("", Context::Bare), "''");
    }

    #[test]
    fn each_shell_has_its_own_specials() {
        assert_eq!(Shell::Csh.quote("a!b", Context::Bare), "'a\\!b'");
        assert_eq!(Shell::Fish.quote("a\\b", Context::Bare), "'a\\\\b'");
        assert_eq!(Shell::Fish.quote("a`b", Context::DoubleQuotes), "a`b");
        assert_eq!(Shell::Posix.quote("a`b", Context::DoubleQuotes), "\"'a`b'\"");
        assert_eq!(Shell::Powershell.quote("a$'b", Context::Bare), "'a$''b'");
        assert_eq!(Shell::Powershell.quote("a$b", Context::DoubleQuotes), "a`$b");
    }

    #[test]
    fn the_context_of_a_place() {
        assert_eq!(context_after("VIRTUAL_ENV="), Context::Bare);
        assert_eq!(context_after("VIRTUAL_ENV=\""), Context::DoubleQuotes);
        assert_eq!(context_after("PATH=\"$VIRTUAL_ENV/\""), Context::Bare);
        assert_eq!(context_after("x '\"' "), Context::Bare);
        assert_eq!(context_after("x \"\\\""), Context::DoubleQuotes);
    }
}
