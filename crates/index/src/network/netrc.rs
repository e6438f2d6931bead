//! netrc files, as Python's `netrc` module reads them.

/// The login and password for a host in the text of a netrc file; its `default` entry stands for any host.
///
/// A file that is not in order gives nothing, as pip ignores it.
pub(super) fn credentials(text: &str, host: &str) -> Option<(String, String)> {
    let mut tokens = Tokens { rest: text };
    let (mut exact, mut default) = (None, None);
    let mut keyword = tokens.next();
    while let Some(found) = keyword {
        let machine = match found.as_str() {
            "machine" => Some(tokens.next()?),
            "default" => None,
            "macdef" => {
                tokens.skip_macro();
                keyword = tokens.next();
                continue;
            }
            _ => return None,
        };
        let mut entry = Entry::default();
        keyword = entry.read(&mut tokens)?;
        match machine {
            Some(machine) if machine == host => exact = Some(entry),
            Some(_) => {}
            None => default = Some(entry),
        }
    }
    let Entry { login, account, password } = exact.or(default)?;
    Some((if login.is_empty() { account } else { login }, password))
}

#[derive(Default)]
struct Entry {
    login: String,
    account: String,
    password: String,
}

impl Entry {
    /// Reads the fields of one entry; gives the keyword that ended it, if any.
    #[expect(clippy::option_option, reason = "the outer one is a file that ends in the middle of a field")]
    fn read(&mut self, tokens: &mut Tokens<'_>) -> Option<Option<String>> {
        while let Some(field) = tokens.next() {
            match field.as_str() {
                "login" | "user" => self.login = tokens.next()?,
                "account" => self.account = tokens.next()?,
                "password" => self.password = tokens.next()?,
                _ => return Some(Some(field)),
            }
        }
        Some(None)
    }
}

/// Words between white space; quotes hold spaces, a backslash takes the next character as it is.
struct Tokens<'a> {
    rest: &'a str,
}

impl Tokens<'_> {
    fn next(&mut self) -> Option<String> {
        loop {
            self.rest = self.rest.trim_start();
            // A word that begins with `#` makes the rest of its line a comment. (Python allows such passwords; here
            // they need a backslash or quotes, which both understand.)
            match self.rest.strip_prefix('#') {
                Some(comment) => self.rest = comment.split_once('\n').map_or("", |(_, after)| after),
                None => break,
            }
        }
        let mut characters = self.rest.chars();
        let mut token = String::new();
        let quoted = self.rest.starts_with('"');
        if quoted {
            characters.next();
        }
        let mut any = quoted;
        while let Some(character) = characters.next() {
            match character {
                '"' if quoted => break,
                '\\' => token.extend(characters.next()),
                space if !quoted && space.is_whitespace() => break,
                other => token.push(other),
            }
            any = true;
        }
        self.rest = characters.as_str();
        any.then_some(token)
    }

    /// Leaps over a macro: up to the next empty line.
    fn skip_macro(&mut self) {
        self.rest = self.rest.split_once("\n\n").map_or("", |(_, after)| after);
    }
}

#[cfg(test)]
mod tests {
    use super::credentials;

    const FILE: &str = "# people\nmachine one.test login ada password lovelace\n\
        machine two.test\n  user \"grace h\"\n  password a\\\"b # trailing\nmacdef init\ncd /x\nmachine lies\n\n\
        machine three.test account only password p\ndefault login any password body\n";

    #[test]
    fn finds_hosts() {
        let found = |host| credentials(FILE, host).map(|(user, password)| format!("{user}/{password}"));
        assert_eq!(found("one.test").as_deref(), Some("ada/lovelace"));
        assert_eq!(found("two.test").as_deref(), Some("grace h/a\"b"));
        assert_eq!(found("three.test").as_deref(), Some("only/p"));
        assert_eq!(found("four.test").as_deref(), Some("any/body"));
        assert_eq!(credentials("machine one.test login a password b", "four.test"), None);
    }

    #[test]
    fn broken_files_give_nothing() {
        for text in ["", "machine", "machine h login", "nonsense h", "machine h login a password", "\"", "\\"]
        {
            assert_eq!(credentials(text, "h"), None, "{text}");
        }
    }
}
