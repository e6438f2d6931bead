//! Text broken into lines, by the rules of Python's `textwrap` that pip's messages show.

use crate::python::is_space;

/// Where a line may end besides white space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hyphens {
    /// After the hyphen of a compound word, as `textwrap` does.
    Break,
    /// Nowhere: names of options stay whole.
    Keep,
}

/// Breaks a text into lines of at most `width` characters; runs of white space count as one space.
pub fn wrap(text: &str, width: usize, hyphens: Hyphens) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split(is_space).filter(|word| !word.is_empty()) {
        let mut space = usize::from(used > 0);
        for piece in pieces(word, hyphens) {
            let length = piece.chars().count();
            // What is longer than a line starts on this one.
            if used > 0 && used + space + length > width && (length <= width || used + space >= width) {
                lines.push(std::mem::take(&mut line));
                used = 0;
                space = 0;
            }
            if space == 1 {
                line.push(' ');
                used += 1;
                space = 0;
            }
            // A piece longer than a line is broken wherever the line ends.
            for character in piece.chars() {
                if used == width {
                    lines.push(std::mem::take(&mut line));
                    used = 0;
                }
                line.push(character);
                used += 1;
            }
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// `textwrap.fill`: the lines joined, 70 columns wide.
pub(crate) fn fill(text: &str) -> String {
    wrap(text, 70, Hyphens::Break).join("\n")
}

/// The parts of a word between which a line may end.
fn pieces(word: &str, hyphens: Hyphens) -> Vec<&str> {
    if hyphens == Hyphens::Keep || !word.contains('-') {
        return vec![word];
    }
    let characters: Vec<(usize, char)> = word.char_indices().collect();
    let at =
        |index: Option<usize>| index.and_then(|index| characters.get(index)).map(|(_, character)| *character);
    let letter = |index: Option<usize>| at(index).is_some_and(|it| it.is_alphabetic() || it == '_');
    let mut pieces = Vec::new();
    let mut start = 0;
    for (index, (offset, character)) in characters.iter().enumerate() {
        let before = |back| index.checked_sub(back);
        let compound = (letter(before(1)) && letter(before(2)))
            || (letter(before(3)) && at(before(2)) == Some('-') && at(before(1)).is_some_and(is_word_part));
        let follows = letter(Some(index + 1))
            && (letter(Some(index + 2)) || at(Some(index + 2)) == Some('-') && letter(Some(index + 3)));
        if *character == '-' && compound && follows {
            pieces.extend(word.get(start..=*offset));
            start = offset + 1;
        }
    }
    pieces.extend(word.get(start..).filter(|rest| !rest.is_empty()));
    pieces
}

fn is_word_part(character: char) -> bool {
    character.is_alphanumeric() || "_!\"'&.,?".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_where_textwrap_ends_them() {
        let text = "--python-version error: invalid --python-version value: '3.x': each version part must be \
                    an integer";
        assert_eq!(
            fill(text),
            "--python-version error: invalid --python-version value: '3.x': each\nversion part must be an integer"
        );
        assert_eq!(wrap("a well-known one", 7, Hyphens::Break), ["a well-", "known", "one"]);
        assert_eq!(wrap("a well-known one", 7, Hyphens::Keep), ["a well-", "known", "one"]);
        assert_eq!(wrap("on 2023-01-01 it", 11, Hyphens::Break), ["on", "2023-01-01", "it"]);
        assert_eq!(wrap("  ", 5, Hyphens::Keep), Vec::<String>::new());
    }
}
