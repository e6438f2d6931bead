//! Rules of Python's `str` that show in pip's messages and in the format of requirements files.

pub(crate) use specifier::PythonRepr as Repr;

/// Whether `str.isspace` and `\s` count `character` as white space.
pub(crate) fn is_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\x1c'..='\x1f')
}

/// `text.strip()`.
pub(crate) fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// `text.splitlines()`.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    const ENDS: [char; 10] =
        ['\n', '\r', '\x0b', '\x0c', '\x1c', '\x1d', '\x1e', '\u{85}', '\u{2028}', '\u{2029}'];
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let Some((line, tail)) = rest.find(ENDS).map(|end| rest.split_at(end)) else {
            return Some(std::mem::take(&mut rest));
        };
        let mut after = tail.chars();
        if after.next() == Some('\r') {
            rest = after.as_str().strip_prefix('\n').unwrap_or(after.as_str());
        } else {
            rest = after.as_str();
        }
        Some(line)
    })
}

/// What keeps [`split_words`] from splitting a text: `shlex`'s message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unclosed;

/// `shlex.split(text)`: words as a POSIX shell would see them.
pub(crate) fn split_words(text: &str) -> Result<Vec<String>, Unclosed> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match characters.next().ok_or(Unclosed)? {
                        '\'' => break,
                        quoted => word.push(quoted),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match characters.next().ok_or(Unclosed)? {
                        '"' => break,
                        '\\' => match characters.next().ok_or(Unclosed)? {
                            escaped @ ('"' | '\\') => word.push(escaped),
                            other => word.extend(['\\', other]),
                        },
                        quoted => word.push(quoted),
                    }
                }
            }
            '\\' => word.get_or_insert_default().push(characters.next().ok_or(Unclosed)?),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::{Repr, Unclosed, lines, split_words};

    #[test]
    fn shows_as_repr() {
        assert_eq!(Repr("a").to_string(), "'a'");
        assert_eq!(Repr("it's").to_string(), "\"it's\"");
        assert_eq!(Repr("'\"").to_string(), "'\\'\"'");
        assert_eq!(Repr("a\\\n\x01").to_string(), "'a\\\\\\n\\x01'");
    }

    #[test]
    fn splits_lines() {
        assert_eq!(lines("a\nb\r\nc\rd\u{2028}e").collect::<Vec<_>>(), ["a", "b", "c", "d", "e"]);
        assert_eq!(lines("a\n\n").collect::<Vec<_>>(), ["a", ""]);
        assert_eq!(lines("").count(), 0);
    }

    #[test]
    fn splits_words() {
        let words = |text: &str| split_words(text).unwrap();
        assert_eq!(words("--hash=a:b  -C 'x y'=z"), ["--hash=a:b", "-C", "x y=z"]);
        assert_eq!(words(r#"a\ b "c\"d\e" ''"#), ["a b", r#"c"d\e"#, ""]);
        assert_eq!(split_words("'a"), Err(Unclosed));
        assert_eq!(split_words("a\\"), Err(Unclosed));
    }
}
